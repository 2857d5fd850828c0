// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device's way through the handshake.
 *
 * Rules:
 *  1. What happens next is decided by core/connect.c alone; this file performs
 *     it and writes the state.
 *  2. A failure ends in one line in `error`, `hotplug-error` and the log, and
 *     touches no other device. A frontend that starts anew after an orderly
 *     end is served anew; what could not be opened is the toolstack's turn.
 *  3. At start a device in state 4 is adopted: rings are taken up as the
 *     predecessor left them, and the frontend sees nothing but a pause.
 *
 * Single-threaded. The daemon writes the store in transactions of posted
 * requests, one round trip each. Next: blk_disk.c, net_nic.c.
 */
#include "backend-drivers/daemon/device_walk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/io/xenbus.h"
#include "backend-drivers/core/connect.h"
#include "backend-drivers/daemon/keep.h"
#include "backend-drivers/daemon/loop.h"

#define STEPS_MAX 8
#define ATTACHES_MAX 16		/* within a WINDOW, then CALM between two */
#define WINDOW_NS 1000000000u
#define CALM_NS 200000000u

static void post_all(struct device *dev, xs_transaction_t t, int state)
{
	if (dev->error[0]) {
		device_post(dev, t, "error", "%s", dev->error);
		device_post(dev, t, "hotplug-error", "%s", dev->error);
		if (!dev->published)
			device_post(dev, t, "hotplug-status", "error");
	} else if (state == XY_XENBUS_INITWAIT) {
		device_post_rm(dev, t, "error");
		device_post_rm(dev, t, "hotplug-error");
		dev->kind->publish(dev, t);
		device_post(dev, t, "hotplug-status", "connected");
	}
	device_post(dev, t, "state", "%d", state);
}

/*
 * Writes the state and what belongs to it in one transaction. Looking at the
 * old state inside it keeps a directory that the toolstack is removing from
 * coming back to life.
 */
static void write_state(struct device *dev, int state)
{
	char path[128], *old;
	xs_transaction_t t;

	snprintf(path, sizeof(path), "%s/state", dev->path);
	do {
		t = xs_transaction_start(store);
		if (!t)
			return;
		old = xs_read(store, t, path, NULL);
		if (!old) {
			xs_transaction_end(store, t, true);
			return;
		}
		free(old);
		post_all(dev, t, state);
	} while (!xs_transaction_end(store, t, false) && errno == EAGAIN);
	dev->mine = state;
	dev->published |= state == XY_XENBUS_INITWAIT;
}

static void let_go(struct device *dev)
{
	if (dev->attached)
		dev->kind->detach(dev);
	dev->attached = false;
}

/*
 * What was prepared goes out first: an entry names its file by descriptor, and
 * after the close that number may be another device's file.
 */
void device_close(struct device *dev)
{
	let_go(dev);
	if (dev->opened) {
		loop_submit();
		dev->kind->close(dev);
	}
	dev->opened = false;
}

void device_stop(struct device *dev)
{
	let_go(dev);
	write_state(dev, XY_XENBUS_CLOSING);
}

static int open_device(struct device *dev)
{
	int rc;

	if (dev->opened)
		return 0;
	dev->error[0] = '\0';
	rc = dev->kind->open(dev);
	dev->opened = !rc;
	dev->refused = rc && rc != -EAGAIN;
	return rc;
}

/* One that comes and goes all the time shall not keep us busy with it. */
static void pace(struct device *dev)
{
	uint64_t now = loop_now_ns();

	if (now - dev->attaches_ns > WINDOW_NS) {
		dev->attaches_ns = now;
		dev->attaches = 0;
	}
	if (++dev->attaches > ATTACHES_MAX)
		dev->calm_ns = now + CALM_NS;
}

static int attach(struct device *dev)
{
	int rc = open_device(dev);

	pace(dev);
	if (!rc)
		rc = dev->kind->attach(dev);
	dev->attached = !rc;
	return rc;
}

/* One step; true: another may follow. */
static bool step(struct device *dev)
{
	long theirs = device_front_number(dev, "state", 0);
	unsigned int todo;
	int next = connect_step(dev->mine, theirs, &todo), rc = 0;

	if (dev->mine == XY_XENBUS_CLOSED && (todo & CONNECT_OPEN) &&
	    (dev->refused || !device_number(dev, "online", 1)))
		return false;
	if (next == dev->mine)
		return false;
	if (todo & CONNECT_DETACH)
		let_go(dev);
	if (next == XY_XENBUS_INITWAIT)
		dev->error[0] = '\0';	/* a new beginning */
	if (todo & CONNECT_OPEN)
		rc = open_device(dev);
	if (todo & CONNECT_ATTACH)
		rc = attach(dev);
	dev->waiting = rc == -EAGAIN;
	if (dev->waiting)
		return false;
	if (rc)
		next = todo & CONNECT_OPEN ? XY_XENBUS_CLOSED :
					     XY_XENBUS_CLOSING;
	write_state(dev, next);
	if (next == XY_XENBUS_CLOSED)
		device_close(dev);
	return !rc;
}

void device_walk(struct device *dev)
{
	int i;

	for (i = 0; i < STEPS_MAX && step(dev); i++)
		;
}

static void retry(struct loop_task *task)
{
	struct device *dev;

	(void)task;
	for (dev = device_next(NULL); dev; dev = device_next(dev))
		if (dev->waiting)
			device_walk(dev);
}

static struct loop_task retry_task = { .run = retry };

void device_retry(void)
{
	loop_queue(&retry_task);
}

/* A predecessor brought it to `mine`: hold again what it held. */
void device_adopt(struct device *dev)
{
	long theirs = device_front_number(dev, "state", 0);

	dev->adopting = dev->mine == XY_XENBUS_CONNECTED &&
			(theirs == XY_XENBUS_CONNECTED ||
			 theirs == XY_XENBUS_INITIALISED);
	if (!dev->adopting)
		keep_forget(dev);	/* of a connection that ended */
	if (dev->mine != XY_XENBUS_INITWAIT &&
	    dev->mine != XY_XENBUS_CONNECTED)
		return;
	dev->published = true;
	if (open_device(dev) || (dev->adopting && attach(dev)))
		write_state(dev, XY_XENBUS_CLOSING);
	else if (dev->adopting)
		device_log(dev, "taken up");
	dev->adopting = false;
}
