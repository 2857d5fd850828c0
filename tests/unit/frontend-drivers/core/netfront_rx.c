// SPDX-License-Identifier: GPL-2.0-only
/*
 * The receive half of the network front core against answers written by hand:
 * how many buffers it posts, how packets are put together, and each way in
 * which a backend can break it. The transmit half: netfront.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "frontend-drivers/core/netfront.h"

static _Alignas(4096) uint8_t page[4096];
static struct xy_sring *rx_ring = (void *)page;
static struct netfront_rx rx;
static struct netfront_rx_packet got;
static uint32_t answered;	/* what the test, as backend, wrote */

static int setup(void **state)
{
	(void)state;
	memset(page, 0x5a, sizeof(page));
	memset(&rx, 0x5a, sizeof(rx));
	netfront_rx_init(&rx, rx_ring, 256);
	answered = 0;
	return 0;
}

static union xy_netif_rx_sring_entry *rx_at(uint32_t index)
{
	return xy_ring_slot(rx_ring, index, 256, 8);
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

static void hostile(void **state)
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
		T(posts_follow_load), T(whole_packet), T(in_parts),
		T(bad_packets), T(hostile), T(largest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
