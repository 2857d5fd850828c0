// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page-table calls as a guest makes them: lists, progress, rights, and
 * the bound on the work of one step.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/arch.h"
#include "fakes/dom.h"
#include "fakes/guest.h"
#include "abi/mmu.h"
#include "call/call.h"
#include "core/ldt.h"
#include "core/m2p.h"
#include "core/pt.h"
#include "core/sched.h"

#define DONE	0x8000UL		/* where the number done is written */
#define VA	0xffff888000000000UL
#define KERNEL	(PTE_P | PTE_RW)

static struct domain *d0, *d1;
static struct vcpu *v;
static mfn_t l4, l3, l2, l1, data;
static uint64_t ldt_base, ldt_entries;
static unsigned int other_works;

void sched_other_work(void)
{
	other_works++;
}

int ldt_set(struct vcpu *w, uint64_t base, uint64_t entries)
{
	assert_ptr_equal(w, v);
	ldt_base = base;
	ldt_entries = entries;
	return 0;
}

static mfn_t new_frame(struct domain *d)
{
	mfn_t mfn;

	assert_int_equal(dom_alloc_pages(d, 0, 0, &mfn), 0);
	return mfn;
}

/* A tree for `d`: VA maps data. */
static void make_tree(struct domain *d)
{
	l4 = new_frame(d);
	l3 = new_frame(d);
	l2 = new_frame(d);
	l1 = new_frame(d);
	data = new_frame(d);
	fake_words(l4)[pte_index(4, VA)] = pte_make(l3, KERNEL);
	fake_words(l3)[0] = pte_make(l2, KERNEL);
	fake_words(l2)[0] = pte_make(l1, KERNEL);
	fake_words(l1)[0] = pte_make(data, KERNEL);
}

static int make(void **state)
{
	(void)state;
	fake_machine_make(16384, 1, 16384);
	fake_doms_make();
	memset(fake_arena, 0, sizeof(fake_arena));
	d0 = &fake_doms.dom[0];
	d1 = &fake_doms.dom[1];
	v = d1->vcpus[0];
	make_tree(d1);
	assert_int_equal(pt_pin(d1, 4, l4), 0);
	assert_int_equal(pt_set_kernel_root(v, l4), 0);
	fake_run(0, v);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fake_run(0, NULL);
	arch_leave_root(1);
	for (unsigned int i = 0; i < FAKE_DOMS; i++)
		while (dom_mm_destroy_step(&fake_doms.dom[i]) != 0)
			;
	frame_reap();
	assert_int_equal(d0->tot_pages + d1->tot_pages, 0);
	assert_int_equal(d0->refs + d1->refs, 2);
	fake_doms_end();
	fake_machine_end();
	return 0;
}

static uint32_t done(void)
{
	uint32_t n;

	memcpy(&n, fake_arena + DONE, sizeof(n));
	return n;
}

static uint64_t at(mfn_t table, unsigned int i)
{
	return (table.n << PAGE_SHIFT) + i * 8;
}

static unsigned int restarts;
static uint32_t most_work;

/* Runs a call to its end, and notes the most work any step did. */
static int64_t to_end(call_fn *fn, struct vcpu *by, struct call *c)
{
	int64_t rc;

	restarts = 0;
	most_work = 0;
	for (;;) {
		uint32_t before = pt_work_done();

		rc = fn(by, c);
		if (pt_work_done() - before > most_work)
			most_work = pt_work_done() - before;
		if (rc != -XY_ERESTART)
			return rc;
		restarts++;
	}
}

static int64_t update(struct vcpu *by, const struct xy_mmu_update *u,
		      uint64_t n, uint32_t who)
{
	struct call c = { .arg = { fake_at(0).a, n, fake_at(DONE).a, who } };

	memcpy(fake_arena, u, n * sizeof(*u));
	memset(fake_arena + DONE, 0xff, 4);
	return to_end(hc_mmu_update, by, &c);
}

static int64_t ext(struct vcpu *by, const struct xy_mmuext_op *op, uint64_t n,
		   uint16_t who)
{
	struct call c = { .arg = { fake_at(0).a, n, fake_at(DONE).a, who } };

	memcpy(fake_arena, op, n * sizeof(*op));
	memset(fake_arena + DONE, 0xff, 4);
	return to_end(hc_mmuext_op, by, &c);
}

