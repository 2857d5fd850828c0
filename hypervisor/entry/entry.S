/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ways in and out.
 *
 * Every way in builds one struct regs; from a guest it always lies at the top
 * of this CPU's stack.  Every way in then calls one C function, and all
 * returns to a guest go through leave_guest.  Interrupts stay off in between,
 * and the guest's GS base is never touched.
 *
 * SYSCALL does not switch stacks: LSTAR and CSTAR point to small stubs per
 * CPU (hw/seg.c writes them) which arrive here with
 *
 *     top-8   guest rax        rsp -> top-16  guest rsp
 *
 * A fault of the IRET at guest_iret belongs to the guest: trap_hv() moves the
 * registers to the top of the stack and answers true, and the fault is then
 * handled as if the guest had made it.
 */
#include "entry/offsets.h"
#include "hw/layout.h"

	.macro PUSH_GPRS
	push	%rdi
	push	%rsi
	push	%rdx
	push	%rcx
	push	%rax
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	.endm

	.macro POP_GPRS
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rax
	pop	%rcx
	pop	%rdx
	pop	%rsi
	pop	%rdi
	.endm

	/* hot.txt says where the sections lie. */
	.section .text.syscall_entry, "ax"
	.globl	syscall_entry, syscall32_entry, sysenter_entry
	.balign	64
syscall_entry:
	mov	8(%rsp), %rax
	movq	$SEL_GUEST_SS, 8(%rsp)
	push	%r11
	push	$SEL_GUEST_CS64
	push	%rcx
	pushq	$0
	movl	$V_SYSCALL, 4(%rsp)
	PUSH_GPRS
	mov	%rsp, %rdi
	xor	%ebp, %ebp
	call	trap_syscall

/* rsp -> the guest's register block; leaves by SYSRET where that is lawful. */
leave_guest:
	cmpl	$V_SYSCALL, R_VECTOR(%rsp)
	jne	1f
	mov	R_RIP(%rsp), %rax
	mov	%rax, %rcx
	shl	$16, %rcx
	sar	$16, %rcx
	cmp	%rax, %rcx
	jne	1f			/* not canonical: IRET faults safely */
	cmpl	$SEL_GUEST_CS64, R_CS(%rsp)
	jne	1f
	POP_GPRS
	mov	8(%rsp), %rcx
	mov	24(%rsp), %r11
	mov	32(%rsp), %rsp
	sysretq
1:	POP_GPRS
	add	$8, %rsp
	.globl	guest_iret
guest_iret:
	iretq

/* leave_to_guest(regs): abandons the stack above the register block. */
	.globl	leave_to_guest
leave_to_guest:
	mov	%rdi, %rsp
	jmp	leave_guest

syscall32_entry:
	mov	8(%rsp), %rax
	movq	$SEL_GUEST_SS, 8(%rsp)
	push	%r11
	push	$SEL_GUEST_CS32
	push	%rcx
	pushq	$0
	movl	$V_SYSCALL32, 4(%rsp)
	jmp	guest_trap

/* Neither rip nor rsp of the caller is known; its flags are ours by now. */
sysenter_entry:
	push	$SEL_GUEST_SS
	push	$0
	pushfq
	andq	$~0x4100, (%rsp)	/* NT, TF */
	orq	$0x200, (%rsp)		/* it ran with interrupts on */
	push	$3
	push	$0
	pushq	$0
	movl	$V_SYSENTER, 4(%rsp)
	push	$2
	popfq
	jmp	guest_trap

/* Written at boot: CPU_STUB_SIZE bytes for each CPU. */
	.section .text.cpu_stubs, "ax"
	.globl	cpu_stubs
	.balign	CPU_STUB_SIZE
cpu_stubs:
	.skip	CPU_STUBS_SIZE, 0xcc

	.section .text.guest_trap, "ax"
guest_trap:
	PUSH_GPRS
	cld
guest_trap_saved:
	mov	%rsp, %rdi
	xor	%ebp, %ebp
	call	trap_guest
	jmp	leave_guest

/* rsp -> error code and vector, then the frame that the CPU pushed. */
trap_common:
	testb	$3, 16(%rsp)
	jnz	guest_trap
	PUSH_GPRS
	cld
	mov	%rsp, %rdi
	mov	%rsp, %rbp
	call	trap_hv
	test	%al, %al
	jnz	to_guest_trap
	POP_GPRS
	add	$8, %rsp
	iretq
to_guest_trap:
	and	$-CPU_BLOCK_SIZE, %rsp
	lea	CPU_STACK_TOP - R_SIZE(%rsp), %rsp
	jmp	guest_trap_saved

/* On an IST stack: a guest's trap moves to the normal stack at once. */
trap_ist:
	PUSH_GPRS
	cld
	testb	$3, R_CS(%rsp)
	jz	1f
	mov	%rsp, %rsi
	mov	%rsp, %rdi
	and	$-CPU_BLOCK_SIZE, %rdi
	lea	CPU_STACK_TOP - R_SIZE(%rdi), %rdi
	mov	%rdi, %rsp
	mov	$R_SIZE / 8, %ecx
	rep movsq
	jmp	guest_trap_saved
1:	mov	%rsp, %rdi
	call	trap_ist_hv
	POP_GPRS
	add	$8, %rsp
	iretq

/*
 * 256 gates of 16 bytes each.  Vectors 8, 10-14, 17, 21, 29 and 30 come with
 * an error code; 1, 2, 8 and 18 run on IST stacks.
 */
	.balign	16
	.globl	gate_table
gate_table:
	vec = 0
	.rept	256
	.balign	16
	.if !(vec == 8 || (vec >= 10 && vec <= 14) || vec == 17 || \
	      vec == 21 || vec == 29 || vec == 30)
	push	$0
	.endif
	movl	$vec, 4(%rsp)
	.if vec == 1 || vec == 2 || vec == 8 || vec == 18
	jmp	trap_ist
	.else
	jmp	trap_common
	.endif
	vec = vec + 1
	.endr
	.section .note.GNU-stack, "", @progbits
