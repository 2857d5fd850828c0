// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzing the block frontend's core: the input is what a hostile backend
 * writes, and when the frontend does what.
 *
 *	byte 0: pages, features; then commands: put a request, flush, take
 *	answers, an answer of a request in flight, 16 bytes somewhere in the
 *	ring, rsp_prod moved, detach and attach (another queue, at times, which
 *	inherits), a new offer.
 *
 * The law: an io is with the core, or with its user, never both.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "frontend-drivers/core/blkfront.h"

#define IOS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static _Alignas(4096) uint8_t ring[4 * 4096];
static struct blkfront two[2], *q = two;
static struct blkfront_disk disk;
static struct blkfront_io ios[IOS];
static bool away[IOS];		/* with the core */

static void back(struct blkfront_io *io)
{
	if (!away[io - ios])
		abort();
	away[io - ios] = false;
}

static void put(uint8_t what)
{
	static struct xy_blkif_request_segment segment[64];
	static uint64_t page[512];
	struct blkfront_io *io = &ios[what % IOS];
	unsigned int was = blkfront_room(q);

	if (away[what % IOS])
		return;
	*io = (struct blkfront_io){
		.op = what / 5 % 6, .segment = segment,
		.segments = what % 3 ? what % 12 : what % 64,
		.indirect = page, .secure = what & 1,
	};
	away[what % IOS] = !blkfront_put(q, io);
	if (away[what % IOS] != (blkfront_room(q) == was - 1))
		abort();
}

static void take(void)
{
	struct blkfront_io *io;

	while ((io = blkfront_get(q)))
		back(io);
	while ((io = blkfront_unfit(q)))
		back(io);
	if (q->fault && blkfront_room(q))
		abort();
}

static void offer(const uint8_t *data)
{
	uint64_t value[BLKFRONT_KEYS];
	unsigned int i;

	for (i = 0; i < BLKFRONT_KEYS; i++)
		value[i] = data[i] > 250 ? BLKFRONT_ABSENT :
			   data[i] > 128 ? 1ull << (data[i] - 129) % 64 :
					   data[i];
	if (!blkfront_choose_disk(&disk, value) &&
	    (disk.segments_max < 11 || disk.segments_max > 512 ||
	     disk.sector_bytes < 512 || disk.sector_bytes > 4096))
		abort();
}

/* With an heir: the queue is left over, the other goes on. */
static void renew(unsigned int pages, bool heir)
{
	take();
	blkfront_detach(q);
	if (heir) {
		struct blkfront *other = q == two ? two + 1 : two;

		blkfront_inherit(other, q);
		if (blkfront_to_replay(q))
			abort();
		q = other;
	}
	if (blkfront_attach(q, ring, pages))
		abort();
	blkfront_start(q);
	take();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xy_sring *r = (struct xy_sring *)ring;
	struct blkfront_io *io;

	memset(ring, 0, sizeof(ring));
	memset(away, 0, sizeof(away));
	disk = (struct blkfront_disk){ .segments_max = 64, .flush = true,
				       .barrier = true, .discard = true };
	q = two;
	blkfront_init(two, &disk);
	blkfront_init(two + 1, &disk);
	renew(1, false);
	for (; size; data++, size--) {
		uint8_t c = *data;

		if (c < 96) {
			put(c * 7);
		} else if (c < 128) {
			blkfront_flush(q);
		} else if (c < 160) {
			take();
			blkfront_arm(q, c & 3);
		} else if (c < 200) {
			struct xy_blkif_response *rsp = xy_ring_slot(r,
				r->rsp_prod, q->count, 112);

			io = &ios[c % IOS];
			rsp->id = io->order << 16 | io->id;
			rsp->operation = io->wire_op;
			rsp->status = (int16_t)(c & 3);
			r->rsp_prod++;
		} else if (c < 230 && size > 16) {
			memcpy(ring + 64 + (c - 200) * 112 + 16 * (c & 3),
			       data + 1, 16);
			data += 16;
			size -= 16;
		} else if (c < 240) {
			r->rsp_prod += c - 235u;
		} else if (c < 250) {
			renew(1u << c % 3, c & 1);
		} else if (size > BLKFRONT_KEYS) {
			offer(data + 1);
			take();
		}
	}
	take();
	while ((io = blkfront_abandon(q)))
		back(io);
	for (size = 0; size < IOS; size++)
		if (away[size])
			abort();
	return 0;
}
