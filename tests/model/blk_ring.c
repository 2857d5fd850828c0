// SPDX-License-Identifier: GPL-2.0-only
/*
 * A simple block frontend joined to the backend's core over one page, with
 * random interleavings: requests (some wrong), answers in any order, late
 * flushes, the backend killed and succeeded at any step, and a frontend that
 * goes mad at the end. The indices wrap at 2^32.
 *
 * The law: every request is answered exactly once, with its id, its operation
 * and the status it deserves; nothing is handed out beyond the image or a
 * page; a successor starts the oldest first; a mad index stops the ring and
 * nothing else.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/errno.h"
#include "backend-drivers/core/blkback.h"
#include "model/must.h"
#include "model/random.h"

#define SECTORS 4096
#define PAGES 1
#define SIZE 32
#define STEPS 1500000

enum fate { UNUSED, GOOD, ERROR, UNSUPPORTED };

static struct blkback core;
static struct xy_sring *ring;
static const struct blkback_image image = {
	.sectors = SECTORS, .sector_bytes = 512, .discard = true,
};

/* The frontend: what it sent, by id, and what it must get back. */
static enum fate fate[SIZE];
static uint8_t operation[SIZE];
static uint32_t req_prod, rsp_cons;
static unsigned long sent, answered, resumed;

/* The backend's shell: what it was given and has not answered. */
static uint16_t held[SIZE];
static unsigned int holds;
static unsigned int replays;	/* that it must be given again, by age */
static uint32_t replayed_at;

static uint64_t seed = 88172645463325252ull;

static uint32_t random_below(uint32_t n)
{
	return (uint32_t)(random_word(&seed) >> 32) % n;
}

static unsigned int free_id(void)
{
	unsigned int i, at = random_below(SIZE);

	for (i = 0; i < SIZE; i++)
		if (fate[(at + i) % SIZE] == UNUSED)
			return (at + i) % SIZE;
	return SIZE;
}

/* A request by the rules, or wrong in one way; returns what it deserves. */
static enum fate compose(struct xy_blkif_request *r)
{
	unsigned int i, wrong = random_below(12);

	memset(r, 0, sizeof(*r));
	r->operation = random_below(2) ? XY_BLKIF_OP_READ : XY_BLKIF_OP_WRITE;
	r->nr_segments = (uint8_t)(1 + random_below(11));
	r->sector_number = random_below(SECTORS - 11 * 8);
	for (i = 0; i < r->nr_segments; i++) {
		r->seg[i].gref = random_below(1000);
		r->seg[i].first_sect = (uint8_t)random_below(8);
		r->seg[i].last_sect = (uint8_t)(r->seg[i].first_sect +
				random_below(8 - r->seg[i].first_sect));
	}
	switch (wrong) {
	case 0:
		r->sector_number = SECTORS - random_below(2);
		return r->sector_number == SECTORS ||
		       r->nr_segments > 1 ||
		       r->seg[0].first_sect != r->seg[0].last_sect ?
		       ERROR : GOOD;
	case 1:
		r->nr_segments = (uint8_t)(12 + random_below(200));
		return ERROR;
	case 2:
		r->seg[r->nr_segments - 1].last_sect =
			(uint8_t)(8 + random_below(240));
		return ERROR;
	case 3:
		r->operation = (uint8_t)(7 + random_below(240));
		return UNSUPPORTED;
	case 4:
		r->sector_number = UINT64_MAX - random_below(100);
		return ERROR;
	default:
		return GOOD;
	}
}

static void front_sends(void)
{
	struct xy_blkif_request *slot;
	unsigned int id = free_id();

	if (id == SIZE || req_prod - rsp_cons == SIZE)
		return;
	slot = xy_ring_slot(ring, req_prod, SIZE, 112);
	fate[id] = compose(slot);
	slot->id = id;
	operation[id] = slot->operation;
	xy_ring_push_requests(ring, req_prod, req_prod + 1);
	req_prod++;
	sent++;
}

static void front_reaps(void)
{
	while (rsp_cons != xy_ring_rsp_prod(ring)) {
		struct xy_blkif_response *r =
			xy_ring_slot(ring, rsp_cons++, SIZE, 112);

		MUST(r->id < SIZE && fate[r->id] != UNUSED);
		MUST(r->operation == operation[r->id]);
		MUST(r->status == (fate[r->id] == GOOD ? 0 :
				   fate[r->id] == ERROR ? -1 : -2));
		fate[r->id] = UNUSED;
		answered++;
	}
}

