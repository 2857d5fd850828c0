/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The XXH64 hash with seed 0, whose low 32 bits zstd uses as a checksum.
 */
#ifndef LIB_XXH64_H
#define LIB_XXH64_H

#include "lib/types.h"

uint64_t xxh64(const uint8_t *data, size_t size);

#endif
