// SPDX-License-Identifier: GPL-2.0-only
/*
 * Grants: one scene a rule.  Domain 2 grants to domain 1.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <cmocka.h>
#include "fakes/grants.h"
#include "abi/errno.h"
#include "core/grant_table.h"
#include "core/pt.h"

#define BY	1u
#define FROM	2u
#define REF	9u
#define PERMIT	XY_GTF_permit_access
#define HOST	XY_GNTMAP_host_map
#define DEV	XY_GNTMAP_device_map
#define RO	XY_GNTMAP_readonly
#define PTE	XY_GNTMAP_contains_pte

static struct domain *by, *from;
static mfn_t page;

static int make(void **state)
{
	(void)state;
	world_make(2, 1);
	by = world.dom[BY];
	from = world.dom[FROM];
	page = world.page[FROM][0];
	world_grant(FROM, REF, BY, page, PERMIT);
	return 0;
}

static int end(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static uint64_t va(unsigned int n)
{
	return WORLD_VA + n * PAGE_SIZE;
}

static struct xy_gnttab_map_grant_ref map(uint32_t ref, uint64_t addr,
					  uint32_t flags)
{
	struct xy_gnttab_map_grant_ref op = {
		.host_addr = addr, .ref = ref, .dom = FROM, .flags = flags,
	};

	fake_this_cpu = BY;
	grant_map(world.vcpu[BY], from, &op);
	return op;
}

static uint32_t map_ok(uint32_t ref, uint64_t addr, uint32_t flags)
{
	struct xy_gnttab_map_grant_ref op = map(ref, addr, flags);

	assert_int_equal(op.status, XY_GNTST_okay);
	assert_int_equal(op.dev_bus_addr, page.n << PAGE_SHIFT);
	return op.handle;
}

static int unmap(uint32_t handle, uint64_t addr, uint64_t dev)
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

static unsigned int flags_of(uint32_t ref)
{
	return world_entry(FROM, ref)->flags;
}

/* Nobody uses the page or the entry any more. */
static void nothing_is_held(void)
{
	assert_int_equal(from->grants->pins, 0);
	assert_int_equal(by->grants->maps_used, 0);
	assert_int_equal(by->grants->maps_in_flight, 0);
	assert_int_equal(flags_of(REF) & (XY_GTF_reading | XY_GTF_writing), 0);
	assert_int_equal(frame_users(page), 0);
	assert_int_equal(from->refs, 2);	/* the test's, its frames' */
}

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

static void map_and_unmap(void **state)
{
	unsigned int flushes;
	uint32_t h = map_ok(REF, va(3), HOST);
	uint64_t e = world_pte(BY, 3);

	(void)state;
	assert_true(mfn_same(pte_mfn(e), page));
	assert_true(pte_writable(e));
	assert_true(e & PTE_NX);
	assert_int_equal(flags_of(REF), PERMIT | XY_GTF_reading |
			 XY_GTF_writing);
	assert_int_equal(frame_role(page), ROLE_DATA);
	assert_int_equal(frame_users(page), 2);	/* entry and maptrack */
	assert_int_equal(from->refs, 3);
	flushes = fake.cpu[BY].flushes;
	fake_walk(BY, va(3), true);
	assert_int_equal(unmap(h, va(3), 0), XY_GNTST_okay);
	assert_int_equal(fake.cpu[BY].flushes, flushes + 1);
	assert_int_equal(world_pte(BY, 3), 0);
	assert_int_equal(flags_of(REF), PERMIT);
	nothing_is_held();
}

