// SPDX-License-Identifier: GPL-2.0-only
/*
 * ARP, ICMP and UDP of the guest's stack against frames made by hand: what is
 * answered and how, and that nothing else is.
 */
#include "peer.h"

static struct net net;
static uint8_t head[NET_HEAD_BYTES], frame[FRAME_MAX], flat[FRAME_MAX];
static struct net_out out;

static int setup(void **state)
{
	(void)state;
	net_init(&net, our_mac, OURS, 0xffffff00, 1);
	net.gateway = THEIRS;
	out = (struct net_out){ .head = head };
	return 0;
}

static size_t answer_to(size_t n)
{
	assert_int_equal(hand_in(&net, frame, n, &out, 0), NET_REPLY);
	return flatten(&out, flat);
}

static void arp_answers(void **state)
{
	size_t n = answer_to(peer_arp(frame, ARP_REQUEST, OURS));
	const uint8_t *a = flat + ETH_BYTES;

	(void)state;
	assert_int_equal(n, 42);
	assert_memory_equal(flat, their_mac, 6);
	assert_memory_equal(flat + ETH_SRC, our_mac, 6);
	assert_int_equal(get16(a + ARP_OP), ARP_REPLY);
	assert_memory_equal(a + ARP_SENDER_MAC, our_mac, 6);
	assert_int_equal(get32(a + ARP_SENDER_IP), OURS);
	assert_memory_equal(a + ARP_TARGET_MAC, their_mac, 6);
	assert_int_equal(get32(a + ARP_TARGET_IP), THEIRS);
	/* not for us; cut short; without room */
	assert_int_equal(hand_in(&net, frame, peer_arp(frame, ARP_REQUEST,
				 OURS + 1), &out, 0), NET_DONE);
	n = peer_arp(frame, ARP_REQUEST, OURS);
	assert_int_equal(hand_in(&net, frame, n - 1, &out, 0), NET_DONE);
	assert_int_equal(hand_in(&net, frame, n, NULL, 0), NET_DONE);
}

static void arp_asks_once_a_second(void **state)
{
	static const char text[] = "datagram";
	struct net_udp to = { .src = THEIRS, .src_port = 9, .dst_port = 5000,
			      .bytes = sizeof(text),
			      .data = (const uint8_t *)text };
	size_t n;

	(void)state;
	assert_false(net_udp_send(&net, &out, &to, 0));
	assert_true(net_output(&net, &out, 0));
	n = flatten(&out, flat);
	assert_int_equal(n, 42);
	assert_int_equal(flat[0], 0xff);
	assert_int_equal(get16(flat + ETH_BYTES + ARP_OP), ARP_REQUEST);
	assert_int_equal(get32(flat + ETH_BYTES + ARP_TARGET_IP), THEIRS);
	assert_false(net_udp_send(&net, &out, &to, 500000000));
	assert_false(net_output(&net, &out, 500000000));
	assert_false(net_udp_send(&net, &out, &to, 1000000000));
	assert_true(net_output(&net, &out, 1000000000));
	/* An answer that nobody asked for teaches nothing. */
	n = peer_arp(frame, ARP_REPLY, OURS);
	put32(frame + ETH_BYTES + ARP_SENDER_IP, THEIRS + 9);
	hand_in(&net, frame, n, &out, 0);
	to.src = THEIRS + 9;
	assert_false(net_udp_send(&net, &out, &to, 0));
	to.src = THEIRS;
	hand_in(&net, frame, peer_arp(frame, ARP_REPLY, OURS), &out, 0);
	assert_true(net_udp_send(&net, &out, &to, 0));
	n = flatten(&out, flat);
	assert_sums(flat, n);
	assert_memory_equal(flat, their_mac, 6);
	assert_int_equal(get16(flat + 34 + UDP_SRC), 5000);
	assert_int_equal(get16(flat + 34 + UDP_DST), 9);
	assert_memory_equal(flat + 42, text, sizeof(text));
	/* Elsewhere: by the gateway, whose MAC is known. */
	to.src = 0x08080808;
	assert_true(net_udp_send(&net, &out, &to, 0));
	assert_memory_equal(out.head, their_mac, 6);
}

static size_t ping(size_t bytes)
{
	uint8_t *icmp = frame + 34;
	size_t n = peer_ip(frame, IP_ICMP, 8 + bytes);

	memset(icmp, 0, 8);
	icmp[ICMP_TYPE] = ICMP_ECHO;
	put32(icmp + 4, 0x12340001);
	for (size_t i = 0; i < bytes; i++)
		icmp[8 + i] = (uint8_t)i;
	put16(icmp + ICMP_CSUM, 0xffffu & ~(uint32_t)plain_sum(0, icmp,
							       8 + bytes));
	return n;
}

static void echo(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 56, 57, 1472 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		size_t n = answer_to(ping(sizes[i]));

		assert_int_equal(n, 42 + sizes[i]);
		assert_sums(flat, n);
		assert_int_equal(flat[34], ICMP_ECHO_REPLY);
		assert_int_equal(get32(flat + 38), 0x12340001);
		assert_memory_equal(flat + 42, frame + 42, sizes[i]);
	}
	frame[50] ^= 1;		/* a damaged one */
	assert_int_equal(hand_in(&net, frame, 42 + 1472, &out, 0), NET_DONE);
	/* Longer than an answer may be. */
	assert_int_equal(hand_in(&net, frame, ping(4000), &out, 0), NET_DONE);
}

