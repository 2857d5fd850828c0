// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network front core against answers written by hand: what it puts into
 * the rings, what it takes out, and each way in which a backend can break it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "abi/errno.h"
#include "frontend-drivers/core/netfront.h"

static _Alignas(4096) uint8_t page[2][4096];
static struct xy_sring *tx_ring = (void *)page[0], *rx_ring = (void *)page[1];
static struct netfront_tx tx;
static struct netfront_rx rx;
static struct netfront_rx_packet got;
static uint32_t answered;	/* what the test, as backend, wrote */

static int setup(void **state)
{
	(void)state;
	memset(page, 0x5a, sizeof(page));
	memset(&tx, 0x5a, sizeof(tx));
	memset(&rx, 0x5a, sizeof(rx));
	netfront_tx_init(&tx, tx_ring);
	netfront_rx_init(&rx, rx_ring, 256);
	answered = 0;
	return 0;
}

static union xy_netif_tx_sring_entry *tx_at(uint32_t index)
{
	return xy_ring_slot(tx_ring, index, 256, 12);
}

static union xy_netif_rx_sring_entry *rx_at(uint32_t index)
{
	return xy_ring_slot(rx_ring, index, 256, 8);
}

static struct netfront_tx_packet packet(unsigned int pieces, uint16_t each)
{
	struct netfront_tx_packet p = { .length_bytes = pieces * each,
					.pieces = (uint8_t)pieces };
	unsigned int i;

	for (i = 0; i < pieces && i < NETFRONT_PIECES_MAX; i++)
		p.piece[i] = (struct netfront_tx_piece){ 100 + i, 8, each };
	return p;
}

static void tx_answer(uint16_t id, int16_t status)
{
	tx_at(answered)->rsp = (struct xy_netif_tx_response){ id, status };
	tx_ring->rsp_prod = ++answered;
}

static void rx_answer(uint16_t id, uint16_t offset, uint16_t flags,
		      int16_t status)
{
	rx_at(answered++)->rsp =
		(struct xy_netif_rx_response){ id, offset, flags, status };
}

static void rx_extra(uint8_t type, uint8_t flags)
{
	union xy_netif_rx_sring_entry *e = rx_at(answered++);

	memset(e, 0, 8);
	e->extra.type = type;
	e->extra.flags = flags;
	e->extra.u.gso.size = 1448;
	e->extra.u.gso.type = XY_NETIF_GSO_TYPE_TCPV4;
}

static void rx_show(void)
{
	rx_ring->rsp_prod = answered;
}

static void post_all(void)
{
	while (netfront_rx_want(&rx))
		netfront_rx_post(&rx, 7000 + rx.req_prod % 256);
	netfront_rx_flush(&rx);
}

/* --- transmit */

static void one_piece(void **state)
{
	struct netfront_tx_packet p = packet(1, 60);
	uint16_t id = netfront_tx_id(&tx, 0);
	struct netfront_tx_done done;

	(void)state;
	p.flags = XY_NETTXF_csum_blank;
	assert_int_equal(netfront_tx_put(&tx, &p), 0);
	assert_int_equal(tx_ring->req_prod, 0);
	assert_true(netfront_tx_flush(&tx));
	assert_false(netfront_tx_flush(&tx));
	assert_int_equal(tx_ring->req_prod, 1);
	assert_int_equal(tx_at(0)->req.gref, 100);
	assert_int_equal(tx_at(0)->req.offset, 8);
	assert_int_equal(tx_at(0)->req.size, 60);
	assert_int_equal(tx_at(0)->req.flags, XY_NETTXF_csum_blank);
	assert_int_equal(tx_at(0)->req.id, id);
	assert_int_equal(netfront_tx_get(&tx, &done), NETFRONT_NONE);
	tx_answer(id, XY_NETIF_RSP_DROPPED);
	assert_int_equal(netfront_tx_get(&tx, &done), NETFRONT_READY);
	assert_int_equal(done.id, id);
	assert_int_equal(done.status, XY_NETIF_RSP_DROPPED);
	assert_int_equal(netfront_tx_room(&tx), 256);
}

