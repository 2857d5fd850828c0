/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine-to-physical table: for every frame of RAM the pfn its owner
 * gives it.  All guests may read it (at M2P_RO_VA, from kernel and user mode);
 * only the hypervisor writes, through the alias at M2P_RW_VA.  Both are mapped
 * with 2 MiB pages where there is RAM; a guest that reads a hole gets a fault.
 * No lock: a store of 8 bytes, by whoever may give the frame a pfn.
 */
#ifndef CORE_M2P_H
#define CORE_M2P_H

#include "lib/types.h"

#define M2P_RO_VA	0xffff800000000000UL
#define M2P_RW_VA	0xffff808000000000UL
#define M2P_INVALID	(~0UL)		/* no pfn; new table bytes are 0xff */

/* Boot: where the table is written; memory filled with 0xff by the caller. */
void m2p_init(uint64_t *table);
/*
 * Boot, once per 2 MiB block of the table: the block that covers the frames
 * from first on is backed by this (2 MiB aligned) run of frames.  Tools ask
 * for the list, and it makes the frames mappable read-only (DOMID_XEN).
 */
void m2p_add_block(mfn_t first_covered, mfn_t backing);
#define M2P_FRAMES_PER_BLOCK	(1UL << 18)	/* 2 MiB of 8-byte entries */

void m2p_set(mfn_t mfn, pfn_t pfn);	/* frames without RAM are ignored */
pfn_t m2p_get(mfn_t mfn);		/* M2P_INVALID for a hole */
/* Backing frame of block i; NO_FRAME for a hole or beyond the end. */
mfn_t m2p_block(unsigned int i);
unsigned int m2p_blocks(void);		/* highest block + 1 */

#endif
