/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What entry.S calls, and the way to a guest for the first time.
 */
#ifndef ENTRY_TRAP_H
#define ENTRY_TRAP_H

#include "core/vcpu.h"

for_assembly void trap_syscall(struct regs *r);	/* 64-bit SYSCALL */
for_assembly void trap_guest(struct regs *r);	/* all else from a guest */
/* From the hypervisor itself; true: it was the guest's fault after all. */
for_assembly bool trap_hv(struct regs *r);
/* NMI, #DF, #MC, #DB in ring 0 */
for_assembly void trap_ist_hv(struct regs *r);

/* Ends boot: runs whatever the scheduler picks, for ever. */
__attribute__((noreturn)) void enter_first_guest(void);
__attribute__((noreturn)) void leave_to_guest(struct regs *r);	/* entry.S */

#endif
