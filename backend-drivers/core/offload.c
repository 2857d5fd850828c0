// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offloads between a network ring and a TAP's packet header.
 *
 * Rules:
 *  1. Every byte looked at is first checked to be within the packet; the
 *     packet is a guest's work.
 *  2. What cannot be understood is not guessed: such a packet is dropped.
 *  3. A large packet must be TCP of the family it claims, with its checksum
 *     blank, and its pieces at least GSO_LEAST long, so that a guest cannot
 *     have dom0 cut 64 KiB into thousands of packets.
 *
 * No state, no lock, no call. Next: daemon/net_shell.c.
 */
#include "backend-drivers/core/offload.h"

#include "abi/io/net.h"

#define ETHERNET 14
#define TYPE_IPV4 0x0800
#define TYPE_IPV6 0x86dd
#define TYPE_VLAN 0x8100
#define PROTO_HOP 0
#define PROTO_TCP 6
#define PROTO_UDP 17
#define PROTO_ROUTE 43
#define PROTO_DEST 60
#define GSO_LEAST 64

struct place {
	uint32_t start;		/* of the TCP or UDP header */
	uint32_t field;		/* the checksum, from start */
	uint32_t end;		/* of that header */
	bool ipv6;
	bool tcp;
};

static uint32_t be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static bool transport(const uint8_t *f, uint32_t n, uint32_t proto,
		      struct place *at)
{
	at->tcp = proto == PROTO_TCP;
	if (at->tcp && at->start + 20 <= n) {
		at->field = 16;
		at->end = at->start + (f[at->start + 12] >> 4) * 4u;
		return at->end >= at->start + 20 && at->end <= n;
	}
	if (proto == PROTO_UDP && at->start + 8 <= n) {
		at->field = 6;
		at->end = at->start + 8;
		return true;
	}
	return false;
}

static bool find_ipv4(const uint8_t *f, uint32_t n, uint32_t ip,
		      struct place *at)
{
	uint32_t length;

	if (ip + 20 > n || f[ip] >> 4 != 4)
		return false;
	length = (f[ip] & 15) * 4u;
	if (length < 20 || (be16(f + ip + 6) & 0x1fff))
		return false;
	at->start = ip + length;
	return transport(f, n, f[ip + 9], at);
}

static bool find_ipv6(const uint8_t *f, uint32_t n, uint32_t ip,
		      struct place *at)
{
	uint32_t proto, hops;

	if (ip + 40 > n || f[ip] >> 4 != 6)
		return false;
	at->ipv6 = true;
	proto = f[ip + 6];
	at->start = ip + 40;
	for (hops = 0; hops < 8; hops++) {
		if (proto != PROTO_HOP && proto != PROTO_ROUTE &&
		    proto != PROTO_DEST)
			return transport(f, n, proto, at);
		if (at->start + 8 > n)
			return false;
		proto = f[at->start];
		at->start += 8 + f[at->start + 1] * 8u;
	}
	return false;
}

static bool find(const uint8_t *f, uint32_t n, struct place *at)
{
	uint32_t type, ip = ETHERNET;

	*at = (struct place){ 0 };
	if (n < ETHERNET)
		return false;
	type = be16(f + 12);
	if (type == TYPE_VLAN && n >= ETHERNET + 4) {
		type = be16(f + 16);
		ip += 4;
	}
	if (type == TYPE_IPV4)
		return find_ipv4(f, n, ip, at);
	if (type == TYPE_IPV6)
		return find_ipv6(f, n, ip, at);
	return false;
}

bool offload_from_guest(const struct netback_packet *p, const uint8_t *frame,
			struct offload_header *h)
{
	struct place at;

	*h = (struct offload_header){ 0 };
	if (!(p->flags & XY_NETTXF_csum_blank)) {
		if (p->flags & XY_NETTXF_data_validated)
			h->flags = OFFLOAD_DATA_VALID;
		return !p->gso.size;
	}
	if (!find(frame, p->length_bytes, &at))
		return false;
	h->flags = OFFLOAD_NEEDS_CSUM;
	h->csum_start = (uint16_t)at.start;
	h->csum_offset = (uint16_t)at.field;
	if (!p->gso.size)
		return true;
	if (!at.tcp || p->gso.size < GSO_LEAST ||
	    p->gso.type != (at.ipv6 ? XY_NETIF_GSO_TYPE_TCPV6 :
				      XY_NETIF_GSO_TYPE_TCPV4))
		return false;
	h->gso_type = at.ipv6 ? OFFLOAD_GSO_TCPV6 : OFFLOAD_GSO_TCPV4;
	h->gso_size = p->gso.size;
	h->hdr_len = (uint16_t)at.end;
	return true;
}

/* The Internet checksum from start on, into start + field. */
static void fill(uint8_t *f, uint32_t n, uint32_t start, uint32_t field)
{
	uint32_t i;
	uint64_t sum = 0;

	for (i = start; i + 1 < n; i += 2)
		sum += be16(f + i);
	if (i < n)
		sum += (uint32_t)f[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	sum = ~sum & 0xffff;
	if (!sum)
		sum = 0xffff;
	f[start + field] = (uint8_t)(sum >> 8);
	f[start + field + 1] = (uint8_t)sum;
}

uint8_t offload_to_guest(const struct offload_header *h, uint8_t *frame,
			 uint32_t length_bytes, bool ipv6_ok,
			 struct netback_gso *gso)
{
	uint32_t start = h->csum_start, field = h->csum_offset;

	*gso = (struct netback_gso){ 0 };
	if (h->flags & OFFLOAD_NEEDS_CSUM) {
		bool ipv6 = length_bytes >= ETHERNET &&
			    be16(frame + 12) == TYPE_IPV6;

		if (ipv6 && !ipv6_ok && start + field + 2 <= length_bytes) {
			fill(frame, length_bytes, start, field);
			return XY_NETRXF_data_validated;
		}
		switch (h->gso_type & ~OFFLOAD_GSO_ECN) {
		case OFFLOAD_GSO_TCPV4:
			gso->type = XY_NETIF_GSO_TYPE_TCPV4;
			gso->size = h->gso_size;
			break;
		case OFFLOAD_GSO_TCPV6:
			gso->type = XY_NETIF_GSO_TYPE_TCPV6;
			gso->size = h->gso_size;
			break;
		}
		return XY_NETRXF_csum_blank | XY_NETRXF_data_validated;
	}
	return h->flags & OFFLOAD_DATA_VALID ? XY_NETRXF_data_validated : 0;
}
