// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Answers: taken from the ring together, copied and completed outside the
 * lock, then asked for anew. Also the two ends that are none: a backend that
 * comes back, and one that cannot be believed.
 *
 * Rules:
 *  1. Data is copied from a kept page only after the core has matched the
 *     answer to a request in flight, and as much as the request asked for.
 *  2. Offline is for good, said once, and fails whatever is in flight.
 *  3. Requests are completed where the answer is found; a batch at once. Those
 *     of a polled ring never in an interrupt: a bio that is polled may belong
 *     to a CPU's cache, which interrupts must not touch.
 *
 * Next: blkfront_ring.c.
 */
#include <linux/interrupt.h>

#include "blkfront.h"

/* The whole of it is one page, of one bio: the usual case, at no cost. */
static bool one_page(struct request *rq, struct xbf_request *x, bool to_page)
{
	const struct bio_vec *bv = rq->bio->bi_io_vec;
	unsigned int done = rq->bio->bi_iter.bi_bvec_done;
	void *data;

	if (blk_rq_bytes(rq) != XY_PAGE_SIZE ||
	    rq->bio->bi_iter.bi_size != XY_PAGE_SIZE)
		return false;
	bv += rq->bio->bi_iter.bi_idx;
	if (bv->bv_len - done < XY_PAGE_SIZE)
		return false;
	data = page_address(bv->bv_page) + bv->bv_offset + done;
	if (to_page)
		memcpy(x->page[0]->data, data, XY_PAGE_SIZE);
	else
		memcpy(data, x->page[0]->data, XY_PAGE_SIZE);
	return true;
}

void xbf_copy(struct request *rq, struct xbf_request *x, bool to_pages)
{
	struct req_iterator iter;
	struct bio_vec bv;
	unsigned int page = 0, at = 0;

	if (one_page(rq, x, to_pages))
		return;
	rq_for_each_bvec(bv, rq, iter) {
		void *data = page_address(bv.bv_page) + bv.bv_offset;
		unsigned int left = bv.bv_len;

		while (left) {
			unsigned int n = min_t(unsigned int, left,
					       XY_PAGE_SIZE - at);
			void *kept = x->page[page]->data + at;

			if (to_pages)
				memcpy(kept, data, n);
			else
				memcpy(data, kept, n);
			data += n;
			left -= n;
			at += n;
			if (at == XY_PAGE_SIZE) {
				at = 0;
				page++;
			}
		}
	}
}

void xbf_release(struct xbf_request *x)
{
	struct xbf_queue *q = x->home;
	unsigned int i;

	for (i = x->io.segments; i-- > 0;)
		blkfront_page_put(&q->pages, x->page[i]);
	if (x->indirect)
		blkfront_page_put(&q->pages, x->indirect);
	x->io.segments = 0;
	x->indirect = NULL;
}

static blk_status_t status_of(struct xbf_queue *q, struct xbf_request *x)
{
	struct xbf_disk *disk = q->disk;

	if (likely(x->io.status == BLKFRONT_OKAY))
		return BLK_STS_OK;
	if (x->io.status != BLKFRONT_UNSUPPORTED ||
	    x->io.op <= BLKFRONT_WRITE)
		return BLK_STS_IOERR;
	blkfront_refused(&disk->core, x->io.op);
	pr_warn(XBF_NAME ": vbd %d: the backend refuses %s after all\n",
		disk->vdevice,
		x->io.op == BLKFRONT_DISCARD ? "discard" : "flush");
	/* Without a cache to flush there is nothing to fail. */
	return x->io.op == BLKFRONT_FLUSH ? BLK_STS_OK : BLK_STS_NOTSUPP;
}

/* All that is there; the lock is held. */
static struct xbf_request *collect(struct xbf_queue *q)
{
	struct xbf_request *first = NULL, **tail = &first;
	struct blkfront_io *io;

	while ((io = blkfront_get(&q->core))) {
		struct xbf_request *x = container_of(io, struct xbf_request,
						     io);

		*tail = x;
		tail = &x->next;
	}
	*tail = NULL;
	return first;
}

/* Nearly always q itself is home; not what it inherited from another. */
static void release_all(struct xbf_queue *q, struct xbf_request *x)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	for (; x; x = x->next) {
		if (unlikely(x->home != q)) {
			spin_unlock(&q->lock);
			q = x->home;
			spin_lock(&q->lock);
		}
		xbf_release(x);
	}
	spin_unlock_irqrestore(&q->lock, flags);
}

static unsigned int finish(struct xbf_queue *q, struct xbf_request *first,
			   struct io_comp_batch *batch)
{
	struct xbf_request *x, *next;
	unsigned int n = 0;

