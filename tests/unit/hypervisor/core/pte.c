// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an entry may say: every bit at every level.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/pte.h"

/* Bits 3, 4, 7 and 8 are cache control, superpage or global. */
static bool expect_ok(unsigned int level, unsigned int bit, bool may_cache)
{
	if (bit == 8)
		return level == 1;
	if (bit == 3 || bit == 4 || bit == 7)
		return level == 1 && may_cache;
	return true;
}

static void bits_by_level(void **state)
{
	(void)state;
	for (unsigned int level = 1; level <= 4; level++)
		for (unsigned int bit = 0; bit < 64; bit++)
			for (int c = 0; c < 2; c++)
				assert_int_equal(
					pte_flags_ok(level, PTE_P | 1UL << bit,
						     c),
					expect_ok(level, bit, c));
}

static void stored_form(void **state)
{
	(void)state;
	assert_int_equal(pte_adjust(1, 0x1000 | PTE_RW | PTE_G),
			 0x1000 | PTE_RW | PTE_G);
	assert_int_equal(pte_adjust(1, 0x1000 | PTE_P | PTE_G),
			 0x1000 | PTE_P | PTE_U);
	assert_int_equal(pte_adjust(2, PTE_P), PTE_P | PTE_U);
	assert_int_equal(pte_adjust(4, PTE_P), PTE_P | PTE_U | PTE_A);
}

/* PAT index of an entry; 2, 3, 6 and 7 are uncached, 4 combines writes. */
static unsigned int memory_type(uint64_t e)
{
	return (e & PTE_PWT ? 1 : 0) + (e & PTE_PCD ? 2 : 0) +
	       (e & PTE_PAT ? 4 : 0);
}

static void device_memory_is_never_cached(void **state)
{
	(void)state;
	for (uint64_t c = 0; c < 8; c++) {
		uint64_t e = PTE_P | (c & 1 ? PTE_PWT : 0) |
			     (c & 2 ? PTE_PCD : 0) | (c & 4 ? PTE_PAT : 0);
		unsigned int t = memory_type(pte_uncached(e));

		assert_true(t == 2 || t == 3 || t == 4 || t == 6 || t == 7);
		assert_int_equal(pte_uncached(e) & ~PTE_CACHE, PTE_P);
	}
}

static void only_harmless_bits_are_skipped(void **state)
{
	const uint64_t harmless = PTE_U | PTE_A | PTE_D | PTE_AVL | PTE_NX |
				  PTE_AVL_HIGH | PTE_G;
	uint64_t e = 0x123000 | PTE_P | PTE_RW;

	(void)state;
	assert_true(pte_same_promise(e, e));
	for (unsigned int bit = 0; bit < 64; bit++)
		assert_int_equal(pte_same_promise(e, e ^ 1UL << bit),
				 (harmless >> bit & 1) != 0);
	assert_false(pte_same_promise(0, 0));
}

static void indices(void **state)
{
	(void)state;
	assert_int_equal(pte_index(4, 0xffff800000000000), 256);
	assert_int_equal(pte_index(4, 0xffffffffffffffff), 511);
	assert_int_equal(pte_index(1, 0x1000), 1);
	assert_int_equal(pte_index(2, 0x200000), 1);
	assert_int_equal(pte_index(3, 0x40000000), 1);
	assert_false(l4_slot_is_hv(255) || l4_slot_is_hv(272));
	assert_true(l4_slot_is_hv(256) && l4_slot_is_hv(271));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bits_by_level),
		cmocka_unit_test(stored_form),
		cmocka_unit_test(device_memory_is_never_cached),
		cmocka_unit_test(only_harmless_bits_are_skipped),
		cmocka_unit_test(indices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
