// SPDX-License-Identifier: GPL-2.0-only
/*
 * update_va_mapping (14) and its sibling for another owner's frame (22): one
 * L1 entry by virtual address, in the tables the caller runs on, with an
 * optional flush.  rdi: address, rsi: entry, rdx: flags (XY_UVMF_), r10 of the
 * sibling: the owner.
 *
 * The flush is done only after the entry has changed.  No lock here.
 */
#include "abi/mmu.h"
#include "call/mmu.h"
#include "core/arch.h"
#include "core/pt.h"

static int flush_cpus(struct vcpu *v, uint64_t flags, uint64_t *cpus)
{
	uint64_t who = flags & ~XY_UVMF_FLUSHTYPE_MASK;

	if (who == XY_UVMF_LOCAL)
		*cpus = mmu_this_cpu();
	else if (who == XY_UVMF_ALL)
		*cpus = mmu_all_cpus(v);
	else
		return mmu_cpus(v, to_guest(who), cpus);
	return 0;
}

static int flush_after(struct vcpu *v, uint64_t va, uint64_t flags)
{
	uint64_t type = flags & XY_UVMF_FLUSHTYPE_MASK, cpus;
	int rc;

	if (type != XY_UVMF_TLB_FLUSH && type != XY_UVMF_INVLPG)
		return 0;
	rc = flush_cpus(v, flags, &cpus);
	if (rc != 0)
		return rc;
	if (type == XY_UVMF_TLB_FLUSH)
		arch_tlb_flush(cpus);
	else
		arch_tlb_flush_page(cpus, va);
	return 0;
}

static int64_t update(struct vcpu *v, struct call *c, uint16_t owner)
{
	struct pt_request r = { .pt_owner = v->domain, .by = v };
	int rc = mmu_owner_get(v, owner, &r.pg_owner);

	if (rc != 0)
		return rc;
	rc = pt_update_va(&r, c->arg[0], c->arg[1]);
	mmu_owner_put(r.pg_owner);
	return rc ? rc : flush_after(v, c->arg[0], c->arg[2]);
}

int64_t hc_update_va_mapping(struct vcpu *v, struct call *c)
{
	return update(v, c, XY_DOMID_SELF);
}

int64_t hc_update_va_mapping_otherdomain(struct vcpu *v, struct call *c)
{
	return update(v, c, (uint16_t)c->arg[3]);
}
