/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a PV kernel's ELF file says about itself: segments and Xen notes.
 * Pure functions over bytes that are not to be trusted.
 */
#ifndef DOM0_TOOLS_LIB_ELFIMAGE_H
#define DOM0_TOOLS_LIB_ELFIMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_HEADER_BYTES 64u
#define ELF_SEGMENTS_MAX 16u
#define ELF_NO_ADDRESS UINT64_MAX

struct elf_segment {
	uint64_t file_offset;
	uint64_t file_bytes;
	uint64_t memory_bytes;	/* >= file_bytes; the rest is zero */
	uint64_t paddr;
};

/* Byte ranges of the file, and of the kernel's physical addresses. */
struct elf_image {
	uint64_t headers_offset;
	uint64_t headers_bytes;
	struct elf_segment load[ELF_SEGMENTS_MAX];	/* by file offset */
	unsigned int loads;
	struct elf_segment note[ELF_SEGMENTS_MAX];
	unsigned int notes;
	uint64_t paddr_start;
	uint64_t paddr_end;
};

/* The Xen notes; addresses that were not given are ELF_NO_ADDRESS. */
struct elf_notes {
	bool found;		/* at least one note of owner "Xen" */
	bool mod_start_pfn;
	bool is_xen30;
	bool is_generic_loader;
	uint64_t entry;
	uint64_t hypercall_page;
	uint64_t virt_base;
	uint64_t paddr_offset;
	uint64_t init_p2m;
	char refused_feature[48];	/* required, and we have it not */
};

/*
 * First the ELF header (ELF_HEADER_BYTES of it) tells where the program
 * headers lie, then those are read. 0, or -EINVAL with *why a constant.
 */
int elf_read_header(const void *header, struct elf_image *image,
		    const char **why);
int elf_read_segments(const void *headers, struct elf_image *image,
		      const char **why);

void elf_notes_init(struct elf_notes *notes);
/* One note segment; may be called for several. Damaged ones end early. */
void elf_notes_scan(struct elf_notes *notes, const void *data, size_t bytes);
/* For files without note segments: the note sections of a whole ELF file. */
void elf_notes_scan_sections(struct elf_notes *notes, const void *file,
			     size_t bytes);
/* Is this a 64-bit PV kernel that we can start? 0, or -EINVAL and *why. */
int elf_notes_check(const struct elf_notes *notes, const char **why);

#endif
