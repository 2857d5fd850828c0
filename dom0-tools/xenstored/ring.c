/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The byte rings of a xenstore page, as the server sees them.
 *
 * Rules:
 * 1. The guest can change the page at any time. Each index of its is read
 *    once, checked, then used; bytes are copied out before they are looked
 *    at.
 * 2. Indices run freely and are masked at use. More than 1024 bytes between
 *    producer and consumer is a guest gone wrong: -EPROTO, nothing copied.
 * 3. Our own indices are read from the page too (a predecessor of ours may
 *    have left them there); a guest that tampers with them fools itself,
 *    since every access is masked.
 *
 * No state. Next on the tour: domain.c.
 */
#include "dom0-tools/xenstored/ring.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#define MASK (XY_STORE_RING_SIZE - 1)

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

int ring_take(struct xy_xenstore_domain_interface *r, char *buf, size_t room)
{
	uint32_t cons = __atomic_load_n(&r->req_cons, __ATOMIC_RELAXED);
	/* Pairs with the guest's release: the bytes are there. */
	uint32_t prod = __atomic_load_n(&r->req_prod, __ATOMIC_ACQUIRE);
	size_t have = prod - cons, first;

	if (have > XY_STORE_RING_SIZE)
		return -EPROTO;
	have = smaller(have, room);
	first = smaller(have, XY_STORE_RING_SIZE - (cons & MASK));
	memcpy(buf, r->req + (cons & MASK), first);
	memcpy(buf + first, r->req, have - first);
	__atomic_store_n(&r->req_cons, cons + (uint32_t)have, __ATOMIC_RELEASE);
	return (int)have;
}

int ring_put(struct xy_xenstore_domain_interface *r, const char *buf,
	     size_t len)
{
	uint32_t prod = __atomic_load_n(&r->rsp_prod, __ATOMIC_RELAXED);
	uint32_t cons = __atomic_load_n(&r->rsp_cons, __ATOMIC_ACQUIRE);
	size_t used = prod - cons, first;

	if (used > XY_STORE_RING_SIZE)
		return -EPROTO;
	len = smaller(len, XY_STORE_RING_SIZE - used);
	first = smaller(len, XY_STORE_RING_SIZE - (prod & MASK));
	memcpy(r->rsp + (prod & MASK), buf, first);
	memcpy(r->rsp, buf + first, len - first);
	/* From here the guest may see the bytes. */
	__atomic_store_n(&r->rsp_prod, prod + (uint32_t)len, __ATOMIC_RELEASE);
	return (int)len;
}
