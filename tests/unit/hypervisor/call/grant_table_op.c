// SPDX-License-Identifier: GPL-2.0-only
/*
 * grant_table_op as a guest calls it: arrays in its memory, statuses, copies,
 * and calls that come again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/grants.h"
#include "fakes/guest.h"
#include "call/call.h"
#include "core/grant_table.h"

#define BY	1u
#define FROM	2u
#define REF	9u
#define PERMIT	XY_GTF_permit_access

static mfn_t page, own;

static int make(void **state)
{
	(void)state;
	memset(fake_arena, 0, sizeof(fake_arena));
	fake_read_only_from = fake_read_only_to = 0;
	world_make(4, 2);
	page = world.page[FROM][0];
	own = world.page[BY][0];
	world_grant(FROM, REF, BY, page, PERMIT);
	return 0;
}

static int end(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static int64_t call(unsigned int by, uint64_t op, uint64_t at, uint64_t count,
		    struct call *after)
{
	struct call c = { .nr = 20, .arg = { op, at, count } };
	int64_t rc;

	fake_this_cpu = by;
	rc = hc_grant_table_op(world.vcpu[by], &c);
	*after = c;
	return rc;
}

/* Until it is done, as the dispatcher does it. */
static int64_t call_all(unsigned int by, uint64_t op, uint64_t offset,
			uint64_t count, unsigned int *times)
{
	struct call c = { .arg = { op, FAKE_ARENA_VA + offset, count } };
	int64_t rc;

	*times = 0;
	do {
		rc = call(by, c.arg[0], c.arg[1], c.arg[2], &c);
		++*times;
	} while (rc == -XY_ERESTART);
	return rc;
}

static int64_t call_once(unsigned int by, uint64_t op, uint64_t count)
{
	unsigned int times;

	return call_all(by, op, 0, count, &times);
}

static void *arena(uint64_t offset)
{
	return fake_arena + offset;
}

static void nothing_is_held(void)
{
	assert_int_equal(world.dom[FROM]->grants->pins, 0);
	assert_int_equal(world.dom[BY]->grants->maps_used, 0);
	assert_int_equal(frame_users(page), 0);
	assert_int_equal(frame_users(own), 0);
	assert_int_equal(world_entry(FROM, REF)->flags, PERMIT);
	assert_int_equal(world.dom[FROM]->refs, 2);
}

static void setup_and_sizes(void **state)
{
	struct xy_gnttab_setup_table *s = arena(0);
	struct xy_gnttab_query_size *q = arena(0);
	uint64_t *list = arena(0x100);
	mfn_t mfn;

	(void)state;
	*s = (struct xy_gnttab_setup_table){ .dom = XY_DOMID_SELF,
		.nr_frames = 3, .frame_list = FAKE_ARENA_VA + 0x100 };
	assert_int_equal(call_once(BY, XY_GNTTABOP_setup_table, 1), 0);
	assert_int_equal(s->status, XY_GNTST_okay);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(grant_frame(world.dom[BY], i, &mfn), 0);
		assert_int_equal(list[i], mfn.n);
	}
	s->nr_frames = 5;
	assert_int_equal(call_once(BY, XY_GNTTABOP_setup_table, 1), 0);
	assert_int_equal(s->status, XY_GNTST_general_error);
	s->nr_frames = 1;
	s->dom = FROM;
	assert_int_equal(call_once(BY, XY_GNTTABOP_setup_table, 1), 0);
	assert_int_equal(s->status, XY_GNTST_permission_denied);
	s->frame_list = 0;
	assert_int_equal(call_once(0, XY_GNTTABOP_setup_table, 1), 0);
	assert_int_equal(s->status, XY_GNTST_bad_virt_addr);
	s->dom = 77;
	assert_int_equal(call_once(0, XY_GNTTABOP_setup_table, 1), 0);
	assert_int_equal(s->status, XY_GNTST_bad_domain);
	assert_int_equal(call_once(BY, XY_GNTTABOP_setup_table, 2),
			 -XY_EINVAL);
	*q = (struct xy_gnttab_query_size){ .dom = XY_DOMID_SELF };
	assert_int_equal(call_once(BY, XY_GNTTABOP_query_size, 1), 0);
	assert_int_equal(q->status, XY_GNTST_okay);
	assert_int_equal(q->nr_frames, 3);
	assert_int_equal(q->max_nr_frames, 4);
}

