// SPDX-License-Identifier: GPL-2.0-only
/*
 * The zstd frame: header, blocks, checksum (RFC 8878, 3.1).
 *
 * A block is stored, one byte repeated, or coded: literals, then sequences.
 * The window needs no memory: all that the frame has given so far is in the
 * output, so a match may reach back to its start.
 *
 * Rules: 1. no block gives more than 128 KiB, or than the window if that is
 *           less;
 *        2. the content size, if announced, must come out exactly;
 *        3. every block takes at least three bytes, so the loop ends.
 * No lock; the state is in the work area.  Dictionaries are not supported.
 * What follows the frame is not looked at.  Next station: zstd_huf.c, then
 * zstd_seq.c.
 */
#include "lib/zstd.h"
#include "lib/le.h"
#include "lib/string.h"
#include "lib/xxh64.h"
#include "lib/zstd_work.h"

#define MAGIC		0xFD2FB528u
#define SKIP_MAGIC	0x184D2A50u	/* and the next 15 */
#define UNKNOWN		UINT64_MAX

enum {
	FLAG_DICTIONARY = 0x03,
	FLAG_CHECKSUM = 0x04,
	FLAG_RESERVED = 0x08,
	FLAG_SINGLE = 0x20,
	BLOCK_HEADER = 3,
	CHECKSUM = 4,
};

enum block_kind { STORED, REPEATED, CODED, RESERVED };

struct frame {
	uint64_t content;	/* bytes, or UNKNOWN */
	uint64_t window;	/* bytes */
	bool checksum;
};

static uint64_t take_le(struct zstd_span *in, size_t bytes)
{
	uint64_t v = 0;

	for (size_t i = 0; i < bytes; i++)
		v |= (uint64_t)in->data[i] << (8 * i);
	zstd_skip(in, bytes);
	return v;
}

/* 8 eighths of a power of two from 1 KiB on, plus up to 7 more. */
static uint64_t window_bytes(uint8_t descriptor)
{
	uint64_t base = 1ull << (10 + (descriptor >> 3));

	return base + base / 8 * (descriptor & 7);
}

static enum unpack_status take_header(struct zstd_span *in, struct frame *f)
{
	static const uint8_t dictionary_bytes[4] = { 0, 1, 2, 4 };
	static const uint8_t content_bytes[4] = { 0, 2, 4, 8 };
	uint8_t flags;
	size_t dictionary, content, window;
	bool single;

	if (in->size < 5)
		return UNPACK_TRUNCATED;
	flags = in->data[4];
	zstd_skip(in, 5);
	single = flags & FLAG_SINGLE;
	window = !single;
	dictionary = dictionary_bytes[flags & FLAG_DICTIONARY];
	content = content_bytes[flags >> 6];
	if (single && !content)
		content = 1;
	if (flags & FLAG_RESERVED)
		return UNPACK_UNSUPPORTED;
	if (in->size < window + dictionary + content)
		return UNPACK_TRUNCATED;
	f->checksum = flags & FLAG_CHECKSUM;
	f->window = window ? window_bytes((uint8_t)take_le(in, 1)) : 0;
	if (take_le(in, dictionary))
		return UNPACK_UNSUPPORTED;
	f->content = content ? take_le(in, content) : UNKNOWN;
	if (content == 2)
		f->content += 256;
	if (single)
		f->window = f->content;
	return UNPACK_OK;
}

static enum unpack_status take_stored(struct zstd *z, struct zstd_span *in,
				      size_t size, bool repeated)
{
	struct unpack_out *out = z->out;
	size_t stored = repeated ? 1 : size;

	if (size > z->block_max)
		return UNPACK_CORRUPT;
	if (in->size < stored)
		return UNPACK_TRUNCATED;
	if (size > out->capacity - out->used)
		return UNPACK_NO_SPACE;
	if (repeated)
		memset(out->base + out->used, in->data[0], size);
	else
		memcpy(out->base + out->used, in->data, size);
	out->used += size;
	zstd_skip(in, stored);
	return UNPACK_OK;
}

static enum unpack_status take_coded(struct zstd *z, struct zstd_span *in,
				     size_t size)
{
	struct zstd_span block = { in->data, size };
	enum unpack_status s;

	if (size > z->block_max)
		return UNPACK_CORRUPT;
	if (in->size < size)
		return UNPACK_TRUNCATED;
	zstd_skip(in, size);
	s = zstd_literals(z, &block);
	if (s != UNPACK_OK)
		return s;
	return zstd_sequences(z, &block);
}

static enum unpack_status take_blocks(struct zstd *z, struct zstd_span *in)
{
	enum unpack_status s = UNPACK_OK;
	bool last = false;

	while (s == UNPACK_OK && !last) {
		uint32_t header;
		enum block_kind kind;

		if (in->size < BLOCK_HEADER)
			return UNPACK_TRUNCATED;
		header = (uint32_t)take_le(in, BLOCK_HEADER);
		last = header & 1;
		kind = header >> 1 & 3;
		if (kind == RESERVED)
			return UNPACK_CORRUPT;
		if (kind == CODED)
			s = take_coded(z, in, header >> 3);
		else
			s = take_stored(z, in, header >> 3, kind == REPEATED);
	}
	return s;
}

static enum unpack_status take_frame(struct zstd *z, struct zstd_span *in)
{
	struct zstd_work *w = z->work;
	struct unpack_out *out = z->out;
	struct frame f;
	enum unpack_status s = take_header(in, &f);
	size_t size;

	if (s != UNPACK_OK)
		return s;
	/* Nothing may be asked for "as before" yet. */
	w->huf.valid = w->literal_lengths.valid = false;
	w->offsets.valid = w->match_lengths.valid = false;
	z->rep[0] = 1;
	z->rep[1] = 4;
	z->rep[2] = 8;
	z->frame_start = out->used;
	z->block_max = min_u64(f.window, ZSTD_BLOCK_MAX);
	if (f.content != UNKNOWN && f.content > out->capacity - out->used)
		return UNPACK_NO_SPACE;
	s = take_blocks(z, in);
	if (s != UNPACK_OK)
		return s;
	size = out->used - z->frame_start;
	if (f.content != UNKNOWN && f.content != size)
		return UNPACK_CORRUPT;
	if (!f.checksum)
		return UNPACK_OK;
	if (in->size < CHECKSUM)
		return UNPACK_TRUNCATED;
	return (uint32_t)take_le(in, CHECKSUM) ==
			       (uint32_t)xxh64(out->base + z->frame_start,
					       size) ?
		       UNPACK_OK : UNPACK_CHECKSUM;
}

enum unpack_status zstd_unpack(const struct unpack_in *in,
			       struct unpack_out *out,
			       struct unpack_work *work)
{
	struct zstd_span span = { in->data, in->size };
	struct zstd z = { .work = work->base, .out = out };
	enum unpack_status s;

	while (span.size >= 8 && (load_le32(span.data) & ~15u) == SKIP_MAGIC) {
		uint64_t size = load_le32(span.data + 4);

		zstd_skip(&span, 8);
		if (size > span.size)
			return UNPACK_TRUNCATED;
		zstd_skip(&span, size);
	}
	if (span.size < 4)
		return UNPACK_TRUNCATED;
	if (load_le32(span.data) != MAGIC)
		return UNPACK_UNKNOWN;
	s = take_frame(&z, &span);
	out->consumed = in->size - span.size;
	return s;
}
