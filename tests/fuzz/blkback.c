// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzing the block ring core: the input is what a hostile frontend writes.
 *
 *	byte 0: pages, read-only, discard, large sectors; bytes 1 to 4: first
 *	index; then commands: 0..127 move req_prod by that, 128.. write 32 bytes
 *	somewhere in the ring, kill and resume, answer, or flush.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "backend-drivers/core/blkback.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct blkback *b, const struct blkback_io *io)
{
	unsigned int i;

	if (io->segments > BLKBACK_SEGMENTS_MAX || io->slot >= b->count)
		abort();
	if (io->op != BLKBACK_FLUSH &&
	    (io->offset_bytes > b->sectors * 512 ||
	     io->length_bytes > b->sectors * 512 - io->offset_bytes))
		abort();
	if (b->read_only && io->op != BLKBACK_READ && io->op != BLKBACK_FLUSH)
		abort();
	for (i = 0; i < io->segments; i++)
		if (!io->segment[i].length_bytes ||
		    io->segment[i].offset_bytes +
		    io->segment[i].length_bytes > 4096)
			abort();
}

static void serve(struct blkback *b, const void *page, unsigned int answers)
{
	static struct blkback_io io;
	unsigned int n;

	for (n = 0; n < 600; n++) {
		enum blkback_got got = blkback_get(b, &io);

		if (got == BLKBACK_NONE || got == BLKBACK_BROKEN)
			return;
		if (got == BLKBACK_INDIRECT &&
		    blkback_indirect(b, &io, 0, page))
			continue;
		check(b, &io);
		if (n & answers)
			blkback_put(b, io.slot, 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct blkback core;
	static _Alignas(4096) uint8_t ring[4 * 4096], page[4096];
	struct xy_sring *sring = (struct xy_sring *)ring;
	struct blkback_image image = { .sectors = 100 };
	unsigned int pages;
	uint32_t at;

	if (size < 5)
		return 0;
	pages = 1u << (data[0] & 3) % 3;
	image.read_only = data[0] & 4;
	image.discard = data[0] & 8;
	image.sector_bytes = data[0] & 16 ? 4096 : 512;
	memcpy(&at, data + 1, 4);
	memset(ring, 0, sizeof(ring));
	memset(page, data[0], sizeof(page));
	sring->req_prod = at;
	sring->rsp_prod = at;
	if (blkback_init(&core, sring, pages, &image))
		abort();
	for (data += 5, size -= 5; size; data++, size--) {
		if (*data < 128) {
			sring->req_prod += *data;
			serve(&core, page, *data);
		} else if (*data < 224 && size > 32) {
			memcpy(ring + (*data - 128) * 32 * pages, data + 1, 32);
			memcpy(page, data + 1, 32);
			data += 32;
			size -= 32;
		} else if (*data < 240) {
			blkback_resume(&core, sring, pages, &image);
		} else {
			blkback_flush(&core);
			blkback_arm(&core);
		}
	}
	return 0;
}
