// SPDX-License-Identifier: GPL-2.0-only
/*
 * The .xz container: stream header, blocks of LZMA2 chunks, index, footer.
 *
 * Every checksum and size in it is verified, the index against the blocks
 * too.  A block is decoded as a whole, then the x86 filter is undone, then
 * its check is computed: the dictionary is what was there before the filter.
 *
 * Rules: 1. bytes are taken from struct reader only, which never passes its
 *           end: being short of one is UNPACK_TRUNCATED;
 *        2. sizes from the file are compared with what there is before use;
 *        3. every chunk takes at least one byte of input, so the loops end.
 * No lock; the state is in the work area.  Bytes behind the footer are not
 * looked at (a kernel has four there).  Next station: lzma.c.
 */
#include "lib/xz.h"
#include "lib/bcj_x86.h"
#include "lib/crc32.h"
#include "lib/le.h"
#include "lib/lzma.h"
#include "lib/string.h"

enum {
	HEADER_BYTES = 12,
	FOOTER_BYTES = 12,
	FILTER_X86 = 0x04,
	FILTER_LZMA2 = 0x21,
	LZMA2_PROPS_MAX = 40,
	VLI_BYTES_MAX = 9,
	CHECK_NONE = 0,
	CHECK_CRC32 = 1,
	CHECK_CRC64 = 4,
};

#define VLI_UNKNOWN	UINT64_MAX

struct reader {
	const uint8_t *data;
	size_t size, at;
};

struct xz_work {
	struct lzma lzma;
	union {
		uint64_t ring[CRC32_RING_WORDS];
		uint8_t chunk[LZMA_CHUNK_MAX + LZMA_SLACK];
	};
};

_Static_assert(sizeof(struct xz_work) <= UNPACK_WORK_BYTES, "work area");

struct block {
	uint64_t packed, unpacked;	/* VLI_UNKNOWN when not announced */
	uint32_t x86_start;
	bool x86;
};

struct xz {
	struct reader in;
	struct unpack_out *out;
	struct xz_work *work;
	const volatile int *stop;
	uint8_t check;
	uint64_t blocks, packed_sum, unpacked_sum;
};

static inline size_t left(const struct reader *r)
{
	return r->size - r->at;
}

/* A variable-length integer, 7 bits a byte, low ones first, shortest form. */
static enum unpack_status take_vli(struct reader *r, uint64_t *value)
{
	*value = 0;
	for (unsigned int i = 0; i < VLI_BYTES_MAX; i++) {
		uint8_t byte;

		if (!left(r))
			return UNPACK_TRUNCATED;
		byte = r->data[r->at++];
		*value |= (uint64_t)(byte & 0x7F) << (7 * i);
		if (!(byte & 0x80))
			return byte || !i ? UNPACK_OK : UNPACK_CORRUPT;
	}
	return UNPACK_CORRUPT;
}

/* Zero bytes up to the next multiple of 4 of the whole file. */
static enum unpack_status take_padding(struct reader *r)
{
	while (r->at % 4) {
		if (!left(r))
			return UNPACK_TRUNCATED;
		if (r->data[r->at++])
			return UNPACK_CORRUPT;
	}
	return UNPACK_OK;
}

static enum unpack_status take_header(struct xz *x)
{
	const uint8_t *h = x->in.data;

	if (x->in.size < HEADER_BYTES)
		return UNPACK_TRUNCATED;
	if (crc32_update(0, h + 6, 2) != load_le32(h + 8))
		return UNPACK_CORRUPT;
	if (h[6] || (h[7] != CHECK_NONE && h[7] != CHECK_CRC32 &&
		     h[7] != CHECK_CRC64))
		return UNPACK_UNSUPPORTED;
	x->check = h[7];
	x->in.at = HEADER_BYTES;
	return UNPACK_OK;
}

/* One filter of a block header: identifier, size of properties, properties. */
static enum unpack_status take_filter(struct reader *h, struct block *b,
				      bool last)
{
	uint64_t id, props;
	const uint8_t *p;
	enum unpack_status s = take_vli(h, &id);

	if (s == UNPACK_OK)
		s = take_vli(h, &props);
	if (s != UNPACK_OK || props > left(h))
		return UNPACK_CORRUPT;
	p = h->data + h->at;
	h->at += props;
	if (last) {
		if (id != FILTER_LZMA2)
			return UNPACK_UNSUPPORTED;
		return props == 1 && p[0] <= LZMA2_PROPS_MAX ? UNPACK_OK :
							       UNPACK_CORRUPT;
	}
	if (id != FILTER_X86 || b->x86)
		return UNPACK_UNSUPPORTED;
	if (props != 0 && props != 4)
		return UNPACK_CORRUPT;
	b->x86 = true;
	b->x86_start = props ? load_le32(p) : 0;
	return UNPACK_OK;
}

/* The fields of a block header, which lies in h without its CRC32. */
static enum unpack_status parse_block(struct reader *h, struct block *b)
{
	uint8_t flags = h->data[1];
	unsigned int filters = (flags & 3) + 1;
	enum unpack_status s = UNPACK_OK;

