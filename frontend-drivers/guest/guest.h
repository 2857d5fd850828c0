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
#include "frontend-drivers/guest/event.h"
#include "frontend-drivers/guest/grant.h"
#include "frontend-drivers/guest/memory.h"
#include "frontend-drivers/guest/pages.h"
#include "frontend-drivers/guest/power.h"
#include "frontend-drivers/guest/smp.h"
#include "frontend-drivers/guest/store.h"
#include "frontend-drivers/guest/text.h"
#include "frontend-drivers/guest/time.h"
#include "frontend-drivers/guest/trap.h"

void guest_main(void);		/* the program's */

extern const struct xy_start_info *guest_si;
extern struct xy_shared_info *guest_shared;
extern uint64_t guest_born_tsc;	/* at the first instruction of C */

#endif
