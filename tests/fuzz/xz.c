// SPDX-License-Identifier: GPL-2.0-only
/*
 * xz: the input as a file, and the input as LZMA2 chunks inside a container
 * that is made right around it (check none), so that checksums do not keep
 * the fuzzer out.  liblzma must agree with whatever comes out, and what it
 * takes we must take.
 */
#include "unpack_fuzz.h"

#include <lzma.h>

enum { HEADER = 12 + 12, TAIL = 64, MEMORY = 4 << 20 };

static void put_le32(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, 4);
}

/* One block, filters as asked; sizes are not in its header.  Its length. */
static size_t wrap(uint8_t *to, const uint8_t *data, size_t size, bool x86)
{
	static const uint8_t start[12] = { 0xFD, '7', 'z', 'X', 'Z', 0, 0, 0 };
	static const uint8_t one[8] = { 2, 0, 0x21, 1, 0x16 };
	static const uint8_t two[8] = { 2, 1, 0x04, 0, 0x21, 1, 0x16 };
	uint8_t *p = to + HEADER + size, *index;
	uint64_t unpadded = 12 + size;

	memcpy(to, start, 12);
	put_le32(to + 8, lzma_crc32(to + 6, 2, 0));
	memcpy(to + 12, x86 ? two : one, 8);
	put_le32(to + 20, lzma_crc32(to + 12, 8, 0));
	memcpy(to + HEADER, data, size);
	memset(p, 0, TAIL);
	p += (4 - (size & 3)) & 3;
	index = p;
	p[1] = 1;
	p += 2;
	for (; unpadded >= 0x80; unpadded >>= 7)
		*p++ = (uint8_t)unpadded | 0x80;
	*p++ = (uint8_t)unpadded;
	/* The unpacked size is not known; 0 ends most runs at the index. */
	*p++ = 0;
	p += (4 - ((p - index) & 3)) & 3;
	put_le32(p, lzma_crc32(index, (size_t)(p - index), 0));
	p += 4;
	put_le32(p + 4, (uint32_t)((p - index) / 4 - 1));
	put_le32(p, lzma_crc32(p + 4, 6, 0));
	memcpy(p + 10, "YZ", 2);
	return (size_t)(p + 12 - to);
}

/* What liblzma makes of the first stream, or SIZE_MAX; small windows only. */
static size_t oracle(const uint8_t *data, size_t size, uint8_t *to)
{
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_ret r;

	if (lzma_stream_decoder(&z, MEMORY, 0) != LZMA_OK)
		abort();
	z.next_in = data;
	z.avail_in = size;
	z.next_out = to;
	z.avail_out = FUZZ_ROOM;
	r = lzma_code(&z, LZMA_FINISH);
	lzma_end(&z);
	return r == LZMA_STREAM_END ? FUZZ_ROOM - z.avail_out : SIZE_MAX;
}

static void compare(const uint8_t *data, size_t size)
{
	struct decoded d = fuzz_unpack(data, size, FUZZ_ROOM);
	uint8_t *to = malloc(FUZZ_ROOM);
	size_t want = oracle(data, size, to);

	if (d.status == UNPACK_OK && want != SIZE_MAX)
		fuzz_same(&d, to, want);
	if (want != SIZE_MAX && d.status != UNPACK_OK &&
	    d.status != UNPACK_UNSUPPORTED)
		abort();
	free(to);
	free(d.data);
}

/* Chunks alone: liblzma's raw decoder says what they hold. */
static void compare_chunks(const uint8_t *data, size_t size, bool x86)
{
	uint8_t *packed = malloc(HEADER + size + TAIL);
	uint8_t *want = malloc(FUZZ_ROOM);
	lzma_options_lzma options = { .dict_size = 1 << 16 };
	lzma_filter filters[3] = { { LZMA_FILTER_X86, NULL },
				   { LZMA_FILTER_LZMA2, &options },
				   { LZMA_VLI_UNKNOWN, NULL } };
	size_t n = wrap(packed, data, size, x86), in = 0, out = 0;
	lzma_ret r = lzma_raw_buffer_decode(filters + !x86, NULL, data, &in,
					    size, want, &out, FUZZ_ROOM);
	struct decoded d = fuzz_unpack(packed, n, FUZZ_ROOM);
	/*
	 * The index names 0 bytes, so a full decode is seen as CORRUPT there,
	 * when the output has been written; compare what was written.
	 */
	if (r == LZMA_OK && in == size &&
	    (d.status != UNPACK_CORRUPT && d.status != UNPACK_OK))
		abort();
	if (r == LZMA_OK && in == size && memcmp(d.data, want, out))
		abort();
	free(d.data);
	free(want);
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t magic[6] = { 0xFD, '7', 'z', 'X', 'Z', 0 };

	if (size >= 6 && memcmp(data, magic, 6) == 0)
		compare(data, size);
	else if (size)
		compare_chunks(data + 1, size - 1, data[0] & 1);
	return 0;
}
