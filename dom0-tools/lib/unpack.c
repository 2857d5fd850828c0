// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unpacks the compressed payload of a kernel.
 *
 * lz4's legacy frame is a row of independent blocks of at most 8 MiB, each
 * behind its packed size. zstd kernels have windows as large as the kernel,
 * so theirs is unpacked in one call, with the output as the window. xz and
 * gzip are streams, worked on in pieces so that they can be interrupted.
 *
 * Rules: 1. the input is never read past its end, the output never written
 * past its own; 2. a stream must end where the output does; 3. what a format
 * has of checksums is looked at.
 * Lock: none. Never: allocates by a number from the input.
 * Next: bzimage.c, which finds the payload.
 */
#include "dom0-tools/lib/unpack.h"

#include <errno.h>
#include <lz4.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define LZ4_BLOCK_BYTES (8u << 20)
#define PIECE_BYTES (4u << 20)
/* The largest dictionary an xz kernel may ask us to hold. */
#define XZ_MEMORY_BYTES (256ull << 20)

/* What is to be done; part: only the head is wanted. */
struct work {
	const uint8_t *in;
	size_t in_bytes;
	uint8_t *out;
	size_t out_bytes;
	const volatile sig_atomic_t *stop;
	bool part;
};

static const struct {
	const char *name;
	const char *magic;
	size_t bytes;
} formats[] = {
	[UNPACK_UNKNOWN] = { "unknown", "", 0 },
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
	return UNPACK_UNKNOWN;
}

const char *unpack_name(enum unpack_format format)
{
	return formats[format].name;
}

static bool stopped(const struct work *w)
{
	return w->stop && *w->stop;
}

static int xz_error(lzma_ret r)
{
	if (r == LZMA_BUF_ERROR)
		return -ENODATA;
	return r == LZMA_MEM_ERROR ? -ENOMEM : -EIO;
}

/* One byte more than promised is asked for: the end must come instead. */
static int xz_end(lzma_stream *s)
{
	uint8_t extra;
	lzma_ret r;

	s->next_out = &extra;
	s->avail_out = 1;
	r = lzma_code(s, LZMA_RUN);
	if (r == LZMA_STREAM_END && s->avail_out)
		return 0;
	return r == LZMA_OK || r == LZMA_STREAM_END ? -EIO : xz_error(r);
}

static int unpack_xz(struct work *w)
{
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_ret r = LZMA_OK;
	size_t done = 0;
	int err = 0;

	if (lzma_stream_decoder(&s, XZ_MEMORY_BYTES, 0) != LZMA_OK)
		return -ENOMEM;
	s.next_in = w->in;
	s.avail_in = w->in_bytes;
	while (done < w->out_bytes && r == LZMA_OK && !err) {
		size_t n = w->out_bytes - done;

		n = n < PIECE_BYTES ? n : PIECE_BYTES;
		s.next_out = w->out + done;
		s.avail_out = n;
		r = lzma_code(&s, LZMA_RUN);
		done += n - s.avail_out;
		if (stopped(w))
			err = -EINTR;
	}
	if (!err && r != LZMA_OK && r != LZMA_STREAM_END)
		err = xz_error(r);
	else if (!err && done < w->out_bytes)
		err = -ENODATA;
	else if (!err && !w->part && r == LZMA_OK)
		err = xz_end(&s);
	lzma_end(&s);
	return err;
}

static int gzip_error(int r)
{
	if (r == Z_BUF_ERROR)
		return -ENODATA;
	return r == Z_MEM_ERROR ? -ENOMEM : -EIO;
}

static int gzip_end(z_stream *s)
{
	uint8_t extra;
	int r;

	s->next_out = &extra;
	s->avail_out = 1;
	r = inflate(s, Z_NO_FLUSH);
	if (r == Z_STREAM_END && s->avail_out)
		return 0;
	return r == Z_OK || r == Z_STREAM_END ? -EIO : gzip_error(r);
}

static int unpack_gzip(struct work *w)
{
	z_stream s = { .avail_in = 0 };
	size_t done = 0;
	int r = Z_OK, err = 0;

	if (w->in_bytes > UINT32_MAX)
		return -EINVAL;
	/* 16 + 15: a gzip header, the largest window. */
	if (inflateInit2(&s, 16 + 15) != Z_OK)
		return -ENOMEM;
	s.next_in = (Bytef *)(uintptr_t)w->in;
	s.avail_in = (uInt)w->in_bytes;
	while (done < w->out_bytes && r == Z_OK && !err) {
		size_t n = w->out_bytes - done;

		n = n < PIECE_BYTES ? n : PIECE_BYTES;
		s.next_out = w->out + done;
		s.avail_out = (uInt)n;
		r = inflate(&s, Z_NO_FLUSH);
		done += n - s.avail_out;
		if (stopped(w))
			err = -EINTR;
	}
	if (!err && r != Z_OK && r != Z_STREAM_END)
		err = gzip_error(r);
	else if (!err && done < w->out_bytes)
		err = -ENODATA;
	else if (!err && !w->part && r == Z_OK)
		err = gzip_end(&s);
	inflateEnd(&s);
	return err;
}

