// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets from the guest to the TAP: which system calls it takes. The loop,
 * grants and events are played here; the ring core is the real one.
 *
 * A frame that was prepared for the TAP and not sent off yet must not be
 * written over: each copy is held against those.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "abi/io/net.h"
#include "backend-drivers/daemon/events.h"
#include "tests/fakes/nic.h"

#define BYTES 1400
#define BATCH 64		/* the shell's */
#define ENTRIES 1024

static struct io_uring_sqe sqe[ENTRIES];
static unsigned int prepared, submits;
static unsigned int taken;		/* all that was prepared so far */
static struct net_link *conn;
static struct xy_sring *tx;
static uint32_t tx_prod;

/* ---- the daemon around the shell ---- */

struct io_uring_sqe *loop_sqe(struct loop_op *op)
{
	(void)op;
	assert_true(prepared < ENTRIES);
	return &sqe[prepared++];
}

/* The loop's own entry to the kernel. */
static void enter(void)
{
	taken += prepared;
	prepared = 0;
}

void loop_submit(void)
{
	submits++;
	enter();
}

unsigned int loop_place(void)
{
	return taken + prepared;
}

bool loop_sent(unsigned int place)
{
	return (int)(taken - place) >= 0;
}

void loop_quiet(struct io_uring_sqe *s)
{
	(void)s;
}

void loop_give_way(void)
{
}

uint8_t *grants_arena(unsigned int n)
{
	return aligned_alloc(4096, n * 4096);
}

void grant_batch_from(struct grant_batch *b, const struct grant_page *from,
		      void *to, bool *failed)
{
	uintptr_t at = (uintptr_t)to, end = at + from->length_bytes;
	unsigned int i;

	(void)b;
	(void)failed;
	for (i = 0; i < prepared; i++)
		assert_true(end <= sqe[i].addr ||
			    at >= sqe[i].addr + sqe[i].len);
	memset(to, (int)from->gref, from->length_bytes);
}

void events_notify(int port)
{
	(void)port;
}

int device_fail(struct device *dev, int rc, const char *format, ...)
{
	(void)dev;
	fail_msg("%s (%d)", format, rc);
	return rc;
}

void device_stop(struct device *dev)
{
	(void)dev;
}

size_t net_rx_pages(void)
{
	return 0;
}

int net_rx_ready(uint8_t *memory)
{
	(void)memory;
	return 0;
}

int net_rx_run(struct net_link *l)
{
	(void)l;
	return 0;
}

/* ---- the guest ---- */

static int setup(void **state)
{
	(void)state;
	assert_int_equal(net_shell_ready(), 0);
	fake_nic_make();
	tx = fake_nic.tx;
	conn = fake_nic.link;
	tx_prod = 0;
	enter();
	submits = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_nic_end();
	return 0;
}

static void put(unsigned int n)
{
	union xy_netif_tx_sring_entry *slot;

	while (n--) {
		slot = xy_ring_slot(tx, tx_prod, 256, 12);
		slot->req = (struct xy_netif_tx_request){
			.gref = tx_prod & 255, .size = BYTES,
		};
		tx_prod++;
	}
	tx->req_prod = tx_prod;
}

/* ---- what must hold ---- */

static void a_batch_goes_with_the_next_entry(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		put(3);
		net_link_run(&conn->task);
		assert_int_equal(prepared, 3);
		assert_int_equal(submits, 0);
		enter();
	}
	assert_int_equal(conn->sent, 15);
}

static void a_run_that_finds_nothing_sends_nothing(void **state)
{
	(void)state;
	put(1);
	net_link_run(&conn->task);
	net_link_run(&conn->task);
	assert_int_equal(prepared, 1);
	assert_int_equal(submits, 0);
}

static void a_second_batch_sends_off_the_first(void **state)
{
	(void)state;
	put(BATCH + 1);
	net_link_run(&conn->task);
	assert_int_equal(submits, 1);
	assert_int_equal(prepared, 1);
	put(1);	/* before the loop entered: the arena is wanted again */
	net_link_run(&conn->task);
	assert_int_equal(submits, 2);
	assert_int_equal(prepared, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_batch_goes_with_the_next_entry),
		TEST(a_run_that_finds_nothing_sends_nothing),
		TEST(a_second_batch_sends_off_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
