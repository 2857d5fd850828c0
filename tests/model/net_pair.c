// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two cores of a network queue, front and back, joined over two pages:
 * random packets both ways, answers late, in batches and (transmit) out of
 * order, times without memory for buffers, the backend killed and succeeded,
 * the backend gone and a new one met on new rings, then peers that scribble.
 * Indices wrap at 2^32.
 *
 * The law: each packet arrives once, in order, with the grants, lengths, flags
 * and offloads it was sent with, or was dropped by a death; each buffer and
 * each id has one owner at any time; a peer that scribbles breaks its own ring
 * only, whatever is handed out meanwhile lies within its page.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/errno.h"
#include "backend-drivers/core/netback.h"
#include "frontend-drivers/core/netfront.h"
#include "model/must.h"
#include "model/random.h"

#define STEPS 1500000
#define MADNESS 30000

static _Alignas(4096) uint8_t page[2][4096];
static struct xy_sring *const tx_ring = (void *)page[0];
static struct xy_sring *const rx_ring = (void *)page[1];
static struct netfront_tx tx;
static struct netfront_rx rx;
static struct netback back;

/* Packets on their way, oldest first. */
struct sent {
	uint32_t gref[18], length[18], pieces, total;
	uint16_t gso_size;
	uint8_t gso_type, flags;
};
static struct sent out[256], in[256];
static uint32_t out_head, out_tail, in_head, in_shown, in_tail;

static struct netback_packet held[256];
static uint32_t holds;
static bool tx_mine[256];	/* by id: not with the backend */
static uint32_t rx_gref[256];	/* by index, 0: not posted */
static uint32_t next_gref = 1;
static bool tx_armed, rx_armed, buffers_armed;
static uint32_t lean;		/* receptions until there is memory again */
static unsigned long dry;	/* times without a single buffer */
static unsigned long sent, received, dropped, deaths, successions, breaks;
static uint64_t seed = 88172645463325252ull;

static uint32_t below(uint32_t n)
{
	return (uint32_t)(random_word(&seed) >> 32) % n;
}

/* --- what the front does */

static void front_sends(void)
{
	struct netfront_tx_packet p = { 0 };
	struct sent *s = &out[out_head % 256];
	uint32_t i;

	p.pieces = (uint8_t)(1 + below(below(3) ? 4 : 18));
	p.gso_size = below(2) ? (uint16_t)(1 + below(1448)) : 0;
	p.gso_type = (uint8_t)(1 + below(2));
	p.flags = (uint8_t)below(4);
	for (i = 0; i < p.pieces; i++) {
		uint32_t length = (i ? 1 : 14) + below(3500);

		p.piece[i].gref = next_gref++;
		p.piece[i].length_bytes = (uint16_t)length;
		p.piece[i].offset_bytes = (uint16_t)below(4097 - length);
		s->gref[i] = p.piece[i].gref;
		s->length[i] = length;
		p.length_bytes += length;
	}
	s->pieces = p.pieces;
	s->total = p.length_bytes;
	s->flags = p.flags;
	s->gso_size = p.gso_size;
	s->gso_type = p.gso_size ? p.gso_type : 0;
	if (netfront_tx_room(&tx) < p.pieces + (p.gso_size ? 1u : 0u)) {
		MUST(netfront_tx_put(&tx, &p) == -XY_EBUSY);
		return;
	}
	for (i = 0; i < p.pieces; i++) {
		uint16_t id = netfront_tx_id(&tx, i);

		MUST(tx_mine[id]);
		tx_mine[id] = false;
	}
	MUST(netfront_tx_put(&tx, &p) == 0);
	out_head++;
}

