// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose a frame is: giving, sharing, taking back, enumerating.
 *
 * 1. Only a frame without users changes hands, and only after the CPUs that
 *    may still know it for its owner have been flushed.
 * 2. A domain that owns any frame, given up or not, holds one reference on
 *    itself: what others have mapped of a dead domain keeps its record.
 * 3. chunks[] counts a domain's frames per 512 of the machine: destruction
 *    skips what is not its own without a list in every record.
 *
 * No lock: the word `use` is compared and swapped; counters are atomic.  The
 * owner numbers change under owner_lock.
 */
#include "abi/errno.h"
#include "core/arch.h"
#include "core/con.h"
#include "core/dom.h"
#include "core/frame_owner.h"
#include "core/frame_record.h"
#include "core/heap.h"
#include "core/m2p.h"
#include "lib/assert.h"

static struct dom_mm xen_mm = { .owner = OWNER_XEN };
static struct dom_mm io_mm = { .owner = OWNER_IO };
static struct domain xen_domain = { .id = XY_DOMID_XEN, .mm = &xen_mm };
static struct domain io_domain = { .id = XY_DOMID_IO, .mm = &io_mm };
struct domain *const dom_xen = &xen_domain;
struct domain *const dom_io = &io_domain;

static struct lock owner_lock = LOCK_INIT(RANK_HEAP);
static struct domain *owners[OWNER_MAX] = {	/* lock: owner_lock */
	[OWNER_XEN] = &xen_domain,
	[OWNER_IO] = &io_domain,
};
static struct domain *reap_list;		/* [atomic] */

int frame_owner_add(struct domain *d)
{
	lock_take(&owner_lock);
	for (unsigned int i = OWNER_FIRST; i < OWNER_MAX; i++) {
		if (owners[i] != NULL)
			continue;
		owners[i] = d;
		d->mm->owner = i;
		lock_drop(&owner_lock);
		return 0;
	}
	lock_drop(&owner_lock);
	return -XY_ENOSPC;
}

void frame_owner_remove(struct domain *d)
{
	CHECK(owners[d->mm->owner] == d && d->mm->frames == 0);
	lock_take(&owner_lock);
	owners[d->mm->owner] = NULL;
	lock_drop(&owner_lock);
}

struct domain *frame_owner_at(unsigned int number)
{
	return owners[number];
}

struct domain *frame_owner(mfn_t mfn)
{
	if (!frame_is_ram(mfn))
		return NULL;
	return owners[use_owner(load_use(frame_record(mfn)))];
}

bool frame_owned_by(mfn_t mfn, const struct domain *d)
{
	return frame_is_ram(mfn) && frame_owner_number(d) ==
	       use_owner(load_use(frame_record(mfn)));
}

bool frame_allocated(mfn_t mfn)
{
	return load_use(frame_record(mfn)) & USE_ALLOC;
}

bool frame_shared(mfn_t mfn)
{
	return load_use(frame_record(mfn)) & USE_SHARED;
}

static void count_in(struct domain *d, mfn_t mfn, bool shared)
{
	struct dom_mm *mm = d->mm;

	__atomic_add_fetch(&mm->chunks[mfn.n >> CHUNK_SHIFT], 1,
			   __ATOMIC_RELAXED);
	if (!shared)
		__atomic_add_fetch(&d->tot_pages, 1, __ATOMIC_RELAXED);
	if (__atomic_fetch_add(&mm->frames, 1, __ATOMIC_ACQ_REL) == 0)
		dom_hold(d);
}

/* The domain may go with its last frame, but not here: see frame_reap(). */
static void count_out(struct domain *d, mfn_t mfn, bool shared)
{
	struct dom_mm *mm = d->mm;

	__atomic_sub_fetch(&mm->chunks[mfn.n >> CHUNK_SHIFT], 1,
			   __ATOMIC_RELAXED);
	if (!shared)
		__atomic_sub_fetch(&d->tot_pages, 1, __ATOMIC_RELAXED);
	if (__atomic_fetch_sub(&mm->frames, 1, __ATOMIC_ACQ_REL) != 1)
		return;
	if (__atomic_fetch_add(&mm->puts_owed, 1, __ATOMIC_ACQ_REL) != 0)
		return;			/* it is on the list already */
	mm->reap_next = __atomic_load_n(&reap_list, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&reap_list, &mm->reap_next, d,
					    false, __ATOMIC_ACQ_REL,
					    __ATOMIC_RELAXED))
		;
	arch_kick(arch_cpu());
}

void frame_reap(void)
{
	struct domain *d, *next;

	if (__atomic_load_n(&reap_list, __ATOMIC_RELAXED) == NULL)
		return;
	d = __atomic_exchange_n(&reap_list, NULL, __ATOMIC_ACQ_REL);
	for (; d != NULL; d = next) {
		uint32_t owed;

		next = d->mm->reap_next;
		/* From here it may be put on the list again. */
		owed = __atomic_exchange_n(&d->mm->puts_owed, 0,
					   __ATOMIC_ACQ_REL);
		while (owed-- != 0)
			dom_put(d);
	}
}

void frame_flush_stale(mfn_t mfn)
{
	struct frame *f = frame_record(mfn);
	struct domain *d = owners[use_owner(load_use(f))];
	uint64_t cpus = __atomic_load_n(&d->dirty_cpus, __ATOMIC_ACQUIRE);

	if (cpus != 0)
		cpus = arch_flush_needed(cpus, type_high(load_type(f)));
	if (cpus != 0)
		arch_tlb_flush(cpus);
}

