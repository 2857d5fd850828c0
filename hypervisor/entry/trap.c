/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A trap's journey: from entry.S to the rule that answers it, and back out.
 *
 * 1. A trap from a guest is first offered to the emulations (privileged
 *    instructions, writable page tables, lazy LDT), then given to the guest.
 * 2. A trap from ring 0 is a fixed-up access, the guest's own IRET, an
 *    interrupt while idle, or our bug: then it is a panic.
 * 3. The exit path runs before every return to a guest: scheduler, then
 *    whatever the vCPU is owed.
 *
 * Runs with interrupts off, holds no lock.  Next station: call/dispatch.c.
 */
#include "entry/trap.h"
#include "abi/direct.h"
#include "call/call.h"
#include "core/bounce.h"
#include "core/con.h"
#include "core/ldt.h"
#include "core/privop.h"
#include "core/pt.h"
#include "core/ptwr.h"
#include "core/sched.h"
#include "core/timer.h"
#include "entry/offsets.h"
#include "entry/panic.h"
#include "entry/switch.h"
#include "hw/cpu.h"
#include "hw/irq.h"
#include "hw/paging.h"
#include "hw/percpu.h"
#include "lib/string.h"

_Static_assert(offsetof(struct regs, r11) == R_R11, "entry/offsets.h");
_Static_assert(offsetof(struct regs, rax) == R_RAX, "entry/offsets.h");
_Static_assert(offsetof(struct regs, rdi) == R_RDI, "entry/offsets.h");
_Static_assert(offsetof(struct regs, error_code) == R_ERROR, "offsets.h");
_Static_assert(offsetof(struct regs, vector) == R_VECTOR, "offsets.h");
_Static_assert(offsetof(struct regs, rip) == R_RIP, "entry/offsets.h");
_Static_assert(offsetof(struct regs, ss) == R_SS, "entry/offsets.h");
_Static_assert(sizeof(struct regs) == R_SIZE, "entry/offsets.h");
_Static_assert(VECTOR_SYSCALL == V_SYSCALL, "entry/offsets.h");
_Static_assert(VECTOR_SYSCALL32 == V_SYSCALL32, "entry/offsets.h");
_Static_assert(VECTOR_SYSENTER == V_SYSENTER, "entry/offsets.h");

#define FIRST_IRQ	0x20
#define DR6_DEFAULT	0xffff0ff0UL

extern const uint64_t extable_start[], extable_end[];
extern char guest_iret[], sysenter_entry[];

static __attribute__((noinline)) void exit_work(struct percpu *p,
						struct regs *r)
{
	do {
		p->work = false;
		if (sched_wanted())
			switch_to_next();
		/* Dropped tables are taken apart before their owner runs. */
		if (p->loaded->domain->drain_due) {
			cpu_take_interrupts();
			(void)!pt_drain(p->loaded->domain);
			p->work = true;	/* and all of this again */
			continue;
		}
		frame_reap();
		bounce_pending(p->loaded, r);
	} while (p->work);
}

static inline void leave(struct percpu *p, struct regs *r)
{
	if (__builtin_expect(p->work || bounce_event_due(p->loaded), 0))
		exit_work(p, r);
}

void trap_syscall(struct regs *r)
{
	struct percpu *p = percpu();
	struct vcpu *v = p->loaded;

	if (v->kernel_mode)
		call_dispatch(v, r);
	else if (__builtin_expect(r->rax - XY_DIRECT_CALL >= CALL_TABLE_ROWS ||
				  !call_direct(v, r), 1))
		bounce_callback(v, r, CB_SYSCALL);
	leave(p, r);
}

static uint64_t take_dr6(void)
{
	uint64_t dr6;

	asm volatile("mov %%dr6, %0" : "=r"(dr6));
	asm volatile("mov %0, %%dr6" : : "r"(DR6_DEFAULT));
	return dr6;
}

/* Something is there now for which the guest's tables have an entry. */
static bool may_retry(struct vcpu *v, uint64_t cr2)
{
	return ldt_fault(v, window_ldt_page(cr2)) ||
	       ((int64_t)cr2 < 0 && arch_upper_fault(v, cr2));
}

