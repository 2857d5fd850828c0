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
 *   4. a refused operation has changed nothing.
 * MODEL_SEED and MODEL_STEPS change the run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/arch.h"
#include "fakes/dom.h"
#include "abi/errno.h"
#include "abi/mmu.h"
#include "core/dom_mm.h"
#include "core/frame_record.h"
#include "core/heap.h"
#include "core/pt.h"
#include "core/pt_audit.h"
#include "core/pt_int.h"

#define DOMS		3		/* the first is privileged */
#define PER_DOM		20		/* frames of each */
#define RAM_END		240
#define MACHINE		260		/* the rest: device frames */
#define EXTERNALS	24
#define CPUS		2

struct external {			/* a user this test holds itself */
	enum { EXT_NONE, EXT_ROLE, EXT_HOLD, EXT_GRANT } kind;
	enum role role;
	mfn_t mfn;
	struct vcpu *v;			/* EXT_GRANT: who mapped it, where */
	maddr_t where;
};

static struct external ext[EXTERNALS];
static mfn_t frames[DOMS][PER_DOM];
static uint64_t rng, step;
static unsigned long counts[32][3];	/* [op][done, refused, preempted] */

static unsigned int pick(unsigned int n)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (unsigned int)((rng >> 11) % n);
}

static struct domain *dom_of(unsigned int i)
{
	return &fake_doms.dom[i];
}

static mfn_t any_frame(unsigned int dom)
{
	return frames[dom][pick(PER_DOM)];
}

/* Entries in use: few, so that things meet. */
static unsigned int any_index(unsigned int level)
{
	static const unsigned int l4[] = { 0, 300, 511, L4_HV_FIRST };

	return level == 4 ? l4[pick(8) ? pick(3) : 3] : pick(3);
}

static uint64_t any_va(void)
{
	uint64_t va = (uint64_t)any_index(4) << 39 |
		      (uint64_t)pick(3) << 30 | (uint64_t)pick(3) << 21 |
		      (uint64_t)pick(3) << 12;

	return va | (va & 1UL << 47 ? 0xffff000000000000UL : 0);
}

/* An address that v's tables map, if a few tries find one. */
static uint64_t mapped_va(const struct vcpu *v)
{
	mfn_t mfn = v->kernel_mode ? v->root_kernel : v->root_user;
	uint64_t va = 0;

	if (mfn_none(mfn) || pick(8) == 0)
		return any_va();
	for (unsigned int level = 4; level > 1; level--) {
		unsigned int i = any_index(level);

		for (unsigned int n = 0; n < 8 &&
		     (!pte_present(fake_words(mfn)[i]) ||
		      (level == 4 && l4_slot_is_hv(i))); n++)
			i = any_index(level);
		va |= (uint64_t)i << (12 + 9 * (level - 1));
		if (!pte_present(fake_words(mfn)[i]) ||
		    (level == 4 && l4_slot_is_hv(i)))
			break;
		mfn = pte_mfn(fake_words(mfn)[i]);
	}
	va |= (uint64_t)pick(3) << 12;
	return va | (va & 1UL << 47 ? 0xffff000000000000UL : 0);
}

/* A frame of the domain that has (or could take) the role. */
static mfn_t likely_frame(unsigned int dom, enum role role)
{
	mfn_t mfn = any_frame(dom);

	for (unsigned int i = 0; i < 8 && frame_role(mfn) != role &&
	     (frame_role(mfn) != ROLE_NONE || pick(2)); i++)
		mfn = any_frame(dom);
	return mfn;
}

static uint64_t any_entry(unsigned int dom, unsigned int level)
{
	static const uint64_t odd[] = { PTE_G, PTE_PCD, PTE_NX, PTE_AVL,
					PTE_PSE, 1UL << 60 };
	uint64_t e = PTE_P | (pick(2) ? PTE_RW : 0) | (pick(2) ? PTE_A : 0);
	mfn_t mfn;

	if (pick(4) == 0)
		return pick(2) ? 0 : 0x5a5a5a00;	/* nothing there */
	mfn = level > 1 ? likely_frame(dom, ROLE_L1 + level - 2) :
	      pick(2) ? likely_frame(dom, ROLE_DATA) : any_frame(dom);
	if (pick(30) == 0)
		mfn = to_mfn(pick(MACHINE + 5));	/* anything at all */
	if (pick(10) == 0)
		e |= odd[pick(ARRAY_SIZE(odd))];
	return pte_make(mfn, e);
}

