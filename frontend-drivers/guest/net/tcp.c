// SPDX-License-Identifier: MIT
/*
 * TCP's connections: their beginning and end, their rings as the owner sees
 * them, their clock.
 *
 * Rules:
 *  1. A byte with sequence number s lies at s mod size of its ring, so no
 *     position is kept apart from sequence numbers.
 *  2. The receive window's right edge is rcv_read + size and only grows.
 *  3. One timer a connection. What it means follows from the state: the end
 *     of TIME_WAIT, an orphan's patience, a retransmission or a window probe.
 *  4. A slot is free when its state is CLOSED and its owner let go of it.
 *     When none is free, a new peer takes the place of a connection in
 *     TIME_WAIT, then of the oldest that never finished its handshake.
 *
 * Next: tcp_in.c (segments), tcp_out.c (what is sent when).
 */
#include "frontend-drivers/guest/net/stack.h"

#define RTO_FIRST	SECOND
#define RTO_MAX		(30 * SECOND)
#define TRIES_OPEN	5
#define TRIES		8

void net_rings(struct net *net, unsigned int conn, struct tcp_ring tx,
	       struct tcp_ring rx)
{
	net->conn[conn].tx = tx;
	net->conn[conn].rx = rx;
}

void tcp_reset(struct tcp *c)
{
	struct tcp_ring tx = c->tx, rx = c->rx;

	*c = (struct tcp){ .tx = tx, .rx = rx, .timer_ns = NET_NEVER,
			   .rto_ns = RTO_FIRST };
}

void tcp_end(struct tcp *c, enum tcp_why why)
{
	c->state = TCP_CLOSED;
	c->why = why;
	c->timer_ns = NET_NEVER;
	c->acks = 0;
}

/* The end of what may be sent: behind the data, and behind a FIN. */
static uint32_t send_limit(const struct tcp *c)
{
	return c->snd_end + c->fin_queued;
}

/* ---- the clock ---- */

void tcp_arm(struct tcp *c, uint64_t now_ns)
{
	uint64_t wait_ns = c->rto_ns << c->tries;

	c->timer_ns = now_ns + (wait_ns < RTO_MAX ? wait_ns : RTO_MAX);
}

void tcp_clock(struct tcp *c, uint64_t now_ns)
{
	bool opening = c->state == TCP_SYN_SENT ||
		       c->state == TCP_SYN_RECEIVED;

	if (now_ns < c->timer_ns)
		return;
	c->timer_ns = NET_NEVER;
	if (c->state == TCP_TIME_WAIT || c->state == TCP_FIN_WAIT_2) {
		tcp_end(c, TCP_WHY_DONE);
		return;
	}
	if (!opening && send_limit(c) == c->snd_una)
		return;
	if (++c->tries > (opening ? TRIES_OPEN : TRIES)) {
		tcp_end(c, TCP_WHY_TIMEOUT);
		return;
	}
	/* All that is on its way counts as lost; begin anew, slowly. */
	if (c->snd_una != c->snd_max && c->mss) {
		uint32_t half = (c->snd_max - c->snd_una) / 2;

		c->ssthresh = half > 2U * c->mss ? half : 2U * c->mss;
		c->cwnd = c->mss;
	}
	c->snd_nxt = c->snd_una;
	c->probe = c->snd_wnd == 0;
	c->recovering = false;
	c->recover = c->snd_max;
	c->resend = false;
	c->rtt_running = false;
	c->dupacks = 0;
	tcp_arm(c, now_ns);
}

/* ---- beginnings ---- */

/* Not cryptographic: hard to guess for who cannot see our packets. */
static uint32_t first_seq(const struct net *net, const struct tcp *c,
			  uint64_t now_ns)
{
	uint64_t x = net->secret ^ ((uint64_t)c->peer << 32 |
		     (uint32_t)c->peer_port << 16 | c->port);

	for (int i = 0; i < 3; i++) {
		x ^= x >> 32;
		x *= 0x9e3779b97f4a7c15ULL;
		x += net->secret;
	}
	return (uint32_t)(x >> 32) + (uint32_t)(now_ns >> 12);
}

static void tcp_begin(struct net *net, struct tcp *c, uint64_t now_ns)
{
	c->iss = first_seq(net, c, now_ns);
	c->snd_una = c->iss;
	c->snd_nxt = c->iss;
	c->snd_max = c->iss;
	c->snd_end = c->iss + 1;
	c->recover = c->iss;
	c->heard_ns = now_ns;
	while (c->rx.size >> c->rcv_scale > 0xffff)
		c->rcv_scale++;
	tcp_arm(c, now_ns);
}

/* A slot for a new connection, emptied; see rule 4. */
static struct tcp *tcp_slot(struct net *net, bool passive)
{
	struct tcp *best = NULL;

