// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The control ring: to which queue the backend gives which packet, as
 * `ethtool -X` says it.
 *
 * Rules:
 *  1. Nothing is asked of a backend before somebody sets it: with a hash each
 *     packet brings a further slot, and a backend spreads flows unasked.
 *  2. What was set is kept, and told to every backend that is met from then
 *     on, after a resume too.
 *  3. One message at a time; its answer is waited for, ANSWER_MS at most, by
 *     whoever set it or by a work item, never by xenbus.
 *
 * Lock: RTNL. Next: netfront_tool.c.
 */
#include "frontend-drivers/linux/netfront_nic.h"

#include <linux/rtnetlink.h>
#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/page.h>

#define ANSWER_MS	1000
#define HASH_TYPES							\
	(XY_NETIF_CTRL_HASH_TYPE_IPV4 | XY_NETIF_CTRL_HASH_TYPE_IPV4_TCP | \
	 XY_NETIF_CTRL_HASH_TYPE_IPV6 | XY_NETIF_CTRL_HASH_TYPE_IPV6_TCP)

static irqreturn_t control_event(int irq, void *data)
{
	struct nf_control *c = data;

	complete(&c->event);
	xen_irq_lateeoi(irq, READ_ONCE(c->core.type) ?
				     0 : XEN_EOI_FLAG_SPURIOUS);
	return IRQ_HANDLED;
}

static int status_of(u32 status)
{
	switch (status) {
	case XY_NETIF_CTRL_STATUS_SUCCESS:
		return 0;
	case XY_NETIF_CTRL_STATUS_NOT_SUPPORTED:
		return -EOPNOTSUPP;
	case XY_NETIF_CTRL_STATUS_BUFFER_OVERFLOW:
		return -ENOSPC;
	default:
		return -EINVAL;
	}
}

/* Sends a message and waits; what the answer brings goes to *data. */
static int talk(struct nf_nic *nic, struct netfront_ctrl_message m, u32 *data)
{
	unsigned long end = jiffies + msecs_to_jiffies(ANSWER_MS);
	struct nf_control *c = &nic->control;
	struct netfront_ctrl_answer a;
	enum netfront_got got;

	/* The answer to one that was given up, perhaps. */
	netfront_ctrl_get(&c->core, &a);
	if (netfront_ctrl_put(&c->core, &m))
		return -EBUSY;
	reinit_completion(&c->event);
	if (netfront_ctrl_flush(&c->core))
		notify_remote_via_evtchn(c->port);
	while ((got = netfront_ctrl_get(&c->core, &a)) == NETFRONT_NONE) {
		if (time_after_eq(jiffies, end))
			return -ETIMEDOUT;
		if (!netfront_ctrl_arm(&c->core))
			wait_for_completion_timeout(&c->event, end - jiffies);
	}
	if (got == NETFRONT_BROKEN) {
		nf_offline(nic, netfront_why_text(c->core.why));
		return -EIO;
	}
	*data = a.data;
	return status_of(a.status);
}

/* All of it, in the order in which it takes effect. */
static int tell(struct nf_nic *nic)
{
	struct nf_control *c = &nic->control;
	u32 *queue = (u32 *)c->page, data, i;
	int err = talk(nic, netfront_ctrl_algorithm(
			       XY_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ), &data);

	if (!err)
		err = talk(nic, netfront_ctrl_ask_flags(), &data);
	if (!err)
		err = talk(nic, netfront_ctrl_flags(data & HASH_TYPES), &data);
	if (err)
		return err;
	memcpy(c->page, nic->steer.key, NF_HASH_KEY);
	err = talk(nic, netfront_ctrl_key(c->page_ref, NF_HASH_KEY), &data);
	if (!err)
		err = talk(nic, netfront_ctrl_map_size(NF_HASH_MAP), &data);
	if (err)
		return err;
	/* It may have been set when there were more. */
	for (i = 0; i < NF_HASH_MAP; i++)
		queue[i] = nic->steer.queue[i] % nic->queues;
	return talk(nic, netfront_ctrl_map(c->page_ref, NF_HASH_MAP, 0), &data);
}

static void tell_work(struct work_struct *work)
{
	struct nf_nic *nic = container_of(work, struct nf_nic, steer_work);
	int err = 0;

	rtnl_lock();
	if (nic->control.ring && nic->steer.set)
		err = tell(nic);
	rtnl_unlock();
	if (err)
		netdev_warn(nic->dev, "the backend does not steer: %d\n", err);
}