static void versions(void **state)
{
	struct xy_gnttab_set_version *s = arena(0);
	struct xy_gnttab_get_version *g = arena(0);

	(void)state;
	s->version = 1;
	assert_int_equal(call_once(BY, XY_GNTTABOP_set_version, 1), 0);
	assert_int_equal(s->version, 1);
	s->version = 2;
	assert_int_equal(call_once(BY, XY_GNTTABOP_set_version, 1),
			 -XY_ENOSYS);
	s->version = 3;
	assert_int_equal(call_once(BY, XY_GNTTABOP_set_version, 1),
			 -XY_EINVAL);
	*g = (struct xy_gnttab_get_version){ .dom = XY_DOMID_SELF };
	assert_int_equal(call_once(BY, XY_GNTTABOP_get_version, 1), 0);
	assert_int_equal(g->version, 1);
	g->dom = FROM;
	assert_int_equal(call_once(BY, XY_GNTTABOP_get_version, 1),
			 -XY_EPERM);
	for (uint32_t op = 0; op < 64; op++) {
		bool known = op == 0 || op == 1 || op == 2 || op == 5 ||
			     op == 6 || op == 8 || op == 10;

		memset(fake_arena, 0, 64);
		if (!known)
			assert_int_equal(call_once(BY, op, 1), -XY_ENOSYS);
	}
}

static void long_maps_come_again(void **state)
{
	const unsigned int count = 200;
	struct xy_gnttab_map_grant_ref *m = arena(0);
	struct xy_gnttab_unmap_grant_ref *u = arena(0x4000);
	unsigned int times;

	(void)state;
	for (unsigned int i = 0; i < count; i++)
		m[i] = (struct xy_gnttab_map_grant_ref){
			.host_addr = WORLD_VA + i * PAGE_SIZE, .dom = FROM,
			.ref = i == 70 ? 600 : REF,
			.flags = XY_GNTMAP_host_map,
		};
	m[80].dom = 77;
	assert_int_equal(call_all(BY, XY_GNTTABOP_map_grant_ref, 0, count,
				  &times), 0);
	assert_int_equal(times, 4);
	for (unsigned int i = 0; i < count; i++) {
		assert_int_equal(m[i].status,
				 i == 70 ? XY_GNTST_bad_gntref :
				 i == 80 ? XY_GNTST_bad_domain : 0);
		u[i] = (struct xy_gnttab_unmap_grant_ref){
			.host_addr = m[i].host_addr,
			.handle = m[i].status ? 5000 : m[i].handle,
		};
	}
	assert_int_equal(world.dom[FROM]->grants->pins, count - 2);
	assert_int_equal(call_all(BY, XY_GNTTABOP_unmap_grant_ref, 0x4000,
				  count, &times), 0);
	assert_int_equal(times, 4);
	for (unsigned int i = 0; i < count; i++)
		assert_int_equal(u[i].status, i == 70 || i == 80 ?
				 XY_GNTST_bad_handle : 0);
	nothing_is_held();
}