static void back_takes(void)
{
	static struct blkback_io io;
	enum blkback_got got = blkback_get(&core, &io);
	unsigned int i;

	MUST(got == BLKBACK_NONE || got == BLKBACK_READY);
	if (got == BLKBACK_NONE)
		return;
	MUST(io.offset_bytes + io.length_bytes <= SECTORS * 512ull);
	MUST(io.segments >= 1 && io.segments <= 11);
	for (i = 0; i < io.segments; i++)
		MUST(io.segment[i].length_bytes && io.segment[i].offset_bytes +
		     io.segment[i].length_bytes <= 4096);
	for (i = 0; i < holds; i++)
		MUST(held[i] != io.slot);
	if (replays) {
		uint32_t at = core.slot[io.slot].taken_at;

		MUST((int32_t)(at - replayed_at) > 0);
		replayed_at = at;
		replays--;
	}
	held[holds++] = io.slot;
}

static void back_answers(void)
{
	unsigned int i;

	if (!holds)
		return;
	i = random_below(holds);
	blkback_put(&core, held[i], XY_BLKIF_RSP_OKAY);
	held[i] = held[--holds];
}

/*
 * The process dies, at times with an index not yet moved, and another one
 * takes over with what memory holds.
 */
static void back_dies(void)
{
	if (random_below(3) == 0 && core.rsp_prod != core.rsp_pushed) {
		/* between marking a slot answered and counting the answer */
		core.rsp_prod--;
	} else if (random_below(3) == 0) {
		/* between showing answers and freeing their slots */
		ring->rsp_prod = core.rsp_prod;
	}
	holds = 0;
	MUST(!blkback_resume(&core, ring, PAGES, &image));
	resumed++;
	replays = core.replay_count;
	replayed_at = core.req_cons - UINT32_MAX / 4;
}

static void settle(void)
{
	unsigned int i;

	for (i = 0; i < SIZE; i++)
		back_takes();
	while (holds)
		back_answers();
	blkback_flush(&core);
	front_reaps();
	MUST(rsp_cons == req_prod);
	MUST(blkback_outstanding(&core) == 0);
	for (i = 0; i < SIZE; i++)
		MUST(fate[i] == UNUSED);
}

/* Whatever the frontend writes, the core stays within its bounds. */
static void madness(void)
{
	static struct blkback_io io;
	unsigned int round, i;

	for (round = 0; round < 20000; round++) {
		uint64_t *words = (uint64_t *)ring;

		ring->req_prod = core.req_cons + random_below(40);
		for (i = 0; i < 4; i++)
			words[8 + random_below(504)] =
				(uint64_t)random_below(UINT32_MAX) << 32 |
				random_below(1 << random_below(31));
		for (i = 0; i < 40; i++) {
			enum blkback_got got = blkback_get(&core, &io);

			if (got != BLKBACK_READY && got != BLKBACK_INDIRECT)
				break;
			MUST(io.segments <= BLKBACK_SEGMENTS_MAX);
			MUST(blkback_outstanding(&core) <= SIZE);
			if (random_below(2))
				blkback_put(&core, io.slot, 0);
		}
		blkback_flush(&core);
		if (core.broken || blkback_outstanding(&core) == SIZE) {
			ring->req_prod = ring->rsp_prod;
			MUST(!blkback_init(&core, ring, PAGES, &image));
		}
	}
}

int main(void)
{
	unsigned long step;

	ring = aligned_alloc(4096, 4096 * PAGES);
	memset(ring, 0, 4096 * PAGES);
	xy_ring_init(ring);
	req_prod = UINT32_MAX - 1000;
	rsp_cons = req_prod;
	ring->req_prod = req_prod;
	ring->rsp_prod = req_prod;
	MUST(!blkback_init(&core, ring, PAGES, &image));
	for (step = 0; step < STEPS; step++) {
		switch (random_below(20)) {
		case 0 ... 7:
			front_sends();
			break;
		case 8 ... 12:
			back_takes();
			break;
		case 13 ... 16:
			back_answers();
			break;
		case 17:
			blkback_flush(&core);
			break;
		case 18:
			front_reaps();
			break;
		case 19:
			if (random_below(8) == 0)
				back_dies();
			else if (random_below(50) == 0)
				settle();
			break;
		}
	}
	settle();
	MUST(sent == answered && sent > STEPS / 20 && resumed > 100);
	MUST(req_prod < UINT32_MAX / 2);
	madness();
	printf("%lu requests answered once, %lu successions\n", sent, resumed);
	free(ring);
	return 0;
}
