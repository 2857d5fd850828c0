// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations of the random model: every way in, with the arguments that
 * pt_world.c finds. Each is 0, refused, or -ERESTART.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/pt_world.h"
#include "abi/errno.h"
#include "core/dom_mm.h"
#include "core/heap.h"
#include "core/pt.h"

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
			t[i] = world_frame(dom);
			if (frame_users(t[i]) == 0)
				break;
		}
		if (frame_users(t[i]) != 0)
			return -XY_EBUSY;
		memset(fake_words(t[i]), 0, PAGE_SIZE);
	}
	fill(t[0], 4, &t[1], 1 + world_pick(2));
	fill(t[1], 3, &t[3], 1 + world_pick(2));
	fill(t[2], 3, &t[3], 2);
	fill(t[3], 2, &t[5], 1 + world_pick(3));
	fill(t[4], 2, &t[5], 3);
	for (unsigned int n = 0; n < 9; n++)
		fake_words(t[5 + n / 3])[n % 3] =
			world_pick(3) ? world_entry(dom, 1) :
			pte_make(t[5 + world_pick(3)], PTE_P);
	rc = pt_pin(world_dom(dom), 4, t[0]);
	if (rc != 0 || v->domain != world_dom(dom) || !v->kernel_mode ||
	    world_pick(2))
		return rc;
	return pt_set_kernel_root(v, t[0]);
}

static int op_pin(struct vcpu *v, unsigned int dom)
{
	mfn_t mfn = world_frame(dom);

	(void)v;
	return pt_pin(world_dom(dom), world_level(mfn), mfn);
}

static int op_unpin(struct vcpu *v, unsigned int dom)
{
	mfn_t mfn = world_frame(dom);

	(void)v;
	for (unsigned int i = 0; i < 10 && !frame_pinned(mfn); i++)
		mfn = world_frame(dom);
	return pt_unpin(world_dom(dom), mfn);
}

static int op_update(struct vcpu *v, unsigned int dom)
{
	mfn_t table = world_frame(dom);
	unsigned int level = world_level(table);
	unsigned int pg = world_pick(6) ? dom : world_pick(DOMS);
	struct pt_request r = {
		.pt_owner = world_dom(dom), .pg_owner = world_dom(pg),
		.by = v, .keep_ad = world_pick(2),
	};

	if (world_pick(20) == 0)
		r.pg_owner = dom_io;
	return pt_update(&r, to_maddr((table.n << PAGE_SHIFT) +
				      world_index(level) * 8),
			 world_named(dom, pg, world_entry(pg, level)));
}

static int op_update_va(struct vcpu *v, unsigned int dom)
{
	unsigned int pg = world_pick(6) ? v->domain->id : world_pick(DOMS);
	struct pt_request r = {
		.pt_owner = v->domain, .pg_owner = world_dom(pg), .by = v,
	};

	(void)dom;
	return pt_update_va(&r, world_mapped_va(v),
			    world_named(v->domain->id, pg, world_entry(pg, 1)));
}

static int op_emulate(struct vcpu *v, unsigned int dom)
{
	static const uint8_t sizes[] = { 1, 2, 4, 8, 8, 8 };
	struct pt_write w = { .bytes = sizes[world_pick(6)],
			      .locked = world_pick(2) };
	uint64_t word;

	(void)dom;
	for (unsigned int i = 0; i < 8; i++) {
		w.va = world_mapped_va(v) + world_pick(3) * 8;
		if (pt_emulation_ok(v, w.va))
			break;
	}
	if (w.bytes < 8)
		w.va += world_pick(8 / w.bytes) * w.bytes;
	if (!pt_emulated_read(v, w.va, &word))
		return -XY_EINVAL;
	w.old = word >> 8 * (w.va & 7);
	w.new = w.bytes == 8 ? world_entry(v->domain->id, 1) :
		w.old & ~(uint64_t)(PTE_RW | PTE_A);
	return pt_emulated_write(v, &w);
}

static int op_kernel_root(struct vcpu *v, unsigned int dom)
{
	(void)dom;
	if (!v->kernel_mode)
		return -XY_EINVAL;
	return pt_set_kernel_root(v, world_likely_frame(v->domain->id,
							ROLE_L4));
}

