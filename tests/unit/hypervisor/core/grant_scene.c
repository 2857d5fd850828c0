// SPDX-License-Identifier: GPL-2.0-only
/*
 * See grant_scene.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "core/grant_table.h"
#include "grant_scene.h"

struct domain *const by = &fake_doms.dom[BY];
struct domain *const from = &fake_doms.dom[FROM];
mfn_t page;

int scene_make(void **state)
{
	(void)state;
	world_make(2, 1);
	page = world.page[FROM][0];
	world_grant(FROM, REF, BY, page, PERMIT);
	return 0;
}

int scene_end(void **state)
{
	(void)state;
	world_end();
	return 0;
}

uint64_t va(unsigned int n)
{
	return WORLD_VA + n * PAGE_SIZE;
}

struct xy_gnttab_map_grant_ref map(uint32_t ref, uint64_t addr, uint32_t flags)
{
	struct xy_gnttab_map_grant_ref op = {
		.host_addr = addr, .ref = ref, .dom = FROM, .flags = flags,
	};

	fake_this_cpu = BY;
	grant_map(world.vcpu[BY], from, &op);
	return op;
}

uint32_t map_ok(uint32_t ref, uint64_t addr, uint32_t flags)
{
	struct xy_gnttab_map_grant_ref op = map(ref, addr, flags);

	assert_int_equal(op.status, XY_GNTST_okay);
	assert_int_equal(op.dev_bus_addr, page.n << PAGE_SHIFT);
	return op.handle;
}

int unmap(uint32_t handle, uint64_t addr, uint64_t dev)
{
	struct xy_gnttab_unmap_grant_ref op = {
		.host_addr = addr, .dev_bus_addr = dev, .handle = handle,
	};
	struct grant_batch b = { .count = 0 };
	int status;

	fake_this_cpu = BY;
	status = grant_unmap(world.vcpu[BY], &b, &op);
	grant_unmap_finish(world.vcpu[BY], &b);
	return status;
}

unsigned int flags_of(uint32_t ref)
{
	return world_entry(FROM, ref)->flags;
}

void nothing_is_held(void)
{
	assert_int_equal(from->grants->pins, 0);
	assert_int_equal(by->grants->maps_used, 0);
	assert_int_equal(by->grants->maps_in_flight, 0);
	assert_int_equal(flags_of(REF) & (XY_GTF_reading | XY_GTF_writing), 0);
	assert_int_equal(frame_users(page), 0);
	assert_int_equal(from->refs, 2);	/* the test's, its frames' */
}