static void updates_in_a_list(void **state)
{
	struct xy_mmu_update u[4] = {
		{ at(l1, 1), pte_make(data, PTE_P) },
		{ at(l1, 0) | XY_MMU_PT_UPDATE_PRESERVE_AD,
		  pte_make(data, PTE_P) },
		{ (data.n << PAGE_SHIFT) | XY_MMU_MACHPHYS_UPDATE, 0x77 },
		{ at(l1, 2) | XY_MMU_PT_UPDATE_NO_TRANSLATE,
		  pte_make(data, KERNEL) },
	};

	(void)state;
	fake_walk(0, VA, true);
	assert_int_equal(update(v, u, 4, XY_DOMID_SELF), 0);
	assert_int_equal(done(), 4);
	assert_int_equal(m2p_get(data).n, 0x77);
	assert_int_equal(fake_words(l1)[0] & (PTE_D | PTE_RW), PTE_D);
	assert_int_equal(frame_users(data), 3);
	/* The first failure is told by its index; the rest is not done. */
	u[1].val = pte_make(l2, KERNEL);
	u[2].val = 0x99;
	assert_int_equal(update(v, u, 4, XY_DOMID_SELF), -XY_EINVAL);
	assert_int_equal(done(), 1);
	assert_int_equal(m2p_get(data).n, 0x77);
	/* An M2P entry is its owner's. */
	u[0] = (struct xy_mmu_update){
		(new_frame(d0).n << PAGE_SHIFT) | XY_MMU_MACHPHYS_UPDATE, 1 };
	assert_int_equal(update(v, u, 1, XY_DOMID_SELF), -XY_EINVAL);
	assert_int_equal(update(v, u, 0, XY_DOMID_SELF), 0);
	assert_int_equal(done(), 0);
}

static void rights_over_others(void **state)
{
	mfn_t foreign = new_frame(&fake_doms.dom[2]);
	struct xy_mmu_update u = { at(l1, 1), pte_make(foreign, KERNEL) };
	struct vcpu *w = d0->vcpus[0];

	(void)state;
	assert_int_equal(update(v, &u, 1, 2), -XY_EPERM);
	assert_int_equal(update(v, &u, 1, XY_DOMID_XEN), -XY_EPERM);
	assert_int_equal(update(v, &u, 1, XY_DOMID_SELF), -XY_EINVAL);
	assert_int_equal(update(w, &u, 1, 9), -XY_ESRCH);
	/* dom0 on d1's table: the table's owner stands in the high half. */
	assert_int_equal(update(w, &u, 1, 2), -XY_EINVAL);
	assert_int_equal(update(w, &u, 1, 2 | 2u << 16), 0);
	assert_int_equal(frame_users(foreign), 1);
	assert_int_equal(update(v, &u, 1, 2u << 16 | 2), -XY_EPERM);
	u.val = 0;
	assert_int_equal(update(v, &u, 1, XY_DOMID_SELF), 0);
	assert_int_equal(frame_users(foreign), 0);
}

static void long_lists_are_preempted(void **state)
{
	static struct xy_mmu_update u[2000];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(u); i++)
		u[i] = (struct xy_mmu_update){ at(l1, i % 512),
					       pte_make(data, PTE_P) };
	u[1999].val = pte_make(l1, KERNEL);
	memset(fake_arena, 0, sizeof(fake_arena));
	assert_int_equal(update(v, u, 2000, XY_DOMID_SELF), -XY_EINVAL);
	assert_true(restarts >= 3);
	assert_int_equal(done(), 1999);
}

static void pins_and_roots(void **state)
{
	mfn_t second = new_frame(d1);
	struct xy_mmuext_op op[3] = {
		{ .cmd = XY_MMUEXT_PIN_L4_TABLE, .arg1.mfn = second.n },
		{ .cmd = XY_MMUEXT_NEW_BASEPTR, .arg1.mfn = second.n },
		{ .cmd = XY_MMUEXT_UNPIN_TABLE, .arg1.mfn = l4.n },
	};

	(void)state;
	memcpy(fake_words(second), fake_words(l4), PAGE_SIZE);
	assert_int_equal(ext(v, op, 3, XY_DOMID_SELF), 0);
	assert_int_equal(done(), 3);
	assert_int_equal(v->root_kernel.n, second.n);
	assert_int_equal(fake.cpu[0].root.n, second.n);
	assert_int_equal(other_works, 0);	/* dom0's are counted */
	assert_int_equal(frame_role(l4), ROLE_NONE);
	op[0] = (struct xy_mmuext_op){ .cmd = XY_MMUEXT_NEW_USER_BASEPTR,
				       .arg1.mfn = second.n };
	assert_int_equal(ext(v, op, 1, XY_DOMID_SELF), 0);
	assert_int_equal(v->root_user.n, second.n);
	op[0].arg1.mfn = 0;
	assert_int_equal(ext(v, op, 1, XY_DOMID_SELF), 0);
	assert_true(mfn_none(v->root_user));
	op[0] = (struct xy_mmuext_op){ .cmd = XY_MMUEXT_NEW_BASEPTR,
				       .arg1.mfn = NO_FRAME };
	assert_int_equal(ext(v, op, 1, XY_DOMID_SELF), -XY_EINVAL);
	assert_int_equal(done(), 0);
	assert_int_equal(v->root_kernel.n, second.n);
	op[0].arg1.mfn = data.n;
	assert_int_equal(ext(v, op, 1, XY_DOMID_SELF), -XY_EINVAL);
}

