// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rings of bytes in a page that a guest can change at any time.
 *
 * Rules:
 * 1. Each index of the guest's is read once, checked, then used; bytes are
 *    copied out before anybody looks at them.
 * 2. Indices run freely and are masked at use. More bytes between producer
 *    and consumer than the ring holds: -EPROTO, nothing is copied.
 * 3. Our own indices are read from the page too, since a predecessor of ours
 *    may have left them there; a guest that tampers with them fools only
 *    itself, every access being masked.
 *
 * No state. Lock: one thread a ring. Never: waits, notifies.
 * Next: consoled/conring.c and xenstored/ring.c, the two kinds of page.
 */
#include "dom0-tools/lib/byte_ring.h"

#include <errno.h>
#include <string.h>

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

int byte_ring_take(const struct byte_ring *r, char *buf, size_t room)
{
	uint32_t cons = __atomic_load_n(r->cons, __ATOMIC_RELAXED);
	/* Pairs with the guest's release: the bytes are there. */
	uint32_t prod = __atomic_load_n(r->prod, __ATOMIC_ACQUIRE);
	uint32_t have = prod - cons, at = cons & (r->bytes - 1);
	size_t n, first;

	if (have > r->bytes)
		return -EPROTO;
	n = smaller(have, room);
	first = smaller(n, r->bytes - at);
	memcpy(buf, r->data + at, first);
	memcpy(buf + first, r->data, n - first);
	__atomic_store_n(r->cons, cons + (uint32_t)n, __ATOMIC_RELEASE);
	return (int)n;
}

void byte_ring_skip(const struct byte_ring *r)
{
	uint32_t prod = __atomic_load_n(r->prod, __ATOMIC_ACQUIRE);

	__atomic_store_n(r->cons, prod, __ATOMIC_RELEASE);
}

int byte_ring_put(const struct byte_ring *r, const char *buf, size_t len)
{
	uint32_t prod = __atomic_load_n(r->prod, __ATOMIC_RELAXED);
	uint32_t cons = __atomic_load_n(r->cons, __ATOMIC_ACQUIRE);
	uint32_t used = prod - cons, at = prod & (r->bytes - 1);
	size_t n, first;

	if (used > r->bytes)
		return -EPROTO;
	n = smaller(len, r->bytes - used);
	first = smaller(n, r->bytes - at);
	memcpy(r->data + at, buf, first);
	memcpy(r->data, buf + first, n - first);
	/* From here the guest may see the bytes. */
	__atomic_store_n(r->prod, prod + (uint32_t)n, __ATOMIC_RELEASE);
	return (int)n;
}

size_t byte_ring_room(const struct byte_ring *r)
{
	uint32_t used = __atomic_load_n(r->prod, __ATOMIC_RELAXED) -
			__atomic_load_n(r->cons, __ATOMIC_ACQUIRE);

	return used > r->bytes ? 0 : r->bytes - used;
}
