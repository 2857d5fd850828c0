// SPDX-License-Identifier: GPL-2.0-only
/*
 * The xz decoder against liblzma: every sample, filter, check and shape of
 * stream we claim to read.
 */
#include "pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <lzma.h>

struct shape {
	lzma_check check;
	bool x86;
	uint32_t preset, lc, lp, pb;
	size_t block;		/* bytes a block; 0: one block */
};

static struct bytes xz_pack(struct bytes plain, const struct shape *s)
{
	struct bytes packed = room(plain.size + plain.size / 8 + 4096);
	lzma_options_lzma options;
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_filter filters[3] = { { LZMA_FILTER_X86, NULL },
				   { LZMA_FILTER_LZMA2, &options },
				   { LZMA_VLI_UNKNOWN, NULL } };
	size_t step = s->block ? s->block : plain.size + 1, at = 0;

	assert_false(lzma_lzma_preset(&options, s->preset));
	options.lc = s->lc;
	options.lp = s->lp;
	options.pb = s->pb;
	options.dict_size = 1 << 20;
	assert_int_equal(lzma_stream_encoder(&z, filters + !s->x86, s->check),
			 LZMA_OK);
	z.next_out = packed.data;
	z.avail_out = packed.size;
	for (; plain.size - at > step; at += step) {
		z.next_in = plain.data + at;
		z.avail_in = step;
		assert_int_equal(lzma_code(&z, LZMA_FULL_FLUSH),
				 LZMA_STREAM_END);
	}
	z.next_in = plain.data + at;
	z.avail_in = plain.size - at;
	assert_int_equal(lzma_code(&z, LZMA_FINISH), LZMA_STREAM_END);
	packed.size -= z.avail_out;
	lzma_end(&z);
	return packed;
}

static const struct shape plain_shape = { LZMA_CHECK_CRC32, false, 6, 3, 0, 2,
					  0 };
static const struct shape shapes[] = {
	{ LZMA_CHECK_CRC32, false, 6, 3, 0, 2, 0 },
	{ LZMA_CHECK_CRC32, true, 6, 3, 0, 2, 0 },
	{ LZMA_CHECK_CRC64, true, 0, 4, 0, 0, 0 },
	{ LZMA_CHECK_NONE, false, 9, 0, 4, 4, 0 },
	{ LZMA_CHECK_CRC32, true, 3, 1, 3, 1, 7000 },
	{ LZMA_CHECK_CRC64, false, 1, 2, 2, 3, 30000 },
};

static void test_samples(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		for (enum sample k = 0; k < SAMPLES; k++) {
			struct bytes p = sample(k, 150000);
			struct bytes x = xz_pack(p, &shapes[i]);

			check_unpacks(x, p);
			drop(x);
			drop(p);
		}
	}
}

/* More than one LZMA chunk (2 MiB) and stored chunks (64 KiB) in a row. */
static void test_many_chunks(void **state)
{
	static const enum sample kinds[] = { SAMPLE_WORDS, SAMPLE_NOISE,
					     SAMPLE_ZEROS, SAMPLE_CALLS };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct bytes p = sample(kinds[i], 3 << 20);
		struct bytes x = xz_pack(p, &shapes[1]);

		/* Noise in the middle: LZMA, stored, LZMA again. */
		check_unpacks(x, p);
		drop(x);
		for (size_t k = 1 << 20; k < 2 << 20; k++)
			p.data[k] ^= (uint8_t)(k * k >> 7);
		x = xz_pack(p, &plain_shape);
		check_unpacks(x, p);
		drop(x);
		drop(p);
	}
}

static void test_trailing_bytes(void **state)
{
	struct bytes p = sample(SAMPLE_WORDS, 5000);
	struct bytes x = xz_pack(p, &shapes[1]);
	struct bytes longer = room(x.size + 4);

	(void)state;
	memcpy(longer.data, x.data, x.size);
	memset(longer.data + x.size, 0x5A, 4);
	check_unpacks(longer, p);
	drop(longer);
	drop(x);
	drop(p);
}

static void test_prefixes_and_flips(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		struct shape s = shapes[i];
		struct bytes p = sample(i % 2 ? SAMPLE_CODE : SAMPLE_WORDS,
					1500);
		struct bytes x;

		s.block = s.block ? 600 : 0;
		x = xz_pack(p, &s);
		check_prefixes(x, p, true);
		check_flips(x, p, s.check != LZMA_CHECK_NONE);
		drop(x);
		drop(p);
	}
}

static void test_unsupported(void **state)
{
	struct bytes p = sample(SAMPLE_WORDS, 5000);
	struct shape s = plain_shape;
	struct bytes x, work = room(UNPACK_WORK_BYTES), to = room(p.size);
	struct unpack_in in;
	struct unpack_out out = { .base = to.data, .capacity = to.size };
	struct unpack_work w = { .base = work.data, .size = work.size };

	(void)state;
	s.check = LZMA_CHECK_SHA256;
	x = xz_pack(p, &s);
	in = (struct unpack_in){ x.data, x.size };
	assert_int_equal(unpack(&in, &out, &w), UNPACK_UNSUPPORTED);
	assert_string_equal(unpack_format(&in), "xz");
	w.size--;
	assert_int_equal(unpack(&in, &out, &w), UNPACK_NO_WORK);
	in.size = 3;
	w.size++;
	assert_int_equal(unpack(&in, &out, &w), UNPACK_UNKNOWN);
	assert_null(unpack_format(&in));
	for (int i = UNPACK_OK; i <= UNPACK_NO_WORK; i++)
		assert_true(strlen(unpack_strerror(i)) > 5);
	drop(x);
	drop(work);
	drop(to);
	drop(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_many_chunks),
		cmocka_unit_test(test_trailing_bytes),
		cmocka_unit_test(test_prefixes_and_flips),
		cmocka_unit_test(test_unsupported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
