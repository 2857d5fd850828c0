/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writable page tables: a guest kernel's plain or locked store to an L1 table
 * that it has mapped read-only is decoded and done as an L1 update.
 */
#ifndef CORE_PTWR_H
#define CORE_PTWR_H

#include "core/vcpu.h"
#include "lib/types.h"

/*
 * #PF from guest code at address cr2, r->error_code the processor's.  True:
 * done (or the instruction is to run again); false: the fault is the guest's.
 */
bool ptwr_fault(struct vcpu *v, struct regs *r, uint64_t cr2) must_check;

#endif
