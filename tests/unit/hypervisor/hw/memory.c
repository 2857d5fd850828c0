// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hypervisor's block moves, each length up to 300 at each alignment, both
 * ways of moving: what is to change changes, and not a byte beside it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* The functions under test by names of their own. */
#define memcpy hv_memcpy
#define memmove hv_memmove
#define memset hv_memset
#include "hypervisor/hw/memory.c"
#undef memcpy
#undef memmove
#undef memset

#define LONGEST 300
#define ROOM 512

static unsigned char was[ROOM], now[ROOM], want[ROOM];

static void fill(void)
{
	unsigned int i;

	for (i = 0; i < ROOM; i++)
		was[i] = (unsigned char)(i * 7 + i / 256);
	memcpy(now, was, ROOM);
	memcpy(want, was, ROOM);
}

static void copies(void **state)
{
	unsigned char from[ROOM];
	size_t n, to_at, from_at;

	(void)state;
	memset(from, 0xa5, sizeof(from));
	for (n = 0; n < ROOM; n++)
		from[n] ^= (unsigned char)(n * 3);
	for (n = 0; n <= LONGEST; n++) {
		for (to_at = 0; to_at < 9; to_at++) {
			for (from_at = 0; from_at < 9; from_at++) {
				fill();
				memcpy(want + 64 + to_at, from + from_at, n);
				assert_ptr_equal(hv_memcpy(now + 64 + to_at,
							   from + from_at, n),
						 now + 64 + to_at);
				assert_memory_equal(now, want, ROOM);
			}
		}
	}
}

/* Overlapping, by less and by more than one step. */
static void moves(void **state)
{
	size_t n, to_at;

	(void)state;
	for (n = 0; n <= LONGEST; n++) {
		for (to_at = 0; to_at <= 200; to_at++) {
			fill();
			memmove(want + to_at, want + 100, n);
			assert_ptr_equal(hv_memmove(now + to_at, now + 100, n),
					 now + to_at);
			assert_memory_equal(now, want, ROOM);
		}
	}
}

static void fills(void **state)
{
	size_t n, at;

	(void)state;
	for (n = 0; n <= LONGEST; n++) {
		for (at = 0; at < 9; at++) {
			fill();
			memset(want + at, (int)n, n);
			assert_ptr_equal(hv_memset(now + at, (int)n, n),
					 now + at);
			assert_memory_equal(now, want, ROOM);
		}
	}
}

static int by_registers(void **state)
{
	(void)state;
	memory_choice.by_registers = true;
	return 0;
}

static int by_strings(void **state)
{
	(void)state;
	memory_choice.by_registers = false;
	return 0;
}

/* One is chosen for its time, and the copies are right while it is tried. */
static void choice(void **state)
{
	const struct memory_choice *c = &memory_choice;

	(void)state;
	memory_choose();
	assert_true(c->strings > 0 && c->registers > 0);
	assert_int_equal(c->by_registers, c->registers < c->strings / 8 * 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(copies, by_registers),
		cmocka_unit_test_setup(moves, by_registers),
		cmocka_unit_test_setup(fills, by_registers),
		cmocka_unit_test_setup(copies, by_strings),
		cmocka_unit_test_setup(moves, by_strings),
		cmocka_unit_test_setup(fills, by_strings),
		cmocka_unit_test(choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
