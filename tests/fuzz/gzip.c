// SPDX-License-Identifier: GPL-2.0-only
/*
 * gzip: the input as deflate data, with a header before and, when zlib can
 * decode it, the right trailer behind, so that checksums do not keep the
 * fuzzer out; and the input as a whole file.  zlib and we must agree both on
 * what is good and on the result.
 */
#include "unpack_fuzz.h"

#include <zlib.h>

enum { HEADER = 10, TRAILER = 8 };

/* What zlib makes of raw deflate data; false when it does not end well. */
static bool oracle(const uint8_t *data, size_t size, uint8_t *to,
		   size_t *in_used, size_t *out_used)
{
	z_stream z = { 0 };
	int r;

	if (inflateInit2(&z, -15) != Z_OK)
		abort();
	z.next_in = (Bytef *)(uintptr_t)data;
	z.avail_in = (uInt)size;
	z.next_out = to;
	z.avail_out = FUZZ_ROOM;
	r = inflate(&z, Z_FINISH);
	*in_used = size - z.avail_in;
	*out_used = FUZZ_ROOM - z.avail_out;
	inflateEnd(&z);
	return r == Z_STREAM_END;
}

static void raw_deflate(const uint8_t *data, size_t size)
{
	static const uint8_t header[HEADER] = { 0x1F, 0x8B, 8 };
	uint8_t *packed = malloc(HEADER + size + TRAILER);
	uint8_t *want = malloc(FUZZ_ROOM);
	size_t in, out;
	bool good = oracle(data, size, want, &in, &out);
	struct decoded d;

	memcpy(packed, header, HEADER);
	memcpy(packed + HEADER, data, size);
	if (good) {
		uint32_t word = (uint32_t)crc32(0, want, (uInt)out);

		memcpy(packed + HEADER + in, &word, 4);
		word = (uint32_t)out;
		memcpy(packed + HEADER + in + 4, &word, 4);
		d = fuzz_unpack(packed, HEADER + in + TRAILER, FUZZ_ROOM);
		if (d.status != UNPACK_OK)
			abort();
		fuzz_same(&d, want, out);
	} else {
		d = fuzz_unpack(packed, HEADER + size, FUZZ_ROOM);
		if (d.status == UNPACK_OK)
			abort();
	}
	free(d.data);
	free(want);
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct decoded d;

	if (size >= 2 && data[0] == 0x1F && data[1] == 0x8B) {
		d = fuzz_unpack(data, size, FUZZ_ROOM);
		free(d.data);
	} else {
		raw_deflate(data, size);
	}
	return 0;
}
