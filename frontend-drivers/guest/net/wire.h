/* SPDX-License-Identifier: MIT */
/*
 * What stands where in the packets that the stack speaks: Ethernet, ARP,
 * IPv4, ICMP, UDP, TCP.  Offsets in bytes from the header's own beginning;
 * numbers on the wire are big-endian and read and written one by one, so that
 * no packet needs an alignment.
 *
 * Source: RFC 826, 791, 792, 768, 9293, 7323.
 */
#ifndef GUEST_NET_WIRE_H
#define GUEST_NET_WIRE_H

#include <stdint.h>

#define ETH_DST		0
#define ETH_SRC		6
#define ETH_TYPE	12
#define ETH_BYTES	14
#define ETH_TYPE_IPV4	0x0800
#define ETH_TYPE_ARP	0x0806

#define ARP_KIND	0	/* hardware 1, protocol IPv4, lengths 6 and 4 */
#define ARP_OP		6
#define ARP_SENDER_MAC	8
#define ARP_SENDER_IP	14
#define ARP_TARGET_MAC	18
#define ARP_TARGET_IP	24
#define ARP_BYTES	28
#define ARP_REQUEST	1
#define ARP_REPLY	2

#define IP_VERSION	0	/* and header length in words */
#define IP_TOTAL	2
#define IP_ID		4
#define IP_FRAGMENT	6	/* flags and offset */
#define IP_TTL		8
#define IP_PROTOCOL	9
#define IP_CSUM		10
#define IP_SRC		12
#define IP_DST		16
#define IP_BYTES	20	/* without options, which we never send */
#define IP_DONT_FRAGMENT 0x4000
#define IP_IS_FRAGMENT	0x3fff	/* more follow, or not at offset 0 */
#define IP_ICMP		1
#define IP_TCP		6
#define IP_UDP		17

#define ICMP_TYPE	0
#define ICMP_CODE	1
#define ICMP_CSUM	2
#define ICMP_BYTES	8
#define ICMP_ECHO_REPLY	0
#define ICMP_UNREACHABLE 3
#define ICMP_ECHO	8
#define ICMP_CODE_PORT	3

#define UDP_SRC		0
#define UDP_DST		2
#define UDP_LENGTH	4
#define UDP_CSUM	6
#define UDP_BYTES	8
#define UDP_PORT_ECHO	7

#define TCP_SRC		0
#define TCP_DST		2
#define TCP_SEQ		4
#define TCP_ACK		8
#define TCP_OFFSET	12	/* header length in words, upper four bits */
#define TCP_FLAGS	13
#define TCP_WINDOW	14
#define TCP_CSUM	16
#define TCP_BYTES	20
#define TCP_F_FIN	1
#define TCP_F_SYN	2
#define TCP_F_RST	4
#define TCP_F_PSH	8
#define TCP_F_ACK	16
#define TCP_OPT_END	0
#define TCP_OPT_NOP	1
#define TCP_OPT_MSS	2	/* of 4 bytes */
#define TCP_OPT_SCALE	3	/* of 3 bytes */

static inline uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static inline void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

#endif
