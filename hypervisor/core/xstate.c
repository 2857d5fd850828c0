/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks of FPU state before the processor loads it.
 *
 *   0     FXSAVE image (MXCSR at 24, its mask of valid bits at 28)
 *   512   XSTATE_BV: which components are not in their initial state
 *   520   XCOMP_BV: 0, the uncompacted form
 *   528   reserved, zero up to 576; components follow
 *
 * XRSTOR faults on reserved bits of MXCSR, on components that XCR0 does not
 * have and on a reserved byte that is set.  Bits of MXCSR outside what every
 * 64-bit processor has are dropped; the rest is refused.
 *
 * No lock: the vCPU is off all CPUs.  Source: processor manual volume 1, 13.
 */
#include "core/xstate.h"
#include "abi/errno.h"
#include "core/control.h"
#include "core/cpuid.h"
#include "lib/string.h"

#define MXCSR_AT	24
#define MXCSR_VALID	0xffffu
#define HEADER_AT	512
#define HEADER_END	576
#define X87_SSE		3UL

static void put32(char *area, unsigned int at, uint32_t value)
{
	memcpy(area + at, &value, sizeof(value));
}

static uint64_t get64(const char *area, unsigned int at)
{
	uint64_t value;

	memcpy(&value, area + at, sizeof(value));
	return value;
}

static void put64(char *area, unsigned int at, uint64_t value)
{
	memcpy(area + at, &value, sizeof(value));
}

static void fix_mxcsr(char *area)
{
	uint32_t mxcsr;

	memcpy(&mxcsr, area + MXCSR_AT, sizeof(mxcsr));
	put32(area, MXCSR_AT, mxcsr & MXCSR_VALID);
}

unsigned int xstate_bytes(struct vcpu *v)
{
	return cpuid_xcr0_mask(v) ? cpuid_query(v, 0xd, 0).ecx : 0;
}

void xstate_set_legacy(struct vcpu *v, const void *image)
{
	memcpy(v->fpu, image, XSTATE_LEGACY);
	fix_mxcsr(v->fpu);
	put64(v->fpu, HEADER_AT, get64(v->fpu, HEADER_AT) | X87_SSE);
}

static bool header_ok(const char *area, uint64_t components)
{
	if (get64(area, HEADER_AT) & ~components)
		return false;
	for (unsigned int at = HEADER_AT + 8; at < HEADER_END; at += 8)
		if (get64(area, at))
			return false;
	return true;
}

int xstate_set(struct vcpu *v, uint64_t xcr0, const void *area, size_t bytes)
{
	if (bytes < HEADER_END || bytes > xstate_bytes(v) ||
	    !control_xcr0_ok(v, xcr0) ||
	    !header_ok(area, cpuid_xcr0_mask(v)))
		return -XY_EINVAL;
	memcpy(v->fpu, area, bytes);
	fix_mxcsr(v->fpu);
	v->xcr0 = xcr0;
	return 0;
}
