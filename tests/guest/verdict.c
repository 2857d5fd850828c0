// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of a micro-guest: a line that run.sh reads, then power off.
 *
 * A guest that dies of a trap says no verdict; that counts as failed too.
 */
#include "guest.h"

unsigned int guest_checks;

#define VERDICT(name)							\
	void name(const char *fmt, ...)					\
	{								\
		char line[384];						\
		va_list ap;						\
									\
		va_start(ap, fmt);					\
		text_vformat(line, sizeof(line), fmt, ap);		\
		va_end(ap);						\
		say("GUEST-TEST " #name ": %s", line);			\
		guest_off(XY_SHUTDOWN_poweroff);			\
	}

VERDICT(success)
VERDICT(failure)
VERDICT(skip)

void guest_main(void)
{
	test_main();
	success("%u checks", guest_checks);
}

static uint64_t rnd_state = 0x9e3779b97f4a7c15UL;

void rnd_seed(uint64_t seed)
{
	rnd_state = seed | 1;
}

uint64_t rnd(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return rnd_state;
}
