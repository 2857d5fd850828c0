/* SPDX-License-Identifier: GPL-2.0-only */
/*
 *  a magic number, then blocks of at most 8 MiB.
 * Called through unpack(), which has checked magic, work size and alignment.
 */
#ifndef LIB_LZ4_H
#define LIB_LZ4_H

#include "lib/unpack.h"

must_check enum unpack_status lz4_unpack(const struct unpack_in *in,
	struct unpack_out *out, struct unpack_work *work);

#endif
