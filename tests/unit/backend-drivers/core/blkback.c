// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block ring core against hand-made requests: bounds, answers, indices at
 * 2^32, and what a successor process finds.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "abi/errno.h"
#include "backend-drivers/core/blkback.h"

#define SECTORS 1000
#define START 0xfffffff8u	/* the indices wrap within every test */

static struct blkback core;
static struct blkback_io io;
static struct xy_sring *ring;
static uint32_t prod;
static struct blkback_image image;

static int setup(void **state)
{
	(void)state;
	ring = aligned_alloc(4096, 4096);
	memset(ring, 0, 4096);
	xy_ring_init(ring);
	prod = START;
	ring->req_prod = START;
	ring->rsp_prod = START;
	ring->rsp_event = START + 1;
	image = (struct blkback_image){ .sectors = SECTORS,
				       .sector_bytes = 512, .discard = true };
	memset(&core, 0x5a, sizeof(core));
	assert_int_equal(blkback_init(&core, ring, 1, &image), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(ring);
	return 0;
}

static void again(void)
{
	assert_int_equal(blkback_init(&core, ring, 1, &image), 0);
}

static union xy_blkif_sring_entry *slot(uint32_t index)
{
	return xy_ring_slot(ring, index, 32, 112);
}

static void push(const union xy_blkif_sring_entry *e)
{
	*slot(prod) = *e;
	ring->req_prod = ++prod;
}

static union xy_blkif_sring_entry simple(uint8_t op, uint64_t id,
					 uint64_t sector, uint8_t segments)
{
	union xy_blkif_sring_entry e = { .req = {
		.operation = op, .nr_segments = segments, .id = id,
		.sector_number = sector,
	} };
	unsigned int i;

	for (i = 0; i < segments && i < 11; i++) {
		e.req.seg[i].gref = 100 + i;
		e.req.seg[i].last_sect = 7;
	}
	return e;
}

static void push_simple(uint8_t op, uint64_t id, uint64_t sector,
			uint8_t segments)
{
	union xy_blkif_sring_entry e = simple(op, id, sector, segments);

	push(&e);
}

/* The next response must be this one. */
static void expect_answer(uint64_t id, uint8_t op, int status)
{
	static uint32_t seen;
	const struct xy_blkif_response *r;

	blkback_flush(&core);
	seen = ring->rsp_prod - 1;
	r = &slot(seen)->rsp;
	assert_int_equal(r->id, id);
	assert_int_equal(r->operation, op);
	assert_int_equal(r->status, status);
}

static void a_read_goes_round(void **state)
{
	(void)state;
	push_simple(XY_BLKIF_OP_READ, 77, 8, 2);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	assert_int_equal(io.op, BLKBACK_READ);
	assert_int_equal(io.offset_bytes, 8 * 512);
	assert_int_equal(io.length_bytes, 8192);
	assert_int_equal(io.segments, 2);
	assert_int_equal(io.segment[1].gref, 101);
	assert_int_equal(io.segment[1].length_bytes, 4096);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_NONE);
	assert_int_equal(blkback_outstanding(&core), 1);
	blkback_put(&core, io.slot, XY_BLKIF_RSP_OKAY);
	assert_int_equal(ring->rsp_prod, START);
	assert_true(blkback_flush(&core));
	assert_int_equal(ring->rsp_prod, START + 1);
	expect_answer(77, XY_BLKIF_OP_READ, XY_BLKIF_RSP_OKAY);
	assert_false(blkback_flush(&core));
}

static void refused_here(uint8_t op, uint64_t sector, uint8_t segments,
			 int status)
{
	push_simple(op, 5, sector, segments);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_NONE);
	expect_answer(5, op, status);
	assert_int_equal(blkback_outstanding(&core), 0);
}

