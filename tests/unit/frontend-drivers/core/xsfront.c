/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest's xenstore client against the daemon's own core over one page, with
 * the rings' indices near their wrap; and against stores that lie.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/errno.h"
#include "dom0-tools/xenstored/proto.h"
#include "dom0-tools/xenstored/ring.h"
#include "frontend-drivers/core/xsfront.h"

static struct xy_xenstore_domain_interface *page;
static struct xsfront *x;
static struct xenstore server;
static struct client client;
static char seen[64][64]; /* "path token" of watch events */
static unsigned int events;

static int setup(void **state)
{
	(void)state;
	page = calloc(1, sizeof(*page)); /* exact: a step beyond is seen */
	x = calloc(1, sizeof(*x));
	page->req_prod = page->req_cons = 0u - 1500u;
	page->rsp_prod = page->rsp_cons = 0u - 700u;
	xsfront_init(x, page);
	proto_init(&server, 1);
	client_init(&client, &server, (struct who){ 0, XY_DOMID_INVALID });
	events = 0;
	return !page || !x;
}

static int teardown(void **state)
{
	(void)state;
	client_clear(&client);
	proto_clear(&server);
	free(page);
	free(x);
	return 0;
}

/* The daemon's turn: a random share of what it could move. */
static void serve(void)
{
	size_t room, bytes, some = 1 + (size_t)rand() % 900;
	char *where = client_room(&client, &room);
	const char *out;
	int n = ring_take(page, where, room < some ? room : some);

	assert_true(n >= 0);
	client_fed(&client, (size_t)n);
	while ((n = client_step(&client)) == 1)
		;
	assert_int_equal(n, 0);
	out = client_output(&client, &bytes);
	some = 1 + (size_t)rand() % 900;
	n = ring_put(page, out, bytes < some ? bytes : some);
	assert_true(n >= 0);
	client_sent(&client, (size_t)n);
}

/* Until the answer is there; watch events on the way are noted. */
static struct xsfront_msg ask(uint32_t type, uint32_t tx, const void *data,
			      size_t len)
{
	struct xsfront_part cut[2] = {
		{ data, (uint32_t)(len / 2) },
		{ (const char *)data + len / 2, (uint32_t)(len - len / 2) },
	};
	struct xsfront_msg m;
	int rc;

	assert_int_equal(xsfront_ask(x, type, tx, cut, 2), 0);
	assert_int_equal(xsfront_ask(x, type, tx, cut, 2), -XY_EBUSY);
	for (;;) {
		assert_int_equal(xsfront_push(x), 0);
		rc = xsfront_pull(x, &m);
		if (rc == -XY_EAGAIN) {
			serve();
			continue;
		}
		assert_int_equal(rc, 0);
		if (m.kind != XSFRONT_WATCH)
			return m;
		snprintf(seen[events++ % 64], 64, "%s %s", m.path, m.token);
	}
}

#define ASK(type, text) ask(type, 0, text, sizeof(text))

static void writes_and_reads(void **state)
{
	char big[4000];
	struct xsfront_msg m;

	(void)state;
	memset(big, 'b', sizeof(big));
	memcpy(big, "/a/b", 5);
	for (unsigned int i = 0; i < 200; i++) {
		m = ask(XY_XS_WRITE, 0, big, 5 + (size_t)rand() % 3000);
		assert_int_equal(m.kind, XSFRONT_ANSWER);
		m = ASK(XY_XS_READ, "/a/b");
		assert_int_equal(m.kind, XSFRONT_ANSWER);
		assert_int_equal(strlen(m.value), m.len);
		assert_true(m.len == 0 || m.value[m.len - 1] == 'b');
	}
	m = ASK(XY_XS_READ, "/a/none");
	assert_int_equal(m.kind, XSFRONT_REFUSED);
	assert_int_equal(m.error, -XY_ENOENT);
	m = ASK(XY_XS_DIRECTORY, "/a");
	assert_int_equal(m.kind, XSFRONT_ANSWER);
	assert_int_equal(m.len, 2);
	assert_string_equal(m.value, "b");
	assert_true(xsfront_kick(x));
	assert_false(xsfront_kick(x));
}

static void events_come_between(void **state)
{
	struct xsfront_msg m;
	unsigned int before;

	(void)state;
	assert_int_equal(ASK(XY_XS_WATCH, "/w\0t1").kind, XSFRONT_ANSWER);
	ASK(XY_XS_READ, "/");
	before = events;
	assert_true(before >= 1); /* a watch fires when it is set */
	for (unsigned int i = 0; i < 50; i++)
		ask(XY_XS_WRITE, 0, "/w/x\0v", 6);
	m = ASK(XY_XS_READ, "/w/x");
	assert_string_equal(m.value, "v");
	assert_true(events >= before + 49);
	assert_string_equal(seen[0], "/w t1");
	assert_string_equal(seen[before], "/w/x t1");
}

