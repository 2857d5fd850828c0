/* SPDX-License-Identifier: MIT */
/*
 * A NIC with the IPv4 stack on top: frames of the stack out through granted
 * memory, frames in from granted pages.
 *
 *	nic_open(&n, 0, conns, ring_bytes)
 *	loop:	nic_work(&n)		takes in, answers, sends what is due
 *		look at n.net's connections, write, read
 *		nic_send(&n)		sends what that made due
 *		nic_sleep(&n, ns)	until something comes, or a deadline
 *
 * The stack's address comes from the command line: ip=10.9.0.2 mask=... gw=...
 * Datagrams for n.net.udp_port go to n.on_udp.
 */
#ifndef GUEST_NIC_H
#define GUEST_NIC_H

#include "frontend-drivers/core/netfront.h"
#include "frontend-drivers/guest/device.h"
#include "frontend-drivers/guest/net/net.h"

#define NIC_HEADS	128	/* outgoing frames, half a page each */
#define NIC_BUFFERS	128	/* pages for incoming frames */
#define NIC_RING_PAGES	256	/* of all connections' sending rings */

struct nic {
	struct device dev;		/* first: a device is its NIC */
	struct net net;
	struct netfront_tx tx;
	struct netfront_rx rx;
	struct xy_sring *tx_ring, *rx_ring;
	uint32_t tx_ref, rx_ref, port;
	/* heads: read-only for the backend */
	uint8_t *heads;
	uint32_t head_ref[NIC_HEADS / 2];
	uint16_t head_free[NIC_HEADS], heads_free;
	uint16_t head_of[NETFRONT_RING];	/* by id; NIC_HEADS: no head */
	/* sending rings: read-only for the backend */
	uint8_t *rings;
	uint32_t ring_pages, ring_ref[NIC_RING_PAGES];
	/* receive buffers */
	uint8_t *buffers;
	uint32_t buffer_ref[NIC_BUFFERS];
	uint16_t buffer_free[NIC_BUFFERS], buffers_free;
	uint16_t buffer_of[NETFRONT_RING];	/* by index */
	bool gather;			/* the backend takes frames in pieces */
	void (*on_udp)(struct nic *n, const struct net_udp *udp);
	void *arg;			/* the program's */
	uint64_t events, kicks, frames_in, frames_out, no_room;
};

/* 0; -XY_ENODEV: no NIC; -XY_EINVAL: no usable ip=; -XY_ETIMEDOUT. */
int nic_open(struct nic *n, unsigned int nth, unsigned int conns,
	     uint32_t ring_bytes);
/* True: there was something. */
bool nic_work(struct nic *n);
void nic_send(struct nic *n);
void nic_sleep(struct nic *n, uint64_t until_ns);
/* False: no room now, or the neighbour is asked for. Not shown until pushed. */
bool nic_udp(struct nic *n, const struct net_udp *to);
/* Shows the backend what was put; nic_send and nic_work do it by themselves. */
void nic_push(struct nic *n);
/* Sleeps until half the transmit ring has been answered, or ns have passed. */
void nic_wait_room(struct nic *n, uint64_t ns);

/* a.b.c.d at text, at most len characters; 0: none. */
uint32_t nic_address(const char *text, size_t len, const char **rest);
void nic_address_text(char text[16], uint32_t ip);

#endif
