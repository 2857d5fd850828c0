// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pieces of code that run in user mode, one after another in one page
 * (UCODE), and how to enter one.  Each ends by coming back to the kernel.
 */
#include "programs.h"

asm(".pushsection .rodata\n"
	".globl user_begin, user_end, user_syscall, user_syscall_end\n"
	".globl user_read, user_back, user_write, user_int80\n"
	".globl user_int80_end, user_int21, user_cli, user_in\n"
	".globl user_rdmsr, user_gs, user_wrgs, user_step\n"
	".globl user_step_end, user_cpuid, user_direct, user_direct_no\n"
	".globl user_direct_end, user_send, user_send_end, user_32\n"
	".globl user_32_end, user_32_syscall, user_32_syscall_end\n"
	".globl user_32_sysenter\n"
	"user_begin:\n"
	"user_syscall:\n"
	"	mov $0x1234, %eax\n"
	"	std\n"
	"	syscall\n"
	"user_syscall_end:\n"
	"user_read: mov (%rbx), %eax\n"
	"user_back: syscall\n"
	"user_write: movb $1, (%rbx)\n"
	"	syscall\n"
	"user_int80: int $0x80\n"
	"user_int80_end:\n"
	"user_int21: int $0x21\n"
	"user_cli: cli\n"
	"user_in: in $0x71, %al\n"
	"user_rdmsr: rdmsr\n"
	"user_gs: mov %gs:8, %rax\n"
	"	syscall\n"
	"user_wrgs: mov $0x401010, %eax\n"
	"	wrgsbase %rax\n"
	"	mov %gs:0, %rax\n"
	"	syscall\n"
	"user_step: nop\n"
	"user_step_end: nop\n"
	"	syscall\n"
	"user_cpuid: mov $0x40000000, %eax\n"
	"	.byte 0x0f, 0x0b, 0x78, 0x65, 0x6e; cpuid\n"
	"	mov %ebx, %eax\n"
	"	syscall\n"
	"user_direct: mov %ebx, %edi\n"
	"	mov $0x401008, %esi\n"
	"	mov $1, %edx\n"
	"	syscall\n"
	"user_direct_no:\n"
	"	syscall\n"
	"user_direct_end:\n"
	"user_send: mov $4, %edi\n"
	"	mov %rbx, %rsi\n"
	"	syscall\n"
	"	syscall\n"
	"user_send_end:\n"
	".code32\n"
	"user_32: mov $7, %eax\n"
	"	int $0x80\n"
	"user_32_end:\n"
	"user_32_syscall: mov $9, %eax\n"
	"	syscall\n"
	"user_32_syscall_end:\n"
	"user_32_sysenter: mov $11, %eax\n"
	"	sysenter\n"
	".code64\n"
	"user_end:\n"
	".popsection\n");

uint64_t at(const char *label)
{
	return UCODE + (uint64_t)(label - user_begin);
}

uint64_t enter_rax = 0xa;

struct back enter(uint64_t rip, uint64_t cs, uint64_t flags, uint64_t rbx)
{
	return space_enter(rip, cs, flags, enter_rax, rbx);
}

struct back run(const char *label, uint64_t rbx)
{
	return enter(at(label), XY_FLAT_USER_CS, 2, rbx);
}
