// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finite state entropy: from counts to a decoding table (RFC 8878, 4.1).
 *
 * Of the 1 << log states each symbol owns as many as its count says, spread
 * evenly.  A state tells its symbol, and how many bits to add to what base
 * for the next state.  Sequence codes mean a number (base + extra bits), so
 * the table holds that instead of the symbol.
 *
 * Rules: 1. counts add up to exactly 1 << log, or the table is refused;
 *        2. bits behind the end of the input are zeros, and having needed
 *           one is noticed when the table is complete;
 *        3. a symbol without a meaning never enters a table.
 * No lock and no state.  Next station: zstd_seq.c, zstd_huf.c.
 */
#include "lib/le.h"
#include "lib/zstd_work.h"

enum { LOG_MIN = 5 };

static unsigned int log2_floor(uint32_t v)
{
	return 31 - (unsigned int)__builtin_clz(v);
}

/* 24 bits or more from bit position `at` on, lowest first. */
static uint32_t peek_forward(const struct zstd_span *in, size_t at)
{
	uint32_t v = 0;

	if (at / 8 + 4 <= in->size)
		return load_le32(in->data + at / 8) >> (at % 8);
	for (size_t i = at / 8; i < in->size; i++)
		v |= (uint32_t)in->data[i] << (8 * (i - at / 8));
	return v >> (at % 8);
}

struct count_reader {
	const struct zstd_span *in;
	size_t at;		/* bit position */
	int32_t remaining;	/* still to be given out, plus 1 */
};

/*
 * One count.  Values 0 to `remaining` are possible; those that a code of one
 * bit less can tell apart take one bit less.
 */
static int32_t take_count(struct count_reader *r)
{
	unsigned int bits = log2_floor((uint32_t)r->remaining) + 1;
	int32_t half = 1 << (bits - 1), shorter = 2 * half - 1 - r->remaining;
	uint32_t v = peek_forward(r->in, r->at);
	int32_t low = (int32_t)(v & (uint32_t)(half - 1));

	if (low < shorter) {
		r->at += bits - 1;
		return low - 1;
	}
	low = (int32_t)(v & (uint32_t)(2 * half - 1));
	r->at += bits;
	return (low < half ? low : low - shorter) - 1;
}

/* After a count of 0: how many more of them, two bits at a time. */
static unsigned int take_zeros(struct count_reader *r)
{
	unsigned int zeros = 0, more;

	do {
		more = peek_forward(r->in, r->at) & 3;
		r->at += 2;
		zeros += more;
	} while (more == 3 && zeros < ZSTD_CODES_MAX);
	return zeros;
}

bool zstd_fse_read(struct zstd_span *in, struct zstd_counts *counts,
		   unsigned int codes_max, unsigned int log_max)
{
	struct count_reader r = { .in = in, .at = 4 };
	unsigned int n = 0;

	if (!in->size)
		return false;
	counts->log = (in->data[0] & 15) + LOG_MIN;
	if (counts->log > log_max)
		return false;
	r.remaining = (1 << counts->log) + 1;
	while (r.remaining > 1) {
		int32_t count;
		unsigned int zeros = 0;

		if (n >= codes_max)
			return false;
		count = take_count(&r);
		counts->count[n++] = (int16_t)count;
		r.remaining -= count < 0 ? -count : count;
		if (!count)
			zeros = take_zeros(&r);
		if (zeros > codes_max - n)
			return false;
		for (; zeros; zeros--)
			counts->count[n++] = 0;
	}
	counts->codes = n;
	if (r.remaining != 1 || (r.at + 7) / 8 > in->size)
		return false;
	zstd_skip(in, (r.at + 7) / 8);
	return true;
}

static bool set_meaning(struct zstd_fse_entry *e, unsigned int symbol,
			const struct zstd_meaning *m)
{
	if (symbol >= m->codes)
		return false;
	e->base = m->base ? m->base[symbol] : symbol;
	e->extra = m->extra ? m->extra[symbol] : 0;
	return true;
}

/*
 * Puts each symbol's number into the states it owns (in `base`, for now).
 * Rare symbols take one each from the end, the others walk round the rest.
 */
static void spread(struct zstd_fse *fse, const struct zstd_counts *c)
{
	uint32_t size = 1u << c->log, rest = size, at = 0;
	uint32_t stride = (size >> 1) + (size >> 3) + 3;

	for (unsigned int s = 0; s < c->codes; s++)
		if (c->count[s] < 0)
			fse->state[--rest].base = s;
	for (unsigned int s = 0; s < c->codes; s++) {
		for (int16_t i = 0; i < c->count[s]; i++) {
			fse->state[at].base = s;
			do {
				at = (at + stride) & (size - 1);
			} while (at >= rest);
		}
	}
}

bool zstd_fse_make(struct zstd_fse *fse, const struct zstd_counts *counts,
		   const struct zstd_meaning *meaning)
{
	uint16_t next[ZSTD_CODES_MAX];
	uint32_t size = 1u << counts->log;

	fse->log = counts->log;
	fse->valid = false;
	for (unsigned int s = 0; s < counts->codes; s++)
		next[s] = (uint16_t)(counts->count[s] < 0 ? 1 :
							    counts->count[s]);
	spread(fse, counts);
	for (uint32_t i = 0; i < size; i++) {
		struct zstd_fse_entry *e = &fse->state[i];
		unsigned int symbol = e->base;
		uint32_t n = next[symbol]++;

		e->bits = (uint8_t)(counts->log - log2_floor(n));
		e->next = (uint16_t)((n << e->bits) - size);
		if (!set_meaning(e, symbol, meaning))
			return false;
	}
	fse->valid = true;
	return true;
}

bool zstd_fse_single(struct zstd_fse *fse, uint8_t symbol,
		     const struct zstd_meaning *meaning)
{
	fse->log = 0;
	fse->state[0] = (struct zstd_fse_entry){ 0 };
	fse->valid = set_meaning(&fse->state[0], symbol, meaning);
	return fse->valid;
}
