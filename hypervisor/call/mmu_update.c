// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmu_update (1): a list of page-table entries by machine address.
 * rdi: requests, rsi: how many, rdx: where to say how many were done, r10:
 * whose frames (low half) and whose tables (high half less one; 0: own).
 *
 * 1. Requests are independent; the first that fails ends the call, and the
 *    number done, written on failure too, is its index.
 * 2. An L1 entry flushes nothing: that is the guest's duty.
 * 3. Rights over the two owners are checked once a step, not kept across.
 *
 * Lock: none here.  Next: core/pt_update.c.
 */
#include "abi/mmu.h"
#include "call/mmu.h"
#include "core/arch.h"
#include "core/m2p.h"
#include "core/pt.h"

#define COMMAND	3UL

static int set_m2p(struct domain *owner, mfn_t mfn, pfn_t pfn)
{
	if (!frame_hold(owner, mfn)) {
		dom_log(owner, "M2P entry of frame %lx: not the owner",
			(unsigned long)mfn.n);
		return -XY_EINVAL;
	}
	m2p_set(mfn, pfn);
	frame_release(mfn);
	return 0;
}

static int one_update(struct pt_request *r, const struct xy_mmu_update *u)
{
	maddr_t where = to_maddr(u->ptr & ~COMMAND);

	switch (u->ptr & COMMAND) {
	case XY_MMU_NORMAL_PT_UPDATE:
	case XY_MMU_PT_UPDATE_NO_TRANSLATE:
		r->keep_ad = false;
		return pt_update(r, where, u->val);
	case XY_MMU_PT_UPDATE_PRESERVE_AD:
		r->keep_ad = true;
		return pt_update(r, where, u->val);
	case XY_MMU_MACHPHYS_UPDATE:
		return set_m2p(r->pg_owner, maddr_to_mfn(where),
			       to_pfn(u->val));
	}
	return -XY_ENOSYS;
}

static int updates(struct pt_request *r, struct mmu_batch *b, guest_va_t *list)
{
	struct xy_mmu_update u;
	int rc = 0;

	while (b->left != 0) {
		if (mmu_batch_tired(b))
			return -XY_ERESTART;
		rc = guest_read(&u, *list, sizeof(u));
		if (rc == 0)
			rc = one_update(r, &u);
		if (rc != 0)
			break;
		*list = guest_va_add(*list, sizeof(u));
		mmu_batch_next(b);
	}
	return rc;
}

static int owners_get(struct vcpu *v, uint32_t id, struct pt_request *r)
{
	uint16_t tables = XY_DOMID_SELF;
	int rc;

	if (id >> 16 != 0)
		tables = (uint16_t)((id >> 16) - 1);
	rc = dom_resolve(v, tables, &r->pt_owner);
	if (rc != 0)
		return rc;
	rc = mmu_owner_get(v, (uint16_t)id, &r->pg_owner);
	if (rc != 0)
		dom_put(r->pt_owner);
	return rc;
}

int64_t hc_mmu_update(struct vcpu *v, struct call *c)
{
	struct pt_request r = { .by = v };
	guest_va_t list = to_guest(c->arg[0]);
	struct mmu_batch b;
	int rc;

	rc = owners_get(v, (uint32_t)c->arg[3], &r);
	if (rc != 0)
		return rc;
	mmu_batch_start(&b, c->arg[1]);
	rc = updates(&r, &b, &list);
	/* The last item may have been a long one. */
	arch_take_interrupts();
	if (rc == 0)
		rc = pt_drain(r.pt_owner);
	c->arg[0] = list.a;
	c->arg[1] = mmu_batch_arg(&b);
	mmu_owner_put(r.pg_owner);
	dom_put(r.pt_owner);
	if (rc != -XY_ERESTART)
		mmu_batch_tell(&b, to_guest(c->arg[2]));
	return rc;
}
