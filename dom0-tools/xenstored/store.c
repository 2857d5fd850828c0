/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operations of the store.
 *
 * Rules:
 * 1. Check first, then change: nothing can fail after the first change.
 * 2. Right is asked at the node itself, or, where it is missing, at its
 *    nearest parent that exists. Who may not read there learns nothing: he
 *    gets EACCES whether the node exists or not.
 * 3. A new node has its parent's permissions; made by a guest, it is owned by
 *    that guest. A guest can not give a node away.
 * 4. A guest's nodes and their size are limited, domain 0's are not; what
 *    domain 0 makes for a guest counts as the guest's all the same.
 *
 * The rules are those of docs/misc/xenstore.txt in the public Xen tree.
 * No lock: one thread. Next on the tour: txn.c.
 */
#include "dom0-tools/xenstored/store.h"

#include <errno.h>
#include <string.h>

#include "dom0-tools/xenstored/path.h"

/* Where a path leads: the node, or how far one gets. */
struct found {
	struct node *node; /* NULL: missing */
	struct node *deepest; /* the nearest that exists, node itself if so */
	unsigned int missing; /* parts that are not there */
};

static struct found find(const struct view *v, const char *path)
{
	struct found f = { .deepest = v->root };
	const char *part;
	struct node *n = v->root;
	size_t len;

	while ((part = path_part(&path, &len))) {
		n = n ? node_child(n, part, len) : NULL;
		if (n)
			f.deepest = n;
		else
			f.missing++;
	}
	f.node = n;
	return f;
}

static int ask(const struct found *f, const struct who *who, unsigned want)
{
	if (f->node)
		return perm_allows(f->node->perms, who, want) ? 0 : -EACCES;
	/* Who may look at the parent may know that the node is missing. */
	return perm_allows(f->deepest->perms, who, want & ~PERM_OWNER)
		       ? -ENOENT
		       : -EACCES;
}

/* Makes the way to an existing path private, and returns its end. */
static struct node *reach(struct view *v, const char *path)
{
	struct node *n = node_own(&v->root);
	const char *part;
	size_t len;

	while ((part = path_part(&path, &len)))
		n = node_child_own(n, part, len);
	return n;
}

/* As reach(), making what is missing. */
static struct node *reach_new(struct view *v, const struct who *who,
			      const char *path)
{
	struct node *n = node_own(&v->root), *kid;
	struct perms *p;
	const char *part;
	size_t len;

	while ((part = path_part(&path, &len))) {
		if (node_child(n, part, len)) {
			n = node_child_own(n, part, len);
			continue;
		}
		p = who->domid ? perm_inherit(n->perms, who->domid)
			       : perm_get(n->perms);
		kid = node_new(part, len, p);
		quota_charge(v->quota, v->delta, p->entry[0].domid, 1);
		node_add(n, kid);
		n = kid;
	}
	return n;
}

void store_init(struct view *v, struct quota *q)
{
	*v = (struct view){ .quota = q };
	v->root = node_new("", 0, perm_owner(0, 0));
	quota_charge(q, NULL, 0, 1);
}

void store_clear(struct view *v)
{
	node_put(v->root);
	v->root = NULL;
}

struct node *store_find(const struct view *v, const char *path)
{
	return find(v, path).node;
}

int store_read(const struct view *v, const struct who *who, const char *path,
	       struct node **out)
{
	struct found f = find(v, path);

	*out = f.node;
	return ask(&f, who, PERM_READ);
}

/* May who write here, and make what is missing? */
static int may_write(const struct view *v, const struct who *who,
		     const struct found *f)
{
	int err = ask(f, who, PERM_WRITE);

	if (err != -ENOENT)
		return err;
	if (who->domid &&
	    quota_owned(v->quota, v->delta, who->domid) + f->missing >
		    QUOTA_NODES)
		return -ENOSPC;
	return 0;
}

int store_write(struct view *v, const struct who *who, const char *path,
		const void *data, size_t len)
{
	struct found f = find(v, path);
	int err = may_write(v, who, &f);

	if (err)
		return err;
	if (who->domid && len > QUOTA_VALUE_BYTES)
		return -ENOSPC;
	node_set_value(reach_new(v, who, path), data, len);
	return 0;
}

int store_mkdir(struct view *v, const struct who *who, const char *path,
		bool *made)
{
	struct found f = find(v, path);
	int err = may_write(v, who, &f);

	*made = !err && !f.node;
	if (*made)
		reach_new(v, who, path);
	return err;
}

/* Splits a canonical path other than "/" into parent and name. */
static const char *split(const char *path, char parent[PATH_ROOM])
{
	const char *slash = strrchr(path, '/');
	size_t len = (size_t)(slash - path);

	memcpy(parent, path, len);
	parent[len] = '\0';
	return slash + 1;
}

int store_rm(struct view *v, const struct who *who, const char *path,
	     struct node **gone)
{
	struct found f = find(v, path);
	int err = ask(&f, who, PERM_WRITE);
	char parent[PATH_ROOM];
	struct node_walk walk;
	const char *name;
	struct node *n;

	*gone = NULL;
	if (f.node == v->root)
		return -EINVAL;
	if (err == -ENOENT && f.missing == 1)
		return 0;
	if (err)
		return err;
	name = split(path, parent);
	*gone = node_remove(reach(v, parent), name, strlen(name));
	node_walk_start(&walk, *gone, path);
	while ((n = node_walk_next(&walk)))
		quota_charge(v->quota, v->delta, n->perms->entry[0].domid, -1);
	return 0;
}

int store_set_perms(struct view *v, const struct who *who, const char *path,
		    struct perms *p)
{
	struct found f = find(v, path);
	int err = ask(&f, who, PERM_WRITE | PERM_OWNER);
	uint16_t old, new = p->entry[0].domid;

	if (err)
		return err;
	old = f.node->perms->entry[0].domid;
	if (who->domid && new != old)
		return -EPERM;
	if (who->domid && p->count > PERM_GUEST_MAX)
		return -ENOSPC;
	node_set_perms(reach(v, path), p);
	quota_charge(v->quota, v->delta, old, -1);
	quota_charge(v->quota, v->delta, new, 1);
	return 0;
}
