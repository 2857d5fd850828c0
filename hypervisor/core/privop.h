/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Privileged instructions of a guest, which runs at CPL 3 and so takes #GP.
 *
 * Both functions are called with the guest's registers and its current
 * address space loaded.  True: handled; rip has moved on (or an exception or
 * interrupt has been bounced), leave by the normal exit.  False: nothing has
 * changed and the fault belongs to the guest: bounce it.
 */
#ifndef CORE_PRIVOP_H
#define CORE_PRIVOP_H

#include "core/vcpu.h"
#include "lib/types.h"

/* #GP from guest code; r->error_code is the processor's. */
bool privop_emulate(struct vcpu *v, struct regs *r) must_check;
/* #UD from guest code: the ud2 'x' 'e' 'n' prefix before CPUID. */
bool privop_forced_cpuid(struct vcpu *v, struct regs *r) must_check;

#endif
