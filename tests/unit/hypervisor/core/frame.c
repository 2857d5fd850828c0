// SPDX-License-Identifier: GPL-2.0-only
/*
 * Roles and users of one frame, owners, and what is flushed when.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "fakes/arch.h"
#include "fakes/dom.h"
#include "abi/errno.h"
#include "core/frame_record.h"
#include "core/heap.h"
#include "core/m2p.h"

static struct domain *a, *b;
static mfn_t f;

static int make(void **state)
{
	(void)state;
	fake_machine_make(2048, 1, 2048);
	fake_doms_make();
	a = &fake_doms.dom[1];
	b = &fake_doms.dom[2];
	f = heap_alloc(0);
	frame_give(a, f);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fake_doms_end();
	fake_machine_end();
	return 0;
}

static void let_go(void)
{
	assert_int_equal(frame_put_back(a, f), 0);
	frame_reap();
	assert_int_equal(a->tot_pages, 0);
	assert_int_equal(a->refs, 1);
}

static void one_role_at_a_time(void **state)
{
	(void)state;
	for (enum role r = ROLE_DATA; r <= ROLE_DESC; r++)
		for (enum role s = ROLE_DATA; s <= ROLE_DESC; s++) {
			enum frame_answer first = frame_take(a, f, r);

			assert_int_equal(first, r == ROLE_DATA ? FRAME_DONE :
								 FRAME_FIRST);
			if (first == FRAME_FIRST) {
				assert_int_equal(frame_take(a, f, r),
						 FRAME_REFUSED);
				assert_false(frame_take_more(a, f, r));
				frame_ready(f);
			}
			assert_int_equal(frame_take(a, f, s), r == s ?
					 FRAME_DONE : FRAME_REFUSED);
			assert_int_equal(frame_users(f), r == s ? 2 : 1);
			if (r == s)
				assert_int_equal(frame_drop(f, s), FRAME_DONE);
			if (frame_drop(f, r) == FRAME_LAST) {
				assert_true(role_is_table(r));
				assert_int_equal(frame_take(a, f, r),
						 FRAME_REFUSED);
				frame_undone(f);
			} else {
				assert_false(role_is_table(r));
			}
			assert_int_equal(frame_users(f), 0);
			assert_int_equal(frame_role(f), ROLE_NONE);
		}
	let_go();
}

static void owners_are_asked(void **state)
{
	(void)state;
	assert_false(frame_hold(b, f));
	assert_int_equal(frame_take(b, f, ROLE_DATA), FRAME_REFUSED);
	assert_false(frame_hold(a, to_mfn(0)));		/* not RAM */
	assert_false(frame_hold(a, to_mfn(~0UL)));
	assert_false(frame_hold(a, to_mfn(1UL << 40)));
	assert_ptr_equal(frame_owner(f), a);
	assert_int_equal(frame_put_back(b, f), -XY_EINVAL);
	assert_int_equal(frame_reclaim(b, f), -XY_EINVAL);
	assert_true(frame_hold(a, f));
	assert_int_equal(frame_reclaim(a, f), -XY_EBUSY);
	frame_release(f);
	m2p_set(f, to_pfn(7));
	assert_int_equal(frame_reclaim(a, f), 0);
	assert_int_equal(m2p_get(f).n, M2P_INVALID);
	assert_false(frame_hold(a, f));
	frame_give(b, f);
	assert_true(frame_hold(b, f));
	frame_release(f);
	assert_int_equal(frame_put_back(b, f), 0);
	frame_reap();
	assert_int_equal(a->refs + b->refs, 2);
}

static void lingers_until_the_last_user(void **state)
{
	uint64_t before = heap_free_frames();

	(void)state;
	assert_int_equal(frame_take(a, f, ROLE_DATA), FRAME_DONE);
	assert_true(frame_hold(a, f));
	assert_int_equal(frame_put_back(a, f), 0);
	assert_int_equal(frame_put_back(a, f), -XY_EINVAL);
	assert_false(frame_hold(a, f));
	assert_int_equal(a->refs, 2);
	frame_release(f);
	assert_int_equal(heap_free_frames(), before);
	frame_drop_simple(f, ROLE_DATA);
	assert_int_equal(heap_free_frames(), before + 1);
	assert_int_equal(a->refs, 2);
	frame_reap();
	assert_int_equal(a->refs, 1);
	assert_int_equal(a->tot_pages, 0);
}

