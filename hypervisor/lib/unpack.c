// SPDX-License-Identifier: GPL-2.0-only
/*
 * The front door of the decompressors: which format is it, and what went
 * wrong in words.
 *
 * Rules: 1. the table below is the only place that knows all formats;
 *        2. a format is told by its first bytes, never by a file name;
 *        3. a decoder sees a work area it can trust in size and alignment.
 * No lock and no state.  Never allocates, never prints.
 * Next station: xz.c for the format of Debian's kernel, or bzimage.c for
 * where in a kernel file the packed part lies.
 */
#include "lib/unpack.h"
#include "lib/inflate.h"
#include "lib/lz4.h"
#include "lib/string.h"
#include "lib/xz.h"
#include "lib/zstd.h"

struct format {
	const char *name;
	uint8_t magic[6];
	uint8_t magic_bytes;
	enum unpack_status (*decode)(const struct unpack_in *in,
				     struct unpack_out *out,
				     struct unpack_work *work);
};

static const struct format formats[] = {
	{ .name = "xz", .decode = xz_unpack, .magic_bytes = 6,
	  .magic = { 0xFD, '7', 'z', 'X', 'Z', 0 } },
	{ .name = "lz4", .decode = lz4_unpack, .magic_bytes = 4,
	  .magic = { 0x02, 0x21, 0x4C, 0x18 } },
	{ .name = "gzip", .decode = gzip_unpack, .magic_bytes = 2,
	  .magic = { 0x1F, 0x8B } },
	{ .name = "zstd", .decode = zstd_unpack, .magic_bytes = 4,
	  .magic = { 0x28, 0xB5, 0x2F, 0xFD } },
};

static const char *const reasons[] = {
	[UNPACK_OK] = "no error",
	[UNPACK_UNKNOWN] = "the data is not xz, lz4, gzip or zstd",
	[UNPACK_TRUNCATED] = "the packed data ends too early",
	[UNPACK_CORRUPT] = "the packed data is corrupt",
	[UNPACK_UNSUPPORTED] = "the packed data uses a feature that is not"
			       " supported",
	[UNPACK_CHECKSUM] = "the unpacked data does not match its checksum",
	[UNPACK_NO_SPACE] = "the unpacked data is larger than announced",
	[UNPACK_NO_WORK] = "the work area for unpacking is too small",
	[UNPACK_STOPPED] = "unpacking was interrupted",
};

static const struct format *find_format(const struct unpack_in *in)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		const struct format *f = &formats[i];

		if (in->size >= f->magic_bytes &&
		    memcmp(in->data, f->magic, f->magic_bytes) == 0)
			return f;
	}
	return NULL;
}

enum unpack_status unpack(const struct unpack_in *in, struct unpack_out *out,
			  struct unpack_work *work)
{
	const struct format *f = find_format(in);

	out->used = 0;
	out->consumed = 0;
	if (!f)
		return UNPACK_UNKNOWN;
	if (work->size < UNPACK_WORK_BYTES ||
	    (uintptr_t)work->base % UNPACK_WORK_ALIGN)
		return UNPACK_NO_WORK;
	return f->decode(in, out, work);
}

const char *unpack_format(const struct unpack_in *in)
{
	const struct format *f = find_format(in);

	return f ? f->name : NULL;
}

const char *unpack_strerror(enum unpack_status status)
{
	if ((size_t)status >= ARRAY_SIZE(reasons))
		return "unknown error";
	return reasons[status];
}
