// SPDX-License-Identifier: GPL-2.0-only
/*
 * domtime DOMID: CPU time used so far, in ns: dom0's, then the domain's.
 *
 * Under QEMU's icount with shift=0 a nanosecond is an instruction: what the
 * domain executed, with what the hypervisor did in its time.
 */
#include <stdio.h>
#include <stdlib.h>

#include "dom0-tools/lib/call.h"

int main(int argc, char **argv)
{
	struct xy_domctl_getdomaininfo dom0, guest;
	struct call c;

	if (argc != 2 || call_open(&c) || call_domain_info(&c, 0, &dom0) ||
	    call_domain_info(&c, (uint16_t)atoi(argv[1]), &guest)) {
		fprintf(stderr, "domtime: no such domain\n");
		return 1;
	}
	printf("%llu %llu\n", (unsigned long long)dom0.cpu_time,
	       (unsigned long long)guest.cpu_time);
	call_close(&c);
	return 0;
}
