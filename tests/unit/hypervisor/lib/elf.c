// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel images made here, good ones and ones with a single thing wrong: the
 * ELF parser must say which.  All images have their exact size on the heap.
 */
#include "abi/elfnote.h"
#include "abi/version.h"
#include "lib/elf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { NOTES_AT = 0x400, LOAD_AT = 0x1000, SIZE = 0x3000 };

#define BASE	0xFFFFFFFF80000000ull

struct image {
	uint8_t *data;
	size_t size, notes;
	Elf64_Ehdr *e;
	Elf64_Phdr *p;
};

static void add_note(struct image *m, const char *owner, uint32_t type,
		     const void *value, uint32_t bytes)
{
	uint32_t head[3] = { (uint32_t)strlen(owner) + 1, bytes, type };
	uint8_t *at = m->data + NOTES_AT + m->notes;

	memcpy(at, head, 12);
	memcpy(at + 12, owner, head[0]);
	memcpy(at + 12 + ((head[0] + 3) & ~3u), value, bytes);
	m->notes += 12 + ((head[0] + 3) & ~3u) + ((bytes + 3) & ~3u);
	m->p[2].p_filesz = m->notes;
}

static void add_number(struct image *m, uint32_t type, uint64_t v)
{
	add_note(m, "Xen", type, &v, 8);
}

static void add_string(struct image *m, uint32_t type, const char *s)
{
	add_note(m, "Xen", type, s, (uint32_t)strlen(s) + 1);
}

/* Two segments, the second one first in the table, and notes like Linux's. */
static struct image make(void)
{
	struct image m = { .data = calloc(1, SIZE), .size = SIZE };
	static const uint64_t l1_valid[2] = { 1, 1 };
	uint32_t supported = 0x8801;

	m.e = (Elf64_Ehdr *)m.data;
	m.p = (Elf64_Phdr *)(m.data + sizeof(*m.e));
	memcpy(m.e->e_ident, "\177ELF\2\1\1", 7);
	m.e->e_type = ET_EXEC;
	m.e->e_machine = EM_X86_64;
	m.e->e_entry = 0x1000000;
	m.e->e_phoff = sizeof(*m.e);
	m.e->e_phentsize = sizeof(*m.p);
	m.e->e_phnum = 3;
	m.p[0] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = 6,
			       .p_offset = 0x2000, .p_vaddr = BASE + 0x1200000,
			       .p_paddr = 0x1200000, .p_filesz = 0x1000,
			       .p_memsz = 0x5000 };
	m.p[1] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = 5,
			       .p_offset = LOAD_AT,
			       .p_vaddr = BASE + 0x1000000,
			       .p_paddr = 0x1000000, .p_filesz = 0x1000,
			       .p_memsz = 0x1000 };
	m.p[2] = (Elf64_Phdr){ .p_type = PT_NOTE, .p_offset = NOTES_AT };
	add_note(&m, "GNU", 3, "build-identity", 14);
	add_note(&m, "Linux", 0x101, "6.1", 4);
	add_number(&m, XY_ELFNOTE_ENTRY, BASE + 0x10001C0);
	add_number(&m, XY_ELFNOTE_VIRT_BASE, BASE);
	add_number(&m, XY_ELFNOTE_INIT_P2M, 0x8000000000);
	add_number(&m, XY_ELFNOTE_HV_START_LOW, 0xFFFF800000000000);
	add_string(&m, XY_ELFNOTE_XEN_VERSION, "xen-3.0");
	add_string(&m, XY_ELFNOTE_LOADER, "generic");
	add_string(&m, XY_ELFNOTE_GUEST_OS, "an operating system");
	add_string(&m, XY_ELFNOTE_PAE_MODE, "yes");
	add_note(&m, "Xen", XY_ELFNOTE_FEATURES,
		 "!writable_page_tables|pae_pgdir_above_4gb|strange", 49);
	add_note(&m, "Xen", XY_ELFNOTE_SUPPORTED_FEATURES, &supported, 4);
	add_note(&m, "Xen", XY_ELFNOTE_L1_MFN_VALID, l1_valid, 16);
	add_number(&m, XY_ELFNOTE_MOD_START_PFN, 1);
	add_number(&m, XY_ELFNOTE_SUSPEND_CANCEL, 1);
	add_number(&m, 4711, 1);
	return m;
}

static const struct elf_rules rules = {
	.dom0 = true,
	.offered = 1u << XY_FEAT_writable_page_tables,
	.hv_start = 0xFFFF800000000000,
	.hv_end = 0xFFFF880000000000,
};

/* Opens, reads the notes and checks: the first status that is not OK. */
static enum elf_status judge(struct image *m)
{
	struct elf_image image;
	struct elf_xen_notes notes;
	struct elf_layout layout;
	enum elf_status s = elf_open(&image, m->data, m->size);

	if (s == ELF_OK)
		s = elf_find_xen_notes(&image, &notes);
	if (s == ELF_OK)
		s = elf_xen_check(&image, &notes, &rules, &layout);
	assert_true(strlen(elf_strerror(s)) > 5);
	free(m->data);
	return s;
}

