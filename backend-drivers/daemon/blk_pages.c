// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a block request reaches the guest's memory: pages mapped once and kept,
 * or a buffer of ours and copies.
 *
 * Rules:
 *  1. Pages of a frontend with persistent grants are mapped once and given to
 *     the kernel as they are; those of others are copied, all of a round in
 *     one ioctl.
 *  2. The buffers of one disk are bounded, BOUNCE_MAX in all: a guest may have
 *     512 requests of 1 MiB each in flight, on each queue, and dom0 has not
 *     that much. What does not fit waits; one request always fits.
 *
 * Single-threaded. Next: grants.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "backend-drivers/daemon/blk_link.h"

#define BOUNCE_MAX (8u << 20)

static struct grant_batch batch;

static struct grant_page page_of(const struct blk_io *x, unsigned int i)
{
	const struct blkback_segment *s = &x->io.segment[i];

	return (struct grant_page){
		.domid = x->queue->link->grants.domid,
		.gref = s->gref,
		.offset_bytes = s->offset_bytes,
		.length_bytes = s->length_bytes,
	};
}

/* Makes sure that all are mapped. */
static bool map_missing(struct blk_io *x)
{
	struct grant_cache *grants = &x->queue->link->grants;
	uint32_t gref[BLKBACK_SEGMENTS_MAX];
	unsigned int i, missing = 0;

	for (i = 0; i < x->io.segments; i++)
		if (!grant_cache_find(grants, x->io.segment[i].gref))
			gref[missing++] = x->io.segment[i].gref;
	return !missing || grant_cache_map(grants, gref, missing);
}

/* The guest's pages as they are mapped; neighbours become one piece. */
static bool use_pages(struct blk_io *x)
{
	struct blk_link *l = x->queue->link;
	struct iovec *last = NULL;
	unsigned int i;

	if (!l->persistent || !map_missing(x))
		return false;
	for (i = 0; i < x->io.segments; i++) {
		const struct blkback_segment *s = &x->io.segment[i];
		char *at = grant_cache_find(&l->grants, s->gref);

		at += s->offset_bytes;
		if (last && (char *)last->iov_base + last->iov_len == at) {
			last->iov_len += s->length_bytes;
			continue;
		}
		last = last ? last + 1 : x->iov;
		last->iov_base = at;
		last->iov_len = s->length_bytes;
	}
	x->iovs = last ? (unsigned int)(last - x->iov) + 1 : 0;
	return true;
}

/* A buffer of ours; for a write, filled when the batch runs. */
static enum blk_pages use_bounce(struct blk_io *x)
{
	struct blk_link *l = x->queue->link;
	size_t need = x->io.length_bytes;
	unsigned int i;
	char *at;

	if (l->bounce_bytes && l->bounce_bytes + need > BOUNCE_MAX)
		return BLK_PAGES_LATER;
	x->bounce = aligned_alloc(4096, (need + 4095) / 4096 * 4096);
	if (!x->bounce)
		return BLK_PAGES_REFUSED;
	x->bounce_bytes = need;
	l->bounce_bytes += need;
	x->iov[0].iov_base = x->bounce;
	x->iov[0].iov_len = need;
	x->iovs = 1;
	if (x->io.op == BLKBACK_READ)
		return BLK_PAGES_READY;
	at = x->bounce;
	for (i = 0; i < x->io.segments; i++) {
		struct grant_page from = page_of(x, i);

		grant_batch_from(&batch, &from, at, &x->failed);
		at += from.length_bytes;
	}
	return BLK_PAGES_READY;
}

enum blk_pages blk_pages_prepare(struct blk_io *x)
{
	return use_pages(x) ? BLK_PAGES_READY : use_bounce(x);
}

bool blk_pages_fetch(struct blk_io *x)
{
	static uint64_t page[XY_PAGE_SIZE / 8];
	struct blk_link *l = x->queue->link;
	struct blkback *core = x->queue->core;
	unsigned int i;
	int rc = -EAGAIN;

	for (i = 0; i < x->io.indirect_pages && rc == -EAGAIN; i++) {
		struct grant_page from = {
			.domid = l->grants.domid,
			.gref = x->io.indirect_gref[i],
			.length_bytes = XY_PAGE_SIZE,
		};
		void *content = NULL;
		bool failed = false;

		if (l->persistent &&
		    grant_cache_map(&l->grants, &from.gref, 1))
			content = grant_cache_find(&l->grants, from.gref);
		if (!content) {
			grant_batch_from(&batch, &from, page, &failed);
			grant_batch_run(&batch);
			content = page;
		}
		if (failed) {
			blkback_put(core, x->io.slot, XY_BLKIF_RSP_ERROR);
			return false;
		}
		rc = blkback_indirect(core, &x->io, i, content);
	}
	return !rc;
}

void blk_pages_return(struct blk_io *x)
{
	char *at = x->bounce;
	unsigned int i;

	for (i = 0; i < x->io.segments; i++) {
		struct grant_page to = page_of(x, i);

		grant_batch_to(&batch, &to, at, &x->failed);
		at += to.length_bytes;
	}
}

void blk_pages_run(void)
{
	grant_batch_run(&batch);
}

void blk_pages_release(struct blk_io *x)
{
	if (!x->bounce)
		return;
	x->queue->link->bounce_bytes -= x->bounce_bytes;
	free(x->bounce);
	x->bounce = NULL;
}