static void avail_and_user_bits(void **state)
{
	uint32_t h = map_ok(REF, va(1), HOST | RO |
			    XY_GNTMAP_application_map |
			    5u << XY_GNTMAP_guest_avail0_bit);

	(void)state;
	assert_int_equal(world_pte(BY, 1) & PTE_AVL, 5u << 9);
	assert_false(pte_writable(world_pte(BY, 1)));
	assert_int_equal(unmap(h, va(1), 0), XY_GNTST_okay);
	nothing_is_held();
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

static void bad_unmaps(void **state)
{
	uint32_t h = map_ok(REF, va(1), HOST | DEV);
	uint64_t dev = page.n << PAGE_SHIFT;

	(void)state;
	assert_int_equal(unmap(h + 1, va(1), 0), XY_GNTST_bad_handle);
	assert_int_equal(unmap(~0u, va(1), 0), XY_GNTST_bad_handle);
	assert_int_equal(unmap(h, va(2), 0), XY_GNTST_bad_virt_addr);
	assert_int_equal(unmap(h, WORLD_VA + (1UL << 30), 0),
			 XY_GNTST_bad_virt_addr);
	assert_int_equal(unmap(h, va(1), dev + PAGE_SIZE),
			 XY_GNTST_bad_dev_addr);
	assert_int_equal(unmap(h, 0, 0), XY_GNTST_okay);
	assert_true(pte_present(world_pte(BY, 1)));
	/* In two halves: the entry stays until both are gone. */
	assert_int_equal(unmap(h, va(1), 0), XY_GNTST_okay);
	assert_int_equal(from->grants->pins, 1);
	assert_int_equal(frame_users(page), 1);
	assert_int_equal(unmap(h, va(1), 0), XY_GNTST_okay);
	assert_int_equal(from->grants->pins, 1);
	assert_int_equal(unmap(h, 0, dev), XY_GNTST_okay);
	assert_int_equal(unmap(h, 0, dev), XY_GNTST_bad_handle);
	nothing_is_held();
}

static void by_address_of_the_entry(void **state)
{
	uint64_t at = world_pte_addr(BY, 5);
	uint32_t h = map_ok(REF, at, HOST | PTE);

	(void)state;
	assert_true(mfn_same(pte_mfn(world_pte(BY, 5)), page));
	assert_int_equal(unmap(h, va(5), 0), XY_GNTST_bad_virt_addr);
	assert_int_equal(unmap(h, at, 0), XY_GNTST_okay);
	assert_int_equal(world_pte(BY, 5), 0);
	nothing_is_held();
}

/* The guest writes over the entry: the frame stays ours until it dies. */
static void overwritten_entry(void **state)
{
	uint32_t h = map_ok(REF, va(1), HOST);
	struct pt_request r = {
		.pt_owner = by, .pg_owner = by, .by = world.vcpu[BY],
	};

	(void)state;
	assert_int_equal(pt_update(&r, to_maddr(world_pte_addr(BY, 1)), 0), 0);
	assert_int_equal(frame_users(page), 1);
	assert_int_equal(unmap(h, va(1), 0), XY_GNTST_bad_virt_addr);
	assert_int_equal(frame_users(page), 1);
	assert_int_equal(flags_of(REF), PERMIT | XY_GTF_reading |
			 XY_GTF_writing);
	world_kill(BY);
	assert_int_equal(flags_of(REF), PERMIT);
	assert_int_equal(from->grants->pins, 0);
	assert_int_equal(frame_users(page), 0);
}

static void batches(void **state)
{
	struct xy_gnttab_unmap_grant_ref op = { 0 };
	struct grant_batch b = { .count = 0 };
	uint32_t h[80], both;
	unsigned int flushes;

	(void)state;
	for (unsigned int i = 0; i < 80; i++)
		h[i] = map_ok(REF, va(i), HOST | (i & 1 ? RO : 0));
	both = map_ok(REF, va(100), HOST | DEV);
	flushes = fake.cpu[BY].flushes;
	for (unsigned int i = 0; i < 80; i++) {
		op.host_addr = va(i);
		op.handle = h[i];
		assert_int_equal(grant_unmap(world.vcpu[BY], &b, &op),
				 XY_GNTST_okay);
	}
	/* One handle twice in a batch: both halves. */
	op.handle = both;
	op.host_addr = va(100);
	assert_int_equal(grant_unmap(world.vcpu[BY], &b, &op), XY_GNTST_okay);
	op.host_addr = 0;
	op.dev_bus_addr = page.n << PAGE_SHIFT;
	assert_int_equal(grant_unmap(world.vcpu[BY], &b, &op), XY_GNTST_okay);
	assert_int_equal(grant_unmap(world.vcpu[BY], &b, &op),
			 XY_GNTST_bad_handle);
	grant_unmap_finish(world.vcpu[BY], &b);
	nothing_is_held();
	assert_int_equal(fake.cpu[BY].flushes, flushes + 3);
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

static void the_mapper_dies_first(void **state)
{
	(void)state;
	map_ok(REF, va(1), HOST);
	map_ok(REF, va(2), HOST | DEV | RO);
	map_ok(REF, world_pte_addr(BY, 3), HOST | PTE);
	map_ok(REF, 0, DEV);
	world_kill(BY);
	nothing_is_held();
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

static void handles_run_out(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < MAPS_PER_FRAME; i++)
		map_ok(REF, 0, DEV);
	assert_int_equal(map(REF, 0, DEV).status, XY_GNTST_no_space);
	assert_int_equal(unmap(17, 0, page.n << PAGE_SHIFT), XY_GNTST_okay);
	assert_int_equal(map_ok(REF, 0, DEV), 17);
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

/* ---- races, with threads ---- */

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

static struct race {
	pthread_barrier_t go, done;
	uint32_t handle;
	int status;
} race;

static void *other_cpu(void *arg)
{
	struct xy_gnttab_unmap_grant_ref op = { .host_addr = va(1) };

	(void)arg;
	fake_this_cpu = 3;
	for (;;) {
		struct grant_batch b = { .count = 0 };

		pthread_barrier_wait(&race.go);
		if (__atomic_load_n(&stop, __ATOMIC_RELAXED))
			return NULL;
		op.handle = race.handle;
		race.status = grant_unmap(by->vcpus[1], &b, &op);
		grant_unmap_finish(by->vcpus[1], &b);
		pthread_barrier_wait(&race.done);
	}
}

static void two_cpus_unmap_one_handle(void **state)
{
	pthread_t t;

	(void)state;
	stop = false;
	pthread_barrier_init(&race.go, NULL, 2);
	pthread_barrier_init(&race.done, NULL, 2);
	by->vcpus[1]->root_kernel = world.vcpu[BY]->root_kernel;
	pthread_create(&t, NULL, other_cpu, NULL);
	for (int i = 0; i < 2000; i++) {
		int mine;

		race.handle = map_ok(REF, va(1), HOST);
		pthread_barrier_wait(&race.go);
		mine = unmap(race.handle, va(1), 0);
		pthread_barrier_wait(&race.done);
		assert_int_equal((mine == 0) + (race.status == 0), 1);
		nothing_is_held();
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_barrier_wait(&race.go);
	pthread_join(t, NULL);
	by->vcpus[1]->root_kernel = to_mfn(NO_FRAME);
	pthread_barrier_destroy(&race.go);
	pthread_barrier_destroy(&race.done);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(tables_grow_to_their_limit), T(map_and_unmap),
		T(avail_and_user_bits), T(readers_and_writers),
		T(refusals_leave_nothing), T(bad_unmaps),
		T(by_address_of_the_entry), T(overwritten_entry), T(batches),
		T(the_granter_dies_first), T(the_mapper_dies_first),
		T(own_grants), T(handles_run_out),
		T(another_page_of_the_same_entry), T(the_granter_scribbles),
		T(two_cpus_unmap_one_handle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
