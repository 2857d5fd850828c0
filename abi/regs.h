/* SPDX-License-Identifier: MIT */
/*
 * Register frame, flat selectors, the reserved part of the guest's GDT and
 * the reserved part of its address space.
 *
 * struct xy_cpu_user_regs is public only because vcpu_guest_context carries
 * it; its order is also the order in which an entry stub pushes registers
 * (r15 lowest, ss and the data selectors highest).
 *
 * A guest kernel runs at ring 3 with these selectors. Frames that describe
 * kernel context show cs with the two low bits cleared (0xE030), so that the
 * guest can tell kernel from user.
 *
 * Source: public arch-x86/xen-x86_64.h and arch-x86/xen.h of 4.17. The
 * numbers are assembly-safe.
 */
#ifndef XY_ABI_REGS_H
#define XY_ABI_REGS_H

#include "abi/base.h"

/* Selectors in the hypervisor's two pages of the GDT. */
#define XY_FLAT_RING3_CS32	0xe023
#define XY_FLAT_RING3_CS64	0xe033
#define XY_FLAT_RING3_DS32	0xe02b
#define XY_FLAT_RING3_DS64	0x0000
#define XY_FLAT_RING3_SS32	0xe02b
#define XY_FLAT_RING3_SS64	0xe02b

#define XY_FLAT_KERNEL_CS	XY_FLAT_RING3_CS64
#define XY_FLAT_KERNEL_CS32	XY_FLAT_RING3_CS32
#define XY_FLAT_KERNEL_DS	XY_FLAT_RING3_DS64
#define XY_FLAT_KERNEL_SS	XY_FLAT_RING3_SS64
#define XY_FLAT_USER_CS		XY_FLAT_RING3_CS64
#define XY_FLAT_USER_CS32	XY_FLAT_RING3_CS32
#define XY_FLAT_USER_DS		XY_FLAT_RING3_DS64
#define XY_FLAT_USER_DS32	XY_FLAT_RING3_DS32
#define XY_FLAT_USER_SS		XY_FLAT_RING3_SS64
#define XY_FLAT_USER_SS32	XY_FLAT_RING3_SS32

/* Pages 0 to 13 of the GDT are the guest's, 14 and 15 the hypervisor's. */
#define XY_FIRST_RESERVED_GDT_PAGE	14
#define XY_FIRST_RESERVED_GDT_BYTE	(XY_FIRST_RESERVED_GDT_PAGE * 4096)
#define XY_FIRST_RESERVED_GDT_ENTRY	(XY_FIRST_RESERVED_GDT_BYTE / 8)

/* Addresses the guest may not map; the frame table M2P opens the range. */
#define XY_HYPERVISOR_VIRT_START	0xFFFF800000000000
#define XY_HYPERVISOR_VIRT_END		0xFFFF880000000000
#define XY_MACH2PHYS_VIRT_START		0xFFFF800000000000
#define XY_MACH2PHYS_VIRT_END		0xFFFF804000000000

/* set_segment_base: which base or selector */
#define XY_SEGBASE_FS		0
#define XY_SEGBASE_GS_USER	1
#define XY_SEGBASE_GS_KERNEL	2
#define XY_SEGBASE_GS_USER_SEL	3

#ifndef __ASSEMBLER__

struct xy_cpu_user_regs {
	uint64_t r15;
	uint64_t r14;
	uint64_t r13;
	uint64_t r12;
	uint64_t rbp;
	uint64_t rbx;
	uint64_t r11;
	uint64_t r10;
	uint64_t r9;
	uint64_t r8;
	uint64_t rax;
	uint64_t rcx;
	uint64_t rdx;
	uint64_t rsi;
	uint64_t rdi;
	uint32_t error_code;		/* hypervisor's own use */
	uint32_t entry_vector;		/* hypervisor's own use */
	uint64_t rip;
	uint16_t cs;
	uint16_t pad0;
	uint8_t saved_upcall_mask;
	uint8_t pad1[3];
	uint64_t rflags;
	uint64_t rsp;
	uint16_t ss, pad2[3];
	uint16_t es, pad3[3];
	uint16_t ds, pad4[3];
	uint16_t fs, pad5[3];
	uint16_t gs, pad6[3];
};
XY_SIZE(struct xy_cpu_user_regs, 200);
XY_AT(struct xy_cpu_user_regs, rax, 80);
XY_AT(struct xy_cpu_user_regs, error_code, 120);
XY_AT(struct xy_cpu_user_regs, rip, 128);
XY_AT(struct xy_cpu_user_regs, saved_upcall_mask, 140);
XY_AT(struct xy_cpu_user_regs, ss, 160);
XY_AT(struct xy_cpu_user_regs, gs, 192);

/* What the guest has on its stack when it makes call 23 (iret). */
struct xy_iret_context {
	uint64_t rax;
	uint64_t r11;
	uint64_t rcx;
	uint64_t flags;			/* XY_VGCF_in_syscall or 0 */
	uint64_t rip;
	uint64_t cs;			/* low bits 3: return to user mode */
	uint64_t rflags;
	uint64_t rsp;
	uint64_t ss;
};
XY_SIZE(struct xy_iret_context, 72);
XY_AT(struct xy_iret_context, rip, 32);

#endif /* __ASSEMBLER__ */

#endif /* XY_ABI_REGS_H */