static void transactions(void **state)
{
	struct xsfront_msg m = ASK(XY_XS_TRANSACTION_START, "");
	uint32_t tx = (uint32_t)strtoul(m.value, NULL, 10);

	(void)state;
	assert_int_not_equal(tx, 0);
	assert_int_equal(ask(XY_XS_READ, tx, "/t", 3).error, -XY_ENOENT);
	ask(XY_XS_WRITE, tx, "/t\0in", 5);
	assert_int_equal(ASK(XY_XS_READ, "/t").error, -XY_ENOENT);
	ask(XY_XS_WRITE, 0, "/t\0out", 6);
	m = ask(XY_XS_TRANSACTION_END, tx, "T", 2);
	assert_int_equal(m.error, -XY_EAGAIN);
}

static void too_long(void **state)
{
	static char big[5000];
	struct xsfront_part p[2] = { { big, 4000 }, { big, 97 } };

	(void)state;
	assert_int_equal(xsfront_ask(x, XY_XS_WRITE, 0, p, 2), -XY_E2BIG);
	assert_false(x->asking);
	p[1].len = 0xffffffff;
	assert_int_equal(xsfront_ask(x, XY_XS_WRITE, 0, p, 2), -XY_E2BIG);
	p[1].len = 96;
	assert_int_equal(xsfront_ask(x, XY_XS_WRITE, 0, p, 2), 0);
}

/* ---- stores that lie ---- */

static void question(void)
{
	struct xsfront_part p = { "/a", 3 };

	assert_int_equal(xsfront_ask(x, XY_XS_READ, 0, &p, 1), 0);
	assert_int_equal(xsfront_push(x), 0);
}

static void reply(uint32_t type, uint32_t id, uint32_t len, const char *body,
		  size_t bytes)
{
	struct xy_xsd_sockmsg head = { type, id, 0, len };

	ring_put(page, (const char *)&head, sizeof(head));
	ring_put(page, body, bytes);
}

static void must_break(void)
{
	struct xsfront_msg m;
	struct xsfront_part p = { "/a", 3 };

	assert_int_equal(xsfront_pull(x, &m), -XY_EPROTO);
	assert_true(x->broken);
	assert_int_equal(xsfront_push(x), -XY_EPROTO);
	assert_int_equal(xsfront_ask(x, XY_XS_READ, 0, &p, 1), -XY_EPROTO);
}

static void an_answer_to_nothing(void **state)
{
	(void)state;
	reply(XY_XS_READ, 0, 2, "ab", 2);
	must_break();
}

static void a_wrong_number(void **state)
{
	(void)state;
	question();
	reply(XY_XS_READ, 7, 2, "ab", 2);
	must_break();
}

static void a_wrong_type(void **state)
{
	(void)state;
	question();
	reply(XY_XS_WRITE, 1, 3, "OK", 3);
	must_break();
}

static void a_mad_length(void **state)
{
	(void)state;
	question();
	reply(XY_XS_READ, 1, 4097, "", 0);
	must_break();
}

static void a_watch_without_end(void **state)
{
	(void)state;
	reply(XY_XS_WATCH_EVENT, 0, 4, "a\0bc", 4);
	must_break();
}

static void a_response_index_that_jumps(void **state)
{
	(void)state;
	page->rsp_prod = page->rsp_cons + 1025;
	must_break();
}

static void a_request_index_that_jumps(void **state)
{
	struct xsfront_part p = { "/a", 3 };

	(void)state;
	page->req_cons = page->req_prod + 1;
	assert_int_equal(xsfront_ask(x, XY_XS_READ, 0, &p, 1), 0);
	assert_int_equal(xsfront_push(x), -XY_EPROTO);
	must_break();
}

/* What the page says of our own indices does not matter. */
static void our_indices_are_ours(void **state)
{
	struct xsfront_msg m;

	(void)state;
	page->rsp_cons += 77;
	question();
	page->rsp_cons = x->rsp_cons;
	page->req_cons = x->req_prod;
	reply(XY_XS_READ, 1, 2, "ab", 2);
	page->rsp_cons = 5;
	assert_int_equal(xsfront_pull(x, &m), 0);
	assert_string_equal(m.value, "ab");
}

static void error_names(void **state)
{
	(void)state;
	assert_int_equal(xsfront_errno("EPERM"), -XY_EPERM);
	assert_int_equal(xsfront_errno("E2BIG"), -XY_E2BIG);
	assert_int_equal(xsfront_errno("ENOEN"), -XY_EIO);
	assert_int_equal(xsfront_errno(""), -XY_EIO);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(writes_and_reads), T(events_come_between), T(transactions),
		T(too_long), T(an_answer_to_nothing), T(a_wrong_number),
		T(a_wrong_type), T(a_mad_length), T(a_watch_without_end),
		T(a_response_index_that_jumps), T(a_request_index_that_jumps),
		T(our_indices_are_ours), T(error_names),
	};

	srand(3);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
