/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside a frame record, for frame.c, heap.c and the audit only.
 *
 *   use   63..59  58     57    56..52  51..50   49     48   47    46..32 31..0
 *         unused  clean  free  order   shared   pinned ram  alloc owner  users
 *   type  63..32          31..29  28    27..0
 *         stamp or link   role    busy  role users
 *
 * A free frame at the head of its heap block has `free` and the block's order;
 * its type word is the block's two list links.  The other frames of a free or
 * hypervisor block have only `ram`.
 */
#ifndef CORE_FRAME_RECORD_H
#define CORE_FRAME_RECORD_H

#include "core/frame.h"

#define USE_COUNT	0xffffffffUL
#define USE_OWNER_SHIFT	32
#define USE_OWNER	(0x7fffUL << USE_OWNER_SHIFT)
#define USE_ALLOC	(1UL << 47)
#define USE_RAM		(1UL << 48)
#define USE_PINNED	(1UL << 49)
#define USE_SHARED	(1UL << 50)
#define USE_ORDER_SHIFT	52
#define USE_ORDER	(31UL << USE_ORDER_SHIFT)
#define USE_FREE	(1UL << 57)
#define USE_CLEAN	(1UL << 58)	/* only of a free block: all zeros */

#define TYPE_COUNT	0x0fffffffUL
#define TYPE_BUSY	(1UL << 28)
#define TYPE_ROLE_SHIFT	29
#define TYPE_ROLE	(7UL << TYPE_ROLE_SHIFT)
#define TYPE_HIGH_SHIFT	32
#define TYPE_HIGH	(0xffffffffUL << TYPE_HIGH_SHIFT)

#define OWNER_NONE	0	/* free, or the hypervisor's own */
#define OWNER_XEN	1
#define OWNER_IO	2
#define OWNER_FIRST	3
#define OWNER_MAX	4096	/* domains with memory at one time */

#define CHUNK_SHIFT	9	/* frames of a domain are counted per 512 */

extern struct frame *frame_table;	/* constant after boot */

static inline struct frame *frame_record(mfn_t mfn)
{
	return &frame_table[mfn.n];
}

static inline uint64_t load_use(const struct frame *f)
{
	return __atomic_load_n(&f->use, __ATOMIC_ACQUIRE);
}

static inline uint64_t load_type(const struct frame *f)
{
	return __atomic_load_n(&f->type, __ATOMIC_ACQUIRE);
}

static inline bool swap_use(struct frame *f, uint64_t *old, uint64_t new)
{
	return __atomic_compare_exchange_n(&f->use, old, new, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static inline bool swap_type(struct frame *f, uint64_t *old, uint64_t new)
{
	return __atomic_compare_exchange_n(&f->type, old, new, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static inline unsigned int use_owner(uint64_t use)
{
	return (use & USE_OWNER) >> USE_OWNER_SHIFT;
}

static inline enum role type_role(uint64_t type)
{
	return (enum role)((type & TYPE_ROLE) >> TYPE_ROLE_SHIFT);
}

static inline uint64_t type_make(enum role role, uint64_t count,
				 uint64_t flags, uint32_t high)
{
	return (uint64_t)high << TYPE_HIGH_SHIFT |
	       (uint64_t)role << TYPE_ROLE_SHIFT | flags | count;
}

static inline uint32_t type_high(uint64_t type)
{
	return type >> TYPE_HIGH_SHIFT;
}

static inline bool role_is_table(enum role role)
{
	return role >= ROLE_L1 && role <= ROLE_L4;
}

/* Says that the records of these frames are there (mapped and zeroed). */
void frame_table_add(mfn_t first, uint64_t count);

#endif
