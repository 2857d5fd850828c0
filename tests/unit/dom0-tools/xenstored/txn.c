/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Transactions: what they see, when they conflict and when not, what they
 * announce, and what they cost.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "talk.h"

static struct xenstore x;
static struct talk a, b, guest;

static int setup(void **state)
{
	(void)state;
	proto_init(&x, 42);
	talk_start(&a, &x, 0);
	talk_start(&b, &x, 0);
	talk_start(&guest, &x, 5);
	return talk(&a, 0, XY_XS_MKDIR, "/local/domain/5|") ||
	       talk(&a, 0, XY_XS_SET_PERMS, "/local/domain/5|n5|") ||
	       talk(&a, 0, XY_XS_WRITE, "/x/one|1") ||
	       talk(&a, 0, XY_XS_WRITE, "/x/two|2");
}

static int teardown(void **state)
{
	bool right;

	(void)state;
	talk_end(&a);
	talk_end(&b);
	talk_end(&guest);
	right = proto_audit(&x);
	proto_clear(&x);
	return right ? 0 : -1;
}

#define READS(t, tx, path, value)                                       \
	do {                                                            \
		assert_int_equal(talk(t, tx, XY_XS_READ, path "|"), 0); \
		assert_string_equal((t)->data, value);                  \
	} while (0)

#define COMMIT(t, tx) talk(t, tx, XY_XS_TRANSACTION_END, "T|")

static void isolated_until_committed(void **state)
{
	uint32_t tx = talk_txn(&a);

	(void)state;
	talk(&a, tx, XY_XS_WRITE, "/x/one|new");
	talk(&a, tx, XY_XS_RM, "/x/two|");
	READS(&a, tx, "/x/one", "new");
	READS(&a, 0, "/x/one", "1");
	READS(&b, 0, "/x/two", "2");
	assert_int_equal(COMMIT(&a, tx), 0);
	READS(&b, 0, "/x/one", "new");
	assert_int_equal(talk(&b, 0, XY_XS_READ, "/x/two|"), -ENOENT);
	assert_int_equal(COMMIT(&a, tx), -ENOENT);
	assert_int_equal(talk(&a, tx, XY_XS_READ, "/x|"), -ENOENT);
}

static void sees_its_own_picture(void **state)
{
	uint32_t tx = talk_txn(&a);

	(void)state;
	talk(&b, 0, XY_XS_WRITE, "/x/one|changed");
	READS(&a, tx, "/x/one", "1");
	/* It changed nothing: it may have happened before. */
	assert_int_equal(COMMIT(&a, tx), 0);
	READS(&a, 0, "/x/one", "changed");
}

static void abort_leaves_nothing(void **state)
{
	uint32_t tx = talk_txn(&a);

	(void)state;
	talk(&a, tx, XY_XS_WRITE, "/x/one|new");
	assert_int_equal(talk(&a, tx, XY_XS_TRANSACTION_END, "X|"), -EINVAL);
	assert_int_equal(talk(&a, tx, XY_XS_TRANSACTION_END, "F|"), 0);
	READS(&a, 0, "/x/one", "1");
	assert_int_equal(a.client.txn_count, 0);
	/* One that is open when its client goes leaves nothing either. */
	tx = talk_txn(&a);
	talk(&a, tx, XY_XS_WRITE, "/x/one|new");
	client_reset(&a.client);
	READS(&a, 0, "/x/one", "1");
}

static void different_nodes_both_commit(void **state)
{
	uint32_t ta = talk_txn(&a), tb = talk_txn(&b);

	(void)state;
	READS(&a, ta, "/x/one", "1");
	READS(&b, tb, "/x/two", "2");
	talk(&a, ta, XY_XS_WRITE, "/x/one|a");
	talk(&b, tb, XY_XS_WRITE, "/x/two|b");
	talk(&b, tb, XY_XS_WRITE, "/x/new|b");
	assert_int_equal(COMMIT(&a, ta), 0);
	assert_int_equal(COMMIT(&b, tb), 0);
	READS(&a, 0, "/x/one", "a");
	READS(&a, 0, "/x/two", "b");
	READS(&a, 0, "/x/new", "b");
}

