// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control ring's core: each request, each wrong number, what it does to
 * the choice of a queue, and what a successor process keeps.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "backend-drivers/core/netctrl.h"

#define START 0xfffffff8u
#define QUEUES 4
#define TYPE(x) XY_NETIF_CTRL_TYPE_##x
#define STATUS(x) XY_NETIF_CTRL_STATUS_##x

static struct netctrl core;
static struct xy_sring *ring;
static uint32_t prod;
static uint8_t frame[100];

static int setup(void **state)
{
	(void)state;
	ring = aligned_alloc(4096, 4096);
	memset(ring, 0, 4096);
	xy_ring_init(ring);
	ring->req_prod = ring->rsp_prod = prod = START;
	memset(&core, 0x5a, sizeof(core));
	netctrl_init(&core, ring, QUEUES);
	memset(frame, 0, sizeof(frame));
	frame[12] = 0x08;
	frame[14] = 0x45;
	frame[23] = 6;
	memset(frame + 26, 7, 12);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(ring);
	return 0;
}

static void push(uint16_t type, uint32_t a, uint32_t b, uint32_t c)
{
	struct xy_netif_ctrl_request *r = xy_ring_slot(ring, prod, 128, 16);

	*r = (struct xy_netif_ctrl_request){
		.id = (uint16_t)prod, .type = type, .data = { a, b, c },
	};
	ring->req_prod = ++prod;
}

/* The last request's answer. */
static uint32_t answered(uint32_t *data)
{
	const struct xy_netif_ctrl_response *r =
		xy_ring_slot(ring, prod - 1, 128, 16);

	netctrl_flush(&core);
	assert_int_equal(ring->rsp_prod, prod);
	assert_int_equal(r->id, (uint16_t)(prod - 1));
	if (data)
		*data = r->data;
	return r->status;
}

/* For what needs no page. */
static uint32_t ask(uint16_t type, uint32_t a, uint32_t b, uint32_t c)
{
	struct netctrl_want want;

	push(type, a, b, c);
	assert_int_equal(netctrl_get(&core, &want), NETCTRL_NONE);
	return answered(NULL);
}

/* For what does. */
static uint32_t give(uint16_t type, uint32_t bytes, uint32_t n, uint32_t at,
		     const void *page)
{
	struct netctrl_want want;

	push(type, 77, n, at);
	assert_int_equal(netctrl_get(&core, &want), NETCTRL_FETCH);
	assert_int_equal(want.gref, 77);
	assert_int_equal(want.bytes, bytes);
	netctrl_give(&core, page);
	assert_int_equal(netctrl_get(&core, &want), NETCTRL_NONE);
	return answered(NULL);
}

static void toeplitz(void)
{
	assert_int_equal(ask(TYPE(SET_HASH_ALGORITHM), 1, 0, 0), 0);
	assert_int_equal(ask(TYPE(SET_HASH_FLAGS), 15, 0, 0), 0);
}

static uint32_t queue(struct netback_hash *hash)
{
	struct netback_hash h;
	uint32_t q = netctrl_queue(&core, frame, sizeof(frame), &h);

	if (hash)
		*hash = h;
	assert_true(q < QUEUES);
	return q;
}

static void flags_and_algorithm(void **state)
{
	uint32_t data;
	struct netctrl_want want;

	(void)state;
	assert_int_equal(ask(TYPE(GET_HASH_FLAGS), 0, 0, 0),
			 STATUS(NOT_SUPPORTED));
	assert_int_equal(ask(TYPE(SET_HASH_FLAGS), 1, 0, 0),
			 STATUS(INVALID_PARAMETER));
	assert_int_equal(ask(TYPE(SET_HASH_ALGORITHM), 2, 0, 0),
			 STATUS(INVALID_PARAMETER));
	toeplitz();
	assert_int_equal(ask(TYPE(SET_HASH_FLAGS), 16, 0, 0),
			 STATUS(INVALID_PARAMETER));
	assert_int_equal(core.types, 15);
	push(TYPE(GET_HASH_FLAGS), 0, 0, 0);
	assert_int_equal(netctrl_get(&core, &want), NETCTRL_NONE);
	assert_int_equal(answered(&data), 0);
	assert_int_equal(data, 15);
	assert_int_equal(ask(99, 0, 0, 0), STATUS(NOT_SUPPORTED));
	assert_int_equal(ask(TYPE(ADD_GREF_MAPPING), 0, 0, 0),
			 STATUS(NOT_SUPPORTED));
}

static void the_key(void **state)
{
	uint8_t key[40], i;
	struct netback_hash h;

	(void)state;
	toeplitz();
	queue(&h);
	assert_true(h.valid);
	assert_int_equal(h.value, 0);	/* the key is zero yet */
	for (i = 0; i < 40; i++)
		key[i] = (uint8_t)(i * 37 + 1);
	assert_int_equal(give(TYPE(SET_HASH_KEY), 40, 40, 0, key), 0);
	queue(&h);
	assert_int_not_equal(h.value, 0);
	assert_int_equal(ask(TYPE(SET_HASH_KEY), 77, 41, 0),
			 STATUS(BUFFER_OVERFLOW));
	assert_int_equal(ask(TYPE(SET_HASH_KEY), 77, UINT32_MAX, 0),
			 STATUS(BUFFER_OVERFLOW));
	assert_int_equal(give(TYPE(SET_HASH_KEY), 16, 16, 0, NULL),
			 STATUS(INVALID_PARAMETER));
	assert_memory_equal(core.key, key, 40);
	/* Shorter: the rest is zero. None at all needs no page. */
	assert_int_equal(give(TYPE(SET_HASH_KEY), 16, 16, 0, key), 0);
	assert_memory_equal(core.key, key, 16);
	assert_int_equal(core.key[16], 0);
	assert_int_equal(ask(TYPE(SET_HASH_KEY), 77, 0, 0), 0);
	assert_int_equal(core.key[0], 0);
}

