/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The whole surface a guest can call, by number.  A hole is a row, too: it
 * answers -ENOSYS.  Numbers: public xen.h, and one of ours (abi/direct.h).
 */
#include "abi/direct.h"
#include "abi/hypercall.h"
#include "call/call.h"

static int64_t no_such_call(struct vcpu *v, struct call *c)
{
	(void)v;
	(void)c;
	return -XY_ENOSYS;
}

#define ROW(call, args, how)						\
	[XY_HYPERVISOR_##call] = { #call, hc_##call, args, how }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
const struct call_row call_table[CALL_TABLE_ROWS] = {
	[0 ... CALL_TABLE_ROWS - 1] = { "none", no_such_call, 0, 0 },
	ROW(set_trap_table, 1, 0),
	ROW(mmu_update, 4, 0),
	ROW(set_gdt, 2, 0),
	ROW(stack_switch, 2, 0),
	ROW(set_callbacks, 3, 0),
	ROW(fpu_taskswitch, 1, 0),
	ROW(platform_op, 1, CALL_PRIVILEGED),
	ROW(set_debugreg, 2, 0),
	ROW(get_debugreg, 1, 0),
	ROW(update_descriptor, 2, 0),
	ROW(memory_op, 2, 0),
	ROW(multicall, 2, CALL_NO_MULTI),
	ROW(update_va_mapping, 3, 0),
	ROW(set_timer_op, 1, 0),
	ROW(xen_version, 2, 0),
	ROW(console_io, 3, CALL_PRIVILEGED),
	ROW(grant_table_op, 3, 0),
	ROW(vm_assist, 2, 0),
	ROW(update_va_mapping_otherdomain, 4, CALL_PRIVILEGED),
	ROW(iret, 0, CALL_NO_MULTI),
	ROW(vcpu_op, 3, 0),
	ROW(set_segment_base, 2, 0),
	ROW(mmuext_op, 4, 0),
	ROW(sched_op, 2, 0),
	ROW(callback_op, 2, 0),
	ROW(event_channel_op, 2, 0),
	ROW(physdev_op, 2, 0),
	ROW(sysctl, 1, CALL_PRIVILEGED),
	ROW(domctl, 1, CALL_PRIVILEGED),
	ROW(direct, 1, CALL_PRIVILEGED | CALL_NO_MULTI),
};
#pragma GCC diagnostic pop
