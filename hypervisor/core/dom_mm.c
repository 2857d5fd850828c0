// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain's memory from its first frame to its last.
 *
 * 1. Frames are cleared when the domain gets them, never later.
 * 2. A domain never owns more than max_pages, nor takes what was promised to
 *    others.
 * 3. A domain that is dying gets no frame: who gives looks once more after
 *    giving, and who destroys looks for frames after having said so.
 * 4. Destruction is a walk in bounded steps: roots, pins, dropped tables, then
 *    the frames; what others still have mapped goes with their last user.
 *
 * Lock: mm for the lists; the counters are atomic.
 */
#include "abi/errno.h"
#include "abi/memory.h"
#include "core/arch.h"
#include "core/dom_mm.h"
#include "core/frame_record.h"
#include "core/heap.h"
#include "core/m2p.h"
#include "core/pool.h"
#include "core/pt_int.h"
#include "lib/assert.h"

#define WALK_BUDGET	8192u		/* records looked at in a step */
#define FREE_BUDGET	512u		/* frames given back in a step */

enum destroy_step { END_ROOTS, END_PINS, END_TABLES, END_FRAMES, ENDED };

int dom_mm_create(struct domain *d)
{
	struct dom_mm *mm = pool_alloc(sizeof(*mm));
	int rc;

	if (mm == NULL)
		return -XY_ENOMEM;
	mm->chunks = pool_alloc_array((frame_max() >> CHUNK_SHIFT) + 1,
				      sizeof(mm->chunks[0]));
	mm->drain = mm->work = mm->release = FRAME_NO_LINK;
	mm->destroy_at = to_mfn(0);
	lock_init(&d->mm_lock, RANK_MM);
	d->direct_root = to_mfn(NO_FRAME);
	d->open_kernel = to_mfn(NO_FRAME);
	d->mm = mm;
	rc = mm->chunks == NULL ? -XY_ENOMEM : frame_owner_add(d);
	if (rc != 0) {
		pool_free(mm->chunks);
		pool_free(mm);
		d->mm = NULL;
	}
	return rc;
}

static void end_claim(struct domain *d)
{
	if (heap_claim(&d->claimed_pages, 0) != 0)
		panic("a claim could not be given back");
}

void dom_mm_free(struct domain *d)
{
	if (d->mm == NULL)
		return;			/* dom_mm_create() had failed */
	end_claim(d);			/* one made while it was dying */
	frame_owner_remove(d);
	pool_free(d->mm->chunks);
	pool_free(d->mm);
	d->mm = NULL;
}

/* What is on its way counts too, so that two CPUs cannot pass the bound. */
static bool reserve_pages(struct domain *d, uint64_t pages)
{
	uint64_t coming = __atomic_add_fetch(&d->mm->coming, pages,
					     __ATOMIC_ACQ_REL);
	uint64_t have = __atomic_load_n(&d->tot_pages, __ATOMIC_ACQUIRE);

	return have <= d->max_pages && coming <= d->max_pages - have;
}

static void unreserve_pages(struct domain *d, uint64_t pages)
{
	__atomic_sub_fetch(&d->mm->coming, pages, __ATOMIC_ACQ_REL);
}

static int alloc_frames(struct domain *d, unsigned int order,
			unsigned int flags, mfn_t *out)
{
	unsigned int bits = flags & XY_MEMF_address_bits_mask;
	bool clean = !(flags & DOM_ALLOC_DIRTY);
	mfn_t mfn = heap_alloc_claimed(order, bits ? bits : HEAP_ANY_BITS,
				       &d->claimed_pages, &clean);

	if (mfn_none(mfn))
		return -XY_ENOMEM;
	heap_split(mfn, order);
	for (uint64_t i = 0; i < 1UL << order; i++) {
		mfn_t each = to_mfn(mfn.n + i);

		if (!clean && !(flags & DOM_ALLOC_DIRTY))
			arch_frame_clear(each);
		m2p_set(each, to_pfn(M2P_INVALID));
		frame_give(d, each);
	}
	*out = mfn;
	return 0;
}

/* A frame that is still mapped elsewhere lingers; shared ones are not ours. */
static void end_frame(struct domain *d, mfn_t mfn)
{
	int rc;

	if (!frame_allocated(mfn) || frame_shared(mfn))
		return;
	rc = frame_put_back(d, mfn);
	(void)rc;		/* another CPU may have been first */
}

/* Rule 3.  Nobody was told of the frames, so that nobody misses them. */
static int check_alive(struct domain *d, mfn_t first, uint64_t count)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!__atomic_load_n(&d->dying, __ATOMIC_RELAXED))
		return 0;
	for (uint64_t i = 0; i < count; i++)
		end_frame(d, to_mfn(first.n + i));
	return -XY_EINVAL;
}

int dom_alloc_pages(struct domain *d, unsigned int order,
		    unsigned int mem_flags, mfn_t *out)
{
	int rc = -XY_EPERM;

	if (order > HEAP_MAX_ORDER)
		return -XY_EINVAL;
	if (reserve_pages(d, 1UL << order))
		rc = alloc_frames(d, order, mem_flags, out);
	if (rc == 0)
		rc = check_alive(d, *out, 1UL << order);
	unreserve_pages(d, 1UL << order);
	return rc;
}

static void end_roots(struct domain *d)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(d->vcpus); i++)
		if (d->vcpus[i] != NULL)
			pt_release_vcpu(d->vcpus[i]);
	lock_take(&d->mm_lock);
	work_release(d);
	lock_drop(&d->mm_lock);
	end_claim(d);
}

static void end_pin(struct domain *d, mfn_t mfn)
{
	if (!frame_pinned(mfn))
		return;
	lock_take(&d->mm_lock);
	if (frame_set_pinned(mfn, false))
		table_drop(d, role_level(frame_role(mfn)), mfn);
	lock_drop(&d->mm_lock);
}

/* Calls fn for d's frames; true: all of them have been seen. */
static bool walk(struct domain *d, void (*fn)(struct domain *, mfn_t),
		 unsigned int frames)
{
	unsigned int budget = WALK_BUDGET;
	mfn_t at = d->mm->destroy_at;

	while (frames-- != 0) {
		at = frame_next(d, at, &budget);
		if (mfn_none(at) || budget == 0)
			break;
		fn(d, at);
		at.n++;
	}
	d->mm->destroy_at = mfn_none(at) ? to_mfn(0) : at;
	return mfn_none(at);
}

int dom_mm_destroy_step(struct domain *d)
{
	struct dom_mm *mm = d->mm;

	switch ((enum destroy_step)mm->destroy_step) {
	case END_ROOTS:
		if (pt_drain(d) != 0)
			return -XY_ERESTART;
		end_roots(d);
		mm->destroy_step = END_PINS;
		return -XY_ERESTART;
	case END_PINS:
		if (pt_drain(d) == 0 && walk(d, end_pin, 64))
			mm->destroy_step = END_TABLES;
		return -XY_ERESTART;
	case END_TABLES:
		if (pt_drain(d) == 0)
			mm->destroy_step = END_FRAMES;
		return -XY_ERESTART;
	case END_FRAMES:
		if (!walk(d, end_frame, FREE_BUDGET))
			return -XY_ERESTART;
		mm->destroy_step = ENDED;
		return 0;
	case ENDED:
		return 0;
	}
	panic("destroy step %u", mm->destroy_step);
}
