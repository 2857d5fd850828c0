// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handshake table: the two sequences stock frontends walk, and properties
 * that hold for every pair of states. No store, no device.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "abi/io/xenbus.h"
#include "backend-drivers/core/connect.h"

static void expect(int mine, long theirs, int next, unsigned int todo)
{
	unsigned int got;

	assert_int_equal(connect_step(mine, theirs, &got), next);
	assert_int_equal(got, todo);
}

static void block_sequence(void **state)
{
	(void)state;
	expect(1, 1, 2, CONNECT_OPEN);
	expect(2, 1, 2, 0);
	expect(2, 3, 4, CONNECT_ATTACH);
	expect(4, 3, 4, 0);
	expect(4, 4, 4, 0);
	expect(4, 5, 5, 0);
	expect(5, 6, 6, CONNECT_DETACH);
	expect(6, 6, 6, 0);
	expect(6, 1, 2, CONNECT_OPEN);
}

static void net_sequence(void **state)
{
	(void)state;
	expect(1, 0, 2, CONNECT_OPEN);
	expect(2, 4, 4, CONNECT_ATTACH);
	expect(4, 6, 6, CONNECT_DETACH);
}

static void toolstack_closes(void **state)
{
	(void)state;
	/* The toolstack wrote 5; the frontend still works, then follows. */
	expect(5, 4, 5, 0);
	expect(5, 5, 5, 0);
	expect(5, 6, 6, CONNECT_DETACH);
	expect(5, 0, 6, CONNECT_DETACH);
}

static void frontend_starts_anew(void **state)
{
	(void)state;
	expect(4, 1, 2, CONNECT_DETACH);
	expect(5, 1, 2, CONNECT_DETACH);
	expect(4, 0, 6, CONNECT_DETACH);
}

static void numbers_out_of_range(void **state)
{
	(void)state;
	expect(4, 9, 6, CONNECT_DETACH);
	expect(4, -3, 6, CONNECT_DETACH);
	expect(2, 4294967300, 2, 0);	/* not the 4 in its lower half */
	expect(99, 4, 99, 0);
	expect(-1, 4, -1, 0);
}

static void every_pair_settles(void **state)
{
	int mine, theirs, steps;
	unsigned int todo;

	(void)state;
	for (mine = 0; mine <= 8; mine++) {
		for (theirs = 0; theirs <= 8; theirs++) {
			int now = mine, attached = mine == 4 || mine == 5;

			for (steps = 0; steps < 4; steps++) {
				int next = connect_step(now, theirs, &todo);

				if (todo & CONNECT_ATTACH)
					assert_false(attached);
				if (todo & CONNECT_ATTACH)
					attached = 1;
				if (todo & CONNECT_DETACH)
					attached = 0;
				if (next == now) {
					assert_int_equal(todo, 0);
					break;
				}
				now = next;
			}
			assert_true(steps < 4);
			/* Rings are held in 4 and 5 only. */
			if (now == 2 || now == 6)
				assert_false(attached);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(block_sequence),
		cmocka_unit_test(net_sequence),
		cmocka_unit_test(toolstack_closes),
		cmocka_unit_test(frontend_starts_anew),
		cmocka_unit_test(numbers_out_of_range),
		cmocka_unit_test(every_pair_settles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
