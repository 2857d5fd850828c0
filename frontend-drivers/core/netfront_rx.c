// SPDX-License-Identifier: MIT
/*
 * The receive half of a network queue, without I/O.
 *
 * Rules:
 *  1. Answers come in the order of the requests: an extra's slot has no room
 *     for an id, so its buffer is known by position alone. A request's id is
 *     its position, and an answer must repeat it.
 *  2. A slot is copied once for each parse. A packet that is not all there is
 *     left alone and parsed anew when more has come.
 *  3. What is handed out lies within its buffer. An answer that says an error
 *     or nothing makes the packet bad, to be dropped with its buffers kept.
 *  4. Never more than NETFRONT_RING buffers, never fewer wanted than carry
 *     the largest packet.
 *
 * No lock, no allocation, calls nothing. Next: netfront_ctrl.c.
 */
#include "frontend-drivers/core/netfront.h"

#define STRIDE 8

_Static_assert(sizeof(union xy_netif_rx_sring_entry) == STRIDE, "rx slot");
_Static_assert(NETFRONT_RX_MIN >= NETFRONT_PIECES_MAX + NETFRONT_EXTRAS_MAX,
	       "the largest packet must fit when idle");

#define CALM_ROUNDS 64

union entry {
	uint64_t word;
	struct xy_netif_rx_response r;
	struct xy_netif_extra_info extra;
};

void netfront_rx_init(struct netfront_rx *r, struct xy_sring *ring,
		      uint32_t most)
{
	if (most > NETFRONT_RING)
		most = NETFRONT_RING;
	if (most < NETFRONT_RX_MIN)
		most = NETFRONT_RX_MIN;
	xy_ring_init(ring);
	*r = (struct netfront_rx){ .ring = ring,
				   .target = NETFRONT_RX_MIN,
				   .most = (uint16_t)most };
}

static enum netfront_got broken(struct netfront_rx *r, enum netfront_why why)
{
	r->why = (uint8_t)why;
	return NETFRONT_BROKEN;
}

static void load(const struct netfront_rx *r, uint32_t index, union entry *e)
{
	e->word = *(const volatile uint64_t *)xy_ring_slot(
		r->ring, index, NETFRONT_RING, STRIDE);
}

static bool note_extra(struct netfront_rx_packet *p,
		       const struct xy_netif_extra_info *x)
{
	switch (x->type) {
	case XY_NETIF_EXTRA_TYPE_GSO:
		p->gso_size = x->u.gso.size;
		p->gso_type = x->u.gso.type;
		if (!p->gso_size ||
		    (p->gso_type != XY_NETIF_GSO_TYPE_TCPV4 &&
		     p->gso_type != XY_NETIF_GSO_TYPE_TCPV6))
			p->bad = true;
		return true;
	case XY_NETIF_EXTRA_TYPE_HASH:
		p->hash_type = x->u.hash.type;
		p->hash = x->u.hash.value[0] |
			  (uint32_t)x->u.hash.value[1] << 8 |
			  (uint32_t)x->u.hash.value[2] << 16 |
			  (uint32_t)x->u.hash.value[3] << 24;
		return true;
	case XY_NETIF_EXTRA_TYPE_XDP:
		return true;	/* the offset says the same */
	}
	return false;
}

/* The extras stand right after the first slot; *at moves past them. */
static enum netfront_got take_extras(struct netfront_rx *r,
				     struct netfront_rx_packet *p,
				     uint32_t *at)
{
	union entry e;

	do {
		if (p->extras == NETFRONT_EXTRAS_MAX)
			return broken(r, NETFRONT_BAD_EXTRA);
		if (*at == r->rsp_seen)
			return NETFRONT_NONE;
		load(r, (*at)++, &e);
		p->extras++;
		if (!note_extra(p, &e.extra))
			return broken(r, NETFRONT_BAD_EXTRA);
	} while (e.extra.flags & XY_NETIF_EXTRA_FLAG_MORE);
	return NETFRONT_READY;
}