static void pins_for_another(void **state)
{
	struct xy_mmuext_op op = { .cmd = XY_MMUEXT_PIN_L4_TABLE };

	(void)state;
	make_tree(&fake_doms.dom[2]);
	op.arg1.mfn = l4.n;
	assert_int_equal(ext(v, &op, 1, 2), -XY_EPERM);
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), -XY_EINVAL);
	assert_int_equal(ext(d0->vcpus[0], &op, 1, 2), 0);
	assert_true(frame_pinned(l4));
	op.cmd = XY_MMUEXT_NEW_BASEPTR;
	assert_int_equal(ext(d0->vcpus[0], &op, 1, 2), -XY_EPERM);
	assert_int_equal(other_works, 0);
	ext(d0->vcpus[0], &op, 1, XY_DOMID_SELF);
	assert_int_equal(other_works, 1);
}

static void small_operations(void **state)
{
	mfn_t other = new_frame(d1);
	struct xy_mmuext_op op = { .cmd = XY_MMUEXT_COPY_PAGE,
				   .arg1.mfn = other.n,
				   .arg2.src_mfn = l1.n };
	unsigned int flushes = fake.cpu[0].flushes;

	(void)state;
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), 0);
	assert_memory_equal(fake_words(other), fake_words(l1), PAGE_SIZE);
	op.arg1.mfn = l1.n;
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), -XY_EINVAL);
	op = (struct xy_mmuext_op){ .cmd = XY_MMUEXT_CLEAR_PAGE,
				    .arg1.mfn = other.n };
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), 0);
	assert_int_equal(fake_words(other)[0], 0);
	op.cmd = XY_MMUEXT_MARK_SUPER;
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), -XY_EOPNOTSUPP);
	op.cmd = 14;
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), -XY_ENOSYS);
	op.cmd = ~0u;
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), -XY_ENOSYS);
	op = (struct xy_mmuext_op){ .cmd = XY_MMUEXT_SET_LDT,
				    .arg1.linear_addr = VA, .arg2.nr_ents = 5 };
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), 0);
	assert_int_equal(ldt_base, VA);
	assert_int_equal(ldt_entries, 5);
	op.cmd = XY_MMUEXT_TLB_FLUSH_LOCAL;
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), 0);
	assert_int_equal(fake.cpu[0].flushes, flushes + 1);
	op.cmd = XY_MMUEXT_TLB_FLUSH_MULTI;
	op.arg2.vcpumask = fake_at(0x9000).a;
	fake_arena[0x9000] = 2;			/* vCPU 1 has run nowhere */
	d1->vcpus[1]->cpu = 1;
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), 0);
	assert_int_equal(fake.cpu[0].flushes, flushes + 1);
	fake_arena[0x9000] = 3;
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), 0);
	assert_int_equal(fake.cpu[0].flushes, flushes + 2);
	op.arg2.vcpumask = 0;
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), -XY_EFAULT);
}

static int64_t update_va(uint64_t va, uint64_t e, uint64_t flags)
{
	struct call c = { .arg = { va, e, flags } };

	return hc_update_va_mapping(v, &c);
}

