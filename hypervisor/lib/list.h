/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A circular list of links that live inside the structures they connect.
 * An empty list and an unlinked node point to themselves; list_del() leaves
 * a node unlinked, so that list_linked() tells membership.
 */
#ifndef LIB_LIST_H
#define LIB_LIST_H

#include "lib/types.h"

struct list {
	struct list *next, *prev;
};

#define LIST_INIT(name)	{ &(name), &(name) }

static inline void list_init(struct list *l) { l->next = l->prev = l; }
static inline bool list_empty(const struct list *l) { return l->next == l; }
static inline bool list_linked(const struct list *l) { return l->next != l; }

/* Puts node before pos: with the head as pos, at the end of the list. */
static inline void list_insert(struct list *pos, struct list *node)
{
	node->prev = pos->prev;
	node->next = pos;
	pos->prev->next = node;
	pos->prev = node;
}

static inline void list_add_tail(struct list *head, struct list *node)
{
	list_insert(head, node);
}

static inline void list_del(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	list_init(node);
}

#define list_for_each(it, head) \
	for (it = (head)->next; it != (head); it = it->next)

#endif
