/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Transactions.
 *
 * Rules:
 * 1. Start keeps the root; requests work on a private root that begins as the
 *    same one. Nobody else sees anything before the commit.
 * 2. Commit: if the committed root is still the one kept, the private root
 *    takes its place. If not, all requests run again, reads too, on top of
 *    the present tree; if each gets the answer it got before, then the client
 *    could as well have started now, and the result is committed. If one
 *    does not, that is a real conflict: EAGAIN, nothing happened.
 *    So transactions on different nodes never disturb each other.
 * 3. One that changed nothing commits always: it saw one true picture.
 * 4. A guest's transaction is limited in requests and bytes, so that running
 *    it again takes no more than a turn's time.
 *
 *      committed:   R0 ---- R1 (somebody else's write)
 *      transaction:  \-- w1 -- w2      commit: w1', w2' on R1; same answers?
 *
 * No lock: one thread. Next on the tour: proto.c.
 */
#include "dom0-tools/xenstored/txn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xenstored/mem.h"
#include "dom0-tools/xenstored/proto.h"

struct txn_op {
	struct txn_op *next;
	uint64_t answer; /* digest of the error number or the answer */
	enum change_kind kind;
	uint32_t type;
	size_t len;
	char data[];
};

struct txn {
	struct txn *next;
	uint32_t id;
	struct node *start; /* the committed root at the start */
	struct view view;
	struct quota_delta delta;
	struct txn_op *first, **last;
	uint32_t ops, changes;
	size_t bytes;
};

static struct txn **lookup(struct client *c, uint32_t id)
{
	struct txn **at = &c->txns;

	while (*at && (*at)->id != id)
		at = &(*at)->next;
	return at;
}

int txn_start(struct client *c, uint32_t *id)
{
	struct view *live = &c->x->live;
	struct txn *t;

	if (c->who.domid && c->txn_count >= QUOTA_TXNS)
		return -ENOSPC;
	do {
		c->last_txn++;
	} while (c->last_txn == 0 || *lookup(c, c->last_txn));
	t = mem_zalloc(sizeof(*t));
	t->id = c->last_txn;
	t->start = node_get(live->root);
	t->view = (struct view){ node_get(live->root), live->quota, &t->delta };
	t->last = &t->first;
	t->next = c->txns;
	c->txns = t;
	c->txn_count++;
	*id = t->id;
	return 0;
}

static void discard(struct client *c, struct txn **at)
{
	struct txn *t = *at;
	struct txn_op *o;

	*at = t->next;
	c->txn_count--;
	while ((o = t->first)) {
		t->first = o->next;
		free(o);
	}
	node_put(t->start);
	store_clear(&t->view);
	quota_delta_clear(&t->delta);
	free(t);
}

/* What must be the same when a request is run again. */
static uint64_t digest(int err, const struct op *op)
{
	uint64_t h = 0xcbf29ce484222325u ^ (uint64_t)-err;
	uint32_t i;

	for (i = op->out_skip; i < op->out_len; i++) {
		h = (h ^ (uint8_t)op->out[i]) * 0x100000001b3u;
		h ^= h >> 31;
	}
	return h;
}

static void note(struct txn *t, const struct op *op, int err)
{
	struct txn_op *o = mem_alloc(sizeof(*o) + op->len);

	o->next = NULL;
	o->answer = digest(err, op);
	o->kind = op->change.kind;
	o->type = op->type;
	o->len = op->len;
	memcpy(o->data, op->data, op->len);
	*t->last = o;
	t->last = &o->next;
	t->ops++;
	t->bytes += op->len;
	t->changes += o->kind != CHANGE_NONE;
}

int txn_run(struct client *c, uint32_t id, struct op *op)
{
	struct txn *t = *lookup(c, id);
	int err;

	if (!t)
		return -ENOENT;
	if (c->who.domid &&
	    (t->ops >= QUOTA_TXN_OPS || t->bytes + op->len > QUOTA_TXN_BYTES))
		return -ENOSPC;
	op->view = &t->view;
	err = op_run(op);
	note(t, op, err);
	change_clear(&op->change);
	return err;
}

/* Runs all requests of t on a copy of the present tree: does it look so? */
static int replay(struct client *c, struct txn *t)
{
	struct op *op = mem_alloc(sizeof(*op));
	struct txn_op *o;
	int err = 0, ret;

	store_clear(&t->view);
	quota_delta_clear(&t->delta);
	t->view.root = node_get(c->x->live.root);
	for (o = t->first; o && !err; o = o->next) {
		op->view = &t->view;
		op->who = c->who;
		op->type = o->type;
		op->data = o->data;
		op->len = o->len;
		ret = op_run(op);
		if (digest(ret, op) != o->answer)
			err = -EAGAIN;
		o->kind = op->change.kind;
		change_clear(&op->change);
	}
	free(op);
	return err;
}

static void path_of(const struct client *c, const struct txn_op *o,
		    struct change *ch)
{
	ch->kind = o->kind;
	/* It was lawful when it ran, and the rule has not changed since. */
	if (path_canon(c->who.domid, o->data, ch->path, NULL))
		ch->kind = CHANGE_NONE;
}

/* Whether a later request of the transaction announces the same. */
static bool repeated(const struct txn_op *o)
{
	const struct txn_op *p;

	for (p = o->next; p; p = p->next)
		if (p->kind == o->kind && !strcmp(p->data, o->data))
			return true;
	return false;
}

/* before: the root that the committed one has just replaced. */
static void announce(struct client *c, struct txn *t, struct node *before)
{
	struct view old = { .root = before };
	struct change ch;
	struct txn_op *o;

	for (o = t->first; o; o = o->next) {
		if (o->kind == CHANGE_NONE || repeated(o))
			continue;
		path_of(c, o, &ch);
		ch.old = store_find(&old, ch.path);
		change_fire(&ch, &c->x->watches, &c->x->live);
	}
}

int txn_commit(struct client *c, uint32_t id)
{
	struct txn **at = lookup(c, id), *t = *at;
	struct view *live = &c->x->live;
	struct node *before;
	int err = 0;

	if (!t)
		return -ENOENT;
	if (t->changes && live->root != t->start)
		err = replay(c, t);
	if (t->changes && !err) {
		before = live->root;
		live->root = node_get(t->view.root);
		/* From here everybody sees the changes. */
		quota_commit(live->quota, &t->delta);
		announce(c, t, before);
		node_put(before);
	}
	discard(c, at);
	return err;
}

int txn_abort(struct client *c, uint32_t id)
{
	struct txn **at = lookup(c, id);

	if (!*at)
		return -ENOENT;
	discard(c, at);
	return 0;
}

void txn_drop_all(struct client *c)
{
	while (c->txns)
		discard(c, &c->txns);
}
