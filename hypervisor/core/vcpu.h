/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A virtual CPU: everything of a guest's processor that is not in the
 * register block on the CPU's stack while it runs.
 *
 * Fields without a lock belong to the CPU that runs the vCPU; another may
 * touch them only while the vCPU is paused and descheduled.
 */
#ifndef CORE_VCPU_H
#define CORE_VCPU_H

#include "abi/regs.h"
#include "abi/shared_info.h"
#include "abi/vcpu.h"
#include "lib/list.h"
#include "lib/types.h"
#include "core/timer.h"

struct domain;
struct joint;

/*
 * The register block, as entry.S lays it out at the top of a CPU's stack:
 * the order is that of the public xy_cpu_user_regs up to ss.
 */
struct regs {
	uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8;
	uint64_t rax, rcx, rdx, rsi, rdi;
	uint32_t error_code;
	uint32_t vector;	/* how we came in: VECTOR_ or a trap */
	uint64_t rip;
	uint64_t cs;
	uint64_t rflags;
	uint64_t rsp;
	uint64_t ss;
};

#define VECTOR_SYSCALL		0x100	/* LSTAR */
#define VECTOR_SYSCALL32	0x101	/* CSTAR */
#define VECTOR_SYSENTER		0x102

#define RFLAGS_CF	0x1UL
#define RFLAGS_ZF	0x40UL
#define RFLAGS_TF	0x100UL
#define RFLAGS_IF	0x200UL
#define RFLAGS_DF	0x400UL
#define RFLAGS_IOPL	0x3000UL
#define RFLAGS_NT	0x4000UL
#define RFLAGS_RF	0x10000UL
#define RFLAGS_VM	0x20000UL
#define RFLAGS_AC	0x40000UL
#define RFLAGS_ARITH	0x8d5UL

struct trap_entry {		/* one row of the guest's trap table */
	uint64_t address;	/* 0: none */
	uint8_t dpl;
	bool mask_events;
};

struct callback {
	uint64_t address;
	bool mask_events;
};

enum callback_kind {
	CB_EVENT, CB_FAILSAFE, CB_SYSCALL, CB_SYSCALL32, CB_SYSENTER,
	CB_COUNT
};

/* Public runstate numbers: abi/vcpu.h. */
enum vcpu_state {
	VCPU_RUNNING = 0, VCPU_RUNNABLE = 1, VCPU_BLOCKED = 2, VCPU_OFFLINE = 3
};

/* Why a vCPU does not run although it is not blocked. */
#define PAUSE_DOWN	1u	/* never brought up, or taken down */
#define PAUSE_DOMAIN	2u	/* its domain is paused, shut down or dying */

#define GDT_GUEST_PAGES	14

struct vcpu {
	struct domain *domain;
	unsigned int id;

	struct regs regs;		/* while it does not run */
	bool kernel_mode;		/* which of the two roots is in use */
	bool initialised;
	mfn_t root_kernel, root_user;	/* each holds an L4 user; NO_FRAME */
	struct joint *joint;		/* the last made of two such, or NULL */

	/* segments, saved while it does not run */
	uint16_t ds, es, fs, gs;
	uint64_t fs_base, gs_base_kernel, gs_base_user;
	uint64_t kernel_ss, kernel_sp;
	mfn_t gdt_frames[GDT_GUEST_PAGES]; /* role DESC each; NO_FRAME */
	unsigned int gdt_entries;
	uint64_t ldt_base;
	unsigned int ldt_entries;
	mfn_t ldt_frames[16];		/* lazily mapped, role DESC; NO_FRAME */

	/* exceptions and events */
	struct callback callbacks[CB_COUNT];
	uint64_t cr2;			/* mirrored to vcpu_info.arch.cr2 */
	bool nmi_pending, in_nmi;
	bool failsafe_pending;		/* a data segment failed to load */
	/* [both] in shared_info or registered */
	struct xy_vcpu_info *info;
	mfn_t info_frame;		/* registered; a DATA user; NO_FRAME */
	uint8_t iopl;			/* virtual I/O privilege level */
	guest_va_t io_bitmap;		/* set_iobitmap; .a == 0: none */
	unsigned int io_bitmap_ports;

	/* control and debug registers as the guest sees them */
	uint64_t cr4;			/* guest's own bits */
	bool ts;			/* virtual CR0.TS */
	uint64_t debug[8];
	uint64_t xcr0;
	uint32_t tsc_aux;		/* what RDTSCP and RDPID give */
	void *fpu;			/* XSAVE area: a frame of its own */

	/* registered areas by kernel virtual address; 0: none */
	guest_va_t runstate_area, time_area;
	bool runstate_late;		/* owed: guest was in user mode */

	/* scheduling: core/sched.c; lock: the scheduler's */
	struct list run_link;
	enum vcpu_state state;
	unsigned int pause;		/* PAUSE_ bits */
	unsigned int cpu;		/* where it runs or last ran */
	uint64_t hard_cpus, soft_cpus;	/* affinity wishes; 0: any */
	bool on_cpu;			/* its state is in a CPU now */
	uint64_t vruntime_ns;		/* weighted virtual time */
	uint64_t busy_ns;		/* ran since it last waited */
	uint64_t service_ns;		/* ran for whom it tells next */
	uint64_t state_since_ns;
	uint64_t state_ns[4];		/* time spent in each state */

	/* timers */
	struct timer singleshot, periodic, poll_timer;
	uint64_t period_ns;

	/* sched_op poll; lock: evtchn */
	bool polling;
	int poll_port;			/* the one port, or -1 for several */

	/* event channel ports that only this vCPU may have */
	uint32_t virq_port[32];		/* per-vCPU VIRQs; 0: unbound */

	/* last, so that what each way in uses lies in one page */
	struct trap_entry traps[256];
};

/* core/vcpu.c */
struct vcpu *vcpu_create(struct domain *d, unsigned int id);
void vcpu_destroy(struct vcpu *v);
/*
 * The guest's memory of a dying vCPU is let go: roots, descriptor frames, the
 * registered vcpu_info.  It is off all CPUs.  Follow with pt_drain().
 */
void vcpu_release(struct vcpu *v);
/*
 * vcpu_op register_vcpu_info: -XY_EINVAL when it has one, -XY_ENXIO bad
 * offset or frame.
 */
int vcpu_register_info(struct vcpu *v, mfn_t mfn, unsigned int offset)
	must_check;
/* For the first time, or again after VCPUOP_down. */
int vcpu_up(struct vcpu *v) must_check;
void vcpu_down(struct vcpu *v);
/* Its handler of vector 2 runs as soon as it can; lost if it has none. */
void vcpu_send_nmi(struct vcpu *v);

/* The register block of the running vCPU, at the top of this CPU's stack. */
struct regs *vcpu_regs(void);

/*
 * Fetch or set the whole public context of a vCPU that is not running.
 * Errors: -EINVAL, -EFAULT, -EOPNOTSUPP, -ERESTART (validation was preempted).
 */
int vcpu_set_context(struct vcpu *v, const struct xy_vcpu_guest_context *c)
	must_check;
void vcpu_get_context(struct vcpu *v, struct xy_vcpu_guest_context *c);

#endif
