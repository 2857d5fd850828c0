// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attacks by the block ring: wrong requests, wrong pages, wrong indices. After
 * each class a sector is written and read back: what only deserved an error
 * must not have cost the ring. The frontend itself: block_front.c.
 */
#include "block.h"

static void healthy(const char *after)
{
	uint32_t w, r;
	unsigned int i;

	for (i = 0; i < PAGE; i++) {
		block.page[0][i] = (uint8_t)rnd();
		block.page[1][i] = 0;
	}
	w = grant(block.page[0], XY_GTF_readonly);
	r = grant(block.page[1], 0);
	block_one(XY_BLKIF_OP_WRITE, 64, w);
	EXPECT_EQ(block_ask(), 0);
	block_one(XY_BLKIF_OP_READ, 64, r);
	EXPECT_EQ(block_ask(), 0);
	EXPECT(!memcmp(block.page[0], block.page[1], PAGE));
	grant_revoke(w);
	grant_revoke(r);
	say("BADFRONT block: well after %s", after);
}

/* ---- errors that are answered ---- */

static void opcodes(void)
{
	unsigned int op;

	for (op = 0; op < 256; op++) {
		struct xy_blkif_request *r;

		if (op == XY_BLKIF_OP_FLUSH_DISKCACHE)
			continue;
		r = block_one((uint8_t)op, 0, 0);
		r->nr_segments = 0;
		/* Of these an empty one is an error, or a flush. */
		if (op <= XY_BLKIF_OP_WRITE || op == XY_BLKIF_OP_INDIRECT ||
		    op == XY_BLKIF_OP_DISCARD)
			EXPECT(block_ask() < 0);
		else if (op == XY_BLKIF_OP_WRITE_BARRIER)
			EXPECT_EQ(block_ask(), 0);
		else
			EXPECT_EQ(block_ask(), XY_BLKIF_RSP_EOPNOTSUPP);
	}
}

static void segments(void)
{
	uint32_t g = grant(block.page[2], 0);
	struct xy_blkif_request *r;
	unsigned int i;

	for (i = 12; i < 256; i += 27) {
		block_one(XY_BLKIF_OP_READ, 0, g)->nr_segments = (uint8_t)i;
		EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
	}
	for (i = 8; i < 256; i += 13) {
		block_one(XY_BLKIF_OP_WRITE, 0, g)->seg[0].last_sect =
			(uint8_t)i;
		EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
	}
	r = block_one(XY_BLKIF_OP_READ, 0, g);
	r->seg[0].first_sect = 5;
	r->seg[0].last_sect = 4;
	EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
	r = block_one(XY_BLKIF_OP_READ, 0, g);
	r->seg[0].first_sect = 255;
	r->seg[0].last_sect = 255;
	EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
	grant_revoke(g);
}

static void beyond_the_image(void)
{
	static const uint64_t far[] = {
		0, 1, UINT32_MAX, 1UL << 55, 1UL << 63, UINT64_MAX - 7,
		UINT64_MAX,
	};
	uint32_t g = grant(block.page[2], 0);
	unsigned int i;

	for (i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		uint64_t at = i < 2 ? block.sectors - 7 * i : far[i];

		block_one(XY_BLKIF_OP_READ, at, g);
		EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
		block_one(XY_BLKIF_OP_WRITE, at, g);
		EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
	}
	for (i = 0; i < 4; i++) {
		struct xy_blkif_request_discard *d =
			(void *)block_next(XY_BLKIF_OP_DISCARD);

		d->flag = i == 3;	/* secure: not offered */
		d->sector_number = i == 1 ? UINT64_MAX : 0;
		d->nr_sectors = i == 0 ? block.sectors + 1 : i == 1 ? 2 :
				i == 2 ? UINT64_MAX : 8;
		EXPECT(block_ask() < 0);
	}
	grant_revoke(g);
}

