// SPDX-License-Identifier: GPL-2.0-only
/*
 * Learning how many requests to wait for: a frontend with one at a time, one
 * with many, one that changes. Time is made here.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "backend-drivers/core/gather.h"

#define US 1000ull

static struct gather g;
static uint64_t now;

static int setup(void **state)
{
	(void)state;
	gather_init(&g, 24);
	now = 1000 * US;
	return 0;
}

/* n requests come at once, long before any timer. */
static void burst(uint32_t n)
{
	gather_arm(&g, true, now);
	now += 50 * US;
	if (n >= g.want) {
		assert_int_equal(gather_step(&g, n, now), GATHER_TAKE);
		return;
	}
	assert_int_equal(gather_step(&g, n, now), GATHER_WAIT_MORE);
	now += GATHER_LOOK_NS;
	if (gather_step(&g, n, now) == GATHER_TAKE)
		return;
	now += GATHER_LOOK_NS;
	assert_int_equal(gather_step(&g, n, now), GATHER_TAKE);
}

static void many_come_together(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 6; i++)
		burst(32);
	assert_int_equal(g.want, 24);
	assert_int_equal(g.vain, 0);
}

static void one_at_a_time(void **state)
{
	uint64_t start = now;
	int i;

	(void)state;
	for (i = 0; i < 10000; i++)
		burst(1);
	/* An attempt now and then, and not more. */
	assert_true(g.vain > 1);
	assert_true(g.vain * GATHER_LOOK_NS * 2 < (now - start) / 5);
	assert_true(g.want <= 2);
}

static void changes(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 50; i++)
		burst(32);
	for (i = 0; i < 5; i++)
		burst(1);
	assert_true(g.want <= 2);
	now += GATHER_HOLD_NS;
	for (i = 0; i < 6; i++)
		burst(32);
	assert_int_equal(g.want, 24);
}

static void patience_ends(void **state)
{
	uint64_t start;
	uint32_t n;

	(void)state;
	g.want = 24;
	gather_arm(&g, true, now);
	start = now;
	for (n = 1; gather_step(&g, n, now) == GATHER_WAIT_MORE; n++)
		now += 400 * US;
	assert_true(now - start <= GATHER_PATIENCE_NS + 1000 * US);
	assert_true(n > 5);
}

static void nobody_waits(void **state)
{
	(void)state;
	g.want = 8;
	gather_arm(&g, true, now);
	now += 60000 * US;
	assert_int_equal(gather_step(&g, 0, now), GATHER_WAIT_FIRST);
	assert_int_equal(g.vain, 0);
	now += 60000 * US;
	assert_int_equal(gather_step(&g, 1, now), GATHER_WAIT_MORE);
	assert_int_equal(gather_step(&g, 8, now), GATHER_TAKE);
	assert_int_equal(g.vain, 0);
}

static void with_others_in_flight(void **state)
{
	(void)state;
	g.want = 8;
	gather_arm(&g, false, now);
	assert_int_equal(gather_step(&g, 1, now), GATHER_TAKE);
	assert_int_equal(g.want, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(many_come_together, setup),
		cmocka_unit_test_setup(one_at_a_time, setup),
		cmocka_unit_test_setup(changes, setup),
		cmocka_unit_test_setup(patience_ends, setup),
		cmocka_unit_test_setup(nobody_waits, setup),
		cmocka_unit_test_setup(with_others_in_flight, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