static int op_user_root(struct vcpu *v, unsigned int dom)
{
	(void)dom;
	if (!v->kernel_mode)
		return -XY_EINVAL;
	return pt_set_user_root(v, world_pick(4) ?
				world_likely_frame(v->domain->id, ROLE_L4) :
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
	struct vcpu *to = world_dom(dom)->vcpus[world_pick(FAKE_VCPUS)];

	(void)v;
	if (world_pick(3) == 0)
		to = NULL;
	else if (to->on_cpu || mfn_none(to->kernel_mode ? to->root_kernel :
							  to->root_user))
		return -XY_EBUSY;
	fake_run(fake_this_cpu, to);
	return 0;
}

static int op_external(struct vcpu *v, unsigned int dom)
{
	struct external *e = &world_ext[world_pick(EXTERNALS)];
	mfn_t mfn = world_frame(dom);

	(void)v;
	if (e->kind != EXT_NONE) {
		world_drop_external(e);
		return 0;
	}
	*e = (struct external){ .mfn = mfn };
	if (world_pick(3) == 0) {
		if (!frame_hold(world_dom(dom), mfn))
			return -XY_EINVAL;
		e->kind = EXT_HOLD;
	} else if (world_pick(3) == 0) {
		if (pt_take_desc(world_dom(dom), mfn) != 0)
			return -XY_EINVAL;
		e->kind = EXT_ROLE;
		e->role = ROLE_DESC;
	} else {
		if (frame_take(world_dom(dom), mfn, ROLE_DATA) != FRAME_DONE)
			return -XY_EINVAL;
		e->kind = EXT_ROLE;
		e->role = ROLE_DATA;
	}
	return 0;
}

static int op_grant(struct vcpu *v, unsigned int dom)
{
	struct external *e = world_free_external();
	mfn_t mfn = world_frame(dom), table = world_frame(v->domain->id);
	bool rw = world_pick(2);
	int rc;

	if (e == NULL || !frame_hold(world_dom(dom), mfn))
		return -XY_EINVAL;
	*e = (struct external){
		.kind = EXT_GRANT, .mfn = mfn, .v = v,
		.where = to_maddr((table.n << PAGE_SHIFT) + world_pick(3) * 8),
	};
	rc = pt_grant_map(v, world_dom(dom), e->where.a, true,
			  world_named(v->domain->id, dom, pte_make(mfn, PTE_P |
					(rw ? PTE_RW : 0))));
	if (rc != 0) {
		frame_release(mfn);
		e->kind = EXT_NONE;
	}
	return rc;
}

/* Gives a frame up, for good or by exchange, and gets another. */
static int replace(unsigned int dom, unsigned int i)
{
	mfn_t mfn = world_frames[dom][i];
	int rc;

	if (world_pick(2)) {
		rc = frame_reclaim(world_dom(dom), mfn);
		if (rc != 0)
			return rc;
		heap_free(mfn, 0);
	} else {
		rc = frame_put_back(world_dom(dom), mfn);
		assert_int_equal(rc, 0);
	}
	rc = dom_alloc_pages(world_dom(dom), 0, 0, &world_frames[dom][i]);
	assert_int_equal(rc, 0);
	if (world_pick(2))		/* dirty, as a guest would make it */
		for (unsigned int n = 0; n < 3; n++)
			fake_words(world_frames[dom][i])[n] =
				world_entry(dom, 1);
	return 0;
}

static int op_replace(struct vcpu *v, unsigned int dom)
{
	(void)v;
	return replace(dom, world_pick(PER_DOM));
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
	struct external *e = world_free_external();
	uint64_t va = world_mapped_va(v), l1e;
	struct domain *owner;
	mfn_t mfn;

	if (world_pick(3) == 0) {
		r.pg_owner = world_dom(dom);
		l1e = pte_make(world_frame(dom), PTE_P | PTE_RW);
		l1e = world_named(v->domain->id, dom, l1e);
		if (pt_update_va(&r, va, l1e) != 0)
			return -XY_EINVAL;
	}
	if (!pt_walk_l1(v, va, &l1e) || !pte_present(l1e) || e == NULL ||
	    !frame_is_ram(pte_mfn(l1e)) || v != arch_current())
		return -XY_EINVAL;
	mfn = pte_mfn(l1e);
	owner = frame_owner(mfn);
	fake_walk(fake_this_cpu, va, pte_writable(l1e));
	if (world_pick(2) && frame_hold(owner, mfn))
		*e = (struct external){ .kind = EXT_HOLD, .mfn = mfn };
	if (pt_update_va(&r, va, 0) != 0)
		return -XY_EINVAL;	/* the table itself was given up */
	if (world_pick(2)) {
		memset(fake_words(mfn), 0, frame_role(mfn) == ROLE_NONE ?
		       PAGE_SIZE : 0);
		return pt_pin(owner, 1 + world_pick(4), mfn);
	}
	for (unsigned int i = 0; i < PER_DOM; i++)
		if (mfn_same(world_frames[owner->id][i], mfn))
			return replace(owner->id, i);
	return 0;
}

static int op_drain(struct vcpu *v, unsigned int dom)
{
	(void)v;
	return pt_drain(world_dom(dom));
}

/* The domain dies in steps, then lives again. */
static int op_die(struct vcpu *v, unsigned int dom)
{
	struct domain *d = world_dom(dom);

	(void)v;
	if (world_pick(60) != 0)
		return -XY_EBUSY;
	for (unsigned int c = 0; c < CPUS; c++)
		if (fake.cpu[c].current && fake.cpu[c].current->domain == d)
			fake_run(c, NULL);
	for (unsigned int i = 0; i < EXTERNALS; i++)
		if (world_ext[i].kind == EXT_GRANT &&
		    world_ext[i].v->domain == d)
			world_drop_external(&world_ext[i]);
	while (dom_mm_destroy_step(d) != 0)
		;
	d->mm->destroy_step = 0;
	for (unsigned int n = 0; n < FAKE_VCPUS; n++)
		d->vcpus[n]->kernel_mode = true;
	for (unsigned int i = 0; i < PER_DOM; i++) {
		int rc = dom_alloc_pages(d, 0, 0, &world_frames[dom][i]);

		assert_int_equal(rc, 0);
	}
	return 0;
}

const struct world_op world_ops[] = {
	{ "tree", op_tree, 6, false, false },
	{ "pin", op_pin, 2, true, true },
	{ "unpin", op_unpin, 2, true, false },
	{ "update", op_update, 10, true, false },
	{ "update_va", op_update_va, 6, true, false },
	{ "emulate", op_emulate, 4, true, false },
	{ "kernel_root", op_kernel_root, 5, true, false },
	{ "user_root", op_user_root, 3, true, false },
	{ "mode", op_mode, 1, true, false },
	{ "switch", op_switch, 2, true, false },
	{ "external", op_external, 4, true, false },
	{ "grant", op_grant, 3, true, false },
	{ "replace", op_replace, 2, true, false },
	{ "recycle", op_recycle, 8, false, false },
	{ "drain", op_drain, 1, false, false },
	{ "die", op_die, 1, false, false },
};
const unsigned int world_op_count = ARRAY_SIZE(world_ops);
