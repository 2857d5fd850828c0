/* SPDX-License-Identifier: MIT */
/*
 * Notes in a guest kernel's ELF file, owner "Xen", that tell a builder where
 * the kernel wants what. A note's value is a 4- or 8-byte little-endian
 * number or a NUL-terminated string, as said below.
 *
 * Unknown notes are skipped. HYPERCALL_PAGE is optional: current kernels
 * make their calls without one.
 *
 * Source: public elfnote.h of 4.17.
 */
#ifndef XY_ABI_ELFNOTE_H
#define XY_ABI_ELFNOTE_H

#define XY_ELFNOTE_INFO			0	/* string */
#define XY_ELFNOTE_ENTRY		1	/* VA */
#define XY_ELFNOTE_HYPERCALL_PAGE	2	/* VA to fill, if present */
#define XY_ELFNOTE_VIRT_BASE		3	/* VA of pfn 0 */
#define XY_ELFNOTE_PADDR_OFFSET		4	/* p_paddr of pfn 0 */
#define XY_ELFNOTE_XEN_VERSION		5	/* string "xen-3.0" */
#define XY_ELFNOTE_GUEST_OS		6	/* string */
#define XY_ELFNOTE_GUEST_VERSION	7	/* string */
#define XY_ELFNOTE_LOADER		8	/* string "generic" */
#define XY_ELFNOTE_PAE_MODE		9	/* string */
#define XY_ELFNOTE_FEATURES		10	/* string, '|' between names */
#define XY_ELFNOTE_BSD_SYMTAB		11	/* string */
#define XY_ELFNOTE_HV_START_LOW		12	/* VA */
#define XY_ELFNOTE_L1_MFN_VALID		13	/* pairs of mask and value */
#define XY_ELFNOTE_SUSPEND_CANCEL	14	/* number */
#define XY_ELFNOTE_INIT_P2M		15	/* VA */
#define XY_ELFNOTE_MOD_START_PFN	16	/* number */
#define XY_ELFNOTE_SUPPORTED_FEATURES	17	/* bit per XY_FEAT_ */
#define XY_ELFNOTE_PHYS32_ENTRY		18	/* not for PV */
#define XY_ELFNOTE_MAX			18

#endif /* XY_ABI_ELFNOTE_H */
