// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unpacks the compressed payload of a kernel.
 *
 * lz4's legacy frame is a row of independent blocks of at most 8 MiB, each
 * behind its packed size. zstd kernels have windows as large as the kernel,
 * so theirs is unpacked in one call, with the output as the window. xz and
 * gzip look at the interrupt flag between their chunks.
 *
 * Rules: 1. the input is never read past its end, the output never written
 * past its own; 2. a stream gives no more and no less than the output;
 * 3. what a format has of checksums is looked at.
 * Lock: none. Never: allocates by a number from the input.
 * Next: bzimage.c, which finds the payload.
 */
#include "dom0-tools/lib/unpack.h"

#include <errno.h>
#include <lz4.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "hypervisor/lib/inflate.h"
#include "hypervisor/lib/xz.h"

#define LZ4_BLOCK_BYTES (8u << 20)
#define HEAD_SLACK 8u

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
	[UNPACK_NO_FORMAT] = { "unknown", "", 0 },
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
	return UNPACK_NO_FORMAT;
}

const char *unpack_name(enum unpack_format format)
{
	return formats[format].name;
}

static bool stopped(const struct work *w)
{
	return w->stop && *w->stop;
}

/*
 * xz and gzip are the hypervisor's own decoders: they write straight into the
 * output, and are several times as fast as the libraries where a branch is
 * dear (README.md has the figures).
 */
typedef enum unpack_status decoder(const struct unpack_in *in,
				   struct unpack_out *out,
				   struct unpack_work *work);

static int status_error(enum unpack_status s)
{
	switch (s) {
	case UNPACK_OK:
		return 0;
	case UNPACK_TRUNCATED:
		return -ENODATA;
	case UNPACK_STOPPED:
		return -EINTR;
	case UNPACK_UNKNOWN:
	case UNPACK_CORRUPT:
	case UNPACK_UNSUPPORTED:
	case UNPACK_CHECKSUM:
	case UNPACK_NO_SPACE:
	case UNPACK_NO_WORK:
		break;
	}
	return -EIO;
}

static int decode(const struct work *w, decoder *how, struct unpack_out *out)
{
	const struct unpack_in in = { .data = w->in, .size = w->in_bytes };
	struct unpack_work work = {
		.base = malloc(UNPACK_WORK_BYTES),
		.size = UNPACK_WORK_BYTES,
		.stop = w->stop,
	};
	enum unpack_status s;

	if (!work.base)
		return -ENOMEM;
	s = how(&in, out, &work);
	free(work.base);
	return status_error(s);
}

/* xz undoes its filter a few bytes late: they are asked for and forgotten. */
static int decode_head(const struct work *w, decoder *how)
{
	struct unpack_out out = {
		.base = malloc(w->out_bytes + HEAD_SLACK),
		.capacity = w->out_bytes + HEAD_SLACK,
		.part = true,
	};
	int err = out.base ? decode(w, how, &out) : -ENOMEM;

	if (!err && out.used < w->out_bytes)
		err = -ENODATA;
	if (!err)
		memcpy(w->out, out.base, w->out_bytes);
	free(out.base);
	return err;
}

static int decode_all(const struct work *w, decoder *how)
{
	struct unpack_out out = { .base = w->out, .capacity = w->out_bytes };
	int err;

	if (w->part)
		return decode_head(w, how);
	err = decode(w, how, &out);
	return !err && out.used < w->out_bytes ? -ENODATA : err;
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
		return decode_all(w, xz_unpack);
	case UNPACK_GZIP:
		return decode_all(w, gzip_unpack);
	case UNPACK_ZSTD:
		return unpack_zstd(w);
	case UNPACK_LZ4:
		return unpack_lz4(w);
	case UNPACK_NO_FORMAT:
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
