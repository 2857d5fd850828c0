/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rights to frames that are not RAM.
 *
 * Denied to everybody: RAM without a record (ours), local APIC, I/O APICs, the
 * window where MSIs are written.  The read-only set is empty so far: dom0 is
 * trusted with MSI-X tables and PCI's configuration space.
 *
 * Lock: RANK_IRQ's user core/msi.c adds ranges one at a time; readers see
 * either the old or the new count.
 */
#include "core/iomem.h"
#include "core/dom.h"
#include "core/e820.h"
#include "core/frame.h"

#define MAX_RANGES	128

struct range {
	uint64_t first, last;		/* frames */
};

static struct range denied[MAX_RANGES], read_only[MAX_RANGES];
static uint64_t frame_limit;		/* boot only: the CPU has no more */
static unsigned int denied_count, read_only_count;	/* [atomic] */

static void add(struct range *list, unsigned int *count, uint64_t first,
		uint64_t frames)
{
	unsigned int n = *count;

	if (n == MAX_RANGES || frames == 0)
		return;
	list[n] = (struct range){ first, first + frames - 1 };
	__atomic_store_n(count, n + 1, __ATOMIC_RELEASE);
}

static bool inside(const struct range *list, const unsigned int *count,
		   uint64_t frame)
{
	unsigned int n = __atomic_load_n(count, __ATOMIC_ACQUIRE);

	for (unsigned int i = 0; i < n; i++)
		if (frame >= list[i].first && frame <= list[i].last)
			return true;
	return false;
}

void iomem_set_width(unsigned int bits)
{
	frame_limit = 1UL << (bits - PAGE_SHIFT);
}

void iomem_deny(uint64_t phys, uint64_t bytes)
{
	add(denied, &denied_count, phys >> PAGE_SHIFT,
	    (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT);
}

void iomem_set_read_only(uint64_t first_frame, uint64_t frames)
{
	for (uint64_t i = 0; i < frames; i++)
		if (!inside(read_only, &read_only_count, first_frame + i)) {
			add(read_only, &read_only_count, first_frame + i,
			    frames - i);
			return;
		}
}

bool iomem_allowed(struct domain *d, mfn_t mfn)
{
	if (!d->rights.iomem || mfn.n >= frame_limit)
		return false;
	if (inside(denied, &denied_count, mfn.n))
		return false;
	/* Below 1 MiB firmware's tables lie in what is called RAM, too. */
	return mfn.n < 0x100 || !e820_frame_has(mfn.n, XY_E820_RAM);
}

bool iomem_read_only(mfn_t mfn)
{
	return inside(read_only, &read_only_count, mfn.n);
}
