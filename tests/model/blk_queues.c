// SPDX-License-Identifier: GPL-2.0-only
/*
 * Block frontends' cores, one for each of four hardware queues, joined to as
 * many backends' cores as the present backend takes rings: now and then it
 * goes away, and the next one takes more or fewer, of another size, or offers
 * less. Queues without a ring send by another's, which inherits what they had
 * in flight. The single ring is tests/model/blk_join.c.
 *
 * The law:
 *  - each request is handed back exactly once, and what a finished write wrote
 *    is on the disk;
 *  - on a ring, the requests of one hardware queue come in the order in which
 *    they were put, whatever rings they were in before;
 *  - when a barrier is executed, nothing that its hardware queue put before it
 *    is unanswered in that ring.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend-drivers/core/blkback.h"
#include "frontend-drivers/core/blkfront.h"
#define MODEL_STEP step
#include "model/must.h"
#include "model/random.h"

#define QUEUES	4
#define SECTORS	4096
#define IOS	400
#define STEPS	2000000

struct use {
	struct blkfront_io io;	/* first */
	struct xy_blkif_request_segment segment;
	unsigned int hardware;	/* queue */
	unsigned int at;	/* the queue that holds it */
	uint64_t serial;	/* of its hardware queue's puts */
	uint32_t sectors;
	uint32_t stamp;		/* what a write writes, a read has read */
	uint32_t before;	/* what a read must see */
	bool used;
	bool answered;		/* by this backend */
};

struct queue {
	struct blkfront front;
	struct blkback back;
	struct blkback_io held[BLKBACK_SLOTS_MAX];
	unsigned int holds;
	bool barrier_waits;
	uint64_t last[QUEUES];	/* serial taken from this ring, plus 1 */
	uint8_t *ring;
};

static struct queue queue[QUEUES];
static unsigned int rings;
static struct blkfront_disk disk;
static const struct blkback_image image = { .sectors = SECTORS,
					    .sector_bytes = 512 };
static struct use use[IOS];
static bool locked[SECTORS];
static uint32_t medium[SECTORS], wanted[SECTORS], stamps;
static uint64_t serials[QUEUES];
static unsigned long step, put, done, inherited, losses, unfits, barriers;
static uint64_t seed = 0x9e3779b97f4a7c15ull;

static uint32_t random_below(uint32_t n)
{
	return (uint32_t)(random_word(&seed) >> 32) % n;
}

static void give_back(struct use *u)
{
	MUST(u->used);
	u->used = false;
	memset(locked + u->io.sector, 0, u->sectors);
	done++;
}

static void finish(struct blkfront_io *io)
{
	struct use *u = (struct use *)io;
	uint32_t i;

	give_back(u);
	MUST(io->status == BLKFRONT_OKAY);
	MUST(io->op != BLKFRONT_READ || u->stamp == u->before);
	if (io->op != BLKFRONT_WRITE && io->op != BLKFRONT_BARRIER)
		return;
	for (i = 0; i < u->sectors; i++) {
		wanted[io->sector + i] = u->stamp;
		MUST(medium[io->sector + i] == u->stamp);
	}
}

/* --- the frontend's shell */

static bool lock_range(uint64_t at, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (locked[at + i])
			return false;
	memset(locked + at, true, n);
	return true;
}

static void front_puts(void)
{
	static const uint8_t ops[] = { BLKFRONT_READ, BLKFRONT_READ,
		BLKFRONT_WRITE, BLKFRONT_WRITE, BLKFRONT_WRITE,
		BLKFRONT_BARRIER, BLKFRONT_FLUSH };
	struct use *u = &use[random_below(IOS)];
	int rc;

	if (u->used)
		return;
	memset(u, 0, sizeof(*u));
	u->hardware = random_below(QUEUES);
	u->at = blkfront_heir(u->hardware, rings);
	u->io.op = ops[random_below(sizeof(ops))];
	u->sectors = u->io.op == BLKFRONT_FLUSH ? 0 : 1 + random_below(8);
	u->segment.gref = (uint32_t)(u - use);
	u->segment.last_sect = (uint8_t)(u->sectors - 1);
	u->io.segment = &u->segment;
	u->io.segments = u->sectors != 0;
	u->io.sector = random_below(SECTORS - 8);
	if (!lock_range(u->io.sector, u->sectors))
		return;
	u->stamp = ++stamps;
	u->before = wanted[u->io.sector];
	u->serial = serials[u->hardware];
	rc = blkfront_put(&queue[u->at].front, &u->io);
	MUST(!rc || rc == -XY_EBUSY ||
	     (rc == -XY_EOPNOTSUPP && !disk.barrier));
	if (rc) {
		memset(locked + u->io.sector, 0, u->sectors);
		return;
	}
	u->used = true;
	serials[u->hardware]++;
	put++;
	barriers += u->io.op == BLKFRONT_BARRIER;
}

static void front_reaps(struct queue *q)
{
	struct blkfront_io *io;

	while ((io = blkfront_get(&q->front)))
		finish(io);
	MUST(!q->front.fault);
	blkfront_flush(&q->front);
}

/* --- the backend's shell */

static struct use *use_of(struct queue *q, const struct blkback_io *io)
{
	uint64_t id = q->back.slot[io->slot].raw.entry.req.id;
	struct blkfront_io *f = q->front.slot[id & 0xffff];
	struct use *u = (struct use *)f;

	MUST(f && f->order == id >> 16 && u->used);
	MUST(u->at == (unsigned int)(q - queue));
	return u;
}

