/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The daemon's core, asked in its own protocol: each request, its errors, its
 * rights, its events, its limits.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_domains.h"
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
	memset(fake_known, 0, sizeof(fake_known));
	return talk(&a, 0, XY_XS_MKDIR, "/local/domain/5|") ||
	       talk(&a, 0, XY_XS_SET_PERMS, "/local/domain/5|n5|");
}

static int teardown(void **state)
{
	bool right = proto_audit(&x);

	(void)state;
	talk_end(&a);
	talk_end(&b);
	talk_end(&guest);
	proto_clear(&x);
	return right && !x.watches.count ? 0 : -1;
}

#define READS(t, tx, path, value)                                       \
	do {                                                            \
		assert_int_equal(talk(t, tx, XY_XS_READ, path "|"), 0); \
		assert_string_equal((t)->data, value);                  \
	} while (0)

static void writes_and_reads(void **state)
{
	(void)state;
	assert_int_equal(talk(&a, 0, XY_XS_WRITE, "/x/y/z|value"), 0);
	assert_string_equal(a.data, "OK");
	assert_int_equal(a.head.len, 3);
	READS(&b, 0, "/x/y/z", "value");
	assert_int_equal(b.head.len, 5); /* no NUL on the wire */
	READS(&b, 0, "/x/y", "");
	assert_int_equal(talk(&b, 0, XY_XS_READ, "/x/q|"), -ENOENT);
	assert_int_equal(talk(&b, 0, XY_XS_READ, "/x/q"), -EINVAL);
	assert_int_equal(talk(&b, 0, XY_XS_READ, "/x/|"), -EINVAL);
	assert_int_equal(talk(&b, 0, XY_XS_READ, ""), -EINVAL);
	assert_int_equal(talk(&b, 0, XY_XS_WRITE, "/no nul"), -EINVAL);
	assert_int_equal(talk(&b, 0, 20, "/x|"), -ENOSYS);
	assert_int_equal(talk(&b, 0, 4711, "/x|"), -ENOSYS);
	assert_int_equal(talk(&b, 0, XY_XS_WATCH_EVENT, "/x|t|"), -ENOSYS);
}

static void lists(void **state)
{
	(void)state;
	talk(&a, 0, XY_XS_WRITE, "/d/b|");
	talk(&a, 0, XY_XS_WRITE, "/d/ab|");
	talk(&a, 0, XY_XS_WRITE, "/d/a|");
	assert_int_equal(talk(&a, 0, XY_XS_DIRECTORY, "/d|"), 0);
	assert_int_equal(a.head.len, 7);
	assert_memory_equal(a.data, "a\0ab\0b\0", 7);
	assert_int_equal(talk(&a, 0, XY_XS_DIRECTORY, "/d/a|"), 0);
	assert_int_equal(a.head.len, 0);
}

static void lists_in_parts(void **state)
{
	char request[64], all[64 * 1024], first[32] = "";
	size_t len = 0, skip, bytes;
	unsigned int i, parts = 0;

	(void)state;
	for (i = 0; i < 1000; i++) {
		snprintf(request, sizeof(request), "/d/name-%03u|", i);
		talk(&a, 0, XY_XS_MKDIR, request);
	}
	assert_int_equal(talk(&a, 0, XY_XS_DIRECTORY, "/d|"), -E2BIG);
	do {
		snprintf(request, sizeof(request), "/d|%zu|", len);
		assert_int_equal(talk(&a, 0, XY_XS_DIRECTORY_PART, request), 0);
		skip = strlen(a.data) + 1;
		if (!parts++)
			strcpy(first, a.data);
		assert_string_equal(a.data, first);
		bytes = a.head.len - skip;
		assert_true(bytes > 0);
		memcpy(all + len, a.data + skip, bytes);
		len += bytes;
	} while (len < 2 || all[len - 1] || all[len - 2]);
	assert_int_equal(len, 1000 * 9 + 1);
	for (i = 0; i < 1000; i++) {
		snprintf(request, sizeof(request), "name-%03u", i);
		assert_string_equal(all + 9 * i, request);
	}
	assert_true(parts >= 3);
	/* A change shows in the generation. */
	talk(&a, 0, XY_XS_RM, "/d/name-500|");
	talk(&a, 0, XY_XS_DIRECTORY_PART, "/d|0|");
	assert_string_not_equal(a.data, first);
}

