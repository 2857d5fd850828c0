// SPDX-License-Identifier: GPL-2.0-only
/* ELF headers, segments and Xen notes, good ones and damaged ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "abi/elfnote.h"
#include "dom0-tools/lib/elfimage.h"

static Elf64_Ehdr header(void)
{
	Elf64_Ehdr h = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1 },
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_phoff = 64,
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 3,
	};

	return h;
}

static void headers(void **state)
{
	Elf64_Ehdr h = header();
	struct elf_image image;
	const char *why;

	(void)state;
	assert_int_equal(elf_read_header(&h, &image, &why), 0);
	assert_int_equal(image.headers_offset, 64);
	assert_int_equal(image.headers_bytes, 3 * sizeof(Elf64_Phdr));
	h.e_ident[0] = 0;
	assert_int_not_equal(elf_read_header(&h, &image, &why), 0);
	assert_non_null(strstr(why, "no ELF"));
	h = header();
	h.e_ident[EI_CLASS] = ELFCLASS32;
	assert_int_not_equal(elf_read_header(&h, &image, &why), 0);
	assert_non_null(strstr(why, "x86-64"));
	h = header();
	h.e_type = ET_REL;
	assert_int_not_equal(elf_read_header(&h, &image, &why), 0);
	h = header();
	h.e_phnum = 0;
	assert_int_not_equal(elf_read_header(&h, &image, &why), 0);
	h = header();
	h.e_phoff = UINT64_MAX;
	assert_int_not_equal(elf_read_header(&h, &image, &why), 0);
}

static void segments(void **state)
{
	Elf64_Phdr p[3] = {
		/* In the file they stand the other way round. */
		{ PT_LOAD, 7, 0x3000, 0, 0x200000, 0x100, 0x4000, 0 },
		{ PT_LOAD, 7, 0x1000, 0, 0x100000, 0x800, 0x800, 0 },
		{ PT_NOTE, 4, 0x1100, 0, 0x100100, 0x40, 0x40, 0 },
	};
	struct elf_image image = { .headers_bytes = sizeof(p) };
	const char *why;

	(void)state;
	assert_int_equal(elf_read_segments(p, &image, &why), 0);
	assert_int_equal(image.loads, 2);
	assert_int_equal(image.notes, 1);
	assert_int_equal(image.load[0].paddr, 0x100000);
	assert_int_equal(image.load[1].memory_bytes, 0x4000);
	assert_int_equal(image.paddr_start, 0x100000);
	assert_int_equal(image.paddr_end, 0x204000);
}

static void bad_segments(void **state)
{
	static const Elf64_Phdr good = { PT_LOAD, 7, 0x1000, 0, 0x100000,
					 0x800, 0x800, 0 };
	Elf64_Phdr p[2] = { good, good };
	struct elf_image image = { .headers_bytes = sizeof(p) };
	const char *why;

	(void)state;
	/* The same bytes twice. */
	assert_int_not_equal(elf_read_segments(p, &image, &why), 0);
	memset(&image, 0, sizeof(image));
	image.headers_bytes = sizeof(p[0]);
	p[0].p_filesz = 0x900;
	assert_int_not_equal(elf_read_segments(p, &image, &why), 0);
	p[0] = good;
	p[0].p_offset = UINT64_MAX - 4;
	assert_int_not_equal(elf_read_segments(p, &image, &why), 0);
	p[0] = good;
	p[0].p_paddr = UINT64_MAX - 4;
	assert_int_not_equal(elf_read_segments(p, &image, &why), 0);
	p[0] = good;
	p[0].p_type = PT_NULL;
	memset(&image, 0, sizeof(image));
	image.headers_bytes = sizeof(p[0]);
	assert_int_not_equal(elf_read_segments(p, &image, &why), 0);
	assert_non_null(strstr(why, "nothing to load"));
}

static uint8_t area[512];
static size_t area_bytes;