/* One answer with data. FINE, or what is wrong with it. */
static inline enum netfront_why take_piece(struct netfront_rx_packet *p,
					   const struct xy_netif_rx_response *a,
					   uint16_t index)
{
	struct netfront_rx_piece *b = &p->piece[p->pieces];

	if (a->id != index)
		return NETFRONT_WRONG_ID;
	p->pieces++;
	b->index = index;
	b->offset_bytes = 0;
	b->length_bytes = 0;
	if (a->status <= 0) {
		p->bad = true;
		return NETFRONT_FINE;
	}
	if ((uint32_t)a->offset + (uint32_t)a->status > XY_PAGE_SIZE)
		return NETFRONT_TOO_LONG;
	b->offset_bytes = a->offset;
	b->length_bytes = (uint16_t)a->status;
	p->length_bytes += (uint32_t)a->status;
	return NETFRONT_FINE;
}

static enum netfront_got look(struct netfront_rx *r)
{
	uint32_t prod;

	if (r->why)
		return NETFRONT_BROKEN;
	prod = xy_ring_rsp_prod(r->ring);
	if (xy_ring_overrun(prod, r->rsp_cons, r->req_pushed - r->rsp_cons))
		return broken(r, NETFRONT_JUMPED);
	r->rsp_seen = prod;
	return prod == r->rsp_cons ? NETFRONT_NONE : NETFRONT_READY;
}

/* From rsp_cons, where at least one answer is, as far as was seen. */
static enum netfront_got parse(struct netfront_rx *r,
			       struct netfront_rx_packet *p)
{
	uint32_t at = r->rsp_cons;
	enum netfront_got got;
	enum netfront_why why;
	bool more, extras;
	union entry e;

	p->length_bytes = 0;
	p->pieces = 0;
	p->extras = 0;
	p->bad = false;
	p->hash_type = 0;
	p->gso_size = 0;
	p->first = at % NETFRONT_RING;
	do {
		if (p->pieces == NETFRONT_PIECES_MAX)
			return broken(r, NETFRONT_ENDLESS);
		if (at == r->rsp_seen)
			return NETFRONT_NONE;
		load(r, at, &e);
		more = e.r.flags & XY_NETRXF_more_data;
		extras = false;
		if (!p->pieces) {
			p->flags = e.r.flags & (XY_NETRXF_csum_blank |
						XY_NETRXF_data_validated);
			extras = e.r.flags & XY_NETRXF_extra_info;
		}
		why = take_piece(p, &e.r, at % NETFRONT_RING);
		if (why)
			return broken(r, why);
		at++;
		if (extras) {
			got = take_extras(r, p, &at);
			if (got != NETFRONT_READY)
				return got;
		}
	} while (more);
	r->rsp_cons = at;
	return NETFRONT_READY;
}

enum netfront_got netfront_rx_get(struct netfront_rx *r,
				  struct netfront_rx_packet *p)
{
	enum netfront_got got;
	uint32_t seen = r->rsp_seen;

	if (r->rsp_cons != seen && !r->why) {
		got = parse(r, p);
		if (got != NETFRONT_NONE)
			return got;
	}
	got = look(r);
	/* Nothing new: what was not whole is not whole now. */
	if (got != NETFRONT_READY || r->rsp_seen == seen)
		return got == NETFRONT_BROKEN ? got : NETFRONT_NONE;
	return parse(r, p);
}

void netfront_rx_follow(struct netfront_rx *r)
{
	uint32_t unused = r->req_pushed - r->rsp_seen, want = r->target;

	if (r->rsp_seen == r->followed)
		return;
	r->followed = r->rsp_seen;
	/* Room for the largest packet is left by a backend that has no room. */
	if (unused < want / 4 + NETFRONT_SLOTS_MAX) {
		r->calm = 0;
		want *= 2;
	} else if (unused < want / 4 * 3) {
		r->calm = 0;
	} else if (++r->calm >= CALM_ROUNDS) {
		r->calm = 0;
		want -= want / 8;
	}
	if (want > r->most)
		want = r->most;
	if (want < NETFRONT_RX_MIN)
		want = NETFRONT_RX_MIN;
	r->target = (uint16_t)want;
}

bool netfront_rx_lost(struct netfront_rx *r, uint16_t *index)
{
	if (r->rsp_cons == r->req_prod)
		return false;
	*index = r->rsp_cons++ % NETFRONT_RING;
	return true;
}
