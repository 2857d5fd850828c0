/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The requests on the tree.
 *
 * Rules:
 * 1. A request is a function of (view, who, bytes): no client, no clock. So a
 *    transaction can be run again on a newer tree, and compared.
 * 2. Payload in, answer out, both bounded by the protocol's 4096 bytes; an
 *    answer that does not fit is E2BIG (DIRECTORY_PART then helps).
 * 3. A change is described, not announced: announcing is for the caller, who
 *    knows whether it has become true.
 *
 * Layouts: docs/misc/xenstore.txt in the public Xen tree.
 * Next on the tour: txn.c.
 */
#include "dom0-tools/xenstored/ops.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xenstored/wire.h"

typedef int handler(struct op *op);

void op_ok(struct op *op)
{
	memcpy(op->out, "OK", 3);
	op->out_len = 3;
}

/* A request that is one path and nothing else. */
static int only_path(const struct op *op, char path[PATH_ROOM])
{
	const char *arg[1];

	if (wire_strings(op->data, op->len, arg, 1) != 1)
		return -EINVAL;
	return path_canon(op->who.domid, arg[0], path, NULL);
}

/* A request that starts with a path: where its rest begins. */
static int first_path(const struct op *op, char path[PATH_ROOM], size_t *rest)
{
	const char *nul = op->len ? memchr(op->data, '\0', op->len) : NULL;

	if (!nul)
		return -EINVAL;
	*rest = (size_t)(nul - op->data) + 1;
	return path_canon(op->who.domid, op->data, path, NULL);
}

static int readable(const struct op *op, struct node **n)
{
	char path[PATH_ROOM];
	int err = only_path(op, path);

	return err ? err : store_read(op->view, &op->who, path, n);
}

static int do_read(struct op *op)
{
	struct node *n;
	int err = readable(op, &n);

	if (err)
		return err;
	if (n->value) {
		memcpy(op->out, n->value->data, n->value->len);
		op->out_len = n->value->len;
	}
	return 0;
}

static int do_directory(struct op *op)
{
	struct node **list, *n;
	int err = readable(op, &n);
	uint32_t i;

	if (err)
		return err;
	list = node_list(n);
	for (i = 0; i < n->kids; i++) {
		uint32_t bytes = list[i]->name_len + 1;

		if (bytes > sizeof(op->out) - op->out_len) {
			err = -E2BIG;
			break;
		}
		memcpy(op->out + op->out_len, list[i]->name, bytes);
		op->out_len += bytes;
	}
	free(list);
	return err;
}

/*
 * The part of a listing that starts at a byte offset. An empty name behind
 * the last one says that there is no more.
 */
static int do_directory_part(struct op *op)
{
	const char *arg[2];
	char path[PATH_ROOM];
	struct node **list, *n;
	uint64_t offset, at = 0;
	uint32_t i;
	int err;

	if (wire_strings(op->data, op->len, arg, 2) != 2 ||
	    wire_number(arg[1], UINT32_MAX, &offset))
		return -EINVAL;
	err = path_canon(op->who.domid, arg[0], path, NULL);
	if (!err)
		err = store_read(op->view, &op->who, path, &n);
	if (err)
		return err;
	op->out_len = (uint32_t)snprintf(op->out, sizeof(op->out), "%llu",
					 (unsigned long long)n->gen) +
		      1;
	op->out_skip = op->out_len;
	list = node_list(n);
	for (i = 0; i < n->kids; i++) {
		uint32_t bytes = list[i]->name_len + 1;

		at += bytes;
		if (at <= offset)
			continue;
		/* One byte stays free for the mark of the end. */
		if (bytes + 1 > sizeof(op->out) - op->out_len)
			break;
		memcpy(op->out + op->out_len, list[i]->name, bytes);
		op->out_len += bytes;
	}
	if (i == n->kids)
		op->out[op->out_len++] = '\0';
	free(list);
	return 0;
}

static int do_get_perms(struct op *op)
{
	struct node *n;
	int err = readable(op, &n);

	if (!err)
		err = perm_format(n->perms, op->out, sizeof(op->out));
	if (err < 0)
		return err;
	op->out_len = (uint32_t)err;
	return 0;
}