static void removes(void **state)
{
	(void)state;
	talk(&a, 0, XY_XS_WRITE, "/x/y/z|1");
	assert_int_equal(talk(&a, 0, XY_XS_RM, "/x/y|"), 0);
	assert_int_equal(talk(&a, 0, XY_XS_READ, "/x/y/z|"), -ENOENT);
	READS(&a, 0, "/x", "");
	/* Missing, but its parent is there: fine. */
	assert_int_equal(talk(&a, 0, XY_XS_RM, "/x/y|"), 0);
	assert_int_equal(talk(&a, 0, XY_XS_RM, "/x/y/z|"), -ENOENT);
	assert_int_equal(talk(&a, 0, XY_XS_RM, "/|"), -EINVAL);
}

static void permissions(void **state)
{
	(void)state;
	talk(&a, 0, XY_XS_WRITE, "/secret/key|1");
	assert_int_equal(talk(&guest, 0, XY_XS_READ, "/secret/key|"), -EACCES);
	/* Nor may it learn whether something exists. */
	assert_int_equal(talk(&guest, 0, XY_XS_READ, "/secret/no|"), -EACCES);
	assert_int_equal(talk(&guest, 0, XY_XS_WRITE, "/mine|1"), -EACCES);
	assert_int_equal(talk(&a, 0, XY_XS_SET_PERMS, "/secret/key|n0|r5|"), 0);
	READS(&guest, 0, "/secret/key", "1");
	assert_int_equal(talk(&guest, 0, XY_XS_WRITE, "/secret/key|2"),
			 -EACCES);
	assert_int_equal(talk(&guest, 0, XY_XS_SET_PERMS, "/secret/key|b5|"),
			 -EACCES);
	talk(&a, 0, XY_XS_SET_PERMS, "/secret/key|n0|b5|");
	assert_int_equal(talk(&guest, 0, XY_XS_WRITE, "/secret/key|2"), 0);
	assert_int_equal(talk(&a, 0, XY_XS_GET_PERMS, "/secret/key|"), 0);
	assert_int_equal(a.head.len, 6);
	assert_memory_equal(a.data, "n0\0b5\0", 6);
	assert_int_equal(talk(&a, 0, XY_XS_SET_PERMS, "/secret|x0|"), -EINVAL);
	assert_int_equal(talk(&a, 0, XY_XS_SET_PERMS, "/secret|"), -EINVAL);
	assert_int_equal(talk(&a, 0, XY_XS_SET_PERMS, "/secret|r40000|"),
			 -EINVAL);
	assert_int_equal(talk(&a, 0, XY_XS_SET_PERMS, "/secret|r|"), -EINVAL);
}

static void a_guests_own_nodes(void **state)
{
	(void)state;
	/* Relative to its home, and its own. */
	assert_int_equal(talk(&guest, 0, XY_XS_WRITE, "data/k|v"), 0);
	READS(&a, 0, "/local/domain/5/data/k", "v");
	talk(&a, 0, XY_XS_GET_PERMS, "/local/domain/5/data/k|");
	assert_string_equal(a.data, "n5");
	/* It cannot give them away, nor list too many friends. */
	assert_int_equal(talk(&guest, 0, XY_XS_SET_PERMS, "data|n6|"), -EPERM);
	assert_int_equal(talk(&guest, 0, XY_XS_SET_PERMS,
			      "data|n5|r1|r2|r3|r4|r6|"),
			 -ENOSPC);
	assert_int_equal(talk(&guest, 0, XY_XS_SET_PERMS, "data|n5|r1|"), 0);
	/* What dom0 makes there is the guest's too. */
	talk(&a, 0, XY_XS_WRITE, "/local/domain/5/from0|1");
	talk(&a, 0, XY_XS_GET_PERMS, "/local/domain/5/from0|");
	assert_string_equal(a.data, "n5");
	assert_int_equal(x.quota.nodes[5], 4);
	/* A domain with this one as its target has its rights. */
	b.client.who = (struct who){ 9, 5 };
	assert_int_equal(talk(&b, 0, XY_XS_WRITE, "/local/domain/5/data/k|w"),
			 0);
}