static unsigned int level_of(mfn_t mfn)
{
	enum role role = frame_role(mfn);

	return role >= ROLE_L1 && role <= ROLE_L4 ? role - ROLE_L1 + 1 :
						    1 + pick(4);
}

/* ---- external users ---- */

static struct external *free_external(void)
{
	for (unsigned int i = 0; i < EXTERNALS; i++)
		if (ext[i].kind == EXT_NONE)
			return &ext[i];
	return NULL;
}

static void drop_external(struct external *e)
{
	uint64_t l1e;
	bool rw;

	switch (e->kind) {
	case EXT_ROLE:
		frame_drop_simple(e->mfn, e->role);
		break;
	case EXT_GRANT:
		/* Its entry may be gone, or hold something else by now. */
		l1e = fake_words(maddr_to_mfn(e->where))[e->where.a % PAGE_SIZE
							 / 8];
		rw = pte_writable(l1e);
		if (pt_grant_unmap(e->v, e->where.a, true, e->mfn, rw) == 0) {
			arch_tlb_flush(e->v->domain->dirty_cpus);
			pt_grant_put(e->mfn, rw);
		}
		frame_release(e->mfn);
		break;
	case EXT_HOLD:
		frame_release(e->mfn);
		break;
	case EXT_NONE:
		break;
	}
	e->kind = EXT_NONE;
}

/* ---- operations: 0, refused, or -ERESTART ---- */

#define TREE	8	/* an L4, two L3, two L2, three L1 */

static void fill(mfn_t table, unsigned int level, const mfn_t *below,
		 unsigned int n)
{
	static const unsigned int l4[] = { 0, 300, 511 };

	for (unsigned int i = 0; i < n; i++)
		fake_words(table)[level == 4 ? l4[i] : i] =
			pte_make(below[i], PTE_P | PTE_RW);
}

static int op_tree(struct vcpu *v, unsigned int dom)
{
	mfn_t t[TREE];
	int rc;

	for (unsigned int i = 0; i < TREE; i++) {
		for (unsigned int n = 0; n < 20; n++) {
			t[i] = any_frame(dom);
			if (frame_users(t[i]) == 0)
				break;
		}
		if (frame_users(t[i]) != 0)
			return -XY_EBUSY;
		memset(fake_words(t[i]), 0, PAGE_SIZE);
	}
	fill(t[0], 4, &t[1], 1 + pick(2));
	fill(t[1], 3, &t[3], 1 + pick(2));
	fill(t[2], 3, &t[3], 2);
	fill(t[3], 2, &t[5], 1 + pick(3));
	fill(t[4], 2, &t[5], 3);
	for (unsigned int n = 0; n < 9; n++)
		fake_words(t[5 + n / 3])[n % 3] = pick(3) ? any_entry(dom, 1) :
			pte_make(t[5 + pick(3)], PTE_P);
	rc = pt_pin(dom_of(dom), 4, t[0]);
	if (rc != 0 || v->domain != dom_of(dom) || !v->kernel_mode || pick(2))
		return rc;
	return pt_set_kernel_root(v, t[0]);
}

static int op_pin(struct vcpu *v, unsigned int dom)
{
	mfn_t mfn = any_frame(dom);

	(void)v;
	return pt_pin(dom_of(dom), level_of(mfn), mfn);
}

static int op_unpin(struct vcpu *v, unsigned int dom)
{
	mfn_t mfn = any_frame(dom);

	(void)v;
	for (unsigned int i = 0; i < 10 && !frame_pinned(mfn); i++)
		mfn = any_frame(dom);
	return pt_unpin(dom_of(dom), mfn);
}

static int op_update(struct vcpu *v, unsigned int dom)
{
	mfn_t table = any_frame(dom);
	unsigned int level = level_of(table), pg = pick(6) ? dom : pick(DOMS);
	struct pt_request r = {
		.pt_owner = dom_of(dom), .pg_owner = dom_of(pg),
		.by = v, .keep_ad = pick(2),
	};

	if (pick(20) == 0)
		r.pg_owner = dom_io;
	return pt_update(&r, to_maddr((table.n << PAGE_SHIFT) +
				      any_index(level) * 8),
			 any_entry(pg, level));
}

static int op_update_va(struct vcpu *v, unsigned int dom)
{
	unsigned int pg = pick(6) ? v->domain->id : pick(DOMS);
	struct pt_request r = {
		.pt_owner = v->domain, .pg_owner = dom_of(pg), .by = v,
	};

	(void)dom;
	return pt_update_va(&r, mapped_va(v), any_entry(pg, 1));
}

