/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's address space: L4 slots 256 to 271, the same in every
 * root.  Numbers only, for C and assembly (M2P and frame table have theirs in
 * core/m2p.h and core/frame.h).
 *
 *   0xffff800000000000  256  M2P, read-only, the one part guests can read
 *   0xffff808000000000  257  M2P, writable alias
 *   0xffff810000000000  258  frame table
 *   0xffff818000000000  259  device registers (LAPIC, I/O APIC, HPET, MSI-X)
 *   0xffff820000000000  260  a window per CPU: 16 GDT pages, 16 LDT pages
 *   0xffff828000000000  261  the image, at +0x5040000000 + physical address
 *   0xffff830000000000  262  direct map of all RAM, to slot 271
 */
#ifndef HW_LAYOUT_H
#define HW_LAYOUT_H

#define DEVICE_VA	0xffff818000000000
#define WINDOW_VA	0xffff820000000000
#define IMAGE_VA	0xffff82d040000000
#define DIRECT_VA	0xffff830000000000
#define DIRECT_END_VA	0xffff880000000000

#define IMAGE_PHYS	0x200000

#define WINDOW_PAGES	32		/* per CPU */
#define WINDOW_SHIFT	17
#define WINDOW_GDT_HV	14		/* page of the hypervisor's entries */
#define WINDOW_LDT	16		/* first LDT page */

/* Selectors of the hypervisor's part of the GDT (guest-visible: 1.8). */
#define SEL_HV_CS	0xe008
#define SEL_HV_DS	0xe010
#define SEL_GUEST_CS32	0xe023
#define SEL_GUEST_SS	0xe02b
#define SEL_GUEST_CS64	0xe033
#define SEL_TSS		0xe040
#define SEL_HV_BASE	0xe000

/*
 * One block per CPU, aligned to its size, so that the stack pointer finds it
 * (struct percpu):
 *   page 0      not used
 *   page 1..4   IST stacks: NMI, #DF, #MC, #DB
 *   page 5      the CPU's GDT entries (window page 14)
 *   page 6, 7   not used: guard against a stack that runs over
 *   page 8..15  the stack; at its top the register block, and above that the
 *               fields of struct percpu: a way in touches one page for them
 */
#define CPU_BLOCK_SIZE	0x10000
#define CPU_STACK_TOP	0xfe00
#define CPU_STUB_SIZE	64		/* bytes of the SYSCALL stubs per CPU */
#define CPU_STUBS_SIZE	4096

/* IDT vectors of our own. */
#define IRQ_TIMER	0xf0
#define IRQ_KICK	0xf1
#define IRQ_SPURIOUS	0xff
#define IRQ_FIRST	0x30		/* device interrupts: 0x30 ... 0xef */
#define IRQ_LAST	0xef

#endif
