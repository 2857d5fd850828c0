/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs for the user mode of space.h, and the cases made of them.
 */
#ifndef TEST_PROGRAMS_H
#define TEST_PROGRAMS_H

#include "space.h"

extern char user_begin[], user_end[], user_syscall[], user_syscall_end[],
	user_read[], user_back[], user_write[], user_int80[], user_int80_end[],
	user_int21[], user_cli[], user_in[], user_rdmsr[], user_gs[],
	user_wrgs[], user_step[], user_step_end[], user_cpuid[],
	user_direct[], user_direct_no[], user_direct_end[], user_send[],
	user_send_end[], user_32[], user_32_end[], user_32_syscall[],
	user_32_syscall_end[], user_32_sysenter[];

/* Where a program (or a place in it) is for user mode. */
uint64_t at(const char *label);

extern uint64_t enter_rax;	/* what the next program finds in rax */

/* Goes there; returns when it has come back. */
struct back enter(uint64_t rip, uint64_t cs, uint64_t flags, uint64_t rbx);
struct back run(const char *label, uint64_t rbx);

/* main.c */
void check_syscall(void);
void check_faults(void);
void check_step(void);
void check_code32(void);
void check_bad_frames(void);
/* direct.c: calls that the hypervisor takes from user mode */
void check_direct(void);
/* joint.c: the program's half in the kernel's root as well */
void check_joined(void);
void check_many_roots(void);

#endif
