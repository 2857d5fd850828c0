// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Receiving: events, NAPI, and a packet's way from the ring to the stack.
 *
 * Rules:
 *  1. Headers are parsed in memory of our own: up to 128 bytes are copied,
 *     then looked at. The backend can write to the pages behind them for as
 *     long as the page pool owns them, which harms only the payload, and that
 *     is the backend's to make up anyway.
 *  2. A packet of up to 256 bytes is copied whole and its page goes straight
 *     back into the ring: no grant, no page changes hands.
 *  3. Pages leave the ring in the order of their positions, so that posting
 *     one never meets a place that is not empty yet.
 *  4. An event is acknowledged only after the ring was found empty and armed;
 *     from a backend that cannot be believed it never is.
 *
 * Lock: NAPI. Next: netfront_send.c.
 */
#include "frontend-drivers/linux/netfront_nic.h"

#include <linux/filter.h>
#include <net/ip.h>
#include <xen/events.h>

#define ETH_HEADER	14
#define IP_BEGIN	ETH_HEADER
#define IPV6_HEADER	40

/* What the first bytes of a packet say about their headers. */
struct headers {
	unsigned int bytes;	/* of all headers, or what is there of them */
	unsigned int l4;	/* where TCP or UDP begins, 0: neither */
	unsigned int sum;	/* where its checksum is, from there */
};

static struct headers headers_of(const u8 *h, unsigned int n)
{
	struct headers out = { .bytes = n };
	unsigned int l4, end;
	u8 protocol;

	if (n < IP_BEGIN + IPV6_HEADER)
		return out;
	if (h[12] == 0x08 && h[13] == 0x00 && h[IP_BEGIN] >> 4 == 4) {
		/* Of a fragment only the first has a header, and no sum. */
		if ((h[IP_BEGIN + 6] & 0x3f) || h[IP_BEGIN + 7])
			return out;
		l4 = IP_BEGIN + (h[IP_BEGIN] & 15) * 4;
		protocol = h[IP_BEGIN + 9];
	} else if (h[12] == 0x86 && h[13] == 0xdd) {
		l4 = IP_BEGIN + IPV6_HEADER;
		protocol = h[IP_BEGIN + 6];
	} else {
		return out;
	}
	if (l4 + 20 > n)
		return out;
	if (protocol == IPPROTO_TCP) {
		end = l4 + (h[l4 + 12] >> 4) * 4;
		out.sum = 16;
	} else if (protocol == IPPROTO_UDP) {
		end = l4 + 8;
		out.sum = 6;
	} else {
		return out;
	}
	out.l4 = l4;
	out.bytes = min(end, n);
	return out;
}

static bool set_checksum(struct sk_buff *skb,
			 const struct netfront_rx_packet *p,
			 const struct headers *h)
{
	if (likely(p->flags & XY_NETRXF_csum_blank)) {
		skb->ip_summed = CHECKSUM_PARTIAL;
		return !h->l4 || skb_partial_csum_set(skb, h->l4, h->sum);
	}
	if (p->flags & XY_NETRXF_data_validated)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	return true;
}

/* A checksum whose place is not known yet, or GSO with a finished one. */
static bool find_checksum(struct nf_queue *q, struct sk_buff *skb)
{
	bool anew = skb->ip_summed != CHECKSUM_PARTIAL;

	if (anew)
		q->count->rx_csum_fixed++;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb_reset_network_header(skb);
	return !skb_checksum_setup(skb, anew);
}

static void set_gso(struct nf_queue *q, struct sk_buff *skb,
		    const struct netfront_rx_packet *p)
{
	struct skb_shared_info *info = skb_shinfo(skb);

	info->gso_size = p->gso_size;
	info->gso_type = p->gso_type == XY_NETIF_GSO_TYPE_TCPV4 ?
				 SKB_GSO_TCPV4 : SKB_GSO_TCPV6;
	/* Its headers are to be checked by who segments it. */
	info->gso_type |= SKB_GSO_DODGY;
	info->gso_segs = 0;
	q->count->rx_gso++;
}

