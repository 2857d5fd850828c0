/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam's simple parts: identification, model-specific registers that may
 * fault, ports, and the CPU's own start-up.
 */
#include "hw/cpu.h"
#include "abi/errno.h"
#include "core/arch.h"
#include "hw/cpu_init.h"
#include "hw/percpu.h"
#include "lib/assert.h"
#include "lib/lock.h"
#include "lib/string.h"

static struct percpu *cpus[MAX_CPUS];	/* boot only */

struct percpu *percpu_of(unsigned int cpu)
{
	return cpu < MAX_CPUS ? cpus[cpu] : NULL;
}

void percpu_register(unsigned int cpu, struct percpu *p)
{
	p->cpu = cpu;
	cpus[cpu] = p;
}

unsigned int arch_cpu(void) { return percpu()->cpu; }
struct vcpu *arch_current(void) { return percpu()->loaded; }
uint32_t *lock_held_mask(void) { return &percpu()->ranks; }
uint64_t arch_tsc(void) { return rdtsc(); }
uint64_t arch_cr0(void) { return read_cr0(); }
uint64_t arch_cr4(void) { return read_cr4(); }

struct regs *vcpu_regs(void)
{
	return percpu_block(percpu(), CPU_STACK_TOP - sizeof(struct regs));
}

/* With one CPU, "pass through your exit path" is a flag. */
void arch_kick(unsigned int cpu)
{
	percpu_of(cpu)->work = true;
}

bool arch_in_interrupt(void)
{
	return percpu()->in_interrupt;
}

void arch_take_interrupts(void)
{
	CHECK(percpu()->ranks == 0);
	cpu_take_interrupts();
}

struct cpuid_regs arch_cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_regs r;

	asm volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx),
		     "=d"(r.edx) : "a"(leaf), "c"(subleaf));
	return r;
}

int arch_msr_read(uint32_t msr, uint64_t *value)
{
	uint32_t lo = 0, hi = 0, failed = 0;

	/* fixup: #GP becomes a failure */
	asm volatile("1:\trdmsr\n"
		     "2:\n\t"
		     ".pushsection .fixup, \"ax\"\n"
		     "3:\tmov $1, %2\n\t"
		     "jmp 2b\n\t"
		     ".popsection\n\t"
		     ".pushsection .extable, \"a\"\n\t"
		     ".quad 1b, 3b\n\t"
		     ".popsection"
		     : "+a"(lo), "+d"(hi), "+r"(failed) : "c"(msr));
	*value = (uint64_t)hi << 32 | lo;
	return failed ? -XY_EFAULT : 0;
}

int arch_msr_write(uint32_t msr, uint64_t value)
{
	uint32_t failed = 0;

	/* fixup: #GP becomes a failure; memory: as wrmsr() */
	asm volatile("1:\twrmsr\n"
		     "2:\n\t"
		     ".pushsection .fixup, \"ax\"\n"
		     "3:\tmov $1, %0\n\t"
		     "jmp 2b\n\t"
		     ".popsection\n\t"
		     ".pushsection .extable, \"a\"\n\t"
		     ".quad 1b, 3b\n\t"
		     ".popsection"
		     : "+r"(failed) : "c"(msr), "a"((uint32_t)value),
		       "d"((uint32_t)(value >> 32)) : "memory");
	return failed ? -XY_EFAULT : 0;
}

uint64_t arch_xcr0(void)
{
	uint32_t lo, hi;

	asm volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	return (uint64_t)hi << 32 | lo;
}

void arch_set_xcr0(uint64_t v)
{
	asm volatile("xsetbv" : : "c"(0), "a"((uint32_t)v),
		     "d"((uint32_t)(v >> 32)));
}

uint32_t arch_port_in(uint16_t port, unsigned int bytes)
{
	uint32_t v = 0;

	switch (bytes) {
	case 1:
		asm volatile("inb %1, %b0" : "+a"(v) : "Nd"(port));
		break;
	case 2:
		asm volatile("inw %1, %w0" : "+a"(v) : "Nd"(port));
		break;
	default:
		asm volatile("inl %1, %0" : "=a"(v) : "Nd"(port));
		break;
	}
	return v;
}

void arch_port_out(uint16_t port, unsigned int bytes, uint32_t v)
{
	switch (bytes) {
	case 1:
		asm volatile("outb %b0, %1" : : "a"(v), "Nd"(port));
		break;
	case 2:
		asm volatile("outw %w0, %1" : : "a"(v), "Nd"(port));
		break;
	default:
		asm volatile("outl %0, %1" : : "a"(v), "Nd"(port));
		break;
	}
}

void arch_frame_clear(mfn_t mfn)
{
	memset(arch_frame_ptr(mfn), 0, PAGE_SIZE);
}

void arch_frame_copy(mfn_t dst, mfn_t src)
{
	memcpy(arch_frame_ptr(dst), arch_frame_ptr(src), PAGE_SIZE);
}

void cpu_init_features(void)
{
	uint32_t ecx1 = arch_cpuid(1, 0).ecx;
	struct cpuid_regs r7 = arch_cpuid(7, 0);
	uint64_t cr4 = read_cr4() | CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT;

	if (ecx1 & (1u << 26))
		cr4 |= CR4_OSXSAVE;
	if (arch_cpuid(0, 0).eax >= 7) {
		if (r7.ebx & 1)
			cr4 |= CR4_FSGSBASE;
		if (r7.ebx & (1u << 7))
			cr4 |= CR4_SMEP;
	}
	write_cr4(cr4);
	/* WB WT UC- UC WC WP UC UC: what PV guests expect to find */
	wrmsr(MSR_PAT, 0x0000050100070406UL);
}

/* Breakpoints of the guest: only while one is enabled. */
void arch_debug_load(struct vcpu *v)
{
	if (!(v->debug[7] & 0xff)) {
		asm volatile("mov %0, %%dr7" : : "r"(0x400UL));
		return;
	}
	asm volatile("mov %0, %%dr0\n\t"
		     "mov %1, %%dr1\n\t"
		     "mov %2, %%dr2\n\t"
		     "mov %3, %%dr3\n\t"
		     "mov %4, %%dr7"
		     : : "r"(v->debug[0]), "r"(v->debug[1]),
		       "r"(v->debug[2]), "r"(v->debug[3]), "r"(v->debug[7]));
}

void arch_forget_vcpu(struct vcpu *v)
{
	struct percpu *p = percpu();

	if (p->loaded == v) {
		p->loaded = NULL;
		arch_load_root(NULL);
		asm volatile("clts");	/* or the next FPU load traps */
	}
}

void arch_cache_flush(void)
{
	asm volatile("wbinvd" : : : "memory");
}

#define CR4_TSD		0x4UL
#define CR4_DE		0x8UL

/* The guest's CR0.TS is real while it runs, and two bits of its CR4. */
void arch_control_changed(struct vcpu *v)
{
	uint64_t cr4 = read_cr4(), want;

	if (v->ts)
		asm volatile("mov %0, %%cr0" : : "r"(read_cr0() | CR0_TS));
	else
		asm volatile("clts");
	want = (cr4 & ~(CR4_TSD | CR4_DE)) | (v->cr4 & (CR4_TSD | CR4_DE));
	if (want != cr4)
		write_cr4(want);
}
