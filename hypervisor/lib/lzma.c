// SPDX-License-Identifier: GPL-2.0-only
/*
 * LZMA: a range decoder with adaptive bits, and what the bits mean.
 *
 * The speed of booting hangs on this file, on emulators too, where a branch
 * costs as much as ten plain instructions.  So what the loop needs lives in
 * local variables (the compiler takes struct range apart), a bit of a tree
 * needs no branch, neither for its value nor for shifting in input, and
 * matches are copied 8 bytes a move.
 *
 * Rules: 1. at the start of a symbol the input is inside the chunk; a symbol
 *           takes at most 20 bytes, AHEAD and a load of 8 come on top: that
 *           is LZMA_SLACK, and the next check sees what was too much;
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
	PROB_BITS = 11,
	PROB_HALF = 1 << (PROB_BITS - 1),
	ADAPT_SHIFT = 5,
	/* What probabilities move towards: away from 0, and from 2048. */
	PROB_LOW = 31,
	PROB_HIGH = 1 << PROB_BITS,
	MATCH_MIN = 2,
	AHEAD = 4, /* bytes that `in` is ahead of the plain decoder */
};

/*
 * The range decoder.  The plain one has a range and a code of 32 bits, and
 * shifts in a byte whenever the range falls below 2^24.  Ours are the same
 * numbers times 2^k, with bytes of input already below the code's: the range
 * tells k, a multiple of 8, since range / 2^k is the plain range, normalised,
 * in 2^24 .. 2^32.  So no bit needs a branch to shift a byte in.
 *
 * refill() makes k 32.  A bit divides the range by 2048/31 at most (6.05
 * bits), so k is still 0 or more before the sixth bit: that is the budget.
 * Direct bits halve the range; 32 of them would fit.
 */
struct range {
	uint64_t range, code;
	const uint8_t *in;
};

/* k + 24: the number of the range's highest bit, rounded down to 8s. */
inlined unsigned int top(const struct range *r)
{
	return ((unsigned int)__builtin_clzll(r->range) ^ 63) & ~7u;
}

inlined void refill(struct range *r)
{
	unsigned int have = top(r), shift = 56 - have;

	r->range <<= shift;
	r->code = r->code << shift |
		  __builtin_bswap64(load_le64(r->in)) >> 8 >> have;
	r->in += shift >> 3;
}

/* Where the range is cut: (plain range >> 11) * p, times 2^k. */
inlined uint64_t cut(const struct range *r, uint64_t p)
{
	return (r->range >> PROB_BITS & ~0ull << (top(r) - 24)) * p;
}

/* One bit, for those whose value decides where to go on. */
inlined bool take_bit(struct range *r, uint16_t *prob)
{
	uint64_t p = *prob, bound = cut(r, p);

	if (r->code < bound) {
		r->range = bound;
		*prob = (uint16_t)(p + ((PROB_HIGH - p) >> ADAPT_SHIFT));
		return false;
	}
	r->range -= bound;
	r->code -= bound;
	*prob = (uint16_t)(p - (p >> ADAPT_SHIFT));
	return true;
}

/*
 * One bit without a branch on its value: all ones when it is 0, else 0.
 * Shifts of negative numbers round down, so p - ((p - 2048 + 31) >> 5) is
 * p + ((2048 - p) >> 5).
 */
inlined uint32_t take_zero_mask(struct range *r, uint16_t *prob)
{
	uint64_t p = *prob, bound = cut(r, p);
	uint64_t zero = 0 - (uint64_t)(r->code < bound);
	uint64_t rest = r->range - bound;
	uint64_t bias = zero & (uint64_t)(PROB_LOW - PROB_HIGH);

	r->range = rest ^ ((rest ^ bound) & zero);
	r->code = r->code - bound + (bound & zero);
	*prob = (uint16_t)(p - (uint64_t)((int64_t)(p + bias) >> ADAPT_SHIFT));
	return (uint32_t)zero;
}

/* One step down a tree whose root is node 1. */
inlined uint32_t step(struct range *r, uint16_t *tree, uint32_t node)
{
	return 2 * node + 1 + take_zero_mask(r, &tree[node]);
}

/* Uses 3 of the budget, from a refill on. */
inlined uint32_t take_3_bits(struct range *r, uint16_t *tree)
{
	uint32_t node;

	refill(r);
	node = step(r, tree, 1);
	node = step(r, tree, node);
	return step(r, tree, node) - 8;
}

