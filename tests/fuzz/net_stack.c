// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzing the guest's IPv4 stack: the input is what a hostile network sends.
 *
 *	byte 0: options; then commands: 0..99 a frame of so many bytes follows,
 *	its numbers and sums mended unless bit 0 of byte 0 says not to (so that
 *	the fuzzer need not guess them); 100.. let time pass, ask for output,
 *	read, write, close.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/frontend-drivers/guest/net/peer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct net net;
static uint8_t tx[NET_CONNS][2048], rx[NET_CONNS][2048];
static uint64_t now;

static void mend(uint8_t *f, size_t n)
{
	uint8_t *ip = f + ETH_BYTES, *t = ip + IP_BYTES;
	struct tcp *c = &net.conn[0];

	if (n < 34)
		return;
	memcpy(f, our_mac, 6);
	put16(f + ETH_TYPE, ETH_TYPE_IPV4);
	ip[0] = 0x45;
	put16(ip + IP_TOTAL, (uint32_t)n - ETH_BYTES);
	put16(ip + IP_FRAGMENT, 0);
	put32(ip + IP_SRC, THEIRS);
	put32(ip + IP_DST, OURS);
	put16(ip + IP_CSUM, 0);
	put16(ip + IP_CSUM, 0xffffu & ~(uint32_t)plain_sum(0, ip, IP_BYTES));
	if (ip[IP_PROTOCOL] != IP_TCP || n < 54)
		return;
	put16(t + TCP_SRC, 1024 + t[TCP_SRC + 1] % 3);
	put16(t + TCP_DST, 80);
	/* near the numbers that count */
	if (t[TCP_SEQ] & 1)
		put32(t + TCP_SEQ, c->rcv_nxt + t[TCP_SEQ + 3] - 20u);
	if (t[TCP_ACK] & 1)
		put32(t + TCP_ACK, c->snd_max - t[TCP_ACK + 3] % 64);
}

static void send_all(void)
{
	static uint8_t head[NET_HEAD_BYTES], flat[FRAME_MAX];
	struct net_out out = { .head = head };
	unsigned int n;

	for (n = 0; net_output(&net, &out, now); n++) {
		if (n > 200)
			abort();	/* it must come to an end */
		if (flatten(&out, flat) > 1514 && !out.gso_bytes)
			abort();
	}
}

static void owner(uint8_t what)
{
	static const uint8_t text[800];
	struct tcp *c = &net.conn[what & 1];
	const uint8_t *at;
	uint32_t n;

	tcp_accept(&net);
	if (c->state < TCP_ESTABLISHED || !c->taken)
		return;
	n = tcp_ready(c, &at);
	if (n > c->rx.size)
		abort();
	if (n && what & 2) {
		volatile uint8_t sink = at[n - 1];

		(void)sink;
		tcp_take(c, n);
	}
	if (what & 4)
		tcp_write(c, text, what * 3u);
	if ((what & 24) == 24)
		tcp_close(c);
	else if ((what & 24) == 16)
		tcp_shutdown(c);
}

static void frame_in(uint8_t *f, size_t n, uint8_t how)
{
	static uint8_t head[NET_HEAD_BYTES];
	struct net_out out = { .head = head };
	uint8_t *exact = malloc(n ? n : 1);
	size_t first = how & 2 ? n : n < 60 ? n : 60;
	struct net_in in = {
		.piece = { { exact, (uint32_t)first },
			   { exact + first, (uint32_t)(n - first) } },
		.pieces = 2, .csum_good = how & 4 || !(how & 1),
	};
	struct net_udp udp;

	if (!exact)
		return;
	memcpy(exact, f, n);
	if (!(how & 1))
		mend(exact, n);
	if (net_input(&net, &in, &out, &udp, now) == NET_REPLY &&
	    out.head_bytes > NET_HEAD_BYTES)
		abort();
	free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t how, frame[100];

	if (size < 2)
		return 0;
	how = *data++;
	size--;
	now = 1;
	net_init(&net, our_mac, OURS, 0xffffff00, 5);
	net.listen_port = 80;
	net.gso_max = how & 8 ? 60000 : 0;
	net.csum_offload = how & 16;
	for (unsigned int i = 0; i < 2; i++)
		net_rings(&net, i, (struct tcp_ring){ tx[i], 2048 },
			  (struct tcp_ring){ rx[i], 2048 });
	if (how & 32)
		tcp_connect(&net, THEIRS, 80, now);
	while (size) {
		uint8_t cmd = *data++;
		size_t n = cmd < 100 ? cmd : 0;

		size--;
		if (n > size)
			n = size;
		memcpy(frame, data, n);
		data += n;
		size -= n;
		if (cmd < 100)
			frame_in(frame, n, how);
		else if (cmd < 140)
			now += (uint64_t)(cmd - 99) * 50000000;
		else if (cmd < 180)
			send_all();
		else
			owner(cmd);
	}
	send_all();
	return 0;
}
