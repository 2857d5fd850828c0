// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block frontend's core, case by case: what is written for each operation,
 * what is refused, which answers are faults, notification, replay. How the
 * disk came to be: blkfront_disk.c; the joined model: tests/model/blk_join.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "frontend-drivers/core/blkfront.h"
#include "frontend-drivers/core/blkfront_pages.h"

static _Alignas(4096) uint8_t memory[16 * 4096];
static struct xy_sring *const ring = (struct xy_sring *)memory;
static struct blkfront q;
static struct blkfront_disk disk;
static struct xy_blkif_request_segment segment[600];
static uint64_t indirect[512];

static union xy_blkif_sring_entry *entry(uint32_t index)
{
	return xy_ring_slot(ring, index, q.count, 112);
}

static int fresh(void **state)
{
	unsigned int i;

	(void)state;
	disk = (struct blkfront_disk){
		.sectors = 1000, .sector_bytes = 512, .segments_max = 64,
		.flush = true, .barrier = true, .discard = true,
	};
	for (i = 0; i < 600; i++)
		segment[i] = (struct xy_blkif_request_segment){ i, 0, 7 };
	blkfront_init(&q, &disk);
	assert_int_equal(blkfront_attach(&q, memory, 1), 0);
	blkfront_start(&q);
	return 0;
}

static struct blkfront_io io_of(unsigned int op, uint16_t segments)
{
	return (struct blkfront_io){
		.op = (uint8_t)op, .segments = segments,
		.segment = segment, .indirect = indirect, .indirect_gref = 77,
		.sector = 16, .sectors = 8,
	};
}

static uint64_t wire_id(const struct blkfront_io *io)
{
	return io->order << 16 | io->id;
}

static void answer(uint64_t id, int status)
{
	struct xy_blkif_response *rsp = &entry(ring->rsp_prod)->rsp;
	const struct blkfront_io *io = q.slot[id % BLKFRONT_SLOTS_MAX];

	rsp->id = id;
	rsp->operation = io ? io->wire_op : 0;
	rsp->status = (int16_t)status;
	ring->rsp_prod++;
}

static void each_operation_on_the_wire(void **state)
{
	struct blkfront_io rd = io_of(BLKFRONT_READ, 2);
	struct blkfront_io wr = io_of(BLKFRONT_WRITE, 12);
	struct blkfront_io fl = io_of(BLKFRONT_FLUSH, 0);
	struct blkfront_io di = io_of(BLKFRONT_DISCARD, 0);
	struct blkfront_io ba = io_of(BLKFRONT_BARRIER, 1);

	(void)state;
	assert_int_equal(blkfront_put(&q, &rd), 0);
	assert_int_equal(blkfront_put(&q, &wr), 0);
	assert_int_equal(blkfront_put(&q, &fl), 0);
	assert_int_equal(blkfront_put(&q, &di), 0);
	assert_int_equal(blkfront_put(&q, &ba), 0);
	assert_int_equal(ring->req_prod, 0);
	assert_true(blkfront_flush(&q));
	assert_int_equal(ring->req_prod, 5);
	assert_int_equal(entry(0)->req.operation, XY_BLKIF_OP_READ);
	assert_int_equal(entry(0)->req.nr_segments, 2);
	assert_int_equal(entry(0)->req.sector_number, 16);
	assert_int_equal(entry(0)->req.seg[1].gref, 1);
	assert_int_equal(entry(1)->indirect.operation, XY_BLKIF_OP_INDIRECT);
	assert_int_equal(entry(1)->indirect.indirect_op, XY_BLKIF_OP_WRITE);
	assert_int_equal(entry(1)->indirect.nr_segments, 12);
	assert_int_equal(entry(1)->indirect.indirect_grefs[0], 77);
	assert_memory_equal(indirect, segment, 12 * 8);
	assert_int_equal(entry(2)->req.operation, XY_BLKIF_OP_FLUSH_DISKCACHE);
	assert_int_equal(entry(2)->req.nr_segments, 0);
	assert_int_equal(entry(3)->discard.operation, XY_BLKIF_OP_DISCARD);
	assert_int_equal(entry(3)->discard.nr_sectors, 8);
	assert_int_equal(entry(3)->discard.flag, 0);
	assert_int_equal(entry(4)->req.operation, XY_BLKIF_OP_WRITE_BARRIER);
}

