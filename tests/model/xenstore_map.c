/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The store as a plain list of paths. Everything is a loop over the whole
 * list and a copy is a structure assignment: too simple to be wrong in the
 * ways the real one could be.
 */
#include "xenstore_map.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/io/xs_wire.h"

void map_init(struct map *m)
{
	m->count = 1;
	m->node[0] = (struct map_node){ "/", "", 0, 'n' };
}

struct map_node *map_find(struct map *m, const char *path)
{
	unsigned int i;

	for (i = 0; i < m->count; i++)
		if (!strcmp(m->node[i].path, path))
			return &m->node[i];
	return NULL;
}

bool map_beneath(const char *parent, const char *child)
{
	size_t len = strcmp(parent, "/") ? strlen(parent) : 0;

	return !strncmp(parent, child, len) &&
	       (child[len] == '/' || !child[len]);
}

static void parent_of(const char *path, char out[MAP_PATH])
{
	char *slash;

	strcpy(out, path);
	slash = strrchr(out, '/');
	slash[slash == out] = '\0';
}

/* The node or the nearest parent that exists. */
static struct map_node *nearest(struct map *m, const char *path)
{
	char up[MAP_PATH], next[MAP_PATH];

	strcpy(up, path);
	while (!map_find(m, up)) {
		parent_of(up, next);
		strcpy(up, next);
	}
	return map_find(m, up);
}

static bool may(const struct map_node *n, uint16_t domid, char letter)
{
	return domid == 0 || n->owner == domid || n->others == letter ||
	       n->others == 'b';
}

static void add(struct map *m, const char *path, uint16_t domid)
{
	char up[MAP_PATH];
	struct map_node *p;

	if (map_find(m, path))
		return;
	parent_of(path, up);
	add(m, up, domid);
	p = map_find(m, up);
	if (m->count == MAP_NODES)
		abort();
	m->node[m->count] = *p;
	strcpy(m->node[m->count].path, path);
	m->node[m->count].value[0] = '\0';
	if (domid)
		m->node[m->count].owner = domid;
	m->count++;
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct map_node *)a)->path,
		      ((const struct map_node *)b)->path);
}

static void list(struct map *m, const char *path, char *text)
{
	char up[MAP_PATH];
	unsigned int i;

	qsort(m->node, m->count, sizeof(m->node[0]), compare);
	for (i = 0; i < m->count; i++) {
		if (!strcmp(m->node[i].path, "/"))
			continue;
		parent_of(m->node[i].path, up);
		if (!strcmp(up, path)) {
			strcat(text, strrchr(m->node[i].path, '/') + 1);
			strcat(text, "|");
		}
	}
}

static void rm(struct map *m, const char *path)
{
	unsigned int i, kept = 0;

	for (i = 0; i < m->count; i++)
		if (!map_beneath(path, m->node[i].path))
			m->node[kept++] = m->node[i];
	m->count = kept;
}

static int reads(struct map *m, const struct map_request *q, char *text)
{
	struct map_node *n = map_find(m, q->path);

	if (!may(nearest(m, q->path), q->domid, 'r'))
		return -EACCES;
	if (!n)
		return -ENOENT;
	if (q->type == XY_XS_READ)
		strcpy(text, n->value);
	else if (q->type == XY_XS_GET_PERMS)
		sprintf(text, "%c%u|", n->others, n->owner);
	else
		list(m, q->path, text);
	return 0;
}

static int writes(struct map *m, const struct map_request *q)
{
	struct map_node *n = map_find(m, q->path);
	char up[MAP_PATH];
	unsigned int owner;

	if (q->type == XY_XS_SET_PERMS) {
		owner = (unsigned int)atoi(q->value + 1);
		if (!n)
			return may(nearest(m, q->path), q->domid, 'w')
				       ? -ENOENT
				       : -EACCES;
		if (q->domid && n->owner != q->domid)
			return -EACCES;
		if (q->domid && owner != n->owner)
			return -EPERM;
		n->owner = (uint16_t)owner;
		n->others = q->value[0];
		return 0;
	}
	if (q->type == XY_XS_RM && !strcmp(q->path, "/"))
		return -EINVAL;
	if (!may(nearest(m, q->path), q->domid, 'w'))
		return -EACCES;
	if (q->type == XY_XS_RM) {
		parent_of(q->path, up);
		if (!map_find(m, up))
			return -ENOENT;
		rm(m, q->path);
		return 0;
	}
	add(m, q->path, q->domid);
	if (q->type == XY_XS_WRITE)
		strcpy(map_find(m, q->path)->value, q->value);
	return 0;
}

void map_run(struct map *m, const struct map_request *q, struct map_answer *a)
{
	a->text[0] = '\0';
	switch (q->type) {
	case XY_XS_READ:
	case XY_XS_DIRECTORY:
	case XY_XS_GET_PERMS:
		a->err = reads(m, q, a->text);
		return;
	default:
		a->err = writes(m, q);
		if (!a->err)
			strcpy(a->text, "OK|");
	}
}
