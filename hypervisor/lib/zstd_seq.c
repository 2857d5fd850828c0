// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sequences of a zstd block, decoded and carried out in one pass (RFC
 * 8878, 3.1.1.3.2 to 3.1.1.5).
 *
 * A sequence says: copy so many literals, then so many bytes from so far
 * back.  Its three numbers come from three FSE states and extra bits, all in
 * one backward bit stream.
 *
 * Rules: 1. literals come from the literals buffer as long as it lasts;
 *        2. a match begins in this frame's output and ends in the room that
 *           the output and the largest block leave;
 *        3. the stream must be used up by the last sequence.
 * No lock; the state is in struct zstd.
 */
#include "lib/match_copy.h"
#include "lib/string.h"
#include "lib/zstd_bits.h"
#include "lib/zstd_work.h"

enum {
	LITERAL_CODES = 36,
	MATCH_CODES = 53,
	OFFSET_CODES = 32,
	LOG_LENGTHS = 9,
	LOG_OFFSETS = 8,
	/* Bits that are left after a refill when the states took theirs. */
	EXTRA_AT_ONCE = 57 - 26,
};

enum mode { PREDEFINED, SINGLE, COUNTED, AS_BEFORE };

static const uint32_t literal_base[LITERAL_CODES] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22,
	24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384,
	32768, 65536,
};
static const uint8_t literal_extra[LITERAL_CODES] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1,
	2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
};
static const uint32_t match_base[MATCH_CODES] = {
	3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
	22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 37, 39, 41, 43,
	47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387,
	32771, 65539,
};
static const uint8_t match_extra[MATCH_CODES] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10,
	11, 12, 13, 14, 15, 16,
};
static const uint32_t offset_base[OFFSET_CODES] = {
	1u << 0,  1u << 1,  1u << 2,  1u << 3,	1u << 4,  1u << 5,  1u << 6,
	1u << 7,  1u << 8,  1u << 9,  1u << 10, 1u << 11, 1u << 12, 1u << 13,
	1u << 14, 1u << 15, 1u << 16, 1u << 17, 1u << 18, 1u << 19, 1u << 20,
	1u << 21, 1u << 22, 1u << 23, 1u << 24, 1u << 25, 1u << 26, 1u << 27,
	1u << 28, 1u << 29, 1u << 30, 1u << 31,
};
static const uint8_t offset_extra[OFFSET_CODES] = {
	0,  1,	2,  3,	4,  5,	6,  7,	8,  9,	10, 11, 12, 13, 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
};

/* The counts of a table that need not be sent. */
static const struct zstd_counts literal_default = {
	.codes = LITERAL_CODES, .log = 6,
	.count = { 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2,
		   2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1 },
};
static const struct zstd_counts match_default = {
	.codes = MATCH_CODES, .log = 6,
	.count = { 1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		   1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		   1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1 },
};
static const struct zstd_counts offset_default = {
	.codes = 29, .log = 5,
	.count = { 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1,
		   1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1 },
};

struct table_kind {
	struct zstd_meaning meaning;
	const struct zstd_counts *counts;	/* of mode PREDEFINED */
	unsigned int log_max;
};

static const struct table_kind literal_kind = {
	.meaning = { literal_base, literal_extra, LITERAL_CODES },
	.counts = &literal_default, .log_max = LOG_LENGTHS,
};
static const struct table_kind match_kind = {
	.meaning = { match_base, match_extra, MATCH_CODES },
	.counts = &match_default, .log_max = LOG_LENGTHS,
};
static const struct table_kind offset_kind = {
	.meaning = { offset_base, offset_extra, OFFSET_CODES },
	.counts = &offset_default, .log_max = LOG_OFFSETS,
};

static bool take_table(struct zstd_fse *fse, struct zstd_span *in,
		       const struct table_kind *kind, enum mode mode,
		       struct zstd_counts *counts)
{
	uint8_t symbol;

	switch (mode) {
	case PREDEFINED:
		return zstd_fse_make(fse, kind->counts, &kind->meaning);
	case SINGLE:
		if (!in->size)
			return false;
		symbol = in->data[0];
		zstd_skip(in, 1);
		return zstd_fse_single(fse, symbol, &kind->meaning);
	case COUNTED:
		return zstd_fse_read(in, counts, kind->meaning.codes,
				     kind->log_max) &&
		       zstd_fse_make(fse, counts, &kind->meaning);
	case AS_BEFORE:
		return fse->valid;
	}
	return false;
}

static bool take_tables(struct zstd *z, struct zstd_span *in)
{
	struct zstd_work *w = z->work;
	uint8_t modes;

	if (!in->size)
		return false;
	modes = in->data[0];
	zstd_skip(in, 1);
	return !(modes & 3) &&
	       take_table(&w->literal_lengths, in, &literal_kind, modes >> 6,
			  &w->counts) &&
	       take_table(&w->offsets, in, &offset_kind, modes >> 4 & 3,
			  &w->counts) &&
	       take_table(&w->match_lengths, in, &match_kind, modes >> 2 & 3,
			  &w->counts);
}

/* Where the block's bytes come from and go to. */
struct flow {
	const uint8_t *literal, *literal_end;
	uint8_t *begin, *out, *limit, *end;	/* limit: of block, <= end */
	uint32_t rep[ZSTD_REPS];
};

/*
 * Offset values 1 to 3 mean one of the last offsets, one further when there
 * are no literals; the fourth is then "the last one, less 1".
 */
