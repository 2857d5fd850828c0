// SPDX-License-Identifier: GPL-2.0-only
/*
 * Granted pages, mapped once or copied in batches.
 *
 * Rules:
 *  1. A mapping is made when a reference is first seen and lives until the
 *     frontend disconnects: mapping and unmapping cost hypercalls and
 *     TLB flushes, so the steady state has neither.
 *  2. A reference that cannot be mapped is no error here: it will be copied.
 *  3. Copies of many requests go down in one ioctl.
 *  4. Packets lie in pages of ours that have grants, too: else the kernel
 *     would walk our page tables for each copy.
 *  5. What stays mapped is bounded, for each frontend and for all.
 *
 * Single-threaded. Next: blk_shell.c.
 */
#include "backend-drivers/daemon/grants.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "backend-drivers/daemon/direct.h"

#define GREF_MAX (1u << 20)	/* beyond, a reference is copied */
#define RANGE_MAX 64
/* Of all frontends: the kernel has room for so many without growing. */
#define MAPPED_MAX 28672

struct grant_range {
	struct grant_range *next;
	void *start;
	unsigned int n;
};

int grants_fd = -1;
static unsigned int mapped;	/* in all caches */

int grants_init(void)
{
	grants_fd = gnt_open();
	if (grants_fd < 0)
		return grants_fd;
	gnt_warm(grants_fd);
	return 0;
}

void grant_cache_init(struct grant_cache *c, unsigned int domid,
		      unsigned int limit)
{
	memset(c, 0, sizeof(*c));
	c->domid = domid;
	c->limit = limit;
}

void *grant_cache_find(const struct grant_cache *c, uint32_t gref)
{
	return gref < c->pages ? c->page[gref] : NULL;
}

static bool make_room(struct grant_cache *c, uint32_t gref)
{
	uint32_t n = (gref | 1023) + 1;
	void **more;

	if (gref < c->pages)
		return true;
	if (gref >= GREF_MAX)
		return false;
	more = realloc(c->page, n * sizeof(*more));
	if (!more)
		return false;
	memset(more + c->pages, 0, (n - c->pages) * sizeof(*more));
	c->page = more;
	c->pages = n;
	return true;
}

static bool map_range(struct grant_cache *c, const uint32_t *gref,
		      unsigned int n)
{
	struct grant_range *r;
	unsigned int i;

	if (!n)
		return true;
	if (c->mapped + n > c->limit || mapped + n > MAPPED_MAX)
		return false;
	r = malloc(sizeof(*r));
	if (!r)
		return false;
	r->start = gnt_map(grants_fd, c->domid, gref, n,
			   PROT_READ | PROT_WRITE);
	if (!r->start) {
		free(r);
		return false;
	}
	r->n = n;
	r->next = c->ranges;
	c->ranges = r;
	c->mapped += n;
	mapped += n;
	for (i = 0; i < n; i++)
		c->page[gref[i]] = (char *)r->start + i * GNT_PAGE_BYTES;
	return true;
}

bool grant_cache_map(struct grant_cache *c, const uint32_t *gref,
		     unsigned int n)
{
	uint32_t fresh[RANGE_MAX];
	unsigned int i, j, k = 0;

	for (i = 0; i < n; i++) {
		if (grant_cache_find(c, gref[i]))
			continue;
		if (!make_room(c, gref[i]))
			return false;
		for (j = 0; j < k && fresh[j] != gref[i]; j++)
			;
		if (j < k)
			continue;
		fresh[k++] = gref[i];
		if (k == RANGE_MAX) {
			if (!map_range(c, fresh, k))
				return false;
			k = 0;
		}
	}
	return map_range(c, fresh, k);
}

void grant_cache_drop(struct grant_cache *c)
{
	struct grant_range *r;

	while ((r = c->ranges)) {
		c->ranges = r->next;
		gnt_unmap(grants_fd, r->start, r->n);
		mapped -= r->n;
		free(r);
	}
	free(c->page);
	c->page = NULL;
	c->pages = 0;
	c->mapped = 0;
}

static uint8_t *arena;		/* pages that have references */
static size_t arena_bytes;
static uint32_t *arena_ref;

uint8_t *grants_arena(unsigned int n)
{
	arena_ref = malloc(n * sizeof(*arena_ref));
	if (arena_ref)
		arena = gnt_alloc(0, arena_ref, n);
	if (!arena)
		return aligned_alloc(GNT_PAGE_BYTES,
				     (size_t)n * GNT_PAGE_BYTES);
	arena_bytes = (size_t)n * GNT_PAGE_BYTES;
	return arena;
}

static struct gnt_copy_segment *add(struct grant_batch *b, bool *failed)
{
	struct gnt_copy_segment *s;

	if (b->n == GRANT_BATCH)
		grant_batch_run(b);
	b->failed[b->n] = failed;
	s = &b->segment[b->n++];
	s->status = 0;
	return s;
}

/*
 * Our side of a copy, by reference if it can be; how many of the bytes that
 * covers: one page's.
 */
static uint16_t own_side(union gnt_copy_side *side, void *at, uint16_t bytes,
			 uint16_t *flags, uint16_t by_ref)
{
	uintptr_t place = (uintptr_t)at - (uintptr_t)arena;
	uint16_t offset = place % GNT_PAGE_BYTES;

	if (place >= arena_bytes) {
		side->virt = at;
		return bytes;
	}
	side->foreign.ref = arena_ref[place / GNT_PAGE_BYTES];
	side->foreign.offset = offset;
	side->foreign.domid = 0;
	*flags |= by_ref;
	return bytes < GNT_PAGE_BYTES - offset ? bytes :
	       (uint16_t)(GNT_PAGE_BYTES - offset);
}

/* Between their page and our memory; out: towards them. */
static void add_page(struct grant_batch *b, const struct grant_page *theirs,
		     uint8_t *ours, bool out, bool *failed)
{
	uint16_t done = 0;

	while (done < theirs->length_bytes) {
		struct gnt_copy_segment *s = add(b, failed);
		union gnt_copy_side *far = out ? &s->dest : &s->source;

		far->foreign.ref = theirs->gref;
		far->foreign.offset = theirs->offset_bytes + done;
		far->foreign.domid = (uint16_t)theirs->domid;
		s->flags = out ? GNT_COPY_DEST_GREF : GNT_COPY_SOURCE_GREF;
		s->len = own_side(out ? &s->source : &s->dest, ours + done,
				  theirs->length_bytes - done, &s->flags,
				  out ? GNT_COPY_SOURCE_GREF :
					GNT_COPY_DEST_GREF);
		done += s->len;
	}
}

void grant_batch_from(struct grant_batch *b, const struct grant_page *from,
		      void *to, bool *failed)
{
	add_page(b, from, to, false, failed);
}

void grant_batch_to(struct grant_batch *b, const struct grant_page *to,
		    void *from, bool *failed)
{
	add_page(b, to, from, true, failed);
}

void grant_batch_run(struct grant_batch *b)
{
	unsigned int i;
	int rc = 0;

	if (!b->n)
		return;
	if (!direct_copy(b->segment, b->n))
		rc = gnt_copy(grants_fd, b->segment, b->n);
	for (i = 0; i < b->n; i++)
		if (rc || b->segment[i].status)
			*b->failed[i] = true;
	b->n = 0;
}
