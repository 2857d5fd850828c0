/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The LZMA decoder proper: one chunk of one LZMA2 stream at a time.
 *
 * Probabilities are those of the next bit being 0, in 1/2048.  What is kept
 * between chunks lies in struct lzma; where to write, in struct lzma_window,
 * whose memory from `base` on is the dictionary as well.
 */
#ifndef LIB_LZMA_H
#define LIB_LZMA_H

#include "lib/unpack.h"

enum {
	LZMA_STATES = 12,
	LZMA_POS_STATES = 16,
	LZMA_REPS = 4,
	LZMA_SLOT_KINDS = 4,	/* by match length: 2, 3, 4, more */
	LZMA_CONTEXTS = 16,	/* lc + lp <= 4 */
	LZMA_LITERAL_PROBS = 0x300,
	LZMA_CHUNK_MAX = 1 << 16,
	/* Bytes behind a chunk that may be read; see lzma.c, rule 1. */
	LZMA_SLACK = 40,
};

struct lzma_length {
	uint16_t choice, choice2;
	uint16_t low[LZMA_POS_STATES][8];
	uint16_t mid[LZMA_POS_STATES][8];
	uint16_t high[256];
};

struct lzma_probs {
	uint16_t is_match[LZMA_STATES][LZMA_POS_STATES];
	uint16_t is_rep0_long[LZMA_STATES][LZMA_POS_STATES];
	uint16_t is_rep[LZMA_STATES];
	uint16_t is_rep0[LZMA_STATES];
	uint16_t is_rep1[LZMA_STATES];
	uint16_t is_rep2[LZMA_STATES];
	uint16_t slot[LZMA_SLOT_KINDS][64];
	uint16_t special[128];
	uint16_t align[16];
	struct lzma_length match_length, rep_length;
	uint16_t literal[LZMA_CONTEXTS][LZMA_LITERAL_PROBS];
};

struct lzma {
	struct lzma_probs probs;
	uint32_t state;
	uint32_t rep[LZMA_REPS];	/* distance - 1 */
	uint32_t pos_mask;		/* (1 << pb) - 1 */
	uint32_t literal_mask;		/* (1 << lp) - 1 */
	uint32_t literal_bits;		/* lc */
};

struct lzma_window {
	uint8_t *base;		/* where the dictionary began */
	size_t pos;		/* next byte to write, from base */
	size_t limit;		/* the chunk writes up to here exactly */
	size_t capacity;	/* writable bytes at base */
	bool cut;		/* the limit is not where the chunk ends */
};

/* Takes lc, lp, pb from a property byte; false when they are not lawful. */
must_check bool lzma_set_props(struct lzma *l, uint8_t props);

void lzma_reset(struct lzma *l);

/*
 * Decodes a chunk of `size` bytes, behind which LZMA_SLACK more bytes can be
 * read; their values do not matter.  window->pos ends at window->limit; what
 * a cut chunk still has then is not looked at.
 */
must_check enum unpack_status lzma_chunk(struct lzma *l,
					 struct lzma_window *window,
					 const uint8_t *data, size_t size);

#endif
