/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest kernel as an ELF64 image in memory: its segments, and the notes of
 * owner "Xen" in which it says how it wants to be started.
 *
 * elf_open checks everything that the other functions rely on; the image must
 * not change afterwards.  Numbers taken from the file have been checked
 * against overflow and the file's size where a comment says so, and only
 * there.  Nothing is allocated or copied, apart from short strings.
 *
 * Sources: the ELF-64 object file format; Xen's public elfnote.h, features.h.
 */
#ifndef LIB_ELF_H
#define LIB_ELF_H

#include "lib/types.h"

enum elf_status {
	ELF_OK,
	ELF_SHORT,		/* no room for an ELF header */
	ELF_NOT_ELF,
	ELF_NOT_X86_64,		/* other class, byte order or machine */
	ELF_NOT_KERNEL,		/* neither EXEC nor DYN */
	ELF_BAD_TABLE,		/* program or section headers out of bounds */
	ELF_BAD_SEGMENT,	/* a segment is out of bounds or wraps */
	ELF_OVERLAP,		/* two segments share physical addresses */
	ELF_NO_SEGMENT,
	ELF_BAD_NOTE,		/* a note is out of bounds or of odd size */
	ELF_NO_XEN_NOTE,
	ELF_NO_ENTRY,
	ELF_BAD_ENTRY,		/* outside the kernel's own addresses */
	ELF_NOT_XEN_3,		/* XEN_VERSION is not "xen-3.0" */
	ELF_NOT_GENERIC,	/* LOADER is not "generic" */
	ELF_UNKNOWN_FEATURE,	/* demands a feature nobody has heard of */
	ELF_MISSING_FEATURE,	/* demands a feature we do not offer */
	ELF_NOT_DOM0,		/* lacks the dom0 bit, and dom0 was asked */
	ELF_BAD_LAYOUT,		/* its virtual addresses wrap */
	ELF_IN_HYPERVISOR,	/* needs addresses that are the hypervisor's */
};

struct elf_image {
	const uint8_t *data;
	size_t size;		/* bytes */
	uint64_t entry;		/* of the ELF header: the native one */
	uint64_t segments_at, sections_at;	/* file offsets of tables */
	uint32_t segments, sections;		/* entries, 56 and 64 bytes */
	uint64_t phys_start, phys_end;	/* over all PT_LOAD, exclusive */
};

/* A PT_LOAD; file bytes lie in the file, paddr + memory_bytes does not wrap. */
struct elf_segment {
	const uint8_t *data;
	uint64_t vaddr, paddr;
	uint64_t file_bytes;	/* the rest of memory_bytes is zero */
	uint64_t memory_bytes;
	uint32_t flags;		/* 1 execute, 2 write, 4 read */
};

/* Where elf_next_load is; zeroed to begin with. */
struct elf_cursor {
	uint64_t paddr;
	uint32_t index;
	bool started;
};

enum { ELF_STRING_MAX = 16 };

struct elf_xen_notes {
	uint32_t present;	/* bit per XY_ELFNOTE_ number */
	uint64_t entry;			/* VA */
	uint64_t hypercall_page;	/* VA */
	uint64_t virt_base;		/* VA */
	uint64_t paddr_offset;
	uint64_t hv_start_low;		/* VA */
	uint64_t init_p2m;		/* VA */
	uint64_t mod_start_pfn;		/* not 0: mod_start is a pfn */
	uint64_t suspend_cancel;
	uint64_t l1_mfn_mask, l1_mfn_value;	/* of the first pair */
	bool pae_extended_cr3;		/* PAE_MODE "yes" or "extended-cr3" */
	uint32_t features_supported;	/* bit per XY_FEAT_ */
	uint32_t features_required;
	bool feature_unknown;		/* a required name is not known */
	char unknown_name[ELF_STRING_MAX * 2];	/* it, cut short */
	char xen_version[ELF_STRING_MAX];	/* strings are cut short too */
	char guest_os[ELF_STRING_MAX];
	char guest_version[ELF_STRING_MAX];
	char loader[ELF_STRING_MAX];
	char pae_mode[ELF_STRING_MAX];
};

/* What the builder asks of a kernel. */
struct elf_rules {
	bool dom0;
	uint32_t offered;	/* features it may demand, bit per XY_FEAT_ */
	uint64_t hv_start, hv_end;	/* VA of the hypervisor's own area */
};

/* Virtual addresses of the loaded kernel: what elf_xen_check works out. */
struct elf_layout {
	uint64_t offset;	/* VA = p_paddr + offset, modulo 2^64 */
	uint64_t start, end;	/* VA, end exclusive */
	uint64_t entry;
	uint64_t virt_base;
};

must_check enum elf_status elf_open(struct elf_image *image,
				    const uint8_t *data, size_t size);

/* The PT_LOAD with the next higher p_paddr; false when there is none. */
must_check bool elf_next_load(const struct elf_image *image,
			      struct elf_cursor *cursor,
			      struct elf_segment *segment);

/* Reads PT_NOTE segments, and SHT_NOTE sections if those have no Xen note. */
must_check enum elf_status elf_find_xen_notes(const struct elf_image *image,
					      struct elf_xen_notes *notes);

static inline bool elf_has_note(const struct elf_xen_notes *notes,
				unsigned int type)
{
	return notes->present >> type & 1;
}

/* May this kernel be started, and where would it lie? */
must_check enum elf_status elf_xen_check(const struct elf_image *image,
					 const struct elf_xen_notes *notes,
					 const struct elf_rules *rules,
					 struct elf_layout *layout);

/* One sentence without a full stop. */
const char *elf_strerror(enum elf_status status);

#endif
