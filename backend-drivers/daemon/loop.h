/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one place where the daemon sleeps: an io_uring that carries disk I/O,
 * waits for descriptors and keeps the time, so that a round of work costs one
 * system call.
 *
 * An operation in flight is a struct loop_op in memory of its owner; it must
 * stay there until done() was called. done() may start new operations, but
 * defers heavier work to a struct loop_task: tasks run after all completions
 * of a round have been seen, which is what makes batches.
 */
#ifndef BACKEND_DRIVERS_DAEMON_LOOP_H
#define BACKEND_DRIVERS_DAEMON_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <liburing.h>

struct loop_op {
	/* res: what the system call would have returned, or negative errno */
	void (*done)(struct loop_op *op, int res);
	uint32_t flags;			/* loop's own */
};

struct loop_task {
	void (*run)(struct loop_task *task);
	struct loop_task *next;		/* loop's own */
	struct loop_task *next_timer;
	uint64_t wake_ns;		/* 0: no timer */
	bool queued;
	bool timed;
};

/* Returns 0 or a negative errno. */
int loop_init(void);
/* An entry to fill in; goes out with the next sleep. Never NULL. */
struct io_uring_sqe *loop_sqe(struct loop_op *op);
/*
 * Nobody waits for its success: that wakes nobody. done() hears of a failure;
 * of success, too, where the kernel cannot do better.
 */
void loop_quiet(struct io_uring_sqe *sqe);
/* The next n entries go out together: a chain must. */
void loop_reserve(unsigned int n);
/*
 * Buffers that reads share: one is taken when there is something to read, and
 * is the reader's until it is given (again). n is a power of two. -errno where
 * the kernel has no such (before Linux 5.19).
 */
int loop_buffers(unsigned int n);
void loop_give_buffer(unsigned int buffer, void *at, size_t bytes);
/* A read into one of them; done() asks which. -1: none was taken. */
void loop_prep_read(struct io_uring_sqe *sqe, int fd, size_t bytes);
int loop_buffer_of(const struct loop_op *op);
/* Sends off now what was prepared, in one system call. */
void loop_submit(void);
/* Behind all that was prepared; later: the kernel has taken all before it. */
unsigned int loop_place(void);
bool loop_sent(unsigned int place);
/* Runs task->run once, in this round or the next. */
void loop_queue(struct loop_task *task);
/* Runs task->run after at most delay_ns, unless it is queued earlier. */
void loop_queue_after(struct loop_task *task, uint64_t delay_ns);
/* The task will not run any more. */
void loop_cancel(struct loop_task *task);
/* Disk operations under way: with many, a sleep waits for a part of them. */
void loop_in_flight(int change);
/* Before other processes, from now on. -1: errno says why not. */
int loop_prefer(void);
/* More work than the others can follow: like them for the next 100 ms. */
void loop_give_way(void);
/* One round: sleep if nothing is to do, see completions, run tasks. */
int loop_round(void);
uint64_t loop_now_ns(void);
/*
 * Called just before a round enters the kernel, to send off what was put off:
 * when it sleeps, and every few rounds of work without an end.
 */
void loop_before_enter(void (*fn)(void));

#endif
