/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FPU and XSAVE state, switched eagerly: lazy switching leaks on some CPUs
 * and corrupts programs on emulated ones.
 *
 * The area of a vCPU is one frame in the uncompacted XSAVE format (FXSAVE
 * where the CPU has no XSAVE).  All components of the CPU are saved whatever
 * the guest enabled in its XCR0, so that nothing leaks between guests.
 *
 * What comes from tools or guests is checked before it gets into an area
 * (core/xstate.c).  Should the processor refuse one all the same, the vCPU
 * gets a fresh state and a line in the log: it is its loss, not ours.
 */
#include "hw/fpu.h"
#include "core/arch.h"
#include "core/dom.h"
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

/* fixup: #GP, on a reserved bit in the area, becomes a failure */
#define RESTORE(insn, area)						\
	({								\
		bool ok_ = true;					\
		asm volatile("1:\t" insn " (%1)\n"			\
			     "2:\n\t"					\
			     ".pushsection .fixup, \"ax\"\n"		\
			     "3:\tmovb $0, %0\n\t"			\
			     "jmp 2b\n\t"				\
			     ".popsection\n\t"				\
			     ".pushsection .extable, \"a\"\n\t"		\
			     ".quad 1b, 3b\n\t"				\
			     ".popsection"				\
			     : "+m"(ok_) : "r"(area), "a"(-1), "d"(-1)	\
			     : "memory");				\
		ok_;							\
	})

static bool restore(struct vcpu *v)
{
	if (host_xcr0 == 0)
		return RESTORE("fxrstor64", v->fpu);
	if (arch_xcr0() != host_xcr0)
		arch_set_xcr0(host_xcr0);
	return RESTORE("xrstor64", v->fpu);
}

void arch_fpu_load(struct vcpu *v)
{
	if (!restore(v)) {
		dom_log(v->domain, "vcpu %u: FPU state refused", v->id);
		arch_fpu_fresh(v);
		CHECK(restore(v));
	}
	if (v->xcr0 && v->xcr0 != host_xcr0)
		arch_set_xcr0(v->xcr0);
}
