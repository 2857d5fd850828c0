/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nodes of the tree, and the index that holds a node's children.
 * The rules are in node.c.
 */
#ifndef XENSTORED_NODE_H
#define XENSTORED_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dom0-tools/xenstored/path.h"
#include "dom0-tools/xenstored/perm.h"

/* What nodes and forks of the index have in common. */
struct obj {
	uint32_t ref;
	bool fork;
	struct obj *next; /* only on the way to free() */
};

struct value {
	uint32_t ref;
	uint32_t len;
	char data[];
};

struct node {
	struct obj obj;
	uint32_t kids; /* how many children */
	uint32_t name_len;
	uint64_t gen; /* new with each change of value, perms, children */
	struct obj *index; /* of the children; NULL: none */
	struct perms *perms;
	struct value *value; /* NULL: empty */
	char name[]; /* NUL-terminated; "" for the root */
};

/* A childless node without a value; takes over the reference to perms. */
struct node *node_new(const char *name, size_t len, struct perms *perms);
struct node *node_get(struct node *n);
/* Gives up a reference; frees without recursion what nobody holds then. */
void node_put(struct node *n);

/*
 * The caller owns the slot and wants to change what it points to: afterwards
 * nobody else sees that object.
 */
struct node *node_own(struct node **slot);

struct node *node_child(const struct node *n, const char *name, size_t len);
/* n and, on return, the child belong to the caller alone. The child exists. */
struct node *node_child_own(struct node *n, const char *name, size_t len);
/* n belongs to the caller alone, and has no such child; takes the reference. */
void node_add(struct node *n, struct node *child);
/* n belongs to the caller alone; hands the child's reference over. */
struct node *node_remove(struct node *n, const char *name, size_t len);
void node_set_value(struct node *n, const void *data, size_t len);
/* Takes over the reference. */
void node_set_perms(struct node *n, struct perms *perms);

/* The children in the order of their names: a malloc'd array of n->kids. */
struct node **node_list(const struct node *n);

/* A walk over a node and all beneath it, parents first. */
struct node_walk {
	struct node_step {
		struct obj *obj;
		size_t prefix; /* bytes of path that lead to its parent */
	} * stack;
	size_t depth, room;
	char path[PATH_ROOM]; /* of the node last returned */
};

/* path: that of top; "/" for the root. top must stay as it is meanwhile. */
void node_walk_start(struct node_walk *w, struct node *top, const char *path);
/* NULL at the end, when what the walk held is free again. */
struct node *node_walk_next(struct node_walk *w);

#endif
