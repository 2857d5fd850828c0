// SPDX-License-Identifier: GPL-2.0-only
/*
 * A disk image on the daemon's io_uring.
 *
 * Rules:
 *  1. O_DIRECT where the image takes it at the guest's granularity of 512
 *     bytes (a block device: at its own); the page cache otherwise. In both
 *     cases a flush is an fdatasync, so a completed flush is on the medium.
 *  2. What was asked for read-only is opened read-only: no bug above can
 *     write to it.
 *  3. The size is what it was at opening; the core keeps requests within.
 *
 * Next: core/blkback.c.
 */
#include "backend-drivers/daemon/blk_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512

static int measure(struct blk_file *f)
{
	struct stat st;
	unsigned int physical = 0;
	int logical = 0;

	if (fstat(f->fd, &st))
		return -errno;
	f->sector_bytes = SECTOR;
	f->physical_bytes = SECTOR;
	if (S_ISREG(st.st_mode)) {
		f->bytes = (uint64_t)st.st_size;
		f->device = st.st_dev;
		f->inode = st.st_ino;
	} else if (S_ISBLK(st.st_mode)) {
		f->device = st.st_rdev;
		f->inode = 0;
		if (ioctl(f->fd, BLKGETSIZE64, &f->bytes))
			return -errno;
		if (!ioctl(f->fd, BLKSSZGET, &logical) && logical >= SECTOR)
			f->sector_bytes = (uint32_t)logical;
		if (!ioctl(f->fd, BLKPBSZGET, &physical) && physical >= SECTOR)
			f->physical_bytes = physical;
	} else {
		return -ENOTBLK;
	}
	f->bytes -= f->bytes % f->sector_bytes;
	return f->bytes ? 0 : -ERANGE;
}

/* O_DIRECT is only good if a single sector can be read that way. */
static bool direct_works(const struct blk_file *f)
{
	void *page = aligned_alloc(4096, 4096);
	bool ok;

	if (!page)
		return false;
	ok = pread(f->fd, page, f->sector_bytes, 0) ==
	     (ssize_t)f->sector_bytes;
	free(page);
	return ok;
}

/* Reading an image is no reason to write its inode. */
static int open_quietly(const char *path, int flags)
{
	int fd = open(path, flags | O_NOATIME);

	return fd < 0 && errno == EPERM ? open(path, flags) : fd;
}

int blk_file_open(struct blk_file *f, const char *path,
		  const struct blk_file_options *options)
{
	int flags = (options->read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC, rc;

	memset(f, 0, sizeof(*f));
	f->read_only = options->read_only;
	f->discard = options->discard && !options->read_only;
	f->fd = -1;
	if (!options->page_cache)
		f->fd = open_quietly(path, flags | O_DIRECT);
	f->direct = f->fd >= 0;
	if (f->fd < 0)
		f->fd = open_quietly(path, flags);
	if (f->fd < 0)
		return -errno;
	rc = measure(f);
	if (!rc && f->direct && !direct_works(f)) {
		close(f->fd);
		f->direct = false;
		f->fd = open_quietly(path, flags);
		rc = f->fd < 0 ? -errno : measure(f);
	}
	if (rc)
		blk_file_close(f);
	return rc;
}

void blk_file_close(struct blk_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

bool blk_file_same(const struct blk_file *a, const struct blk_file *b)
{
	return a->device == b->device && a->inode == b->inode;
}

void blk_file_readv(struct blk_file *f, struct loop_op *op,
		    const struct iovec *iov, unsigned int n, uint64_t at)
{
	struct io_uring_sqe *sqe = loop_sqe(op);

	if (n == 1)
		io_uring_prep_read(sqe, f->fd, iov->iov_base,
				   (unsigned int)iov->iov_len, at);
	else
		io_uring_prep_readv(sqe, f->fd, iov, n, at);
	loop_in_flight(1);
}

void blk_file_writev(struct blk_file *f, struct loop_op *op,
		     const struct iovec *iov, unsigned int n, uint64_t at)
{
	struct io_uring_sqe *sqe = loop_sqe(op);

	if (n == 1)
		io_uring_prep_write(sqe, f->fd, iov->iov_base,
				    (unsigned int)iov->iov_len, at);
	else
		io_uring_prep_writev(sqe, f->fd, iov, n, at);
	loop_in_flight(1);
}

void blk_file_flush(struct blk_file *f, struct loop_op *op)
{
	io_uring_prep_fsync(loop_sqe(op), f->fd, IORING_FSYNC_DATASYNC);
	loop_in_flight(1);
}

void blk_file_discard(struct blk_file *f, struct loop_op *op, uint64_t at,
		      uint64_t bytes)
{
	struct io_uring_sqe *sqe = loop_sqe(op);

	io_uring_prep_fallocate(sqe, f->fd, FALLOC_FL_PUNCH_HOLE |
				FALLOC_FL_KEEP_SIZE, (off_t)at, (off_t)bytes);
	loop_in_flight(1);
}
