/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's own mappings, built once at boot (layout.h), and the one
 * function that loads CR3.
 */
#ifndef HW_PAGING_H
#define HW_PAGING_H

#include "lib/types.h"

#define PTE_P		0x1UL
#define PTE_RW		0x2UL
#define PTE_U		0x4UL
#define PTE_PWT		0x8UL
#define PTE_PCD		0x10UL
#define PTE_PS		0x80UL
#define PTE_NX		(1UL << 63)
#define PTE_FRAME	0x000ffffffffff000UL

/* Builds direct map, M2P, frame table, rights of the image; boot only. */
void paging_init(void);
/* Removes what only the boot code used. */
void paging_drop_identity(void);

/*
 * Maps `bytes` of device registers at phys uncached; returns the address to
 * use.  Stays for ever; panics when the device area is full.
 */
volatile void *paging_map_device(uint64_t phys, uint64_t bytes);

/* Sets one page of a CPU's GDT/LDT window; mfn NO_FRAME unmaps it. */
void paging_set_window(unsigned int cpu, unsigned int page, mfn_t mfn);
static inline uint64_t window_va(unsigned int cpu, unsigned int page)
{
	return 0xffff820000000000UL + ((uint64_t)cpu << 17) +
	       ((uint64_t)page << PAGE_SHIFT);
}

/* Virtual addresses of the image to physical ones. */
uint64_t image_phys(const void *p);

#endif
