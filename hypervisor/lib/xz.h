/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One .xz stream of any number of blocks: LZMA2, with the x86 filter or
 * without; check none, CRC32 or CRC64 (the .xz file format, version 1.1).
 * Called through unpack(), which has checked magic, work size and alignment.
 */
#ifndef LIB_XZ_H
#define LIB_XZ_H

#include "lib/unpack.h"

must_check enum unpack_status xz_unpack(const struct unpack_in *in,
	struct unpack_out *out, struct unpack_work *work);

#endif
