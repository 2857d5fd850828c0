// SPDX-License-Identifier: GPL-2.0-only
/*
 * Our layouts and numbers against the distribution's. All the work is done by
 * the compiler in the other compare_*.c: one wrong number and this program is
 * not built. It only says how much was compared.
 *
 * complete.c sees to it that nothing in abi/ is left out.
 */
#include "tests/abi/compare.h"

#include <stdio.h>

static void say(const char *what, unsigned int n)
{
	printf("%-8s %5u\n", what, n);
}

int main(void)
{
	unsigned int all = compared_guest + compared_memory + compared_vcpu +
			   compared_device + compared_domctl +
			   compared_sysctl + compared_io;

	say("guest", compared_guest);
	say("memory", compared_memory);
	say("vcpu", compared_vcpu);
	say("device", compared_device);
	say("domctl", compared_domctl);
	say("sysctl", compared_sysctl);
	say("io", compared_io);
	printf("%u passed, 0 failed\n", all);
	return all == 0;
}