static void bad_grants(void)
{
	static const uint32_t ref[] = { 600, 100000, 1u << 20, UINT32_MAX, 0,
					1 };
	uint32_t g = grant(block.page[3], XY_GTF_readonly);
	unsigned int i;

	/* 0 and 1 are the console's and the store's pages, or nobody's. */
	for (i = 0; i < 4; i++) {
		block_one(XY_BLKIF_OP_READ, 0, ref[i]);
		EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
		block_one(XY_BLKIF_OP_WRITE, 0, ref[i]);
		EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
	}
	block_one(XY_BLKIF_OP_READ, 0, g);	/* we did not let it write */
	EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
	grant_to(g, block.page[3], 77, 0);	/* for somebody else */
	block_one(XY_BLKIF_OP_READ, 0, g);
	EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
	grant_revoke(g);
	/* Our own page table: data must not get there. */
	g = grant((void *)guest_si->pt_base, 0);
	block_one(XY_BLKIF_OP_READ, 0, g);
	EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
	grant_revoke(g);
}

static struct xy_blkif_request_indirect *indirect(uint8_t op, uint16_t n,
						  uint32_t gref)
{
	struct xy_blkif_request_indirect *r =
		(void *)block_next(XY_BLKIF_OP_INDIRECT);

	r->indirect_op = op;
	r->nr_segments = n;
	r->indirect_grefs[0] = gref;
	return r;
}

static void bad_indirects(void)
{
	uint32_t g = grant(block.page[4], 0);
	unsigned int i;

	for (i = 0; i < PAGE; i++)
		block.page[4][i] = (uint8_t)rnd();
	indirect(XY_BLKIF_OP_READ, 256, g);
	EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
	indirect(XY_BLKIF_OP_READ, 257, g);
	EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
	indirect(XY_BLKIF_OP_WRITE, 65535, g);
	EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
	indirect(XY_BLKIF_OP_INDIRECT, 1, g);
	EXPECT(block_ask() < 0);
	indirect(XY_BLKIF_OP_FLUSH_DISKCACHE, 1, g);
	EXPECT(block_ask() < 0);
	indirect(XY_BLKIF_OP_READ, 1, UINT32_MAX);
	EXPECT_EQ(block_ask(), XY_BLKIF_RSP_ERROR);
	grant_revoke(g);
}

/* ---- what may end either way, but not badly ---- */

/* Segments that change between the look and the use. */
static void changing_indirects(void)
{
	struct xy_blkif_request_segment *seg = (void *)block.page[4];
	uint32_t g = grant(block.page[4], 0), data = grant(block.page[5], 0);
	unsigned int round, i;

	for (round = 0; round < 30; round++) {
		for (i = 0; i < 256; i++) {
			seg[i].gref = data;
			seg[i].first_sect = 0;
			seg[i].last_sect = 7;
		}
		for (i = 0; i < 4; i++)
			indirect(XY_BLKIF_OP_READ, 256, g);
		block_push();
		while (ring->rsp_prod != block.req_prod) {
			seg[rnd() % 256].last_sect = (uint8_t)rnd();
			seg[rnd() % 256].gref =
				block_any((uint32_t)rnd() % 600);
		}
		block_drain();
	}
	grant_revoke(g);
	grant_revoke(data);
}

/* Grants that go while their requests are under way. */
static void revoking(void)
{
	uint32_t g[8];
	unsigned int round, i;

	for (round = 0; round < 40; round++) {
		for (i = 0; i < 8; i++) {
			g[i] = grant(block.page[8 + i], 0);
			block_one(i & 1 ? XY_BLKIF_OP_READ : XY_BLKIF_OP_WRITE,
				  128 + 8 * i, g[i]);
		}
		block_push();
		if (round % 3)
			port_wait(disk.port, round % 3);
		for (i = 0; i < 8; i++)
			grant_revoke(g[i]);
		block_drain();
	}
	/* The backend may have kept some: their numbers are spent. */
	block_again(1);
}

/* The disk's data into the ring that it is asked by. */
static void into_the_ring(void)
{
	uint32_t g = grant(ring, 0);
	unsigned int i;

	for (i = 0; i < 4; i++) {
		block_one(XY_BLKIF_OP_READ, 256, g);
		block_push();
		port_wait(disk.port, 50);
	}
	grant_revoke(g);
	block_again(1);
}

