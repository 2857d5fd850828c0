// SPDX-License-Identifier: GPL-2.0-only
/*
 * Free frames: buddies by order and address width.
 *
 * 1. A free block of 2^order frames is aligned to its size and known by the
 *    record of its first frame (free bit, order, two links).
 * 2. Zone z holds the blocks whose frame numbers have z significant bits, so a
 *    bound on the address is a bound on the zone.  Blocks never merge across
 *    zones.  Allocation goes from the highest zone down.
 * 3. Frames promised to domains (claims) are kept back from other domains,
 *    but not from the hypervisor itself.
 * 4. A free block is clean (all zeros) or dirty, and has its list by that; a
 *    freed one is dirty.  Blocks of CLEAN_ORDER and above merge only with their
 *    like, so that a small dirty one does not spoil a large clean one.
 * 5. heap_clean_some() cleans a block that stays free, a frame a call; who
 *    takes the block meanwhile ends that.
 *
 * Lock: heap_lock, for everything here.  Next: pool.c, frame.c.
 */
#include "core/heap.h"
#include "abi/errno.h"
#include "core/arch.h"
#include "core/frame_record.h"
#include "lib/assert.h"
#include "lib/lock.h"

#define ZONES	33		/* frame numbers of 0 to 32 bits */
#define ORDERS	(HEAP_MAX_ORDER + 1)
#define NIL	FRAME_NO_LINK
#define CLEAN_ORDER	9	/* 2 MiB: what domains are built of */
#define CLEAN_MAX	262144	/* frames, 1 GiB; more is not cleaned ahead */

static struct lock heap_lock = LOCK_INIT(RANK_HEAP);
/* By clean; stored plus one: 0 is empty. */
static uint32_t heads[2][ZONES][ORDERS];
static uint64_t zone_free[ZONES];
static uint64_t free_frames, clean_frames, total_frames, claimed_frames;
/* The dirty block of CLEAN_ORDER that is being cleaned, if any is left. */
static struct {
	uint32_t block, left;
} cleaning;

static unsigned int zone_of(uint64_t n)
{
	return n == 0 ? 0 : 64 - (unsigned int)__builtin_clzl(n);
}

static uint32_t head(bool clean, unsigned int zone, unsigned int order)
{
	return heads[clean][zone][order] - 1;	/* NIL when empty */
}

/* Links of a free block: next in the low half, previous in the high half. */
static uint32_t link_next(uint32_t n)
{
	return (uint32_t)frame_table[n].type;
}

static uint32_t link_prev(uint32_t n)
{
	return frame_table[n].type >> 32;
}

static void set_links(uint32_t n, uint32_t next, uint32_t prev)
{
	frame_table[n].type = (uint64_t)prev << 32 | next;
}

static uint64_t free_use(unsigned int order, bool clean)
{
	return USE_RAM | USE_FREE | (clean ? USE_CLEAN : 0) |
	       (uint64_t)order << USE_ORDER_SHIFT;
}

static void block_insert(uint32_t n, unsigned int order, bool clean)
{
	unsigned int zone = zone_of(n);
	uint32_t next = head(clean, zone, order);

	frame_table[n].use = free_use(order, clean);
	set_links(n, next, NIL);
	if (next != NIL)
		set_links(next, link_next(next), n);
	heads[clean][zone][order] = n + 1;
	zone_free[zone] += 1UL << order;
	free_frames += 1UL << order;
	clean_frames += (uint64_t)clean << order;
}

/* Out of its list; the record says "hypervisor's, of this order". */
static void block_remove(uint32_t n, unsigned int order)
{
	bool clean = frame_table[n].use & USE_CLEAN;
	unsigned int zone = zone_of(n);
	uint32_t next = link_next(n), prev = link_prev(n);

	if (next != NIL)
		set_links(next, link_next(next), prev);
	if (prev != NIL)
		set_links(prev, next, link_prev(prev));
	else
		heads[clean][zone][order] = next + 1;
	frame_table[n].type = 0;
	frame_table[n].use = USE_RAM | (uint64_t)order << USE_ORDER_SHIFT;
	zone_free[zone] -= 1UL << order;
	free_frames -= 1UL << order;
	clean_frames -= (uint64_t)clean << order;
	if (cleaning.block == n)
		cleaning.left = 0;
}