/* Behind an extra's slot lies a page that was not used. */
static void keep_spares(struct nf_queue *q, const struct netfront_rx_packet *p)
{
	unsigned int i;

	for (i = 0; i < p->extras; i++)
		nf_keep(q, nf_take(q, netfront_rx_spare(p, i)));
}

/* The pages behind the first `taken` bytes become fragments, or are kept. */
static void attach_pages(struct nf_queue *q, struct sk_buff *skb,
		      const struct netfront_rx_packet *p, struct page *page,
		      unsigned int taken)
{
	const struct netfront_rx_piece *b = &p->piece[0];
	unsigned int i;

	if (b->length_bytes > taken)
		skb_add_rx_frag(skb, 0, page, b->offset_bytes + taken,
				b->length_bytes - taken, PAGE_SIZE);
	else
		nf_keep(q, page);
	keep_spares(q, p);
	for (i = 1; i < p->pieces; i++) {
		b = &p->piece[i];
		skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags,
				nf_take(q, b->index), b->offset_bytes,
				b->length_bytes, PAGE_SIZE);
	}
}

/* All its pages back, the first of which was taken already. */
static void drop(struct nf_queue *q, const struct netfront_rx_packet *p,
		 struct page *page)
{
	unsigned int i;

	nf_keep(q, page);
	keep_spares(q, p);
	for (i = 1; i < p->pieces; i++)
		nf_keep(q, nf_take(q, p->piece[i].index));
}

/*
 * An skb around memory that comes back when it is freed: no page is taken from
 * Linux for it, which would clear it first.
 */
static struct sk_buff *empty_skb(struct nf_queue *q)
{
	struct sk_buff *skb;
	struct page *page;
	unsigned int at;

	page = page_pool_dev_alloc_frag(q->heads, &at, NF_HEAD_BYTES);
	if (unlikely(!page))
		return NULL;
	skb = napi_build_skb(page_address(page) + at, NF_HEAD_BYTES);
	if (unlikely(!skb)) {
		page_pool_put_full_page(q->heads, page, true);
		return NULL;
	}
	skb_reserve(skb, NET_SKB_PAD);
	skb_mark_for_recycle(skb);
	return skb;
}

static struct sk_buff *make_skb(struct nf_queue *q,
				const struct netfront_rx_packet *p,
				struct page *page, struct headers *h)
{
	const struct netfront_rx_piece *b = &p->piece[0];
	const u8 *from = page_address(page) + b->offset_bytes;
	bool copy = p->pieces == 1 && p->length_bytes <= NF_RX_COPY;
	unsigned int n = copy ? p->length_bytes :
				min_t(u32, b->length_bytes, NF_RX_HEADERS);
	struct sk_buff *skb = empty_skb(q);

	if (unlikely(!skb)) {
		q->count->no_pages++;
		return NULL;
	}
	memcpy(skb->data, from, n);
	*h = headers_of(skb->data, n);
	if (copy) {
		__skb_put(skb, n);
		q->count->rx_copied++;
		nf_keep(q, page);
		keep_spares(q, p);
		return skb;
	}
	__skb_put(skb, h->bytes);
	attach_pages(q, skb, p, page, h->bytes);
	return skb;
}

