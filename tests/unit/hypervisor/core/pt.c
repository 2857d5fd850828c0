// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables: one scene a rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/arch.h"
#include "fakes/dom.h"
#include "abi/errno.h"
#include "abi/mmu.h"
#include "core/guest.h"
#include "core/heap.h"
#include "core/pt.h"
#include "core/pt_audit.h"

#define KERNEL	(PTE_P | PTE_RW)
#define VA	0xffff888000000000UL

static struct domain *d, *other;
static struct vcpu *v;
static mfn_t l4, l3, l2, l1, data[4];
static struct pt_request own;

static mfn_t new_frame(struct domain *o)
{
	mfn_t mfn;

	assert_int_equal(dom_alloc_pages(o, 0, 0, &mfn), 0);
	return mfn;
}

static maddr_t entry(mfn_t table, unsigned int i)
{
	return to_maddr((table.n << PAGE_SHIFT) + i * 8);
}

/* A tree of four tables; VA maps data[0] rw, then data[1] ro, then l1 ro. */
static int make(void **state)
{
	(void)state;
	fake_machine_make(4096, 1, 4000);
	fake_doms_make();
	fake.io_first = 4000;
	fake.io_end = 4096;
	d = &fake_doms.dom[0];
	other = &fake_doms.dom[1];
	v = d->vcpus[0];
	d->vm_assist = 1u << XY_VMASST_TYPE_writable_pagetables;
	own = (struct pt_request){ .pt_owner = d, .pg_owner = d, .by = v };
	l4 = new_frame(d);
	l3 = new_frame(d);
	l2 = new_frame(d);
	l1 = new_frame(d);
	for (unsigned int i = 0; i < ARRAY_SIZE(data); i++)
		data[i] = new_frame(d);
	fake_words(l4)[pte_index(4, VA)] = pte_make(l3, KERNEL);
	fake_words(l3)[pte_index(3, VA)] = pte_make(l2, KERNEL);
	fake_words(l2)[pte_index(2, VA)] = pte_make(l1, KERNEL);
	fake_words(l1)[0] = pte_make(data[0], KERNEL);
	fake_words(l1)[1] = pte_make(data[1], PTE_P);
	fake_words(l1)[2] = pte_make(l1, PTE_P);
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (unsigned int c = 0; c < FAKE_CPUS; c++)
		fake_run(c, NULL);
	arch_leave_root(~0UL);
	for (unsigned int i = 0; i < FAKE_DOMS; i++) {
		struct domain *dead = &fake_doms.dom[i];

		while (dom_mm_destroy_step(dead) != 0)
			;
		frame_reap();
		assert_int_equal(dead->tot_pages, 0);
		assert_int_equal(dead->refs, 1);
	}
	fake_doms_end();
	fake_machine_end();
	return 0;
}

static void run(void)
{
	assert_int_equal(pt_pin(d, 4, l4), 0);
	assert_int_equal(pt_set_kernel_root(v, l4), 0);
	fake_run(0, v);
}

/* Every count is what roots and tables say: nobody else holds anything. */
static void audit(void)
{
	struct audit a = { .frames = frame_max() };

	a.count = calloc(a.frames, sizeof(*a.count));
	audit_collect(&a);
	assert_int_equal(audit_compare(&a, NULL, true), 0);
	free(a.count);
}

static void pin_validates_the_tree(void **state)
{
	(void)state;
	assert_int_equal(pt_pin(d, 4, l4), 0);
	audit();
	assert_int_equal(frame_role(l1), ROLE_L1);
	assert_int_equal(frame_role(data[0]), ROLE_DATA);
	assert_int_equal(frame_role(data[1]), ROLE_NONE);
	assert_int_equal(frame_users(l1), 2);
	assert_int_equal(fake_words(l4)[L4_HV_FIRST] & PTE_P, PTE_P);
	assert_int_equal(pt_pin(d, 4, l4), -XY_EINVAL);
	assert_int_equal(pt_pin(d, 1, l1), 0);
	assert_int_equal(pt_unpin(d, l4), 0);
	assert_int_equal(pt_drain(d), 0);
	audit();
	assert_int_equal(frame_role(l4), ROLE_NONE);
	assert_int_equal(frame_role(l1), ROLE_L1);
	assert_int_equal(pt_unpin(d, l4), -XY_EINVAL);
	assert_int_equal(pt_unpin(d, l1), 0);
	assert_int_equal(pt_drain(d), 0);
	assert_int_equal(frame_users(l1), 0);
}