static bool is_free_block(uint64_t n, unsigned int order, bool clean)
{
	return frame_is_ram(to_mfn(n)) &&
	       frame_table[n].use == free_use(order, clean);
}

static void free_block(uint32_t n, unsigned int order, bool clean)
{
	while (order < HEAP_MAX_ORDER) {
		uint32_t buddy = n ^ (1U << order);

		if (zone_of(buddy) != zone_of(n))
			break;
		if (!is_free_block(buddy, order, clean)) {
			if (order >= CLEAN_ORDER ||
			    !is_free_block(buddy, order, !clean))
				break;
			clean = false;
		}
		block_remove(buddy, order);
		/* Neither half is the start of a block any more. */
		frame_table[buddy].use = USE_RAM;
		frame_table[n].use = USE_RAM;
		n &= ~(1U << order);
		order++;
	}
	block_insert(n, order, clean);
}

void heap_add_range(mfn_t first, uint64_t count)
{
	uint64_t n = first.n, end = n + count;

	if (count == 0)
		return;
	frame_mark_ram(first, count);
	lock_take(&heap_lock);
	total_frames += count;
	while (n < end) {
		unsigned int order = 0;

		while (order < HEAP_MAX_ORDER && !(n & (1UL << order)) &&
		       n + (2UL << order) <= end &&
		       zone_of(n) == zone_of(n + (2UL << order) - 1))
			order++;
		free_block(n, order, false);
		n += 1UL << order;
	}
	lock_drop(&heap_lock);
}

/* The rest of a larger block stays as clean as it was. */
static uint32_t take_from(bool clean, unsigned int zone, unsigned int order)
{
	unsigned int o = order;
	uint32_t n;

	while (o <= HEAP_MAX_ORDER && head(clean, zone, o) == NIL)
		o++;
	if (o > HEAP_MAX_ORDER)
		return NIL;
	n = head(clean, zone, o);
	block_remove(n, o);
	while (o > order) {
		o--;
		block_insert(n + (1U << o), o, clean);
	}
	frame_table[n].use = USE_RAM | (uint64_t)order << USE_ORDER_SHIFT;
	return n;
}

/* *clean: wished for; then, what it is. */
static mfn_t take_below(unsigned int order, unsigned int bits, bool *clean)
{
	unsigned int zone = ZONES - 1;

	if (order > HEAP_MAX_ORDER || bits < PAGE_SHIFT)
		return to_mfn(NO_FRAME);
	if (bits - PAGE_SHIFT < zone)
		zone = bits - PAGE_SHIFT;
	for (unsigned int z = zone + 1; z-- > 0;) {
		uint32_t n;

		if (zone_free[z] < 1UL << order)
			continue;
		n = take_from(*clean, z, order);
		if (n == NIL) {
			n = take_from(!*clean, z, order);
			if (n == NIL)
				continue;
			*clean = !*clean;
		}
		return to_mfn(n);
	}
	return to_mfn(NO_FRAME);
}

static mfn_t take(unsigned int order, unsigned int bits, bool *clean)
{
	mfn_t mfn;

	lock_take(&heap_lock);
	mfn = take_below(order, bits, clean);
	lock_drop(&heap_lock);
	return mfn;
}

mfn_t heap_alloc_bits(unsigned int order, unsigned int bits)
{
	bool clean = false;

	return take(order, bits, &clean);
}

mfn_t heap_alloc(unsigned int order)
{
	return heap_alloc_bits(order, HEAP_ANY_BITS);
}

mfn_t heap_alloc_zeroed(unsigned int order)
{
	bool clean = true;
	mfn_t mfn = take(order, HEAP_ANY_BITS, &clean);

	if (!mfn_none(mfn) && !clean)
		for (uint64_t i = 0; i < 1UL << order; i++)
			arch_frame_clear(to_mfn(mfn.n + i));
	return mfn;
}