static void gso_in_pieces(void **state)
{
	struct netfront_tx_packet p = packet(3, 1000);
	uint16_t id[3];
	unsigned int i;

	(void)state;
	p.gso_size = 1448;
	p.gso_type = XY_NETIF_GSO_TYPE_TCPV6;
	for (i = 0; i < 3; i++)
		id[i] = netfront_tx_id(&tx, i);
	assert_int_equal(netfront_tx_put(&tx, &p), 0);
	assert_int_equal(netfront_tx_room(&tx), 252);
	assert_int_equal(tx_at(0)->req.size, 3000);
	assert_int_equal(tx_at(0)->req.flags,
			 XY_NETTXF_more_data | XY_NETTXF_extra_info);
	assert_int_equal(tx_at(1)->extra.type, XY_NETIF_EXTRA_TYPE_GSO);
	assert_int_equal(tx_at(1)->extra.flags, 0);
	assert_int_equal(tx_at(1)->extra.u.gso.size, 1448);
	assert_int_equal(tx_at(1)->extra.u.gso.type, 2);
	assert_int_equal(tx_at(2)->req.flags, XY_NETTXF_more_data);
	assert_int_equal(tx_at(2)->req.size, 1000);
	assert_int_equal(tx_at(3)->req.flags, 0);
	assert_int_equal(tx_at(0)->req.id, id[0]);
	assert_int_equal(tx_at(2)->req.id, id[1]);
	assert_int_equal(tx_at(3)->req.id, id[2]);
}

/* Written piece by piece it is the same packet; cancelled, it never was. */
static void by_parts(void **state)
{
	union xy_netif_tx_sring_entry put[4];
	struct netfront_tx_packet p = packet(3, 500);
	struct netfront_tx_done done;
	unsigned int i, round;
	uint16_t id[3];

	(void)state;
	p.flags = XY_NETTXF_csum_blank;
	p.gso_size = 1448;
	p.gso_type = XY_NETIF_GSO_TYPE_TCPV6;
	assert_int_equal(netfront_tx_put(&tx, &p), 0);
	netfront_tx_flush(&tx);
	for (i = 0; i < 4; i++)
		put[i] = *tx_at(i);
	for (i = 0; i < 4; i++)
		tx_answer(put[i].req.id, i == 1);
	for (i = 0; i < 3; i++)
		assert_int_equal(netfront_tx_get(&tx, &done), NETFRONT_READY);
	for (round = 0; round < 3; round++) {
		netfront_tx_begin(&tx);
		for (i = 0; i < 3; i++) {
			id[i] = netfront_tx_id(&tx, 0);
			assert_int_equal(netfront_tx_take(&tx), id[i]);
			netfront_tx_fill(&tx, id[i], 100 + i, 8, 500);
			if (i == 0)
				netfront_tx_gso(&tx, p.gso_type, 1448);
		}
		assert_int_equal(netfront_tx_written(&tx), 4);
		if (round == 2)
			break;
		netfront_tx_cancel(&tx, 3);
		assert_int_equal(netfront_tx_written(&tx), 0);
		assert_int_equal(netfront_tx_room(&tx), 256);
		assert_false(netfront_tx_flush(&tx));
		for (i = 0; i < 3; i++)
			assert_int_equal(netfront_tx_id(&tx, i), id[i]);
	}
	netfront_tx_end(&tx, 1500, p.flags | XY_NETTXF_extra_info);
	netfront_tx_flush(&tx);
	assert_int_equal(tx_ring->req_prod, 8);
	for (i = 0; i < 4; i++) {
		if (i != 1)
			put[i].req.id = id[i ? i - 1 : 0];
		assert_memory_equal(tx_at(4 + i), &put[i], 12);
	}
}

static void refused(void **state)
{
	struct netfront_tx_packet p;

	(void)state;
	p = packet(0, 60);
	assert_int_equal(netfront_tx_put(&tx, &p), -XY_EINVAL);
	p = packet(19, 60);
	assert_int_equal(netfront_tx_put(&tx, &p), -XY_EINVAL);
	p = packet(1, 13);
	assert_int_equal(netfront_tx_put(&tx, &p), -XY_EINVAL);
	p = packet(1, 60);
	p.length_bytes = 61;
	assert_int_equal(netfront_tx_put(&tx, &p), -XY_EINVAL);
	p = packet(1, 60);
	p.piece[0].offset_bytes = 4037;
	assert_int_equal(netfront_tx_put(&tx, &p), -XY_EINVAL);
	p = packet(17, 4000);
	assert_int_equal(netfront_tx_put(&tx, &p), -XY_EINVAL);
	p = packet(2, 60);
	p.piece[1].length_bytes = 0;
	p.length_bytes = 60;
	assert_int_equal(netfront_tx_put(&tx, &p), -XY_EINVAL);
	assert_int_equal(netfront_tx_room(&tx), 256);
	assert_false(netfront_tx_flush(&tx));
}

