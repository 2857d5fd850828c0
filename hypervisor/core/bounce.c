// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making the running guest enter its own handler.
 *
 * Rules:
 *  1. One function, enter(), builds every frame and writes it with a single
 *     guest_write(); what differs is in the few extra words above rcx and r11.
 *  2. A frame about kernel context shows cs with its low bits clear; the
 *     hardware runs the guest's kernel at 3, but the guest must not see it.
 *  3. The interrupt flag in a frame is the event mask, negated; the real one
 *     is always set while a guest runs.
 *  4. What cannot be delivered crashes the domain, never us.
 *
 * No lock: it works on the vCPU that runs on this CPU.  It decides nothing
 * about whether a fault is the guest's.  Hot: syscalls, events and faults all
 * pass here.  Next: call/iret.c, the way back.
 */
#include "core/bounce.h"
#include "abi/mmu.h"
#include "core/debugreg.h"
#include "core/dom.h"
#include "core/arch.h"
#include "core/guest.h"
#include "core/mode.h"

#define FRAME_EXTRA	4	/* ds es fs gs of the failsafe frame */
#define FRAME_WORDS	(2 + FRAME_EXTRA + 5)

#define SELECTOR_MASK	0xffffUL

struct entry {
	uint64_t address;
	bool mask_events;
	unsigned int n_extra;
	uint64_t extra[FRAME_EXTRA];	/* valid up to n_extra */
};

/* rflags as the frame shows them. */
static uint64_t frame_flags(const struct vcpu *v, const struct regs *r,
			    uint8_t mask)
{
	uint64_t f = r->rflags & ~(RFLAGS_IF | RFLAGS_IOPL);

	if (!mask)
		f |= RFLAGS_IF;
	if (v->domain->vm_assist & 1u << XY_VMASST_TYPE_architectural_iopl)
		f |= (uint64_t)v->iopl << 12;
	return f;
}

static void enter(struct vcpu *v, struct regs *r, const struct entry *e)
{
	uint64_t frame[FRAME_WORDS], *q = frame, sp, cs;
	uint8_t mask = v->info->evtchn_upcall_mask;
	unsigned int i;

	if (v->kernel_mode) {
		sp = r->rsp;
		cs = r->cs & SELECTOR_MASK & ~3UL;
	} else {
		sp = v->kernel_sp;
		cs = r->cs & SELECTOR_MASK;
		vcpu_toggle_mode(v);
	}
	*q++ = r->rcx;
	*q++ = r->r11;
	for (i = 0; i < e->n_extra; i++)
		*q++ = e->extra[i];
	*q++ = r->rip;
	*q++ = cs | (uint64_t)mask << 32;
	*q++ = frame_flags(v, r, mask);
	*q++ = r->rsp;
	*q++ = r->ss & SELECTOR_MASK;

	/* A stack in our range is refused there as any unmapped one is. */
	sp = (sp & ~15UL) - (uint64_t)(q - frame) * 8;
	if (guest_write(to_guest(sp), frame, (size_t)(q - frame) * 8)) {
		dom_crash(v->domain, "vcpu %u: bad stack %lx for a frame",
			  v->id, sp);
		return;
	}
	if (e->mask_events)
		v->info->evtchn_upcall_mask = 1;
	r->rip = e->address;
	r->cs = XY_FLAT_KERNEL_CS;
	r->ss = XY_FLAT_KERNEL_SS;
	r->rsp = sp;
	r->rflags &= ~(RFLAGS_AC | RFLAGS_VM | RFLAGS_RF | RFLAGS_NT |
		       RFLAGS_TF);
	r->vector = VECTOR_SYSCALL;
}

void bounce_exception(struct vcpu *v, struct regs *r, unsigned int vector,
		      uint32_t error_code, bool has_error)
{
	const struct trap_entry *t = &v->traps[vector & 0xff];
	struct entry e;

	if (!t->address) {
		dom_crash(v->domain,
			  "vcpu %u: no handler for trap %u, error %x, rip %lx",
			  v->id, vector, error_code, r->rip);
		return;
	}
	e.address = t->address;
	e.mask_events = t->mask_events;
	e.n_extra = has_error;
	e.extra[0] = error_code;
	enter(v, r, &e);
}