static void front_reaps(void)
{
	struct netfront_tx_done done;
	enum netfront_got got;

	while ((got = netfront_tx_get(&tx, &done)) == NETFRONT_READY) {
		MUST(done.id < 256 && !tx_mine[done.id]);
		tx_mine[done.id] = true;
		dropped += done.status != XY_NETIF_RSP_OKAY;
	}
	MUST(got == NETFRONT_NONE);
	if (netfront_tx_in_flight(&tx))
		tx_armed = !netfront_tx_arm(
			&tx, 1 + below(netfront_tx_in_flight(&tx)));
}

/* As many buffers as there is memory for: now and then for few, or none. */
static void front_posts(void)
{
	if (lean)
		lean--;
	else if (!below(2000))
		lean = 1 + below(500);
	while (netfront_rx_want(&rx) && (!lean || !below(20))) {
		uint16_t index = netfront_rx_post(&rx, next_gref);

		MUST(!rx_gref[index]);
		rx_gref[index] = next_gref++;
	}
}

/* A backend that waits for buffers hears of them. */
static void front_shows(void)
{
	if (netfront_rx_flush(&rx))
		buffers_armed = false;
	MUST(!buffers_armed || xy_ring_req_prod(rx_ring) - back.rx.req_cons <
				       rx_ring->req_event - back.rx.req_cons);
}

static void takes_buffer(uint16_t index)
{
	MUST(index < 256 && rx_gref[index]);
	rx_gref[index] = 0;
}

static void checks_packet(const struct netfront_rx_packet *p)
{
	struct sent *s;
	uint32_t i;

	for (i = 0; i < p->extras; i++)
		takes_buffer(netfront_rx_spare(p, i));
	if (p->bad) {
		/* An entry that a killed backend answered by itself. */
		for (i = 0; i < p->pieces; i++)
			takes_buffer(p->piece[i].index);
		return;
	}
	MUST(in_tail != in_head);
	s = &in[in_tail++ % 256];
	MUST(p->pieces == s->pieces && p->length_bytes == s->total);
	MUST(p->flags == s->flags && p->gso_size == s->gso_size);
	MUST(!p->gso_size || p->gso_type == s->gso_type);
	MUST(p->extras == !!s->gso_size);
	for (i = 0; i < p->pieces; i++) {
		MUST(rx_gref[p->piece[i].index] == s->gref[i]);
		MUST(p->piece[i].length_bytes == s->length[i]);
		takes_buffer(p->piece[i].index);
	}
	received++;
}

static void front_receives(void)
{
	struct netfront_rx_packet p;
	enum netfront_got got;
	uint32_t most = 1 + below(64);

	while ((got = netfront_rx_get(&rx, &p)) == NETFRONT_READY) {
		checks_packet(&p);
		if (!--most)
			break;
	}
	MUST(got != NETFRONT_BROKEN);
	netfront_rx_follow(&rx);
	MUST(rx.target >= NETFRONT_RX_MIN && rx.target <= rx.most);
	front_posts();
	dry += !netfront_rx_posted(&rx);
	if (most)
		rx_armed = !netfront_rx_arm(&rx);
}

/* --- what the back does */

static void back_takes(void)
{
	struct netback_packet *p = &held[holds];
	enum netback_got got = netback_tx_get(&back, p);
	struct sent *s;
	uint32_t i;

	MUST(got != NETBACK_BROKEN);
	if (got == NETBACK_NONE)
		return;
	MUST(out_tail != out_head && !p->bad);
	s = &out[out_tail++ % 256];
	MUST(p->pieces == s->pieces && p->length_bytes == s->total);
	MUST((p->flags & 3) == s->flags);
	MUST(p->gso.size == s->gso_size && p->gso.type == s->gso_type);
	for (i = 0; i < p->pieces; i++)
		MUST(p->piece[i].gref == s->gref[i] &&
		     p->piece[i].length_bytes == s->length[i]);
	sent++;
	holds++;
}

