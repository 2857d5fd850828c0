// SPDX-License-Identifier: GPL-2.0-only
/*
 * gzip: a header, deflate data (RFC 1951), CRC32 and size (RFC 1952).
 *
 * Codes are looked up in tables made by inflate_table.c.  The bit buffer is
 * filled before each symbol to 56 bits or more; a symbol with all its extra
 * bits takes at most 48.
 *
 * Rules: 1. near the end of the input the buffer is filled byte by byte, and
 *           behind it with zeros, which are counted: more than 8 of them, or
 *           one that was used, is UNPACK_TRUNCATED;
 *        2. a distance reaches back into this member's output only;
 *        3. every symbol takes a bit of input, so the loops end.
 * No lock; the tables are in the work area.  One member only: what follows
 * the trailer is not looked at.
 */
#include "lib/inflate.h"
#include "lib/crc32.h"
#include "lib/inflate_table.h"
#include "lib/le.h"
#include "lib/match_copy.h"
#include "lib/string.h"

enum {
	GZIP_HEADER = 10,
	GZIP_TRAILER = 8,
	METHOD_DEFLATE = 8,
	FLAG_HEADER_CRC = 2,
	FLAG_EXTRA = 4,
	FLAG_NAME = 8,
	FLAG_COMMENT = 16,
	FLAGS_RESERVED = 0xE0,
	ORDER_CODES = 19,
	ZEROS_MAX = 8,
};

struct inflate {
	const uint8_t *in, *in_end;
	uint64_t bits;			/* the lowest is the next one */
	unsigned int count;		/* valid bits */
	unsigned int zeros;		/* bytes made up behind the input */
	uint8_t *out, *out_begin, *out_end;
	struct inflate_tables *tables;
	bool part;
	const volatile int *stop;
};

struct inflate_work {
	struct inflate_tables tables;
	uint64_t ring[CRC32_RING_WORDS];
};

_Static_assert(sizeof(struct inflate_work) <= UNPACK_WORK_BYTES, "work area");

static bool fill_slowly(struct inflate *z)
{
	while (z->count < 56) {
		if (z->in < z->in_end)
			z->bits |= (uint64_t)*z->in++ << z->count;
		else if (++z->zeros > ZEROS_MAX)
			return false;
		z->count += 8;
	}
	return true;
}

/* At least 56 bits from here on; false when the input ended long ago. */
static inline bool fill(struct inflate *z)
{
	if (z->in_end - z->in < 8)
		return fill_slowly(z);
	z->bits |= load_le64(z->in) << z->count;
	z->in += (63 - z->count) >> 3;
	z->count |= 56;
	return true;
}

static inline uint32_t take(struct inflate *z, unsigned int n)
{
	uint32_t v = (uint32_t)(z->bits & ((1ull << n) - 1));

	z->bits >>= n;
	z->count -= n;
	return v;
}

/* Looks up one code; an entry of kind INFLATE_BAD is not a code. */
static inline struct inflate_entry take_code(struct inflate *z,
					     const struct inflate_entry *table,
					     unsigned int root)
{
	struct inflate_entry e = table[z->bits & ((1u << root) - 1)];

	if (e.kind == INFLATE_LINK) {
		uint64_t rest = z->bits >> root;

		e = table[e.value + (rest & ((1u << e.extra) - 1))];
	}
	z->bits >>= e.bits;
	z->count -= e.bits;
	return e;
}

static enum unpack_status take_match(struct inflate *z, struct inflate_entry l)
{
	size_t length = l.value + take(z, l.extra);
	size_t room = (size_t)(z->out_end - z->out), distance;
	struct inflate_entry d = take_code(z, z->tables->distance,
					   INFLATE_DISTANCE_ROOT);

	if (d.kind != INFLATE_BASE)
		return UNPACK_CORRUPT;
	distance = d.value + take(z, d.extra);
	if (distance > (size_t)(z->out - z->out_begin))
		return UNPACK_CORRUPT;
	if (length > room) {
		if (!z->part || !room)
			return UNPACK_NO_SPACE;
		length = room;
	}
	match_copy(z->out, distance, length, room);
	z->out += length;
	return UNPACK_OK;
}

