// SPDX-License-Identifier: GPL-2.0-only
/*
 * The transmit half of the network front core against answers written by hand:
 * what it puts into the ring, what it takes out, and each way in which a
 * backend can break it. The receive half: netfront_rx.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "abi/errno.h"
#include "frontend-drivers/core/netfront.h"

static _Alignas(4096) uint8_t page[4096];
static struct xy_sring *tx_ring = (void *)page;
static struct netfront_tx tx;
static uint32_t answered;	/* what the test, as backend, wrote */

static int setup(void **state)
{
	(void)state;
	memset(page, 0x5a, sizeof(page));
	memset(&tx, 0x5a, sizeof(tx));
	netfront_tx_init(&tx, tx_ring);
	answered = 0;
	return 0;
}

static union xy_netif_tx_sring_entry *tx_at(uint32_t index)
{
	return xy_ring_slot(tx_ring, index, 256, 12);
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

static void hostile(void **state)
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

static void events(void **state)
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

#define T(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_piece), T(gso_in_pieces), T(by_parts),
		T(refused), T(full_and_lost),
		T(out_of_order), T(hostile), T(events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
