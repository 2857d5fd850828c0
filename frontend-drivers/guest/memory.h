/* SPDX-License-Identifier: MIT */
/*
 * Frames, and the page tables behind our memory.
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

uint64_t va_mfn(const void *va);	/* of our own pages */
uint64_t mfn_va(uint64_t mfn);		/* of our own frames */
/* The L1 entry that maps va now, read from the tables. */
uint64_t va_pte(uint64_t va);
uint64_t *va_pte_slot(uint64_t va);	/* where it is, as we map it */
/* update_va_mapping with INVLPG. */
long va_map(uint64_t va, uint64_t pte);
/* Makes a page of ours, filled and read-only, the L1 table that maps va. */
long va_hook(uint64_t va, const void *table);
/* One mmu_update entry on ourselves. */
long mmu_one(uint64_t ptr, uint64_t val);
long mmuext_one(unsigned int cmd, uint64_t arg1, uint64_t arg2);
/* Maps a page of ours read-only, or writable, where it belongs. */
long page_protect(void *va, bool read_only);
/*
 * A virtual address whose L1 entry is ours to use; the same each time. The
 * first is where shared_info is mapped.
 */
#define SCRATCH_PAGES	8
uint64_t scratch_va(unsigned int i);

#endif
