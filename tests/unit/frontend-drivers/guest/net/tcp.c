// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP of the guest's stack against segments made by hand: handshakes, every
 * way to end, and what a stranger can send.  Its data is in tcp_out.c's test,
 * transfers over a bad wire in tests/model/tcp_wire.c.
 */
#include "tcp_peer.h"

static void handshake(void **state)
{
	uint32_t iss;
	struct tcp *c;

	(void)state;
	give((struct peer_segment){ .seq = ISS, .flags = TCP_F_SYN,
				    .options = options, .option_bytes = 8 });
	SENT(TCP_F_SYN | TCP_F_ACK, get32(t + TCP_SEQ), ISS + 1, 0);
	iss = get32(t + TCP_SEQ);
	assert_int_equal(t[TCP_OFFSET] >> 4, 7);
	assert_int_equal(get32(t + 20), 0x020405b4);	/* MSS 1460 */
	assert_int_equal(get32(t + 24), 0x01030300);	/* scale 0 */
	assert_int_equal(get16(t + TCP_WINDOW), 8192);
	QUIET();
	/* lost: again after a second, then after two */
	now += 999 * MS;
	QUIET();
	assert_int_equal(net_deadline(&net), 2000 * MS);
	now += 1 * MS;
	SENT(TCP_F_SYN | TCP_F_ACK, iss, ISS + 1, 0);
	now += 1999 * MS;
	QUIET();
	now += 1 * MS;
	SENT(TCP_F_SYN | TCP_F_ACK, iss, ISS + 1, 0);
	/* the peer asks again: answered at once */
	give((struct peer_segment){ .seq = ISS, .flags = TCP_F_SYN,
				    .options = options, .option_bytes = 8 });
	SENT(TCP_F_SYN | TCP_F_ACK, iss, ISS + 1, 0);
	/* an acknowledgement of something else opens nothing */
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 2,
				    .flags = TCP_F_ACK });
	assert_null(tcp_accept(&net));
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 1,
				    .flags = TCP_F_ACK });
	c = tcp_accept(&net);
	assert_non_null(c);
	assert_int_equal(c->mss, 1460);
	assert_int_equal(c->snd_wnd, 4000);
}

static void never_finished(void **state)
{
	(void)state;
	give((struct peer_segment){ .seq = ISS, .flags = TCP_F_SYN });
	for (int i = 0; i < 6; i++) {
		assert_true(sent());
		assert_int_not_equal(net_deadline(&net), NET_NEVER);
		now = net_deadline(&net);
	}
	QUIET();
	assert_int_equal(net_deadline(&net), NET_NEVER);
}

static void refused(void **state)
{
	(void)state;
	/* SYN to a port where nobody listens: RST, ACK of it */
	assert_int_equal(give((struct peer_segment){ .seq = ISS, .dst = 81,
			      .flags = TCP_F_SYN }), NET_REPLY);
	assert_sums(flat, flatten(&out, flat));
	assert_int_equal(t[TCP_FLAGS], TCP_F_RST | TCP_F_ACK);
	assert_int_equal(get32(t + TCP_SEQ), 0);
	assert_int_equal(get32(t + TCP_ACK), ISS + 1);
	/* data out of nowhere: RST with the number it expects */
	assert_int_equal(give((struct peer_segment){ .seq = ISS, .ack = 99,
			      .flags = TCP_F_ACK, .data = "x", .bytes = 1 }),
			 NET_REPLY);
	assert_sums(flat, flatten(&out, flat));
	assert_int_equal(t[TCP_FLAGS], TCP_F_RST);
	assert_int_equal(get32(t + TCP_SEQ), 99);
	/* a reset is never answered, nor is anything without room */
	assert_int_equal(give((struct peer_segment){ .seq = ISS, .ack = 99,
			      .flags = TCP_F_RST | TCP_F_ACK }), NET_DONE);
	QUIET();
}

