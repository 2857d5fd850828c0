// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every payload format: what its packer made comes back; what is cut off or
 * damaged is refused, and nothing is written past the output.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <lz4.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "dom0-tools/lib/unpack.h"

#define LZ4_BLOCK (8u << 20)
#define PLAIN_BYTES (LZ4_BLOCK * 2 + 12345)	/* three blocks of lz4 */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PACKED_BYTES (PLAIN_BYTES + (1u << 20))

struct sample {
	enum unpack_format format;
	bool checksum;
	uint8_t *packed;
	size_t packed_bytes;
};

static uint8_t *plain;
static struct sample samples[4];

static void pack_xz(struct sample *s)
{
	lzma_options_lzma o;
	lzma_filter filters[] = {
		{ LZMA_FILTER_X86, NULL },
		{ LZMA_FILTER_LZMA2, &o },
		{ LZMA_VLI_UNKNOWN, NULL },
	};
	size_t n = 0;

	lzma_lzma_preset(&o, 1);
	assert_int_equal(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC32,
			 NULL, plain, PLAIN_BYTES, s->packed, &n,
			 PACKED_BYTES), LZMA_OK);
	s->packed_bytes = n;
	s->checksum = true;
}

static void pack_gzip(struct sample *s)
{
	z_stream z = { .avail_in = 0 };

	assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, 16 + 15, 8, 0), Z_OK);
	z.next_in = plain;
	z.avail_in = PLAIN_BYTES;
	z.next_out = s->packed;
	z.avail_out = PACKED_BYTES;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	s->packed_bytes = z.total_out;
	s->checksum = true;
	deflateEnd(&z);
}

static void pack_zstd(struct sample *s)
{
	s->packed_bytes = ZSTD_compress(s->packed, PACKED_BYTES, plain,
					PLAIN_BYTES, 1);
	assert_false(ZSTD_isError(s->packed_bytes));
}

static void pack_lz4(struct sample *s)
{
	uint8_t *p = s->packed;

	memcpy(p, "\x02\x21\x4c\x18", 4);
	p += 4;
	for (size_t at = 0; at < PLAIN_BYTES; at += LZ4_BLOCK) {
		size_t n = PLAIN_BYTES - at;
		uint32_t packed;

		n = n < LZ4_BLOCK ? n : LZ4_BLOCK;
		packed = (uint32_t)LZ4_compress_default((char *)plain + at,
			(char *)p + 4, (int)n, (int)n + 4096);
		assert_true(packed > 0);
		memcpy(p, &packed, 4);
		p += 4 + packed;
	}
	s->packed_bytes = (size_t)(p - s->packed);
}

