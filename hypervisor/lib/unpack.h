/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decompression of kernel images: xz, lz4 (legacy frame), gzip and zstd.
 *
 * A decoder writes straight into the caller's output area, which is its
 * dictionary as well, so a 128 MiB window costs nothing.  Its tables live in
 * the caller's work area; nothing is allocated and nothing is remembered
 * between calls.  Input, output and work area must not overlap.
 *
 * The input is hostile: whatever it holds, a decoder ends, reads only the
 * input, and writes only the output and work areas.  What it has written
 * before it fails is left there and means nothing.
 */
#ifndef LIB_UNPACK_H
#define LIB_UNPACK_H

#include "lib/types.h"

/* Bytes and alignment of a work area that is enough for every format. */
#define UNPACK_WORK_BYTES	(256u << 10)
#define UNPACK_WORK_ALIGN	8u

enum unpack_status {
	UNPACK_OK,
	UNPACK_UNKNOWN,		/* no format we know starts like this */
	UNPACK_TRUNCATED,	/* the input ends too early */
	UNPACK_CORRUPT,		/* the input breaks the rules of its format */
	UNPACK_UNSUPPORTED,	/* lawful, but a feature we do not have */
	UNPACK_CHECKSUM,	/* decoded, but a checksum does not agree */
	UNPACK_NO_SPACE,	/* the output area is too small */
	UNPACK_NO_WORK,		/* the work area is too small or misaligned */
	UNPACK_STOPPED,		/* work->stop became true */
};

struct unpack_in {
	const uint8_t *data;
	size_t size;		/* bytes; may go on behind the stream */
};

struct unpack_out {
	uint8_t *base;
	size_t capacity;	/* bytes at base */
	bool part;		/* xz, gzip: what does not fit is left out */
	size_t used;		/* OUT: bytes written */
	size_t consumed;	/* OUT: bytes of input that were the stream */
};

struct unpack_work {
	void *base;
	size_t size;		/* bytes; see UNPACK_WORK_BYTES */
	/* xz, gzip: looked at every few milliseconds; NULL: never stop */
	const volatile int *stop;
};

/* Picks the decoder by the first bytes; used and consumed are set when OK. */
must_check enum unpack_status unpack(const struct unpack_in *in,
				     struct unpack_out *out,
				     struct unpack_work *work);

/* "xz", "lz4", "gzip", "zstd"; NULL when no format we know starts like this. */
const char *unpack_format(const struct unpack_in *in);

/* One sentence without a full stop, for a log line. */
const char *unpack_strerror(enum unpack_status status);

#endif
