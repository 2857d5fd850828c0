// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * XDP: pass, drop, transmit.
 *
 * Rules:
 *  1. A packet of one page meets the program where it lies, before any skb.
 *     The backend leaves no room before the packet: a program that wants to
 *     grow it forwards is told so by the helper.
 *  2. A packet of several pages (GSO, jumbo frames) meets it as an skb.
 *  3. Transmit sends the page as it is, by the grant it has. There is no
 *     redirect.
 *
 * Lock: NAPI and RCU; the program changes under RTNL. Next: netfront_hash.c.
 */
#include "frontend-drivers/linux/netfront_nic.h"

#include <linux/bpf_trace.h>
#include <linux/filter.h>
#include <trace/events/xdp.h>

/* The page behind the packet has been dealt with: false. */
static bool drop(struct nf_queue *q, struct page *page)
{
	nf_keep(q, page);
	return false;
}

bool nf_xdp_page(struct nf_queue *q, struct bpf_prog *prog, struct page *page,
		 struct netfront_rx_packet *p)
{
	struct netfront_rx_piece *b = &p->piece[0];
	struct net_device *dev = q->nic->dev;
	struct xdp_buff xdp;
	u32 verdict;

	xdp_init_buff(&xdp, PAGE_SIZE, &q->xdp_rxq);
	xdp_prepare_buff(&xdp, page_address(page), b->offset_bytes,
			 b->length_bytes, false);
	verdict = bpf_prog_run_xdp(prog, &xdp);
	b->offset_bytes = (u8 *)xdp.data - (u8 *)page_address(page);
	b->length_bytes = (u8 *)xdp.data_end - (u8 *)xdp.data;
	p->length_bytes = b->length_bytes;
	switch (verdict) {
	case XDP_PASS:
		q->count->xdp_pass++;
		if (likely(b->length_bytes >= ETH_HLEN))
			return true;
		return drop(q, page);
	case XDP_DROP:
		q->count->xdp_drop++;
		return drop(q, page);
	case XDP_TX:
		if (nf_tx_page(q, page, b->offset_bytes, b->length_bytes)) {
			q->count->xdp_tx++;
			return false;
		}
		break;
	case XDP_ABORTED:
		break;
	default:
		bpf_warn_invalid_xdp_action(dev, prog, verdict);
	}
	trace_xdp_exception(dev, prog, verdict);
	q->count->xdp_error++;
	return drop(q, page);
}

/* False: the skb is gone. */
bool nf_xdp_skb(struct nf_queue *q, struct bpf_prog *prog,
		struct sk_buff **skb)
{
	int verdict;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	verdict = do_xdp_generic(prog, skb);
#else
	verdict = do_xdp_generic(prog, *skb);
#endif
	if (verdict == XDP_PASS) {
		q->count->xdp_pass++;
		return true;
	}
	if (verdict == XDP_TX)
		q->count->xdp_tx++;
	else
		q->count->xdp_drop++;
	return false;
}

static int set_program(struct net_device *dev, struct bpf_prog *prog)
{
	struct nf_nic *nic = netdev_priv(dev);
	struct bpf_prog *old = rtnl_dereference(nic->prog);

	rcu_assign_pointer(nic->prog, prog);
	if (old)
		bpf_prog_put(old);
	return 0;
}

int nf_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	switch (bpf->command) {
	case XDP_SETUP_PROG:
		return set_program(dev, bpf->prog);
	default:
		return -EINVAL;
	}
}
