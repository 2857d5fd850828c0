// SPDX-License-Identifier: GPL-2.0-only
/*
 * The buddy allocator against a plain array that says who has which frame.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/arch.h"
#include "abi/errno.h"
#include "core/heap.h"

#define FRAMES	4096u
#define FIRST	3u		/* not aligned to anything */
#define END	4001u

static int make(void **state)
{
	(void)state;
	fake_machine_make(FRAMES, FIRST, END);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fake_machine_end();
	return 0;
}

static void everything_can_be_had_once(void **state)
{
	static uint8_t seen[FRAMES];
	unsigned int n = 0;
	mfn_t mfn;

	(void)state;
	memset(seen, 0, sizeof(seen));
	assert_int_equal(heap_free_frames(), END - FIRST);
	while (!mfn_none(mfn = heap_alloc(0))) {
		assert_in_range(mfn.n, FIRST, END - 1);
		assert_int_equal(seen[mfn.n]++, 0);
		n++;
	}
	assert_int_equal(n, END - FIRST);
	for (unsigned int i = FIRST; i < END; i++)
		heap_free(to_mfn(i), 0);
	assert_int_equal(heap_free_frames(), END - FIRST);
	/* All merged again: the biggest block inside a zone is there. */
	assert_int_equal(heap_alloc(10).n, 2048);
	heap_free(to_mfn(2048), 10);
}

static void highest_first_and_bounded(void **state)
{
	mfn_t mfn;

	(void)state;
	mfn = heap_alloc(0);
	assert_true(mfn.n >= 2048);
	heap_free(mfn, 0);
	for (unsigned int bits = 12; bits < 26; bits++) {
		mfn = heap_alloc_bits(0, bits);
		if (mfn_none(mfn)) {
			assert_true(bits < 14);	/* frames 0 to 2 are not RAM */
			continue;
		}
		assert_true((mfn.n + 1) << PAGE_SHIFT <= 1UL << bits);
		heap_free(mfn, 0);
	}
	/* Order 6 below 2^18 bytes: the block would have to be frame 0. */
	assert_true(mfn_none(heap_alloc_bits(6, 18)));
	mfn = heap_alloc_bits(6, 19);
	assert_int_equal(mfn.n, 64);
	heap_free(mfn, 6);
}

static void claims_keep_frames_back(void **state)
{
	uint64_t mine = 0, other = 0, all = heap_free_frames();
	mfn_t mfn;

	(void)state;
	assert_int_equal(heap_claim(&mine, all + 1), -XY_ENOMEM);
	assert_int_equal(heap_claim(&mine, all - 1), 0);
	assert_int_equal(heap_claim(&other, 2), -XY_ENOMEM);
	assert_true(mfn_none(heap_alloc_claimed(1, HEAP_ANY_BITS, &other)));
	mfn = heap_alloc_claimed(1, HEAP_ANY_BITS, &mine);
	assert_false(mfn_none(mfn));
	assert_int_equal(mine, all - 3);
	/* The hypervisor itself may go on; a claim can still be given up. */
	heap_free(mfn, 1);
	for (uint64_t i = 0; i < all; i++)
		assert_false(mfn_none(heap_alloc(0)));
	assert_int_equal(heap_claim(&mine, 0), 0);
	assert_int_equal(heap_claimed_frames(), 0);
	for (uint64_t i = FIRST; i < END; i++)
		heap_free(to_mfn(i), 0);
}

#define HELD	256

static void random_steps(void **state)
{
	static int16_t owner[FRAMES];
	struct { mfn_t mfn; unsigned int order; } held[HELD] = { 0 };
	uint64_t free_now = heap_free_frames();

	(void)state;
	srand(1);
	memset(owner, 0xff, sizeof(owner));
	for (unsigned int i = 0; i < HELD; i++)
		held[i].mfn = to_mfn(NO_FRAME);
	for (unsigned int step = 0; step < 200000; step++) {
		int i = rand() % HELD;
		unsigned int order = (unsigned int)rand() % 7;
		uint64_t n = 1UL << held[i].order;

		if (!mfn_none(held[i].mfn)) {
			for (uint64_t k = 0; k < n; k++) {
				assert_int_equal(owner[held[i].mfn.n + k], i);
				owner[held[i].mfn.n + k] = -1;
			}
			heap_free(held[i].mfn, held[i].order);
			free_now += n;
			held[i].mfn = to_mfn(NO_FRAME);
		} else {
			held[i].order = order;
			held[i].mfn = heap_alloc(order);
			if (mfn_none(held[i].mfn))
				continue;
			assert_int_equal(held[i].mfn.n & ((1 << order) - 1), 0);
			for (uint64_t k = 0; k < 1UL << order; k++) {
				assert_int_equal(owner[held[i].mfn.n + k], -1);
				owner[held[i].mfn.n + k] = (int16_t)i;
			}
			free_now -= 1UL << order;
		}
		assert_int_equal(heap_free_frames(), free_now);
	}
	for (unsigned int i = 0; i < HELD; i++)
		if (!mfn_none(held[i].mfn))
			heap_free(held[i].mfn, held[i].order);
	assert_int_equal(heap_free_frames(), END - FIRST);
	assert_int_equal(heap_alloc(10).n, 2048);
	heap_free(to_mfn(2048), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(everything_can_be_had_once,
						make, end),
		cmocka_unit_test_setup_teardown(highest_first_and_bounded,
						make, end),
		cmocka_unit_test_setup_teardown(claims_keep_frames_back, make,
						end),
		cmocka_unit_test_setup_teardown(random_steps, make, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
