/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The byte rings of a xenstore page, as the server sees them: requests in,
 * answers out. Impossible indices are a guest gone wrong: -EPROTO, and the
 * caller gives up on it. The rules are in lib/byte_ring.c.
 *
 * No state. Next on the tour: domain.c.
 */
#include "dom0-tools/xenstored/ring.h"

#include "dom0-tools/lib/byte_ring.h"

int ring_take(struct xy_xenstore_domain_interface *r, char *buf, size_t room)
{
	const struct byte_ring requests = {
		&r->req_prod, &r->req_cons, r->req, sizeof(r->req)
	};

	return byte_ring_take(&requests, buf, room);
}

int ring_put(struct xy_xenstore_domain_interface *r, const char *buf,
	     size_t len)
{
	const struct byte_ring answers = {
		&r->rsp_prod, &r->rsp_cons, r->rsp, sizeof(r->rsp)
	};

	return byte_ring_put(&answers, buf, len);
}
