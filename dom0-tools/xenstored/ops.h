/* SPDX-License-Identifier: GPL-2.0-only */
/* The requests that read or change the tree, as functions of a view. */
#ifndef XENSTORED_OPS_H
#define XENSTORED_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/io/xs_wire.h"
#include "dom0-tools/xenstored/path.h"
#include "dom0-tools/xenstored/store.h"
#include "dom0-tools/xenstored/watch.h"

enum change_kind {
	CHANGE_NONE,
	CHANGE_SET, /* a node was made or written */
	CHANGE_PERMS,
	CHANGE_RM,
};

/* What a request did, so that watchers can be told. */
struct change {
	enum change_kind kind;
	struct node *old; /* RM, PERMS: as it was; holds a reference */
	char path[PATH_ROOM];
};

/* One request and its answer. */
struct op {
	struct view *view;
	struct who who;
	uint32_t type; /* XY_XS_ */
	const char *data;
	size_t len;
	/* the answer */
	uint32_t out_len;
	uint32_t out_skip; /* leading bytes that differ in each run */
	char out[XY_STORE_PAYLOAD_MAX];
	struct change change;
};

/* Whether the type belongs here, and may be part of a transaction. */
bool op_known(uint32_t type);
/* Whether it may change the tree. */
bool op_writes(uint32_t type);
/* 0 with the answer in out, or a negative errno and nothing changed. */
int op_run(struct op *op);

/* "OK" as the answer. */
void op_ok(struct op *op);

/* Tells the watchers; live is the tree after the change. */
void change_fire(const struct change *ch, struct watch_table *t,
		 const struct view *live);
/* Gives up what ch holds. */
void change_clear(struct change *ch);

#endif
