// SPDX-License-Identifier: GPL-2.0-only
/*
 * The literals of a zstd block: stored, one byte repeated, or Huffman coded
 * in one or four streams (RFC 8878, 3.1.1.3.1 and 4.2).
 *
 * The Huffman code is sent as weights: a symbol of weight w > 0 has a code of
 * log + 1 - w bits and owns 2^(w-1) entries of the table.  The last weight is
 * not sent; it is what is missing to a power of two.
 *
 * Rules: 1. a section's sizes are checked against the block and the literals
 *           buffer before a byte is decoded;
 *        2. each stream must be used up to its last bit, no more, no less.
 * No lock; the state is in struct zstd.
 */
#include "lib/string.h"
#include "lib/zstd_bits.h"
#include "lib/zstd_work.h"

enum kind { RAW, REPEATED, CODED, CODED_AS_BEFORE };

enum { WEIGHTS_MAX = 255, DIRECT = 128, WEIGHT_CODES = 12, JUMP_TABLE = 6 };

/* Weights sent as they are, four bits each. */
static bool take_direct_weights(struct zstd_span *in, uint8_t *weight,
				unsigned int n)
{
	if (in->size < (n + 1) / 2)
		return false;
	for (unsigned int i = 0; i < n; i++)
		weight[i] = i % 2 ? in->data[i / 2] & 15 : in->data[i / 2] >> 4;
	zstd_skip(in, (n + 1) / 2);
	return true;
}

/*
 * Weights coded by two FSE states that take turns.  The stream has no count:
 * it ends when a state wants more bits than there are, and the other state
 * then gives the last weight.
 */
static unsigned int take_coded_weights(struct zstd_span in,
				       struct zstd_work *w)
{
	static const struct zstd_meaning itself = { .codes = WEIGHT_CODES + 1 };
	const struct zstd_fse_entry *e, *other;
	struct zstd_bits b;
	unsigned int n = 0;

	if (!zstd_fse_read(&in, &w->counts, WEIGHT_CODES + 1,
			   ZSTD_WEIGHT_BITS) ||
	    !zstd_fse_make(&w->weights, &w->counts, &itself) ||
	    !zstd_bits_open(&b, in.data, in.size))
		return 0;
	e = &w->weights.state[zstd_bits_take(&b, w->weights.log)];
	other = &w->weights.state[zstd_bits_take(&b, w->weights.log)];
	if (zstd_bits_overread(&b))
		return 0;
	while (n < WEIGHTS_MAX - 1) {
		const struct zstd_fse_entry *now = e;
		uint64_t next;

		w->weight[n++] = (uint8_t)now->base;
		zstd_bits_refill(&b);
		next = now->next + zstd_bits_take(&b, now->bits);
		if (zstd_bits_overread(&b)) {
			w->weight[n++] = (uint8_t)other->base;
			return n;
		}
		e = other;
		other = &w->weights.state[next];
	}
	return 0;
}

/* Fills the table from weights that add up to 1 << log. */
static void fill_table(struct zstd_huf *huf, const uint8_t *weight,
		       unsigned int n)
{
	size_t at = 0;

	for (unsigned int w = 1; w <= huf->log; w++) {
		struct zstd_huf_entry e = {
			.bits = (uint8_t)(huf->log + 1 - w)
		};

		for (unsigned int s = 0; s < n; s++) {
			if (weight[s] != w)
				continue;
			e.symbol = (uint8_t)s;
			for (size_t i = 0; i < 1ul << (w - 1); i++)
				huf->entry[at++] = e;
		}
	}
}

static bool make_table(struct zstd_huf *huf, uint8_t *weight, unsigned int n)
{
	uint32_t sum = 0, missing;

	for (unsigned int i = 0; i < n; i++) {
		if (weight[i] > ZSTD_HUF_BITS)
			return false;
		sum += weight[i] ? 1u << (weight[i] - 1) : 0;
	}
	if (!sum)
		return false;
	huf->log = 32 - (unsigned int)__builtin_clz(sum);
	if (huf->log > ZSTD_HUF_BITS)
		return false;
	missing = (1u << huf->log) - sum;
	if (missing & (missing - 1))
		return false;
	weight[n++] = (uint8_t)(32 - __builtin_clz(missing));
	fill_table(huf, weight, n);
	return true;
}

static bool take_tree(struct zstd_span *in, struct zstd_work *w)
{
	struct zstd_span coded;
	unsigned int n;

	w->huf.valid = false;
	if (!in->size)
		return false;
	n = in->data[0];
	zstd_skip(in, 1);
	if (n >= DIRECT) {
		n -= DIRECT - 1;
		if (!take_direct_weights(in, w->weight, n))
			return false;
	} else {
		if (in->size < n)
			return false;
		coded = (struct zstd_span){ in->data, n };
		zstd_skip(in, n);
		n = take_coded_weights(coded, w);
		if (!n)
			return false;
	}
	w->huf.valid = make_table(&w->huf, w->weight, n);
	return w->huf.valid;
}

