// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frontend's handshake table: the sequences of disks and NICs, a backend
 * that goes away and returns, and both ends' tables joined, where every wish
 * must reach its end.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "backend-drivers/core/connect.h"
#include "frontend-drivers/core/connect.h"

#define STOP	CONNECT_FRONT_STOP
#define PUBLISH	CONNECT_FRONT_PUBLISH
#define START	CONNECT_FRONT_START
#define CHANGED	CONNECT_FRONT_CHANGED
#define RELEASE	CONNECT_FRONT_RELEASE

static struct connect_front c;

static void expect(int theirs, enum connect_front_wish wish, int mine,
		   unsigned int todo)
{
	assert_int_equal(connect_front_step(&c, theirs, wish), todo);
	assert_int_equal(c.mine, mine);
}

static void disk_sequence(void **state)
{
	(void)state;
	connect_front_init(&c, false);
	expect(1, CONNECT_FRONT_STAY, 1, 0);
	expect(2, CONNECT_FRONT_STAY, 3, PUBLISH);
	expect(2, CONNECT_FRONT_STAY, 3, 0);
	expect(4, CONNECT_FRONT_STAY, 4, START);
	expect(4, CONNECT_FRONT_STAY, 4, CHANGED);
	expect(4, CONNECT_FRONT_LEAVE, 5, 0);
	expect(5, CONNECT_FRONT_LEAVE, 6, 0);
	expect(5, CONNECT_FRONT_LEAVE, 6, 0);
	expect(6, CONNECT_FRONT_LEAVE, 6, STOP | RELEASE);
}

static void nic_sequence(void **state)
{
	(void)state;
	connect_front_init(&c, true);
	expect(2, CONNECT_FRONT_STAY, 4, PUBLISH | START);
	expect(2, CONNECT_FRONT_STAY, 4, 0);
	expect(4, CONNECT_FRONT_STAY, 4, CHANGED);
	/* The backend was started anew, nobody saw it in 6. */
	expect(2, CONNECT_FRONT_STAY, 1, STOP);
	expect(2, CONNECT_FRONT_STAY, 4, PUBLISH | START);
}

static void backend_returns(void **state)
{
	static const int gone[] = { 0, 1, 2, 5, 6, 99, -1 };
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(gone) / sizeof(gone[0]); i++) {
		connect_front_init(&c, false);
		expect(2, CONNECT_FRONT_STAY, 3, PUBLISH);
		expect(4, CONNECT_FRONT_STAY, 4, START);
		expect(gone[i], CONNECT_FRONT_STAY, 1, STOP);
		expect(2, CONNECT_FRONT_STAY, 3, PUBLISH);
		expect(4, CONNECT_FRONT_STAY, 4, START);
	}
}

static void users_are_served_until_they_leave(void **state)
{
	(void)state;
	connect_front_init(&c, false);
	expect(2, CONNECT_FRONT_STAY, 3, PUBLISH);
	expect(4, CONNECT_FRONT_STAY, 4, START);
	expect(5, CONNECT_FRONT_BUSY, 4, 0);
	expect(5, CONNECT_FRONT_LEAVE, 5, 0);
	expect(5, CONNECT_FRONT_LEAVE, 6, 0);
	expect(0, CONNECT_FRONT_LEAVE, 6, STOP | RELEASE);
}

static void removed_by_force(void **state)
{
	(void)state;
	connect_front_init(&c, false);
	expect(2, CONNECT_FRONT_STAY, 3, PUBLISH);
	expect(4, CONNECT_FRONT_STAY, 4, START);
	expect(0, CONNECT_FRONT_BUSY, 6, STOP | RELEASE);
}

/* Both tables take turns until both are still; returns todo seen. */
static unsigned int settle(int *back, enum connect_front_wish wish)
{
	unsigned int seen = 0, todo, turn;

	for (turn = 0; turn < 40; turn++) {
		int mine = c.mine, theirs = *back;

		seen |= connect_front_step(&c, *back, wish);
		*back = connect_step(*back, c.mine, &todo);
		if (c.mine == mine && *back == theirs && turn > 4)
			return seen;
	}
	fail_msg("the tables do not come to rest");
	return 0;
}

static void both_tables_meet(void **state)
{
	int direct, start, back;

	(void)state;
	for (direct = 0; direct < 2; direct++) {
		/* Whatever the backend is in when we begin. */
		for (start = 1; start <= 6; start++) {
			if (start == 3)
				continue;
			back = start;
			connect_front_init(&c, direct);
			assert_true(settle(&back, CONNECT_FRONT_STAY) & START);
			assert_int_equal(c.mine, 4);
			assert_int_equal(back, 4);
			/* Its daemon stops the device: we come again. */
			back = 5;
			assert_true(settle(&back, CONNECT_FRONT_STAY) & STOP);
			assert_int_equal(c.mine, 4);
			assert_int_equal(back, 4);
			assert_true(settle(&back, CONNECT_FRONT_LEAVE) &
				    RELEASE);
			assert_int_equal(c.mine, 6);
			assert_int_equal(back, 6);
			/* Wanted after all. */
			assert_true(settle(&back, CONNECT_FRONT_STAY) & START);
			assert_int_equal(back, 4);
		}
	}
}

/* START only with rings, PUBLISH only without, STOP before they are renewed. */
static void every_pair_is_sane(void **state)
{
	static const enum connect_front_wish wishes[] = {
		CONNECT_FRONT_STAY, CONNECT_FRONT_BUSY, CONNECT_FRONT_LEAVE,
	};
	int mine, before, theirs, w;

	(void)state;
	for (mine = 0; mine <= 8; mine++)
		for (before = 0; before <= 8; before++)
			for (theirs = -1; theirs <= 9; theirs++)
				for (w = 0; w < 3; w++) {
					unsigned int todo;

					c.mine = (uint8_t)mine;
					c.theirs = (uint8_t)before;
					c.direct = false;
					todo = connect_front_step(&c, theirs,
								  wishes[w]);
					if (todo & PUBLISH)
						assert_true(mine == 1 &&
							    theirs == 2);
					if (todo & START)
						assert_true(mine == 3 &&
							    theirs == 4);
					if (todo & RELEASE)
						assert_true(todo & STOP &&
							    w && c.mine == 6);
					assert_int_equal(c.mine == 4,
						(mine == 4 && c.mine == 4) ||
						(todo & START) != 0);
				}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disk_sequence),
		cmocka_unit_test(nic_sequence),
		cmocka_unit_test(backend_returns),
		cmocka_unit_test(users_are_served_until_they_leave),
		cmocka_unit_test(removed_by_force),
		cmocka_unit_test(both_tables_meet),
		cmocka_unit_test(every_pair_is_sane),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
