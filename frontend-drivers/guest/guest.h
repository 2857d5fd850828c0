/* SPDX-License-Identifier: MIT */
/*
 * What a program for a PV domain of its own includes: everything.
 *
 * It supplies guest_main(), which runs on the boot stack with traps and
 * events taken, and events masked; when it returns, the domain powers off.
 */
#ifndef GUEST_H
#define GUEST_H

#include "abi/errno.h"
#include "abi/shared_info.h"
#include "frontend-drivers/guest/call.h"
#include "frontend-drivers/guest/console.h"
#include "frontend-drivers/guest/memory.h"
#include "frontend-drivers/guest/pages.h"
#include "frontend-drivers/guest/text.h"
#include "frontend-drivers/guest/time.h"
#include "frontend-drivers/guest/trap.h"

void guest_main(void);		/* the program's */

extern const struct xy_start_info *guest_si;
extern struct xy_shared_info *guest_shared;

/* Ends the domain: XY_SHUTDOWN_poweroff, _reboot or _crash. */
void guest_off(unsigned int reason) __attribute__((noreturn));
/* Says why and crashes. */
void guest_die(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));

#endif
