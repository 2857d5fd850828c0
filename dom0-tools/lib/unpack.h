/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A compressed kernel payload read from front to back.
 *
 * The packed bytes lie in memory; the unpacked ones go wherever the reader
 * says, piece by piece, so that a kernel is unpacked straight into the pages
 * of its domain. Formats: xz, gzip, zstd, the legacy frame of lz4, and plain
 * bytes. Every stream ends in -EIO ("corrupt") or in -ENODATA ("ends early"),
 * never in bytes that were not written.
 */
#ifndef DOM0_TOOLS_LIB_UNPACK_H
#define DOM0_TOOLS_LIB_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum unpack_format {
	UNPACK_PLAIN,
	UNPACK_XZ,
	UNPACK_GZIP,
	UNPACK_ZSTD,
	UNPACK_LZ4,
};

struct unpack {
	enum unpack_format format;
	const uint8_t *in;	/* what is not consumed yet */
	size_t in_bytes;
	void *state;		/* the library's */
	uint8_t *block;		/* lz4, zstd: unpacked, not handed out */
	size_t block_bytes;
	size_t block_used;
	uint64_t out_bytes;	/* handed out so far */
	bool ended;
};

/* By the first bytes; anything unknown is UNPACK_PLAIN. */
enum unpack_format unpack_detect(const void *data, size_t bytes);
const char *unpack_name(enum unpack_format format);

/*
 * unpacked_bytes is the size to expect, used for zstd (which needs its whole
 * output in one piece) and as a bound. data must outlive the reader.
 */
int unpack_open(struct unpack *u, const void *data, size_t bytes,
		size_t unpacked_bytes);
/* Exactly bytes of them, or an error. dst NULL: skip that many. */
int unpack_read(struct unpack *u, void *dst, size_t bytes);
/*
 * Reads what is left, for the sake of the checksums there. -EIO unless the
 * stream ends after exactly unpacked_bytes in all.
 */
int unpack_finish(struct unpack *u, uint64_t unpacked_bytes);
void unpack_close(struct unpack *u);

#endif
