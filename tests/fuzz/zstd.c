// SPDX-License-Identifier: GPL-2.0-only
/*
 * zstd: the input as a frame; one without the magic gets it, with a header
 * that announces neither size nor checksum.  Where libzstd and we both get a
 * result, it must be the same.  (libzstd forgives bits that are left over
 * behind the last sequence, so it may take more than we do.)  And the input as
 * plain data: what libzstd makes of it we must take.
 */
#include "unpack_fuzz.h"

#include <zstd.h>

static const uint8_t header[6] = { 0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58 };

static void compare(const uint8_t *data, size_t size)
{
	uint8_t *want = malloc(FUZZ_ROOM);
	struct decoded d = fuzz_unpack(data, size, FUZZ_ROOM);
	size_t frame = ZSTD_findFrameCompressedSize(data, size), n;

	if (!ZSTD_isError(frame)) {
		n = ZSTD_decompress(want, FUZZ_ROOM, data, frame);
		if (!ZSTD_isError(n) && d.status == UNPACK_OK)
			fuzz_same(&d, want, n);
	}
	free(d.data);
	free(want);
}

static void round_trip(const uint8_t *data, size_t size)
{
	size_t room = ZSTD_compressBound(size), n;
	uint8_t *packed = malloc(room);
	struct decoded d;

	n = ZSTD_compress(packed, room, data, size, (int)(size % 9) - 2);
	if (ZSTD_isError(n))
		abort();
	d = fuzz_unpack(packed, n, size);
	if (d.status != UNPACK_OK)
		abort();
	fuzz_same(&d, data, size);
	free(d.data);
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *framed;

	round_trip(data, size);

	if (size >= 4 && memcmp(data, header, 4) == 0) {
		compare(data, size);
		return 0;
	}
	framed = malloc(size + sizeof(header));
	memcpy(framed, header, sizeof(header));
	memcpy(framed + sizeof(header), data, size);
	compare(framed, size + sizeof(header));
	free(framed);
	return 0;
}