/* What a frame is while nobody owns it and the heap does not have it. */
static void make_own(struct frame *f)
{
	f->type = 0;
	__atomic_store_n(&f->use, USE_RAM, __ATOMIC_RELEASE);
}

void frame_free_unused(mfn_t mfn)
{
	struct frame *f = frame_record(mfn);
	uint64_t use = load_use(f);
	struct domain *d = owners[use_owner(use)];

	frame_flush_stale(mfn);
	CHECK((use & USE_COUNT) == 0 && !(use & (USE_ALLOC | USE_PINNED)));
	make_own(f);
	heap_free(mfn, 0);
	count_out(d, mfn, use & USE_SHARED);
}

static void give(struct domain *d, mfn_t mfn, uint64_t use, uint64_t type)
{
	struct frame *f = frame_record(mfn);

	CHECK(load_use(f) == USE_RAM);
	count_in(d, mfn, use & USE_SHARED);
	f->type = type;
	/* From here a mapping of it by its owner succeeds. */
	__atomic_store_n(&f->use, USE_RAM | USE_ALLOC | use |
			 (uint64_t)frame_owner_number(d) << USE_OWNER_SHIFT,
			 __ATOMIC_RELEASE);
}

void frame_give(struct domain *d, mfn_t mfn)
{
	give(d, mfn, 0, type_make(ROLE_NONE, 0, 0, arch_flush_clock() - 1));
}

void frame_share(struct domain *d, mfn_t mfn)
{
	m2p_set(mfn, to_pfn(M2P_INVALID));
	give(d, mfn, USE_SHARED | 1, type_make(ROLE_DATA, 1, 0, 0));
}

void frame_publish(mfn_t mfn)
{
	struct frame *f = frame_record(mfn);

	/* Busy for ever: no role is to be had. */
	f->type = type_make(ROLE_NONE, 0, TYPE_BUSY, 0);
	f->use = USE_RAM | USE_ALLOC | 1 |
		 (uint64_t)OWNER_XEN << USE_OWNER_SHIFT;
}

/* Ends the owner's allocation, if d has it.  *users: how many are left. */
static int end_alloc(struct domain *d, mfn_t mfn, bool only_unused,
		     uint32_t *users)
{
	unsigned int number = frame_owner_number(d);
	struct frame *f;
	uint64_t u;

	if (!frame_is_ram(mfn))
		return -XY_EINVAL;
	f = frame_record(mfn);
	u = load_use(f);
	do {
		if (use_owner(u) != number || !(u & USE_ALLOC) ||
		    (u & USE_SHARED))
			return -XY_EINVAL;
		if (only_unused && (u & USE_COUNT) != 0)
			return -XY_EBUSY;
	} while (!swap_use(f, &u, u & ~USE_ALLOC));
	*users = u & USE_COUNT;
	m2p_set(mfn, to_pfn(M2P_INVALID));
	return 0;
}

int frame_reclaim(struct domain *d, mfn_t mfn)
{
	uint32_t users;
	int rc = end_alloc(d, mfn, true, &users);

	if (rc != 0)
		return rc;
	frame_flush_stale(mfn);
	make_own(frame_record(mfn));
	count_out(d, mfn, false);
	return 0;
}

int frame_put_back(struct domain *d, mfn_t mfn)
{
	uint32_t users;
	int rc = end_alloc(d, mfn, false, &users);

	if (rc == 0 && users == 0)
		frame_free_unused(mfn);
	return rc;
}

void frame_unshare(struct domain *d, mfn_t mfn)
{
	struct frame *f = frame_record(mfn);
	uint64_t u = load_use(f);

	do {
		CHECK(use_owner(u) == frame_owner_number(d) &&
		      (u & USE_SHARED) && (u & USE_ALLOC));
	} while (!swap_use(f, &u, u & ~USE_ALLOC));
	frame_drop_simple(mfn, ROLE_DATA);
}

mfn_t frame_next(struct domain *d, mfn_t from, unsigned int *budget)
{
	uint64_t n = from.n, end = frame_max();

	while (n < end) {
		if (*budget == 0)
			return to_mfn(n);
		--*budget;
		if (d->mm->chunks[n >> CHUNK_SHIFT] == 0) {
			n = ((n >> CHUNK_SHIFT) + 1) << CHUNK_SHIFT;
			continue;
		}
		if (frame_owned_by(to_mfn(n), d))
			return to_mfn(n);
		n++;
	}
	return to_mfn(NO_FRAME);
}

void frame_log(mfn_t mfn)
{
	static const char *const names[] = {
		"none", "data", "L1", "L2", "L3", "L4", "descriptors", "?",
	};
	uint64_t u, t;
	struct domain *d;

	if (!frame_is_ram(mfn)) {
		con_log("frame %lx: not RAM\n", (unsigned long)mfn.n);
		return;
	}
	u = load_use(frame_record(mfn));
	t = load_type(frame_record(mfn));
	if (u & USE_FREE) {
		con_log("frame %lx: free, first of 2^%u\n",
			(unsigned long)mfn.n, heap_order(mfn));
		return;
	}
	d = owners[use_owner(u)];
	con_log("frame %lx: owner %d, users %u, role %s, users of it %u%s%s%s"
		"%s, stamp %x, pfn %lx\n",
		(unsigned long)mfn.n, d ? (int)d->id : -1,
		(unsigned int)(u & USE_COUNT), names[type_role(t)],
		(unsigned int)(t & TYPE_COUNT),
		u & USE_ALLOC ? "" : ", given up",
		u & USE_PINNED ? ", pinned" : "",
		u & USE_SHARED ? ", shared" : "",
		t & TYPE_BUSY ? ", busy" : "", type_high(t),
		(unsigned long)m2p_get(mfn).n);
}
