// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzing the network ring core and the offload parser: the input is what a
 * hostile frontend writes.
 *
 *	bytes 0 to 3: first index; then commands: 0..127 move both req_prods by
 *	that and serve, 128.. write 24 bytes into a ring, resume, or flush.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "abi/io/net.h"
#include "backend-drivers/core/offload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct netback_packet *p)
{
	unsigned int i, sum = 0;

	if (p->pieces > NETBACK_PIECES_MAX)
		abort();
	for (i = 0; i < p->pieces; i++) {
		if (p->piece[i].offset_bytes + p->piece[i].length_bytes > 4096)
			abort();
		sum += p->piece[i].length_bytes;
	}
	if (sum != p->length_bytes)
		abort();
}

/* The frame lies in a block of exactly its size, for the sanitizer. */
static void parse(const struct netback_packet *p, const uint8_t *bytes,
		  size_t n)
{
	size_t length = p->length_bytes;
	uint8_t *frame = calloc(1, length);
	struct offload_header h;
	struct netback_gso gso;

	if (!frame)
		return;
	memcpy(frame, bytes, n < length ? n : length);
	if (offload_from_guest(p, frame, &h)) {
		if (h.flags & OFFLOAD_NEEDS_CSUM &&
		    h.csum_start + h.csum_offset + 2u > length)
			abort();
		offload_to_guest(&h, frame, (uint32_t)length, false, &gso);
	}
	free(frame);
}

static void serve(struct netback *n, const uint8_t *bytes, size_t size)
{
	struct netback_packet p;
	static const struct netback_gso gso = { 1448, 1 };
	unsigned int i;

	for (i = 0; i < 300; i++) {
		if (netback_tx_get(n, &p) != NETBACK_READY)
			break;
		if (!p.bad) {
			check(&p);
			parse(&p, bytes, size);
		}
		netback_tx_put(n, &p, XY_NETIF_RSP_OKAY);
		if (netback_rx_plan(n, 1 + i * 211, &gso, &p) !=
		    NETBACK_READY)
			continue;
		check(&p);
		netback_rx_put(n, &p, i & 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct netback core;
	static _Alignas(4096) uint8_t tx[4096], rx[4096];
	struct xy_sring *tx_ring = (struct xy_sring *)tx;
	struct xy_sring *rx_ring = (struct xy_sring *)rx;
	uint32_t at;

	if (size < 4)
		return 0;
	memcpy(&at, data, 4);
	memset(tx, 0, sizeof(tx));
	memset(rx, 0, sizeof(rx));
	tx_ring->req_prod = tx_ring->rsp_prod = at;
	rx_ring->req_prod = rx_ring->rsp_prod = at;
	netback_init(&core, tx_ring, rx_ring);
	for (data += 4, size -= 4; size; data++, size--) {
		if (*data < 128) {
			tx_ring->req_prod += *data;
			rx_ring->req_prod += *data;
			serve(&core, data, size);
		} else if (*data < 240 && size > 24) {
			memcpy((*data & 1 ? tx : rx) + (*data - 128) / 2 * 12,
			       data + 1, 24);
			data += 24;
			size -= 24;
		} else if (*data < 248) {
			netback_resume(&core, tx_ring, rx_ring);
		} else {
			netback_tx_flush(&core);
			netback_rx_flush(&core);
			netback_tx_arm(&core);
			netback_rx_arm(&core, 18);
		}
	}
	return 0;
}
