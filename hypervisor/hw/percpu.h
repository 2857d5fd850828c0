/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each CPU owns, found from the stack pointer: struct percpu is the CPU's
 * block (layout.h), aligned to its size.
 */
#ifndef HW_PERCPU_H
#define HW_PERCPU_H

#include "core/vcpu.h"
#include "hw/layout.h"
#include "lib/types.h"

struct tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3, iomap_base;
} __attribute__((packed));

enum { IST_NMI = 1, IST_DF = 2, IST_MC = 3, IST_DB = 4 };

struct percpu {
	uint8_t below[CPU_STACK_TOP];	/* stacks and the GDT page: layout.h */
	unsigned int cpu;
	bool work;		/* exit path: something to do before a guest */
	struct vcpu *loaded;	/* whose state the CPU and its stack hold */
	bool running;		/* loaded is running, not just left behind */
	mfn_t root;		/* what this CPU has loaded in CR3 ... */
	struct joint *joint;	/* ... by way of this table, or NULL */
	unsigned int gdt_pages;	/* of a guest's, in the window */
	uint32_t last_flush;	/* flush clock of the last full flush */
	uint32_t ranks;		/* locks held: lib/lock.h */
	bool in_interrupt;
	bool in_panic;
	struct tss tss;
};

_Static_assert(sizeof(struct percpu) <= CPU_BLOCK_SIZE, "above the stack");

static inline struct percpu *percpu(void)
{
	uint64_t sp;

	/* The stack pointer names the block; it never leaves it. */
	asm("mov %%rsp, %0" : "=r"(sp));
	return (struct percpu *)(sp & ~(uint64_t)(CPU_BLOCK_SIZE - 1));
}

static inline void *percpu_block(struct percpu *p, unsigned int offset)
{
	return (char *)p + offset;
}

/* The block of another CPU; CPU 0's is in the image. */
struct percpu *percpu_of(unsigned int cpu);
void percpu_register(unsigned int cpu, struct percpu *p);

#endif