static void full_and_lost(void **state)
{
	struct netfront_tx_packet p = packet(18, 60);
	struct netfront_tx_done done;
	bool seen[256] = { false };
	unsigned int n = 0;
	uint16_t id;

	(void)state;
	p.gso_size = 1448;
	while (!netfront_tx_put(&tx, &p))
		n += 19;
	assert_int_equal(n, 247);
	p.gso_size = 0;
	p.pieces = 9;
	p.length_bytes = 540;
	assert_int_equal(netfront_tx_put(&tx, &p), 0);
	p = packet(1, 60);
	assert_int_equal(netfront_tx_room(&tx), 0);
	assert_int_equal(netfront_tx_put(&tx, &p), -XY_EBUSY);
	netfront_tx_flush(&tx);
	tx_answer(tx_at(0)->req.id, 0);
	assert_int_equal(netfront_tx_get(&tx, &done), NETFRONT_READY);
	for (n = 0; netfront_tx_lost(&tx, &id); n++) {
		assert_false(seen[id]);
		seen[id] = true;
	}
	assert_int_equal(n, 256 - 13 - 1);
	netfront_tx_init(&tx, tx_ring);
	assert_int_equal(netfront_tx_room(&tx), 256);
}

static void out_of_order(void **state)
{
	struct netfront_tx_packet p = packet(1, 60);
	struct netfront_tx_done done;
	uint16_t a, b;

	(void)state;
	a = netfront_tx_id(&tx, 0);
	p.gso_size = 100;
	netfront_tx_put(&tx, &p);
	p.gso_size = 0;
	b = netfront_tx_id(&tx, 0);
	netfront_tx_put(&tx, &p);
	netfront_tx_flush(&tx);
	tx_answer(b, 0);
	tx_answer(a, 0);
	tx_answer(0x7777, XY_NETIF_RSP_NULL);
	assert_int_equal(netfront_tx_get(&tx, &done), NETFRONT_READY);
	assert_int_equal(done.id, b);
	assert_int_equal(netfront_tx_get(&tx, &done), NETFRONT_READY);
	assert_int_equal(done.id, a);
	assert_int_equal(netfront_tx_get(&tx, &done), NETFRONT_NONE);
	assert_int_equal(netfront_tx_in_flight(&tx), 0);
}

static void tx_breaks(uint16_t id, int16_t status, enum netfront_why why)
{
	struct netfront_tx_packet p = packet(1, 60);
	struct netfront_tx_done done;

	setup(NULL);
	netfront_tx_put(&tx, &p);
	netfront_tx_flush(&tx);
	tx_answer(id, status);
	assert_int_equal(netfront_tx_get(&tx, &done), NETFRONT_BROKEN);
	assert_int_equal(tx.why, why);
	/* It stays so, whatever comes. */
	tx_ring->rsp_prod = 0;
	assert_int_equal(netfront_tx_get(&tx, &done), NETFRONT_BROKEN);
	assert_true(netfront_tx_lost(&tx, &id));
	assert_false(netfront_tx_lost(&tx, &id));
}

static void tx_hostile(void **state)
{
	struct netfront_tx_packet p = packet(1, 60);
	struct netfront_tx_done done;
	uint16_t id = netfront_tx_id(&tx, 0);

	(void)state;
	tx_breaks((uint16_t)(id + 1), 0, NETFRONT_WRONG_ID);
	tx_breaks(256, 0, NETFRONT_WRONG_ID);
	tx_breaks(65535, 0, NETFRONT_WRONG_ID);
	tx_breaks(id, XY_NETIF_RSP_NULL, NETFRONT_BAD_EXTRA);
	setup(NULL);
	netfront_tx_put(&tx, &p);
	netfront_tx_put(&tx, &p);
	netfront_tx_flush(&tx);
	tx_answer(id, 0);
	tx_answer(id, 0);
	assert_int_equal(netfront_tx_get(&tx, &done), NETFRONT_READY);
	assert_int_equal(netfront_tx_get(&tx, &done), NETFRONT_BROKEN);
	assert_int_equal(tx.why, NETFRONT_WRONG_ID);
	setup(NULL);
	netfront_tx_put(&tx, &p);
	netfront_tx_flush(&tx);
	netfront_tx_put(&tx, &p);	/* put, but not published */
	tx_ring->rsp_prod = 2;
	assert_int_equal(netfront_tx_get(&tx, &done), NETFRONT_BROKEN);
	assert_int_equal(tx.why, NETFRONT_JUMPED);
	assert_true(strlen(netfront_why_text(tx.why)) > 10);
}