static int op_emulate(struct vcpu *v, unsigned int dom)
{
	static const uint8_t sizes[] = { 1, 2, 4, 8, 8, 8 };
	struct pt_write w = { .bytes = sizes[pick(6)], .locked = pick(2) };
	uint64_t word;

	(void)dom;
	for (unsigned int i = 0; i < 8; i++) {
		w.va = mapped_va(v) + pick(3) * 8;
		if (pt_emulation_ok(v, w.va))
			break;
	}
	if (w.bytes < 8)
		w.va += pick(8 / w.bytes) * w.bytes;
	if (!pt_emulated_read(v, w.va, &word))
		return -XY_EINVAL;
	w.old = word >> 8 * (w.va & 7);
	w.new = w.bytes == 8 ? any_entry(v->domain->id, 1) :
		w.old & ~(uint64_t)(PTE_RW | PTE_A);
	return pt_emulated_write(v, &w);
}

static int op_kernel_root(struct vcpu *v, unsigned int dom)
{
	(void)dom;
	if (!v->kernel_mode)
		return -XY_EINVAL;
	return pt_set_kernel_root(v, likely_frame(v->domain->id, ROLE_L4));
}

static int op_user_root(struct vcpu *v, unsigned int dom)
{
	(void)dom;
	if (!v->kernel_mode)
		return -XY_EINVAL;
	return pt_set_user_root(v, pick(4) ? likely_frame(v->domain->id,
							  ROLE_L4) :
				to_mfn(NO_FRAME));
}

static int op_mode(struct vcpu *v, unsigned int dom)
{
	(void)dom;
	if (v != arch_current() || mfn_none(v->root_kernel) ||
	    (v->kernel_mode && mfn_none(v->root_user)))
		return -XY_EINVAL;
	v->kernel_mode = !v->kernel_mode;
	arch_load_root(v);
	return 0;
}

/* The CPU takes another vCPU, or idles with the root it has. */
static int op_switch(struct vcpu *v, unsigned int dom)
{
	struct vcpu *to = dom_of(dom)->vcpus[pick(FAKE_VCPUS)];

	(void)v;
	if (pick(3) == 0)
		to = NULL;
	else if (to->on_cpu || mfn_none(to->kernel_mode ? to->root_kernel :
							  to->root_user))
		return -XY_EBUSY;
	fake_run(fake_this_cpu, to);
	return 0;
}

static int op_external(struct vcpu *v, unsigned int dom)
{
	struct external *e = &ext[pick(EXTERNALS)];
	mfn_t mfn = any_frame(dom);

	(void)v;
	if (e->kind != EXT_NONE) {
		drop_external(e);
		return 0;
	}
	*e = (struct external){ .mfn = mfn };
	if (pick(3) == 0) {
		if (!frame_hold(dom_of(dom), mfn))
			return -XY_EINVAL;
		e->kind = EXT_HOLD;
	} else if (pick(3) == 0) {
		if (pt_take_desc(dom_of(dom), mfn) != 0)
			return -XY_EINVAL;
		e->kind = EXT_ROLE;
		e->role = ROLE_DESC;
	} else {
		if (frame_take(dom_of(dom), mfn, ROLE_DATA) != FRAME_DONE)
			return -XY_EINVAL;
		e->kind = EXT_ROLE;
		e->role = ROLE_DATA;
	}
	return 0;
}

static int op_grant(struct vcpu *v, unsigned int dom)
{
	struct external *e = free_external();
	mfn_t mfn = any_frame(dom), table = any_frame(v->domain->id);
	bool rw = pick(2);
	int rc;

	if (e == NULL || !frame_hold(dom_of(dom), mfn))
		return -XY_EINVAL;
	*e = (struct external){
		.kind = EXT_GRANT, .mfn = mfn, .v = v,
		.where = to_maddr((table.n << PAGE_SHIFT) + pick(3) * 8),
	};
	rc = pt_grant_map(v, dom_of(dom), e->where.a, true,
			  pte_make(mfn, PTE_P | (rw ? PTE_RW : 0)));
	if (rc != 0) {
		frame_release(mfn);
		e->kind = EXT_NONE;
	}
	return rc;
}

/* Gives a frame up, for good or by exchange, and gets another. */
static int replace(unsigned int dom, unsigned int i)
{
	mfn_t mfn = frames[dom][i];
	int rc;

	if (pick(2)) {
		rc = frame_reclaim(dom_of(dom), mfn);
		if (rc != 0)
			return rc;
		heap_free(mfn, 0);
	} else {
		rc = frame_put_back(dom_of(dom), mfn);
		assert_int_equal(rc, 0);
	}
	rc = dom_alloc_pages(dom_of(dom), 0, 0, &frames[dom][i]);
	assert_int_equal(rc, 0);
	if (pick(2))		/* dirty, as a guest would make it */
		for (unsigned int n = 0; n < 3; n++)
			fake_words(frames[dom][i])[n] = any_entry(dom, 1);
	return 0;
}

