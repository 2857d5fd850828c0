/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual CPUs: birth, the public register context, registration of areas,
 * death.
 *
 * 1. A context is checked whole before the first field changes; what can be
 *    preempted (taking the roots) comes first and is repeated from the start.
 * 2. vcpu_info is a hypervisor frame or a guest frame that holds a DATA user
 *    for as long as it may be written.
 *
 * Lock: none; the vCPU is not running, or is the caller.
 */
#include "core/vcpu.h"
#include "abi/errno.h"
#include "abi/evtchn.h"
#include "core/arch.h"
#include "core/control.h"
#include "core/debugreg.h"
#include "core/desc.h"
#include "core/dom.h"
#include "core/evtchn.h"
#include "core/gdt.h"
#include "core/guest.h"
#include "core/heap.h"
#include "core/ldt.h"
#include "core/pool.h"
#include "core/pt.h"
#include "core/sched.h"
#include "core/xstate.h"
#include "lib/assert.h"
#include "lib/string.h"

#define VCPU_TIMERS	3

/* What a vCPU above 31 uses until it registers an area: nobody reads it. */
static struct xy_vcpu_info nowhere;

static void singleshot_due(struct timer *t)
{
	evtchn_send_vcpu_virq(container_of(t, struct vcpu, singleshot),
			      XY_VIRQ_TIMER);
}

static void periodic_due(struct timer *t)
{
	struct vcpu *v = container_of(t, struct vcpu, periodic);

	evtchn_send_vcpu_virq(v, XY_VIRQ_TIMER);
	if (v->period_ns)
		timer_arm(t, arch_now_ns() + v->period_ns);
}

static void poll_due(struct timer *t)
{
	struct vcpu *v = container_of(t, struct vcpu, poll_timer);

	v->polling = false;
	sched_wake(v);
}

struct vcpu *vcpu_create(struct domain *d, unsigned int id)
{
	struct vcpu *v;
	mfn_t fpu;

	if (timer_reserve(VCPU_TIMERS))
		return NULL;
	v = pool_alloc(sizeof(*v));
	fpu = heap_alloc_zeroed(0);
	if (v == NULL || mfn_none(fpu)) {
		timer_unreserve(VCPU_TIMERS);
		pool_free(v);
		if (!mfn_none(fpu))
			heap_free(fpu, 0);
		return NULL;
	}
	v->domain = d;
	v->id = id;
	v->fpu = arch_frame_ptr(fpu);
	arch_fpu_fresh(v);
	v->kernel_mode = true;
	v->root_kernel = v->root_user = v->info_frame = to_mfn(NO_FRAME);
	for (unsigned int i = 0; i < ARRAY_SIZE(v->gdt_frames); i++)
		v->gdt_frames[i] = to_mfn(NO_FRAME);
	for (unsigned int i = 0; i < ARRAY_SIZE(v->ldt_frames); i++)
		v->ldt_frames[i] = to_mfn(NO_FRAME);
	v->info = id < XY_LEGACY_MAX_VCPUS ? &d->shared->vcpu_info[id] :
		  &nowhere;
	v->debug[6] = DR6_DEFAULT;
	v->debug[7] = DR7_DEFAULT;
	v->pause = PAUSE_DOWN | PAUSE_DOMAIN;
	v->poll_port = -1;
	timer_init(&v->singleshot, singleshot_due);
	timer_init(&v->periodic, periodic_due);
	timer_init(&v->poll_timer, poll_due);
	sched_init_vcpu(v);
	d->vcpus[id] = v;
	return v;
}

void vcpu_release(struct vcpu *v)
{
	timer_stop(&v->singleshot);
	timer_stop(&v->periodic);
	timer_stop(&v->poll_timer);
	pt_release_vcpu(v);
	if (!mfn_none(v->info_frame)) {
		v->info = &nowhere;
		frame_drop_simple(v->info_frame, ROLE_DATA);
		v->info_frame = to_mfn(NO_FRAME);
	}
}

void vcpu_destroy(struct vcpu *v)
{
	CHECK(mfn_none(v->info_frame) && mfn_none(v->root_kernel));
	arch_forget_vcpu(v);
	sched_remove_vcpu(v);
	v->domain->vcpus[v->id] = NULL;
	heap_free(arch_ptr_frame(v->fpu), 0);
	timer_unreserve(VCPU_TIMERS);
	pool_free(v);
}

