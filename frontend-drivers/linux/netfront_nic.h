/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the files of xylem-netfront share: a NIC, its queues, and who may touch
 * what.
 *
 *	core/netfront	the rings			each half by its lock
 *	netfront_main	xenbus, start and stop		RTNL
 *	netfront_queue	pages, grants, events		RTNL, NAPI is off
 *	netfront_send	transmit			the queue's xmit lock
 *	netfront_recv	receive, NAPI			NAPI
 *	netfront_xdp	XDP				NAPI; program: RTNL
 *	netfront_hash	the control ring		RTNL
 *	netfront_tool	ethtool				RTNL
 *
 * Grants are the dear part of a packet, so there are three kinds of pages:
 * receive pages keep theirs for as long as the page pool keeps the page; what
 * is short leaves through slots of memory granted once; only the payload of
 * large packets is granted as it comes.
 */
#ifndef FRONTEND_DRIVERS_LINUX_NETFRONT_NIC_H
#define FRONTEND_DRIVERS_LINUX_NETFRONT_NIC_H

#include <linux/completion.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/version.h>
#include <linux/workqueue.h>
#include <net/xdp.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#include <net/page_pool/helpers.h>
#else
#include <net/page_pool.h>
#endif
#include <xen/xenbus.h>

#include "frontend-drivers/core/connect.h"
#include "frontend-drivers/core/netfront.h"
#include "frontend-drivers/core/netfront_ctrl.h"

/* Granted memory of each transmit id: for the smallest, and for others. */
#define NF_SMALL_BYTES	256
#define NF_SMALLS_A_PAGE (PAGE_SIZE / NF_SMALL_BYTES)
#define NF_SMALL_PAGES	(NETFRONT_RING / NF_SMALLS_A_PAGE)
#define NF_SLOT_BYTES	2048
#define NF_SLOTS_A_PAGE	(PAGE_SIZE / NF_SLOT_BYTES)
#define NF_SLOT_PAGES	(NF_SMALL_PAGES + NETFRONT_RING / NF_SLOTS_A_PAGE)
#define NF_RX_COPY	256	/* up to this a packet is copied */
#define NF_RX_HEADERS	128	/* of a longer one: what may be headers */
#define NF_HEAD_BYTES							\
	(SKB_DATA_ALIGN(NET_SKB_PAD + NF_RX_COPY) +			\
	 SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))
#define NF_QUEUES_MAX	8
#define NF_HASH_KEY	40
#define NF_HASH_MAP	128	/* of a hash: that many entries name queues */
#define NF_NO_REF	0U	/* entry 0 of the grant table is never ours */

/* What owner[] says beside the pointer. */
#define NF_OWNER_SKB	0UL	/* skb: its page is lent under this id */
#define NF_OWNER_PAGE	1UL	/* a receive page that goes out */
#define NF_OWNER_COPIED	2UL	/* skb: it was copied, and waits all the same */
#define NF_OWNER_MASK	3UL

struct nf_counts {
	u64 rx_packets, rx_bytes, rx_errors, rx_copied, rx_gso, rx_csum_fixed;
	u64 tx_packets, tx_bytes, tx_errors, tx_dropped, tx_copied, tx_gso;
	u64 tx_stops, tx_linearized, no_pages, events;
	u64 xdp_pass, xdp_drop, xdp_tx, xdp_error;
};

struct nf_nic;

struct nf_queue {
	struct nf_nic *nic;
	unsigned int number;
	/* Receive: NAPI. */
	struct netfront_rx rx;
	struct page *rx_page[NETFRONT_RING];	/* by index */
	struct page_pool *pool;			/* of granted pages */
	struct page_pool *heads;		/* of memory of our own */
	struct napi_struct napi;
	struct xdp_rxq_info xdp_rxq;
	struct timer_list retry;		/* when there was no memory */
	bool rx_fired, tx_fired;		/* events to be acknowledged */
	u32 tx_known;		/* answers when events were acknowledged last */
	unsigned int rx_irq, tx_irq;		/* the same if not split */
	evtchn_port_t rx_port, tx_port;
	struct nf_counts *count;	/* tx_: the xmit lock; others: NAPI */
	/* Transmit: the queue's xmit lock. */
	struct netfront_tx tx ____cacheline_aligned_in_smp;
	u32 awaited;				/* slots that skbs wait for */
	u32 reap_at;				/* in flight: look now */
	unsigned long pressed_until;		/* jiffies: skbs are kept */
	unsigned long owner[NETFRONT_RING];	/* by id: NF_OWNER_*, or 0 */
	struct page *tx_page[NETFRONT_RING];	/* by id: what is granted */
	grant_ref_t tx_ref[NETFRONT_RING];	/* by id, for a page */
	u8 *slots[NF_SLOT_PAGES];
	grant_ref_t slots_ref[NF_SLOT_PAGES];
	/* Set up and torn down with the NAPI off. */
	void *tx_ring, *rx_ring;
	grant_ref_t tx_ring_ref, rx_ring_ref;
};

