// SPDX-License-Identifier: GPL-2.0-only
/*
 * Grants, the granter's side: its table, what its entries permit, and what it
 * may do while they are in use; one scene a rule.  The maps: grant_map.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <pthread.h>
#include <cmocka.h>
#include "abi/errno.h"
#include "core/grant_table.h"
#include "grant_scene.h"

static void tables_grow_to_their_limit(void **state)
{
	unsigned int now, most;
	mfn_t mfn, again;

	(void)state;
	grant_size(from, &now, &most);
	assert_int_equal(now, 1);
	assert_int_equal(most, 2);
	assert_int_equal(grant_frame(from, 1, &mfn), 0);
	assert_int_equal(grant_frame(from, 1, &again), 0);
	assert_true(mfn_same(mfn, again));
	assert_true(frame_shared(mfn));
	assert_int_equal(grant_frame(from, 2, &mfn), -XY_EINVAL);
	assert_int_equal(grant_frame(from, ~0u, &mfn), -XY_EINVAL);
	assert_int_equal(grant_grow(from, 3), -XY_EINVAL);
	grant_size(from, &now, &most);
	assert_int_equal(now, 2);
}

static void readers_and_writers(void **state)
{
	uint32_t r1 = map_ok(REF, va(1), HOST | RO), w, r2;

	(void)state;
	assert_int_equal(flags_of(REF), PERMIT | XY_GTF_reading);
	w = map_ok(REF, va(2), HOST);
	r2 = map_ok(REF, va(3), HOST | RO);
	assert_int_equal(flags_of(REF), PERMIT | XY_GTF_reading |
			 XY_GTF_writing);
	assert_int_equal(unmap(w, va(2), 0), XY_GNTST_okay);
	assert_int_equal(flags_of(REF), PERMIT | XY_GTF_reading);
	assert_int_equal(unmap(r1, va(1), 0), XY_GNTST_okay);
	assert_int_equal(flags_of(REF), PERMIT | XY_GTF_reading);
	assert_int_equal(unmap(r2, va(3), 0), XY_GNTST_okay);
	nothing_is_held();
}

static void refusals_leave_nothing(void **state)
{
	static const struct {
		uint32_t ref, flags;
		uint64_t addr;
		int status;
	} bad[] = {
		{ 512, HOST, WORLD_VA, XY_GNTST_bad_gntref },
		{ ~0u, HOST, WORLD_VA, XY_GNTST_bad_gntref },
		{ REF, 0, WORLD_VA, XY_GNTST_bad_gntref },
		{ REF, RO, WORLD_VA, XY_GNTST_bad_gntref },
		{ REF, HOST, WORLD_VA + (1UL << 30), XY_GNTST_bad_virt_addr },
		{ REF, HOST, 0, XY_GNTST_bad_virt_addr },
		{ REF, HOST | PTE, 4, XY_GNTST_bad_virt_addr },
		{ REF, HOST | PTE, ~7UL, XY_GNTST_bad_virt_addr },
		{ 20, HOST | RO, WORLD_VA, XY_GNTST_general_error },
		{ 21, HOST | RO, WORLD_VA, XY_GNTST_general_error },
		{ 22, HOST, WORLD_VA, XY_GNTST_general_error },
		{ 23, HOST | RO, WORLD_VA, XY_GNTST_general_error },
		{ 24, HOST, WORLD_VA, XY_GNTST_general_error },
		{ 25, HOST | RO, WORLD_VA, XY_GNTST_general_error },
		{ 26, HOST | RO, WORLD_VA, XY_GNTST_general_error },
	};

	(void)state;
	world_grant(FROM, 20, BY, page, XY_GTF_invalid);
	world_grant(FROM, 21, BY + 2, page, PERMIT);
	world_grant(FROM, 22, BY, page, PERMIT | XY_GTF_readonly);
	world_grant(FROM, 23, BY, world.page[BY][0], PERMIT);	/* not his */
	world_grant(FROM, 24, BY, world.l1[FROM], PERMIT);	/* a table */
	world_grant(FROM, 25, BY, to_mfn(0xffffffff), PERMIT);
	world_grant(FROM, 26, BY, page, XY_GTF_accept_transfer);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		struct xy_gnttab_map_grant_ref op =
			map(bad[i].ref, bad[i].addr, bad[i].flags);

		assert_int_equal(op.status, bad[i].status);
		nothing_is_held();
		for (uint32_t ref = 20; ref < 27; ref++)
			assert_int_equal(flags_of(ref) &
					 (XY_GTF_reading | XY_GTF_writing), 0);
	}
	assert_int_equal(frame_role(world.l1[FROM]), ROLE_L1);
	/* The same table may be looked at. */
	assert_int_equal(map(24, va(0), HOST | RO).status, XY_GNTST_okay);
	assert_int_equal(unmap(0, va(0), 0), XY_GNTST_okay);
}