static int op_replace(struct vcpu *v, unsigned int dom)
{
	(void)v;
	return replace(dom, pick(PER_DOM));
}

/*
 * A frame this CPU has just used loses its mapping and changes its life: the
 * place where a forgotten flush shows.
 */
static int op_recycle(struct vcpu *v, unsigned int dom)
{
	struct pt_request r = {
		.pt_owner = v->domain, .pg_owner = v->domain, .by = v,
	};
	struct external *e = free_external();
	uint64_t va = mapped_va(v), l1e;
	struct domain *owner;
	mfn_t mfn;

	if (pick(3) == 0) {
		r.pg_owner = dom_of(dom);
		if (pt_update_va(&r, va, pte_make(any_frame(dom),
						  PTE_P | PTE_RW)) != 0)
			return -XY_EINVAL;
	}
	if (!pt_walk_l1(v, va, &l1e) || !pte_present(l1e) || e == NULL ||
	    !frame_is_ram(pte_mfn(l1e)) || v != arch_current())
		return -XY_EINVAL;
	mfn = pte_mfn(l1e);
	owner = frame_owner(mfn);
	fake_walk(fake_this_cpu, va, pte_writable(l1e));
	if (pick(2) && frame_hold(owner, mfn))
		*e = (struct external){ .kind = EXT_HOLD, .mfn = mfn };
	if (pt_update_va(&r, va, 0) != 0)
		return -XY_EINVAL;	/* the table itself was given up */
	if (pick(2)) {
		memset(fake_words(mfn), 0, frame_role(mfn) == ROLE_NONE ?
		       PAGE_SIZE : 0);
		return pt_pin(owner, 1 + pick(4), mfn);
	}
	for (unsigned int i = 0; i < PER_DOM; i++)
		if (mfn_same(frames[owner->id][i], mfn))
			return replace(owner->id, i);
	return 0;
}

static int op_drain(struct vcpu *v, unsigned int dom)
{
	(void)v;
	return pt_drain(dom_of(dom));
}

/* The domain dies in steps, then lives again. */
static int op_die(struct vcpu *v, unsigned int dom)
{
	struct domain *d = dom_of(dom);

	(void)v;
	if (pick(60) != 0)
		return -XY_EBUSY;
	for (unsigned int c = 0; c < CPUS; c++)
		if (fake.cpu[c].current && fake.cpu[c].current->domain == d)
			fake_run(c, NULL);
	for (unsigned int i = 0; i < EXTERNALS; i++)
		if (ext[i].kind == EXT_GRANT && ext[i].v->domain == d)
			drop_external(&ext[i]);
	while (dom_mm_destroy_step(d) != 0)
		;
	d->mm->destroy_step = 0;
	for (unsigned int n = 0; n < FAKE_VCPUS; n++)
		d->vcpus[n]->kernel_mode = true;
	for (unsigned int i = 0; i < PER_DOM; i++)
		assert_int_equal(dom_alloc_pages(d, 0, 0, &frames[dom][i]), 0);
	return 0;
}

typedef int op_fn(struct vcpu *v, unsigned int dom);

static const struct {
	const char *name;
	op_fn *fn;
	unsigned int weight;
	bool atomic;			/* a refusal must change nothing */
} ops[] = {
	{ "tree", op_tree, 6, false },
	{ "pin", op_pin, 2, true },
	{ "unpin", op_unpin, 2, true },
	{ "update", op_update, 10, true },
	{ "update_va", op_update_va, 6, true },
	{ "emulate", op_emulate, 4, true },
	{ "kernel_root", op_kernel_root, 5, true },
	{ "user_root", op_user_root, 3, true },
	{ "mode", op_mode, 1, true },
	{ "switch", op_switch, 2, true },
	{ "external", op_external, 4, true },
	{ "grant", op_grant, 3, true },
	{ "replace", op_replace, 2, true },
	{ "recycle", op_recycle, 8, false },
	{ "drain", op_drain, 1, false },
	{ "die", op_die, 1, false },
};

/* ---- what must hold ---- */