static inline uint8_t take_symbol(const struct zstd_huf *huf,
				  struct zstd_bits *b)
{
	struct zstd_huf_entry e = huf->entry[zstd_bits_peek(b, huf->log)];

	b->used += e.bits;
	return e.symbol;
}

/* Five symbols take at most 55 bits: one refill is enough for them. */
static bool take_stream(const struct zstd_huf *huf, const uint8_t *data,
			size_t size, uint8_t *to, size_t n)
{
	struct zstd_bits b;

	if (!zstd_bits_open(&b, data, size))
		return false;
	while (n >= 5) {
		zstd_bits_refill(&b);
		to[0] = take_symbol(huf, &b);
		to[1] = take_symbol(huf, &b);
		to[2] = take_symbol(huf, &b);
		to[3] = take_symbol(huf, &b);
		to[4] = take_symbol(huf, &b);
		if (zstd_bits_overread(&b))
			return false;
		to += 5;
		n -= 5;
	}
	zstd_bits_refill(&b);
	for (; n; n--)
		*to++ = take_symbol(huf, &b);
	zstd_bits_refill(&b);
	return zstd_bits_done(&b);
}

static bool take_streams(struct zstd *z, struct zstd_span in, bool four)
{
	const struct zstd_huf *huf = &z->work->huf;
	uint8_t *to = z->work->literals;
	size_t left = z->literals, part = (left + 3) / 4;
	const uint8_t *jump = in.data;

	if (!four)
		return take_stream(huf, in.data, in.size, to, left);
	if (in.size < JUMP_TABLE || part * 3 > left)
		return false;
	zstd_skip(&in, JUMP_TABLE);
	for (unsigned int i = 0; i < 3; i++) {
		size_t size = load_le16(jump + 2 * i);

		if (size > in.size ||
		    !take_stream(huf, in.data, size, to, part))
			return false;
		zstd_skip(&in, size);
		to += part;
		left -= part;
	}
	return take_stream(huf, in.data, in.size, to, left);
}

static enum unpack_status take_coded(struct zstd *z, struct zstd_span *in,
				     enum kind kind)
{
	/* Bytes of the header and bits of each size, by size format. */
	static const uint8_t header_bytes[4] = { 3, 3, 4, 5 };
	static const uint8_t size_bits[4] = { 10, 10, 14, 18 };
	unsigned int format = in->data[0] >> 2 & 3, bits = size_bits[format];
	struct zstd_span coded;
	uint64_t header = 0;

	if (in->size < header_bytes[format])
		return UNPACK_CORRUPT;
	for (unsigned int i = 0; i < header_bytes[format]; i++)
		header |= (uint64_t)in->data[i] << (8 * i);
	zstd_skip(in, header_bytes[format]);
	z->literals = header >> 4 & ((1u << bits) - 1);
	coded = (struct zstd_span){ in->data, header >> (4 + bits) &
						      ((1u << bits) - 1) };
	if (!z->literals || z->literals > z->block_max ||
	    coded.size > in->size)
		return UNPACK_CORRUPT;
	zstd_skip(in, coded.size);
	if (kind == CODED && !take_tree(&coded, z->work))
		return UNPACK_CORRUPT;
	if (!z->work->huf.valid || !take_streams(z, coded, format != 0))
		return UNPACK_CORRUPT;
	return UNPACK_OK;
}

static enum unpack_status take_plain(struct zstd *z, struct zstd_span *in,
				     enum kind kind)
{
	static const uint8_t header_bytes[4] = { 1, 2, 1, 3 };
	unsigned int format = in->data[0] >> 2 & 3;
	size_t bytes = header_bytes[format], stored;
	uint32_t header = 0;

	if (in->size < bytes)
		return UNPACK_CORRUPT;
	for (size_t i = 0; i < bytes; i++)
		header |= (uint32_t)in->data[i] << (8 * i);
	zstd_skip(in, bytes);
	z->literals = header >> (bytes == 1 ? 3 : 4);
	stored = kind == RAW ? z->literals : 1;
	if (z->literals > z->block_max || stored > in->size)
		return UNPACK_CORRUPT;
	if (kind == RAW)
		memcpy(z->work->literals, in->data, stored);
	else
		memset(z->work->literals, in->data[0], z->literals);
	zstd_skip(in, stored);
	return UNPACK_OK;
}

enum unpack_status zstd_literals(struct zstd *z, struct zstd_span *in)
{
	enum kind kind;

	if (!in->size)
		return UNPACK_CORRUPT;
	kind = in->data[0] & 3;
	if (kind == CODED || kind == CODED_AS_BEFORE)
		return take_coded(z, in, kind);
	return take_plain(z, in, kind);
}