	h->at = 2;
	if (flags & 0x3C)
		return UNPACK_UNSUPPORTED;
	b->packed = b->unpacked = VLI_UNKNOWN;
	b->x86 = false;
	if (flags & 0x40)
		s = take_vli(h, &b->packed);
	if (s == UNPACK_OK && (flags & 0x80))
		s = take_vli(h, &b->unpacked);
	if (s != UNPACK_OK)
		return UNPACK_CORRUPT;
	for (unsigned int i = 1; s == UNPACK_OK && i <= filters; i++)
		s = take_filter(h, b, i == filters);
	if (s != UNPACK_OK)
		return s;
	while (left(h))
		if (h->data[h->at++])
			return UNPACK_UNSUPPORTED;
	return UNPACK_OK;
}

static enum unpack_status take_block_header(struct xz *x, struct block *b)
{
	struct reader h = { .data = x->in.data + x->in.at };
	size_t size = (h.data[0] + 1ul) * 4;

	if (left(&x->in) < size)
		return UNPACK_TRUNCATED;
	h.size = size - 4;
	if (crc32_update(0, h.data, h.size) != load_le32(h.data + h.size))
		return UNPACK_CORRUPT;
	x->in.at += size;
	return parse_block(&h, b);
}

/* What an LZMA2 stream remembers from chunk to chunk beside struct lzma. */
struct lzma2 {
	struct lzma_window window;
	bool need_dictionary, need_props, need_state;
};

static enum unpack_status take_raw_chunk(struct xz *x, struct lzma2 *z)
{
	struct reader *r = &x->in;
	size_t size;

	if (left(r) < 2)
		return UNPACK_TRUNCATED;
	size = (r->data[r->at] << 8 | r->data[r->at + 1]) + 1ul;
	r->at += 2;
	if (left(r) < size)
		return UNPACK_TRUNCATED;
	if (z->window.capacity - z->window.pos < size) {
		if (!x->out->part)
			return UNPACK_NO_SPACE;
		size = z->window.capacity - z->window.pos;
	}
	memcpy(z->window.base + z->window.pos, r->data + r->at, size);
	z->window.pos += size;
	r->at += size;
	return UNPACK_OK;
}

/* Bits 5, 6 of control: 0 go on, 1 reset, 2 + properties, 3 + dictionary. */
static enum unpack_status prepare_lzma(struct xz *x, struct lzma2 *z,
				       unsigned int reset)
{
	struct reader *r = &x->in;
	struct lzma *l = &x->work->lzma;

	if (reset >= 2) {
		if (!left(r))
			return UNPACK_TRUNCATED;
		if (!lzma_set_props(l, r->data[r->at++]))
			return UNPACK_CORRUPT;
		z->need_props = false;
	}
	if (z->need_props || (z->need_state && !reset))
		return UNPACK_CORRUPT;
	if (reset)
		lzma_reset(l);
	z->need_state = false;
	return UNPACK_OK;
}

static enum unpack_status take_lzma_chunk(struct xz *x, struct lzma2 *z,
					  uint8_t control)
{
	struct reader *r = &x->in;
	const uint8_t *p = r->data + r->at;
	size_t unpacked, packed;
	enum unpack_status s;

	if (left(r) < 4)
		return UNPACK_TRUNCATED;
	unpacked = ((control & 0x1Ful) << 16 | p[0] << 8 | p[1]) + 1;
	packed = (p[2] << 8 | p[3]) + 1ul;
	r->at += 4;
	s = prepare_lzma(x, z, control >> 5 & 3);
	if (s != UNPACK_OK)
		return s;
	if (left(r) < packed)
		return UNPACK_TRUNCATED;
	if (z->window.capacity - z->window.pos < unpacked) {
		if (!x->out->part)
			return UNPACK_NO_SPACE;
		unpacked = z->window.capacity - z->window.pos;
		z->window.cut = true;
	}
	z->window.limit = z->window.pos + unpacked;
	p = r->data + r->at;
	r->at += packed;
	if (left(r) < LZMA_SLACK) {
		/* The decoder may look a little further than the input goes. */
		memcpy(x->work->chunk, p, packed);
		memset(x->work->chunk + packed, 0, LZMA_SLACK);
		p = x->work->chunk;
	}
	return lzma_chunk(&x->work->lzma, &z->window, p, packed);
}

static inline bool window_full(const struct lzma_window *w)
{
	return w->pos == w->capacity;
}

static enum unpack_status take_chunks(struct xz *x)
{
	struct unpack_out *out = x->out;
	struct lzma2 z = { .need_dictionary = true,
			   .need_props = true,
			   .need_state = true,
			   .window = { .base = out->base + out->used,
				       .capacity = out->capacity -
						   out->used } };
	enum unpack_status s = UNPACK_OK;

