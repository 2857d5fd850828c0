/* SPDX-License-Identifier: MIT */
/*
 * vcpu_op (call 24: sub-op, vCPU, handle), the register context of a vCPU,
 * its trap table (call 0) and its callbacks (call 30).
 *
 * vcpu_guest_context is how a vCPU is made (VCPUOP_initialise by the guest,
 * domctl setvcpucontext by the tools) and how it is saved. In ctrlreg[3] and
 * ctrlreg[1] stand the kernel and the user root, mfn << 12; ctrlreg[1] has
 * bit 0 set while it is valid in a saved image.
 *
 * Source: public vcpu.h, arch-x86/xen.h and callback.h of 4.17.
 */
#ifndef XY_ABI_VCPU_H
#define XY_ABI_VCPU_H

#include "abi/base.h"
#include "abi/regs.h"
#include "abi/shared_info.h"

#define XY_VCPUOP_initialise			0	/* context */
#define XY_VCPUOP_up				1
#define XY_VCPUOP_down				2
#define XY_VCPUOP_is_up				3	/* ENOENT: no such */
#define XY_VCPUOP_get_runstate_info		4
#define XY_VCPUOP_register_runstate_memory_area	5
#define XY_VCPUOP_set_periodic_timer		6
#define XY_VCPUOP_stop_periodic_timer		7
#define XY_VCPUOP_set_singleshot_timer		8
#define XY_VCPUOP_stop_singleshot_timer		9
#define XY_VCPUOP_register_vcpu_info		10
#define XY_VCPUOP_send_nmi			11
#define XY_VCPUOP_get_physid			12
#define XY_VCPUOP_register_vcpu_time_memory_area 13

#define XY_RUNSTATE_running	0
#define XY_RUNSTATE_runnable	1	/* waits for a CPU */
#define XY_RUNSTATE_blocked	2	/* waits for an event */
#define XY_RUNSTATE_offline	3

/* In state_entry_time: the record is being written (vm_assist type 5). */
#define XY_RUNSTATE_UPDATE	(1ULL << 63)

struct xy_vcpu_runstate_info {
	int32_t state;			/* [hv] XY_RUNSTATE_ */
	uint64_t state_entry_time;	/* [hv] ns */
	uint64_t time[4];		/* [hv] ns in each state */
};
XY_SIZE(struct xy_vcpu_runstate_info, 48);
XY_AT(struct xy_vcpu_runstate_info, state_entry_time, 8);
XY_AT(struct xy_vcpu_runstate_info, time, 16);

struct xy_vcpu_register_runstate_memory_area {
	union {
		uint64_t h;		/* handle of xy_vcpu_runstate_info */
		uint64_t p;
	} addr;
};
XY_SIZE(struct xy_vcpu_register_runstate_memory_area, 8);

struct xy_vcpu_register_time_memory_area {
	union {
		uint64_t h;		/* handle of xy_vcpu_time_info */
		uint64_t p;
	} addr;
};
XY_SIZE(struct xy_vcpu_register_time_memory_area, 8);

struct xy_vcpu_set_periodic_timer {
	uint64_t period_ns;
};
XY_SIZE(struct xy_vcpu_set_periodic_timer, 8);

#define XY_VCPU_SSHOTTMR_future	(1U << 0)	/* ETIME if already past */

struct xy_vcpu_set_singleshot_timer {
	uint64_t timeout_abs_ns;	/* system time */
	uint32_t flags;			/* XY_VCPU_SSHOTTMR_ */
};
XY_SIZE(struct xy_vcpu_set_singleshot_timer, 16);
XY_AT(struct xy_vcpu_set_singleshot_timer, flags, 8);

struct xy_vcpu_register_vcpu_info {
	uint64_t mfn;
	uint32_t offset;		/* bytes; must not cross the page */
	uint32_t rsvd;
};
XY_SIZE(struct xy_vcpu_register_vcpu_info, 16);