static void back_answers(void)
{
	uint32_t i, n = holds ? 1 + below(holds) : 0;

	for (i = 0; i < n; i++)
		netback_tx_put(&back, &held[i], below(30) ?
			       XY_NETIF_RSP_OKAY : XY_NETIF_RSP_ERROR);
	memmove(held, held + n, (holds - n) * sizeof(held[0]));
	holds -= n;
	/* An event that was asked for is never missed. */
	if (netback_tx_flush(&back))
		tx_armed = false;
	MUST(!tx_armed || xy_ring_rsp_prod(tx_ring) - tx.rsp_cons <
				  tx_ring->rsp_event - tx.rsp_cons);
}

static void back_shows(void)
{
	in_shown = in_head;
	if (netback_rx_flush(&back))
		rx_armed = false;
	MUST(!rx_armed || xy_ring_rsp_prod(rx_ring) == rx.rsp_seen);
}

static void back_delivers(void)
{
	struct netback_gso gso = { below(2) ? 1448 : 0, 1 };
	struct sent *s = &in[in_head % 256];
	struct netback_packet p;
	uint32_t i, length = 14 + below(below(3) ? 3000 : 65000);
	enum netback_got got = netback_rx_plan(&back, length, &gso, &p);

	MUST(got != NETBACK_BROKEN);
	if (got == NETBACK_NONE) {
		/* More than there is: of that it has found too little. */
		i = xy_ring_req_prod(rx_ring) - back.rx.req_cons;
		buffers_armed = !netback_rx_arm(&back, i + 1);
		return;
	}
	p.flags = (uint8_t)below(4);
	s->pieces = p.pieces;
	s->total = length;
	s->flags = p.flags;
	s->gso_size = gso.size;
	s->gso_type = gso.type;
	for (i = 0; i < p.pieces; i++) {
		s->gref[i] = p.piece[i].gref;
		s->length[i] = p.piece[i].length_bytes;
	}
	if (!below(500)) {	/* killed before it answered */
		holds = 0;
		buffers_armed = false;
		MUST(!netback_resume(&back, tx_ring, rx_ring));
		/* What it put but did not show is lost with it. */
		in_head = in_shown;
		successions++;
		return;
	}
	netback_rx_put(&back, &p, true);
	in_head++;
	MUST(in_head - in_tail <= 256);
	if (below(3))
		back_shows();
}

/* --- deaths */

static void new_rings(uint32_t at)
{
	uint32_t i;

	memset(page, 0, sizeof(page));
	netfront_tx_init(&tx, tx_ring);
	netfront_rx_init(&rx, rx_ring, below(2) ? 256 : 64);
	/* A ring that ran long enough stands near the wrap. */
	tx_ring->req_prod = tx_ring->rsp_prod = at;
	rx_ring->req_prod = rx_ring->rsp_prod = at;
	tx_ring->rsp_event = tx_ring->req_event = at + 1;
	rx_ring->rsp_event = rx_ring->req_event = at + 1;
	tx.req_prod = tx.req_pushed = tx.rsp_cons = tx.rsp_seen = at;
	rx.req_prod = rx.req_pushed = rx.rsp_cons = rx.rsp_seen = at;
	netback_init(&back, tx_ring, rx_ring);
	for (i = 0; i < 256; i++) {
		tx_mine[i] = true;
		rx_gref[i] = 0;
	}
	holds = 0;
	out_head = out_tail = in_head = in_shown = in_tail = 0;
	tx_armed = rx_armed = buffers_armed = false;
}

/* What was in flight comes back to the front, all of it and once. */
static void front_takes_back(bool sane)
{
	uint32_t i, n = 0;
	uint16_t id;

	while (netfront_tx_lost(&tx, &id)) {
		MUST(id < 256 && (!sane || !tx_mine[id]));
		tx_mine[id] = true;
		n++;
	}
	MUST(n <= 256 && tx.ids == 256);
	for (i = 0; i < 256; i++)
		MUST(!sane || tx_mine[i]);
	for (n = 0; netfront_rx_lost(&rx, &id); n++) {
		MUST(id < 256 && (!sane || rx_gref[id]));
		rx_gref[id] = 0;
	}
	for (i = 0; i < 256; i++)
		MUST(!sane || !rx_gref[i]);
	MUST(n <= 256);
}

