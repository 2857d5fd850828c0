/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The byte rings of a console page, as dom0 sees them.
 *
 * Rule: impossible indices are no reason to stop listening, since the console
 * is where a guest in trouble says so: the output starts anew at the place
 * its producer names. The rest of the rules are in lib/byte_ring.c.
 *
 * No state. Next on the tour: console.c.
 */
#include "dom0-tools/consoled/conring.h"

#include <errno.h>

#include "dom0-tools/lib/byte_ring.h"

static struct byte_ring printed(struct xy_xencons_interface *r)
{
	return (struct byte_ring){ &r->out_prod, &r->out_cons, r->out,
				   sizeof(r->out) };
}

static struct byte_ring typed(struct xy_xencons_interface *r)
{
	return (struct byte_ring){ &r->in_prod, &r->in_cons, r->in,
				   sizeof(r->in) };
}

int conring_take(struct xy_xencons_interface *r, char *buf, size_t room)
{
	const struct byte_ring out = printed(r);
	int n = byte_ring_take(&out, buf, room);

	if (n < 0)
		byte_ring_skip(&out);
	return n;
}

size_t conring_room(struct xy_xencons_interface *r)
{
	const struct byte_ring in = typed(r);

	return byte_ring_room(&in);
}

int conring_put(struct xy_xencons_interface *r, const char *buf, size_t len)
{
	const struct byte_ring in = typed(r);

	return byte_ring_put(&in, buf, len);
}
