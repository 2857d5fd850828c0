// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event channels on the daemon's loop, with a socket for /dev/xen/evtchn: what
 * is written to its other end has fired, what is read there was unmasked. Of
 * more ports than one read brings each is told of once and unmasked once, and
 * none waits until a busy loop has nothing more to do.
 * Skipped where the kernel has no io_uring for us.
 */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "backend-drivers/daemon/direct.h"
#include "backend-drivers/daemon/events.h"
#include "dom0-tools/lib/evtchn.h"

#define PORTS 200
#define MS 1000000ull

static bool usable;
static int device[2];			/* the daemon's end, ours */
static unsigned int told[PORTS + 1];
static unsigned int unmasked[PORTS + 1];
static struct owner {
	struct loop_task task;		/* first */
	int port;
} owner[PORTS];

int evtchn_open_nonblock(void)
{
	return device[0];
}

int evtchn_bind_interdomain(int fd, uint32_t domid, uint32_t remote_port)
{
	assert_int_equal(fd, device[0]);
	assert_int_equal(domid, 7);
	return (int)remote_port;
}

int evtchn_unbind(int fd, uint32_t port)
{
	(void)fd;
	(void)port;
	return 0;
}

int evtchn_notify(int fd, uint32_t port)
{
	(void)fd;
	(void)port;
	return 0;
}

bool direct_send(uint32_t port)
{
	(void)port;
	return false;
}

static void owner_run(struct loop_task *task)
{
	told[((struct owner *)task)->port]++;
}

static int start(void **state)
{
	int i;

	(void)state;
	usable = !loop_init();
	if (!usable)
		return 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, device) ||
	    events_init())
		return -1;
	for (i = 0; i < PORTS; i++) {
		owner[i].task.run = owner_run;
		owner[i].port = events_bind(7, (uint32_t)i + 1, &owner[i].task);
	}
	return 0;
}

static int setup(void **state)
{
	(void)state;
	memset(told, 0, sizeof(told));
	memset(unmasked, 0, sizeof(unmasked));
	return 0;
}

static void fire(unsigned int from, unsigned int to)
{
	for (uint32_t port = from; port <= to; port++)
		assert_int_equal(write(device[1], &port, 4), 4);
}

static void take_unmasks(void)
{
	uint32_t port;

	while (read(device[1], &port, 4) == 4) {
		assert_in_range(port, 1, PORTS);
		unmasked[port]++;
	}
	assert_int_equal(errno, EAGAIN);
}

static void expect_all(const unsigned int *times, unsigned int from)
{
	for (unsigned int port = 1; port <= PORTS; port++)
		assert_int_equal(times[port], port >= from);
}

/* Keeps the loop from its sleep for so many rounds. */
static struct busy {
	struct loop_task task;		/* first */
	int rounds;
} busy;

static void busy_run(struct loop_task *task)
{
	if (--busy.rounds > 0)
		loop_queue(task);
}

static void be_busy(int rounds)
{
	busy = (struct busy){ .task.run = busy_run, .rounds = rounds };
	loop_queue(&busy.task);
	while (busy.rounds > 0)
		assert_int_equal(loop_round(), 0);
}

static bool woken;

static void wake(struct loop_task *task)
{
	(void)task;
	woken = true;
}

static void sleep_ms(unsigned int ms)
{
	struct loop_task t = { .run = wake };

	woken = false;
	loop_queue_after(&t, ms * MS);
	while (!woken)
		assert_int_equal(loop_round(), 0);
}

static void each_port_is_told_of_and_unmasked_once(void **state)
{
	(void)state;
	if (!usable)
		skip();
	fire(1, PORTS);
	sleep_ms(20);
	take_unmasks();
	expect_all(told, 1);
	expect_all(unmasked, 1);
}

static void none_waits_for_the_end_of_the_work(void **state)
{
	(void)state;
	if (!usable)
		skip();
	fire(1, PORTS);
	be_busy(100);
	take_unmasks();
	expect_all(told, 1);
	expect_all(unmasked, 1);
}

static void what_is_unbound_is_not_unmasked(void **state)
{
	(void)state;
	if (!usable)
		skip();
	fire(1, PORTS);
	for (int i = 0; i < PORTS / 2; i++)
		events_unbind(owner[i].port);
	sleep_ms(20);
	take_unmasks();
	expect_all(told, PORTS / 2 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_port_is_told_of_and_unmasked_once,
				       setup),
		cmocka_unit_test_setup(none_waits_for_the_end_of_the_work,
				       setup),
		cmocka_unit_test_setup(what_is_unbound_is_not_unmasked, setup),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
