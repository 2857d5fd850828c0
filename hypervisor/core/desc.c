// SPDX-License-Identifier: GPL-2.0-only
/*
 * Segment descriptors from a guest: which may stand in a table that the
 * processor uses, and reading them back.
 *
 * Rules:
 *  1. A segment is never more privileged than 3.
 *  2. No system descriptor works: call gates get privilege 0, so that their
 *     use faults (the guest's own is kept in the selector's low bits), and
 *     all others but "type 0" are refused.  Type 0 is the upper half of a
 *     16-byte descriptor.
 *  3. What is not present is not looked at: the processor does not, either.
 *
 * No lock.  Frames with the role DESC change only through these checks.
 */
#include "core/desc.h"
#include "abi/regs.h"
#include "core/arch.h"

#define TYPE(d)		((d) >> DESC_TYPE_SHIFT & 15)
#define TYPE_CALL_GATE	0xc
#define GATE_RESERVED	(0xffUL << 32)
#define GATE_SELECTOR(d)	((uint16_t)((d) >> 16))
#define GATE_RPL	(3UL << 16)

#define SELECTOR_LDT	4
#define SELECTOR_INDEX	0xfff8
#define INDEX(sel)	((sel) & SELECTOR_INDEX)

/* The three flat segments, as the hypervisor's own table holds them. */
#define FLAT_CODE64	0x00affb000000ffffUL
#define FLAT_CODE32	0x00cffb000000ffffUL
#define FLAT_DATA	0x00cff3000000ffffUL

static bool flat(uint16_t sel, uint64_t *desc)
{
	switch (INDEX(sel)) {
	case INDEX(XY_FLAT_RING3_CS64):
		*desc = FLAT_CODE64;
		return true;
	case INDEX(XY_FLAT_RING3_CS32):
		*desc = FLAT_CODE32;
		return true;
	case INDEX(XY_FLAT_RING3_SS32):
		*desc = FLAT_DATA;
		return true;
	}
	return false;
}

/* A gate must not lead to a segment of ours. */
static bool gate_target_ok(uint16_t sel)
{
	uint64_t unused;

	if (sel & SELECTOR_LDT)
		return true;
	if (INDEX(sel) < XY_FIRST_RESERVED_GDT_BYTE)
		return true;
	return flat(sel, &unused);
}

bool desc_check(uint64_t *desc)
{
	uint64_t d = *desc;

	if (!(d & DESC_P))
		return true;
	if (d & DESC_S) {
		*desc = d | DESC_DPL;
		return true;
	}
	if (TYPE(d) == 0)
		return true;
	if (TYPE(d) != TYPE_CALL_GATE || d & GATE_RESERVED ||
	    !gate_target_ok(GATE_SELECTOR(d)))
		return false;
	if (d & DESC_DPL) {
		d &= ~GATE_RPL;
		d |= (d >> DESC_DPL_SHIFT & 3) << 16;
		d &= ~DESC_DPL;
	}
	*desc = d;
	return true;
}

bool desc_check_frame(uint64_t entries[DESC_PER_FRAME])
{
	unsigned int i;

	for (i = 0; i < DESC_PER_FRAME; i++)
		if (!desc_check(&entries[i]))
			return false;
	return true;
}

uint32_t desc_base(uint64_t desc)
{
	return (uint32_t)((desc >> 16 & 0xffffff) | (desc >> 32 & 0xff000000));
}

bool desc_lookup(const struct vcpu *v, uint16_t sel, uint64_t *desc)
{
	unsigned int n = sel >> 3, entries;
	const uint64_t *table;
	mfn_t frame;

	if (!(sel & SELECTOR_LDT) &&
	    INDEX(sel) >= XY_FIRST_RESERVED_GDT_BYTE)
		return flat(sel, desc);
	if (!(sel & ~3))
		return false;
	entries = sel & SELECTOR_LDT ? v->ldt_entries : v->gdt_entries;
	if (n >= entries)
		return false;
	frame = sel & SELECTOR_LDT ? v->ldt_frames[n / DESC_PER_FRAME] :
		v->gdt_frames[n / DESC_PER_FRAME];
	if (mfn_none(frame))
		return false;
	table = arch_frame_ptr(frame);
	*desc = __atomic_load_n(&table[n % DESC_PER_FRAME], __ATOMIC_RELAXED);
	return true;
}

bool desc_code64(const struct vcpu *v, uint16_t cs)
{
	uint64_t d;

	return desc_lookup(v, cs, &d) && d & DESC_L;
}
