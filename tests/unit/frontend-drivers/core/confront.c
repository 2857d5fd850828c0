/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest's console ring against the console daemon's own side of it, and
 * against a daemon that lies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dom0-tools/consoled/conring.h"
#include "frontend-drivers/core/confront.h"

static struct xy_xencons_interface *page;
static struct confront c;

static int setup(void **state)
{
	(void)state;
	page = calloc(1, sizeof(*page)); /* exact: a step beyond is seen */
	page->out_prod = page->out_cons = 0u - 3000u;
	page->in_prod = page->in_cons = 0u - 500u;
	confront_init(&c, page);
	return !page;
}

static int teardown(void **state)
{
	(void)state;
	free(page);
	return 0;
}

static void text_goes_out(void **state)
{
	char sent = 0, want = 0, buf[900];
	size_t n, i, full = 0;
	int got;

	(void)state;
	for (unsigned int round = 0; round < 3000; round++) {
		n = (size_t)rand() % sizeof(buf);
		for (i = 0; i < n; i++)
			buf[i] = (char)(sent + (char)i);
		i = confront_put(&c, buf, n);
		full += i < n;
		sent = (char)(sent + (char)i);
		got = conring_take(page, buf, (size_t)rand() % sizeof(buf));
		assert_true(got >= 0);
		for (i = 0; i < (size_t)got; i++)
			assert_int_equal(buf[i], want++);
	}
	assert_true(full > 0); /* it was seen full, too */
}

static void text_comes_in(void **state)
{
	char sent = 0, want = 0, buf[600];
	size_t n, i;
	int put;

	(void)state;
	for (unsigned int round = 0; round < 3000; round++) {
		n = (size_t)rand() % sizeof(buf);
		for (i = 0; i < n; i++)
			buf[i] = (char)(sent + (char)i);
		put = conring_put(page, buf, n);
		assert_true(put >= 0);
		sent = (char)(sent + (char)put);
		n = confront_get(&c, buf, (size_t)rand() % sizeof(buf));
		for (i = 0; i < n; i++)
			assert_int_equal(buf[i], want++);
	}
}

static void a_reader_that_lies(void **state)
{
	uint32_t before = page->out_prod;

	(void)state;
	page->out_cons = page->out_prod + 1;
	assert_int_equal(confront_put(&c, "text", 4), 4);
	assert_true(c.offline);
	page->out_cons = page->out_prod;
	assert_int_equal(confront_put(&c, "text", 4), 4);
	assert_int_equal(page->out_prod, before); /* dropped */
}

static void a_writer_that_lies(void **state)
{
	char buf[16];

	(void)state;
	page->in_prod = page->in_cons + 1025;
	assert_int_equal(confront_get(&c, buf, sizeof(buf)), 0);
	assert_true(c.offline);
	page->in_prod = page->in_cons + 5;
	assert_int_equal(confront_get(&c, buf, sizeof(buf)), 0);
}

static void our_indices_are_ours(void **state)
{
	char buf[16];

	(void)state;
	assert_int_equal(confront_put(&c, "ab", 2), 2);
	page->out_prod += 9;
	page->in_cons += 9;
	page->in_prod = c.in_cons + 1;
	assert_int_equal(confront_put(&c, "c", 1), 1);
	assert_int_equal(conring_take(page, buf, sizeof(buf)), 3);
	assert_memory_equal(buf, "abc", 3);
	assert_int_equal(confront_get(&c, buf, sizeof(buf)), 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(text_goes_out), T(text_comes_in), T(a_reader_that_lies),
		T(a_writer_that_lies), T(our_indices_are_ours),
	};

	srand(4);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
