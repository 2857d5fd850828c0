// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * xylem-blkfront: blk-mq's side of the block frontend. Requests go into the
 * core of their hardware queue; data travels in pages that stay granted.
 *
 * Rules:
 *  1. Nothing is allocated for a request, except that a queue's first requests
 *     make its kept pages.
 *  2. A write's data is copied outside the lock; the ring is touched inside.
 *  3. The backend is notified once for a batch, if it asked.
 *  4. No scheduler unless somebody asks for one: the disk is the backend's,
 *     which sees all guests' requests; ours would sort them for nothing.
 *  5. A request that finds no room or no backend waits in blk-mq; it does not
 *     fail. Only a disk that is offline fails requests.
 *
 * Next: blkfront_done.c.
 */
#include <linux/module.h>
#include <xen/interface/sched.h>
#include <asm/xen/hypercall.h>

#include "blkfront.h"
#include "blkfront_compat.h"

unsigned int xbf_max_queues = 4;
module_param_named(queues, xbf_max_queues, uint, 0444);
MODULE_PARM_DESC(queues, "hardware queues, at most one for each CPU");

unsigned int xbf_max_poll_queues = 1;
module_param_named(poll_queues, xbf_max_poll_queues, uint, 0444);
MODULE_PARM_DESC(poll_queues, "further queues, for polled I/O (IOPOLL)");

unsigned int xbf_ring_pages = 4;
module_param_named(ring_pages, xbf_ring_pages, uint, 0444);
MODULE_PARM_DESC(ring_pages, "pages of a ring, 1 to 16: 32 requests each");

static int io_op(const struct request *rq)
{
	switch (req_op(rq)) {
	case REQ_OP_READ:
		return BLKFRONT_READ;
	case REQ_OP_WRITE:
		return BLKFRONT_WRITE;
	case REQ_OP_FLUSH:
		return BLKFRONT_FLUSH;
	case REQ_OP_DISCARD:
	case REQ_OP_SECURE_ERASE:
		return BLKFRONT_DISCARD;
	default:
		return -EOPNOTSUPP;
	}
}

/* Kept pages for the data, and one for the list of many. */
static bool take_pages(struct xbf_queue *q, struct xbf_request *x,
		       unsigned int bytes)
{
	unsigned int n = DIV_ROUND_UP(bytes, XY_PAGE_SIZE), i;
	bool indirect = n > BLKFRONT_DIRECT_MAX;

	if (q->pages.free_count < n + indirect &&
	    !xbf_more_pages(q, n + indirect))
		return false;
	for (i = 0; i < n; i++) {
		x->page[i] = blkfront_page_get(&q->pages);
		x->segment[i].gref = x->page[i]->gref;
		x->segment[i].first_sect = 0;
		x->segment[i].last_sect = XY_BLKIF_SECTORS_PER_PAGE - 1;
	}
	if (bytes % XY_PAGE_SIZE)
		x->segment[n - 1].last_sect = (uint8_t)
			(bytes % XY_PAGE_SIZE / XY_BLKIF_SECTOR_SIZE - 1);
	x->io.segments = (uint16_t)n;
	if (indirect) {
		x->indirect = blkfront_page_get(&q->pages);
		x->io.indirect = x->indirect->data;
		x->io.indirect_gref = x->indirect->gref;
	}
	return true;
}

static void fill(struct xbf_queue *q, struct request *rq, int op)
{
	struct xbf_request *x = blk_mq_rq_to_pdu(rq);

	x->home = q;
	x->io.op = (uint8_t)op;
	x->io.sector = blk_rq_pos(rq);
	x->io.segment = x->segment;
	x->io.segments = 0;
	x->indirect = NULL;
	if (op == BLKFRONT_DISCARD) {
		x->io.sectors = blk_rq_sectors(rq);
		x->io.secure = req_op(rq) == REQ_OP_SECURE_ERASE;
	}
}

static blk_status_t refusal(int rc)
{
	switch (rc) {
	case -XY_EBUSY:
		return BLK_STS_DEV_RESOURCE;
	case -XY_EOPNOTSUPP:
		return BLK_STS_NOTSUPP;
	default:
		return BLK_STS_IOERR;
	}
}

/* The backend took its promise of flushes back: it has no cache. */
static void nothing_to_flush(struct xbf_queue *q, struct request *rq)
{
	blk_mq_start_request(rq);
	spin_unlock_irq(&q->lock);
	blk_mq_end_request(rq, BLK_STS_OK);
	spin_lock_irq(&q->lock);
}

/* The queue's lock is held, and let go of while a write's data is copied. */
static blk_status_t send(struct xbf_queue *q, struct request *rq)
{
	struct xbf_request *x = blk_mq_rq_to_pdu(rq);
	int op = io_op(rq), rc;

	if (op < 0)
		return BLK_STS_NOTSUPP;
	if (READ_ONCE(q->disk->offline))
		return BLK_STS_IOERR;
	fill(q, rq, op);
	if (unlikely(rq->cmd_flags & REQ_POLLED) && !xbf_polled(q))
		xbf_unpoll(rq);
	if (op <= BLKFRONT_WRITE) {
		if (!blkfront_room(&q->core) ||
		    !take_pages(q, x, blk_rq_bytes(rq)))
			return BLK_STS_DEV_RESOURCE;
		if (op == BLKFRONT_WRITE) {
			spin_unlock_irq(&q->lock);
			xbf_copy(rq, x, true);
			spin_lock_irq(&q->lock);
		}
	}
	rc = blkfront_put(&q->core, &x->io);
	if (unlikely(rc == -XY_EOPNOTSUPP && op == BLKFRONT_FLUSH)) {
		nothing_to_flush(q, rq);
		return BLK_STS_OK;
	}
	if (rc) {
		xbf_release(x);
		return refusal(rc);
	}
	/* Nobody has seen it yet. */
	blk_mq_start_request(rq);
	return BLK_STS_OK;
}

