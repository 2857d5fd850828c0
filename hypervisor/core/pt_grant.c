// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entries that hold a granted frame, and frames of descriptors.
 *
 * 1. A granted entry is an L1 entry like any other, whose frame has a foreign
 *    owner; the entry's user is its own, beside the one the maptrack holds.
 * 2. Unmapping hands that user to the caller, who flushes first.
 * 3. A DESC frame's contents are lawful while it has the role: they are checked
 *    whole at FIRST, and each later write by its caller.
 *
 * Lock: mm for DESC.  Next: grant.c, desc.c.
 */
#include "abi/errno.h"
#include "core/arch.h"
#include "core/desc.h"
#include "core/pt_int.h"

static uint64_t *hold_address(struct vcpu *v, uint64_t host_addr,
			      bool contains_pte, maddr_t *where)
{
	uint64_t l1e;

	if (contains_pte)
		*where = to_maddr(host_addr);
	else if (!pt_walk(v, host_addr, &l1e, where))
		return NULL;
	return l1_hold(v->domain, *where);
}

int pt_grant_map(struct vcpu *v, struct domain *granter, uint64_t host_addr,
		 bool contains_pte, uint64_t new_l1e)
{
	struct pt_request r = {
		.pt_owner = v->domain, .pg_owner = granter, .by = v,
	};
	maddr_t where;
	uint64_t *slot = hold_address(v, host_addr, contains_pte, &where);
	int rc;

	if (slot == NULL) {
		dom_log(v->domain, "grant map at %lx: no L1 entry there",
			(unsigned long)host_addr);
		return -XY_EINVAL;
	}
	do {
		rc = l1_swap(&r, slot, entry_load(slot), new_l1e);
	} while (rc == -XY_EAGAIN);
	l1_put(v->domain, where);
	return rc == 0 ? 0 : -XY_EBUSY;
}

int pt_grant_unmap(struct vcpu *v, uint64_t host_addr, bool contains_pte,
		   mfn_t mfn, bool rw)
{
	maddr_t where;
	uint64_t *slot = hold_address(v, host_addr, contains_pte, &where), e;
	int rc = 0;

	if (slot == NULL)
		return -XY_EINVAL;
	e = entry_load(slot);
	do {
		if (!pte_present(e) || !mfn_same(pte_mfn(e), mfn) ||
		    pte_writable(e) != rw)
			rc = -XY_EINVAL;
	} while (rc == 0 && !entry_swap(slot, &e, 0));
	l1_put(v->domain, where);
	return rc;
}

int pt_take_desc(struct domain *d, mfn_t mfn)
{
	int rc = -XY_EINVAL;

	lock_take(&d->mm_lock);
	switch (frame_take(d, mfn, ROLE_DESC)) {
	case FRAME_DONE:
		rc = 0;
		break;
	case FRAME_FIRST:
		frame_flush_stale(mfn);
		if (desc_check_frame(arch_frame_ptr(mfn))) {
			frame_ready(mfn);
			rc = 0;
		} else {
			frame_take_cancel(mfn);
		}
		break;
	case FRAME_REFUSED:
	case FRAME_LAST:
		break;
	}
	lock_drop(&d->mm_lock);
	if (rc != 0)
		dom_log(d, "frame %lx refused for descriptors",
			(unsigned long)mfn.n);
	return rc;
}

void pt_drop_desc(mfn_t mfn)
{
	frame_drop_simple(mfn, ROLE_DESC);
}

int pt_write_desc(struct domain *d, maddr_t where, uint64_t value)
{
	mfn_t mfn = maddr_to_mfn(where);
	uint64_t *frame;
	enum role role = ROLE_DESC;

	if (where.a % 8 != 0)
		return -XY_EINVAL;
	if (!frame_take_more(d, mfn, role)) {
		role = ROLE_DATA;
		if (frame_take(d, mfn, role) != FRAME_DONE)
			return -XY_EINVAL;
	}
	frame = arch_frame_ptr(mfn);
	__atomic_store_n(&frame[(where.a & ~PAGE_MASK) / 8], value,
			 __ATOMIC_RELEASE);
	frame_drop_simple(mfn, role);
	return 0;
}
