// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP of the guest's stack against segments made by hand: data both ways, the
 * windows, retransmission and its clock.
 */
#include "tcp_peer.h"

static void receive(void **state)
{
	const uint8_t *at;
	uint32_t iss;
	struct tcp *c = opened(&iss);

	(void)state;
	/* in order: one answer for two that came together */
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 1,
			.flags = TCP_F_ACK, .data = "abc", .bytes = 3 });
	give((struct peer_segment){ .seq = ISS + 4, .ack = iss + 1,
			.flags = TCP_F_ACK, .data = "def", .bytes = 3 });
	SENT(TCP_F_ACK, iss + 1, ISS + 7, 0);
	QUIET();
	assert_int_equal(tcp_ready(c, &at), 6);
	assert_memory_equal(at, "abcdef", 6);
	/* a hole: each is answered; filled: all is there */
	give((struct peer_segment){ .seq = ISS + 9, .ack = iss + 1,
			.flags = TCP_F_ACK, .data = "ij", .bytes = 2 });
	give((struct peer_segment){ .seq = ISS + 12, .ack = iss + 1,
			.flags = TCP_F_ACK, .data = "l", .bytes = 1 });
	SENT(TCP_F_ACK, iss + 1, ISS + 7, 0);
	SENT(TCP_F_ACK, iss + 1, ISS + 7, 0);
	QUIET();
	give((struct peer_segment){ .seq = ISS + 3, .ack = iss + 1,
			.flags = TCP_F_ACK, .data = "cdefgh", .bytes = 6 });
	SENT(TCP_F_ACK, iss + 1, ISS + 11, 0);
	give((struct peer_segment){ .seq = ISS + 10, .ack = iss + 1,
			.flags = TCP_F_ACK, .data = "jk", .bytes = 2 });
	SENT(TCP_F_ACK, iss + 1, ISS + 13, 0);
	assert_int_equal(tcp_ready(c, &at), 12);
	assert_memory_equal(at, "abcdefghijkl", 12);
	assert_int_equal(get16(t + TCP_WINDOW), 8192 - 12);
	/* old news: an answer, nothing new */
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 1,
			.flags = TCP_F_ACK, .data = "zzz", .bytes = 3 });
	SENT(TCP_F_ACK, iss + 1, ISS + 13, 0);
	assert_memory_equal(at, "abcdefghijkl", 12);
	/* a wrong sum is no segment */
	peer_tcp(frame, &(struct peer_segment){ .src = 5555, .dst = PORT,
			.seq = ISS + 13, .ack = iss + 1, .window = 1000,
			.flags = TCP_F_ACK, .data = "q", .bytes = 1 });
	frame[54] ^= 1;
	hand_in(&net, frame, 55, &out, now);
	QUIET();
	assert_int_equal(tcp_ready(c, &at), 12);
}

static void window(void **state)
{
	static uint8_t lots[8192];
	const uint8_t *at;
	uint32_t iss, seq = ISS + 1;
	struct tcp *c = opened(&iss);

	(void)state;
	for (int i = 0; i < 8; i++, seq += 1000)
		give((struct peer_segment){ .seq = seq, .ack = iss + 1,
				.flags = TCP_F_ACK, .data = lots,
				.bytes = 1000 });
	SENT(TCP_F_ACK, iss + 1, seq, 0);
	assert_int_equal(get16(t + TCP_WINDOW), 192);
	/* beyond the window: what fits is taken */
	give((struct peer_segment){ .seq = seq, .ack = iss + 1,
			.flags = TCP_F_ACK, .data = lots, .bytes = 1000 });
	SENT(TCP_F_ACK, iss + 1, seq + 192, 0);
	assert_int_equal(get16(t + TCP_WINDOW), 0);
	/* a probe is answered */
	give((struct peer_segment){ .seq = seq + 192, .ack = iss + 1,
			.flags = TCP_F_ACK, .data = lots, .bytes = 1 });
	SENT(TCP_F_ACK, iss + 1, seq + 192, 0);
	/* little room is not worth a word, a quarter is */
	tcp_take(c, 1000);
	QUIET();
	tcp_take(c, 1048);
	SENT(TCP_F_ACK, iss + 1, seq + 192, 0);
	assert_int_equal(get16(t + TCP_WINDOW), 2048);
	/* the ring's two parts */
	assert_int_equal(tcp_ready(c, &at), 8192 - ((ISS + 1 + 2048) & 8191));
}

static void transmit(void **state)
{
	static uint8_t lots[8192];
	uint32_t iss;
	struct tcp *c = opened(&iss);

	(void)state;
	for (size_t i = 0; i < sizeof(lots); i++)
		lots[i] = (uint8_t)(i * 7);
	assert_int_equal(tcp_write(c, lots, 5000), 5000);
	SENT(TCP_F_ACK, iss + 1, ISS + 1, 1460);
	assert_memory_equal(data(), lots, 1460);
	SENT(TCP_F_ACK, iss + 1461, ISS + 1, 1460);
	assert_memory_equal(data(), lots + 1460, 1460);
	QUIET();	/* window 4000, 2920 on their way: 1080 is short */
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 1461,
				    .flags = TCP_F_ACK });
	SENT(TCP_F_ACK, iss + 2921, ISS + 1, 1460);
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 4381,
				    .flags = TCP_F_ACK });
	SENT(TCP_F_ACK, iss + 4381, ISS + 1, 620);	/* all that is left */
	assert_true(t[TCP_FLAGS] & TCP_F_PSH);
	assert_memory_equal(data(), lots + 4380, 620);
	/* Nagle: a short one waits for the one before it */
	tcp_write(c, lots, 10);
	QUIET();
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 5001,
				    .flags = TCP_F_ACK });
	SENT(TCP_F_ACK, iss + 5001, ISS + 1, 10);
	assert_false(tcp_all_sent(c));
	/* an acknowledgement of what was never sent is only answered */
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 6000,
				    .flags = TCP_F_ACK });
	SENT(TCP_F_ACK, iss + 5011, ISS + 1, 0);
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 5011,
				    .flags = TCP_F_ACK });
	QUIET();
	assert_true(tcp_all_sent(c));
	assert_int_equal(net_deadline(&net), NET_NEVER);
}

