// SPDX-License-Identifier: GPL-2.0-only
/*
 * A compressed kernel payload read from front to back.
 *
 * xz and gzip are streams and write where the reader wants. lz4's legacy
 * frame is a row of independent blocks of at most 8 MiB: a block that fits
 * whole into what the reader asks for is unpacked in place, others go through
 * a buffer. zstd kernels have windows as large as the kernel, so theirs is
 * unpacked once into memory and copied out.
 *
 * Rules: 1. the input is never read past its end; 2. a short stream is
 * -ENODATA, a wrong one -EIO; 3. no more than the promised size is allocated.
 * Lock: none. Never: touches what comes after the bytes asked for.
 * Next: bzimage.c, which finds the payload.
 */
#include "dom0-tools/lib/unpack.h"

#include <errno.h>
#include <lz4.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define LZ4_BLOCK_BYTES (8u << 20)
#define SKIP_BYTES (64u << 10)
/* The largest dictionary an xz kernel may ask us to hold. */
#define XZ_MEMORY_BYTES (256ull << 20)

static const struct {
	const char *name;
	const char *magic;
	size_t bytes;
} formats[] = {
	[UNPACK_PLAIN] = { "plain", "", 0 },
	[UNPACK_XZ] = { "xz", "\xfd" "7zXZ\0", 6 },
	[UNPACK_GZIP] = { "gzip", "\x1f\x8b", 2 },
	[UNPACK_ZSTD] = { "zstd", "\x28\xb5\x2f\xfd", 4 },
	[UNPACK_LZ4] = { "lz4", "\x02\x21\x4c\x18", 4 },
};

enum unpack_format unpack_detect(const void *data, size_t bytes)
{
	for (unsigned int f = UNPACK_XZ; f <= UNPACK_LZ4; f++)
		if (bytes >= formats[f].bytes &&
		    memcmp(data, formats[f].magic, formats[f].bytes) == 0)
			return (enum unpack_format)f;
	return UNPACK_PLAIN;
}

const char *unpack_name(enum unpack_format format)
{
	return formats[format].name;
}

static int open_xz(struct unpack *u)
{
	lzma_stream *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	u->state = s;
	if (lzma_stream_decoder(s, XZ_MEMORY_BYTES, 0) != LZMA_OK)
		return -ENOMEM;
	return 0;
}

static int open_gzip(struct unpack *u)
{
	z_stream *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	u->state = s;
	/* 16 + 15: a gzip header, the largest window. */
	return inflateInit2(s, 16 + 15) == Z_OK ? 0 : -ENOMEM;
}

static int open_zstd(struct unpack *u, size_t unpacked_bytes)
{
	size_t n;

	u->block = malloc(unpacked_bytes ? unpacked_bytes : 1);
	if (!u->block)
		return -ENOMEM;
	n = ZSTD_findFrameCompressedSize(u->in, u->in_bytes);
	if (ZSTD_isError(n))
		return -ENODATA;
	n = ZSTD_decompress(u->block, unpacked_bytes, u->in, n);
	if (ZSTD_isError(n))
		return -EIO;
	u->block_bytes = n;
	return 0;
}

int unpack_open(struct unpack *u, const void *data, size_t bytes,
		size_t unpacked_bytes)
{
	int err = 0;

	memset(u, 0, sizeof(*u));
	u->format = unpack_detect(data, bytes);
	u->in = data;
	u->in_bytes = bytes;
	switch (u->format) {
	case UNPACK_PLAIN:
		break;
	case UNPACK_XZ:
		err = open_xz(u);
		break;
	case UNPACK_GZIP:
		err = open_gzip(u);
		break;
	case UNPACK_ZSTD:
		err = open_zstd(u, unpacked_bytes);
		break;
	case UNPACK_LZ4:
		u->in += formats[UNPACK_LZ4].bytes;
		u->in_bytes -= formats[UNPACK_LZ4].bytes;
		u->block = malloc(LZ4_BLOCK_BYTES);
		err = u->block ? 0 : -ENOMEM;
		break;
	}
	if (err)
		unpack_close(u);
	return err;
}

void unpack_close(struct unpack *u)
{
	if (u->format == UNPACK_XZ && u->state)
		lzma_end(u->state);
	if (u->format == UNPACK_GZIP && u->state)
		inflateEnd(u->state);
	free(u->state);
	free(u->block);
	u->state = NULL;
	u->block = NULL;
}

static int read_plain(struct unpack *u, void *dst, size_t bytes)
{
	if (bytes > u->in_bytes)
		return -ENODATA;
	memcpy(dst, u->in, bytes);
	u->in += bytes;
	u->in_bytes -= bytes;
	return 0;
}

static int read_xz(struct unpack *u, void *dst, size_t bytes)
{
	lzma_stream *s = u->state;

	s->next_out = dst;
	s->avail_out = bytes;
	s->next_in = u->in;
	s->avail_in = u->in_bytes;
	while (s->avail_out && !u->ended) {
		lzma_ret r = lzma_code(s, LZMA_RUN);

		if (r == LZMA_STREAM_END)
			u->ended = true;
		else if (r == LZMA_BUF_ERROR)
			return -ENODATA;
		else if (r != LZMA_OK)
			return r == LZMA_MEM_ERROR ? -ENOMEM : -EIO;
	}
	u->in = s->next_in;
	u->in_bytes = s->avail_in;
	return s->avail_out ? -ENODATA : 0;
}