/* Uses 1 from a refill on.  Matches this long are rare: a loop, for size. */
inlined uint32_t take_8_bits(struct range *r, uint16_t *tree)
{
	uint32_t node = 1;

	do {
		refill(r);
		node = step(r, tree, node);
	} while (node < 256);
	return node - 256;
}

/* Uses 3 of what is left, then 3 from a refill on. */
inlined uint32_t take_6_bits(struct range *r, uint16_t *tree)
{
	uint32_t node = 1;

	for (;;) {
		node = step(r, tree, node);
		node = step(r, tree, node);
		node = step(r, tree, node);
		if (node >= 64)
			return node - 64;
		refill(r);
	}
}

/*
 * One bit of a literal.  After a match the literal is unlikely to be the byte
 * that the match would have given, so as long as the bits agree with those of
 * that byte, the tree is another one, chosen by them.  Otherwise `offset` is
 * 0 and all this leaves one tree.
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

/* Uses 4 of what is left, then 4 from a refill on. */
inlined uint8_t take_guided(struct range *r, uint16_t *tree, struct guided g)
{
	for (;;) {
		guided_step(r, tree, &g);
		guided_step(r, tree, &g);
		guided_step(r, tree, &g);
		guided_step(r, tree, &g);
		if (g.node >= 256)
			break;
		refill(r);
	}
	return (uint8_t)g.node;
}

/* `count` bits, 1 to 5, lowest first, from a tree whose root is node 1. */
inlined uint32_t take_reverse(struct range *r, uint16_t *tree, uint32_t count)
{
	uint32_t node = 1, value = 0;

	refill(r);
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
	refill(r);
	for (; count; count--) {
		uint64_t half = r->range >> 1 & ~0ull << (top(r) - 24);
		uint64_t zero = 0 - (uint64_t)(r->code < half);

		r->range = half;
		r->code = r->code - half + (half & zero);
		value = 2 * value + 1 + (uint32_t)zero;
	}
	return value;
}

/* Uses 2 of what is left, then 1 or 3 from a refill on. */
inlined uint32_t take_length(struct range *r, struct lzma_length *l,
			     uint32_t pos_state)
{
	uint16_t *tree = l->low[pos_state];
	uint32_t base = MATCH_MIN;

	if (take_bit(r, &l->choice)) {
		if (take_bit(r, &l->choice2))
			return MATCH_MIN + 16 + take_8_bits(r, l->high);
		tree = l->mid[pos_state];
		base += 8;
	}
	return base + take_3_bits(r, tree);
}

