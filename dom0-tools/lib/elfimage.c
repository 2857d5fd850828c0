// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a PV kernel's ELF file says about itself: segments and Xen notes.
 *
 * Segments go by p_paddr, never by p_vaddr: Linux has one (per-CPU data)
 * whose virtual address is 0. The kernel's virtual address of a byte is
 * VIRT_BASE + paddr - PADDR_OFFSET, by the notes.
 *
 * Rules: 1. sums of file numbers are checked for overflow; 2. what is wrong
 * is named by a constant sentence; 3. notes that end outside their segment
 * end the scan. Lock: none. Never: allocates, reads past what it was given.
 * Next: layout.c, which lays the domain out around the kernel.
 */
#include "dom0-tools/lib/elfimage.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "abi/elfnote.h"

/* More than any kernel has, and small enough to compute with. */
#define LARGEST_BYTES (1ull << 30)

int elf_read_header(const void *header, struct elf_image *image,
		    const char **why)
{
	Elf64_Ehdr h;

	memcpy(&h, header, sizeof(h));
	memset(image, 0, sizeof(*image));
	*why = NULL;
	if (memcmp(h.e_ident, ELFMAG, SELFMAG) != 0)
		*why = "it holds no ELF file";
	else if (h.e_ident[EI_CLASS] != ELFCLASS64 || h.e_machine != EM_X86_64)
		*why = "it is no x86-64 kernel (32-bit guests cannot run)";
	else if (h.e_type != ET_EXEC && h.e_type != ET_DYN)
		*why = "its ELF file is no executable";
	else if (h.e_phentsize != sizeof(Elf64_Phdr) || h.e_phnum == 0 ||
		 h.e_phnum > 64)
		*why = "its ELF header is damaged";
	else if (h.e_phoff < sizeof(h) || h.e_phoff > LARGEST_BYTES)
		*why = "its program headers lie outside the file";
	if (*why)
		return -EINVAL;
	image->headers_offset = h.e_phoff;
	image->headers_bytes = h.e_phnum * sizeof(Elf64_Phdr);
	return 0;
}

static bool sane(const Elf64_Phdr *p)
{
	return p->p_filesz <= p->p_memsz && p->p_offset <= LARGEST_BYTES &&
	       p->p_memsz <= LARGEST_BYTES && p->p_paddr <= LARGEST_BYTES * 4;
}

static int add(struct elf_segment *list, unsigned int *count,
	       const Elf64_Phdr *p)
{
	unsigned int i = *count;

	if (i == ELF_SEGMENTS_MAX)
		return -EINVAL;
	/* Kept in file order, since a packed file is read front to back. */
	for (; i > 0 && list[i - 1].file_offset > p->p_offset; i--)
		list[i] = list[i - 1];
	list[i].file_offset = p->p_offset;
	list[i].file_bytes = p->p_filesz;
	list[i].memory_bytes = p->p_memsz;
	list[i].paddr = p->p_paddr;
	(*count)++;
	return 0;
}

static bool overlapping(const struct elf_image *image)
{
	for (unsigned int i = 1; i < image->loads; i++) {
		const struct elf_segment *a = &image->load[i - 1];

		if (a->file_offset + a->file_bytes > a[1].file_offset)
			return true;
	}
	return false;
}

int elf_read_segments(const void *headers, struct elf_image *image,
		      const char **why)
{
	uint64_t count = image->headers_bytes / sizeof(Elf64_Phdr);
	int err = 0;

	image->paddr_start = UINT64_MAX;
	for (uint64_t i = 0; i < count && !err; i++) {
		Elf64_Phdr p;

		memcpy(&p, (const char *)headers + i * sizeof(p), sizeof(p));
		if (p.p_type == PT_NOTE && sane(&p))
			err = add(image->note, &image->notes, &p);
		if (p.p_type != PT_LOAD || p.p_memsz == 0)
			continue;
		err = sane(&p) ? add(image->load, &image->loads, &p) : -EINVAL;
		if (p.p_paddr < image->paddr_start)
			image->paddr_start = p.p_paddr;
		if (p.p_paddr + p.p_memsz > image->paddr_end)
			image->paddr_end = p.p_paddr + p.p_memsz;
	}
	*why = NULL;
	if (err)
		*why = "its segments are damaged or too many";
	else if (image->loads == 0)
		*why = "it has nothing to load";
	else if (image->paddr_end - image->paddr_start > LARGEST_BYTES)
		*why = "its segments lie too far apart";
	else if (overlapping(image))
		*why = "its segments overlap in the file";
	return *why ? -EINVAL : 0;
}

void elf_notes_init(struct elf_notes *notes)
{
	memset(notes, 0, sizeof(*notes));
	notes->entry = ELF_NO_ADDRESS;
	notes->hypercall_page = ELF_NO_ADDRESS;
	notes->virt_base = ELF_NO_ADDRESS;
	notes->init_p2m = ELF_NO_ADDRESS;
}

