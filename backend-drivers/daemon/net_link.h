/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside a NIC's connection: shared by net_link.c (its life) and net_shell.c
 * (its work), included by nobody else.
 */
#ifndef BACKEND_DRIVERS_DAEMON_NET_LINK_H
#define BACKEND_DRIVERS_DAEMON_NET_LINK_H

#include "backend-drivers/core/netback.h"
#include "backend-drivers/core/netctrl.h"
#include "backend-drivers/core/offload.h"
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

struct net_link {
	struct loop_task task;
	struct loop_op poll;
	struct nic *nic;		/* NULL: closed, ending */
	struct net_link *next_ending;
	unsigned int domid;
	unsigned int devid;
	struct net_kept *kept;
	void *ctrl_ring;		/* NULL: the frontend has none */
	int ctrl_port;
	unsigned int pages;		/* of the largest packet to the guest */
	bool ipv6_checksum;
	bool polling;
	struct net_held held;
	unsigned long sent;		/* counted for the log */
	unsigned long received;
	unsigned long rounds;
	unsigned long events;
	unsigned int queues;
	struct net_queue queue[NET_QUEUES_MAX];
};

/* net_shell.c: the connection's task, and the end of its poll on the TAP. */
void net_link_run(struct loop_task *task);
/* Has memory for packets: before all else. False: there is none. */
bool net_shell_ready(void);
/* What came while no guest listened is of no use to it now. */
void net_link_discard(struct nic *nic);
/* Refused by a TAP, all NICs together. */
extern unsigned long net_lost;

#endif
