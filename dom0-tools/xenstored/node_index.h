/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of a node's index, for node.c and walk.c only. */
#ifndef XENSTORED_NODE_INDEX_H
#define XENSTORED_NODE_INDEX_H

#include "dom0-tools/xenstored/node.h"

struct fork {
	struct obj obj;
	uint32_t byte; /* of the name, that decides */
	uint8_t bit; /* of that byte: clear is side 0 */
	struct obj *side[2];
};

/* obj is the first member of both. */
static inline struct fork *as_fork(struct obj *o)
{
	return (struct fork *)o;
}

static inline struct node *as_node(struct obj *o)
{
	return (struct node *)o;
}

#endif