static void watches_fire(void **state)
{
	(void)state;
	assert_int_equal(talk(&b, 0, XY_XS_WATCH, "/x|tok|"), 0);
	assert_int_equal(talk_events(&b), 1);
	assert_string_equal(b.event[0], "/x|tok");
	assert_int_equal(talk(&b, 0, XY_XS_WATCH, "/x|tok|"), -EEXIST);
	talk(&a, 0, XY_XS_WRITE, "/x/y|1");
	talk(&a, 0, XY_XS_WRITE, "/xx|1");
	talk(&a, 0, XY_XS_READ, "/x/y|");
	assert_int_equal(talk_events(&b), 1);
	assert_string_equal(b.event[0], "/x/y|tok");
	talk(&a, 0, XY_XS_MKDIR, "/x/y|"); /* is there already */
	assert_int_equal(talk_events(&b), 0);
	talk(&a, 0, XY_XS_SET_PERMS, "/x|n0|");
	assert_int_equal(talk_events(&b), 1);
	/* A parent's removal is heard at what goes with it. */
	talk(&b, 0, XY_XS_WATCH, "/x/y|deep|");
	talk(&b, 0, XY_XS_WATCH, "/x/none|none|");
	talk_events(&b);
	talk(&a, 0, XY_XS_RM, "/x|");
	assert_int_equal(talk_events(&b), 2);
	assert_string_equal(b.event[0], "/x|tok");
	assert_string_equal(b.event[1], "/x/y|deep");
	assert_int_equal(talk(&b, 0, XY_XS_UNWATCH, "/x|tok|"), 0);
	assert_int_equal(talk(&b, 0, XY_XS_UNWATCH, "/x|tok|"), -ENOENT);
	talk(&a, 0, XY_XS_WRITE, "/x|1");
	assert_int_equal(talk_events(&b), 0);
	assert_int_equal(talk(&b, 0, XY_XS_RESET_WATCHES, "|"), 0);
	assert_int_equal(x.watches.count, 0);
}

static void watches_know_depth(void **state)
{
	(void)state;
	talk(&b, 0, XY_XS_WATCH, "/x|one|1|");
	talk(&b, 0, XY_XS_WATCH, "/|root|0|");
	assert_int_equal(talk(&b, 0, XY_XS_WATCH, "/x|t|one|"), -EINVAL);
	talk_events(&b);
	talk(&a, 0, XY_XS_WRITE, "/x|1");
	talk(&a, 0, XY_XS_WRITE, "/x/y|1");
	talk(&a, 0, XY_XS_WRITE, "/x/y/z|1");
	assert_int_equal(talk_events(&b), 2);
	assert_string_equal(b.event[1], "/x/y|one");
	talk(&a, 0, XY_XS_SET_PERMS, "/|n0|");
	assert_int_equal(talk_events(&b), 1);
	assert_string_equal(b.event[0], "/|root");
}

static void a_guests_watches(void **state)
{
	(void)state;
	assert_int_equal(talk(&guest, 0, XY_XS_WATCH, "dev|t|"), 0);
	assert_int_equal(talk_events(&guest), 1);
	assert_string_equal(guest.event[0], "dev|t");
	talk(&a, 0, XY_XS_WRITE, "/local/domain/5/dev/0|1");
	assert_int_equal(talk_events(&guest), 1);
	assert_string_equal(guest.event[0], "dev/0|t");
	/* What it may not read it does not hear of. */
	talk(&guest, 0, XY_XS_WATCH, "/|all|");
	talk_events(&guest);
	talk(&a, 0, XY_XS_WRITE, "/secret/a|1");
	talk(&a, 0, XY_XS_RM, "/secret/a|");
	assert_int_equal(talk_events(&guest), 0);
	talk(&a, 0, XY_XS_WRITE, "/open|1");
	talk(&a, 0, XY_XS_SET_PERMS, "/open|r0|");
	assert_int_equal(talk_events(&guest), 1);
	/* The last it hears is that it may not any more. */
	talk(&a, 0, XY_XS_SET_PERMS, "/open|n0|");
	assert_int_equal(talk_events(&guest), 1);
	assert_int_equal(talk(&guest, 0, XY_XS_WATCH, "@releaseDomain|t|"),
			 -EACCES);
	assert_int_equal(talk(&a, 0, XY_XS_WATCH, "@nonsense|t|"), -EINVAL);
}

