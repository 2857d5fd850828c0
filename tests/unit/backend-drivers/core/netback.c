// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network ring core against hand-made packets: pieces, extras, answers in
 * order, indices at 2^32, and what a successor process finds.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "abi/errno.h"
#include "abi/io/net.h"
#include "backend-drivers/core/netback.h"

#define START 0xfffffff0u

static struct netback core;
static struct netback_packet packet;
static struct xy_sring *tx, *rx;
static uint32_t tx_prod, rx_prod;
static const struct netback_gso no_gso;

static struct xy_sring *new_ring(void)
{
	struct xy_sring *ring = aligned_alloc(4096, 4096);

	memset(ring, 0, 4096);
	xy_ring_init(ring);
	ring->req_prod = START;
	ring->rsp_prod = START;
	ring->rsp_event = START + 1;
	return ring;
}

static int setup(void **state)
{
	(void)state;
	tx = new_ring();
	rx = new_ring();
	tx_prod = START;
	rx_prod = START;
	memset(&core, 0x5a, sizeof(core));
	netback_init(&core, tx, rx);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(tx);
	free(rx);
	return 0;
}

static union xy_netif_tx_sring_entry *tx_slot(uint32_t index)
{
	return xy_ring_slot(tx, index, 256, 12);
}

static union xy_netif_rx_sring_entry *rx_slot(uint32_t index)
{
	return xy_ring_slot(rx, index, 256, 8);
}

static void put_tx(uint16_t flags, uint16_t offset, uint16_t size)
{
	tx_slot(tx_prod)->req = (struct xy_netif_tx_request){
		.gref = 500 + (tx_prod & 255), .offset = offset,
		.flags = flags, .id = (uint16_t)(tx_prod & 255), .size = size,
	};
	tx_prod++;
}

static void put_extra(uint8_t type, uint8_t flags)
{
	tx_slot(tx_prod)->extra = (struct xy_netif_extra_info){
		.type = type, .flags = flags,
		.u.gso = { .size = 1448, .type = XY_NETIF_GSO_TYPE_TCPV4 },
	};
	tx_prod++;
}

static void publish(void)
{
	tx->req_prod = tx_prod;
}

static void post_buffers(unsigned int n)
{
	while (n--) {
		rx_slot(rx_prod)->req = (struct xy_netif_rx_request){
			.id = (uint16_t)(rx_prod & 255),
			.gref = 900 + (rx_prod & 255),
		};
		rx_prod++;
	}
	rx->req_prod = rx_prod;
}

static void a_small_packet(void **state)
{
	(void)state;
	put_tx(XY_NETTXF_csum_blank, 100, 60);
	publish();
	assert_int_equal(netback_tx_get(&core, &packet), NETBACK_READY);
	assert_false(packet.bad);
	assert_int_equal(packet.pieces, 1);
	assert_int_equal(packet.length_bytes, 60);
	assert_int_equal(packet.piece[0].offset_bytes, 100);
	assert_int_equal(packet.piece[0].gref, 500 + (START & 255));
	assert_int_equal(packet.flags, XY_NETTXF_csum_blank);
	netback_tx_put(&core, &packet, XY_NETIF_RSP_OKAY);
	assert_true(netback_tx_flush(&core));
	assert_int_equal(tx->rsp_prod, START + 1);
	assert_int_equal(tx_slot(START)->rsp.id, START & 255);
	assert_int_equal(tx_slot(START)->rsp.status, XY_NETIF_RSP_OKAY);
	assert_int_equal(netback_tx_get(&core, &packet), NETBACK_NONE);
}

static void a_large_packet(void **state)
{
	unsigned int i;

	(void)state;
	put_tx(XY_NETTXF_csum_blank | XY_NETTXF_extra_info |
	       XY_NETTXF_more_data, 4000, 16 * 4096 - 100);
	put_extra(XY_NETIF_EXTRA_TYPE_GSO, 0);
	for (i = 0; i < 15; i++)
		put_tx(XY_NETTXF_more_data, 0, 4096);
	put_tx(0, 0, 4096 - 100 - 96);
	publish();
	assert_int_equal(netback_tx_get(&core, &packet), NETBACK_READY);
	assert_false(packet.bad);
	assert_int_equal(packet.pieces, 17);
	assert_int_equal(packet.entries, 18);
	assert_int_equal(packet.piece[0].length_bytes, 96);
	assert_int_equal(packet.gso.size, 1448);
	assert_int_equal(packet.gso.type, XY_NETIF_GSO_TYPE_TCPV4);
	netback_tx_put(&core, &packet, XY_NETIF_RSP_OKAY);
	netback_tx_flush(&core);
	assert_int_equal(tx->rsp_prod, START + 18);
	assert_int_equal(tx_slot(START)->rsp.status, XY_NETIF_RSP_OKAY);
	assert_int_equal(tx_slot(START + 1)->rsp.status, XY_NETIF_RSP_NULL);
	assert_int_equal(tx_slot(START + 17)->rsp.id, (START + 17) & 255);
}

