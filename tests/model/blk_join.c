// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block frontend's core joined to the backend's over one ring, with random
 * interleavings: requests of every kind, answers in any order, late flushes,
 * lost and late events, a backend process killed and succeeded (the frontend
 * must not notice), a backend that goes away with its ring (the frontend
 * replays, at times on a smaller ring or with fewer features), a backend that
 * goes mad. The indices wrap at 2^32.
 *
 * The law:
 *  - each request is handed back exactly once, with the status it deserves;
 *  - what a finished write wrote is on the disk, whatever died in between, and
 *    a read sees it;
 *  - on one ring requests come in the order in which they were put, so that a
 *    barrier keeps its place in a replay;
 *  - while requests are in flight, one of the two ends is awake;
 *  - a mad backend cannot make the frontend hand back what is not in flight.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODEL_STEP step
#include "model/blk_users.h"
#include "model/must.h"

#define STEPS	1500000

static struct blkback back;
static unsigned int pages;
static uint8_t *ring;

/* The backend's shell. */
static struct blkback_io held[BLKBACK_SLOTS_MAX];
static unsigned int holds;
static bool barrier_waits;
static uint64_t last_order;	/* of what was taken from this ring, plus 1 */
static uint32_t next_index;	/* of the next that was never handed out */
static bool front_event, back_event;

static unsigned long replays, successions, rings;

static void choose_features(void)
{
	uint64_t value[BLKFRONT_KEYS];
	unsigned int i;

	for (i = 0; i < BLKFRONT_KEYS; i++)
		value[i] = BLKFRONT_ABSENT;
	value[BLKFRONT_KEY_SECTORS] = SECTORS;
	value[BLKFRONT_KEY_SECTOR_SIZE] = 512;
	value[BLKFRONT_KEY_FLUSH] = random_below(4) != 0;
	value[BLKFRONT_KEY_BARRIER] = random_below(4) != 0;
	value[BLKFRONT_KEY_DISCARD] = random_below(3) != 0;
	if (random_below(3))
		value[BLKFRONT_KEY_SEGMENTS] = 11 + random_below(60);
	MUST(!blkfront_choose_disk(&disk, value));
	/* At times it promises what it will refuse. */
	image.discard = disk.discard && random_below(4);
}

static void new_ring(void)
{
	static const uint8_t some[] = { 1, 1, 2, 4 };
	struct xy_sring *r;
	uint32_t at = random_below(4) ? 0u - random_below(200) : 0;

	free(ring);
	pages = some[random_below(4)];
	ring = aligned_alloc(4096, pages * 4096);
	memset(ring, random_below(256), pages * 4096);
	MUST(!blkfront_attach(&front, ring, pages));
	/* The indices begin just before they wrap. */
	r = front.ring;
	r->req_prod = r->rsp_prod = at;
	r->req_event = r->rsp_event = at + 1;
	front.req_prod = front.req_pushed = at;
	front.rsp_cons = front.rsp_seen = at;
	MUST(!blkback_init(&back, ring, pages, &image));
	holds = 0;
	barrier_waits = false;
	last_order = 0;
	next_index = at;
	front_event = back_event = true;
	rings++;
}

/* --- the frontend's shell */

static void front_flushes(void)
{
	if (blkfront_flush(&front))
		back_event = true;
}

static void front_reaps(void)
{
	struct blkfront_io *io;

	front_event = false;
	do {
		while ((io = blkfront_get(&front)))
			user_hears(io);
		users_take_unfit();
		front_flushes();
	} while (blkfront_arm(&front, 1));
	MUST(!front.fault);
}

/* --- the backend's shell */

static void back_takes(void)
{
	struct blkback_io *io = &held[holds];
	enum blkback_got got;
	struct use *u;
	uint64_t id;

	if (barrier_waits)
		return;
	got = blkback_get(&back, io);
	MUST(got != BLKBACK_BROKEN);
	if (got == BLKBACK_NONE) {
		back_event = blkback_arm(&back);
		return;
	}
	id = back.slot[io->slot].raw.entry.req.id;
	u = use_of(id);
	if (got == BLKBACK_INDIRECT) {
		MUST(io->indirect_gref[0] == 1000 + (uint32_t)(u - use));
		MUST(!blkback_indirect(&back, io, 0, u->page));
	}
	MUST(u->used);
	if (back.slot[io->slot].taken_at == next_index) {
		MUST((id >> 16) + 1 > last_order);
		last_order = (id >> 16) + 1;
		next_index++;
	}
	barrier_waits = io->op == BLKBACK_BARRIER;
	holds++;
}

static void back_executes(const struct blkback_io *io)
{
	uint64_t id = back.slot[io->slot].raw.entry.req.id;
	uint64_t at = io->offset_bytes / 512, n = io->length_bytes / 512, i;
	struct use *u = use_of(id);
	unsigned int s;

	MUST(u->used);
	if (io->op == BLKBACK_FLUSH)
		return;
	/* Nothing that was put before a barrier comes after it. */
	for (s = 0; io->op == BLKBACK_BARRIER && s < back.count; s++)
		MUST(back.slot[s].state != BLKBACK_TAKEN ||
		     back.slot[s].raw.entry.req.id >> 16 >= id >> 16);
	MUST(at == u->io.sector && n == u->sectors);
	for (s = 0; io->op != BLKBACK_DISCARD && s < io->segments; s++)
		MUST(io->segment[s].gref == u->segment[s].gref);
	if (io->op == BLKBACK_READ) {
		u->stamp = medium[at];
		return;
	}
	for (i = 0; i < n; i++)
		medium[at + i] = io->op == BLKBACK_DISCARD ? 0 : u->stamp;
}