static void refused_pin_changes_nothing(void **state)
{
	const uint64_t bad[] = {
		pte_make(l1, KERNEL),		/* writable table */
		pte_make(l4, KERNEL),
		pte_make(data[0], PTE_P | PTE_PSE),
		pte_make(to_mfn(0), KERNEL),	/* device, no right */
		pte_make(to_mfn(1UL << 39), PTE_P),
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		d->rights.iomem = false;
		fake_words(l1)[511] = bad[i];
		assert_int_equal(pt_pin(d, 4, l4), -XY_EINVAL);
		assert_int_equal(pt_drain(d), 0);
		audit();
		assert_int_equal(frame_users(l4) + frame_users(l1) +
				 frame_users(data[0]), 0);
	}
	assert_true(fake.logs >= ARRAY_SIZE(bad));
	fake_words(l1)[511] = 0;
	fake_words(l2)[5] = pte_make(data[2], KERNEL | PTE_PSE);
	assert_int_equal(pt_pin(d, 4, l4), -XY_EINVAL);
	assert_int_equal(pt_drain(d), 0);
	fake_words(l2)[5] = pte_make(l2, KERNEL);	/* linear */
	assert_int_equal(pt_pin(d, 4, l4), -XY_EINVAL);
	assert_int_equal(pt_drain(d), 0);
	audit();
}

static void l1_updates(void **state)
{
	(void)state;
	run();
	assert_int_equal(pt_update(&own, entry(l1, 0), pte_make(data[2],
								KERNEL)), 0);
	audit();
	assert_int_equal(frame_users(data[0]), 0);
	assert_int_equal(frame_role(data[2]), ROLE_DATA);
	/* A writable mapping of a table is refused, and nothing changes. */
	assert_int_equal(pt_update(&own, entry(l1, 0), pte_make(l2, KERNEL)),
			 -XY_EINVAL);
	assert_int_equal(pt_update(&own, entry(l1, 2), pte_make(l1, KERNEL)),
			 -XY_EINVAL);
	assert_int_equal(pte_mfn(fake_words(l1)[0]).n, data[2].n);
	/* Taking RW away and giving it back counts. */
	assert_int_equal(pt_update(&own, entry(l1, 0), pte_make(data[2],
								PTE_P)), 0);
	assert_int_equal(frame_role(data[2]), ROLE_NONE);
	audit();
	assert_int_equal(pt_update_va(&own, VA, pte_make(data[3], KERNEL)), 0);
	assert_int_equal(pte_mfn(fake_words(l1)[0]).n, data[3].n);
	assert_int_equal(pt_update_va(&own, VA + (1UL << 21), 0), -XY_EINVAL);
	assert_int_equal(pt_update_va(&own, HV_VA_START, 0), -XY_EINVAL);
	audit();
}

static void accessed_and_dirty_survive(void **state)
{
	(void)state;
	run();
	fake_walk(0, VA, true);
	assert_int_equal(fake_words(l1)[0] & (PTE_A | PTE_D), PTE_A | PTE_D);
	own.keep_ad = true;
	assert_int_equal(pt_update(&own, entry(l1, 0), pte_make(data[0],
								PTE_P)), 0);
	assert_int_equal(fake_words(l1)[0] & (PTE_A | PTE_D), PTE_A | PTE_D);
	own.keep_ad = false;
	assert_int_equal(pt_update(&own, entry(l1, 0), pte_make(data[0],
								PTE_P)), 0);
	assert_int_equal(fake_words(l1)[0] & (PTE_A | PTE_D), 0);
	audit();
}

static void upper_updates_flush(void **state)
{
	unsigned int flushes;

	(void)state;
	run();
	fake_walk(0, VA, true);
	flushes = fake.cpu[0].flushes;
	assert_int_equal(pt_update(&own, entry(l2, 7), pte_make(l1, KERNEL)),
			 0);
	assert_int_equal(fake.cpu[0].flushes, flushes);
	assert_int_equal(pt_update(&own, entry(l2, pte_index(2, VA)), 0), 0);
	assert_int_equal(fake.cpu[0].flushes, flushes + 1);
	assert_int_equal(pt_update(&own, entry(l2, 7), 0), 0);
	assert_int_equal(pt_drain(d), 0);
	audit();
	assert_int_equal(frame_role(l1), ROLE_NONE);
	assert_int_equal(pt_update(&own, entry(l4, L4_HV_FIRST), 0),
			 -XY_EINVAL);
	/* What is no table is a plain word; a table's frame is none. */
	assert_int_equal(pt_update(&own, entry(l1, 9), 0x1234), 0);
	assert_int_equal(fake_words(l1)[9], 0x1234);
	assert_int_equal(frame_users(l1), 0);
	audit();
}

