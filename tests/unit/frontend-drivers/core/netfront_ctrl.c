// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control ring's front core against a small backend that keeps the rules
 * (algorithm, flags, key, mapping), then against one that does not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "abi/errno.h"
#include "frontend-drivers/core/netfront_ctrl.h"

static _Alignas(4096) uint8_t page[4096];
static struct xy_sring *ring = (void *)page;
static struct netfront_ctrl core;
static struct netfront_ctrl_answer answer;

/* The backend's mind. */
static uint32_t taken, algorithm, flags, key_gref, key_size, map_size;
static uint32_t map_gref, map_count, map_from;

static int setup(void **state)
{
	(void)state;
	memset(page, 0x5a, sizeof(page));
	netfront_ctrl_init(&core, ring);
	taken = algorithm = flags = key_gref = key_size = map_size = 0;
	return 0;
}

static uint32_t obey(const struct xy_netif_ctrl_request *q, uint32_t *data)
{
	switch (q->type) {
	case XY_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM:
		if (q->data[0] > XY_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ)
			return XY_NETIF_CTRL_STATUS_INVALID_PARAMETER;
		algorithm = q->data[0];
		return 0;
	case XY_NETIF_CTRL_TYPE_GET_HASH_FLAGS:
		*data = 15;
		return 0;
	case XY_NETIF_CTRL_TYPE_SET_HASH_FLAGS:
		flags = q->data[0];
		return 0;
	case XY_NETIF_CTRL_TYPE_SET_HASH_KEY:
		if (q->data[1] > 40)
			return XY_NETIF_CTRL_STATUS_BUFFER_OVERFLOW;
		key_gref = q->data[0];
		key_size = q->data[1];
		return 0;
	case XY_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE:
		*data = 128;
		return 0;
	case XY_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE:
		map_size = q->data[0];
		return 0;
	case XY_NETIF_CTRL_TYPE_SET_HASH_MAPPING:
		map_gref = q->data[0];
		map_count = q->data[1];
		map_from = q->data[2];
		return map_from + map_count > map_size ?
			       XY_NETIF_CTRL_STATUS_INVALID_PARAMETER : 0;
	}
	return XY_NETIF_CTRL_STATUS_NOT_SUPPORTED;
}

static void serve(void)
{
	union xy_netif_ctrl_sring_entry *e =
		xy_ring_slot(ring, taken, 128, 16);
	struct xy_netif_ctrl_request q = e->req;

	assert_int_equal(ring->req_prod, taken + 1);
	e->rsp.id = q.id;
	e->rsp.type = q.type;
	e->rsp.data = 0;
	e->rsp.status = obey(&q, &e->rsp.data);
	ring->rsp_prod = ++taken;
}

static uint32_t ask(struct netfront_ctrl_message m)
{
	assert_int_equal(netfront_ctrl_put(&core, &m), 0);
	assert_int_equal(netfront_ctrl_put(&core, &m), -XY_EBUSY);
	netfront_ctrl_flush(&core);
	assert_false(netfront_ctrl_flush(&core));
	assert_int_equal(netfront_ctrl_get(&core, &answer), NETFRONT_NONE);
	assert_false(netfront_ctrl_arm(&core));
	serve();
	assert_true(netfront_ctrl_arm(&core));
	assert_int_equal(netfront_ctrl_get(&core, &answer), NETFRONT_READY);
	return answer.status;
}

static void all_messages(void **state)
{
	unsigned int round;

	(void)state;
	for (round = 0; round < 100; round++) {	/* the ring wraps */
		assert_int_equal(ask(netfront_ctrl_algorithm(1)), 0);
		assert_int_equal(ask(netfront_ctrl_ask_flags()), 0);
		assert_int_equal(answer.data, 15);
		assert_int_equal(ask(netfront_ctrl_flags(3)), 0);
		assert_int_equal(ask(netfront_ctrl_key(77, 40)), 0);
		assert_int_equal(ask(netfront_ctrl_ask_map_size()), 0);
		assert_int_equal(answer.data, 128);
		assert_int_equal(ask(netfront_ctrl_map_size(64)), 0);
		assert_int_equal(ask(netfront_ctrl_map(78, 32, 32)), 0);
	}
	assert_int_equal(algorithm, 1);
	assert_int_equal(flags, 3);
	assert_int_equal(key_gref, 77);
	assert_int_equal(key_size, 40);
	assert_int_equal(map_gref, 78);
	assert_int_equal(map_from, 32);
	assert_int_equal(ask(netfront_ctrl_map(78, 33, 32)),
			 XY_NETIF_CTRL_STATUS_INVALID_PARAMETER);
	assert_int_equal(ask(netfront_ctrl_key(77, 41)),
			 XY_NETIF_CTRL_STATUS_BUFFER_OVERFLOW);
}

static void breaks(uint16_t id, uint16_t type, uint32_t prod)
{
	const struct netfront_ctrl_message m = netfront_ctrl_flags(1);
	union xy_netif_ctrl_sring_entry *e = xy_ring_slot(ring, 0, 128, 16);

	setup(NULL);
	assert_int_equal(netfront_ctrl_put(&core, &m), 0);
	netfront_ctrl_flush(&core);
	e->rsp.id = id;
	e->rsp.type = type;
	ring->rsp_prod = prod;
	assert_int_equal(netfront_ctrl_get(&core, &answer), NETFRONT_BROKEN);
	assert_int_equal(netfront_ctrl_get(&core, &answer), NETFRONT_BROKEN);
	assert_int_equal(netfront_ctrl_put(&core, &m), -XY_EBUSY);
}

static void hostile(void **state)
{
	const struct netfront_ctrl_message none = { .type = 0 };

	(void)state;
	assert_int_equal(netfront_ctrl_put(&core, &none), -XY_EINVAL);
	breaks(1, XY_NETIF_CTRL_TYPE_SET_HASH_FLAGS, 1);
	breaks(0, XY_NETIF_CTRL_TYPE_SET_HASH_KEY, 1);
	breaks(0, XY_NETIF_CTRL_TYPE_SET_HASH_FLAGS, 2);
	breaks(0, XY_NETIF_CTRL_TYPE_SET_HASH_FLAGS, 0xffffffff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(all_messages, setup),
		cmocka_unit_test_setup(hostile, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
