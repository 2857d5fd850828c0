// SPDX-License-Identifier: GPL-2.0-only
/*
 * A NIC as xenstore sees it: its keys, its TAP, its bridge.
 *
 * Rules:
 *  1. The kernel's xen-netback claims every `vif`. While it is loaded no NIC
 *     is served, and the refusal says so.
 *  2. Whatever is not understood in the frontend's offer is not used; what is
 *     needed and missing is a refusal with its name.
 *
 * Next: net_shell.c.
 */
#include "backend-drivers/daemon/loop.h"
#include "backend-drivers/daemon/net_shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct nic *nic_of(struct device *dev)
{
	return (struct nic *)dev;
}

static int open_tap(struct nic *nic, const char *name, const char *bridge)
{
	struct device *dev = &nic->dev;
	int rc = net_tap_open(&nic->tap, name,
			      (int)device_number(dev, "mtu", 1500));

	if (rc)
		return device_fail(dev, rc, "cannot make interface %s: %s%s",
				   name, strerror(-rc), rc == -ENOENT ?
				   "; hint: modprobe tun" : "");
	if (!bridge || !bridge[0])
		return 0;
	rc = net_tap_join(&nic->tap, bridge);
	if (!rc)
		return 0;
	net_tap_close(&nic->tap);
	if (rc == -ENODEV)
		return device_fail(dev, rc, "there is no bridge '%s'; hint: "
				   "ip link add %s type bridge", bridge,
				   bridge);
	return device_fail(dev, rc, "cannot add %s to bridge %s: %s", name,
			   bridge, strerror(-rc));
}

static int nic_open(struct device *dev)
{
	char *bridge, *name, own[IFNAMSIZ];
	int rc;

	if (!access("/sys/module/xen_netback", F_OK))
		return device_fail(dev, -EBUSY, "the kernel's xen-netback is "
				   "loaded and takes every vif; hint: rmmod "
				   "xen-netback");
	if (net_link_lingers(dev))
		return -EAGAIN;
	bridge = device_read(dev, "bridge");
	name = device_read(dev, "vifname");
	snprintf(own, sizeof(own), "vif%u.%u", dev->domid, dev->devid);
	rc = open_tap(nic_of(dev), name && name[0] ? name : own, bridge);
	free(bridge);
	free(name);
	return rc;
}

static void nic_close(struct device *dev)
{
	loop_submit();	/* frames that still name the descriptor */
	net_tap_close(&nic_of(dev)->tap);
}

static void nic_publish(struct device *dev, xs_transaction_t t)
{
	device_post(dev, t, "feature-rx-copy", "1");
	device_post(dev, t, "feature-rx-flip", "0");
	device_post(dev, t, "feature-sg", "1");
	device_post(dev, t, "feature-gso-tcpv4", "1");
	device_post(dev, t, "feature-gso-tcpv6", "1");
	device_post(dev, t, "feature-ipv6-csum-offload", "1");
	device_post(dev, t, "feature-split-event-channels", "1");
	device_post(dev, t, "multi-queue-max-queues", "%u",
		    device_offer.queues);
	device_post(dev, t, "feature-ctrl-ring", "1");
	device_post(dev, t, "vifname", "%s", nic_of(dev)->tap.name);
}

enum key {
	QUEUES, CTRL_REF, CTRL_PORT, RX_COPY, SG, TSO4, TSO6, NO_CSUM, CSUM6,
	KEYS
};

static const char *const keys[KEYS] = {
	[QUEUES] = "multi-queue-num-queues",
	[CTRL_REF] = "ctrl-ring-ref",
	[CTRL_PORT] = "event-channel-ctrl",
	[RX_COPY] = "request-rx-copy",
	[SG] = "feature-sg",
	[TSO4] = "feature-gso-tcpv4",
	[TSO6] = "feature-gso-tcpv6",
	[NO_CSUM] = "feature-no-csum-offload",
	[CSUM6] = "feature-ipv6-csum-offload",
};

enum queue_key { TX_REF, RX_REF, PORT, TX_PORT, RX_PORT, QUEUE_KEYS };

