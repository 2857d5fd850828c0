// SPDX-License-Identifier: GPL-2.0-only
/*
 * The zstd decoder against libzstd: levels, checksum or not, size announced
 * or not, small and large windows, skippable frames.
 */
#include "pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <zstd.h>

struct shape {
	int level, window_log;
	bool checksum, size;
};

static struct bytes zstd_pack(struct bytes plain, const struct shape *s)
{
	struct bytes packed = room(ZSTD_compressBound(plain.size) + 64);
	ZSTD_CCtx *c = ZSTD_createCCtx();
	size_t got;

	assert_non_null(c);
	ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, s->level);
	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, s->checksum);
	ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, s->size);
	if (s->window_log)
		ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, s->window_log);
	got = ZSTD_compress2(c, packed.data, packed.size, plain.data,
			     plain.size);
	assert_false(ZSTD_isError(got));
	packed.size = got;
	ZSTD_freeCCtx(c);
	return packed;
}

static const struct shape shapes[] = {
	{ 1, 0, false, true },	{ 3, 0, true, true },  { 3, 10, true, false },
	{ 9, 12, false, true }, { 19, 0, true, true }, { 22, 20, true, false },
	{ -5, 0, false, false },
};

static void test_samples(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		for (enum sample k = 0; k < SAMPLES; k++) {
			struct bytes p = sample(k, 300000);
			struct bytes x = zstd_pack(p, &shapes[i]);

			check_unpacks(x, p);
			drop(x);
			drop(p);
		}
	}
}

/* All the sizes at which the literals header and the streams change shape. */
static void test_sizes(void **state)
{
	(void)state;
	for (size_t n = 1; n < 2000; n += n < 300 ? 1 : 97) {
		struct bytes p = sample(n % 2 ? SAMPLE_WORDS : SAMPLE_CODE, n);
		struct bytes x = zstd_pack(p, &shapes[n % 7]);

		check_unpacks(x, p);
		drop(x);
		drop(p);
	}
}

static void test_skippable(void **state)
{
	struct bytes p = sample(SAMPLE_WORDS, 3000);
	struct bytes x = zstd_pack(p, &shapes[1]);
	struct bytes both = room(x.size + 8 + 5 + 4);
	static const uint8_t skip[13] = { 0x53, 0x2A, 0x4D, 0x18, 5 };

	(void)state;
	/* A skippable frame is not how unpack() knows zstd; a frame is. */
	memcpy(both.data, x.data, x.size);
	memcpy(both.data + x.size, skip, sizeof(skip));
	memset(both.data + x.size + sizeof(skip), 0, 4);
	check_unpacks(both, p);
	drop(both);
	drop(x);
	drop(p);
}

static void test_prefixes_and_flips(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		struct bytes p = sample(i % 2 ? SAMPLE_CODE : SAMPLE_WORDS,
					1500);
		struct bytes x = zstd_pack(p, &shapes[i]);

		check_prefixes(x, p, true);
		check_flips(x, p, shapes[i].checksum);
		drop(x);
		drop(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_skippable),
		cmocka_unit_test(test_prefixes_and_flips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
