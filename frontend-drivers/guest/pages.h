/* SPDX-License-Identifier: MIT */
/*
 * Pages and smaller pieces of our own memory, and windows: addresses at which
 * frames of others are mapped.
 *
 * All vCPUs may call these at any time.
 */
#ifndef GUEST_PAGES_H
#define GUEST_PAGES_H

#include <stddef.h>
#include <stdint.h>

void pages_init(void);
/* A cleared page, mapped writable; a guest without one dies. */
void *page_alloc(void);
void page_free(void *page);
/* n cleared pages in a row (of addresses, not of frames); NULL: none left. */
void *pages_alloc(size_t n);
void pages_free(void *first, size_t n);
size_t pages_left(void);

/*
 * A window of n pages: addresses whose L1 entries are the caller's to change.
 * Nothing is mapped there at first; the frames that belong there lie idle.
 * Freeing it maps them again.
 */
void *window_alloc(size_t n);
void window_free(void *first, size_t n);

/* Any number of bytes, 16-aligned, not cleared; NULL: none left. */
void *heap_alloc(size_t bytes);
void heap_free(void *p);	/* NULL is fine */

#endif
