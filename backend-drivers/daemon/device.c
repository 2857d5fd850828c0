// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices in xenstore: finding them, walking the handshake, reporting.
 *
 * Rules:
 *  1. What happens next is decided by core/connect.c alone; this file performs
 *     it and writes the state.
 *  2. A device whose directory is gone is let go of at once and silently.
 *  3. A failure ends in one line in `error`, `hotplug-error` and the log, and
 *     touches no other device.
 *  4. At start a device in state 4 is adopted: rings are taken up as the
 *     predecessor left them, and the frontend sees nothing but a pause.
 *
 * Single-threaded. The daemon writes the store in transactions of posted
 * requests, one round trip each. Next: blk_shell.c, net_shell.c.
 */
#include "backend-drivers/daemon/device.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/io/xenbus.h"
#include "backend-drivers/core/connect.h"
#include "backend-drivers/daemon/loop.h"

#define BASE "/local/domain/0/backend"
#define STEPS_MAX 8

static const struct device_kind *const kinds[] = {&disk_kind, &nic_kind };

struct xs_handle *store;
static struct device *devices;
static struct loop_op store_op;

void log_line(const char *format, ...)
{
	va_list ap;

	fputs("xylem-backend: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
}

struct device *device_next(struct device *from)
{
	return from ? from->next : devices;
}

static char *read_key(const char *dir, const char *key)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, key);
	return xs_read(store, XBT_NULL, path, NULL);
}

char *device_read(struct device *dev, const char *key)
{
	return read_key(dev->path, key);
}

char *device_read_front(struct device *dev, const char *key)
{
	return read_key(dev->frontend, key);
}

static long number(char *text, long missing)
{
	long value = missing;
	char *end;

	if (text) {
		errno = 0;
		value = strtol(text, &end, 10);
		if (errno || end == text || *end)
			value = missing;
	}
	free(text);
	return value;
}

long device_number(struct device *dev, const char *key, long missing)
{
	return number(device_read(dev, key), missing);
}

long device_front_number(struct device *dev, const char *key, long missing)
{
	return number(device_read_front(dev, key), missing);
}

void device_post(struct device *dev, xs_transaction_t t, const char *key,
		 const char *format, ...)
{
	char path[160], value[512];
	va_list ap;

	snprintf(path, sizeof(path), "%s/%s", dev->path, key);
	va_start(ap, format);
	vsnprintf(value, sizeof(value), format, ap);
	va_end(ap);
	xs_post_write(store, t, path, value, (unsigned int)strlen(value));
}

int device_fail(struct device *dev, int rc, const char *format, ...)
{
	va_list ap;

	if (dev->error[0])
		return rc;
	va_start(ap, format);
	vsnprintf(dev->error, sizeof(dev->error), format, ap);
	va_end(ap);
	log_line("%s/%u/%u: %s", dev->kind->type, dev->domid, dev->devid,
		 dev->error);
	return rc;
}

