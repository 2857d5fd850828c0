// SPDX-License-Identifier: MIT
/*
 * The page allocator: a bit for each page of the domain, first fit.
 *
 * Rules:
 *  1. What the builder used (kernel, tables, boot stack) is never given out.
 *  2. Pages beyond the initial mapping are mapped when those before them are
 *     used up: one L1 table, filled, made read-only, hooked in, for 512 pages.
 *     The page for the next such table is kept back.
 *  3. A page is cleared when it is given out.
 *
 * Memory beyond PAGES_MAX is not used. The lock guards bits and spare.
 */
#include "frontend-drivers/guest/pages.h"
#include "abi/shared_info.h"
#include "frontend-drivers/guest/call.h"
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/memory.h"
#include "frontend-drivers/guest/spin.h"
#include "frontend-drivers/guest/text.h"

#define PAGES_MAX	65536UL		/* 256 MiB */
#define PER_TABLE	512UL

static struct spin lock;
static uint64_t used[PAGES_MAX / 64];
static uint64_t first, mapped, limit;	/* pfns: free ones lie between */
static uint64_t left;			/* free pages, mapped or not */
static uint64_t *spare;			/* a page for the next L1 table */

static void *pfn_va(uint64_t pfn)
{
	return (void *)(VIRT_BASE + pfn * PAGE);
}

static void mark(uint64_t pfn, uint64_t n, bool taken)
{
	for (; n != 0; n--, pfn++) {
		if (taken)
			used[pfn / 64] |= 1UL << pfn % 64;
		else
			used[pfn / 64] &= ~(1UL << pfn % 64);
	}
}

/* The first of n free pages in a row below mapped; 0: there are none. */
static uint64_t find(uint64_t n)
{
	uint64_t run = 0;

	for (uint64_t pfn = first; pfn < mapped; pfn++) {
		if (pfn % 64 == 0 && used[pfn / 64] == ~0UL) {
			run = 0;
			pfn += 63;
			continue;
		}
		run = used[pfn / 64] >> pfn % 64 & 1 ? 0 : run + 1;
		if (run == n)
			return pfn + 1 - n;
	}
	return 0;
}

/* Maps the next table full of pages. */
static bool grow(void)
{
	const uint64_t *p2m = (const uint64_t *)guest_si->mfn_list;
	uint64_t va = VIRT_BASE + mapped * PAGE, pfn;

	if (mapped >= limit || !spare)
		return false;
	for (uint64_t i = 0; i < PER_TABLE; i++)
		spare[i] = mapped + i < limit ?
			   p2m[mapped + i] << 12 | LEAF : 0;
	if (page_protect(spare, true) || va_hook(va, spare))
		return false;
	mapped = mapped + PER_TABLE < limit ? mapped + PER_TABLE : limit;
	pfn = find(1);
	spare = pfn ? pfn_va(pfn) : NULL;
	if (pfn) {
		mark(pfn, 1, true);
		left--;
	}
	return true;
}

void pages_init(void)
{
	const struct xy_start_info *si = guest_si;
	uint64_t end;

	/* behind the tables and the boot stack: at least 512 KiB are mapped */
	first = (si->pt_base - VIRT_BASE) / PAGE + si->nr_pt_frames + 1;
	end = (first * PAGE + 0x80000 + 0x3fffff) & ~0x3fffffUL;
	limit = si->nr_pages < PAGES_MAX ? si->nr_pages : PAGES_MAX;
	mapped = end / PAGE < limit ? end / PAGE : limit;
	if (first + 1 >= mapped)
		guest_die("no memory behind the boot stack");
	spare = pfn_va(first++);
	left = limit - first;
}

void *pages_alloc(size_t n)
{
	uint64_t pfn;
	void *va;

	spin_lock(&lock);
	while ((pfn = find(n)) == 0 && grow())
		;
	if (pfn != 0) {
		mark(pfn, n, true);
		left -= n;
		if (pfn == first)
			first += n;
	}
	spin_unlock(&lock);
	if (pfn == 0)
		return NULL;
	va = pfn_va(pfn);
	return memset(va, 0, n * PAGE);
}

void pages_free(void *at, size_t n)
{
	uint64_t pfn = (A(at) - VIRT_BASE) / PAGE;

	spin_lock(&lock);
	mark(pfn, n, false);
	left += n;
	if (pfn < first)
		first = pfn;
	spin_unlock(&lock);
}

void *page_alloc(void)
{
	void *page = pages_alloc(1);

	if (!page)
		guest_die("out of pages");
	return page;
}

void page_free(void *page)
{
	pages_free(page, 1);
}

size_t pages_left(void)
{
	return left;
}

void *window_alloc(size_t n)
{
	char *at = pages_alloc(n);

	/* No translation of the old frame may stay behind. */
	for (size_t i = 0; at && i < n; i++)
		if (va_map(A(at) + i * PAGE, 0))
			guest_die("a window cannot be opened");
	return at;
}

void window_free(void *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (page_protect((char *)at + i * PAGE, false))
			guest_die("a window cannot be closed");
	pages_free(at, n);
}
