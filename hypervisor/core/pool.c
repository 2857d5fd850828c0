// SPDX-License-Identifier: GPL-2.0-only
/*
 * Small objects.
 *
 * 1. A slab is one frame: a header, then objects of one size class.  Slabs
 *    with a free object are on their class's list; an empty slab goes back to
 *    the heap at once.
 * 2. An object bigger than the largest class is a heap block; its order is in
 *    the frame record.  Such a pointer is frame-aligned and a slab object's
 *    never is, which is how pool_free() tells them apart.
 * 3. A free object holds the pointer to the next one; memory is zeroed when it
 *    is handed out, so nothing of its last life shows.
 *
 * Lock: pool_lock, of the heap's rank; dropped while the heap is asked.
 */
#include "core/pool.h"
#include "core/arch.h"
#include "core/con.h"
#include "core/heap.h"
#include "lib/assert.h"
#include "lib/list.h"
#include "lib/lock.h"
#include "lib/string.h"

#define SMALLEST_SHIFT	5
#define LARGEST_SHIFT	10
#define CLASSES		(LARGEST_SHIFT - SMALLEST_SHIFT + 1)
#define SLAB_MAGIC	0x50b150b1u

struct slab {
	uint32_t magic;
	uint16_t used;
	uint16_t shift;
	void *free;			/* first free object */
	struct list link;		/* on partial[]; unlinked when full */
};

static struct lock pool_lock = LOCK_INIT(RANK_HEAP);
static struct list partial[CLASSES] = {		/* lock: pool_lock */
	LIST_INIT(partial[0]), LIST_INIT(partial[1]), LIST_INIT(partial[2]),
	LIST_INIT(partial[3]), LIST_INIT(partial[4]), LIST_INIT(partial[5]),
};

static unsigned long slabs, block_frames;	/* [atomic] for pool_log() */

static struct slab *slab_make(unsigned int shift)
{
	mfn_t mfn = heap_alloc(0);
	struct slab *s;
	char *base;

	if (mfn_none(mfn))
		return NULL;
	__atomic_add_fetch(&slabs, 1, __ATOMIC_RELAXED);
	base = arch_frame_ptr(mfn);
	s = (struct slab *)base;
	*s = (struct slab){ .magic = SLAB_MAGIC, .shift = (uint16_t)shift };
	list_init(&s->link);
	/* The header costs the first slots. */
	for (size_t at = PAGE_SIZE; at > (1UL << shift);) {
		void **object;

		at -= 1UL << shift;
		if (at < sizeof(*s))
			break;
		object = (void **)(base + at);
		*object = s->free;
		s->free = object;
	}
	return s;
}

void pool_log(void)
{
	con_log("pool: %lu slabs, %lu frames in blocks\n", slabs, block_frames);
}

static void *object_take(unsigned int shift)
{
	struct list *l = &partial[shift - SMALLEST_SHIFT];
	struct slab *s;
	void *object;

	if (list_empty(l))
		return NULL;
	s = container_of(l->next, struct slab, link);
	object = s->free;
	s->free = *(void **)object;
	s->used++;
	if (s->free == NULL)
		list_del(&s->link);
	return object;
}

static void *small_alloc(unsigned int shift)
{
	struct slab *fresh;
	void *object;

	lock_take(&pool_lock);
	object = object_take(shift);
	lock_drop(&pool_lock);
	if (object == NULL) {
		fresh = slab_make(shift);
		if (fresh == NULL)
			return NULL;
		lock_take(&pool_lock);
		list_add_tail(&partial[shift - SMALLEST_SHIFT], &fresh->link);
		object = object_take(shift);
		lock_drop(&pool_lock);
	}
	memset(object, 0, 1UL << shift);
	return object;
}

void *pool_alloc(size_t bytes)
{
	unsigned int shift = SMALLEST_SHIFT, order = 0;
	mfn_t mfn;

	if (bytes <= 1UL << LARGEST_SHIFT) {
		while (bytes > 1UL << shift)
			shift++;
		return small_alloc(shift);
	}
	while (bytes > PAGE_SIZE << order && order < HEAP_MAX_ORDER)
		order++;
	if (bytes > PAGE_SIZE << order)
		return NULL;
	mfn = heap_alloc_zeroed(order);
	if (mfn_none(mfn))
		return NULL;
	__atomic_add_fetch(&block_frames, 1UL << order, __ATOMIC_RELAXED);
	return arch_frame_ptr(mfn);
}

void *pool_alloc_array(size_t count, size_t bytes)
{
	size_t total;

	if (__builtin_mul_overflow(count, bytes, &total))
		return NULL;
	return pool_alloc(total);
}

static void small_free(void *p)
{
	struct slab *s = (struct slab *)((uint64_t)p & PAGE_MASK);
	bool empty;

	CHECK(s->magic == SLAB_MAGIC && s->used != 0);
	CHECK(((uint64_t)p & ((1UL << s->shift) - 1)) == 0);
	lock_take(&pool_lock);
	*(void **)p = s->free;
	s->free = p;
	s->used--;
	empty = s->used == 0;
	if (empty && list_linked(&s->link))
		list_del(&s->link);
	else if (!empty && !list_linked(&s->link))
		list_add_tail(&partial[s->shift - SMALLEST_SHIFT], &s->link);
	lock_drop(&pool_lock);
	if (empty) {
		s->magic = 0;
		__atomic_sub_fetch(&slabs, 1, __ATOMIC_RELAXED);
		heap_free(arch_ptr_frame(s), 0);
	}
}

void pool_free(void *p)
{
	mfn_t mfn;

	if (p == NULL)
		return;
	if ((uint64_t)p & ~PAGE_MASK) {
		small_free(p);
		return;
	}
	mfn = arch_ptr_frame(p);
	__atomic_sub_fetch(&block_frames, 1UL << heap_order(mfn),
			   __ATOMIC_RELAXED);
	heap_free(mfn, heap_order(mfn));
}
