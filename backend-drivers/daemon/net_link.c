// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a connection to one network frontend: made, taken up from a
 * predecessor, closed.
 *
 * Rules:
 *  1. A NIC can drop packets: where a predecessor's record and the rings do
 *     not agree, the connection begins at the last responses.
 *  2. A connection that is closed lives until its reads are cancelled; so long
 *     it holds the TAP, and the interface cannot be made anew.
 *
 * Single-threaded. Next: net_shell.c.
 */
#include "backend-drivers/daemon/net_link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "backend-drivers/daemon/events.h"
#include "backend-drivers/daemon/grants.h"
#include "backend-drivers/daemon/keep.h"

static struct net_link *ending;	/* closed, their reads not yet over */

static void free_queue(struct net_queue *q)
{
	events_unbind(q->tx_port);
	if (q->rx_port != q->tx_port)
		events_unbind(q->rx_port);
	if (q->tx_ring)
		gnt_unmap(grants_fd, q->tx_ring, 1);
	if (q->rx_ring)
		gnt_unmap(grants_fd, q->rx_ring, 1);
}

/* All but the memory that the reads name. */
static void release(struct net_link *l)
{
	unsigned int i;

	loop_cancel(&l->task);
	events_unbind(l->ctrl_port);
	if (l->ctrl_ring)
		gnt_unmap(grants_fd, l->ctrl_ring, 1);
	for (i = 0; i < l->queues; i++)
		free_queue(&l->queue[i]);
	free(l->held.frame);
}

void net_link_over(struct net_link *l)
{
	struct net_link **at = &ending;

	while (*at != l)
		at = &(*at)->next_ending;
	*at = l->next_ending;
	free(l);
	device_retry();
}

bool net_link_lingers(const struct device *dev)
{
	const struct net_link *l;

	for (l = ending; l; l = l->next_ending)
		if (l->domid == dev->domid && l->devid == dev->devid)
			return true;
	return false;
}

static int bind_port(struct net_link *l, unsigned int remote, int *port)
{
	*port = events_bind(l->domid, remote, &l->task);
	if (*port >= 0)
		return 0;
	return device_fail(&l->nic->dev, *port, "cannot bind the frontend's "
			   "event channel: %s", strerror(-*port));
}

static int map_ring(struct net_link *l, uint32_t gref, void **ring)
{
	*ring = gnt_map(grants_fd, l->domid, &gref, 1,
			PROT_READ | PROT_WRITE);
	if (*ring)
		return 0;
	return device_fail(&l->nic->dev, -errno, "cannot map the frontend's "
			   "ring: %s", strerror(errno));
}

static size_t kept_bytes(const struct net_link *l)
{
	return sizeof(*l->kept) + l->queues * sizeof(l->kept->core[0]);
}

/* Tells one connection of a frontend from another. */
static uint64_t identity(const struct net_params *p)
{
	uint64_t sum = p->queues ^ (uint64_t)p->ctrl_gref << 8;
	unsigned int i;

	for (i = 0; i < p->queues; i++) {
		const struct net_queue_params *q = &p->queue[i];

		sum = sum * 0x100000001b3u ^ q->tx_gref;
		sum = sum * 0x100000001b3u ^ q->rx_gref;
		sum = sum * 0x100000001b3u ^ q->tx_port;
		sum = sum * 0x100000001b3u ^ q->rx_port;
	}
	return sum;
}

static int setup_cores(struct net_link *l, const struct net_params *p)
{
	struct device *dev = &l->nic->dev;
	bool found, resume;
	unsigned int i;

	l->kept = keep_map(dev, kept_bytes(l), identity(p), &found);
	if (!l->kept)
		return device_fail(dev, -errno, "cannot keep the rings' state: "
				   "%s", strerror(errno));
	resume = dev->adopting && found;
	if (resume)
		netctrl_resume(&l->kept->ctrl, l->ctrl_ring);
	else
		netctrl_init(&l->kept->ctrl, l->ctrl_ring, l->queues);
	for (i = 0; i < l->queues; i++) {
		struct net_queue *q = &l->queue[i];

		q->core = &l->kept->core[i];
		if (!resume ||
		    netback_resume(q->core, q->tx_ring, q->rx_ring))
			netback_init(q->core, q->tx_ring, q->rx_ring);
	}
	return 0;
}

