// SPDX-License-Identifier: GPL-2.0-only
/*
 * The backend's half of a network interface's rings, without I/O.
 *
 * Rules:
 *  1. A ring entry is copied once. A packet's entries must all be there when
 *     its first one is: a frontend publishes whole packets. One that does not,
 *     or that runs away with an index, loses its interface, nothing else.
 *  2. Responses follow the order of requests, so that a successor process can
 *     tell by the index alone what was answered; ids, and the grants of posted
 *     buffers, are kept here since responses overwrite them in the ring.
 *  3. Whatever is handed out lies within its page, and its pieces add up to
 *     the packet.
 *  4. A packet that is merely unusable (too many pieces, a length that does
 *     not add up) is handed out marked bad, to be answered with an error.
 *
 * It calls nothing, allocates nothing, has no lock. Next: daemon/net_shell.c.
 */
#include "backend-drivers/core/netback.h"

#include "abi/errno.h"
#include "abi/io/net.h"
#include "backend-drivers/core/arm.h"

#define MASK (NETBACK_RING - 1)
#define TX_STRIDE 12
#define RX_STRIDE 8
#define ETHERNET_HEADER 14

_Static_assert(sizeof(struct xy_netif_tx_request) == TX_STRIDE, "tx entry");
_Static_assert(sizeof(struct xy_netif_rx_request) == RX_STRIDE, "rx entry");

/* One entry, loaded once. */
union tx_entry {
	uint32_t word[3];
	struct xy_netif_tx_request request;
	struct xy_netif_extra_info extra;
};

static void *tx_at(const struct netback *n, uint32_t index)
{
	return xy_ring_slot(n->tx.ring, index, NETBACK_RING, TX_STRIDE);
}

static void *rx_at(const struct netback *n, uint32_t index)
{
	return xy_ring_slot(n->rx.ring, index, NETBACK_RING, RX_STRIDE);
}

void netback_init(struct netback *n, void *tx_ring, void *rx_ring)
{
	uint32_t tx = xy_ring_rsp_prod(tx_ring), rx = xy_ring_rsp_prod(rx_ring);

	n->tx = (struct netback_tx_ring){ .ring = tx_ring, .req_cons = tx,
					 .rsp_prod = tx, .rsp_pushed = tx };
	n->rx = (struct netback_rx_ring){ .ring = rx_ring, .req_cons = rx,
					 .rsp_prod = rx, .rsp_pushed = rx };
	n->broken = 0;
}

static void tx_answer(struct netback *n, uint32_t index, int status)
{
	struct xy_netif_tx_response *rsp = tx_at(n, index);

	rsp->id = n->tx.id[index & MASK];
	rsp->status = n->tx.extra[index & MASK] ? XY_NETIF_RSP_NULL :
						  (int16_t)status;
}

static void rx_answer(struct netback *n, uint32_t index, int status)
{
	struct xy_netif_rx_response *rsp = rx_at(n, index);

	rsp->id = n->rx.id[index & MASK];
	rsp->offset = 0;
	rsp->flags = 0;
	rsp->status = (int16_t)status;
}

int netback_resume(struct netback *n, void *tx_ring, void *rx_ring)
{
	uint32_t seen_tx = xy_ring_rsp_prod(tx_ring);
	uint32_t seen_rx = xy_ring_rsp_prod(rx_ring);

	n->tx.ring = tx_ring;
	n->rx.ring = rx_ring;
	if (n->broken || n->tx.req_cons - seen_tx > NETBACK_RING ||
	    n->rx.req_cons - seen_rx > NETBACK_RING)
		return -XY_EINVAL;
	n->tx.rsp_prod = n->tx.rsp_pushed = seen_tx;
	n->rx.rsp_prod = n->rx.rsp_pushed = seen_rx;
	for (; n->tx.rsp_prod != n->tx.req_cons; n->tx.rsp_prod++)
		tx_answer(n, n->tx.rsp_prod, XY_NETIF_RSP_DROPPED);
	for (; n->rx.rsp_prod != n->rx.req_cons; n->rx.rsp_prod++)
		rx_answer(n, n->rx.rsp_prod, XY_NETIF_RSP_ERROR);
	return 0;
}

static enum netback_got broken(struct netback *n)
{
	n->broken = 1;
	return NETBACK_BROKEN;
}

static void tx_load(struct netback *n, uint32_t index, union tx_entry *to)
{
	const volatile uint32_t *from = tx_at(n, index);

	to->word[0] = from[0];
	to->word[1] = from[1];
	to->word[2] = from[2];
}