static void own_grants(void **state)
{
	struct xy_gnttab_map_grant_ref op = {
		.host_addr = va(1), .ref = REF, .dom = BY, .flags = HOST,
	};

	(void)state;
	world_grant(BY, REF, BY, world.page[BY][1], PERMIT);
	fake_this_cpu = BY;
	grant_map(world.vcpu[BY], by, &op);
	assert_int_equal(op.status, XY_GNTST_okay);
	assert_int_equal(frame_users(world.page[BY][1]), 2);
	/* It dies with the map in place. */
}

static void another_page_of_the_same_entry(void **state)
{
	uint32_t h = map_ok(REF, va(1), HOST | RO);

	(void)state;
	/* What the entry says now does not matter while it is pinned. */
	world_entry(FROM, REF)->frame = (uint32_t)world.page[FROM][1].n;
	assert_int_equal(unmap(map_ok(REF, va(2), HOST | RO), va(2), 0),
			 XY_GNTST_okay);
	/* But a right that was taken back is not given again. */
	world_entry(FROM, REF)->flags |= XY_GTF_readonly;
	assert_int_equal(map(REF, va(2), HOST).status,
			 XY_GNTST_general_error);
	world_entry(FROM, REF)->frame = (uint32_t)page.n;
	assert_int_equal(unmap(h, va(1), 0), XY_GNTST_okay);
	nothing_is_held();
}

static void the_granter_dies_first(void **state)
{
	uint32_t h = map_ok(REF, va(1), HOST);

	(void)state;
	world_kill(FROM);
	assert_int_equal(frame_users(page), 2);
	assert_true(pte_present(world_pte(BY, 1)));
	/* Nothing new of a dying domain. */
	assert_int_equal(map(REF, va(2), HOST).status,
			 XY_GNTST_general_error);
	assert_int_equal(grant_grow(from, 2), -XY_EINVAL);
	assert_int_equal(unmap(h, va(1), 0), XY_GNTST_okay);
	frame_reap();
	assert_int_equal(from->grants->pins, 0);
	assert_int_equal(from->tot_pages, 0);
	assert_int_equal(from->refs, 1);
}

/* ---- a race, with a thread ---- */

static bool stop;

static void *scribble(void *arg)
{
	struct xy_grant_entry_v1 *e = arg;
	unsigned int n = 1;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		n = n * 1103515245 + 12345;
		__atomic_store_n(&e->flags, n >> 16 & 7 ? PERMIT :
				 (uint16_t)(n >> 20), __ATOMIC_RELAXED);
		__atomic_store_n(&e->frame, n >> 19 & 3 ? (uint32_t)page.n :
				 (uint32_t)world.page[FROM][1].n,
				 __ATOMIC_RELAXED);
	}
	return NULL;
}

static void the_granter_scribbles(void **state)
{
	unsigned int worked = 0;
	pthread_t t;

	(void)state;
	stop = false;
	pthread_create(&t, NULL, scribble, world_entry(FROM, REF));
	for (int i = 0; i < 20000; i++) {
		struct xy_gnttab_map_grant_ref op =
			map(REF, va(1), i & 1 ? HOST : HOST | RO);

		if (op.status != XY_GNTST_okay)
			continue;
		worked++;
		assert_int_equal(op.dev_bus_addr >> PAGE_SHIFT,
				 pte_mfn(world_pte(BY, 1)).n);
		assert_int_equal(unmap(op.handle, va(1), 0), XY_GNTST_okay);
	}
	stop = true;
	pthread_join(t, NULL);
	world_grant(FROM, REF, BY, page, PERMIT);
	assert_int_not_equal(worked, 0);
	assert_int_equal(frame_users(world.page[FROM][1]), 0);
	nothing_is_held();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(tables_grow_to_their_limit), T(readers_and_writers),
		T(refusals_leave_nothing), T(own_grants),
		T(another_page_of_the_same_entry), T(the_granter_dies_first),
		T(the_granter_scribbles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
