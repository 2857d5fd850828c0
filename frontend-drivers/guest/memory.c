// SPDX-License-Identifier: MIT
/*
 * Frames of our own and the tables that map them.
 *
 * Tables are read where they lie, through our own mapping of them, and
 * changed by hypercalls alone.
 */
#include "frontend-drivers/guest/memory.h"
#include "abi/mmu.h"
#include "abi/regs.h"
#include "abi/shared_info.h"
#include "frontend-drivers/guest/call.h"
#include "frontend-drivers/guest/guest.h"

#define FRAME_BITS	0xffffffffff000UL

static char scratch[SCRATCH_PAGES][PAGE] __attribute__((aligned(4096)));

uint64_t va_mfn(const void *va)
{
	const uint64_t *p2m = (const uint64_t *)guest_si->mfn_list;

	return p2m[(A(va) - VIRT_BASE) / PAGE];
}

uint64_t mfn_va(uint64_t mfn)
{
	const uint64_t *m2p = (const uint64_t *)XY_MACH2PHYS_VIRT_START;

	return VIRT_BASE + m2p[mfn] * PAGE;
}

/* The entry of va in its table of this level (1: L1), NULL: no such table. */
static uint64_t *entry_of(uint64_t va, int level)
{
	uint64_t *table = (uint64_t *)guest_si->pt_base;

	for (int l = 4; l > level; l--) {
		uint64_t e = table[va >> (l * 9 + 3) & 511];

		if (!(e & PTE_P))
			return NULL;
		table = (uint64_t *)mfn_va((e & FRAME_BITS) >> 12);
	}
	return &table[va >> (level * 9 + 3) & 511];
}

uint64_t *va_pte_slot(uint64_t va)
{
	return entry_of(va, 1);
}

uint64_t va_pte(uint64_t va)
{
	uint64_t *slot = va_pte_slot(va);

	return slot ? *slot : 0;
}

long va_map(uint64_t va, uint64_t pte)
{
	return call3(XY_HYPERVISOR_update_va_mapping, va, pte,
		     XY_UVMF_INVLPG);
}

long va_hook(uint64_t va, const void *table)
{
	uint64_t *slot = entry_of(va, 2);

	if (!slot)
		return -XY_EINVAL;
	return mmu_one(va_mfn(slot) << 12 | (A(slot) & (PAGE - 1)),
		       va_mfn(table) << 12 | LEAF);
}

long mmu_one(uint64_t ptr, uint64_t val)
{
	struct xy_mmu_update u = { ptr, val };

	return call4(XY_HYPERVISOR_mmu_update, &u, 1, 0, XY_DOMID_SELF);
}

long mmuext_one(unsigned int cmd, uint64_t arg1, uint64_t arg2)
{
	struct xy_mmuext_op op = { .cmd = cmd };

	op.arg1.mfn = arg1;
	op.arg2.nr_ents = (uint32_t)arg2;
	return call4(XY_HYPERVISOR_mmuext_op, &op, 1, 0, XY_DOMID_SELF);
}

long page_protect(void *va, bool read_only)
{
	return va_map(A(va), va_mfn(va) << 12 | (read_only ? LEAF_RO : LEAF));
}

uint64_t scratch_va(unsigned int i)
{
	return A(scratch[i]);
}
