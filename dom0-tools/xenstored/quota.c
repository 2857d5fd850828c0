/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counting the nodes a domain owns.
 *
 * Rules:
 * 1. The committed tree's numbers are exact at every moment: a debug command
 *    and the tests count the tree and compare.
 * 2. A transaction keeps its differences apart until it commits; so it can
 *    not be used to pass the limit, nor to be charged for what was undone.
 *
 * Next on the tour: store.c.
 */
#include "dom0-tools/xenstored/quota.h"

#include <stdlib.h>

#include "dom0-tools/xenstored/mem.h"

static struct quota_change *find(const struct quota_delta *d, uint16_t domid)
{
	uint32_t i;

	for (i = 0; i < d->count; i++)
		if (d->change[i].domid == domid)
			return &d->change[i];
	return NULL;
}

void quota_charge(struct quota *q, struct quota_delta *d, uint16_t domid,
		  int32_t nodes)
{
	struct quota_change *c;

	if (!d) {
		q->nodes[domid] += (uint32_t)nodes;
		return;
	}
	c = find(d, domid);
	if (c) {
		c->nodes += nodes;
		return;
	}
	if (d->count == d->room) {
		d->room = d->room ? d->room * 2 : 4;
		d->change = mem_resize(d->change, d->room * sizeof(*c));
	}
	d->change[d->count++] =
		(struct quota_change){ .domid = domid, .nodes = nodes };
}

int64_t quota_owned(const struct quota *q, const struct quota_delta *d,
		    uint16_t domid)
{
	const struct quota_change *c = d ? find(d, domid) : NULL;

	return (int64_t)q->nodes[domid] + (c ? c->nodes : 0);
}

void quota_commit(struct quota *q, const struct quota_delta *d)
{
	uint32_t i;

	for (i = 0; i < d->count; i++)
		q->nodes[d->change[i].domid] += (uint32_t)d->change[i].nodes;
}

void quota_delta_clear(struct quota_delta *d)
{
	free(d->change);
	*d = (struct quota_delta){ 0 };
}
