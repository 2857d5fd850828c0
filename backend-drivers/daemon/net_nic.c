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
	device_post(dev, t, "multi-queue-max-queues", "%d", NET_QUEUES_MAX);
	device_post(dev, t, "feature-ctrl-ring", "1");
	device_post(dev, t, "vifname", "%s", nic_of(dev)->tap.name);
}

static long front(struct device *dev, const char *dir, const char *key,
		  long missing)
{
	char path[48];

	snprintf(path, sizeof(path), "%s%s", dir, key);
	return device_front_number(dev, path, missing);
}

static bool usable(long number)
{
	return number >= 0 && number <= UINT32_MAX;
}

static int read_queue(struct device *dev, const char *dir,
		      struct net_queue_params *p)
{
	long one = front(dev, dir, "event-channel", -1);
	long tx_port = front(dev, dir, "event-channel-tx", one);
	long rx_port = front(dev, dir, "event-channel-rx", one);
	long tx = front(dev, dir, "tx-ring-ref", -1);
	long rx = front(dev, dir, "rx-ring-ref", -1);

	if (!usable(tx) || !usable(rx))
		return device_fail(dev, -EINVAL, "the frontend published no "
				   "usable %stx-ring-ref or rx-ring-ref", dir);
	if (!usable(tx_port) || !usable(rx_port))
		return device_fail(dev, -EINVAL, "the frontend published no "
				   "usable %sevent-channel", dir);
	*p = (struct net_queue_params){
		.tx_gref = (uint32_t)tx,
		.rx_gref = (uint32_t)rx,
		.tx_port = (unsigned int)tx_port,
		.rx_port = (unsigned int)rx_port,
	};
	return 0;
}

static int read_queues(struct device *dev, struct net_params *p)
{
	long queues = device_front_number(dev, "multi-queue-num-queues", 1);
	unsigned int i;
	int rc = 0;

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

static int read_ctrl(struct device *dev, struct net_params *p)
{
	long ref = device_front_number(dev, "ctrl-ring-ref", -1);
	long port = device_front_number(dev, "event-channel-ctrl", -1);

	if (ref == -1)
		return 0;
	if (!usable(ref) || !usable(port))
		return device_fail(dev, -EINVAL, "the frontend published an "
				   "unusable ctrl-ring-ref or "
				   "event-channel-ctrl");
	p->ctrl = true;
	p->ctrl_gref = (uint32_t)ref;
	p->ctrl_port = (unsigned int)port;
	return 0;
}

static int nic_attach(struct device *dev)
{
	struct net_params p = { 0 };
	int rc = read_queues(dev, &p);

	if (!rc)
		rc = read_ctrl(dev, &p);
	if (rc)
		return rc;
	if (device_front_number(dev, "request-rx-copy", 0) != 1)
		return device_fail(dev, -EOPNOTSUPP, "the frontend does not "
				   "do request-rx-copy");
	p.mtu = (unsigned int)device_number(dev, "mtu", 1500);
	p.sg = device_front_number(dev, "feature-sg", 0) == 1;
	p.tso4 = p.sg && device_front_number(dev, "feature-gso-tcpv4", 0) == 1;
	p.tso6 = p.sg && device_front_number(dev, "feature-gso-tcpv6", 0) == 1;
	p.checksum = !device_front_number(dev, "feature-no-csum-offload", 0);
	p.ipv6_checksum =
		device_front_number(dev, "feature-ipv6-csum-offload", 0) == 1;
	p.tso6 = p.tso6 && p.ipv6_checksum;
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