static void domains_come_and_go(void **state)
{
	(void)state;
	talk(&b, 0, XY_XS_WATCH, "@introduceDomain|in|");
	talk(&b, 0, XY_XS_WATCH, "@introduceDomain|deep|1|");
	talk(&b, 0, XY_XS_WATCH, "@releaseDomain/7|out|");
	talk_events(&b);
	assert_int_equal(talk(&a, 0, XY_XS_INTRODUCE, "7|1234|3|"), 0);
	assert_int_equal(talk_events(&b), 2);
	assert_string_equal(b.event[0], "@introduceDomain/7|deep");
	assert_string_equal(b.event[1], "@introduceDomain|in");
	talk(&a, 0, XY_XS_INTRODUCE, "7|1234|3|");
	assert_int_equal(talk_events(&b), 0);
	assert_int_equal(talk(&a, 0, XY_XS_IS_DOMAIN_INTRODUCED, "7|"), 0);
	assert_string_equal(a.data, "T");
	talk(&a, 0, XY_XS_IS_DOMAIN_INTRODUCED, "8|");
	assert_string_equal(a.data, "F");
	talk(&guest, 0, XY_XS_GET_DOMAIN_PATH, "7|");
	assert_string_equal(guest.data, "/local/domain/7");
	assert_int_equal(guest.head.len, 16);
	assert_int_equal(talk(&a, 0, XY_XS_RELEASE, "8|"), -ENOENT);
	assert_int_equal(talk(&a, 0, XY_XS_RELEASE, "7|"), 0);
	assert_int_equal(talk_events(&b), 1);
	assert_string_equal(b.event[0], "@releaseDomain/7|out");
	/* Domain 0's alone, and with sense. */
	assert_int_equal(talk(&guest, 0, XY_XS_INTRODUCE, "8|1|1|"), -EACCES);
	assert_int_equal(talk(&guest, 0, XY_XS_RELEASE, "7|"), -EACCES);
	assert_int_equal(talk(&guest, 0, XY_XS_CONTROL, "help|"), -EACCES);
	assert_int_equal(talk(&a, 0, XY_XS_INTRODUCE, "0|1|1|"), -EINVAL);
	assert_int_equal(talk(&a, 0, XY_XS_INTRODUCE, "-1|1|1|"), -EINVAL);
	assert_int_equal(talk(&a, 0, XY_XS_INTRODUCE, "32752|1|1|"), -EINVAL);
	assert_int_equal(talk(&a, 0, XY_XS_INTRODUCE, "666|1|1|"), -EIO);
	assert_int_equal(talk(&a, 0, XY_XS_CONTROL, "check|"), 0);
	assert_string_equal(a.data, "OK");
}

static void read_only_clients(void **state)
{
	(void)state;
	talk(&a, 0, XY_XS_WRITE, "/x|1");
	b.client.read_only = true;
	READS(&b, 0, "/x", "1");
	assert_int_equal(talk(&b, 0, XY_XS_WRITE, "/x|2"), -EROFS);
	assert_int_equal(talk(&b, 0, XY_XS_RM, "/x|"), -EROFS);
	assert_int_equal(talk(&b, 0, XY_XS_RELEASE, "7|"), -EACCES);
}

static void limits_of_a_guest(void **state)
{
	static char big[XY_STORE_PAYLOAD_MAX];
	char text[64];
	unsigned int i;

	(void)state;
	for (i = 0; i < QUOTA_NODES - 1; i++) {
		snprintf(text, sizeof(text), "n%u|1", i);
		assert_int_equal(talk(&guest, 0, XY_XS_WRITE, text), 0);
	}
	assert_int_equal(talk(&guest, 0, XY_XS_WRITE, "more|1"), -ENOSPC);
	assert_int_equal(talk(&guest, 0, XY_XS_WRITE, "n0|2"), 0);
	assert_int_equal(talk(&guest, 0, XY_XS_RM, "n1|"), 0);
	assert_int_equal(talk(&guest, 0, XY_XS_WRITE, "a/b|1"), -ENOSPC);
	assert_int_equal(talk(&guest, 0, XY_XS_WRITE, "a|1"), 0);
	memset(big, 'x', sizeof(big));
	memcpy(big, "n0", 3);
	assert_int_equal(talk_bytes(&guest, 0, XY_XS_WRITE, big,
				    3 + QUOTA_VALUE_BYTES),
			 0);
	assert_int_equal(talk_bytes(&guest, 0, XY_XS_WRITE, big,
				    4 + QUOTA_VALUE_BYTES),
			 -ENOSPC);
	for (i = 0; i < QUOTA_WATCHES; i++) {
		snprintf(text, sizeof(text), "w|%u|", i);
		assert_int_equal(talk(&guest, 0, XY_XS_WATCH, text), 0);
	}
	assert_int_equal(talk(&guest, 0, XY_XS_WATCH, "w|more|"), -ENOSPC);
	for (i = 0; i < QUOTA_TXNS; i++)
		talk_txn(&guest);
	assert_int_equal(talk(&guest, 0, XY_XS_TRANSACTION_START, "|"),
			 -ENOSPC);
	/* dom0 has none of them. */
	assert_int_equal(talk(&a, 0, XY_XS_WRITE, "/local/domain/5/m|1"), 0);
}

