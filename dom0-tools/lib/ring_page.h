/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page of a domain that carries its console or xenstore ring.
 *
 * Two ways lead to it. By frame number through privcmd is the cheaper: the
 * kernel needs no page record for it. By grant reference (0: console, 1:
 * xenstore, put there by whoever built the domain) works also where the
 * frame number is not known or refused.
 */
#ifndef DOM0_TOOLS_LIB_RING_PAGE_H
#define DOM0_TOOLS_LIB_RING_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "dom0-tools/lib/call.h"

#define RING_PAGE_CONSOLE_GREF 0
#define RING_PAGE_STORE_GREF 1

/* The two descriptors, for any number of pages. */
struct ring_pages {
	struct call call;
	int gntdev;
	bool have_call;
};

struct ring_page {
	void *addr; /* NULL: not mapped */
	bool granted;
};

/* 0 if at least one way is open, else a negative errno. */
int ring_pages_open(struct ring_pages *r);
/*
 * mfn 0: not known. The error is that of the last way tried.
 */
int ring_page_map(struct ring_pages *r, uint16_t domid, uint64_t mfn,
		  uint32_t gref, struct ring_page *page);
void ring_page_unmap(struct ring_pages *r, struct ring_page *page);

#endif
