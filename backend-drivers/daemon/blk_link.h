/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside a disk's connection: shared by blk_link.c (its life), blk_shell.c (its
 * work) and blk_pages.c (the guest's memory), included by nobody else.
 *
 * A connection has one or more queues: each a ring with its event channel, its
 * requests and its own sense of how many to wait for. What concerns the image
 * is common to all: pages, barriers, what is in flight.
 */
#ifndef BACKEND_DRIVERS_DAEMON_BLK_LINK_H
#define BACKEND_DRIVERS_DAEMON_BLK_LINK_H

#include <sys/uio.h>

#include "backend-drivers/daemon/blk_shell.h"

enum phase { FLUSH_BEFORE, DATA, FLUSH_AFTER };

struct blk_io {
	struct loop_op op;
	struct blk_queue *queue;
	struct blk_io *next;		/* finished, or to be started */
	struct blkback_io io;
	struct iovec iov[BLKBACK_SEGMENTS_MAX];
	unsigned int iovs;
	uint64_t at;
	uint64_t left;
	void *bounce;			/* until it is answered */
	size_t bounce_bytes;
	enum phase phase;
	bool failed;
};

struct blk_queue {
	struct loop_task task;
	struct blk_link *link;
	struct blkback *core;
	void *ring;
	unsigned int pages;
	int port;
	unsigned int count;		/* of io[] */
	unsigned int taken;		/* in this round */
	struct blk_io *finished;
	struct blk_io *starting;	/* copies must be made first */
	struct blk_io *stalled;		/* waits for bounce memory */
	bool full;			/* waits for bytes_in_flight */
	struct blk_io *io;		/* one for each slot */
};

struct blk_link {
	struct blk_link *next;
	struct disk *disk;		/* NULL: closed, ending */
	struct blk_file *file;		/* the disk's, while it lives */
	struct blk_file identity;
	struct blkback *kept;		/* one core for each queue */
	bool persistent;
	struct grant_cache grants;
	unsigned int in_flight;		/* of all queues */
	size_t bytes_in_flight;
	size_t bounce_bytes;
	struct blk_io *barrier;		/* waits, or is under way */
	unsigned long requests;		/* counted for the log */
	unsigned long rounds;
	unsigned long events;
	unsigned int queues;
	struct blk_queue queue[BLK_QUEUES_MAX];
};

/* blk_shell.c: a queue's task: answers what is done, takes what is new. */
void blk_queue_run(struct loop_task *task);
/* For each operation that ended. */
void blk_io_done(struct loop_op *op, int res);

/* blk_link.c: frees a connection that has nothing in flight. */
void blk_link_free(struct blk_link *l);

/* blk_pages.c */
enum blk_pages { BLK_PAGES_READY, BLK_PAGES_LATER, BLK_PAGES_REFUSED };

/* Fetches the segments of an indirect request. False: answered already. */
bool blk_pages_fetch(struct blk_io *x);
/* Fills in x->iov: the guest's pages, or a buffer; LATER: none is free. */
enum blk_pages blk_pages_prepare(struct blk_io *x);
/* A read's data into the guest's pages, when the batch runs. */
void blk_pages_return(struct blk_io *x);
/* Runs the batch of copies; what failed is marked so. */
void blk_pages_run(void);
/* Gives the buffer back. */
void blk_pages_release(struct blk_io *x);

#endif
