// SPDX-License-Identifier: MIT
/*
 * A segment arrives at its connection: RFC 9293, section 3.10.7, in its order:
 * is it in the window, reset, SYN, acknowledgement, data, FIN.
 *
 * Rules:
 *  1. Data is copied to where it belongs in the ring even when bytes before
 *     it are missing; up to NET_HOLES runs of such bytes are remembered.
 *  2. What is out of order is answered segment by segment, so that the peer
 *     counts duplicates; what is in order once for all that came together.
 *  3. A reset counts only with exactly the next sequence number; a SYN in the
 *     middle never does harm: both are answered (RFC 5961).
 *
 * It sends nothing: it notes in the connection what tcp_out.c is to send.
 */
#include "frontend-drivers/guest/net/stack.h"

#define RTO_MIN		(200 * MS)
#define RTO_MAX		(30 * SECOND)
#define TIME_WAIT	(2 * SECOND)
#define ORPHAN		(10 * SECOND)

static void more_acks(struct tcp *c)
{
	if (c->acks < 3)
		c->acks++;
}

/* ---- acknowledgements ---- */

static void rtt_sample(struct tcp *c, uint64_t rtt)
{
	uint64_t off = rtt > c->srtt_ns ? rtt - c->srtt_ns : c->srtt_ns - rtt;

	c->rtt_running = false;
	if (!c->srtt_ns) {
		c->srtt_ns = rtt;
		c->rttvar_ns = rtt / 2;
	} else {
		c->rttvar_ns = (3 * c->rttvar_ns + off) / 4;
		c->srtt_ns = (7 * c->srtt_ns + rtt) / 8;
	}
	c->rto_ns = c->srtt_ns + 4 * c->rttvar_ns;
	if (c->rto_ns < RTO_MIN)
		c->rto_ns = RTO_MIN;
	if (c->rto_ns > RTO_MAX)
		c->rto_ns = RTO_MAX;
}

static void grow(struct tcp *c, uint32_t acked)
{
	if (c->cwnd < c->ssthresh)
		c->cwnd += acked;
	else
		c->cwnd += (uint32_t)((uint64_t)c->mss * acked / c->cwnd) + 1;
	if (c->cwnd > c->tx.size)
		c->cwnd = c->tx.size;
}

static void acked_more(struct tcp *c, uint32_t ack, uint64_t now_ns)
{
	uint32_t acked = ack - c->snd_una;

	if (c->rtt_running && seq_before(c->rtt_seq, ack))
		rtt_sample(c, now_ns - c->rtt_start_ns);
	c->snd_una = ack;
	if (seq_before(c->snd_nxt, ack))
		c->snd_nxt = ack;
	if (!c->recovering) {
		grow(c, acked);
	} else if (seq_before(ack, c->recover)) {
		c->resend = true;	/* the next hole */
	} else {
		c->recovering = false;
		c->cwnd = c->ssthresh;
	}
	c->dupacks = 0;
	c->tries = 0;
	c->timer_ns = NET_NEVER;
	if (c->snd_una != c->snd_max)
		tcp_arm(c, now_ns);
}

static void acked_again(struct tcp *c)
{
	uint32_t half = (c->snd_max - c->snd_una) / 2;

	if (++c->dupacks != 3 || c->recovering ||
	    seq_before(c->snd_una, c->recover))
		return;
	c->ssthresh = half > 2U * c->mss ? half : 2U * c->mss;
	c->cwnd = c->ssthresh;
	c->recover = c->snd_max;
	c->recovering = true;
	c->resend = true;
	c->rtt_running = false;
}

/* Where our FIN brings us once it is acknowledged. */
static void fin_acked(struct tcp *c, uint64_t now_ns)
{
	if (!c->fin_queued || c->snd_una != c->snd_end + 1)
		return;
	if (c->state == TCP_FIN_WAIT_1) {
		c->state = TCP_FIN_WAIT_2;
		if (!c->taken)
			c->timer_ns = now_ns + ORPHAN;
	} else if (c->state == TCP_CLOSING) {
		c->state = TCP_TIME_WAIT;
		c->timer_ns = now_ns + TIME_WAIT;
	} else if (c->state == TCP_LAST_ACK) {
		tcp_end(c, TCP_WHY_DONE);
	}
}

