// SPDX-License-Identifier: GPL-2.0-only
/*
 * The legacy lz4 frame: a magic number, then blocks, each with its packed
 * size in front; it ends where the input ends, having no end mark of its own.
 *
 * A block is a row of sequences: a token with two lengths of four bits (15:
 * more bytes follow), literals, a distance of 16 bits, and a match of at
 * least four bytes.  The last sequence stops after its literals.
 *
 * Rules: 1. a match stays within its own block;
 *        2. a block gives at most 8 MiB, and only the last may give less;
 *        3. every sequence takes a byte of input, so the loops end.
 * No lock and no state.  Has no checksum to verify: whoever knows the size of
 * the result has to compare it.
 */
#include "lib/lz4.h"
#include "lib/le.h"
#include "lib/match_copy.h"
#include "lib/string.h"

enum {
	BLOCK_MAX = 8 << 20,
	MATCH_MIN = 4,
	NIBBLE_MAX = 15,
	BLOCK_WORST = BLOCK_MAX + BLOCK_MAX / 255 + 16,
};

#define MAGIC	0x184C2102u

struct block {
	const uint8_t *in, *in_end;
	uint8_t *out, *out_begin, *out_end;
};

/* The further bytes of a length: each is added, and 255 says go on. */
static bool take_more(struct block *b, size_t *length)
{
	uint8_t byte;

	do {
		if (b->in == b->in_end)
			return false;
		byte = *b->in++;
		*length += byte;
	} while (byte == 255);
	return true;
}

static enum unpack_status take_literals(struct block *b, size_t length)
{
	size_t packed = (size_t)(b->in_end - b->in);
	size_t room = (size_t)(b->out_end - b->out);

	if (length == NIBBLE_MAX && !take_more(b, &length))
		return UNPACK_CORRUPT;
	packed = (size_t)(b->in_end - b->in);
	if (length > packed)
		return UNPACK_CORRUPT;
	if (length > room)
		return UNPACK_NO_SPACE;
	if (length <= 64 && packed >= length + MATCH_SLACK &&
	    room >= length + MATCH_SLACK)
		copy_ahead(b->out, b->in, length);
	else
		memcpy(b->out, b->in, length);
	b->in += length;
	b->out += length;
	return UNPACK_OK;
}

static enum unpack_status take_match(struct block *b, size_t length)
{
	size_t distance, room;

	if (b->in_end - b->in < 2)
		return UNPACK_CORRUPT;
	distance = load_le16(b->in);
	b->in += 2;
	if (length == NIBBLE_MAX && !take_more(b, &length))
		return UNPACK_CORRUPT;
	length += MATCH_MIN;
	if (!distance || distance > (size_t)(b->out - b->out_begin))
		return UNPACK_CORRUPT;
	room = (size_t)(b->out_end - b->out);
	if (length > room)
		return UNPACK_NO_SPACE;
	match_copy(b->out, distance, length, room);
	b->out += length;
	return UNPACK_OK;
}

static enum unpack_status unpack_block(struct block *b)
{
	enum unpack_status s;

	while (b->in < b->in_end) {
		uint8_t token = *b->in++;

		s = take_literals(b, token >> 4);
		if (s != UNPACK_OK)
			return s;
		if (b->in == b->in_end)
			return UNPACK_OK;
		s = take_match(b, token & NIBBLE_MAX);
		if (s != UNPACK_OK)
			return s;
	}
	/* A block of no bytes, or one that ends with a match. */
	return UNPACK_CORRUPT;
}

static enum unpack_status take_block(const struct unpack_in *in,
				     struct unpack_out *out)
{
	size_t packed, room = out->capacity - out->used;
	struct block b = { .out = out->base + out->used };
	enum unpack_status s;

	if (in->size - out->consumed < 4)
		return UNPACK_TRUNCATED;
	packed = load_le32(in->data + out->consumed);
	out->consumed += 4;
	if (packed == MAGIC)
		return UNPACK_OK; /* frames may follow one another */
	if (packed > BLOCK_WORST)
		return UNPACK_CORRUPT;
	if (packed > in->size - out->consumed)
		return UNPACK_TRUNCATED;
	b.in = in->data + out->consumed;
	b.in_end = b.in + packed;
	b.out_begin = b.out;
	b.out_end = b.out + (room < BLOCK_MAX ? room : BLOCK_MAX);
	s = unpack_block(&b);
	out->consumed += packed;
	out->used += (size_t)(b.out - b.out_begin);
	/* Too large for a block is a broken file, not too small an area. */
	if (s == UNPACK_NO_SPACE && room >= BLOCK_MAX)
		return UNPACK_CORRUPT;
	return s;
}

enum unpack_status lz4_unpack(const struct unpack_in *in,
			      struct unpack_out *out, struct unpack_work *work)
{
	enum unpack_status s = UNPACK_OK;

	(void)work;
	out->consumed = 4;
	while (s == UNPACK_OK && out->consumed < in->size)
		s = take_block(in, out);
	return s;
}