static void arrays_out_of_reach(void **state)
{
	const uint64_t last = FAKE_ARENA_VA + FAKE_ARENA_BYTES - 64;
	struct xy_gnttab_map_grant_ref *m = arena(FAKE_ARENA_BYTES - 64);
	struct call after;

	(void)state;
	for (unsigned int i = 0; i < 2; i++)
		m[i] = (struct xy_gnttab_map_grant_ref){
			.dom = FROM, .ref = REF, .flags = XY_GNTMAP_device_map,
		};
	/* Three, of which the third is not there. */
	assert_int_equal(call(BY, XY_GNTTABOP_map_grant_ref, last, 3, &after),
			 -XY_EFAULT);
	assert_int_equal(world.dom[FROM]->grants->pins, 2);
	assert_int_equal(call(BY, XY_GNTTABOP_copy, HV_VA_START, 1, &after),
			 -XY_EFAULT);
	assert_int_equal(call(BY, XY_GNTTABOP_unmap_grant_ref, ~0UL - 8, 1,
			      &after), -XY_EFAULT);
	assert_int_equal(call(BY, XY_GNTTABOP_copy, last, ~0UL, &after),
			 -XY_EINVAL);
	assert_int_equal(call(BY, XY_GNTTABOP_copy, 0, 0, &after), 0);
}

/* ---- copies ---- */

static struct xy_gnttab_copy in(uint16_t from, uint16_t to, uint16_t len)
{
	return (struct xy_gnttab_copy){
		.source = { .u.ref = REF, .domid = FROM, .offset = from },
		.dest = { .u.gmfn = own.n, .domid = XY_DOMID_SELF,
			  .offset = to },
		.len = len, .flags = XY_GNTCOPY_source_gref,
	};
}

static struct xy_gnttab_copy out(uint16_t from, uint16_t to, uint16_t len)
{
	return (struct xy_gnttab_copy){
		.source = { .u.gmfn = own.n, .domid = XY_DOMID_SELF,
			    .offset = from },
		.dest = { .u.ref = REF, .domid = FROM, .offset = to },
		.len = len, .flags = XY_GNTCOPY_dest_gref,
	};
}

static void bytes_move(void **state)
{
	struct xy_gnttab_copy *c = arena(0);
	uint8_t *theirs = (uint8_t *)fake_words(page);
	uint8_t *ours = (uint8_t *)fake_words(own);

	(void)state;
	for (unsigned int i = 0; i < PAGE_SIZE; i++) {
		theirs[i] = (uint8_t)(i * 7);
		ours[i] = 0;
	}
	c[0] = in(100, 1, 50);
	c[1] = in(4095, 4095, 1);
	c[2] = in(0, 200, 0);
	assert_int_equal(call_once(BY, XY_GNTTABOP_copy, 3), 0);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(c[i].status, XY_GNTST_okay);
	for (unsigned int i = 0; i < PAGE_SIZE; i++) {
		uint8_t want = i >= 1 && i < 51 ? (uint8_t)((i + 99) * 7) :
			       i == 4095 ? (uint8_t)(4095 * 7) : 0;

		assert_int_equal(ours[i], want);
	}
	c[0] = out(1, 3000, 50);
	assert_int_equal(call_once(BY, XY_GNTTABOP_copy, 1), 0);
	assert_memory_equal(theirs + 3000, theirs + 100, 50);
	nothing_is_held();
}

/* Else it could name any frame of its kernel's. */
static void a_program_names_no_frame(void **state)
{
	struct xy_gnttab_copy *c = arena(0);

	(void)state;
	world.vcpu[BY]->kernel_mode = false;
	fake_words(own)[0] = fake_words(page)[0] = 0;
	fake_words(page)[1] = 0x1234;
	c[0] = in(8, 0, 8);
	c[1] = out(0, 8, 8);
	c[2] = out(0, 8, 8);
	c[2].dest = c[2].source;
	c[2].flags = 0;
	c[3] = (struct xy_gnttab_copy){
		.source = { .u.ref = REF, .domid = FROM, .offset = 8 },
		.dest = { .u.ref = REF, .domid = FROM },
		.len = 8,
		.flags = XY_GNTCOPY_source_gref | XY_GNTCOPY_dest_gref,
	};
	assert_int_equal(call_once(BY, XY_GNTTABOP_copy, 4), 0);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(c[i].status, XY_GNTST_permission_denied);
	assert_int_equal(c[3].status, XY_GNTST_okay);
	assert_int_equal(fake_words(own)[0], 0);
	assert_int_equal(fake_words(page)[0], 0x1234);
	assert_int_equal(fake_words(page)[1], 0x1234);
	nothing_is_held();
}