static void offload(void **state)
{
	static uint8_t lots[8192];
	uint32_t iss;
	struct tcp *c = opened(&iss);

	(void)state;
	net.csum_offload = true;
	net.gso_max = 60000;
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 1,
				    .flags = TCP_F_ACK, .window = 10000 });
	tcp_write(c, lots, 8000);
	SENT(TCP_F_ACK, iss + 1, ISS + 1, 8000);
	assert_int_equal(out.gso_bytes, 1460);
	assert_true(out.csum_blank);
	assert_int_equal(out.csum_start, 34);
	assert_int_equal(out.csum_offset, TCP_CSUM);
	/* a short one is an ordinary one */
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 8001,
				    .flags = TCP_F_ACK });
	tcp_write(c, lots, 100);
	SENT(TCP_F_ACK, iss + 8001, ISS + 1, 100);
	assert_int_equal(out.gso_bytes, 0);
}

static void clock_resends(void **state)
{
	static uint8_t lots[3000];
	uint32_t iss;
	struct tcp *c = opened(&iss);
	uint64_t waits[4];

	(void)state;
	tcp_write(c, lots, 3000);
	SENT(TCP_F_ACK, iss + 1, ISS + 1, 1460);
	SENT(TCP_F_ACK, iss + 1461, ISS + 1, 1460);
	for (int i = 0; i < 4; i++) {
		waits[i] = net_deadline(&net) - now;
		now = net_deadline(&net);
		SENT(TCP_F_ACK, iss + 1, ISS + 1, 1460);
		QUIET();	/* one at a time until it is heard of */
	}
	assert_int_equal(waits[0], 200 * MS);	/* the round trip was 0 */
	for (int i = 1; i < 4; i++)
		assert_int_equal(waits[i], 2 * waits[i - 1]);
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 1461,
				    .flags = TCP_F_ACK });
	SENT(TCP_F_ACK, iss + 1461, ISS + 1, 1460);
	assert_int_equal(net_deadline(&net) - now, 200 * MS);
	/* nobody there: the end */
	while (net_deadline(&net) != NET_NEVER) {
		now = net_deadline(&net);
		sent();
	}
	assert_int_equal(c->state, TCP_CLOSED);
	assert_int_equal(c->why, TCP_WHY_TIMEOUT);
	tcp_close(c);
	assert_false(c->taken);
}

static void fast_resend(void **state)
{
	static uint8_t lots[8192];
	uint32_t iss;
	struct tcp *c = opened(&iss);
	struct peer_segment again = { .seq = ISS + 1, .flags = TCP_F_ACK,
				      .window = 2048 };

	(void)state;
	again.ack = iss + 1;
	give(again);	/* a wider window */
	tcp_write(c, lots, 1460 * 5);
	for (uint32_t i = 0; i < 5; i++)
		SENT(TCP_F_ACK, iss + 1 + i * 1460, ISS + 1, 1460);
	give(again);
	give(again);
	QUIET();
	give(again);
	SENT(TCP_F_ACK, iss + 1, ISS + 1, 1460);
	give(again);
	QUIET();
	/* a partial one shows the next hole */
	again.ack = iss + 1 + 2920;
	give(again);
	SENT(TCP_F_ACK, iss + 1 + 2920, ISS + 1, 1460);
	again.ack = iss + 1 + 7300;
	give(again);
	QUIET();
	assert_int_equal(net.counts.resent, 2);
	assert_int_equal(c->cwnd, 1460 * 5 / 2);
}

static void shut_window(void **state)
{
	static uint8_t lots[100];
	uint32_t iss;
	struct tcp *c = opened(&iss);
	struct peer_segment s = { .src = 5555, .dst = PORT, .seq = ISS + 1,
				  .flags = TCP_F_ACK };

	(void)state;
	s.ack = iss + 1;
	hand_in(&net, frame, peer_tcp(frame, &s), &out, now); /* window 0 */
	tcp_write(c, lots, 100);
	QUIET();
	for (int i = 0; i < 12; i++) {	/* patient while it is answered */
		assert_int_not_equal(net_deadline(&net), NET_NEVER);
		now = net_deadline(&net);
		SENT(TCP_F_ACK, iss + 1, ISS + 1, 1);
		hand_in(&net, frame, peer_tcp(frame, &s), &out, now);
	}
	assert_int_equal(c->state, TCP_ESTABLISHED);
	s.window = 1000;
	hand_in(&net, frame, peer_tcp(frame, &s), &out, now);
	now = net_deadline(&net);
	SENT(TCP_F_ACK, iss + 1, ISS + 1, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(receive, setup),
		cmocka_unit_test_setup(window, setup),
		cmocka_unit_test_setup(transmit, setup),
		cmocka_unit_test_setup(offload, setup),
		cmocka_unit_test_setup(clock_resends, setup),
		cmocka_unit_test_setup(fast_resend, setup),
		cmocka_unit_test_setup(shut_window, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
