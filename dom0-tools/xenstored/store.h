/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations on the tree, by path and with the asker's rights.
 *
 * All return 0 or a negative errno and change nothing when they fail. Paths
 * are canonical (path.h). Node pointers handed out are borrowed: good until
 * the view changes.
 */
#ifndef XENSTORED_STORE_H
#define XENSTORED_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "dom0-tools/xenstored/node.h"
#include "dom0-tools/xenstored/perm.h"
#include "dom0-tools/xenstored/quota.h"

/* A root to work on: the committed one, or a transaction's. */
struct view {
	struct node *root;
	struct quota *quota;
	struct quota_delta *delta; /* NULL: the committed tree */
};

/* A new tree: "/" owned by domain 0 and readable by nobody else. */
void store_init(struct view *v, struct quota *q);
void store_clear(struct view *v);

/* NULL if there is none; no rights are asked. */
struct node *store_find(const struct view *v, const char *path);

/* Reading: the node, if who may read it. */
int store_read(const struct view *v, const struct who *who, const char *path,
	       struct node **out);

/* Also makes missing parents. */
int store_write(struct view *v, const struct who *who, const char *path,
		const void *data, size_t len);
/* A node that exists stays as it is; *made says whether it was made. */
int store_mkdir(struct view *v, const struct who *who, const char *path,
		bool *made);
/*
 * *gone: what was cut off, with a reference the caller gives up; NULL when
 * only the node itself, not its parent, was missing: that is success.
 */
int store_rm(struct view *v, const struct who *who, const char *path,
	     struct node **gone);
/* Takes over the reference to p on success. */
int store_set_perms(struct view *v, const struct who *who, const char *path,
		    struct perms *p);

#endif
