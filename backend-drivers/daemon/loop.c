// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event loop on an io_uring.
 *
 * Rules:
 *  1. One io_uring_enter a round: it submits all that was prepared, and waits.
 *  2. All completions there are get seen before any task runs.
 *  3. With several disk operations in flight a sleep waits for a good part
 *     of them, but no longer than BATCH_WAIT_NS: waking for each one would
 *     cost more than the operation. A task that is due always goes first.
 *  4. Short bursts go before other processes. In a flood it is like them:
 *     those who are to read what it brings would lose most of it otherwise.
 *
 * Single-threaded; all state here is the thread's. Never blocks outside of
 * loop_round(). Next: events.c.
 */
#include "backend-drivers/daemon/loop.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define ENTRIES 1024
#define BATCH_WAIT_NS 1000000
#define PREFERRED (-10)
#define CALM_NS 100000000u

static struct io_uring ring;
static struct loop_task *first_task, **last_task = &first_task;
static struct loop_task *timers;
static int in_flight;
static unsigned int busy_rounds;
static void (*before_enter)(void);
static uint64_t calm_ns;	/* gives way until then; 0: does not */
static struct io_uring_buf_ring *buffers;
static unsigned int buffer_count;

int loop_init(void)
{
	struct io_uring_params p = {
		.flags = IORING_SETUP_CQSIZE | IORING_SETUP_SINGLE_ISSUER |
			 IORING_SETUP_DEFER_TASKRUN,
		.cq_entries = 4 * ENTRIES,
	};
	int rc = io_uring_queue_init_params(ENTRIES, &ring, &p);

	if (rc == -EINVAL) {	/* a kernel before 6.1 */
		p = (struct io_uring_params){ .flags = IORING_SETUP_CQSIZE,
					     .cq_entries = 4 * ENTRIES };
		rc = io_uring_queue_init_params(ENTRIES, &ring, &p);
	}
	return rc;
}

void loop_submit(void)
{
	io_uring_submit(&ring);
}

unsigned int loop_place(void)
{
	return ring.sq.sqe_tail;
}

bool loop_sent(unsigned int place)
{
	unsigned int taken = ring.sq.sqe_tail - io_uring_sq_ready(&ring);

	return (int)(taken - place) >= 0;
}

struct io_uring_sqe *loop_sqe(struct loop_op *op)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

	while (!sqe) {
		loop_submit();
		sqe = io_uring_get_sqe(&ring);
	}
	io_uring_sqe_set_data(sqe, op);
	return sqe;
}

void loop_reserve(unsigned int n)
{
	if (io_uring_sq_space_left(&ring) < n)
		loop_submit();
}

int loop_buffers(unsigned int n)
{
	struct io_uring_buf_reg reg = { .ring_entries = n };
	int rc;

	buffers = aligned_alloc(4096, (n * sizeof(struct io_uring_buf) + 4095) /
				4096 * 4096);
	if (!buffers)
		return -ENOMEM;
	reg.ring_addr = (uintptr_t)buffers;
	io_uring_buf_ring_init(buffers);
	rc = io_uring_register_buf_ring(&ring, &reg, 0);
	if (rc) {
		free(buffers);
		buffers = NULL;
	}
	buffer_count = n;
	return rc;
}

void loop_give_buffer(unsigned int buffer, void *at, size_t bytes)
{
	io_uring_buf_ring_add(buffers, at, (unsigned int)bytes,
			      (unsigned short)buffer,
			      io_uring_buf_ring_mask(buffer_count), 0);
	io_uring_buf_ring_advance(buffers, 1);
}

void loop_prep_read(struct io_uring_sqe *sqe, int fd, size_t bytes)
{
	io_uring_prep_read(sqe, fd, NULL, (unsigned int)bytes, (__u64)-1);
	sqe->flags |= IOSQE_BUFFER_SELECT;
	sqe->buf_group = 0;
}

int loop_buffer_of(const struct loop_op *op)
{
	if (!(op->flags & IORING_CQE_F_BUFFER))
		return -1;
	return (int)(op->flags >> IORING_CQE_BUFFER_SHIFT);
}

void loop_quiet(struct io_uring_sqe *sqe)
{
	if (ring.features & IORING_FEAT_CQE_SKIP)
		sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
}