/* The distance of a match, less 1. */
inlined uint32_t take_distance(struct range *r, struct lzma_probs *p,
			       uint32_t length)
{
	uint32_t kind = length - MATCH_MIN, slot, bits, high;
	uint16_t *tree;

	if (kind >= LZMA_SLOT_KINDS)
		kind = LZMA_SLOT_KINDS - 1;
	slot = take_6_bits(r, p->slot[kind]);
	if (slot < 4)
		return slot;
	bits = (slot >> 1) - 1;
	high = 2 | (slot & 1);
	tree = p->align;
	if (slot < 14) {
		high <<= bits;
		tree = &p->special[high - slot];
	} else {
		high = take_direct(r, high, bits - 4) << 4;
		bits = 4;
	}
	return high + take_reverse(r, tree, bits);
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
 * The rest of a symbol that repeats one of the last four distances, which is
 * put first.  True when it is one byte long; otherwise a length follows.
 */
inlined bool take_repeat(struct range *r, struct lzma *l, uint32_t state,
			 uint32_t pos_state)
{
	struct lzma_probs *p = &l->probs;
	uint32_t chosen;

	if (!take_bit(r, &p->is_rep0[state]))
		return !take_bit(r, &p->is_rep0_long[state][pos_state]);
	if (!take_bit(r, &p->is_rep1[state])) {
		chosen = l->rep[1];
	} else {
		if (!take_bit(r, &p->is_rep2[state])) {
			chosen = l->rep[2];
		} else {
			chosen = l->rep[3];
			l->rep[3] = l->rep[2];
		}
		l->rep[2] = l->rep[1];
	}
	l->rep[1] = l->rep[0];
	l->rep[0] = chosen;
	return false;
}

/* Makes room in front; the first two move as one 8-byte word. */
inlined void push_distance(uint32_t *rep)
{
	uint64_t first_two = load_le64(rep);

	rep[3] = rep[2];
	store_le64(rep + 1, first_two);
}

/* A match of either kind: its length; the distance is in l->rep[0]. */
inlined uint32_t take_match(struct range *r, struct lzma *l, uint32_t *state,
			    uint32_t pos_state)
{
	struct lzma_probs *p = &l->probs;
	struct lzma_length *lengths = &p->match_length;
	uint32_t length, was = *state;
	bool repeat = take_bit(r, &p->is_rep[was]);

	if (repeat) {
		if (take_repeat(r, l, was, pos_state)) {
			*state = after(was, 9, 11);
			return 1;
		}
		refill(r);
		lengths = &p->rep_length;
	}
	length = take_length(r, lengths, pos_state);
	if (repeat) {
		*state = after(was, 8, 11);
	} else {
		*state = after(was, 7, 10);
		push_distance(l->rep);
		l->rep[0] = take_distance(r, p, length);
	}
	return length;
}

/* `position`: that of the literal, times 256, plus the byte before it. */
inlined uint8_t take_literal(struct range *r, struct lzma *l,
			     const uint8_t *at, uint32_t position,
			     uint32_t *state)
{
	uint32_t low = position >> 8 & l->literal_mask;
	uint32_t context = low << l->literal_bits |
			   (position & 0xFF) >> (8 - l->literal_bits);
	struct guided g = { .node = 1 };

	if (*state >= LITERAL_STATES) {
		g.byte = *(at - l->rep[0] - 1);
		g.offset = 0x100;
	}
	*state = after_literal[*state];
	return take_guided(r, l->probs.literal[context], g);
}

/* Near the end of the output; out of the way of the loop below. */
__attribute__((noinline)) static void copy_slowly(uint8_t *to, size_t distance,
						  size_t length)
{
	match_copy_bytes(to, distance, length);
}

/*
 * Decodes symbols up to window->limit.  It begins a page and just fits into
 * it: an emulator looks up each jump to another page, which costs as much as
 * decoding a bit.  That is why the rarer trees above are loops.
 */
__attribute__((noinline, aligned(4096)))
static bool run(struct lzma *l, struct lzma_window *w, struct range *shared,
		const uint8_t *end)
{
	struct range local = *shared, *r = &local;
	uint8_t *base = w->base;
	size_t pos = w->pos, limit = w->limit;
	uint32_t state = l->state, length;
	uint8_t before = pos ? base[pos - 1] : 0;

	while (pos < limit) {
		uint32_t pos_state = pos & l->pos_mask;

		if (r->in > end + AHEAD)
			return false;
		refill(r);
		if (!take_bit(r, &l->probs.is_match[state][pos_state])) {
			before = take_literal(r, l, base + pos,
					      (uint32_t)pos << 8 | before,
					      &state);
			base[pos++] = before;
			continue;
		}
		length = take_match(r, l, &state, pos_state);
		if (l->rep[0] >= pos || (length > limit - pos && !w->cut))
			return false;
		if (length > limit - pos)
			length = (uint32_t)(limit - pos);
		if (w->capacity - pos >= length + MATCH_SLACK)
			match_copy_fast(base + pos, l->rep[0] + 1ul, length);
		else
			copy_slowly(base + pos, l->rep[0] + 1ul, length);
		pos += length;
		before = base[pos - 1];
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
	struct range r = { .range = 0xFFFFFFFFull << 32,
			   .in = data + 5 + AHEAD };

	/* Five bytes start the range decoder, the first of them zero. */
	if (size < 5 || data[0])
		return UNPACK_CORRUPT;
	r.code = __builtin_bswap64(load_le64(data + 1));
	/* A literal after a match looks back: there must be something. */
	if (l->state >= LITERAL_STATES && l->rep[0] >= window->pos)
		return UNPACK_CORRUPT;
	if (!run(l, window, &r, data + size))
		return UNPACK_CORRUPT;
	if (window->cut)
		return UNPACK_OK;
	/* All input used, and nothing left of the code. */
	if (r.in != data + size + AHEAD || r.code >> 32)
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
