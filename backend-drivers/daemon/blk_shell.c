// SPDX-License-Identifier: GPL-2.0-only
/*
 * The connection to one block frontend: requests from core/blkback.c to the
 * image, and back.
 *
 *	event -> take all -> one submission -> completions -> answer all,
 *	one event to the guest
 *
 * Rules:
 *  1. Pages of a frontend with persistent grants are mapped once and given to
 *     the kernel as they are; those of others are copied, all of a round in
 *     one ioctl.
 *  2. A frontend with many requests under way is asked to wake us for several
 *     of them together: core/gather.c.
 *  3. A barrier waits until nothing is in flight, and nothing starts while it
 *     is under way.
 *
 * Single-threaded. Next: blk_file.c.
 */
#include "backend-drivers/daemon/blk_link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backend-drivers/daemon/events.h"

static struct grant_batch batch;

static void start_phase(struct blk_io *x);

/* One operation ended. What remains of the request is started here. */
void blk_io_done(struct loop_op *op, int res)
{
	struct blk_io *x = (struct blk_io *)op;
	struct blk_link *l = x->link;

	loop_in_flight(-1);
	l->in_flight--;
	if (!l->disk) {
		if (!l->in_flight) {
			blk_link_free(l);
			device_retry();
		}
		return;
	}
	if (res == -EINTR || res == -EAGAIN) {
		start_phase(x);
		return;
	}
	if (res < 0 || (x->phase == DATA && x->left && !res)) {
		x->failed = true;
	} else if (x->phase == DATA && x->io.op != BLKBACK_DISCARD) {
		x->at += (unsigned int)res;
		x->left -= (unsigned int)res;
		if (x->left) {
			start_phase(x);
			return;
		}
	}
	if (!x->failed && x->io.op == BLKBACK_BARRIER &&
	    x->phase != FLUSH_AFTER) {
		x->phase++;
		start_phase(x);
		return;
	}
	x->next = l->finished;
	l->finished = x;
	loop_queue(&l->task);
}

/* The vector from x->at on; only a short transfer leaves it in mid-way. */
static void skip_done(struct blk_io *x)
{
	uint64_t done = x->at - x->io.offset_bytes, seen = 0;
	unsigned int i = 0;

	while (seen + x->iov[i].iov_len <= done)
		seen += x->iov[i++].iov_len;
	x->iov[i].iov_base = (char *)x->iov[i].iov_base + (done - seen);
	x->iov[i].iov_len -= done - seen;
	memmove(x->iov, x->iov + i, (x->iovs - i) * sizeof(x->iov[0]));
	x->iovs -= i;
	x->io.offset_bytes = x->at;
}

static void start_phase(struct blk_io *x)
{
	struct blk_link *l = x->link;

	l->in_flight++;
	if (x->phase != DATA || x->io.op == BLKBACK_FLUSH) {
		blk_file_flush(l->file, &x->op);
		return;
	}
	if (x->io.op == BLKBACK_DISCARD) {
		blk_file_discard(l->file, &x->op, x->at, x->left);
		return;
	}
	if (x->at != x->io.offset_bytes)
		skip_done(x);
	if (x->io.op == BLKBACK_READ)
		blk_file_readv(l->file, &x->op, x->iov, x->iovs, x->at);
	else
		blk_file_writev(l->file, &x->op, x->iov, x->iovs, x->at);
}

static void start(struct blk_io *x)
{
	x->at = x->io.offset_bytes;
	x->left = x->io.length_bytes;
	x->phase = x->io.op == BLKBACK_BARRIER ? FLUSH_BEFORE : DATA;
	start_phase(x);
}

static struct grant_page page_of(const struct blk_io *x, unsigned int i)
{
	const struct blkback_segment *s = &x->io.segment[i];

	return (struct grant_page){
		.domid = x->link->grants.domid,
		.gref = s->gref,
		.offset_bytes = s->offset_bytes,
		.length_bytes = s->length_bytes,
	};
}

/* The guest's pages as they are mapped; neighbours become one piece. */
static bool map_pages(struct blk_io *x)
{
	struct blk_link *l = x->link;
	uint32_t gref[BLKBACK_SEGMENTS_MAX];
	unsigned int i, missing = 0;

	if (!l->persistent)
		return false;
	for (i = 0; i < x->io.segments; i++)
		if (!grant_cache_find(&l->grants, x->io.segment[i].gref))
			gref[missing++] = x->io.segment[i].gref;
	if (missing && !grant_cache_map(&l->grants, gref, missing))
		return false;
	x->iovs = 0;
	for (i = 0; i < x->io.segments; i++) {
		const struct blkback_segment *s = &x->io.segment[i];
		char *at = grant_cache_find(&l->grants, s->gref);
		struct iovec *last = x->iovs ? &x->iov[x->iovs - 1] : NULL;

		at += s->offset_bytes;
		if (last && (char *)last->iov_base + last->iov_len == at) {
			last->iov_len += s->length_bytes;
			continue;
		}
		x->iov[x->iovs].iov_base = at;
		x->iov[x->iovs++].iov_len = s->length_bytes;
	}
	return true;
}