static void beyond_the_image(void **state)
{
	(void)state;
	refused_here(XY_BLKIF_OP_READ, SECTORS - 7, 1, -1);
	refused_here(XY_BLKIF_OP_WRITE, SECTORS, 1, -1);
	refused_here(XY_BLKIF_OP_WRITE, UINT64_MAX, 1, -1);
	refused_here(XY_BLKIF_OP_READ, UINT64_MAX - 7, 2, -1);
	push_simple(XY_BLKIF_OP_READ, 6, SECTORS - 8, 1);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
}

static void malformed(void **state)
{
	union xy_blkif_sring_entry e;

	(void)state;
	refused_here(XY_BLKIF_OP_READ, 0, 0, -1);
	refused_here(XY_BLKIF_OP_READ, 0, 12, -1);
	refused_here(XY_BLKIF_OP_READ, 0, 255, -1);
	refused_here(XY_BLKIF_OP_RESERVED_1, 0, 1, -2);
	refused_here(99, 0, 1, -2);
	e = simple(XY_BLKIF_OP_READ, 9, 0, 1);
	e.req.seg[0].last_sect = 8;
	push(&e);
	e.req.seg[0].last_sect = 3;
	e.req.seg[0].first_sect = 4;
	push(&e);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_NONE);
	expect_answer(9, XY_BLKIF_OP_READ, -1);
}

static void read_only_stays_so(void **state)
{
	(void)state;
	image.read_only = true;
	again();
	refused_here(XY_BLKIF_OP_WRITE, 0, 1, -1);
	refused_here(XY_BLKIF_OP_WRITE_BARRIER, 0, 1, -1);
	refused_here(XY_BLKIF_OP_FLUSH_DISKCACHE, 0, 1, -1);
	refused_here(XY_BLKIF_OP_DISCARD, 0, 0, -2);
	push_simple(XY_BLKIF_OP_READ, 1, 0, 1);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
}

static void flush_and_barrier(void **state)
{
	(void)state;
	push_simple(XY_BLKIF_OP_FLUSH_DISKCACHE, 1, 12345678, 0);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	assert_int_equal(io.op, BLKBACK_FLUSH);
	push_simple(XY_BLKIF_OP_FLUSH_DISKCACHE, 1, 0, 1);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	assert_int_equal(io.op, BLKBACK_BARRIER);
	push_simple(XY_BLKIF_OP_WRITE_BARRIER, 1, 0, 3);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	assert_int_equal(io.op, BLKBACK_BARRIER);
	push_simple(XY_BLKIF_OP_WRITE_BARRIER, 1, 0, 0);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	assert_int_equal(io.op, BLKBACK_FLUSH);
}

static void push_discard(uint64_t sector, uint64_t n, uint8_t flag)
{
	union xy_blkif_sring_entry e = { .discard = {
		.operation = XY_BLKIF_OP_DISCARD, .flag = flag, .id = 3,
		.sector_number = sector, .nr_sectors = n,
	} };

	push(&e);
}

static void discard(void **state)
{
	(void)state;
	push_discard(8, 16, 0);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	assert_int_equal(io.op, BLKBACK_DISCARD);
	assert_int_equal(io.length_bytes, 16 * 512);
	push_discard(8, SECTORS, 0);
	push_discard(8, UINT64_MAX, 0);
	push_discard(0, 0, 0);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_NONE);
	expect_answer(3, XY_BLKIF_OP_DISCARD, -1);
	push_discard(8, 16, 1);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_NONE);
	expect_answer(3, XY_BLKIF_OP_DISCARD, -2);
}

static void push_indirect(uint8_t op, uint16_t segments)
{
	union xy_blkif_sring_entry e = { .indirect = {
		.operation = XY_BLKIF_OP_INDIRECT, .indirect_op = op,
		.nr_segments = segments, .id = 8, .indirect_grefs = { 42 },
	} };

	push(&e);
}

