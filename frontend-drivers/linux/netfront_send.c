// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Transmitting: an skb's way into the ring, and what comes back.
 *
 * Rules:
 *  1. Each transmit id owns memory that was granted once: 256 bytes, sixteen of
 *     them a page, so that neighbours cost the backend one grant; and 2 KiB. A
 *     packet that fits is copied there and freed at once: no grant, no event
 *     when it is done. Of a larger one the headers go that way and the payload
 *     is granted page by page, read-only, under the id's own grant.
 *  2. An skb is freed when all its pages came back; before that an event is
 *     asked for, at half of what is in flight.
 *  3. The queue stops while the largest packet might not fit. For a second
 *     after that, copied skbs are kept like the others: their socket then
 *     feels that the ring is full, where it would fill the queue behind it.
 *  4. A page that was answered for but is still held by the backend is kept
 *     from reuse, and the interface goes offline: no honest one does that.
 *
 * Lock: the xmit lock of the queue. Next: netfront_queue.c.
 */
#include "frontend-drivers/linux/netfront_nic.h"

#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/page.h>

/* A sender looks for answers with so many in flight, then so many later. */
#define REAP_AT		64
#define REAP_AGAIN	16

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
 * The backend still holds a page that it answered for, or that it must give
 * up: Linux ends the grant when it can, and frees the page only then.
 */
static noinline void still_lent(struct nf_queue *q, uint16_t id)
{
	get_page(q->tx_page[id]);
	gnttab_end_foreign_access(q->tx_ref[id], q->tx_page[id]);
	q->tx_ref[id] = NF_NO_REF;
}

/* The page of this id is ours again. False: the backend still holds it. */
static __always_inline bool end_lent(struct nf_queue *q, uint16_t id)
{
	q->awaited--;
	if (likely(gnttab_end_foreign_access_ref(q->tx_ref[id])))
		return true;
	still_lent(q, id);
	return false;
}

/*
 * The id was answered for, or is lost: its skb, if that waits for no other id.
 * False in *ended: the backend still holds the page.
 */
static __always_inline struct sk_buff *disown(struct nf_queue *q, uint16_t id,
					      bool *ended)
{
	unsigned long owner = q->owner[id];
	struct sk_buff *skb = (struct sk_buff *)(owner & ~NF_OWNER_MASK);

	*ended = true;
	q->owner[id] = 0;
	if (likely(!(owner & NF_OWNER_MASK))) {
		*ended = end_lent(q, id);
		return --nf_cb(skb)->slots ? NULL : skb;
	}
	if (owner & NF_OWNER_PAGE) {
		page_pool_put_full_page(q->pool, (struct page *)skb, false);
		return NULL;
	}
	q->awaited--;
	return skb;
}

static void reap(struct nf_queue *q, int budget)
{
	struct netfront_tx_done done;
	enum netfront_got got;
	struct sk_buff *skb;
	bool ended;

	while ((got = netfront_tx_get(&q->tx, &done)) == NETFRONT_READY) {
		if (unlikely(done.status != XY_NETIF_RSP_OKAY))
			q->count->tx_errors++;
		if (!q->owner[done.id])
			continue;
		skb = disown(q, done.id, &ended);
		if (unlikely(!ended))
			nf_offline(q->nic, "it keeps a page it answered for");
		if (skb)
			napi_consume_skb(skb, budget);
	}
	if (unlikely(got == NETFRONT_BROKEN))
		nf_offline(q->nic, netfront_why_text(q->tx.why));
	q->reap_at = max_t(u32, REAP_AT,
			   netfront_tx_in_flight(&q->tx) + REAP_AGAIN);
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
		again = (q->awaited || netif_tx_queue_stopped(txq)) &&
			netfront_tx_arm(&q->tx,
					netfront_tx_in_flight(&q->tx) / 2 + 1);
	}
	if (netif_tx_queue_stopped(txq) && roomy(q) && !q->nic->broken)
		netif_tx_wake_queue(txq);
	__netif_tx_unlock(txq);
}

