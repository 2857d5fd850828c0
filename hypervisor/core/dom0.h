/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The first domain: unpacked, laid out, given its tables and started by the
 * hypervisor itself.
 */
#ifndef CORE_DOM0_H
#define CORE_DOM0_H

#include "lib/elf.h"
#include "lib/types.h"

struct dom0_image {
	const uint8_t *kernel;		/* bzImage or plain ELF */
	size_t kernel_bytes;
	const uint8_t *initrd;		/* may be NULL */
	size_t initrd_bytes;
	const char *cmdline;
	uint64_t mem_bytes;		/* 0: nearly all there is */
	uint64_t max_bytes;		/* 0: as mem_bytes */
	unsigned int max_vcpus;
};

/*
 * Builds dom0 and leaves its vCPU 0 ready to run, still paused.  NULL, or one
 * sentence that says why it cannot be.  Boot only.
 */
const char *dom0_build(const struct dom0_image *image);

/*
 * Where things lie in dom0's initial address space; all page-aligned virtual
 * addresses, in this order.  core/dom0_layout.c
 */
struct dom0_layout {
	struct elf_layout elf;
	uint64_t initrd_va;	/* 0: not mapped, given as a pfn */
	uint64_t p2m_va;
	bool p2m_apart;		/* outside the kernel's mapping, own tables */
	uint64_t start_info_va;
	uint64_t pt_va;
	uint64_t pt_pages;
	uint64_t stack_va;
	uint64_t end_va;	/* 4 MiB aligned, 512 KiB or more past stack */
};

void dom0_layout(struct dom0_layout *l, const struct elf_xen_notes *notes,
		 size_t initrd_bytes, uint64_t nr_pages);
/* Tables that map [start, end) with 4 KiB pages, without the L4. */
uint64_t dom0_table_count(uint64_t start, uint64_t end);

/* "512M", "1G", "1024M,max:2G": bytes; false: not understood. */
bool dom0_parse_mem(const char *text, uint64_t *mem, uint64_t *max);

#endif
