/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FPU and XSAVE state, switched eagerly: lazy switching leaks on some CPUs
 * and corrupts programs on emulated ones.
 *
 * The area of a vCPU is one frame in the uncompacted XSAVE format (FXSAVE
 * where the CPU has no XSAVE).  All components of the CPU are saved whatever
 * the guest enabled in its XCR0, so that nothing leaks between guests.
 */
#include "hw/fpu.h"
#include "core/arch.h"
#include "core/vcpu.h"
#include "hw/cpu.h"
#include "lib/assert.h"
#include "lib/string.h"

static uint64_t host_xcr0;	/* boot only; 0: no XSAVE */

#define XCR0_OFFERED	7UL	/* x87, SSE, AVX */

void fpu_init_cpu(void)
{
	if (!(read_cr4() & CR4_OSXSAVE))
		return;
	host_xcr0 = arch_cpuid(0xd, 0).eax & XCR0_OFFERED;
	arch_set_xcr0(host_xcr0);
	CHECK(arch_cpuid(0xd, 0).ebx <= PAGE_SIZE);
}

void arch_fpu_fresh(struct vcpu *v)
{
	memset(v->fpu, 0, PAGE_SIZE);
	*(uint16_t *)v->fpu = 0x37f;			/* FCW */
	*(uint32_t *)((char *)v->fpu + 24) = 0x1f80;	/* MXCSR */
}

void arch_fpu_save(struct vcpu *v)
{
	asm volatile("clts");	/* ours, not the guest's virtual TS */
	if (host_xcr0 == 0) {
		asm volatile("fxsave64 (%0)" : : "r"(v->fpu) : "memory");
		return;
	}
	if (v->xcr0 != host_xcr0)
		arch_set_xcr0(host_xcr0);
	asm volatile("xsave64 (%0)" : : "r"(v->fpu), "a"(-1), "d"(-1)
		     : "memory");
}

void arch_fpu_load(struct vcpu *v)
{
	if (host_xcr0 == 0) {
		asm volatile("fxrstor64 (%0)" : : "r"(v->fpu) : "memory");
	} else {
		if (arch_xcr0() != host_xcr0)
			arch_set_xcr0(host_xcr0);
		asm volatile("xrstor64 (%0)" : : "r"(v->fpu), "a"(-1), "d"(-1)
			     : "memory");
		if (v->xcr0 && v->xcr0 != host_xcr0)
			arch_set_xcr0(v->xcr0);
	}
}
