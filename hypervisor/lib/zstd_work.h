/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the zstd decoder share: its tables and its literals, all
 * in the caller's work area.  For zstd*.c only; the door is lib/zstd.h.
 */
#ifndef LIB_ZSTD_WORK_H
#define LIB_ZSTD_WORK_H

#include "lib/match_copy.h"
#include "lib/unpack.h"

enum {
	ZSTD_BLOCK_MAX = 128 << 10,
	ZSTD_HUF_BITS = 11,	/* longest Huffman code */
	ZSTD_FSE_BITS = 9,	/* largest table of sequence codes */
	ZSTD_WEIGHT_BITS = 6,	/* largest table of Huffman weights */
	ZSTD_CODES_MAX = 256,	/* symbols of any FSE table */
	ZSTD_REPS = 3,
};

/* One state: give `base` plus `extra` bits, go to `next` plus `bits` bits. */
struct zstd_fse_entry {
	uint32_t base;
	uint16_t next;
	uint8_t bits;
	uint8_t extra;
};

_Static_assert(sizeof(struct zstd_fse_entry) == 8, "one load");

struct zstd_fse {
	struct zstd_fse_entry state[1 << ZSTD_FSE_BITS];
	unsigned int log;	/* 1 << log states */
	bool valid;		/* a later block may ask for it again */
};

struct zstd_huf_entry {
	uint8_t symbol;
	uint8_t bits;
};

struct zstd_huf {
	struct zstd_huf_entry entry[1 << ZSTD_HUF_BITS];
	unsigned int log;
	bool valid;
};

/* Normalised counts: -1 stands for "rarer than 1". */
struct zstd_counts {
	int16_t count[ZSTD_CODES_MAX];
	unsigned int codes;	/* how many there are */
	unsigned int log;	/* they add up to 1 << log */
};

/* What a symbol of an FSE table means; NULL base: the symbol itself. */
struct zstd_meaning {
	const uint32_t *base;
	const uint8_t *extra;
	unsigned int codes;	/* symbols with a meaning */
};

struct zstd_work {
	struct zstd_fse literal_lengths, offsets, match_lengths;
	struct zstd_fse weights;
	struct zstd_huf huf;
	struct zstd_counts counts;
	uint8_t weight[256];
	uint8_t literals[ZSTD_BLOCK_MAX + 2 * MATCH_SLACK];
};

_Static_assert(sizeof(struct zstd_work) <= UNPACK_WORK_BYTES, "work area");

/* A part of the input, taken from its front. */
struct zstd_span {
	const uint8_t *data;
	size_t size;
};

struct zstd {
	struct zstd_work *work;
	struct unpack_out *out;
	size_t frame_start;	/* in out: how far back a match may reach */
	size_t block_max;	/* bytes a block may give */
	uint32_t rep[ZSTD_REPS];
	size_t literals;	/* bytes in work->literals */
};

static inline void zstd_skip(struct zstd_span *s, size_t n)
{
	s->data += n;
	s->size -= n;
}

/* Reads a table's counts from the front of `in`; false when corrupt. */
must_check bool zstd_fse_read(struct zstd_span *in, struct zstd_counts *counts,
			      unsigned int codes_max, unsigned int log_max);

/* Makes the decoding table; false when a symbol has no meaning. */
must_check bool zstd_fse_make(struct zstd_fse *fse,
			      const struct zstd_counts *counts,
			      const struct zstd_meaning *meaning);

/* A table of one state for one symbol. */
must_check bool zstd_fse_single(struct zstd_fse *fse, uint8_t symbol,
				const struct zstd_meaning *meaning);

/* Decodes a block's literals section into work->literals. */
must_check enum unpack_status zstd_literals(struct zstd *z,
					    struct zstd_span *in);

/* Decodes and carries out a block's sequences; `in` is the rest of it. */
must_check enum unpack_status zstd_sequences(struct zstd *z,
					     struct zstd_span *in);

#endif
