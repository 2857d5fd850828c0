// SPDX-License-Identifier: GPL-2.0-only
/*
 * The builder: kernel and ramdisk into the domain's pages.
 *
 * A packed kernel is read once, front to back, straight into its mapped
 * pages; only the ELF headers at its start are kept. The notes are then read
 * where they were loaded. A plain ELF file is at hand as a whole.
 *
 * Rules: 1. the file is checked as far as possible before a domain exists;
 * 2. a stream is read to its end, for the checksum there; 3. every window on
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

#define HEAD_BYTES_MAX (64u << 10)
/* Between two looks at the interrupt flag. */
#define PIECE_BYTES (16u << 20)

static int refuse(struct dombuild *b, const char *why)
{
	return dombuild_fail(b, -EINVAL, "kernel %s: %s", b->config->kernel,
			     why);
}

/* The reader's errors in the user's words. */
static int refuse_stream(struct dombuild *b, int err)
{
	if (err == -EINTR)
		return dombuild_fail(b, err, "interrupted");
	if (err == -ENOMEM)
		return dombuild_fail(b, err, "dom0 is out of memory");
	if (err == -ENODATA)
		return refuse(b, "it is truncated: it ends too early");
	return dombuild_fail(b, -EINVAL,
			     "kernel %s: it is corrupt: its %s data is damaged",
			     b->config->kernel,
			     unpack_name(b->unpack.format));
}

static int map_file(struct dombuild *b)
{
	const char *path = b->config->kernel;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	int err = 0;

	if (fd < 0 || fstat(fd, &st) < 0) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		return dombuild_fail(b, err, "kernel %s: %s", path,
				     strerror(-err));
	}
	if (!S_ISREG(st.st_mode) || st.st_size < (off_t)ELF_HEADER_BYTES) {
		close(fd);
		return refuse(b, "it is no kernel file");
	}
	b->file_bytes = (size_t)st.st_size;
	b->file = mmap(NULL, b->file_bytes, PROT_READ,
		       MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (b->file == MAP_FAILED) {
		err = -errno;
		b->file = NULL;
	}
	close(fd);
	return err ? dombuild_fail(b, err, "kernel %s: %s", path,
				   strerror(-err)) : 0;
}

static int open_stream(struct dombuild *b)
{
	const char *why;
	struct bzimage image = {
		.payload = b->file,
		.payload_bytes = b->file_bytes,
		.unpacked_bytes = b->file_bytes,
	};
	int err;

	b->packed = bzimage_is(b->file, b->file_bytes);
	if (b->packed && bzimage_find(b->file, b->file_bytes, &image, &why))
		return refuse(b, why);
	b->elf_bytes = image.unpacked_bytes;
	if (b->packed && b->elf_bytes < ELF_HEADER_BYTES)
		return refuse(b, "it is corrupt: its payload is too small");
	err = unpack_open(&b->unpack, image.payload, image.payload_bytes,
			  image.unpacked_bytes);
	if (err)
		return refuse_stream(b, err);
	b->unpacking = true;
	if (b->packed && b->unpack.format == UNPACK_PLAIN)
		return refuse(b, "its payload is in a format unknown here");
	return 0;
}

static int read_headers(struct dombuild *b)
{
	const char *why;
	int err;

	b->head = malloc(HEAD_BYTES_MAX);
	if (!b->head)
		return dombuild_fail(b, -ENOMEM, "dom0 is out of memory");
	b->head_bytes = ELF_HEADER_BYTES;
	err = unpack_read(&b->unpack, b->head, b->head_bytes);
	if (err)
		return refuse_stream(b, err);
	if (elf_read_header(b->head, &b->elf, &why))
		return refuse(b, why);
	b->head_bytes = b->elf.headers_offset + b->elf.headers_bytes;
	if (b->head_bytes > HEAD_BYTES_MAX)
		return refuse(b, "its program headers lie too far away");
	err = unpack_read(&b->unpack, b->head + ELF_HEADER_BYTES,
			  b->head_bytes - ELF_HEADER_BYTES);
	if (err)
		return refuse_stream(b, err);
	if (elf_read_segments(b->head + b->elf.headers_offset, &b->elf, &why))
		return refuse(b, why);
	return 0;
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
	if (b->ramdisk_bytes > b->nr_pages * LAYOUT_PAGE_BYTES)
		return dombuild_fail(b, -E2BIG,
			"ramdisk %s: it is larger than the domain's memory",
			path);
	return 0;
}

/* A plain file is scanned before a domain exists; sections count as well. */
static int scan_plain_notes(struct dombuild *b)
{
	const char *why;

	for (unsigned int i = 0; i < b->elf.notes; i++) {
		const struct elf_segment *n = &b->elf.note[i];

		if (n->file_offset <= b->file_bytes &&
		    n->file_bytes <= b->file_bytes - n->file_offset)
			elf_notes_scan(&b->notes, b->file + n->file_offset,
				       n->file_bytes);
	}
	if (!b->notes.found)
		elf_notes_scan_sections(&b->notes, b->file, b->file_bytes);
	if (elf_notes_check(&b->notes, &why))
		return refuse(b, why);
	return 0;
}