/* Of any length and depth: grefs are where the two kinds have them. */
static void noise_request(union xy_blkif_sring_entry *e)
{
	struct xy_blkif_request *r = &e->req;
	uint32_t *gref;
	unsigned int i;

	r->operation %= 8;
	if (r->operation == XY_BLKIF_OP_INDIRECT) {
		gref = ((struct xy_blkif_request_indirect *)r)->indirect_grefs;
		for (i = 0; i < 8; i++)
			gref[i] = block_any(gref[i]);
		return;
	}
	for (i = 0; i < 11; i++)
		r->seg[i].gref = block_any(r->seg[i].gref);
}

static void noise(void)
{
	unsigned int round, i;
	uint32_t seen;

	for (round = 0; round < 60; round++) {
		uint64_t *words = (uint64_t *)ring;

		for (i = 8; i < 456; i++)
			words[i] = rnd() >> (rnd() % 64);
		for (i = 0; i < 32; i++)
			noise_request(block_slot(i));
		block.req_prod += 32;
		block_push();
		while ((seen = ring->rsp_prod) != block.req_prod)
			EXPECT(dev_answered(&disk, &ring->rsp_prod, seen));
		block.rsp_cons = block.req_prod;
	}
	block_again(1);
}

static void events(void)
{
	unsigned int i;

	for (i = 0; i < 20000; i++)
		port_send(disk.port);
}

/* ---- what costs the connection ---- */

static void indices(void)
{
	static const uint32_t jump[] = { 33, 1000, 0x80000000, UINT32_MAX };
	unsigned int i;

	for (i = 0; i < sizeof(jump) / sizeof(jump[0]); i++) {
		__atomic_store_n(&ring->req_prod, block.req_prod + jump[i],
				 __ATOMIC_SEQ_CST);
		port_send(disk.port);
		dev_stopped(&disk, "indices");
		block_connect(1, block.persistent);
	}
}

/* Many of the largest requests; if copied, the buffers are bounded. */
static void greed(void)
{
	struct xy_blkif_request_segment *seg = (void *)block.page[4];
	uint32_t g, data;
	unsigned int i;

	block_again(16);
	g = grant(block.page[4], 0);
	data = grant(block.page[5], 0);
	for (i = 0; i < 256; i++) {
		seg[i].gref = data;
		seg[i].first_sect = 0;
		seg[i].last_sect = 7;
	}
	for (i = 0; i < 128; i++)
		indirect(XY_BLKIF_OP_READ, 256, g)->sector_number = i * 8;
	block_push();
	block_drain();
	block_again(1);
}

static void read_only(void)
{
	uint32_t g;
	unsigned int i;

	EXPECT(dev_find(&disk, "device/vbd/51728"));
	block_connect(1, false);
	g = grant(block.page[6], 0);
	for (i = 0; i < 8; i++) {
		block_one(i & 1 ? XY_BLKIF_OP_WRITE : XY_BLKIF_OP_WRITE_BARRIER,
			  8 * i, g);
		EXPECT(block_ask() < 0);
	}
	block_one(XY_BLKIF_OP_READ, 0, g);
	EXPECT_EQ(block_ask(), 0);
	dev_anew(&disk);
}

static const struct {
	const char *name;
	void (*fn)(void);
} way[] = {
	{ "events", events },
	{ "opcodes", opcodes },
	{ "segments", segments },
	{ "places beyond the image", beyond_the_image },
	{ "grants", bad_grants },
	{ "indirect requests", bad_indirects },
	{ "changing indirect pages", changing_indirects },
	{ "revoked grants", revoking },
	{ "reads into the ring", into_the_ring },
	{ "greed", greed },
	{ "noise", noise },
	{ "indices", indices },
};

void block_attacks(void)
{
	unsigned int i, keep;

	block_begin();
	for (keep = 0; keep < 2; keep++) {
		block_connect(1, keep);
		for (i = 0; i < sizeof(way) / sizeof(way[0]); i++) {
			way[i].fn();
			healthy(way[i].name);
		}
		dev_anew(&disk);
	}
	read_only();
}