static void close_first(void **state)
{
	uint32_t iss;
	struct tcp *c = opened(&iss);

	(void)state;
	tcp_write(c, "bye", 3);
	tcp_close(c);
	SENT(TCP_F_ACK | TCP_F_FIN, iss + 1, ISS + 1, 3);
	assert_int_equal(c->state, TCP_FIN_WAIT_1);
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 5,
				    .flags = TCP_F_ACK });
	assert_int_equal(c->state, TCP_FIN_WAIT_2);
	QUIET();
	/* what nobody reads is taken and forgotten */
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 5,
			.flags = TCP_F_ACK, .data = "late", .bytes = 4 });
	SENT(TCP_F_ACK, iss + 5, ISS + 5, 0);
	assert_int_equal(get16(t + TCP_WINDOW), 8192);
	give((struct peer_segment){ .seq = ISS + 5, .ack = iss + 5,
				    .flags = TCP_F_ACK | TCP_F_FIN });
	SENT(TCP_F_ACK, iss + 5, ISS + 6, 0);
	assert_int_equal(c->state, TCP_TIME_WAIT);
	/* their FIN again: our answer was lost */
	now += 1000 * MS;
	give((struct peer_segment){ .seq = ISS + 5, .ack = iss + 5,
				    .flags = TCP_F_ACK | TCP_F_FIN });
	SENT(TCP_F_ACK, iss + 5, ISS + 6, 0);
	now += 1999 * MS;
	QUIET();
	assert_int_equal(c->state, TCP_TIME_WAIT);
	now += 1 * MS;
	QUIET();
	assert_int_equal(c->state, TCP_CLOSED);
}

static void close_second(void **state)
{
	uint32_t iss;
	struct tcp *c = opened(&iss);

	(void)state;
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 1,
			.flags = TCP_F_ACK | TCP_F_FIN,
			.data = "last", .bytes = 4 });
	SENT(TCP_F_ACK, iss + 1, ISS + 6, 0);
	assert_int_equal(c->state, TCP_CLOSE_WAIT);
	assert_false(tcp_at_end(c));
	tcp_take(c, 4);
	assert_true(tcp_at_end(c));
	/* the other half is open still */
	tcp_write(c, "answer", 6);
	SENT(TCP_F_ACK, iss + 1, ISS + 6, 6);
	tcp_close(c);
	SENT(TCP_F_ACK | TCP_F_FIN, iss + 7, ISS + 6, 0);
	assert_int_equal(c->state, TCP_LAST_ACK);
	now = net_deadline(&net);	/* lost, both */
	SENT(TCP_F_ACK | TCP_F_FIN, iss + 1, ISS + 6, 6);
	give((struct peer_segment){ .seq = ISS + 6, .ack = iss + 8,
				    .flags = TCP_F_ACK });
	assert_int_equal(c->state, TCP_CLOSED);
	QUIET();
}

static void close_both(void **state)
{
	uint32_t iss;
	struct tcp *c = opened(&iss);

	(void)state;
	tcp_close(c);
	SENT(TCP_F_ACK | TCP_F_FIN, iss + 1, ISS + 1, 0);
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 1,
				    .flags = TCP_F_ACK | TCP_F_FIN });
	assert_int_equal(c->state, TCP_CLOSING);
	SENT(TCP_F_ACK, iss + 2, ISS + 2, 0);
	give((struct peer_segment){ .seq = ISS + 2, .ack = iss + 2,
				    .flags = TCP_F_ACK });
	assert_int_equal(c->state, TCP_TIME_WAIT);
	/* the same port with a higher number need not wait */
	give((struct peer_segment){ .seq = ISS + 900, .flags = TCP_F_SYN });
	assert_true(sent());
	assert_int_equal(t[TCP_FLAGS], TCP_F_SYN | TCP_F_ACK);
	assert_int_equal(get32(t + TCP_ACK), ISS + 901);
}

static void strangers(void **state)
{
	uint32_t iss;
	struct tcp *c = opened(&iss);

	(void)state;
	/* resets and SYNs that only guess are answered, no more */
	give((struct peer_segment){ .seq = ISS + 2, .ack = iss + 1,
				    .flags = TCP_F_RST | TCP_F_ACK });
	SENT(TCP_F_ACK, iss + 1, ISS + 1, 0);
	give((struct peer_segment){ .seq = ISS + 100000,
				    .flags = TCP_F_RST });
	QUIET();
	give((struct peer_segment){ .seq = ISS + 50, .flags = TCP_F_SYN });
	SENT(TCP_F_ACK, iss + 1, ISS + 1, 0);
	give((struct peer_segment){ .seq = ISS + 50000, .ack = iss + 1,
			.flags = TCP_F_ACK, .data = "x", .bytes = 1 });
	SENT(TCP_F_ACK, iss + 1, ISS + 1, 0);
	give((struct peer_segment){ .seq = ISS + 1, .data = "x",
				    .bytes = 1 });	/* no ACK */
	QUIET();
	assert_int_equal(c->state, TCP_ESTABLISHED);
	give((struct peer_segment){ .seq = ISS + 1, .ack = iss + 1,
				    .flags = TCP_F_RST | TCP_F_ACK });
	assert_int_equal(c->state, TCP_CLOSED);
	assert_int_equal(c->why, TCP_WHY_RESET);
	QUIET();
	/* an option that is longer than the head, and one of no length */
	give((struct peer_segment){ .seq = ISS, .flags = TCP_F_SYN,
		.src = 6000, .options = (const uint8_t *)"\2\50\0\0",
		.option_bytes = 4 });
	assert_true(sent());
	give((struct peer_segment){ .seq = ISS, .flags = TCP_F_SYN,
		.src = 6001, .options = (const uint8_t *)"\3\0\0\0",
		.option_bytes = 4 });
	assert_true(sent());
}

