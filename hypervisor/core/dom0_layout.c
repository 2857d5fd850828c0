/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where dom0's first things lie: arithmetic only.
 *
 *   virt_base ... kernel | initrd? | p2m? | start_info | tables | stack | pad
 *
 * The tables map themselves, so their number is found by trying.  The kernel
 * expects the end on 4 MiB and at least 512 KiB mapped behind its stack.
 */
#include "core/dom0.h"
#include "abi/elfnote.h"
#include "lib/string.h"

#define MIB_4		0x400000UL
#define PAD_BYTES	0x80000UL

static uint64_t round_up(uint64_t v, uint64_t to)
{
	return (v + to - 1) & ~(to - 1);
}

/* Tables of one level (span bytes each) that [start, end) touches. */
static uint64_t spans(uint64_t start, uint64_t end, unsigned int shift)
{
	return ((end - 1) >> shift) - (start >> shift) + 1;
}

uint64_t dom0_table_count(uint64_t start, uint64_t end)
{
	return spans(start, end, 39) + spans(start, end, 30) +
	       spans(start, end, 21);
}

static void place_tables(struct dom0_layout *l)
{
	uint64_t need = 2;

	do {
		l->pt_pages = need;
		l->stack_va = l->pt_va + l->pt_pages * PAGE_SIZE;
		l->end_va = round_up(l->stack_va + PAGE_SIZE, MIB_4);
		if (l->end_va - l->stack_va - PAGE_SIZE < PAD_BYTES)
			l->end_va += MIB_4;
		need = 1 + dom0_table_count(l->elf.virt_base, l->end_va);
	} while (need > l->pt_pages);
}

void dom0_layout(struct dom0_layout *l, const struct elf_xen_notes *notes,
		 size_t initrd_bytes, uint64_t nr_pages)
{
	uint64_t va = round_up(l->elf.end, PAGE_SIZE);

	l->initrd_va = 0;
	if (initrd_bytes && !(elf_has_note(notes, XY_ELFNOTE_MOD_START_PFN) &&
			      notes->mod_start_pfn)) {
		l->initrd_va = va;
		va = round_up(va + initrd_bytes, PAGE_SIZE);
	}
	l->p2m_apart = elf_has_note(notes, XY_ELFNOTE_INIT_P2M);
	l->p2m_va = l->p2m_apart ? notes->init_p2m : va;
	if (!l->p2m_apart)
		va = round_up(va + nr_pages * 8, PAGE_SIZE);
	l->start_info_va = va;
	l->pt_va = va + PAGE_SIZE;
	place_tables(l);
}

/* A number with B, K, M, G or T; a bare number is in KiB. */
static const char *parse_size(const char *s, uint64_t *bytes)
{
	unsigned int shift = 10;
	uint64_t v = 0;

	if (*s < '0' || *s > '9')
		return NULL;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (v > (1UL << 50))
			return NULL;
		v = v * 10 + (uint64_t)(*s - '0');
	}
	switch (*s) {
	case 'T': case 't':
		shift += 10;
		/* fall through */
	case 'G': case 'g':
		shift += 10;
		/* fall through */
	case 'M': case 'm':
		shift += 10;
		/* fall through */
	case 'K': case 'k':
		s++;
		break;
	case 'B': case 'b':
		shift = 0;
		s++;
		break;
	}
	if (v >> (63 - shift))
		return NULL;
	*bytes = v << shift;
	return s;
}

bool dom0_parse_mem(const char *s, uint64_t *mem, uint64_t *max)
{
	*mem = *max = 0;
	while (s && *s) {
		bool is_max = strncmp(s, "max:", 4) == 0;
		bool is_min = strncmp(s, "min:", 4) == 0;
		uint64_t bytes;

		s = parse_size(is_max || is_min ? s + 4 : s, &bytes);
		if (s == NULL)
			return false;
		if (is_max)
			*max = bytes;
		else if (!is_min)
			*mem = bytes;
		if (*s == ',')
			s++;
		else if (*s)
			return false;
	}
	return s != NULL;
}
