// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checksums: the tables from their polynomials, the shortcut's identity, and
 * all routes to a CRC32 against zlib and against each other.
 */
#include "lib/crc32.h"
#include "lib/crc32_table.h"
#include "lib/xxh64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>

static uint64_t bitwise(uint64_t v, uint64_t poly, unsigned int bits)
{
	for (; bits; bits--)
		v = v >> 1 ^ (v & 1 ? poly : 0);
	return v;
}

static void test_tables(void **state)
{
	(void)state;
	for (unsigned int b = 0; b < 256; b++) {
		for (unsigned int k = 0; k < 8; k++)
			assert_int_equal(crc32_table[k][b],
					 bitwise(b, 0xEDB88320, 8 + 8 * k));
		assert_true(crc64_table[b] ==
			    bitwise(b, 0xC96C5795D7870F42, 8));
	}
}

/* y^3006 = y^2866 + y^2215 + 1, y = x^64; x^0 is bit 31. */
static void test_identity(void **state)
{
	uint64_t power[3007] = { 1u << 31 };

	(void)state;
	for (size_t i = 1; i < ARRAY_SIZE(power); i++)
		power[i] = bitwise(power[i - 1], 0xEDB88320, 64);
	assert_true(power[3006] == (power[2866] ^ power[2215] ^ power[0]));
}

static void test_crc32(void **state)
{
	enum { SIZE = 1 << 20 };
	uint8_t *data = malloc(SIZE);
	uint64_t *ring = malloc(CRC32_RING_WORDS * 8);
	static const size_t sizes[] = { 0, 1, 7, 8, 9, 4096, 96191, 96192,
					96193, 100000, 262144, SIZE - 3 };

	(void)state;
	srand(1);
	for (size_t i = 0; i < SIZE; i++)
		data[i] = (uint8_t)rand();
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		uint32_t start = (uint32_t)rand();
		uint8_t *at = data + SIZE - sizes[i];
		uint32_t want = (uint32_t)crc32(start, at, (uInt)sizes[i]);

		assert_int_equal(crc32_update(start, at, sizes[i]), want);
		memset(ring, 0x77, CRC32_RING_WORDS * 8);
		assert_int_equal(crc32_bulk(start, at, sizes[i], ring), want);
	}
	for (size_t i = 0; i < SIZE - 3; i += 77771)
		assert_int_equal(crc32_bulk(crc32_update(0, data, i), data + i,
					    SIZE - i, ring),
				 (uint32_t)crc32(0, data, SIZE));
	free(data);
	free(ring);
}

/* Check values that the authors of the two publish. */
static void test_known(void **state)
{
	const uint8_t *nine = (const uint8_t *)"123456789";
	const uint8_t *pangram = (const uint8_t *)
		"Nobody inspects the spammish repetition";

	(void)state;
	assert_int_equal(crc32_update(0, nine, 9), 0xCBF43926);
	assert_true(crc64_update(0, nine, 9) == 0x995DC9BBDF1939FA);
	assert_true(xxh64(nine, 0) == 0xEF46DB3751D8E999);
	assert_true(xxh64(pangram, 39) == 0xFBCEA83C8A378BF1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_crc32),
		cmocka_unit_test(test_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
