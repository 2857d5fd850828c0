// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * xylem-netfront: a network frontend for stock kernels around core/netfront.
 * This file: the module, the xenbus device, the handshake, start and stop.
 *
 * Rules:
 *  1. The interface is registered at the first handshake and stays until the
 *     device is unbound; rings, queues and events come and go beneath it with
 *     the backend, after a resume too.
 *  2. Queues run (`active`) while there are rings and the interface is up:
 *     NAPI first and the stack's queues second, off in the other order.
 *  3. A backend that broke the protocol is not listened to any more: carrier
 *     off, one line in the log, until it is met anew.
 *
 * Lock: RTNL for all that starts and stops; xenbus calls one at a time.
 * Next: netfront_recv.c.
 */
#include "frontend-drivers/linux/netfront_nic.h"

#include <linux/delay.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <xen/events.h>
#include <xen/xen.h>

static unsigned int max_queues = NF_QUEUES_MAX;
module_param(max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues, "queues of a NIC at most (default 8, one a CPU)");

static unsigned int silence = 30;
module_param(silence, uint, 0644);
MODULE_PARM_DESC(silence, "seconds without an answer, with a full ring, until "
			  "a NIC is offline (default 30; for new devices)");

#define LEAVE_MS 5000

void nf_offline(struct nf_nic *nic, const char *why)
{
	if (xchg(&nic->broken, true))
		return;
	netdev_alert(nic->dev,
		     "offline: backend %d broke the protocol: %s\n",
		     nic->xbdev->otherend_id, why);
	netif_carrier_off(nic->dev);
}

void nf_answers_again(struct nf_nic *nic)
{
	if (!xchg(&nic->silent, false) || nic->broken)
		return;
	netdev_info(nic->dev, "the backend answers again\n");
	netif_carrier_on(nic->dev);
}

/* --- start and stop ------------------------------------------------------ */

static void go(struct nf_nic *nic)
{
	unsigned int i;

	if (nic->active || !nic->connected || !netif_running(nic->dev))
		return;
	nic->active = true;
	for (i = 0; i < nic->queues; i++)
		napi_enable(&nic->queue[i].napi);
	netif_tx_start_all_queues(nic->dev);
	local_bh_disable();
	for (i = 0; i < nic->queues; i++)
		napi_schedule(&nic->queue[i].napi);	/* posts buffers */
	local_bh_enable();
}

static void nf_halt(struct nf_nic *nic)
{
	unsigned int i;

	if (!nic->active)
		return;
	nic->active = false;
	for (i = 0; i < nic->queues; i++) {
		napi_disable(&nic->queue[i].napi);
		del_timer_sync(&nic->queue[i].retry);
	}
	netif_tx_disable(nic->dev);
}

static int nf_open(struct net_device *dev)
{
	go(netdev_priv(dev));
	return 0;
}

static int nf_stop(struct net_device *dev)
{
	nf_halt(netdev_priv(dev));
	return 0;
}

static void nf_get_stats64(struct net_device *dev,
			   struct rtnl_link_stats64 *sum)
{
	struct nf_nic *nic = netdev_priv(dev);
	unsigned int i;

	for (i = 0; i < NF_QUEUES_MAX; i++) {
		const struct nf_counts *c = &nic->count[i];

		sum->rx_packets += c->rx_packets;
		sum->rx_bytes += c->rx_bytes;
		sum->rx_errors += c->rx_errors;
		sum->rx_dropped += c->xdp_drop;
		sum->tx_packets += c->tx_packets;
		sum->tx_bytes += c->tx_bytes;
		sum->tx_errors += c->tx_errors;
		sum->tx_dropped += c->tx_dropped;
	}
}

static netdev_features_t nf_fix_features(struct net_device *dev,
					 netdev_features_t f)
{
	struct nf_nic *nic = netdev_priv(dev);

	if (!nic->sg)
		f &= ~NETIF_F_SG;
	if (!nic->csum6)
		f &= ~NETIF_F_IPV6_CSUM;
	if (!nic->tso4)
		f &= ~NETIF_F_TSO;
	if (!nic->tso6)
		f &= ~NETIF_F_TSO6;
	return f;
}

