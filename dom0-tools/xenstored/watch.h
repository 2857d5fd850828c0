/* SPDX-License-Identifier: GPL-2.0-only */
/* Watches: who wants to hear of which path. */
#ifndef XENSTORED_WATCH_H
#define XENSTORED_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dom0-tools/xenstored/path.h"
#include "dom0-tools/xenstored/perm.h"

struct client;

struct watch {
	struct watch *next_in_bucket;
	struct watch *next, **link; /* of the same client */
	struct client *client;
	uint64_t hash;
	int depth; /* levels below path that count; -1: all */
	uint32_t skip; /* bytes of a path that its relative form lacks */
	bool folded; /* see client_event() */
	char *path; /* canonical, or an '@' name */
	char *token;
};

struct watch_table {
	struct watch **bucket;
	size_t buckets; /* a power of two */
	size_t count;
	uint64_t seed;
	/* How many there are with a path of each length. */
	uint32_t by_length[PATH_ROOM];
};

/* seed: a number a guest cannot guess. */
void watch_init(struct watch_table *t, uint64_t seed);
void watch_clear(struct watch_table *t);

/*
 * path and token as the client wrote them. -EINVAL, -EACCES ('@' names are
 * domain 0's), -EEXIST, -ENOSPC. *out is for watch_first().
 */
int watch_add(struct client *c, const char *path, const char *token, int depth,
	      struct watch **out);
/* The event that says the watch is in place. */
void watch_first(struct watch *w);
int watch_drop(struct client *c, const char *path, const char *token);
void watch_drop_all(struct client *c);

/*
 * Tells those that watch path or a parent of it and may read a node with
 * permissions now or (if not NULL) before.
 */
void watch_fire(struct watch_table *t, const char *path,
		const struct perms *now, const struct perms *before);
/* Only those that watch path itself. */
void watch_fire_exact(struct watch_table *t, const char *path,
		      const struct perms *perms);
/* An '@' name, on account of domain domid. */
void watch_fire_special(struct watch_table *t, const char *name,
			uint16_t domid);

#endif
