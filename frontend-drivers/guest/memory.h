/* SPDX-License-Identifier: MIT */
/*
 * Our own memory: pages, frames, and the page tables behind them.
 *
 * Page pfn is mapped at VIRT_BASE + pfn * PAGE.  A frame number (mfn) is what
 * the hypervisor and other domains know the page by.
 */
#ifndef GUEST_MEMORY_H
#define GUEST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PTE_P		0x1UL
#define PTE_RW		0x2UL
#define PTE_U		0x4UL
#define PTE_A		0x20UL
#define PTE_D		0x40UL
#define PTE_PSE		0x80UL
#define PTE_NX		(1UL << 63)
#define LEAF		(PTE_P | PTE_RW | PTE_U | PTE_A | PTE_D)
#define LEAF_RO		(PTE_P | PTE_U | PTE_A)

void memory_init(void);
/* A cleared page of our own, mapped writable; a guest without one dies. */
void *page_alloc(void);
uint64_t va_mfn(const void *va);
uint64_t mfn_va(uint64_t mfn);		/* of our own frames */
/* The L1 entry that maps va now, read from the tables. */
uint64_t va_pte(uint64_t va);
uint64_t *va_pte_slot(uint64_t va);	/* where it is, as we map it */
/* update_va_mapping with INVLPG. */
long va_map(uint64_t va, uint64_t pte);
/* One mmu_update entry on ourselves. */
long mmu_one(uint64_t ptr, uint64_t val);
long mmuext_one(unsigned int cmd, uint64_t arg1, uint64_t arg2);
/* Makes a page of ours read-only where we map it, and back. */
long page_protect(void *va, bool read_only);
/*
 * A virtual address whose L1 entry is ours to use; the same each time. The
 * first is where shared_info is mapped.
 */
#define SCRATCH_PAGES	8
uint64_t scratch_va(unsigned int i);

#endif
