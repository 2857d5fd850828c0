/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bouncing: making the running guest enter one of its own handlers, with the
 * frame it would have found on the stack, rcx and r11 below it.
 *
 *	exception, event, syscall		failsafe
 *	  0  rcx				  0  rcx
 *	  8  r11				  8  r11
 *	 (16 error code, if it has one)		 16  ds es fs gs
 *	 +0  rip				 48  rip
 *	 +8  cs | saved mask << 32		 56  cs | saved mask << 32
 *	+16  rflags				 64  rflags
 *	+24  rsp				 72  rsp
 *	+32  ss					 80  ss
 *
 * From guest user mode all of them toggle to kernel mode first.  A stack in
 * the hypervisor's range, a fault while the frame is written, and a missing
 * handler crash the domain: nothing can be told to a guest without a stack.
 * All work on the vCPU that runs here and its register block r.  Afterwards
 * r->vector is VECTOR_SYSCALL: rcx and r11 hold nothing the guest needs, and
 * the exit may be a SYSRET.
 */
#ifndef CORE_BOUNCE_H
#define CORE_BOUNCE_H

#include "core/vcpu.h"
#include "lib/types.h"

#define TRAP_DIVIDE	0
#define TRAP_DEBUG	1
#define TRAP_NMI	2
#define TRAP_INT3	3
#define TRAP_OVERFLOW	4
#define TRAP_BOUND	5
#define TRAP_INVALID_OP	6
#define TRAP_NO_DEVICE	7
#define TRAP_DOUBLE	8
#define TRAP_BAD_TSS	10
#define TRAP_NO_SEGMENT	11
#define TRAP_STACK	12
#define TRAP_GP		13
#define TRAP_PAGE	14
#define TRAP_FPU	16
#define TRAP_ALIGNMENT	17
#define TRAP_MACHINE	18
#define TRAP_SIMD	19

#define PF_PRESENT	1u
#define PF_WRITE	2u
#define PF_USER		4u
#define PF_RESERVED	8u
#define PF_FETCH	16u

void bounce_exception(struct vcpu *v, struct regs *r, unsigned int vector,
		      uint32_t error_code, bool has_error);
/* #PF: cr2 to the guest's vcpu_info, the U bit as the guest sees its modes. */
void bounce_page_fault(struct vcpu *v, struct regs *r, uint64_t cr2,
		       uint32_t error_code);
/* #NM: ends the guest's virtual TS.  #DB: merges dr6 into the guest's. */
void bounce_no_device(struct vcpu *v, struct regs *r);
void bounce_debug(struct vcpu *v, struct regs *r, uint64_t dr6);
/*
 * Software interrupt n, rip already behind the instruction's `length` bytes:
 * delivered if the guest's gate is there and allows it, else #GP with rip on
 * the instruction.
 */
void bounce_soft_interrupt(struct vcpu *v, struct regs *r, uint8_t n,
			   unsigned int length);

/*
 * Callbacks.  Without a handler SYSCALL becomes #UD and SYSENTER #GP.  The
 * failsafe frame shows v->ds, es, fs and gs: the caller has put there what
 * the guest meant to have (a failed reload) or what is loaded (a bad IRET).
 */
void bounce_callback(struct vcpu *v, struct regs *r, enum callback_kind kind);

/* Exit path: failsafe owed, then NMI, then events. */
void bounce_pending(struct vcpu *v, struct regs *r);

/* Would bounce_pending() deliver an event?  One 16-bit read. */
static inline bool bounce_event_due(const struct vcpu *v)
{
	return __atomic_load_n((const uint16_t *)(const void *)v->info,
			       __ATOMIC_ACQUIRE) - 1u < 0xffu;
}

#endif
