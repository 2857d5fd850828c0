/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A stack that listens and the peer who talks to it, one segment at a time:
 * give() hands one in, SENT() says what must come out, QUIET() that nothing
 * must.  Included by one test program each.
 */
#ifndef TESTS_NET_TCP_PEER_H
#define TESTS_NET_TCP_PEER_H

#include "peer.h"

#define MS	1000000ULL
#define PORT	80
#define ISS	1000u		/* the peer's first number */

static struct net net;
static uint8_t head[NET_HEAD_BYTES], frame[FRAME_MAX], flat[FRAME_MAX];
static uint8_t tx[NET_CONNS][8192], rx[NET_CONNS][8192];
static struct net_out out;
static uint64_t now;
static const uint8_t *t = flat + 34;	/* the last segment that was sent */
static size_t data_bytes;		/* its payload, at data() */

static const uint8_t options[] = { 2, 4, 0x05, 0xb4, 1, 3, 3, 2 };

static inline int setup(void **state)
{
	(void)state;
	now = 1000 * MS;
	net_init(&net, our_mac, OURS, 0xffffff00, 77);
	net.listen_port = PORT;
	out = (struct net_out){ .head = head };
	for (unsigned int i = 0; i < NET_CONNS; i++)
		net_rings(&net, i, (struct tcp_ring){ tx[i], 8192 },
			  (struct tcp_ring){ rx[i], 8192 });
	return 0;
}

static inline const uint8_t *data(void)
{
	return t + (t[TCP_OFFSET] >> 4) * 4;
}

static inline enum net_verdict give(struct peer_segment s)
{
	if (!s.dst)
		s.dst = PORT;
	if (!s.src)
		s.src = 5555;
	if (!s.window)
		s.window = 1000;	/* scaled by four: 4000 bytes */
	return hand_in(&net, frame, peer_tcp(frame, &s), &out, now);
}

/* True: something was sent; it is in flat. */
static inline bool sent(void)
{
	size_t n;

	if (!net_output(&net, &out, now))
		return false;
	n = flatten(&out, flat);
	assert_sums(flat, n);
	assert_memory_equal(flat, their_mac, 6);
	data_bytes = n - 34 - (size_t)(t[TCP_OFFSET] >> 4) * 4;
	return true;
}

#define SENT(flag_bits, seq_, ack_, bytes)				\
	do {								\
		assert_true(sent());					\
		assert_int_equal(t[TCP_FLAGS] & ~TCP_F_PSH, flag_bits);	\
		assert_int_equal(get32(t + TCP_SEQ), (uint32_t)(seq_));	\
		assert_int_equal(get32(t + TCP_ACK), (uint32_t)(ack_));	\
		assert_int_equal(data_bytes, bytes);			\
	} while (0)
#define QUIET() assert_false(sent())

/* A connection from the peer, accepted; returns our first number. */
static inline struct tcp *opened(uint32_t *iss)
{
	struct tcp *c;

	give((struct peer_segment){ .seq = ISS, .flags = TCP_F_SYN,
				    .options = options, .option_bytes = 8 });
	assert_true(sent());
	assert_int_equal(t[TCP_FLAGS], TCP_F_SYN | TCP_F_ACK);
	assert_int_equal(get32(t + TCP_ACK), ISS + 1);
	*iss = get32(t + TCP_SEQ);
	assert_null(tcp_accept(&net));
	give((struct peer_segment){ .seq = ISS + 1, .ack = *iss + 1,
				    .flags = TCP_F_ACK });
	QUIET();
	c = tcp_accept(&net);
	assert_non_null(c);
	assert_int_equal(c->state, TCP_ESTABLISHED);
	assert_null(tcp_accept(&net));
	return c;
}

#endif