void bounce_page_fault(struct vcpu *v, struct regs *r, uint64_t cr2,
		       uint32_t error_code)
{
	v->cr2 = cr2;
	v->info->arch.cr2 = cr2;
	/* The processor says "user" for both modes. */
	error_code &= ~PF_USER;
	if (!v->kernel_mode)
		error_code |= PF_USER;
	bounce_exception(v, r, TRAP_PAGE, error_code, true);
}

void bounce_no_device(struct vcpu *v, struct regs *r)
{
	bool was = v->ts;

	v->ts = false;
	arch_control_changed(v);
	if (was)
		bounce_exception(v, r, TRAP_NO_DEVICE, 0, false);
}

void bounce_debug(struct vcpu *v, struct regs *r, uint64_t dr6)
{
	v->debug[6] |= dr6 & DR6_STATUS;
	bounce_exception(v, r, TRAP_DEBUG, 0, false);
}

void bounce_soft_interrupt(struct vcpu *v, struct regs *r, uint8_t n,
			   unsigned int length)
{
	const struct trap_entry *t = &v->traps[n];

	if (t->address && t->dpl >= (v->kernel_mode ? 1 : 3)) {
		bounce_exception(v, r, n, 0, false);
		return;
	}
	r->rip -= length;
	bounce_exception(v, r, TRAP_GP, (uint32_t)n << 3 | 2, true);
}

/* A way in that the guest has not opened. */
static void no_callback(struct vcpu *v, struct regs *r,
			enum callback_kind kind)
{
	switch (kind) {
	case CB_SYSCALL:
	case CB_SYSCALL32:
		r->rip -= 2;
		bounce_exception(v, r, TRAP_INVALID_OP, 0, false);
		return;
	case CB_SYSENTER:
		bounce_exception(v, r, TRAP_GP, 0, true);
		return;
	case CB_EVENT:
	case CB_FAILSAFE:
	case CB_COUNT:
		break;
	}
	dom_crash(v->domain, "vcpu %u: callback %d is missing, rip %lx",
		  v->id, (int)kind, r->rip);
}

void bounce_callback(struct vcpu *v, struct regs *r, enum callback_kind kind)
{
	const struct callback *c = &v->callbacks[kind];
	struct entry e;

	if (!c->address) {
		no_callback(v, r, kind);
		return;
	}
	e.address = c->address;
	e.mask_events = c->mask_events || kind == CB_EVENT;
	e.n_extra = 0;
	if (kind == CB_FAILSAFE) {
		e.n_extra = FRAME_EXTRA;
		e.extra[0] = v->ds;
		e.extra[1] = v->es;
		e.extra[2] = v->fs;
		e.extra[3] = v->gs;
	}
	enter(v, r, &e);
	if (kind >= CB_SYSCALL && kind <= CB_SYSENTER)
		r->rflags &= ~RFLAGS_DF;
}

/* Trap vector 2 is the guest's NMI handler, however it was registered. */
static void pending_nmi(struct vcpu *v, struct regs *r)
{
	v->nmi_pending = false;
	if (!v->traps[TRAP_NMI].address)
		return;
	/* Until its next iret the guest gets no other. */
	v->in_nmi = true;
	bounce_exception(v, r, TRAP_NMI, 0, false);
}

void bounce_pending(struct vcpu *v, struct regs *r)
{
	if (v->failsafe_pending) {
		v->failsafe_pending = false;
		bounce_callback(v, r, CB_FAILSAFE);
	}
	if (v->nmi_pending && !v->in_nmi)
		pending_nmi(v, r);
	if (bounce_event_due(v))
		bounce_callback(v, r, CB_EVENT);
}