/* zlib counts in 32 bits, so long pieces go in several calls. */
static int read_gzip(struct unpack *u, uint8_t *dst, size_t bytes)
{
	z_stream *s = u->state;

	while (bytes) {
		uInt want = bytes > (1u << 30) ? 1u << 30 : (uInt)bytes;
		uInt give = u->in_bytes > (1u << 30) ? 1u << 30 :
			    (uInt)u->in_bytes;
		int r;

		if (u->ended)
			return -ENODATA;
		s->next_out = dst;
		s->avail_out = want;
		s->next_in = (Bytef *)(uintptr_t)u->in;
		s->avail_in = give;
		r = inflate(s, Z_NO_FLUSH);
		u->in += give - s->avail_in;
		u->in_bytes -= give - s->avail_in;
		dst += want - s->avail_out;
		bytes -= want - s->avail_out;
		if (r == Z_STREAM_END)
			u->ended = true;
		else if (r == Z_BUF_ERROR)
			return -ENODATA;
		else if (r != Z_OK)
			return r == Z_MEM_ERROR ? -ENOMEM : -EIO;
	}
	return 0;
}

/* Unpacks the next lz4 block to dst; the last one may be shorter. */
static int next_lz4_block(struct unpack *u, void *dst, size_t *bytes)
{
	uint32_t packed;
	int n;

	if (u->in_bytes < sizeof(packed))
		return -ENODATA;
	memcpy(&packed, u->in, sizeof(packed));
	if (packed > u->in_bytes - sizeof(packed))
		return -ENODATA;
	if (packed == 0)
		return -EIO;
	n = LZ4_decompress_safe((const char *)u->in + sizeof(packed), dst,
				(int)packed, LZ4_BLOCK_BYTES);
	if (n <= 0)
		return -EIO;
	u->in += sizeof(packed) + packed;
	u->in_bytes -= sizeof(packed) + packed;
	*bytes = (size_t)n;
	return 0;
}

/* Hands out of the block; lz4 refills it, zstd has it all. */
static int read_block(struct unpack *u, uint8_t *dst, size_t bytes)
{
	while (bytes) {
		size_t have = u->block_bytes - u->block_used;
		size_t n = have < bytes ? have : bytes;
		int err = 0;

		if (n) {
			memcpy(dst, u->block + u->block_used, n);
			u->block_used += n;
		} else if (u->format == UNPACK_ZSTD) {
			return -ENODATA;
		} else if (bytes >= LZ4_BLOCK_BYTES) {
			err = next_lz4_block(u, dst, &n);
		} else {
			err = next_lz4_block(u, u->block, &u->block_bytes);
			u->block_used = 0;
		}
		if (err)
			return err;
		dst += n;
		bytes -= n;
	}
	return 0;
}

static int read_some(struct unpack *u, void *dst, size_t bytes)
{
	switch (u->format) {
	case UNPACK_PLAIN:
		return read_plain(u, dst, bytes);
	case UNPACK_XZ:
		return read_xz(u, dst, bytes);
	case UNPACK_GZIP:
		return read_gzip(u, dst, bytes);
	case UNPACK_ZSTD:
	case UNPACK_LZ4:
		return read_block(u, dst, bytes);
	}
	return -EINVAL;
}

static int skip(struct unpack *u, uint64_t bytes)
{
	uint8_t *sink = malloc(SKIP_BYTES);
	int err = 0;

	if (!sink)
		return -ENOMEM;
	while (bytes && !err) {
		size_t n = bytes < SKIP_BYTES ? bytes : SKIP_BYTES;

		err = read_some(u, sink, n);
		bytes -= n;
	}
	free(sink);
	return err;
}

int unpack_read(struct unpack *u, void *dst, size_t bytes)
{
	int err = dst ? read_some(u, dst, bytes) : skip(u, bytes);

	if (!err)
		u->out_bytes += bytes;
	return err;
}

int unpack_finish(struct unpack *u, uint64_t unpacked_bytes)
{
	uint8_t extra;
	int err;

	if (u->out_bytes > unpacked_bytes)
		return -EIO;
	err = skip(u, unpacked_bytes - u->out_bytes);
	if (err)
		return err;
	/* A checksum is looked at when one byte too many is asked for. */
	err = read_some(u, &extra, 1);
	if (err != -ENODATA)
		return err ? err : -EIO;
	switch (u->format) {
	case UNPACK_XZ:
	case UNPACK_GZIP:
		return u->ended ? 0 : -ENODATA;
	case UNPACK_LZ4:
		return u->in_bytes ? -ENODATA : 0;
	case UNPACK_PLAIN:
	case UNPACK_ZSTD:
		return 0;
	}
	return -EINVAL;
}
