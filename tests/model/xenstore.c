/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xenstored's core against a plain list of paths: random requests of three
 * domains and of transactions that overlap, the same answer from both each
 * time; watches against "is this path beneath that one"; the books audited.
 *
 * A transaction of the reference is a copy of the list and a list of its
 * requests; it may commit exactly if its requests, run again on the present
 * list, get the answers they got (the law of txn.c, the plain way).
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/dom0-tools/xenstored/talk.h"
#include "xenstore_map.h"

#define STEPS 60000
#define CLIENTS 3
#define LOG 24

struct model_txn {
	uint32_t id; /* 0: none open */
	struct map map;
	unsigned int count;
	bool changes;
	struct map_request request[LOG];
	struct map_answer answer[LOG];
};

static const uint16_t domids[CLIENTS] = { 0, 1, 2 };
static struct xenstore x;
static struct talk clients[CLIENTS], watcher;
static struct map live;
static struct model_txn txns[CLIENTS];
static uint32_t seed;

static unsigned int pick(unsigned int n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static const char *const watched[] = { "/", "/a", "/a/b", "/b/c", "/c" };
#define WATCHED (sizeof(watched) / sizeof(watched[0]))

static void random_request(struct map_request *q, uint16_t domid)
{
	static const uint32_t types[] = { XY_XS_READ,	   XY_XS_READ,
					  XY_XS_DIRECTORY, XY_XS_GET_PERMS,
					  XY_XS_WRITE,	   XY_XS_WRITE,
					  XY_XS_WRITE,	   XY_XS_MKDIR,
					  XY_XS_RM,	   XY_XS_SET_PERMS };
	unsigned int depth = pick(4), i;

	memset(q, 0, sizeof(*q));
	q->type = types[pick(10)];
	q->domid = domid;
	for (i = 0; i < depth; i++)
		sprintf(q->path + strlen(q->path), "/%c", "abc"[pick(3)]);
	if (!depth)
		strcpy(q->path, "/");
	if (q->type == XY_XS_SET_PERMS)
		sprintf(q->value, "%c%u", "nrwb"[pick(4)],
			domid && pick(4) ? domid : domids[pick(CLIENTS)]);
	if (q->type == XY_XS_WRITE)
		sprintf(q->value, "%u", pick(5));
}

/* The real one's answer, in the form of the reference's. */
static void ask(struct talk *t, uint32_t tx, const struct map_request *q,
		struct map_answer *a)
{
	char text[MAP_PATH + MAP_VALUE + 2];
	uint32_t i;

	sprintf(text, "%s|%s%s", q->path, q->value,
		q->type == XY_XS_SET_PERMS ? "|" : "");
	a->err = talk(t, tx, q->type, text);
	for (i = 0; i < t->head.len; i++)
		a->text[i] = t->data[i] ? t->data[i] : '|';
	a->text[a->err ? 0 : t->head.len] = '\0';
}

static void same(const struct map_answer *got, const struct map_answer *want,
		 const struct map_request *q)
{
	if (got->err != want->err || strcmp(got->text, want->text))
		fail_msg("type %u %s by %u: %d '%s', expected %d '%s'", q->type,
			 q->path, q->domid, got->err, got->text, want->err,
			 want->text);
}

static unsigned int times(const char *path, const char *watch)
{
	char want[256];
	unsigned int i, n = 0, count = watcher.events;

	snprintf(want, sizeof(want), "%s|%s", path, watch);
	for (i = 0; i < count; i++)
		n += !strcmp(watcher.event[i], want);
	return n;
}

/* What a change at q->path must have told the watcher. */
static void check_events(const struct map_request *q, struct map *before,
			 bool changed)
{
	unsigned int w, want, total = 0, n;

	/* talk_events() counts and forgets the count, not the texts. */
	n = talk_events(&watcher);
	watcher.events = n;
	for (w = 0; changed && w < WATCHED; w++) {
		want = map_beneath(watched[w], q->path);
		assert_int_equal(times(q->path, watched[w]), want);
		total += want;
		if (q->type != XY_XS_RM || want)
			continue;
		/* It went with its parent. */
		want = map_beneath(q->path, watched[w]) &&
		       map_find(before, watched[w]);
		assert_int_equal(times(watched[w], watched[w]), want);
		total += want;
	}
	assert_int_equal(n, total);
	watcher.events = 0;
}

static bool changes(const struct map_request *q, const struct map_answer *a,
		    struct map *before)
{
	if (a->err)
		return false;
	switch (q->type) {
	case XY_XS_WRITE:
	case XY_XS_SET_PERMS:
		return true;
	case XY_XS_MKDIR:
		return !map_find(before, q->path);
	case XY_XS_RM:
		return map_find(before, q->path);
	default:
		return false;
	}
}

static void request_outside(unsigned int c)
{
	static struct map before;
	struct map_answer got, want;
	struct map_request q;

	random_request(&q, domids[c]);
	before = live;
	map_run(&live, &q, &want);
	ask(&clients[c], 0, &q, &got);
	same(&got, &want, &q);
	check_events(&q, &before, changes(&q, &want, &before));
}

static void request_inside(unsigned int c)
{
	struct model_txn *t = &txns[c];
	static struct map before;
	struct map_request *q = &t->request[t->count];
	struct map_answer got, *want = &t->answer[t->count];

	random_request(q, domids[c]);
	before = t->map;
	map_run(&t->map, q, want);
	ask(&clients[c], t->id, q, &got);
	same(&got, want, q);
	t->changes |= changes(q, want, &before);
	t->count++;
	assert_int_equal(talk_events(&watcher), 0);
}

/* What the law says of a commit; *now becomes the list it leads to. */
static int verdict(struct model_txn *t, struct map *now)
{
	struct map_answer again;
	unsigned int i;

	*now = live;
	if (!t->changes)
		return 0;
	for (i = 0; i < t->count; i++) {
		map_run(now, &t->request[i], &again);
		if (again.err != t->answer[i].err ||
		    strcmp(again.text, t->answer[i].text))
			return -EAGAIN;
	}
	return 0;
}

static unsigned int commits, conflicts;

static void finish(unsigned int c)
{
	struct model_txn *t = &txns[c];
	bool abort = pick(5) == 0;
	static struct map now;
	int want = abort ? 0 : verdict(t, &now);

	assert_int_equal(talk(&clients[c], t->id, XY_XS_TRANSACTION_END,
			      abort ? "F|" : "T|"),
			 want);
	if (!abort && !want)
		live = now;
	commits += !abort && !want && t->changes;
	conflicts += want != 0;
	if (abort || want)
		assert_int_equal(talk_events(&watcher), 0);
	talk_events(&watcher);
	t->id = 0;
}

static void step(void)
{
	unsigned int c = pick(CLIENTS);
	struct model_txn *t = &txns[c];

	if (!t->id && pick(8) == 0) {
		t->map = live;
		t->count = 0;
		t->changes = false;
		t->id = talk_txn(&clients[c]);
	} else if (t->id && (t->count == LOG || pick(8) == 0)) {
		finish(c);
	} else if (t->id && pick(3)) {
		request_inside(c);
	} else {
		request_outside(c);
	}
}

static void compare_trees(void)
{
	struct map_answer got, want;
	struct map_request q;
	unsigned int i;
	static const uint32_t types[] = { XY_XS_READ, XY_XS_DIRECTORY,
					  XY_XS_GET_PERMS };

	for (i = 0; i < live.count * 3; i++) {
		memset(&q, 0, sizeof(q));
		q.type = types[i % 3];
		strcpy(q.path, live.node[i / 3].path);
		map_run(&live, &q, &want);
		ask(&clients[0], 0, &q, &got);
		same(&got, &want, &q);
	}
}

static void run_with(uint32_t first)
{
	unsigned int i;

	seed = first;
	proto_init(&x, 7);
	map_init(&live);
	memset(txns, 0, sizeof(txns));
	for (i = 0; i < CLIENTS; i++)
		talk_start(&clients[i], &x, domids[i]);
	talk_start(&watcher, &x, 0);
	for (i = 0; i < WATCHED; i++) {
		char text[64];

		sprintf(text, "%s|%s|", watched[i], watched[i]);
		talk(&watcher, 0, XY_XS_WATCH, text);
	}
	talk_events(&watcher);
	for (i = 0; i < STEPS; i++) {
		step();
		if (i % 1000 == 0) {
			compare_trees();
			assert_true(proto_audit(&x));
		}
	}
	for (i = 0; i < CLIENTS; i++)
		talk_end(&clients[i]);
	talk_end(&watcher);
	proto_clear(&x);
}

static void same_as_a_list(void **state)
{
	(void)state;
	run_with(1);
	run_with(4711);
	/* Both must have been seen, often, or the test shows nothing. */
	assert_true(commits > 500);
	assert_true(conflicts > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
