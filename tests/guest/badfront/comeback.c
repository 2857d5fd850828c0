// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one honest frontend here: it writes with a full ring, and when the
 * backend goes to Closing it closes at once, whatever is in flight, connects
 * anew and sends again what was not acknowledged.
 *
 * Every write carries its block and a version. A block has one write under way
 * at a time, so in the end it must hold the version acknowledged last: a ghost
 * of an earlier connection, or a write that was lost, shows.
 */
#include "block.h"

#define BLOCKS 64
#define DEPTH 32
#define COMEBACKS 6

static struct {
	uint64_t *page;
	uint32_t gref;
	unsigned int block;
	bool busy;
} slot[DEPTH];

static unsigned int version[BLOCKS];	/* acknowledged */
static bool writing[BLOCKS];
static uint32_t rsp_cons;
static unsigned long writes, replays;

static void send(unsigned int i)
{
	struct xy_blkif_request *r = block_next(XY_BLKIF_OP_WRITE);

	r->id = i;
	r->nr_segments = 1;
	r->sector_number = 1024 + slot[i].block * 8;
	r->seg[0].gref = slot[i].gref;
	r->seg[0].last_sect = 7;
}

static void start(unsigned int i)
{
	unsigned int b, n;

	do
		b = (unsigned int)(rnd() % BLOCKS);
	while (writing[b]);
	writing[b] = true;
	slot[i].block = b;
	slot[i].busy = true;
	for (n = 0; n < PAGE / 8; n += 2) {
		slot[i].page[n] = b;
		slot[i].page[n + 1] = version[b] + 1;
	}
	send(i);
}

static void finish(void)
{
	while (rsp_cons != __atomic_load_n(&ring->rsp_prod,
					   __ATOMIC_ACQUIRE)) {
		const struct xy_blkif_response *r =
			&block_slot(rsp_cons++)->rsp;

		EXPECT(r->id < DEPTH && slot[r->id].busy);
		EXPECT_EQ(r->status, 0);
		slot[r->id].busy = false;
		writing[slot[r->id].block] = false;
		version[slot[r->id].block]++;
		writes++;
	}
}

/* With everything in flight; and all of it again. */
static void come_back(bool persistent)
{
	unsigned int i;

	dev_anew(&disk);
	block_connect(1, persistent);
	rsp_cons = 0;
	for (i = 0; i < DEPTH; i++) {
		slot[i].gref = grant(slot[i].page, 0);
		if (!slot[i].busy)
			continue;
		send(i);
		replays++;
	}
	block_push();
}

static void verify(void)
{
	uint64_t *page = slot[0].page;
	unsigned int b, n;

	for (b = 0; b < BLOCKS; b++) {
		struct xy_blkif_request *r = block_next(XY_BLKIF_OP_READ);

		r->nr_segments = 1;
		r->sector_number = 1024 + b * 8;
		r->seg[0].gref = slot[0].gref;
		r->seg[0].last_sect = 7;
		block_push();
		EXPECT(dev_answered(&disk, &ring->rsp_prod, rsp_cons));
		EXPECT_EQ(block_slot(rsp_cons++)->rsp.status, 0);
		for (n = 0; version[b] && n < PAGE / 8; n += 2) {
			EXPECT_EQ(page[n], b);
			EXPECT_EQ(page[n + 1], version[b]);
		}
	}
}

/* Until the backend goes to Closing: the ring is kept full. */
static void work(void)
{
	uint64_t look = 0;	/* the store is asked now and then only */
	unsigned int i;

	for (;;) {
		finish();
		for (i = 0; i < DEPTH; i++)
			if (!slot[i].busy)
				start(i);
		ring->rsp_event = rsp_cons + 1;
		block_push();
		port_wait(disk.port, 5);
		if (now_ns() < look)
			continue;
		look = now_ns() + 20000000;
		if (dev_backend(&disk) == XY_XENBUS_CLOSING)
			return;
	}
}

void block_comeback(void)
{
	unsigned int i;

	block_begin();
	for (i = 0; i < DEPTH; i++)
		slot[i].page = page_alloc();
	come_back(true);
	for (i = 0; i < COMEBACKS; i++) {
		say("BADFRONT at work %u", i);
		work();
		/* What was answered before the end counts. */
		finish();
		come_back(i & 1);
	}
	for (i = 0; i < DEPTH; i++)
		while (slot[i].busy) {
			ring->rsp_event = rsp_cons + 1;
			EXPECT(dev_answered(&disk, &ring->rsp_prod, rsp_cons));
			finish();
		}
	verify();
	say("BADFRONT came back %u times: %lu writes, %lu sent again",
	    COMEBACKS, writes, replays);
	dev_anew(&disk);
}
