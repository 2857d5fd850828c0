// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a backend's offer is read: each number of the disk and of its rings is
 * bounded, or the disk refused. What is done with the rings: blkfront.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "abi/errno.h"
#include "abi/io/blk.h"
#include "frontend-drivers/core/blkfront_disk.h"

static void nothing(uint64_t value[BLKFRONT_KEYS])
{
	unsigned int i;

	for (i = 0; i < BLKFRONT_KEYS; i++)
		value[i] = BLKFRONT_ABSENT;
}

static void offers_are_bounded(void **state)
{
	uint64_t v[BLKFRONT_KEYS];
	struct blkfront_disk d;

	(void)state;
	nothing(v);
	assert_int_equal(blkfront_choose_disk(&d, v), -XY_EINVAL);
	v[BLKFRONT_KEY_SECTORS] = 2048;
	assert_int_equal(blkfront_choose_disk(&d, v), 0);
	assert_int_equal(d.sector_bytes, 512);
	assert_int_equal(d.physical_bytes, 512);
	assert_int_equal(d.segments_max, 11);
	assert_false(d.flush || d.barrier || d.discard || d.persistent);
	v[BLKFRONT_KEY_SECTOR_SIZE] = 1000;
	assert_int_equal(blkfront_choose_disk(&d, v), -XY_EINVAL);
	v[BLKFRONT_KEY_SECTOR_SIZE] = 8192;
	assert_int_equal(blkfront_choose_disk(&d, v), -XY_EINVAL);
	v[BLKFRONT_KEY_SECTOR_SIZE] = 4096;
	v[BLKFRONT_KEY_PHYSICAL_SECTOR_SIZE] = 512;
	v[BLKFRONT_KEY_SEGMENTS] = 100000;
	v[BLKFRONT_KEY_DISCARD] = 1;
	v[BLKFRONT_KEY_DISCARD_GRANULARITY] = 3;
	v[BLKFRONT_KEY_DISCARD_ALIGNMENT] = 99999;
	v[BLKFRONT_KEY_PERSISTENT] = 1;
	assert_int_equal(blkfront_choose_disk(&d, v), 0);
	assert_int_equal(d.physical_bytes, 4096);
	assert_int_equal(d.segments_max, 512);
	assert_int_equal(d.discard_granularity, 4096);
	assert_int_equal(d.discard_alignment, 0);
	assert_true(d.discard && d.persistent);
	v[BLKFRONT_KEY_INFO] = XY_VDISK_READONLY | XY_VDISK_CDROM;
	assert_int_equal(blkfront_choose_disk(&d, v), 0);
	assert_true(d.read_only && d.cdrom && !d.removable && !d.discard);
	v[BLKFRONT_KEY_SECTORS] = UINT64_MAX / 512;
	assert_int_equal(blkfront_choose_disk(&d, v), -XY_EINVAL);
}

static void rings_are_bounded(void **state)
{
	struct blkfront_rings r = { .queues = 4, .pages = 4 };
	uint64_t v[BLKFRONT_KEYS];

	(void)state;
	nothing(v);
	blkfront_choose_rings(&r, v);
	assert_int_equal(r.queues, 1);
	assert_int_equal(r.pages, 1);
	v[BLKFRONT_KEY_QUEUES] = 1 << 20;
	v[BLKFRONT_KEY_RING_ORDER] = 60;
	r = (struct blkfront_rings){ .queues = 4, .pages = 4 };
	blkfront_choose_rings(&r, v);
	assert_int_equal(r.queues, 4);
	assert_int_equal(r.pages, 4);
	r.pages = 64;
	blkfront_choose_rings(&r, v);
	assert_int_equal(r.pages, 16);
	v[BLKFRONT_KEY_QUEUES] = 0;
	blkfront_choose_rings(&r, v);
	assert_int_equal(r.queues, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offers_are_bounded),
		cmocka_unit_test(rings_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