static void back_goes_away(void)
{
	front_takes_back(true);
	new_rings(UINT32_MAX - below(600));
	deaths++;
}

/* --- peers that scribble */

static void scribble(void)
{
	uint32_t *words = (uint32_t *)page[below(2)];
	uint32_t n = below(20);

	while (n--)
		words[16 + below(1008)] = below(3) ? below(4096) :
						     (uint32_t)(seed >> 7);
	if (!below(4))
		tx_ring->rsp_prod = tx.rsp_cons + below(280);
	if (!below(4))
		rx_ring->rsp_prod = rx.rsp_cons + below(60);
	if (!below(50))
		*(uint32_t *)page[below(2)] = (uint32_t)seed;
}

static void front_meets_madness(void)
{
	struct netfront_tx_packet q = { .pieces = 1, .length_bytes = 60,
					.piece = { { 1, 0, 60 } } };
	struct netfront_tx_done done;
	struct netfront_rx_packet p;
	uint32_t i, rounds = 300;

	netfront_tx_put(&tx, &q);
	netfront_tx_flush(&tx);
	netfront_rx_flush(&rx);
	while (rounds-- && netfront_tx_get(&tx, &done) == NETFRONT_READY)
		MUST(done.id < 256);
	rounds = 300;
	while (rounds-- && netfront_rx_get(&rx, &p) == NETFRONT_READY) {
		MUST(p.pieces <= 18 && p.extras <= NETFRONT_EXTRAS_MAX);
		for (i = 0; i < p.pieces; i++)
			MUST(p.piece[i].offset_bytes +
				     p.piece[i].length_bytes <= 4096 &&
			     p.piece[i].index < 256);
	}
	MUST(netfront_tx_in_flight(&tx) <= 256);
	MUST(netfront_rx_posted(&rx) <= 256);
	MUST(tx.ids + tx.extras <= 256);
	while (netfront_rx_want(&rx))
		netfront_rx_post(&rx, 5);
	netfront_rx_follow(&rx);
}

static void madness(void)
{
	unsigned int i;

	for (i = 0; i < MADNESS; i++) {
		scribble();
		front_meets_madness();
		if (tx.why || rx.why) {
			breaks++;
			front_takes_back(false);
			new_rings((uint32_t)seed);
		}
	}
	/* And afterwards all is as before. */
	front_takes_back(false);
	new_rings(0);
}

static void step(void)
{
	switch (below(16)) {
	case 0 ... 2:
		front_sends();
		break;
	case 3:
		netfront_tx_flush(&tx);
		break;
	case 4 ... 6:
		back_takes();
		break;
	case 7 ... 8:
		back_answers();
		break;
	case 9:
		front_reaps();
		break;
	case 10:
		front_shows();
		break;
	case 11 ... 12:
		back_delivers();
		break;
	case 13:
		back_shows();
		break;
	case 14:
		front_receives();
		break;
	case 15:
		if (!below(4000))
			back_goes_away();
		break;
	}
}

int main(void)
{
	unsigned long i;

	new_rings(UINT32_MAX - 3000);
	for (i = 0; i < STEPS; i++)
		step();
	MUST(sent > STEPS / 30 && received > STEPS / 60);
	MUST(dry > 100);
	MUST(deaths > 10 && successions > 20 && dropped > 100);
	madness();
	MUST(breaks > MADNESS / 100);
	for (i = 0; i < STEPS / 10; i++)
		step();
	printf("%lu out, %lu in, %lu dropped, %lu times dry, %lu deaths, "
	       "%lu successions, %lu breaks\n", sent, received, dropped, dry,
	       deaths, successions, breaks);
	return 0;
}
