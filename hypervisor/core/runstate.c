/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Run states as the guest sees them.
 *
 * The area is guest memory at a kernel address; it is written through the
 * kernel's root only.  With vm_assist 5 bit 63 of the entry time is set while
 * the other fields change.  A write that faults is silently skipped: the
 * guest unmapped its own area.
 */
#include "core/runstate.h"
#include "abi/mmu.h"
#include "abi/vcpu.h"
#include "core/dom.h"
#include "core/guest.h"
#include "core/sched.h"

#define UPDATING	(1UL << 63)

void runstate_fill(struct vcpu *v, struct xy_vcpu_runstate_info *info)
{
	info->state = (int32_t)v->state;
	info->state_entry_time = v->state_since_ns;
	sched_account(v, info->time);
}

static int write_area(struct vcpu *v)
{
	struct xy_vcpu_runstate_info info = { 0 };
	guest_va_t entry = guest_va_add(v->runstate_area,
		offsetof(struct xy_vcpu_runstate_info, state_entry_time));
	bool flag = v->domain->vm_assist &
		    (1u << XY_VMASST_TYPE_runstate_update_flag);
	uint64_t since;

	runstate_fill(v, &info);
	since = info.state_entry_time;
	if (flag) {
		info.state_entry_time = since | UPDATING;
		if (guest_write(entry, &info.state_entry_time, 8))
			return 0;
	}
	if (guest_write(v->runstate_area, &info, sizeof(info)))
		return 0;
	return flag ? guest_write(entry, &since, 8) : 0;
}

static int write_time(struct vcpu *v)
{
	struct xy_vcpu_time_info t = v->info->time;

	return guest_write(v->time_area, &t, sizeof(t));
}

void runstate_update(struct vcpu *v)
{
	if (!v->runstate_area.a && !v->time_area.a)
		return;
	v->runstate_late = !v->kernel_mode;
	if (v->runstate_late)
		return;
	if (v->runstate_area.a && write_area(v))
		v->runstate_area = to_guest(0);
	if (v->time_area.a && write_time(v))
		v->time_area = to_guest(0);
}
