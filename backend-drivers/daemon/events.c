// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event channels of all devices, on one descriptor of /dev/xen/evtchn.
 *
 * Rules:
 *  1. Waiting and reading cost no system call of their own: a poll and, linked
 *     to it, a read ride on the loop's io_uring.
 *  2. Fired ports are unmasked together, in one write, when the loop sleeps, or
 *     looks up from work that does not end. A request that came while masked is
 *     not lost: unmasking a pending port fires it again. A read takes as many
 *     as there is room to unmask; without room there is none.
 *
 * Single-threaded. Next: device.c.
 */
#include "backend-drivers/daemon/events.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend-drivers/daemon/direct.h"
#include "dom0-tools/lib/evtchn.h"

#define BATCH 64

static int fd = -1;
static struct loop_task **owner;	/* by local port */
static uint32_t owners;
static uint32_t fired[BATCH];
static uint32_t unmask[BATCH];
static unsigned int unmasks;
static uint32_t unmasking[BATCH];	/* what the kernel is reading */
static bool listening;			/* a read is prepared or waits */

static void read_done(struct loop_op *op, int res);
static struct loop_op read_op = { .done = read_done };

static void wait_and_read(void)
{
	unsigned int room = BATCH - unmasks;
	struct io_uring_sqe *sqe;

	listening = room;
	if (!listening)
		return;
	loop_reserve(2);
	sqe = loop_sqe(NULL);
	io_uring_prep_poll_add(sqe, fd, POLLIN);
	sqe->flags |= IOSQE_IO_LINK;
	loop_quiet(sqe);
	sqe = loop_sqe(&read_op);
	io_uring_prep_read(sqe, fd, fired, room * sizeof(fired[0]), (__u64)-1);
}

/* Rides on the submission that follows, which executes it at once. */
static void send_unmasks(void)
{
	struct io_uring_sqe *sqe;

	if (unmasks) {
		sqe = loop_sqe(NULL);
		memcpy(unmasking, unmask, sizeof(unmasking));
		io_uring_prep_write(sqe, fd, unmasking, unmasks * 4,
				    (__u64)-1);
		loop_quiet(sqe);
		unmasks = 0;
	}
	if (!listening)
		wait_and_read();
}

static void read_done(struct loop_op *op, int res)
{
	unsigned int i, n = res > 0 ? (unsigned int)res / 4 : 0;

	(void)op;
	for (i = 0; i < n; i++) {
		unmask[unmasks++] = fired[i];
		if (fired[i] < owners && owner[fired[i]])
			loop_queue(owner[fired[i]]);
	}
	wait_and_read();
}

int events_init(void)
{
	fd = evtchn_open_nonblock();
	if (fd < 0)
		return fd;
	loop_before_enter(send_unmasks);
	wait_and_read();
	return 0;
}

static int make_room(uint32_t port)
{
	struct loop_task **more;
	uint32_t n = port + 64;

	if (port < owners)
		return 0;
	more = realloc(owner, n * sizeof(*owner));
	if (!more)
		return -ENOMEM;
	memset(more + owners, 0, (n - owners) * sizeof(*owner));
	owner = more;
	owners = n;
	return 0;
}

int events_bind(uint32_t domid, uint32_t remote_port, struct loop_task *task)
{
	int port = evtchn_bind_interdomain(fd, domid, remote_port);

	if (port < 0)
		return port;
	if (make_room((uint32_t)port)) {
		evtchn_unbind(fd, (uint32_t)port);
		return -ENOMEM;
	}
	owner[port] = task;
	return port;
}

void events_unbind(int port)
{
	unsigned int i, kept = 0;

	if (port < 0)
		return;
	for (i = 0; i < unmasks; i++)
		if (unmask[i] != (uint32_t)port)
			unmask[kept++] = unmask[i];
	unmasks = kept;
	owner[port] = NULL;
	evtchn_unbind(fd, (uint32_t)port);
}

void events_notify(int port)
{
	if (!direct_send((uint32_t)port))
		evtchn_notify(fd, (uint32_t)port);
}
