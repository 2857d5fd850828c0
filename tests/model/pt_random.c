// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page-type law at random: several domains, CPUs and every way in.
 *
 * Steps are so short that pins and drops are preempted all the time. CPUs walk
 * the tables between operations and remember what they saw. After every step:
 *   1. all counts are what roots, tables, lists and this test hold, exactly;
 *   2. no CPU remembers a frame as writable that is a table or descriptors,
 *      a table that is none any more, or a frame that has left its owner;
 *   3. what a CPU has loaded is a validated L4;
 *   4. a refused operation has changed nothing;
 *   5. a joint table that is not void is of two validated L4s, as they are now.
 * MODEL_SEED and MODEL_STEPS change the run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "model/pt_world.h"
#include "abi/errno.h"
#include "abi/mmu.h"
#include "core/dom_mm.h"
#include "core/frame_record.h"
#include "core/joint.h"
#include "core/pt.h"
#include "core/pt_audit.h"
#include "core/pt_int.h"

static uint64_t step;
static unsigned long counts[32][3];	/* [op][done, refused, preempted] */

/* ---- what must hold ---- */

static void check_counts(void)
{
	static struct audit_count count[MACHINE];
	struct audit a = { .frames = MACHINE, .count = count };

	memset(count, 0, sizeof(count));
	audit_collect(&a);
	for (unsigned int i = 0; i < EXTERNALS; i++)
		if (world_ext[i].kind != EXT_NONE)
			audit_use(&a, world_ext[i].mfn, world_ext[i].role);
	if (audit_compare(&a, NULL, true) != 0)
		fail_msg("step %lu: counts differ: %s", step, fake.last_log);
}

static void check_cached(unsigned int cpu, const struct cached *c)
{
	enum role role;

	if (!c->valid || !frame_is_ram(c->mfn))
		return;
	role = frame_role(c->mfn);
	if (frame_owner(c->mfn) == NULL || fake.life[c->mfn.n] != c->life)
		fail_msg("step %lu: CPU %u still knows frame %lx, which has "
			 "left its owner", step, cpu, c->mfn.n);
	if (c->level > 1 && (role != ROLE_L1 + c->level - 2 ||
			     frame_busy(c->mfn)))
		fail_msg("step %lu: CPU %u walks frame %lx as L%u; its role is "
			 "%d", step, cpu, c->mfn.n, c->level - 1, role);
	if (c->level == 1 && c->writable && role > ROLE_DATA)
		fail_msg("step %lu: CPU %u can write frame %lx, whose role is "
			 "%d", step, cpu, c->mfn.n, role);
}

static void check_cpus(void)
{
	for (unsigned int c = 0; c < CPUS; c++) {
		mfn_t root = fake.cpu[c].root;
		const struct vcpu *v = fake.cpu[c].current;

		if (v != NULL && !mfn_same(root, v->kernel_mode ?
					   v->root_kernel : v->root_user))
			fail_msg("step %lu: CPU %u runs on frame %lx, not on "
				 "its vCPU's root", step, c, root.n);
		if (!mfn_none(root) && (frame_role(root) != ROLE_L4 ||
					frame_busy(root)))
			fail_msg("step %lu: CPU %u has loaded frame %lx, no L4",
				 step, c, root.n);
		for (unsigned int i = 0; i < FAKE_CACHED; i++)
			check_cached(c, &fake.cpu[c].cached[i]);
	}
}

/* Tables hold own frames, and those named with their owner. */
static void check_owners(void)
{
	static const unsigned int at[] = { 0, 1, 2, 300, 511 };

	for (unsigned int n = 1; n < RAM_END; n++) {
		struct domain *d = frame_owner(to_mfn(n));
		enum role role = frame_role(to_mfn(n));

		if (d == NULL || role < ROLE_L1 || role > ROLE_L4)
			continue;
		for (unsigned int i = 0; i < ARRAY_SIZE(at); i++) {
			uint64_t e = fake_words(to_mfn(n))[at[i]];

			if (!pte_present(e) || !frame_is_ram(pte_mfn(e)) ||
			    frame_owned_by(pte_mfn(e), d))
				continue;
			if (role > ROLE_L1 ||
			    !world_foreign[d->id][pte_mfn(e).n])
				fail_msg("step %lu: frame %x of d%u maps %lx, "
					 "which is another's", step, n, d->id,
					 pte_mfn(e).n);
		}
	}
}

static struct joint_known known;
static const struct joint *joints[64];
static unsigned int joints_seen, joints_checked, joints_void;

