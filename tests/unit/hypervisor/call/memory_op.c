// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory_op as a guest calls it: what comes in, what goes out, who may.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/arch.h"
#include "fakes/dom.h"
#include "fakes/guest.h"
#include "abi/memory.h"
#include "call/call.h"
#include "core/e820.h"
#include "core/grant.h"
#include "core/heap.h"
#include "core/m2p.h"
#include "core/pool.h"
#include "core/pt.h"

#define LIST	0x1000UL		/* where the extents are */
#define LIST2	0x4000UL
#define FIRST	1UL			/* RAM of the machine */
#define END	4000UL

static struct domain *d0, *d1;
static uint64_t free_at_start;

/* The grant table of these tests: two frames, then it is full. */
int grant_frame(struct domain *d, unsigned int idx, mfn_t *out)
{
	(void)d;
	if (idx >= 2)
		return -XY_EINVAL;
	*out = to_mfn(0x700 + idx);
	return 0;
}

void grant_size(struct domain *d, unsigned int *now, unsigned int *most)
{
	(void)d;
	*now = 1;
	*most = 64;
}

static int make(void **state)
{
	(void)state;
	fake_machine_make(4096, FIRST, END);
	fake_doms_make();
	memset(fake_arena, 0, sizeof(fake_arena));
	fake_read_only_from = fake_read_only_to = 0;
	d0 = &fake_doms.dom[0];
	d1 = &fake_doms.dom[1];
	free_at_start = heap_free_frames();
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < FAKE_DOMS; i++) {
		while (dom_mm_destroy_step(&fake_doms.dom[i]) != 0)
			;
		pool_free(fake_doms.dom[i].e820);
	}
	frame_reap();
	assert_int_equal(heap_free_frames(), free_at_start);
	fake_doms_end();
	fake_machine_end();
	return 0;
}

static unsigned int restarts;

static int64_t call(struct domain *d, uint64_t op, const void *arg,
		    size_t bytes)
{
	struct call c = { .arg = { op, fake_at(0).a } };
	int64_t rc;

	memcpy(fake_arena, arg, bytes);
	restarts = 0;
	while ((rc = hc_memory_op(d->vcpus[0], &c)) == -XY_ERESTART)
		restarts++;
	return rc;
}

static uint64_t *list(uint64_t at)
{
	return (uint64_t *)(fake_arena + at);
}

static struct xy_memory_reservation extents(uint64_t n, unsigned int order,
					    uint16_t domid)
{
	return (struct xy_memory_reservation){
		.extent_start = fake_at(LIST).a, .nr_extents = n,
		.extent_order = order, .domid = domid,
	};
}

static int64_t populate(struct domain *by, uint64_t n, unsigned int order,
			uint16_t domid)
{
	struct xy_memory_reservation r = extents(n, order, domid);

	for (uint64_t i = 0; i < n; i++)
		list(LIST)[i] = 0x100 + (i << order);
	return call(by, XY_MEM_populate_physmap, &r, sizeof(r));
}

static void populate_gives_cleared_frames(void **state)
{
	(void)state;
	assert_int_equal(populate(d1, 3, 2, XY_DOMID_SELF), 3);
	assert_int_equal(d1->tot_pages, 12);
	for (unsigned int i = 0; i < 12; i++) {
		mfn_t mfn = to_mfn(list(LIST)[i / 4] + i % 4);

		assert_ptr_equal(frame_owner(mfn), d1);
		assert_int_equal(m2p_get(mfn).n, 0x100 + i);
		for (unsigned int w = 0; w < 512; w++)
			assert_int_equal(fake_words(mfn)[w], 0);
	}
	/* For another: only with privilege. */
	assert_int_equal(populate(d1, 1, 0, 2), -XY_EPERM);
	assert_int_equal(populate(d0, 1, 0, 2), 1);
	assert_int_equal(fake_doms.dom[2].tot_pages, 1);
	assert_int_equal(populate(d0, 1, 0, 9), 0);
	assert_int_equal(populate(d0, 1, 10, 2), 0);
	fake_doms.dom[3].dying = true;
	assert_int_equal(populate(d0, 1, 0, 3), 0);
}