static enum unpack_status take_symbols(struct inflate *shared)
{
	struct inflate local = *shared, *z = &local;
	enum unpack_status s = UNPACK_OK;

	while (s == UNPACK_OK) {
		struct inflate_entry e;

		if (!fill(z))
			return UNPACK_TRUNCATED;
		e = take_code(z, z->tables->symbol, INFLATE_SYMBOL_ROOT);
		if (e.kind == INFLATE_LITERAL) {
			if (z->out == z->out_end)
				return UNPACK_NO_SPACE;
			*z->out++ = (uint8_t)e.value;
		} else if (e.kind == INFLATE_BASE) {
			s = take_match(z, e);
		} else if (e.kind == INFLATE_END) {
			break;
		} else {
			s = UNPACK_CORRUPT;
		}
	}
	*shared = local;
	return s;
}

/* Gives whole bytes of the bit buffer back to the input. */
static enum unpack_status to_bytes(struct inflate *z)
{
	unsigned int whole = z->count / 8;

	if (z->zeros > whole)
		return UNPACK_TRUNCATED;
	z->in -= whole - z->zeros;
	z->bits = z->count = z->zeros = 0;
	return UNPACK_OK;
}

static enum unpack_status take_stored(struct inflate *z)
{
	enum unpack_status s = to_bytes(z);
	size_t size;

	if (s != UNPACK_OK)
		return s;
	if (z->in_end - z->in < 4)
		return UNPACK_TRUNCATED;
	size = load_le16(z->in);
	if ((size ^ 0xFFFF) != load_le16(z->in + 2))
		return UNPACK_CORRUPT;
	z->in += 4;
	if (size > (size_t)(z->in_end - z->in))
		return UNPACK_TRUNCATED;
	if (size > (size_t)(z->out_end - z->out)) {
		if (z->part)
			memcpy(z->out, z->in, (size_t)(z->out_end - z->out));
		return UNPACK_NO_SPACE;
	}
	memcpy(z->out, z->in, size);
	z->in += size;
	z->out += size;
	return UNPACK_OK;
}

/*
 * `total` code lengths, packed with the codes of the order table: 0..15 a
 * length, 16 the last one again, 17 and 18 zeros.
 */
static enum unpack_status take_lengths(struct inflate *z, uint8_t *lengths,
				       unsigned int total)
{
	unsigned int i = 0;

	while (i < total) {
		struct inflate_entry e;
		unsigned int repeat = 1;
		uint8_t length = 0;

		if (!fill(z))
			return UNPACK_TRUNCATED;
		e = take_code(z, z->tables->order, INFLATE_ORDER_ROOT);
		if (e.kind != INFLATE_LITERAL)
			return UNPACK_CORRUPT;
		if (e.value < 16) {
			length = (uint8_t)e.value;
		} else if (e.value == 16) {
			if (!i)
				return UNPACK_CORRUPT;
			length = lengths[i - 1];
			repeat = 3 + take(z, 2);
		} else {
			repeat = e.value == 17 ? 3 + take(z, 3) :
						 11 + take(z, 7);
		}
		if (repeat > total - i)
			return UNPACK_CORRUPT;
		memset(lengths + i, length, repeat);
		i += repeat;
	}
	return UNPACK_OK;
}

static enum unpack_status take_dynamic(struct inflate *z)
{
	static const uint8_t order[ORDER_CODES] = { 16, 17, 18, 0, 8, 7, 9,
						    6, 10, 5, 11, 4, 12, 3,
						    13, 2, 14, 1, 15 };
	uint8_t lengths[INFLATE_SYMBOLS + INFLATE_DISTANCES] = { 0 };
	unsigned int symbols, distances, codes;
	enum unpack_status s;

