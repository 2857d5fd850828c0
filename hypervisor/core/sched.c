/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scheduler: weighted virtual time.
 *
 * 1. Running for t ns moves a vCPU's virtual time by t * 256 / weight; the
 *    runnable vCPU with the least virtual time runs next, for at most a slice.
 * 2. Who wakes starts no further back than WAKE_CREDIT_NS behind the queue's
 *    clock: ahead of those that never sleep, but without a hoard.
 * 3. A vCPU that wakes takes the CPU from one that is ahead of it by more than
 *    PREEMPT_NS, but not before that one has run for MIN_RUN_NS: both ends of
 *    a ring then work in batches (a TCP stream towards a guest ran at half its
 *    speed with turns of 1 ms; with turns of 6 ms nothing gains).
 * 4. A hog, which has run for HOG_NS without waiting for anything, gives way at
 *    once to whom an interrupt woke, and pays HOG_FACTOR times for its time.
 *    Hogs among themselves are equals; dom0, for which others wait, is none.
 *    Whom the hog woke itself waits as in 3: one that floods a ring without
 *    ever waiting would be stopped for each packet.
 * 5. What dom0 does for a guest, the guest pays for, too: the time of one
 *    program of dom0 up to the event that tells the guest that it is done.
 *    Else a disk at full speed costs its guest next to nothing, and dom0 and
 *    that guest each get as much as a neighbour that computes.
 * 6. state_ns[] adds up to the vCPU's life at every moment.
 *
 * Lock: RANK_SCHED, one per CPU's queue.
 */
#include "core/sched.h"
#include "core/arch.h"
#include "core/dom.h"
#include "core/timer.h"
#include "core/vcpu.h"
#include "lib/assert.h"
#include "lib/list.h"
#include "lib/lock.h"

#define WAKE_CREDIT_NS	20000000L
#define PREEMPT_NS	200000L
#define MIN_RUN_NS	3000000UL
#define HOG_NS		100000000UL
#define HOG_FACTOR	4UL
#define DEBT_MAX_NS	50000000UL
#define DEFAULT_WEIGHT	256u

static struct runq {
	struct lock lock;
	struct list waiting;		/* lock: lock; sorted by vruntime */
	struct vcpu *running;
	uint64_t clock_ns;		/* virtual time that only rises */
	uint64_t since_ns;		/* running's account starts here */
	uint64_t picked_ns;		/* running got the CPU */
	struct timer slice;
	bool want, ready;
} runqs[MAX_CPUS];

static bool before(uint64_t a, uint64_t b)
{
	return (int64_t)(a - b) < 0;
}

static void slice_over(struct timer *t)
{
	struct runq *q = container_of(t, struct runq, slice);

	sched_want((unsigned int)(q - runqs));
}

static struct runq *runq_of(unsigned int cpu)
{
	struct runq *q = &runqs[cpu];

	if (!q->ready) {
		lock_init(&q->lock, RANK_SCHED);
		list_init(&q->waiting);
		timer_init(&q->slice, slice_over);
		q->ready = true;
	}
	return q;
}

static void set_state(struct vcpu *v, enum vcpu_state s)
{
	uint64_t now = arch_now_ns();

	if (now > v->state_since_ns)
		v->state_ns[v->state] += now - v->state_since_ns;
	v->state_since_ns = now;
	v->state = s;
}

static struct vcpu *queued(struct list *link)
{
	return container_of(link, struct vcpu, run_link);
}

static void enqueue(struct runq *q, struct vcpu *v)
{
	struct list *at;

	list_for_each(at, &q->waiting)
		if (before(v->vruntime_ns, queued(at)->vruntime_ns))
			break;
	list_insert(at, &v->run_link);
}

static bool is_hog(const struct vcpu *v)
{
	return v->busy_ns > HOG_NS && !v->domain->privileged;
}

/* Time as virtual time counts it. */
static uint64_t weighted(const struct vcpu *v, uint64_t ns)
{
	unsigned int weight = v->domain->weight;

	return ns * DEFAULT_WEIGHT / (weight ? weight : DEFAULT_WEIGHT);
}