static const struct net_device_ops nf_ops = {
	.ndo_open = nf_open,
	.ndo_stop = nf_stop,
	.ndo_start_xmit = nf_xmit,
	.ndo_tx_timeout = nf_tx_timeout,
	.ndo_get_stats64 = nf_get_stats64,
	.ndo_fix_features = nf_fix_features,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_bpf = nf_bpf,
};

/* --- the handshake ------------------------------------------------------- */

static int write_queue(struct nf_nic *nic, struct xenbus_transaction t,
		       const struct nf_queue *q)
{
	const char *node = nic->xbdev->nodename;
	char path[96];
	int err;

	if (nic->queues > 1) {
		snprintf(path, sizeof(path), "%s/queue-%u", node, q->number);
		node = path;
	}
	err = xenbus_printf(t, node, "tx-ring-ref", "%u", q->tx_ring_ref);
	if (!err)
		err = xenbus_printf(t, node, "rx-ring-ref", "%u",
				    q->rx_ring_ref);
	/* The last backend may have been of the other kind. */
	xenbus_rm(t, node, "event-channel");
	xenbus_rm(t, node, "event-channel-tx");
	xenbus_rm(t, node, "event-channel-rx");
	if (!err && !nic->split)
		return xenbus_printf(t, node, "event-channel", "%u",
				     q->rx_port);
	if (!err)
		err = xenbus_printf(t, node, "event-channel-tx", "%u",
				    q->tx_port);
	if (!err)
		err = xenbus_printf(t, node, "event-channel-rx", "%u",
				    q->rx_port);
	return err;
}

static int write_control(struct nf_nic *nic, struct xenbus_transaction t)
{
	const char *node = nic->xbdev->nodename;
	int err;

	if (!nic->control.ring) {
		xenbus_rm(t, node, "ctrl-ring-ref");
		xenbus_rm(t, node, "event-channel-ctrl");
		return 0;
	}
	err = xenbus_printf(t, node, "ctrl-ring-ref", "%u",
			    nic->control.ring_ref);
	return err ? err : xenbus_printf(t, node, "event-channel-ctrl", "%u",
					 nic->control.port);
}

static int write_all(struct nf_nic *nic, struct xenbus_transaction t)
{
	static const char *const offered[] = {
		"request-rx-copy", "feature-rx-notify", "feature-sg",
		"feature-gso-tcpv4", "feature-gso-tcpv6",
		"feature-ipv6-csum-offload",
	};
	const char *node = nic->xbdev->nodename;
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < nic->queues; i++)
		err = write_queue(nic, t, &nic->queue[i]);
	if (!err && nic->queues > 1)
		err = xenbus_printf(t, node, "multi-queue-num-queues", "%u",
				    nic->queues);
	else if (!err)
		xenbus_rm(t, node, "multi-queue-num-queues");
	for (i = 0; !err && i < ARRAY_SIZE(offered); i++)
		err = xenbus_write(t, node, offered[i], "1");
	return err ? err : write_control(nic, t);
}

static int write_keys(struct nf_nic *nic)
{
	struct xenbus_transaction t;
	int err;

	do {
		err = xenbus_transaction_start(&t);
		if (err)
			return err;
		err = write_all(nic, t);
		if (err) {
			xenbus_transaction_end(t, 1);
			return err;
		}
		err = xenbus_transaction_end(t, 0);
	} while (err == -EAGAIN);
	return err;
}

static bool offers(struct nf_nic *nic, const char *key)
{
	return xenbus_read_unsigned(nic->xbdev->otherend, key, 0);
}

static int read_mac(struct nf_nic *nic)
{
	char *text = xenbus_read(XBT_NIL, nic->xbdev->nodename, "mac", NULL);
	u8 mac[ETH_ALEN];
	bool ok;

	if (IS_ERR(text))
		return PTR_ERR(text);
	ok = mac_pton(text, mac);
	kfree(text);
	if (!ok)
		return -EINVAL;
	eth_hw_addr_set(nic->dev, mac);
	return 0;
}