static void roots_are_held(void **state)
{
	mfn_t second = new_frame(d);

	(void)state;
	run();
	assert_int_equal(pt_unpin(d, l4), 0);
	assert_int_equal(pt_drain(d), 0);
	assert_int_equal(frame_role(l4), ROLE_L4);
	memcpy(fake_words(second), fake_words(l4), PAGE_SIZE);
	assert_int_equal(pt_set_user_root(v, second), 0);
	assert_int_equal(pt_set_user_root(v, second), 0);
	audit();
	assert_int_equal(pt_set_kernel_root(v, to_mfn(NO_FRAME)), -XY_EINVAL);
	assert_int_equal(pt_set_kernel_root(v, l1), -XY_EINVAL);
	assert_int_equal(fake.cpu[0].root.n, l4.n);
	assert_int_equal(pt_set_kernel_root(v, second), 0);
	assert_int_equal(fake.cpu[0].root.n, second.n);
	/* Joint tables hear of its end before it is taken apart. */
	assert_int_equal(fake.changed_root.n, l4.n);
	assert_int_equal(pt_drain(d), 0);
	assert_int_equal(frame_role(l4), ROLE_NONE);
	audit();
	/* An idle CPU still has the root when the vCPU lets go of it. */
	fake_run(0, NULL);
	assert_int_equal(pt_set_user_root(v, to_mfn(NO_FRAME)), 0);
	assert_int_equal(fake.cpu[0].root.n, second.n);
	pt_release_vcpu(v);
	assert_int_equal(fake.cpu[0].root.n, NO_FRAME);
	assert_int_equal(pt_drain(d), 0);
	audit();
}

/* Every change of a root's entry is told, and of nothing else. */
static void changes_of_roots_are_told(void **state)
{
	(void)state;
	run();
	fake.changed_root = to_mfn(NO_FRAME);
	assert_int_equal(pt_update(&own, entry(l3, 7), 0), 0);
	assert_int_equal(pt_update(&own, entry(l1, 7), 0), 0);
	assert_true(mfn_none(fake.changed_root));
	assert_int_equal(pt_update(&own, entry(l4, 7),
				   pte_make(l3, KERNEL)), 0);
	assert_int_equal(fake.changed_root.n, l4.n);
	fake.changed_root = to_mfn(NO_FRAME);
	assert_int_equal(pt_update(&own, entry(l4, 7), 0), 0);
	assert_int_equal(fake.changed_root.n, l4.n);
}

/* One root, the vCPU's own, pinned; no longer than it is. */
static void direct_calls_end_with_the_pin(void **state)
{
	mfn_t second = new_frame(d);

	(void)state;
	run();
	memcpy(fake_words(second), fake_words(l4), PAGE_SIZE);
	assert_int_equal(pt_set_direct_root(v, false), -XY_EINVAL);
	assert_int_equal(pt_set_user_root(v, second), 0);
	assert_int_equal(pt_set_direct_root(v, false), -XY_EINVAL);
	assert_true(mfn_none(d->direct_root));
	assert_int_equal(pt_pin(d, 4, second), 0);
	assert_int_equal(pt_set_direct_root(v, false), 0);
	assert_int_equal(d->direct_root.n, second.n);
	assert_int_equal(pt_unpin(d, l4), 0);
	assert_int_equal(d->direct_root.n, second.n);
	assert_int_equal(pt_unpin(d, second), 0);
	assert_true(mfn_none(d->direct_root));
	assert_true(mfn_none(other->direct_root));
}

