// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine-to-physical table.
 *
 * 1. Written here only, by 8-byte stores; the callers have checked who may.
 * 2. An entry of a frame nobody owns says "no pfn".
 * 3. Never reads or writes an entry of a frame that is not RAM: the table has
 *    holes where the machine has.
 *
 * No lock.  The list of backing frames is constant after boot.
 */
#include "core/m2p.h"
#include "core/frame.h"
#include "lib/assert.h"

#define MAX_BLOCKS	4096		/* 4 TiB of addresses */

static uint64_t *table;				/* constant after boot */
static uint32_t backing_mfn[MAX_BLOCKS];	/* 0: a hole */
static unsigned int blocks;

void m2p_init(uint64_t *t)
{
	table = t;
	blocks = 0;
}

void m2p_add_block(mfn_t first_covered, mfn_t backing)
{
	uint64_t i = first_covered.n / M2P_FRAMES_PER_BLOCK;

	CHECK(i < MAX_BLOCKS && backing.n != 0);
	backing_mfn[i] = backing.n;
	if (i >= blocks)
		blocks = i + 1;
	for (uint64_t k = 0; k < 512; k++)
		frame_publish(to_mfn(backing.n + k));
}

void m2p_set(mfn_t mfn, pfn_t pfn)
{
	if (frame_is_ram(mfn))
		__atomic_store_n(&table[mfn.n], pfn.n, __ATOMIC_RELEASE);
}

pfn_t m2p_get(mfn_t mfn)
{
	if (!frame_is_ram(mfn))
		return to_pfn(M2P_INVALID);
	return to_pfn(__atomic_load_n(&table[mfn.n], __ATOMIC_ACQUIRE));
}

mfn_t m2p_block(unsigned int i)
{
	if (i >= blocks || backing_mfn[i] == 0)
		return to_mfn(NO_FRAME);
	return to_mfn(backing_mfn[i]);
}

unsigned int m2p_blocks(void)
{
	return blocks;
}
