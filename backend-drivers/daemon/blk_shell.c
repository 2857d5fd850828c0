// SPDX-License-Identifier: GPL-2.0-only
/*
 * The work of one block frontend's queues: requests from core/blkback.c to the
 * image, and back.
 *
 *	event -> take all -> one submission -> completions -> answer all,
 *	one event to the guest
 *
 * Rules:
 *  1. A request waits for no other one: that both ends work in batches, where
 *     they share a CPU, is the hypervisor's affair (core/sched.c).
 *  2. A barrier waits until nothing is in flight on any queue of the disk, and
 *     nothing starts on any while it is under way.
 *  3. No more than IN_FLIGHT_MAX bytes are under way for one disk, and no more
 *     than SHARE_BYTES while other disks have work too: what was started goes
 *     before what another guest will ask for, here and in the medium's queue.
 *  4. A queue that breaks the rules ends the connection, not only itself.
 *
 * Single-threaded. Next: blk_pages.c, blk_file.c.
 */
#include <errno.h>
#include <string.h>

#include "backend-drivers/daemon/blk_link.h"
#include "backend-drivers/daemon/events.h"

#define IN_FLIGHT_MAX (16u << 20)
#define SHARE_BYTES (512u << 10)
#define ALONE_ROUNDS 32		/* in a row, and a disk has no company */

/* Who had work last, and for how many rounds; compared, never followed. */
static const struct blk_link *last_busy;
static unsigned int rounds_alone;

static void start_phase(struct blk_io *x);

/* All queues of a disk: something that held them back has gone. */
static void wake_all(struct blk_link *l)
{
	unsigned int i;

	for (i = 0; i < l->queues; i++)
		loop_queue(&l->queue[i].task);
}

/* Bytes are no longer under way. */
static void wake_full(struct blk_link *l)
{
	unsigned int i;

	for (i = 0; i < l->queues; i++)
		if (l->queue[i].full)
			loop_queue(&l->queue[i].task);
}

static void note_busy(const struct blk_link *l)
{
	if (last_busy == l) {
		rounds_alone++;
		return;
	}
	last_busy = l;
	rounds_alone = 0;
}

/* True: it is another one's turn to have its requests started. */
static bool has_its_share(const struct blk_link *l)
{
	return l->bytes_in_flight >= (rounds_alone < ALONE_ROUNDS ?
				      SHARE_BYTES : IN_FLIGHT_MAX);
}

/* What a request moves; a discard or a flush moves nothing. */
static size_t load_of(const struct blk_io *x)
{
	return x->io.segments ? x->io.length_bytes : 0;
}

/* True: what remains of the request was started. */
static bool goes_on(struct blk_io *x, int res)
{
	if (res == -EINTR || res == -EAGAIN) {
		start_phase(x);
		return true;
	}
	if (res < 0) {
		x->failed = true;
	} else if (x->phase == DATA && x->io.op != BLKBACK_DISCARD) {
		/* Nothing more comes: the image has become shorter. */
		if (x->left && !res)
			x->failed = true;
		x->at += (unsigned int)res;
		x->left -= (unsigned int)res;
		if (x->left && !x->failed) {
			start_phase(x);
			return true;
		}
	}
	if (!x->failed && x->io.op == BLKBACK_BARRIER &&
	    x->phase != FLUSH_AFTER) {
		x->phase++;
		start_phase(x);
		return true;
	}
	return false;
}

void blk_io_done(struct loop_op *op, int res)
{
	struct blk_io *x = (struct blk_io *)op;
	struct blk_queue *q = x->queue;
	struct blk_link *l = q->link;

	loop_in_flight(-1);
	l->in_flight--;
	if (!l->disk) {
		if (!l->in_flight) {
			blk_link_free(l);
			device_retry();
		}
		return;
	}
	if (goes_on(x, res))
		return;
	l->bytes_in_flight -= load_of(x);
	wake_full(l);
	x->next = q->finished;
	q->finished = x;
	loop_queue(&q->task);
	if (l->barrier && !l->in_flight)
		loop_queue(&l->barrier->queue->task);
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
	struct blk_link *l = x->queue->link;

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
	x->queue->link->bytes_in_flight += load_of(x);
	start_phase(x);
}