static void what_is_not_offered_is_refused(void **state)
{
	struct blkfront_io io = io_of(BLKFRONT_WRITE, 1);

	(void)state;
	disk.read_only = true;
	assert_int_equal(blkfront_put(&q, &io), -XY_EACCES);
	io.op = BLKFRONT_BARRIER;
	assert_int_equal(blkfront_put(&q, &io), -XY_EACCES);
	disk.read_only = false;
	disk.barrier = false;
	assert_int_equal(blkfront_put(&q, &io), -XY_EOPNOTSUPP);
	io = io_of(BLKFRONT_DISCARD, 0);
	io.secure = 1;
	assert_int_equal(blkfront_put(&q, &io), -XY_EOPNOTSUPP);
	io = io_of(BLKFRONT_READ, 65);
	assert_int_equal(blkfront_put(&q, &io), -XY_EINVAL);
	io.segments = 64;
	io.indirect = NULL;
	assert_int_equal(blkfront_put(&q, &io), -XY_EINVAL);
	io = io_of(99, 1);
	assert_int_equal(blkfront_put(&q, &io), -XY_EINVAL);
	assert_false(blkfront_flush(&q));
}

static void a_flush_without_the_feature_is_a_barrier(void **state)
{
	struct blkfront_io io = io_of(BLKFRONT_FLUSH, 0);

	(void)state;
	disk.flush = false;
	assert_int_equal(blkfront_put(&q, &io), 0);
	assert_int_equal(entry(0)->req.operation, XY_BLKIF_OP_WRITE_BARRIER);
	blkfront_flush(&q);
	answer(wire_id(&io), XY_BLKIF_RSP_EOPNOTSUPP);
	assert_ptr_equal(blkfront_get(&q), &io);
	assert_int_equal(io.status, BLKFRONT_UNSUPPORTED);
	blkfront_refused(&disk, io.op);
	assert_int_equal(blkfront_put(&q, &io), -XY_EOPNOTSUPP);
}

static void every_status_has_a_meaning(void **state)
{
	static const int status[] = { 0, -1, -2, 1, -3, 32767, -32768 };
	unsigned int i;

	(void)state;
	for (i = 0; i < 7; i++) {
		struct blkfront_io io = io_of(BLKFRONT_READ, 1);

		assert_int_equal(blkfront_put(&q, &io), 0);
		blkfront_flush(&q);
		answer(wire_id(&io), status[i]);
		assert_ptr_equal(blkfront_get(&q), &io);
		assert_int_equal(io.status, i == 0 ? BLKFRONT_OKAY :
				 i == 2 ? BLKFRONT_UNSUPPORTED :
				 BLKFRONT_ERROR);
	}
}

