/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every hypercall front door looks like.
 *
 * A handler has four steps: copy in, check rights, ask core, copy out.  It
 * returns the value for rax (negative public errno on failure).  A handler
 * that has run for long enough stores its progress in c->arg[] and returns
 * -XY_ERESTART: the dispatcher rewinds the guest to the call (or, inside a
 * multicall, writes the arguments back into the guest's entry), events are
 * delivered, and the call comes again with those arguments, to be copied and
 * checked afresh.  Only the dispatcher knows how.
 */
#ifndef CALL_CALL_H
#define CALL_CALL_H

#include "abi/errno.h"
#include "core/dom.h"
#include "core/guest.h"
#include "core/vcpu.h"
#include "lib/types.h"

#define CALL_MAX_ARGS	6

struct call {
	uint64_t nr;
	uint64_t arg[CALL_MAX_ARGS];
	bool in_multicall;
};

typedef int64_t call_fn(struct vcpu *v, struct call *c);

#define CALL_PRIVILEGED	1u	/* dom0 only: -EPERM for others */
#define CALL_NO_MULTI	2u	/* refused inside a multicall */

struct call_row {
	const char *name;
	call_fn *fn;		/* never NULL: a hole says -ENOSYS */
	uint8_t nargs;
	uint8_t flags;
};

#define CALL_TABLE_ROWS	64
extern const struct call_row call_table[CALL_TABLE_ROWS];

/* Work one call may do before it must offer to be preempted. */
#define CALL_BUDGET	512

call_fn hc_set_trap_table, hc_mmu_update, hc_set_gdt, hc_stack_switch,
	hc_set_callbacks, hc_fpu_taskswitch, hc_platform_op, hc_set_debugreg,
	hc_get_debugreg, hc_update_descriptor, hc_memory_op, hc_multicall,
	hc_update_va_mapping, hc_set_timer_op, hc_xen_version, hc_console_io,
	hc_grant_table_op, hc_vm_assist, hc_update_va_mapping_otherdomain,
	hc_iret, hc_vcpu_op, hc_set_segment_base, hc_mmuext_op, hc_sched_op,
	hc_callback_op, hc_event_channel_op, hc_physdev_op, hc_sysctl,
	hc_domctl, hc_direct;

/* The dispatcher: v, running on r, made hypercall r->rax in kernel mode. */
void call_dispatch(struct vcpu *v, struct regs *r);
/* The same for a number that has XY_DIRECT_CALL added. */
void call_dispatch_direct(struct vcpu *v, struct regs *r);
/* The same in user mode, if r->rax is a call that a program may make itself. */
bool call_direct(struct vcpu *v, struct regs *r);

#endif