static void page_fault(struct vcpu *v, struct regs *r)
{
	uint64_t cr2 = read_cr2();

	if (may_retry(v, cr2))
		return;
	if ((r->error_code & (PF_PRESENT | PF_WRITE)) ==
	    (PF_PRESENT | PF_WRITE) && v->kernel_mode &&
	    ptwr_fault(v, r, cr2))
		return;
	bounce_page_fault(v, r, cr2, r->error_code);
}

static bool has_error_code(unsigned int vector)
{
	return (1u << vector) & 0x60227d00u;
}

static void guest_exception(struct vcpu *v, struct regs *r)
{
	switch (r->vector) {
	case TRAP_PAGE:
		page_fault(v, r);
		return;
	case TRAP_GP:
		if (privop_emulate(v, r))
			return;
		break;
	case TRAP_INVALID_OP:
		if (privop_forced_cpuid(v, r))
			return;
		break;
	case TRAP_NO_DEVICE:
		bounce_no_device(v, r);
		return;
	case TRAP_DEBUG:
		bounce_debug(v, r, take_dr6());
		return;
	case TRAP_NMI:
		con_log("NMI on CPU %u\n", arch_cpu());
		return;
	case TRAP_MACHINE:
		panic_regs(r, "machine check");
	}
	bounce_exception(v, r, r->vector, r->error_code,
			 has_error_code(r->vector));
}

void trap_guest(struct regs *r)
{
	struct percpu *p = percpu();
	struct vcpu *v = p->loaded;

	if (r->vector < FIRST_IRQ)
		guest_exception(v, r);
	else if (r->vector == 0x80)
		bounce_soft_interrupt(v, r, 0x80, 2);
	else if (r->vector == VECTOR_SYSCALL32)
		bounce_callback(v, r, CB_SYSCALL32);
	else if (r->vector == VECTOR_SYSENTER)
		bounce_callback(v, r, CB_SYSENTER);
	else
		irq_dispatch(r->vector);
	leave(p, r);
}

/* The guest's register block with the GPRs as they were at the IRET. */
static void take_iret_fault(struct regs *r)
{
	struct regs *guest = vcpu_regs();
	uint32_t vector = r->vector, error = r->error_code;

	memmove(guest, r, offsetof(struct regs, error_code));
	guest->vector = vector;
	guest->error_code = error;
}

static bool fixup(struct regs *r)
{
	for (const uint64_t *e = extable_start; e < extable_end; e += 2) {
		if (e[0] == r->rip) {
			r->rip = e[1];
			return true;
		}
	}
	return false;
}

bool trap_hv(struct regs *r)
{
	if (r->vector >= FIRST_IRQ) {
		irq_dispatch(r->vector);
		return false;
	}
	if (r->rip == (uint64_t)guest_iret) {
		take_iret_fault(r);
		return true;
	}
	/* So may a selector load of ours, or a copy. */
	if (r->vector == TRAP_PAGE && may_retry(percpu()->loaded, read_cr2()))
		return false;
	if (fixup(r))
		return false;
	panic_regs(r, "trap %u, error %x, cr2 %lx", r->vector, r->error_code,
		   (unsigned long)read_cr2());
}

void trap_ist_hv(struct regs *r)
{
	switch (r->vector) {
	case TRAP_NMI:
		return;			/* nothing of ours asks for one yet */
	case TRAP_DEBUG:
		/*
		 * A guest's single step that survived SYSENTER, or its data
		 * breakpoint held back by MOV SS until our first instruction.
		 */
		take_dr6();
		r->rflags &= ~RFLAGS_TF;
		return;
	}
	panic_regs(r, "trap %u in the hypervisor", r->vector);
}

void enter_first_guest(void)
{
	struct percpu *p = percpu();
	struct regs *r = vcpu_regs();

	switch_to_next();
	exit_work(p, r);
	leave_to_guest(r);
}
