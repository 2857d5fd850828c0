// SPDX-License-Identifier: GPL-2.0-only
/*
 * Are all counts what roots and tables say?
 *
 * 1. Nothing that the counting code keeps is believed, except which frames
 *    are tables: every table's entries are walked, and a table that no root
 *    reaches shows as one with too many role users.
 * 2. Roots: pins, base pointers, the list of finished tables, descriptor
 *    frames of vCPUs; a dropped table that waits still holds its children.
 * 3. The machine is quiet: no lock is taken.
 *
 * A debug key runs it; the model tests run it after every step.
 */
#include "core/pt_audit.h"
#include "core/arch.h"
#include "core/con.h"
#include "core/frame_owner.h"
#include "core/frame_record.h"
#include "core/pool.h"
#include "core/pt_int.h"

#define SMALLEST_WINDOW	4096u

void audit_use(struct audit *a, mfn_t mfn, enum role role)
{
	struct audit_count *c;

	if (mfn.n - a->first >= a->frames)
		return;
	c = &a->count[mfn.n - a->first];
	c->users++;
	if (role == ROLE_NONE)
		return;
	c->role_users++;
	c->clash |= c->role != ROLE_NONE && c->role != role;
	c->role = (uint8_t)role;
}

static void collect_vcpu(struct audit *a, const struct vcpu *v)
{
	audit_use(a, v->root_kernel, ROLE_L4);
	audit_use(a, v->root_user, ROLE_L4);
	for (unsigned int i = 0; i < ARRAY_SIZE(v->gdt_frames); i++)
		audit_use(a, v->gdt_frames[i], ROLE_DESC);
	for (unsigned int i = 0; i < ARRAY_SIZE(v->ldt_frames); i++)
		audit_use(a, v->ldt_frames[i], ROLE_DESC);
}

static void collect_domain(struct audit *a, struct domain *d)
{
	uint32_t n;

	for (unsigned int i = 0; i < ARRAY_SIZE(d->vcpus); i++)
		if (d->vcpus[i] != NULL)
			collect_vcpu(a, d->vcpus[i]);
	for (n = d->mm->work; n != FRAME_NO_LINK; n = frame_link(to_mfn(n)))
		audit_use(a, to_mfn(n), frame_role(to_mfn(n)));
	for (n = d->mm->release; n != FRAME_NO_LINK; n = frame_link(to_mfn(n)))
		audit_use(a, to_mfn(n), frame_role(to_mfn(n)));
	/* A dropped table keeps one user, and no role user. */
	for (n = d->mm->drain; n != FRAME_NO_LINK; n = frame_link(to_mfn(n)))
		audit_use(a, to_mfn(n), ROLE_NONE);
}

static void collect_table(struct audit *a, mfn_t mfn, unsigned int level)
{
	const uint64_t *table = arch_frame_ptr(mfn);

	for (unsigned int i = 0; i < PT_ENTRIES; i++) {
		uint64_t e = entry_load(&table[i]);

		if (!pte_present(e) || (level == 4 && l4_slot_is_hv(i)) ||
		    !frame_is_ram(pte_mfn(e)))
			continue;
		if (level > 1)
			audit_use(a, pte_mfn(e), level_role(level - 1));
		else
			audit_use(a, pte_mfn(e), pte_writable(e) ? ROLE_DATA :
								   ROLE_NONE);
	}
}

static void collect_frame(struct audit *a, mfn_t mfn)
{
	enum role role = frame_role(mfn);

	if (frame_owner(mfn) == NULL || frame_owner(mfn) == dom_xen)
		return;
	if (frame_pinned(mfn))
		audit_use(a, mfn, role);
	if (frame_shared(mfn) && frame_allocated(mfn))
		audit_use(a, mfn, ROLE_DATA);
	if (role_is_table(role))
		collect_table(a, mfn, role_level(role));
}

void audit_collect(struct audit *a)
{
	struct domain *d;

	for (unsigned int i = OWNER_FIRST; i < OWNER_MAX; i++) {
		d = frame_owner_at(i);
		if (d != NULL)
			collect_domain(a, d);
	}
	for (uint64_t n = 0; n < frame_max(); n++)
		if (frame_is_ram(to_mfn(n)))
			collect_frame(a, to_mfn(n));
}

static bool counts_agree(mfn_t mfn, const struct audit_count *c, bool exact)
{
	enum role role = frame_role(mfn);
	uint32_t users = frame_users(mfn), role_users = frame_role_users(mfn);

	if (c->clash || role_users > users ||
	    (c->role != ROLE_NONE && (enum role)c->role != role))
		return false;
	if (exact || role_is_table(role))
		if (role_users != c->role_users)
			return false;
	if (exact)
		return users == c->users;
	return role_users >= c->role_users &&
	       users - role_users >= c->users - c->role_users;
}

/* An L4's hypervisor slots are what arch_l4_fill() writes. */
static bool l4_slots_agree(mfn_t mfn)
{
	const uint64_t *table = arch_frame_ptr(mfn);
	const uint64_t volatile_bits = PTE_A | PTE_D;
	static uint64_t want[PT_ENTRIES];	/* one audit at a time */

	if (frame_role(mfn) != ROLE_L4)
		return true;
	arch_l4_fill(want);
	for (unsigned int i = L4_HV_FIRST; i <= L4_HV_LAST; i++)
		if ((table[i] ^ want[i]) & ~volatile_bits)
			return false;
	return true;
}

unsigned int audit_compare(const struct audit *a, struct domain *d, bool exact)
{
	unsigned int bad = 0;

	for (uint64_t i = 0; i < a->frames; i++) {
		const struct audit_count *c = &a->count[i];
		mfn_t mfn = to_mfn(a->first + i);
		struct domain *owner = frame_owner(mfn);

		if (owner == NULL || owner == dom_xen ||
		    (d != NULL && owner != d) ||
		    (counts_agree(mfn, c, exact) && l4_slots_agree(mfn)))
			continue;
		bad++;
		con_log("audit: counted %u users, %u of role %u%s; ", c->users,
			c->role_users, c->role, c->clash ? ", two roles" : "");
		frame_log(mfn);
	}
	return bad;
}

unsigned int pt_audit(struct domain *d)
{
	struct audit a = { .frames = frame_max() };
	unsigned int bad = 0;

	do {
		a.count = pool_alloc_array(a.frames, sizeof(*a.count));
		if (a.count == NULL)
			a.frames /= 2;
	} while (a.count == NULL && a.frames >= SMALLEST_WINDOW);
	if (a.count == NULL) {
		con_log("audit: no memory\n");
		return 1;
	}
	for (a.first = 0; a.first < frame_max(); a.first += a.frames) {
		for (uint64_t i = 0; i < a.frames; i++)
			a.count[i] = (struct audit_count){ 0 };
		audit_collect(&a);
		bad += audit_compare(&a, d, false);
	}
	pool_free(a.count);
	return bad;
}
