/* SPDX-License-Identifier: MIT */
/*
 * Where a guest begins, and where its traps arrive.
 *
 * The builder leaves start_info in rsi.  A trap comes with rcx and r11 on the
 * stack, then an error code for some vectors, then the IRET frame; the stubs
 * make one struct guest_frame of it, call guest_trap(), and go back by the
 * iret hypercall, whose frame is {rax, r11, rcx, flags, rip, cs, rflags, rsp,
 * ss}.
 */
#include "abi/elfnote.h"
#include "abi/hypercall.h"

	.section .note.Xen, "a"
	.macro NOTE8 type, value
	.balign	4
	.long	4, 8, \type
	.asciz	"Xen"
	.quad	\value
	.endm
	.macro NOTESTR type, text
	.balign	4
	.long	4, 2f - 1f, \type
	.asciz	"Xen"
1:	.asciz	"\text"
2:
	.endm
	NOTE8	XY_ELFNOTE_ENTRY, start
	NOTE8	XY_ELFNOTE_VIRT_BASE, 0xffffffff80000000
	NOTE8	XY_ELFNOTE_PADDR_OFFSET, 0
	NOTE8	XY_ELFNOTE_SUPPORTED_FEATURES, 0x800
	NOTESTR	XY_ELFNOTE_XEN_VERSION, "xen-3.0"
	NOTESTR	XY_ELFNOTE_GUEST_OS, "xylem-guest"
	NOTESTR	XY_ELFNOTE_LOADER, "generic"
	NOTESTR	XY_ELFNOTE_PAE_MODE, "yes"
	NOTESTR	XY_ELFNOTE_FEATURES, "!writable_page_tables"

	.text
	.globl	start
start:
	cld
	movabs	$guest_stack + 65536, %rsp
	mov	%rsi, %rdi
	xor	%ebp, %ebp
	movabs	$guest_start, %rax
	call	*%rax
	ud2

/* rsp -> vector, rcx, r11, error, rip, cs, rflags, rsp, ss */
trap_common:
	push	%rax
	push	%rdx
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%rbx
	push	%rbp
	mov	%rsp, %rbx
	mov	%rsp, %rdi
	and	$-16, %rsp
	cld
	movabs	$guest_trap, %rax
	call	*%rax
	mov	%rbx, %rsp
	pop	%rbp
	pop	%rbx
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%rax
	/* vector, rcx, r11, error become rax, r11, rcx, flags */
	mov	8(%rsp), %rcx
	mov	16(%rsp), %r11
	mov	%rax, (%rsp)
	mov	%r11, 8(%rsp)
	mov	%rcx, 16(%rsp)
	movq	$0, 24(%rsp)
	mov	$XY_HYPERVISOR_iret, %eax
	syscall
	ud2

	.macro STUB vec
	.if \vec == 8 || (\vec >= 10 && \vec <= 14) || \vec == 17
	push	$\vec			/* rcx, r11, error are there */
	.else
	push	(%rsp)			/* rcx; r11 one down; an error of 0 */
	mov	16(%rsp), %rcx
	mov	%rcx, 8(%rsp)
	movq	$0, 16(%rsp)
	push	$\vec
	.endif
	jmp	trap_common
	.endm

	.balign	64
	.globl	guest_stubs
guest_stubs:
	vec = 0
	.rept	256
	.balign	64
	STUB	vec
	vec = vec + 1
	.endr
	.globl	guest_event_stub
guest_event_stub = guest_stubs + 64 * 255

	.globl	guest_probe_call
/* guest_probe_call(fn, arg, slot): slot <- {rsp, rip to resume}; fn(arg) */
guest_probe_call:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	sub	$8, %rsp
	mov	%rsp, (%rdx)
	lea	1f(%rip), %rax
	mov	%rax, 8(%rdx)
	mov	%rdi, %rax
	mov	%rsi, %rdi
	call	*%rax
1:	add	$8, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	.bss
	.balign	4096
guest_stack:
	.skip	65536
	.section .note.GNU-stack, "", @progbits
