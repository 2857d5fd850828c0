// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a queue is made of: ring pages, grants, events, the page pool.
 *
 * Rules:
 *  1. The page pool maps a page for a device once and unmaps it when the page
 *     leaves the pool for good. For us "mapped" means granted: these two are
 *     our DMA operations, and the DMA address is (page frame << 32 | grant).
 *     So no page is ever free while the backend may write to it.
 *  2. A page whose grant cannot be ended is given to Linux's deferred list,
 *     with a reference of its own: it is not used again before that.
 *  3. Pages may outlive their queue (in a socket's queue, say): the module
 *     stays until the last of them has been unmapped.
 *  4. Making is all or nothing; ending takes whatever was made.
 *
 * Lock: RTNL, with NAPI off; the DMA operations run anywhere. Next:
 * netfront_xdp.c.
 */
#include "frontend-drivers/linux/netfront_nic.h"

#include <linux/delay.h>
#include <linux/dma-map-ops.h>
#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/page.h>

/* Later kernels need not be told that pages are given out in parts. */
#ifdef PP_FLAG_PAGE_FRAG
#define HEADS_FLAGS PP_FLAG_PAGE_FRAG
#else
#define HEADS_FLAGS 0
#endif

static atomic_t pages_granted;

static dma_addr_t grant_page(struct device *dev, struct page *page,
			     unsigned long offset, size_t size,
			     enum dma_data_direction dir, unsigned long attrs)
{
	int ref = gnttab_grant_foreign_access(
		to_xenbus_device(dev)->otherend_id, xen_page_to_gfn(page), 0);

	if (ref < 0)
		return DMA_MAPPING_ERROR;
	atomic_inc(&pages_granted);
	return (dma_addr_t)page_to_pfn(page) << 32 | (u32)ref;
}

static void end_page(struct device *dev, dma_addr_t address, size_t size,
		     enum dma_data_direction dir, unsigned long attrs)
{
	struct page *page = pfn_to_page(address >> 32);
	grant_ref_t ref = (u32)address;

	if (!gnttab_try_end_foreign_access(ref)) {
		get_page(page);
		gnttab_end_foreign_access(ref, page);
	}
	atomic_dec(&pages_granted);
}

static const struct dma_map_ops grant_ops = {
	.map_page = grant_page,
	.unmap_page = end_page,
};

void nf_wait_for_pages(void)
{
	while (atomic_read(&pages_granted))
		msleep(20);
	/* And until the last end_page() has returned. */
	synchronize_rcu();
}

/* No device, so no grants: memory for what is copied. */
static int make_heads(struct nf_queue *q)
{
	struct page_pool_params params = {
		.flags = HEADS_FLAGS,
		.pool_size = NETFRONT_RING,
		.nid = NUMA_NO_NODE,
	};
	struct page_pool *pool = page_pool_create(&params);

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	q->heads = pool;
	return 0;
}

static int make_pool(struct nf_queue *q)
{
	struct device *dev = &q->nic->xbdev->dev;
	struct page_pool_params params = {
		.flags = PP_FLAG_DMA_MAP,
		.pool_size = NETFRONT_RING,
		.nid = NUMA_NO_NODE,
		.dev = dev,
		.dma_dir = DMA_FROM_DEVICE,
	};
	struct page_pool *pool;
	int err;

	dev->dma_mask = &dev->coherent_dma_mask;
	dev->coherent_dma_mask = DMA_BIT_MASK(64);
	set_dma_ops(dev, &grant_ops);
	pool = page_pool_create(&params);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	q->pool = pool;
	err = xdp_rxq_info_reg(&q->xdp_rxq, q->nic->dev, q->number,
			       q->napi.napi_id);
	if (err)
		return err;
	return xdp_rxq_info_reg_mem_model(&q->xdp_rxq, MEM_TYPE_PAGE_POOL,
					  pool);
}

/* Grants for the ids' pages, and the memory of their slots. */
static int make_slots(struct nf_queue *q)
{
	domid_t backend = q->nic->xbdev->otherend_id;
	unsigned int i;
	int ref;

	for (i = 0; i < NF_SLOT_PAGES; i++) {
		q->slots[i] = (u8 *)get_zeroed_page(GFP_KERNEL);
		if (!q->slots[i])
			return -ENOMEM;
		ref = gnttab_grant_foreign_access(
			backend, virt_to_gfn(q->slots[i]), GNTMAP_readonly);
		if (ref < 0)
			return ref;
		q->slots_ref[i] = ref;
	}
	for (i = 0; i < NETFRONT_RING; i++) {
		grant_ref_t head;
		int err = gnttab_alloc_grant_references(1, &head);

		if (err)
			return err;
		q->tx_ref[i] = gnttab_claim_grant_reference(&head);
		gnttab_free_grant_references(head);
	}
	return 0;
}

static int make_event(struct nf_queue *q, evtchn_port_t *port,
		      unsigned int *irq, const char *name)
{
	struct xenbus_device *xbdev = q->nic->xbdev;
	int err = xenbus_alloc_evtchn(xbdev, port);

	if (err) {
		*port = 0;
		return err;
	}
	err = bind_evtchn_to_irqhandler_lateeoi(*port, nf_event, 0, name, q);
	if (err < 0) {
		xenbus_free_evtchn(xbdev, *port);
		*port = 0;
		return err;
	}
	*irq = err;
	return 0;
}

static int make_events(struct nf_queue *q)
{
	const char *name = dev_name(&q->nic->xbdev->dev);
	int err = make_event(q, &q->rx_port, &q->rx_irq, name);

	if (err)
		return err;
	if (q->nic->split)
		return make_event(q, &q->tx_port, &q->tx_irq, name);
	q->tx_port = q->rx_port;
	q->tx_irq = q->rx_irq;
	return 0;
}

static void retry(struct timer_list *timer)
{
	struct nf_queue *q = from_timer(q, timer, retry);

	napi_schedule(&q->napi);
}

static int make(struct nf_queue *q)
{
	struct xenbus_device *xbdev = q->nic->xbdev;
	int err;

	timer_setup(&q->retry, retry, 0);
	netif_napi_add(q->nic->dev, &q->napi, nf_poll);
	err = xenbus_setup_ring(xbdev, GFP_KERNEL, &q->tx_ring, 1,
				&q->tx_ring_ref);
	if (err)
		return err;
	err = xenbus_setup_ring(xbdev, GFP_KERNEL, &q->rx_ring, 1,
				&q->rx_ring_ref);
	if (err)
		return err;
	netfront_tx_init(&q->tx, q->tx_ring);
	netfront_rx_init(&q->rx, q->rx_ring, q->nic->rx_most);
	err = make_pool(q);
	if (err)
		return err;
	err = make_heads(q);
	if (err)
		return err;
	err = make_slots(q);
	if (err)
		return err;
	return make_events(q);
}

static void end_slots(struct nf_queue *q)
{
	unsigned int i;

	for (i = 0; i < NF_SLOT_PAGES; i++) {
		if (q->slots_ref[i] != NF_NO_REF)
			/* Frees the page, now or when the backend lets go. */
			gnttab_end_foreign_access(q->slots_ref[i],
						  virt_to_page(q->slots[i]));
		else if (q->slots[i])
			free_page((unsigned long)q->slots[i]);
	}
	for (i = 0; i < NETFRONT_RING; i++)
		if (q->tx_ref[i] != NF_NO_REF)
			gnttab_free_grant_reference(q->tx_ref[i]);
}

static void end(struct nf_queue *q)
{
	uint16_t index;

	/* No event from here on; the ports close. */
	if (q->tx_port && q->tx_port != q->rx_port)
		unbind_from_irqhandler(q->tx_irq, q);
	if (q->rx_port)
		unbind_from_irqhandler(q->rx_irq, q);
	if (q->tx_ring && q->rx_ring) {
		nf_tx_take_back(q);
		while (netfront_rx_lost(&q->rx, &index)) {
			struct page *page = nf_take(q, index);

			if (page)
				page_pool_put_full_page(q->pool, page, false);
		}
	}
	if (xdp_rxq_info_is_reg(&q->xdp_rxq))
		xdp_rxq_info_unreg(&q->xdp_rxq);
	if (q->pool)
		page_pool_destroy(q->pool);
	if (q->heads)
		page_pool_destroy(q->heads);
	end_slots(q);
	xenbus_teardown_ring(&q->tx_ring, 1, &q->tx_ring_ref);
	xenbus_teardown_ring(&q->rx_ring, 1, &q->rx_ring_ref);
	netif_napi_del(&q->napi);
}

/* NAPI is off and nothing transmits. */
void nf_queues_end(struct nf_nic *nic)
{
	unsigned int i;

	for (i = 0; i < nic->queues; i++)
		end(&nic->queue[i]);
	nic->queues = 0;
	kvfree(nic->queue);
	nic->queue = NULL;
}

int nf_queues_make(struct nf_nic *nic, unsigned int queues)
{
	unsigned int i;
	int err;

	nic->queue = kvcalloc(queues, sizeof(*nic->queue), GFP_KERNEL);
	if (!nic->queue)
		return -ENOMEM;
	for (i = 0; i < queues; i++) {
		nic->queue[i].nic = nic;
		nic->queue[i].number = i;
		nic->queue[i].count = &nic->count[i];
		nic->queues++;
		err = make(&nic->queue[i]);
		if (err) {
			nf_queues_end(nic);
			return err;
		}
	}
	return 0;
}