/* Full counters refuse and do not wrap; F3 holds. */
static void full_counters_refuse(void **state)
{
	struct frame *r = frame_record(f);

	(void)state;
	r->use |= USE_COUNT;
	assert_false(frame_hold(a, f));
	assert_int_equal(frame_take(a, f, ROLE_DATA), FRAME_REFUSED);
	r->use &= ~USE_COUNT;
	assert_int_equal(frame_take(a, f, ROLE_DATA), FRAME_DONE);
	r->type |= TYPE_COUNT;
	assert_int_equal(frame_take(a, f, ROLE_DATA), FRAME_REFUSED);
	assert_int_equal(frame_users(f), 1);
	r->type = (r->type & ~TYPE_COUNT) | 1;
	frame_drop_simple(f, ROLE_DATA);
	let_go();
}

static void flushes_are_owed(void **state)
{
	(void)state;
	a->dirty_cpus = 3;
	assert_int_equal(frame_take(a, f, ROLE_DATA), FRAME_DONE);
	arch_tlb_flush(1);
	frame_drop_simple(f, ROLE_DATA);
	/* Nobody was flushed since: both owe. */
	frame_flush_stale(f);
	assert_int_equal(fake.cpu[0].flushes, 2);
	assert_int_equal(fake.cpu[1].flushes, 1);
	assert_int_equal(fake.cpu[2].flushes, 0);
	/* A flush for another reason pays. */
	assert_int_equal(frame_take(a, f, ROLE_DATA), FRAME_DONE);
	frame_drop_simple(f, ROLE_DATA);
	arch_tlb_flush(1);
	frame_flush_stale(f);
	assert_int_equal(fake.cpu[0].flushes, 3);
	assert_int_equal(fake.cpu[1].flushes, 2);
	/* A reader's stale translation counts when the frame goes. */
	arch_tlb_flush(3);
	assert_true(frame_hold(a, f));
	frame_release(f);
	let_go();
	assert_int_equal(fake.cpu[1].flushes, 4);
	a->dirty_cpus = 0;
}

static void shared_frames(void **state)
{
	mfn_t s = heap_alloc_zeroed(0);
	uint64_t before = heap_free_frames();

	(void)state;
	frame_share(a, s);
	assert_int_equal(a->tot_pages, 1);		/* only f */
	assert_int_equal(frame_take(a, s, ROLE_L1), FRAME_REFUSED);
	assert_int_equal(frame_take(a, s, ROLE_DATA), FRAME_DONE);
	assert_int_equal(frame_put_back(a, s), -XY_EINVAL);
	assert_int_equal(frame_reclaim(a, s), -XY_EINVAL);
	frame_unshare(a, s);
	assert_int_equal(heap_free_frames(), before);
	frame_drop_simple(s, ROLE_DATA);
	assert_int_equal(heap_free_frames(), before + 1);
	let_go();
}

static void published_frames(void **state)
{
	mfn_t s = heap_alloc(0);

	(void)state;
	frame_publish(s);
	assert_true(frame_hold(dom_xen, s));
	assert_int_equal(frame_take(dom_xen, s, ROLE_DATA), FRAME_REFUSED);
	frame_release(s);
	frame_record(s)->type = 0;
	frame_record(s)->use = USE_RAM;
	heap_free(s, 0);
	let_go();
}

static void enumeration(void **state)
{
	mfn_t mine[100], at = to_mfn(0);
	unsigned int n = 0, budget = 1000000;

	(void)state;
	for (unsigned int i = 0; i < 100; i++) {
		mine[i] = heap_alloc(0);
		frame_give(i % 3 ? b : a, mine[i]);
	}
	for (;; at.n++, n++) {
		at = frame_next(b, at, &budget);
		if (mfn_none(at))
			break;
		assert_ptr_equal(frame_owner(at), b);
	}
	assert_int_equal(n, 66);
	n = 0;
	for (at = to_mfn(0); !mfn_none(at);) {
		budget = 7;
		at = frame_next(b, at, &budget);
		if (!mfn_none(at) && frame_owned_by(at, b) && budget != 0) {
			n++;
			at.n++;
		}
	}
	assert_int_equal(n, 66);
	for (unsigned int i = 0; i < 100; i++)
		assert_int_equal(frame_put_back(i % 3 ? b : a, mine[i]), 0);
	let_go();
	assert_int_equal(b->refs, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_role_at_a_time, make, end),
		cmocka_unit_test_setup_teardown(owners_are_asked, make, end),
		cmocka_unit_test_setup_teardown(lingers_until_the_last_user,
						make, end),
		cmocka_unit_test_setup_teardown(full_counters_refuse, make,
						end),
		cmocka_unit_test_setup_teardown(flushes_are_owed, make, end),
		cmocka_unit_test_setup_teardown(shared_frames, make, end),
		cmocka_unit_test_setup_teardown(published_frames, make, end),
		cmocka_unit_test_setup_teardown(enumeration, make, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