static void indirect(void **state)
{
	struct xy_blkif_request_segment *page = aligned_alloc(4096, 4096);
	unsigned int i;

	(void)state;
	for (i = 0; i < 512; i++)
		page[i] = (struct xy_blkif_request_segment){ i, 0, 0 };
	push_indirect(XY_BLKIF_OP_WRITE, 200);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_INDIRECT);
	assert_int_equal(io.indirect_pages, 1);
	assert_int_equal(io.indirect_gref[0], 42);
	assert_int_equal(blkback_indirect(&core, &io, 0, page), 0);
	assert_int_equal(io.segments, 200);
	assert_int_equal(io.length_bytes, 200 * 512);
	assert_int_equal(io.segment[199].gref, 199);
	blkback_put(&core, io.slot, 0);
	expect_answer(8, XY_BLKIF_OP_WRITE, 0);

	page[3].last_sect = 9;
	push_indirect(XY_BLKIF_OP_READ, 4);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_INDIRECT);
	assert_int_equal(blkback_indirect(&core, &io, 0, page), -XY_EINVAL);
	expect_answer(8, XY_BLKIF_OP_READ, -1);

	push_indirect(XY_BLKIF_OP_READ, 257);
	push_indirect(XY_BLKIF_OP_READ, 0);
	push_indirect(XY_BLKIF_OP_WRITE_BARRIER, 1);
	push_indirect(XY_BLKIF_OP_INDIRECT, 1);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_NONE);
	assert_int_equal(blkback_outstanding(&core), 0);
	free(page);
}

static void copied_once(void **state)
{
	(void)state;
	push_simple(XY_BLKIF_OP_READ, 7, 0, 1);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	memset(slot(START), 0xee, 112);
	blkback_put(&core, io.slot, 0);
	expect_answer(7, XY_BLKIF_OP_READ, 0);
}

static void runaway_index(void **state)
{
	(void)state;
	ring->req_prod = START + 33;
	assert_int_equal(blkback_get(&core, &io), BLKBACK_BROKEN);
	ring->req_prod = START;
	assert_int_equal(blkback_get(&core, &io), BLKBACK_BROKEN);
	again();
	ring->req_prod = START - 1;
	assert_int_equal(blkback_get(&core, &io), BLKBACK_BROKEN);
	assert_int_equal(blkback_init(&core, ring, 1, &image), -XY_EINVAL);
}

static void full_ring_and_no_more(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 32; i++)
		push_simple(XY_BLKIF_OP_READ, i, 0, 1);
	for (i = 0; i < 32; i++)
		assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	/* Answered is not yet shown: its place cannot be used again. */
	blkback_put(&core, io.slot, 0);
	ring->req_prod = START + 33;
	assert_int_equal(blkback_get(&core, &io), BLKBACK_BROKEN);
}

static void arm_waits_for_the_next(void **state)
{
	(void)state;
	assert_false(blkback_arm(&core));
	assert_int_equal(ring->req_event, START + 1);
	push_simple(XY_BLKIF_OP_READ, 1, 0, 1);
	push_simple(XY_BLKIF_OP_READ, 2, 0, 1);
	assert_true(blkback_arm(&core));
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	assert_true(blkback_arm(&core));
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	assert_false(blkback_arm(&core));
	assert_int_equal(ring->req_event, START + 3);
}

static void geometry(void **state)
{
	(void)state;
	assert_int_equal(blkback_init(&core, ring, 0, &image), -XY_EINVAL);
	assert_int_equal(blkback_init(&core, ring, 3, &image), -XY_EINVAL);
	assert_int_equal(blkback_init(&core, ring, 32, &image), -XY_EINVAL);
	assert_int_equal(blkback_init(&core, ring, 16, &image), 0);
	assert_int_equal(core.count, 512);
}

static void medium_with_large_sectors(void **state)
{
	(void)state;
	image.sector_bytes = 4096;
	again();
	refused_here(XY_BLKIF_OP_READ, 4, 1, -1);
	push_simple(XY_BLKIF_OP_READ, 1, 8, 1);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
}

