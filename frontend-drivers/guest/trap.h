/* SPDX-License-Identifier: MIT */
/*
 * Traps: those that are handled, those that are expected, and event upcalls.
 */
#ifndef GUEST_TRAP_H
#define GUEST_TRAP_H

#include <stdbool.h>
#include <stdint.h>

struct guest_frame {			/* as start.S builds it */
	uint64_t rbp, rbx, r10, r9, r8, rdi, rsi, rdx, rax;
	uint64_t vector, rcx, r11, error, rip, cs, rflags, rsp, ss;
};

struct guest_fault {
	bool happened;
	unsigned int vector;
	uint64_t error, rip, cr2, cs;
};

struct xy_vcpu_guest_context;

/* Registers all stubs; before it any trap ends the guest. */
void trap_init(void);
/* The same for another vCPU, in the state it starts with. */
void trap_context(struct xy_vcpu_guest_context *c);
/* fn(arg), and what it trapped with, if it did; the trap ends it. vCPU 0. */
struct guest_fault probe(void (*fn)(void *), void *arg);
/* Handlers by vector; they may change the frame. NULL: not wanted. */
extern void (*guest_handler[256])(struct guest_frame *f);
extern volatile unsigned long guest_events;	/* upcalls so far */
/* Called for each event upcall, pending bit of the vCPU cleared before. */
extern void (*guest_on_event)(void);

#endif
