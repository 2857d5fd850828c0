/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine's free frames: a buddy allocator of orders 0 to 18.
 *
 * Free blocks are kept by address width (a zone holds the frames whose
 * number has the same highest bit), so that a request may bound the address
 * and the frames below 4 GiB are given away last.  Contents are as they were,
 * except where a call says otherwise: frames are cleared when a guest gets
 * them, or ahead of that, by a CPU that has nothing else to do.
 * Every call may be made with any lock of lower rank than the heap's held.
 * Links live in the frame table (core/frame.h), which must be initialised
 * first.
 */
#ifndef CORE_HEAP_H
#define CORE_HEAP_H

#include "lib/types.h"

#define HEAP_MAX_ORDER	18
#define HEAP_ANY_BITS	64	/* no bound on the address */

/* Boot: adds RAM that nobody uses (marked by frame_mark_ram or not). */
void heap_add_range(mfn_t first, uint64_t count);

/* For the hypervisor itself.  NO_FRAME when there is none. */
mfn_t heap_alloc(unsigned int order);
mfn_t heap_alloc_zeroed(unsigned int order);
/* Every byte of the block has a machine address below 2^bits. */
mfn_t heap_alloc_bits(unsigned int order, unsigned int bits);
/* order: that of the allocation; a block may not be freed in parts. */
void heap_free(mfn_t mfn, unsigned int order);
/* Makes one allocated block of order n into 2^n allocated blocks of order 0. */
void heap_split(mfn_t mfn, unsigned int order);
/* The order a block was allocated with. */
unsigned int heap_order(mfn_t mfn);

/*
 * Claims: frames promised to domains that are being built.  *claim is the
 * domain's own part.  heap_alloc_claimed() serves a domain: it leaves the
 * promises to others alone and shrinks its own.  heap_claim() sets the
 * promise to `frames` in all; -XY_ENOMEM when there is not that much.
 * *clean says whether clean frames are wished for, and returns what they are.
 */
mfn_t heap_alloc_claimed(unsigned int order, unsigned int bits,
			 uint64_t *claim, bool *clean);
int heap_claim(uint64_t *claim, uint64_t frames) must_check;

/*
 * For a CPU that idles: clears one free frame.  False: enough are clean, or no
 * large block is dirty.  The frame stays free; takes some microseconds.
 */
bool heap_clean_some(void);

uint64_t heap_free_frames(void);
uint64_t heap_clean_frames(void);	/* of the free ones */
uint64_t heap_free_frames_below(unsigned int bits);	/* whole zones only */
uint64_t heap_total_frames(void);	/* all RAM ever added */
uint64_t heap_claimed_frames(void);

#endif