	while (s == UNPACK_OK && !(out->part && window_full(&z.window))) {
		uint8_t control;

		if (x->stop && *x->stop)
			return UNPACK_STOPPED;
		if (!left(&x->in))
			return UNPACK_TRUNCATED;
		control = x->in.data[x->in.at++];
		if (control == 0)
			break;
		if (control == 1 || control >= 0xE0) {
			z.window.base += z.window.pos;
			z.window.capacity -= z.window.pos;
			z.window.pos = 0;
			z.need_dictionary = false;
			z.need_props = true;
		}
		if (z.need_dictionary || (control > 2 && control < 0x80))
			return UNPACK_CORRUPT;
		s = control < 0x80 ? take_raw_chunk(x, &z) :
				     take_lzma_chunk(x, &z, control);
	}
	out->used = (size_t)(z.window.base - out->base) + z.window.pos;
	return s;
}

static enum unpack_status take_check(struct xz *x, const uint8_t *data,
				     size_t size)
{
	const uint8_t *p = x->in.data + x->in.at;
	size_t bytes = x->check == CHECK_CRC32 ? 4 :
		       x->check == CHECK_CRC64 ? 8 :
						 0;
	bool good = true;

	if (left(&x->in) < bytes)
		return UNPACK_TRUNCATED;
	x->in.at += bytes;
	if (x->check == CHECK_CRC32)
		good = crc32_bulk(0, data, size, x->work->ring) ==
		       load_le32(p);
	if (x->check == CHECK_CRC64)
		good = crc64_update(0, data, size) == load_le64(p);
	return good ? UNPACK_OK : UNPACK_CHECKSUM;
}

/* Then nothing behind it is looked at, the checks neither. */
static inline bool part_is_there(const struct unpack_out *out)
{
	return out->part && out->used == out->capacity;
}

static enum unpack_status take_block(struct xz *x)
{
	struct block b;
	size_t first = x->in.at, body, was = x->out->used, size;
	enum unpack_status s = take_block_header(x, &b);

	if (s != UNPACK_OK)
		return s;
	body = x->in.at;
	s = take_chunks(x);
	if (s != UNPACK_OK)
		return s;
	size = x->out->used - was;
	if (part_is_there(x->out)) {
		if (b.x86)
			bcj_x86_decode(x->out->base + was, size, b.x86_start);
		return UNPACK_OK;
	}
	if ((b.packed != VLI_UNKNOWN && b.packed != x->in.at - body) ||
	    (b.unpacked != VLI_UNKNOWN && b.unpacked != size))
		return UNPACK_CORRUPT;
	x->packed_sum += x->in.at - first;
	s = take_padding(&x->in);
	if (s != UNPACK_OK)
		return s;
	if (b.x86)
		bcj_x86_decode(x->out->base + was, size, b.x86_start);
	body = x->in.at;
	s = take_check(x, x->out->base + was, size);
	x->packed_sum += x->in.at - body;
	x->unpacked_sum += size;
	x->blocks++;
	return s;
}

/* The index says again how many blocks there were and how large. */
static enum unpack_status take_index(struct xz *x)
{
	struct reader *r = &x->in;
	size_t first = r->at++;
	uint64_t count, packed, unpacked;
	enum unpack_status s = take_vli(r, &count);

	if (s != UNPACK_OK)
		return s;
	if (count != x->blocks)
		return UNPACK_CORRUPT;
	for (; count; count--) {
		s = take_vli(r, &packed);
		if (s == UNPACK_OK)
			s = take_vli(r, &unpacked);
		if (s != UNPACK_OK)
			return s;
		x->packed_sum -= packed;
		x->unpacked_sum -= unpacked;
	}
	if (x->packed_sum || x->unpacked_sum)
		return UNPACK_CORRUPT;
	s = take_padding(r);
	if (s != UNPACK_OK)
		return s;
	if (left(r) < 4 + FOOTER_BYTES)
		return UNPACK_TRUNCATED;
	if (crc32_update(0, r->data + first, r->at - first) !=
	    load_le32(r->data + r->at))
		return UNPACK_CORRUPT;
	r->at += 4;
	return (load_le32(r->data + r->at + 4) + 1ull) * 4 == r->at - first ?
		       UNPACK_OK : UNPACK_CORRUPT;
}

static enum unpack_status take_footer(struct xz *x)
{
	const uint8_t *f = x->in.data + x->in.at;

	if (crc32_update(0, f + 4, 6) != load_le32(f) || f[8] ||
	    f[9] != x->check || f[10] != 'Y' || f[11] != 'Z')
		return UNPACK_CORRUPT;
	x->in.at += FOOTER_BYTES;
	return UNPACK_OK;
}

enum unpack_status xz_unpack(const struct unpack_in *in,
			     struct unpack_out *out, struct unpack_work *work)
{
	struct xz x = { .in = { .data = in->data, .size = in->size },
			.out = out, .work = work->base,
			.stop = work->stop };
	enum unpack_status s = take_header(&x);

	while (s == UNPACK_OK && !part_is_there(out)) {
		if (!left(&x.in))
			return UNPACK_TRUNCATED;
		if (x.in.data[x.in.at] == 0)
			break;
		s = take_block(&x);
	}
	out->consumed = x.in.at;
	if (s != UNPACK_OK || part_is_there(out))
		return s;
	s = take_index(&x);
	if (s == UNPACK_OK)
		s = take_footer(&x);
	out->consumed = x.in.at;
	return s;
}
