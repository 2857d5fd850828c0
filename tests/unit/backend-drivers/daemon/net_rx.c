// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets from the TAP to the guest: how many calls that takes, in which order
 * they arrive, and what becomes of one without room. The loop, the TAP and
 * grants are played here; the ring core is the real one.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "abi/io/net.h"
#include "tests/fakes/nic.h"

#define SMALL 60
#define LARGE 60000
#define QUEUE 1024

static struct io_uring_sqe sqe;
static struct net_link *conn;
static struct xy_sring *rx;
static uint8_t *memory;
static uint64_t now_ns;

/* The TAP: sizes of packets that wait, numbered from 0 in their order. */
static uint32_t tap[QUEUE];
static unsigned int tap_in, tap_out, waiting, calls;
/* The daemon's buffers that are free. */
static struct {
	uint8_t *at;
	bool given;
} buffer[NET_AHEAD];
static int taken;
/* The guest: packets that arrived, by number. */
static uint32_t posted, seen, arrived[QUEUE], arrivals;
static uint32_t page[256];		/* first word of each buffer, by id */

/* ---- the daemon around it ---- */

struct io_uring_sqe *loop_sqe(struct loop_op *op)
{
	(void)op;
	return &sqe;
}

void loop_prep_read(struct io_uring_sqe *s, int fd, size_t bytes)
{
	(void)s;
	(void)fd;
	(void)bytes;
	waiting++;
}

int loop_buffers(unsigned int n)
{
	(void)n;
	return 0;
}

void loop_give_buffer(unsigned int i, void *at, size_t bytes)
{
	(void)bytes;
	assert_true(i < NET_AHEAD && !buffer[i].given);
	buffer[i].at = at;
	buffer[i].given = true;
}

int loop_buffer_of(const struct loop_op *op)
{
	(void)op;
	return taken;
}

void loop_queue_after(struct loop_task *task, uint64_t delay_ns)
{
	(void)task;
	(void)delay_ns;
}

uint64_t loop_now_ns(void)
{
	return now_ns;
}

struct grant_page net_page_of(const struct net_link *l,
			      const struct netback_piece *piece)
{
	(void)l;
	return (struct grant_page){ .gref = piece->gref,
				    .length_bytes = piece->length_bytes };
}

void grant_batch_to(struct grant_batch *b, const struct grant_page *to,
		    void *from, bool *failed)
{
	(void)b;
	(void)failed;
	memcpy(&page[to->gref], from, 4);
}

void net_tell(struct net_link *l, int port)
{
	(void)port;
	l->events++;
}

void net_link_over(struct net_link *l)
{
	(void)l;
}

/* ---- the network: an entry to the kernel, a look at what it brought ---- */

static void put(unsigned int n, uint32_t bytes)
{
	while (n--)
		tap[tap_in++ % QUEUE] = bytes;
}

static void bring(uint32_t number, uint32_t bytes)
{
	unsigned int i;

	for (i = 0; !buffer[i].given; i++)
		assert_true(i < NET_AHEAD - 1);
	buffer[i].given = false;
	taken = (int)i;
	memset(buffer[i].at, 0, NET_HEADER + 64);
	memcpy(buffer[i].at + NET_HEADER, &number, 4);
	waiting--;
	net_rx_done(&conn->read, (int)(NET_HEADER + bytes));
}

static void round_(void)
{
	calls++;
	while (waiting && tap_out != tap_in) {
		uint32_t bytes = tap[tap_out % QUEUE];

		bring(tap_out++, bytes);
	}
	assert_int_equal(net_rx_run(conn), 0);
}

/* ---- the guest ---- */

static void post(unsigned int n)
{
	while (n--) {
		union xy_netif_rx_sring_entry *slot =
			xy_ring_slot(rx, posted, 256, 8);

		slot->req = (struct xy_netif_rx_request){
			.id = posted & 255, .gref = posted & 255,
		};
		posted++;
	}
	rx->req_prod = posted;
}

/* Takes what came; the number of a packet is in its first buffer. */
static void take(void)
{
	static bool inside;

	while (seen != rx->rsp_prod) {
		union xy_netif_rx_sring_entry *slot =
			xy_ring_slot(rx, seen, 256, 8);

		if (!inside)
			arrived[arrivals++] = page[seen & 255];
		inside = slot->rsp.flags & XY_NETRXF_more_data;
		seen++;
	}
}

static int setup(void **state)
{
	(void)state;
	memset(buffer, 0, sizeof(buffer));
	tap_in = tap_out = waiting = calls = 0;
	posted = seen = arrivals = 0;
	memory = aligned_alloc(4096, net_rx_pages() * 4096);
	assert_int_equal(net_rx_ready(memory), 0);
	fake_nic_make();
	rx = fake_nic.rx;
	conn = fake_nic.link;
	return 0;
}

static int teardown(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < NET_AHEAD; i++)
		assert_true(buffer[i].given);
	fake_nic_end();
	free(memory);
	return 0;
}

/* ---- what must hold ---- */

static void a_flood_is_read_by_the_dozen(void **state)
{
	unsigned int i;

	(void)state;
	post(256);
	round_();
	for (i = 0; i < 4; i++) {
		put(200, SMALL);
		while (tap_out != tap_in) {
			round_();
			if (rx->rsp_prod - seen > 150) {
				take();
				post(256 - (posted - seen));
			}
			assert_true(calls < 1000);
		}
		round_();
	}
	take();
	assert_int_equal(arrivals, 800);
	for (i = 0; i < 800; i++)
		assert_int_equal(arrived[i], i);
	assert_true(calls < 800 / 6);
}

static void taking_turns_one_read_waits(void **state)
{
	unsigned int i;

	(void)state;
	post(256);
	round_();
	for (i = 0; i < 50; i++) {
		conn->sent++;
		put(1, SMALL);
		round_();
		if (i > 4)
			assert_int_equal(waiting, 1);
	}
	take();
	assert_int_equal(arrivals, 50);
}

/* Small ones have made it forget how large one may be, and room is short. */
static void make_room_short(void)
{
	unsigned int i;

	post(150);
	round_();
	for (i = 0; i < 145; i++) {
		conn->sent++;
		put(1, SMALL);
		round_();
	}
	take();
	assert_int_equal(arrivals, 145);
}

static void a_large_one_waits_for_room(void **state)
{
	(void)state;
	make_room_short();
	put(1, LARGE);
	round_();
	put(3, SMALL);
	round_();
	take();
	assert_int_equal(arrivals, 145);
	post(64);
	round_();
	round_();
	round_();
	round_();
	take();
	assert_int_equal(arrivals, 149);
	assert_int_equal(arrived[145], 145);
	assert_int_equal(arrived[148], 148);
}

static void without_room_it_is_lost_in_the_end(void **state)
{
	(void)state;
	make_room_short();
	put(1, LARGE);
	round_();
	put(1, SMALL);
	now_ns += 200000000;
	round_();
	post(64);
	round_();
	round_();
	take();
	assert_int_equal(arrivals, 146);
	assert_int_equal(arrived[145], 146);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_flood_is_read_by_the_dozen),
		TEST(taking_turns_one_read_waits),
		TEST(a_large_one_waits_for_room),
		TEST(without_room_it_is_lost_in_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