/* False: the segment is not to be looked at any further. */
static bool take_ack(struct tcp *c, const struct segment *s, uint64_t now_ns)
{
	uint32_t window = s->window << c->snd_scale;

	if (c->state == TCP_SYN_RECEIVED) {
		if (s->ack != c->iss + 1)
			return false;
		c->state = TCP_ESTABLISHED;
		c->snd_wl1 = s->seq;
		c->snd_wl2 = s->ack;
		c->snd_wnd = window;
	}
	if (seq_before(c->snd_max, s->ack)) {
		more_acks(c);
		return false;
	}
	if (seq_before(c->snd_una, s->ack))
		acked_more(c, s->ack, now_ns);
	else if (s->ack == c->snd_una && !s->bytes && window == c->snd_wnd &&
		 !(s->flags & TCP_F_FIN) && c->snd_una != c->snd_max)
		acked_again(c);
	if (seq_before(c->snd_wl1, s->seq) ||
	    (c->snd_wl1 == s->seq && seq_upto(c->snd_wl2, s->ack))) {
		c->snd_wl1 = s->seq;
		c->snd_wl2 = s->ack;
		c->snd_wnd = window;
		if (!window)
			c->tries = 0;	/* shut, but alive */
	}
	fin_acked(c, now_ns);
	return true;
}

/* ---- data ---- */

static void ring_put(struct tcp *c, const struct packet *p, uint32_t offset,
		     uint32_t seq, uint32_t n)
{
	uint32_t i = seq & (c->rx.size - 1);
	uint32_t part = least(n, c->rx.size - i);

	net_copy(p->in, offset, c->rx.at + i, part);
	net_copy(p->in, offset + part, c->rx.at, n - part);
}

/* Remembers bytes beyond a hole; without room for it they come again. */
static void run_add(struct tcp *c, uint32_t from, uint32_t to)
{
	unsigned int i;

	for (i = 0; i < c->runs; i++) {
		struct tcp_run *r = &c->run[i];

		if (seq_before(to, r->from) || seq_before(r->to, from))
			continue;
		if (seq_before(from, r->from))
			r->from = from;
		if (seq_before(r->to, to))
			r->to = to;
		return;
	}
	if (c->runs < NET_HOLES)
		c->run[c->runs++] = (struct tcp_run){ from, to };
}

/* The hole before some runs may be filled. */
static void runs_join(struct tcp *c)
{
	unsigned int i = 0;

	while (i < c->runs) {
		struct tcp_run *r = &c->run[i];

		if (seq_before(c->rcv_nxt, r->from)) {
			i++;
			continue;
		}
		if (seq_before(c->rcv_nxt, r->to))
			c->rcv_nxt = r->to;
		*r = c->run[--c->runs];
		i = 0;
	}
}

static void take_data(struct net *net, struct tcp *c, const struct packet *p,
		      const struct segment *s)
{
	uint32_t skip = seq_before(s->seq, c->rcv_nxt) ?
			c->rcv_nxt - s->seq : 0;
	uint32_t from = s->seq + skip, edge = c->rcv_read + c->rx.size, n;

	if (c->fin_seen || skip >= s->bytes || !seq_before(from, edge)) {
		more_acks(c);
		return;
	}
	n = least(s->bytes - skip, edge - from);
	ring_put(c, p, s->data + skip, from, n);
	if (from != c->rcv_nxt) {
		net->counts.out_of_order++;
		run_add(c, from, from + n);
		more_acks(c);
		return;
	}
	c->rcv_nxt += n;
	runs_join(c);
	if (!c->acks)
		c->acks = 1;
}

static void take_fin(struct tcp *c, const struct segment *s, uint64_t now_ns)
{
	if (!c->acks)
		c->acks = 1;
	if (c->fin_seen) {
		if (c->state == TCP_TIME_WAIT)
			c->timer_ns = now_ns + TIME_WAIT;
		return;
	}
	if (s->seq + s->bytes != c->rcv_nxt)
		return;		/* bytes before it are missing */
	c->rcv_nxt++;
	c->fin_seen = true;
	c->runs = 0;
	if (c->state == TCP_ESTABLISHED)
		c->state = TCP_CLOSE_WAIT;
	else if (c->state == TCP_FIN_WAIT_1)
		c->state = TCP_CLOSING;
	else if (c->state == TCP_FIN_WAIT_2) {
		c->state = TCP_TIME_WAIT;
		c->timer_ns = now_ns + TIME_WAIT;
	}
}

