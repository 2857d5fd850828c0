// SPDX-License-Identifier: GPL-2.0-only
/*
 * lz4: the input as a block in a legacy frame, and as a whole file.  Where
 * liblz4 and we both get a result, it must be the same.  (liblz4 forgives a
 * distance of 0.)  And the input as plain data: what liblz4 makes of it we
 * must take.
 */
#include "unpack_fuzz.h"

#include <lz4.h>

static const uint8_t magic[4] = { 0x02, 0x21, 0x4C, 0x18 };

static void round_trip(const uint8_t *data, size_t size)
{
	int room = LZ4_compressBound((int)size), n;
	uint8_t *packed = malloc((size_t)room + 8);
	uint32_t bytes;
	struct decoded d;

	n = LZ4_compress_default((const char *)data, (char *)packed + 8,
				 (int)size, room);
	if (n <= 0)
		abort();
	bytes = (uint32_t)n;
	memcpy(packed, magic, 4);
	memcpy(packed + 4, &bytes, 4);
	d = fuzz_unpack(packed, bytes + 8, size);
	if (d.status != UNPACK_OK)
		abort();
	fuzz_same(&d, data, size);
	free(d.data);
	free(packed);
}

static void one_block(const uint8_t *data, size_t size)
{
	uint8_t *packed = malloc(size + 8);
	char *want = malloc(FUZZ_ROOM);
	uint32_t bytes = (uint32_t)size;
	struct decoded d;
	int n;

	memcpy(packed, magic, 4);
	memcpy(packed + 4, &bytes, 4);
	memcpy(packed + 8, data, size);
	n = LZ4_decompress_safe((const char *)data, want, (int)size,
				FUZZ_ROOM);
	d = fuzz_unpack(packed, size + 8, FUZZ_ROOM);
	if (n >= 0 && d.status == UNPACK_OK)
		fuzz_same(&d, (uint8_t *)want, (size_t)n);
	free(d.data);
	d = fuzz_unpack(packed, size + 8, size & 0xFF);
	free(d.data);
	free(want);
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct decoded d;

	round_trip(data, size);
	if (size >= 4 && memcmp(data, magic, 4) == 0) {
		d = fuzz_unpack(data, size, FUZZ_ROOM);
		free(d.data);
	} else {
		one_block(data, size);
	}
	return 0;
}
