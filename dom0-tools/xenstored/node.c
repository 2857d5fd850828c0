/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's nodes.
 *
 * Rules:
 * 1. What more than one holder refers to is never changed: a change first
 *    makes the path from the root down to it private ("own"), copying only
 *    what is shared. Keeping a root alive keeps a whole picture of the tree.
 * 2. Children hang in a crit-bit tree, a binary tree that forks at the first
 *    bit in which names differ. So finding, adding or removing one, or
 *    copying the way to it, costs the same for ten children as for a
 *    thousand, nothing depends on hashing, and a listing is sorted.
 * 3. Names are compared as bytes with a NUL behind: a prefix sorts first.
 * 4. No recursion: names a guest makes up decide how deep both trees are.
 *
 *            fork byte 0 bit 0x02          "a" "b" "ba" under one node
 *            /                \
 *          "a"         fork byte 1 bit 0x40
 *                        /           \
 *                      "b"           "ba"
 *
 * No lock: one thread. Next on the tour: store.c, the operations.
 */
#include "dom0-tools/xenstored/node.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xenstored/mem.h"
#include "dom0-tools/xenstored/node_index.h"

static uint64_t generation;

struct node *node_new(const char *name, size_t len, struct perms *perms)
{
	struct node *n = mem_zalloc(sizeof(*n) + len + 1);

	n->obj.ref = 1;
	n->name_len = (uint32_t)len;
	n->gen = ++generation;
	n->perms = perms;
	memcpy(n->name, name, len);
	return n;
}

struct node *node_get(struct node *n)
{
	n->obj.ref++;
	return n;
}

static void value_put(struct value *v)
{
	if (v && --v->ref == 0)
		free(v);
}

/* Drops a reference; what is dead then waits on the list for its turn. */
static void drop(struct obj *o, struct obj **dead)
{
	if (o && --o->ref == 0) {
		o->next = *dead;
		*dead = o;
	}
}

void node_put(struct node *n)
{
	struct obj *dead = NULL, *o;

	if (!n)
		return;
	drop(&n->obj, &dead);
	while (dead) {
		o = dead;
		dead = o->next;
		if (o->fork) {
			drop(as_fork(o)->side[0], &dead);
			drop(as_fork(o)->side[1], &dead);
		} else {
			drop(as_node(o)->index, &dead);
			perm_put(as_node(o)->perms);
			value_put(as_node(o)->value);
		}
		free(o);
	}
}

static struct obj *copy_node(const struct node *old)
{
	size_t bytes = sizeof(*old) + old->name_len + 1;
	struct node *n = mem_alloc(bytes);

	memcpy(n, old, bytes);
	n->obj.ref = 1;
	if (n->index)
		n->index->ref++;
	perm_get(n->perms);
	if (n->value)
		n->value->ref++;
	return &n->obj;
}

static struct obj *copy_fork(const struct fork *old)
{
	struct fork *f = mem_alloc(sizeof(*f));

	*f = *old;
	f->obj.ref = 1;
	f->side[0]->ref++;
	f->side[1]->ref++;
	return &f->obj;
}

static struct obj *own(struct obj **slot)
{
	struct obj *o = *slot;

	if (o->ref == 1)
		return o;
	*slot = o->fork ? copy_fork(as_fork(o)) : copy_node(as_node(o));
	o->ref--; /* not the last one */
	return *slot;
}

struct node *node_own(struct node **slot)
{
	struct obj *o = &(*slot)->obj;

	*slot = as_node(own(&o));
	return *slot;
}

static int side_of(const struct fork *f, const char *name, size_t len)
{
	return f->byte < len && ((uint8_t)name[f->byte] & f->bit);
}

/* The child that shares the most leading bits with name; there is one. */
static struct node *nearest(struct obj *o, const char *name, size_t len)
{
	while (o->fork)
		o = as_fork(o)->side[side_of(as_fork(o), name, len)];
	return as_node(o);
}

static bool named(const struct node *n, const char *name, size_t len)
{
	return n->name_len == len && !memcmp(n->name, name, len);
}

struct node *node_child(const struct node *n, const char *name, size_t len)
{
	struct node *kid;

	if (!n->index)
		return NULL;
	kid = nearest(n->index, name, len);
	return named(kid, name, len) ? kid : NULL;
}

struct node *node_child_own(struct node *n, const char *name, size_t len)
{
	struct obj **slot = &n->index, *o;

	while ((o = own(slot))->fork)
		slot = &as_fork(o)->side[side_of(as_fork(o), name, len)];
	return as_node(o);
}

/* Finds where a new name leaves an existing one: byte, bit. They differ. */
static void crit(struct fork *f, const struct node *a, const struct node *b)
{
	uint8_t diff, bit = 0x80;
	uint32_t i = 0;

	/* Both end with a NUL, so the loop ends at the shorter one's. */
	while (a->name[i] == b->name[i])
		i++;
	diff = (uint8_t)a->name[i] ^ (uint8_t)b->name[i];
	while (!(diff & bit))
		bit >>= 1;
	f->byte = i;
	f->bit = bit;
}

/* Whether fork a decides on an earlier bit than fork b. */
static bool before(const struct fork *a, const struct fork *b)
{
	return a->byte < b->byte || (a->byte == b->byte && a->bit > b->bit);
}

void node_add(struct node *n, struct node *child)
{
	struct obj **slot = &n->index;
	struct fork *f;
	int side;

	n->kids++;
	n->gen = ++generation;
	if (!*slot) {
		*slot = &child->obj;
		return;
	}
	f = mem_zalloc(sizeof(*f));
	f->obj.ref = 1;
	f->obj.fork = true;
	crit(f, child, nearest(*slot, child->name, child->name_len));
	while ((*slot)->fork && before(as_fork(*slot), f)) {
		struct fork *at = as_fork(own(slot));

		slot = &at->side[side_of(at, child->name, child->name_len)];
	}
	side = side_of(f, child->name, child->name_len);
	f->side[side] = &child->obj;
	f->side[!side] = *slot;
	*slot = &f->obj;
}

struct node *node_remove(struct node *n, const char *name, size_t len)
{
	struct obj **slot = &n->index, **above = NULL, *gone;
	struct fork *f;
	int side = 0;

	n->kids--;
	n->gen = ++generation;
	while ((*slot)->fork) {
		f = as_fork(own(slot));
		above = slot;
		side = side_of(f, name, len);
		slot = &f->side[side];
	}
	gone = *slot;
	assert(named(as_node(gone), name, len));
	if (!above) {
		n->index = NULL;
		return as_node(gone);
	}
	/* The sibling takes the place of the fork, which was ours alone. */
	f = as_fork(*above);
	*above = f->side[!side];
	free(f);
	return as_node(gone);
}

void node_set_value(struct node *n, const void *data, size_t len)
{
	value_put(n->value);
	n->value = NULL;
	n->gen = ++generation;
	if (!len)
		return;
	n->value = mem_alloc(sizeof(*n->value) + len);
	n->value->ref = 1;
	n->value->len = (uint32_t)len;
	memcpy(n->value->data, data, len);
}

void node_set_perms(struct node *n, struct perms *perms)
{
	perm_put(n->perms);
	n->perms = perms;
	n->gen = ++generation;
}
