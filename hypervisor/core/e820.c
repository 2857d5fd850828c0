/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine's memory map.
 *
 * 1. Firmware data is not trusted: entries that wrap or are empty are
 *    dropped, entries beyond E820_MAX are ignored.
 * 2. Where two entries overlap, the one that is not RAM wins: RAM is cut.
 *
 * Written once at boot, read afterwards; no lock.
 */
#include "core/e820.h"

static struct xy_e820_entry map[E820_MAX];	/* constant after e820_set() */
static unsigned int map_count;

static void insert_sorted(struct xy_e820_entry e)
{
	unsigned int i = map_count;

	if (map_count == E820_MAX || e.size == 0 || e.addr + e.size < e.addr)
		return;
	for (; i > 0 && map[i - 1].addr > e.addr; i--)
		map[i] = map[i - 1];
	map[i] = e;
	map_count++;
}

/* Inserts what is left of RAM range e after cutting out entries of `map`. */
static void insert_ram(struct xy_e820_entry e, unsigned int others)
{
	struct xy_e820_entry cuts[E820_MAX];
	uint64_t at = e.addr, end = e.addr + e.size;

	for (unsigned int i = 0; i < others; i++)
		cuts[i] = map[i];
	for (unsigned int i = 0; i < others && at < end; i++) {
		uint64_t from = cuts[i].addr, to = from + cuts[i].size;

		if (to <= at || from >= end)
			continue;
		if (from > at) {
			e.addr = at;
			e.size = from - at;
			insert_sorted(e);
		}
		at = to;
	}
	if (at < end) {
		e.addr = at;
		e.size = end - at;
		insert_sorted(e);
	}
}

void e820_set(const struct xy_e820_entry *raw, unsigned int n)
{
	map_count = 0;
	for (unsigned int i = 0; i < n; i++)
		if (raw[i].type != E820_RAM)
			insert_sorted(raw[i]);
	for (unsigned int i = 0; i < n; i++)
		if (raw[i].type == E820_RAM)
			insert_ram(raw[i], map_count);
}

const struct xy_e820_entry *machine_e820(unsigned int *n)
{
	*n = map_count;
	return map;
}

bool e820_frame_has(uint64_t frame, uint32_t type)
{
	uint64_t from = frame << PAGE_SHIFT, to = from + PAGE_SIZE;

	for (unsigned int i = 0; i < map_count; i++)
		if (map[i].type == type && map[i].addr < to &&
		    map[i].addr + map[i].size > from)
			return true;
	return false;
}

uint64_t e820_ram_end(void)
{
	uint64_t end = 0;

	for (unsigned int i = 0; i < map_count; i++)
		if (map[i].type == E820_RAM)
			end = max_u64(end, map[i].addr + map[i].size);
	return end >> PAGE_SHIFT;
}
