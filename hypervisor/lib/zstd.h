/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One zstd frame, after any number of skippable frames (RFC 8878).
 * Called through unpack(), which has checked magic, work size and alignment.
 */
#ifndef LIB_ZSTD_H
#define LIB_ZSTD_H

#include "lib/unpack.h"

must_check enum unpack_status zstd_unpack(const struct unpack_in *in,
	struct unpack_out *out, struct unpack_work *work);

#endif
