// SPDX-License-Identifier: MIT
/*
 * Pieces smaller than a page, by powers of two.
 *
 * Each piece has a head of 16 bytes that says its size: small ones are cut
 * from a page and go back to a list of their size, larger ones are pages of
 * their own and go back whole. A page once cut stays cut.
 */
#include "frontend-drivers/guest/call.h"
#include "frontend-drivers/guest/pages.h"
#include "frontend-drivers/guest/spin.h"

#define SMALLEST	5	/* 32 bytes, head included */
#define LARGEST		11	/* 2048 */

struct piece {
	uint32_t order;		/* 0: pages */
	uint32_t pages;
	struct piece *next;	/* of a free one */
};

static struct spin lock;
static struct piece *free_pieces[LARGEST + 1];

static struct piece *from_pages(size_t bytes)
{
	size_t n = (bytes + PAGE - 1) / PAGE;
	struct piece *p = pages_alloc(n);

	if (p)
		p->pages = (uint32_t)n;
	return p;
}

static void cut(char *page, unsigned int order)
{
	for (size_t at = 0; at < PAGE; at += 1UL << order) {
		struct piece *p = (struct piece *)(page + at);

		p->order = order;
		p->next = free_pieces[order];
		free_pieces[order] = p;
	}
}

void *heap_alloc(size_t bytes)
{
	unsigned int order = SMALLEST;
	struct piece *p;
	char *page;

	if (bytes > (1UL << LARGEST) - sizeof(*p)) {
		p = bytes < 1UL << 40 ? from_pages(bytes + sizeof(*p)) : NULL;
		return p ? p + 1 : NULL;
	}
	while (1UL << order < bytes + sizeof(*p))
		order++;
	spin_lock(&lock);
	if (!free_pieces[order] && (page = pages_alloc(1)))
		cut(page, order);
	p = free_pieces[order];
	if (p)
		free_pieces[order] = p->next;
	spin_unlock(&lock);
	return p ? p + 1 : NULL;
}

void heap_free(void *at)
{
	struct piece *p = at;

	if (!at)
		return;
	p--;
	if (p->order == 0) {
		pages_free(p, p->pages);
		return;
	}
	spin_lock(&lock);
	p->next = free_pieces[p->order];
	free_pieces[p->order] = p;
	spin_unlock(&lock);
}
