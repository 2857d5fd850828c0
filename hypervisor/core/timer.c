/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One-shot timers.
 *
 * A binary heap per CPU, earliest first, of at most MAX_TIMERS armed timers
 * (the table grows from the pool when it is full).  slot is the place in the
 * heap counted from 1, so 0 means "not armed".
 *
 * Lock: RANK_TIMER, one per CPU.  Callbacks run without it.
 */
#include "core/timer.h"
#include "core/arch.h"
#include "core/pool.h"
#include "lib/assert.h"
#include "lib/lock.h"
#include "lib/string.h"

static struct queue {
	struct lock lock;
	struct timer **heap;		/* lock: lock; heap[1] is the first */
	unsigned int count, room;
	uint64_t programmed_ns;		/* what the hardware waits for */
} queues[MAX_CPUS] = {
	[0 ... MAX_CPUS - 1] = { .lock = LOCK_INIT(RANK_TIMER) },
};

#define FIRST_ROOM	500

static void place(struct queue *q, unsigned int i, struct timer *t)
{
	q->heap[i] = t;
	t->slot = i;
}

static void sift_up(struct queue *q, unsigned int i, struct timer *t)
{
	while (i > 1 && q->heap[i / 2]->expires_ns > t->expires_ns) {
		place(q, i, q->heap[i / 2]);
		i /= 2;
	}
	place(q, i, t);
}

static void sift_down(struct queue *q, unsigned int i, struct timer *t)
{
	for (;;) {
		unsigned int child = 2 * i;

		if (child < q->count && q->heap[child + 1]->expires_ns <
					q->heap[child]->expires_ns)
			child++;
		if (child > q->count ||
		    q->heap[child]->expires_ns >= t->expires_ns)
			break;
		place(q, i, q->heap[child]);
		i = child;
	}
	place(q, i, t);
}

static void take_out(struct queue *q, struct timer *t)
{
	unsigned int i = t->slot;
	struct timer *last = q->heap[q->count--];

	t->slot = 0;
	if (last == t)
		return;
	if (i > 1 && q->heap[i / 2]->expires_ns > last->expires_ns)
		sift_up(q, i, last);
	else
		sift_down(q, i, last);
}

/* Makes room for one more; the heap's lock ranks below ours: not held yet. */
static void make_room(struct queue *q)
{
	unsigned int room = q->room ? q->room * 2 : FIRST_ROOM;
	struct timer **heap, **old;

	if (q->count < q->room)
		return;
	heap = pool_alloc_array(room + 1, sizeof(*heap));
	if (heap == NULL)
		panic("no memory for %u timers", room);
	lock_take(&q->lock);
	old = q->heap;
	if (old)
		memcpy(heap, old, (q->count + 1) * sizeof(*heap));
	q->heap = heap;
	q->room = room;
	lock_drop(&q->lock);
	pool_free(old);
}

static void program(struct queue *q)
{
	uint64_t first = q->count ? q->heap[1]->expires_ns : 0;

	if (first != q->programmed_ns) {
		q->programmed_ns = first;
		arch_timer_set(first);
	}
}

void timer_init(struct timer *t, void (*fn)(struct timer *t))
{
	t->fn = fn;
	t->slot = 0;
	t->expires_ns = 0;
	t->cpu = 0;
}

void timer_stop(struct timer *t)
{
	struct queue *q = &queues[t->cpu];

	lock_take(&q->lock);
	if (t->slot) {
		take_out(q, t);
		/* A stale deadline costs one early interrupt and no more. */
	}
	lock_drop(&q->lock);
}

void timer_arm(struct timer *t, uint64_t expires_ns)
{
	struct queue *q;

	if (t->slot)
		timer_stop(t);
	t->cpu = arch_cpu();
	q = &queues[t->cpu];
	make_room(q);
	lock_take(&q->lock);
	/* 0 means "no deadline" to the hardware. */
	t->expires_ns = expires_ns ? expires_ns : 1;
	q->count++;
	sift_up(q, q->count, t);
	program(q);
	lock_drop(&q->lock);
}

void timer_run_due(void)
{
	struct queue *q = &queues[arch_cpu()];

	lock_take(&q->lock);
	while (q->count && q->heap[1]->expires_ns <= arch_now_ns()) {
		struct timer *t = q->heap[1];

		take_out(q, t);
		lock_drop(&q->lock);
		t->fn(t);
		lock_take(&q->lock);
	}
	q->programmed_ns = 0;
	program(q);
	lock_drop(&q->lock);
}
