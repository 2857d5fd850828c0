// SPDX-License-Identifier: GPL-2.0-only
/*
 * From code lengths to decoding tables (RFC 1951, 3.2.2).
 *
 * Codes are given out in order of length, then of symbol.  Deflate sends a
 * code's first bit first, and the bit buffer has the first bit lowest, so a
 * code is turned round before it indexes a table.
 *
 * Rules: 1. a set of lengths that gives more codes than there are is refused;
 *           so is one that leaves codes unused, but for the single code of
 *           one bit that packers send when only one distance occurs, and for
 *           no distances at all;
 *        2. entries that no code reaches are INFLATE_BAD;
 *        3. no table is written behind its end, whatever the lengths.
 * No lock and no state.
 */
#include "lib/inflate_table.h"

enum { ORDER_CODES = 19, END_SYMBOL = 256, FIRST_LENGTH = 257 };

static const uint16_t length_base[29] = {
	3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27,
	31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
};
static const uint8_t length_extra[29] = {
	0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
	2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
};
static const uint16_t distance_base[30] = {
	1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385,
	513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
	24577,
};

static struct inflate_entry symbol_entry(unsigned int symbol)
{
	struct inflate_entry e = { .value = (uint16_t)symbol,
				   .kind = INFLATE_LITERAL };

	if (symbol == END_SYMBOL) {
		e.kind = INFLATE_END;
	} else if (symbol >= FIRST_LENGTH) {
		symbol -= FIRST_LENGTH;
		/* Two symbols of the fixed code mean nothing. */
		if (symbol >= ARRAY_SIZE(length_base))
			return (struct inflate_entry){ .kind = INFLATE_BAD };
		e.kind = INFLATE_BASE;
		e.value = length_base[symbol];
		e.extra = length_extra[symbol] & 15;
	}
	return e;
}

static struct inflate_entry distance_entry(unsigned int symbol)
{
	struct inflate_entry e = { .kind = INFLATE_BAD };

	if (symbol < ARRAY_SIZE(distance_base)) {
		e.kind = INFLATE_BASE;
		e.value = distance_base[symbol];
		e.extra = (symbol < 4 ? 0 : (symbol >> 1) - 1) & 15;
	}
	return e;
}

static struct inflate_entry order_entry(unsigned int symbol)
{
	return (struct inflate_entry){ .value = (uint16_t)symbol,
				       .kind = INFLATE_LITERAL };
}

struct maker {
	struct inflate_entry *table;
	size_t capacity;	/* entries */
	unsigned int root;	/* bits of the first table */
	const uint8_t *lengths;
	unsigned int codes;	/* lengths given */
	struct inflate_entry (*entry)(unsigned int symbol);
	uint16_t count[INFLATE_CODE_BITS + 1];	/* codes not yet placed */
	uint16_t next[INFLATE_CODE_BITS + 1];	/* next code of each length */
	size_t used;		/* entries given out */
	unsigned int link;	/* root bits of the link being filled */
	unsigned int link_bits;	/* and the bits of its table, 0 if none yet */
	size_t link_at;
};

static unsigned int turn_round(unsigned int code, unsigned int bits)
{
	unsigned int r = 0;

	for (; bits; bits--, code >>= 1)
		r = r << 1 | (code & 1);
	return r;
}

/* Counts the lengths and gives each its first code; false by rule 1. */
static bool count_codes(struct maker *m, bool may_be_short)
{
	unsigned int code = 0, longest = 0;
	int unused = 1;

	for (unsigned int i = 0; i < m->codes; i++)
		m->count[m->lengths[i]]++;
	m->count[0] = 0;
	for (unsigned int n = 1; n <= INFLATE_CODE_BITS; n++) {
		code = (code + m->count[n - 1]) << 1;
		m->next[n] = (uint16_t)code;
		unused = 2 * unused - m->count[n];
		if (unused < 0)
			return false;
		if (m->count[n])
			longest = n;
	}
	return !unused || (may_be_short && longest <= 1);
}

