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
#include "core/arch.h"
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
	bool clean = false;
	mfn_t mfn;

	(void)state;
	assert_int_equal(heap_claim(&mine, all + 1), -XY_ENOMEM);
	assert_int_equal(heap_claim(&mine, all - 1), 0);
	assert_int_equal(heap_claim(&other, 2), -XY_ENOMEM);
	assert_true(mfn_none(heap_alloc_claimed(1, HEAP_ANY_BITS, &other,
						&clean)));
	mfn = heap_alloc_claimed(1, HEAP_ANY_BITS, &mine, &clean);
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

static void soil(mfn_t mfn, unsigned int order)
{
	for (uint64_t i = 0; i < 1UL << order; i++)
		memset(arch_frame_ptr(to_mfn(mfn.n + i)), 0x5a, PAGE_SIZE);
}

static void assert_zero(mfn_t mfn, unsigned int order)
{
	static const char zero[PAGE_SIZE];

	for (uint64_t i = 0; i < 1UL << order; i++)
		assert_memory_equal(arch_frame_ptr(to_mfn(mfn.n + i)), zero,
				    PAGE_SIZE);
}

static void soil_all(void)
{
	mfn_t mfn;

	while (!mfn_none(mfn = heap_alloc(0)))
		soil(mfn, 0);
	for (uint64_t i = FIRST; i < END; i++)
		heap_free(to_mfn(i), 0);
}

static void idle_time_cleans(void **state)
{
	uint64_t claim = 0, all = heap_free_frames();
	unsigned int frames = 0;
	bool clean = true;
	mfn_t a, b;

	(void)state;
	soil_all();
	assert_int_equal(heap_clean_frames(), 0);
	while (heap_clean_some()) {
		frames++;
		assert_int_equal(heap_free_frames(), all);
	}
	/* 512 to 3583 in blocks of 512; the ends have no such block. */
	assert_int_equal(frames, 3072);
	assert_int_equal(heap_clean_frames(), frames);
	a = heap_alloc_claimed(9, HEAP_ANY_BITS, &claim, &clean);
	assert_true(clean);
	assert_zero(a, 9);
	assert_int_equal(heap_clean_frames(), frames - 512);
	/* Who does not care gets a dirty one, while there is one. */
	clean = false;
	b = heap_alloc_claimed(6, HEAP_ANY_BITS, &claim, &clean);
	assert_false(clean);
	assert_int_equal(heap_clean_frames(), frames - 512);
	/* Clean blocks have merged: the largest one is whole. */
	assert_int_equal(heap_alloc_zeroed(10).n, 2048);
	heap_free(to_mfn(2048), 10);
	heap_free(a, 9);
	heap_free(b, 6);
	/* What came back is dirty until it is cleaned again. */
	assert_int_equal(heap_clean_frames(), frames - 1536);
	while (heap_clean_some())
		;
	assert_int_equal(heap_clean_frames(), frames);
	assert_int_equal(heap_free_frames(), all);
}

static void a_block_taken_while_it_is_cleaned(void **state)
{
	mfn_t held[64], mfn;
	unsigned int n = 0;

	(void)state;
	soil_all();
	for (unsigned int i = 0; i < 300; i++)
		assert_true(heap_clean_some());
	assert_int_equal(heap_clean_frames(), 0);
	while (!mfn_none(mfn = heap_alloc(8)))
		held[n++] = mfn;
	while (n > 0) {
		n--;
		soil(held[n], 8);
		heap_free(held[n], 8);
	}
	/* Half of it was done, but that does not count. */
	while (heap_clean_some())
		;
	assert_int_equal(heap_clean_frames(), 3072);
	while (heap_clean_frames() != 0) {
		bool clean = true;
		uint64_t claim = 0;

		mfn = heap_alloc_claimed(9, HEAP_ANY_BITS, &claim, &clean);
		assert_true(clean);
		assert_zero(mfn, 9);
	}
	fake_machine_end();
	fake_machine_make(FRAMES, FIRST, END);
}

/* Many owners and an idle CPU at random: what is called clean is zero. */
static void random_cleaning(void **state)
{
	struct { mfn_t mfn; unsigned int order; } held[32];
	uint64_t claim = 0;

	(void)state;
	srand(2);
	soil_all();
	for (unsigned int i = 0; i < 32; i++)
		held[i].mfn = to_mfn(NO_FRAME);
	for (unsigned int step = 0; step < 20000; step++) {
		int i = rand() % 32;
		bool wish = rand() & 1, clean = wish;

		for (int n = rand() % 64; n > 0; n--)
			(void)!heap_clean_some();
		if (!mfn_none(held[i].mfn)) {
			heap_free(held[i].mfn, held[i].order);
			held[i].mfn = to_mfn(NO_FRAME);
			continue;
		}
		held[i].order = (unsigned int)rand() % 10;
		held[i].mfn = heap_alloc_claimed(held[i].order, HEAP_ANY_BITS,
						 &claim, &clean);
		if (mfn_none(held[i].mfn))
			continue;
		if (clean)
			assert_zero(held[i].mfn, held[i].order);
		soil(held[i].mfn, held[i].order);
	}
	for (unsigned int i = 0; i < 32; i++)
		if (!mfn_none(held[i].mfn))
			heap_free(held[i].mfn, held[i].order);
	assert_int_equal(heap_free_frames(), END - FIRST);
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
		cmocka_unit_test_setup_teardown(idle_time_cleans, make, end),
		cmocka_unit_test_setup_teardown(
			a_block_taken_while_it_is_cleaned, make, end),
		cmocka_unit_test_setup_teardown(random_cleaning, make, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
