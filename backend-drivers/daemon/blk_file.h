/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A disk image: a raw file or a block device, and the operations on it.
 */
#ifndef BACKEND_DRIVERS_DAEMON_BLK_FILE_H
#define BACKEND_DRIVERS_DAEMON_BLK_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "backend-drivers/daemon/loop.h"

struct blk_file {
	int fd;
	bool read_only;
	bool direct;		/* past the page cache */
	bool discard;
	uint64_t bytes;
	uint32_t sector_bytes;		/* smallest unit of I/O */
	uint32_t physical_bytes;
	/* identity, to tell who uses it */
	dev_t device;
	ino_t inode;		/* 0: a block device */
};

struct blk_file_options {
	bool read_only;
	bool page_cache;	/* not O_DIRECT */
	bool discard;
};

/*
 * Opens path. Returns 0 or a negative errno: -ENOTBLK for what is neither a
 * file nor a block device, -ERANGE for what is smaller than a sector.
 */
int blk_file_open(struct blk_file *f, const char *path,
		  const struct blk_file_options *options);
void blk_file_close(struct blk_file *f);
bool blk_file_same(const struct blk_file *a, const struct blk_file *b);

/* Prepare an operation; it goes out with the loop's next round. */
void blk_file_readv(struct blk_file *f, struct loop_op *op,
		    const struct iovec *iov, unsigned int n, uint64_t at);
void blk_file_writev(struct blk_file *f, struct loop_op *op,
		     const struct iovec *iov, unsigned int n, uint64_t at);
/* Done when all that was written before is on the medium. */
void blk_file_flush(struct blk_file *f, struct loop_op *op);
void blk_file_discard(struct blk_file *f, struct loop_op *op, uint64_t at,
		      uint64_t bytes);

#endif
