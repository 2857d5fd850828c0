/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A NIC in two parts: net_nic.c knows the device in xenstore and its TAP;
 * net_link.c, net_shell.c and net_rx.c are the connection to one frontend.
 */
#ifndef BACKEND_DRIVERS_DAEMON_NET_SHELL_H
#define BACKEND_DRIVERS_DAEMON_NET_SHELL_H

#include "backend-drivers/daemon/device.h"
#include "backend-drivers/daemon/net_tap.h"

struct net_link;

struct nic {
	struct device dev;	/* first: the daemon's lists hold this */
	struct net_tap tap;
	struct net_link *link;	/* NULL unless attached */
};

/* Offered whatever dom0's CPUs are: they are the guest's. */
#define NET_QUEUES_MAX 8

/* What the frontend published. */
struct net_queue_params {
	uint32_t tx_gref;
	uint32_t rx_gref;
	unsigned int tx_port;
	unsigned int rx_port;	/* the same, if it has only one */
};

struct net_params {
	unsigned int queues;
	struct net_queue_params queue[NET_QUEUES_MAX];
	bool ctrl;		/* there is a control ring */
	uint32_t ctrl_gref;
	unsigned int ctrl_port;
	unsigned int mtu;
	bool sg;		/* takes packets larger than a page */
	bool tso4;
	bool tso6;
	bool checksum;
	bool ipv6_checksum;
};

/* Connects, or takes up a predecessor's work. 0, or -errno after device_fail */
int net_link_open(struct nic *nic, const struct net_params *params);
void net_link_close(struct nic *nic);
/* An earlier connection of this device still holds its TAP. */
bool net_link_lingers(const struct device *dev);

#endif