static void populate_stops_at_a_bound(void **state)
{
	struct xy_memory_reservation r = extents(5, 0, XY_DOMID_SELF);

	(void)state;
	d1->max_pages = 7;
	assert_int_equal(populate(d1, 4, 1, XY_DOMID_SELF), 3);
	assert_int_equal(d1->tot_pages, 6);
	/* A place for the answer that cannot be written takes nothing. */
	fake_read_only_from = LIST;
	fake_read_only_to = LIST + 8;
	assert_int_equal(call(d1, XY_MEM_populate_physmap, &r, sizeof(r)), 0);
	assert_int_equal(d1->tot_pages, 6);
	r.extent_start = 0x123;
	assert_int_equal(call(d1, XY_MEM_populate_physmap, &r, sizeof(r)), 0);
	/* Bits of mem_flags that mean something inside are not the guest's. */
	fake_read_only_to = LIST;
	r = extents(1, 0, XY_DOMID_SELF);
	r.mem_flags = 1u << 31;
	list(LIST)[0] = 5;
	fake.cleared = 0;
	assert_int_equal(call(d1, XY_MEM_populate_physmap, &r, sizeof(r)), 1);
	assert_int_equal(fake.cleared, 1);
}

static void long_lists_are_preempted(void **state)
{
	(void)state;
	assert_int_equal(populate(d1, 1500, 0, XY_DOMID_SELF), 1500);
	assert_true(restarts >= 2);
	assert_int_equal(d1->tot_pages, 1500);
	/* 2 MiB each: one a step. */
	assert_int_equal(populate(d1, 2, 9, XY_DOMID_SELF), 2);
	assert_int_equal(restarts, 1);
}

static void decrease_takes_only_own(void **state)
{
	struct xy_memory_reservation r = extents(3, 0, XY_DOMID_SELF);
	uint64_t mfn;

	(void)state;
	assert_int_equal(populate(d1, 3, 0, XY_DOMID_SELF), 3);
	mfn = list(LIST)[0];
	assert_true(frame_hold(d1, to_mfn(list(LIST)[1])));
	assert_int_equal(call(d1, XY_MEM_decrease_reservation, &r, sizeof(r)),
			 3);
	assert_int_equal(d1->tot_pages, 1);	/* one is still used */
	assert_ptr_equal(frame_owner(to_mfn(mfn)), NULL);
	frame_release(to_mfn(list(LIST)[1]));
	assert_int_equal(d1->tot_pages, 0);
	assert_int_equal(call(d1, XY_MEM_decrease_reservation, &r, sizeof(r)),
			 0);
	list(LIST)[0] = ~0UL;
	r.extent_order = 3;
	assert_int_equal(call(d1, XY_MEM_decrease_reservation, &r, sizeof(r)),
			 0);
}

static struct xy_memory_exchange exchange_of(uint64_t in_n, unsigned int in_o,
					     uint64_t out_n,
					     unsigned int out_o)
{
	struct xy_memory_exchange x = {
		.in = extents(in_n, in_o, XY_DOMID_SELF),
		.out = extents(out_n, out_o, XY_DOMID_SELF),
	};

	x.out.extent_start = fake_at(LIST2).a;
	return x;
}

static uint64_t exchanged(void)
{
	struct xy_memory_exchange x;

	memcpy(&x, fake_arena, sizeof(x));
	return x.nr_exchanged;
}

