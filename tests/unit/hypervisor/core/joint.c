// SPDX-License-Identifier: GPL-2.0-only
/*
 * Joint tables: when two roots have one, what stands in it in which mode, and
 * when it is void.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/arch.h"
#include "core/joint.h"

#define E(n)	((n) << PAGE_SHIFT | PTE_P | PTE_RW | PTE_U | PTE_A)
#define DIRECT	273		/* slots of the kernel's */
#define TEXT	511

static mfn_t user, kernel;
static uint64_t hv[PT_ENTRIES];
static struct joint_known known;

static struct joint *find(mfn_t u, mfn_t k)
{
	return joint_find(u, k, &known);
}

static bool use(struct joint *j, unsigned int slot)
{
	return joint_use(j, slot, &known);
}

static void set(mfn_t root, unsigned int slot, uint64_t entry)
{
	fake_words(root)[slot] = entry;
	joint_forget(root);
}

/* A program in slots 0 and 255; the kernel in two more. */
static void fill(mfn_t u, mfn_t k)
{
	set(u, 0, E(100UL));
	set(u, 255, E(101UL));
	set(k, 0, E(100UL));
	set(k, 255, E(101UL));
	set(k, DIRECT, E(102UL));
	set(k, TEXT, E(103UL));
}

static int make(void **state)
{
	(void)state;
	fake_machine_make(256, 1, 256);
	for (unsigned int s = L4_HV_FIRST; s <= L4_HV_LAST; s++)
		hv[s] = E(200UL + s);
	joint_init(hv);
	known = (struct joint_known){ 0 };
	for (uint64_t n = 1; n < 256; n++)
		memset(fake_words(to_mfn(n)), 0, PAGE_SIZE);
	user = to_mfn(7);
	kernel = to_mfn(8);
	fill(user, kernel);
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 256; n++)
		joint_forget(to_mfn(n));
	fake_machine_end();
	return 0;
}

static void both_halves(void **state)
{
	struct joint *j = find(user, kernel);

	(void)state;
	assert_non_null(j);
	joint_close(j);
	assert_int_equal(j->l4[0], E(100UL));
	assert_int_equal(j->l4[255], E(101UL));
	assert_memory_equal(&j->l4[L4_HV_FIRST], &hv[L4_HV_FIRST], 16 * 8);
	for (unsigned int s = L4_HV_LAST + 1; s < PT_ENTRIES; s++)
		assert_int_equal(j->l4[s], 0);
	joint_open(j);
	assert_true(use(j, DIRECT));
	assert_true(use(j, TEXT));
	assert_int_equal(j->l4[DIRECT], E(102UL));
	assert_int_equal(j->l4[TEXT], E(103UL));
	/* A fault there again, and where nothing is, is the guest's. */
	assert_false(use(j, TEXT));
	assert_false(use(j, 300));
	assert_false(use(j, 0));
	assert_false(use(j, L4_HV_LAST));
	joint_close(j);
	for (unsigned int s = L4_HV_LAST + 1; s < PT_ENTRIES; s++)
		assert_int_equal(j->l4[s], 0);
	assert_ptr_equal(find(user, kernel), j);
}

/* What one kernel used, the next has from the start, if it has it at all. */
static void used_is_known(void **state)
{
	mfn_t other = to_mfn(9), its_kernel = to_mfn(10);
	struct joint *j = find(user, kernel);

	(void)state;
	joint_open(j);
	assert_true(use(j, TEXT));
	fill(other, its_kernel);
	set(its_kernel, TEXT, E(104UL));
	j = find(other, its_kernel);
	assert_int_equal(j->l4[TEXT], 0);
	joint_open(j);
	assert_int_equal(j->l4[TEXT], E(104UL));
	set(its_kernel, TEXT, 0);
	j = find(other, its_kernel);
	joint_open(j);
	assert_int_equal(j->l4[TEXT], 0);
}

