/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zstd's backward bit stream: written from the front, read from the end.  The
 * highest bit set in the last byte is a mark; the bits below it come first.
 *
 * The next bits are the highest of `word` after `used` of them.  After a
 * refill at least 57 are there, unless the stream is near its beginning.  The
 * stream is used up when used is 64 and cannot be refilled, and was overread
 * when used is more; overreading gives wrong bits and is never dangerous, as
 * a stream is only ever loaded between its begin and its end.
 */
#ifndef LIB_ZSTD_BITS_H
#define LIB_ZSTD_BITS_H

#include "lib/le.h"

struct zstd_bits {
	const uint8_t *begin, *at;
	uint64_t word;
	unsigned int used;
};

/* False when the stream is empty or has no mark. */
must_check static inline bool zstd_bits_open(struct zstd_bits *b,
					     const uint8_t *data, size_t size)
{
	unsigned int mark;

	if (!size || !data[size - 1])
		return false;
	mark = (unsigned int)__builtin_clz(data[size - 1]) - 24 + 1;
	b->begin = b->at = data;
	if (size >= 8) {
		b->at = data + size - 8;
		b->word = load_le64(b->at);
		b->used = mark;
		return true;
	}
	b->word = 0;
	for (size_t i = 0; i < size; i++)
		b->word |= (uint64_t)data[i] << (8 * i);
	b->used = 64 - 8 * (unsigned int)size + mark;
	return true;
}

static inline void zstd_bits_refill(struct zstd_bits *b)
{
	size_t whole = b->used >> 3, there = (size_t)(b->at - b->begin);

	/* A stream below 8 bytes is in `word` for good, and `there` is 0. */
	if (!there)
		return;
	if (whole > there)
		whole = there;
	b->at -= whole;
	b->used -= 8 * (unsigned int)whole;
	b->word = load_le64(b->at);
}

/* The next n bits, 1 to 56, without taking them. */
static inline uint64_t zstd_bits_peek(const struct zstd_bits *b, unsigned int n)
{
	return b->word << (b->used & 63) >> (64 - n);
}

/* The next n bits, 0 to 56. */
static inline uint64_t zstd_bits_take(struct zstd_bits *b, unsigned int n)
{
	uint64_t v = b->word << (b->used & 63) >> 1 >> (63 - n);

	b->used += n;
	return v;
}

static inline bool zstd_bits_overread(const struct zstd_bits *b)
{
	return b->used > 64;
}

static inline bool zstd_bits_done(const struct zstd_bits *b)
{
	return b->used == 64 && b->at == b->begin;
}

#endif