int vcpu_register_info(struct vcpu *v, mfn_t mfn, unsigned int offset)
{
	struct xy_vcpu_info *info;

	if (!mfn_none(v->info_frame))
		return -XY_EINVAL;
	if (offset > PAGE_SIZE - sizeof(*info) || offset & 7)
		return -XY_ENXIO;
	if (frame_take(v->domain, mfn, ROLE_DATA) != FRAME_DONE)
		return -XY_ENXIO;
	info = (void *)((char *)arch_frame_ptr(mfn) + offset);
	if (v->info == &nowhere)
		info->evtchn_upcall_mask = 1;
	else
		memcpy(info, v->info, sizeof(*info));
	v->info_frame = mfn;
	__atomic_store_n(&v->info, info, __ATOMIC_RELEASE);
	/* An event may have been marked in the old place meanwhile. */
	info->evtchn_pending_sel = ~0UL;
	evtchn_mark_vcpu(v);
	return 0;
}

int vcpu_up(struct vcpu *v)
{
	if (!v->initialised)
		return -XY_EINVAL;
	sched_unpause(v, PAUSE_DOWN);
	return 0;
}

void vcpu_down(struct vcpu *v)
{
	timer_stop(&v->singleshot);
	timer_stop(&v->periodic);
	sched_pause(v, PAUSE_DOWN);
}

void vcpu_send_nmi(struct vcpu *v)
{
	v->nmi_pending = true;
	sched_wake(v);
	arch_kick(v->cpu);
}

/* ---- the public context ---- */

static bool context_sane(const struct xy_vcpu_guest_context *c)
{
	if (!va_canonical(c->user_regs.rip) || !va_canonical(c->kernel_sp) ||
	    !va_canonical(c->event_callback_eip) ||
	    !va_canonical(c->failsafe_callback_eip) ||
	    !va_canonical(c->syscall_callback_eip) ||
	    !va_canonical(c->fs_base) || !va_canonical(c->gs_base_kernel) ||
	    !va_canonical(c->gs_base_user))
		return false;
	for (unsigned int i = 0; i < 256; i++)
		if (!va_canonical(c->trap_ctxt[i].address))
			return false;
	if (c->gdt_ents > GDT_GUEST_PAGES * 512 || c->ldt_ents > 8192 ||
	    c->ldt_base & ~PAGE_MASK)
		return false;
	return c->flags & XY_VGCF_in_kernel || (c->ctrlreg[1] >> PAGE_SHIFT);
}

static void take_regs(struct vcpu *v, const struct xy_vcpu_guest_context *c)
{
	struct regs *r = &v->regs;

	memcpy(r, &c->user_regs, offsetof(struct regs, error_code));
	r->rip = c->user_regs.rip;
	r->cs = desc_fix_selector(c->user_regs.cs);
	r->rsp = c->user_regs.rsp;
	r->ss = desc_fix_selector(c->user_regs.ss);
	v->iopl = (c->user_regs.rflags & RFLAGS_IOPL) >> 12;
	r->rflags = (c->user_regs.rflags & ~(RFLAGS_IOPL | RFLAGS_VM |
		     RFLAGS_NT)) | RFLAGS_IF | 2;
	r->vector = 0;
	v->ds = c->user_regs.ds;
	v->es = c->user_regs.es;
	v->fs = c->user_regs.fs;
	v->gs = c->user_regs.gs;
}

static void take_callbacks(struct vcpu *v,
			   const struct xy_vcpu_guest_context *c)
{
	for (unsigned int i = 0; i < 256; i++) {
		const struct xy_trap_info *t = &c->trap_ctxt[i];

		v->traps[t->vector] = (struct trap_entry){
			.address = t->address,
			.dpl = t->flags & XY_TI_DPL_MASK,
			.mask_events = t->flags & XY_TI_MASK_EVENTS,
		};
	}
	v->callbacks[CB_EVENT] =
		(struct callback){ c->event_callback_eip, true };
	v->callbacks[CB_FAILSAFE] = (struct callback){
		c->failsafe_callback_eip,
		c->flags & XY_VGCF_failsafe_disables_events
	};
	v->callbacks[CB_SYSCALL] = (struct callback){
		c->syscall_callback_eip,
		c->flags & XY_VGCF_syscall_disables_events
	};
}

static int take_debug(struct vcpu *v, const struct xy_vcpu_guest_context *c)
{
	static const unsigned int order[] = { 0, 1, 2, 3, 6, 7 };
	int rc = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(order) && rc == 0; i++) {
		uint64_t value = c->debugreg[order[i]];

		if (value)
			rc = debugreg_set(v, order[i], value);
	}
	return rc;
}