/* It will be run again when answers make room, or the backend is back. */
static blk_status_t send_or_stop(struct xbf_queue *q, struct request *rq)
{
	struct xbf_queue *own = rq->mq_hctx->driver_data;
	blk_status_t status = send(q, rq);

	if (unlikely(status == BLK_STS_DEV_RESOURCE)) {
		if (READ_ONCE(q->disk->offline))
			return BLK_STS_IOERR;
		/* With nothing in flight nobody would start it again. */
		if (!blkfront_in_flight(&q->core) && q->core.open)
			return BLK_STS_RESOURCE;
		/* Nor by a ring that it has no more. */
		if (own->via != q)
			return BLK_STS_RESOURCE;
		q->stopped = true;
		blk_mq_stop_hw_queue(own->hctx);
	}
	return status;
}

static blk_status_t queue_rq(struct blk_mq_hw_ctx *hctx,
			     const struct blk_mq_queue_data *bd)
{
	struct xbf_queue *q = xbf_lock_ring(hctx->driver_data);
	blk_status_t status;

	status = send_or_stop(q, bd->rq);
	if (bd->last || status)
		xbf_flush(q);
	spin_unlock_irq(&q->lock);
	return status;
}

static void commit_rqs(struct blk_mq_hw_ctx *hctx)
{
	struct xbf_queue *q = xbf_lock_ring(hctx->driver_data);

	xbf_flush(q);
	spin_unlock_irq(&q->lock);
}

/*
 * A whole plug at once. What cannot be sent now stays in the list: blk-mq
 * brings it again, one by one. Who takes a plug also shows the requests to
 * those who walk the tags: without, none of them would ever time out.
 */
static void queue_rqs(struct rq_list *list)
{
	struct rq_list left = { NULL };
	struct xbf_queue *q = NULL, *own = NULL;
	struct request *rq;

	while ((rq = xbf_list_pop(list))) {
		if (rq->mq_hctx->driver_data != own) {
			if (q) {
				xbf_flush(q);
				spin_unlock_irq(&q->lock);
			}
			own = rq->mq_hctx->driver_data;
			q = xbf_lock_ring(own);
		}
		rq->mq_hctx->tags->rqs[rq->tag] = rq;
		if (q->stopped || send(q, rq))
			xbf_list_add(&left, rq);
	}
	if (q) {
		xbf_flush(q);
		spin_unlock_irq(&q->lock);
	}
	*list = left;
}
XBF_QUEUE_RQS(queue_rqs)

/* Nothing there: let the backend have the CPU, it may be ours. */
static int poll(struct blk_mq_hw_ctx *hctx, struct io_comp_batch *batch)
{
	struct xbf_queue *own = hctx->driver_data;
	struct xbf_queue *q = READ_ONCE(own->via);
	unsigned int n = xbf_reap(q, batch, !xbf_polled(q));

	if (!n)
		HYPERVISOR_sched_op(SCHEDOP_yield, NULL);
	return (int)n;
}

static enum blk_eh_timer_return timeout(struct request *rq)
{
	struct xbf_queue *q = rq->mq_hctx->driver_data;
	struct xbf_disk *disk = q->disk;
	unsigned int i;

	/* An event may have been lost, of whichever ring took it. */
	for (i = 0; i < disk->queues; i++)
		xbf_reap(&disk->queue[i], NULL, true);
	if (blk_mq_request_completed(rq) || !blk_mq_request_started(rq))
		return BLK_EH_DONE;
	if (!READ_ONCE(disk->connected))
		return BLK_EH_RESET_TIMER;
	xbf_offline(disk, "the backend does not answer");
	return BLK_EH_DONE;
}

static int init_hctx(struct blk_mq_hw_ctx *hctx, void *data,
		     unsigned int index)
{
	struct xbf_disk *disk = data;

	hctx->driver_data = &disk->queue[index];
	disk->queue[index].hctx = hctx;
	return 0;
}

static void map_queues(struct blk_mq_tag_set *set)
{
	struct xbf_disk *disk = set->driver_data;
	unsigned int normal = disk->queues - disk->poll_queues;

	set->map[HCTX_TYPE_DEFAULT].nr_queues = normal;
	set->map[HCTX_TYPE_DEFAULT].queue_offset = 0;
	blk_mq_map_queues(&set->map[HCTX_TYPE_DEFAULT]);
	if (set->nr_maps <= HCTX_TYPE_POLL)
		return;
	set->map[HCTX_TYPE_READ].nr_queues = 0;
	set->map[HCTX_TYPE_POLL].nr_queues = disk->poll_queues;
	set->map[HCTX_TYPE_POLL].queue_offset = normal;
	blk_mq_map_queues(&set->map[HCTX_TYPE_POLL]);
}

const struct blk_mq_ops xbf_mq_ops = {
	.queue_rq = queue_rq,
	.queue_rqs = XBF_QUEUE_RQS_NAME(queue_rqs),
	.commit_rqs = commit_rqs,
	.poll = poll,
	.timeout = timeout,
	.init_hctx = init_hctx,
	.map_queues = map_queues,
};
