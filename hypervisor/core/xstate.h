/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FPU state from outside: what a guest or a saved image says about it.
 *
 * The area of a vCPU (v->fpu) is loaded by XRSTOR with no net beneath it.
 * Whatever is put in there goes through these functions.
 */
#ifndef CORE_XSTATE_H
#define CORE_XSTATE_H

#include "core/vcpu.h"
#include "lib/types.h"

#define XSTATE_LEGACY	512u	/* bytes of an FXSAVE image */

/* Bytes of the whole area for v's processor; 0: it has no XSAVE. */
unsigned int xstate_bytes(struct vcpu *v);
/* v is off all CPUs.  Takes an FXSAVE image as the state of x87 and SSE. */
void xstate_set_legacy(struct vcpu *v, const void *image);
/*
 * Takes a whole uncompacted area of `bytes`, with the XCR0 that goes with it:
 * -XY_EINVAL when the processor could not load it.
 */
int xstate_set(struct vcpu *v, uint64_t xcr0, const void *area,
	       size_t bytes) must_check;

#endif
