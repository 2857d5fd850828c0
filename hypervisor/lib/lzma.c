// SPDX-License-Identifier: GPL-2.0-only
/*
 * LZMA: a range decoder with adaptive bits, and what the bits mean.
 *
 * The speed of booting hangs on this file, so: what the loop needs lives in
 * local variables (struct range and struct output are taken apart by the
 * compiler), bit trees are unrolled and have no branch on the decoded bit,
 * and matches are copied 8 bytes a move.
 *
 * Rules: 1. at the start of a symbol the input is inside the chunk; a symbol
 *           takes at most 20 bytes, so LZMA_SLACK covers what it may read too
 *           much, and the check at the next symbol or at the end sees it;
 *        2. a match must begin in the dictionary and end in the chunk;
 *        3. every symbol writes at least one byte, so the loop ends.
 * No lock; all state is the caller's.  Never reads before window->base, never
 * writes at or behind window->capacity.
 */
#include "lib/lzma.h"
#include "lib/le.h"
#include "lib/match_copy.h"

#define inlined static inline __attribute__((always_inline))

enum {
	RANGE_TOP = 1 << 24,
	PROB_BITS = 11,
	PROB_HALF = 1 << (PROB_BITS - 1),
	ADAPT_SHIFT = 5,
	MATCH_MIN = 2,
};

struct range {
	uint32_t range, code;
	const uint8_t *in;
};

inlined void refill(struct range *r)
{
	if (r->range < RANGE_TOP) {
		r->range <<= 8;
		r->code = r->code << 8 | *r->in++;
	}
}

/* One bit, for those whose value decides where to go on. */
inlined bool take_bit(struct range *r, uint16_t *prob)
{
	uint32_t p = *prob, bound;

	refill(r);
	bound = (r->range >> PROB_BITS) * p;
	if (r->code < bound) {
		r->range = bound;
		*prob = p + (((1u << PROB_BITS) - p) >> ADAPT_SHIFT);
		return false;
	}
	r->range -= bound;
	r->code -= bound;
	*prob = p - (p >> ADAPT_SHIFT);
	return true;
}

/*
 * One bit without a branch on its value: all ones when it is 0, else 0.
 * The bias turns "p falls by p/32" into "p rises by (2048 - p)/32".
 */
inlined uint32_t take_zero_mask(struct range *r, uint16_t *prob)
{
	uint32_t p = *prob, bound, rest, below, zero;
	int32_t bias;

	refill(r);
	bound = (r->range >> PROB_BITS) * p;
	rest = r->range - bound;
	below = r->code - bound;
	zero = r->code < bound ? ~0u : 0;
	r->range = zero ? bound : rest;
	r->code = zero ? r->code : below;
	bias = (int32_t)(zero & (31u - (1u << PROB_BITS)));
	*prob = p - (uint32_t)(((int32_t)p + bias) >> ADAPT_SHIFT);
	return zero;
}

/* One step down a tree whose root is node 1. */
inlined uint32_t step(struct range *r, uint16_t *tree, uint32_t node)
{
	return 2 * node + 1 + take_zero_mask(r, &tree[node]);
}

inlined uint32_t take_3_bits(struct range *r, uint16_t *tree)
{
	uint32_t node = step(r, tree, 1);

	node = step(r, tree, node);
	return step(r, tree, node) - 8;
}

inlined uint32_t take_6_bits(struct range *r, uint16_t *tree)
{
	uint32_t node = 1;

	node = step(r, tree, node);
	node = step(r, tree, node);
	node = step(r, tree, node);
	node = step(r, tree, node);
	node = step(r, tree, node);
	return step(r, tree, node) - 64;
}

inlined uint32_t take_8_bits(struct range *r, uint16_t *tree)
{
	uint32_t node = 1;

	node = step(r, tree, node);
	node = step(r, tree, node);
	node = step(r, tree, node);
	node = step(r, tree, node);
	node = step(r, tree, node);
	node = step(r, tree, node);
	node = step(r, tree, node);
	return step(r, tree, node) - 256;
}