static void add_piece(struct netback_packet *p, const union tx_entry *e,
		      uint32_t length)
{
	const struct xy_netif_tx_request *r = &e->request;

	if (p->pieces == NETBACK_PIECES_MAX ||
	    (uint32_t)r->offset + length > XY_PAGE_SIZE) {
		p->bad = true;
		return;
	}
	p->piece[p->pieces++] = (struct netback_piece){
		.gref = r->gref,
		.offset_bytes = r->offset,
		.length_bytes = (uint16_t)length,
	};
}

/* The extras stand right after the first entry. False: the ring is broken. */
static bool tx_extras(struct netback *n, struct netback_packet *p,
		      uint32_t prod)
{
	union tx_entry e;

	do {
		uint32_t index = p->first + p->entries;

		if (index == prod || p->entries > NETBACK_EXTRAS_MAX)
			return false;
		tx_load(n, index, &e);
		n->tx.id[index & MASK] = 0;
		n->tx.extra[index & MASK] = 1;
		p->entries++;
		if (!e.extra.type || e.extra.type >= XY_NETIF_EXTRA_TYPE_MAX)
			return false;
		if (e.extra.type == XY_NETIF_EXTRA_TYPE_GSO) {
			p->gso.size = e.extra.u.gso.size;
			p->gso.type = e.extra.u.gso.type;
			if (!p->gso.size)
				p->bad = true;
		}
	} while (e.extra.flags & XY_NETIF_EXTRA_FLAG_MORE);
	return true;
}

/* The fragments; *rest is what the first entry holds itself. */
static bool tx_fragments(struct netback *n, struct netback_packet *p,
			 uint32_t prod, uint32_t *rest)
{
	union tx_entry e;

	do {
		uint32_t index = p->first + p->entries;

		if (index == prod || p->entries > 2 * NETBACK_PIECES_MAX)
			return false;
		tx_load(n, index, &e);
		n->tx.id[index & MASK] = e.request.id;
		n->tx.extra[index & MASK] = 0;
		p->entries++;
		add_piece(p, &e, e.request.size);
		if (e.request.size > *rest) {
			p->bad = true;
			*rest = 0;
		} else {
			*rest -= e.request.size;
		}
	} while (e.request.flags & XY_NETTXF_more_data);
	return true;
}

enum netback_got netback_tx_get(struct netback *n, struct netback_packet *p)
{
	uint32_t prod, rest;
	union tx_entry e;

	if (n->broken)
		return NETBACK_BROKEN;
	prod = xy_ring_req_prod(n->tx.ring);
	if (xy_ring_overrun(prod, n->tx.rsp_pushed, NETBACK_RING) ||
	    xy_ring_overrun(prod, n->tx.req_cons, NETBACK_RING))
		return broken(n);
	if (prod == n->tx.req_cons)
		return NETBACK_NONE;
	tx_load(n, n->tx.req_cons, &e);
	*p = (struct netback_packet){
		.first = n->tx.req_cons,
		.entries = 1,
		.pieces = 1,
		.flags = (uint8_t)e.request.flags,
		.length_bytes = e.request.size,
		.bad = e.request.size < ETHERNET_HEADER,
	};
	n->tx.id[p->first & MASK] = e.request.id;
	n->tx.extra[p->first & MASK] = 0;
	if ((e.request.flags & XY_NETTXF_extra_info) && !tx_extras(n, p, prod))
		return broken(n);
	rest = e.request.size;
	if ((e.request.flags & XY_NETTXF_more_data) &&
	    !tx_fragments(n, p, prod, &rest))
		return broken(n);
	if (!rest || (uint32_t)e.request.offset + rest > XY_PAGE_SIZE)
		p->bad = true;
	p->piece[0].gref = e.request.gref;
	p->piece[0].offset_bytes = e.request.offset;
	p->piece[0].length_bytes = (uint16_t)rest;
	store_u32(&n->tx.req_cons, p->first + p->entries);
	return NETBACK_READY;
}

void netback_tx_put(struct netback *n, const struct netback_packet *p,
		    int status)
{
	uint32_t i;

	for (i = 0; i < p->entries; i++)
		tx_answer(n, p->first + i, status);
	store_u32(&n->tx.rsp_prod, p->first + p->entries);
}

bool netback_tx_flush(struct netback *n)
{
	uint32_t old = n->tx.rsp_pushed, now = n->tx.rsp_prod;

	if (old == now)
		return false;
	n->tx.rsp_pushed = now;
	return xy_ring_push_responses(n->tx.ring, old, now);
}

bool netback_tx_arm(struct netback *n)
{
	if (n->broken)
		return false;
	return ring_arm(n->tx.ring, n->tx.req_cons, 1);
}

