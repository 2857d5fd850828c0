// SPDX-License-Identifier: GPL-2.0-only
/*
 * The daemon's event loop on a real io_uring: the order of tasks, timers,
 * completions before tasks, shared buffers, and the priority in a flood.
 * Skipped where the kernel has no io_uring for us; the priority also where we
 * may not raise it.
 */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "backend-drivers/daemon/loop.h"

#define MS 1000000ull

static bool usable;
static char order[64];

struct named {
	struct loop_task task;		/* first */
	char name;
	int again;			/* queues itself so often */
};

static void note(char c)
{
	size_t n = strlen(order);

	assert_true(n + 1 < sizeof(order));
	order[n] = c;
	order[n + 1] = 0;
}

static void named_run(struct loop_task *task)
{
	struct named *n = (struct named *)task;

	note(n->name);
	if (n->again-- > 0)
		loop_queue(task);
}

static struct named named(char name, int again)
{
	return (struct named){ .task.run = named_run, .name = name,
			       .again = again };
}

static int start(void **state)
{
	(void)state;
	usable = !loop_init();
	return 0;
}

static int setup(void **state)
{
	(void)state;
	order[0] = 0;
	return 0;
}

static void round_of(void)
{
	if (!usable)
		skip();
	assert_int_equal(loop_round(), 0);
}

static void tasks_run_in_order_once(void **state)
{
	struct named a = named('a', 0), b = named('b', 0), c = named('c', 0);

	(void)state;
	loop_queue(&a.task);
	loop_queue(&b.task);
	loop_queue(&a.task);
	loop_queue(&c.task);
	loop_cancel(&b.task);
	loop_queue(&b.task);
	round_of();
	assert_string_equal(order, "acb");
}

static void what_a_task_queues_waits_for_the_next_round(void **state)
{
	struct named a = named('a', 1), b = named('b', 0);

	(void)state;
	loop_queue(&a.task);
	loop_queue(&b.task);
	round_of();
	assert_string_equal(order, "ab");
	round_of();
	assert_string_equal(order, "aba");
}

static void timers_wait_and_a_cancelled_one_never_comes(void **state)
{
	struct named a = named('a', 0), b = named('b', 0), c = named('c', 0);
	uint64_t from = loop_now_ns();

	(void)state;
	if (!usable)
		skip();
	loop_queue_after(&a.task, 20 * MS);
	loop_queue_after(&b.task, 5 * MS);
	loop_queue_after(&c.task, 1 * MS);
	loop_cancel(&c.task);
	while (strlen(order) < 2)
		round_of();
	assert_string_equal(order, "ba");
	assert_true(loop_now_ns() - from >= 20 * MS);
}

static int results;

static void seen(struct loop_op *op, int res)
{
	struct named *n = (struct named *)(op + 1);

	results += res;
	note('o');
	loop_queue(&n->task);
}

static void completions_are_all_seen_before_a_task_runs(void **state)
{
	struct op_and_task {
		struct loop_op op;
		struct named then;
	} a = { { .done = seen }, named('a', 0) },
	  b = { { .done = seen }, named('b', 0) };
	char byte[2];
	int fd[2];

	(void)state;
	if (!usable)
		skip();
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "xy", 2), 2);
	io_uring_prep_read(loop_sqe(&a.op), fd[0], &byte[0], 1, 0);
	io_uring_prep_read(loop_sqe(&b.op), fd[0], &byte[1], 1, 0);
	results = 0;
	round_of();
	assert_string_equal(order, "ooab");
	assert_int_equal(results, 2);
	close(fd[0]);
	close(fd[1]);
}

struct reader {
	struct loop_op op;		/* first */
	char text[64];			/* what was read */
	int buffer;			/* the last one's */
	int over;
	int last;			/* its result */
};

static char shared[2][16];

static void read_over(struct loop_op *op, int res)
{
	struct reader *r = (struct reader *)op;
	int buffer = loop_buffer_of(op);

	r->over++;
	r->last = res;
	if (res > 0) {
		assert_in_range(buffer, 0, 1);
		r->buffer = buffer;
		strncat(r->text, shared[buffer], (size_t)res);
	} else if (buffer >= 0) {
		loop_give_buffer((unsigned int)buffer, shared[buffer], 16);
	}
}