static bool is_root(mfn_t mfn)
{
	return frame_role(mfn) == ROLE_L4 && !frame_busy(mfn);
}

/* Two roots like a vCPU's, whether it has them or not. */
static void join_something(void)
{
	mfn_t user = to_mfn(1 + world_pick(RAM_END - 1));
	mfn_t kernel = to_mfn(1 + world_pick(RAM_END - 1));
	unsigned int i;
	struct joint *j;

	if (!is_root(user) || !is_root(kernel) ||
	    frame_owner(user) != frame_owner(kernel))
		return;
	j = joint_find(user, kernel, &known);
	if (j == NULL)
		return;
	joint_open(j);
	joint_use(j, world_pick(2) ? 300 : 511, &known);
	if (world_pick(2))
		joint_close(j);
	for (i = 0; i < joints_seen && joints[i] != j; i++)
		;
	if (i == joints_seen)
		joints[joints_seen++] = j;
}

static void check_joint(const struct joint *j)
{
	const uint64_t *user = fake_words(j->user);
	const uint64_t *kernel = fake_words(j->kernel);
	const uint64_t harmless = PTE_A | PTE_AVL | PTE_AVL_HIGH;

	if (!is_root(j->user) || !is_root(j->kernel))
		fail_msg("step %lu: joined frames %lx and %lx are no roots",
			 step, j->user.n, j->kernel.n);
	for (unsigned int s = 0; s < PT_ENTRIES; s++) {
		bool lower = s < L4_HV_FIRST;
		uint64_t e = j->l4[s], now = lower ? user[s] : kernel[s];

		if (l4_slot_is_hv(s) ||
		    (!pte_present(e) && (!lower || !pte_present(now))))
			continue;
		if ((e ^ now) & ~harmless ||
		    (lower && (e ^ kernel[s]) & ~harmless))
			fail_msg("step %lu: slot %u of frames %lx and %lx is "
				 "not as joined", step, s, j->user.n,
				 j->kernel.n);
	}
	joints_checked++;
}

static void check_joints(void)
{
	for (unsigned int i = 0; i < joints_seen; i++) {
		if (mfn_none(joints[i]->user))
			joints_void++;
		else if (!joints[i]->refused)
			check_joint(joints[i]);
	}
}

/* A frame that was given up gets no new users. */
static void check_given_up(void)
{
	static uint32_t users[RAM_END];

	for (unsigned int n = 1; n < RAM_END; n++) {
		mfn_t mfn = to_mfn(n);

		if (frame_owner(mfn) == NULL || frame_allocated(mfn)) {
			users[n] = ~0u;
			continue;
		}
		if (frame_users(mfn) > users[n])
			fail_msg("step %lu: frame %x, given up, has a new user",
				 step, n);
		users[n] = frame_users(mfn);
	}
}

/* Everything a guest could tell apart, validation's own bits left out. */
struct shot {
	uint64_t use[RAM_END], type[RAM_END], words[RAM_END][6];
};

static void shoot(struct shot *s)
{
	static const unsigned int at[] = { 0, 1, 2, 256, 300, 511 };

	for (unsigned int n = 1; n < RAM_END; n++) {
		s->use[n] = fake.table[n].use;
		s->type[n] = fake.table[n].type & ~TYPE_HIGH;
		for (unsigned int i = 0; i < 6; i++)
			s->words[n][i] = fake_words(to_mfn(n))[at[i]] &
					 ~(PTE_U | PTE_A | PTE_D | PTE_G |
					   PTE_PCD | PTE_PWT);
	}
}

static bool lists_empty(void)
{
	for (unsigned int i = 0; i < DOMS; i++)
		if (world_dom(i)->mm->drain != FRAME_NO_LINK ||
		    world_dom(i)->mm->release != FRAME_NO_LINK ||
		    world_dom(i)->mm->work != FRAME_NO_LINK)
			return false;
	return true;
}

static void drain_all(void)
{
	for (unsigned int i = 0; i < DOMS; i++)
		while (pt_drain(world_dom(i)) != 0)
			;
}

static unsigned int choose_op(void)
{
	unsigned int total = 0, n;

	for (unsigned int i = 0; i < world_op_count; i++)
		total += world_ops[i].weight;
	n = world_pick(total);
	for (unsigned int i = 0;; i++) {
		if (n < world_ops[i].weight)
			return i;
		n -= world_ops[i].weight;
	}
}

