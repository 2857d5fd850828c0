/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CRC32 (reflected 0xEDB88320: gzip, xz) and CRC64 (ECMA-182: xz).
 *
 * Both take the value so far (0 to begin with) and give the value after
 * `size` more bytes.  crc32_bulk wants a ring of CRC32_RING_WORDS words as
 * scratch space and is several times faster on long input.
 */
#ifndef LIB_CRC32_H
#define LIB_CRC32_H

#include "lib/types.h"

#define CRC32_RING_WORDS	3006

uint32_t crc32_update(uint32_t crc, const uint8_t *data, size_t size);
uint32_t crc32_bulk(uint32_t crc, const uint8_t *data, size_t size,
		    uint64_t *ring);
uint64_t crc64_update(uint64_t crc, const uint8_t *data, size_t size);

#endif
