// SPDX-License-Identifier: GPL-2.0-only
/*
 * A simple network frontend joined to the backend's core over two pages:
 * packets of random shapes both ways, answers late and in batches, the backend
 * killed and succeeded, then a frontend that goes mad. Indices wrap at 2^32.
 *
 * The law: every ring entry comes back once, in order, with its id; pieces add
 * up to the packet and stay within pages; a mad index stops the rings only.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/errno.h"
#include "abi/io/net.h"
#include "backend-drivers/core/netback.h"
#include "model/must.h"
#include "model/random.h"

#define STEPS 1000000
#define MASK (NETBACK_RING - 1)

static struct netback core;
static struct xy_sring *tx, *rx;
static uint32_t tx_prod, tx_cons, rx_prod, rx_cons;
static uint16_t tx_id[NETBACK_RING];
static uint8_t tx_extra[NETBACK_RING];
static unsigned long packets, buffers, resumed, dropped;
static struct netback_packet held[NETBACK_RING];
static unsigned int holds;
static uint64_t seed = 2463534242ull;

static uint32_t random_below(uint32_t n)
{
	return (uint32_t)(random_word(&seed) >> 32) % n;
}

static struct xy_netif_tx_request *tx_next(void)
{
	struct xy_netif_tx_request *r =
		xy_ring_slot(tx, tx_prod, NETBACK_RING, 12);

	memset(r, 0, sizeof(*r));
	r->id = (uint16_t)random_below(65536);
	r->gref = random_below(100000);
	tx_id[tx_prod & MASK] = r->id;
	tx_extra[tx_prod & MASK] = 0;
	tx_prod++;
	return r;
}

static void front_sends(void)
{
	unsigned int pieces = 1 + random_below(17), i, whole = 0, size;
	bool gso = random_below(2);
	struct xy_netif_tx_request *first, *r;
	uint32_t old = tx_prod;

	if (tx_prod - tx_cons + pieces + 1 > NETBACK_RING)
		return;
	first = tx_next();
	first->offset = (uint16_t)random_below(4000);
	whole = 14 + random_below(4096 - first->offset - 13);
	if (gso) {
		struct xy_netif_extra_info *x = (void *)tx_next();

		memset(x, 0, sizeof(*x));
		x->type = XY_NETIF_EXTRA_TYPE_GSO;
		x->u.gso.size = 1448;
		x->u.gso.type = XY_NETIF_GSO_TYPE_TCPV4;
		tx_extra[(tx_prod - 1) & MASK] = 1;
		first->flags |= XY_NETTXF_extra_info;
	}
	for (i = 1, r = first; i < pieces; i++) {
		r->flags |= XY_NETTXF_more_data;
		r = tx_next();
		r->offset = (uint16_t)random_below(4096);
		size = 1 + random_below(4096 - r->offset);
		if (whole + size > 60000)
			size = 1;
		r->size = (uint16_t)size;
		whole += size;
	}
	first->size = (uint16_t)whole;
	xy_ring_push_requests(tx, old, tx_prod);
}

static void front_reaps(void)
{
	while (tx_cons != xy_ring_rsp_prod(tx)) {
		struct xy_netif_tx_response *r =
			xy_ring_slot(tx, tx_cons, NETBACK_RING, 12);

		if (tx_extra[tx_cons & MASK]) {
			MUST(r->status == XY_NETIF_RSP_NULL);
		} else {
			MUST(r->id == tx_id[tx_cons & MASK]);
			MUST(r->status == XY_NETIF_RSP_OKAY ||
			     r->status == XY_NETIF_RSP_DROPPED);
			dropped += r->status != XY_NETIF_RSP_OKAY;
		}
		tx_cons++;
	}
}

static void back_takes(void)
{
	struct netback_packet *p = &held[holds];
	enum netback_got got = netback_tx_get(&core, p);
	unsigned int i, sum = 0;

	MUST(got != NETBACK_BROKEN);
	if (got == NETBACK_NONE)
		return;
	MUST(!p->bad && p->pieces >= 1 && p->pieces <= NETBACK_PIECES_MAX);
	for (i = 0; i < p->pieces; i++) {
		MUST(p->piece[i].offset_bytes + p->piece[i].length_bytes <=
		     4096);
		sum += p->piece[i].length_bytes;
	}
	MUST(sum == p->length_bytes);
	packets++;
	holds++;
}

static void back_answers(void)
{
	unsigned int i, n = holds ? 1 + random_below(holds) : 0;

	for (i = 0; i < n; i++)
		netback_tx_put(&core, &held[i], XY_NETIF_RSP_OKAY);
	memmove(held, held + n, (holds - n) * sizeof(held[0]));
	holds -= n;
}

static void front_posts(void)
{
	struct xy_netif_rx_request *r;

	if (rx_prod - rx_cons == NETBACK_RING)
		return;
	r = xy_ring_slot(rx, rx_prod, NETBACK_RING, 8);
	r->id = (uint16_t)(rx_prod & MASK);
	r->gref = rx_prod & MASK;
	xy_ring_push_requests(rx, rx_prod, rx_prod + 1);
	rx_prod++;
}

/* A packet to the guest is planned and put in one go, as the shell does. */
static void back_delivers(void)
{
	struct netback_gso gso = { (uint16_t)random_below(2), 1 };
	uint32_t length = 14 + random_below(65000), sum = 0;
	struct netback_packet p;
	enum netback_got got = netback_rx_plan(&core, length, &gso, &p);
	unsigned int i;

	MUST(got != NETBACK_BROKEN);
	if (got == NETBACK_NONE)
		return;
	for (i = 0; i < p.pieces; i++)
		sum += p.piece[i].length_bytes;
	MUST(sum == length);
	if (random_below(20)) {
		netback_rx_put(&core, &p, true);
	} else {
		holds = 0;
		MUST(!netback_resume(&core, tx, rx));
	}
}

