/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One-shot timers.
 *
 * 1. A binary heap per CPU, earliest first.  slot is the place in the heap
 *    counted from 1, so 0 means "not armed".
 * 2. Who will own timers reserves them first, and may be refused; arming then
 *    needs no memory and cannot fail.
 * 3. One interrupt runs a bounded number of callbacks: what is due beyond that
 *    comes with the next, also when a callback arms its timer for the past.
 *
 * Lock: RANK_TIMER, one per CPU.  Callbacks run without it.
 */
#include "core/timer.h"
#include "abi/errno.h"
#include "core/arch.h"
#include "core/con.h"
#include "core/pool.h"
#include "lib/assert.h"
#include "lib/lock.h"
#include "lib/string.h"

#define OWN_TIMERS	64	/* the hypervisor's: slices of the CPUs */
#define FIRST_ROOM	127
#define RUN_AT_ONCE	64

static struct queue {
	struct lock lock;
	struct timer **heap;		/* lock: lock; heap[1] is the first */
	unsigned int count, room;
	bool used;			/* this CPU arms timers */
	uint64_t programmed_ns;		/* what the hardware waits for */
	struct timer *first[FIRST_ROOM + 1];	/* the heap while it is small */
} queues[MAX_CPUS] = {
	[0 ... MAX_CPUS - 1] = { .lock = LOCK_INIT(RANK_TIMER) },
};

static uint64_t latest_ns;	/* of all that ran; [any CPU] for tests */
static unsigned int reserved = OWN_TIMERS;	/* [atomic] */

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

/* Moves the heap to `heap`, which has room for that many. */
static void move(struct queue *q, struct timer **heap, unsigned int room)
{
	struct timer **old;

	lock_take(&q->lock);
	old = q->heap;
	if (old)
		memcpy(heap, old, (q->count + 1) * sizeof(*heap));
	q->heap = heap;
	q->room = room;
	lock_drop(&q->lock);
	if (old != q->first)
		pool_free(old);
}

/* Lets the heap hold `want` timers; the pool's lock ranks below ours. */
static int fit(struct queue *q, unsigned int want)
{
	struct timer **heap = q->first;
	unsigned int room = FIRST_ROOM;

	while (room < want)
		room = room * 2 + 1;
	if (room == q->room)
		return 0;
	if (room != FIRST_ROOM)
		heap = pool_alloc_array(room + 1UL, sizeof(*heap));
	if (heap == NULL)
		return -XY_ENOMEM;
	move(q, heap, room);
	return 0;
}

/* A CPU that never armed a timer is fitted when it does. */
static int fit_all(unsigned int want)
{
	int rc = 0;

	for (unsigned int i = 0; i < MAX_CPUS && rc == 0; i++)
		if (i == arch_cpu() || queues[i].used)
			rc = fit(&queues[i], want);
	return rc;
}

int timer_reserve(unsigned int count)
{
	int rc = fit_all(__atomic_add_fetch(&reserved, count,
					    __ATOMIC_RELAXED));

	if (rc)
		__atomic_sub_fetch(&reserved, count, __ATOMIC_RELAXED);
	return rc;
}

void timer_unreserve(unsigned int count)
{
	/* A heap that cannot be made smaller serves on. */
	(void)!fit_all(__atomic_sub_fetch(&reserved, count,
					  __ATOMIC_RELAXED));
}

/*
 * Only an earlier deadline is worth a write to the hardware: a stale one costs
 * one interrupt that finds nothing due, and most are moved before they come.
 */
static void program(struct queue *q)
{
	uint64_t first = q->count ? q->heap[1]->expires_ns : 0;

	if (first && (!q->programmed_ns || first < q->programmed_ns)) {
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
	if (t->slot)
		take_out(q, t);
	lock_drop(&q->lock);
}

void timer_arm(struct timer *t, uint64_t expires_ns)
{
	uint64_t now = arch_now_ns();
	struct queue *q;

	if (t->slot)
		timer_stop(t);
	t->cpu = arch_cpu();
	q = &queues[t->cpu];
	if (!q->used)	/* at this CPU's start */
		CHECK(fit(q, __atomic_load_n(&reserved, __ATOMIC_RELAXED)) ==
		      0);
	q->used = true;
	lock_take(&q->lock);
	CHECK(q->count < q->room);
	/* Never 0, which means "no deadline" to the hardware. */
	t->expires_ns = max_u64(expires_ns, now);
	q->count++;
	sift_up(q, q->count, t);
	program(q);
	lock_drop(&q->lock);
}

void timer_run_due(void)
{
	struct queue *q = &queues[arch_cpu()];
	unsigned int ran = 0;

	lock_take(&q->lock);
	while (q->count && ran++ < RUN_AT_ONCE &&
	       q->heap[1]->expires_ns <= arch_now_ns()) {
		struct timer *t = q->heap[1];
		uint64_t late = arch_now_ns() - t->expires_ns;

		latest_ns = max_u64(latest_ns, late);
		take_out(q, t);
		lock_drop(&q->lock);
		t->fn(t);
		lock_take(&q->lock);
	}
	q->programmed_ns = 0;
	program(q);
	lock_drop(&q->lock);
}

void timer_log(void)
{
	unsigned int armed = 0;

	for (unsigned int i = 0; i < MAX_CPUS; i++)
		armed += queues[i].count;
	con_log("timers: %u armed, one ran %lu ns late\n", armed,
		(unsigned long)latest_ns);
	latest_ns = 0;
}
