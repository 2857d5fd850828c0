// SPDX-License-Identifier: GPL-2.0-only
/*
 * A block frontend that attacks by its ring: wrong requests, wrong pages, wrong
 * indices. After each class a sector is written and read back: what only
 * deserved an error must not have cost the ring.
 */
#include "block.h"

struct dev disk;
struct xy_sring *ring;
unsigned int ring_pages;
static uint32_t req_prod, rsp_cons;
static uint64_t sectors;
static bool persistent;		/* how it is connected */
static uint8_t *page[16];

union xy_blkif_sring_entry *block_slot(uint32_t index)
{
	return xy_ring_slot(ring, index, xy_ring_size(112, ring_pages), 112);
}

struct xy_blkif_request *block_next(uint8_t op)
{
	struct xy_blkif_request *r = &block_slot(req_prod)->req;

	memset(r, 0, sizeof(*r));
	r->operation = op;
	r->id = ++req_prod * 3UL;
	return r;
}

void block_push(void)
{
	__atomic_store_n(&ring->req_prod, req_prod, __ATOMIC_SEQ_CST);
	port_send(disk.port);
}

/* The status of the next answer; NOTHING: there was none. */
int block_answer(void)
{
	int status;

	ring->rsp_event = rsp_cons + 1;
	if (!dev_answered(&disk, &ring->rsp_prod, rsp_cons))
		return NOTHING;
	status = block_slot(rsp_cons)->rsp.status;
	rsp_cons++;
	return status;
}

void block_drain(void)
{
	while (rsp_cons != req_prod)
		EXPECT(block_answer() != NOTHING);
}

/* What was prepared, alone on the ring. */
static int ask(void)
{
	block_push();
	return block_answer();
}

static struct xy_blkif_request *one(uint8_t op, uint64_t sector, uint32_t gref)
{
	struct xy_blkif_request *r = block_next(op);

	r->nr_segments = 1;
	r->sector_number = sector;
	r->seg[0].gref = gref;
	r->seg[0].last_sect = 7;
	return r;
}

static void healthy(const char *after)
{
	uint32_t w, r;
	unsigned int i;

	for (i = 0; i < PAGE; i++) {
		page[0][i] = (uint8_t)rnd();
		page[1][i] = 0;
	}
	w = grant(page[0], XY_GTF_readonly);
	r = grant(page[1], 0);
	one(XY_BLKIF_OP_WRITE, 64, w);
	EXPECT_EQ(ask(), 0);
	one(XY_BLKIF_OP_READ, 64, r);
	EXPECT_EQ(ask(), 0);
	EXPECT(!memcmp(page[0], page[1], PAGE));
	grant_revoke(w);
	grant_revoke(r);
	say("BADFRONT block: well after %s", after);
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
	req_prod = rsp_cons = 0;
	if (pages == 1) {
		dev_unset(&disk, "ring-page-order");
		dev_set_number(&disk, "ring-ref", grant(area, 0));
	} else {
		dev_set_number(&disk, "ring-page-order",
			       (unsigned int)__builtin_ctz(pages));
	}
	for (i = 0; pages > 1 && i < pages; i++) {
		text_format(key, sizeof(key), "ring-ref%u", i);
		dev_set_number(&disk, key, grant((char *)area + i * PAGE, 0));
	}
}

void block_connect(unsigned int pages, bool keep)
{
	char path[100], value[24];

	persistent = keep;
	block_ring(pages);
	dev_set_number(&disk, "event-channel", disk.port);
	dev_set(&disk, "protocol", "x86_64-abi");
	dev_set(&disk, "feature-persistent", persistent ? "1" : "0");
	dev_set(&disk, "state", "3");
	EXPECT(dev_wait(&disk, XY_XENBUS_CONNECTED));
	dev_set(&disk, "state", "4");
	text_format(path, sizeof(path), "%s/sectors", disk.back);
	EXPECT(key_read(path, value, sizeof(value)));
	sectors = text_number(value, NULL);
	EXPECT(sectors >= 4096);
}

/* ---- errors that are answered ---- */

