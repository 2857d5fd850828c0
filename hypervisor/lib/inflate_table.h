/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decoding tables of deflate's Huffman codes, for inflate.c.
 *
 * The next `root` bits of the input choose an entry.  Codes longer than that
 * share an INFLATE_LINK entry, whose value is the place of a second table in
 * the same array, chosen from by `extra` more bits.
 */
#ifndef LIB_INFLATE_TABLE_H
#define LIB_INFLATE_TABLE_H

#include "lib/types.h"

enum {
	INFLATE_SYMBOLS = 288,
	INFLATE_DISTANCES = 32,
	INFLATE_SYMBOL_ROOT = 11,
	INFLATE_DISTANCE_ROOT = 9,
	INFLATE_ORDER_ROOT = 7,
	INFLATE_CODE_BITS = 15,
};

enum inflate_kind {
	INFLATE_BAD,		/* not a code */
	INFLATE_LITERAL,	/* value: the byte, or the order symbol */
	INFLATE_BASE,		/* value + extra bits: length or distance */
	INFLATE_END,		/* end of block */
	INFLATE_LINK,		/* value: where; extra: bits to choose by */
};

struct inflate_entry {
	uint16_t value;
	uint8_t kind;		/* enum inflate_kind */
	uint8_t bits : 4;	/* of the whole code; 0 when not a code */
	uint8_t extra : 4;
};

_Static_assert(sizeof(struct inflate_entry) == 4, "one load");

/*
 * A link table of n bits has more than 2^(n-1) codes' worth of entries used,
 * so second tables together stay below twice the symbols' share; inflate_make
 * checks all the same.
 */
struct inflate_tables {
	struct inflate_entry symbol[(1 << INFLATE_SYMBOL_ROOT) + 1024];
	struct inflate_entry distance[(1 << INFLATE_DISTANCE_ROOT) + 512];
	struct inflate_entry order[1 << INFLATE_ORDER_ROOT];
};

/* The code of the code lengths: 19 lengths of 0..7 bits. */
must_check bool inflate_make_order(struct inflate_tables *t,
				   const uint8_t *lengths);

/* Lengths (0..15) of `symbols` codes, then of `distances` codes. */
must_check bool inflate_make(struct inflate_tables *t, const uint8_t *lengths,
			     unsigned int symbols, unsigned int distances);

/* The fixed codes of RFC 1951, 3.2.6. */
void inflate_make_fixed(struct inflate_tables *t);

#endif