/* A dirty block of CLEAN_ORDER, split off a larger one if need be. */
static uint32_t choose_dirty(void)
{
	for (unsigned int z = ZONES; z-- > 0;) {
		uint32_t n = take_from(false, z, CLEAN_ORDER);

		if (n == NIL)
			continue;
		block_insert(n, CLEAN_ORDER, false);
		return n;
	}
	return NIL;
}

bool heap_clean_some(void)
{
	uint32_t n;

	lock_take(&heap_lock);
	if (cleaning.left == 0 && clean_frames < CLEAN_MAX) {
		cleaning.block = choose_dirty();
		cleaning.left = cleaning.block == NIL ? 0 : 1U << CLEAN_ORDER;
	}
	n = cleaning.left;
	if (n != 0)
		arch_frame_clear(to_mfn(cleaning.block + n - 1));
	if (n == 1) {
		block_remove(cleaning.block, CLEAN_ORDER);
		free_block(cleaning.block, CLEAN_ORDER, true);
	} else if (n != 0) {
		cleaning.left--;
	}
	lock_drop(&heap_lock);
	return n != 0;
}

unsigned int heap_order(mfn_t mfn)
{
	return (frame_table[mfn.n].use & USE_ORDER) >> USE_ORDER_SHIFT;
}

void heap_free(mfn_t mfn, unsigned int order)
{
	lock_take(&heap_lock);
	CHECK(frame_table[mfn.n].use ==
	      (USE_RAM | (uint64_t)order << USE_ORDER_SHIFT));
	free_block(mfn.n, order, false);
	lock_drop(&heap_lock);
}

void heap_split(mfn_t mfn, unsigned int order)
{
	CHECK(heap_order(mfn) == order);
	for (uint64_t i = 0; i < 1UL << order; i++) {
		frame_table[mfn.n + i].type = 0;
		frame_table[mfn.n + i].use = USE_RAM;
	}
}

mfn_t heap_alloc_claimed(unsigned int order, unsigned int bits,
			 uint64_t *claim, bool *clean)
{
	mfn_t mfn = to_mfn(NO_FRAME);
	uint64_t frames, used;

	if (order > HEAP_MAX_ORDER)
		return mfn;
	frames = 1UL << order;
	lock_take(&heap_lock);
	if (free_frames >= frames + (claimed_frames - *claim))
		mfn = take_below(order, bits, clean);
	if (!mfn_none(mfn)) {
		used = min_u64(frames, *claim);
		*claim -= used;
		claimed_frames -= used;
	}
	lock_drop(&heap_lock);
	return mfn;
}

int heap_claim(uint64_t *claim, uint64_t frames)
{
	uint64_t others;
	int rc = 0;

	lock_take(&heap_lock);
	others = claimed_frames - *claim;
	if (frames > *claim && (frames > free_frames ||
				free_frames - frames < others)) {
		rc = -XY_ENOMEM;
	} else {
		claimed_frames = others + frames;
		*claim = frames;
	}
	lock_drop(&heap_lock);
	return rc;
}

uint64_t heap_free_frames(void)
{
	return __atomic_load_n(&free_frames, __ATOMIC_RELAXED);
}

uint64_t heap_free_frames_below(unsigned int bits)
{
	uint64_t sum = 0;

	for (unsigned int z = 0; z < ZONES && z + PAGE_SHIFT <= bits; z++)
		sum += __atomic_load_n(&zone_free[z], __ATOMIC_RELAXED);
	return sum;
}

uint64_t heap_total_frames(void)
{
	return total_frames;
}

uint64_t heap_claimed_frames(void)
{
	return __atomic_load_n(&claimed_frames, __ATOMIC_RELAXED);
}

uint64_t heap_clean_frames(void)
{
	return __atomic_load_n(&clean_frames, __ATOMIC_RELAXED);
}
