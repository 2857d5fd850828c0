// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory_op exchange: frames a domain has for frames that lie together, or
 * lower; dom0 makes its buffers for devices this way.
 *
 * 1. The unit is a chunk: as many frames as the bigger of the two orders has.
 *    A chunk is exchanged whole or not at all.
 * 2. Everything that can fail comes first: reading, the write test of the
 *    place for the answer, allocation, and taking the old frames back, which
 *    fails if any of them is mapped or used.  A failure puts all of it back,
 *    contents and pfns included.
 * 3. Only for the caller itself: its domain cannot be taken apart meanwhile.
 * 4. Progress is in the guest's own nr_exchanged, in extents of `in`.
 *
 * Lock: none here.  Next: memory_maps.c.
 */
#include "call/memory.h"
#include "core/arch.h"
#include "core/frame.h"
#include "core/heap.h"
#include "core/m2p.h"
#include "core/pool.h"

#define CHUNK_FRAMES	(1u << MEMORY_MAX_ORDER)

struct chunk {
	struct xy_memory_exchange x;
	struct domain *d;
	unsigned int frames;		/* in the chunk */
	unsigned int in_count, out_count; /* extents of each side */
	uint64_t in_first, out_first;	/* their index in the guest's lists */
	mfn_t old[CHUNK_FRAMES], new[CHUNK_FRAMES];	/* new: by extent */
	uint64_t old_pfn[CHUNK_FRAMES], pfn[CHUNK_FRAMES];
};

static int read_old(struct chunk *k)
{
	unsigned int order = k->x.in.extent_order, n = 0;

	for (unsigned int i = 0; i < k->in_count; i++) {
		uint64_t mfn;

		if (guest_read_elem(&mfn, to_guest(k->x.in.extent_start),
				    k->in_first + i, sizeof(mfn)))
			return -XY_EFAULT;
		for (unsigned int f = 0; f < 1u << order; f++)
			k->old[n++] = to_mfn(mfn + f);
	}
	return 0;
}

/* Reads the pfns and writes them back: the answer will go there. */
static int read_pfns(struct chunk *k)
{
	guest_va_t list = to_guest(k->x.out.extent_start);

	for (unsigned int i = 0; i < k->out_count; i++)
		if (guest_read_elem(&k->pfn[i], list, k->out_first + i,
				    sizeof(k->pfn[i])) ||
		    guest_write_elem(list, k->out_first + i, &k->pfn[i],
				     sizeof(k->pfn[i])))
			return -XY_EFAULT;
	return 0;
}

static void free_new(struct chunk *k, unsigned int n)
{
	while (n-- > 0)
		heap_free(k->new[n], k->x.out.extent_order);
}

static int alloc_new(struct chunk *k)
{
	uint64_t no_claim = 0;
	bool clean = false;

	for (unsigned int i = 0; i < k->out_count; i++) {
		k->new[i] = heap_alloc_claimed(k->x.out.extent_order,
					       memory_bits(&k->x.out),
					       &no_claim, &clean);
		if (mfn_none(k->new[i])) {
			free_new(k, i);
			return -XY_ENOMEM;
		}
	}
	return 0;
}

static void return_old(struct chunk *k, unsigned int n)
{
	while (n-- > 0) {
		frame_give(k->d, k->old[n]);
		m2p_set(k->old[n], to_pfn(k->old_pfn[n]));
	}
}

static int take_old(struct chunk *k)
{
	for (unsigned int i = 0; i < k->frames; i++) {
		int rc;

		k->old_pfn[i] = m2p_get(k->old[i]).n;
		rc = frame_reclaim(k->d, k->old[i]);
		if (rc != 0) {
			dom_log(k->d, "exchange of frame %lx refused: %s",
				(unsigned long)k->old[i].n,
				rc == -XY_EBUSY ? "in use" : "not its own");
			return_old(k, i);
			return rc;
		}
	}
	return 0;
}

