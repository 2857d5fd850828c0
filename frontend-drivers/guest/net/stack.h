/* SPDX-License-Identifier: MIT */
/*
 * What the stack's own files share: sums, heads, neighbours, the way from an
 * IPv4 packet to its connection.  Nobody else includes it.
 */
#ifndef GUEST_NET_STACK_H
#define GUEST_NET_STACK_H

#include <string.h>

#include "frontend-drivers/guest/net/net.h"
#include "frontend-drivers/guest/net/wire.h"

#define NET_HEADERS_MAX	(ETH_BYTES + 60 + 60)
#define MS		1000000ULL	/* nanoseconds */
#define SECOND		(1000 * MS)

/* An IPv4 packet for us. Its headers are copied once; offsets are from the
 * frame's first byte. */
struct packet {
	const struct net_in *in;
	uint8_t head[NET_HEADERS_MAX];
	uint32_t head_bytes;	/* of them there are */
	uint32_t src;
	uint8_t protocol;
	uint32_t l4, l4_bytes;	/* what IP carries */
};

struct segment {
	uint32_t seq, ack, window;	/* window not scaled yet */
	uint16_t src_port, dst_port;
	uint8_t flags;
	uint16_t mss;			/* 0: not said */
	int scale;			/* -1: not said */
	uint32_t data, bytes;		/* payload: offset in the frame */
};

/* Sums of 16-bit words, in the machine's own order; n bytes from an even
 * place. net_fold() makes 16 bits of one. */
uint64_t net_sum(uint64_t sum, const uint8_t *p, uint32_t n);
uint16_t net_fold(uint64_t sum);
uint64_t net_pseudo(uint32_t src, uint32_t dst, uint8_t protocol,
		    uint32_t bytes);

/* n bytes of the frame from offset; the frame must have them. */
void net_copy(const struct net_in *in, uint32_t offset, uint8_t *to,
	      uint32_t n);
/* The sum of n bytes of the frame from offset. */
uint64_t net_sum_frame(const struct net_in *in, uint32_t offset, uint32_t n);

/*
 * Begins a frame: Ethernet and IPv4 head for l4_bytes behind it, of which
 * head_bytes come next in the head. Returns where.
 */
uint8_t *net_begin(struct net *net, struct net_out *out, const uint8_t mac[6],
		   uint32_t dst, uint8_t protocol, uint32_t head_bytes,
		   uint32_t l4_bytes);
/* Writes the TCP or UDP sum, or leaves it to the device. */
void net_end(struct net *net, struct net_out *out, uint8_t protocol,
	     uint32_t csum_offset);
/* The MAC address on the way to ip; NULL: asked for, or soon. */
const uint8_t *net_resolve(struct net *net, uint32_t ip, uint64_t now_ns);

enum net_verdict tcp_input(struct net *net, const struct packet *p,
			   struct net_out *out, uint64_t now_ns);
/* One step of a connection's life for a segment that belongs to it. */
void tcp_segment(struct net *net, struct tcp *c, const struct packet *p,
		 const struct segment *s, uint64_t now_ns);
bool tcp_output(struct net *net, struct tcp *c, struct net_out *out,
		uint64_t now_ns);
/* What the clock does to it, before it is asked for output. */
void tcp_clock(struct tcp *c, uint64_t now_ns);
void tcp_end(struct tcp *c, enum tcp_why why);
/* Makes a closed one ready for a new life, its rings apart. */
void tcp_reset(struct tcp *c);
void tcp_arm(struct tcp *c, uint64_t now_ns);
/* Bytes that may still be written and read. */
uint32_t tcp_free(const struct tcp *c);
uint32_t tcp_window(const struct tcp *c);

static inline bool seq_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static inline bool seq_upto(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) <= 0;
}

static inline uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

#endif