static void expect_bad(void)
{
	publish();
	assert_int_equal(netback_tx_get(&core, &packet), NETBACK_READY);
	assert_true(packet.bad);
	netback_tx_put(&core, &packet, XY_NETIF_RSP_ERROR);
	netback_tx_flush(&core);
	assert_int_equal(tx->rsp_prod, tx_prod);
	assert_int_equal(tx_slot(tx_prod - 1)->rsp.status, XY_NETIF_RSP_ERROR);
}

static void unusable_packets(void **state)
{
	unsigned int i;

	(void)state;
	put_tx(0, 4090, 60);			/* beyond its page */
	expect_bad();
	put_tx(0, 0, 13);			/* no Ethernet header */
	expect_bad();
	put_tx(0, 0, 5000);
	expect_bad();
	put_tx(XY_NETTXF_more_data, 0, 100);	/* pieces exceed the whole */
	put_tx(0, 0, 200);
	expect_bad();
	put_tx(XY_NETTXF_more_data, 0, 200);	/* first piece empty */
	put_tx(0, 0, 200);
	expect_bad();
	put_tx(XY_NETTXF_more_data, 0, 4200);
	put_tx(0, 4000, 100);			/* second beyond its page */
	expect_bad();
	put_tx(XY_NETTXF_more_data, 0, 3000);
	for (i = 0; i < 19; i++)		/* too many pieces */
		put_tx(i < 18 ? XY_NETTXF_more_data : 0, 0, 100);
	expect_bad();
}

static void expect_broken(void)
{
	publish();
	assert_int_equal(netback_tx_get(&core, &packet), NETBACK_BROKEN);
	assert_int_equal(netback_tx_get(&core, &packet), NETBACK_BROKEN);
	assert_true(netback_rx_room(&core) < 0);
	netback_init(&core, tx, rx);
	tx_prod = START;
}

static void broken_rings(void **state)
{
	unsigned int i;

	(void)state;
	put_tx(XY_NETTXF_more_data, 0, 100);	/* and nothing follows */
	expect_broken();
	put_tx(XY_NETTXF_extra_info, 0, 100);
	expect_broken();
	put_tx(XY_NETTXF_extra_info, 0, 100);
	put_extra(0, 0);
	expect_broken();
	put_tx(XY_NETTXF_extra_info, 0, 100);
	put_extra(XY_NETIF_EXTRA_TYPE_MAX, 0);
	expect_broken();
	put_tx(XY_NETTXF_extra_info, 0, 100);
	for (i = 0; i < 8; i++)
		put_extra(XY_NETIF_EXTRA_TYPE_GSO, XY_NETIF_EXTRA_FLAG_MORE);
	expect_broken();
	put_tx(XY_NETTXF_more_data, 0, 1000);
	for (i = 0; i < 60; i++)
		put_tx(XY_NETTXF_more_data, 0, 1);
	expect_broken();
	tx_prod += 257;
	expect_broken();
	tx_prod -= 1;
	expect_broken();
}

static void to_the_guest(void **state)
{
	static const struct netback_gso gso = { 1448, XY_NETIF_GSO_TYPE_TCPV6 };

	(void)state;
	assert_int_equal(netback_rx_plan(&core, 60, &no_gso, &packet),
			 NETBACK_NONE);
	post_buffers(6);
	assert_int_equal(netback_rx_room(&core), 6);
	assert_int_equal(netback_rx_plan(&core, 60, &no_gso, &packet),
			 NETBACK_READY);
	packet.flags = XY_NETRXF_data_validated;
	netback_rx_put(&core, &packet, true);
	assert_int_equal(netback_rx_plan(&core, 9000, &gso, &packet),
			 NETBACK_READY);
	assert_int_equal(packet.pieces, 3);
	assert_int_equal(packet.entries, 4);
	assert_int_equal(packet.piece[1].gref, 900 + ((START + 3) & 255));
	assert_int_equal(packet.piece[2].length_bytes, 9000 - 8192);
	packet.flags = XY_NETRXF_csum_blank;
	netback_rx_put(&core, &packet, true);
	assert_int_equal(netback_rx_plan(&core, 5000, &no_gso, &packet),
			 NETBACK_NONE);
	assert_true(netback_rx_flush(&core));
	assert_int_equal(rx->rsp_prod, START + 5);
	assert_int_equal(rx_slot(START)->rsp.status, 60);
	assert_int_equal(rx_slot(START)->rsp.id, START & 255);
	assert_int_equal(rx_slot(START)->rsp.flags, XY_NETRXF_data_validated);
	assert_int_equal(rx_slot(START + 1)->rsp.flags, XY_NETRXF_csum_blank |
			 XY_NETRXF_extra_info | XY_NETRXF_more_data);
	assert_int_equal(rx_slot(START + 2)->extra.type,
			 XY_NETIF_EXTRA_TYPE_GSO);
	assert_int_equal(rx_slot(START + 2)->extra.u.gso.size, 1448);
	assert_int_equal(rx_slot(START + 3)->rsp.status, 4096);
	assert_int_equal(rx_slot(START + 3)->rsp.flags, XY_NETRXF_more_data);
	assert_int_equal(rx_slot(START + 4)->rsp.status, 9000 - 8192);
	assert_int_equal(rx_slot(START + 4)->rsp.flags, 0);
}

