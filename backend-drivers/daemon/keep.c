// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that outlives the daemon, in files on /run (a tmpfs: a reboot
 * forgets them, as it forgets the domains).
 *
 *	| header: magic, bytes, ident | the core's structure |
 *
 * Rules:
 *  1. The header is written last: a file without it is nobody's.
 *  2. A file never outlives its connection; ident guards against one that did.
 *
 * Single-threaded. Next: blk_shell.c.
 */
#include "backend-drivers/daemon/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend-drivers/daemon/device.h"

#define MAGIC 0x58794b656570u	/* "XyKeep" */
#define HEADER_BYTES 64

struct header {
	uint64_t magic;
	uint64_t bytes;
	uint64_t ident;
};

static const char *directory(void)
{
	const char *d = getenv("XYLEM_BACKEND_RUN");

	return d ? d : "/run/xylem-backend";
}

int keep_init(int wait_ms)
{
	char path[256];
	int fd;

	if (mkdir(directory(), 0700) && errno != EEXIST)
		return -errno;
	snprintf(path, sizeof(path), "%s/lock", directory());
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	for (; flock(fd, LOCK_EX | LOCK_NB); wait_ms -= 10) {
		if (wait_ms <= 0)
			return -EBUSY;
		usleep(10000);
	}
	return 0;	/* the descriptor stays open: it is the lock */
}

static void file_of(const struct device *dev, char *path, size_t n)
{
	snprintf(path, n, "%s/%s-%u-%u", directory(), dev->kind->type,
		 dev->domid, dev->devid);
}

void *keep_map(const struct device *dev, size_t bytes, uint64_t ident,
	       bool *found)
{
	size_t all = bytes + HEADER_BYTES;
	struct header *h;
	struct stat st;
	char path[256];
	int fd;

	*found = false;
	file_of(dev, path, sizeof(path));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) || ((size_t)st.st_size != all &&
			       (ftruncate(fd, 0) ||
				ftruncate(fd, (off_t)all)))) {
		close(fd);
		return NULL;
	}
	h = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (h == MAP_FAILED)
		return NULL;
	*found = h->magic == MAGIC && h->bytes == bytes && h->ident == ident;
	if (!*found) {
		memset(h, 0, all);
		h->bytes = bytes;
		h->ident = ident;
		__atomic_store_n(&h->magic, MAGIC, __ATOMIC_RELEASE);
	}
	return (char *)h + HEADER_BYTES;
}

void keep_drop(const struct device *dev, void *kept, size_t bytes)
{
	char path[256];

	if (!kept)
		return;
	munmap((char *)kept - HEADER_BYTES, bytes + HEADER_BYTES);
	file_of(dev, path, sizeof(path));
	unlink(path);
}

void keep_forget(const struct device *dev)
{
	char path[256];

	file_of(dev, path, sizeof(path));
	unlink(path);
}