static void a_successor_knows_what_is_owed(void **state)
{
	uint16_t second;

	(void)state;
	push_simple(XY_BLKIF_OP_READ, 1, 0, 1);
	push_simple(XY_BLKIF_OP_WRITE, 2, 8, 1);
	push_simple(XY_BLKIF_OP_READ, 3, 16, 1);
	push_simple(XY_BLKIF_OP_READ, 4, 24, 1);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	second = io.slot;
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	/* The second is answered first and shown; it overwrites the first. */
	blkback_put(&core, second, 0);
	blkback_flush(&core);
	/* The third is answered and not shown: killed right here. */
	blkback_put(&core, io.slot, 0);
	memset(slot(START + 1), 0xee, 16);

	assert_int_equal(blkback_resume(&core, ring, 1, &image), 0);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	assert_int_equal(io.offset_bytes, 0);
	blkback_put(&core, io.slot, 0);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	assert_int_equal(io.offset_bytes, 24 * 512);
	blkback_put(&core, io.slot, 0);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_NONE);
	blkback_flush(&core);
	assert_int_equal(ring->rsp_prod, START + 4);
	assert_int_equal(slot(START)->rsp.id, 2);
	assert_int_equal(slot(START + 1)->rsp.id, 3);
	assert_int_equal(slot(START + 2)->rsp.id, 1);
	assert_int_equal(slot(START + 3)->rsp.id, 4);
}

/* A slot freed early is used again: the slots' order is not the requests'. */
static void a_successor_keeps_the_order(void **state)
{
	unsigned int i, first;

	(void)state;
	push_simple(XY_BLKIF_OP_WRITE, 1, 0, 1);
	push_simple(XY_BLKIF_OP_WRITE, 2, 8, 1);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	first = io.slot;
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	blkback_put(&core, first, 0);
	blkback_flush(&core);
	push_simple(XY_BLKIF_OP_WRITE_BARRIER, 3, 16, 1);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	assert_int_equal(io.slot, first);
	assert_false(blkback_replays_barrier(&core));

	assert_int_equal(blkback_resume(&core, ring, 1, &image), 0);
	assert_true(blkback_replays_barrier(&core));
	push_simple(XY_BLKIF_OP_WRITE, 4, 24, 1);
	for (i = 1; i < 4; i++) {
		assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
		assert_int_equal(io.offset_bytes, i * 8 * 512);
	}
	assert_int_equal(blkback_get(&core, &io), BLKBACK_NONE);
	assert_false(blkback_replays_barrier(&core));
}

static void a_successor_refuses_nonsense(void **state)
{
	(void)state;
	push_simple(XY_BLKIF_OP_READ, 1, 0, 1);
	assert_int_equal(blkback_get(&core, &io), BLKBACK_READY);
	ring->rsp_prod = START + 20;
	assert_int_equal(blkback_resume(&core, ring, 1, &image), -XY_EINVAL);
	ring->rsp_prod = START;
	core.slot[io.slot].state = 77;
	assert_int_equal(blkback_resume(&core, ring, 1, &image), -XY_EINVAL);
	core.slot[io.slot].state = BLKBACK_TAKEN;
	assert_int_equal(blkback_resume(&core, ring, 2, &image), -XY_EINVAL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_read_goes_round),
		TEST(beyond_the_image),
		TEST(malformed),
		TEST(read_only_stays_so),
		TEST(flush_and_barrier),
		TEST(discard),
		TEST(indirect),
		TEST(copied_once),
		TEST(runaway_index),
		TEST(full_ring_and_no_more),
		TEST(arm_waits_for_the_next),
		TEST(geometry),
		TEST(medium_with_large_sectors),
		TEST(a_successor_knows_what_is_owed),
		TEST(a_successor_keeps_the_order),
		TEST(a_successor_refuses_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