/* A packet with all extras there are: they stand behind its first entry. */
static void a_hash_for_the_guest(void **state)
{
	struct netback_packet p = {
		.length_bytes = 5000,
		.gso = { .size = 1448, .type = XY_NETIF_GSO_TYPE_TCPV4 },
		.hash = { .valid = true, .type = 1, .value = 0x51ccc178 },
	};
	const struct xy_netif_extra_info *x;
	uint32_t value;

	(void)state;
	post_buffers(3);
	assert_int_equal(netback_rx_place(&core, &p), NETBACK_NONE);
	post_buffers(1);
	assert_int_equal(netback_rx_place(&core, &p), NETBACK_READY);
	assert_int_equal(p.entries, 4);
	assert_int_equal(p.piece[1].gref, 900 + ((START + 3) & 255));
	netback_rx_put(&core, &p, true);
	netback_rx_flush(&core);
	assert_int_equal(rx_slot(START)->rsp.flags, XY_NETRXF_extra_info |
			 XY_NETRXF_more_data);
	x = &rx_slot(START + 1)->extra;
	assert_int_equal(x->type, XY_NETIF_EXTRA_TYPE_GSO);
	assert_int_equal(x->flags, XY_NETIF_EXTRA_FLAG_MORE);
	x = &rx_slot(START + 2)->extra;
	assert_int_equal(x->type, XY_NETIF_EXTRA_TYPE_HASH);
	assert_int_equal(x->flags, 0);
	assert_int_equal(x->u.hash.type, 1);
	assert_int_equal(x->u.hash.algorithm, 1);
	memcpy(&value, x->u.hash.value, 4);
	assert_int_equal(value, 0x51ccc178);
	assert_int_equal(rx_slot(START + 3)->rsp.status, 5000 - 4096);
}

static void hostile_receive_index(void **state)
{
	(void)state;
	rx->req_prod = START + 257;
	assert_true(netback_rx_room(&core) < 0);
	assert_int_equal(netback_tx_get(&core, &packet), NETBACK_BROKEN);
}

static void arming(void **state)
{
	(void)state;
	assert_false(netback_rx_arm(&core, 18));
	assert_int_equal(rx->req_event, START + 18);
	post_buffers(18);
	assert_true(netback_rx_arm(&core, 18));
	assert_false(netback_tx_arm(&core));
	put_tx(0, 0, 60);
	publish();
	assert_true(netback_tx_arm(&core));
}

static void a_successor_loses_no_entry(void **state)
{
	(void)state;
	put_tx(XY_NETTXF_extra_info | XY_NETTXF_more_data, 0, 160);
	put_extra(XY_NETIF_EXTRA_TYPE_GSO, 0);
	put_tx(0, 0, 100);
	put_tx(0, 0, 60);
	publish();
	post_buffers(3);
	assert_int_equal(netback_tx_get(&core, &packet), NETBACK_READY);
	/* Killed after writing answers, before showing them. */
	netback_tx_put(&core, &packet, XY_NETIF_RSP_OKAY);
	assert_int_equal(netback_rx_plan(&core, 60, &no_gso, &packet),
			 NETBACK_READY);
	netback_rx_put(&core, &packet, true);

	assert_int_equal(netback_resume(&core, tx, rx), 0);
	netback_tx_flush(&core);
	netback_rx_flush(&core);
	assert_int_equal(tx->rsp_prod, START + 3);
	assert_int_equal(tx_slot(START)->rsp.status, XY_NETIF_RSP_DROPPED);
	assert_int_equal(tx_slot(START + 1)->rsp.status, XY_NETIF_RSP_NULL);
	assert_int_equal(tx_slot(START + 2)->rsp.id, (START + 2) & 255);
	assert_int_equal(rx->rsp_prod, START + 1);
	assert_int_equal(rx_slot(START)->rsp.status, XY_NETIF_RSP_ERROR);
	assert_int_equal(netback_rx_room(&core), 2);
	assert_int_equal(netback_tx_get(&core, &packet), NETBACK_READY);
	assert_int_equal(packet.length_bytes, 60);

	tx->rsp_prod = START + 100;
	assert_int_equal(netback_resume(&core, tx, rx), -XY_EINVAL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_small_packet),
		TEST(a_large_packet),
		TEST(unusable_packets),
		TEST(broken_rings),
		TEST(to_the_guest),
		TEST(hostile_receive_index),
		TEST(arming),
		TEST(a_hash_for_the_guest),
		TEST(a_successor_loses_no_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
