/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Linux boot image: where in the file the packed kernel lies, and how
 * large it will be (Linux boot protocol 2.08 and later, x86).
 */
#ifndef LIB_BZIMAGE_H
#define LIB_BZIMAGE_H

#include "lib/unpack.h"

enum bzimage_status {
	BZIMAGE_OK,
	BZIMAGE_NOT_LINUX,	/* no boot header; may still be plain ELF */
	BZIMAGE_OLD,		/* the boot protocol has no payload fields */
	BZIMAGE_NO_PAYLOAD,
	BZIMAGE_OUT_OF_BOUNDS,	/* the payload is not inside the file */
	BZIMAGE_UNKNOWN_FORMAT,	/* packed by a method we do not have */
	BZIMAGE_BAD_SIZE,	/* the unpacked size cannot be true */
};

struct bzimage {
	struct unpack_in payload;	/* the packed stream, nothing else */
	const char *format;		/* "xz", ... */
	uint32_t unpacked_bytes;
	uint16_t protocol;		/* 0x020F is 2.15 */
};

must_check enum bzimage_status bzimage_open(struct bzimage *image,
					    const uint8_t *data, size_t size);

/*
 * Unpacks into out, which needs room for unpacked_bytes.  A result of another
 * size is UNPACK_CORRUPT or UNPACK_NO_SPACE.
 */
must_check enum unpack_status bzimage_unpack(const struct bzimage *image,
					     struct unpack_out *out,
					     struct unpack_work *work);

/* One sentence without a full stop. */
const char *bzimage_strerror(enum bzimage_status status);

#endif
