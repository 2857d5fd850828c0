// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lies of a NIC. See liar.c. Transmit lies wait for a packet of the guest,
 * receive lies for the buffers it posts at its start.
 */
#include "tests/e2e/liar.h"

#include <string.h>
#include <time.h>

#include "abi/io/net.h"

#define LATE_S	8

enum { TX, RX };

static void *slot(struct liar *l, int ring, uint32_t idx)
{
	uint32_t stride = ring == TX ? sizeof(union xy_netif_tx_sring_entry)
				     : sizeof(union xy_netif_rx_sring_entry);

	return xy_ring_slot(l->ring[ring], idx, xy_ring_size(stride, 1),
			    stride);
}

static void publish(struct liar *l, int ring, uint32_t old)
{
	if (l->prod[ring] == old)
		return;
	xy_ring_push_responses(l->ring[ring], old, l->prod[ring]);
	liar_notify(l);
}

static void answer_tx(struct liar *l, uint16_t id)
{
	struct xy_netif_tx_response *rsp = slot(l, TX, l->prod[TX]++);

	rsp->id = id;
	rsp->status = XY_NETIF_RSP_OKAY;
}

static void answer_rx(struct liar *l, struct xy_netif_rx_response rsp)
{
	memcpy(slot(l, RX, l->prod[RX]++), &rsp, sizeof(rsp));
}

static void lie_tx(struct liar *l, uint16_t id)
{
	uint32_t old = l->prod[TX];

	if (!strcmp(l->lie, "id")) {
		answer_tx(l, id ^ 0x7a5a);
	} else if (!strcmp(l->lie, "twice")) {
		answer_tx(l, id);
		answer_tx(l, id);
	} else if (!strcmp(l->lie, "jump")) {
		l->prod[TX] += 3000;
	} else if (!strcmp(l->lie, "back")) {
		l->prod[TX] -= 3;
	}
	publish(l, TX, old);
}

/* True: answers may go on, LATE_S after the first packet. */
static bool late(const struct liar *l)
{
	static time_t first;

	if (!first && xy_ring_req_prod(l->ring[TX]) != l->cons[TX])
		first = time(NULL);
	return first && time(NULL) - first > LATE_S;
}

static bool transmit(struct liar *l)
{
	uint32_t old = l->prod[TX];
	struct xy_netif_tx_request req;

	if (!strcmp(l->lie, "late")) {
		if (!late(l))
			return false;
		l->honest = UINT32_MAX;
	}

	while (xy_ring_req_prod(l->ring[TX]) != l->cons[TX]) {
		memcpy(&req, slot(l, TX, l->cons[TX]++), sizeof(req));
		if (l->honest == 0) {
			publish(l, TX, old);
			lie_tx(l, req.id);
			return true;
		}
		l->honest--;
		answer_tx(l, req.id);
	}
	publish(l, TX, old);
	xy_ring_more_requests(l->ring[TX], l->cons[TX]);
	return l->honest == UINT32_MAX;
}

static void lie_rx(struct liar *l)
{
	uint32_t old = l->prod[RX];
	struct xy_netif_rx_response rsp = { .status = 60 };
	struct xy_netif_rx_request req;
	unsigned int i, n = 1;

	if (!strcmp(l->lie, "rx-endless"))
		n = 40;
	for (i = 0; i < n; i++) {
		memcpy(&req, slot(l, RX, l->cons[RX]++), sizeof(req));
		rsp.id = req.id;
		if (!strcmp(l->lie, "rx-id")) {
			rsp.id = req.id ^ 0x7a5a;
		} else if (!strcmp(l->lie, "rx-long")) {
			rsp.offset = 4000;
			rsp.status = 4000;
		} else if (n > 1) {
			rsp.flags = XY_NETRXF_more_data;
		}
		answer_rx(l, rsp);
	}
	if (!strcmp(l->lie, "rx-jump"))
		l->prod[RX] += 3000;
	publish(l, RX, old);
}

bool liar_nic(struct liar *l)
{
	if (strncmp(l->lie, "rx-", 3))
		return transmit(l);
	if (xy_ring_req_prod(l->ring[RX]) - l->cons[RX] < 64)
		return false;
	lie_rx(l);
	return true;
}