static void unlike_halves(void **state)
{
	(void)state;
	set(user, 3, E(105UL));
	assert_null(find(user, kernel));
	set(kernel, 3, E(105UL) & ~PTE_RW);
	assert_null(find(user, kernel));
	set(kernel, 3, E(106UL));
	assert_null(find(user, kernel));
	set(kernel, 3, E(105UL) & ~PTE_A);
	assert_non_null(find(user, kernel));
	set(user, 3, 0);
	assert_null(find(user, kernel));
	set(kernel, 3, 0x1000);			/* absent, whatever it says */
	assert_non_null(find(user, kernel));
	assert_null(find(to_mfn(NO_FRAME), kernel));
	assert_null(find(user, to_mfn(NO_FRAME)));
}

/* A stale table would be another program's memory. */
static void void_when_roots_change(void **state)
{
	struct joint *j = find(user, kernel);

	(void)state;
	fake_words(user)[255] = fake_words(kernel)[255] = E(107UL);
	joint_forget(user);
	assert_true(mfn_none(j->user));
	assert_int_equal(find(user, kernel)->l4[255], E(107UL));
	fake_words(kernel)[DIRECT] = E(108UL);
	joint_forget(kernel);
	assert_true(mfn_none(j->user));
	j = find(user, kernel);
	joint_open(j);
	assert_true(use(j, DIRECT));
	assert_int_equal(j->l4[DIRECT], E(108UL));
	joint_forget(to_mfn(99));
	assert_ptr_equal(find(user, kernel), j);
	assert_int_equal(j->user.n, user.n);
}

/* Roots that share a place take turns; nothing of one stays. */
static void one_place_for_many(void **state)
{
	(void)state;
	for (uint64_t n = 16; n < 250; n += 2) {
		mfn_t u = to_mfn(n), k = to_mfn(n + 1);
		struct joint *j;

		set(u, 0, E(n));
		set(k, 0, E(n));
		set(k, TEXT, E(n + 1));
		j = find(u, k);
		assert_non_null(j);
		assert_int_equal(j->l4[0], E(n));
		assert_int_equal(j->l4[255], 0);
		assert_int_equal(j->l4[TEXT], 0);
		joint_open(j);
		if (!j->l4[TEXT])
			assert_true(use(j, TEXT));
		assert_int_equal(j->l4[TEXT], E(n + 1));
		assert_int_equal(j->l4[DIRECT], 0);
	}
}

/* Four of one set stay as they were made; a fifth takes the place of one. */
static void four_side_by_side(void **state)
{
	static const uint64_t n[5] = { 2, 16, 80, 144, 208 };
	struct joint *j[5];
	unsigned int kept = 0;

	(void)state;
	for (unsigned int i = 0; i < 5; i++)
		fill(to_mfn(n[i]), to_mfn(n[i] + 1));
	for (unsigned int turn = 0; turn < 3; turn++)
		for (unsigned int i = 0; i < 4; i++) {
			struct joint *a = find(to_mfn(n[i]), to_mfn(n[i] + 1));

			assert_non_null(a);
			assert_true(!turn || (a == j[i] && a->l4[1] == i + 1));
			j[i] = a;
			a->l4[1] = i + 1;	/* seen as long as it stays */
		}
	j[4] = find(to_mfn(n[4]), to_mfn(n[4] + 1));
	for (unsigned int i = 0; i < 4; i++)
		kept += j[i]->l4[1] == i + 1;
	assert_int_equal(kept, 3);
}

static void too_much_is_refused(void **state)
{
	struct joint *j;
	unsigned int i;

	(void)state;
	for (i = 0; i < JOINT_UPPER_MAX + 4; i++)
		set(kernel, 300 + i, E(110UL + i));
	j = find(user, kernel);
	joint_open(j);
	for (i = 0; i < JOINT_UPPER_MAX + 4 && !j->refused; i++)
		assert_true(use(j, 300 + i));
	assert_int_equal(i, JOINT_UPPER_MAX + 1);
	assert_true(j->refused);
	assert_int_equal(j->uppers, JOINT_UPPER_MAX);
	assert_null(find(user, kernel));
}

int main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, make, end)
	const struct CMUnitTest tests[] = {
		T(both_halves), T(used_is_known), T(unlike_halves),
		T(void_when_roots_change), T(one_place_for_many),
		T(four_side_by_side), T(too_much_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