/* set_trap_table: the list ends with address 0. */
#define XY_TI_DPL_MASK		3	/* flags: who may raise it by int n */
#define XY_TI_MASK_EVENTS	4	/* flags: events masked on entry */

struct xy_trap_info {
	uint8_t vector;
	uint8_t flags;			/* XY_TI_ */
	uint16_t cs;			/* ignored: XY_FLAT_KERNEL_CS */
	uint64_t address;
};
XY_SIZE(struct xy_trap_info, 16);
XY_AT(struct xy_trap_info, address, 8);

/* vcpu_guest_context.flags */
#define XY_VGCF_i387_valid			(1 << 0)
#define XY_VGCF_in_kernel			(1 << 2)
#define XY_VGCF_failsafe_disables_events	(1 << 3)
#define XY_VGCF_syscall_disables_events		(1 << 4)
#define XY_VGCF_online				(1 << 5)
#define XY_VGCF_in_syscall			(1 << 8)	/* iret only */

struct xy_vcpu_guest_context {
	struct {
		uint8_t x[512];		/* FXSAVE image */
	} fpu_ctxt;
	uint64_t flags;			/* XY_VGCF_ */
	struct xy_cpu_user_regs user_regs;
	struct xy_trap_info trap_ctxt[256];
	uint64_t ldt_base;		/* VA */
	uint64_t ldt_ents;
	uint64_t gdt_frames[16];	/* mfns */
	uint64_t gdt_ents;
	uint64_t kernel_ss;
	uint64_t kernel_sp;
	uint64_t ctrlreg[8];
	uint64_t debugreg[8];
	uint64_t event_callback_eip;
	uint64_t failsafe_callback_eip;
	uint64_t syscall_callback_eip;
	uint64_t vm_assist;		/* bit per XY_VMASST_TYPE_ */
	uint64_t fs_base;
	uint64_t gs_base_kernel;
	uint64_t gs_base_user;
};
XY_SIZE(struct xy_vcpu_guest_context, 5168);
XY_AT(struct xy_vcpu_guest_context, flags, 512);
XY_AT(struct xy_vcpu_guest_context, user_regs, 520);
XY_AT(struct xy_vcpu_guest_context, trap_ctxt, 720);
XY_AT(struct xy_vcpu_guest_context, ldt_base, 4816);
XY_AT(struct xy_vcpu_guest_context, gdt_frames, 4832);
XY_AT(struct xy_vcpu_guest_context, kernel_ss, 4968);
XY_AT(struct xy_vcpu_guest_context, ctrlreg, 4984);
XY_AT(struct xy_vcpu_guest_context, event_callback_eip, 5112);
XY_AT(struct xy_vcpu_guest_context, vm_assist, 5136);
XY_AT(struct xy_vcpu_guest_context, gs_base_user, 5160);

/* callback_op: per vCPU entry points */
#define XY_CALLBACKOP_register			0
#define XY_CALLBACKOP_unregister		1

#define XY_CALLBACKTYPE_event			0	/* always masks */
#define XY_CALLBACKTYPE_failsafe		1
#define XY_CALLBACKTYPE_syscall			2
#define XY_CALLBACKTYPE_sysenter_deprecated	3
#define XY_CALLBACKTYPE_nmi			4
#define XY_CALLBACKTYPE_sysenter		5
#define XY_CALLBACKTYPE_syscall32		7

#define XY_CALLBACKF_mask_events		(1U << 0)

struct xy_callback_register {
	uint16_t type;			/* XY_CALLBACKTYPE_ */
	uint16_t flags;			/* XY_CALLBACKF_ */
	uint64_t address;
};
XY_SIZE(struct xy_callback_register, 16);
XY_AT(struct xy_callback_register, address, 8);

struct xy_callback_unregister {
	uint16_t type;
	uint16_t pad;
};
XY_SIZE(struct xy_callback_unregister, 4);

#endif /* XY_ABI_VCPU_H */
