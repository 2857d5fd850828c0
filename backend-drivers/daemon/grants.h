/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Granted pages: mapped once and kept (persistent grants), or copied in
 * batches. One descriptor of /dev/xen/gntdev serves all devices.
 */
#ifndef BACKEND_DRIVERS_DAEMON_GRANTS_H
#define BACKEND_DRIVERS_DAEMON_GRANTS_H

#include <stdbool.h>
#include <stdint.h>

#include "backend-drivers/daemon/direct.h"
#include "dom0-tools/lib/gnt.h"

extern int grants_fd;

/* Opens gntdev, and has the kernel make room for mappings. 0 or -errno. */
int grants_init(void);

/* The pages of one frontend that stay mapped until it disconnects. */
struct grant_cache {
	unsigned int domid;
	unsigned int mapped;
	unsigned int limit;
	void **page;		/* by grant reference */
	uint32_t pages;		/* length of page[] */
	struct grant_range *ranges;
};

void grant_cache_init(struct grant_cache *c, unsigned int domid,
		      unsigned int limit);
/* Where it is mapped, or NULL. */
void *grant_cache_find(const struct grant_cache *c, uint32_t gref);
/*
 * Maps those of the n references that are not, writable. False: some could not
 * be (refused, or beyond the limit): copy instead.
 */
bool grant_cache_map(struct grant_cache *c, const uint32_t *gref,
		     unsigned int n);
void grant_cache_drop(struct grant_cache *c);

/* A batch of copies; each remembers whom it serves. */
#define GRANT_BATCH DIRECT_COPIES

struct grant_batch {
	unsigned int n;
	struct gnt_copy_segment segment[GRANT_BATCH];
	bool *failed[GRANT_BATCH];	/* set true if the copy fails */
};

struct grant_page {
	unsigned int domid;
	uint32_t gref;
	uint16_t offset_bytes;
	uint16_t length_bytes;
};

/*
 * Memory for packets, made once: n pages that copies can name by grants of our
 * own, or plain memory where the kernel has no such. NULL: no memory.
 */
uint8_t *grants_arena(unsigned int n);

/* Adds a copy out of (or into) a granted page; runs the batch if it is full. */
void grant_batch_from(struct grant_batch *b, const struct grant_page *from,
		      void *to, bool *failed);
void grant_batch_to(struct grant_batch *b, const struct grant_page *to,
		    void *from, bool *failed);
/* Does all copies that were added. */
void grant_batch_run(struct grant_batch *b);

#endif
