// SPDX-License-Identifier: MIT
/*
 * The console ring from the guest's side.
 *
 * Rules:
 *  1. The peer's indices are read once, checked against ours, then used; ours
 *     are kept here.
 *  2. More bytes between the two than the ring holds: offline, for good. A
 *     guest without a console goes on, so bytes are then taken and dropped.
 *
 * No lock; calls nothing.
 */
#include "frontend-drivers/core/confront.h"

#define OUT_MASK	(XY_CONSOLE_OUT_SIZE - 1)
#define IN_MASK		(XY_CONSOLE_IN_SIZE - 1)

void confront_init(struct confront *c, struct xy_xencons_interface *ring)
{
	c->ring = ring;
	c->out_prod = __atomic_load_n(&ring->out_prod, __ATOMIC_RELAXED);
	c->in_cons = __atomic_load_n(&ring->in_cons, __ATOMIC_RELAXED);
	c->offline = false;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t confront_put(struct confront *c, const char *bytes, size_t n)
{
	/* Pairs with the reader's release: it has copied those bytes. */
	uint32_t used = c->out_prod - __atomic_load_n(&c->ring->out_cons,
						      __ATOMIC_ACQUIRE);
	size_t at = c->out_prod & OUT_MASK, first;

	if (used > XY_CONSOLE_OUT_SIZE)
		c->offline = true;
	if (c->offline)
		return n;
	n = smaller(n, XY_CONSOLE_OUT_SIZE - used);
	first = smaller(n, XY_CONSOLE_OUT_SIZE - at);
	__builtin_memcpy(c->ring->out + at, bytes, first);
	__builtin_memcpy(c->ring->out, bytes + first, n - first);
	c->out_prod += (uint32_t)n;
	/* From here the reader may see the bytes. */
	__atomic_store_n(&c->ring->out_prod, c->out_prod, __ATOMIC_RELEASE);
	return n;
}

size_t confront_get(struct confront *c, char *bytes, size_t room)
{
	/* Pairs with the writer's release: the bytes are there. */
	uint32_t have = __atomic_load_n(&c->ring->in_prod, __ATOMIC_ACQUIRE) -
			c->in_cons;
	size_t at = c->in_cons & IN_MASK, first;

	if (have > XY_CONSOLE_IN_SIZE)
		c->offline = true;
	if (c->offline)
		return 0;
	room = smaller(room, have);
	first = smaller(room, XY_CONSOLE_IN_SIZE - at);
	__builtin_memcpy(bytes, c->ring->in + at, first);
	__builtin_memcpy(bytes + first, c->ring->in, room - first);
	c->in_cons += (uint32_t)room;
	/* From here the writer may overwrite them. */
	__atomic_store_n(&c->ring->in_cons, c->in_cons, __ATOMIC_RELEASE);
	return room;
}
