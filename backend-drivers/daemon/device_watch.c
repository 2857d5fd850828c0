// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding devices in xenstore and hearing of them.
 *
 * Rules:
 *  1. What the toolstack changes is looked at at once; a device whose
 *     directory is gone is let go of silently.
 *  2. A guest can write its state as often as it likes: its news are gathered
 *     and looked at once a round, and a device that reconnects again and
 *     again waits between two looks.
 *
 * Single-threaded; the list of devices is this file's. Next: device_store.c.
 */
#include "backend-drivers/daemon/device_walk.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/io/xenbus.h"
#include "backend-drivers/daemon/keep.h"
#include "backend-drivers/daemon/loop.h"

#define EVENTS_MAX 256		/* news taken from the store in a round */

static const struct device_kind *const kinds[] = {&disk_kind, &nic_kind };

struct xs_handle *store;
static struct device *devices;
static struct loop_op store_op;

struct device *device_next(struct device *from)
{
	return from ? from->next : devices;
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
	device_close(dev);
	keep_forget(dev);
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
	snprintf(dev->path, sizeof(dev->path), DEVICE_BASE "/%s/%u/%u",
		 kind->type, domid, devid);
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
	device_adopt(dev);
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
	long now;

	snprintf(path, sizeof(path), DEVICE_BASE "/%s/%u/%u/state", kind->type,
		 domid, devid);
	state = xs_read(store, XBT_NULL, path, NULL);
	now = device_value(state, -1);
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
			device_close(dev);
		dev->mine = (int)now;
		dev->error[0] = '\0';
	}
	device_walk(dev);
}

/* Looks at the devices with news, but for those that must calm down. */
static void look_at_changed(struct loop_task *task)
{
	uint64_t now = loop_now_ns(), least = UINT64_MAX;
	struct device *dev, *next;

	for (dev = devices; dev; dev = next) {
		next = dev->next;
		if (!dev->changed)
			continue;
		if (now < dev->calm_ns) {
			if (dev->calm_ns - now < least)
				least = dev->calm_ns - now;
			continue;
		}
		dev->changed = false;
		look_at(dev->kind, dev->domid, dev->devid);
	}
	if (least != UINT64_MAX)
		loop_queue_after(task, least);
}

static struct loop_task changed_task = { .run = look_at_changed };

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
	snprintf(path, sizeof(path), DEVICE_BASE "/%s", kind->type);
	dom = xs_directory(store, XBT_NULL, path, &doms);
	for (i = 0; dom && i < doms; i++) {
		unsigned int domid = (unsigned int)strtoul(dom[i], NULL, 10);

		snprintf(path, sizeof(path), DEVICE_BASE "/%s/%u", kind->type,
			 domid);
		id = xs_directory(store, XBT_NULL, path, &devs);
		for (j = 0; id && j < devs; j++)
			look_at(kind, domid,
				(unsigned int)strtoul(id[j], NULL, 10));
		free(id);
	}
	free(dom);
}

static const struct device_kind *kind_named(const char *type)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(type, kinds[i]->type))
			return kinds[i];
	return NULL;
}

/* A watch of ours: the token is a frontend's, or the path a backend's. */
static void seen(const char *path, const char *token)
{
	const struct device_kind *kind;
	unsigned int domid, devid;
	char type[16], leaf[32] = "";
	struct device *dev;
	int got;

	if (sscanf(token, "f/%15[^/]/%u/%u", type, &domid, &devid) == 3) {
		kind = kind_named(type);
		dev = kind ? find(kind, domid, devid) : NULL;
		if (dev) {
			dev->changed = true;
			loop_queue(&changed_task);
		}
		return;
	}
	got = sscanf(path, DEVICE_BASE "/%15[^/]/%u/%u/%31s", type, &domid,
		     &devid, leaf);
	if (got == 4 && strcmp(leaf, "state") && strcmp(leaf, "online"))
		return;
	kind = got >= 1 ? kind_named(type) : NULL;
	if (kind && got >= 3)
		look_at(kind, domid, devid);
	else if (kind)
		look_at_all(kind);
}

static void store_wait(void)
{
	io_uring_prep_poll_add(loop_sqe(&store_op), xs_fileno(store), POLLIN);
}

static void store_ready(struct loop_op *op, int res)
{
	unsigned int n = 0;
	char **event;

	(void)op;
	(void)res;
	while (n++ < EVENTS_MAX && (event = xs_check_watch(store))) {
		seen(event[XS_WATCH_PATH], event[XS_WATCH_TOKEN]);
		free(event);
	}
	if (n <= EVENTS_MAX && errno != EAGAIN) {
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

		snprintf(path, sizeof(path), DEVICE_BASE "/%s", kinds[i]->type);
		if (!xs_watch(store, path, "b"))
			return -errno;
	}
	store_wait();
	return 0;
}
