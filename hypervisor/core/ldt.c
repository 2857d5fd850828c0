/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Local descriptor tables.
 *
 * The guest names a virtual address; a page of it enters the CPU's LDT window
 * when a selector load first touches it, as a frame of role DESC.  Setting
 * another LDT drops what was mapped.
 *
 * Lock: none; the vCPU is the caller or off all CPUs.
 */
#include "core/ldt.h"
#include "abi/errno.h"
#include "core/arch.h"
#include "core/guest.h"
#include "core/pt.h"
#include "core/pte.h"

#define LDT_PAGES	16

/* The table is the guest kernel's: a program's tables need not map it. */
static bool kernel_walk(struct vcpu *v, uint64_t va, uint64_t *l1e)
{
	bool mode = v->kernel_mode, found;

	v->kernel_mode = true;
	found = pt_walk_l1(v, va, l1e);
	v->kernel_mode = mode;
	return found;
}

bool ldt_fault(struct vcpu *v, uint64_t page)
{
	uint64_t l1e = 0;
	mfn_t mfn;

	if (v == NULL || page >= LDT_PAGES || page * 512 >= v->ldt_entries ||
	    !mfn_none(v->ldt_frames[page]))
		return false;
	if (!kernel_walk(v, v->ldt_base + page * PAGE_SIZE, &l1e) ||
	    !(l1e & PTE_P))
		return false;
	mfn = pte_mfn(l1e);
	if (pt_take_desc(v->domain, mfn))
		return false;
	arch_ldt_map(v, (unsigned int)page, mfn);
	return true;
}

void ldt_drop(struct vcpu *v)
{
	for (unsigned int i = 0; i < LDT_PAGES; i++) {
		mfn_t mfn = v->ldt_frames[i];

		v->ldt_frames[i] = to_mfn(NO_FRAME);
		if (!mfn_none(mfn)) {
			if (arch_current() == v)
				arch_ldt_changed(v);
			pt_drop_desc(mfn);
		}
	}
}

int ldt_set(struct vcpu *v, uint64_t base, uint64_t entries)
{
	if (entries > 8192 || base & ~PAGE_MASK ||
	    (entries && !guest_range_ok(to_guest(base), entries * 8)))
		return -XY_EINVAL;
	ldt_drop(v);
	v->ldt_base = base;
	v->ldt_entries = (unsigned int)entries;
	if (arch_current() == v)
		arch_ldt_changed(v);
	return 0;
}
