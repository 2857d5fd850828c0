/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The byte rings of a console page, as dom0 sees them.
 *
 * Rules:
 * 1. The guest can change the page at any time: its index is read once,
 *    checked, then used; every access is masked.
 * 2. Impossible indices are no reason to stop listening, since the console is
 *    where a guest in trouble says so: the output starts anew at the place
 *    its producer names.
 * 3. Our own indices live in the page, so that a successor of this process
 *    goes on where it stopped.
 *
 * No state. Next on the tour: console.c.
 */
#include "dom0-tools/consoled/conring.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#define OUT_MASK (XY_CONSOLE_OUT_SIZE - 1)
#define IN_MASK (XY_CONSOLE_IN_SIZE - 1)

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

int conring_take(struct xy_xencons_interface *r, char *buf, size_t room)
{
	uint32_t cons = __atomic_load_n(&r->out_cons, __ATOMIC_RELAXED);
	/* Pairs with the guest's barrier: the bytes are there. */
	uint32_t prod = __atomic_load_n(&r->out_prod, __ATOMIC_ACQUIRE);
	size_t have = prod - cons, first;

	if (have > XY_CONSOLE_OUT_SIZE) {
		__atomic_store_n(&r->out_cons, prod, __ATOMIC_RELEASE);
		return -EPROTO;
	}
	have = smaller(have, room);
	first = smaller(have, XY_CONSOLE_OUT_SIZE - (cons & OUT_MASK));
	memcpy(buf, r->out + (cons & OUT_MASK), first);
	memcpy(buf + first, r->out, have - first);
	__atomic_store_n(&r->out_cons, cons + (uint32_t)have, __ATOMIC_RELEASE);
	return (int)have;
}

/* Bytes the guest has not read yet; more than the ring: impossible. */
static size_t unread(struct xy_xencons_interface *r, uint32_t prod)
{
	return prod - __atomic_load_n(&r->in_cons, __ATOMIC_ACQUIRE);
}

size_t conring_room(struct xy_xencons_interface *r)
{
	uint32_t prod = __atomic_load_n(&r->in_prod, __ATOMIC_RELAXED);
	size_t used = unread(r, prod);

	return used > XY_CONSOLE_IN_SIZE ? 0 : XY_CONSOLE_IN_SIZE - used;
}

int conring_put(struct xy_xencons_interface *r, const char *buf, size_t len)
{
	uint32_t prod = __atomic_load_n(&r->in_prod, __ATOMIC_RELAXED);
	size_t used = unread(r, prod), first;

	if (used > XY_CONSOLE_IN_SIZE)
		return -EPROTO;
	len = smaller(len, XY_CONSOLE_IN_SIZE - used);
	first = smaller(len, XY_CONSOLE_IN_SIZE - (prod & IN_MASK));
	memcpy(r->in + (prod & IN_MASK), buf, first);
	memcpy(r->in, buf + first, len - first);
	/* From here the guest may see the bytes. */
	__atomic_store_n(&r->in_prod, prod + (uint32_t)len, __ATOMIC_RELEASE);
	return (int)len;
}
