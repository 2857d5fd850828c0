// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a queue shares with its backend: the ring, the event channel, and the
 * pages that stay granted.
 *
 * Rules:
 *  1. Kept pages are made when a request first wants more than there are, and
 *     stay granted until the disk goes: they outlive the ring, and hold the
 *     data of requests that wait for a backend.
 *  2. After a suspend, or with another backend domain, their grants are
 *     written again, under the same references: the requests name them.
 *  3. What stands in the ring after a suspend is not believed: the old backend
 *     went on while memory was being saved, so an answer may have got into the
 *     image, and the data before it not.
 *  4. A page whose grant cannot be ended is freed by the grant table's own
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

static void grant_again(struct xbf_queue *q)
{
	struct xbf_page *p;

	for (p = q->all_pages; p; p = p->next) {
		gnttab_end_foreign_access_ref(p->kept.gref);
		gnttab_grant_foreign_access_ref(p->kept.gref,
						q->disk->dev->otherend_id,
						xen_page_to_gfn(p->page), 0);
	}
}

int xbf_open_queue(struct xbf_queue *q, unsigned int pages, bool regrant)
{
	struct xenbus_device *dev = q->disk->dev;
	int rc;

	if (regrant)
		grant_again(q);
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