static void tx_events(void **state)
{
	struct netfront_tx_packet p = packet(1, 60);
	unsigned int i;

	(void)state;
	netfront_tx_put(&tx, &p);
	netfront_tx_flush(&tx);
	for (i = 0; i < 4; i++) {
		netfront_tx_put(&tx, &p);
		assert_false(netfront_tx_flush(&tx));
	}
	tx_ring->req_event = 6;
	netfront_tx_put(&tx, &p);
	assert_true(netfront_tx_flush(&tx));
	assert_false(netfront_tx_arm(&tx, 3));
	assert_int_equal(tx_ring->rsp_event, 3);
	tx_answer(tx_at(0)->req.id, 0);
	assert_true(netfront_tx_arm(&tx, 1));
}

/* --- receive */

static void posts_follow_load(void **state)
{
	unsigned int i, id, most = 0;

	(void)state;
	assert_int_equal(netfront_rx_want(&rx), NETFRONT_RX_MIN);
	post_all();
	assert_int_equal(netfront_rx_want(&rx), 0);
	assert_int_equal(rx_at(3)->req.id, 3);
	assert_int_equal(rx_at(3)->req.gref, 7003);
	/* The backend uses what is there, but for the largest packet's room. */
	for (i = 0; i < 20; i++) {
		while (rx_ring->req_prod - answered >= NETFRONT_SLOTS_MAX) {
			id = answered % 256;
			rx_answer((uint16_t)id, 0, 0, 60);
		}
		rx_show();
		while (netfront_rx_get(&rx, &got) == NETFRONT_READY)
			assert_int_equal(got.length_bytes, 60);
		netfront_rx_follow(&rx);
		post_all();
		most = netfront_rx_posted(&rx);
	}
	assert_int_equal(most, 256);
	/* Now one at a time. */
	for (i = 0; i < 3000; i++) {
		rx_answer(answered % 256, 0, 0, 60);
		rx_show();
		assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_READY);
		assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_NONE);
		netfront_rx_follow(&rx);
		post_all();
	}
	assert_int_equal(netfront_rx_posted(&rx), NETFRONT_RX_MIN);
}

static void whole_packet(void **state)
{
	(void)state;
	post_all();
	rx_answer(0, 2, XY_NETRXF_more_data | XY_NETRXF_extra_info |
			XY_NETRXF_csum_blank | XY_NETRXF_data_validated, 4000);
	rx_extra(XY_NETIF_EXTRA_TYPE_GSO, XY_NETIF_EXTRA_FLAG_MORE);
	rx_at(answered++)->extra = (struct xy_netif_extra_info){
		.type = XY_NETIF_EXTRA_TYPE_HASH,
		.u.hash = { .type = 2, .value = { 0x78, 0x56, 0x34, 0x12 } },
	};
	rx_answer(3, 0, XY_NETRXF_more_data, 4096);
	rx_answer(4, 100, 0, 5);
	rx_show();
	assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_READY);
	assert_false(got.bad);
	assert_int_equal(got.pieces, 3);
	assert_int_equal(got.extras, 2);
	assert_int_equal(got.length_bytes, 8101);
	assert_int_equal(got.flags, XY_NETRXF_csum_blank |
				    XY_NETRXF_data_validated);
	assert_int_equal(got.gso_size, 1448);
	assert_int_equal(got.hash, 0x12345678);
	assert_int_equal(netfront_rx_spare(&got, 0), 1);
	assert_int_equal(netfront_rx_spare(&got, 1), 2);
	assert_int_equal(got.piece[0].index, 0);
	assert_int_equal(got.piece[0].offset_bytes, 2);
	assert_int_equal(got.piece[1].index, 3);
	assert_int_equal(got.piece[2].index, 4);
	assert_int_equal(got.piece[2].offset_bytes, 100);
	assert_int_equal(got.piece[2].length_bytes, 5);
	assert_int_equal(netfront_rx_posted(&rx), NETFRONT_RX_MIN - 5);
}

