/* SPDX-License-Identifier: MIT */
/*
 * The granted pages of a queue, kept for its life (persistent grants): a
 * request takes some, the data is copied, they go back. The last one given back
 * is taken first, so that few pages are warm in caches, and mapped at the
 * backend, when few requests are in flight.
 *
 * The shell makes and grants the pages, when it likes and as many as it likes;
 * a backend keeps about 1056 of a frontend mapped, beyond that it copies.
 *
 * Lock: the caller's, the queue's.
 */
#ifndef FRONTEND_DRIVERS_CORE_BLKFRONT_PAGES_H
#define FRONTEND_DRIVERS_CORE_BLKFRONT_PAGES_H

#include "abi/base.h"

#define BLKFRONT_KEPT_PAGES	1056

struct blkfront_page {
	struct blkfront_page *next;
	void *data;
	uint32_t gref;
};

struct blkfront_pages {
	struct blkfront_page *free;
	uint32_t free_count;
};

static inline void blkfront_page_put(struct blkfront_pages *p,
				     struct blkfront_page *page)
{
	page->next = p->free;
	p->free = page;
	p->free_count++;
}

/* NULL: none left. */
static inline struct blkfront_page *blkfront_page_get(struct blkfront_pages *p)
{
	struct blkfront_page *page = p->free;

	if (page) {
		p->free = page->next;
		p->free_count--;
	}
	return page;
}

#endif /* FRONTEND_DRIVERS_CORE_BLKFRONT_PAGES_H */