static void ask(struct reader *r, int fd, unsigned int n)
{
	while (n--)
		loop_prep_read(loop_sqe(&r->op), fd, 16);
}

static void prepared_is_not_yet_sent(void **state)
{
	unsigned int place;

	(void)state;
	if (!usable)
		skip();
	place = loop_place();
	io_uring_prep_nop(loop_sqe(NULL));
	assert_true(loop_sent(place));
	place = loop_place();
	assert_false(loop_sent(place));
	loop_submit();
	assert_true(loop_sent(place));
	assert_true(loop_sent(loop_place()));
}

/* Also 1000 times over: the ring of buffers wraps. */
static void reads_keep_order_and_share_buffers(void **state)
{
	struct reader r = { .op.done = read_over };
	int fd[2], i;

	(void)state;
	if (!usable || loop_buffers(2))
		skip();
	for (i = 0; i < 2; i++)
		loop_give_buffer((unsigned int)i, shared[i], 16);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0,
				    fd), 0);
	ask(&r, fd[0], 3);
	assert_int_equal(write(fd[1], "one ", 4), 4);
	assert_int_equal(write(fd[1], "two", 3), 3);
	while (r.over < 3)
		round_of();
	assert_string_equal(r.text, "one two");
	assert_int_equal(r.last, -ENOBUFS);
	/* What came meanwhile was not lost. */
	assert_int_equal(write(fd[1], ".", 1), 1);
	loop_give_buffer(0, shared[0], 16);
	ask(&r, fd[0], 1);
	while (r.over < 4)
		round_of();
	assert_string_equal(r.text, "one two.");
	assert_int_equal(r.buffer, 0);
	loop_give_buffer(0, shared[0], 16);
	loop_give_buffer(1, shared[1], 16);
	for (i = 0; i < 1000; i++) {
		r = (struct reader){ .op.done = read_over };
		ask(&r, fd[0], 1);
		assert_int_equal(write(fd[1], "x", 1), 1);
		while (!r.over)
			round_of();
		loop_give_buffer((unsigned int)r.buffer, shared[r.buffer], 16);
	}
	/* Those that wait can be cancelled, one by one. */
	r = (struct reader){ .op.done = read_over };
	ask(&r, fd[0], 3);
	while (r.over < 3) {
		io_uring_prep_cancel(loop_sqe(NULL), &r.op, 0);
		round_of();
		assert_true(!r.over || r.last == -ECANCELED);
	}
	close(fd[0]);
	close(fd[1]);
}

static void sleep_ms(unsigned int ms)
{
	struct named t = named('t', 0);

	order[0] = 0;
	loop_queue_after(&t.task, ms * MS);
	while (!order[0])
		round_of();
}

static int priority(void)
{
	return getpriority(PRIO_PROCESS, 0);
}

static void in_a_flood_it_is_like_other_processes(void **state)
{
	(void)state;
	if (!usable || loop_prefer())
		skip();
	assert_int_equal(priority(), -10);
	loop_give_way();
	assert_int_equal(priority(), 0);
	sleep_ms(110);		/* as it goes to sleep it is still a flood */
	assert_int_equal(priority(), 0);
	sleep_ms(1);
	assert_int_equal(priority(), -10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(tasks_run_in_order_once, setup),
		cmocka_unit_test_setup(
			what_a_task_queues_waits_for_the_next_round, setup),
		cmocka_unit_test_setup(
			timers_wait_and_a_cancelled_one_never_comes, setup),
		cmocka_unit_test_setup(
			completions_are_all_seen_before_a_task_runs, setup),
		cmocka_unit_test_setup(prepared_is_not_yet_sent, setup),
		cmocka_unit_test_setup(reads_keep_order_and_share_buffers,
				       setup),
		cmocka_unit_test_setup(in_a_flood_it_is_like_other_processes,
				       setup),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