static void in_parts(void **state)
{
	(void)state;
	post_all();
	rx_answer(0, 0, XY_NETRXF_more_data | XY_NETRXF_extra_info, 100);
	rx_show();
	assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_NONE);
	assert_false(netfront_rx_arm(&rx));
	assert_int_equal(rx_ring->rsp_event, 2);
	rx_extra(XY_NETIF_EXTRA_TYPE_GSO, 0);
	rx_show();
	assert_true(netfront_rx_arm(&rx));
	assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_NONE);
	rx_answer(2, 0, 0, 100);
	rx_show();
	assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_READY);
	assert_int_equal(got.length_bytes, 200);
	assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_NONE);
}

static void bad_packets(void **state)
{
	(void)state;
	post_all();
	rx_answer(0, 0, XY_NETRXF_more_data, XY_NETIF_RSP_ERROR);
	rx_answer(1, 0, 0, 100);
	rx_answer(2, 0, 0, 0);
	rx_answer(3, 0, XY_NETRXF_extra_info, 100);
	rx_extra(XY_NETIF_EXTRA_TYPE_GSO, 0);
	rx_at(4)->extra.u.gso.type = 9;
	rx_answer(5, 0, 0, 77);
	rx_show();
	assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_READY);
	assert_true(got.bad);
	assert_int_equal(got.pieces, 2);
	assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_READY);
	assert_true(got.bad);
	assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_READY);
	assert_true(got.bad);
	assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_READY);
	assert_false(got.bad);
	assert_int_equal(got.length_bytes, 77);
}

static void must_break(enum netfront_why why)
{
	uint16_t index;
	unsigned int n;

	rx_show();
	assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_BROKEN);
	assert_int_equal(rx.why, why);
	assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_BROKEN);
	for (n = 0; netfront_rx_lost(&rx, &index); n++)
		assert_int_equal(index, n);
	assert_int_equal(n, NETFRONT_RX_MIN);
	setup(NULL);
	post_all();
}

static void rx_hostile(void **state)
{
	unsigned int i;

	(void)state;
	post_all();
	rx_answer(1, 0, 0, 60);
	must_break(NETFRONT_WRONG_ID);
	rx_answer(0, 1, 0, 4096);
	must_break(NETFRONT_TOO_LONG);
	rx_answer(0, 0, 0, 32767);
	must_break(NETFRONT_TOO_LONG);
	rx_answer(0, 65535, 0, 1);
	must_break(NETFRONT_TOO_LONG);
	answered = NETFRONT_RX_MIN + 1;
	must_break(NETFRONT_JUMPED);
	answered = 0xffffffff;
	must_break(NETFRONT_JUMPED);
	rx_answer(0, 0, XY_NETRXF_extra_info, 60);
	rx_extra(XY_NETIF_EXTRA_TYPE_MAX, 0);
	must_break(NETFRONT_BAD_EXTRA);
	rx_answer(0, 0, XY_NETRXF_extra_info, 60);
	rx_extra(XY_NETIF_EXTRA_TYPE_MCAST_ADD, 0);
	must_break(NETFRONT_BAD_EXTRA);
	rx_answer(0, 0, XY_NETRXF_extra_info, 60);
	for (i = 0; i < 6; i++)
		rx_extra(XY_NETIF_EXTRA_TYPE_GSO, XY_NETIF_EXTRA_FLAG_MORE);
	must_break(NETFRONT_BAD_EXTRA);
	for (i = 0; i < 20; i++)
		rx_answer((uint16_t)i, 0, XY_NETRXF_more_data, 60);
	must_break(NETFRONT_ENDLESS);
}

static void largest(void **state)
{
	unsigned int i;

	(void)state;
	post_all();
	for (i = 0; i < 18; i++)
		rx_answer((uint16_t)i, 0, i < 17 ? XY_NETRXF_more_data : 0,
			  4096);
	rx_show();
	assert_int_equal(netfront_rx_get(&rx, &got), NETFRONT_READY);
	assert_int_equal(got.length_bytes, 18 * 4096);
	/* A second one needs more than is left: these are posted now. */
	assert_int_equal(netfront_rx_want(&rx), 18);
}

#define T(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_piece), T(gso_in_pieces), T(by_parts),
		T(refused), T(full_and_lost),
		T(out_of_order), T(tx_hostile), T(tx_events),
		T(posts_follow_load), T(whole_packet), T(in_parts),
		T(bad_packets), T(rx_hostile), T(largest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