static void back_answers(void)
{
	unsigned int i;

	if (!holds)
		return;
	i = random_below(holds);
	/* Alone: those before it first. */
	if (held[i].op == BLKBACK_BARRIER && holds > 1)
		return;
	back_executes(&held[i]);
	/* Killed here, it is done again. */
	if (random_below(4) == 0)
		return;
	if (held[i].op == BLKBACK_BARRIER)
		barrier_waits = false;
	blkback_put(&back, held[i].slot, XY_BLKIF_RSP_OKAY);
	held[i] = held[--holds];
}

static void back_flushes(void)
{
	if (blkback_flush(&back))
		front_event = true;
}

/* The process dies; another takes over what memory holds. */
static void back_succeeds(void)
{
	if (random_below(3) == 0 && back.rsp_prod != back.rsp_pushed)
		back.rsp_prod--;
	else if (random_below(3) == 0)
		((struct xy_sring *)ring)->rsp_prod = back.rsp_prod;
	holds = 0;
	barrier_waits = false;
	MUST(!blkback_resume(&back, ring, pages, &image));
	front_event = back_event = true;
	successions++;
}

/* The ring is lost with all that was not answered. */
static void back_goes(void)
{
	struct blkfront_io *io;

	while ((io = blkfront_get(&front)))
		user_hears(io);
	blkfront_detach(&front);
	replays += front.held_count;
	MUST(blkfront_put(&front, &use[0].io) == -XY_EBUSY);
	choose_features();
	new_ring();
	blkfront_start(&front);
	users_take_unfit();
	front_flushes();
}

static void settle(void)
{
	unsigned int turns = 0;

	front_flushes();
	while (!users_idle()) {
		MUST(front_event || back_event || holds);
		MUST(turns++ < 100000);
		if (back_event)
			back_takes();
		if (!back_event && barrier_waits)
			back_event = true;
		back_answers();
		back_flushes();
		if (front_event)
			front_reaps();
	}
	MUST(put == done && blkfront_in_flight(&front) == 0);
	MUST(blkback_outstanding(&back) == 0);
	MUST(users_content());
}

/* Whatever the backend writes, only what is in flight comes back, once. */
static void madness(void)
{
	unsigned int round, i;

	for (round = 0; round < 20000; round++) {
		struct blkfront_io *io;
		uint64_t *words = (uint64_t *)ring;

		for (i = 0; i < 20; i++)
			user_puts();
		blkfront_flush(&front);
		for (i = 0; i < 4; i++)
			words[8 + random_below(pages * 512 - 8)] =
				(uint64_t)random_below(UINT32_MAX) << 32 |
				random_below(1u << random_below(31));
		/* Answers that are half right. */
		for (i = 0; i < 8; i++) {
			struct xy_blkif_response *rsp =
				xy_ring_slot((struct xy_sring *)ring,
					     front.rsp_cons + i, front.count,
					     112);
			struct use *u = &use[random_below(IOS)];

			rsp->id = u->io.order << 16 | u->io.id;
			if (random_below(40))
				rsp->operation = u->io.wire_op;
			if (random_below(40) == 0)
				rsp->id += 1ull << random_below(64);
			rsp->status = (int16_t)(random_below(4) ? 0 :
						random_below(65536));
		}
		((struct xy_sring *)ring)->rsp_prod = front.rsp_cons +
						      random_below(9);
		while ((io = blkfront_get(&front)))
			user_forgets(io);
		MUST(blkfront_in_flight(&front) <= front.count);
		MUST(!front.fault == !blkfront_fault_text(&front));
		if (!front.fault && random_below(4))
			continue;
		MUST(!front.fault ||
		     blkfront_put(&front, &use[0].io) == -XY_EIO);
		while ((io = blkfront_abandon(&front)))
			user_forgets(io);
		MUST(users_idle());
		blkfront_detach(&front);
		MUST(front.held_count == 0);
		new_ring();
		blkfront_start(&front);
	}
}

int main(void)
{
	choose_features();
	blkfront_init(&front, &disk);
	new_ring();
	MUST(blkfront_put(&front, &use[0].io) == -XY_EBUSY);
	blkfront_start(&front);
	for (step = 0; step < STEPS; step++) {
		switch (random_below(24)) {
		case 0 ... 8:
			user_puts();
			break;
		case 9:
			front_flushes();
			break;
		case 10 ... 14:
			if (back_event)
				back_takes();
			break;
		case 15 ... 18:
			back_answers();
			if (!barrier_waits && random_below(3) == 0)
				back_event = true;
			break;
		case 19 ... 20:
			back_flushes();
			break;
		case 21 ... 22:
			if (front_event)
				front_reaps();
			break;
		case 23:
			if (random_below(8) == 0)
				back_succeeds();
			else if (random_below(20) == 0)
				back_goes();
			else if (random_below(50) == 0)
				settle();
			break;
		}
	}
	settle();
	MUST(put > STEPS / 40 && successions > 100 && rings > 100);
	MUST(replays > 1000 && unfits > 10 && barriers > 1000);
	MUST(indirects > 1000 && refusals > 10 && full > 10);
	printf("%lu requests once, %lu rings, %lu replayed, %lu unfit, "
	       "%lu successions, %lu barriers, %lu indirect\n", put, rings,
	       replays, unfits, successions, barriers, indirects);
	madness();
	free(ring);
	return 0;
}
