// SPDX-License-Identifier: GPL-2.0-only
/*
 * vm_assist (21): rdi enable or disable, rsi which help the guest wants.
 *
 * A set bit in domain.vm_assist is a wish; who helps reads it (core/pt_walk.c,
 * core/runstate.c, core/bounce.c).  32-bit segments are accepted and mean
 * nothing here.  The word is changed atomically; no lock.
 */
#include "abi/mmu.h"
#include "call/call.h"

#define KNOWN	(1u << XY_VMASST_TYPE_4gb_segments | \
		 1u << XY_VMASST_TYPE_4gb_segments_notify | \
		 1u << XY_VMASST_TYPE_writable_pagetables | \
		 1u << XY_VMASST_TYPE_pae_extended_cr3 | \
		 1u << XY_VMASST_TYPE_architectural_iopl | \
		 1u << XY_VMASST_TYPE_runstate_update_flag)

int64_t hc_vm_assist(struct vcpu *v, struct call *c)
{
	uint64_t type = c->arg[1];

	if (type >= 32 || !(KNOWN >> type & 1))
		return -XY_EINVAL;
	switch (c->arg[0]) {
	case XY_VMASST_CMD_enable:
		__atomic_or_fetch(&v->domain->vm_assist, 1u << type,
				  __ATOMIC_RELAXED);
		return 0;
	case XY_VMASST_CMD_disable:
		__atomic_and_fetch(&v->domain->vm_assist, ~(1u << type),
				   __ATOMIC_RELAXED);
		return 0;
	}
	return -XY_EINVAL;
}
