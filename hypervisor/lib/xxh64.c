// SPDX-License-Identifier: GPL-2.0-only
/*
 * XXH64 (the published xxHash specification, version 0.1.1), seed 0.
 *
 * Four lanes take 8 bytes each by turns, and are folded into one value; what
 * is left over below 32 bytes is added in steps of 8, 4 and 1, and the bits
 * are mixed once more.
 *
 * Rules: little-endian input at any address; no lock, no state; never reads
 * outside [data, data + size).  No protection against a forger: it finds
 * accidents only.
 */
#include "lib/xxh64.h"
#include "lib/le.h"

static const uint64_t prime1 = 0x9E3779B185EBCA87, prime2 = 0xC2B2AE3D27D4EB4F,
		      prime3 = 0x165667B19E3779F9, prime4 = 0x85EBCA77C2B2AE63,
		      prime5 = 0x27D4EB2F165667C5;

static inline uint64_t rotate(uint64_t v, unsigned int n)
{
	return v << n | v >> (64 - n);
}

static inline uint64_t turn(uint64_t lane, uint64_t word)
{
	return rotate(lane + word * prime2, 31) * prime1;
}

static uint64_t fold(uint64_t hash, uint64_t lane)
{
	return (hash ^ turn(0, lane)) * prime1 + prime4;
}

static uint64_t fold_lanes(const uint8_t *data, size_t stripes)
{
	uint64_t a = prime1 + prime2, b = prime2, c = 0, d = 0 - prime1;
	uint64_t hash;

	for (; stripes; stripes--, data += 32) {
		a = turn(a, load_le64(data));
		b = turn(b, load_le64(data + 8));
		c = turn(c, load_le64(data + 16));
		d = turn(d, load_le64(data + 24));
	}
	hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
	return fold(fold(fold(fold(hash, a), b), c), d);
}

uint64_t xxh64(const uint8_t *data, size_t size)
{
	uint64_t hash = size < 32 ? prime5 : fold_lanes(data, size / 32);
	size_t left = size % 32;

	hash += size;
	data += size - left;
	for (; left >= 8; left -= 8, data += 8)
		hash = rotate(hash ^ turn(0, load_le64(data)), 27) * prime1 +
		       prime4;
	if (left >= 4) {
		hash = rotate(hash ^ load_le32(data) * prime1, 23) * prime2 +
		       prime3;
		data += 4;
		left -= 4;
	}
	for (; left; left--, data++)
		hash = rotate(hash ^ *data * prime5, 11) * prime1;
	hash = (hash ^ hash >> 33) * prime2;
	hash = (hash ^ hash >> 29) * prime3;
	return hash ^ hash >> 32;
}