/* A buffer of ours; for a write, filled when the batch runs. */
static bool use_bounce(struct blk_io *x)
{
	size_t need = x->io.length_bytes, done = 0;
	unsigned int i;

	if (x->bounce_bytes < need) {
		free(x->bounce);
		x->bounce_bytes = (need + 65535) / 65536 * 65536;
		x->bounce = aligned_alloc(4096, x->bounce_bytes);
		if (!x->bounce) {
			x->bounce_bytes = 0;
			return false;
		}
	}
	x->copied = true;
	x->iov[0].iov_base = x->bounce;
	x->iov[0].iov_len = need;
	x->iovs = 1;
	if (x->io.op == BLKBACK_READ)
		return true;
	for (i = 0; i < x->io.segments; i++) {
		struct grant_page from = page_of(x, i);

		grant_batch_from(&batch, &from, (char *)x->bounce + done,
				 &x->failed);
		done += from.length_bytes;
	}
	return true;
}

static void refuse(struct blk_io *x)
{
	blkback_put(x->link->core, x->io.slot, XY_BLKIF_RSP_ERROR);
}

/* Fetches the segments of an indirect request. False: answered already. */
static bool fetch_segments(struct blk_io *x)
{
	static uint64_t page[XY_PAGE_SIZE / 8];
	struct blk_link *l = x->link;
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
			refuse(x);
			return false;
		}
		rc = blkback_indirect(l->core, &x->io, i, content);
	}
	return !rc;
}

static void begin(struct blk_link *l, struct blk_io *x, enum blkback_got got)
{
	x->copied = false;
	x->failed = false;
	if (got == BLKBACK_INDIRECT && !fetch_segments(x))
		return;
	if (x->io.segments && !map_pages(x) && !use_bounce(x)) {
		refuse(x);
		return;
	}
	if (x->io.op == BLKBACK_BARRIER) {
		l->barrier = x;
	} else if (x->copied && x->io.op == BLKBACK_WRITE) {
		x->next = l->starting;
		l->starting = x;
	} else {
		start(x);
	}
}

/* Copies what the batch holds, then starts the writes that waited for it. */
static void start_copied(struct blk_link *l)
{
	struct blk_io *x;

	grant_batch_run(&batch);
	while ((x = l->starting)) {
		l->starting = x->next;
		if (x->failed)
			refuse(x);
		else
			start(x);
	}
}

/* Answers everything that is done. */
static void answer(struct blk_link *l)
{
	struct blk_io *x;
	unsigned int i;
	size_t done;

	for (x = l->finished; x; x = x->next) {
		if (x->failed || !x->copied || x->io.op != BLKBACK_READ)
			continue;
		for (i = 0, done = 0; i < x->io.segments; i++) {
			struct grant_page to = page_of(x, i);

			grant_batch_to(&batch, &to, (char *)x->bounce + done,
				       &x->failed);
			done += to.length_bytes;
		}
	}
	grant_batch_run(&batch);
	while ((x = l->finished)) {
		l->finished = x->next;
		if (x == l->barrier)
			l->barrier = NULL;
		blkback_put(l->core, x->io.slot, x->failed ?
			    XY_BLKIF_RSP_ERROR : XY_BLKIF_RSP_OKAY);
	}
}

/* Takes requests until the ring is empty. False: the ring is broken. */
static bool take(struct blk_link *l)
{
	/* The slot is known only afterwards: parse here, then move. */
	static struct blkback_io io;
	enum blkback_got got = BLKBACK_NONE;

	l->taken = 0;
	while (!l->barrier) {
		struct blk_io *x;
		size_t used;

		got = blkback_get(l->core, &io);
		if (got == BLKBACK_NONE || got == BLKBACK_BROKEN)
			break;
		x = &l->io[io.slot];
		used = offsetof(struct blkback_io, segment) +
		       io.segments * sizeof(io.segment[0]);
		memcpy(&x->io, &io, used);
		begin(l, x, got);
		l->taken++;
	}
	start_copied(l);
	if (l->barrier && !l->in_flight)
		start(l->barrier);
	return got != BLKBACK_BROKEN;
}

/* True: more requests are coming, go on waiting for them. */
static bool gather(struct blk_link *l)
{
	uint64_t now = loop_now_ns();

	switch (gather_step(&l->gather, blkback_pending(l->core), now)) {
	case GATHER_TAKE:
		return false;
	case GATHER_WAIT_FIRST:
		return !blkback_arm(l->core, 1);
	case GATHER_WAIT_MORE:
		if (blkback_arm(l->core, l->gather.want))
			return false;
		loop_queue_after(&l->task, l->gather.look_ns - now);
		return true;
	}
	return false;
}

/* Asks for the next event. What is in flight wakes us too, and sooner. */
static void arm(struct blk_link *l)
{
	gather_arm(&l->gather, !l->in_flight, loop_now_ns());
	if (blkback_arm(l->core, l->gather.want))
		loop_queue(&l->task);
	else if (l->gather.want > 1)
		loop_queue_after(&l->task, GATHER_LOOK_NS);
}

void blk_link_run(struct loop_task *task)
{
	struct blk_link *l = (struct blk_link *)task;

	if (gather(l))
		return;
	answer(l);
	if (!take(l)) {
		device_fail(&l->disk->dev, -EPROTO, "the frontend's ring "
			    "indices make no sense: disk stopped");
		device_stop(&l->disk->dev);
		return;
	}
	l->rounds++;
	l->requests += l->taken;
	if (blkback_flush(l->core)) {
		l->events++;
		events_notify(l->port);
	}
	if (!l->barrier)
		arm(l);
}
