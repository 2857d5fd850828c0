// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checksums of packed data, table-driven, and one shortcut.
 *
 * The shortcut, for long input: read the message as a polynomial over GF(2)
 * whose digits are 64-bit words, y = x^64.  Modulo the CRC32 polynomial
 *
 *	y^3006 = y^2866 + y^2215 + 1
 *
 * (found by search; a unit test proves it), so a word at the front may be
 * taken away and added 140, 791 and 3006 words further on without changing
 * the remainder.  Doing that to all words but the last 3006 costs three XORs
 * a word and no table; the last ones go the ordinary way.
 *
 * Rules: 1. little-endian words, first bit of the message = bit 0 = highest
 *           power, as this CRC wants it;
 *        2. a ring slot is read (as the word 3006 back) before it is
 *           overwritten.
 * No lock and no state.  Never reads outside [data, data + size).
 */
#include "lib/crc32.h"
#include "lib/crc32_table.h"
#include "lib/le.h"

enum { NEAR = 140, MIDDLE = 791, FAR = CRC32_RING_WORDS };

/* Eight bytes, the CRC so far already added to the low four. */
static inline uint32_t fold_word(uint64_t w)
{
	return crc32_table[7][w & 0xFF] ^ crc32_table[6][w >> 8 & 0xFF] ^
	       crc32_table[5][w >> 16 & 0xFF] ^
	       crc32_table[4][w >> 24 & 0xFF] ^
	       crc32_table[3][w >> 32 & 0xFF] ^
	       crc32_table[2][w >> 40 & 0xFF] ^
	       crc32_table[1][w >> 48 & 0xFF] ^ crc32_table[0][w >> 56];
}

uint32_t crc32_update(uint32_t crc, const uint8_t *data, size_t size)
{
	crc = ~crc;
	for (; size >= 8; size -= 8, data += 8)
		crc = fold_word(load_le64(data) ^ crc);
	for (; size; size--, data++)
		crc = crc32_table[0][(crc ^ *data) & 0xFF] ^ (crc >> 8);
	return ~crc;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/*
 * Fills the ring with the words at data, each with what earlier words have
 * added to it.  Words from `last` on are not moved on, so they do not add to
 * anything: that is what `moves` says for the words they would add to.
 */
static void push_words(const uint8_t *data, size_t words, uint64_t *ring)
{
	size_t at = 0, near = FAR - NEAR, middle = FAR - MIDDLE;

	while (words) {
		size_t run = min3(FAR - at, FAR - near, FAR - middle);
		uint64_t *a = ring + at;
		const uint64_t *n = ring + near, *m = ring + middle;

		if (run > words)
			run = words;
		for (size_t i = 0; i < run; i++)
			a[i] ^= load_le64(data + 8 * i) ^ n[i] ^ m[i];
		data += 8 * run;
		words -= run;
		at = at + run == FAR ? 0 : at + run;
		near = near + run == FAR ? 0 : near + run;
		middle = middle + run == FAR ? 0 : middle + run;
	}
}

/*
 * The last FAR words: each takes what the pushed words before it add, and
 * goes through the tables.  Word i of them lies in slot `at + i` of the ring,
 * and the words before it are the ring's contents.
 */
static uint32_t fold_tail(const uint8_t *data, size_t at, const uint64_t *ring)
{
	uint32_t crc = 0;

	for (size_t i = 0; i < FAR; i++) {
		size_t slot = (at + i) % FAR;
		uint64_t w = load_le64(data + 8 * i) ^ ring[slot];

		if (i < NEAR)
			w ^= ring[(slot + FAR - NEAR) % FAR];
		if (i < MIDDLE)
			w ^= ring[(slot + FAR - MIDDLE) % FAR];
		crc = fold_word(w ^ crc);
	}
	return crc;
}

uint32_t crc32_bulk(uint32_t crc, const uint8_t *data, size_t size,
		    uint64_t *ring)
{
	size_t words = size / 8, pushed;

	if (words < 4 * FAR)
		return crc32_update(crc, data, size);
	pushed = words - FAR;

	/*
	 * The start value is an addition to the first four bytes: it enters
	 * as what "an earlier word" left in the first slot.
	 */
	for (size_t i = 0; i < FAR; i++)
		ring[i] = 0;
	ring[0] = ~crc & 0xFFFFFFFFu;
	push_words(data, pushed, ring);
	crc = fold_tail(data + 8 * pushed, pushed % FAR, ring);
	return crc32_update(~crc, data + 8 * words, size % 8);
}

uint64_t crc64_update(uint64_t crc, const uint8_t *data, size_t size)
{
	crc = ~crc;
	for (; size; size--, data++)
		crc = crc64_table[(crc ^ *data) & 0xFF] ^ (crc >> 8);
	return ~crc;
}