static void faults(void **state)
{
	unsigned int i;

	for (i = 0; i < 6; i++) {
		struct blkfront_io io = io_of(BLKFRONT_READ, 1);
		struct blkfront_io other = io_of(BLKFRONT_READ, 1);

		fresh(state);
		assert_int_equal(blkfront_put(&q, &io), 0);
		assert_int_equal(blkfront_put(&q, &other), 0);
		blkfront_flush(&q);
		assert_null(blkfront_fault_text(&q));
		switch (i) {
		case 0:			/* more answers than requests */
			ring->rsp_prod = 3;
			break;
		case 1:			/* backwards */
			ring->rsp_prod = (uint32_t)-1;
			break;
		case 2:			/* no such id */
			answer(BLKFRONT_SLOTS_MAX + 3, 0);
			break;
		case 3:			/* an id of another time */
			answer(7ull << 16 | io.id, 0);
			break;
		case 4:			/* twice */
			answer(wire_id(&io), 0);
			answer(wire_id(&io), 0);
			assert_ptr_equal(blkfront_get(&q), &io);
			break;
		case 5:			/* another operation */
			answer(wire_id(&io), 0);
			entry(0)->rsp.operation = XY_BLKIF_OP_WRITE;
			break;
		}
		assert_null(blkfront_get(&q));
		assert_non_null(blkfront_fault_text(&q));
		assert_int_equal(q.fault, i < 2 ? BLKFRONT_BAD_INDEX :
				 i < 5 ? BLKFRONT_BAD_ID :
				 BLKFRONT_BAD_OPERATION);
		assert_false(blkfront_arm(&q, 1));
		assert_int_equal(blkfront_put(&q, &io), -XY_EIO);
		if (i != 4)
			assert_ptr_equal(blkfront_abandon(&q), &io);
		assert_ptr_equal(blkfront_abandon(&q), &other);
		assert_null(blkfront_abandon(&q));
	}
}

static void events(void **state)
{
	struct blkfront_io io[4];
	unsigned int i;

	(void)state;
	ring->req_event = 3;		/* the backend wants the third */
	for (i = 0; i < 4; i++) {
		io[i] = io_of(BLKFRONT_READ, 1);
		assert_int_equal(blkfront_put(&q, &io[i]), 0);
		assert_int_equal(blkfront_flush(&q), i == 2);
	}
	assert_int_equal(blkfront_in_flight(&q), 4);
	assert_false(blkfront_arm(&q, 2));
	assert_int_equal(ring->rsp_event, 2);
	answer(wire_id(&io[1]), 0);
	assert_false(blkfront_arm(&q, 2));
	answer(wire_id(&io[0]), 0);
	assert_true(blkfront_arm(&q, 2));
	blkfront_mute(&q);
	assert_false(xy_ring_need_notify(4, 0, ring->rsp_event));
}

static void full_ring(void **state)
{
	static struct blkfront_io io[33];
	unsigned int i;

	(void)state;
	assert_int_equal(blkfront_room(&q), 32);
	for (i = 0; i < 33; i++) {
		io[i] = io_of(BLKFRONT_READ, 1);
		assert_int_equal(blkfront_put(&q, &io[i]),
				 i < 32 ? 0 : -XY_EBUSY);
	}
	assert_int_equal(blkfront_room(&q), 0);
	/* An answer makes room, and its id is free again. */
	blkfront_flush(&q);
	answer(wire_id(&io[9]), 0);
	assert_ptr_equal(blkfront_get(&q), &io[9]);
	assert_int_equal(blkfront_put(&q, &io[32]), 0);
	for (i = 0; i < 33; i++)
		assert_true(i == 9 || q.slot[io[i].id] == &io[i]);
}