int vcpu_set_context(struct vcpu *v, const struct xy_vcpu_guest_context *c)
{
	mfn_t kernel = to_mfn(c->ctrlreg[3] >> PAGE_SHIFT);
	mfn_t user = to_mfn(c->ctrlreg[1] >> PAGE_SHIFT);
	int rc;

	if (!context_sane(c))
		return -XY_EINVAL;
	if (v->initialised &&
	    (!mfn_same(kernel, v->root_kernel) ||
	     c->gdt_ents != v->gdt_entries || c->ldt_ents != v->ldt_entries))
		return -XY_EOPNOTSUPP;
	rc = mfn_same(kernel, v->root_kernel) ? 0 :
	     pt_set_kernel_root(v, kernel);
	if (rc == 0)
		rc = pt_set_user_root(v, user.n ? user : to_mfn(NO_FRAME));
	if (rc == 0 && !v->initialised)
		rc = gdt_set(v, c->gdt_frames, (unsigned int)c->gdt_ents);
	if (rc == 0)
		rc = take_debug(v, c);
	if (rc == 0 && !v->initialised)
		rc = ldt_set(v, c->ldt_base, c->ldt_ents);
	if (rc)
		return rc;
	take_regs(v, c);
	take_callbacks(v, c);
	v->kernel_ss = desc_fix_selector((uint16_t)c->kernel_ss);
	v->kernel_sp = c->kernel_sp;
	v->fs_base = c->fs_base;
	v->gs_base_kernel = c->gs_base_kernel;
	v->gs_base_user = c->gs_base_user;
	v->cr4 = c->ctrlreg[4] & CR4_GUEST;
	v->kernel_mode = c->flags & XY_VGCF_in_kernel;
	if (v->id == 0)
		v->domain->vm_assist = (uint32_t)c->vm_assist;
	if (c->flags & XY_VGCF_i387_valid)
		xstate_set_legacy(v, &c->fpu_ctxt);
	v->initialised = true;
	if (c->flags & XY_VGCF_online)
		sched_unpause(v, PAUSE_DOWN);
	return 0;
}

static void give_regs(const struct vcpu *v, struct xy_vcpu_guest_context *c)
{
	const struct regs *r = &v->regs;

	memcpy(&c->user_regs, r, offsetof(struct regs, error_code));
	c->user_regs.rip = r->rip;
	c->user_regs.cs = (uint16_t)r->cs;
	c->user_regs.rsp = r->rsp;
	c->user_regs.ss = (uint16_t)r->ss;
	c->user_regs.rflags = (r->rflags & ~RFLAGS_IOPL) |
			      (uint64_t)v->iopl << 12;
	c->user_regs.ds = v->ds;
	c->user_regs.es = v->es;
	c->user_regs.fs = v->fs;
	c->user_regs.gs = v->gs;
}

void vcpu_get_context(struct vcpu *v, struct xy_vcpu_guest_context *c)
{
	memset(c, 0, sizeof(*c));
	memcpy(&c->fpu_ctxt, v->fpu, sizeof(c->fpu_ctxt));
	c->flags = XY_VGCF_i387_valid |
		   (v->kernel_mode ? XY_VGCF_in_kernel : 0) |
		   (v->pause & PAUSE_DOWN ? 0 : XY_VGCF_online) |
		   (v->callbacks[CB_FAILSAFE].mask_events ?
		    XY_VGCF_failsafe_disables_events : 0) |
		   (v->callbacks[CB_SYSCALL].mask_events ?
		    XY_VGCF_syscall_disables_events : 0);
	give_regs(v, c);
	for (unsigned int i = 0; i < 256; i++) {
		c->trap_ctxt[i].vector = (uint8_t)i;
		c->trap_ctxt[i].flags = v->traps[i].dpl |
			(v->traps[i].mask_events ? XY_TI_MASK_EVENTS : 0);
		c->trap_ctxt[i].cs = XY_FLAT_KERNEL_CS;
		c->trap_ctxt[i].address = v->traps[i].address;
	}
	c->ldt_base = v->ldt_base;
	c->ldt_ents = v->ldt_entries;
	for (unsigned int i = 0; i < GDT_GUEST_PAGES; i++)
		c->gdt_frames[i] = mfn_none(v->gdt_frames[i]) ? 0 :
				   v->gdt_frames[i].n;
	c->gdt_ents = v->gdt_entries;
	c->kernel_ss = v->kernel_ss;
	c->kernel_sp = v->kernel_sp;
	c->ctrlreg[0] = arch_cr0();
	c->ctrlreg[1] = mfn_none(v->root_user) ? 0 :
			v->root_user.n << PAGE_SHIFT;
	c->ctrlreg[2] = v->cr2;
	c->ctrlreg[3] = mfn_none(v->root_kernel) ? 0 :
			v->root_kernel.n << PAGE_SHIFT;
	c->ctrlreg[4] = v->cr4;
	memcpy(c->debugreg, v->debug, sizeof(c->debugreg));
	c->event_callback_eip = v->callbacks[CB_EVENT].address;
	c->failsafe_callback_eip = v->callbacks[CB_FAILSAFE].address;
	c->syscall_callback_eip = v->callbacks[CB_SYSCALL].address;
	c->vm_assist = v->domain->vm_assist;
	c->fs_base = v->fs_base;
	c->gs_base_kernel = v->gs_base_kernel;
	c->gs_base_user = v->gs_base_user;
}
