/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Segment descriptors and selectors that a guest hands us for the real GDT
 * and LDT.  Pure functions, except desc_lookup, which reads a vCPU's tables.
 */
#ifndef CORE_DESC_H
#define CORE_DESC_H

#include "core/vcpu.h"
#include "lib/types.h"

#define DESC_TYPE_SHIFT	40
#define DESC_S		(1UL << 44)
#define DESC_DPL	(3UL << 45)
#define DESC_DPL_SHIFT	45
#define DESC_P		(1UL << 47)
#define DESC_L		(1UL << 53)
#define DESC_D		(1UL << 54)
#define DESC_G		(1UL << 55)

#define DESC_PER_FRAME	512

/*
 * May this descriptor stand in a table the processor uses?  Repairs what can
 * be repaired in place (privilege of segments and call gates).
 */
bool desc_check(uint64_t *desc) must_check;
/*
 * A whole frame that takes the DESC role.  Entries are repaired in place;
 * false: one is not acceptable (those before it may have been repaired).
 */
bool desc_check_frame(uint64_t entries[DESC_PER_FRAME]) must_check;

/* The selector rule: a requested privilege below 3 becomes 3. */
static inline uint16_t desc_fix_selector(uint16_t sel)
{
	return (uint16_t)(sel | 3);
}

/* The descriptor v's selector names; false: null, outside, or not mapped. */
bool desc_lookup(const struct vcpu *v, uint16_t sel, uint64_t *desc) must_check;
/* Is this a 64-bit code segment for v? */
bool desc_code64(const struct vcpu *v, uint16_t cs);
uint32_t desc_base(uint64_t desc);

#endif