static void test_good(void **state)
{
	struct image m = make();
	struct elf_image image;
	struct elf_segment s;
	struct elf_cursor cursor = { 0 };

	(void)state;
	assert_int_equal(elf_open(&image, m.data, m.size), ELF_OK);
	assert_int_equal(image.phys_start, 0x1000000);
	assert_int_equal(image.phys_end, 0x1205000);
	assert_true(elf_next_load(&image, &cursor, &s));
	assert_int_equal(s.paddr, 0x1000000);
	assert_ptr_equal(s.data, m.data + LOAD_AT);
	assert_true(elf_next_load(&image, &cursor, &s));
	assert_int_equal(s.paddr, 0x1200000);
	assert_int_equal(s.memory_bytes, 0x5000);
	assert_int_equal(s.file_bytes, 0x1000);
	assert_false(elf_next_load(&image, &cursor, &s));
	free(m.data);
}

static void test_notes(void **state)
{
	struct image m = make();
	struct elf_image image;
	struct elf_xen_notes n;
	struct elf_layout l;

	(void)state;
	assert_int_equal(elf_open(&image, m.data, m.size), ELF_OK);
	assert_int_equal(elf_find_xen_notes(&image, &n), ELF_OK);
	assert_true(n.entry == BASE + 0x10001C0);
	assert_true(n.virt_base == BASE);
	assert_true(n.init_p2m == 0x8000000000);
	assert_true(elf_has_note(&n, XY_ELFNOTE_INIT_P2M));
	assert_false(elf_has_note(&n, XY_ELFNOTE_HYPERCALL_PAGE));
	assert_string_equal(n.xen_version, "xen-3.0");
	assert_string_equal(n.guest_os, "an operating sy");
	assert_true(n.pae_extended_cr3);
	assert_int_equal(n.features_required, 1);
	assert_int_equal(n.features_supported, 0x8811);
	assert_false(n.feature_unknown);
	assert_true(n.l1_mfn_mask == 1 && n.l1_mfn_value == 1);
	assert_true(n.mod_start_pfn == 1 && n.suspend_cancel == 1);
	assert_int_equal(elf_xen_check(&image, &n, &rules, &l), ELF_OK);
	assert_true(l.start == BASE + 0x1000000);
	assert_true(l.end == BASE + 0x1205000);
	assert_true(l.offset == BASE);
	free(m.data);
}

/* The same notes, found by way of a section. */
static void test_section_notes(void **state)
{
	struct image m = make();
	Elf64_Shdr *s = (Elf64_Shdr *)(m.data + 0x200);

	(void)state;
	m.p[2].p_type = PT_NULL;
	m.e->e_shoff = 0x200;
	m.e->e_shentsize = sizeof(*s);
	m.e->e_shnum = 2;
	s[1].sh_type = SHT_NOTE;
	s[1].sh_offset = NOTES_AT;
	s[1].sh_size = m.notes;
	assert_int_equal(judge(&m), ELF_OK);
}

/* One thing wrong at a time. */
static void test_header_refusals(void **state)
{
	struct image m;

	(void)state;
#define REFUSED(change, status)						\
	do {								\
		m = make();						\
		change;							\
		assert_int_equal(judge(&m), status);			\
	} while (0)
	REFUSED((void)0, ELF_OK);
	REFUSED(m.size = 63, ELF_SHORT);
	REFUSED(m.data[0] = 0, ELF_NOT_ELF);
	REFUSED(m.data[4] = 1, ELF_NOT_X86_64);
	REFUSED(m.data[5] = 2, ELF_NOT_X86_64);
	REFUSED(m.e->e_machine = EM_386, ELF_NOT_X86_64);
	REFUSED(m.e->e_type = ET_REL, ELF_NOT_KERNEL);
	REFUSED(m.e->e_type = ET_DYN, ELF_OK);
	REFUSED(m.e->e_phentsize = 57, ELF_BAD_TABLE);
	REFUSED(m.e->e_phoff = SIZE - 100, ELF_BAD_TABLE);
	REFUSED(m.e->e_phoff = ~0ull - 10, ELF_BAD_TABLE);
	REFUSED((m.e->e_shoff = 1, m.e->e_shnum = 1), ELF_BAD_TABLE);
	REFUSED((m.e->e_shoff = SIZE - 63, m.e->e_shnum = 1,
		 m.e->e_shentsize = 64), ELF_BAD_TABLE);
	REFUSED(m.p[1].p_offset = SIZE - 10, ELF_BAD_SEGMENT);
	REFUSED(m.p[1].p_offset = ~0ull - 10, ELF_BAD_SEGMENT);
	REFUSED(m.p[1].p_filesz = ~0ull, ELF_BAD_SEGMENT);
	REFUSED(m.p[1].p_filesz = 0x1001, ELF_BAD_SEGMENT);
	REFUSED(m.p[0].p_memsz = ~0ull, ELF_BAD_SEGMENT);
	REFUSED(m.p[1].p_memsz = 0x200001, ELF_OVERLAP);
	REFUSED(m.p[0].p_paddr = 0x1000000, ELF_OVERLAP);
	REFUSED((m.p[0].p_type = PT_NULL, m.p[1].p_type = PT_NULL),
		ELF_NO_SEGMENT);
	REFUSED(m.p[2].p_offset = SIZE, ELF_BAD_NOTE);
	REFUSED(m.p[2].p_filesz -= 5, ELF_BAD_NOTE);
	REFUSED(m.p[2].p_filesz = 56, ELF_NO_XEN_NOTE);
}

