// SPDX-License-Identifier: GPL-2.0-only
/*
 * A disk with two queues of two pages each: what one writes the other reads,
 * a barrier on one holds for both, and an index that runs away on the second
 * ends both.
 */
#include "abi/io/blk.h"
#include "badfront.h"

#define DEPTH 40
#define FIRST 2048		/* sector of the first block */

static struct dev disk;
static struct queue {
	struct xy_sring *ring;
	uint32_t port, prod, cons;
} queue[2];
static uint64_t *page[DEPTH];
static uint32_t gref[DEPTH];

static void publish(void)
{
	unsigned int q, i;
	char key[40];

	for (q = 0; q < 2; q++) {
		memset(queue[q].ring, 0, 2 * PAGE);
		xy_ring_init(queue[q].ring);
		queue[q].prod = queue[q].cons = 0;
		for (i = 0; i < 2; i++) {
			text_format(key, sizeof(key), "queue-%u/ring-ref%u", q,
				    i);
			dev_set_number(&disk, key, grant((char *)
				       queue[q].ring + i * PAGE, 0));
		}
		text_format(key, sizeof(key), "queue-%u/event-channel", q);
		dev_set_number(&disk, key, queue[q].port);
	}
	dev_set(&disk, "multi-queue-num-queues", "2");
	dev_set(&disk, "ring-page-order", "1");
	dev_set(&disk, "protocol", "x86_64-abi");
	dev_set(&disk, "feature-persistent", "1");
}

static void connect(void)
{
	publish();
	dev_set(&disk, "state", "3");
	EXPECT(dev_wait(&disk, XY_XENBUS_CONNECTED));
	dev_set(&disk, "state", "4");
}

static void put(unsigned int q, uint8_t op, unsigned int i)
{
	struct xy_blkif_request *r =
		xy_ring_slot(queue[q].ring, queue[q].prod++,
			     xy_ring_size(112, 2), 112);

	memset(r, 0, sizeof(*r));
	r->operation = op;
	r->id = i;
	r->nr_segments = 1;
	r->sector_number = FIRST + i * 8;
	r->seg[0].gref = gref[i];
	r->seg[0].last_sect = 7;
}

static void push(unsigned int q)
{
	__atomic_store_n(&queue[q].ring->req_prod, queue[q].prod,
			 __ATOMIC_SEQ_CST);
	port_send(queue[q].port);
}

static void drain(unsigned int q)
{
	struct queue *u = &queue[q];

	while (u->cons != u->prod) {
		const struct xy_blkif_response *r = xy_ring_slot(u->ring,
			u->cons, xy_ring_size(112, 2), 112);

		u->ring->rsp_event = u->cons + 1;
		EXPECT(dev_answered(&disk, &u->ring->rsp_prod, u->cons));
		EXPECT_EQ(r->status, 0);
		u->cons++;
	}
}

static void round(unsigned int number)
{
	unsigned int i;

	for (i = 0; i < DEPTH; i++) {
		page[i][0] = number;
		page[i][511] = number * i;
		/* The last is a barrier, among the others' writes. */
		put(i & 1, i == DEPTH - 1 ? XY_BLKIF_OP_WRITE_BARRIER :
					    XY_BLKIF_OP_WRITE, i);
	}
	push(0);
	push(1);
	drain(1);
	drain(0);
	for (i = 0; i < DEPTH; i++) {
		page[i][0] = 0;
		page[i][511] = 0;
		put(!(i & 1), XY_BLKIF_OP_READ, i);
	}
	push(1);
	push(0);
	drain(0);
	drain(1);
	for (i = 0; i < DEPTH; i++) {
		EXPECT_EQ(page[i][0], number);
		EXPECT_EQ(page[i][511], number * i);
	}
}

void block_queues(void)
{
	unsigned int i;

	EXPECT(dev_find(&disk, "device/vbd/51712"));
	EXPECT(dev_wait(&disk, XY_XENBUS_INITWAIT));
	for (i = 0; i < 2; i++) {
		queue[i].ring = page_alloc();
		EXPECT(page_alloc() == (char *)queue[i].ring + PAGE);
		queue[i].port = port_new();
	}
	for (i = 0; i < DEPTH; i++)
		page[i] = page_alloc();
	connect();
	for (i = 0; i < DEPTH; i++)
		gref[i] = grant(page[i], 0);
	for (i = 1; i < 20; i++)
		round(i);
	say("BADFRONT queues: two queues, %u barriers", i - 1);
	queue[1].ring->req_prod = queue[1].prod + 65;	/* of 64 entries */
	port_send(queue[1].port);
	dev_stopped(&disk, "indices");
	connect();
	round(99);
	dev_anew(&disk);
	dev_unset(&disk, "multi-queue-num-queues");
}