static void grant_to_grant_and_overlap(void **state)
{
	struct xy_gnttab_copy *c = arena(0);
	uint8_t *theirs = (uint8_t *)fake_words(page);

	(void)state;
	for (unsigned int i = 0; i < PAGE_SIZE; i++)
		theirs[i] = (uint8_t)i;
	c[0] = (struct xy_gnttab_copy){
		.source = { .u.ref = REF, .domid = FROM },
		.dest = { .u.ref = REF, .domid = FROM, .offset = 8 },
		.len = 100,
		.flags = XY_GNTCOPY_source_gref | XY_GNTCOPY_dest_gref,
	};
	assert_int_equal(call_once(BY, XY_GNTTABOP_copy, 1), 0);
	assert_int_equal(c[0].status, XY_GNTST_okay);
	for (unsigned int i = 0; i < 100; i++)
		assert_int_equal(theirs[8 + i], i);
	nothing_is_held();
}

static void copies_refused(void **state)
{
	struct xy_gnttab_copy *c = arena(0);

	(void)state;
	c[0] = in(4000, 0, 97);
	c[1] = in(0, 4000, 97);
	c[2] = in(0xffff, 0, 1);
	c[3] = in(0, 0, 10);
	c[3].source.u.ref = 4000;
	c[4] = in(0, 0, 10);
	c[4].source.domid = 77;
	c[5] = in(0, 0, 10);
	c[5].dest.domid = FROM;		/* a foreign frame by number */
	c[6] = in(0, 0, 10);
	c[6].dest.u.gmfn = page.n;	/* not his own */
	c[7] = in(0, 0, 10);
	c[7].dest.u.gmfn = world.l1[BY].n;	/* a page table */
	c[8] = in(0, 0, 10);
	c[8].dest.u.gmfn = ~0UL;
	assert_int_equal(call_once(BY, XY_GNTTABOP_copy, 9), 0);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(c[i].status, XY_GNTST_bad_copy_arg);
	assert_int_equal(c[3].status, XY_GNTST_bad_gntref);
	assert_int_equal(c[4].status, XY_GNTST_bad_domain);
	assert_int_equal(c[5].status, XY_GNTST_permission_denied);
	for (unsigned int i = 6; i < 9; i++)
		assert_int_equal(c[i].status, XY_GNTST_bad_page);
	nothing_is_held();
	world_entry(FROM, REF)->flags |= XY_GTF_readonly;
	c[0] = out(0, 0, 10);
	c[1] = in(0, 0, 10);
	assert_int_equal(call_once(BY, XY_GNTTABOP_copy, 2), 0);
	assert_int_equal(c[0].status, XY_GNTST_general_error);
	assert_int_equal(c[1].status, XY_GNTST_okay);
	world_entry(FROM, REF)->flags = PERMIT;
	nothing_is_held();
}

static void many_copies_come_again(void **state)
{
	struct xy_gnttab_copy *c = arena(0);
	unsigned int times;

	(void)state;
	for (unsigned int i = 0; i < 300; i++)
		c[i] = i % 3 ? in((uint16_t)i, (uint16_t)i, 1) :
		       out((uint16_t)i, (uint16_t)i, 1);
	assert_int_equal(call_all(BY, XY_GNTTABOP_copy, 0, 300, &times), 0);
	assert_int_equal(times, 3);
	for (unsigned int i = 0; i < 300; i++)
		assert_int_equal(c[i].status, XY_GNTST_okay);
	nothing_is_held();
}

#define T(f)	cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(setup_and_sizes), T(versions), T(long_maps_come_again),
		T(arrays_out_of_reach), T(bytes_move),
		T(a_program_names_no_frame),
		T(grant_to_grant_and_overlap), T(copies_refused),
		T(many_copies_come_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
