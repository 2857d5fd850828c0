/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory before the heap: the E820's RAM less what is in use, as a short list
 * of frame ranges.  boot_alloc() takes from it; bootmem_to_heap() hands the
 * rest to the heap and ends its life.
 */
#ifndef CORE_BOOTMEM_H
#define CORE_BOOTMEM_H

#include "lib/types.h"

void bootmem_init(void);			/* from machine_e820() */
void bootmem_reserve(uint64_t start, uint64_t end);	/* physical, bytes */
/* Cleared frames below 4 GiB, aligned to `align` frames; panics when short. */
mfn_t boot_alloc(uint64_t frames, uint64_t align);
void bootmem_to_heap(void);

#endif