static void replay_on_a_smaller_ring(void **state)
{
	static struct blkfront_io io[40];
	struct blkfront_io extra = io_of(BLKFRONT_READ, 1);
	unsigned int i;

	(void)state;
	assert_int_equal(blkfront_attach(&q, memory, 2), 0);
	blkfront_start(&q);
	for (i = 0; i < 40; i++) {
		io[i] = io_of(BLKFRONT_WRITE, 1);
		io[i].sector = i;
		assert_int_equal(blkfront_put(&q, &io[i]), 0);
	}
	blkfront_flush(&q);
	answer(wire_id(&io[7]), 0);
	assert_ptr_equal(blkfront_get(&q), &io[7]);
	blkfront_detach(&q);
	assert_int_equal(blkfront_put(&q, &extra), -XY_EBUSY);
	assert_null(blkfront_get(&q));
	assert_false(blkfront_flush(&q));
	assert_int_equal(blkfront_attach(&q, memory, 1), 0);
	assert_false(blkfront_flush(&q));
	blkfront_start(&q);
	assert_null(blkfront_unfit(&q));
	assert_true(blkfront_flush(&q));
	assert_int_equal(ring->req_prod, 32);
	for (i = 0; i < 32; i++)
		assert_int_equal(entry(i)->req.sector_number, i + (i >= 7));
	/* What is kept and not yet sent cannot be answered. */
	assert_int_equal(blkfront_put(&q, &extra), -XY_EBUSY);
	for (i = 0; i < 7; i++)
		answer(wire_id(&io[i]), 0);
	for (i = 0; i < 7; i++)
		assert_ptr_equal(blkfront_get(&q), &io[i]);
	assert_true(blkfront_flush(&q) || ring->req_prod == 39);
	assert_int_equal(ring->req_prod, 39);
	assert_int_equal(blkfront_put(&q, &extra), -XY_EBUSY);
	answer(wire_id(&io[8]), 0);
	assert_ptr_equal(blkfront_get(&q), &io[8]);
	assert_int_equal(blkfront_put(&q, &extra), 0);
}

/* The old backend answered while memory was being saved: all goes again. */
static void after_a_suspend_unread_answers_do_not_count(void **state)
{
	static struct blkfront_io io[4];
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		io[i] = io_of(BLKFRONT_READ, 1);
		io[i].sector = i;
		assert_int_equal(blkfront_put(&q, &io[i]), 0);
	}
	blkfront_flush(&q);
	answer(wire_id(&io[0]), 0);
	assert_ptr_equal(blkfront_get(&q), &io[0]);
	answer(wire_id(&io[2]), 0);
	blkfront_detach(&q);
	assert_int_equal(blkfront_to_replay(&q), 3);
	assert_int_equal(blkfront_attach(&q, memory, 1), 0);
	assert_null(blkfront_get(&q));
	blkfront_start(&q);
	blkfront_flush(&q);
	assert_int_equal(blkfront_to_replay(&q), 0);
	assert_int_equal(ring->req_prod, 3);
	for (i = 0; i < 3; i++)
		assert_int_equal(entry(i)->req.sector_number, i + 1);
}

/* Two queues before, one after: 20 and 20 requests, 32 slots. */
static void a_queue_inherits_what_another_leaves(void **state)
{
	static _Alignas(4096) uint8_t others[4096];
	static struct blkfront other;
	static struct blkfront_io io[40];
	struct blkfront_io extra = io_of(BLKFRONT_READ, 1);
	unsigned int i;

	(void)state;
	blkfront_init(&other, &disk);
	assert_int_equal(blkfront_attach(&other, others, 1), 0);
	blkfront_start(&other);
	for (i = 0; i < 40; i++) {
		io[i] = io_of(BLKFRONT_WRITE, 1);
		io[i].sector = i;
		assert_int_equal(blkfront_put(i < 20 ? &q : &other, &io[i]), 0);
	}
	blkfront_detach(&q);
	blkfront_detach(&other);
	blkfront_inherit(&q, &other);
	blkfront_inherit(&q, &other);
	assert_int_equal(blkfront_to_replay(&q), 40);
	assert_int_equal(blkfront_to_replay(&other), 0);
	assert_null(blkfront_abandon(&other));
	assert_int_equal(blkfront_attach(&q, memory, 1), 0);
	blkfront_start(&q);
	blkfront_flush(&q);
	assert_int_equal(blkfront_put(&q, &extra), -XY_EBUSY);
	assert_int_equal(ring->req_prod, 32);
	for (i = 0; i < 32; i++) {
		assert_int_equal(entry(i)->req.sector_number, i);
		answer(wire_id(&io[i]), 0);
	}
	for (i = 0; i < 32; i++)
		assert_ptr_equal(blkfront_get(&q), &io[i]);
	/* Lost once more on the way. */
	blkfront_flush(&q);
	blkfront_detach(&q);
	assert_int_equal(blkfront_to_replay(&q), 8);
	assert_int_equal(blkfront_attach(&q, memory, 1), 0);
	blkfront_start(&q);
	blkfront_flush(&q);
	for (i = 0; i < 8; i++)
		assert_int_equal(entry(i)->req.sector_number, 32 + i);
	assert_int_equal(blkfront_put(&q, &extra), 0);
}