/* Charges the running vCPU for its time since the last charge. */
static void charge(struct runq *q)
{
	struct vcpu *v = q->running;
	uint64_t now = arch_now_ns(), ran = now - q->since_ns;

	q->since_ns = now;
	if (v == NULL || (int64_t)ran <= 0)
		return;
	v->busy_ns += ran;
	v->service_ns += ran;
	v->vruntime_ns += weighted(v, is_hog(v) ? ran * HOG_FACTOR : ran);
	if (before(q->clock_ns, v->vruntime_ns) && list_empty(&q->waiting))
		q->clock_ns = v->vruntime_ns;
}

/* What the running vCPU has done since it was asked the last time. */
static uint64_t take_service(void)
{
	struct runq *q = runq_of(arch_cpu());
	uint64_t ns = 0;

	lock_take(&q->lock);
	charge(q);
	if (q->running) {
		ns = q->running->service_ns;
		q->running->service_ns = 0;
	}
	lock_drop(&q->lock);
	return ns;
}

void sched_other_work(void)
{
	take_service();
}

void sched_served(struct vcpu *v)
{
	uint64_t due = weighted(v, take_service()), most;
	struct runq *q = runq_of(v->cpu);

	lock_take(&q->lock);
	due += v->vruntime_ns;
	/* What was no work for it after all must not keep it away for long. */
	most = q->clock_ns + DEBT_MAX_NS;
	if (before(most, due))
		due = most;
	if (before(v->vruntime_ns, due)) {
		v->vruntime_ns = due;
		if (list_linked(&v->run_link)) {
			list_del(&v->run_link);
			enqueue(q, v);
		}
	}
	lock_drop(&q->lock);
}

void sched_init_vcpu(struct vcpu *v)
{
	struct runq *q = runq_of(v->cpu);

	list_init(&v->run_link);
	v->state = VCPU_OFFLINE;
	v->state_since_ns = arch_now_ns();
	v->vruntime_ns = q->clock_ns;
}

void sched_remove_vcpu(struct vcpu *v)
{
	struct runq *q = runq_of(v->cpu);

	lock_take(&q->lock);
	list_del(&v->run_link);
	CHECK(q->running != v);
	lock_drop(&q->lock);
}

/* When the CPU should choose again, now that v waits. */
static uint64_t turn_of(const struct runq *q, const struct vcpu *v)
{
	if (q->running == NULL)
		return 0;
	if (!before(v->vruntime_ns + PREEMPT_NS, q->running->vruntime_ns))
		return q->picked_ns + SCHED_SLICE_NS;
	return is_hog(q->running) && arch_in_interrupt() ?
	       0 : q->picked_ns + MIN_RUN_NS;
}

static void choose_at(struct runq *q, unsigned int cpu, uint64_t when_ns)
{
	if (when_ns <= arch_now_ns()) {
		q->want = true;
		arch_kick(cpu);
	} else if (!timer_armed(&q->slice) || q->slice.expires_ns > when_ns) {
		timer_arm(&q->slice, when_ns);
	}
}

/*
 * Puts a vCPU that may run on its queue; lock held.  Not there twice: a vCPU
 * that was woken before it left the CPU waits while it still runs.
 */
static void make_runnable(struct runq *q, struct vcpu *v)
{
	uint64_t floor;

	CHECK(!list_linked(&v->run_link));
	/* The clock stands still while one vCPU runs alone: bring it up. */
	charge(q);
	floor = q->clock_ns - WAKE_CREDIT_NS;
	set_state(v, VCPU_RUNNABLE);
	if (before(v->vruntime_ns, floor))
		v->vruntime_ns = floor;
	enqueue(q, v);
	choose_at(q, v->cpu, turn_of(q, v));
}

void sched_wake(struct vcpu *v)
{
	struct runq *q = runq_of(v->cpu);

	lock_take(&q->lock);
	if (v->state == VCPU_BLOCKED && !v->pause)
		make_runnable(q, v);
	else if (v->state == VCPU_BLOCKED)
		set_state(v, VCPU_OFFLINE);	/* runs when unpaused */
	lock_drop(&q->lock);
}

