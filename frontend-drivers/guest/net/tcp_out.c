// SPDX-License-Identifier: MIT
/*
 * What a connection sends, one segment at a call.
 *
 * In this order: a reset; SYN; the segment that was lost; new data with, at
 * its end, FIN; an acknowledgement alone.
 *
 * Rules:
 *  1. New data stays within the peer's window and the congestion window; with
 *     the peer's window shut, one byte now and then (a probe).
 *  2. A short segment waits while something is on its way, unless it is the
 *     last (Nagle); so does one that is short for want of window.
 *  3. With segmentation offload a segment may be many: whole ones, except at
 *     the end of the data.
 *  4. The payload is not copied: the frame points into the sending ring.
 */
#include "frontend-drivers/guest/net/stack.h"

#define OPTIONS_BYTES	8	/* MSS, one NOP, window scale */

static void window_said(struct tcp *c, uint8_t *t, bool syn)
{
	uint32_t window = tcp_window(c);
	unsigned int scale = syn || !c->scaled ? 0 : c->rcv_scale;

	window = least(window >> scale, 0xffff);
	put16(t + TCP_WINDOW, window);
	c->rcv_adv = c->rcv_nxt + (window << scale);
}

/* Begins a segment; the head's length counts its options. */
static uint8_t *seg_begin(struct net *net, struct tcp *c, struct net_out *out,
			  uint32_t seq, uint32_t head, uint32_t bytes)
{
	uint8_t *t = net_begin(net, out, c->peer_mac, c->peer, IP_TCP, head,
			       head + bytes);

	memset(t, 0, head);
	put16(t + TCP_SRC, c->port);
	put16(t + TCP_DST, c->peer_port);
	put32(t + TCP_SEQ, seq);
	t[TCP_OFFSET] = (uint8_t)(head / 4 << 4);
	if (c->state != TCP_SYN_SENT) {
		put32(t + TCP_ACK, c->rcv_nxt);
		t[TCP_FLAGS] = TCP_F_ACK;
	}
	return t;
}

static void send_reset(struct net *net, struct tcp *c, struct net_out *out)
{
	uint8_t *t = seg_begin(net, c, out, c->snd_nxt, TCP_BYTES, 0);

	t[TCP_FLAGS] |= TCP_F_RST;
	net_end(net, out, IP_TCP, TCP_CSUM);
	c->rst_due = false;
}

static void sent_upto(struct net *net, struct tcp *c, uint32_t seq,
		      uint32_t end, uint64_t now_ns)
{
	if (seq_before(seq, c->snd_max))
		net->counts.resent++;
	else if (!c->rtt_running && end != seq) {
		c->rtt_running = true;
		c->rtt_seq = seq;
		c->rtt_start_ns = now_ns;
	}
	if (seq_before(c->snd_max, end))
		c->snd_max = end;
	if (end != seq && (c->timer_ns == NET_NEVER || seq == c->snd_una))
		tcp_arm(c, now_ns);
}

static void send_syn(struct net *net, struct tcp *c, struct net_out *out,
		     uint64_t now_ns)
{
	bool scale = c->state == TCP_SYN_SENT || c->scaled;
	uint8_t *t = seg_begin(net, c, out, c->iss,
			       TCP_BYTES + OPTIONS_BYTES, 0);
	uint8_t *o = t + TCP_BYTES;

	t[TCP_FLAGS] |= TCP_F_SYN;
	window_said(c, t, true);
	o[0] = TCP_OPT_MSS;
	o[1] = 4;
	put16(o + 2, net->mtu - IP_BYTES - TCP_BYTES);
	if (scale) {
		o[4] = TCP_OPT_NOP;
		o[5] = TCP_OPT_SCALE;
		o[6] = 3;
		o[7] = c->rcv_scale;
	}
	net_end(net, out, IP_TCP, TCP_CSUM);
	c->snd_nxt = c->iss + 1;
	sent_upto(net, c, c->iss, c->iss + 1, now_ns);
	c->acks = 0;
}