static void receive(struct nf_queue *q, struct netfront_rx_packet *p)
{
	struct page *page = nf_take(q, p->piece[0].index);
	struct net_device *dev = q->nic->dev;
	struct bpf_prog *prog = rcu_dereference_bh(q->nic->prog);
	struct sk_buff *skb = NULL;
	struct headers h;

	if (unlikely(p->bad || p->pieces > MAX_SKB_FRAGS ||
		     p->length_bytes < ETH_HEADER ||
		     p->piece[0].length_bytes < ETH_HEADER)) {
		q->count->rx_errors++;
		drop(q, p, page);
		return;
	}
	if (unlikely(prog) && p->pieces == 1 && !p->extras &&
	    !nf_xdp_page(q, prog, page, p))
		return;
	skb = make_skb(q, p, page, &h);
	if (unlikely(!skb)) {
		drop(q, p, page);
		return;
	}
	q->count->rx_packets++;
	q->count->rx_bytes += skb->len;
	if (p->gso_size)
		set_gso(q, skb, p);
	if (p->hash_type)
		skb_set_hash(skb, p->hash,
			     p->hash_type & (XY_NETIF_CTRL_HASH_TYPE_IPV4_TCP |
					     XY_NETIF_CTRL_HASH_TYPE_IPV6_TCP) ?
				     PKT_HASH_TYPE_L4 : PKT_HASH_TYPE_L3);
	if (unlikely(!set_checksum(skb, p, &h)))
		goto bad;
	skb->protocol = eth_type_trans(skb, dev);
	if (unlikely(skb->ip_summed == CHECKSUM_PARTIAL ? !h.l4 :
							  !!p->gso_size) &&
	    !find_checksum(q, skb))
		goto bad;
	skb_record_rx_queue(skb, q->number);
	if (unlikely(prog) && (p->pieces > 1 || p->extras) &&
	    !nf_xdp_skb(q, prog, &skb))
		return;
	napi_gro_receive(&q->napi, skb);
	return;
bad:
	q->count->rx_errors++;
	kfree_skb(skb);
}

static void fill(struct nf_queue *q)
{
	u32 n = netfront_rx_want(&q->rx);

	while (n--) {
		struct page *page = page_pool_dev_alloc_pages(q->pool);

		if (unlikely(!page)) {
			q->count->no_pages++;
			mod_timer(&q->retry, jiffies + HZ / 10);
			break;
		}
		nf_post(q, page);
	}
	if (netfront_rx_flush(&q->rx))
		notify_remote_via_evtchn(q->rx_port);
}

/*
 * An event without anything new behind it slows its sender down. What senders
 * reaped since the last time counts as new.
 */
static void acknowledge(struct nf_queue *q, bool worked)
{
	uint32_t answers = READ_ONCE(q->tx.rsp_cons);
	unsigned int flags = worked || answers != q->tx_known ?
				     0 : XEN_EOI_FLAG_SPURIOUS;

	bool rx = q->rx_fired, tx = q->tx_fired;

	/* After the first of them another CPU may be here. */
	q->rx_fired = false;
	q->tx_fired = false;
	q->tx_known = answers;
	if (rx)
		xen_irq_lateeoi(q->rx_irq, flags);
	if (tx)
		xen_irq_lateeoi(q->tx_irq, flags);
}

int nf_poll(struct napi_struct *napi, int budget)
{
	struct nf_queue *q = container_of(napi, struct nf_queue, napi);
	struct netfront_rx_packet p;
	enum netfront_got got;
	int work = 0;

	if (unlikely(q->nic->broken)) {
		napi_complete_done(napi, 0);
		return 0;
	}
	do {
		nf_tx_serve(q, budget);
		while ((got = NETFRONT_NONE, work < budget) &&
		       (got = netfront_rx_get(&q->rx, &p)) == NETFRONT_READY) {
			receive(q, &p);
			work++;
		}
		if (unlikely(got == NETFRONT_BROKEN)) {
			nf_offline(q->nic, netfront_why_text(q->rx.why));
			napi_complete_done(napi, work);
			return min(work, budget - 1);
		}
		netfront_rx_follow(&q->rx);
		fill(q);
		if (work >= budget)
			return budget;
	} while (netfront_rx_arm(&q->rx));
	if (unlikely(READ_ONCE(q->nic->silent)))
		nf_answers_again(q->nic);
	if (napi_complete_done(napi, work) && likely(!q->nic->broken))
		acknowledge(q, work);
	return work;
}

irqreturn_t nf_event(int irq, void *queue)
{
	struct nf_queue *q = queue;

	q->count->events++;
	if (irq == q->rx_irq)
		q->rx_fired = true;
	else
		q->tx_fired = true;
	napi_schedule_irqoff(&q->napi);
	return IRQ_HANDLED;
}
