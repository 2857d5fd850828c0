/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A TAP interface of dom0: one for each NIC, with the offload header before
 * each packet. It is made persistent, so that a killed daemon's successor
 * finds it as it was, bridge and all.
 */
#ifndef BACKEND_DRIVERS_DAEMON_NET_TAP_H
#define BACKEND_DRIVERS_DAEMON_NET_TAP_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/if.h>

struct net_tap {
	int fd;
	char name[IFNAMSIZ];
};

/* What the frontend can take; see net_tap_offload(). */
struct net_tap_offload {
	bool checksum;
	bool tso4;
	bool tso6;
};

/*
 * Makes the interface, or takes it up; up, with MAC fe:ff:ff:ff:ff:ff and
 * that MTU. Returns 0 or a negative errno.
 */
int net_tap_open(struct net_tap *tap, const char *name, int mtu);
/* Enslaves it to a bridge. -ENODEV: there is no such bridge. */
int net_tap_join(struct net_tap *tap, const char *bridge);
int net_tap_set_offload(struct net_tap *tap, const struct net_tap_offload *o);
/* The interface disappears. */
void net_tap_close(struct net_tap *tap);

#endif