/* Features a kernel may require of us; others we do not have. */
static bool feature_known(const char *name, size_t bytes)
{
	static const char *const known[] = {
		"writable_page_tables",
		"writable_descriptor_tables",
		"pae_pgdir_above_4gb",
		"mmu_pt_update_preserve_ad",
		"gnttab_map_avail_bits",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i]) == bytes &&
		    memcmp(known[i], name, bytes) == 0)
			return true;
	return false;
}

/* "a|!b|c": those with a '!' are required. */
static void scan_features(struct elf_notes *notes, const char *s, size_t bytes)
{
	const char *end = memchr(s, 0, bytes);

	if (!end)
		end = s + bytes;
	while (s < end) {
		const char *bar = memchr(s, '|', (size_t)(end - s));
		size_t n = (size_t)((bar ? bar : end) - s);

		if (n > 1 && *s == '!' && !feature_known(s + 1, n - 1)) {
			size_t room = sizeof(notes->refused_feature) - 1;

			if (n - 1 < room)
				room = n - 1;
			memcpy(notes->refused_feature, s + 1, room);
			notes->refused_feature[room] = 0;
		}
		s += n + 1;
	}
}

static bool says(const void *desc, size_t bytes, const char *text)
{
	return bytes >= strlen(text) && memcmp(desc, text, strlen(text)) == 0;
}

static uint64_t number(const void *desc, size_t bytes)
{
	uint64_t v = 0;

	memcpy(&v, desc, bytes < sizeof(v) ? bytes : sizeof(v));
	return v;
}

static void take(struct elf_notes *notes, uint32_t type, const void *desc,
		 size_t bytes)
{
	notes->found = true;
	switch (type) {
	case XY_ELFNOTE_ENTRY:
		notes->entry = number(desc, bytes);
		break;
	case XY_ELFNOTE_HYPERCALL_PAGE:
		notes->hypercall_page = number(desc, bytes);
		break;
	case XY_ELFNOTE_VIRT_BASE:
		notes->virt_base = number(desc, bytes);
		break;
	case XY_ELFNOTE_PADDR_OFFSET:
		notes->paddr_offset = number(desc, bytes);
		break;
	case XY_ELFNOTE_INIT_P2M:
		notes->init_p2m = number(desc, bytes);
		break;
	case XY_ELFNOTE_MOD_START_PFN:
		notes->mod_start_pfn = number(desc, bytes) != 0;
		break;
	case XY_ELFNOTE_XEN_VERSION:
		notes->is_xen30 = says(desc, bytes, "xen-3.0");
		break;
	case XY_ELFNOTE_LOADER:
		notes->is_generic_loader = says(desc, bytes, "generic");
		break;
	case XY_ELFNOTE_FEATURES:
		scan_features(notes, desc, bytes);
		break;
	default:
		break;	/* informational, or for other kinds of guests */
	}
}

static size_t pad4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

void elf_notes_scan(struct elf_notes *notes, const void *data, size_t bytes)
{
	const char *p = data;

	while (bytes >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr n;
		size_t name, desc;

		memcpy(&n, p, sizeof(n));
		p += sizeof(n);
		bytes -= sizeof(n);
		name = pad4(n.n_namesz);
		desc = pad4(n.n_descsz);
		if (name > bytes || desc > bytes - name)
			return;
		if (n.n_namesz == 4 && memcmp(p, "Xen", 4) == 0)
			take(notes, n.n_type, p + name, n.n_descsz);
		p += name + desc;
		bytes -= name + desc;
	}
}

void elf_notes_scan_sections(struct elf_notes *notes, const void *file,
			     size_t bytes)
{
	const char *p = file;
	Elf64_Ehdr h;

	if (bytes < sizeof(h))
		return;
	memcpy(&h, p, sizeof(h));
	if (h.e_shentsize != sizeof(Elf64_Shdr) || h.e_shoff > bytes ||
	    h.e_shnum > (bytes - h.e_shoff) / sizeof(Elf64_Shdr))
		return;
	for (unsigned int i = 0; i < h.e_shnum; i++) {
		Elf64_Shdr s;

		memcpy(&s, p + h.e_shoff + i * sizeof(s), sizeof(s));
		if (s.sh_type == SHT_NOTE && s.sh_offset <= bytes &&
		    s.sh_size <= bytes - s.sh_offset)
			elf_notes_scan(notes, p + s.sh_offset, s.sh_size);
	}
}

int elf_notes_check(const struct elf_notes *notes, const char **why)
{
	*why = NULL;
	if (!notes->found)
		*why = "it has no Xen notes: it cannot run paravirtualised";
	else if (notes->entry == ELF_NO_ADDRESS)
		*why = "it has no PV entry point";
	else if (!notes->is_xen30)
		*why = "it does not speak the xen-3.0 interface";
	else if (!notes->is_generic_loader)
		*why = "it wants a loader other than 'generic'";
	else if (notes->virt_base == ELF_NO_ADDRESS)
		*why = "it does not say where it wants to be mapped";
	else if (notes->virt_base % 4096 || notes->paddr_offset % 4096)
		*why = "its address notes are not page aligned";
	else if (notes->refused_feature[0])
		*why = notes->refused_feature;
	return *why ? -EINVAL : 0;
}