static void add_note(const char *owner, uint32_t type, const void *desc,
		     uint32_t bytes)
{
	Elf64_Nhdr n = { (uint32_t)strlen(owner) + 1, bytes, type };
	uint8_t *p = area + area_bytes;

	memcpy(p, &n, sizeof(n));
	memcpy(p + sizeof(n), owner, n.n_namesz);
	p += sizeof(n) + ((n.n_namesz + 3) & ~3u);
	memcpy(p, desc, bytes);
	area_bytes = (size_t)(p - area) + ((bytes + 3) & ~3u);
}

static void add_number(uint32_t type, uint64_t v)
{
	add_note("Xen", type, &v, sizeof(v));
}

static void add_text(uint32_t type, const char *s)
{
	add_note("Xen", type, s, (uint32_t)strlen(s) + 1);
}

static void good_notes(void)
{
	memset(area, 0, sizeof(area));
	area_bytes = 0;
	add_note("GNU", 1, "something", 10);
	add_text(XY_ELFNOTE_GUEST_OS, "linux");
	add_text(XY_ELFNOTE_XEN_VERSION, "xen-3.0");
	add_text(XY_ELFNOTE_LOADER, "generic");
	add_number(XY_ELFNOTE_VIRT_BASE, 0xffffffff80000000ull);
	add_number(XY_ELFNOTE_ENTRY, 0xffffffff81000123ull);
	add_number(XY_ELFNOTE_INIT_P2M, 0x8000000000ull);
	add_number(XY_ELFNOTE_MOD_START_PFN, 1);
	add_text(XY_ELFNOTE_FEATURES,
		 "!writable_page_tables|pae_pgdir_above_4gb|whatever");
}

static int scan(struct elf_notes *n, const char **why)
{
	elf_notes_init(n);
	elf_notes_scan(n, area, area_bytes);
	return elf_notes_check(n, why);
}

static void notes(void **state)
{
	struct elf_notes n;
	const char *why;

	(void)state;
	good_notes();
	assert_int_equal(scan(&n, &why), 0);
	assert_int_equal(n.entry, 0xffffffff81000123ull);
	assert_int_equal(n.virt_base, 0xffffffff80000000ull);
	assert_int_equal(n.init_p2m, 0x8000000000ull);
	assert_true(n.mod_start_pfn);
	assert_int_equal(n.hypercall_page, ELF_NO_ADDRESS);
	add_text(XY_ELFNOTE_FEATURES, "!auto_translated_physmap");
	assert_int_not_equal(scan(&n, &why), 0);
	assert_string_equal(why, "auto_translated_physmap");
	good_notes();
	add_text(XY_ELFNOTE_XEN_VERSION, "xen-2.0");
	assert_int_not_equal(scan(&n, &why), 0);
	good_notes();
	add_text(XY_ELFNOTE_LOADER, "odd");
	assert_int_not_equal(scan(&n, &why), 0);
	good_notes();
	add_number(XY_ELFNOTE_VIRT_BASE, 0x123);
	assert_int_not_equal(scan(&n, &why), 0);
	area_bytes = 0;
	assert_int_not_equal(scan(&n, &why), 0);
	assert_non_null(strstr(why, "no Xen notes"));
}

/* Cut anywhere, or with any size word, the scan stays inside. */
static void damaged_notes(void **state)
{
	struct elf_notes n;

	(void)state;
	good_notes();
	for (size_t bytes = 0; bytes < area_bytes; bytes++) {
		uint8_t *copy = malloc(bytes ? bytes : 1);

		memcpy(copy, area, bytes);
		elf_notes_init(&n);
		elf_notes_scan(&n, copy, bytes);
		for (size_t at = 0; at + 4 <= bytes; at += 4) {
			memset(copy + at, 0xff, 4);
			elf_notes_scan(&n, copy, bytes);
			memcpy(copy + at, area + at, 4);
		}
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),
		cmocka_unit_test(segments),
		cmocka_unit_test(bad_segments),
		cmocka_unit_test(notes),
		cmocka_unit_test(damaged_notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
