/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A page-table entry: bits, and what a guest may say in one, per level.
 * Pure functions, no state.  Bit names are the processor manual's.
 *
 * What we change in a guest's present entry: U is set (guest kernels run in
 * ring 3), G is taken out (mode toggles rely on a plain CR3 load), A is set in
 * L4 entries, and device memory is made uncached.  Everything else is kept, so
 * the guest reads back what it wrote.
 */
#ifndef CORE_PTE_H
#define CORE_PTE_H

#include "lib/types.h"

#define PTE_P		(1UL << 0)
#define PTE_RW		(1UL << 1)
#define PTE_U		(1UL << 2)
#define PTE_PWT		(1UL << 3)
#define PTE_PCD		(1UL << 4)
#define PTE_A		(1UL << 5)
#define PTE_D		(1UL << 6)
#define PTE_PSE		(1UL << 7)	/* L2, L3 */
#define PTE_PAT		(1UL << 7)	/* L1 */
#define PTE_G		(1UL << 8)
#define PTE_AVL		(7UL << 9)
#define PTE_AVL_HIGH	(0x7ffUL << 52)
#define PTE_NX		(1UL << 63)
#define PTE_FRAME_BITS	(((1UL << 52) - 1) & PAGE_MASK)
#define PTE_CACHE	(PTE_PWT | PTE_PCD | PTE_PAT)

#define PT_ENTRIES	512
/* L4 slots that are the hypervisor's. */
#define L4_HV_FIRST	256
#define L4_HV_LAST	271

static inline bool pte_present(uint64_t e) { return e & PTE_P; }
static inline bool pte_writable(uint64_t e)
{
	return (e & (PTE_P | PTE_RW)) == (PTE_P | PTE_RW);
}
static inline mfn_t pte_mfn(uint64_t e)
{
	return to_mfn((e & PTE_FRAME_BITS) >> PAGE_SHIFT);
}
static inline uint64_t pte_make(mfn_t mfn, uint64_t flags)
{
	return mfn.n << PAGE_SHIFT | flags;
}
static inline unsigned int pte_index(unsigned int level, uint64_t va)
{
	return va >> (12 + 9 * (level - 1)) & (PT_ENTRIES - 1);
}
static inline bool l4_slot_is_hv(unsigned int slot)
{
	return slot >= L4_HV_FIRST && slot <= L4_HV_LAST;
}

/* A present entry of this level has no bit that is not allowed. */
bool pte_flags_ok(unsigned int level, uint64_t e, bool may_cache);
/* The entry as it is stored. */
uint64_t pte_adjust(unsigned int level, uint64_t e);
/* The L1 entry for device memory: uncached unless already so. */
uint64_t pte_uncached(uint64_t e);
/* Two L1 entries promise the same: no user need be taken or dropped. */
bool pte_same_promise(uint64_t a, uint64_t b);

#endif