static int setup(void **state)
{
	static void (*const pack[])(struct sample *) = {
		pack_xz, pack_gzip, pack_zstd, pack_lz4
	};

	(void)state;
	plain = malloc(PLAIN_BYTES);
	for (size_t i = 0; i < PLAIN_BYTES; i++)
		plain[i] = (uint8_t)(i * i >> 7 ^ (i % 977 ? 0 : i >> 3));
	/* Calls, for the filter, with some across the ends of heads. */
	for (size_t i = 3; i + 5 < PLAIN_BYTES; i += 91)
		memcpy(plain + i, "\xe8\x10\x20\x00\x00", 5);
	for (int i = 0; i < 4; i++) {
		samples[i].format = (enum unpack_format)(UNPACK_XZ + i);
		samples[i].packed = malloc(PACKED_BYTES);
		pack[i](&samples[i]);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(plain);
	for (int i = 0; i < 4; i++)
		free(samples[i].packed);
	return 0;
}

/* Unpacks a copy that ends where it says, so that ASan sees over-reading. */
static int unpack(const uint8_t *packed, size_t bytes, size_t out_bytes,
		  uint8_t *out)
{
	uint8_t *copy = malloc(bytes ? bytes : 1);
	int err;

	memcpy(copy, packed, bytes);
	err = unpack_all(copy, bytes, out, out_bytes, NULL);
	free(copy);
	return err;
}

static void comes_back(void **state)
{
	uint8_t *out = malloc(PLAIN_BYTES);

	(void)state;
	for (int i = 0; i < 4; i++) {
		const struct sample *s = &samples[i];

		assert_int_equal(unpack_detect(s->packed, s->packed_bytes),
				 s->format);
		memset(out, 0xee, PLAIN_BYTES);
		assert_int_equal(unpack(s->packed, s->packed_bytes,
					PLAIN_BYTES, out), 0);
		assert_memory_equal(out, plain, PLAIN_BYTES);
		memset(out, 0xee, PLAIN_BYTES);
		assert_int_equal(unpack_head(s->packed, s->packed_bytes, out,
					     4096), 0);
		assert_memory_equal(out, plain, 4096);
	}
	free(out);
}

/* Every length of a head, also one that cuts a match or a filtered call. */
static void heads_are_exact(void **state)
{
	static const size_t lengths[] = { 1, 5, 300, 4095, 70001, 300000 };
	uint8_t *out = malloc(PLAIN_BYTES);

	(void)state;
	for (size_t i = 0; i < 4 * COUNT(lengths); i++) {
		const struct sample *s = &samples[i / COUNT(lengths)];
		size_t n = lengths[i % COUNT(lengths)];

		memset(out, 0xee, n + 1);
		assert_int_equal(unpack_head(s->packed, s->packed_bytes, out,
					     n), 0);
		assert_memory_equal(out, plain, n);
		assert_int_equal(out[n], 0xee);
		/* What is not needed may be missing. */
		if (n == 4095)
			assert_int_equal(unpack_head(s->packed,
						     s->packed_bytes / 2,
						     out, n), 0);
	}
	free(out);
}

static void wrong_sizes(void **state)
{
	uint8_t *out = malloc(PLAIN_BYTES + 1);

	(void)state;
	for (int i = 0; i < 4; i++) {
		const struct sample *s = &samples[i];

		assert_int_not_equal(unpack(s->packed, s->packed_bytes,
					    PLAIN_BYTES - 1, out), 0);
		assert_int_not_equal(unpack(s->packed, s->packed_bytes,
					    PLAIN_BYTES + 1, out), 0);
	}
	free(out);
}

static void cut_off(void **state)
{
	uint8_t *out = malloc(PLAIN_BYTES);

	(void)state;
	for (int i = 0; i < 4; i++) {
		const struct sample *s = &samples[i];
		size_t step = s->packed_bytes / 7;

		for (size_t n = 0; n < s->packed_bytes; n += step)
			assert_int_not_equal(unpack(s->packed, n, PLAIN_BYTES,
						    out), 0);
		assert_int_not_equal(unpack(s->packed, s->packed_bytes - 1,
					    PLAIN_BYTES, out), 0);
	}
	free(out);
}

/* With a checksum every flipped bit is found; without, none does harm. */
static void damaged(void **state)
{
	uint8_t *out = malloc(PLAIN_BYTES);

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct sample *s = &samples[i];

		for (int k = 1; k < 8; k++) {
			size_t at = s->packed_bytes / 9 * (size_t)k;
			int err;

			s->packed[at] ^= 0x10;
			err = unpack(s->packed, s->packed_bytes, PLAIN_BYTES,
				     out);
			s->packed[at] ^= 0x10;
			if (s->checksum)
				assert_int_not_equal(err, 0);
		}
	}
	free(out);
}

static void stops(void **state)
{
	const volatile sig_atomic_t stop = 1;
	uint8_t *out = malloc(PLAIN_BYTES);

	(void)state;
	for (int i = 0; i < 4; i++)
		if (samples[i].format != UNPACK_ZSTD)
			assert_int_equal(unpack_all(samples[i].packed,
				samples[i].packed_bytes, out, PLAIN_BYTES,
				&stop), -EINTR);
	free(out);
}

static void unknown(void **state)
{
	uint8_t out[16];

	(void)state;
	assert_int_equal(unpack_all("BZh91AY&SY", 10, out, 16, NULL), -EINVAL);
	assert_int_equal(unpack_all("", 0, out, 16, NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(heads_are_exact),
		cmocka_unit_test(wrong_sizes),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(damaged),
		cmocka_unit_test(stops),
		cmocka_unit_test(unknown),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
