/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copying a match: bytes that were written a little earlier are written
 * again, `distance` further on.  Source and target may overlap, and then the
 * bytes between them repeat.
 *
 * The caller has checked that the source lies in the output and that the
 * target fits; MATCH_SLACK bytes of room behind the target make it fast.
 * Inline functions: these few lines are where unpacking spends its time.
 */
#ifndef LIB_MATCH_COPY_H
#define LIB_MATCH_COPY_H

#include "lib/le.h"

/* How far behind the end copy_ahead and match_copy_fast may write. */
#define MATCH_SLACK	16u

/* Moves 8 bytes at a time; the areas are apart or `from` is 8 or more less. */
static inline void copy_ahead(uint8_t *to, const uint8_t *from, size_t length)
{
	uint8_t *end = to + length;

	do {
		store_le64(to, load_le64(from));
		to += 8;
		from += 8;
	} while (to < end);
}

/*
 * A short distance repeats a pattern: each move of 8 bytes then has `distance`
 * right ones, and twice as many are there for the next move.
 */
static inline void match_copy_fast(uint8_t *to, size_t distance, size_t length)
{
	const uint8_t *from = to - distance;

	while (distance < 8) {
		store_le64(to, load_le64(from));
		if (distance >= length)
			return;
		to += distance;
		length -= distance;
		distance *= 2;
	}
	copy_ahead(to, from, length);
}

static inline void match_copy_bytes(uint8_t *to, size_t distance, size_t length)
{
	for (; length; length--, to++)
		*to = *(to - distance);
}

/* `room`: bytes that may be written from `to` on, at least `length`. */
static inline void match_copy(uint8_t *to, size_t distance, size_t length,
			      size_t room)
{
	if (room >= length + MATCH_SLACK)
		match_copy_fast(to, distance, length);
	else
		match_copy_bytes(to, distance, length);
}

#endif
