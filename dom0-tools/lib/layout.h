/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where everything lies in a new PV domain, and its first page tables.
 * Pure arithmetic and table writing; no hypercall.
 */
#ifndef DOM0_TOOLS_LIB_LAYOUT_H
#define DOM0_TOOLS_LIB_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "dom0-tools/lib/elfimage.h"

#define LAYOUT_PAGE_BYTES 4096u

/*
 * The page tables of one range of addresses: rows of L3, L2 and L1 tables,
 * side by side in that order from first_pfn. [0] is L1.
 */
struct layout_tables {
	uint64_t start;		/* addresses [start, end), page aligned */
	uint64_t end;
	uint64_t first_pfn;
	uint64_t count[3];
};

struct layout_input {
	const struct elf_image *elf;
	const struct elf_notes *notes;
	uint64_t nr_pages;
	uint64_t ramdisk_bytes;
};

/* All numbers are pfns and pages unless they say otherwise. */
struct layout {
	uint64_t virt_base;
	uint64_t ramdisk_pfn;
	uint64_t ramdisk_pages;
	bool ramdisk_mapped;
	uint64_t p2m_pfn;
	uint64_t p2m_pages;		/* of the list alone */
	uint64_t p2m_address;
	bool p2m_apart;			/* own tables, not in the main range */
	struct layout_tables p2m_tables;
	uint64_t start_info_pfn;
	uint64_t store_pfn;
	uint64_t console_pfn;
	uint64_t l4_pfn;
	struct layout_tables tables;	/* of the main range, after the L4 */
	uint64_t stack_pfn;
	uint64_t used_pages;		/* the domain needs at least these */
};

/* -E2BIG: the domain is too small for it; -EINVAL: the kernel is odd. */
int layout_plan(struct layout *l, const struct layout_input *in,
		const char **why);
uint64_t layout_address(const struct layout *l, uint64_t pfn);
uint64_t layout_table_pages(const struct layout_tables *t);

/*
 * What the tables map: addresses from t->start get pfns from map_pfn on;
 * pfns in [ro_start, ro_end) read-only. pages is the mapped memory of the
 * tables, l4 that of the root; p2m[pfn] is the machine frame.
 */
struct layout_mapping {
	const struct layout_tables *t;
	const uint64_t *p2m;
	uint64_t map_pfn;
	uint64_t ro_start;
	uint64_t ro_end;
	uint64_t *l4;
	uint64_t *pages;
};
void layout_write_tables(const struct layout_mapping *m);

#endif