static void opcodes(void)
{
	unsigned int op;

	for (op = 0; op < 256; op++) {
		struct xy_blkif_request *r;

		if (op == XY_BLKIF_OP_FLUSH_DISKCACHE)
			continue;
		r = one((uint8_t)op, 0, 0);
		r->nr_segments = 0;
		/* Of these an empty one is an error, or a flush. */
		if (op <= XY_BLKIF_OP_WRITE || op == XY_BLKIF_OP_INDIRECT ||
		    op == XY_BLKIF_OP_DISCARD)
			EXPECT(ask() < 0);
		else if (op == XY_BLKIF_OP_WRITE_BARRIER)
			EXPECT_EQ(ask(), 0);
		else
			EXPECT_EQ(ask(), XY_BLKIF_RSP_EOPNOTSUPP);
	}
}

static void segments(void)
{
	uint32_t g = grant(page[2], 0);
	struct xy_blkif_request *r;
	unsigned int i;

	for (i = 12; i < 256; i += 27) {
		one(XY_BLKIF_OP_READ, 0, g)->nr_segments = (uint8_t)i;
		EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
	}
	for (i = 8; i < 256; i += 13) {
		one(XY_BLKIF_OP_WRITE, 0, g)->seg[0].last_sect = (uint8_t)i;
		EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
	}
	r = one(XY_BLKIF_OP_READ, 0, g);
	r->seg[0].first_sect = 5;
	r->seg[0].last_sect = 4;
	EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
	r = one(XY_BLKIF_OP_READ, 0, g);
	r->seg[0].first_sect = 255;
	r->seg[0].last_sect = 255;
	EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
	grant_revoke(g);
}

static void beyond_the_image(void)
{
	static const uint64_t far[] = {
		0, 1, UINT32_MAX, 1UL << 55, 1UL << 63, UINT64_MAX - 7,
		UINT64_MAX,
	};
	uint32_t g = grant(page[2], 0);
	unsigned int i;

	for (i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		uint64_t at = i < 2 ? sectors - 7 * i : far[i];

		one(XY_BLKIF_OP_READ, at, g);
		EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
		one(XY_BLKIF_OP_WRITE, at, g);
		EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
	}
	for (i = 0; i < 4; i++) {
		struct xy_blkif_request_discard *d =
			(void *)block_next(XY_BLKIF_OP_DISCARD);

		d->flag = i == 3;	/* secure: not offered */
		d->sector_number = i == 1 ? UINT64_MAX : 0;
		d->nr_sectors = i == 0 ? sectors + 1 : i == 1 ? 2 :
				i == 2 ? UINT64_MAX : 8;
		EXPECT(ask() < 0);
	}
	grant_revoke(g);
}

static void bad_grants(void)
{
	static const uint32_t ref[] = { 600, 100000, 1u << 20, UINT32_MAX, 0,
					1 };
	uint32_t g = grant(page[3], XY_GTF_readonly);
	unsigned int i;

	/* 0 and 1 are the console's and the store's pages, or nobody's. */
	for (i = 0; i < 4; i++) {
		one(XY_BLKIF_OP_READ, 0, ref[i]);
		EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
		one(XY_BLKIF_OP_WRITE, 0, ref[i]);
		EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
	}
	one(XY_BLKIF_OP_READ, 0, g);	/* we did not let it write */
	EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
	grant_to(g, page[3], 77, 0);	/* for somebody else */
	one(XY_BLKIF_OP_READ, 0, g);
	EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
	grant_revoke(g);
	/* Our own page table: data must not get there. */
	g = grant((void *)guest_si->pt_base, 0);
	one(XY_BLKIF_OP_READ, 0, g);
	EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
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
	uint32_t g = grant(page[4], 0);
	unsigned int i;

	for (i = 0; i < PAGE; i++)
		page[4][i] = (uint8_t)rnd();
	indirect(XY_BLKIF_OP_READ, 256, g);
	EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
	indirect(XY_BLKIF_OP_READ, 257, g);
	EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
	indirect(XY_BLKIF_OP_WRITE, 65535, g);
	EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
	indirect(XY_BLKIF_OP_INDIRECT, 1, g);
	EXPECT(ask() < 0);
	indirect(XY_BLKIF_OP_FLUSH_DISKCACHE, 1, g);
	EXPECT(ask() < 0);
	indirect(XY_BLKIF_OP_READ, 1, UINT32_MAX);
	EXPECT_EQ(ask(), XY_BLKIF_RSP_ERROR);
	grant_revoke(g);
}

