// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest of tests/fakes/privop.h, and stand-ins for what its instructions
 * reach beside the processor of tests/fakes/cpu.c.
 */
#include "fakes/privop.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "abi/regs.h"
#include "core/arch.h"
#include "core/control.h"
#include "core/debugreg.h"
#include "core/pci.h"
#include "core/privop.h"
#include "core/time.h"

bool fake_config_ok;

/* Leaf 0xd offers x87, SSE and AVX; the maker is AMD. */
struct cpuid_regs arch_cpuid(uint32_t leaf, uint32_t subleaf)
{
	(void)subleaf;
	if (leaf == 0)
		return (struct cpuid_regs){ 0xd, 0x68747541, 0x444d4163,
			0x69746e65 };
	if (leaf == 1)
		return (struct cpuid_regs){ 0x663, 0x00800, 0xfed8320b,
			0x1fcbfbfd };
	if (leaf == 0xd)
		return (struct cpuid_regs){ 7, 0x340, 0x340, 0 };
	return (struct cpuid_regs){ 0 };
}

uint64_t time_tsc_khz(void) { return 1000000; }

struct time_scale time_scale_for_khz(uint64_t khz)
{
	return (struct time_scale){ .mul = (uint32_t)khz, .shift = 0 };
}

void *arch_frame_ptr(mfn_t mfn)
{
	static uint64_t gdt[512];

	assert_int_equal(mfn.n, 9);
	gdt[6] = 0x00affb000000ffff;		/* 0x33 */
	gdt[4] = 0x00cffb000000ffff;		/* 0x23 */
	return gdt;
}

bool pci_config_write_allowed(struct domain *d, uint32_t cf8, unsigned int off,
			      unsigned int bytes, uint32_t *value)
{
	(void)d;
	(void)cf8;
	(void)off;
	(void)bytes;
	*value |= 0x80;		/* a hook may change what is written */
	return fake_config_ok;
}

struct vcpu *fake_kernel(void)
{
	struct vcpu *v = fake_vcpu();

	fake_cpu.regs = (struct regs){
		.rip = TEXT, .cs = XY_FLAT_KERNEL_CS, .ss = XY_FLAT_KERNEL_SS,
		.rsp = FAKE_KERNEL_VA + 0x3000, .rflags = 0x202, .vector = 13,
	};
	v->kernel_sp = FAKE_KERNEL_VA + 0x5000;
	for (unsigned int i = 0; i < 32; i++)
		v->traps[i].address = HANDLER + i * 16;
	v->gdt_frames[0] = to_mfn(9);
	v->gdt_entries = 16;
	v->iopl = 1;
	v->debug[6] = DR6_DEFAULT;
	v->debug[7] = DR7_DEFAULT;
	fake_config_ok = true;
	return v;
}

void fake_user(void)
{
	fake_cpu.current->kernel_mode = false;
	fake_cpu.regs.rip = UTEXT;
	fake_cpu.regs.cs = 0x33;
	fake_cpu.regs.ss = 0x2b;
}

bool fake_run_code(const uint8_t *code, size_t bytes)
{
	memcpy(fake_mem(fake_cpu.regs.rip), code, bytes);
	return privop_emulate(fake_cpu.current, &fake_cpu.regs);
}