static void front_receives(void)
{
	uint32_t seen = xy_ring_rsp_prod(rx);

	while (rx_cons != seen) {
		struct xy_netif_rx_response *r =
			xy_ring_slot(rx, rx_cons, NETBACK_RING, 8);

		if (r->flags & XY_NETRXF_extra_info) {
			MUST(r->id == (rx_cons & MASK));
			rx_cons++;
			buffers++;
		} else {
			MUST(r->id == (rx_cons & MASK));
		}
		rx_cons++;
		buffers++;
	}
}

static void madness(void)
{
	unsigned int round, i;
	struct netback_packet p;
	static const struct netback_gso gso;

	for (round = 0; round < 20000; round++) {
		uint32_t *words = random_below(2) ? (uint32_t *)tx :
						    (uint32_t *)rx;

		tx->req_prod = core.tx.req_cons + random_below(260);
		rx->req_prod = core.rx.req_cons + random_below(260);
		for (i = 0; i < 30; i++)
			words[16 + random_below(1008)] =
				random_below(UINT32_MAX) & seed;
		for (i = 0; i < 300; i++) {
			if (netback_tx_get(&core, &p) != NETBACK_READY)
				break;
			MUST(p.pieces <= NETBACK_PIECES_MAX);
			netback_tx_put(&core, &p, 0);
			if (netback_rx_plan(&core, 1 + random_below(65535),
					    &gso, &p) == NETBACK_READY)
				netback_rx_put(&core, &p, true);
		}
		netback_tx_flush(&core);
		netback_rx_flush(&core);
		if (core.broken)
			netback_init(&core, tx, rx);
	}
}

static struct xy_sring *new_ring(uint32_t at)
{
	struct xy_sring *ring = aligned_alloc(4096, 4096);

	memset(ring, 0, 4096);
	xy_ring_init(ring);
	ring->req_prod = at;
	ring->rsp_prod = at;
	return ring;
}

static void step(void)
{
	switch (random_below(16)) {
	case 0 ... 2:
		front_sends();
		break;
	case 3 ... 4:
		back_takes();
		break;
	case 5 ... 6:
		back_answers();
		break;
	case 7:
		netback_tx_flush(&core);
		front_reaps();
		break;
	case 8 ... 12:
		front_posts();
		break;
	case 13:
		back_delivers();
		break;
	case 14:
		netback_rx_flush(&core);
		front_receives();
		break;
	case 15:
		if (random_below(30))
			break;
		holds = 0;
		MUST(!netback_resume(&core, tx, rx));
		resumed++;
		break;
	}
}

int main(void)
{
	unsigned long i;

	tx_prod = tx_cons = rx_prod = rx_cons = UINT32_MAX - 3000;
	tx = new_ring(tx_prod);
	rx = new_ring(rx_prod);
	netback_init(&core, tx, rx);
	for (i = 0; i < STEPS; i++)
		step();
	for (i = 0; i < NETBACK_RING; i++)
		back_takes();
	while (holds)
		back_answers();
	netback_tx_flush(&core);
	front_reaps();
	MUST(tx_cons == tx_prod && tx_prod < UINT32_MAX / 2);
	MUST(packets > STEPS / 40 && buffers > STEPS / 40 && resumed > 100);
	MUST(dropped < packets * 20);
	madness();
	printf("%lu packets, %lu buffers, %lu successions\n", packets, buffers,
	       resumed);
	free(tx);
	free(rx);
	return 0;
}
