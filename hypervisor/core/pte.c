// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a guest may say in a page-table entry.
 *
 * 1. No superpages at any level, and no cache control above L1 or for domains
 *    without device rights.
 * 2. The comparison that lets an update skip the counting leaves out only the
 *    bits listed in HARMLESS; everything else, known or not, counts.
 *
 * Pure.  Sources: processor manual volume 3, 4.5; public interface notes.
 */
#include "core/pte.h"

#define ALWAYS_OK	(PTE_P | PTE_RW | PTE_U | PTE_A | PTE_D | PTE_AVL | \
			 PTE_AVL_HIGH | PTE_NX | PTE_FRAME_BITS)
#define HARMLESS	(PTE_U | PTE_A | PTE_D | PTE_AVL | PTE_AVL_HIGH | \
			 PTE_NX | PTE_G)

bool pte_flags_ok(unsigned int level, uint64_t e, bool may_cache)
{
	uint64_t ok = ALWAYS_OK;

	if (level == 1)
		ok |= PTE_G | (may_cache ? PTE_CACHE : 0);
	return (e & ~ok) == 0;
}

uint64_t pte_adjust(unsigned int level, uint64_t e)
{
	if (!pte_present(e))
		return e;
	e |= PTE_U;
	if (level == 1)
		e &= ~PTE_G;
	if (level == 4)
		e |= PTE_A;
	return e;
}

/* With the PAT the public interface prescribes: WB WT UC- UC WC WP UC UC. */
uint64_t pte_uncached(uint64_t e)
{
	switch (e & PTE_CACHE) {
	case 0:				/* write-back */
		return e | PTE_PWT | PTE_PCD;
	case PTE_PWT:			/* write-through */
	case PTE_PAT | PTE_PWT:		/* write-protected */
		return e | PTE_PCD;
	}
	return e;
}

bool pte_same_promise(uint64_t a, uint64_t b)
{
	return pte_present(a) && pte_present(b) && ((a ^ b) & ~HARMLESS) == 0;
}
