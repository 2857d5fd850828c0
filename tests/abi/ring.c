// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring functions against the public ring macros, and against themselves
 * in two threads.
 *
 *  1. Sizes and slot addresses for many strides and page counts, and the
 *     header as a new ring has it.
 *  2. A random life of a ring, driven in step through the macros and through
 *     our functions: same memory, same notifications, same "more to do".
 *     The indices start just below 2^32, so that they wrap.
 *  3. Producer and consumer as two threads that sleep whenever the rules let
 *     them: one lost notification and the test hangs (and fails by its limit).
 *     And as two threads that meet: neither may miss the other.
 */
#include "abi/io/blk.h"
#include "abi/io/net.h"
#include "abi/io/ring.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define __XEN_TOOLS__ 1
#define xen_mb() __sync_synchronize()
#define xen_rmb() __sync_synchronize()
#define xen_wmb() __sync_synchronize()
#include <xen/io/blkif.h>
#include <xen/io/netif.h>
#include <xen/io/ring.h>

#define ROUNDS 200000
#define MEETINGS 300000

static union {
	struct xy_sring ours;
	struct blkif_sring theirs;
	uint8_t bytes[2][XY_PAGE_SIZE];
} page[2] __attribute__((aligned(4096)));

static void sizes(void **state)
{
	struct blkif_back_ring blk;
	struct netif_rx_back_ring rx;
	uint32_t pages;

	(void)state;
	for (pages = 1; pages <= 1024; pages++) {
		BACK_RING_INIT(&blk, &page[0].theirs, (long)pages * 4096);
		assert_int_equal(xy_ring_size(112, pages), RING_SIZE(&blk));
		BACK_RING_INIT(&rx, (struct netif_rx_sring *)&page[0],
			       (long)pages * 4096);
		assert_int_equal(xy_ring_size(8, pages), RING_SIZE(&rx));
	}
	assert_int_equal(xy_ring_size(sizeof(union xy_blkif_sring_entry), 1),
			 32);
	assert_int_equal(xy_ring_size(sizeof(union xy_netif_tx_sring_entry), 1),
			 256);
	assert_int_equal(xy_ring_size(4032, 1), 1);
	assert_int_equal(xy_ring_size(4033, 1), 0);
	assert_int_equal(xy_ring_size(2016, 1), 2);
	assert_int_equal(xy_ring_size(2017, 1), 1);
	assert_int_equal(xy_ring_size(112, 0), 0);
	assert_int_equal(xy_ring_size(0, 1), 0);
	assert_int_equal(xy_ring_size(1, UINT32_MAX), 1U << 31);
}

static void slots(void **state)
{
	struct blkif_back_ring blk;
	uint32_t i;

	(void)state;
	BACK_RING_INIT(&blk, &page[0].theirs, 4096);
	for (i = 0; i < 100; i++) {
		void *slot = xy_ring_slot(&page[0].ours, UINT32_MAX - 50 + i,
					  32, 112);

		assert_ptr_equal(slot,
				 RING_GET_REQUEST(&blk, UINT32_MAX - 50 + i));
	}
}

static void fresh(void **state)
{
	(void)state;
	memset(page, 0xa5, sizeof(page));
	SHARED_RING_INIT(&page[0].theirs);
	xy_ring_init(&page[1].ours);
	assert_memory_equal(&page[0], &page[1], sizeof(page[0]));
}

/* One ring in two copies: page[0] by the macros, page[1] by our functions. */
struct life {
	struct blkif_front_ring front;
	struct blkif_back_ring back;
	uint32_t req_old, rsp_old;
	unsigned int notified, asleep;
};

static void life_begin(struct life *l, uint32_t start)
{
	memset(l, 0, sizeof(*l));
	SHARED_RING_INIT(&page[0].theirs);
	page[0].ours.req_prod = page[0].ours.rsp_prod = start;
	page[0].ours.req_event = page[0].ours.rsp_event = start + 1;
	page[1] = page[0];
	FRONT_RING_ATTACH(&l->front, &page[0].theirs, start, 4096);
	BACK_RING_ATTACH(&l->back, &page[0].theirs, start, 4096);
	l->req_old = l->rsp_old = start;
}

static void life_push(struct life *l, bool requests, uint32_t count)
{
	int theirs, ours;

	if (requests) {
		l->front.req_prod_pvt += count;
		RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&l->front, theirs);
		ours = xy_ring_push_requests(&page[1].ours, l->req_old,
					     l->front.req_prod_pvt);
		l->req_old = l->front.req_prod_pvt;
	} else {
		l->back.rsp_prod_pvt += count;
		RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&l->back, theirs);
		ours = xy_ring_push_responses(&page[1].ours, l->rsp_old,
					      l->back.rsp_prod_pvt);
		l->rsp_old = l->back.rsp_prod_pvt;
	}
	assert_int_equal(theirs, ours);
	l->notified += ours;
}

/* The macro tells of work before it asks for an event; ours always asks. */
static void life_sleep(struct life *l, bool requests)
{
	int theirs, ours;

	if (requests) {
		RING_FINAL_CHECK_FOR_REQUESTS(&l->back, theirs);
		if (theirs)
			return;
		ours = xy_ring_more_requests(&page[1].ours, l->back.req_cons);
	} else {
		RING_FINAL_CHECK_FOR_RESPONSES(&l->front, theirs);
		if (theirs)
			return;
		ours = xy_ring_more_responses(&page[1].ours, l->front.rsp_cons);
	}
	assert_int_equal(theirs, ours);
	l->asleep++;
}

