/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Watches.
 *
 * Rules:
 * 1. Watches lie in a hash table by their path. A change at /a/b/c looks up
 *    "/", "/a", "/a/b" and "/a/b/c", hashing the path once: the cost depends
 *    on how deep the path is, not on how many watches or domains there are.
 * 2. A client hears only of nodes it may read (before or after the change).
 * 3. The event carries the path in the form the watch was set in: relative
 *    if that was relative.
 * 4. '@' names are for domain 0's clients. A watch with a depth, or on
 *    "@releaseDomain/N", is told the domain's number: "@releaseDomain/7".
 *
 * No lock: one thread. Next on the tour: client.c, where events queue.
 */
#include "dom0-tools/xenstored/watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xenstored/client.h"
#include "dom0-tools/xenstored/mem.h"
#include "dom0-tools/xenstored/path.h"
#include "dom0-tools/xenstored/proto.h"
#include "dom0-tools/xenstored/quota.h"

#define FIRST_BUCKETS 64

static uint64_t hash_byte(uint64_t h, char c)
{
	h = (h ^ (uint8_t)c) * 0x100000001b3u;
	return h ^ (h >> 29);
}

static uint64_t hash(const struct watch_table *t, const char *s)
{
	uint64_t h = t->seed;

	for (; *s; s++)
		h = hash_byte(h, *s);
	return h;
}

void watch_init(struct watch_table *t, uint64_t seed)
{
	t->buckets = FIRST_BUCKETS;
	t->bucket = mem_zalloc(t->buckets * sizeof(*t->bucket));
	t->count = 0;
	t->seed = seed;
}

void watch_clear(struct watch_table *t)
{
	free(t->bucket);
	t->bucket = NULL;
}

static struct watch **bucket(const struct watch_table *t, uint64_t h)
{
	return &t->bucket[h & (t->buckets - 1)];
}

static void insert(struct watch_table *t, struct watch *w)
{
	struct watch **at = bucket(t, w->hash);

	w->next_in_bucket = *at;
	*at = w;
}

static void grow(struct watch_table *t)
{
	struct watch **old = t->bucket, *w, *next;
	size_t i, n = t->buckets;

	t->buckets *= 2;
	t->bucket = mem_zalloc(t->buckets * sizeof(*t->bucket));
	for (i = 0; i < n; i++) {
		for (w = old[i]; w; w = next) {
			next = w->next_in_bucket;
			insert(t, w);
		}
	}
	free(old);
}

/* The full name of what a client calls path. */
static int resolve(const struct client *c, const char *path,
		   char out[PATH_ROOM], uint32_t *skip)
{
	char home[PATH_ROOM];
	bool relative;
	int err;

	*skip = 0;
	if (path[0] == '@') {
		if (!path_special(path))
			return -EINVAL;
		strcpy(out, path);
		return c->who.domid ? -EACCES : 0;
	}
	err = path_canon(c->who.domid, path, out, &relative);
	if (!err && relative)
		*skip = (uint32_t)path_home(c->who.domid, home);
	return err;
}

static struct watch *lookup(const struct client *c, const char *full,
			    const char *token, uint32_t skip)
{
	const struct watch_table *t = &c->x->watches;
	struct watch *w;

	for (w = *bucket(t, hash(t, full)); w; w = w->next_in_bucket)
		if (w->client == c && w->skip == skip &&
		    !strcmp(w->path, full) && !strcmp(w->token, token))
			break;
	return w;
}

int watch_add(struct client *c, const char *path, const char *token, int depth,
	      struct watch **out)
{
	struct watch_table *t = &c->x->watches;
	char full[PATH_ROOM];
	struct watch *w;
	uint32_t skip;
	int err;

	err = resolve(c, path, full, &skip);
	if (err)
		return err;
	if (lookup(c, full, token, skip))
		return -EEXIST;
	if (c->who.domid && c->watch_count >= QUOTA_WATCHES)
		return -ENOSPC;
	if (t->count >= t->buckets)
		grow(t);
	w = mem_zalloc(sizeof(*w));
	w->client = c;
	w->hash = hash(t, full);
	w->depth = depth;
	w->skip = skip;
	w->path = mem_dup(full, strlen(full));
	w->token = mem_dup(token, strlen(token));
	w->next = c->watches;
	w->link = &c->watches;
	if (w->next)
		w->next->link = &w->next;
	c->watches = w;
	c->watch_count++;
	t->count++;
	t->by_length[strlen(full)]++;
	insert(t, w);
	*out = w;
	return 0;
}

