/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every emulation does before and after: fetch and decode the guest's
 * instruction, find its segment's base, and end it as the processor would.
 */
#ifndef CORE_FETCH_H
#define CORE_FETCH_H

#include "core/insn.h"
#include "core/vcpu.h"
#include "lib/types.h"

/*
 * The instruction at r's rip, decoded from a private copy.  False: cannot be
 * read (any more) or is none that we know.
 */
bool fetch_insn(struct vcpu *v, const struct regs *r, struct insn *i)
	must_check;
/* Base of the segment of i's memory operand (64-bit code: FS and GS only). */
uint64_t fetch_segment_base(const struct vcpu *v, const struct regs *r,
			    const struct insn *i);
/* The instruction is done, rip has moved: the guest may be single-stepping. */
void fetch_end(struct vcpu *v, struct regs *r);

#endif
