/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A disk in two parts: blk_disk.c knows the device in xenstore and its image,
 * the rest the connection to one frontend: rings, grants, I/O under way.
 *
 * A connection can outlive its disk by the I/O it still has in flight: the
 * kernel is using the guest's pages, so they stay mapped until it is done.
 */
#ifndef BACKEND_DRIVERS_DAEMON_BLK_SHELL_H
#define BACKEND_DRIVERS_DAEMON_BLK_SHELL_H

#include "backend-drivers/core/blkback.h"
#include "backend-drivers/daemon/blk_file.h"
#include "backend-drivers/daemon/device.h"
#include "backend-drivers/daemon/grants.h"

#define BLK_PAGES_MAX BLKBACK_PAGES_MAX
/* Offered whatever dom0's CPUs are: a frontend may want some just to poll. */
#define BLK_QUEUES_MAX 8

struct blk_link;

struct disk {
	struct device dev;	/* first: the daemon's lists hold this */
	struct blk_file file;
	bool shareable;		/* mode w! */
	unsigned int info;	/* XY_VDISK_* */
	struct blk_link *link;	/* NULL unless attached */
};

/* What the frontend published. */
struct blk_queue_params {
	unsigned int pages;
	uint32_t gref[BLK_PAGES_MAX];
	unsigned int port;
};

struct blk_params {
	unsigned int queues;
	bool persistent;
	struct blk_queue_params queue[BLK_QUEUES_MAX];
};

/*
 * Connects, or takes up a predecessor's work. 0, -EAGAIN (an earlier connection
 * is still ending), or -errno after device_fail().
 */
int blk_link_open(struct disk *disk, const struct blk_params *params);
/* Lets go; what is in flight ends by itself. */
void blk_link_close(struct disk *disk);
/* An earlier connection still has I/O in flight on that image. */
bool blk_link_lingers(const struct blk_file *file);

#endif
