/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's own mappings, built once at boot (layout.h), and the one
 * function that loads CR3.
 */
#ifndef HW_PAGING_H
#define HW_PAGING_H

#include "core/pte.h"
#include "hw/layout.h"
#include "lib/types.h"


/* Builds direct map, M2P, frame table, rights of the image; boot only. */
void paging_init(void);
/* Tells core/m2p.c which frames hold the M2P. */
void paging_publish_m2p(void);
/* Removes what only the boot code used. */
void paging_drop_identity(void);

/*
 * Maps `bytes` of device registers at phys uncached; returns the address to
 * use.  Stays for ever; panics when the device area is full.
 */
volatile void *paging_map_device(uint64_t phys, uint64_t bytes);

/*
 * A pointer to read physical memory through at boot: the direct map where it
 * reaches, else a mapping in the device area.  NULL: beyond the direct map.
 */
const void *paging_ptr(uint64_t phys, uint64_t bytes);

/* Sets one page of a CPU's GDT/LDT window; mfn NO_FRAME unmaps it. */
void paging_set_window(unsigned int cpu, unsigned int page, mfn_t mfn);
static inline uint64_t window_va(unsigned int cpu, unsigned int page)
{
	return WINDOW_VA + ((uint64_t)cpu << WINDOW_SHIFT) +
	       ((uint64_t)page << PAGE_SHIFT);
}

/* The page of its LDT window that an address lies in; a huge number: none. */
static inline uint64_t window_ldt_page(uint64_t va)
{
	uint64_t off = va - WINDOW_VA;

	if (off >> 39)
		return ~0UL;
	return (off >> PAGE_SHIFT & (WINDOW_PAGES - 1)) - WINDOW_LDT;
}

/* Virtual addresses of the image to physical ones. */
uint64_t image_phys(const void *p);

#endif
