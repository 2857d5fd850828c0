// SPDX-License-Identifier: GPL-2.0-only
/*
 * Roots of the law: pins and base pointers.
 *
 * 1. A pin is one role user and the pinned mark, never one without the other.
 * 2. A vCPU's base pointer is one user of role L4.
 * 3. What a CPU has loaded is always a base pointer of some vCPU, or is left
 *    before the table is taken apart (table_drop): the new root is loaded
 *    before the old one is let go.
 * 4. The right to direct calls ends with the pin of a root it was given for.
 * 5. Every operation first empties the drain list, so that it never meets a
 *    frame that is half way out of its role.
 *
 * Lock: mm.  Next: pt_update.c.
 */
#include "abi/errno.h"
#include "core/arch.h"
#include "core/pt_int.h"
#include "lib/assert.h"

int pt_pin(struct domain *d, unsigned int level, mfn_t mfn)
{
	unsigned int budget = pt_step_entries;
	int rc = -XY_EINVAL;

	lock_take(&d->mm_lock);
	if (!drain_some(d, &budget)) {
		rc = -XY_ERESTART;
	} else if (frame_owned_by(mfn, d) && frame_pinned(mfn)) {
		dom_log(d, "pin of frame %lx: already pinned",
			(unsigned long)mfn.n);
	} else {
		rc = table_take(d, level, mfn, &budget);
		if (rc == 0)
			CHECK(frame_set_pinned(mfn, true));
	}
	if (rc != -XY_ERESTART)
		work_end(d);
	lock_drop(&d->mm_lock);
	return rc;
}

int pt_unpin(struct domain *d, mfn_t mfn)
{
	unsigned int budget = pt_step_entries;
	int rc = 0;

	lock_take(&d->mm_lock);
	if (!drain_some(d, &budget)) {
		rc = -XY_ERESTART;
	} else if (!frame_owned_by(mfn, d) || !frame_set_pinned(mfn, false)) {
		dom_log(d, "unpin of frame %lx: not pinned",
			(unsigned long)mfn.n);
		rc = -XY_EINVAL;
	} else {
		if (mfn_same(d->direct_root, mfn) ||
		    mfn_same(d->open_kernel, mfn)) {
			d->direct_root = to_mfn(NO_FRAME);
			d->open_kernel = to_mfn(NO_FRAME);
		}
		table_drop(d, role_level(frame_role(mfn)), mfn);
	}
	if (rc != -XY_ERESTART)
		work_end(d);
	lock_drop(&d->mm_lock);
	return rc;
}

/* Unpinned it could become another program's without a word to us. */
static bool stays(mfn_t root)
{
	return !mfn_none(root) && frame_pinned(root);
}

int pt_set_direct_root(struct vcpu *v, bool open)
{
	struct domain *d = v->domain;
	int rc = 0;

	lock_take(&d->mm_lock);
	if (!stays(v->root_user) || (open && !stays(v->root_kernel))) {
		rc = -XY_EINVAL;
	} else {
		d->direct_root = v->root_user;
		d->open_kernel = open ? v->root_kernel : to_mfn(NO_FRAME);
	}
	lock_drop(&d->mm_lock);
	return rc;
}

/* Takes a new root, makes it v's, and lets the old one go. */
static int set_root(struct vcpu *v, mfn_t *root, mfn_t mfn)
{
	struct domain *d = v->domain;
	unsigned int budget = pt_step_entries;
	mfn_t old = *root;
	int rc = 0;

	lock_take(&d->mm_lock);
	if (!drain_some(d, &budget)) {
		rc = -XY_ERESTART;
	} else if (!mfn_none(mfn)) {
		rc = table_take(d, 4, mfn, &budget);
	}
	if (rc != -XY_ERESTART)
		work_end(d);
	if (rc == 0) {
		*root = mfn;
		if (v == arch_current() && !mfn_none(mfn) &&
		    root == (v->kernel_mode ? &v->root_kernel : &v->root_user))
			arch_load_root(v);
		/* From here no CPU walks the old root for v. */
		if (!mfn_none(old))
			table_drop(d, 4, old);
	}
	lock_drop(&d->mm_lock);
	return rc;
}

int pt_set_kernel_root(struct vcpu *v, mfn_t mfn)
{
	if (mfn_same(v->root_kernel, mfn)) {
		if (v == arch_current() && v->kernel_mode)
			arch_load_root(v);
		return 0;
	}
	if (mfn_none(mfn) && v == arch_current())
		return -XY_EINVAL;	/* it runs on it */
	return set_root(v, &v->root_kernel, mfn);
}

int pt_set_user_root(struct vcpu *v, mfn_t mfn)
{
	if (mfn_same(v->root_user, mfn))
		return 0;
	return set_root(v, &v->root_user, mfn);
}

static void drop_descs(mfn_t *frames, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		if (!mfn_none(frames[i]))
			pt_drop_desc(frames[i]);
		frames[i] = to_mfn(NO_FRAME);
	}
}

static void drop_root(struct domain *d, mfn_t *root)
{
	if (!mfn_none(*root))
		table_drop(d, 4, *root);
	*root = to_mfn(NO_FRAME);
}

void pt_release_vcpu(struct vcpu *v)
{
	struct domain *d = v->domain;

	lock_take(&d->mm_lock);
	drop_root(d, &v->root_kernel);
	drop_root(d, &v->root_user);
	drop_descs(v->gdt_frames, ARRAY_SIZE(v->gdt_frames));
	drop_descs(v->ldt_frames, ARRAY_SIZE(v->ldt_frames));
	lock_drop(&d->mm_lock);
}