static void check_counts(void)
{
	static struct audit_count count[MACHINE];
	struct audit a = { .frames = MACHINE, .count = count };

	memset(count, 0, sizeof(count));
	audit_collect(&a);
	for (unsigned int i = 0; i < EXTERNALS; i++)
		if (ext[i].kind != EXT_NONE)
			audit_use(&a, ext[i].mfn, ext[i].role);
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
		if (dom_of(i)->mm->drain != FRAME_NO_LINK ||
		    dom_of(i)->mm->work != FRAME_NO_LINK)
			return false;
	return true;
}

static void drain_all(void)
{
	for (unsigned int i = 0; i < DOMS; i++)
		while (pt_drain(dom_of(i)) != 0)
			;
}

static unsigned int choose_op(void)
{
	unsigned int total = 0, n;

	for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++)
		total += ops[i].weight;
	n = pick(total);
	for (unsigned int i = 0;; i++) {
		if (n < ops[i].weight)
			return i;
		n -= ops[i].weight;
	}
}

static void one_step(void)
{
	static struct shot before, after;
	unsigned int op = choose_op(), dom = pick(DOMS);
	struct vcpu *v;
	bool compare;
	int rc;

	fake_this_cpu = pick(CPUS);
	v = arch_current();
	if (v == NULL)		/* an idle CPU works for a vCPU that is off */
		v = dom_of(pick(DOMS))->vcpus[pick(FAKE_VCPUS)];
	if (v->on_cpu && v != arch_current())
		return;
	compare = ops[op].atomic && lists_empty() && pick(8) == 0;
	if (compare)
		shoot(&before);
	rc = ops[op].fn(v, dom);
	counts[op][rc == 0 ? 0 : rc == -XY_ERESTART ? 2 : 1]++;
	/* What a preempted call kept ends with the call that finishes it. */
	if (ops[op].fn == op_pin && rc != -XY_ERESTART &&
	    dom_of(dom)->mm->work_tag == arch_current() &&
	    dom_of(dom)->mm->work != FRAME_NO_LINK)
		fail_msg("step %lu: finished tables are kept for nobody", step);
	if (compare && rc != 0 && rc != -XY_ERESTART) {
		drain_all();
		shoot(&after);
		if (memcmp(&before, &after, sizeof(before)) != 0)
			fail_msg("step %lu: %s was refused and changed "
				 "something", step, ops[op].name);
	}
	frame_reap();
}

static void start(void)
{
	fake_machine_make(MACHINE, 1, RAM_END);
	fake_doms_make();
	fake.io_first = RAM_END;
	fake.io_end = MACHINE;
	fake.io_read_only = to_mfn(RAM_END + 1);
	for (unsigned int d = 0; d < DOMS; d++) {
		dom_of(d)->vm_assist =
			1u << XY_VMASST_TYPE_writable_pagetables;
		for (unsigned int i = 0; i < PER_DOM; i++)
			assert_int_equal(dom_alloc_pages(dom_of(d), 0, 0,
							 &frames[d][i]), 0);
	}
}

static void finish(void)
{
	for (unsigned int c = 0; c < CPUS; c++)
		fake_run(c, NULL);
	for (unsigned int i = 0; i < EXTERNALS; i++)
		drop_external(&ext[i]);
	for (unsigned int d = 0; d < DOMS; d++)
		while (dom_mm_destroy_step(dom_of(d)) != 0)
			;
	frame_reap();
	for (unsigned int d = 0; d < DOMS; d++) {
		assert_int_equal(dom_of(d)->tot_pages, 0);
		assert_int_equal(dom_of(d)->refs, 1);
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
	unsigned int cpu = pick(CPUS);
	struct vcpu *v = fake.cpu[cpu].current;

	fake_walk(cpu, v ? mapped_va(v) : any_va(), pick(2));
}

static void random_steps(void **state)
{
	uint64_t steps = setting("MODEL_STEPS", 200000);
	uint64_t seed = setting("MODEL_SEED", 1);

	(void)state;
	pt_step_entries = 14;
	for (unsigned int round = 0; round < 10; round++) {
		rng = 0x9e3779b97f4a7c15UL * (seed + round) | 1;
		start();
		for (step = 0; step < steps / 10; step++) {
			one_step();
			for (unsigned int w = 0; w < 3; w++)
				walk_something();
			check_counts();
			check_cpus();
			check_given_up();
		}
		finish();
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++) {
		printf("%-12s %8lu done %8lu refused %8lu preempted\n",
		       ops[i].name, counts[i][0], counts[i][1], counts[i][2]);
		assert_true(counts[i][0] > 0);
	}
	assert_true(counts[1][2] > 0);	/* pins were preempted */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