int dombuild_kernel_open(struct dombuild *b)
{
	int err;

	elf_notes_init(&b->notes);
	err = map_file(b);
	if (!err)
		err = open_stream(b);
	if (!err)
		err = read_headers(b);
	if (!err && !b->packed)
		err = scan_plain_notes(b);
	if (!err)
		err = open_ramdisk(b);
	if (!err && b->elf.paddr_end > b->nr_pages * LAYOUT_PAGE_BYTES)
		err = dombuild_fail(b, -E2BIG,
			"kernel %s: it needs %llu MiB, the domain has %llu",
			b->config->kernel,
			(unsigned long long)(b->elf.paddr_end >> 20) + 1,
			(unsigned long long)b->nr_pages / 256);
	return err;
}

void dombuild_kernel_close(struct dombuild *b)
{
	if (b->unpacking)
		unpack_close(&b->unpack);
	b->unpacking = false;
	if (b->file)
		munmap(b->file, b->file_bytes);
	b->file = NULL;
	free(b->head);
	b->head = NULL;
	if (b->ramdisk_fd >= 0)
		close(b->ramdisk_fd);
	b->ramdisk_fd = -1;
}

/* The file's bytes [offset, offset + bytes), never backwards past the head. */
static int read_file(struct dombuild *b, uint64_t offset, uint8_t *dst,
		     uint64_t bytes)
{
	int err = 0;

	if (offset < b->head_bytes) {
		uint64_t n = b->head_bytes - offset;

		if (n > bytes)
			n = bytes;
		memcpy(dst, b->head + offset, n);
		offset += n;
		dst += n;
		bytes -= n;
	}
	if (bytes && offset > b->unpack.out_bytes)
		err = unpack_read(&b->unpack, NULL,
				  offset - b->unpack.out_bytes);
	while (bytes && !err) {
		uint64_t n = bytes < PIECE_BYTES ? bytes : PIECE_BYTES;

		err = dombuild_stopped(b) ? -EINTR :
		      unpack_read(&b->unpack, dst, n);
		dst += n;
		bytes -= n;
	}
	return err;
}

/* window is the domain's memory from physical address base on. */
static int load_segments(struct dombuild *b, uint8_t *window, uint64_t base)
{
	for (unsigned int i = 0; i < b->elf.loads; i++) {
		const struct elf_segment *s = &b->elf.load[i];
		uint8_t *dst = window + (s->paddr - base);
		int err = read_file(b, s->file_offset, dst, s->file_bytes);

		if (err)
			return refuse_stream(b, err);
		memset(dst + s->file_bytes, 0, s->memory_bytes - s->file_bytes);
	}
	return 0;
}

static int scan_loaded_notes(struct dombuild *b, const uint8_t *window,
			     uint64_t base)
{
	const char *why;

	for (unsigned int i = 0; i < b->elf.notes; i++) {
		const struct elf_segment *n = &b->elf.note[i];

		for (unsigned int j = 0; j < b->elf.loads; j++) {
			const struct elf_segment *s = &b->elf.load[j];
			uint64_t at = n->file_offset - s->file_offset;

			if (n->file_offset >= s->file_offset &&
			    at + n->file_bytes <= s->file_bytes)
				elf_notes_scan(&b->notes,
					       window + (s->paddr - base) + at,
					       n->file_bytes);
		}
	}
	if (elf_notes_check(&b->notes, &why))
		return refuse(b, why);
	if (b->notes.paddr_offset)
		return refuse(b, "it is packed and does not start at pfn 0");
	return 0;
}

int dombuild_kernel_load(struct dombuild *b)
{
	uint64_t page = LAYOUT_PAGE_BYTES;
	/* A packed kernel's notes come with it; its pfn 0 is at address 0. */
	uint64_t first = b->elf.paddr_start / page;
	uint64_t end = (b->elf.paddr_end + page - 1) / page;
	uint64_t shift = b->packed ? 0 : b->notes.paddr_offset / page;
	void *window;
	int err;

	if (shift > first || end - shift > b->nr_pages)
		return refuse(b, "its load address is out of range");
	err = call_map_foreign(b->c, b->domid, b->p2m + first - shift,
			       end - first, &window);
	if (err)
		return dombuild_fail(b, err,
				     "cannot map the new domain's memory (%s)",
				     strerror(-err));
	err = load_segments(b, window, first * page);
	if (!err && b->packed) {
		err = unpack_finish(&b->unpack, b->elf_bytes);
		if (err)
			err = refuse_stream(b, err);
	}
	if (!err && b->packed)
		err = scan_loaded_notes(b, window, first * page);
	call_unmap(window, end - first);
	return err;
}

int dombuild_ramdisk_load(struct dombuild *b)
{
	const struct layout *l = &b->layout;
	uint64_t done = 0;
	uint8_t *window;
	int err;

	if (!b->ramdisk_bytes)
		return 0;
	err = call_map_foreign(b->c, b->domid, b->p2m + l->ramdisk_pfn,
			       l->ramdisk_pages, (void **)&window);
	while (!err && done < b->ramdisk_bytes) {
		ssize_t n = read(b->ramdisk_fd, window + done,
				 b->ramdisk_bytes - done);

		if (n <= 0)
			err = n < 0 ? -errno : -EIO;
		else
			done += (uint64_t)n;
		if (!err && dombuild_stopped(b))
			err = -EINTR;
	}
	if (!err)
		memset(window + done, 0,
		       l->ramdisk_pages * LAYOUT_PAGE_BYTES - done);
	if (err)
		dombuild_fail(b, err, "ramdisk %s: cannot read it (%s)",
			      b->config->ramdisk, strerror(-err));
	if (done || !err)
		call_unmap(window, l->ramdisk_pages);
	return err;
}
