// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzing the control ring's core: the input is what a hostile frontend
 * writes.
 *
 *	byte 0: queues; then commands: 0..127 move req_prod by that and serve,
 *	128.. write 16 bytes into the ring and the granted page, resume, hash.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "backend-drivers/core/netctrl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void serve(struct netctrl *c, const uint32_t *page)
{
	struct netctrl_want want;
	unsigned int n;

	for (n = 0; n < 200; n++) {
		if (netctrl_get(c, &want) != NETCTRL_FETCH)
			break;
		if (want.bytes > NETCTRL_MAPPING_MAX * 4)
			abort();
		netctrl_give(c, want.gref & 1 ? page : NULL);
	}
	netctrl_flush(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct netctrl core;
	static _Alignas(4096) uint8_t ring[4096];
	static uint32_t page[NETCTRL_MAPPING_MAX];
	struct xy_sring *sring = (struct xy_sring *)ring;
	struct netback_hash hash;

	if (!size)
		return 0;
	memset(ring, 0, sizeof(ring));
	netctrl_init(&core, sring, 1 + data[0] % 8);
	for (data++, size--; size; data++, size--) {
		uint8_t *frame;

		if (*data < 128) {
			sring->req_prod += *data;
			serve(&core, page);
		} else if (*data < 224 && size > 16) {
			memcpy(ring + 64 + (*data & 31) * 16, data + 1, 16);
			memcpy(page + (*data & 31) * 4, data + 1, 16);
			data += 16;
			size -= 16;
		} else if (*data < 232) {
			netctrl_resume(&core, sring);
		} else {
			frame = malloc(size);
			memcpy(frame, data, size);
			if (netctrl_queue(&core, frame, (uint32_t)size,
					  &hash) >= core.queues)
				abort();
			free(frame);
		}
	}
	return 0;
}