static void test_note_refusals(void **state)
{
	struct image m;

	(void)state;
	REFUSED(add_number(&m, XY_ELFNOTE_ENTRY, BASE + 0xFFFFFF),
		ELF_BAD_ENTRY);
	REFUSED(add_number(&m, XY_ELFNOTE_ENTRY, BASE + 0x1205000),
		ELF_BAD_ENTRY);
	REFUSED(add_note(&m, "Xen", XY_ELFNOTE_ENTRY, "abc", 3), ELF_BAD_NOTE);
	REFUSED(add_note(&m, "Xen", XY_ELFNOTE_L1_MFN_VALID, "abc", 3),
		ELF_BAD_NOTE);
	REFUSED(add_string(&m, XY_ELFNOTE_XEN_VERSION, "xen-3.1"),
		ELF_NOT_XEN_3);
	REFUSED(add_string(&m, XY_ELFNOTE_LOADER, "special"), ELF_NOT_GENERIC);
	REFUSED(add_string(&m, XY_ELFNOTE_FEATURES, "!strange"),
		ELF_UNKNOWN_FEATURE);
	REFUSED(add_string(&m, XY_ELFNOTE_FEATURES, "a|!"),
		ELF_UNKNOWN_FEATURE);
	REFUSED(add_string(&m, XY_ELFNOTE_FEATURES, "!auto_translated_physmap"),
		ELF_MISSING_FEATURE);
	REFUSED(add_string(&m, XY_ELFNOTE_FEATURES, "|dom0||"), ELF_OK);
	REFUSED(add_number(&m, XY_ELFNOTE_HYPERCALL_PAGE, BASE + 0x1001000),
		ELF_OK);
	REFUSED(add_number(&m, XY_ELFNOTE_HYPERCALL_PAGE, BASE + 0x1001800),
		ELF_BAD_LAYOUT);
	REFUSED(add_number(&m, XY_ELFNOTE_HYPERCALL_PAGE, BASE + 0x1205000),
		ELF_BAD_LAYOUT);
	REFUSED(add_number(&m, XY_ELFNOTE_HV_START_LOW, 0xFFFF900000000000),
		ELF_IN_HYPERVISOR);
	REFUSED(add_number(&m, XY_ELFNOTE_INIT_P2M, 0xFFFF870000000000),
		ELF_IN_HYPERVISOR);
	REFUSED(add_number(&m, XY_ELFNOTE_INIT_P2M, 0x800000000000),
		ELF_BAD_LAYOUT);
	REFUSED(add_number(&m, XY_ELFNOTE_VIRT_BASE, 0xFFFF850000000000),
		ELF_BAD_ENTRY);
	REFUSED(add_number(&m, XY_ELFNOTE_VIRT_BASE, ~0ull - 0x1000),
		ELF_BAD_LAYOUT);
#undef REFUSED
}

/* The dom0 bit matters to dom0 only. */
static void test_dom0_bit(void **state)
{
	struct elf_rules guest = rules;
	struct image m = make();
	struct elf_image image;
	struct elf_xen_notes n;
	struct elf_layout l;

	(void)state;
	guest.dom0 = false;
	assert_int_equal(elf_open(&image, m.data, m.size), ELF_OK);
	assert_int_equal(elf_find_xen_notes(&image, &n), ELF_OK);
	n.features_supported &= ~(1u << XY_FEAT_dom0);
	assert_int_equal(elf_xen_check(&image, &n, &rules, &l), ELF_NOT_DOM0);
	assert_int_equal(elf_xen_check(&image, &n, &guest, &l), ELF_OK);
	n.present &= ~(1u << XY_ELFNOTE_ENTRY);
	assert_int_equal(elf_xen_check(&image, &n, &guest, &l), ELF_NO_ENTRY);
	free(m.data);
}

/* Whatever byte is changed or missing: an answer, and no byte too many. */
static void test_damage(void **state)
{
	(void)state;
	for (size_t at = 0; at < NOTES_AT + 0x220; at++) {
		for (unsigned int v = 0; v < 256; v += 51) {
			struct image m = make();

			m.data[at] = (uint8_t)v;
			(void)judge(&m);
		}
	}
	for (size_t size = 0; size < SIZE; size += 7) {
		struct image m = make();

		m.data = realloc(m.data, size ? size : 1);
		m.size = size;
		assert_int_not_equal(judge(&m), ELF_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_section_notes),
		cmocka_unit_test(test_header_refusals),
		cmocka_unit_test(test_note_refusals),
		cmocka_unit_test(test_dom0_bit),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