/* The next piece lies in the memory of its id, where the caller puts it. */
static __always_inline u8 *add_slot(struct nf_queue *q, unsigned int length)
{
	uint16_t id = netfront_tx_take(&q->tx);
	unsigned int page, offset;

	if (length <= NF_SMALL_BYTES) {
		page = id / NF_SMALLS_A_PAGE;
		offset = id % NF_SMALLS_A_PAGE * NF_SMALL_BYTES;
	} else {
		page = NF_SMALL_PAGES + id / NF_SLOTS_A_PAGE;
		offset = id % NF_SLOTS_A_PAGE * NF_SLOT_BYTES;
	}
	netfront_tx_fill(&q->tx, id, q->slots_ref[page], offset, length);
	return q->slots[page] + offset;
}

/* length bytes from offset in the page on are lent, page by page. */
static __always_inline bool lend(struct nf_queue *q, struct sk_buff *skb,
				 struct page *page, u32 offset, u32 length)
{
	domid_t backend = q->nic->xbdev->otherend_id;
	u32 most = NETFRONT_PIECES_MAX + skb_is_gso(skb);
	u32 before = q->tx.next;

	page += offset >> PAGE_SHIFT;
	offset &= ~PAGE_MASK;
	while (length && netfront_tx_written(&q->tx) < most) {
		u32 n = min_t(u32, length, PAGE_SIZE - offset);
		uint16_t id = netfront_tx_take(&q->tx);
		grant_ref_t ref = q->tx_ref[id];

		gnttab_grant_foreign_access_ref(ref, backend,
						xen_page_to_gfn(page),
						GNTMAP_readonly);
		q->owner[id] = (unsigned long)skb;
		q->tx_page[id] = page;
		netfront_tx_fill(&q->tx, id, ref, offset, n);
		length -= n;
		offset = 0;
		page++;
	}
	q->awaited += q->tx.next - before;
	nf_cb(skb)->slots += q->tx.next - before;
	return !length;
}

/* GSO's numbers, if it has any; they come behind the first piece. */
static __always_inline void add_gso(struct nf_queue *q, struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);

	if (!info->gso_size)
		return;
	netfront_tx_gso(&q->tx, info->gso_type & SKB_GSO_TCPV6 ?
					XY_NETIF_GSO_TYPE_TCPV6 :
					XY_NETIF_GSO_TYPE_TCPV4,
			info->gso_size);
	q->count->tx_gso++;
}

/*
 * Headers are copied, what may be payload is lent. Where GSO wants a piece of
 * its own first, a little of a large head is headers enough.
 */
static bool lend_all(struct nf_queue *q, struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int head = skb_headlen(skb), copied = head, i;

	netfront_tx_begin(&q->tx);
	nf_cb(skb)->slots = 0;
	if (unlikely(head > NF_SLOT_BYTES))
		copied = info->gso_size ? NF_SMALL_BYTES : 0;
	if (unlikely(!copied && info->gso_size))
		return false;
	if (likely(copied))
		memcpy(add_slot(q, copied), skb->data, copied);
	add_gso(q, skb);
	if (unlikely(copied < head) &&
	    !lend(q, skb, virt_to_page(skb->data + copied),
		  offset_in_page(skb->data + copied), head - copied))
		return false;
	for (i = 0; i < info->nr_frags; i++) {
		const skb_frag_t *f = &info->frags[i];

		if (!lend(q, skb, skb_frag_page(f), skb_frag_off(f),
			  skb_frag_size(f)))
			return false;
	}
	return true;
}

/* Nothing of it was published: the ids are free again. */
static void undo(struct nf_queue *q, const struct sk_buff *skb)
{
	unsigned int i, n = netfront_tx_written(&q->tx);

	if (n && skb_is_gso(skb))
		n--;
	netfront_tx_cancel(&q->tx, n);
	for (i = 0; i < n; i++) {
		uint16_t id = netfront_tx_id(&q->tx, i);

		if (q->owner[id])
			end_lent(q, id);
		q->owner[id] = 0;
	}
}

/* The ring was full lately: skbs are kept until they are answered for. */
static bool pressed(const struct nf_queue *q)
{
	return time_before(jiffies, q->pressed_until);
}

