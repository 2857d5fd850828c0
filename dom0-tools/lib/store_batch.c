/* SPDX-License-Identifier: MIT */
/*
 * The xenstore client library: many nodes read in one round trip.
 *
 * Rules:
 * 1. Requests leave together as far as they fit into the buffer, and into
 *    what may be unanswered; answers come in the same order.
 * 2. A node that cannot be read is NULL, and no reason for the others.
 * 3. If the link breaks, nothing is handed out.
 *
 * One handle, one thread. Never prints, never exits.
 */
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/lib/store.h"
#include "dom0-tools/lib/store_wire.h"

/* Posts what fits of path[0..n): how many. */
static unsigned int post_some(struct xs_handle *h, xs_transaction_t t,
			      const char *const *path, unsigned int n)
{
	size_t room = STORE_OUT_BYTES, bytes;
	unsigned int i;

	for (i = 0; i < n && i < STORE_MOST_UNANSWERED; i++) {
		struct store_request q = { .type = XY_XS_READ,
					   .tx = t,
					   .parts = 1 };

		bytes = strlen(path[i]) + 1;
		q.part[0] = (struct iovec){ (void *)(uintptr_t)path[i], bytes };
		bytes += sizeof(struct xy_xsd_sockmsg);
		if (bytes > room || !store_post(h, &q))
			break;
		room -= bytes;
	}
	return i;
}

static bool take_one(struct xs_handle *h, char **value)
{
	struct store_msg *m;
	int err;

	m = store_batch_answer(h, &err);
	if (!m)
		return false;
	if (err) {
		free(m);
		return true;
	}
	/* The length is evaluated before the move runs over it. */
	memmove(m, m->data, m->head.len + 1);
	*value = (char *)m;
	return true;
}

bool xs_read_batch(struct xs_handle *h, xs_transaction_t t,
		   const char *const *path, char **value, unsigned int n)
{
	unsigned int at = 0, some, i;
	bool ok = true;

	memset(value, 0, n * sizeof(*value));
	while (at < n && ok) {
		ok = store_batch_begin(h);
		some = ok ? post_some(h, t, path + at, n - at) : 0;
		for (i = 0; i < some && ok; i++)
			ok = take_one(h, &value[at + i]);
		store_batch_end(h);
		if (!some)
			ok = false; /* a path that fits nowhere, or no link */
		at += some;
	}
	for (i = 0; !ok && i < n; i++) {
		free(value[i]);
		value[i] = NULL;
	}
	return ok;
}
