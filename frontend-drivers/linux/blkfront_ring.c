// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a queue shares with its backend: the ring, the event channel, and the
 * pages that stay granted.
 *
 * Rules:
 *  1. The queues with a ring are the first of the normal ones and, when there
 *     is more than one ring, the first of the polled ones. The others' requests
 *     go by these, new ones and those that were not answered.
 *  2. Kept pages are made when a request first wants more than there are, and
 *     stay granted until the disk goes: they outlive the ring, and hold the
 *     data of requests that wait for a backend.
 *  3. After a suspend, or with another backend domain, their grants are
 *     written again, under the same references: the requests name them.
 *  4. What stands in the ring after a suspend is not believed: the old backend
 *     went on while memory was being saved, so an answer may have got into the
 *     image, and the data before it not.
 *  5. A page whose grant cannot be ended is freed by the grant table's own
 *     deferred work when the other side lets go of it, never before.
 *
 * Lock: disk->mutex, and the queue's lock for the kept pages.
 * Next: blkfront_disk.c.
 */
#include <linux/slab.h>
#include <xen/page.h>

#include "blkfront.h"

static struct xbf_page *make_page(struct xbf_queue *q)
{
	struct xbf_page *p = kmalloc(sizeof(*p), GFP_ATOMIC | __GFP_NOWARN);
	int gref;

	if (!p)
		return NULL;
	/* Zeroed: the backend sees whatever a page held before. */
	p->page = alloc_page(GFP_ATOMIC | __GFP_NOWARN | __GFP_ZERO);
	if (!p->page)
		goto no_page;
	gref = gnttab_grant_foreign_access(q->disk->dev->otherend_id,
					   xen_page_to_gfn(p->page), 0);
	if (gref < 0)
		goto no_grant;
	p->kept.gref = (uint32_t)gref;
	p->kept.data = page_address(p->page);
	return p;

no_grant:
	__free_page(p->page);
no_page:
	kfree(p);
	return NULL;
}

bool xbf_more_pages(struct xbf_queue *q, unsigned int n)
{
	while (q->pages.free_count < n) {
		struct xbf_page *p;

		if (q->pages_made >= BLKFRONT_KEPT_PAGES)
			return false;
		p = make_page(q);
		if (!p)
			return false;
		p->next = q->all_pages;
		q->all_pages = p;
		q->pages_made++;
		blkfront_page_put(&q->pages, &p->kept);
	}
	return true;
}

void xbf_free_pages(struct xbf_queue *q)
{
	struct xbf_page *p;

	while ((p = q->all_pages)) {
		q->all_pages = p->next;
		gnttab_end_foreign_access(p->kept.gref, p->page);
		kfree(p);
	}
	q->pages = (struct blkfront_pages){ 0 };
	q->pages_made = 0;
}

void xbf_grant_again(struct xbf_queue *q)
{
	struct xbf_page *p;

	for (p = q->all_pages; p; p = p->next) {
		gnttab_end_foreign_access_ref(p->kept.gref);
		gnttab_grant_foreign_access_ref(p->kept.gref,
						q->disk->dev->otherend_id,
						xen_page_to_gfn(p->page), 0);
	}
}

struct xbf_queue *xbf_lock_ring(struct xbf_queue *own)
{
	for (;;) {
		struct xbf_queue *q = READ_ONCE(own->via);

		spin_lock_irq(&q->lock);
		if (likely(own->via == q))
			return q;
		spin_unlock_irq(&q->lock);
	}
}

/* Which of them has a ring, when there are so many. */
static struct xbf_queue *via(struct xbf_disk *disk, unsigned int i)
{
	unsigned int normal = disk->queues - disk->poll_queues;

	if (i < normal)
		i = blkfront_heir(i, disk->rings - disk->poll_rings);
	else if (disk->poll_rings)
		i = normal + blkfront_heir(i - normal, disk->poll_rings);
	else
		i = 0;
	return &disk->queue[i];
}

/* Its unanswered requests, too: some that were to be polled, perhaps. */
static void inherit(struct xbf_queue *heir, struct xbf_queue *from)
{
	struct blkfront_io *io;

	spin_lock_irq(&heir->lock);
	spin_lock_nested(&from->lock, SINGLE_DEPTH_NESTING);
	for (io = from->core.held; io && !xbf_polled(heir); io = io->next)
		xbf_unpoll(xbf_rq(container_of(io, struct xbf_request, io)));
	blkfront_inherit(&heir->core, &from->core);
	spin_unlock(&from->lock);
	spin_unlock_irq(&heir->lock);
}

void xbf_map_rings(struct xbf_disk *disk, unsigned int rings)
{
	unsigned int i;

	disk->rings = rings;
	disk->poll_rings = min(disk->poll_queues, rings - 1);
	for (i = 0; i < disk->queues; i++) {
		struct xbf_queue *own = &disk->queue[i], *old = own->via;

		spin_lock_irq(&old->lock);
		WRITE_ONCE(own->via, via(disk, i));
		spin_unlock_irq(&old->lock);
	}
	for (i = 0; i < disk->queues; i++)
		if (!xbf_has_ring(&disk->queue[i]))
			inherit(disk->queue[i].via, &disk->queue[i]);
}

int xbf_open_queue(struct xbf_queue *q, unsigned int pages)
{
	struct xenbus_device *dev = q->disk->dev;
	int rc;

	rc = xenbus_setup_ring(dev, GFP_NOIO, &q->ring, pages, q->ring_ref);
	if (rc)
		return rc;
	q->ring_pages = pages;
	rc = xenbus_alloc_evtchn(dev, &q->port);
	if (rc)
		goto no_port;
	spin_lock_irq(&q->lock);
	blkfront_attach(&q->core, q->ring, pages);
	spin_unlock_irq(&q->lock);
	rc = bind_evtchn_to_irqhandler_lateeoi(q->port, xbf_interrupt, 0,
					       XBF_NAME, q);
	if (rc < 0)
		goto no_irq;
	q->irq = rc;
	return 0;

no_irq:
	spin_lock_irq(&q->lock);
	blkfront_detach(&q->core);
	spin_unlock_irq(&q->lock);
	xenbus_free_evtchn(dev, q->port);
	q->port = 0;
no_port:
	xenbus_teardown_ring(&q->ring, pages, q->ring_ref);
	q->ring = NULL;
	return rc;
}

void xbf_close_queue(struct xbf_queue *q, bool answers)
{
	if (!q->ring)
		return;
	unbind_from_irqhandler(q->irq, q);
	q->port = 0;
	if (answers)
		xbf_reap(q, NULL, true);
	spin_lock_irq(&q->lock);
	blkfront_detach(&q->core);
	spin_unlock_irq(&q->lock);
	xenbus_teardown_ring(&q->ring, q->ring_pages, q->ring_ref);
	q->ring = NULL;
}
