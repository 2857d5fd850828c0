/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One gzip member: deflate with CRC32 and size in the trailer (RFC 1951, 1952).
 * Called through unpack(), which has checked magic, work size and alignment.
 */
#ifndef LIB_INFLATE_H
#define LIB_INFLATE_H

#include "lib/unpack.h"

must_check enum unpack_status gzip_unpack(const struct unpack_in *in,
	struct unpack_out *out, struct unpack_work *work);

#endif
