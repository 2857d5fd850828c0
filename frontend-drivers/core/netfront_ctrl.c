// SPDX-License-Identifier: MIT
/*
 * The control ring of a network interface, the frontend's half, without I/O.
 *
 * Rules:
 *  1. One message is in flight at most; its id is its position in the ring.
 *  2. The answer is copied once, and must repeat id and type; an answer to
 *     nothing, or a second one, breaks this ring (and no other).
 *
 * No lock, no allocation, calls nothing. Next: the shells, guest/ and linux/.
 */
#include "frontend-drivers/core/netfront_ctrl.h"

#include "abi/errno.h"

#define STRIDE 16
#define SLOTS 128

_Static_assert(sizeof(union xy_netif_ctrl_sring_entry) == STRIDE, "ctrl slot");

void netfront_ctrl_init(struct netfront_ctrl *c, struct xy_sring *ring)
{
	xy_ring_init(ring);
	*c = (struct netfront_ctrl){ .ring = ring };
}

int netfront_ctrl_put(struct netfront_ctrl *c,
		      const struct netfront_ctrl_message *m)
{
	struct xy_netif_ctrl_request *q;

	if (c->type || c->why)
		return -XY_EBUSY;
	if (m->type == XY_NETIF_CTRL_TYPE_INVALID)
		return -XY_EINVAL;
	q = xy_ring_slot(c->ring, c->req_prod, SLOTS, STRIDE);
	q->id = (uint16_t)c->req_prod;
	q->type = m->type;
	q->data[0] = m->data[0];
	q->data[1] = m->data[1];
	q->data[2] = m->data[2];
	c->req_prod++;
	c->type = m->type;
	return 0;
}

bool netfront_ctrl_flush(struct netfront_ctrl *c)
{
	uint32_t old = c->req_pushed;

	c->req_pushed = c->req_prod;
	return old != c->req_prod &&
	       xy_ring_push_requests(c->ring, old, c->req_prod);
}

static enum netfront_got broken(struct netfront_ctrl *c, enum netfront_why why)
{
	c->why = (uint8_t)why;
	return NETFRONT_BROKEN;
}

enum netfront_got netfront_ctrl_get(struct netfront_ctrl *c,
				    struct netfront_ctrl_answer *a)
{
	const volatile struct xy_netif_ctrl_response *r;
	uint32_t prod = xy_ring_rsp_prod(c->ring);
	uint16_t id, type;

	if (c->why)
		return NETFRONT_BROKEN;
	if (xy_ring_overrun(prod, c->rsp_cons, c->req_pushed - c->rsp_cons))
		return broken(c, NETFRONT_JUMPED);
	if (prod == c->rsp_cons)
		return NETFRONT_NONE;
	r = xy_ring_slot(c->ring, c->rsp_cons, SLOTS, STRIDE);
	id = r->id;
	type = r->type;
	a->status = r->status;
	a->data = r->data;
	if (id != (uint16_t)c->rsp_cons || type != c->type)
		return broken(c, NETFRONT_WRONG_ID);
	c->rsp_cons++;
	c->type = 0;
	return NETFRONT_READY;
}

bool netfront_ctrl_arm(struct netfront_ctrl *c)
{
	return xy_ring_more_responses(c->ring, c->rsp_cons);
}