static int map_rings(struct net_link *l, const struct net_params *p)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; i < l->queues && !rc; i++) {
		rc = map_ring(l, p->queue[i].tx_gref, &l->queue[i].tx_ring);
		if (!rc)
			rc = map_ring(l, p->queue[i].rx_gref,
				      &l->queue[i].rx_ring);
	}
	if (!rc && p->ctrl)
		rc = map_ring(l, p->ctrl_gref, &l->ctrl_ring);
	return rc;
}

static int bind_ports(struct net_link *l, const struct net_params *p)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; i < l->queues && !rc; i++) {
		const struct net_queue_params *from = &p->queue[i];
		struct net_queue *q = &l->queue[i];

		rc = bind_port(l, from->tx_port, &q->tx_port);
		q->rx_port = q->tx_port;
		if (!rc && from->rx_port != from->tx_port)
			rc = bind_port(l, from->rx_port, &q->rx_port);
	}
	if (!rc && p->ctrl)
		rc = bind_port(l, p->ctrl_port, &l->ctrl_port);
	return rc;
}

static int connect_to(struct net_link *l, const struct net_params *p)
{
	const struct net_tap_offload offload = {
		.checksum = p->checksum,
		.tso4 = p->tso4,
		.tso6 = p->tso6,
	};
	int rc = net_tap_set_offload(&l->nic->tap, &offload);

	if (rc)
		return device_fail(&l->nic->dev, rc, "cannot set offloads: %s",
				   strerror(-rc));
	rc = map_rings(l, p);
	if (!rc)
		rc = setup_cores(l, p);
	return rc ? rc : bind_ports(l, p);
}

/* Pages of the largest packet the TAP may have for this guest. */
static unsigned int largest(const struct net_params *p)
{
	if (p->tso4 || p->tso6)
		return (NETBACK_PACKET_MAX + 4095) / 4096;
	/* A frame of that size: Ethernet's header, and a VLAN's. */
	return p->sg ? (p->mtu % 65536 + 18 + 4095) / 4096 : 1;
}

static struct net_link *new_link(struct nic *nic, const struct net_params *p)
{
	struct net_link *l = calloc(1, sizeof(*l));
	unsigned int i;

	if (!l)
		return NULL;
	l->task.run = net_link_run;
	l->read.done = net_rx_done;
	l->cancel.done = net_rx_cancelled;
	l->nic = nic;
	l->domid = nic->dev.domid;
	l->devid = nic->dev.devid;
	l->queues = p->queues;
	l->ctrl_port = -1;
	for (i = 0; i < l->queues; i++) {
		l->queue[i].tx_port = -1;
		l->queue[i].rx_port = -1;
	}
	l->ipv6_checksum = p->ipv6_checksum;
	l->pages = largest(p);
	l->sizes.now = l->pages;
	return l;
}

static void notify_all(struct net_link *l)
{
	unsigned int i;

	for (i = 0; i < l->queues; i++) {
		events_notify(l->queue[i].tx_port);
		if (l->queue[i].rx_port != l->queue[i].tx_port)
			events_notify(l->queue[i].rx_port);
	}
	if (l->ctrl_ring)
		events_notify(l->ctrl_port);
}

int net_link_open(struct nic *nic, const struct net_params *p)
{
	struct net_link *l;
	int rc = net_shell_ready();

	if (rc)
		return device_fail(&nic->dev, rc, "cannot have buffers for "
				   "packets: %s", strerror(-rc));
	l = new_link(nic, p);
	if (!l)
		return device_fail(&nic->dev, -ENOMEM, "out of memory");
	rc = connect_to(l, p);
	if (rc) {
		keep_drop(&nic->dev, l->kept, kept_bytes(l));
		release(l);
		free(l);
		return rc;
	}
	nic->link = l;
	if (nic->dev.adopting)
		notify_all(l);
	else
		net_rx_discard(nic);
	loop_queue(&l->task);
	return 0;
}

void net_link_close(struct nic *nic)
{
	struct net_link *l = nic->link;
	bool over;

	nic->link = NULL;
	device_log(&nic->dev, "%lu packets from the guest, %lu to it, in %lu "
		   "rounds, %lu events sent, %u queues; %lu lost by any",
		   l->sent, l->received, l->rounds, l->events, l->queues,
		   net_lost);
	keep_drop(&nic->dev, l->kept, kept_bytes(l));
	over = net_rx_close(l);
	l->nic = NULL;
	release(l);
	if (over) {
		free(l);
		return;
	}
	l->next_ending = ending;
	ending = l;
}
