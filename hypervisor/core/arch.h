/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * THE SEAM between thinking and touching.
 *
 * core/ and call/ hold every rule and reach the machine only through this
 * page and core/guest.h.  hw/ implements it for x86-64; tests/fakes/arch.c
 * implements it for host tests.  Nothing here decides anything.
 *
 * CPU sets are 64-bit masks: bit n is CPU n.
 */
#ifndef CORE_ARCH_H
#define CORE_ARCH_H

#include "lib/types.h"

struct vcpu;
struct domain;

#define MAX_CPUS	64

/* ---- CPUs ---- */
unsigned int arch_cpu(void);			/* this CPU's number */
struct vcpu *arch_current(void);	/* vCPU whose state this CPU holds */
/* make it pass through its exit path */
void arch_kick(unsigned int cpu);
bool arch_in_interrupt(void);	/* not by a deed of the vCPU that runs */
/* Takes the interrupts that wait, between two steps; no lock may be held. */
void arch_take_interrupts(void);

/* ---- frames: every RAM frame is reachable through the direct map ---- */
void *arch_frame_ptr(mfn_t mfn);
mfn_t arch_ptr_frame(const void *p);
void arch_frame_clear(mfn_t mfn);
void arch_frame_copy(mfn_t dst, mfn_t src);

/* ---- address translation ---- */
/* Loads the root for vcpu's mode; v may be NULL: the hypervisor's own. */
void arch_load_root(struct vcpu *v);
/* The same for the current vCPU, which comes from its other mode. */
void arch_enter_kernel(struct vcpu *v);
void arch_enter_user(struct vcpu *v);
/* An entry of this L4 has changed, or it is one no longer. */
void arch_root_changed(mfn_t root);
/*
 * v faulted at va: true if its root has an entry there, above the hypervisor,
 * that was not loaded; now it is.
 */
bool arch_upper_fault(struct vcpu *v, uint64_t va);
/* The root frame this CPU has loaded now (NO_FRAME: the hypervisor's own). */
mfn_t arch_cpu_root(unsigned int cpu);
/* These CPUs, which must not be running a guest on it, load our own root. */
void arch_leave_root(uint64_t cpus);
void arch_tlb_flush(uint64_t cpus);		/* everything, on these CPUs */
void arch_tlb_flush_page(uint64_t cpus, uint64_t va);
/*
 * The flush clock: rises with every full flush anywhere.  A stamp taken from
 * arch_flush_clock() is older than a CPU's last flush when that CPU cannot
 * hold a translation made before the stamp.
 */
uint32_t arch_flush_clock(void);
/* The CPUs of the set whose last full flush is not newer than stamp. */
uint64_t arch_flush_needed(uint64_t cpus, uint32_t stamp);
/* Fills slots 256..271 of a fresh or guest-supplied L4. */
void arch_l4_fill(uint64_t *l4);

/* ---- time ---- */
uint64_t arch_now_ns(void);			/* since boot, monotonic */
uint64_t arch_tsc(void);
void arch_timer_set(uint64_t deadline_ns);	/* this CPU; 0 = none */

/* ---- per-vCPU machine state that is not in the register block ---- */
void arch_fpu_save(struct vcpu *v);
void arch_fpu_load(struct vcpu *v);
void arch_fpu_fresh(struct vcpu *v);		/* as after FNINIT */
/* v goes away: no CPU keeps its state loaded. */
void arch_forget_vcpu(struct vcpu *v);
/* Reloads what a hypercall changed under the running vCPU. */
void arch_gdt_changed(struct vcpu *v);		/* current only */
void arch_ldt_changed(struct vcpu *v);		/* current only: unmaps */
/* Maps one LDT frame (already of role DESC) in this CPU's window. */
void arch_ldt_map(struct vcpu *v, unsigned int page, mfn_t mfn);
void arch_debug_load(struct vcpu *v);
/* v->ts or v->cr4 changed: CR0.TS, and the CR4 bits TSD, DE of the machine. */
void arch_control_changed(struct vcpu *v);	/* current only */
void arch_set_fs_base(uint64_t base);
void arch_set_gs_base(uint64_t base);		/* active GS base */
uint64_t arch_fs_base(void);
uint64_t arch_gs_base(void);
uint64_t arch_gs_shadow(void);			/* the inactive GS base */
void arch_set_gs_shadow(uint64_t base);
void arch_swapgs(void);
/* Loads GS for the guest's user mode; a bad selector loads null. */
void arch_load_user_gs(uint16_t sel);

/* ---- processor identification and model-specific registers ---- */
struct cpuid_regs {
	uint32_t eax, ebx, ecx, edx;
};

struct cpuid_regs arch_cpuid(uint32_t leaf, uint32_t subleaf);
int arch_msr_read(uint32_t msr, uint64_t *value) must_check; /* -EFAULT */
int arch_msr_write(uint32_t msr, uint64_t value) must_check;
uint64_t arch_xcr0(void);
void arch_set_xcr0(uint64_t value);
uint64_t arch_cr0(void);
uint64_t arch_cr4(void);
void arch_cache_flush(void);			/* write back, invalidate */

/* ---- port I/O ---- */
uint32_t arch_port_in(uint16_t port, unsigned int bytes);
void arch_port_out(uint16_t port, unsigned int bytes, uint32_t value);

/* ---- serial line ---- */
void arch_uart_put(char c);

/* ---- the whole machine ---- */
__attribute__((noreturn)) void arch_reboot(void);
__attribute__((noreturn)) void arch_power_off(void);
/* Writes the PM1 control registers; comes back when nothing happened. */
void arch_enter_sleep(uint16_t pm1a, uint16_t pm1b);

#endif
