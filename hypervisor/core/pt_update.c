// SPDX-License-Identifier: GPL-2.0-only
/*
 * One entry from an old value to a new one.
 *
 * 1. The new promise is taken before the old one is dropped: a refusal leaves
 *    nothing changed, and after the store nothing can fail.
 * 2. An L1 entry changes without the mm lock: a user of the table's L1 role
 *    keeps it a table, and the store is a compare-and-swap, because the CPU
 *    writes A and D and other CPUs may update the same entry.
 * 3. L2 to L4 entries change under the mm lock; if a present entry is removed
 *    or changed, the CPUs that run this domain are flushed before the lock is
 *    dropped and before the table below can change its role.
 * 4. A word of a frame that is no table is a plain store, made while a DATA
 *    user is held.
 *
 * Lock: mm for rule 3.  Next: pt_walk.c.
 */
#include "abi/errno.h"
#include "core/arch.h"
#include "core/iomem.h"
#include "core/pt_int.h"
#include "lib/assert.h"

#define KEEP_BITS	(PTE_A | PTE_D)

static uint64_t *slot_of(maddr_t where)
{
	uint64_t *table = arch_frame_ptr(maddr_to_mfn(where));

	return table + (where.a & ~PAGE_MASK) / sizeof(uint64_t);
}

/*
 * The entry as l1_take() would store it, if that needs no counting: what it
 * says differs from `old` only in harmless bits.
 */
static bool l1_same(const struct pt_request *r, uint64_t old, uint64_t *new)
{
	uint64_t e = pte_adjust(1, *new);

	if (!pte_present(old) || !pte_present(e) ||
	    !pte_flags_ok(1, e, r->pt_owner->rights.iomem))
		return false;
	if (!frame_is_ram(pte_mfn(e))) {
		if (iomem_read_only(pte_mfn(e)))
			e &= ~PTE_RW;
		e = pte_uncached(e);
	}
	if (!pte_same_promise(old, e))
		return false;
	*new = e;
	return true;
}

int l1_swap(const struct pt_request *r, uint64_t *slot, uint64_t old,
	    uint64_t new)
{
	int rc;

	if (l1_same(r, old, &new))
		return entry_swap(slot, &old, new) ? 0 : -XY_EAGAIN;
	rc = l1_take(r, &new);
	if (rc != 0)
		return rc;
	if (!entry_swap(slot, &old, new)) {
		l1_drop(r->pt_owner, new);
		return -XY_EAGAIN;
	}
	/* From here the CPU walks to the new frame. */
	l1_drop(r->pt_owner, old);
	return 0;
}

static int l1_update(const struct pt_request *r, uint64_t *slot, uint64_t new)
{
	int rc;

	do {
		uint64_t old = entry_load(slot), e = new;

		if (r->keep_ad && pte_present(e))
			e |= old & KEEP_BITS;
		rc = l1_swap(r, slot, old, e);
	} while (rc == -XY_EAGAIN);
	return rc;
}

uint64_t *l1_hold(struct domain *d, maddr_t where)
{
	if (where.a % sizeof(uint64_t) != 0 ||
	    !frame_take_more(d, maddr_to_mfn(where), ROLE_L1))
		return NULL;
	return slot_of(where);
}

void l1_put(struct domain *d, maddr_t where)
{
	mfn_t mfn = maddr_to_mfn(where);
	unsigned int budget = PT_ENTRIES;

	if (frame_drop(mfn, ROLE_L1) != FRAME_LAST)
		return;
	/* Its last parent went meanwhile: take it apart, here. */
	frame_keep(mfn);
	lock_take(&d->mm_lock);
	table_drop(d, 1, mfn);
	(void)drain_some(d, &budget);
	lock_drop(&d->mm_lock);
}