/* The kernel stays open to its program while both roots are pinned. */
static void open_until_either_pin_goes(void **state)
{
	mfn_t second = new_frame(d);

	(void)state;
	run();
	memcpy(fake_words(second), fake_words(l4), PAGE_SIZE);
	assert_int_equal(pt_set_user_root(v, second), 0);
	assert_int_equal(pt_pin(d, 4, second), 0);
	assert_int_equal(pt_set_direct_root(v, false), 0);
	assert_true(mfn_none(d->open_kernel));
	assert_int_equal(pt_set_direct_root(v, true), 0);
	assert_int_equal(d->open_kernel.n, l4.n);
	assert_int_equal(pt_unpin(d, second), 0);
	assert_true(mfn_none(d->open_kernel));
	assert_int_equal(pt_pin(d, 4, second), 0);
	assert_int_equal(pt_set_direct_root(v, true), 0);
	assert_int_equal(pt_unpin(d, l4), 0);
	assert_true(mfn_none(d->open_kernel));
	assert_true(mfn_none(d->direct_root));
	assert_int_equal(pt_set_direct_root(v, true), -XY_EINVAL);
	assert_true(mfn_none(d->direct_root));
	assert_int_equal(pt_set_direct_root(v, false), 0);
	assert_true(mfn_none(d->open_kernel));
}

static void writes_are_emulated(void **state)
{
	struct pt_write w = { .va = VA + 0x2000, .bytes = 8 };
	uint64_t word;

	(void)state;
	run();
	assert_true(pt_emulation_ok(v, VA + 0x2000));
	assert_false(pt_emulation_ok(v, VA));		/* it is writable */
	assert_false(pt_emulation_ok(v, VA + 0x1000));	/* it is no table */
	assert_true(pt_emulated_read(v, w.va, &word));
	assert_int_equal(word, fake_words(l1)[0]);
	/* Clear it by exchange; then one byte: write protection. */
	w.old = word;
	w.locked = true;
	assert_int_equal(pt_emulated_write(v, &w), 0);
	assert_int_equal(frame_users(data[0]), 0);
	audit();
	assert_int_equal(pt_emulated_write(v, &w), -XY_EAGAIN);
	w.locked = false;
	w.new = word;
	assert_int_equal(pt_emulated_write(v, &w), 0);
	w = (struct pt_write){ .va = VA + 0x2000, .bytes = 1, .locked = true,
			       .old = word & 0xff, .new = word & 0xfd };
	assert_int_equal(pt_emulated_write(v, &w), 0);
	assert_int_equal(fake_words(l1)[0], (word & ~PTE_RW) | PTE_U);
	audit();
	w = (struct pt_write){ .va = VA + 0x2010, .bytes = 8,
			       .new = pte_make(l1, KERNEL) };
	assert_int_equal(pt_emulated_write(v, &w), -XY_EINVAL);
	w.bytes = 3;
	assert_int_equal(pt_emulated_write(v, &w), -XY_EINVAL);
	w.bytes = 8;
	w.va++;
	assert_int_equal(pt_emulated_write(v, &w), -XY_EINVAL);
	audit();
}

static void foreign_frames(void **state)
{
	mfn_t f = new_frame(other);
	struct pt_request r = { .pt_owner = d, .pg_owner = other, .by = v };
	unsigned int flushes;

	(void)state;
	run();
	assert_int_equal(pt_update(&own, entry(l1, 5), pte_make(f, PTE_P)),
			 -XY_EINVAL);
	assert_int_equal(pt_update(&r, entry(l1, 5), pte_make(data[1], PTE_P)),
			 -XY_EINVAL);
	assert_int_equal(pt_update(&r, entry(l1, 5), pte_make(f, KERNEL)), 0);
	assert_int_equal(pt_pin(other, 1, f), -XY_EINVAL);
	assert_int_equal(pt_update(&r, entry(l2, 6), pte_make(f, KERNEL)),
			 -XY_EINVAL);
	audit();
	assert_int_equal(frame_put_back(other, f), 0);
	assert_int_equal(other->tot_pages, 1);
	flushes = fake.cpu[0].flushes;
	assert_int_equal(pt_update(&own, entry(l1, 5), 0), 0);
	assert_int_equal(fake.cpu[0].flushes, flushes + 1);
	assert_int_equal(other->tot_pages, 0);
	audit();
}