	for (unsigned int i = 0; i < NET_CONNS; i++) {
		struct tcp *c = &net->conn[i];
		int rank = c->state == TCP_CLOSED ? 3 :
			   c->state == TCP_TIME_WAIT ? 2 :
			   c->state == TCP_SYN_RECEIVED && passive ? 1 : 0;
		int best_rank = !best ? 0 :
				best->state == TCP_CLOSED ? 3 :
				best->state == TCP_TIME_WAIT ? 2 : 1;

		if (c->taken || c->rst_due || !c->rx.size || rank == 0)
			continue;
		if (rank > best_rank || (rank == best_rank &&
					 c->heard_ns < best->heard_ns))
			best = c;
	}
	if (best)
		tcp_reset(best);
	return best;
}

struct tcp *tcp_connect(struct net *net, uint32_t ip, uint16_t port,
			uint64_t now_ns)
{
	struct tcp *c = tcp_slot(net, false);

	if (!c)
		return NULL;
	c->state = TCP_SYN_SENT;
	c->taken = true;
	c->peer = ip;
	c->peer_port = port;
	c->port = net->next_port;
	net->next_port = (uint16_t)(net->next_port == 65535 ? 49152 :
				    net->next_port + 1);
	tcp_begin(net, c, now_ns);
	return c;
}

static struct tcp *tcp_find(struct net *net, uint32_t peer,
			    const struct segment *s)
{
	for (unsigned int i = 0; i < NET_CONNS; i++) {
		struct tcp *c = &net->conn[i];

		if (c->state != TCP_CLOSED && c->peer == peer &&
		    c->peer_port == s->src_port && c->port == s->dst_port)
			return c;
	}
	return NULL;
}

static void tcp_open(struct net *net, const struct packet *p,
		     const struct segment *s, uint64_t now_ns)
{
	struct tcp *c = tcp_slot(net, true);

	if (!c)
		return;
	c->state = TCP_SYN_RECEIVED;
	c->passive = true;
	c->peer = p->src;
	c->peer_port = s->src_port;
	c->port = s->dst_port;
	memcpy(c->peer_mac, p->head + ETH_SRC, 6);
	c->mac_known = true;
	tcp_begin(net, c, now_ns);
	tcp_segment(net, c, p, s, now_ns);
}

/* ---- segments, before it is known whose they are ---- */

static void options(struct segment *s, const uint8_t *o, uint32_t n)
{
	while (n && *o != TCP_OPT_END) {
		uint32_t bytes = *o == TCP_OPT_NOP ? 1 : n > 1 ? o[1] : 0;

		if (bytes > n || (bytes < 2 && *o != TCP_OPT_NOP))
			return;
		if (*o == TCP_OPT_MSS && bytes == 4)
			s->mss = get16(o + 2);
		if (*o == TCP_OPT_SCALE && bytes == 3)
			s->scale = o[2] < 14 ? o[2] : 14;
		o += bytes;
		n -= bytes;
	}
}

static bool tcp_parse(struct net *net, const struct packet *p,
		      struct segment *s)
{
	const uint8_t *t = p->head + p->l4;
	uint32_t head;

	if (p->l4_bytes < TCP_BYTES)
		return false;
	head = (t[TCP_OFFSET] >> 4) * 4U;
	if (head < TCP_BYTES || head > p->l4_bytes ||
	    p->l4 + head > p->head_bytes)
		return false;
	if (!p->in->csum_good &&
	    net_fold(net_pseudo(p->src, net->ip, IP_TCP, p->l4_bytes) +
		     net_sum_frame(p->in, p->l4, p->l4_bytes)) != 0xffff)
		return false;
	*s = (struct segment){
		.seq = get32(t + TCP_SEQ), .ack = get32(t + TCP_ACK),
		.window = get16(t + TCP_WINDOW), .flags = t[TCP_FLAGS],
		.src_port = get16(t + TCP_SRC), .dst_port = get16(t + TCP_DST),
		.scale = -1, .data = p->l4 + head,
		.bytes = p->l4_bytes - head,
	};
	options(s, t + TCP_BYTES, head - TCP_BYTES);
	return true;
}

/* A segment that is nobody's. */
static enum net_verdict refuse(struct net *net, const struct packet *p,
			       const struct segment *s, struct net_out *out)
{
	uint32_t len = s->bytes + !!(s->flags & TCP_F_SYN) +
		       !!(s->flags & TCP_F_FIN);
	bool ack = s->flags & TCP_F_ACK;
	uint8_t *t;

	if (!out || s->flags & TCP_F_RST)
		return NET_DONE;
	t = net_begin(net, out, p->head + ETH_SRC, p->src, IP_TCP, TCP_BYTES,
		      TCP_BYTES);
	memset(t, 0, TCP_BYTES);
	put16(t + TCP_SRC, s->dst_port);
	put16(t + TCP_DST, s->src_port);
	put32(t + TCP_SEQ, ack ? s->ack : 0);
	put32(t + TCP_ACK, ack ? 0 : s->seq + len);
	t[TCP_OFFSET] = TCP_BYTES / 4 << 4;
	t[TCP_FLAGS] = ack ? TCP_F_RST : TCP_F_RST | TCP_F_ACK;
	net_end(net, out, IP_TCP, TCP_CSUM);
	return NET_REPLY;
}

