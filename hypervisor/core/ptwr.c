// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writable page tables: kernels clear, write-protect and age L1 entries with
 * plain or locked instructions on tables mapped read-only.
 *
 * Rules:
 *  1. Only guest kernel mode, only a write to a present read-only mapping of
 *     an own L1 table; everything else is the guest's own fault.
 *  2. The operand is aligned and lies in the page that faulted.
 *  3. All but plain stores go by compare-and-swap: the processor sets A and D
 *     meanwhile, and they must not be lost.
 *
 * The check of the new entry and the store are core/pt.c's (pt_emulated_*);
 * nothing is locked here.  Hot while processes die.  Next: pt.c.
 */
#include "core/ptwr.h"
#include "abi/errno.h"
#include "core/bounce.h"
#include "core/fetch.h"
#include "core/guest.h"
#include "core/pt.h"

#define PF_MATTERS	(PF_PRESENT | PF_WRITE | PF_RESERVED | PF_FETCH)
#define TRIES		64	/* lost races with A and D, or other vCPUs */
#define REPEATS		512	/* elements of a string instruction at once */

/* A store that does not depend on what is there. */
static bool plain_store(const struct insn *i)
{
	return i->op == OP_MOV || i->op == OP_STOS || i->op == OP_MOVS;
}

/* What is there now, or for MOVS what is to be stored. */
static bool read_operand(struct vcpu *v, const struct regs *r,
			 const struct insn *i, uint64_t va, uint64_t *old)
{
	uint64_t word;

	*old = 0;
	if (i->op == OP_MOVS)
		return !guest_read(old, to_guest(r->rsi), i->width);
	if (plain_store(i))
		return true;
	if (!pt_emulated_read(v, va, &word))
		return false;
	*old = word >> 8 * (va & 7);
	if (i->width < 8)
		*old &= (1UL << 8 * i->width) - 1;
	return true;
}

/* One element.  False: not done, and nothing has changed. */
static bool store(struct vcpu *v, struct regs *r, const struct insn *i,
		  uint64_t va)
{
	struct pt_write w = {
		.va = va, .bytes = i->width, .locked = !plain_store(i),
	};
	struct insn_effect e;
	unsigned int n;
	int rc = -XY_EAGAIN;

	for (n = 0; n < TRIES && rc == -XY_EAGAIN; n++) {
		if (!read_operand(v, r, i, va, &w.old) ||
		    !insn_compute(i, r, w.old, &e))
			return false;
		w.new = e.memory;
		rc = e.write ? pt_emulated_write(v, &w) : 0;
	}
	if (rc == 0)
		insn_commit(i, r, &e);
	/* Still racing: the guest runs the instruction again. */
	return rc == 0 || rc == -XY_EAGAIN;
}

static bool operand_ok(const struct insn *i, uint64_t va, uint64_t cr2)
{
	if (i->width > 8 || va & (i->width - 1u))
		return false;
	return (va & PAGE_MASK) == (cr2 & PAGE_MASK);
}

bool ptwr_fault(struct vcpu *v, struct regs *r, uint64_t cr2)
{
	uint64_t rip = r->rip, base = 0, va;
	struct insn i;
	unsigned int n;

	if (!v->kernel_mode ||
	    (r->error_code & PF_MATTERS) != (PF_PRESENT | PF_WRITE))
		return false;
	if (!pt_emulation_ok(v, cr2) || !fetch_insn(v, r, &i))
		return false;
	if (i.segment != SEG_NONE && i.op != OP_STOS)
		base = fetch_segment_base(v, r, &i);
	if (base && i.op == OP_MOVS)
		return false;	/* its source would have the base */
	va = insn_address(&i, r, base);
	if (!operand_ok(&i, va, cr2) || !store(v, r, &i, va))
		return false;
	for (n = 1; r->rip == rip && i.rep && n < REPEATS; n++) {
		va = insn_address(&i, r, 0);
		if (!operand_ok(&i, va, cr2) || !store(v, r, &i, va))
			break;
	}
	if (r->rip != rip)
		fetch_end(v, r);
	return true;
}
