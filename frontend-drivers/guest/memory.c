// SPDX-License-Identifier: MIT
/*
 * Pages of our own and the tables that map them.
 *
 * The heap is what lies behind the initial mapping's use: pages that the
 * builder mapped for us, the pad behind the boot stack.  A page is given out
 * once and never comes back.
 */
#include "frontend-drivers/guest/memory.h"
#include "abi/mmu.h"
#include "abi/regs.h"
#include "abi/shared_info.h"
#include "frontend-drivers/guest/call.h"
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/text.h"

static uint64_t next_page, last_page;	/* virtual addresses */
static char scratch[SCRATCH_PAGES][PAGE] __attribute__((aligned(4096)));

void memory_init(void)
{
	const struct xy_start_info *si = guest_si;

	/* behind tables and boot stack: at least 512 KiB are mapped */
	next_page = si->pt_base + (si->nr_pt_frames + 1) * PAGE;
	last_page = (next_page + 0x80000 + 0x3fffff) & ~0x3fffffUL;
	if (next_page + 0x80000 > last_page)
		last_page += 0x400000;
}

static const uint64_t *p2m(void)
{
	return (const uint64_t *)guest_si->mfn_list;
}

uint64_t va_mfn(const void *va)
{
	return p2m()[(A(va) - VIRT_BASE) / PAGE];
}

uint64_t mfn_va(uint64_t mfn)
{
	const uint64_t *m2p = (const uint64_t *)XY_MACH2PHYS_VIRT_START;

	return VIRT_BASE + m2p[mfn] * PAGE;
}

void *page_alloc(void)
{
	void *p = (void *)next_page;

	if (next_page >= last_page)
		guest_die("out of pages");
	next_page += PAGE;
	return memset(p, 0, PAGE);
}

uint64_t *va_pte_slot(uint64_t va)
{
	uint64_t *table = (uint64_t *)guest_si->pt_base;

	for (int shift = 39; shift > 12; shift -= 9) {
		uint64_t e = table[va >> shift & 511];

		if (!(e & PTE_P))
			return NULL;
		table = (uint64_t *)mfn_va((e & 0xffffffffff000UL) >> 12);
	}
	return &table[va >> 12 & 511];
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
