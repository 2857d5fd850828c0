/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Grants from a dom0 process: Linux's /dev/xen/gntdev.
 *
 * Rules:
 * 1. A mapping is two steps, ioctl then mmap; if the second fails the first
 *    is undone.
 * 2. Unmapping is in the reverse order, and asks the kernel where the
 *    mapping lies, so that callers keep nothing but the pointer.
 * 3. ioctl numbers and layouts are Linux's user interface, written down here
 *    once more; sizes are asserted.
 *
 * No state but the descriptor. Never prints, never exits.
 */
#include "dom0-tools/lib/gnt.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define REQUEST(nr, bytes) ((unsigned long)(bytes) << 16 | 'G' << 8 | (nr))

struct ref {
	uint32_t domid;
	uint32_t ref;
};

struct map {
	uint32_t count;
	uint32_t pad;
	uint64_t index; /* OUT: the offset for mmap() */
	struct ref refs[1]; /* really count of them */
};

struct unmap {
	uint64_t index;
	uint32_t count;
	uint32_t pad;
};

struct offset {
	uint64_t vaddr;
	uint64_t offset; /* OUT */
	uint32_t count; /* OUT */
	uint32_t pad;
};

struct notify {
	uint64_t index; /* with the byte's offset added */
	uint32_t action; /* 1: clear the byte, 2: fire the port */
	uint32_t port;
};

struct copy {
	uint32_t count;
	struct gnt_copy_segment *segments;
};

struct alloc {
	uint16_t domid;
	uint16_t flags; /* 1: writable */
	uint32_t count;
	uint64_t index; /* OUT: the offset for mmap() */
	uint32_t refs[2]; /* OUT: really count of them */
};

#define ALLOC REQUEST(5, sizeof(struct alloc))
#define MAP REQUEST(0, sizeof(struct map))
#define UNMAP REQUEST(1, sizeof(struct unmap))
#define GET_OFFSET REQUEST(2, sizeof(struct offset))
#define NOTIFY REQUEST(7, sizeof(struct notify))
#define COPY REQUEST(8, sizeof(struct copy))

_Static_assert(MAP == 0x184700, "public number");
_Static_assert(ALLOC == 0x184705, "public number");
_Static_assert(UNMAP == 0x104701, "public number");
_Static_assert(GET_OFFSET == 0x184702, "public number");
_Static_assert(NOTIFY == 0x104707, "public number");
_Static_assert(COPY == 0x104708, "public number");
_Static_assert(sizeof(struct gnt_copy_segment) == 24, "public layout");
_Static_assert(offsetof(struct gnt_copy_segment, len) == 16, "public layout");

/* References that fit on the stack: more than any ring has. */
#define FEW 32

int gnt_open(void)
{
	int fd = open("/dev/xen/gntdev", O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

void gnt_close(int fd)
{
	close(fd);
}

static void forget(int fd, uint64_t index, unsigned int n)
{
	struct unmap arg = { .index = index, .count = n };

	ioctl(fd, UNMAP, &arg);
}

void gnt_warm(int fd)
{
	/* The kernel reserves its pages before it looks at the reference. */
	struct map arg = { .count = 1 };

	if (ioctl(fd, MAP, &arg) == 0)
		forget(fd, arg.index, 1);
}

void *gnt_map(int fd, uint32_t domid, const uint32_t *refs, unsigned int n,
	      int prot)
{
	struct {
		struct map map;
		struct ref more[FEW];
	} few, *arg = &few;
	void *ptr = NULL;
	unsigned int i;
	int err = 0;

	if (n == 0 || n > 1024 * 1024) {
		errno = EINVAL;
		return NULL;
	}
	if (n > FEW) {
		arg = malloc(sizeof(struct map) + n * sizeof(struct ref));
		if (!arg)
			return NULL;
	}
	arg->map = (struct map){ .count = n };
	for (i = 0; i < n; i++)
		(&arg->map.refs[0])[i] = (struct ref){ domid, refs[i] };
	if (ioctl(fd, MAP, arg) < 0) {
		err = errno;
		goto out;
	}
	ptr = mmap(NULL, (size_t)n * GNT_PAGE_BYTES, prot, MAP_SHARED, fd,
		   (off_t)arg->map.index);
	if (ptr == MAP_FAILED) {
		err = errno;
		ptr = NULL;
		forget(fd, arg->map.index, n);
	}
out:
	if (arg != &few)
		free(arg);
	errno = err;
	return ptr;
}

int gnt_unmap(int fd, void *ptr, unsigned int n)
{
	struct offset where = { .vaddr = (uintptr_t)ptr };
	struct unmap arg = { .count = n };

	if (ioctl(fd, GET_OFFSET, &where) < 0)
		return -errno;
	if (where.count != n)
		return -EINVAL;
	if (munmap(ptr, (size_t)n * GNT_PAGE_BYTES) < 0)
		return -errno;
	arg.index = where.offset;
	return ioctl(fd, UNMAP, &arg) < 0 ? -errno : 0;
}

int gnt_notify_on_unmap(int fd, void *ptr, long byte, long port)
{
	struct offset where = { .vaddr = (uintptr_t)ptr };
	struct notify arg = { 0 };

	if (ioctl(fd, GET_OFFSET, &where) < 0)
		return -errno;
	arg.index = where.offset + (byte < 0 ? 0 : (uint64_t)byte);
	arg.action = (byte < 0 ? 0 : 1) | (port < 0 ? 0 : 2);
	arg.port = port < 0 ? 0 : (uint32_t)port;
	return ioctl(fd, NOTIFY, &arg) < 0 ? -errno : 0;
}

void *gnt_alloc(uint32_t domid, uint32_t *refs, unsigned int n)
{
	struct alloc *arg = malloc(sizeof(*arg) + n * sizeof(refs[0]));
	int fd = open("/dev/xen/gntalloc", O_RDWR | O_CLOEXEC);
	void *ptr = MAP_FAILED;
	int err;

	if (arg && fd >= 0) {
		*arg = (struct alloc){ .domid = (uint16_t)domid, .flags = 1,
				       .count = n };
		if (ioctl(fd, ALLOC, arg) == 0)
			ptr = mmap(NULL, (size_t)n * GNT_PAGE_BYTES,
				   PROT_READ | PROT_WRITE, MAP_SHARED, fd,
				   (off_t)arg->index);
	}
	err = errno;
	if (ptr != MAP_FAILED)
		memcpy(refs, arg->refs, n * sizeof(refs[0]));
	/* The mapping holds the pages; without one they go with the file. */
	if (fd >= 0)
		close(fd);
	free(arg);
	errno = err;
	return ptr == MAP_FAILED ? NULL : ptr;
}

int gnt_copy(int fd, struct gnt_copy_segment *segments, unsigned int n)
{
	struct copy arg = { n, segments };

	return ioctl(fd, COPY, &arg) < 0 ? -errno : 0;
}