static void exchange_makes_contiguous(void **state)
{
	struct xy_memory_exchange x = exchange_of(64, 0, 1, 6);
	uint64_t old[64];

	(void)state;
	assert_int_equal(populate(d0, 64, 0, XY_DOMID_SELF), 64);
	memcpy(old, list(LIST), sizeof(old));
	list(LIST2)[0] = 0x100;
	/* Impossibly low: clean, and nothing changes. */
	x.out.mem_flags = 18;
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), -XY_ENOMEM);
	assert_int_equal(exchanged(), 0);
	for (unsigned int i = 0; i < 64; i++)
		assert_ptr_equal(frame_owner(to_mfn(old[i])), d0);
	x.out.mem_flags = 20;
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), 0);
	assert_int_equal(exchanged(), 64);
	assert_int_equal(d0->tot_pages, 64);
	assert_int_equal(list(LIST2)[0] % 64, 0);
	assert_true(list(LIST2)[0] + 64 <= 256);
	for (unsigned int i = 0; i < 64; i++) {
		mfn_t mfn = to_mfn(list(LIST2)[0] + i);

		assert_ptr_equal(frame_owner(mfn), d0);
		assert_int_equal(m2p_get(mfn).n, 0x100 + i);
	}
	/* And back: one extent for 64 frames. */
	x = exchange_of(1, 6, 64, 0);
	list(LIST)[0] = list(LIST2)[0];
	for (unsigned int i = 0; i < 64; i++)
		list(LIST2)[i] = 0x500 + i;
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), 0);
	assert_int_equal(exchanged(), 1);
	assert_int_equal(m2p_get(to_mfn(list(LIST2)[63])).n, 0x53f);
	assert_int_equal(d0->tot_pages, 64);
}

static void exchange_is_all_or_nothing(void **state)
{
	struct xy_memory_exchange x = exchange_of(4, 0, 1, 2);
	uint64_t free_now;

	(void)state;
	assert_int_equal(populate(d0, 4, 0, XY_DOMID_SELF), 4);
	fake_words(to_mfn(list(LIST)[0]))[7] = 0x77;
	free_now = heap_free_frames();
	/* The last of them is mapped somewhere. */
	assert_true(frame_hold(d0, to_mfn(list(LIST)[3])));
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), -XY_EBUSY);
	frame_release(to_mfn(list(LIST)[3]));
	/* The same frame twice; a frame of nobody; an unwritable answer. */
	list(LIST)[3] ^= list(LIST)[0];
	list(LIST)[0] ^= list(LIST)[3];
	list(LIST)[3] ^= list(LIST)[0];		/* swapped: the order is free */
	list(LIST)[4] = list(LIST)[3];
	list(LIST)[3] = list(LIST)[2];
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), -XY_EINVAL);
	list(LIST)[3] = 0;
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), -XY_EINVAL);
	list(LIST)[3] = list(LIST)[4];
	fake_read_only_from = LIST2;
	fake_read_only_to = LIST2 + 8;
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), -XY_EFAULT);
	fake_read_only_to = LIST2;
	assert_int_equal(exchanged(), 0);
	assert_int_equal(heap_free_frames(), free_now);
	assert_int_equal(d0->tot_pages, 4);
	for (unsigned int i = 0; i < 4; i++) {
		mfn_t mfn = to_mfn(list(LIST)[i]);

		assert_ptr_equal(frame_owner(mfn), d0);
		assert_in_range(m2p_get(mfn).n, 0x100, 0x103);
		assert_int_equal(frame_users(mfn), 0);
	}
	assert_int_equal(fake_words(to_mfn(list(LIST)[3]))[7], 0x77);
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), 0);
}

static void exchange_checks_its_numbers(void **state)
{
	struct xy_memory_exchange x = exchange_of(4, 0, 2, 2);

	(void)state;
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), -XY_EINVAL);
	x = exchange_of(1UL << 60, 4, 1, 0);
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), -XY_EINVAL);
	x = exchange_of(1, 40, 1, 40);
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), -XY_EPERM);
	x = exchange_of(4, 0, 1, 2);
	x.nr_exchanged = 5;
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), -XY_EINVAL);
	x = exchange_of(4, 0, 1, 2);
	x.out.domid = 1;
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), -XY_EINVAL);
	x = exchange_of(4, 0, 1, 2);
	x.in.domid = x.out.domid = 2;
	assert_int_equal(call(d1, XY_MEM_exchange, &x, sizeof(x)), -XY_EPERM);
	assert_int_equal(call(d0, XY_MEM_exchange, &x, sizeof(x)), -XY_EPERM);
}