/* ---- what may end either way, but not badly ---- */

/* Segments that change between the look and the use. */
static void changing_indirects(void)
{
	struct xy_blkif_request_segment *seg = (void *)page[4];
	uint32_t g = grant(page[4], 0), data = grant(page[5], 0);
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
		while (ring->rsp_prod != req_prod) {
			seg[rnd() % 256].last_sect = (uint8_t)rnd();
			seg[rnd() % 256].gref = (uint32_t)rnd() % 600;
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
			g[i] = grant(page[8 + i], 0);
			one(i & 1 ? XY_BLKIF_OP_READ : XY_BLKIF_OP_WRITE,
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
		one(XY_BLKIF_OP_READ, 256, g);
		block_push();
		port_wait(disk.port, 50);
	}
	grant_revoke(g);
	block_again(1);
}

static void noise(void)
{
	unsigned int round, i;

	for (round = 0; round < 60; round++) {
		uint64_t *words = (uint64_t *)ring;

		for (i = 8; i < 456; i++)
			words[i] = rnd() >> (rnd() % 64);
		for (i = 0; i < 32; i++)
			((uint8_t *)block_slot(i))[0] %= 8;
		req_prod += 32;
		block_push();
		for (i = 0; i < 50 && ring->rsp_prod != req_prod; i++)
			port_wait(disk.port, 20);
		EXPECT_EQ(ring->rsp_prod, req_prod);
		rsp_cons = req_prod;
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

void block_again(unsigned int pages)
{
	dev_anew(&disk);
	block_connect(pages, persistent);
}

static void indices(void)
{
	static const uint32_t jump[] = { 33, 1000, 0x80000000, UINT32_MAX };
	unsigned int i;

	for (i = 0; i < sizeof(jump) / sizeof(jump[0]); i++) {
		__atomic_store_n(&ring->req_prod, req_prod + jump[i],
				 __ATOMIC_SEQ_CST);
		port_send(disk.port);
		dev_stopped(&disk, "indices");
		block_connect(1, persistent);
	}
}

/* Many of the largest requests; if copied, the buffers are bounded. */
static void greed(void)
{
	struct xy_blkif_request_segment *seg = (void *)page[4];
	uint32_t g, data;
	unsigned int i;

	block_again(16);
	g = grant(page[4], 0);
	data = grant(page[5], 0);
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
	g = grant(page[6], 0);
	for (i = 0; i < 8; i++) {
		one(i & 1 ? XY_BLKIF_OP_WRITE : XY_BLKIF_OP_WRITE_BARRIER,
		    8 * i, g);
		EXPECT(ask() < 0);
	}
	one(XY_BLKIF_OP_READ, 0, g);
	EXPECT_EQ(ask(), 0);
	dev_anew(&disk);
}

void block_begin(void)
{
	unsigned int i;

	EXPECT(dev_find(&disk, "device/vbd/51712"));
	EXPECT(dev_wait(&disk, XY_XENBUS_INITWAIT));
	for (i = 0; i < 16 && !page[i]; i++)
		page[i] = page_alloc();
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
		one(XY_BLKIF_OP_READ, 0, grant(page[i % 16], 0));
		EXPECT_EQ(ask(), 0);
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
		g[i] = grant(page[i], 0);
	say("BADFRONT loaded");
	do {
		while (req_prod - rsp_cons < 32)
			one(rnd() % 3 ? XY_BLKIF_OP_READ : XY_BLKIF_OP_WRITE,
			    rnd() % 512 * 8, g[rnd() % 8]);
		block_push();
		if (for_ever)
			EXPECT(block_answer() == 0);
	} while (for_ever);
}
