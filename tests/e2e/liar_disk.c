// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lies of a disk. See liar.c.
 */
#include "tests/e2e/liar.h"

#include <string.h>

#include "abi/io/blk.h"
#include "dom0-tools/lib/gnt.h"

#define BATCH	20
#define STRIDE sizeof(union xy_blkif_sring_entry)

static union xy_blkif_sring_entry *slot(struct liar *l, uint32_t idx)
{
	return xy_ring_slot(l->ring[0], idx, xy_ring_size(STRIDE, 1), STRIDE);
}

/* A true read gives zeros; a true write is forgotten. */
static void zero_pages(struct liar *l, const struct xy_blkif_request *req)
{
	static uint8_t zeros[XY_PAGE_SIZE];
	struct gnt_copy_segment seg = { .flags = GNT_COPY_DEST_GREF };
	unsigned int i;

	for (i = 0; i < req->nr_segments && i < 11; i++) {
		const struct xy_blkif_request_segment *s = &req->seg[i];

		seg.source.virt = zeros;
		seg.dest.foreign.ref = s->gref;
		seg.dest.foreign.domid = (uint16_t)l->domid;
		seg.dest.foreign.offset = (uint16_t)(s->first_sect * 512);
		seg.len = (uint16_t)((s->last_sect - s->first_sect + 1) * 512);
		gnt_copy(l->gnt, &seg, 1);
	}
}

static void answer(struct liar *l, uint64_t id, uint8_t operation)
{
	struct xy_blkif_response *rsp = &slot(l, l->prod[0]++)->rsp;

	rsp->id = id;
	rsp->operation = operation;
	rsp->status = XY_BLKIF_RSP_OKAY;
}

static void lie(struct liar *l, const struct xy_blkif_request *req)
{
	uint32_t prod = l->prod[0];

	if (!strcmp(l->lie, "id")) {
		answer(l, req->id ^ 0x5a5a5a5a00005a5a, req->operation);
	} else if (!strcmp(l->lie, "op")) {
		answer(l, req->id, req->operation ^ 0x10);
	} else if (!strcmp(l->lie, "twice")) {
		answer(l, req->id, req->operation);
		answer(l, req->id, req->operation);
	} else if (!strcmp(l->lie, "jump")) {
		l->prod[0] += 1000;
	} else if (!strcmp(l->lie, "back")) {
		l->prod[0] -= 3;
	}
	if (l->prod[0] != prod) {
		xy_ring_push_responses(l->ring[0], prod, l->prod[0]);
		liar_notify(l);
	}
}

bool liar_disk(struct liar *l)
{
	uint32_t old = l->prod[0];
	bool told = false;

	if (!strcmp(l->lie, "batch")) {
		if (xy_ring_req_prod(l->ring[0]) - l->cons[0] >= BATCH)
			return true;
		l->honest = BATCH;
	}
	while (!told && xy_ring_req_prod(l->ring[0]) != l->cons[0]) {
		struct xy_blkif_request req = slot(l, l->cons[0]++)->req;

		told = l->honest == 0;
		if (told)
			break;
		l->honest--;
		if (req.operation == XY_BLKIF_OP_READ)
			zero_pages(l, &req);
		answer(l, req.id, req.operation);
	}
	if (l->prod[0] != old) {
		xy_ring_push_responses(l->ring[0], old, l->prod[0]);
		liar_notify(l);
	}
	if (told) {
		struct xy_blkif_request req = slot(l, l->cons[0] - 1)->req;

		lie(l, &req);
	} else {
		xy_ring_more_requests(l->ring[0], l->cons[0]);
	}
	return told;
}