static void post_all(struct device *dev, xs_transaction_t t, int state)
{
	if (dev->error[0]) {
		device_post(dev, t, "error", "%s", dev->error);
		device_post(dev, t, "hotplug-error", "%s", dev->error);
		if (!dev->published)
			device_post(dev, t, "hotplug-status", "error");
	} else if (state == XY_XENBUS_INITWAIT) {
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

static void close_device(struct device *dev)
{
	let_go(dev);
	if (dev->opened)
		dev->kind->close(dev);
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
	return rc;
}

static int attach(struct device *dev)
{
	int rc = open_device(dev);

	if (!rc)
		rc = dev->kind->attach(dev);
	dev->attached = !rc;
	return rc;
}

/* One step; true: another may follow. */
static bool step(struct device *dev)
{
	int theirs = (int)device_front_number(dev, "state", 0);
	unsigned int todo;
	int next = connect_step(dev->mine, theirs, &todo), rc = 0;

	if (dev->mine == XY_XENBUS_CLOSED && (todo & CONNECT_OPEN) &&
	    (dev->error[0] || !device_number(dev, "online", 1)))
		return false;
	if (next == dev->mine)
		return false;
	if (todo & CONNECT_DETACH)
		let_go(dev);
	if (todo & CONNECT_OPEN)
		rc = open_device(dev);
	if (todo & CONNECT_ATTACH)
		rc = attach(dev);
	if (rc == -EAGAIN)
		return false;
	if (rc)
		next = todo & CONNECT_OPEN ? XY_XENBUS_CLOSED :
					     XY_XENBUS_CLOSING;
	write_state(dev, next);
	if (next == XY_XENBUS_CLOSED)
		close_device(dev);
	return !rc;
}

static void walk(struct device *dev)
{
	int i;

	for (i = 0; i < STEPS_MAX && step(dev); i++)
		;
}

static void retry(struct loop_task *task)
{
	struct device *dev;

	(void)task;
	for (dev = devices; dev; dev = dev->next)
		if (dev->mine == XY_XENBUS_INITIALISING && !dev->error[0])
			walk(dev);
}

static struct loop_task retry_task = { .run = retry };

void device_retry(void)
{
	loop_queue(&retry_task);
}

/* A predecessor brought it to `mine`: hold again what it held. */
static void adopt(struct device *dev)
{
	int theirs = (int)device_front_number(dev, "state", 0);

	if (dev->mine != XY_XENBUS_INITWAIT &&
	    dev->mine != XY_XENBUS_CONNECTED)
		return;
	dev->published = true;
	dev->adopting = dev->mine == XY_XENBUS_CONNECTED &&
			(theirs == XY_XENBUS_CONNECTED ||
			 theirs == XY_XENBUS_INITIALISED);
	if (open_device(dev) || (dev->adopting && attach(dev)))
		write_state(dev, XY_XENBUS_CLOSING);
	else if (dev->adopting)
		log_line("%s/%u/%u: taken up", dev->kind->type, dev->domid,
			 dev->devid);
	dev->adopting = false;
}

static void front_watch(struct device *dev, bool on)
{
	char path[160], token[64];

	snprintf(path, sizeof(path), "%s/state", dev->frontend);
	snprintf(token, sizeof(token), "f/%s/%u/%u", dev->kind->type,
		 dev->domid, dev->devid);
	if (on)
		xs_watch(store, path, token);
	else
		xs_unwatch(store, path, token);
}

static void forget(struct device *dev)
{
	struct device **at = &devices;

	while (*at != dev)
		at = &(*at)->next;
	*at = dev->next;
	front_watch(dev, false);
	close_device(dev);
	free(dev);
}

static struct device *meet(const struct device_kind *kind, unsigned int domid,
			   unsigned int devid)
{
	struct device *dev = calloc(1, kind->bytes);
	char *front;

	if (!dev)
		return NULL;
	dev->kind = kind;
	dev->domid = domid;
	dev->devid = devid;
	snprintf(dev->path, sizeof(dev->path), BASE "/%s/%u/%u", kind->type,
		 domid, devid);
	front = device_read(dev, "frontend");
	if (!front || strlen(front) >= sizeof(dev->frontend)) {
		free(front);
		free(dev);
		return NULL;
	}
	strcpy(dev->frontend, front);
	free(front);
	dev->next = devices;
	devices = dev;
	dev->mine = (int)device_number(dev, "state", 0);
	adopt(dev);
	front_watch(dev, true);
	return dev;
}

static struct device *find(const struct device_kind *kind, unsigned int domid,
			   unsigned int devid)
{
	struct device *dev;

	for (dev = devices; dev; dev = dev->next)
		if (dev->kind == kind && dev->domid == domid &&
		    dev->devid == devid)
			break;
	return dev;
}

/* Its directory changed, or may have gone. */
static void look_at(const struct device_kind *kind, unsigned int domid,
		    unsigned int devid)
{
	struct device *dev = find(kind, domid, devid);
	char path[128], *state;
	int now;

	snprintf(path, sizeof(path), BASE "/%s/%u/%u/state", kind->type,
		 domid, devid);
	state = xs_read(store, XBT_NULL, path, NULL);
	now = (int)number(state, -1);
	if (now < 0) {
		if (dev)
			forget(dev);
		return;
	}
	if (!dev)
		dev = meet(kind, domid, devid);
	if (!dev)
		return;
	/* Somebody else wrote it: the toolstack closes, or tries again. */
	if (now != dev->mine && (now == XY_XENBUS_CLOSING ||
				 now == XY_XENBUS_INITIALISING)) {
		if (now == XY_XENBUS_INITIALISING)
			close_device(dev);
		dev->mine = now;
		dev->error[0] = '\0';
	}
	walk(dev);
}

/* Looks at every device of a kind that is in the store or was. */
static void look_at_all(const struct device_kind *kind)
{
	struct device *dev, *next;
	unsigned int i, j, doms, devs;
	char path[96], **dom, **id;

	for (dev = devices; dev; dev = next) {
		next = dev->next;
		if (dev->kind == kind)
			look_at(kind, dev->domid, dev->devid);
	}
	snprintf(path, sizeof(path), BASE "/%s", kind->type);
	dom = xs_directory(store, XBT_NULL, path, &doms);
	for (i = 0; dom && i < doms; i++) {
		unsigned int domid = (unsigned int)strtoul(dom[i], NULL, 10);

		snprintf(path, sizeof(path), BASE "/%s/%u", kind->type, domid);
		id = xs_directory(store, XBT_NULL, path, &devs);
		for (j = 0; id && j < devs; j++)
			look_at(kind, domid,
				(unsigned int)strtoul(id[j], NULL, 10));
		free(id);
	}
	free(dom);
}

static void seen(const char *path, const char *token)
{
	unsigned int domid, devid;
	char type[16], leaf[32] = "";
	size_t i;
	int got;

	if (sscanf(token, "f/%15[^/]/%u/%u", type, &domid, &devid) == 3)
		got = 3;
	else
		got = sscanf(path, BASE "/%15[^/]/%u/%u/%31s", type, &domid,
			     &devid, leaf);
	if (got == 4 && strcmp(leaf, "state") && strcmp(leaf, "online"))
		return;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (got >= 1 && strcmp(type, kinds[i]->type))
			continue;
		if (got >= 3)
			look_at(kinds[i], domid, devid);
		else
			look_at_all(kinds[i]);
	}
}

static void store_wait(void)
{
	io_uring_prep_poll_add(loop_sqe(&store_op), xs_fileno(store), POLLIN);
}

static void store_ready(struct loop_op *op, int res)
{
	char **event;

	(void)op;
	(void)res;
	while ((event = xs_check_watch(store))) {
		seen(event[XS_WATCH_PATH], event[XS_WATCH_TOKEN]);
		free(event);
	}
	if (errno != EAGAIN) {
		log_line("the connection to xenstored broke: %s",
			 strerror(errno));
		exit(1);
	}
	store_wait();
}

int device_start(void)
{
	size_t i;

	store = xs_open(0);
	if (!store)
		return -errno;
	store_op.done = store_ready;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char path[64];

		snprintf(path, sizeof(path), BASE "/%s", kinds[i]->type);
		if (!xs_watch(store, path, "b"))
			return -errno;
	}
	store_wait();
	return 0;
}