void sched_block_current(void)
{
	struct vcpu *v = arch_current();
	struct runq *q = runq_of(arch_cpu());

	lock_take(&q->lock);
	/* Woken and blocked again in one multicall: it waits no more. */
	list_del(&v->run_link);
	charge(q);
	v->busy_ns = v->service_ns = 0;
	set_state(v, VCPU_BLOCKED);
	q->want = true;
	arch_kick(arch_cpu());
	lock_drop(&q->lock);
}

void sched_yield_current(void)
{
	struct vcpu *v = arch_current();
	struct runq *q = runq_of(arch_cpu());

	lock_take(&q->lock);
	if (!list_empty(&q->waiting)) {
		struct vcpu *next = queued(q->waiting.next);

		charge(q);
		/* Just behind the next one: it asked to wait for others. */
		if (!before(next->vruntime_ns, v->vruntime_ns))
			v->vruntime_ns = next->vruntime_ns + 1;
		q->want = true;
		arch_kick(arch_cpu());
	}
	lock_drop(&q->lock);
}

void sched_pause(struct vcpu *v, unsigned int why)
{
	struct runq *q = runq_of(v->cpu);

	lock_take(&q->lock);
	v->pause |= why;
	if (q->running == v) {
		q->want = true;
		arch_kick(v->cpu);
	} else if (list_linked(&v->run_link)) {
		set_state(v, VCPU_OFFLINE);
	}
	/* Also the running one may wait: it was woken before it left. */
	list_del(&v->run_link);
	lock_drop(&q->lock);
}

void sched_unpause(struct vcpu *v, unsigned int why)
{
	struct runq *q = runq_of(v->cpu);

	lock_take(&q->lock);
	v->pause &= ~why;
	if (!v->pause && v->state == VCPU_OFFLINE) {
		if (q->running == v)	/* it never left: retire() queues it */
			set_state(v, VCPU_RUNNABLE);
		else
			make_runnable(q, v);
	}
	lock_drop(&q->lock);
}

bool sched_is_off(const struct vcpu *v)
{
	const struct runq *q = &runqs[v->cpu];

	return q->running != v;
}

bool sched_wanted(void)
{
	return runqs[arch_cpu()].want;
}

void sched_want(unsigned int cpu)
{
	runqs[cpu].want = true;
	arch_kick(cpu);
}

/* Puts the vCPU that ran until now where it belongs. */
static void retire(struct runq *q)
{
	struct vcpu *v = q->running;

	charge(q);
	q->running = NULL;
	if (v == NULL)
		return;
	if (v->pause) {
		if (v->state != VCPU_BLOCKED)
			set_state(v, VCPU_OFFLINE);
	} else if (v->state == VCPU_RUNNING) {
		set_state(v, VCPU_RUNNABLE);
		enqueue(q, v);
	} else if (v->state == VCPU_RUNNABLE && !list_linked(&v->run_link)) {
		enqueue(q, v);
	}
}

struct vcpu *sched_pick(void)
{
	struct runq *q = runq_of(arch_cpu());
	struct vcpu *v = NULL;

	lock_take(&q->lock);
	q->want = false;
	retire(q);
	if (!list_empty(&q->waiting)) {
		v = queued(q->waiting.next);
		list_del(&v->run_link);
		set_state(v, VCPU_RUNNING);
		if (before(q->clock_ns, v->vruntime_ns))
			q->clock_ns = v->vruntime_ns;
	}
	q->running = v;
	q->since_ns = q->picked_ns = arch_now_ns();
	lock_drop(&q->lock);
	if (v == NULL || list_empty(&q->waiting))
		timer_stop(&q->slice);
	else
		timer_arm(&q->slice, q->since_ns + SCHED_SLICE_NS);
	return v;
}

void sched_account(struct vcpu *v, uint64_t state_ns[4])
{
	uint64_t now = arch_now_ns();

	for (int i = 0; i < 4; i++)
		state_ns[i] = v->state_ns[i];
	if (now > v->state_since_ns)
		state_ns[v->state] += now - v->state_since_ns;
}
