/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Birth: from the loader's 32-bit world to C in long mode.
 *
 * A Multiboot 1 loader enters boot_entry in protected mode without paging,
 * eax = 0x2badb002, ebx = physical address of its information block.  We
 * clear the BSS, build tables that map the first 4 GiB three times (identity,
 * image, direct map), switch to long mode and call boot_main(ebx).
 *
 * Next station of the tour: entry/main.c.
 */
#include "hw/layout.h"

#define PHYS(sym)	((sym) - IMAGE_VA)
#define IMAGE_SLOT	((IMAGE_VA >> 39) & 511)
#define MB_MAGIC	0x1badb002
#define MB_FLAGS	0x00010003	/* aligned modules, memory, addresses */

	.section .multiboot, "ax"
	.balign 4
mb_header:
	.long	MB_MAGIC
	.long	MB_FLAGS
	.long	-(MB_MAGIC + MB_FLAGS)
	.long	PHYS(mb_header)
	.long	PHYS(image_start)
	.long	PHYS(data_end)
	.long	PHYS(image_end)
	.long	PHYS(boot_entry)

	.section .text.boot, "ax"
	.code32
	.globl	boot_entry
boot_entry:
	cli
	cld
	mov	%ebx, %esi
	mov	%eax, %ebp

	mov	$PHYS(data_end), %edi
	mov	$PHYS(image_end), %ecx
	sub	%edi, %ecx
	shr	$2, %ecx
	xor	%eax, %eax
	rep stosl

	cmp	$0x2badb002, %ebp
	jne	not_multiboot
	mov	$0x80000001, %eax
	cpuid
	bt	$29, %edx
	jnc	no_long_mode

	/* Four L2 tables: 2 MiB pages over the first 4 GiB. */
	mov	$PHYS(boot_l2), %edi
	mov	$0x83, %eax
	mov	$2048, %ecx
1:	mov	%eax, (%edi)
	add	$0x200000, %eax
	add	$8, %edi
	loop	1b

	/* L3: the same four at the identity map and the direct map. */
	mov	$PHYS(boot_l2) + 3, %eax
	mov	%eax, PHYS(boot_l3)
	mov	%eax, PHYS(image_l3) + 8 * ((IMAGE_VA >> 30) & 511)
	add	$0x1000, %eax
	mov	%eax, PHYS(boot_l3) + 8
	add	$0x1000, %eax
	mov	%eax, PHYS(boot_l3) + 16
	add	$0x1000, %eax
	mov	%eax, PHYS(boot_l3) + 24

	movl	$PHYS(boot_l3) + 3, PHYS(boot_l4)
	movl	$PHYS(boot_l3) + 3, \
		PHYS(boot_l4) + 8 * ((DIRECT_VA >> 39) & 511)
	movl	$PHYS(image_l3) + 3, PHYS(boot_l4) + IMAGE_SLOT * 8

	mov	%cr4, %eax
	or	$0x20, %eax		/* PAE */
	mov	%eax, %cr4
	mov	$PHYS(boot_l4), %eax
	mov	%eax, %cr3
	mov	$0xc0000080, %ecx	/* EFER: SCE, LME, NXE */
	rdmsr
	or	$0x901, %eax
	wrmsr
	mov	$0x80010033, %eax	/* PG WP NE ET MP PE */
	mov	%eax, %cr0
	lgdt	PHYS(boot_gdtr)
	ljmp	$8, $PHYS(long_mode)

	/* No console in C yet: write straight to the serial port and stop. */
not_multiboot:
	mov	$PHYS(msg_loader), %esi
	jmp	2f
no_long_mode:
	mov	$PHYS(msg_cpu), %esi
2:	mov	$0x3f8, %dx
3:	lodsb
	test	%al, %al
	jz	4f
	outb	%al, %dx
	jmp	3b
4:	hlt
	jmp	4b

	.code64
long_mode:
	mov	$16, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	movabs	$high, %rax
	jmp	*%rax
high:
	lea	cpu0_block + CPU_STACK_TOP - 256(%rip), %rsp
	xor	%ebp, %ebp
	mov	%esi, %edi
	call	boot_main
5:	hlt
	jmp	5b

	.section .rodata
msg_loader:
	.asciz	"Xylem: not started by a Multiboot loader; stopped\r\n"
msg_cpu:
	.asciz	"Xylem: this CPU has no long mode (64-bit); stopped\r\n"
	.balign 8
boot_gdt:
	.quad	0
	.quad	0x00af9b000000ffff	/* 8: ring 0 code, 64 bit */
	.quad	0x00cf93000000ffff	/* 16: ring 0 data */
boot_gdtr:
	.word	. - boot_gdt - 1
	.long	PHYS(boot_gdt)

	.section .bss.cpu_block, "aw", @nobits
	.balign	CPU_BLOCK_SIZE
	.globl	cpu0_block
cpu0_block:
	.skip	CPU_BLOCK_SIZE

	.section .bss, "aw", @nobits
	.balign	4096
	.globl	boot_l4, image_l3
boot_l4:
	.skip	4096
boot_l3:
	.skip	4096
image_l3:
	.skip	4096
boot_l2:
	.skip	4 * 4096
	.section .note.GNU-stack, "", @progbits