static int do_write(struct op *op)
{
	char *path = op->change.path;
	size_t rest;
	int err = first_path(op, path, &rest);

	if (!err)
		err = store_write(op->view, &op->who, path, op->data + rest,
				  op->len - rest);
	if (err)
		return err;
	op->change.kind = CHANGE_SET;
	op_ok(op);
	return 0;
}

static int do_mkdir(struct op *op)
{
	char *path = op->change.path;
	bool made;
	int err = only_path(op, path);

	if (!err)
		err = store_mkdir(op->view, &op->who, path, &made);
	if (err)
		return err;
	if (made)
		op->change.kind = CHANGE_SET;
	op_ok(op);
	return 0;
}

static int do_rm(struct op *op)
{
	char *path = op->change.path;
	struct node *gone;
	int err = only_path(op, path);

	if (!err)
		err = store_rm(op->view, &op->who, path, &gone);
	if (err)
		return err;
	if (gone)
		op->change.kind = CHANGE_RM;
	op->change.old = gone;
	op_ok(op);
	return 0;
}

static int do_set_perms(struct op *op)
{
	char *path = op->change.path;
	struct node *old;
	struct perms *p;
	size_t rest;
	int err = first_path(op, path, &rest);

	if (err)
		return err;
	p = perm_parse(op->data + rest, op->len - rest);
	if (!p)
		return -EINVAL;
	old = store_find(op->view, path);
	if (old)
		node_get(old); /* so it stays as it is */
	err = store_set_perms(op->view, &op->who, path, p);
	if (err) {
		perm_put(p);
		node_put(old);
		return err;
	}
	op->change.kind = CHANGE_PERMS;
	op->change.old = old;
	op_ok(op);
	return 0;
}

static const struct {
	handler *run;
	bool writes;
} table[XY_XS_TYPE_COUNT] = {
	[XY_XS_DIRECTORY] = { do_directory, false },
	[XY_XS_READ] = { do_read, false },
	[XY_XS_GET_PERMS] = { do_get_perms, false },
	[XY_XS_WRITE] = { do_write, true },
	[XY_XS_MKDIR] = { do_mkdir, true },
	[XY_XS_RM] = { do_rm, true },
	[XY_XS_SET_PERMS] = { do_set_perms, true },
	[XY_XS_DIRECTORY_PART] = { do_directory_part, false },
};

bool op_known(uint32_t type)
{
	return type < XY_XS_TYPE_COUNT && table[type].run;
}

bool op_writes(uint32_t type)
{
	return op_known(type) && table[type].writes;
}

int op_run(struct op *op)
{
	int err;

	op->out_len = op->out_skip = 0;
	op->change.kind = CHANGE_NONE;
	op->change.old = NULL;
	if (!op_known(op->type))
		return -ENOSYS;
	err = table[op->type].run(op);
	if (err)
		op->out_len = op->out_skip = 0;
	return err;
}

static void fire_removed(const struct change *ch, struct watch_table *t,
			 const struct view *live)
{
	/* It may be there again: a transaction can do both. */
	bool again = store_find(live, ch->path);
	struct node_walk walk;
	struct node *n;

	watch_fire(t, ch->path, ch->old->perms, NULL);
	node_walk_start(&walk, ch->old, ch->path);
	while ((n = node_walk_next(&walk)))
		if (n != ch->old && !(again && store_find(live, walk.path)))
			watch_fire_exact(t, walk.path, n->perms);
}

void change_fire(const struct change *ch, struct watch_table *t,
		 const struct view *live)
{
	const struct node *now;

	switch (ch->kind) {
	case CHANGE_NONE:
		return;
	case CHANGE_RM:
		if (ch->old)
			fire_removed(ch, t, live);
		return;
	case CHANGE_SET:
	case CHANGE_PERMS:
		now = store_find(live, ch->path);
		if (now)
			watch_fire(t, ch->path, now->perms,
				   ch->old ? ch->old->perms : NULL);
		return;
	}
}

void change_clear(struct change *ch)
{
	node_put(ch->old);
	ch->old = NULL;
	ch->kind = CHANGE_NONE;
}
