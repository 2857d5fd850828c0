/* SPDX-License-Identifier: MIT */
/*
 * A disk: requests of up to 128 KiB from and to buffers that stay granted.
 *
 *	disk_open(&d, 0)
 *	disk_buffer(&d, &r, pages)	r.data is the request's own memory
 *	disk_put(&d, &r, BLKFRONT_READ, sector, sectors)
 *	disk_flush(&d)			the backend hears of what was put
 *	r = disk_get(&d)		an answered one, or NULL
 *	disk_wait(&d)			sleeps until there may be one
 *
 * Requests in flight are sent again by themselves when the backend goes away
 * and comes back; when it breaks the protocol all come back with
 * BLKFRONT_ERROR, and the disk stays offline.
 */
#ifndef GUEST_DISK_H
#define GUEST_DISK_H

#include "frontend-drivers/core/blkfront.h"
#include "frontend-drivers/guest/device.h"

#define DISK_PAGES	32	/* of a request */
#define DISK_SECTOR	512U

struct disk_request {
	struct blkfront_io io;		/* io.status is the result */
	uint8_t *data;
	unsigned int pages;
	uint32_t ref[DISK_PAGES], indirect_ref;
	struct xy_blkif_request_segment segment[DISK_PAGES];
	uint64_t began_ns;		/* the program's */
	struct disk_request *next;	/* in a list of the disk's */
};

struct disk {
	struct device dev;		/* first: a device is its disk */
	struct blkfront queue;
	struct blkfront_disk info;
	void *ring;
	unsigned int ring_pages;
	uint32_t ring_ref[BLKFRONT_PAGES_MAX];
	uint32_t port;
	struct disk_request *done;	/* answered without the ring */
	uint64_t events;		/* that came, and that were sent */
	uint64_t kicks;
};

/* The nth disk, connected: 0; -XY_ENODEV: none; -XY_ETIMEDOUT. */
int disk_open(struct disk *d, unsigned int nth);
void disk_close(struct disk *d);
/* Memory for a request, at most DISK_PAGES. 0, -XY_ENOMEM, -XY_ENOSPC. */
int disk_buffer(struct disk *d, struct disk_request *r, unsigned int pages);
/* 0; -XY_EBUSY: not now; other errors as blkfront_put(). */
int disk_put(struct disk *d, struct disk_request *r, enum blkfront_op op,
	     uint64_t sector, uint32_t sectors);
void disk_flush(struct disk *d);
struct disk_request *disk_get(struct disk *d);
/* Returns at once when an answer is there. */
void disk_wait(struct disk *d);
/* One request and its answer: 0, or -XY_EIO. */
int disk_do(struct disk *d, struct disk_request *r, enum blkfront_op op,
	    uint64_t sector, uint32_t sectors);

#endif
