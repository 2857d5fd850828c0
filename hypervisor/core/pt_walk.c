// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a vCPU's current tables, and writes to L1 tables by emulation.
 *
 * 1. The walk takes no lock and no users: every step checks only that there is
 *    RAM to read, so a table that changes meanwhile gives at worst an answer
 *    as old as a TLB's.  Who acts on the answer takes a user of what it found,
 *    which checks owner and role (l1_hold, frame_take).
 * 2. An emulated write changes an entry exactly as mmu_update would; l1_hold()
 *    on the frame that is really written is what makes it safe.
 *
 * No lock.  Next: pt_grant.c.
 */
#include "abi/errno.h"
#include "abi/mmu.h"
#include "core/arch.h"
#include "core/guest.h"
#include "core/pt_int.h"

#define SWAP_TRIES	16

bool pt_walk(struct vcpu *v, uint64_t va, uint64_t *l1e, maddr_t *where)
{
	mfn_t mfn = v->kernel_mode ? v->root_kernel : v->root_user;

	if (!va_canonical(va) || l4_slot_is_hv(pte_index(4, va)))
		return false;
	for (unsigned int level = 4;; level--) {
		unsigned int i = pte_index(level, va);
		uint64_t *table, e;

		if (!frame_is_ram(mfn))
			return false;
		table = arch_frame_ptr(mfn);
		e = entry_load(&table[i]);
		if (level == 1) {
			*l1e = e;
			*where = to_maddr((mfn.n << PAGE_SHIFT) +
					  i * sizeof(e));
			return true;
		}
		if (!pte_present(e))
			return false;
		mfn = pte_mfn(e);
	}
}

bool pt_walk_l1(struct vcpu *v, uint64_t va, uint64_t *l1e)
{
	maddr_t where;

	return pt_walk(v, va, l1e, &where);
}

/* The machine address of va, if it is a read-only mapping of an own L1. */
static bool emulated_target(struct vcpu *v, uint64_t va, maddr_t *target)
{
	uint64_t l1e;
	mfn_t mfn;

	if (!(v->domain->vm_assist >> XY_VMASST_TYPE_writable_pagetables & 1) ||
	    !pt_walk_l1(v, va, &l1e))
		return false;
	mfn = pte_mfn(l1e);
	if (!pte_present(l1e) || pte_writable(l1e) ||
	    !frame_owned_by(mfn, v->domain) || frame_role(mfn) != ROLE_L1)
		return false;
	*target = to_maddr((mfn.n << PAGE_SHIFT) + (va & ~PAGE_MASK));
	return true;
}

bool pt_emulation_ok(struct vcpu *v, uint64_t va)
{
	maddr_t target;

	return v->kernel_mode && emulated_target(v, va, &target);
}

bool pt_emulated_read(struct vcpu *v, uint64_t va, uint64_t *word)
{
	maddr_t target;
	uint64_t *table;

	if (!emulated_target(v, va, &target))
		return false;
	table = arch_frame_ptr(maddr_to_mfn(target));
	*word = entry_load(&table[(target.a & ~PAGE_MASK) / 8]);
	return true;
}

/* Where the operand lies in its 8 bytes, as a mask. */
static uint64_t operand_mask(const struct pt_write *w)
{
	uint64_t mask = w->bytes == 8 ? ~0UL : (1UL << 8 * w->bytes) - 1;

	return mask << 8 * (w->va & 7);
}

static int write_slot(const struct pt_request *r, uint64_t *slot,
		      const struct pt_write *w)
{
	unsigned int shift = 8 * (w->va & 7);
	uint64_t mask = operand_mask(w);
	int rc = -XY_EAGAIN;

	for (unsigned int i = 0; i < SWAP_TRIES && rc == -XY_EAGAIN; i++) {
		uint64_t now = entry_load(slot), new;

		if (w->locked && (now & mask) != (w->old << shift & mask))
			return -XY_EAGAIN;
		new = (now & ~mask) | (w->new << shift & mask);
		rc = l1_swap(r, slot, now, new);
	}
	return rc;
}

int pt_emulated_write(struct vcpu *v, const struct pt_write *w)
{
	struct pt_request r = {
		.pt_owner = v->domain, .pg_owner = v->domain, .by = v,
	};
	maddr_t target;
	uint64_t *slot;
	int rc;

	if ((w->bytes != 1 && w->bytes != 2 && w->bytes != 4 &&
	     w->bytes != 8) || w->va % w->bytes != 0 ||
	    !emulated_target(v, w->va, &target))
		return -XY_EINVAL;
	target.a &= ~7UL;
	slot = l1_hold(v->domain, target);
	if (slot == NULL)
		return -XY_EINVAL;
	rc = write_slot(&r, slot, w);
	l1_put(v->domain, target);
	return rc;
}
