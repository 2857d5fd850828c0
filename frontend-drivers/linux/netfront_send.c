// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Transmitting: an skb's way into the ring, and what comes back.
 *
 * Rules:
 *  1. Each transmit id owns 512 bytes of memory that was granted once. A
 *     packet that fits is copied there and freed at once: no grant, no event
 *     when it is done. Of a larger one the headers go that way and the payload
 *     is granted page by page, read-only, under the id's own grant.
 *  2. An skb is freed when all its pages came back; before that an event is
 *     asked for, at half of what is in flight.
 *  3. The queue stops while the largest packet might not fit.
 *  4. A page that was answered for but is still held by the backend is kept
 *     from reuse, and the interface goes offline: no honest one does that.
 *
 * Lock: the xmit lock of the queue. Next: netfront_queue.c.
 */
#include "frontend-drivers/linux/netfront_nic.h"

#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/page.h>

#define REAP_AT	64	/* in flight: a sender looks for answers */

static u32 room(const struct nf_queue *q)
{
	u32 flying = netfront_tx_in_flight(&q->tx);

	return flying < q->nic->tx_most ? q->nic->tx_most - flying : 0;
}

/* Enough of it for a stopped queue to go on. */
static bool roomy(const struct nf_queue *q)
{
	return room(q) >= q->nic->tx_most * 3 / 8;
}

/*
 * The page of this id is ours again. False: the backend still holds it; Linux
 * ends that grant when it can, and frees the page only then.
 */
static bool end_lent(struct nf_queue *q, uint16_t id)
{
	q->lent--;
	if (likely(gnttab_end_foreign_access_ref(q->tx_ref[id])))
		return true;
	get_page(q->tx_page[id]);
	gnttab_end_foreign_access(q->tx_ref[id], q->tx_page[id]);
	q->tx_ref[id] = NF_NO_REF;
	return false;
}

static void release(struct nf_queue *q, uint16_t id, int budget)
{
	unsigned long owner = q->owner[id];
	struct sk_buff *skb;

	q->owner[id] = 0;
	if (owner & 1) {
		page_pool_put_full_page(q->pool, (struct page *)(owner & ~1UL),
					false);
		return;
	}
	skb = (struct sk_buff *)owner;
	if (unlikely(!end_lent(q, id)))
		nf_offline(q->nic, "it keeps a page it answered for");
	if (!--nf_cb(skb)->slots)
		napi_consume_skb(skb, budget);
}

static void reap(struct nf_queue *q, int budget)
{
	struct netfront_tx_done done;
	enum netfront_got got;

	while ((got = netfront_tx_get(&q->tx, &done)) == NETFRONT_READY) {
		if (unlikely(done.status != XY_NETIF_RSP_OKAY))
			q->count->tx_errors++;
		if (q->owner[done.id])
			release(q, done.id, budget);
	}
	if (unlikely(got == NETFRONT_BROKEN))
		nf_offline(q->nic, netfront_why_text(q->tx.why));
}

/* From NAPI. */
void nf_tx_serve(struct nf_queue *q, int budget)
{
	struct netdev_queue *txq = netdev_get_tx_queue(q->nic->dev, q->number);
	bool again = true;

	if (xy_ring_rsp_prod(q->tx.ring) == READ_ONCE(q->tx.rsp_cons))
		return;
	__netif_tx_lock(txq, smp_processor_id());
	while (again && !q->nic->broken) {
		reap(q, budget);
		again = (q->lent || netif_tx_queue_stopped(txq)) &&
			netfront_tx_arm(&q->tx,
					netfront_tx_in_flight(&q->tx) / 2 + 1);
	}
	if (netif_tx_queue_stopped(txq) && roomy(q) && !q->nic->broken)
		netif_tx_wake_queue(txq);
	__netif_tx_unlock(txq);
}

static u8 *slot_of(struct nf_queue *q, uint16_t id)
{
	return q->slots[id / NF_SLOTS_A_PAGE] +
	       id % NF_SLOTS_A_PAGE * NF_SLOT_BYTES;
}

