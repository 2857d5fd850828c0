/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small objects for the hypervisor itself (domains, vCPUs, tables) on top of
 * the heap: size classes of 32 to 1024 bytes in frames of their own, bigger
 * objects as heap blocks.  Memory comes zeroed and 16-byte aligned; objects
 * above 1024 bytes are aligned to a frame.  NULL when there is no memory.
 */
#ifndef CORE_POOL_H
#define CORE_POOL_H

#include "lib/types.h"

void *pool_alloc(size_t bytes);
void *pool_alloc_array(size_t count, size_t bytes);	/* NULL on overflow */
void pool_free(void *p);				/* NULL is fine */

void pool_log(void);		/* debug key: what it holds */

#endif
