// SPDX-License-Identifier: GPL-2.0-only
/*
 * A TAP interface, its bridge and its offloads, by ioctl alone: a program
 * started for it would cost more than the rest of a NIC's set-up together.
 *
 * Rules:
 *  1. The descriptor does not block, and carries a struct virtio_net_hdr
 *     before each packet, both ways.
 *  2. The MAC is fe:ff:ff:ff:ff:ff, the highest there is: a bridge takes the
 *     lowest of its ports' for its own, and must not change it for a guest.
 *
 * Next: net_shell.c.
 */
#include "backend-drivers/daemon/net_tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_arp.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <linux/virtio_net.h>

static int if_ioctl(unsigned long request, struct ifreq *r)
{
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int rc = s < 0 || ioctl(s, request, r) ? -errno : 0;

	if (s >= 0)
		close(s);
	return rc;
}

static void name_it(struct ifreq *r, const char *name)
{
	memset(r, 0, sizeof(*r));
	snprintf(r->ifr_name, IFNAMSIZ, "%s", name);
}

static int configure(const struct net_tap *tap, int mtu)
{
	struct ifreq r;
	int rc;

	name_it(&r, tap->name);
	r.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	memcpy(r.ifr_hwaddr.sa_data, "\xfe\xff\xff\xff\xff\xff", 6);
	rc = if_ioctl(SIOCSIFHWADDR, &r);
	if (rc)
		return rc;
	name_it(&r, tap->name);
	r.ifr_mtu = mtu;
	rc = if_ioctl(SIOCSIFMTU, &r);
	if (rc)
		return rc;
	name_it(&r, tap->name);
	r.ifr_flags = IFF_UP | IFF_RUNNING | IFF_BROADCAST | IFF_MULTICAST;
	return if_ioctl(SIOCSIFFLAGS, &r);
}

int net_tap_open(struct net_tap *tap, const char *name, int mtu)
{
	int header = sizeof(struct virtio_net_hdr), rc;
	struct ifreq r;

	memset(tap, 0, sizeof(*tap));
	snprintf(tap->name, IFNAMSIZ, "%s", name);
	tap->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (tap->fd < 0)
		return -errno;
	name_it(&r, name);
	r.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
	if (ioctl(tap->fd, TUNSETIFF, &r) ||
	    ioctl(tap->fd, TUNSETVNETHDRSZ, &header) ||
	    ioctl(tap->fd, TUNSETPERSIST, 1)) {
		rc = -errno;
		close(tap->fd);
		tap->fd = -1;
		return rc;
	}
	rc = configure(tap, mtu);
	if (rc)
		net_tap_close(tap);
	return rc;
}

int net_tap_join(struct net_tap *tap, const char *bridge)
{
	struct ifreq r;
	int index, rc;

	name_it(&r, tap->name);
	rc = if_ioctl(SIOCGIFINDEX, &r);
	if (rc)
		return rc;
	index = r.ifr_ifindex;
	name_it(&r, bridge);
	r.ifr_ifindex = index;
	rc = if_ioctl(SIOCBRADDIF, &r);
	/* Busy: it is in a bridge already, a predecessor's doing. */
	return rc == -EBUSY ? 0 : rc;
}

int net_tap_set_offload(struct net_tap *tap, const struct net_tap_offload *o)
{
	unsigned long flags = 0;

	if (o->checksum)
		flags |= TUN_F_CSUM;
	if (o->checksum && o->tso4)
		flags |= TUN_F_TSO4;
	if (o->checksum && o->tso6)
		flags |= TUN_F_TSO6;
	return ioctl(tap->fd, TUNSETOFFLOAD, flags) ? -errno : 0;
}

void net_tap_close(struct net_tap *tap)
{
	if (tap->fd < 0)
		return;
	ioctl(tap->fd, TUNSETPERSIST, 0);
	close(tap->fd);
	tap->fd = -1;
}