/* The next piece lies in the memory of its id, where the caller puts it. */
static u8 *add_slot(struct nf_queue *q, struct netfront_tx_packet *p,
		    unsigned int length)
{
	uint16_t id = netfront_tx_id(&q->tx, p->pieces);

	p->piece[p->pieces++] = (struct netfront_tx_piece){
		.gref = q->slots_ref[id / NF_SLOTS_A_PAGE],
		.offset_bytes = id % NF_SLOTS_A_PAGE * NF_SLOT_BYTES,
		.length_bytes = length,
	};
	return slot_of(q, id);
}

/* length bytes from offset in the page on are lent, page by page. */
static bool lend(struct nf_queue *q, struct netfront_tx_packet *p,
		 struct sk_buff *skb, struct page *page, u32 offset, u32 length)
{
	page += offset >> PAGE_SHIFT;
	offset &= ~PAGE_MASK;
	while (length) {
		u32 n = min_t(u32, length, PAGE_SIZE - offset);
		uint16_t id;

		if (p->pieces == NETFRONT_PIECES_MAX)
			return false;
		id = netfront_tx_id(&q->tx, p->pieces);
		gnttab_grant_foreign_access_ref(q->tx_ref[id],
						q->nic->xbdev->otherend_id,
						xen_page_to_gfn(page),
						GNTMAP_readonly);
		q->owner[id] = (unsigned long)skb;
		q->tx_page[id] = page;
		p->piece[p->pieces++] = (struct netfront_tx_piece){
			.gref = q->tx_ref[id],
			.offset_bytes = offset,
			.length_bytes = n,
		};
		q->lent++;
		nf_cb(skb)->slots++;
		length -= n;
		offset = 0;
		page++;
	}
	return true;
}

static bool lend_all(struct nf_queue *q, struct netfront_tx_packet *p,
		     struct sk_buff *skb)
{
	unsigned int head = skb_headlen(skb), i;

	nf_cb(skb)->slots = 0;
	if (head && head <= NF_SLOT_BYTES)
		memcpy(add_slot(q, p, head), skb->data, head);
	else if (!lend(q, p, skb, virt_to_page(skb->data),
		       offset_in_page(skb->data), head))
		return false;
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *f = &skb_shinfo(skb)->frags[i];

		if (!lend(q, p, skb, skb_frag_page(f), skb_frag_off(f),
			  skb_frag_size(f)))
			return false;
	}
	return true;
}

/* Nothing of it was published: the ids are still free. */
static void undo(struct nf_queue *q, struct netfront_tx_packet *p)
{
	unsigned int i;

	for (i = 0; i < p->pieces; i++) {
		uint16_t id = netfront_tx_id(&q->tx, i);

		if (q->owner[id])
			end_lent(q, id);
		q->owner[id] = 0;
	}
	p->pieces = 0;
}

static bool put(struct nf_queue *q, struct sk_buff *skb)
{
	struct netfront_tx_packet p;

	p.pieces = 0;
	p.flags = 0;
	p.gso_size = 0;
	p.length_bytes = skb->len;
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		p.flags = XY_NETTXF_csum_blank | XY_NETTXF_data_validated;
	else if (skb->ip_summed == CHECKSUM_UNNECESSARY)
		p.flags = XY_NETTXF_data_validated;
	if (skb_is_gso(skb)) {
		p.gso_size = skb_shinfo(skb)->gso_size;
		p.gso_type = skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6 ?
				     XY_NETIF_GSO_TYPE_TCPV6 :
				     XY_NETIF_GSO_TYPE_TCPV4;
		q->count->tx_gso++;
	}
	if (skb->len <= NF_SLOT_BYTES) {
		u8 *to = add_slot(q, &p, skb->len);

		if (likely(!skb_is_nonlinear(skb)))
			memcpy(to, skb->data, skb->len);
		else
			skb_copy_bits(skb, 0, to, skb->len);
		q->count->tx_copied++;
	} else if (unlikely(!lend_all(q, &p, skb))) {
		/* Too many pieces of pages: in one block they are fewer. */
		undo(q, &p);
		q->count->tx_linearized++;
		if (skb_linearize(skb) || !lend_all(q, &p, skb)) {
			undo(q, &p);
			return false;
		}
	}
	if (unlikely(netfront_tx_put(&q->tx, &p))) {
		undo(q, &p);
		return false;
	}
	return true;
}