static void numbers_are_told(void **state)
{
	struct xy_memory_domain m = { XY_DOMID_SELF };
	struct xy_shared_info shared = { 0 }, *before = d1->shared;
	struct xy_machphys_mapping map;

	(void)state;
	assert_int_equal(populate(d1, 5, 0, XY_DOMID_SELF), 5);
	assert_int_equal(call(d1, XY_MEM_current_reservation, &m, sizeof(m)),
			 5);
	d1->max_pages = 9;
	assert_int_equal(call(d1, XY_MEM_maximum_reservation, &m, sizeof(m)),
			 9);
	m.domid = 0;
	assert_int_equal(call(d1, XY_MEM_current_reservation, &m, sizeof(m)),
			 -XY_EPERM);
	assert_int_equal(call(d1, XY_MEM_maximum_ram_page, &m, sizeof(m)), END);
	m.domid = XY_DOMID_SELF;
	assert_int_equal(call(d1, XY_MEM_maximum_gpfn, &m, sizeof(m)), 0);
	d1->shared = &shared;
	assert_int_equal(call(d1, XY_MEM_maximum_gpfn, &m, sizeof(m)), 0);
	d1->shared->arch.max_pfn = 5;
	assert_int_equal(call(d1, XY_MEM_maximum_gpfn, &m, sizeof(m)), 4);
	d1->shared->arch.max_pfn = ~0ul;
	assert_true(call(d1, XY_MEM_maximum_gpfn, &m, sizeof(m)) > 0);
	d1->shared = before;
	assert_int_equal(call(d1, XY_MEM_get_sharing_freed_pages, &m, 2), 0);
	assert_int_equal(call(d1, XY_MEM_get_vnumainfo, &m, 2),
			 -XY_EOPNOTSUPP);
	assert_int_equal(call(d1, XY_MEM_paging_op, &m, 2), -XY_ENOSYS);
	assert_int_equal(call(d1, XY_MEM_machphys_mapping, &map, sizeof(map)),
			 0);
	memcpy(&map, fake_arena, sizeof(map));
	assert_int_equal(map.v_start, M2P_RO_VA);
	assert_int_equal(map.max_mfn, END - 1);
}

static void claims(void **state)
{
	struct xy_memory_reservation r = extents(100, 0, 1);

	(void)state;
	assert_int_equal(call(d0, XY_MEM_claim_pages, &r, sizeof(r)),
			 -XY_EINVAL);		/* extent_start */
	r.extent_start = 0;
	assert_int_equal(call(d1, XY_MEM_claim_pages, &r, sizeof(r)),
			 -XY_EPERM);
	assert_int_equal(call(d0, XY_MEM_claim_pages, &r, sizeof(r)), 0);
	assert_int_equal(heap_claimed_frames(), 100);
	assert_int_equal(populate(d0, 10, 0, 1), 10);
	assert_int_equal(heap_claimed_frames(), 90);
	r.nr_extents = 1UL << 40;
	assert_int_equal(call(d0, XY_MEM_claim_pages, &r, sizeof(r)),
			 -XY_EINVAL);
	r.nr_extents = 0;
	assert_int_equal(call(d0, XY_MEM_claim_pages, &r, sizeof(r)), 0);
	assert_int_equal(heap_claimed_frames(), 0);
	r.nr_extents = 1UL << 40;
	assert_int_equal(call(d0, XY_MEM_claim_pages, &r, sizeof(r)),
			 -XY_ENOMEM);
}