/* Only where there are several queues, and the backend offers it. */
struct nf_control {
	struct netfront_ctrl core;
	void *ring;
	grant_ref_t ring_ref;
	u8 *page;			/* key and map, for the backend */
	grant_ref_t page_ref;
	evtchn_port_t port;
	unsigned int irq;
	struct completion event;
};

/* Which packet goes to which queue. */
struct nf_steer {
	bool set;			/* by somebody */
	u8 key[NF_HASH_KEY];
	u32 queue[NF_HASH_MAP];
};

struct nf_nic {
	struct net_device *dev;
	struct xenbus_device *xbdev;
	struct nf_queue *queue;
	unsigned int queues;
	struct connect_front connect;
	struct bpf_prog __rcu *prog;
	struct nf_control control;
	struct nf_steer steer;
	struct work_struct steer_work;
	struct nf_counts count[NF_QUEUES_MAX];	/* outlive the queues */
	u32 rx_most, tx_most;		/* ring sizes that were asked for */
	bool split;
	bool sg, tso4, tso6, csum6;	/* the backend takes them in */
	bool connected;			/* RTNL: there are queues */
	bool active;			/* RTNL: NAPI and queues run */
	bool broken;			/* until it is connected anew */
	bool silent;			/* no answers for a long time */
};

/* What a sent skb still waits for, in its cb. */
struct nf_cb {
	u32 slots;
};

static inline struct nf_cb *nf_cb(struct sk_buff *skb)
{
	return (struct nf_cb *)skb->cb;
}

/* The page pool keeps a grant for each page, where others keep an address. */
static inline u32 nf_page_ref(struct page *page)
{
	return (u32)page_pool_get_dma_addr(page);
}

static inline void nf_post(struct nf_queue *q, struct page *page)
{
	q->rx_page[netfront_rx_post(&q->rx, nf_page_ref(page))] = page;
}

static inline struct page *nf_take(struct nf_queue *q, uint16_t index)
{
	struct page *page = q->rx_page[index];

	q->rx_page[index] = NULL;
	return page;
}

/* A page that is free again goes back into the ring, if it is wanted there. */
static inline void nf_keep(struct nf_queue *q, struct page *page)
{
	if (netfront_rx_want(&q->rx))
		nf_post(q, page);
	else
		page_pool_recycle_direct(q->pool, page);
}

/* netfront_main.c */
void nf_offline(struct nf_nic *nic, const char *why);
void nf_answers_again(struct nf_nic *nic);

/* netfront_queue.c */
int nf_queues_make(struct nf_nic *nic, unsigned int queues);
void nf_queues_end(struct nf_nic *nic);
void nf_wait_for_pages(void);

/* netfront_send.c */
netdev_tx_t nf_xmit(struct sk_buff *skb, struct net_device *dev);
void nf_tx_serve(struct nf_queue *q, int budget);
void nf_tx_take_back(struct nf_queue *q);
bool nf_tx_page(struct nf_queue *q, struct page *page, u32 offset, u32 length);
void nf_tx_timeout(struct net_device *dev, unsigned int queue);

/* netfront_recv.c */
int nf_poll(struct napi_struct *napi, int budget);
irqreturn_t nf_event(int irq, void *queue);

/* netfront_xdp.c: true: the packet is to go on as *p says now */
bool nf_xdp_page(struct nf_queue *q, struct bpf_prog *prog, struct page *page,
		 struct netfront_rx_packet *p);
bool nf_xdp_skb(struct nf_queue *q, struct bpf_prog *prog,
		struct sk_buff **skb);
int nf_bpf(struct net_device *dev, struct netdev_bpf *bpf);

/* netfront_hash.c */
void nf_control_init(struct nf_nic *nic);
int nf_control_make(struct nf_nic *nic);
void nf_control_end(struct nf_nic *nic);
void nf_control_met(struct nf_nic *nic);
u32 nf_get_key_size(struct net_device *dev);
u32 nf_get_map_size(struct net_device *dev);
int nf_get_rxnfc(struct net_device *dev, struct ethtool_rxnfc *info,
		 u32 *rules);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
int nf_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *p);
int nf_set_rxfh(struct net_device *dev, struct ethtool_rxfh_param *p,
		struct netlink_ext_ack *ack);
#else
int nf_get_rxfh(struct net_device *dev, u32 *map, u8 *key, u8 *function);
int nf_set_rxfh(struct net_device *dev, const u32 *map, const u8 *key,
		const u8 function);
#endif

/* netfront_tool.c */
extern const struct ethtool_ops nf_ethtool;

#endif /* FRONTEND_DRIVERS_LINUX_NETFRONT_NIC_H */
