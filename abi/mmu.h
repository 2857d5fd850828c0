/* SPDX-License-Identifier: MIT */
/*
 * Page-table calls: mmu_update, mmuext_op, update_va_mapping, and vm_assist.
 *
 * Page tables hold machine frames. mmu_update takes an array, a count, a
 * place for the number done (written on failure too: it is then the index of
 * the entry that failed), and a domain: the low half names whose frames may
 * be mapped, the high half less one names whose page tables are changed.
 *
 * The bits of a page-table entry are the CPU's and are not defined here.
 *
 * Source: public xen.h of 4.17.
 */
#ifndef XY_ABI_MMU_H
#define XY_ABI_MMU_H

#include "abi/base.h"

/* Low two bits of xy_mmu_update.ptr. */
#define XY_MMU_NORMAL_PT_UPDATE		0	/* val: new entry */
#define XY_MMU_MACHPHYS_UPDATE		1	/* val: new pfn of the frame */
#define XY_MMU_PT_UPDATE_PRESERVE_AD	2	/* keep A and D as they are */
#define XY_MMU_PT_UPDATE_NO_TRANSLATE	3	/* val holds an mfn anyway */

struct xy_mmu_update {
	uint64_t ptr;		/* machine address of the entry | command */
	uint64_t val;
};
XY_SIZE(struct xy_mmu_update, 16);

#define XY_MMUEXT_PIN_L1_TABLE		0
#define XY_MMUEXT_PIN_L2_TABLE		1
#define XY_MMUEXT_PIN_L3_TABLE		2
#define XY_MMUEXT_PIN_L4_TABLE		3
#define XY_MMUEXT_UNPIN_TABLE		4
#define XY_MMUEXT_NEW_BASEPTR		5
#define XY_MMUEXT_TLB_FLUSH_LOCAL	6
#define XY_MMUEXT_INVLPG_LOCAL		7
#define XY_MMUEXT_TLB_FLUSH_MULTI	8
#define XY_MMUEXT_INVLPG_MULTI		9
#define XY_MMUEXT_TLB_FLUSH_ALL		10
#define XY_MMUEXT_INVLPG_ALL		11
#define XY_MMUEXT_FLUSH_CACHE		12
#define XY_MMUEXT_SET_LDT		13
#define XY_MMUEXT_NEW_USER_BASEPTR	15
#define XY_MMUEXT_CLEAR_PAGE		16
#define XY_MMUEXT_COPY_PAGE		17
#define XY_MMUEXT_FLUSH_CACHE_GLOBAL	18
#define XY_MMUEXT_MARK_SUPER		19
#define XY_MMUEXT_UNMARK_SUPER		20

struct xy_mmuext_op {
	uint32_t cmd;
	union {
		uint64_t mfn;		/* pin, unpin, baseptr, clear, copy */
		uint64_t linear_addr;	/* invlpg, LDT (page-aligned) */
	} arg1;
	union {
		uint32_t nr_ents;	/* LDT: descriptors */
		uint64_t vcpumask;	/* _MULTI: handle of a bitmap */
		uint64_t src_mfn;	/* copy */
	} arg2;
};
XY_SIZE(struct xy_mmuext_op, 24);
XY_AT(struct xy_mmuext_op, arg1, 8);
XY_AT(struct xy_mmuext_op, arg2, 16);

/*
 * update_va_mapping flags. With MULTI the rest of the word is the handle of
 * a vCPU bitmap; with LOCAL (also 0) that address is 0.
 */
#define XY_UVMF_NONE		(0UL << 0)
#define XY_UVMF_TLB_FLUSH	(1UL << 0)
#define XY_UVMF_INVLPG		(2UL << 0)
#define XY_UVMF_FLUSHTYPE_MASK	(3UL << 0)
#define XY_UVMF_MULTI		(0UL << 2)
#define XY_UVMF_LOCAL		(0UL << 2)
#define XY_UVMF_ALL		(1UL << 2)

/* vm_assist: command, type */
#define XY_VMASST_CMD_enable			0
#define XY_VMASST_CMD_disable			1
#define XY_VMASST_TYPE_4gb_segments		0
#define XY_VMASST_TYPE_4gb_segments_notify	1
#define XY_VMASST_TYPE_writable_pagetables	2
#define XY_VMASST_TYPE_pae_extended_cr3		3
#define XY_VMASST_TYPE_architectural_iopl	4
#define XY_VMASST_TYPE_runstate_update_flag	5
#define XY_VMASST_TYPE_m2p_strict		32

#endif /* XY_ABI_MMU_H */