static void give_extent(struct chunk *k, unsigned int i)
{
	unsigned int order = k->x.out.extent_order;

	heap_split(k->new[i], order);
	for (uint64_t f = 0; f < 1UL << order; f++) {
		mfn_t mfn = to_mfn(k->new[i].n + f);

		arch_frame_clear(mfn);
		m2p_set(mfn, to_pfn(k->pfn[i] + f));
		frame_give(k->d, mfn);
	}
}

/* Nothing here can fail: the place for the answer has been tried. */
static void commit(struct chunk *k)
{
	for (unsigned int i = 0; i < k->out_count; i++) {
		give_extent(k, i);
		if (guest_write_elem(to_guest(k->x.out.extent_start),
				     k->out_first + i, &k->new[i].n,
				     sizeof(k->new[i].n)))
			continue;	/* unmapped meanwhile: its own loss */
	}
	for (unsigned int i = 0; i < k->frames; i++)
		heap_free(k->old[i], 0);
}

static int one_chunk(struct chunk *k)
{
	int rc = read_old(k);

	if (rc == 0)
		rc = read_pfns(k);
	if (rc == 0)
		rc = alloc_new(k);
	if (rc != 0)
		return rc;
	rc = take_old(k);
	if (rc != 0)
		free_new(k, k->out_count);
	else
		commit(k);
	return rc;
}

static int check(struct chunk *k)
{
	const struct xy_memory_reservation *in = &k->x.in, *out = &k->x.out;
	unsigned int order;

	if (in->extent_order > MEMORY_MAX_ORDER ||
	    out->extent_order > MEMORY_MAX_ORDER)
		return -XY_EPERM;
	order = in->extent_order > out->extent_order ? in->extent_order :
						      out->extent_order;
	k->frames = 1u << order;
	k->in_count = k->frames >> in->extent_order;
	k->out_count = k->frames >> out->extent_order;
	if (in->domid != out->domid || in->nr_extents > 1UL << 40 ||
	    out->nr_extents > 1UL << 40 ||
	    in->nr_extents << in->extent_order !=
	    out->nr_extents << out->extent_order ||
	    k->x.nr_exchanged > in->nr_extents ||
	    in->nr_extents % k->in_count != 0 ||
	    k->x.nr_exchanged % k->in_count != 0)
		return -XY_EINVAL;
	return 0;
}

static int step(struct chunk *k, guest_va_t arg)
{
	guest_va_t at = guest_va_add(arg, offsetof(struct xy_memory_exchange,
						   nr_exchanged));
	int rc;

	if (k->x.nr_exchanged == k->x.in.nr_extents)
		return 0;
	k->in_first = k->x.nr_exchanged;
	k->out_first = k->in_first / k->in_count * k->out_count;
	/* The count must be writable before anything changes. */
	if (guest_write(at, &k->x.nr_exchanged, sizeof(k->x.nr_exchanged)))
		return -XY_EFAULT;
	rc = one_chunk(k);
	if (rc != 0)
		return rc;
	k->x.nr_exchanged += k->in_count;
	if (guest_write(at, &k->x.nr_exchanged, sizeof(k->x.nr_exchanged)))
		return -XY_EFAULT;
	return k->x.nr_exchanged == k->x.in.nr_extents ? 0 : -XY_ERESTART;
}

/* One chunk a step, or as many small ones as clear 512 frames. */
static int steps(struct chunk *k, guest_va_t arg)
{
	unsigned int frames = 0;
	int rc;

	do {
		rc = step(k, arg);
		frames += k->frames;
	} while (rc == -XY_ERESTART && frames < CHUNK_FRAMES);
	return rc;
}

int64_t memory_exchange(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	struct chunk *k = pool_alloc(sizeof(*k));
	int rc = -XY_EFAULT;

	(void)start;
	if (k == NULL)
		return -XY_ENOMEM;
	if (guest_read(&k->x, arg, sizeof(k->x)) == 0)
		rc = check(k);
	if (rc == 0)
		rc = dom_resolve(v, k->x.in.domid, &k->d);
	if (rc == 0) {
		rc = k->d == v->domain ? steps(k, arg) : -XY_EPERM;
		dom_put(k->d);
	}
	pool_free(k);
	return rc;
}