static void an_answer_before_the_replay_is_a_fault(void **state)
{
	static struct blkfront_io io[40];
	unsigned int i;

	(void)state;
	assert_int_equal(blkfront_attach(&q, memory, 2), 0);
	blkfront_start(&q);
	for (i = 0; i < 40; i++) {
		io[i] = io_of(BLKFRONT_WRITE, 1);
		assert_int_equal(blkfront_put(&q, &io[i]), 0);
	}
	blkfront_detach(&q);
	assert_int_equal(blkfront_attach(&q, memory, 1), 0);
	blkfront_start(&q);
	blkfront_flush(&q);
	answer(wire_id(&io[39]), 0);
	assert_null(blkfront_get(&q));
	assert_int_equal(q.fault, BLKFRONT_BAD_ID);
}

static void a_lesser_backend_gives_back_what_does_not_fit(void **state)
{
	struct blkfront_io big = io_of(BLKFRONT_READ, 40);
	struct blkfront_io small = io_of(BLKFRONT_READ, 2);

	(void)state;
	assert_int_equal(blkfront_put(&q, &big), 0);
	assert_int_equal(blkfront_put(&q, &small), 0);
	blkfront_detach(&q);
	disk.segments_max = 11;
	assert_int_equal(blkfront_attach(&q, memory, 1), 0);
	blkfront_start(&q);
	assert_ptr_equal(blkfront_unfit(&q), &big);
	assert_null(blkfront_unfit(&q));
	assert_true(blkfront_flush(&q));
	assert_int_equal(ring->req_prod, 1);
	assert_int_equal(entry(0)->req.id, wire_id(&small));
	big.segments = 11;
	assert_int_equal(blkfront_put(&q, &big), 0);
}

static void wrong_numbers_of_pages(void **state)
{
	(void)state;
	assert_int_equal(blkfront_attach(&q, memory, 0), -XY_EINVAL);
	assert_int_equal(blkfront_attach(&q, memory, 3), -XY_EINVAL);
	assert_int_equal(blkfront_attach(&q, memory, 32), -XY_EINVAL);
	assert_int_equal(blkfront_attach(&q, memory, 16), 0);
	assert_int_equal(q.count, 512);
}

static void pages_last_in_first_out(void **state)
{
	struct blkfront_pages pool = { 0 };
	struct blkfront_page page[3];
	unsigned int i;

	(void)state;
	assert_null(blkfront_page_get(&pool));
	for (i = 0; i < 3; i++)
		blkfront_page_put(&pool, &page[i]);
	assert_int_equal(pool.free_count, 3);
	for (i = 3; i-- > 0;)
		assert_ptr_equal(blkfront_page_get(&pool), &page[i]);
	assert_null(blkfront_page_get(&pool));
	assert_int_equal(pool.free_count, 0);
}

#define CASE(f) cmocka_unit_test_setup(f, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(each_operation_on_the_wire),
		CASE(what_is_not_offered_is_refused),
		CASE(a_flush_without_the_feature_is_a_barrier),
		CASE(every_status_has_a_meaning),
		CASE(faults),
		CASE(events),
		CASE(full_ring),
		CASE(replay_on_a_smaller_ring),
		CASE(after_a_suspend_unread_answers_do_not_count),
		CASE(a_queue_inherits_what_another_leaves),
		CASE(an_answer_before_the_replay_is_a_fault),
		CASE(a_lesser_backend_gives_back_what_does_not_fit),
		CASE(wrong_numbers_of_pages),
		CASE(pages_last_in_first_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