static void real_conflicts_conflict(void **state)
{
	uint32_t tx;

	(void)state;
	/* What was read has changed. */
	tx = talk_txn(&a);
	READS(&a, tx, "/x/one", "1");
	talk(&a, tx, XY_XS_WRITE, "/x/two|a");
	talk(&b, 0, XY_XS_WRITE, "/x/one|b");
	assert_int_equal(COMMIT(&a, tx), -EAGAIN);
	READS(&a, 0, "/x/two", "2");
	/* A listing has changed. */
	tx = talk_txn(&a);
	talk(&a, tx, XY_XS_DIRECTORY, "/x|");
	talk(&a, tx, XY_XS_WRITE, "/y|a");
	talk(&b, 0, XY_XS_WRITE, "/x/three|b");
	assert_int_equal(COMMIT(&a, tx), -EAGAIN);
	/* Something was missing and is there now. */
	tx = talk_txn(&a);
	assert_int_equal(talk(&a, tx, XY_XS_READ, "/x/four|"), -ENOENT);
	talk(&a, tx, XY_XS_WRITE, "/y|a");
	talk(&b, 0, XY_XS_WRITE, "/x/four|b");
	assert_int_equal(COMMIT(&a, tx), -EAGAIN);
	assert_int_equal(talk(&a, 0, XY_XS_READ, "/y|"), -ENOENT);
	/* The same value again is no change that could be seen. */
	tx = talk_txn(&a);
	READS(&a, tx, "/x/one", "b");
	talk(&a, tx, XY_XS_WRITE, "/y|a");
	talk(&b, 0, XY_XS_WRITE, "/x/one|b");
	assert_int_equal(COMMIT(&a, tx), 0);
}

static void announces_at_commit(void **state)
{
	uint32_t tx = talk_txn(&a);

	(void)state;
	talk(&b, 0, XY_XS_WATCH, "/x|t|");
	talk_events(&b);
	talk(&a, tx, XY_XS_WRITE, "/x/one|a");
	talk(&a, tx, XY_XS_WRITE, "/x/one|b");
	talk(&a, tx, XY_XS_WRITE, "/x/gone|b");
	talk(&a, tx, XY_XS_RM, "/x/gone|");
	talk(&a, tx, XY_XS_RM, "/x/two|");
	talk(&a, tx, XY_XS_SET_PERMS, "/x|n0|r5|");
	assert_int_equal(talk_events(&b), 0);
	assert_int_equal(COMMIT(&a, tx), 0);
	assert_int_equal(talk_events(&b), 3);
	assert_string_equal(b.event[0], "/x/one|t");
	assert_string_equal(b.event[1], "/x/two|t");
	assert_string_equal(b.event[2], "/x|t");
	tx = talk_txn(&a);
	talk(&a, tx, XY_XS_WRITE, "/x/one|c");
	talk(&a, tx, XY_XS_TRANSACTION_END, "F|");
	assert_int_equal(talk_events(&b), 0);
}

static void counts_nodes_once(void **state)
{
	uint32_t tx = talk_txn(&guest), before = x.quota.nodes[5];
	char text[32];
	unsigned int i;

	(void)state;
	for (i = 0; i < 500; i++) {
		snprintf(text, sizeof(text), "t%u|1", i);
		assert_int_equal(talk(&guest, tx, XY_XS_WRITE, text), 0);
	}
	assert_int_equal(x.quota.nodes[5], before);
	/* Outside it the guest takes the rest. */
	for (i = 0; i < QUOTA_NODES - before; i++) {
		snprintf(text, sizeof(text), "o%u|1", i);
		assert_int_equal(talk(&guest, 0, XY_XS_WRITE, text), 0);
	}
	/* Together they would be too many. */
	assert_int_equal(COMMIT(&guest, tx), -EAGAIN);
	assert_int_equal(x.quota.nodes[5], QUOTA_NODES);
	tx = talk_txn(&guest);
	assert_int_equal(talk(&guest, tx, XY_XS_WRITE, "more|1"), -ENOSPC);
	talk(&guest, tx, XY_XS_RM, "o1|");
	assert_int_equal(talk(&guest, tx, XY_XS_WRITE, "more|1"), 0);
	assert_int_equal(COMMIT(&guest, tx), 0);
	assert_int_equal(x.quota.nodes[5], QUOTA_NODES);
}

static void bounded_for_a_guest(void **state)
{
	uint32_t tx = talk_txn(&guest);
	unsigned int i;

	(void)state;
	for (i = 0; i < QUOTA_TXN_OPS; i++)
		assert_int_equal(talk(&guest, tx, XY_XS_READ, "none|"),
				 -ENOENT);
	assert_int_equal(talk(&guest, tx, XY_XS_READ, "none|"), -ENOSPC);
	assert_int_equal(COMMIT(&guest, tx), 0);
	/* Not another client's. */
	tx = talk_txn(&a);
	assert_int_equal(talk(&b, tx + 1, XY_XS_READ, "/x|"), -ENOENT);
	assert_int_equal(talk(&a, tx, XY_XS_TRANSACTION_START, "|"), -EBUSY);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(isolated_until_committed), T(sees_its_own_picture),
		T(abort_leaves_nothing),     T(different_nodes_both_commit),
		T(real_conflicts_conflict),  T(announces_at_commit),
		T(counts_nodes_once),	     T(bounded_for_a_guest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