static void one_step(void)
{
	static struct shot before, after;
	unsigned int op = choose_op(), dom = world_pick(DOMS);
	struct vcpu *v;
	bool compare;
	int rc;

	fake_this_cpu = world_pick(CPUS);
	v = arch_current();
	if (v == NULL)		/* an idle CPU works for a vCPU that is off */
		v = world_dom(world_pick(DOMS))->vcpus[world_pick(FAKE_VCPUS)];
	if (v->on_cpu && v != arch_current())
		return;
	compare = world_ops[op].atomic && lists_empty() && world_pick(8) == 0;
	if (compare)
		shoot(&before);
	rc = world_ops[op].fn(v, dom);
	counts[op][rc == 0 ? 0 : rc == -XY_ERESTART ? 2 : 1]++;
	/* What a preempted call kept ends with the call that finishes it. */
	if (world_ops[op].pins && rc != -XY_ERESTART &&
	    world_dom(dom)->mm->work_tag == arch_current() &&
	    world_dom(dom)->mm->work != FRAME_NO_LINK)
		fail_msg("step %lu: finished tables are kept for nobody", step);
	if (compare && rc != 0 && rc != -XY_ERESTART) {
		drain_all();
		shoot(&after);
		if (memcmp(&before, &after, sizeof(before)) != 0)
			fail_msg("step %lu: %s was refused and changed "
				 "something", step, world_ops[op].name);
	}
	frame_reap();
}

static void start(void)
{
	memset(world_foreign, 0, sizeof(world_foreign));
	fake_machine_make(MACHINE, 1, RAM_END);
	fake_doms_make();
	joint_init(fake_words(to_mfn(0)));
	fake.root_changed = joint_forget;
	fake.io_first = RAM_END;
	fake.io_end = MACHINE;
	fake.io_read_only = to_mfn(RAM_END + 1);
	for (unsigned int d = 0; d < DOMS; d++) {
		world_dom(d)->vm_assist =
			1u << XY_VMASST_TYPE_writable_pagetables;
		for (unsigned int i = 0; i < PER_DOM; i++) {
			int rc = dom_alloc_pages(world_dom(d), 0, 0,
						 &world_frames[d][i]);

			assert_int_equal(rc, 0);
		}
	}
}

static void finish(void)
{
	for (unsigned int c = 0; c < CPUS; c++)
		fake_run(c, NULL);
	for (unsigned int i = 0; i < EXTERNALS; i++)
		world_drop_external(&world_ext[i]);
	for (unsigned int d = 0; d < DOMS; d++)
		while (dom_mm_destroy_step(world_dom(d)) != 0)
			;
	frame_reap();
	for (unsigned int d = 0; d < DOMS; d++) {
		assert_int_equal(world_dom(d)->tot_pages, 0);
		assert_int_equal(world_dom(d)->refs, 1);
	}
	fake_this_cpu = 0;
	fake_doms_end();
	fake_machine_end();
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
	const char *s = getenv(name);

	return s ? strtoul(s, NULL, 0) : otherwise;
}

static void walk_something(void)
{
	unsigned int cpu = world_pick(CPUS);
	struct vcpu *v = fake.cpu[cpu].current;

	fake_walk(cpu, v ? world_mapped_va(v) : world_any_va(), world_pick(2));
}

static void random_steps(void **state)
{
	uint64_t steps = setting("MODEL_STEPS", 200000);
	uint64_t seed = setting("MODEL_SEED", 1);

	(void)state;
	pt_step_entries = 12;
	for (unsigned int round = 0; round < 10; round++) {
		world_rng = 0x9e3779b97f4a7c15UL * (seed + round) | 1;
		start();
		for (step = 0; step < steps / 10; step++) {
			one_step();
			for (unsigned int w = 0; w < 3; w++)
				walk_something();
			join_something();
			check_counts();
			check_cpus();
			check_given_up();
			check_owners();
			check_joints();
		}
		finish();
	}
	for (unsigned int i = 0; i < world_op_count; i++) {
		printf("%-12s %8lu done %8lu refused %8lu preempted\n",
		       world_ops[i].name, counts[i][0], counts[i][1],
		       counts[i][2]);
		assert_true(counts[i][0] > 0);
	}
	printf("joint tables: %u, looked at %u times, void %u\n", joints_seen,
	       joints_checked, joints_void);
	assert_true(joints_checked > 1000 && joints_void > 0);
	assert_true(counts[1][2] > 0);	/* pins were preempted */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
