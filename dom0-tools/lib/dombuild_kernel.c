// SPDX-License-Identifier: GPL-2.0-only
/*
 * The builder: kernel and ramdisk into the domain's pages.
 *
 * A packed kernel is unpacked in one piece into the domain's own memory, at
 *
 *	base = the largest (p_paddr - p_offset) of its segments
 *
 * so that every segment then lies where it belongs or above, and moves down
 * (first to last, nothing is overrun). Linux's first and largest segments do
 * not move at all. Where the domain is too small for that, dom0's memory
 * takes the unpacked file. A plain ELF file is read segment by segment, and so
 * is a packed one from the second time on (kernel_cache.h).
 *
 * Rules: 1. the file is checked as far as possible before a domain exists;
 * 2. memory outside the segments is zero again afterwards; 3. every window on
 * the domain's pages is gone on return.
 * Lock: none. Never: trusts a number of the file unchecked (elfimage.c).
 * Next: dombuild_boot.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dom0-tools/lib/dombuild.h"
#include "dom0-tools/lib/kernel_cache.h"
#include "dom0-tools/lib/unpack.h"

#define PAGE LAYOUT_PAGE_BYTES
#define HEAD_BYTES 4096u
#define PACKED_BYTES_MAX (256u << 20)
/* Between two looks at the interrupt flag. */
#define PIECE_BYTES (16u << 20)

/* A window on the domain's physical addresses [start, end), whole pages. */
struct window {
	uint8_t *at;
	uint64_t start;
	uint64_t end;
};

static int refuse(struct dombuild *b, const char *why)
{
	return dombuild_fail(b, -EINVAL, "kernel %s: %s", b->config->kernel,
			     why);
}

static int kernel_errno(struct dombuild *b, int err)
{
	return dombuild_fail(b, err, "kernel %s: %s", b->config->kernel,
			     strerror(-err));
}

/* The unpacker's errors in the user's words. */
static int refuse_stream(struct dombuild *b, int err)
{
	if (err == -EINTR)
		return dombuild_fail(b, err, "interrupted");
	if (err == -ENOMEM)
		return dombuild_fail(b, err, "dom0 is out of memory");
	if (err == -ENODATA)
		return refuse(b, "it is truncated: its payload ends too early");
	return dombuild_fail(b, -EINVAL,
		"kernel %s: it is corrupt: its %s data is damaged",
		b->config->kernel,
		unpack_name(unpack_detect(b->image.payload,
					  b->image.payload_bytes)));
}