	for (x = first; x; x = x->next)
		if (x->io.op == BLKFRONT_READ && x->io.status == BLKFRONT_OKAY)
			xbf_copy(xbf_rq(x), x, false);
	/* The pages first: an ended request may be a new one at once. */
	release_all(q, first);
	for (x = first; x; x = next, n++) {
		struct request *rq = xbf_rq(x);
		blk_status_t status = status_of(q, x);

		next = x->next;
		if (!blk_mq_add_to_batch(rq, batch, status != BLK_STS_OK,
					 blk_mq_end_request_batch))
			blk_mq_end_request(rq, status);
	}
	return n;
}

static void start_queues(struct xbf_queue *q)
{
	struct xbf_disk *disk = q->disk;
	unsigned int i;

	for (i = 0; i < disk->queues; i++) {
		struct xbf_queue *own = &disk->queue[i];

		if (READ_ONCE(own->via) == q && own->hctx)
			blk_mq_start_stopped_hw_queue(own->hctx, true);
	}
}

unsigned int xbf_reap(struct xbf_queue *q, struct io_comp_batch *batch,
		      bool sleep)
{
	DEFINE_IO_COMP_BATCH(own);
	struct io_comp_batch *use = batch ? batch : &own;
	const char *fault;
	unsigned long flags;
	unsigned int n = 0;
	bool more, start;

	do {
		struct xbf_request *first;

		spin_lock_irqsave(&q->lock, flags);
		first = collect(q);
		xbf_flush(q);
		more = sleep && blkfront_arm(&q->core, 1);
		if (!sleep)
			blkfront_mute(&q->core);
		fault = blkfront_fault_text(&q->core);
		start = first && q->stopped;
		if (start)
			q->stopped = false;
		spin_unlock_irqrestore(&q->lock, flags);
		if (first)
			n += finish(q, first, use);
		if (unlikely(start))
			start_queues(q);
	} while (more);
	if (own.complete)
		own.complete(&own);
	if (unlikely(fault))
		xbf_offline(q->disk, fault);
	return n;
}

irqreturn_t xbf_interrupt(int irq, void *queue)
{
	struct xbf_queue *q = queue;
	unsigned int n = xbf_polled(q) ? 0 : xbf_reap(q, NULL, true);

	xen_irq_lateeoi(irq, n ? 0 : XEN_EOI_FLAG_SPURIOUS);
	return IRQ_HANDLED;
}

static void fail_queue(struct xbf_queue *q)
{
	struct blkfront_io *io;
	unsigned long flags;

	do {
		spin_lock_irqsave(&q->lock, flags);
		io = blkfront_abandon(&q->core);
		q->stopped = false;
		spin_unlock_irqrestore(&q->lock, flags);
		/* Its pages are not used again: the backend has them still. */
		if (io)
			blk_mq_end_request(xbf_rq(container_of(io,
				struct xbf_request, io)), BLK_STS_IOERR);
	} while (io);
	if (q->hctx)
		blk_mq_start_stopped_hw_queue(q->hctx, true);
}

void xbf_unpoll(struct request *rq)
{
	struct bio *bio;

	__rq_for_each_bio(bio, rq)
		bio_clear_polled(bio);
}

void xbf_offline(struct xbf_disk *disk, const char *why)
{
	unsigned int i;

	if (!xchg(&disk->offline, true))
		pr_err(XBF_NAME ": vbd %d: offline: %s\n", disk->vdevice, why);
	for (i = 0; i < disk->queues; i++)
		fail_queue(&disk->queue[i]);
	if (!disk->leaving)
		schedule_delayed_work(&disk->look, 0);
}

/* A request too big for the new backend: its bios are cut up again. */
static void cut_up(struct blkfront_io *io, struct bio_list *bios)
{
	struct xbf_request *x = container_of(io, struct xbf_request, io);
	struct request *rq = xbf_rq(x);
	unsigned long flags;

	spin_lock_irqsave(&x->home->lock, flags);
	xbf_release(x);
	spin_unlock_irqrestore(&x->home->lock, flags);
	if (io->op <= BLKFRONT_WRITE)
		blk_steal_bios(bios, rq);
	blk_mq_end_request(rq, io->op == BLKFRONT_DISCARD ? BLK_STS_NOTSUPP :
							    BLK_STS_OK);
}

void xbf_restart(struct xbf_queue *q)
{
	struct blkfront_io *io;
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	blkfront_start(&q->core);
	while ((io = blkfront_unfit(&q->core))) {
		spin_unlock_irqrestore(&q->lock, flags);
		cut_up(io, &q->disk->again);
		spin_lock_irqsave(&q->lock, flags);
	}
	xbf_flush(q);
	q->stopped = false;
	spin_unlock_irqrestore(&q->lock, flags);
	xbf_reap(q, NULL, !xbf_polled(q));
	start_queues(q);
}
