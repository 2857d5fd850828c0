// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzing the network front core: the input is what a hostile backend writes.
 *
 *	bytes 0 to 3: first index; then commands: 0..127 move all rsp_prods by
 *	that and take what is there, 128..249 write 24 bytes into a ring, 250..
 *	send, post, arm, or meet a new backend.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "frontend-drivers/core/netfront.h"
#include "frontend-drivers/core/netfront_ctrl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static _Alignas(4096) uint8_t page[3][4096];
static struct xy_sring *ring(int i)
{
	return (struct xy_sring *)page[i];
}

static struct netfront_tx tx;
static struct netfront_rx rx;
static struct netfront_ctrl ctrl;

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void start(uint32_t at)
{
	int i;

	memset(page, 0, sizeof(page));
	netfront_tx_init(&tx, ring(0));
	netfront_rx_init(&rx, ring(1), 256);
	netfront_ctrl_init(&ctrl, ring(2));
	for (i = 0; i < 2; i++)
		ring(i)->req_prod = ring(i)->rsp_prod = at;
	tx.req_prod = tx.req_pushed = tx.rsp_cons = tx.rsp_seen = at;
	rx.req_prod = rx.req_pushed = rx.rsp_cons = rx.rsp_seen = at;
}

static void send_and_post(void)
{
	const struct netfront_ctrl_message m = netfront_ctrl_flags(1);
	struct netfront_tx_packet p = {
		.pieces = 2, .length_bytes = 120, .gso_size = 10,
		.gso_type = 1, .piece = { { 1, 0, 60 }, { 2, 4036, 60 } },
	};

	netfront_tx_put(&tx, &p);
	netfront_tx_flush(&tx);
	while (netfront_rx_want(&rx))
		netfront_rx_post(&rx, 5);
	netfront_rx_flush(&rx);
	netfront_ctrl_put(&ctrl, &m);
	netfront_ctrl_flush(&ctrl);
}

static void take(void)
{
	struct netfront_ctrl_answer a;
	struct netfront_rx_packet p;
	struct netfront_tx_done done;
	uint32_t i, sum, n;

	for (n = 0; netfront_tx_get(&tx, &done) == NETFRONT_READY; n++)
		must(done.id < 256 && !tx.busy[done.id] && n < 256);
	for (n = 0; netfront_rx_get(&rx, &p) == NETFRONT_READY; n++) {
		must(p.pieces && p.pieces <= 18 && n < 256);
		must(p.extras <= NETFRONT_EXTRAS_MAX);
		for (i = sum = 0; i < p.pieces; i++) {
			must(p.piece[i].offset_bytes +
				     p.piece[i].length_bytes <= 4096);
			must(p.piece[i].index < 256);
			must(p.bad || p.piece[i].length_bytes);
			sum += p.piece[i].length_bytes;
		}
		must(sum == p.length_bytes);
	}
	netfront_ctrl_get(&ctrl, &a);
	netfront_rx_follow(&rx);
	must(rx.target >= NETFRONT_RX_MIN && rx.target <= NETFRONT_RING);
	must(netfront_rx_posted(&rx) <= NETFRONT_RING);
	must(netfront_tx_in_flight(&tx) <= NETFRONT_RING);
}

static void meet_a_new_one(uint32_t at)
{
	uint16_t id;
	uint32_t n;

	for (n = 0; netfront_tx_lost(&tx, &id); n++)
		must(id < 256);
	must(tx.ids == 256);
	for (n = 0; netfront_rx_lost(&rx, &id); n++)
		must(id < 256 && n < 256);
	start(at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t at;

	if (size < 4)
		return 0;
	memcpy(&at, data, 4);
	start(at);
	send_and_post();
	for (data += 4, size -= 4; size; data++, size--) {
		if (*data < 128) {
			ring(0)->rsp_prod += *data % 16;
			ring(1)->rsp_prod += *data / 2;
			ring(2)->rsp_prod += *data & 1;
			take();
		} else if (*data < 250 && size > 24) {
			memcpy(page[*data % 3] + 64 + (*data - 128) / 3 * 24,
			       data + 1, 24);
			data += 24;
			size -= 24;
		} else if (*data < 254) {
			send_and_post();
			netfront_tx_arm(&tx, *data);
			netfront_rx_arm(&rx);
			netfront_ctrl_arm(&ctrl);
		} else {
			meet_a_new_one(at + *data);
			send_and_post();
		}
	}
	return 0;
}
