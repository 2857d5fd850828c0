/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that a program makes itself (abi/direct.h), without its kernel.
 *
 * 1. Who may is one address space, named by its root: asked for in kernel
 *    mode, gone when the root is unpinned (core/pt_root.c).
 * 2. What it may is two sub-operations, which act on granted pages and ports
 *    of its own domain; neither changes how it runs.  A copy refuses frame
 *    numbers from user mode (call/grant_copy.c).
 * 3. The rest goes to the guest's kernel, like any number it makes no sense of.
 *
 * Lock: none here.  Next station of the tour: call/mmu_update.c.
 */
#include "abi/direct.h"
#include "abi/evtchn.h"
#include "abi/grant.h"
#include "abi/hypercall.h"
#include "call/call.h"
#include "core/pt.h"

int64_t hc_direct(struct vcpu *v, struct call *c)
{
	uint64_t flags = c->arg[0];

	if (flags & ~(uint64_t)XY_DIRECT_OPEN)
		return -XY_EINVAL;
	return pt_set_direct_root(v, flags & XY_DIRECT_OPEN);
}

static bool is_direct(uint64_t nr, uint32_t op)
{
	switch (nr) {
	case XY_HYPERVISOR_grant_table_op:
		return op == XY_GNTTABOP_copy;
	case XY_HYPERVISOR_event_channel_op:
		return op == XY_EVTCHNOP_send;
	}
	return false;
}

bool call_direct(struct vcpu *v, struct regs *r)
{
	if (!mfn_same(v->root_user, v->domain->direct_root) ||
	    !is_direct(r->rax - XY_DIRECT_CALL, (uint32_t)r->rdi))
		return false;
	call_dispatch_direct(v, r);
	return true;
}