	if (!fill(z))
		return UNPACK_TRUNCATED;
	symbols = 257 + take(z, 5);
	distances = 1 + take(z, 5);
	codes = 4 + take(z, 4);
	if (symbols > 286 || distances > 30)
		return UNPACK_CORRUPT;
	for (unsigned int i = 0; i < codes; i++) {
		if (!fill(z))
			return UNPACK_TRUNCATED;
		lengths[order[i]] = (uint8_t)take(z, 3);
	}
	if (!inflate_make_order(z->tables, lengths))
		return UNPACK_CORRUPT;
	memset(lengths, 0, sizeof(lengths));
	s = take_lengths(z, lengths, symbols + distances);
	if (s != UNPACK_OK)
		return s;
	if (!inflate_make(z->tables, lengths, symbols, distances))
		return UNPACK_CORRUPT;
	return take_symbols(z);
}

static enum unpack_status take_blocks(struct inflate *z)
{
	enum unpack_status s = UNPACK_OK;
	bool last = false;

	while (s == UNPACK_OK && !last) {
		if (z->stop && *z->stop)
			return UNPACK_STOPPED;
		if (!fill(z))
			return UNPACK_TRUNCATED;
		last = take(z, 1);
		switch (take(z, 2)) {
		case 0:
			s = take_stored(z);
			break;
		case 1:
			inflate_make_fixed(z->tables);
			s = take_symbols(z);
			break;
		case 2:
			s = take_dynamic(z);
			break;
		default:
			s = UNPACK_CORRUPT;
		}
	}
	return s == UNPACK_OK ? to_bytes(z) : s;
}

/* Steps over a string and its zero byte. */
static bool skip_string(struct inflate *z)
{
	while (z->in < z->in_end)
		if (!*z->in++)
			return true;
	return false;
}

static enum unpack_status take_header(struct inflate *z)
{
	const uint8_t *h = z->in;
	uint8_t flags;

	if (z->in_end - z->in < GZIP_HEADER)
		return UNPACK_TRUNCATED;
	flags = h[3];
	if (h[2] != METHOD_DEFLATE || (flags & FLAGS_RESERVED))
		return UNPACK_UNSUPPORTED;
	z->in += GZIP_HEADER;
	if (flags & FLAG_EXTRA) {
		if (z->in_end - z->in < 2 ||
		    z->in_end - z->in < 2 + load_le16(z->in))
			return UNPACK_TRUNCATED;
		z->in += 2 + load_le16(z->in);
	}
	if (((flags & FLAG_NAME) && !skip_string(z)) ||
	    ((flags & FLAG_COMMENT) && !skip_string(z)))
		return UNPACK_TRUNCATED;
	if (flags & FLAG_HEADER_CRC) {
		if (z->in_end - z->in < 2)
			return UNPACK_TRUNCATED;
		if (load_le16(z->in) !=
		    (crc32_update(0, h, (size_t)(z->in - h)) & 0xFFFF))
			return UNPACK_CORRUPT;
		z->in += 2;
	}
	return UNPACK_OK;
}

enum unpack_status gzip_unpack(const struct unpack_in *in,
			       struct unpack_out *out,
			       struct unpack_work *work)
{
	struct inflate_work *w = work->base;
	struct inflate z = { .in = in->data, .in_end = in->data + in->size,
			     .out = out->base, .out_begin = out->base,
			     .out_end = out->base + out->capacity,
			     .tables = &w->tables,
			     .part = out->part, .stop = work->stop };
	enum unpack_status s = take_header(&z);

	if (s == UNPACK_OK)
		s = take_blocks(&z);
	if (s == UNPACK_NO_SPACE && out->part) {
		out->used = out->capacity;
		return UNPACK_OK;
	}
	if (s != UNPACK_OK)
		return s;
	out->used = (size_t)(z.out - z.out_begin);
	out->consumed = (size_t)(z.in - in->data);
	if (z.in_end - z.in < GZIP_TRAILER)
		return UNPACK_TRUNCATED;
	out->consumed += GZIP_TRAILER;
	if (load_le32(z.in + 4) != (uint32_t)out->used ||
	    load_le32(z.in) != crc32_bulk(0, out->base, out->used, w->ring))
		return UNPACK_CHECKSUM;
	return UNPACK_OK;
}