/* All of it into the memory of one id; kept: the skb waits all the same. */
static __always_inline void copy(struct nf_queue *q, struct sk_buff *skb,
				 bool kept)
{
	uint16_t id = netfront_tx_id(&q->tx, 0);
	u8 *to;

	netfront_tx_begin(&q->tx);
	to = add_slot(q, skb->len);
	if (likely(!skb_is_nonlinear(skb)))
		memcpy(to, skb->data, skb->len);
	else
		skb_copy_bits(skb, 0, to, skb->len);
	add_gso(q, skb);
	q->count->tx_copied++;
	if (kept) {
		q->owner[id] = (unsigned long)skb | NF_OWNER_COPIED;
		q->awaited++;
	}
}

static __always_inline u32 flags_of(const struct sk_buff *skb)
{
	u32 flags = skb_is_gso(skb) ? XY_NETTXF_extra_info : 0;

	if (skb->ip_summed == CHECKSUM_PARTIAL)
		flags |= XY_NETTXF_csum_blank | XY_NETTXF_data_validated;
	else if (skb->ip_summed == CHECKSUM_UNNECESSARY)
		flags |= XY_NETTXF_data_validated;
	return flags;
}

static __always_inline bool put(struct nf_queue *q, struct sk_buff *skb,
				bool kept)
{
	/* Raw sockets may want anything; XDP takes room without asking. */
	if (unlikely(skb->len - ETH_HLEN > XY_NETIF_MAX_TX_SIZE - ETH_HLEN ||
		     netfront_tx_room(&q->tx) < NETFRONT_SLOTS_MAX))
		return false;
	if (skb->len <= NF_SLOT_BYTES) {
		copy(q, skb, kept);
	} else if (unlikely(!lend_all(q, skb))) {
		/* Too many pieces of pages: in one block they are fewer. */
		undo(q, skb);
		q->count->tx_linearized++;
		if (skb_linearize(skb) || !lend_all(q, skb)) {
			undo(q, skb);
			return false;
		}
	}
	netfront_tx_end(&q->tx, skb->len, flags_of(skb));
	return true;
}

static noinline void notify(struct nf_queue *q)
{
	notify_remote_via_evtchn(q->tx_port);
}

static __always_inline void show(struct nf_queue *q)
{
	if (q->awaited)
		netfront_tx_arm_early(&q->tx,
				      netfront_tx_in_flight(&q->tx) / 2 + 1);
	if (netfront_tx_flush(&q->tx))
		notify(q);
}

/* No room for the next: an event when half has been answered. */
static void stop(struct nf_queue *q, struct netdev_queue *txq)
{
	netif_tx_stop_queue(txq);
	q->count->tx_stops++;
	q->pressed_until = jiffies + HZ;
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
	bool kept = bytes > NF_SLOT_BYTES || pressed(q);

	if (unlikely(nic->broken))
		goto drop;
	if (netfront_tx_in_flight(&q->tx) >= q->reap_at)
		reap(q, 0);
	/* There is no PHY to be asked for a better one. */
	if (unlikely(skb_shinfo(skb)->tx_flags & SKBTX_SW_TSTAMP))
		skb_tstamp_tx(skb, NULL);
	if (unlikely(!put(q, skb, kept)))
		goto drop;
	q->count->tx_packets++;
	q->count->tx_bytes += bytes;
	if (unlikely(room(q) < NETFRONT_SLOTS_MAX))
		stop(q, txq);
	else if (!netdev_xmit_more())
		show(q);
	if (!kept)
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
	if (netfront_tx_in_flight(&q->tx) >= q->reap_at)
		reap(q, 0);
	if (room(q) >= NETFRONT_SLOTS_MAX && !q->nic->broken) {
		uint16_t id = netfront_tx_id(&q->tx, 0);

		ok = !netfront_tx_put(&q->tx, &p);
		if (ok) {
			q->owner[id] = (unsigned long)page | NF_OWNER_PAGE;
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
		struct sk_buff *skb;
		bool ended;

		q->count->tx_dropped++;
		if (!q->owner[id])
			continue;
		skb = disown(q, id, &ended);
		if (skb)
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