static void udp_echo(void **state)
{
	size_t n = answer_to(peer_udp(frame, 4000, 7, "12345", 5));

	(void)state;
	assert_int_equal(n, 47);
	assert_sums(flat, n);
	assert_int_equal(get16(flat + 34 + UDP_SRC), 7);
	assert_int_equal(get16(flat + 34 + UDP_DST), 4000);
	assert_memory_equal(flat + 42, "12345", 5);
	/* with the sum left to the device, the same comes out */
	net.csum_offload = true;
	n = answer_to(peer_udp(frame, 4000, 7, "12345", 5));
	assert_true(out.csum_blank);
	assert_sums(flat, n);
	/* no sum is no error, a wrong one is */
	peer_udp(frame, 4000, 7, "12345", 5);
	put16(frame + 34 + UDP_CSUM, 0);
	assert_int_equal(hand_in(&net, frame, n, &out, 0), NET_REPLY);
	put16(frame + 34 + UDP_CSUM, 1);
	assert_int_equal(hand_in(&net, frame, n, &out, 0), NET_DONE);
	/* an echo service that asks an echo service */
	n = peer_udp(frame, 7, 7, "12345", 5);
	assert_int_equal(hand_in(&net, frame, n, &out, 0), NET_DONE);
}

static void udp_ports(void **state)
{
	size_t n = answer_to(peer_udp(frame, 4000, 9999, "1", 1));
	struct net_in in = { .piece = { { frame, 0 } }, .pieces = 1 };
	struct net_udp udp;

	(void)state;
	assert_int_equal(n, 42 + 28);
	assert_sums(flat, n);
	assert_int_equal(flat[34], ICMP_UNREACHABLE);
	assert_int_equal(flat[35], ICMP_CODE_PORT);
	assert_memory_equal(flat + 42, frame + ETH_BYTES, 28);
	net.udp_port = 9999;
	in.piece[0].bytes = (uint32_t)peer_udp(frame, 4000, 9999, "abc", 3);
	assert_int_equal(net_input(&net, &in, &out, &udp, 0), NET_UDP);
	assert_int_equal(udp.src, THEIRS);
	assert_int_equal(udp.src_port, 4000);
	assert_int_equal(udp.bytes, 3);
	assert_memory_equal(udp.data, "abc", 3);
	/* a length beyond the packet, and below a head */
	put16(frame + 34 + UDP_LENGTH, 12);
	put16(frame + 34 + UDP_CSUM, 0);
	assert_int_equal(net_input(&net, &in, &out, &udp, 0), NET_DONE);
	put16(frame + 34 + UDP_LENGTH, 7);
	assert_int_equal(net_input(&net, &in, &out, &udp, 0), NET_DONE);
}

/* Changes one byte of a good echo's IP head, mends the sum, and sends it. */
static enum net_verdict changed(size_t at, uint8_t to)
{
	size_t n = ping(20);
	uint8_t *ip = frame + ETH_BYTES;

	ip[at] = to;
	if (at != IP_CSUM) {
		put16(ip + IP_CSUM, 0);
		put16(ip + IP_CSUM, 0xffffu & ~(uint32_t)
		      plain_sum(0, ip, IP_BYTES));
	}
	return hand_in(&net, frame, n, &out, 0);
}

static void ip_refuses(void **state)
{
	size_t n = ping(20);

	(void)state;
	assert_int_equal(changed(IP_TTL, 3), NET_REPLY);	/* harmless */
	assert_int_equal(changed(0, 0x65), NET_DONE);
	assert_int_equal(changed(0, 0x44), NET_DONE);
	assert_int_equal(changed(0, 0x4f), NET_DONE);
	assert_int_equal(changed(IP_TOTAL, 8), NET_DONE);
	assert_int_equal(changed(IP_TOTAL + 1, 19), NET_DONE);
	assert_int_equal(changed(IP_FRAGMENT, 0x20), NET_DONE);
	assert_int_equal(changed(IP_FRAGMENT + 1, 1), NET_DONE);
	assert_int_equal(changed(IP_CSUM, 0), NET_DONE);
	assert_int_equal(changed(IP_DST + 3, 3), NET_DONE);
	assert_int_equal(changed(IP_SRC, 224), NET_DONE);
	assert_int_equal(changed(IP_SRC, 0), NET_DONE);
	assert_int_equal(changed(IP_SRC + 3, 2), NET_DONE); /* ourselves */
	/* Another's frame; every length that is too short. */
	ping(20);
	frame[5] ^= 1;
	assert_int_equal(hand_in(&net, frame, n, &out, 0), NET_DONE);
	ping(20);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(hand_in(&net, frame, i, &out, 0), NET_DONE);
	assert_int_equal(hand_in(&net, frame, n, &out, 0), NET_REPLY);
}

/* A frame in many pieces, odd ones among them, has the same sum. */
static void pieces(void **state)
{
	struct net_in in = { .pieces = NET_PIECES };
	size_t n = ping(1000), at = 54;
	struct net_udp udp;

	(void)state;
	in.piece[0] = (struct net_piece){ frame, 54 };
	for (unsigned int i = 1; i < NET_PIECES; i++) {
		size_t part = i == NET_PIECES - 1 ? n - at : i * 2 + 3;

		in.piece[i] = (struct net_piece){ frame + at,
						  (uint32_t)part };
		at += part;
	}
	assert_int_equal(net_input(&net, &in, &out, &udp, 0), NET_REPLY);
	assert_memory_equal(out.head + 42, frame + 42, 1000);
	frame[n - 1] ^= 0x80;
	assert_int_equal(net_input(&net, &in, &out, &udp, 0), NET_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(arp_answers, setup),
		cmocka_unit_test_setup(arp_asks_once_a_second, setup),
		cmocka_unit_test_setup(echo, setup),
		cmocka_unit_test_setup(udp_echo, setup),
		cmocka_unit_test_setup(udp_ports, setup),
		cmocka_unit_test_setup(ip_refuses, setup),
		cmocka_unit_test_setup(pieces, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
