// SPDX-License-Identifier: GPL-2.0-only
/*
 * The backend's half of a network interface's control ring.
 *
 * Rules:
 *  1. A request is copied once, and executed in order, one at a time: while
 *     one waits for its page no other is looked at.
 *  2. What is wrong is refused and changes nothing; a mapping is taken as a
 *     whole or not at all, and names existing queues only.
 *  3. An answer overwrites its request in the ring. So the request at work
 *     is kept here, and a successor executes it again: everything can be set
 *     twice.
 *
 * It calls nothing, allocates nothing, has no lock. Next: daemon/net_shell.c.
 */
#include "backend-drivers/core/netctrl.h"

#include "backend-drivers/core/arm.h"

#define ENTRIES 128	/* of 16 bytes, in a page behind its header */
#define STRIDE 16
#define ALL_TYPES (XY_NETIF_CTRL_HASH_TYPE_IPV4 | \
		   XY_NETIF_CTRL_HASH_TYPE_IPV4_TCP | \
		   XY_NETIF_CTRL_HASH_TYPE_IPV6 | \
		   XY_NETIF_CTRL_HASH_TYPE_IPV6_TCP)

_Static_assert(sizeof(struct xy_netif_ctrl_request) == STRIDE, "an entry");

void netctrl_init(struct netctrl *c, struct xy_sring *ring, uint32_t queues)
{
	*c = (struct netctrl){ .queues = queues };
	if (ring)
		c->req_cons = c->rsp_prod = xy_ring_rsp_prod(ring);
	netctrl_resume(c, ring);
}

void netctrl_resume(struct netctrl *c, struct xy_sring *ring)
{
	uint32_t seen = ring ? xy_ring_rsp_prod(ring) : 0;

	c->ring = ring;
	if (c->rsp_prod - seen > ENTRIES || c->req_cons - c->rsp_prod > 1) {
		c->rsp_prod = seen;
		c->req_cons = seen;
	}
	c->rsp_pushed = seen;
	c->again = c->req_cons != c->rsp_prod;
}

static void answer(struct netctrl *c, uint32_t status, uint32_t data)
{
	struct xy_netif_ctrl_response *r =
		xy_ring_slot(c->ring, c->rsp_prod, ENTRIES, STRIDE);

	*r = (struct xy_netif_ctrl_response){
		.id = c->now.id, .type = c->now.type,
		.status = status, .data = data,
	};
	store_u32(&c->rsp_prod, c->rsp_prod + 1);
}

static uint32_t set_types(struct netctrl *c, uint32_t types)
{
	if ((types & ~(uint32_t)ALL_TYPES) || !c->algorithm)
		return XY_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	c->types = types;
	return XY_NETIF_CTRL_STATUS_SUCCESS;
}

static uint32_t set_algorithm(struct netctrl *c, uint32_t algorithm)
{
	if (algorithm > XY_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ)
		return XY_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	c->algorithm = algorithm;
	return XY_NETIF_CTRL_STATUS_SUCCESS;
}

static uint32_t set_mapping_size(struct netctrl *c, uint32_t size)
{
	if (size > NETCTRL_MAPPING_MAX)
		return XY_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	c->mapping_size = size;
	__builtin_memset(c->mapping, 0, sizeof(c->mapping));
	return XY_NETIF_CTRL_STATUS_SUCCESS;
}

/* How much of the page a request needs, once its numbers are sound. */
static uint32_t key_or_mapping(struct netctrl *c, uint32_t *bytes)
{
	uint32_t n = c->now.data[1], at = c->now.data[2];

	if (c->now.type == XY_NETIF_CTRL_TYPE_SET_HASH_KEY) {
		*bytes = n;
		return n > FLOWHASH_KEY_BYTES ?
		       XY_NETIF_CTRL_STATUS_BUFFER_OVERFLOW :
		       XY_NETIF_CTRL_STATUS_SUCCESS;
	}
	if (at > c->mapping_size || n > c->mapping_size - at)
		return XY_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	*bytes = n * 4;
	return XY_NETIF_CTRL_STATUS_SUCCESS;
}

