// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that set the virtual processor's state: trap table (0), GDT (2),
 * kernel stack (3), callbacks (4, 30), TS (5), debug registers (8, 9), one
 * descriptor (10), segment bases (25).
 *
 * Rules:
 *  1. All of it belongs to the calling vCPU; no lock is taken here.
 *  2. Entry points must be canonical, selectors get RPL 3; the rest of what a
 *     guest says about its own entry is its own affair: a wrong one crashes
 *     it later, at the bounce.
 *
 * Never touches the machine but through core/.  Next: call/iret.c.
 */
#include "abi/hypercall.h"
#include "abi/regs.h"
#include "abi/vcpu.h"
#include "call/call.h"
#include "core/arch.h"
#include "core/bounce.h"
#include "core/debugreg.h"
#include "core/desc.h"
#include "core/gdt.h"
#include "core/pt.h"
#include "lib/string.h"

int64_t hc_set_trap_table(struct vcpu *v, struct call *c)
{
	guest_va_t list = to_guest(c->arg[0]);
	struct xy_trap_info t;
	unsigned int n;

	if (!list.a) {
		memset(v->traps, 0, sizeof(v->traps));
		return 0;
	}
	for (n = 0; n < CALL_BUDGET; n++) {
		if (guest_read(&t, list, sizeof(t)))
			return -XY_EFAULT;
		if (!t.address)
			return 0;
		if (!va_canonical(t.address))
			return -XY_EINVAL;
		v->traps[t.vector] = (struct trap_entry){
			.address = t.address,
			.dpl = t.flags & XY_TI_DPL_MASK,
			.mask_events = t.flags & XY_TI_MASK_EVENTS,
		};
		list = guest_va_add(list, sizeof(t));
	}
	c->arg[0] = list.a;
	return -XY_ERESTART;
}

int64_t hc_set_gdt(struct vcpu *v, struct call *c)
{
	uint64_t frames[GDT_GUEST_PAGES], entries = c->arg[1];

	if (entries > GDT_MAX_ENTRIES)
		return -XY_EINVAL;
	if (guest_read(frames, to_guest(c->arg[0]),
		       gdt_frames_for((unsigned int)entries) * 8))
		return -XY_EFAULT;
	return gdt_set(v, frames, (unsigned int)entries);
}

int64_t hc_stack_switch(struct vcpu *v, struct call *c)
{
	v->kernel_ss = desc_fix_selector((uint16_t)c->arg[0]);
	v->kernel_sp = c->arg[1];
	return 0;
}

/* The old form of callback_op: event, failsafe, syscall, without flags. */
int64_t hc_set_callbacks(struct vcpu *v, struct call *c)
{
	if (!va_canonical(c->arg[0]) || !va_canonical(c->arg[1]) ||
	    !va_canonical(c->arg[2]))
		return -XY_EINVAL;
	v->callbacks[CB_EVENT] = (struct callback){ c->arg[0], true };
	v->callbacks[CB_FAILSAFE] = (struct callback){ c->arg[1], false };
	v->callbacks[CB_SYSCALL] = (struct callback){ c->arg[2], false };
	return 0;
}

static int register_callback(struct vcpu *v, guest_va_t arg)
{
	struct xy_callback_register reg;
	struct callback cb;

	if (guest_read(&reg, arg, sizeof(reg)))
		return -XY_EFAULT;
	if (!va_canonical(reg.address))
		return -XY_EINVAL;
	cb = (struct callback){
		reg.address, reg.flags & XY_CALLBACKF_mask_events
	};
	switch (reg.type) {
	case XY_CALLBACKTYPE_event:
		cb.mask_events = true;
		v->callbacks[CB_EVENT] = cb;
		return 0;
	case XY_CALLBACKTYPE_failsafe:
		v->callbacks[CB_FAILSAFE] = cb;
		return 0;
	case XY_CALLBACKTYPE_syscall:
		v->callbacks[CB_SYSCALL] = cb;
		return 0;
	case XY_CALLBACKTYPE_syscall32:
		v->callbacks[CB_SYSCALL32] = cb;
		return 0;
	case XY_CALLBACKTYPE_sysenter:
		v->callbacks[CB_SYSENTER] = cb;
		return 0;
	case XY_CALLBACKTYPE_nmi:
		v->traps[TRAP_NMI] = (struct trap_entry){
			.address = reg.address, .mask_events = true,
		};
		return 0;
	}
	return -XY_ENOSYS;
}

static int unregister_callback(struct vcpu *v, guest_va_t arg)
{
	struct xy_callback_unregister unreg;

	if (guest_read(&unreg, arg, sizeof(unreg)))
		return -XY_EFAULT;
	switch (unreg.type) {
	case XY_CALLBACKTYPE_event:
	case XY_CALLBACKTYPE_failsafe:
	case XY_CALLBACKTYPE_syscall:
	case XY_CALLBACKTYPE_syscall32:
	case XY_CALLBACKTYPE_sysenter:
		return -XY_EINVAL;
	case XY_CALLBACKTYPE_nmi:
		v->traps[TRAP_NMI] = (struct trap_entry){ 0 };
		return 0;
	}
	return -XY_ENOSYS;
}

int64_t hc_callback_op(struct vcpu *v, struct call *c)
{
	switch (c->arg[0]) {
	case XY_CALLBACKOP_register:
		return register_callback(v, to_guest(c->arg[1]));
	case XY_CALLBACKOP_unregister:
		return unregister_callback(v, to_guest(c->arg[1]));
	}
	return -XY_ENOSYS;
}

int64_t hc_fpu_taskswitch(struct vcpu *v, struct call *c)
{
	v->ts = c->arg[0] != 0;
	arch_control_changed(v);
	return 0;
}

int64_t hc_set_debugreg(struct vcpu *v, struct call *c)
{
	if (c->arg[0] > 7)
		return -XY_ENODEV;
	return debugreg_set(v, (unsigned int)c->arg[0], c->arg[1]);
}

/* The value is the result: a wrong number cannot be told from one. */
int64_t hc_get_debugreg(struct vcpu *v, struct call *c)
{
	uint64_t value;
	int rc;

	if (c->arg[0] > 7)
		return -XY_ENODEV;
	rc = debugreg_get(v, (unsigned int)c->arg[0], &value);
	return rc ? rc : (int64_t)value;
}

int64_t hc_update_descriptor(struct vcpu *v, struct call *c)
{
	uint64_t desc = c->arg[1];

	if (c->arg[0] & 7 || !desc_check(&desc))
		return -XY_EINVAL;
	return pt_write_desc(v->domain, to_maddr(c->arg[0]), desc);
}

int64_t hc_set_segment_base(struct vcpu *v, struct call *c)
{
	uint64_t base = c->arg[1];

	if (c->arg[0] == XY_SEGBASE_GS_USER_SEL) {
		/* Never fails: a guest stops when it does. */
		arch_load_user_gs((uint16_t)base);
		v->gs_base_user = arch_gs_shadow();
		return 0;
	}
	if (!va_canonical(base))
		return -XY_EINVAL;
	switch (c->arg[0]) {
	case XY_SEGBASE_FS:
		arch_set_fs_base(base);
		return 0;
	case XY_SEGBASE_GS_USER:
		v->gs_base_user = base;
		arch_set_gs_shadow(base);
		return 0;
	case XY_SEGBASE_GS_KERNEL:
		arch_set_gs_base(base);
		return 0;
	}
	return -XY_EINVAL;
}
