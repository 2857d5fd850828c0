// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block frontend that the attacks are made with: one ring, requests of any
 * kind, their answers, and how it is connected. It checks nothing of what it
 * is told to ask for.
 */
#include "block.h"

struct dev disk;
struct xy_sring *ring;
unsigned int ring_pages;
struct block block;
static uint32_t ring_ref[16];	/* of the ring's pages; 0: none */

union xy_blkif_sring_entry *block_slot(uint32_t index)
{
	return xy_ring_slot(ring, index, xy_ring_size(112, ring_pages), 112);
}

struct xy_blkif_request *block_next(uint8_t op)
{
	struct xy_blkif_request *r = &block_slot(block.req_prod)->req;

	memset(r, 0, sizeof(*r));
	r->operation = op;
	r->id = ++block.req_prod * 3UL;
	return r;
}

void block_push(void)
{
	__atomic_store_n(&ring->req_prod, block.req_prod, __ATOMIC_SEQ_CST);
	port_send(disk.port);
}

int block_answer(void)
{
	int status;

	ring->rsp_event = block.rsp_cons + 1;
	if (!dev_answered(&disk, &ring->rsp_prod, block.rsp_cons))
		return NOTHING;
	status = block_slot(block.rsp_cons)->rsp.status;
	block.rsp_cons++;
	return status;
}

void block_drain(void)
{
	while (block.rsp_cons != block.req_prod)
		EXPECT(block_answer() != NOTHING);
}

int block_ask(void)
{
	block_push();
	return block_answer();
}

struct xy_blkif_request *block_one(uint8_t op, uint64_t sector, uint32_t gref)
{
	struct xy_blkif_request *r = block_next(op);

	r->nr_segments = 1;
	r->sector_number = sector;
	r->seg[0].gref = gref;
	r->seg[0].last_sect = 7;
	return r;
}

uint32_t block_any(uint32_t number)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		if (number == ring_ref[i])
			number = 0;
	return grant_any(number);
}

/* The pages' references; those of the ring before are no more. */
static void grant_ring(char *area, unsigned int pages)
{
	unsigned int i;

	for (i = 0; i < 16; i++) {
		if (ring_ref[i])
			grant_revoke(ring_ref[i]);
		ring_ref[i] = i < pages ? grant(area + i * PAGE, 0) : 0;
	}
}

void block_ring(unsigned int pages)
{
	static void *area;
	unsigned int i;
	char key[16];

	if (!area) {
		area = page_alloc();
		for (i = 1; i < 16; i++)
			EXPECT(page_alloc() == (char *)area + i * PAGE);
	}
	ring = area;
	ring_pages = pages;
	memset(area, 0, pages * PAGE);
	xy_ring_init(ring);
	block.req_prod = block.rsp_cons = 0;
	grant_ring(area, pages);
	if (pages == 1) {
		dev_unset(&disk, "ring-page-order");
		dev_set_number(&disk, "ring-ref", ring_ref[0]);
	} else {
		dev_set_number(&disk, "ring-page-order",
			       (unsigned int)__builtin_ctz(pages));
	}
	for (i = 0; pages > 1 && i < pages; i++) {
		text_format(key, sizeof(key), "ring-ref%u", i);
		dev_set_number(&disk, key, ring_ref[i]);
	}
}

void block_connect(unsigned int pages, bool keep)
{
	char path[100], value[24];

	block.persistent = keep;
	block_ring(pages);
	dev_set_number(&disk, "event-channel", disk.port);
	dev_set(&disk, "protocol", "x86_64-abi");
	dev_set(&disk, "feature-persistent", block.persistent ? "1" : "0");
	dev_set(&disk, "state", "3");
	EXPECT(dev_wait(&disk, XY_XENBUS_CONNECTED));
	dev_set(&disk, "state", "4");
	text_format(path, sizeof(path), "%s/sectors", disk.back);
	EXPECT(key_read(path, value, sizeof(value)));
	block.sectors = text_number(value, NULL);
	EXPECT(block.sectors >= 4096);
}

void block_again(unsigned int pages)
{
	dev_anew(&disk);
	block_connect(pages, block.persistent);
}

void block_begin(void)
{
	unsigned int i;

	EXPECT(dev_find(&disk, "device/vbd/51712"));
	EXPECT(dev_wait(&disk, XY_XENBUS_INITWAIT));
	for (i = 0; i < 16 && !block.page[i]; i++)
		block.page[i] = page_alloc();
}

/*
 * As many pages mapped at once as any attack has: dom0's table of mapped
 * grants grows to that, and stays so.
 */
void block_warm(void)
{
	unsigned int i;

	block_begin();
	block_connect(1, true);
	for (i = 0; i < 480; i++) {
		block_one(XY_BLKIF_OP_READ, 0, grant(block.page[i % 16], 0));
		EXPECT_EQ(block_ask(), 0);
	}
	dev_anew(&disk);
}

/* A ring full of reads and writes, over and over. */
void block_fill(bool for_ever)
{
	uint32_t g[8];
	unsigned int i;

	block_begin();
	block_connect(1, true);
	for (i = 0; i < 8; i++)
		g[i] = grant(block.page[i], 0);
	say("BADFRONT loaded");
	do {
		while (block.req_prod - block.rsp_cons < 32)
			block_one(rnd() % 3 ? XY_BLKIF_OP_READ :
					      XY_BLKIF_OP_WRITE,
				  rnd() % 512 * 8, g[rnd() % 8]);
		block_push();
		if (for_ever)
			EXPECT(block_answer() == 0);
	} while (for_ever);
}