static void abort_it(void **state)
{
	uint32_t iss;
	struct tcp *c = opened(&iss);

	(void)state;
	tcp_abort(c);
	SENT(TCP_F_RST | TCP_F_ACK, iss + 1, ISS + 1, 0);
	QUIET();
	assert_int_equal(net_deadline(&net), NET_NEVER);
}

static void connects(void **state)
{
	struct tcp *c = tcp_connect(&net, THEIRS, 9, now);
	struct peer_segment s = { .src = 9, .seq = ISS };
	uint32_t iss;

	(void)state;
	assert_non_null(c);
	/* the neighbour comes first */
	assert_true(net_output(&net, &out, now));
	assert_int_equal(get16(out.head + ETH_TYPE), ETH_TYPE_ARP);
	QUIET();
	hand_in(&net, frame, peer_arp(frame, ARP_REPLY, OURS), &out, now);
	assert_true(sent());
	assert_int_equal(t[TCP_FLAGS], TCP_F_SYN);
	assert_int_equal(get32(t + TCP_ACK), 0);
	iss = get32(t + TCP_SEQ);
	s.dst = get16(t + TCP_SRC);
	assert_true(s.dst >= 49152);
	/* a SYN-ACK of something else is not ours */
	s.flags = TCP_F_SYN | TCP_F_ACK;
	s.ack = iss;
	give(s);
	assert_int_equal(c->state, TCP_SYN_SENT);
	s.ack = iss + 1;
	give(s);
	assert_int_equal(c->state, TCP_ESTABLISHED);
	SENT(TCP_F_ACK, iss + 1, ISS + 1, 0);
	/* the peer did not offer scaling: none is used */
	assert_int_equal(c->snd_wnd, 1000);
	assert_int_equal(c->mss, 536);
	tcp_close(c);
	/* another, refused */
	c = tcp_connect(&net, THEIRS, 9, now);
	while (sent() && t[TCP_FLAGS] != TCP_F_SYN)
		;
	s.dst = get16(t + TCP_SRC);
	s.ack = get32(t + TCP_SEQ) + 1;
	s.flags = TCP_F_RST | TCP_F_ACK;
	give(s);
	assert_int_equal(c->state, TCP_CLOSED);
	assert_int_equal(c->why, TCP_WHY_RESET);
}

/* Slots: half-open ones give way, open ones do not. */
static void slots(void **state)
{
	uint32_t iss;
	struct tcp *c = opened(&iss);

	(void)state;
	for (uint16_t i = 0; i < 100; i++) {
		give((struct peer_segment){ .seq = ISS, .src = 7000 + i,
					    .flags = TCP_F_SYN });
		SENT(TCP_F_SYN | TCP_F_ACK, get32(t + TCP_SEQ), ISS + 1, 0);
		now += MS;
	}
	assert_int_equal(c->state, TCP_ESTABLISHED);
	/* the newest finish, all slots are in use, the next is not heard */
	for (unsigned int i = 0; i < NET_CONNS; i++)
		if (net.conn[i].state == TCP_SYN_RECEIVED)
			give((struct peer_segment){ .seq = ISS + 1,
				.src = net.conn[i].peer_port,
				.ack = net.conn[i].iss + 1,
				.flags = TCP_F_ACK });
	for (int i = 1; i < NET_CONNS; i++)
		assert_non_null(tcp_accept(&net));
	give((struct peer_segment){ .seq = ISS, .src = 8000,
				    .flags = TCP_F_SYN });
	QUIET();
	assert_null(tcp_connect(&net, THEIRS, 1, now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(handshake, setup),
		cmocka_unit_test_setup(never_finished, setup),
		cmocka_unit_test_setup(refused, setup),
		cmocka_unit_test_setup(close_first, setup),
		cmocka_unit_test_setup(close_second, setup),
		cmocka_unit_test_setup(close_both, setup),
		cmocka_unit_test_setup(strangers, setup),
		cmocka_unit_test_setup(abort_it, setup),
		cmocka_unit_test_setup(connects, setup),
		cmocka_unit_test_setup(slots, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
