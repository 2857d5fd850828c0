// SPDX-License-Identifier: MIT
/*
 * Birth and death of a guest.
 *
 * start.S comes here with start_info; traps, memory and shared_info are made
 * ready, in this order, then the program runs.
 */
#include "frontend-drivers/guest/guest.h"
#include "abi/sched.h"

const struct xy_start_info *guest_si;
struct xy_shared_info *guest_shared;

void guest_start(const struct xy_start_info *si);

void guest_off(unsigned int reason)
{
	struct xy_sched_shutdown s = { reason };

	call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_shutdown, &s);
	for (;;)
		call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_block, 0);
}

void guest_die(const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	text_vformat(text, sizeof(text), fmt, ap);
	va_end(ap);
	say("guest died: %s", text);
	guest_off(XY_SHUTDOWN_crash);
}

void guest_start(const struct xy_start_info *si)
{
	guest_si = si;
	pages_init();
	trap_init();
	guest_shared = (struct xy_shared_info *)scratch_va(0);
	if (va_map(scratch_va(0), si->shared_info | LEAF))
		guest_die("no shared page");
	guest_main();
	guest_off(XY_SHUTDOWN_poweroff);
}