static void the_mapping(void **state)
{
	uint32_t map[128], data, i;
	struct netctrl_want want;

	(void)state;
	toeplitz();
	push(TYPE(GET_HASH_MAPPING_SIZE), 0, 0, 0);
	assert_int_equal(netctrl_get(&core, &want), NETCTRL_NONE);
	assert_int_equal(answered(&data), 0);
	assert_int_equal(data, NETCTRL_MAPPING_MAX);
	assert_int_equal(ask(TYPE(SET_HASH_MAPPING_SIZE), 129, 0, 0),
			 STATUS(INVALID_PARAMETER));
	assert_int_equal(ask(TYPE(SET_HASH_MAPPING), 77, 1, 0),
			 STATUS(INVALID_PARAMETER));
	assert_int_equal(ask(TYPE(SET_HASH_MAPPING_SIZE), 128, 0, 0), 0);
	for (i = 0; i < 128; i++)
		map[i] = i % QUEUES;
	assert_int_equal(give(TYPE(SET_HASH_MAPPING), 512, 128, 0, map), 0);
	assert_int_equal(core.mapping[127], 3);
	/* One wrong entry: none is taken. */
	map[0] = 1;
	map[5] = QUEUES;
	assert_int_equal(give(TYPE(SET_HASH_MAPPING), 24, 6, 0, map),
			 STATUS(INVALID_PARAMETER));
	assert_int_equal(core.mapping[0], 0);
	assert_int_equal(ask(TYPE(SET_HASH_MAPPING), 77, 1, 128),
			 STATUS(INVALID_PARAMETER));
	assert_int_equal(ask(TYPE(SET_HASH_MAPPING), 77, UINT32_MAX, 2),
			 STATUS(INVALID_PARAMETER));
	assert_int_equal(ask(TYPE(SET_HASH_MAPPING), 77, 2, UINT32_MAX),
			 STATUS(INVALID_PARAMETER));
	map[0] = 2;
	assert_int_equal(give(TYPE(SET_HASH_MAPPING), 4, 1, 0, map), 0);
	assert_int_equal(queue(NULL), 2);	/* hash 0 */
}

static void a_hash_of_our_own(void **state)
{
	struct netback_hash h;
	unsigned int i, seen[QUEUES] = { 0 };

	(void)state;
	for (i = 0; i < 200; i++) {
		frame[35] = (uint8_t)i;		/* the source port */
		seen[queue(&h)]++;
		assert_false(h.valid);
	}
	for (i = 0; i < QUEUES; i++)
		assert_true(seen[i] > 200 / QUEUES / 3);
}

static void runaway_index(void **state)
{
	struct netctrl_want want;

	(void)state;
	ring->req_prod = START + 129;
	assert_int_equal(netctrl_get(&core, &want), NETCTRL_BROKEN);
	ring->req_prod = START - 1;
	assert_int_equal(netctrl_get(&core, &want), NETCTRL_BROKEN);
}

static void a_successor(void **state)
{
	struct netctrl_want want;
	uint8_t key[40];

	(void)state;
	toeplitz();
	push(TYPE(SET_HASH_FLAGS), 3, 0, 0);
	assert_int_equal(netctrl_get(&core, &want), NETCTRL_NONE);
	/* Killed before the answer was shown; it lies over its request. */
	netctrl_resume(&core, ring);
	assert_int_equal(netctrl_get(&core, &want), NETCTRL_NONE);
	assert_int_equal(answered(NULL), 0);
	assert_int_equal(core.algorithm, 1);
	assert_int_equal(core.types, 3);
	/* Killed with a request taken and its page not yet there. */
	memset(key, 9, sizeof(key));
	push(TYPE(SET_HASH_KEY), 5, 40, 0);
	assert_int_equal(netctrl_get(&core, &want), NETCTRL_FETCH);
	netctrl_resume(&core, ring);
	assert_int_equal(netctrl_get(&core, &want), NETCTRL_FETCH);
	assert_int_equal(want.gref, 5);
	netctrl_give(&core, key);
	assert_int_equal(answered(NULL), 0);
	assert_int_equal(core.key[39], 9);
	assert_false(netctrl_arm(&core));
	push(TYPE(GET_HASH_FLAGS), 0, 0, 0);
	assert_true(netctrl_arm(&core));
	/* A record that does not belong to this ring: from its last answer. */
	ring->rsp_prod = ring->req_prod = prod + 1000;
	netctrl_resume(&core, ring);
	assert_int_equal(netctrl_get(&core, &want), NETCTRL_NONE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(flags_and_algorithm),
		TEST(the_key),
		TEST(the_mapping),
		TEST(a_hash_of_our_own),
		TEST(runaway_index),
		TEST(a_successor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
