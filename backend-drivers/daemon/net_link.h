/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside a NIC's connection: shared by net_link.c (its life), net_shell.c
 * and net_rx.c (its work), included by nobody else.
 */
#ifndef BACKEND_DRIVERS_DAEMON_NET_LINK_H
#define BACKEND_DRIVERS_DAEMON_NET_LINK_H

#include "backend-drivers/core/netback.h"
#include "backend-drivers/core/netctrl.h"
#include "backend-drivers/core/offload.h"
#include "backend-drivers/daemon/grants.h"
#include "backend-drivers/daemon/loop.h"
#include "backend-drivers/daemon/net_shell.h"

#define NET_HEADER sizeof(struct offload_header)
/* A frame with its header, and what placing it may waste. */
#define NET_LARGEST (NETBACK_PACKET_MAX + 3 * 4096)

/* What outlives the process. */
struct net_kept {
	struct netctrl ctrl;
	struct netback core[];	/* one for each queue */
};

struct net_queue {
	struct netback *core;
	void *tx_ring;
	void *rx_ring;
	int tx_port;
	int rx_port;			/* may be tx_port */
	bool stalled;			/* no room for long: packets are lost */
};

/* A packet that was read before it was known that its queue has no room. */
struct net_held {
	uint8_t *frame;			/* NET_LARGEST bytes, or NULL */
	struct netback_packet packet;
	uint64_t since_ns;
	unsigned int queue;
	bool full;
};

/* Pages of the largest packet to the guest, in two stretches of some. */
struct net_sizes {
	unsigned int now;
	unsigned int before;
	unsigned int count;		/* of packets */
};

/* Packets that one call may read, and buffers that there are. */
#define NET_AHEAD 12

/* One that was read, with its header, and where to. */
struct net_got {
	uint32_t bytes;
	uint16_t buffer;
};

struct net_link {
	struct loop_task task;
	struct loop_op read;		/* all reads of the TAP */
	struct loop_op cancel;		/* of the one that waits */
	bool cancelling;
	struct nic *nic;		/* NULL: closed, ending */
	struct net_link *next_ending;
	unsigned int domid;
	unsigned int devid;
	struct net_kept *kept;
	void *ctrl_ring;		/* NULL: the frontend has none */
	int ctrl_port;
	unsigned int pages;		/* of the largest packet to the guest */
	bool ipv6_checksum;
	unsigned int reading;		/* reads that have not answered */
	unsigned int eager;		/* reads beside the first, next time */
	bool missed;			/* one of them had to wait */
	unsigned long sent_then;	/* `sent` when they were prepared */
	unsigned int got_count;
	struct net_got got[NET_AHEAD];
	int tap_error;			/* 0, or why it cannot be read */
	struct net_held held;
	struct net_sizes sizes;
	unsigned long sent;		/* counted for the log */
	unsigned long received;
	unsigned long rounds;
	unsigned long events;
	unsigned int queues;
	struct net_queue queue[NET_QUEUES_MAX];
};

/* net_link.c: the last read of a closed connection has answered. */
void net_link_over(struct net_link *l);

/* net_shell.c: the connection's task. */
void net_link_run(struct loop_task *task);
/* Has memory for packets: before all else. 0 or -errno. */
int net_shell_ready(void);
struct grant_page net_page_of(const struct net_link *l,
			      const struct netback_piece *piece);
/* An event, counted. */
void net_tell(struct net_link *l, int port);

/* net_rx.c: memory for what is read; pages of it, and its beginning. */
size_t net_rx_pages(void);
int net_rx_ready(uint8_t *memory);
/*
 * Hands over what was read, and has more read if there is room. 0, -EPROTO for
 * a broken ring, or why the TAP cannot be read.
 */
int net_rx_run(struct net_link *l);
/* What l->read and l->cancel call; it may be net_link_over(). */
void net_rx_done(struct loop_op *op, int res);
void net_rx_cancelled(struct loop_op *op, int res);
/* Nothing more is to be read. False: reads have yet to answer. */
bool net_rx_close(struct net_link *l);
/* What came while no guest listened is of no use to it now. */
void net_rx_discard(struct nic *nic);

/* Refused by a TAP, all NICs together. */
extern unsigned long net_lost;

#endif
