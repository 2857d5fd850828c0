/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside a disk's connection: shared by blk_link.c (its life) and blk_shell.c
 * (its work), included by nobody else.
 */
#ifndef BACKEND_DRIVERS_DAEMON_BLK_LINK_H
#define BACKEND_DRIVERS_DAEMON_BLK_LINK_H

#include <sys/uio.h>

#include "backend-drivers/core/gather.h"
#include "backend-drivers/daemon/blk_shell.h"

enum phase { FLUSH_BEFORE, DATA, FLUSH_AFTER };

struct blk_io {
	struct loop_op op;
	struct blk_link *link;
	struct blk_io *next;		/* finished, or to be started */
	struct blkback_io io;
	struct iovec iov[BLKBACK_SEGMENTS_MAX];
	unsigned int iovs;
	uint64_t at;
	uint64_t left;
	void *bounce;
	size_t bounce_bytes;
	enum phase phase;
	bool copied;			/* through bounce */
	bool failed;
};

struct blk_link {
	struct loop_task task;
	struct blk_link *next;
	struct disk *disk;		/* NULL: closed, ending */
	struct blk_file *file;		/* the disk's, while it lives */
	struct blk_file identity;
	struct blkback *core;
	void *ring;
	unsigned int pages;
	int port;
	bool persistent;
	struct grant_cache grants;
	unsigned int count;		/* of io[] */
	unsigned int in_flight;
	unsigned int taken;		/* in this round */
	struct gather gather;
	unsigned long requests;		/* counted for the log */
	unsigned long rounds;
	unsigned long events;
	struct blk_io *finished;
	struct blk_io *starting;	/* copies must be made first */
	struct blk_io *barrier;		/* waits, or is under way */
	struct blk_io *io;		/* one for each slot */
};

/* The connection's task: answers what is done, takes what is new. */
void blk_link_run(struct loop_task *task);
/* For each operation that ended. */
void blk_io_done(struct loop_op *op, int res);
/* Frees a connection that has nothing in flight. */
void blk_link_free(struct blk_link *l);

#endif
