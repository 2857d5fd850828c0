// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * ethtool: statistics of all queues together, ring sizes, queues.
 *
 * The rings' pages are always one each way. What can be set is how much of
 * them is used: receive buffers posted at most (they follow the load below
 * that), and slots in flight at most.
 *
 * Lock: RTNL. Next: netfront_main.c.
 */
#include "frontend-drivers/linux/netfront_nic.h"

#define TX_MIN	64	/* three eighths of it must hold the largest packet */

#define ROW(name) { #name, offsetof(struct nf_counts, name) }

static const struct {
	char name[ETH_GSTRING_LEN];
	size_t at;
} rows[] = {
	ROW(rx_packets), ROW(rx_bytes), ROW(rx_errors), ROW(rx_copied),
	ROW(rx_gso), ROW(rx_csum_fixed),
	ROW(tx_packets), ROW(tx_bytes), ROW(tx_errors), ROW(tx_dropped),
	ROW(tx_copied), ROW(tx_gso), ROW(tx_stops), ROW(tx_linearized),
	ROW(no_pages), ROW(events),
	ROW(xdp_pass), ROW(xdp_drop), ROW(xdp_tx), ROW(xdp_error),
};

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "xylem-netfront", sizeof(info->driver));
	strscpy(info->bus_info, dev_name(dev->dev.parent),
		sizeof(info->bus_info));
}

static int get_sset_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? ARRAY_SIZE(rows) : -EOPNOTSUPP;
}

static void get_strings(struct net_device *dev, u32 set, u8 *data)
{
	unsigned int i;

	for (i = 0; set == ETH_SS_STATS && i < ARRAY_SIZE(rows); i++)
		memcpy(data + i * ETH_GSTRING_LEN, rows[i].name,
		       ETH_GSTRING_LEN);
}

static void get_stats(struct net_device *dev, struct ethtool_stats *stats,
		      u64 *data)
{
	struct nf_nic *nic = netdev_priv(dev);
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		data[i] = 0;
		for (k = 0; k < NF_QUEUES_MAX; k++)
			data[i] += *(u64 *)((u8 *)&nic->count[k] + rows[i].at);
	}
}

static void get_ring(struct net_device *dev, struct ethtool_ringparam *ring,
		     struct kernel_ethtool_ringparam *kernel,
		     struct netlink_ext_ack *ack)
{
	struct nf_nic *nic = netdev_priv(dev);

	ring->rx_max_pending = NETFRONT_RING;
	ring->tx_max_pending = NETFRONT_RING;
	ring->rx_pending = nic->rx_most;
	ring->tx_pending = nic->tx_most;
}

static int set_ring(struct net_device *dev, struct ethtool_ringparam *ring,
		    struct kernel_ethtool_ringparam *kernel,
		    struct netlink_ext_ack *ack)
{
	struct nf_nic *nic = netdev_priv(dev);
	unsigned int i;

	if (ring->rx_mini_pending || ring->rx_jumbo_pending)
		return -EINVAL;
	if (ring->rx_pending < NETFRONT_RX_MIN || ring->tx_pending < TX_MIN) {
		NL_SET_ERR_MSG(ack, "rx and tx of at least 64");
		return -EINVAL;
	}
	nic->tx_most = ring->tx_pending;
	nic->rx_most = ring->rx_pending;
	/* Each queue follows at its next round. */
	for (i = 0; i < nic->queues; i++)
		WRITE_ONCE(nic->queue[i].rx.most, ring->rx_pending);
	return 0;
}

static void get_channels(struct net_device *dev, struct ethtool_channels *c)
{
	struct nf_nic *nic = netdev_priv(dev);

	c->max_combined = min_t(unsigned int, dev->num_tx_queues,
				NF_QUEUES_MAX);
	c->combined_count = nic->queues;
}

const struct ethtool_ops nf_ethtool = {
	.get_drvinfo = get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_sset_count = get_sset_count,
	.get_strings = get_strings,
	.get_ethtool_stats = get_stats,
	.get_ringparam = get_ring,
	.set_ringparam = set_ring,
	.get_channels = get_channels,
	.get_rxnfc = nf_get_rxnfc,
	.get_rxfh_key_size = nf_get_key_size,
	.get_rxfh_indir_size = nf_get_map_size,
	.get_rxfh = nf_get_rxfh,
	.set_rxfh = nf_set_rxfh,
	.get_ts_info = ethtool_op_get_ts_info,
};