static int unpack_zstd_head(struct work *w)
{
	ZSTD_DStream *s = ZSTD_createDStream();
	ZSTD_inBuffer in = { w->in, w->in_bytes, 0 };
	ZSTD_outBuffer out = { w->out, w->out_bytes, 0 };
	size_t r = 0;

	if (!s)
		return -ENOMEM;
	while (out.pos < out.size && !ZSTD_isError(r)) {
		size_t before = in.pos + out.pos;

		r = ZSTD_decompressStream(s, &out, &in);
		if (!ZSTD_isError(r) && (r == 0 || in.pos + out.pos == before))
			break;
	}
	ZSTD_freeDStream(s);
	if (ZSTD_isError(r))
		return -EIO;
	return out.pos < out.size ? -ENODATA : 0;
}

static int unpack_zstd(struct work *w)
{
	size_t n;

	if (w->part)
		return unpack_zstd_head(w);
	n = ZSTD_findFrameCompressedSize(w->in, w->in_bytes);
	if (ZSTD_isError(n))
		return -ENODATA;
	n = ZSTD_decompress(w->out, w->out_bytes, w->in, n);
	if (ZSTD_isError(n))
		return -EIO;
	return n < w->out_bytes ? -ENODATA : 0;
}

/* One block to out + *done. */
static int unpack_lz4_block(struct work *w, size_t *done)
{
	size_t room = w->out_bytes - *done;
	const char *in = (const char *)w->in + sizeof(uint32_t);
	char *out = (char *)w->out + *done;
	uint32_t packed;
	int n;

	if (w->in_bytes < sizeof(packed))
		return -ENODATA;
	memcpy(&packed, w->in, sizeof(packed));
	if (packed > w->in_bytes - sizeof(packed))
		return -ENODATA;
	if (packed == 0)
		return -EIO;
	room = room < LZ4_BLOCK_BYTES ? room : LZ4_BLOCK_BYTES;
	if (w->part)
		n = LZ4_decompress_safe_partial(in, out, (int)packed,
						(int)room, (int)room);
	else
		n = LZ4_decompress_safe(in, out, (int)packed, (int)room);
	if (n <= 0)
		return -EIO;
	*done += (size_t)n;
	w->in += sizeof(packed) + packed;
	w->in_bytes -= sizeof(packed) + packed;
	return 0;
}

static int unpack_lz4(struct work *w)
{
	size_t done = 0;
	int err = 0;

	w->in += formats[UNPACK_LZ4].bytes;
	w->in_bytes -= formats[UNPACK_LZ4].bytes;
	while (done < w->out_bytes && !err) {
		err = unpack_lz4_block(w, &done);
		/* Only the last block may be short. */
		if (!err && done < w->out_bytes && done % LZ4_BLOCK_BYTES)
			err = w->in_bytes ? -EIO : -ENODATA;
		if (!err && stopped(w))
			err = -EINTR;
	}
	if (!err && !w->part && w->in_bytes)
		err = -EIO;
	return err;
}

static int run(struct work *w)
{
	switch (unpack_detect(w->in, w->in_bytes)) {
	case UNPACK_XZ:
		return unpack_xz(w);
	case UNPACK_GZIP:
		return unpack_gzip(w);
	case UNPACK_ZSTD:
		return unpack_zstd(w);
	case UNPACK_LZ4:
		return unpack_lz4(w);
	case UNPACK_UNKNOWN:
		break;
	}
	return -EINVAL;
}

int unpack_head(const void *data, size_t bytes, void *out, size_t out_bytes)
{
	struct work w = {
		.in = data,
		.in_bytes = bytes,
		.out = out,
		.out_bytes = out_bytes,
		.part = true,
	};

	return run(&w);
}

int unpack_all(const void *data, size_t bytes, void *out, size_t out_bytes,
	       const volatile sig_atomic_t *stop)
{
	struct work w = {
		.in = data,
		.in_bytes = bytes,
		.out = out,
		.out_bytes = out_bytes,
		.stop = stop,
	};

	return run(&w);
}
