// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where everything lies in a new PV domain, and its first page tables.
 *
 *	virt_base                                              4 MiB multiple
 *	| hole | kernel | ramdisk | p2m | start | store | console |
 *	  L4 L3 L2 L1 | stack | >= 512 KiB |
 *
 * or, where the notes allow it, ramdisk and p2m behind all this.
 *
 * pfn = (address - virt_base) / page size throughout the main range. With the
 * INIT_P2M note the p2m list has addresses of its own, and its tables lie
 * right behind it; with MOD_START_PFN the ramdisk has no address at all.
 *
 * Rules: 1. the tables lie inside the range they map, so their number is
 * found by growing until it suffices; 2. table pages are mapped read-only;
 * 3. the L4 comes first and all tables are contiguous, as guests expect.
 * Lock: none. Never: reads guest data. Next: dombuild.c.
 */
#include "dom0-tools/lib/layout.h"

#include <errno.h>
#include <string.h>

#define PAGE_SHIFT 12
#define END_ALIGN (4ull << 20)
#define SLACK_BYTES (512ull << 10)
/* More than tables, stack and slack of the largest kernel take. */
#define ROOM_PAGES 4096u

#define PTE_TABLE 0x67ull	/* present, writable, user, accessed, dirty */
#define PTE_PAGE 0x27ull	/* present, writable, user, accessed */
#define PTE_RO 0x25ull

/* An L1 table covers 2^21 bytes, an L2 2^30, an L3 2^39. */
static const unsigned int span_shift[3] = { 21, 30, 39 };

static uint64_t pages_of(uint64_t bytes)
{
	return (bytes + LAYOUT_PAGE_BYTES - 1) >> PAGE_SHIFT;
}

static void count_tables(struct layout_tables *t)
{
	for (int i = 0; i < 3; i++)
		t->count[i] = ((t->end - 1) >> span_shift[i]) -
			      (t->start >> span_shift[i]) + 1;
}

uint64_t layout_table_pages(const struct layout_tables *t)
{
	return t->count[0] + t->count[1] + t->count[2];
}

uint64_t layout_address(const struct layout *l, uint64_t pfn)
{
	return l->virt_base + (pfn << PAGE_SHIFT);
}

/* Tables, stack and slack behind the pages laid out so far. */
static uint64_t close_range(struct layout *l, uint64_t pfn)
{
	struct layout_tables *t = &l->tables;
	uint64_t tables = 4;

	l->l4_pfn = pfn;
	t->first_pfn = pfn + 1;
	t->start = l->virt_base;
	for (;;) {
		l->stack_pfn = pfn + tables;
		t->end = layout_address(l, l->stack_pfn + 1) + SLACK_BYTES;
		t->end = (t->end + END_ALIGN - 1) & ~(END_ALIGN - 1);
		count_tables(t);
		if (1 + layout_table_pages(t) <= tables)
			break;
		tables = 1 + layout_table_pages(t);
	}
	return (t->end - t->start) >> PAGE_SHIFT;
}

static void place_p2m_apart(struct layout *l, uint64_t address, uint64_t pfn)
{
	struct layout_tables *t = &l->p2m_tables;

	l->p2m_apart = true;
	l->p2m_pfn = pfn;
	l->p2m_address = address;
	t->start = address;
	t->end = address + (l->p2m_pages << PAGE_SHIFT);
	t->first_pfn = pfn + l->p2m_pages;
	count_tables(t);
}

/* Both ranges hang off one L4, and neither may use the other's L3. */
static bool p2m_collides(const struct layout *l)
{
	return l->p2m_apart &&
	       l->p2m_tables.start >> 39 <= (l->tables.end - 1) >> 39 &&
	       (l->p2m_tables.end - 1) >> 39 >= l->tables.start >> 39;
}

int layout_plan(struct layout *l, const struct layout_input *in,
		const char **why)
{
	const struct elf_notes *n = in->notes;
	uint64_t pfn, apart;

	memset(l, 0, sizeof(*l));
	l->virt_base = n->virt_base;
	l->ramdisk_pages = pages_of(in->ramdisk_bytes);
	l->ramdisk_mapped = !n->mod_start_pfn;
	l->p2m_pages = pages_of(in->nr_pages * sizeof(uint64_t));
	*why = "its load address is out of range";
	if (in->elf->paddr_start < n->paddr_offset)
		return -EINVAL;
	pfn = pages_of(in->elf->paddr_end - n->paddr_offset);
	if (l->ramdisk_mapped) {
		l->ramdisk_pfn = pfn;
		pfn += l->ramdisk_pages;
	}
	if (n->init_p2m == ELF_NO_ADDRESS) {
		l->p2m_pfn = pfn;
		l->p2m_address = layout_address(l, pfn);
		pfn += l->p2m_pages;
	}
	l->start_info_pfn = pfn++;
	l->store_pfn = pfn++;
	l->console_pfn = pfn++;
	/* Up to the end of the address space, tables and slack included. */
	if (n->virt_base && (pfn + ROOM_PAGES) << PAGE_SHIFT > -n->virt_base)
		return -EINVAL;
	apart = close_range(l, pfn);
	if (!l->ramdisk_mapped) {
		l->ramdisk_pfn = apart;
		apart += l->ramdisk_pages;
	}
	if (n->init_p2m != ELF_NO_ADDRESS) {
		place_p2m_apart(l, n->init_p2m, apart);
		apart += l->p2m_pages + layout_table_pages(&l->p2m_tables);
	}
	l->used_pages = apart;
	if (p2m_collides(l) || l->p2m_address % LAYOUT_PAGE_BYTES) {
		*why = "its notes put the p2m list on top of the kernel";
		return -EINVAL;
	}
	*why = "it does not fit into the domain's memory";
	return apart > in->nr_pages ? -E2BIG : 0;
}

static uint64_t *row(const struct layout_mapping *m, int level, uint64_t *pfn)
{
	const struct layout_tables *t = m->t;
	uint64_t skip = 0;

	for (int i = 2; i > level; i--)
		skip += t->count[i];
	*pfn = t->first_pfn + skip;
	return m->pages + skip * 512;
}

/* Enters the tables of one level into the tables above them. */
static void link_level(const struct layout_mapping *m, int level)
{
	const struct layout_tables *t = m->t;
	uint64_t first = t->start >> span_shift[level];
	uint64_t pfn, above_pfn, above_first = 0;
	uint64_t *above = m->l4;

	row(m, level, &pfn);
	if (level < 2) {
		above = row(m, level + 1, &above_pfn);
		above_first = (t->start >> span_shift[level + 1]) * 512;
	} else {
		first &= 511;
	}
	for (uint64_t i = 0; i < t->count[level]; i++)
		above[first + i - above_first] =
			m->p2m[pfn + i] << PAGE_SHIFT | PTE_TABLE;
}

void layout_write_tables(const struct layout_mapping *m)
{
	const struct layout_tables *t = m->t;
	uint64_t pages = (t->end - t->start) >> PAGE_SHIFT;
	uint64_t slot = t->start >> PAGE_SHIFT & 511;
	uint64_t pfn;
	uint64_t *l1;

	for (int level = 2; level >= 0; level--)
		link_level(m, level);
	l1 = row(m, 0, &pfn);
	for (uint64_t i = 0; i < pages; i++) {
		uint64_t target = m->map_pfn + i;
		bool ro = target >= m->ro_start && target < m->ro_end;

		l1[slot + i] = m->p2m[target] << PAGE_SHIFT |
			       (ro ? PTE_RO : PTE_PAGE);
	}
}