static void refuse(struct blk_io *x)
{
	if (x->bounce)
		wake_all(x->queue->link);
	blk_pages_release(x);
	blkback_put(x->queue->core, x->io.slot, XY_BLKIF_RSP_ERROR);
}

/* Its memory, then off with it, or on a list. */
static void begin(struct blk_io *x)
{
	struct blk_queue *q = x->queue;

	if (x->io.segments) {
		switch (blk_pages_prepare(x)) {
		case BLK_PAGES_READY:
			break;
		case BLK_PAGES_LATER:
			q->stalled = x;
			return;
		case BLK_PAGES_REFUSED:
			refuse(x);
			return;
		}
	}
	if (x->io.op == BLKBACK_BARRIER) {
		q->link->barrier = x;
	} else if (x->bounce && x->io.op == BLKBACK_WRITE) {
		x->next = q->starting;
		q->starting = x;
	} else {
		start(x);
	}
}

/* Copies what the batch holds, then starts the writes that waited for it. */
static void start_copied(struct blk_queue *q)
{
	struct blk_io *x;

	blk_pages_run();
	while ((x = q->starting)) {
		q->starting = x->next;
		if (x->failed)
			refuse(x);
		else
			start(x);
	}
}

/* Answers everything that is done. */
static void answer(struct blk_queue *q)
{
	struct blk_link *l = q->link;
	struct blk_io *x;
	bool wake = false;

	if (!q->finished)
		return;
	for (x = q->finished; x; x = x->next)
		if (!x->failed && x->bounce && x->io.op == BLKBACK_READ)
			blk_pages_return(x);
	blk_pages_run();
	while ((x = q->finished)) {
		q->finished = x->next;
		wake |= x->bounce || x == l->barrier;
		if (x == l->barrier)
			l->barrier = NULL;
		blk_pages_release(x);
		blkback_put(q->core, x->io.slot, x->failed ?
			    XY_BLKIF_RSP_ERROR : XY_BLKIF_RSP_OKAY);
	}
	if (wake && l->queues > 1)
		wake_all(l);
}

/* The next request into its place. */
static enum blkback_got take_one(struct blk_queue *q, struct blk_io **x)
{
	/* The slot is known only afterwards: parse here, then move. */
	static struct blkback_io io;
	enum blkback_got got = blkback_get(q->core, &io);

	if (got == BLKBACK_NONE || got == BLKBACK_BROKEN)
		return got;
	*x = &q->io[io.slot];
	memcpy(&(*x)->io, &io, offsetof(struct blkback_io, segment) +
	       io.segments * sizeof(io.segment[0]));
	(*x)->op.done = blk_io_done;
	(*x)->queue = q;
	(*x)->failed = false;
	return got;
}

/* Takes requests until the ring is empty. False: the ring is broken. */
static bool take(struct blk_queue *q)
{
	struct blk_link *l = q->link;
	enum blkback_got got = BLKBACK_NONE;
	struct blk_io *x = q->stalled;

	q->taken = 0;
	q->stalled = NULL;
	if (x)
		begin(x);
	while (!l->barrier && !q->stalled && !has_its_share(l)) {
		got = take_one(q, &x);
		if (got == BLKBACK_NONE || got == BLKBACK_BROKEN)
			break;
		q->taken++;
		if (got == BLKBACK_READY || blk_pages_fetch(x))
			begin(x);
	}
	start_copied(q);
	q->full = has_its_share(l);
	if (l->barrier && l->barrier->queue == q && !l->in_flight)
		start(l->barrier);
	return got != BLKBACK_BROKEN;
}

void blk_queue_run(struct loop_task *task)
{
	struct blk_queue *q = (struct blk_queue *)task;
	struct blk_link *l = q->link;

	answer(q);
	if (!take(q)) {
		device_fail(&l->disk->dev, -EPROTO, "the frontend's ring "
			    "indices make no sense: disk stopped");
		device_stop(&l->disk->dev);
		return;
	}
	l->rounds++;
	l->requests += q->taken;
	if (q->taken)
		note_busy(l);
	if (blkback_flush(q->core)) {
		l->events++;
		events_notify(q->port);
	}
	if (!l->barrier && !q->stalled && !q->full && blkback_arm(q->core))
		loop_queue(&q->task);
}