void watch_first(struct watch *w)
{
	client_event(w->client, w->path + w->skip, w->path + w->skip, w->token,
		     &w->folded);
}

static void discard(struct watch *w)
{
	struct watch_table *t = &w->client->x->watches;
	struct watch **in = bucket(t, w->hash);

	while (*in != w)
		in = &(*in)->next_in_bucket;
	*in = w->next_in_bucket;
	*w->link = w->next;
	if (w->next)
		w->next->link = w->link;
	t->count--;
	t->by_length[strlen(w->path)]--;
	w->client->watch_count--;
	free(w->path);
	free(w->token);
	free(w);
}

int watch_drop(struct client *c, const char *path, const char *token)
{
	char full[PATH_ROOM];
	struct watch *w;
	uint32_t skip;
	int err;

	err = resolve(c, path, full, &skip);
	if (err)
		return err;
	w = lookup(c, full, token, skip);
	if (!w)
		return -ENOENT;
	discard(w);
	return 0;
}

void watch_drop_all(struct client *c)
{
	while (c->watches)
		discard(c->watches);
}

static bool may_hear(const struct client *c, const struct perms *now,
		     const struct perms *before)
{
	return (now && perm_allows(now, &c->who, PERM_READ)) ||
	       (before && perm_allows(before, &c->who, PERM_READ));
}

/* How many levels path lies below its own first len bytes. */
static int below(const char *path, size_t len)
{
	int n = 0;

	if (len == 1) /* the root: its '/' opens the first part */
		len = path[1] ? 0 : 1;
	for (path += len; *path; path++)
		n += *path == '/';
	return n;
}

struct firing {
	const char *path;
	size_t len; /* of the part of it that is looked up */
	uint64_t hash; /* of that part */
	const struct perms *now, *before;
};

static void fire_prefix(struct watch_table *t, const struct firing *f)
{
	struct watch *w;

	for (w = *bucket(t, f->hash); w; w = w->next_in_bucket) {
		if (w->hash != f->hash || strncmp(w->path, f->path, f->len) ||
		    w->path[f->len])
			continue;
		if (w->depth >= 0 && below(f->path, f->len) > w->depth)
			continue;
		if (may_hear(w->client, f->now, f->before))
			client_event(w->client, f->path + w->skip,
				     w->path + w->skip, w->token, &w->folded);
	}
}

void watch_fire(struct watch_table *t, const char *path,
		const struct perms *now, const struct perms *before)
{
	struct firing f = { .path = path, .now = now, .before = before };
	uint64_t h = hash_byte(t->seed, '/');
	size_t i;

	f.len = 1;
	f.hash = h;
	fire_prefix(t, &f);
	for (i = 1; path[i]; i++) {
		h = hash_byte(h, path[i]);
		if (path[i + 1] && path[i + 1] != '/')
			continue;
		f.len = i + 1;
		f.hash = h;
		fire_prefix(t, &f);
	}
}

void watch_fire_exact(struct watch_table *t, const char *path,
		      const struct perms *perms)
{
	struct firing f = { .path = path, .now = perms, .len = strlen(path) };

	/* Mostly there is none: a deep tree that goes is not hashed. */
	if (!t->by_length[f.len])
		return;
	f.hash = hash(t, path);
	fire_prefix(t, &f);
}

static void fire_named(struct watch_table *t, const char *key,
		       const char *plain, const char *numbered)
{
	uint64_t h = hash(t, key);
	struct watch *w;

	for (w = *bucket(t, h); w; w = w->next_in_bucket) {
		if (w->hash != h || strcmp(w->path, key))
			continue;
		client_event(w->client, w->depth > 0 ? numbered : plain,
			     w->path, w->token, &w->folded);
	}
}

void watch_fire_special(struct watch_table *t, const char *name, uint16_t domid)
{
	char numbered[PATH_ROOM];

	snprintf(numbered, sizeof(numbered), "%s/%u", name,
		 (unsigned int)domid);
	fire_named(t, name, name, numbered);
	fire_named(t, numbered, numbered, numbered);
}
