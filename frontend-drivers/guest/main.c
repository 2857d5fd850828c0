// SPDX-License-Identifier: MIT
/*
 * The birth of a guest.
 *
 * start.S comes here with start_info; memory, traps and shared_info are made
 * ready, in this order, then the program runs.  All else (store, grants,
 * timers, vCPUs) is made ready by its first use.
 */
#include "frontend-drivers/guest/guest.h"

const struct xy_start_info *guest_si;
struct xy_shared_info *guest_shared;
uint64_t guest_born_tsc;

void guest_start(const struct xy_start_info *si);

void guest_start(const struct xy_start_info *si)
{
	guest_born_tsc = tsc();
	guest_si = si;
	pages_init();
	trap_init();
	if (va_map(scratch_va(0), si->shared_info | LEAF))
		guest_die("no shared page");
	guest_shared = (struct xy_shared_info *)scratch_va(0);
	guest_main();
	guest_off(XY_SHUTDOWN_poweroff);
}