static inline uint32_t resolve_offset(struct flow *f, uint32_t value,
				      bool no_literals)
{
	uint32_t offset;

	if (value > ZSTD_REPS) {
		offset = value - ZSTD_REPS;
	} else {
		value += no_literals;
		if (value == 1)
			return f->rep[0];
		offset = value > ZSTD_REPS ? f->rep[0] - 1 : f->rep[value - 1];
		if (value == 2) {
			f->rep[1] = f->rep[0];
			f->rep[0] = offset;
			return offset;
		}
	}
	f->rep[2] = f->rep[1];
	f->rep[1] = f->rep[0];
	f->rep[0] = offset;
	return offset;
}

static inline enum unpack_status carry_out(struct flow *f, size_t literals,
					   size_t length, size_t offset)
{
	size_t room = (size_t)(f->limit - f->out);

	if (literals > (size_t)(f->literal_end - f->literal))
		return UNPACK_CORRUPT;
	if (literals > room || length > room - literals)
		return f->limit == f->end ? UNPACK_NO_SPACE : UNPACK_CORRUPT;
	/* The literals buffer has slack at its end, the output may not. */
	if ((size_t)(f->end - f->out) >= literals + MATCH_SLACK)
		copy_ahead(f->out, f->literal, literals);
	else
		memcpy(f->out, f->literal, literals);
	f->literal += literals;
	f->out += literals;
	if (!offset || offset > (size_t)(f->out - f->begin))
		return UNPACK_CORRUPT;
	match_copy(f->out, offset, length, (size_t)(f->end - f->out));
	f->out += length;
	return UNPACK_OK;
}

static enum unpack_status run(struct flow *shared, struct zstd_work *w,
			      struct zstd_bits b, uint32_t count)
{
	struct flow local = *shared, *f = &local;
	size_t ll = zstd_bits_take(&b, w->literal_lengths.log);
	size_t of = zstd_bits_take(&b, w->offsets.log);
	size_t ml = zstd_bits_take(&b, w->match_lengths.log);
	enum unpack_status s = UNPACK_OK;

	for (; count; count--) {
		struct zstd_fse_entry l = w->literal_lengths.state[ll];
		struct zstd_fse_entry o = w->offsets.state[of];
		struct zstd_fse_entry m = w->match_lengths.state[ml];
		uint32_t offset, length, literals;

		zstd_bits_refill(&b);
		offset = o.base + (uint32_t)zstd_bits_take(&b, o.extra);
		if (o.extra + m.extra + l.extra > EXTRA_AT_ONCE)
			zstd_bits_refill(&b);
		length = m.base + (uint32_t)zstd_bits_take(&b, m.extra);
		literals = l.base + (uint32_t)zstd_bits_take(&b, l.extra);
		if (count > 1) {
			if (m.extra + l.extra > EXTRA_AT_ONCE)
				zstd_bits_refill(&b);
			ll = l.next + zstd_bits_take(&b, l.bits);
			ml = m.next + zstd_bits_take(&b, m.bits);
			of = o.next + zstd_bits_take(&b, o.bits);
		}
		if (zstd_bits_overread(&b))
			return UNPACK_CORRUPT;
		offset = resolve_offset(f, offset, !literals);
		s = carry_out(f, literals, length, offset);
		if (s != UNPACK_OK)
			return s;
	}
	zstd_bits_refill(&b);
	*shared = local;
	return zstd_bits_done(&b) ? UNPACK_OK : UNPACK_CORRUPT;
}

/* The number of sequences: one to three bytes. */
static bool take_number(struct zstd_span *in, uint32_t *number)
{
	uint32_t first;
	size_t bytes;

	if (!in->size)
		return false;
	first = in->data[0];
	bytes = first < 128 ? 1 : first < 255 ? 2 : 3;
	if (in->size < bytes)
		return false;
	if (bytes == 1)
		*number = first;
	else if (bytes == 2)
		*number = (first - 128) << 8 | in->data[1];
	else
		*number = load_le16(in->data + 1) + 0x7F00u;
	zstd_skip(in, bytes);
	return true;
}

/* What is left of the literals follows the last match. */
static enum unpack_status finish(struct flow *f)
{
	size_t n = (size_t)(f->literal_end - f->literal);

	if (n > (size_t)(f->limit - f->out))
		return f->limit == f->end ? UNPACK_NO_SPACE : UNPACK_CORRUPT;
	memcpy(f->out, f->literal, n);
	f->out += n;
	return UNPACK_OK;
}

enum unpack_status zstd_sequences(struct zstd *z, struct zstd_span *in)
{
	struct unpack_out *out = z->out;
	size_t room = out->capacity - out->used;
	struct flow f = { .literal = z->work->literals,
			  .literal_end = z->work->literals + z->literals,
			  .begin = out->base + z->frame_start,
			  .out = out->base + out->used,
			  .end = out->base + out->capacity };
	enum unpack_status s = UNPACK_OK;
	struct zstd_bits b;
	uint32_t number;

	f.limit = f.out + min_u64(room, z->block_max);
	memcpy(f.rep, z->rep, sizeof(f.rep));
	if (!take_number(in, &number))
		return UNPACK_CORRUPT;
	if (!number && in->size)
		return UNPACK_CORRUPT;
	if (number) {
		if (!take_tables(z, in) ||
		    !zstd_bits_open(&b, in->data, in->size))
			return UNPACK_CORRUPT;
		s = run(&f, z->work, b, number);
	}
	if (s == UNPACK_OK)
		s = finish(&f);
	out->used = (size_t)(f.out - out->base);
	memcpy(z->rep, f.rep, sizeof(f.rep));
	return s;
}