static void stop(struct nf_nic *nic)
{
	rtnl_lock();
	if (nic->connected) {
		netif_carrier_off(nic->dev);
		nf_halt(nic);
		nic->connected = false;
		nf_control_end(nic);
		nf_queues_end(nic);
	}
	rtnl_unlock();
}

static int make_queues(struct nf_nic *nic)
{
	unsigned int n = xenbus_read_unsigned(nic->xbdev->otherend,
					      "multi-queue-max-queues", 1);
	int err;

	nic->sg = offers(nic, "feature-sg");
	nic->tso4 = offers(nic, "feature-gso-tcpv4");
	nic->tso6 = offers(nic, "feature-gso-tcpv6");
	nic->csum6 = offers(nic, "feature-ipv6-csum-offload");
	nic->split = offers(nic, "feature-split-event-channels");
	nic->broken = false;
	nic->silent = false;
	n = clamp(n, 1U, min3(max(max_queues, 1U), num_online_cpus(),
			      nic->dev->num_tx_queues));
	nic->dev->max_mtu = nic->sg ? XY_NETIF_MAX_TX_SIZE - ETH_HLEN :
				      ETH_DATA_LEN;
	rtnl_lock();
	err = nf_queues_make(nic, n);
	if (!err && n > 1 && offers(nic, "feature-ctrl-ring")) {
		err = nf_control_make(nic);
		if (err) {
			nf_control_end(nic);
			nf_queues_end(nic);
		}
	}
	if (!err) {
		nic->connected = true;
		netif_set_real_num_tx_queues(nic->dev, n);
		netif_set_real_num_rx_queues(nic->dev, n);
		/* Before it is registered there is nothing that is wanted. */
		if (nic->dev->reg_state == NETREG_REGISTERED)
			netdev_update_features(nic->dev);
	}
	rtnl_unlock();
	return err;
}

static int publish(struct nf_nic *nic)
{
	int err = 0;

	if (nic->dev->reg_state == NETREG_UNINITIALIZED)
		err = read_mac(nic);
	if (!err)
		err = make_queues(nic);
	if (!err)
		err = write_keys(nic);
	if (!err && nic->dev->reg_state == NETREG_UNINITIALIZED)
		err = register_netdev(nic->dev);
	if (err) {
		stop(nic);
		xenbus_dev_error(nic->xbdev, err, "making the rings");
	}
	return err;
}

static void start(struct nf_nic *nic)
{
	rtnl_lock();
	go(nic);
	netif_carrier_on(nic->dev);
	rtnl_unlock();
	netdev_info(nic->dev, "%u queue(s), events %s\n", nic->queues,
		    nic->split ? "split" : "shared");
}

/* The backend may have bound its events after ours were sent. */
static void changed(struct nf_nic *nic)
{
	unsigned int i;

	for (i = 0; i < nic->queues; i++) {
		notify_remote_via_evtchn(nic->queue[i].rx_port);
		if (nic->split)
			notify_remote_via_evtchn(nic->queue[i].tx_port);
	}
	netdev_notify_peers(nic->dev);
	nf_control_met(nic);
}

static void step(struct nf_nic *nic, int theirs, enum connect_front_wish wish)
{
	unsigned int todo;
	int before;

	do {
		before = nic->connect.mine;
		todo = connect_front_step(&nic->connect, theirs, wish);
		if (todo & CONNECT_FRONT_STOP)
			stop(nic);
		if ((todo & CONNECT_FRONT_PUBLISH) && publish(nic)) {
			wish = CONNECT_FRONT_LEAVE;
			continue;
		}
		if (todo & CONNECT_FRONT_START)
			start(nic);
		if (todo & CONNECT_FRONT_CHANGED)
			changed(nic);
		if (nic->connect.mine != before)
			xenbus_switch_state(nic->xbdev,
					    (enum xenbus_state)
						    nic->connect.mine);
	} while (nic->connect.mine != before);
}

