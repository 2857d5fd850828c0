// SPDX-License-Identifier: GPL-2.0-only
/*
 * Grants, the mapper's side: maps, handles and their ends; one scene a rule.
 * What an entry permits: grant.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <pthread.h>
#include <cmocka.h>
#include "core/grant_table.h"
#include "core/pt.h"
#include "grant_scene.h"

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

static void handles_run_out(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < MAPS_PER_FRAME; i++)
		map_ok(REF, 0, DEV);
	assert_int_equal(map(REF, 0, DEV).status, XY_GNTST_no_space);
	assert_int_equal(unmap(17, 0, page.n << PAGE_SHIFT), XY_GNTST_okay);
	assert_int_equal(map_ok(REF, 0, DEV), 17);
}

/* ---- a race, with a thread ---- */

static bool stop;

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(map_and_unmap), T(avail_and_user_bits), T(bad_unmaps),
		T(by_address_of_the_entry), T(overwritten_entry), T(batches),
		T(the_mapper_dies_first), T(handles_run_out),
		T(two_cpus_unmap_one_handle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