static void back_takes(struct queue *q)
{
	struct blkback_io *io = &q->held[q->holds];
	struct use *u;

	if (q->barrier_waits || blkback_get(&q->back, io) != BLKBACK_READY)
		return;
	u = use_of(q, io);
	MUST(u->serial >= q->last[u->hardware]);
	q->last[u->hardware] = u->serial + 1;
	q->barrier_waits = io->op == BLKBACK_BARRIER;
	q->holds++;
}

static void execute(struct queue *q, const struct blkback_io *io)
{
	struct use *u = use_of(q, io);
	unsigned int i;

	for (i = 0; io->op == BLKBACK_BARRIER && i < IOS; i++)
		MUST(!use[i].used || use[i].at != u->at ||
		     use[i].hardware != u->hardware || use[i].answered ||
		     use[i].serial >= u->serial);
	if (io->op == BLKBACK_READ)
		u->stamp = medium[u->io.sector];
	else if (io->op != BLKBACK_FLUSH)
		for (i = 0; i < u->sectors; i++)
			medium[u->io.sector + i] = u->stamp;
	u->answered = true;
}

static void back_answers(struct queue *q)
{
	unsigned int i;

	if (!q->holds)
		return;
	i = random_below(q->holds);
	/* A barrier comes last of what was taken, and alone. */
	if (q->held[i].op == BLKBACK_BARRIER && q->holds > 1)
		return;
	execute(q, &q->held[i]);
	if (q->held[i].op == BLKBACK_BARRIER)
		q->barrier_waits = false;
	blkback_put(&q->back, q->held[i].slot, XY_BLKIF_RSP_OKAY);
	q->held[i] = q->held[--q->holds];
	if (random_below(3) == 0)
		blkback_flush(&q->back);
}

/* --- a backend goes, another comes */

static void open_ring(struct queue *q, unsigned int pages)
{
	free(q->ring);
	q->ring = aligned_alloc(4096, pages * 4096);
	memset(q->ring, 0, pages * 4096);
	MUST(!blkfront_attach(&q->front, q->ring, pages));
	MUST(!blkback_init(&q->back, q->ring, pages, &image));
	q->holds = 0;
	q->barrier_waits = false;
	memset(q->last, 0, sizeof(q->last));
}

static void leave_to(struct queue *heir, struct queue *q)
{
	unsigned int i;

	inherited += blkfront_to_replay(&q->front);
	blkfront_inherit(&heir->front, &q->front);
	MUST(!blkfront_to_replay(&q->front));
	for (i = 0; i < IOS; i++)
		if (use[i].used && use[i].at == (unsigned int)(q - queue))
			use[i].at = (unsigned int)(heir - queue);
}

static void start(struct queue *q)
{
	struct blkfront_io *io;

	blkfront_start(&q->front);
	while ((io = blkfront_unfit(&q->front))) {
		struct use *u = (struct use *)io;

		MUST(io->op >= BLKFRONT_BARRIER && !disk.barrier);
		/* Done perhaps, by the backend before. */
		memcpy(wanted + io->sector, medium + io->sector,
		       u->sectors * sizeof(medium[0]));
		give_back(u);
		unfits++;
	}
	blkfront_flush(&q->front);
}

static void another_backend(void)
{
	bool suspended = random_below(2);
	unsigned int i, pages = 1u << random_below(3);

	for (i = 0; i < rings; i++) {
		/* After a suspend its answers are not believed. */
		if (!suspended)
			front_reaps(&queue[i]);
		blkfront_detach(&queue[i].front);
	}
	for (i = 0; i < IOS; i++)
		use[i].answered = false;
	rings = 1 + random_below(QUEUES);
	disk.barrier = random_below(8) != 0;
	for (i = rings; i < QUEUES; i++)
		leave_to(&queue[blkfront_heir(i, rings)], &queue[i]);
	for (i = 0; i < rings; i++)
		open_ring(&queue[i], pages);
	for (i = 0; i < rings; i++)
		start(&queue[i]);
	losses++;
}

static void settle(void)
{
	unsigned int turns, i;

	for (turns = 0; put != done; turns++) {
		struct queue *q = &queue[turns % rings];

		MUST(turns < 1000000);
		front_reaps(q);
		back_takes(q);
		back_answers(q);
		blkback_flush(&q->back);
	}
	for (i = 0; i < IOS; i++)
		MUST(!use[i].used);
	for (i = 0; i < QUEUES; i++)
		MUST(!blkfront_to_replay(&queue[i].front));
	MUST(!memcmp(medium, wanted, sizeof(medium)));
}

int main(void)
{
	unsigned int i;

	disk = (struct blkfront_disk){ .sectors = SECTORS, .sector_bytes = 512,
		.segments_max = 11, .flush = true, .barrier = true };
	for (i = 0; i < QUEUES; i++)
		blkfront_init(&queue[i].front, &disk);
	rings = QUEUES;
	another_backend();
	for (step = 0; step < STEPS; step++) {
		struct queue *q = &queue[random_below(rings)];
		uint32_t what = random_below(16);

		if (what < 7)
			front_puts();
		else if (what < 10)
			back_takes(q);
		else if (what < 13)
			back_answers(q);
		else if (what < 15)
			front_reaps(q);
		else if (random_below(40) == 0)
			another_backend();
		else if (random_below(400) == 0)
			settle();
	}
	settle();
	MUST(put > STEPS / 20 && losses > 1000 && barriers > 1000);
	MUST(inherited > 10000 && unfits > 100);
	printf("%lu requests once, %lu backends, %lu inherited, %lu unfit, "
	       "%lu barriers\n", put, losses, inherited, unfits, barriers);
	for (i = 0; i < QUEUES; i++)
		free(queue[i].ring);
	return 0;
}