static const char *const queue_keys[QUEUE_KEYS] = {
	[TX_REF] = "tx-ring-ref",
	[RX_REF] = "rx-ring-ref",
	[PORT] = "event-channel",
	[TX_PORT] = "event-channel-tx",
	[RX_PORT] = "event-channel-rx",
};

static bool usable(long number)
{
	return number >= 0 && number <= UINT32_MAX;
}

static int read_queue(struct device *dev, const char *dir,
		      struct net_queue_params *p)
{
	long v[QUEUE_KEYS];

	device_front_numbers(dev, dir, queue_keys, v, QUEUE_KEYS);
	if (v[TX_PORT] == DEVICE_NONE)
		v[TX_PORT] = v[PORT];
	if (v[RX_PORT] == DEVICE_NONE)
		v[RX_PORT] = v[PORT];
	if (!usable(v[TX_REF]) || !usable(v[RX_REF]))
		return device_fail(dev, -EINVAL, "the frontend published no "
				   "usable %stx-ring-ref or rx-ring-ref", dir);
	if (!usable(v[TX_PORT]) || !usable(v[RX_PORT]))
		return device_fail(dev, -EINVAL, "the frontend published no "
				   "usable %sevent-channel", dir);
	*p = (struct net_queue_params){
		.tx_gref = (uint32_t)v[TX_REF],
		.rx_gref = (uint32_t)v[RX_REF],
		.tx_port = (unsigned int)v[TX_PORT],
		.rx_port = (unsigned int)v[RX_PORT],
	};
	return 0;
}

static int read_queues(struct device *dev, struct net_params *p, long queues)
{
	unsigned int i;
	int rc = 0;

	if (queues == DEVICE_NONE)
		queues = 1;
	if (queues < 1 || queues > NET_QUEUES_MAX)
		return device_fail(dev, -EINVAL, "the frontend published an "
				   "unusable multi-queue-num-queues");
	p->queues = (unsigned int)queues;
	for (i = 0; i < p->queues && !rc; i++) {
		char dir[24] = "";

		if (queues > 1)
			snprintf(dir, sizeof(dir), "queue-%u/", i);
		rc = read_queue(dev, dir, &p->queue[i]);
	}
	return rc;
}

static int read_ctrl(struct device *dev, struct net_params *p, const long *v)
{
	if (v[CTRL_REF] == DEVICE_NONE)
		return 0;
	if (!usable(v[CTRL_REF]) || !usable(v[CTRL_PORT]))
		return device_fail(dev, -EINVAL, "the frontend published an "
				   "unusable ctrl-ring-ref or "
				   "event-channel-ctrl");
	p->ctrl = true;
	p->ctrl_gref = (uint32_t)v[CTRL_REF];
	p->ctrl_port = (unsigned int)v[CTRL_PORT];
	return 0;
}

static int nic_attach(struct device *dev)
{
	struct net_params p = { 0 };
	long v[KEYS];
	int rc;

	device_front_numbers(dev, "", keys, v, KEYS);
	rc = read_queues(dev, &p, v[QUEUES]);
	if (!rc)
		rc = read_ctrl(dev, &p, v);
	if (rc)
		return rc;
	if (v[RX_COPY] != 1)
		return device_fail(dev, -EOPNOTSUPP, "the frontend does not "
				   "do request-rx-copy");
	p.mtu = (unsigned int)device_number(dev, "mtu", 1500);
	p.sg = v[SG] == 1;
	p.tso4 = p.sg && v[TSO4] == 1;
	p.checksum = v[NO_CSUM] == 0 || v[NO_CSUM] == DEVICE_NONE;
	p.ipv6_checksum = v[CSUM6] == 1;
	p.tso6 = p.sg && v[TSO6] == 1 && p.ipv6_checksum;
	return net_link_open(nic_of(dev), &p);
}

static void nic_detach(struct device *dev)
{
	net_link_close(nic_of(dev));
}

const struct device_kind nic_kind = {
	.type = "vif",
	.bytes = sizeof(struct nic),
	.open = nic_open,
	.publish = nic_publish,
	.attach = nic_attach,
	.detach = nic_detach,
	.close = nic_close,
};