/* Levels 2 to 4; the mm lock is held and the frame has the role. */
static int upper_update(const struct pt_request *r, maddr_t where,
			uint64_t new, unsigned int *budget)
{
	struct domain *d = r->pt_owner;
	unsigned int level = role_level(frame_role(maddr_to_mfn(where)));
	uint64_t *slot = slot_of(where), old = entry_load(slot), e;
	int rc;

	if (level == 4 && l4_slot_is_hv((where.a & ~PAGE_MASK) / 8)) {
		dom_log(d, "L4 slot %lu is the hypervisor's",
			(unsigned long)(where.a & ~PAGE_MASK) / 8);
		return -XY_EINVAL;
	}
	if (pte_present(new)) {
		rc = upper_take(d, level, &new, budget);
		if (rc != 0)
			return rc;
	}
	do {
		e = new;
		if (r->keep_ad && pte_present(e))
			e |= old & KEEP_BITS;
	} while (!entry_swap(slot, &old, e));
	if (level == 4)
		arch_root_changed(maddr_to_mfn(where));
	if (!pte_present(old))
		return 0;
	if ((old ^ e) & ~(KEEP_BITS | PTE_AVL | PTE_AVL_HIGH))
		arch_tlb_flush(__atomic_load_n(&d->dirty_cpus,
					       __ATOMIC_ACQUIRE));
	table_drop(d, level - 1, pte_mfn(old));
	return 0;
}

static int word_store(const struct pt_request *r, maddr_t where, uint64_t new)
{
	mfn_t mfn = maddr_to_mfn(where);

	if (frame_take(r->pt_owner, mfn, ROLE_DATA) != FRAME_DONE) {
		dom_log(r->by ? r->by->domain : r->pt_owner,
			"mmu_update at %lx refused: frame's role is %u",
			(unsigned long)where.a,
			frame_is_ram(mfn) ? frame_role(mfn) : ROLE_NONE);
		return -XY_EINVAL;
	}
	__atomic_store_n(slot_of(where), new, __ATOMIC_RELEASE);
	frame_drop_simple(mfn, ROLE_DATA);
	return 0;
}

/* With the mm lock roles of tables stand still. */
static int locked_update(const struct pt_request *r, maddr_t where,
			 uint64_t new)
{
	mfn_t mfn = maddr_to_mfn(where);
	unsigned int budget = pt_step_entries;
	enum role role;
	int rc;

	if (!drain_some(r->pt_owner, &budget))
		return -XY_ERESTART;
	role = frame_role(mfn);
	if (!role_is_upper(role) || !frame_owned_by(mfn, r->pt_owner))
		return -XY_EAGAIN;
	rc = upper_update(r, where, new, &budget);
	if (rc != -XY_ERESTART)
		work_end(r->pt_owner);
	return rc;
}

int pt_update(const struct pt_request *r, maddr_t ptr, uint64_t new)
{
	mfn_t mfn = maddr_to_mfn(ptr);
	struct domain *d = r->pt_owner;
	uint64_t *slot;
	int rc;

	if (ptr.a % sizeof(uint64_t) != 0 || !frame_owned_by(mfn, d)) {
		dom_log(r->by ? r->by->domain : d,
			"mmu_update at %lx refused: not a word of d%u's",
			(unsigned long)ptr.a, d->id);
		return -XY_EINVAL;
	}
	slot = l1_hold(d, ptr);
	if (slot != NULL) {
		rc = l1_update(r, slot, new);
		l1_put(d, ptr);
		return rc;
	}
	lock_take(&d->mm_lock);
	rc = locked_update(r, ptr, new);
	lock_drop(&d->mm_lock);
	if (rc != -XY_EAGAIN)
		return rc;
	slot = l1_hold(d, ptr);		/* it may have become an L1 */
	if (slot == NULL)
		return word_store(r, ptr, new);
	rc = l1_update(r, slot, new);
	l1_put(d, ptr);
	return rc;
}

int pt_update_va(const struct pt_request *r, uint64_t va, uint64_t new)
{
	uint64_t l1e, *slot = NULL;
	maddr_t where = to_maddr(0);
	int rc;

	if (pt_walk(r->by, va, &l1e, &where))
		slot = l1_hold(r->pt_owner, where);
	if (slot == NULL) {
		dom_log(r->by->domain, "update_va_mapping of %lx: no L1 there",
			(unsigned long)va);
		return -XY_EINVAL;
	}
	rc = l1_update(r, slot, new);
	l1_put(r->pt_owner, where);
	return rc;
}
