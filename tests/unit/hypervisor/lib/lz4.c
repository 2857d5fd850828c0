// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lz4 decoder against liblz4, whose blocks are framed here by hand.
 */
#include "pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <lz4.h>
#include <lz4hc.h>

enum { BLOCK = 8 << 20 };

static void put_le32(struct bytes *b, uint32_t v)
{
	memcpy(b->data + b->size, &v, 4);
	b->size += 4;
}

static struct bytes lz4_pack(struct bytes plain, int level)
{
	struct bytes packed = room(plain.size + plain.size / 100 + 4096);
	size_t at = 0, capacity = packed.size;

	packed.size = 0;
	put_le32(&packed, 0x184C2102);
	for (; at < plain.size; at += BLOCK) {
		size_t n = plain.size - at < BLOCK ? plain.size - at : BLOCK;
		char *to = (char *)packed.data + packed.size + 4;
		int space = (int)(capacity - packed.size - 4);
		const char *from = (char *)plain.data + at;
		int got = level ? LZ4_compress_HC(from, to, (int)n, space,
						  level) :
				  LZ4_compress_default(from, to, (int)n,
						       space);

		assert_true(got > 0);
		put_le32(&packed, (uint32_t)got);
		packed.size += (size_t)got;
	}
	return packed;
}

static void test_samples(void **state)
{
	static const int levels[] = { 0, 3, 12 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		for (enum sample k = 0; k < SAMPLES; k++) {
			struct bytes p = sample(k, 150000);
			struct bytes x = lz4_pack(p, levels[i]);

			check_unpacks(x, p);
			drop(x);
			drop(p);
		}
	}
}

static void test_many_blocks(void **state)
{
	struct bytes p = sample(SAMPLE_WORDS, 2 * BLOCK + 12345);
	struct bytes x = lz4_pack(p, 0);

	(void)state;
	check_unpacks(x, p);
	drop(x);
	drop(p);
}

static void test_prefixes_and_flips(void **state)
{
	static const enum sample kinds[] = { SAMPLE_WORDS, SAMPLE_PERIODS,
					     SAMPLE_NOISE };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct bytes p = sample(kinds[i], 1200);
		struct bytes x = lz4_pack(p, 9);

		check_prefixes(x, p, false);
		check_flips(x, p, false);
		drop(x);
		drop(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_many_blocks),
		cmocka_unit_test(test_prefixes_and_flips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