int netback_rx_room(struct netback *n)
{
	uint32_t prod = xy_ring_req_prod(n->rx.ring);

	if (n->broken)
		return -XY_EPROTO;
	if (xy_ring_overrun(prod, n->rx.rsp_pushed, NETBACK_RING) ||
	    xy_ring_overrun(prod, n->rx.req_cons, NETBACK_RING)) {
		n->broken = 1;
		return -XY_EPROTO;
	}
	return (int)(prod - n->rx.req_cons);
}

static void rx_take(struct netback *n, uint32_t index)
{
	union {
		uint64_t word;
		struct xy_netif_rx_request request;
	} e;

	e.word = *(const volatile uint64_t *)rx_at(n, index);
	n->rx.id[index & MASK] = e.request.id;
	n->rx.gref[index & MASK] = e.request.gref;
}

static uint32_t rx_extras(const struct netback_packet *p)
{
	return (p->gso.size ? 1 : 0) + (p->hash.valid ? 1 : 0);
}

enum netback_got netback_rx_place(struct netback *n, struct netback_packet *p)
{
	uint32_t length = p->length_bytes;
	uint32_t pieces = (length + XY_PAGE_SIZE - 1) / XY_PAGE_SIZE;
	uint32_t i, at, extras = rx_extras(p), entries = pieces + extras;
	int room = netback_rx_room(n);

	if (room < 0)
		return NETBACK_BROKEN;
	if (!pieces || pieces > NETBACK_PIECES_MAX || (uint32_t)room < entries)
		return NETBACK_NONE;
	p->first = n->rx.req_cons;
	p->entries = (uint16_t)entries;
	p->pieces = (uint8_t)pieces;
	for (i = 0; i < entries; i++)
		rx_take(n, p->first + i);
	for (i = 0, at = p->first; i < pieces; i++, at++) {
		uint32_t left = length - i * XY_PAGE_SIZE;

		if (i == 1)
			at += extras;	/* their buffers lie idle */
		p->piece[i].gref = n->rx.gref[at & MASK];
		p->piece[i].offset_bytes = 0;
		p->piece[i].length_bytes = (uint16_t)(left > XY_PAGE_SIZE ?
						      XY_PAGE_SIZE : left);
	}
	store_u32(&n->rx.req_cons, p->first + entries);
	return NETBACK_READY;
}

enum netback_got netback_rx_plan(struct netback *n, uint32_t length_bytes,
				 const struct netback_gso *gso,
				 struct netback_packet *p)
{
	*p = (struct netback_packet){
		.length_bytes = (uint16_t)length_bytes,
		.gso = *gso,
	};
	return netback_rx_place(n, p);
}

static void rx_put_extras(struct netback *n, const struct netback_packet *p)
{
	struct xy_netif_extra_info *x = rx_at(n, p->first + 1);

	if (p->gso.size) {
		*x = (struct xy_netif_extra_info){
			.type = XY_NETIF_EXTRA_TYPE_GSO,
			.flags = p->hash.valid ? XY_NETIF_EXTRA_FLAG_MORE : 0,
			.u.gso = { .size = p->gso.size, .type = p->gso.type },
		};
		x = rx_at(n, p->first + 2);
	}
	if (!p->hash.valid)
		return;
	*x = (struct xy_netif_extra_info){
		.type = XY_NETIF_EXTRA_TYPE_HASH,
		.u.hash = { .type = p->hash.type,
			    .algorithm =
				XY_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ },
	};
	__builtin_memcpy(x->u.hash.value, &p->hash.value, 4);
}

void netback_rx_put(struct netback *n, const struct netback_packet *p, bool ok)
{
	uint32_t i, at, extras = rx_extras(p);

	for (i = 0, at = p->first; i < p->pieces; i++, at++) {
		struct xy_netif_rx_response *rsp;

		if (i == 1)
			at += extras;
		rx_answer(n, at, ok ? p->piece[i].length_bytes :
				      XY_NETIF_RSP_ERROR);
		rsp = rx_at(n, at);
		if (i == 0)
			rsp->flags = p->flags;
		if (i == 0 && extras)
			rsp->flags |= XY_NETRXF_extra_info;
		if (i + 1 < p->pieces)
			rsp->flags |= XY_NETRXF_more_data;
	}
	if (extras)
		rx_put_extras(n, p);
	store_u32(&n->rx.rsp_prod, p->first + p->entries);
}

bool netback_rx_flush(struct netback *n)
{
	uint32_t old = n->rx.rsp_pushed, now = n->rx.rsp_prod;

	if (old == now)
		return false;
	n->rx.rsp_pushed = now;
	return xy_ring_push_responses(n->rx.ring, old, now);
}

bool netback_rx_arm(struct netback *n, uint32_t want)
{
	if (n->broken)
		return false;
	return ring_arm(n->rx.ring, n->rx.req_cons, want);
}