static void life_step(struct life *l)
{
	uint32_t room = RING_FREE_REQUESTS(&l->front);
	uint32_t todo = xy_ring_req_prod(&page[1].ours) - l->back.req_cons;
	uint32_t owed = l->back.req_cons - l->back.rsp_prod_pvt;
	uint32_t news = xy_ring_rsp_prod(&page[1].ours) - l->front.rsp_cons;

	switch (rand() % 6) {
	case 0:
		life_push(l, true, rand() % (room + 1));
		break;
	case 1:
		l->back.req_cons += rand() % (todo + 1);
		break;
	case 2:
		life_push(l, false, rand() % (owed + 1));
		break;
	case 3:
		l->front.rsp_cons += rand() % (news + 1);
		break;
	case 4:
		life_sleep(l, true);
		break;
	default:
		life_sleep(l, false);
	}
	assert_memory_equal(&page[0], &page[1], sizeof(struct xy_sring));
	assert_false(xy_ring_overrun(page[1].ours.req_prod,
				     l->back.rsp_prod_pvt, 32));
}

static void in_step(void **state)
{
	struct life l;
	unsigned int i;

	(void)state;
	srand(1);
	life_begin(&l, UINT32_MAX - 1000);
	for (i = 0; i < ROUNDS; i++)
		life_step(&l);
	assert_true(l.front.req_prod_pvt < UINT32_MAX / 2); /* it wrapped */
	assert_true(l.notified > 1000);
	assert_true(l.asleep > 1000);
}

static void overrun(void **state)
{
	(void)state;
	assert_false(xy_ring_overrun(5, 5, 32));
	assert_false(xy_ring_overrun(15, UINT32_MAX - 16, 32));
	assert_true(xy_ring_overrun(16, UINT32_MAX - 16, 32));
	assert_true(xy_ring_overrun(4, 5, 32));
}

/* Two threads. The frontend keeps the ring as full as it can. */
static sem_t wake_front, wake_back;
static uint64_t sum;

static void *backend(void *arg)
{
	struct xy_sring *r = &page[1].ours;
	uint32_t cons = 0, prod, old;

	while (cons != ROUNDS) {
		prod = xy_ring_req_prod(r);
		if (prod == cons) {
			if (!xy_ring_more_requests(r, cons))
				sem_wait(&wake_back);
			continue;
		}
		for (old = cons; cons != prod; cons++)
			sum += *(uint32_t *)xy_ring_slot(r, cons, 32, 112);
		if (xy_ring_push_responses(r, old, cons))
			sem_post(&wake_front);
	}
	return arg;
}

static void frontend(void)
{
	struct xy_sring *r = &page[1].ours;
	uint32_t prod = 0, cons = 0, old, stop;

	while (cons != ROUNDS) {
		old = prod;
		stop = ROUNDS - cons < 32 ? ROUNDS : cons + 32;
		for (; prod != stop; prod++)
			*(uint32_t *)xy_ring_slot(r, prod, 32, 112) = prod;
		if (prod != old && xy_ring_push_requests(r, old, prod))
			sem_post(&wake_back);
		if (xy_ring_rsp_prod(r) == cons &&
		    !xy_ring_more_responses(r, cons))
			sem_wait(&wake_front);
		cons = xy_ring_rsp_prod(r);
	}
}

static void full_ring(void **state)
{
	pthread_t t;

	(void)state;
	xy_ring_init(&page[1].ours);
	sem_init(&wake_front, 0, 0);
	sem_init(&wake_back, 0, 0);
	sum = 0;
	assert_int_equal(pthread_create(&t, NULL, backend, NULL), 0);
	frontend();
	pthread_join(t, NULL);
	assert_int_equal(sum, (uint64_t)ROUNDS * (ROUNDS - 1) / 2);
}

/*
 * One publishes while the other is about to sleep, again and again at the
 * same moment. Each must not miss the other at the same time.
 */
static uint32_t arrived;
static bool told[MEETINGS], saw[MEETINGS];

/* Both leave at once; the other may be preempted, so do not spin for ever. */
static void meet(uint32_t goal)
{
	unsigned int spins = 0;

	__atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < goal)
		if (++spins % 4096 == 0)
			sched_yield();
}

static void *sleeper(void *arg)
{
	uint32_t i;

	for (i = 0; i < MEETINGS; i++) {
		meet(2 * i + 2);
		saw[i] = xy_ring_more_requests(&page[1].ours, i);
	}
	return arg;
}

static void no_lost_wakeup(void **state)
{
	pthread_t t;
	uint32_t i;

	(void)state;
	xy_ring_init(&page[1].ours);
	page[1].ours.req_event = 0;
	assert_int_equal(pthread_create(&t, NULL, sleeper, NULL), 0);
	for (i = 0; i < MEETINGS; i++) {
		meet(2 * i + 2);
		told[i] = xy_ring_push_requests(&page[1].ours, i, i + 1);
	}
	pthread_join(t, NULL);
	for (i = 0; i < MEETINGS; i++)
		assert_true(told[i] || saw[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),	  cmocka_unit_test(slots),
		cmocka_unit_test(fresh),	  cmocka_unit_test(in_step),
		cmocka_unit_test(overrun),	  cmocka_unit_test(full_ring),
		cmocka_unit_test(no_lost_wakeup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
