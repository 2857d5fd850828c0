// SPDX-License-Identifier: GPL-2.0-only
/*
 * The world of pt_world.h: its users, and arguments that are random but likely
 * to meet: few entries are in use, frames are preferred that have, or could
 * take, the role that is asked for.
 */
#include "model/pt_world.h"
#include "core/pt.h"

struct external world_ext[EXTERNALS];
mfn_t world_frames[DOMS][PER_DOM];
uint64_t world_rng;
bool world_foreign[DOMS][MACHINE];

uint64_t world_named(unsigned int dom, unsigned int pg, uint64_t e)
{
	if (pg != dom && pte_present(e) && pte_mfn(e).n < MACHINE &&
	    frame_owned_by(pte_mfn(e), world_dom(pg)))
		world_foreign[dom][pte_mfn(e).n] = true;
	return e;
}

unsigned int world_pick(unsigned int n)
{
	world_rng ^= world_rng << 13;
	world_rng ^= world_rng >> 7;
	world_rng ^= world_rng << 17;
	return (unsigned int)((world_rng >> 11) % n);
}

struct domain *world_dom(unsigned int i)
{
	return &fake_doms.dom[i];
}

mfn_t world_frame(unsigned int dom)
{
	return world_frames[dom][world_pick(PER_DOM)];
}

unsigned int world_index(unsigned int level)
{
	static const unsigned int l4[] = { 0, 300, 511, L4_HV_FIRST };

	if (level < 4)
		return world_pick(3);
	return l4[world_pick(8) ? world_pick(3) : 3];
}

uint64_t world_any_va(void)
{
	uint64_t va = (uint64_t)world_index(4) << 39 |
		      (uint64_t)world_pick(3) << 30 |
		      (uint64_t)world_pick(3) << 21 |
		      (uint64_t)world_pick(3) << 12;

	return va | (va & 1UL << 47 ? 0xffff000000000000UL : 0);
}

uint64_t world_mapped_va(const struct vcpu *v)
{
	mfn_t mfn = v->kernel_mode ? v->root_kernel : v->root_user;
	uint64_t va = 0;

	if (mfn_none(mfn) || world_pick(8) == 0)
		return world_any_va();
	for (unsigned int level = 4; level > 1; level--) {
		unsigned int i = world_index(level);

		for (unsigned int n = 0; n < 8 &&
		     (!pte_present(fake_words(mfn)[i]) ||
		      (level == 4 && l4_slot_is_hv(i))); n++)
			i = world_index(level);
		va |= (uint64_t)i << (12 + 9 * (level - 1));
		if (!pte_present(fake_words(mfn)[i]) ||
		    (level == 4 && l4_slot_is_hv(i)))
			break;
		mfn = pte_mfn(fake_words(mfn)[i]);
	}
	va |= (uint64_t)world_pick(3) << 12;
	return va | (va & 1UL << 47 ? 0xffff000000000000UL : 0);
}

mfn_t world_likely_frame(unsigned int dom, enum role role)
{
	mfn_t mfn = world_frame(dom);

	for (unsigned int i = 0; i < 8 && frame_role(mfn) != role &&
	     (frame_role(mfn) != ROLE_NONE || world_pick(2)); i++)
		mfn = world_frame(dom);
	return mfn;
}

uint64_t world_entry(unsigned int dom, unsigned int level)
{
	static const uint64_t odd[] = { PTE_G, PTE_PCD, PTE_NX, PTE_AVL,
					PTE_PSE, 1UL << 60 };
	uint64_t e = PTE_P | (world_pick(2) ? PTE_RW : 0) |
		     (world_pick(2) ? PTE_A : 0);
	mfn_t mfn;

	if (world_pick(4) == 0)
		return world_pick(2) ? 0 : 0x5a5a5a00;	/* nothing there */
	mfn = level > 1 ? world_likely_frame(dom, ROLE_L1 + level - 2) :
	      world_pick(2) ? world_likely_frame(dom, ROLE_DATA) :
			      world_frame(dom);
	if (world_pick(30) == 0)
		mfn = to_mfn(world_pick(MACHINE + 5));	/* anything at all */
	if (world_pick(10) == 0)
		e |= odd[world_pick(ARRAY_SIZE(odd))];
	return pte_make(mfn, e);
}

unsigned int world_level(mfn_t mfn)
{
	enum role role = frame_role(mfn);

	return role >= ROLE_L1 && role <= ROLE_L4 ? role - ROLE_L1 + 1 :
						    1 + world_pick(4);
}

/* ---- external users ---- */

struct external *world_free_external(void)
{
	for (unsigned int i = 0; i < EXTERNALS; i++)
		if (world_ext[i].kind == EXT_NONE)
			return &world_ext[i];
	return NULL;
}

void world_drop_external(struct external *e)
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