/* A second table for the codes that begin with these root bits. */
static bool open_link(struct maker *m, unsigned int low, unsigned int length)
{
	unsigned int bits = length - m->root;
	int unused = 1 << bits;

	/* Large enough for the codes of this and greater length to fill it. */
	while (m->root + bits < INFLATE_CODE_BITS) {
		unused -= m->count[m->root + bits];
		if (unused <= 0)
			break;
		unused *= 2;
		bits++;
	}
	if (m->capacity - m->used < 1ul << bits)
		return false;
	m->link = low;
	m->link_bits = bits;
	m->link_at = m->used;
	m->used += 1ul << bits;
	for (size_t i = m->link_at; i < m->used; i++)
		m->table[i] = (struct inflate_entry){ .kind = INFLATE_BAD };
	m->table[low] = (struct inflate_entry){ .value = (uint16_t)m->link_at,
						.kind = INFLATE_LINK,
						.extra = bits & 15 };
	return true;
}

static bool place(struct maker *m, unsigned int symbol, unsigned int length)
{
	unsigned int code = turn_round(m->next[length]++, length);
	unsigned int low = code & ((1u << m->root) - 1);
	struct inflate_entry e = m->entry(symbol);
	size_t at = 0, size = 1ul << m->root, first = code, step;

	e.bits = length & 15;
	if (length > m->root) {
		if ((!m->link_bits || m->link != low) &&
		    !open_link(m, low, length))
			return false;
		at = m->link_at;
		size = 1ul << m->link_bits;
		first = code >> m->root;
		length -= m->root;
	}
	m->count[e.bits]--;
	step = 1ul << length;
	for (size_t i = first; i < size; i += step)
		m->table[at + i] = e;
	return true;
}

static bool make(struct maker *m, bool may_be_short)
{
	if (!count_codes(m, may_be_short))
		return false;
	m->used = 1ul << m->root;
	for (size_t i = 0; i < m->used; i++)
		m->table[i] = (struct inflate_entry){ .kind = INFLATE_BAD };
	for (unsigned int n = 1; n <= INFLATE_CODE_BITS; n++)
		for (unsigned int i = 0; m->count[n] && i < m->codes; i++)
			if (m->lengths[i] == n && !place(m, i, n))
				return false;
	return true;
}

bool inflate_make_order(struct inflate_tables *t, const uint8_t *lengths)
{
	struct maker m = { .table = t->order, .root = INFLATE_ORDER_ROOT,
			   .capacity = ARRAY_SIZE(t->order),
			   .lengths = lengths, .codes = ORDER_CODES,
			   .entry = order_entry };

	return make(&m, false);
}

bool inflate_make(struct inflate_tables *t, const uint8_t *lengths,
		  unsigned int symbols, unsigned int distances)
{
	struct maker s = { .table = t->symbol, .root = INFLATE_SYMBOL_ROOT,
			   .capacity = ARRAY_SIZE(t->symbol),
			   .lengths = lengths, .codes = symbols,
			   .entry = symbol_entry };
	struct maker d = { .table = t->distance, .root = INFLATE_DISTANCE_ROOT,
			   .capacity = ARRAY_SIZE(t->distance),
			   .lengths = lengths + symbols, .codes = distances,
			   .entry = distance_entry };

	/* Without an end of block there is no way out of the block. */
	return lengths[END_SYMBOL] && make(&s, true) && make(&d, true);
}

void inflate_make_fixed(struct inflate_tables *t)
{
	uint8_t lengths[INFLATE_SYMBOLS + INFLATE_DISTANCES];

	for (unsigned int i = 0; i < INFLATE_SYMBOLS; i++)
		lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	for (unsigned int i = 0; i < INFLATE_DISTANCES; i++)
		lengths[INFLATE_SYMBOLS + i] = 5;
	(void)!inflate_make(t, lengths, INFLATE_SYMBOLS, INFLATE_DISTANCES);
}