static void otherend_changed(struct xenbus_device *xbdev,
			     enum xenbus_state state)
{
	struct nf_nic *nic = dev_get_drvdata(&xbdev->dev);
	bool leave = nic->connect.mine >= XY_XENBUS_CLOSING ||
		     (state >= XenbusStateClosing &&
		      !xenbus_read_unsigned(xbdev->otherend, "online", 1));

	step(nic, state, leave ? CONNECT_FRONT_LEAVE : CONNECT_FRONT_STAY);
	if (leave && nic->connect.mine == XY_XENBUS_CLOSED)
		xenbus_frontend_closed(xbdev);
}

static int probe(struct xenbus_device *xbdev, const struct xenbus_device_id *id)
{
	unsigned int most = min3(max(max_queues, 1U), num_possible_cpus(),
				 (unsigned int)NF_QUEUES_MAX);
	struct net_device *dev = alloc_etherdev_mq(sizeof(struct nf_nic), most);
	struct nf_nic *nic;

	if (!dev)
		return -ENOMEM;
	nic = netdev_priv(dev);
	nic->dev = dev;
	nic->xbdev = xbdev;
	nic->rx_most = NETFRONT_RING;
	nic->tx_most = NETFRONT_RING;
	nf_control_init(nic);
	connect_front_init(&nic->connect, true);
	dev->netdev_ops = &nf_ops;
	dev->ethtool_ops = &nf_ethtool;
	dev->features = NETIF_F_SG | NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM |
			NETIF_F_RXCSUM | NETIF_F_TSO | NETIF_F_TSO6;
	dev->hw_features = dev->features;
	dev->min_mtu = ETH_MIN_MTU;
	dev->watchdog_timeo = clamp(silence, 1U, 600U) * HZ;
	netif_set_tso_max_size(dev, XY_NETIF_MAX_TX_SIZE);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	xdp_set_features_flag(dev, NETDEV_XDP_ACT_BASIC);
#endif
	SET_NETDEV_DEV(dev, &xbdev->dev);
	/* A packet's cb is ours until it has been answered. */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	netif_carrier_off(dev);
	dev_set_drvdata(&xbdev->dev, nic);
	xenbus_switch_state(xbdev, XenbusStateInitialising);
	return 0;
}

/* The other end's watch is gone already: its state is asked for. */
static void leave(struct nf_nic *nic)
{
	unsigned int waited;

	for (waited = 0; waited < LEAVE_MS; waited += 10) {
		step(nic, xenbus_read_driver_state(nic->xbdev->otherend),
		     CONNECT_FRONT_LEAVE);
		if (!nic->connected && nic->connect.mine == XY_XENBUS_CLOSED)
			return;
		msleep(10);
	}
	stop(nic);
}

static void nf_remove(struct xenbus_device *xbdev)
{
	struct nf_nic *nic = dev_get_drvdata(&xbdev->dev);

	leave(nic);
	cancel_work_sync(&nic->steer_work);
	if (nic->dev->reg_state == NETREG_REGISTERED)
		unregister_netdev(nic->dev);
	free_netdev(nic->dev);
}

/* After a suspend nothing is left of rings, grants and events. */
static int resume(struct xenbus_device *xbdev)
{
	struct nf_nic *nic = dev_get_drvdata(&xbdev->dev);

	stop(nic);
	connect_front_init(&nic->connect, true);
	return 0;
}

static const struct xenbus_device_id ids[] = {
	{ "vif" },
	{ "" }
};

static struct xenbus_driver driver = {
	.name = "xylem-netfront",
	.ids = ids,
	.probe = probe,
	.remove = nf_remove,
	.resume = resume,
	.otherend_changed = otherend_changed,
	.allow_rebind = true,
};

static int __init nf_init(void)
{
	return xen_domain() ? xenbus_register_frontend(&driver) : -ENODEV;
}
module_init(nf_init);

static void __exit nf_exit(void)
{
	xenbus_unregister_driver(&driver);
	nf_wait_for_pages();
}
module_exit(nf_exit);

MODULE_DESCRIPTION("Xylem network frontend");
MODULE_ALIAS("xen:vif");
MODULE_ALIAS("xennet");