enum net_verdict tcp_input(struct net *net, const struct packet *p,
			   struct net_out *out, uint64_t now_ns)
{
	struct segment s;
	struct tcp *c;

	if (!tcp_parse(net, p, &s)) {
		net->counts.in_bad++;
		return NET_DONE;
	}
	c = tcp_find(net, p->src, &s);
	/* A port that comes back: a higher number cannot be an old segment. */
	if (c && c->state == TCP_TIME_WAIT && s.flags == TCP_F_SYN &&
	    seq_before(c->rcv_nxt, s.seq)) {
		tcp_end(c, TCP_WHY_DONE);
		c = NULL;
	}
	if (c) {
		tcp_segment(net, c, p, &s, now_ns);
		return NET_TCP;
	}
	if (!net->listen_port || s.dst_port != net->listen_port ||
	    (s.flags & (TCP_F_SYN | TCP_F_ACK | TCP_F_RST)) != TCP_F_SYN)
		return refuse(net, p, &s, out);
	tcp_open(net, p, &s, now_ns);
	return NET_TCP;
}

/* ---- the owner's side ---- */

struct tcp *tcp_accept(struct net *net)
{
	for (unsigned int i = 0; i < NET_CONNS; i++) {
		struct tcp *c = &net->conn[i];

		if (c->passive && !c->taken &&
		    (c->state == TCP_ESTABLISHED ||
		     c->state == TCP_CLOSE_WAIT)) {
			c->taken = true;
			return c;
		}
	}
	return NULL;
}

uint32_t tcp_free(const struct tcp *c)
{
	/* Before our SYN is acknowledged, una is one below the first byte. */
	uint32_t una = c->snd_una == c->iss ? c->iss + 1 : c->snd_una;

	if (c->fin_queued)
		return 0;
	return c->tx.size - (c->snd_end - una);
}

uint32_t tcp_room(const struct tcp *c, uint8_t **at)
{
	uint32_t i = c->snd_end & (c->tx.size - 1);

	*at = c->tx.at + i;
	return c->state == TCP_CLOSED ? 0 :
	       least(tcp_free(c), c->tx.size - i);
}

void tcp_commit(struct tcp *c, uint32_t bytes)
{
	c->snd_end += bytes;
}

uint32_t tcp_write(struct tcp *c, const void *data, uint32_t bytes)
{
	const uint8_t *from = data;
	uint32_t left = bytes, part;
	uint8_t *at;

	while (left && (part = least(left, tcp_room(c, &at))) != 0) {
		memcpy(at, from, part);
		tcp_commit(c, part);
		from += part;
		left -= part;
	}
	return bytes - left;
}

uint32_t tcp_ready(const struct tcp *c, const uint8_t **at)
{
	uint32_t i = c->rcv_read & (c->rx.size - 1);

	*at = c->rx.at + i;
	return least(c->rcv_nxt - c->fin_seen - c->rcv_read, c->rx.size - i);
}

uint32_t tcp_window(const struct tcp *c)
{
	return c->rx.size - (c->rcv_nxt - c->fin_seen - c->rcv_read);
}

void tcp_take(struct tcp *c, uint32_t bytes)
{
	c->rcv_read += bytes;
	/* The peer hears of new room when it is worth a packet. */
	if (c->rcv_read + c->rx.size - c->rcv_adv >= c->rx.size / 4 &&
	    c->acks == 0 && !c->fin_seen && c->state != TCP_CLOSED)
		c->acks = 1;
}

bool tcp_at_end(const struct tcp *c)
{
	const uint8_t *at;

	return (c->fin_seen || c->state == TCP_CLOSED) && !tcp_ready(c, &at);
}

bool tcp_all_sent(const struct tcp *c)
{
	return c->snd_una != c->iss && seq_upto(c->snd_end, c->snd_una);
}

void tcp_shutdown(struct tcp *c)
{
	if (c->state == TCP_ESTABLISHED)
		c->state = TCP_FIN_WAIT_1;
	else if (c->state == TCP_CLOSE_WAIT)
		c->state = TCP_LAST_ACK;
	else
		return;
	c->fin_queued = true;
}

void tcp_close(struct tcp *c)
{
	tcp_shutdown(c);
	c->taken = false;
	c->rcv_read = c->rcv_nxt - c->fin_seen;
	if (c->state == TCP_SYN_SENT || c->state == TCP_CLOSED)
		tcp_reset(c);
	else if (c->state == TCP_FIN_WAIT_2)
		c->timer_ns = c->heard_ns + 10 * SECOND;
}

void tcp_abort(struct tcp *c)
{
	bool said = c->state != TCP_CLOSED && c->state != TCP_SYN_SENT &&
		    c->state != TCP_TIME_WAIT;

	tcp_end(c, TCP_WHY_DONE);
	c->taken = false;
	c->rst_due = said;
}