/*
 * One bit of a literal after a match: as long as the bits agree with those of
 * the byte the match would have given, the tree is the one chosen by them.
 */
struct guided {
	uint32_t node, byte, offset;
};

inlined void guided_step(struct range *r, uint16_t *tree, struct guided *g)
{
	uint32_t bit, zero;

	g->byte <<= 1;
	bit = g->byte & g->offset;
	zero = take_zero_mask(r, &tree[g->offset + bit + g->node]);
	g->node = 2 * g->node + 1 + zero;
	g->offset &= bit ^ zero;
}

inlined uint32_t take_guided(struct range *r, uint16_t *tree, uint32_t byte)
{
	struct guided g = { .node = 1, .byte = byte, .offset = 0x100 };

	guided_step(r, tree, &g);
	guided_step(r, tree, &g);
	guided_step(r, tree, &g);
	guided_step(r, tree, &g);
	guided_step(r, tree, &g);
	guided_step(r, tree, &g);
	guided_step(r, tree, &g);
	guided_step(r, tree, &g);
	return g.node & 0xFF;
}

/* `count` bits, lowest first, from a tree whose root is node 1. */
inlined uint32_t take_reverse(struct range *r, uint16_t *tree, uint32_t count)
{
	uint32_t node = 1, value = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t zero = take_zero_mask(r, &tree[node]);

		node = 2 * node + 1 + zero;
		value |= ~zero & 1u << i;
	}
	return value;
}

/* `count` bits of even chance, highest first, behind those in `value`. */
inlined uint32_t take_direct(struct range *r, uint32_t value, uint32_t count)
{
	for (; count; count--) {
		uint32_t zero;

		refill(r);
		r->range >>= 1;
		r->code -= r->range;
		zero = 0 - (r->code >> 31);
		r->code += r->range & zero;
		value = 2 * value + 1 + zero;
	}
	return value;
}

inlined uint32_t take_length(struct range *r, struct lzma_length *l,
			     uint32_t pos_state)
{
	if (!take_bit(r, &l->choice))
		return MATCH_MIN + take_3_bits(r, l->low[pos_state]);
	if (!take_bit(r, &l->choice2))
		return MATCH_MIN + 8 + take_3_bits(r, l->mid[pos_state]);
	return MATCH_MIN + 16 + take_8_bits(r, l->high);
}

/* The distance of a match, less 1. */
inlined uint32_t take_distance(struct range *r, struct lzma_probs *p,
			       uint32_t length)
{
	uint32_t kind = length - MATCH_MIN, slot, bits, high;

	if (kind >= LZMA_SLOT_KINDS)
		kind = LZMA_SLOT_KINDS - 1;
	slot = take_6_bits(r, p->slot[kind]);
	if (slot < 4)
		return slot;
	bits = (slot >> 1) - 1;
	high = 2 | (slot & 1);
	if (slot < 14) {
		high <<= bits;
		return high + take_reverse(r, &p->special[high - slot], bits);
	}
	high = take_direct(r, high, bits - 4) << 4;
	return high + take_reverse(r, p->align, 4);
}

/* The state remembers what the last symbols were; 0..6: a literal was last. */
static const uint8_t after_literal[LZMA_STATES] = { 0, 0, 0, 0, 1, 2,
						    3, 4, 5, 6, 4, 5 };

enum { LITERAL_STATES = 7 };

inlined uint32_t after(uint32_t state, uint32_t if_literal, uint32_t if_not)
{
	return state < LITERAL_STATES ? if_literal : if_not;
}

/*
 * The second half of a symbol that repeats one of the last four distances.
 * Returns its length, and puts the distance first.
 */
