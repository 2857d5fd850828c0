// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gzip decoder against zlib: all levels and strategies, so stored, fixed
 * and dynamic blocks, and every optional part of the header.
 */
#include "pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>

static struct bytes gzip_pack(struct bytes plain, int level, int strategy,
			      gz_header *header)
{
	struct bytes packed = room(plain.size + plain.size / 8 + 4096);
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 9,
				      strategy),
			 Z_OK);
	if (header)
		assert_int_equal(deflateSetHeader(&z, header), Z_OK);
	z.next_in = plain.data;
	z.avail_in = (uInt)plain.size;
	z.next_out = packed.data;
	z.avail_out = (uInt)packed.size;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	packed.size -= z.avail_out;
	deflateEnd(&z);
	return packed;
}

static void test_samples(void **state)
{
	static const int levels[] = { 0, 1, 6, 9 };
	static const int strategies[] = { Z_DEFAULT_STRATEGY, Z_FIXED,
					  Z_HUFFMAN_ONLY, Z_RLE };

	(void)state;
	for (size_t i = 0; i < 16; i++) {
		for (enum sample k = 0; k < SAMPLES; k++) {
			struct bytes p = sample(k, 120000);
			struct bytes x = gzip_pack(p, levels[i % 4],
						   strategies[i / 4], NULL);

			check_unpacks(x, p);
			drop(x);
			drop(p);
		}
	}
}

static void test_header(void **state)
{
	static Bytef extra[] = "extra field", name[] = "vmlinux.bin",
		     comment[] = "a comment";
	struct bytes p = sample(SAMPLE_WORDS, 700);

	(void)state;
	for (unsigned int i = 0; i < 16; i++) {
		gz_header h = { .hcrc = i & 1 };
		struct bytes x;

		h.extra = i & 2 ? extra : NULL;
		h.extra_len = i & 2 ? sizeof(extra) : 0;
		h.name = i & 4 ? name : NULL;
		h.comment = i & 8 ? comment : NULL;
		x = gzip_pack(p, 9, Z_DEFAULT_STRATEGY, &h);
		check_unpacks(x, p);
		check_prefixes(x, p, true);
		drop(x);
	}
	drop(p);
}

static void test_prefixes_and_flips(void **state)
{
	static const struct {
		enum sample kind;
		int level, strategy;
	} cases[] = {
		{ SAMPLE_WORDS, 9, Z_DEFAULT_STRATEGY },
		{ SAMPLE_CODE, 9, Z_DEFAULT_STRATEGY },
		{ SAMPLE_WORDS, 6, Z_FIXED },
		{ SAMPLE_NOISE, 0, Z_DEFAULT_STRATEGY },
		{ SAMPLE_EMPTY, 6, Z_DEFAULT_STRATEGY },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bytes p = sample(cases[i].kind, 1500);
		struct bytes x = gzip_pack(p, cases[i].level,
					   cases[i].strategy, NULL);

		check_prefixes(x, p, true);
		check_flips(x, p, true);
		drop(x);
		drop(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_prefixes_and_flips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