/* Feeds a request without taking the answer: what client_step() says. */
static int push(struct talk *t, uint32_t type, const char *data, size_t len)
{
	struct xy_xsd_sockmsg head = { type, 1, 0, (uint32_t)len };
	size_t room;
	char *where = client_room(&t->client, &room);

	memcpy(where, &head, sizeof(head));
	memcpy(where + sizeof(head), data, len);
	client_fed(&t->client, sizeof(head) + len);
	return client_step(&t->client);
}

static void who_does_not_listen_waits(void **state)
{
	char value[2000];
	size_t waiting, peak;
	unsigned int i;

	(void)state;
	memset(value, 'v', sizeof(value));
	memcpy(value, "k", 2);
	talk_bytes(&guest, 0, XY_XS_WRITE, value, sizeof(value));
	for (i = 0; i < 1000; i++)
		if (push(&guest, XY_XS_READ, "k", 2) == 0)
			break;
	client_output(&guest.client, &waiting);
	assert_in_range(waiting, QUOTA_REPLY_BYTES, QUOTA_REPLY_BYTES + 4112);
	client_sent(&guest.client, waiting);
	assert_int_equal(client_step(&guest.client), 1);
	client_output(&guest.client, &waiting);
	client_sent(&guest.client, waiting);
	/* Events are folded, and come again once it listens. */
	talk(&guest, 0, XY_XS_WATCH, "dev|t|");
	talk_events(&guest);
	for (i = 0, peak = 0; i < 20000; i++) {
		talk(&a, 0, XY_XS_WRITE, "/local/domain/5/dev/x|1");
		client_output(&guest.client, &waiting);
		peak = waiting > peak ? waiting : peak;
	}
	assert_in_range(peak, QUOTA_EVENT_BYTES, QUOTA_EVENT_BYTES + 200);
	assert_true(talk_events(&guest) > 1000);
	talk(&a, 0, XY_XS_WRITE, "/local/domain/5/dev/x|1");
	assert_int_equal(talk_events(&guest), 1);
	assert_string_equal(guest.event[0], "dev/x|t");
}

static void a_mad_length_ends_the_client(void **state)
{
	struct xy_xsd_sockmsg head = { XY_XS_READ, 1, 0, 4097 };
	size_t room;

	(void)state;
	memcpy(client_room(&guest.client, &room), &head, sizeof(head));
	client_fed(&guest.client, sizeof(head));
	assert_int_equal(client_step(&guest.client), -EPROTO);
}

static void depths_and_lengths(void **state)
{
	char path[4000];
	size_t i;

	(void)state;
	/* 1000 levels: nothing here may recurse or be quadratic. */
	for (i = 0; i < 2000; i += 2)
		memcpy(path + i, "a/", 2);
	path[1999] = '\0';
	assert_int_equal(talk_bytes(&guest, 0, XY_XS_WRITE, path, 2000),
			 -ENOSPC); /* one more than its nodes */
	path[1997] = '\0';
	assert_int_equal(talk_bytes(&guest, 0, XY_XS_WRITE, path, 1998), 0);
	assert_int_equal(talk(&guest, 0, XY_XS_RM, "a|"), 0);
	memset(path, 'a', sizeof(path));
	path[2048] = '\0';
	assert_int_equal(talk_bytes(&guest, 0, XY_XS_MKDIR, path, 2049), 0);
	path[2048] = 'a';
	path[2049] = '\0';
	assert_int_equal(talk_bytes(&guest, 0, XY_XS_MKDIR, path, 2050),
			 -EINVAL);
	path[0] = '/';
	path[2049] = 'a';
	path[3072] = '\0';
	assert_int_equal(talk_bytes(&a, 0, XY_XS_MKDIR, path, 3073), 0);
	path[3072] = 'a';
	path[3073] = '\0';
	assert_int_equal(talk_bytes(&a, 0, XY_XS_MKDIR, path, 3074), -EINVAL);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(writes_and_reads),
		T(lists),
		T(lists_in_parts),
		T(removes),
		T(permissions),
		T(a_guests_own_nodes),
		T(watches_fire),
		T(watches_know_depth),
		T(a_guests_watches),
		T(domains_come_and_go),
		T(read_only_clients),
		T(limits_of_a_guest),
		T(who_does_not_listen_waits),
		T(a_mad_length_ends_the_client),
		T(depths_and_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