inlined uint32_t take_repeat(struct range *r, struct lzma *l, uint32_t *rep,
			     uint32_t *state, uint32_t pos_state)
{
	struct lzma_probs *p = &l->probs;
	uint32_t chosen;

	if (!take_bit(r, &p->is_rep0[*state])) {
		if (!take_bit(r, &p->is_rep0_long[*state][pos_state])) {
			*state = after(*state, 9, 11);
			return 1;
		}
	} else {
		if (!take_bit(r, &p->is_rep1[*state])) {
			chosen = rep[1];
		} else {
			if (!take_bit(r, &p->is_rep2[*state])) {
				chosen = rep[2];
			} else {
				chosen = rep[3];
				rep[3] = rep[2];
			}
			rep[2] = rep[1];
		}
		rep[1] = rep[0];
		rep[0] = chosen;
	}
	*state = after(*state, 8, 11);
	return take_length(r, &p->rep_length, pos_state);
}

inlined uint8_t take_literal(struct range *r, struct lzma *l,
			     const struct lzma_window *w, size_t pos,
			     uint32_t *state)
{
	uint32_t before = pos ? w->base[pos - 1] : 0;
	uint32_t context = ((pos & l->literal_mask) << l->literal_bits) +
			   (before >> (8 - l->literal_bits));
	uint16_t *tree = l->probs.literal[context];
	uint32_t was = *state;

	*state = after_literal[was];
	if (was < LITERAL_STATES)
		return take_8_bits(r, tree);
	return take_guided(r, tree, w->base[pos - l->rep[0] - 1]);
}

static bool run(struct lzma *l, struct lzma_window *w, struct range *shared,
		const uint8_t *end)
{
	struct range local = *shared, *r = &local;
	struct lzma_probs *p = &l->probs;
	uint32_t state = l->state, length;
	size_t pos = w->pos, limit = w->limit;

	while (pos < limit) {
		uint32_t pos_state = pos & l->pos_mask;

		if (r->in > end)
			return false;
		if (!take_bit(r, &p->is_match[state][pos_state])) {
			w->base[pos] = take_literal(r, l, w, pos, &state);
			pos++;
			continue;
		}
		if (take_bit(r, &p->is_rep[state])) {
			length = take_repeat(r, l, l->rep, &state, pos_state);
		} else {
			l->rep[3] = l->rep[2];
			l->rep[2] = l->rep[1];
			l->rep[1] = l->rep[0];
			state = after(state, 7, 10);
			length = take_length(r, &p->match_length, pos_state);
			l->rep[0] = take_distance(r, p, length);
		}
		if (l->rep[0] >= pos || length > limit - pos)
			return false;
		match_copy(w->base + pos, l->rep[0] + 1ul, length,
			   w->capacity - pos);
		pos += length;
	}
	refill(r);
	l->state = state;
	w->pos = pos;
	*shared = local;
	return true;
}

enum unpack_status lzma_chunk(struct lzma *l, struct lzma_window *window,
			      const uint8_t *data, size_t size)
{
	struct range r = { .range = ~0u, .in = data + 5 };

	/* Five bytes start the range decoder, the first of them zero. */
	if (size < 5 || data[0])
		return UNPACK_CORRUPT;
	r.code = __builtin_bswap32(load_le32(data + 1));
	/* A literal after a match looks back: there must be something. */
	if (l->state >= LITERAL_STATES && l->rep[0] >= window->pos)
		return UNPACK_CORRUPT;
	if (!run(l, window, &r, data + size))
		return UNPACK_CORRUPT;
	if (r.in != data + size || r.code)
		return UNPACK_CORRUPT;
	return UNPACK_OK;
}

bool lzma_set_props(struct lzma *l, uint8_t props)
{
	uint32_t lc = props % 9, lp = props / 9 % 5, pb = props / 45;

	if (pb > 4 || lc + lp > 4)
		return false;
	l->literal_bits = lc;
	l->literal_mask = (1u << lp) - 1;
	l->pos_mask = (1u << pb) - 1;
	return true;
}

void lzma_reset(struct lzma *l)
{
	uint16_t *p = (uint16_t *)&l->probs;

	for (size_t i = 0; i < sizeof(l->probs) / sizeof(*p); i++)
		p[i] = PROB_HALF;
	for (size_t i = 0; i < LZMA_REPS; i++)
		l->rep[i] = 0;
	l->state = 0;
}