uint64_t loop_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void loop_before_enter(void (*fn)(void))
{
	before_enter = fn;
}

int loop_prefer(void)
{
	calm_ns = 0;
	return setpriority(PRIO_PROCESS, 0, PREFERRED);
}

void loop_give_way(void)
{
	if (!calm_ns)
		setpriority(PRIO_PROCESS, 0, 0);
	calm_ns = loop_now_ns() + CALM_NS;
}

void loop_in_flight(int change)
{
	in_flight += change;
}

static void untime(struct loop_task *task)
{
	struct loop_task **at;

	if (!task->timed)
		return;
	for (at = &timers; *at; at = &(*at)->next_timer) {
		if (*at == task) {
			*at = task->next_timer;
			break;
		}
	}
	task->timed = false;
}

void loop_queue(struct loop_task *task)
{
	untime(task);
	if (task->queued)
		return;
	task->queued = true;
	task->next = NULL;
	*last_task = task;
	last_task = &task->next;
}

void loop_queue_after(struct loop_task *task, uint64_t delay_ns)
{
	if (task->queued)
		return;
	if (!task->timed) {
		task->next_timer = timers;
		timers = task;
		task->timed = true;
	}
	task->wake_ns = loop_now_ns() + delay_ns;
}

void loop_cancel(struct loop_task *task)
{
	struct loop_task **at;

	untime(task);
	if (!task->queued)
		return;
	for (at = &first_task; *at != task; at = &(*at)->next)
		;
	*at = task->next;
	if (!*at)
		last_task = at;
	task->queued = false;
}

/* Queues what is due; says how long the rest may wait. */
static uint64_t run_timers(void)
{
	uint64_t now, least = UINT64_MAX;
	struct loop_task *t, *next;

	if (!timers)
		return least;
	now = loop_now_ns();
	for (t = timers; t; t = next) {
		next = t->next_timer;
		if (t->wake_ns <= now)
			loop_queue(t);
		else if (t->wake_ns - now < least)
			least = t->wake_ns - now;
	}
	return least;
}

static int enter(void)
{
	uint64_t wait_ns = run_timers();
	struct __kernel_timespec ts;
	struct io_uring_cqe *cqe;
	unsigned int want = 1;

	/* Tasks first, so that what they start goes along; but not for ever. */
	if (first_task && busy_rounds++ % 4 != 3)
		return 0;
	if (before_enter)
		before_enter();
	if (first_task)
		return io_uring_submit_and_get_events(&ring);
	busy_rounds = 0;
	if (calm_ns && loop_now_ns() > calm_ns)
		loop_prefer();
	if (in_flight > 2) {
		want = (unsigned int)in_flight - (unsigned int)in_flight / 4;
		if (wait_ns > BATCH_WAIT_NS)
			wait_ns = BATCH_WAIT_NS;
	}
	if (wait_ns == UINT64_MAX)
		return io_uring_submit_and_wait(&ring, 1);
	ts.tv_sec = (long long)(wait_ns / 1000000000u);
	ts.tv_nsec = (long long)(wait_ns % 1000000000u);
	return io_uring_submit_and_wait_timeout(&ring, &cqe, want, &ts, NULL);
}

static void see_completions(void)
{
	struct io_uring_cqe *cqe;

	while (!io_uring_peek_cqe(&ring, &cqe)) {
		struct loop_op *op = io_uring_cqe_get_data(cqe);
		uint32_t flags = cqe->flags;
		int res = cqe->res;

		io_uring_cqe_seen(&ring, cqe);
		if (!op)
			continue;
		op->flags = flags;
		op->done(op, res);
	}
}

/* Those queued at the start; what they queue runs in the next round. */
static void run_tasks(void)
{
	struct loop_task *task;
	unsigned int n = 0;

	for (task = first_task; task; task = task->next)
		n++;
	while (n-- && first_task) {
		task = first_task;
		first_task = task->next;
		if (!first_task)
			last_task = &first_task;
		task->queued = false;
		task->run(task);
	}
}

int loop_round(void)
{
	int rc = enter();

	if (rc < 0 && rc != -ETIME && rc != -EINTR && rc != -EAGAIN &&
	    rc != -EBUSY)
		return rc;
	see_completions();
	run_timers();
	run_tasks();
	return 0;
}