/* True: it must fetch a page first, else it is answered. */
static bool execute(struct netctrl *c, struct netctrl_want *want)
{
	uint32_t status = XY_NETIF_CTRL_STATUS_SUCCESS, data = 0, bytes = 0;

	switch (c->now.type) {
	case XY_NETIF_CTRL_TYPE_GET_HASH_FLAGS:
		if (!c->algorithm)
			status = XY_NETIF_CTRL_STATUS_NOT_SUPPORTED;
		else
			data = ALL_TYPES;
		break;
	case XY_NETIF_CTRL_TYPE_SET_HASH_FLAGS:
		status = set_types(c, c->now.data[0]);
		break;
	case XY_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM:
		status = set_algorithm(c, c->now.data[0]);
		break;
	case XY_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE:
		data = NETCTRL_MAPPING_MAX;
		break;
	case XY_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE:
		status = set_mapping_size(c, c->now.data[0]);
		break;
	case XY_NETIF_CTRL_TYPE_SET_HASH_KEY:
	case XY_NETIF_CTRL_TYPE_SET_HASH_MAPPING:
		status = key_or_mapping(c, &bytes);
		if (status == XY_NETIF_CTRL_STATUS_SUCCESS) {
			want->gref = c->now.data[0];
			want->bytes = (uint16_t)bytes;
			return true;
		}
		break;
	default:
		status = XY_NETIF_CTRL_STATUS_NOT_SUPPORTED;
	}
	answer(c, status, data);
	return false;
}

/* The next request into c->now. */
static enum netctrl_got take(struct netctrl *c)
{
	uint32_t prod = xy_ring_req_prod(c->ring), word[4], i;
	const volatile uint32_t *from;

	if (c->again) {
		c->again = false;
		return NETCTRL_FETCH;
	}
	if (xy_ring_overrun(prod, c->rsp_pushed, ENTRIES) ||
	    xy_ring_overrun(prod, c->req_cons, ENTRIES))
		return NETCTRL_BROKEN;
	if (prod == c->req_cons)
		return NETCTRL_NONE;
	from = xy_ring_slot(c->ring, c->req_cons, ENTRIES, STRIDE);
	for (i = 0; i < 4; i++)
		word[i] = from[i];
	__builtin_memcpy(&c->now, word, STRIDE);
	store_u32(&c->req_cons, c->req_cons + 1);
	return NETCTRL_FETCH;
}

enum netctrl_got netctrl_get(struct netctrl *c, struct netctrl_want *want)
{
	for (;;) {
		enum netctrl_got got = take(c);

		if (got != NETCTRL_FETCH)
			return got;
		if (!execute(c, want))
			continue;
		if (want->bytes)
			return NETCTRL_FETCH;
		netctrl_give(c, "");
	}
}

/* Entries of the guest's page: all of them good, or none taken. */
static uint32_t take_mapping(struct netctrl *c, const uint32_t *entry)
{
	uint32_t i, n = c->now.data[1], at = c->now.data[2];

	for (i = 0; i < n; i++)
		if (entry[i] >= c->queues)
			return XY_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	for (i = 0; i < n; i++)
		c->mapping[at + i] = (uint8_t)entry[i];
	return XY_NETIF_CTRL_STATUS_SUCCESS;
}

void netctrl_give(struct netctrl *c, const void *data)
{
	uint32_t status = XY_NETIF_CTRL_STATUS_SUCCESS;

	if (!data) {
		status = XY_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	} else if (c->now.type == XY_NETIF_CTRL_TYPE_SET_HASH_KEY) {
		__builtin_memset(c->key, 0, sizeof(c->key));
		__builtin_memcpy(c->key, data, c->now.data[1]);
	} else {
		status = take_mapping(c, data);
	}
	answer(c, status, 0);
}

bool netctrl_flush(struct netctrl *c)
{
	uint32_t old = c->rsp_pushed, now = c->rsp_prod;

	if (old == now)
		return false;
	c->rsp_pushed = now;
	return xy_ring_push_responses(c->ring, old, now);
}

bool netctrl_arm(struct netctrl *c)
{
	return ring_arm(c->ring, c->req_cons, 1);
}

uint32_t netctrl_queue(const struct netctrl *c, const uint8_t *frame,
		       uint32_t bytes, struct netback_hash *hash)
{
	*hash = (struct netback_hash){ 0 };
	if (!c->algorithm)
		return c->queues == 1 ? 0 :
		       flowhash_any(frame, bytes) % c->queues;
	*hash = flowhash_toeplitz(c->key, c->types, frame, bytes);
	if (!c->mapping_size)
		return hash->value % c->queues;
	return c->mapping[hash->value % c->mapping_size];
}
