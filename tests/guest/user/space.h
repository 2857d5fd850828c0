/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A user mode of the guest's own: one page of code, one of data, and every
 * way back to the kernel.
 *
 * space_enter() goes there by the iret call and returns when the code there
 * has trapped, by whatever means. Events stay masked.
 */
#ifndef TEST_SPACE_H
#define TEST_SPACE_H

#include "guest.h"

#define UCODE		0x400000UL
#define UDATA		0x401000UL
#define USTACK		(UDATA + PAGE)

/* Ways back that have no vector. */
#define BY_SYSCALL	0x100
#define BY_SYSCALL32	0x101
#define BY_SYSENTER	0x102

struct back {			/* how the user came back, and with what */
	uint64_t how, rax, error;
	uint64_t rcx, r11, rip, cs, rflags, rsp, ss;
};

extern uint64_t *user_data;	/* the page at UDATA, as the kernel maps it */
extern uint64_t user_root;	/* the frame of its level 4 table, pinned */

/* Once: a user root with this code at UCODE, and all ways back set. */
void space_make(const char *begin, const char *end);
/* A gate for vector that programs of this DPL and above may use. */
void space_set_trap(uint8_t vector, uint8_t dpl);

struct back space_enter(uint64_t rip, uint64_t cs, uint64_t flags,
			uint64_t rax, uint64_t rbx);

#endif
