// SPDX-License-Identifier: GPL-2.0-only
/*
 * iret (23): how a guest kernel returns from every frame that bounce.c made,
 * to itself or to its user mode.
 *
 * Rules:
 *  1. The nine words on the stack are copied once; a stack that cannot be
 *     read, and a user mode without tables, crash the domain.
 *  2. The low bits of cs say where to: 3 is user mode.  The hardware runs
 *     both at 3, whatever the frame says.
 *  3. The frame's interrupt flag is the event mask; the real one stays set.
 *  4. A selector or rip that the processor refuses is found by its IRET at
 *     the very end and becomes the guest's fault there.
 *
 * The "result" is the frame's rax, which the dispatcher puts there.  No lock.
 * Hot.  Next: the exit path in entry/trap.c.
 */
#include "abi/regs.h"
#include "abi/mmu.h"
#include "abi/vcpu.h"
#include "call/call.h"
#include "core/mode.h"

/* VIF and VIP besides the obvious: they would be the hardware's. */
#define RFLAGS_NOT_GUEST	(RFLAGS_IOPL | RFLAGS_VM | 0x180000UL)

int64_t hc_iret(struct vcpu *v, struct call *c)
{
	struct regs *r = vcpu_regs();
	struct xy_iret_context f;

	(void)c;
	if (guest_read(&f, to_guest(r->rsp), sizeof(f))) {
		dom_crash(v->domain, "vcpu %u: iret with a bad stack %lx",
			  v->id, r->rsp);
		return 0;
	}
	if ((f.cs & 3) == 3) {
		if (mfn_none(v->root_user)) {
			dom_crash(v->domain,
				  "vcpu %u: iret to user mode, no tables",
				  v->id);
			return 0;
		}
		vcpu_toggle_mode(v);
	}
	r->rip = f.rip;
	r->cs = (f.cs & 0xffff) | 3;
	r->rflags = (f.rflags & ~RFLAGS_NOT_GUEST) | RFLAGS_IF | 2;
	r->rsp = f.rsp;
	r->ss = (f.ss & 0xffff) | 3;
	if (!(f.flags & XY_VGCF_in_syscall)) {
		r->r11 = f.r11;
		r->rcx = f.rcx;
		r->vector = 0;	/* leave by IRET: rcx and r11 count */
	}
	if (v->domain->vm_assist & 1u << XY_VMASST_TYPE_architectural_iopl)
		v->iopl = f.rflags >> 12 & 3;
	v->info->evtchn_upcall_mask = !(f.rflags & RFLAGS_IF);
	v->in_nmi = false;
	return (int64_t)f.rax;
}
