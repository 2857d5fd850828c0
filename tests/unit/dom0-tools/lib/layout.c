// SPDX-License-Identifier: GPL-2.0-only
/*
 * The layout of a domain and its first page tables.
 *
 * The tables are walked as the CPU would, from the L4, and must lead to
 * exactly the pages the layout promises, table pages read-only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/lib/layout.h"

#define PAGE 4096ull
#define MFN_OF(pfn) ((pfn) * 3 + 1000)

struct world {
	struct elf_image elf;
	struct elf_notes notes;
	struct layout_input in;
	struct layout l;
	uint64_t *p2m;
	uint64_t *memory;	/* all pages, by pfn */
};

/* A kernel like Debian's: 16 MiB to 62 MiB. */
static void make(struct world *w, uint64_t pages, uint64_t ramdisk, bool apart)
{
	memset(w, 0, sizeof(*w));
	w->elf.paddr_start = 16ull << 20;
	w->elf.paddr_end = 62ull << 20;
	elf_notes_init(&w->notes);
	w->notes.virt_base = 0xffffffff80000000ull;
	w->notes.mod_start_pfn = apart;
	if (apart)
		w->notes.init_p2m = 0x8000000000ull;
	w->in = (struct layout_input){ &w->elf, &w->notes, pages, ramdisk };
}

static void debian_layout(void **state)
{
	struct world w;
	const char *why;
	uint64_t mapped;

	(void)state;
	make(&w, 65536, 0x213000, true);
	assert_int_equal(layout_plan(&w.l, &w.in, &why), 0);
	/* The figures of a real run: 256 MiB, ramdisk of 0x213 pages. */
	assert_int_equal(w.l.start_info_pfn, 0x3e00);
	assert_int_equal(w.l.store_pfn, 0x3e01);
	assert_int_equal(w.l.console_pfn, 0x3e02);
	assert_int_equal(w.l.l4_pfn, 0x3e03);
	assert_int_equal(w.l.stack_pfn, w.l.l4_pfn + 1 +
			 layout_table_pages(&w.l.tables));
	mapped = (w.l.tables.end - w.l.tables.start) / PAGE;
	assert_int_equal(mapped % 1024, 0);
	assert_true((mapped - w.l.stack_pfn - 1) * PAGE >= 512 << 10);
	assert_int_equal(w.l.ramdisk_pfn, mapped);
	assert_int_equal(w.l.p2m_pfn, mapped + 0x213);
	assert_int_equal(w.l.p2m_pages + layout_table_pages(&w.l.p2m_tables),
			 0x83);
	assert_int_equal(w.l.used_pages, w.l.p2m_pfn + 0x83);
}

static void too_small(void **state)
{
	struct world w;
	const char *why;

	(void)state;
	make(&w, 65536, 0, true);
	assert_int_equal(layout_plan(&w.l, &w.in, &why), 0);
	w.in.ramdisk_bytes = (65536 - w.l.used_pages) * PAGE;
	assert_int_equal(layout_plan(&w.l, &w.in, &why), 0);
	w.in.ramdisk_bytes++;
	assert_int_equal(layout_plan(&w.l, &w.in, &why), -E2BIG);
}

static void odd_kernels(void **state)
{
	struct world w;
	const char *why;

	(void)state;
	make(&w, 65536, 0, true);
	w.notes.init_p2m = 0xffffffff90000000ull;
	assert_int_equal(layout_plan(&w.l, &w.in, &why), -EINVAL);
	make(&w, 65536, 0, true);
	w.notes.virt_base = 0xfffffffffe000000ull;
	assert_int_equal(layout_plan(&w.l, &w.in, &why), -EINVAL);
	make(&w, 65536, 0, true);
	w.notes.paddr_offset = 32ull << 20;
	assert_int_equal(layout_plan(&w.l, &w.in, &why), -EINVAL);
	make(&w, 65536, 0, true);
	w.notes.init_p2m = 0x8000000123ull;
	assert_int_equal(layout_plan(&w.l, &w.in, &why), -EINVAL);
}

static void build(struct world *w)
{
	struct layout *l = &w->l;
	struct layout_mapping m = { .t = &l->tables };
	const char *why;

	assert_int_equal(layout_plan(l, &w->in, &why), 0);
	w->p2m = malloc(w->in.nr_pages * sizeof(uint64_t));
	w->memory = calloc(w->in.nr_pages, PAGE);
	for (uint64_t i = 0; i < w->in.nr_pages; i++)
		w->p2m[i] = MFN_OF(i);
	m.p2m = w->p2m;
	m.l4 = w->memory + l->l4_pfn * 512;
	m.pages = m.l4 + 512;
	m.ro_start = l->l4_pfn;
	m.ro_end = l->l4_pfn + 1 + layout_table_pages(&l->tables);
	layout_write_tables(&m);
	if (!l->p2m_apart)
		return;
	m.t = &l->p2m_tables;
	m.pages = w->memory + l->p2m_tables.first_pfn * 512;
	m.map_pfn = l->p2m_pfn;
	m.ro_start = m.ro_end = 0;
	layout_write_tables(&m);
}

static void destroy(struct world *w)
{
	free(w->p2m);
	free(w->memory);
}

/* The leaf entry for an address, or 0. */
static uint64_t walk(const struct world *w, uint64_t va)
{
	uint64_t pfn = w->l.l4_pfn;

	for (int shift = 39; shift >= 12; shift -= 9) {
		uint64_t e = w->memory[pfn * 512 + (va >> shift & 511)];

		if (!(e & 1) || shift == 12)
			return e;
		assert_int_equal(e & 0xfff, 0x67);
		pfn = ((e >> 12) - 1000) / 3;
		assert_true(pfn < w->in.nr_pages);
	}
	return 0;
}

static void check_walk(struct world *w)
{
	const struct layout *l = &w->l;
	uint64_t pages = (l->tables.end - l->tables.start) / PAGE;
	uint64_t tables_end = l->l4_pfn + 1 + layout_table_pages(&l->tables);

	for (uint64_t pfn = 0; pfn < pages; pfn++) {
		uint64_t e = walk(w, layout_address(l, pfn));
		bool table = pfn >= l->l4_pfn && pfn < tables_end;

		assert_int_equal(e >> 12, MFN_OF(pfn));
		assert_int_equal(e & 0xfff, table ? 0x25 : 0x27);
	}
	for (uint64_t i = 0; i < l->p2m_pages; i++) {
		uint64_t e = walk(w, l->p2m_address + i * PAGE);

		assert_int_equal(e >> 12, MFN_OF(l->p2m_pfn + i));
	}
	assert_int_equal(walk(w, l->tables.end), 0);
	assert_int_equal(walk(w, l->tables.start - PAGE), 0);
	assert_int_equal(walk(w, l->p2m_address + l->p2m_pages * PAGE) & 1,
			 !l->p2m_apart);
}

static void tables_lead_there(void **state)
{
	static const uint64_t pages[] = { 20000, 65536, 300000 };

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		for (int apart = 0; apart < 2; apart++) {
			struct world w;

			make(&w, pages[i], 3 << 20, apart);
			build(&w);
			check_walk(&w);
			destroy(&w);
		}
}

/* A base that is not at a table's start, as small kernels may have. */
static void crooked_base(void **state)
{
	struct world w;

	(void)state;
	make(&w, 30000, 12345, false);
	w.notes.virt_base = 0x40123000;
	build(&w);
	check_walk(&w);
	destroy(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(debian_layout),
		cmocka_unit_test(too_small),
		cmocka_unit_test(odd_kernels),
		cmocka_unit_test(tables_lead_there),
		cmocka_unit_test(crooked_base),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
