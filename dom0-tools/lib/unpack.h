/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Unpacks the compressed payload of a kernel, in one go, to where the caller
 * says: a kernel is unpacked straight into the pages of its domain.
 *
 * Formats: xz, gzip, zstd, and the legacy frame of lz4. Errors: -ENODATA the
 * stream ends early, -EIO it is corrupt or longer than promised, -ENOMEM,
 * -EINTR *stop became true, -EINVAL the format is unknown.
 */
#ifndef DOM0_TOOLS_LIB_UNPACK_H
#define DOM0_TOOLS_LIB_UNPACK_H

#include <signal.h>
#include <stddef.h>

enum unpack_format {
	UNPACK_NO_FORMAT,
	UNPACK_XZ,
	UNPACK_GZIP,
	UNPACK_ZSTD,
	UNPACK_LZ4,
};

enum unpack_format unpack_detect(const void *data, size_t bytes);
const char *unpack_name(enum unpack_format format);

/* The first out_bytes, without the cost of the rest. */
int unpack_head(const void *data, size_t bytes, void *out, size_t out_bytes);

/*
 * All of it: exactly out_bytes, checksums included. stop may be NULL. On
 * failure out holds anything.
 */
int unpack_all(const void *data, size_t bytes, void *out, size_t out_bytes,
	       const volatile sig_atomic_t *stop);

#endif