void nf_control_init(struct nf_nic *nic)
{
	unsigned int i;

	init_completion(&nic->control.event);
	INIT_WORK(&nic->steer_work, tell_work);
	netdev_rss_key_fill(nic->steer.key, NF_HASH_KEY);
	for (i = 0; i < NF_HASH_MAP; i++)
		nic->steer.queue[i] = i;
}

/* The backend serves: rule 2. */
void nf_control_met(struct nf_nic *nic)
{
	if (nic->steer.set)
		schedule_work(&nic->steer_work);
}

int nf_control_make(struct nf_nic *nic)
{
	struct xenbus_device *xbdev = nic->xbdev;
	struct nf_control *c = &nic->control;
	int rc = xenbus_setup_ring(xbdev, GFP_KERNEL, &c->ring, 1,
				   &c->ring_ref);

	if (rc)
		return rc;
	netfront_ctrl_init(&c->core, c->ring);
	c->page = (u8 *)get_zeroed_page(GFP_KERNEL);
	if (!c->page)
		return -ENOMEM;
	rc = gnttab_grant_foreign_access(xbdev->otherend_id,
					 virt_to_gfn(c->page),
					 GNTMAP_readonly);
	if (rc < 0)
		return rc;
	c->page_ref = rc;
	rc = xenbus_alloc_evtchn(xbdev, &c->port);
	if (rc)
		return rc;
	rc = bind_evtchn_to_irqhandler_lateeoi(c->port, control_event, 0,
					       dev_name(&xbdev->dev), c);
	if (rc < 0) {
		xenbus_free_evtchn(xbdev, c->port);
		return rc;
	}
	c->irq = rc;
	return 0;
}

/* Takes whatever was made. */
void nf_control_end(struct nf_nic *nic)
{
	struct nf_control *c = &nic->control;

	if (c->irq)
		unbind_from_irqhandler(c->irq, c);
	if (c->page_ref != NF_NO_REF)
		gnttab_end_foreign_access(c->page_ref, virt_to_page(c->page));
	else if (c->page)
		free_page((unsigned long)c->page);
	if (c->ring)
		xenbus_teardown_ring(&c->ring, 1, &c->ring_ref);
	c->irq = 0;
	c->port = 0;
	c->page_ref = NF_NO_REF;
	c->page = NULL;
	c->ring = NULL;
}

/* --- ethtool */

u32 nf_get_key_size(struct net_device *dev)
{
	return NF_HASH_KEY;
}

u32 nf_get_map_size(struct net_device *dev)
{
	return NF_HASH_MAP;
}

int nf_get_rxnfc(struct net_device *dev, struct ethtool_rxnfc *info,
		 u32 *rules)
{
	struct nf_nic *nic = netdev_priv(dev);

	if (info->cmd != ETHTOOL_GRXRINGS)
		return -EOPNOTSUPP;
	info->data = nic->queues;
	return 0;
}

static u8 get(struct nf_nic *nic, u32 *map, u8 *key)
{
	unsigned int i;

	for (i = 0; map && i < NF_HASH_MAP; i++)
		map[i] = nic->steer.queue[i] % max(nic->queues, 1U);
	if (key)
		memcpy(key, nic->steer.key, NF_HASH_KEY);
	return nic->steer.set ? ETH_RSS_HASH_TOP : ETH_RSS_HASH_UNKNOWN;
}

static int set(struct nf_nic *nic, const u32 *map, const u8 *key, u8 function)
{
	struct nf_steer old = nic->steer;
	int err;

	if (!nic->control.ring || (function != ETH_RSS_HASH_NO_CHANGE &&
				   function != ETH_RSS_HASH_TOP))
		return -EOPNOTSUPP;
	if (map)
		memcpy(nic->steer.queue, map, sizeof(nic->steer.queue));
	if (key)
		memcpy(nic->steer.key, key, NF_HASH_KEY);
	nic->steer.set = true;
	err = tell(nic);
	if (err)
		nic->steer = old;
	return err;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
int nf_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *p)
{
	p->hfunc = get(netdev_priv(dev), p->indir, p->key);
	return 0;
}

int nf_set_rxfh(struct net_device *dev, struct ethtool_rxfh_param *p,
		struct netlink_ext_ack *ack)
{
	return set(netdev_priv(dev), p->indir, p->key, p->hfunc);
}
#else
int nf_get_rxfh(struct net_device *dev, u32 *map, u8 *key, u8 *function)
{
	u8 f = get(netdev_priv(dev), map, key);

	if (function)
		*function = f;
	return 0;
}

int nf_set_rxfh(struct net_device *dev, const u32 *map, const u8 *key,
		const u8 function)
{
	return set(netdev_priv(dev), map, key, function);
}
#endif