/* ---- handshakes ---- */

static void take_syn(struct net *net, struct tcp *c, const struct segment *s)
{
	uint16_t ours = (uint16_t)(net->mtu - IP_BYTES - TCP_BYTES);

	c->rcv_read = s->seq + 1;
	c->rcv_nxt = s->seq + 1;
	c->rcv_adv = s->seq + 1;
	c->mss = s->mss ? s->mss : 536;
	if (c->mss > ours)
		c->mss = ours;
	if (c->mss < 64)
		c->mss = 64;
	c->scaled = s->scale >= 0;
	c->snd_scale = (uint8_t)(c->scaled ? s->scale : 0);
	c->snd_wnd = s->window;
	c->snd_wl1 = s->seq;
	c->snd_wl2 = s->ack;
	c->cwnd = 10U * c->mss;
	c->ssthresh = c->tx.size;
}

static void in_syn_sent(struct net *net, struct tcp *c,
			const struct segment *s, uint64_t now_ns)
{
	bool ack = s->flags & TCP_F_ACK;

	if (!ack || s->ack != c->iss + 1)
		return;
	if (s->flags & TCP_F_RST) {
		tcp_end(c, TCP_WHY_RESET);
		return;
	}
	if (!(s->flags & TCP_F_SYN))
		return;
	take_syn(net, c, s);
	acked_more(c, s->ack, now_ns);
	c->state = TCP_ESTABLISHED;
	c->acks = 1;
}

/* Is any of it, or at least its first number, in the window? */
static bool in_window(const struct tcp *c, const struct segment *s)
{
	uint32_t window = tcp_window(c);
	uint32_t end = s->seq + s->bytes + !!(s->flags & TCP_F_SYN) +
		       !!(s->flags & TCP_F_FIN);

	return seq_before(s->seq, c->rcv_nxt + (window ? window : 1)) &&
	       seq_upto(c->rcv_nxt, end);
}

/* Answers, or ends it; false: the segment has been dealt with. */
static bool worth_reading(struct tcp *c, const struct segment *s)
{
	if (c->state == TCP_SYN_RECEIVED && s->flags & TCP_F_SYN &&
	    s->seq == c->rcv_nxt - 1) {
		c->snd_nxt = c->iss;	/* our answer was lost */
		return false;
	}
	if (!in_window(c, s)) {
		if (!(s->flags & TCP_F_RST))
			more_acks(c);
		return false;
	}
	/* A reset would end TIME_WAIT before its time (RFC 1337). */
	if (s->flags & TCP_F_RST && c->state == TCP_TIME_WAIT)
		return false;
	if (s->flags & TCP_F_RST && s->seq == c->rcv_nxt) {
		tcp_end(c, TCP_WHY_RESET);
		return false;
	}
	if (s->flags & (TCP_F_RST | TCP_F_SYN)) {
		more_acks(c);
		return false;
	}
	return s->flags & TCP_F_ACK;
}

void tcp_segment(struct net *net, struct tcp *c, const struct packet *p,
		 const struct segment *s, uint64_t now_ns)
{
	c->heard_ns = now_ns;
	if (c->state == TCP_SYN_SENT) {
		in_syn_sent(net, c, s, now_ns);
		return;
	}
	if (c->state == TCP_SYN_RECEIVED && c->snd_nxt == c->iss &&
	    c->snd_max == c->iss) {
		if (s->flags & TCP_F_SYN)
			take_syn(net, c, s);	/* the one that made it */
		return;
	}
	if (!worth_reading(c, s) || !take_ack(c, s, now_ns))
		return;
	if (c->state == TCP_CLOSED)
		return;
	if (s->bytes)
		take_data(net, c, p, s);
	/* Nobody will read what comes to a closed half. */
	if (!c->taken && c->fin_queued)
		c->rcv_read = c->rcv_nxt - c->fin_seen;
	if (s->flags & TCP_F_FIN)
		take_fin(c, s, now_ns);
}
