/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory before the heap.
 *
 * Ranges of free frames, kept sorted by nothing in particular: there are a
 * few dozen.  The first MiB is never handed out: firmware, the boot trampoline
 * and dom0's scan for ACPI tables live there.  Boot CPU only; no lock.
 */
#include "core/bootmem.h"
#include "core/arch.h"
#include "core/e820.h"
#include "core/heap.h"
#include "lib/assert.h"
#include "lib/string.h"

#define MAX_RANGES	64
#define LOW_FRAMES	0x100UL		/* first MiB */
#define FRAMES_4G	0x100000UL

static struct range {
	uint64_t from, to;		/* frames, to exclusive */
} ranges[MAX_RANGES];
static unsigned int range_count;

static void add_range(uint64_t from, uint64_t to)
{
	if (from >= to)
		return;
	if (range_count == MAX_RANGES)
		return;			/* that RAM stays unused */
	ranges[range_count++] = (struct range){ from, to };
}

void bootmem_init(void)
{
	unsigned int n;
	const struct xy_e820_entry *e = machine_e820(&n);

	for (unsigned int i = 0; i < n; i++) {
		uint64_t from = (e[i].addr + PAGE_SIZE - 1) >> PAGE_SHIFT;
		uint64_t to = (e[i].addr + e[i].size) >> PAGE_SHIFT;

		if (e[i].type == XY_E820_RAM)
			add_range(max_u64(from, LOW_FRAMES), to);
	}
}

void bootmem_reserve(uint64_t start, uint64_t end)
{
	uint64_t from = start >> PAGE_SHIFT;
	uint64_t to = (end + PAGE_SIZE - 1) >> PAGE_SHIFT;

	for (unsigned int i = 0; i < range_count; i++) {
		struct range r = ranges[i];

		if (to <= r.from || from >= r.to)
			continue;
		ranges[i] = ranges[--range_count];
		add_range(r.from, min_u64(from, r.to));
		add_range(max_u64(to, r.from), r.to);
		i = (unsigned int)-1;	/* the list has changed: start again */
	}
}

mfn_t boot_alloc(uint64_t frames, uint64_t align)
{
	for (unsigned int i = 0; i < range_count; i++) {
		struct range r = ranges[i];
		uint64_t end = min_u64(r.to, FRAMES_4G), at;

		if (end < r.from + frames)
			continue;
		at = (end - frames) & ~(align - 1);
		if (at < r.from)
			continue;
		bootmem_reserve(at << PAGE_SHIFT, (at + frames) << PAGE_SHIFT);
		memset(arch_frame_ptr(to_mfn(at)), 0, frames * PAGE_SIZE);
		return to_mfn(at);
	}
	panic("too little memory: no %lu KiB free below 4 GiB at boot",
	      (unsigned long)frames * 4);
}

void bootmem_to_heap(void)
{
	for (unsigned int i = 0; i < range_count; i++)
		heap_add_range(to_mfn(ranges[i].from),
			       ranges[i].to - ranges[i].from);
	range_count = 0;
}
