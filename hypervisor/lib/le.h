/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Little-endian numbers at any address, for file formats.
 *
 * The built-in copy becomes one move instruction; going through it keeps the
 * sanitizers quiet about alignment and the compiler honest about aliasing.
 * Nothing here checks bounds: the caller has.
 */
#ifndef LIB_LE_H
#define LIB_LE_H

#include "lib/types.h"

static inline uint16_t load_le16(const void *p)
{
	uint16_t v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t load_le32(const void *p)
{
	uint32_t v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t load_le64(const void *p)
{
	uint64_t v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

static inline void store_le32(void *p, uint32_t v)
{
	__builtin_memcpy(p, &v, sizeof(v));
}

static inline void store_le64(void *p, uint64_t v)
{
	__builtin_memcpy(p, &v, sizeof(v));
}

#endif