static void device_frames(void **state)
{
	mfn_t dev = to_mfn(4001);

	(void)state;
	run();
	fake.io_read_only = to_mfn(4002);
	assert_int_equal(pt_update(&own, entry(l1, 5), pte_make(dev, KERNEL)),
			 0);
	assert_int_equal(fake_words(l1)[5], pte_make(dev, KERNEL | PTE_U |
						     PTE_PCD | PTE_PWT));
	assert_int_equal(pt_update(&own, entry(l1, 6),
				   pte_make(to_mfn(4002), KERNEL)), 0);
	assert_false(pte_writable(fake_words(l1)[6]));
	/* The same again, and by flags only, must not let RW or cache in. */
	assert_int_equal(pt_update(&own, entry(l1, 6),
				   pte_make(to_mfn(4002), KERNEL)), 0);
	assert_false(pte_writable(fake_words(l1)[6]));
	assert_int_equal(pt_update(&own, entry(l1, 5),
				   pte_make(dev, KERNEL | PTE_A)), 0);
	assert_true(fake_words(l1)[5] & PTE_PCD);
	assert_int_equal(pt_pin(d, 1, dev), -XY_EINVAL);
	audit();
}

static void grants(void **state)
{
	mfn_t f = new_frame(other);
	uint64_t e = pte_make(f, KERNEL);

	(void)state;
	run();
	assert_int_equal(pt_grant_map(v, other, VA + 0x7000, false, e), 0);
	assert_int_equal(pt_grant_map(v, other, entry(l1, 8).a, true, e), 0);
	assert_int_equal(pt_grant_map(v, other, entry(l1, 8).a + 4, true, e),
			 -XY_EINVAL);
	assert_int_equal(pt_grant_map(v, other, entry(l2, 8).a, true, e),
			 -XY_EINVAL);
	assert_int_equal(pt_grant_map(v, other, VA + (1UL << 21), false, e),
			 -XY_EINVAL);
	assert_int_equal(frame_users(f), 2);
	audit();
	assert_int_equal(pt_grant_unmap(v, VA + 0x7000, false, f, false),
			 -XY_EINVAL);
	assert_int_equal(pt_grant_unmap(v, VA + 0x7000, false, data[0], true),
			 -XY_EINVAL);
	assert_int_equal(pt_grant_unmap(v, VA + 0x7000, false, f, true), 0);
	arch_tlb_flush(d->dirty_cpus);
	pt_grant_put(f, true);
	assert_int_equal(pt_grant_unmap(v, entry(l1, 8).a, true, f, true), 0);
	arch_tlb_flush(d->dirty_cpus);
	pt_grant_put(f, true);
	assert_int_equal(frame_users(f), 0);
	audit();
}

static void descriptors(void **state)
{
	(void)state;
	run();
	assert_int_equal(pt_take_desc(d, data[0]), -XY_EINVAL);
	assert_int_equal(pt_take_desc(d, l1), -XY_EINVAL);
	assert_int_equal(pt_take_desc(d, data[2]), 0);
	assert_int_equal(pt_update(&own, entry(l1, 5),
				   pte_make(data[2], KERNEL)), -XY_EINVAL);
	assert_int_equal(pt_write_desc(d, entry(data[2], 1), 0), 0);
	assert_int_equal(pt_write_desc(d, entry(l1, 1), 0), -XY_EINVAL);
	assert_int_equal(pt_write_desc(other, entry(data[2], 1), 0),
			 -XY_EINVAL);
	pt_drop_desc(data[2]);
	audit();
}

static void the_dying_get_no_frames(void **state)
{
	mfn_t mfn;
	uint64_t before = heap_free_frames();

	(void)state;
	other->dying = true;
	assert_int_equal(dom_alloc_pages(other, 3, 0, &mfn), -XY_EINVAL);
	assert_int_equal(other->tot_pages, 0);
	assert_int_equal(heap_free_frames(), before);
	other->dying = false;
	other->max_pages = 7;
	assert_int_equal(dom_alloc_pages(other, 3, 0, &mfn), -XY_EPERM);
	assert_int_equal(dom_alloc_pages(other, 2, 0, &mfn), 0);
	assert_int_equal(dom_alloc_pages(other, 2, 0, &mfn), -XY_EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f)	cmocka_unit_test_setup_teardown(f, make, end)
		T(pin_validates_the_tree), T(refused_pin_changes_nothing),
		T(l1_updates), T(accessed_and_dirty_survive),
		T(upper_updates_flush), T(roots_are_held),
		T(changes_of_roots_are_told),
		T(direct_calls_end_with_the_pin),
		T(open_until_either_pin_goes),
		T(writes_are_emulated), T(foreign_frames), T(device_frames),
		T(grants), T(descriptors), T(the_dying_get_no_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
