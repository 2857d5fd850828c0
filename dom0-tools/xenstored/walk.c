/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Walks over the tree: the children of a node in order, and all that lies
 * beneath one with the path of each.
 *
 * Rules:
 * 1. A walk changes nothing and takes no reference: the caller keeps the node
 *    it started from, and so everything beneath, alive and as it is.
 * 2. The stack is on the heap and as deep as the names make it.
 *
 * Next on the tour: store.c.
 */
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xenstored/mem.h"
#include "dom0-tools/xenstored/node.h"
#include "dom0-tools/xenstored/node_index.h"

struct node **node_list(const struct node *n)
{
	/* At each moment the stack holds roots of disjoint, non-empty parts. */
	struct obj **stack = mem_alloc((n->kids + 1) * sizeof(*stack));
	struct node **list = mem_alloc((n->kids + 1) * sizeof(*list));
	size_t depth = 0, count = 0;
	struct obj *o;

	if (n->index)
		stack[depth++] = n->index;
	while (depth) {
		o = stack[--depth];
		if (o->fork) {
			stack[depth++] = as_fork(o)->side[1];
			stack[depth++] = as_fork(o)->side[0];
		} else {
			list[count++] = as_node(o);
		}
	}
	free(stack);
	return list;
}

static void push(struct node_walk *w, struct obj *o, size_t prefix)
{
	if (w->depth == w->room) {
		w->room = w->room ? w->room * 2 : 16;
		w->stack = mem_resize(w->stack, w->room * sizeof(*w->stack));
	}
	w->stack[w->depth++] = (struct node_step){ o, prefix };
}

void node_walk_start(struct node_walk *w, struct node *top, const char *path)
{
	size_t len = strlen(path) - top->name_len;

	w->stack = NULL;
	w->depth = w->room = 0;
	/* The parent's part; its closing '/' is put back with each name. */
	memcpy(w->path, path, len);
	push(w, &top->obj, len ? len - 1 : 0);
}

struct node *node_walk_next(struct node_walk *w)
{
	struct node_step step;
	struct node *n;
	size_t len;

	while (w->depth) {
		step = w->stack[--w->depth];
		if (step.obj->fork) {
			push(w, as_fork(step.obj)->side[1], step.prefix);
			push(w, as_fork(step.obj)->side[0], step.prefix);
			continue;
		}
		n = as_node(step.obj);
		len = step.prefix;
		w->path[len] = '/';
		memcpy(w->path + len + 1, n->name, n->name_len + 1);
		if (n->index)
			push(w, n->index,
			     n->name_len ? len + 1 + n->name_len : len);
		return n;
	}
	free(w->stack);
	w->stack = NULL;
	return NULL;
}
