// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory_op: extents into and out of a domain, and claims.
 *
 * 1. The answer is the number of extents done, also when one fails half way;
 *    only a missing right is an error.
 * 2. A new frame is cleared before the domain owns it; the M2P says what the
 *    caller said its pfn is.
 * 3. A frame given up stays until its last user goes.  The caller has
 *    unmapped it first, or keeps it.
 * 4. An extent is done whole or not at all.
 *
 * Lock: none here.  Next: memory_exchange.c.
 */
#include "call/memory.h"
#include "core/frame.h"
#include "core/heap.h"
#include "core/m2p.h"
#include "core/pt.h"

#define STEP_FRAMES	512u		/* cleared or given back in one step */

struct extents {
	struct xy_memory_reservation r;
	struct domain *d;
};

unsigned int memory_bits(const struct xy_memory_reservation *r)
{
	unsigned int bits = r->mem_flags & XY_MEMF_address_bits_mask;

	return bits ? bits : HEAP_ANY_BITS;
}

/* True: go on.  False: *rc is what the call answers. */
static bool extents_get(struct vcpu *v, guest_va_t arg, uint64_t start,
			struct extents *x, int64_t *rc)
{
	*rc = (int64_t)start;
	if (guest_read(&x->r, arg, sizeof(x->r)) || start > x->r.nr_extents ||
	    x->r.extent_order > MEMORY_MAX_ORDER ||
	    x->r.mem_flags & XY_MEMF_populate_on_demand)
		return false;
	switch (dom_resolve(v, x->r.domid, &x->d)) {
	case 0:
		break;
	case -XY_EPERM:
		*rc = -XY_EPERM;
		return false;
	default:
		return false;
	}
	if (!x->d->dying)
		return true;
	dom_put(x->d);
	return false;
}

/* Runs `one` for each extent that is left. */
static int64_t each_extent(struct vcpu *v, guest_va_t arg, uint64_t *start,
			   bool (*one)(struct extents *, uint64_t))
{
	struct extents x;
	uint64_t i, frames = 0;
	int64_t rc;

	if (!extents_get(v, arg, *start, &x, &rc))
		return rc;
	for (i = *start; i < x.r.nr_extents; i++) {
		if (frames >= STEP_FRAMES) {
			*start = i;
			dom_put(x.d);
			return -XY_ERESTART;
		}
		if (!one(&x, i))
			break;
		frames += 1UL << x.r.extent_order;
	}
	dom_put(x.d);
	return (int64_t)i;
}

static bool alloc_extent(struct extents *x, mfn_t *mfn)
{
	int rc = dom_alloc_pages(x->d, x->r.extent_order, x->r.mem_flags &
				 XY_MEMF_address_bits_mask, mfn);

	if (rc == 0)
		return true;
	dom_log(x->d, "no extent of order %u: error %d, has %lu of %lu",
		x->r.extent_order, -rc, (unsigned long)x->d->tot_pages,
		(unsigned long)x->d->max_pages);
	return false;
}

/* Nobody knew of the frames yet; a guess by the owner only delays the end. */
static void take_back(struct domain *d, mfn_t mfn, unsigned int order)
{
	for (uint64_t k = 0; k < 1UL << order; k++)
		if (frame_put_back(d, to_mfn(mfn.n + k)) != 0)
			return;		/* it gave them up by itself */
}

static bool tell(struct extents *x, uint64_t i, mfn_t mfn)
{
	if (guest_write_elem(to_guest(x->r.extent_start), i, &mfn.n,
			     sizeof(mfn.n)) == 0)
		return true;
	take_back(x->d, mfn, x->r.extent_order);
	return false;
}

static bool increase_one(struct extents *x, uint64_t i)
{
	mfn_t mfn;

	if (!alloc_extent(x, &mfn))
		return false;
	return x->r.extent_start == 0 || tell(x, i, mfn);
}

static bool populate_one(struct extents *x, uint64_t i)
{
	uint64_t pfn;
	mfn_t mfn;

	if (guest_read_elem(&pfn, to_guest(x->r.extent_start), i,
			    sizeof(pfn)) || !alloc_extent(x, &mfn))
		return false;
	for (uint64_t k = 0; k < 1UL << x->r.extent_order; k++)
		m2p_set(to_mfn(mfn.n + k), to_pfn(pfn + k));
	return tell(x, i, mfn);
}

static bool all_owned(struct domain *d, uint64_t mfn, uint64_t frames)
{
	for (uint64_t k = 0; k < frames; k++)
		if (!frame_owned_by(to_mfn(mfn + k), d) ||
		    !frame_allocated(to_mfn(mfn + k)))
			return false;
	return true;
}

static bool decrease_one(struct extents *x, uint64_t i)
{
	uint64_t mfn, frames = 1UL << x->r.extent_order;

	if (guest_read_elem(&mfn, to_guest(x->r.extent_start), i,
			    sizeof(mfn)))
		return false;
	if (mfn + frames < mfn || !all_owned(x->d, mfn, frames)) {
		dom_log(x->d, "decrease_reservation of frame %lx: not its own",
			(unsigned long)mfn);
		return false;
	}
	for (uint64_t k = 0; k < frames; k++)
		if (frame_put_back(x->d, to_mfn(mfn + k)) != 0)
			return false;	/* another vCPU was first */
	return true;
}

int64_t memory_increase(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	return each_extent(v, arg, start, increase_one);
}

int64_t memory_populate(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	return each_extent(v, arg, start, populate_one);
}

int64_t memory_decrease(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	return each_extent(v, arg, start, decrease_one);
}

/* The frames the domain will have in all; 0 ends the claim. */
static int set_claim(struct domain *d, uint64_t pages)
{
	uint64_t have = __atomic_load_n(&d->tot_pages, __ATOMIC_RELAXED);

	if (pages == 0)
		return heap_claim(&d->claimed_pages, 0);
	if (d->dying || d->claimed_pages != 0 || pages < have ||
	    pages > d->max_pages)
		return -XY_EINVAL;
	return heap_claim(&d->claimed_pages, pages - have);
}

int64_t memory_claim(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	struct xy_memory_reservation r;
	struct domain *d;
	int rc;

	(void)start;
	if (guest_read(&r, arg, sizeof(r)))
		return -XY_EFAULT;
	if (!v->domain->privileged)
		return -XY_EPERM;
	if (r.extent_start != 0 || r.extent_order != 0 || r.mem_flags != 0)
		return -XY_EINVAL;
	rc = dom_resolve(v, r.domid, &d);
	if (rc != 0)
		return rc;
	rc = set_claim(d, r.nr_extents);
	dom_put(d);
	return rc;
}