static void send_data(struct net *net, struct tcp *c, struct net_out *out,
		      uint32_t seq, uint32_t bytes)
{
	uint32_t i = seq & (c->tx.size - 1);
	uint32_t part = least(bytes, c->tx.size - i);
	bool fin = c->fin_queued && seq + bytes == c->snd_end;
	uint8_t *t = seg_begin(net, c, out, seq, TCP_BYTES, bytes);

	if (fin)
		t[TCP_FLAGS] |= TCP_F_FIN;
	if (bytes && seq + bytes == c->snd_end)
		t[TCP_FLAGS] |= TCP_F_PSH;
	window_said(c, t, false);
	out->data[0] = (struct net_piece){ c->tx.at + i, part };
	out->data[1] = (struct net_piece){ c->tx.at, bytes - part };
	if (bytes > c->mss)
		out->gso_bytes = c->mss;
	net_end(net, out, IP_TCP, TCP_CSUM);
}

/* Bytes that may go now, from snd_nxt. */
static uint32_t sendable(const struct net *net, const struct tcp *c)
{
	uint32_t flight = c->snd_nxt - c->snd_una;
	uint32_t window = least(c->snd_wnd, c->cwnd);
	uint32_t usable = window > flight ? window - flight : 0;
	uint32_t avail = seq_before(c->snd_nxt, c->snd_end) ?
			 c->snd_end - c->snd_nxt : 0;
	uint32_t most = c->mss, n;

	if (net->gso_max > most)
		most = net->gso_max - net->gso_max % c->mss;
	n = least(least(avail, usable), most);
	if (n > c->mss && n < avail)
		n -= n % c->mss;
	if (n < c->mss && flight && (n < avail || !c->fin_queued))
		n = 0;
	if (!n && avail && c->probe)
		n = 1;
	return n;
}

static bool send_lost(struct net *net, struct tcp *c, struct net_out *out,
		      uint64_t now_ns)
{
	uint32_t n = seq_before(c->snd_una, c->snd_end) ?
		     least(c->mss, c->snd_end - c->snd_una) : 0;

	c->resend = false;
	if (c->snd_una == c->snd_max)
		return false;
	send_data(net, c, out, c->snd_una, n);
	sent_upto(net, c, c->snd_una, c->snd_una + n, now_ns);
	c->acks = 0;
	return true;
}

static bool send_new(struct net *net, struct tcp *c, struct net_out *out,
		     uint64_t now_ns)
{
	uint32_t n = sendable(net, c), seq = c->snd_nxt, end = seq + n;

	/* FIN goes with the last byte, and only once: at snd_end. */
	if (c->fin_queued && end == c->snd_end)
		end++;
	if (end == seq) {
		/* Shut out with nothing on its way: only a clock helps. */
		if (c->timer_ns == NET_NEVER &&
		    seq_before(c->snd_nxt, c->snd_end))
			tcp_arm(c, now_ns);
		if (!c->acks)
			return false;
		c->acks--;
	} else {
		c->acks = 0;
		c->probe = false;
	}
	send_data(net, c, out, seq, n);
	sent_upto(net, c, seq, end, now_ns);
	c->snd_nxt = end;
	return true;
}

bool tcp_output(struct net *net, struct tcp *c, struct net_out *out,
		uint64_t now_ns)
{
	if (c->state == TCP_CLOSED && !c->rst_due)
		return false;
	if (!c->mac_known) {
		const uint8_t *mac = net_resolve(net, c->peer, now_ns);

		if (!mac)
			return false;
		memcpy(c->peer_mac, mac, 6);
		c->mac_known = true;
	}
	if (c->rst_due) {
		send_reset(net, c, out);
		return true;
	}
	if (c->state == TCP_SYN_SENT || c->state == TCP_SYN_RECEIVED) {
		if (c->snd_nxt != c->iss)
			return false;
		send_syn(net, c, out, now_ns);
		return true;
	}
	if (c->resend && send_lost(net, c, out, now_ns))
		return true;
	return send_new(net, c, out, now_ns);
}
