/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A peer for the stack's tests that is written down packet by packet: it makes
 * frames from numbers and looks at what comes back.  It shares no code with
 * the stack but the offsets of wire.h; its checksums are its own.
 *
 * The stack under test is 10.9.0.2, the peer 10.9.0.1.
 */
#ifndef TESTS_NET_PEER_H
#define TESTS_NET_PEER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "frontend-drivers/guest/net/net.h"
#include "frontend-drivers/guest/net/wire.h"

#define OURS	0x0a090002u
#define THEIRS	0x0a090001u
#define FRAME_MAX 70000

static const uint8_t our_mac[6] = { 0, 0x16, 0x3e, 0, 0, 2 };
static const uint8_t their_mac[6] = { 0, 0x16, 0x3e, 0, 0, 1 };

static inline uint16_t plain_sum(uint32_t sum, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The TCP or UDP sum over everything, as a receiver makes it: 0xffff is good */
static inline uint16_t l4_sum(const uint8_t *ip, size_t l4_bytes)
{
	uint32_t pseudo = (uint32_t)(plain_sum(0, ip + IP_SRC, 8) +
				     ip[IP_PROTOCOL] + l4_bytes);

	return plain_sum(pseudo, ip + IP_BYTES, l4_bytes);
}

/* An Ethernet and IPv4 head from the peer; returns the frame's length. */
static inline size_t peer_ip(uint8_t *f, uint8_t protocol, size_t l4_bytes)
{
	uint8_t *ip = f + ETH_BYTES;

	memcpy(f + ETH_DST, our_mac, 6);
	memcpy(f + ETH_SRC, their_mac, 6);
	put16(f + ETH_TYPE, ETH_TYPE_IPV4);
	memset(ip, 0, IP_BYTES);
	ip[0] = 0x45;
	put16(ip + IP_TOTAL, (uint32_t)(IP_BYTES + l4_bytes));
	ip[IP_TTL] = 64;
	ip[IP_PROTOCOL] = protocol;
	put32(ip + IP_SRC, THEIRS);
	put32(ip + IP_DST, OURS);
	put16(ip + IP_CSUM, 0xffffu & ~(uint32_t)plain_sum(0, ip, IP_BYTES));
	return ETH_BYTES + IP_BYTES + l4_bytes;
}

struct peer_segment {
	uint16_t src, dst;
	uint32_t seq, ack;
	unsigned int flags, window;
	const uint8_t *options;
	size_t option_bytes;
	const void *data;
	size_t bytes;
};

static inline size_t peer_tcp(uint8_t *f, const struct peer_segment *s)
{
	size_t head = TCP_BYTES + s->option_bytes;
	uint8_t *t = f + ETH_BYTES + IP_BYTES;
	size_t n = peer_ip(f, IP_TCP, head + s->bytes);

	memset(t, 0, TCP_BYTES);
	put16(t + TCP_SRC, s->src);
	put16(t + TCP_DST, s->dst);
	put32(t + TCP_SEQ, s->seq);
	put32(t + TCP_ACK, s->ack);
	t[TCP_OFFSET] = (uint8_t)(head / 4 << 4);
	t[TCP_FLAGS] = (uint8_t)s->flags;
	put16(t + TCP_WINDOW, s->window);
	if (s->option_bytes)
		memcpy(t + TCP_BYTES, s->options, s->option_bytes);
	if (s->bytes)
		memcpy(t + head, s->data, s->bytes);
	put16(t + TCP_CSUM, 0xffffu & ~(uint32_t)
	      l4_sum(t - IP_BYTES, head + s->bytes));
	return n;
}

static inline size_t peer_udp(uint8_t *f, uint16_t src, uint16_t dst,
			      const void *data, size_t bytes)
{
	uint8_t *u = f + ETH_BYTES + IP_BYTES;
	size_t n = peer_ip(f, IP_UDP, UDP_BYTES + bytes);

	put16(u + UDP_SRC, src);
	put16(u + UDP_DST, dst);
	put16(u + UDP_LENGTH, (uint32_t)(UDP_BYTES + bytes));
	put16(u + UDP_CSUM, 0);
	memcpy(u + UDP_BYTES, data, bytes);
	put16(u + UDP_CSUM, 0xffffu & ~(uint32_t)
	      l4_sum(u - IP_BYTES, UDP_BYTES + bytes));
	return n;
}

static inline size_t peer_arp(uint8_t *f, uint16_t op, uint32_t target)
{
	uint8_t *a = f + ETH_BYTES;

	memset(f, 0xff, 6);
	memcpy(f + ETH_SRC, their_mac, 6);
	put16(f + ETH_TYPE, ETH_TYPE_ARP);
	put16(a, 1);
	put16(a + 2, ETH_TYPE_IPV4);
	a[4] = 6;
	a[5] = 4;
	put16(a + ARP_OP, op);
	memcpy(a + ARP_SENDER_MAC, their_mac, 6);
	put32(a + ARP_SENDER_IP, THEIRS);
	memset(a + ARP_TARGET_MAC, 0, 6);
	put32(a + ARP_TARGET_IP, target);
	return ETH_BYTES + ARP_BYTES;
}

/* An outgoing frame in one piece, its blank sum filled in as a NIC does. */
static inline size_t flatten(const struct net_out *out, uint8_t *to)
{
	size_t n = out->head_bytes, start = out->csum_start;

	memcpy(to, out->head, n);
	for (int i = 0; i < 2; i++) {
		if (out->data[i].bytes)
			memcpy(to + n, out->data[i].at, out->data[i].bytes);
		n += out->data[i].bytes;
	}
	if (out->csum_blank)
		put16(to + start + out->csum_offset, 0xffffu & ~(uint32_t)
		      plain_sum(0, to + start, n - start));
	return n;
}

/* A frame in a block of exactly its size, for the sanitizer. */
static inline enum net_verdict hand_in(struct net *net, const uint8_t *f,
				       size_t n, struct net_out *out,
				       uint64_t now_ns)
{
	uint8_t *exact = malloc(n ? n : 1);
	struct net_in in = { .piece = { { exact, (uint32_t)n } },
			     .pieces = 1 };
	struct net_udp udp;
	enum net_verdict v;

	assert_non_null(exact);
	memcpy(exact, f, n);
	v = net_input(net, &in, out, &udp, now_ns);
	free(exact);
	return v;
}

/* Both IP and TCP or UDP sums of a frame that we sent must be good. */
static inline void assert_sums(const uint8_t *f, size_t n)
{
	const uint8_t *ip = f + ETH_BYTES;

	assert_int_equal(get16(ip + IP_TOTAL), n - ETH_BYTES);
	assert_int_equal(plain_sum(0, ip, IP_BYTES), 0xffff);
	if (ip[IP_PROTOCOL] != IP_ICMP)
		assert_int_equal(l4_sum(ip, n - ETH_BYTES - IP_BYTES), 0xffff);
	else
		assert_int_equal(plain_sum(0, ip + IP_BYTES,
					   n - ETH_BYTES - IP_BYTES), 0xffff);
}

#endif
