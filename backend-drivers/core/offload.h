/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Translating offloads between a network ring and a TAP's packet header.
 *
 * Both worlds leave a checksum half done (the pseudo header is summed, the
 * rest is not) and a large TCP packet in one piece. The ring says only that it
 * is so; the TAP's header also says where, which has to be found in the packet.
 */
#ifndef BACKEND_DRIVERS_CORE_OFFLOAD_H
#define BACKEND_DRIVERS_CORE_OFFLOAD_H

#include "backend-drivers/core/netback.h"

#define OFFLOAD_NEEDS_CSUM	1	/* flags */
#define OFFLOAD_DATA_VALID	2
#define OFFLOAD_GSO_NONE	0	/* gso_type */
#define OFFLOAD_GSO_TCPV4	1
#define OFFLOAD_GSO_TCPV6	4
#define OFFLOAD_GSO_ECN		0x80

/* The TAP's header (virtio's, without the buffer count), native order. */
struct offload_header {
	uint8_t flags;
	uint8_t gso_type;
	uint16_t hdr_len;
	uint16_t gso_size;
	uint16_t csum_start;
	uint16_t csum_offset;
};
XY_SIZE(struct offload_header, 10);

/*
 * The header for a packet from the guest. False: the packet cannot be what its
 * flags say (no TCP or UDP header where the checksum is blank): drop it.
 */
bool offload_from_guest(const struct netback_packet *p, const uint8_t *frame,
			struct offload_header *h);
/*
 * For a packet to the guest: the ring's flags and *gso. Where the guest cannot
 * finish a checksum (ipv6_ok false and the packet is IPv6), it is done here.
 */
uint8_t offload_to_guest(const struct offload_header *h, uint8_t *frame,
			 uint32_t length_bytes, bool ipv6_ok,
			 struct netback_gso *gso);

#endif
