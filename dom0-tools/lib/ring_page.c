/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mapping a domain's console or xenstore page: see ring_page.h.
 *
 * Rules:
 * 1. The frame number comes from the toolstack, never from the guest; the
 *    hypervisor checks besides that the frame is the domain's.
 * 2. The grant device is opened when first needed only: its first use in a
 *    boot is dear.
 * 3. A page is unmapped the way it was mapped.
 *
 * No state but the descriptors. Never prints, never exits.
 */
#include "dom0-tools/lib/ring_page.h"

#include <errno.h>
#include <sys/mman.h>

#include "dom0-tools/lib/gnt.h"

int ring_pages_open(struct ring_pages *r)
{
	int err = call_open(&r->call);

	r->have_call = !err;
	r->gntdev = -1;
	if (err)
		r->gntdev = gnt_open();
	return r->gntdev < 0 ? err : 0;
}

static int by_grant(struct ring_pages *r, uint16_t domid, uint32_t gref,
		    struct ring_page *page)
{
	if (r->gntdev < 0)
		r->gntdev = gnt_open();
	if (r->gntdev < 0)
		return r->gntdev;
	page->addr =
		gnt_map(r->gntdev, domid, &gref, 1, PROT_READ | PROT_WRITE);
	page->granted = true;
	return page->addr ? 0 : -errno;
}

int ring_page_map(struct ring_pages *r, uint16_t domid, uint64_t mfn,
		  uint32_t gref, struct ring_page *page)
{
	page->addr = NULL;
	page->granted = false;
	if (r->have_call && mfn &&
	    !call_map_foreign(&r->call, domid, &mfn, 1, &page->addr))
		return 0;
	page->addr = NULL;
	return by_grant(r, domid, gref, page);
}

void ring_page_unmap(struct ring_pages *r, struct ring_page *page)
{
	if (!page->addr)
		return;
	if (page->granted)
		gnt_unmap(r->gntdev, page->addr, 1);
	else
		call_unmap(page->addr, 1);
	page->addr = NULL;
}
