// SPDX-License-Identifier: GPL-2.0-only
/*
 * Small objects: zeroed, aligned, apart from each other, and given back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/arch.h"
#include "core/heap.h"
#include "core/pool.h"

static int make(void **state)
{
	(void)state;
	fake_machine_make(1024, 1, 1024);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fake_machine_end();
	return 0;
}

static bool all_are(const uint8_t *p, size_t bytes, uint8_t value)
{
	for (size_t i = 0; i < bytes; i++)
		if (p[i] != value)
			return false;
	return true;
}

#define OBJECTS	300

static void objects_live_apart(void **state)
{
	uint64_t before = heap_free_frames();
	struct { uint8_t *p; size_t bytes; } o[OBJECTS] = { 0 };

	(void)state;
	srand(2);
	for (unsigned int step = 0; step < 100000; step++) {
		int i = rand() % OBJECTS;
		uint8_t mark = (uint8_t)(i | 1);

		if (o[i].p != NULL) {
			assert_true(all_are(o[i].p, o[i].bytes, mark));
			pool_free(o[i].p);
			o[i].p = NULL;
			continue;
		}
		o[i].bytes = 1 + (size_t)rand() %
			     (rand() % 10 ? 1200 : 3 * PAGE_SIZE);
		o[i].p = pool_alloc(o[i].bytes);
		assert_non_null(o[i].p);
		assert_int_equal((uint64_t)o[i].p % 16, 0);
		assert_true(all_are(o[i].p, o[i].bytes, 0));
		memset(o[i].p, mark, o[i].bytes);
	}
	for (unsigned int i = 0; i < OBJECTS; i++)
		pool_free(o[i].p);
	assert_int_equal(heap_free_frames(), before);
}

static void sizes_are_checked(void **state)
{
	(void)state;
	assert_null(pool_alloc_array(1UL << 40, 1UL << 30));
	assert_null(pool_alloc(1UL << 40));
	pool_free(NULL);
}

static void no_memory_is_said(void **state)
{
	static void *p[2048];
	unsigned int n = 0;

	(void)state;
	while ((p[n] = pool_alloc(4096)) != NULL)
		n++;
	assert_int_equal(n, 1023);
	assert_null(pool_alloc(8));
	while (n-- > 0)
		pool_free(p[n]);
	assert_int_equal(heap_free_frames(), 1023);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(objects_live_apart, make, end),
		cmocka_unit_test_setup_teardown(sizes_are_checked, make, end),
		cmocka_unit_test_setup_teardown(no_memory_is_said, make, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