static void show(struct nf_queue *q)
{
	if (q->lent)
		netfront_tx_arm_early(&q->tx,
				      netfront_tx_in_flight(&q->tx) / 2 + 1);
	if (netfront_tx_flush(&q->tx))
		notify_remote_via_evtchn(q->tx_port);
}

/* No room for the next: an event when half has been answered. */
static void stop(struct nf_queue *q, struct netdev_queue *txq)
{
	netif_tx_stop_queue(txq);
	q->count->tx_stops++;
	show(q);
	while (netfront_tx_arm(&q->tx, netfront_tx_in_flight(&q->tx) / 2 + 1)) {
		reap(q, 0);
		if (q->nic->broken)
			return;
		if (roomy(q)) {
			netif_tx_start_queue(txq);
			return;
		}
	}
}

netdev_tx_t nf_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct nf_nic *nic = netdev_priv(dev);
	unsigned int number = skb_get_queue_mapping(skb), bytes = skb->len;
	struct netdev_queue *txq = netdev_get_tx_queue(dev, number);
	struct nf_queue *q = &nic->queue[number];

	if (unlikely(nic->broken))
		goto drop;
	if (netfront_tx_in_flight(&q->tx) >= REAP_AT)
		reap(q, 0);
	skb_tx_timestamp(skb);
	if (unlikely(!put(q, skb)))
		goto drop;
	q->count->tx_packets++;
	q->count->tx_bytes += bytes;
	if (unlikely(room(q) < NETFRONT_SLOTS_MAX))
		stop(q, txq);
	else if (!netdev_xmit_more())
		show(q);
	if (bytes <= NF_SLOT_BYTES)
		dev_consume_skb_any(skb);
	return NETDEV_TX_OK;
drop:
	q->count->tx_dropped++;
	dev_kfree_skb_any(skb);
	if (!netdev_xmit_more() && !nic->broken)
		show(q);
	return NETDEV_TX_OK;
}

/* XDP: a receive page goes out as it is, under the grant that it has. */
bool nf_tx_page(struct nf_queue *q, struct page *page, u32 offset, u32 length)
{
	struct netfront_tx_packet p = {
		.pieces = 1,
		.length_bytes = length,
		.piece = { { nf_page_ref(page), offset, length } },
	};
	struct netdev_queue *txq = netdev_get_tx_queue(q->nic->dev, q->number);
	bool ok = false;

	__netif_tx_lock(txq, smp_processor_id());
	if (netfront_tx_in_flight(&q->tx) >= REAP_AT)
		reap(q, 0);
	if (room(q) >= NETFRONT_SLOTS_MAX && !q->nic->broken) {
		uint16_t id = netfront_tx_id(&q->tx, 0);

		ok = !netfront_tx_put(&q->tx, &p);
		if (ok) {
			q->owner[id] = (unsigned long)page | 1;
			q->count->tx_packets++;
			q->count->tx_bytes += length;
			show(q);
		}
	}
	__netif_tx_unlock(txq);
	return ok;
}

/* The backend is gone or has begun anew: what it held is ours again. */
void nf_tx_take_back(struct nf_queue *q)
{
	uint16_t id;

	while (netfront_tx_lost(&q->tx, &id)) {
		unsigned long owner = q->owner[id];
		struct sk_buff *skb = (struct sk_buff *)owner;

		q->owner[id] = 0;
		q->count->tx_dropped++;
		if (owner & 1) {
			page_pool_put_full_page(
				q->pool, (struct page *)(owner & ~1UL), false);
			continue;
		}
		if (!owner)
			continue;
		end_lent(q, id);
		if (!--nf_cb(skb)->slots)
			dev_kfree_skb_any(skb);
	}
}

void nf_tx_timeout(struct net_device *dev, unsigned int queue)
{
	struct nf_nic *nic = netdev_priv(dev);

	if (nic->broken || READ_ONCE(nic->silent))
		return;
	WRITE_ONCE(nic->silent, true);
	netdev_alert(dev, "offline: no answer for %d s; on again with one\n",
		     dev->watchdog_timeo / HZ);
	netif_carrier_off(dev);
}
