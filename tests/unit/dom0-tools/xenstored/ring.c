/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The byte rings of a xenstore page: streams across the wrap of buffer and
 * index, and guests that lie about their indices.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dom0-tools/xenstored/ring.h"

static struct xy_xenstore_domain_interface *page;

static int setup(void **state)
{
	(void)state;
	page = calloc(1, sizeof(*page)); /* exact: a step beyond is seen */
	return !page;
}

static int teardown(void **state)
{
	(void)state;
	free(page);
	return 0;
}

/* The guest's side, written the plain way. */
static void guest_sends(char c)
{
	page->req[page->req_prod % 1024] = c;
	page->req_prod++;
}

static void a_stream_comes_through(void **state)
{
	char sent = 0, want = 0, buf[300];
	unsigned int round, i;
	int n;

	(void)state;
	page->req_cons = page->req_prod = 0u - 500u; /* wraps on the way */
	srand(2);
	for (round = 0; round < 2000; round++) {
		for (i = (unsigned int)rand() % 400; i; i--)
			if (page->req_prod - page->req_cons < 1024)
				guest_sends(sent++);
		n = ring_take(page, buf, (size_t)rand() % sizeof(buf));
		assert_true(n >= 0);
		for (i = 0; i < (unsigned int)n; i++)
			assert_int_equal(buf[i], want++);
	}
}

static void answers_come_through(void **state)
{
	char sent = 0, want = 0, buf[700];
	unsigned int round, i, len;
	int n;

	(void)state;
	page->rsp_cons = page->rsp_prod = 0u - 500u;
	srand(3);
	for (round = 0; round < 2000; round++) {
		len = (unsigned int)rand() % sizeof(buf);
		for (i = 0; i < len; i++)
			buf[i] = (char)(sent + (char)i);
		n = ring_put(page, buf, len);
		assert_in_range(n, 0, len);
		sent = (char)(sent + n);
		for (i = (unsigned int)rand() % 700; i; i--)
			if (page->rsp_cons != page->rsp_prod)
				assert_int_equal(
					page->rsp[page->rsp_cons++ % 1024],
					want++);
	}
	/* A full ring takes nothing. */
	page->rsp_cons = page->rsp_prod - 1024;
	assert_int_equal(ring_put(page, buf, 1), 0);
}

static void impossible_indices_are_refused(void **state)
{
	char buf[64] = "";

	(void)state;
	page->req_prod = 1025;
	assert_int_equal(ring_take(page, buf, sizeof(buf)), -EPROTO);
	assert_int_equal(page->req_cons, 0);
	page->req_prod = 0;
	page->req_cons = 1; /* the producer runs backwards */
	assert_int_equal(ring_take(page, buf, sizeof(buf)), -EPROTO);
	page->rsp_cons = 5;
	assert_int_equal(ring_put(page, buf, 1), -EPROTO);
	assert_int_equal(page->rsp_prod, 0);
	/* Our own indices tampered with: never out of bounds. */
	page->req_cons = 0xfffffff0;
	page->req_prod = 0x3f0;
	assert_int_equal(ring_take(page, buf, sizeof(buf)), 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_stream_comes_through, setup,
						teardown),
		cmocka_unit_test_setup_teardown(answers_come_through, setup,
						teardown),
		cmocka_unit_test_setup_teardown(impossible_indices_are_refused,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