static void updates_by_address(void **state)
{
	unsigned int flushes = fake.cpu[0].flushes;
	struct call c = { .arg = { VA, pte_make(data, PTE_P), 0, 2 } };

	(void)state;
	assert_int_equal(update_va(VA, pte_make(data, PTE_P), 0), 0);
	assert_false(pte_writable(fake_words(l1)[0]));
	assert_int_equal(fake.cpu[0].flushes, flushes);
	fake_walk(0, VA, false);
	assert_int_equal(update_va(VA, 0, XY_UVMF_INVLPG), 0);
	for (unsigned int i = 0; i < FAKE_CACHED; i++)
		assert_false(fake.cpu[0].cached[i].valid &&
			     fake.cpu[0].cached[i].level == 1);
	assert_int_equal(update_va(VA, 0, XY_UVMF_TLB_FLUSH | XY_UVMF_ALL), 0);
	assert_int_equal(fake.cpu[0].flushes, flushes + 1);
	fake_arena[0x9000] = 1;
	assert_int_equal(update_va(VA, 0, XY_UVMF_TLB_FLUSH |
				   fake_at(0x9000).a), 0);
	assert_int_equal(fake.cpu[0].flushes, flushes + 2);
	assert_int_equal(update_va(VA, 0, XY_UVMF_TLB_FLUSH | 0x88),
			 -XY_EFAULT);
	assert_int_equal(update_va(VA + (1UL << 30), 0, 0), -XY_EINVAL);
	assert_int_equal(update_va(VA ^ 1UL << 62, 0, 0), -XY_EINVAL);
	assert_int_equal(hc_update_va_mapping_otherdomain(v, &c), -XY_EPERM);
}

static void assists(void **state)
{
	struct call c = { .arg = { XY_VMASST_CMD_enable,
				   XY_VMASST_TYPE_writable_pagetables } };

	(void)state;
	assert_int_equal(hc_vm_assist(v, &c), 0);
	assert_int_equal(d1->vm_assist, 4);
	c.arg[0] = XY_VMASST_CMD_disable;
	assert_int_equal(hc_vm_assist(v, &c), 0);
	assert_int_equal(d1->vm_assist, 0);
	c.arg[0] = 2;
	assert_int_equal(hc_vm_assist(v, &c), -XY_EINVAL);
	c.arg[0] = 0;
	for (uint64_t t = 6; t < 70; t++) {
		c.arg[1] = t;
		assert_int_equal(hc_vm_assist(v, &c), -XY_EINVAL);
	}
}

/*
 * A full tree of many L1 tables: every step does little, progress is kept,
 * and the end is the same as without steps.
 */
#define MANY	1200u

static void big_trees_go_in_steps(void **state)
{
	struct xy_mmuext_op op = { .cmd = XY_MMUEXT_PIN_L4_TABLE };
	mfn_t big4 = new_frame(d1), big3 = new_frame(d1), big2, t;
	static mfn_t tables[MANY];

	(void)state;
	fake_words(big4)[0] = pte_make(big3, KERNEL);
	big2 = big3;
	for (unsigned int i = 0; i < MANY; i++) {
		if (i % 512 == 0) {
			big2 = new_frame(d1);
			fake_words(big3)[i / 512] = pte_make(big2, KERNEL);
		}
		t = tables[i] = new_frame(d1);
		for (unsigned int n = 0; n < 512; n++)
			fake_words(t)[n] = pte_make(data, KERNEL);
		fake_words(big2)[i % 512] = pte_make(t, KERNEL);
	}
	op.arg1.mfn = big4.n;
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), 0);
	assert_true(restarts > MANY * 512 / 6000);
	assert_true(restarts < MANY * 512 / 2000);
	assert_in_range(most_work, 1000, 6000);
	assert_int_equal(frame_role_users(data), MANY * 512 + 1);
	for (unsigned int i = 0; i < MANY; i++)
		assert_int_equal(frame_role_users(tables[i]), 1);
	op.cmd = XY_MMUEXT_UNPIN_TABLE;
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), 0);
	assert_true(restarts > MANY * 512 / 6000);
	assert_in_range(most_work, 1000, 6000);
	assert_int_equal(frame_role_users(data), 1);
	/* A tree whose very last entry is wrong: refused, nothing left. */
	fake_words(tables[MANY - 1])[511] = pte_make(big4, KERNEL);
	op.cmd = XY_MMUEXT_PIN_L4_TABLE;
	assert_int_equal(ext(v, &op, 1, XY_DOMID_SELF), -XY_EINVAL);
	while (pt_drain(d1) != 0)
		;
	assert_int_equal(frame_users(big4), 0);
	assert_int_equal(frame_role_users(data), 1);
	for (unsigned int i = 0; i < MANY; i++)
		assert_int_equal(frame_users(tables[i]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f)	cmocka_unit_test_setup_teardown(f, make, end)
		T(updates_in_a_list), T(rights_over_others),
		T(long_lists_are_preempted), T(pins_and_roots),
		T(pins_for_another), T(small_operations),
		T(updates_by_address), T(assists), T(big_trees_go_in_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
