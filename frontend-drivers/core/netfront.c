// SPDX-License-Identifier: MIT
/*
 * The transmit half of a network queue, without I/O.
 *
 * Rules:
 *  1. A packet is published whole or not at all, and netfront_tx_put() does it
 *     only if a backend must accept it: pieces within their pages, at most 18
 *     of them, a length that is their sum.
 *  2. An id is in flight once. Answers may come in any order, as backends
 *     with zero copy give them; each is copied once and must name an id that
 *     is in flight, or say NULL for a slot that held extra info.
 *  3. Slots in flight are ids in flight and extras in flight together, so the
 *     ring cannot overflow while there is room.
 *  4. A backend that breaks a rule breaks this ring only. Ids that it holds
 *     stay busy until netfront_tx_lost() takes them back.
 *
 * No lock, no allocation, calls nothing. Next: netfront_rx.c.
 */
#include "frontend-drivers/core/netfront.h"

#include "abi/errno.h"

#define STRIDE 12
#define ETHERNET_HEADER 14

_Static_assert(sizeof(struct xy_netif_tx_request) == STRIDE, "tx slot");
_Static_assert(NETFRONT_EXTRAS_MAX == XY_NETIF_EXTRA_TYPE_MAX - 1, "extras");

static const char *const why_text[] = {
	[NETFRONT_FINE] = "nothing is wrong",
	[NETFRONT_JUMPED] = "its response index left the ring",
	[NETFRONT_WRONG_ID] = "it answered a request that was not made",
	[NETFRONT_TOO_LONG] = "it claims data beyond the end of a buffer",
	[NETFRONT_BAD_EXTRA] = "its extra info makes no sense",
	[NETFRONT_ENDLESS] = "it sent a packet that does not end",
};

const char *netfront_why_text(enum netfront_why why)
{
	return why_text[why];
}

void netfront_tx_init(struct netfront_tx *t, struct xy_sring *ring)
{
	uint32_t i;

	xy_ring_init(ring);
	t->ring = ring;
	t->req_prod = 0;
	t->req_pushed = 0;
	t->rsp_cons = 0;
	t->rsp_seen = 0;
	t->extras = 0;
	t->why = NETFRONT_FINE;
	t->ids = NETFRONT_RING;
	for (i = 0; i < NETFRONT_RING; i++) {
		t->free_id[i] = (uint16_t)(NETFRONT_RING - 1 - i);
		t->busy[i] = 0;
	}
}

static bool fits(const struct netfront_tx_packet *p)
{
	uint32_t i, sum = 0;

	if (!p->pieces || p->pieces > NETFRONT_PIECES_MAX)
		return false;
	for (i = 0; i < p->pieces; i++) {
		const struct netfront_tx_piece *b = &p->piece[i];

		if (!b->length_bytes ||
		    (uint32_t)b->offset_bytes + b->length_bytes > XY_PAGE_SIZE)
			return false;
		sum += b->length_bytes;
	}
	return sum == p->length_bytes && sum >= ETHERNET_HEADER &&
	       sum <= XY_NETIF_MAX_TX_SIZE;
}

void netfront_tx_gso(struct netfront_tx *t, uint8_t type, uint16_t size)
{
	struct xy_netif_extra_info *x = netfront_tx_slot(t, t->next++);

	x->type = XY_NETIF_EXTRA_TYPE_GSO;
	x->flags = 0;
	x->u.gso.size = size;
	x->u.gso.type = type;
	x->u.gso.pad = 0;
	x->u.gso.features = 0;
}

int netfront_tx_put(struct netfront_tx *t, const struct netfront_tx_packet *p)
{
	uint32_t flags = p->flags, i;

	if (p->gso_size)
		flags |= XY_NETTXF_extra_info;
	if (!fits(p))
		return -XY_EINVAL;
	if (netfront_tx_room(t) < p->pieces + (p->gso_size ? 1U : 0U))
		return -XY_EBUSY;
	netfront_tx_begin(t);
	for (i = 0; i < p->pieces; i++) {
		const struct netfront_tx_piece *b = &p->piece[i];

		netfront_tx_fill(t, netfront_tx_take(t), b->gref,
				 b->offset_bytes, b->length_bytes);
		if (i == 0 && p->gso_size)
			netfront_tx_gso(t, p->gso_type, p->gso_size);
	}
	netfront_tx_end(t, p->length_bytes, flags);
	return 0;
}

void netfront_tx_break(struct netfront_tx *t, enum netfront_why why)
{
	t->why = (uint8_t)why;
	t->rsp_seen = t->rsp_cons;	/* nothing more is read */
}

enum netfront_got netfront_tx_look(struct netfront_tx *t)
{
	uint32_t prod;

	if (t->why)
		return NETFRONT_BROKEN;
	prod = xy_ring_rsp_prod(t->ring);
	if (xy_ring_overrun(prod, t->rsp_cons, t->req_pushed - t->rsp_cons)) {
		netfront_tx_break(t, NETFRONT_JUMPED);
		return NETFRONT_BROKEN;
	}
	t->rsp_seen = prod;
	return prod == t->rsp_cons ? NETFRONT_NONE : NETFRONT_READY;
}

bool netfront_tx_lost(struct netfront_tx *t, uint16_t *id)
{
	uint32_t i;

	for (i = 0; t->ids < NETFRONT_RING && i < NETFRONT_RING; i++) {
		if (!t->busy[i])
			continue;
		t->busy[i] = 0;
		t->free_id[t->ids++] = (uint16_t)i;
		*id = (uint16_t)i;
		return true;
	}
	return false;
}