static void memory_maps(void **state)
{
	struct xy_e820_entry e[3] = {
		{ 0, 0x9f000, XY_E820_RAM },
		{ 0x100000, 0x7ff00000, XY_E820_RAM },
		{ 0xfee00000, 0x1000, XY_E820_RESERVED },
	};
	struct xy_foreign_memory_map f = { .domid = 1, .map = {
		.nr_entries = 2, .buffer = fake_at(LIST).a } };
	struct xy_memory_map m = { .nr_entries = 8,
				   .buffer = fake_at(LIST2).a };
	struct xy_e820_entry got[8];

	(void)state;
	assert_int_equal(call(d1, XY_MEM_memory_map, &m, sizeof(m)),
			 -XY_ENOSYS);
	memcpy(fake_arena + LIST, e, sizeof(e));
	assert_int_equal(call(d1, XY_MEM_set_memory_map, &f, sizeof(f)),
			 -XY_EPERM);
	assert_int_equal(call(d0, XY_MEM_set_memory_map, &f, sizeof(f)), 0);
	assert_int_equal(call(d1, XY_MEM_memory_map, &m, sizeof(m)), 0);
	memcpy(&m, fake_arena, sizeof(m));
	assert_int_equal(m.nr_entries, 2);
	assert_memory_equal(fake_arena + LIST2, e, 2 * sizeof(*e));
	f.map.nr_entries = 1u << 31;
	assert_int_equal(call(d0, XY_MEM_set_memory_map, &f, sizeof(f)),
			 -XY_EINVAL);
	/* The machine's, with the interrupt controllers' hole reserved. */
	e820_set(e, 3);
	fake.io_first = 0xfec01;
	fake.io_end = 0xfee00;
	m = (struct xy_memory_map){ 8, fake_at(LIST2).a };
	assert_int_equal(call(d1, XY_MEM_machine_memory_map, &m, sizeof(m)),
			 -XY_EPERM);
	assert_int_equal(call(d0, XY_MEM_machine_memory_map, &m, sizeof(m)), 0);
	memcpy(&m, fake_arena, sizeof(m));
	memcpy(got, fake_arena + LIST2, sizeof(got));
	assert_int_equal(m.nr_entries, 5);
	assert_int_equal(got[2].addr, 0xfec00000);
	assert_int_equal(got[2].size, 0x1000);
	assert_int_equal(got[2].type, XY_E820_RESERVED);
	assert_int_equal(got[4].addr, 0xfee01000);
	m = (struct xy_memory_map){ 5, fake_at(LIST2).a };
	assert_int_equal(call(d0, XY_MEM_machine_memory_map, &m, sizeof(m)),
			 -XY_EINVAL);
}

static void resources(void **state)
{
	struct xy_mem_acquire_resource r = {
		.domid = 1, .type = XY_MEM_resource_grant_table,
	};

	(void)state;
	assert_int_equal(call(d0, XY_MEM_acquire_resource, &r, sizeof(r)), 0);
	memcpy(&r, fake_arena, sizeof(r));
	assert_int_equal(r.nr_frames, 64);
	assert_int_equal(r.pad, 0);
	r.nr_frames = 2;
	r.frame_list = fake_at(LIST).a;
	assert_int_equal(call(d0, XY_MEM_acquire_resource, &r, sizeof(r)), 0);
	assert_int_equal(list(LIST)[1], 0x701);
	r.nr_frames = 3;
	assert_int_equal(call(d0, XY_MEM_acquire_resource, &r, sizeof(r)),
			 -XY_EINVAL);
	r.frame = ~0UL;
	assert_int_equal(call(d0, XY_MEM_acquire_resource, &r, sizeof(r)),
			 -XY_EINVAL);
	r.domid = 0;
	assert_int_equal(call(d1, XY_MEM_acquire_resource, &r, sizeof(r)),
			 -XY_EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f)	cmocka_unit_test_setup_teardown(f, make, end)
		T(populate_gives_cleared_frames), T(populate_stops_at_a_bound),
		T(long_lists_are_preempted), T(decrease_takes_only_own),
		T(exchange_makes_contiguous), T(exchange_is_all_or_nothing),
		T(exchange_checks_its_numbers), T(numbers_are_told), T(claims),
		T(memory_maps), T(resources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