static int read_at(int fd, uint64_t offset, uint8_t *dst, uint64_t bytes)
{
	while (bytes) {
		uint64_t want = bytes < PIECE_BYTES ? bytes : PIECE_BYTES;
		ssize_t n = pread(fd, dst, want, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -ENODATA;
		dst += n;
		offset += (uint64_t)n;
		bytes -= (uint64_t)n;
	}
	return 0;
}

static int open_file(struct dombuild *b, uint8_t head[HEAD_BYTES])
{
	struct stat *st = &b->kernel_stat;
	uint64_t n;

	b->kernel_fd = open(b->config->kernel, O_RDONLY | O_CLOEXEC);
	if (b->kernel_fd < 0 || fstat(b->kernel_fd, st) < 0)
		return kernel_errno(b, -errno);
	if (!S_ISREG(st->st_mode) || st->st_size < (off_t)ELF_HEADER_BYTES)
		return refuse(b, "it is no kernel file");
	b->file_bytes = (uint64_t)st->st_size;
	n = b->file_bytes < HEAD_BYTES ? b->file_bytes : HEAD_BYTES;
	memset(head, 0, HEAD_BYTES);
	if (read_at(b->kernel_fd, 0, head, n))
		return kernel_errno(b, -EIO);
	b->packed = bzimage_is(head, n);
	b->elf_bytes = b->file_bytes;
	return 0;
}

/* Was it unpacked before? Then it is a plain file from here on. */
static bool take_kept(struct dombuild *b, uint8_t head[HEAD_BYTES])
{
	int fd = kernel_cache_open(&b->kernel_stat, b->elf_bytes);

	if (fd < 0)
		return false;
	if (read_at(fd, 0, head, HEAD_BYTES)) {
		close(fd);
		return false;
	}
	dombuild_kernel_close(b);
	b->kernel_fd = fd;
	b->file_bytes = b->elf_bytes;
	b->packed = false;
	return true;
}

/* The packed file in memory; head gets the start of what is in it. */
static int open_packed(struct dombuild *b, uint8_t head[HEAD_BYTES])
{
	const char *why;
	int err;

	if (b->file_bytes > PACKED_BYTES_MAX)
		return refuse(b, "it is larger than any kernel");
	b->file = mmap(NULL, b->file_bytes, PROT_READ, MAP_PRIVATE,
		       b->kernel_fd, 0);
	if (b->file == MAP_FAILED) {
		b->file = NULL;
		return kernel_errno(b, -errno);
	}
	if (bzimage_find(b->file, b->file_bytes, &b->image, &why))
		return refuse(b, why);
	b->elf_bytes = b->image.unpacked_bytes;
	if (b->elf_bytes < HEAD_BYTES)
		return refuse(b, "it is corrupt: its payload is too small");
	if (take_kept(b, head))
		return 0;
	err = unpack_head(b->image.payload, b->image.payload_bytes, head,
			  HEAD_BYTES);
	if (err == -EINVAL)
		return refuse(b, "its payload is in a format unknown here");
	return err ? refuse_stream(b, err) : 0;
}

static int read_headers(struct dombuild *b, const uint8_t head[HEAD_BYTES])
{
	const char *why;

	if (elf_read_header(head, &b->elf, &why))
		return refuse(b, why);
	if (b->elf.headers_offset + b->elf.headers_bytes > HEAD_BYTES)
		return refuse(b, "its program headers lie too far away");
	if (elf_read_segments(head + b->elf.headers_offset, &b->elf, &why))
		return refuse(b, why);
	for (unsigned int i = 0; i < b->elf.loads; i++)
		if (b->elf.load[i].file_offset + b->elf.load[i].file_bytes >
		    b->elf_bytes)
			return refuse(b, "it is truncated: a segment ends past "
				      "the file");
	return 0;
}

/* The notes of an unpacked kernel; sections count as well. */
static int scan_notes(struct dombuild *b, const uint8_t *file)
{
	const char *why;

	for (unsigned int i = 0; i < b->elf.notes; i++) {
		const struct elf_segment *n = &b->elf.note[i];

		if (n->file_offset <= b->elf_bytes &&
		    n->file_bytes <= b->elf_bytes - n->file_offset)
			elf_notes_scan(&b->notes, file + n->file_offset,
				       n->file_bytes);
	}
	if (!b->notes.found)
		elf_notes_scan_sections(&b->notes, file, b->elf_bytes);
	return elf_notes_check(&b->notes, &why) ? refuse(b, why) : 0;
}

/* A plain file is scanned before a domain exists. */
static int scan_plain_notes(struct dombuild *b)
{
	uint8_t *all = mmap(NULL, b->file_bytes, PROT_READ, MAP_PRIVATE,
			    b->kernel_fd, 0);
	int err;

	if (all == MAP_FAILED)
		return kernel_errno(b, -errno);
	err = scan_notes(b, all);
	munmap(all, b->file_bytes);
	return err;
}

static int open_ramdisk(struct dombuild *b)
{
	const char *path = b->config->ramdisk;
	struct stat st;

	if (!path)
		return 0;
	b->ramdisk_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (b->ramdisk_fd < 0 || fstat(b->ramdisk_fd, &st) < 0)
		return dombuild_fail(b, -errno, "ramdisk %s: %s", path,
				     strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return dombuild_fail(b, -EINVAL,
				     "ramdisk %s: it is no file, or empty",
				     path);
	b->ramdisk_bytes = (uint64_t)st.st_size;
	if (b->ramdisk_bytes > b->nr_pages * PAGE)
		return dombuild_fail(b, -E2BIG,
			"ramdisk %s: it is larger than the domain's memory",
			path);
	return 0;
}

int dombuild_kernel_open(struct dombuild *b)
{
	uint8_t head[HEAD_BYTES];
	int err;

	elf_notes_init(&b->notes);
	err = open_file(b, head);
	if (!err && b->packed)
		err = open_packed(b, head);
	if (!err)
		err = read_headers(b, head);
	if (!err && !b->packed)
		err = scan_plain_notes(b);
	if (!err)
		err = open_ramdisk(b);
	if (!err && b->elf.paddr_end > b->nr_pages * PAGE)
		err = dombuild_fail(b, -E2BIG,
			"kernel %s: it needs %llu MiB, the domain has %llu",
			b->config->kernel,
			(unsigned long long)(b->elf.paddr_end >> 20) + 1,
			(unsigned long long)b->nr_pages / 256);
	return err;
}

void dombuild_kernel_close(struct dombuild *b)
{
	if (b->file)
		munmap(b->file, b->file_bytes);
	b->file = NULL;
	if (b->kernel_fd >= 0)
		close(b->kernel_fd);
	b->kernel_fd = -1;
	if (b->ramdisk_fd >= 0)
		close(b->ramdisk_fd);
	b->ramdisk_fd = -1;
}

static int open_window(struct dombuild *b, uint64_t start, uint64_t end,
		       struct window *w)
{
	int err;

	w->start = start & ~(uint64_t)(PAGE - 1);
	w->end = (end + PAGE - 1) & ~(uint64_t)(PAGE - 1);
	err = call_map_foreign(b->c, b->domid, b->p2m + w->start / PAGE,
			       (w->end - w->start) / PAGE, (void **)&w->at);
	if (err)
		return dombuild_fail(b, err,
				     "cannot map the new domain's memory (%s)",
				     strerror(-err));
	return 0;
}

static void close_window(const struct dombuild *b, const struct window *w)
{
	if (!b->exits_soon)
		call_unmap(w->at, (w->end - w->start) / PAGE);
}

static uint64_t linear_base(const struct elf_image *elf)
{
	uint64_t base = 0;

	for (unsigned int i = 0; i < elf->loads; i++) {
		const struct elf_segment *s = &elf->load[i];

		if (s->paddr < s->file_offset)
			return UINT64_MAX;
		if (s->paddr - s->file_offset > base)
			base = s->paddr - s->file_offset;
	}
	return base;
}

/* Can the file be unpacked where the kernel will lie? */
static bool can_be_linear(const struct dombuild *b, uint64_t base)
{
	for (unsigned int i = 1; i < b->elf.loads; i++) {
		const struct elf_segment *s = &b->elf.load[i];

		if (s->paddr < s[-1].paddr + s[-1].memory_bytes)
			return false;
	}
	return base != UINT64_MAX && base + b->elf_bytes <= b->nr_pages * PAGE;
}

/* Moves the segments of the unpacked file to their places, first to last. */
static void settle(const struct elf_image *elf, const struct window *w,
		   const uint8_t *file)
{
	uint64_t clean = w->start;

	for (unsigned int i = 0; i < elf->loads; i++) {
		const struct elf_segment *s = &elf->load[i];
		uint8_t *dst = w->at + (s->paddr - w->start);

		/* What lies between the segments is nobody's. */
		memset(w->at + (clean - w->start), 0, s->paddr - clean);
		if (dst != file + s->file_offset)
			memmove(dst, file + s->file_offset, s->file_bytes);
		clean = s->paddr + s->file_bytes;
	}
	memset(w->at + (clean - w->start), 0, w->end - clean);
}

/* To where the caller says; what can be started is worth keeping. */
static int unpack(struct dombuild *b, uint8_t *file)
{
	int err = unpack_all(b->image.payload, b->image.payload_bytes, file,
			     b->elf_bytes, b->stop);

	if (err)
		return refuse_stream(b, err);
	err = scan_notes(b, file);
	if (err)
		return err;
	/* Its segments' places were chosen before the notes were seen. */
	if (b->notes.paddr_offset)
		return refuse(b, "it is packed and does not start at pfn 0");
	kernel_cache_keep(&b->kernel_stat, file, b->elf_bytes);
	return 0;
}

static int load_linear(struct dombuild *b, uint64_t base)
{
	uint64_t start = base, end = base + b->elf_bytes;
	struct window w;
	int err;

	if (end < b->elf.paddr_end)
		end = b->elf.paddr_end;
	if (start > b->elf.paddr_start)
		start = b->elf.paddr_start;
	err = open_window(b, start, end, &w);
	if (err)
		return err;
	err = unpack(b, w.at + (base - w.start));
	if (!err)
		settle(&b->elf, &w, w.at + (base - w.start));
	close_window(b, &w);
	return err;
}

/* By way of dom0's memory; the segments may come in any order. */
static int load_by_copy(struct dombuild *b)
{
	uint8_t *file = malloc(b->elf_bytes);
	struct window w;
	int err;

	if (!file)
		return refuse_stream(b, -ENOMEM);
	err = unpack(b, file);
	if (!err)
		err = open_window(b, b->elf.paddr_start, b->elf.paddr_end, &w);
	if (!err) {
		memset(w.at, 0, w.end - w.start);
		for (unsigned int i = 0; i < b->elf.loads; i++) {
			const struct elf_segment *s = &b->elf.load[i];

			memcpy(w.at + (s->paddr - w.start),
			       file + s->file_offset, s->file_bytes);
		}
		close_window(b, &w);
	}
	free(file);
	return err;
}

static int load_packed(struct dombuild *b)
{
	uint64_t base = linear_base(&b->elf);

	return can_be_linear(b, base) ? load_linear(b, base) : load_by_copy(b);
}

static int load_plain(struct dombuild *b)
{
	uint64_t shift = b->notes.paddr_offset;
	struct window w;
	int err = 0;

	if (b->elf.paddr_start < shift)
		return refuse(b, "its load address is out of range");
	err = open_window(b, b->elf.paddr_start - shift,
			  b->elf.paddr_end - shift, &w);
	if (err)
		return err;
	memset(w.at, 0, w.end - w.start);
	for (unsigned int i = 0; i < b->elf.loads && !err; i++) {
		const struct elf_segment *s = &b->elf.load[i];

		err = read_at(b->kernel_fd, s->file_offset,
			      w.at + (s->paddr - shift - w.start),
			      s->file_bytes);
		if (!err && dombuild_stopped(b))
			err = -EINTR;
	}
	close_window(b, &w);
	if (err == -EINTR)
		return dombuild_fail(b, err, "interrupted");
	return err ? kernel_errno(b, err == -ENODATA ? -EIO : err) : 0;
}

int dombuild_kernel_load(struct dombuild *b)
{
	return b->packed ? load_packed(b) : load_plain(b);
}

int dombuild_ramdisk_load(struct dombuild *b)
{
	uint64_t start = b->layout.ramdisk_pfn * PAGE;
	struct window w;
	int err;

	if (!b->ramdisk_bytes)
		return 0;
	err = open_window(b, start, start + b->ramdisk_bytes, &w);
	if (err)
		return err;
	err = read_at(b->ramdisk_fd, 0, w.at, b->ramdisk_bytes);
	memset(w.at + b->ramdisk_bytes, 0, w.end - start - b->ramdisk_bytes);
	close_window(b, &w);
	if (err)
		return dombuild_fail(b, err, "ramdisk %s: cannot read it (%s)",
				     b->config->ramdisk,
				     err == -ENODATA ? "it shrank" :
				     strerror(-err));
	return dombuild_stopped(b) ? dombuild_fail(b, -EINTR, "interrupted") :
	       0;
}
