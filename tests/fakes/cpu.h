/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A processor and a little guest memory for tests of the CPU side: bouncing,
 * privileged instructions, registers.  Page tables are not modelled: a page
 * of guest memory is there or not, writable or not, and the kernel's pages
 * are there only while a kernel root is loaded.  (tests/fakes/arch.c and
 * guest.c are the full machine.)
 */
#ifndef FAKES_CPU_H
#define FAKES_CPU_H

#include "core/dom.h"
#include "core/vcpu.h"

#define FAKE_PAGES	8
#define FAKE_KERNEL_VA	0xffffc90000000000UL	/* FAKE_PAGES pages */
#define FAKE_USER_VA	0x400000UL		/* FAKE_PAGES pages */

struct fake_page {
	bool absent, read_only;
};

struct fake_access {		/* one port access that reached the machine */
	bool out;
	uint16_t port;
	uint8_t bytes;
	uint32_t value;
};

struct fake_cpu {
	struct vcpu *current;
	struct regs regs;
	uint64_t fs_base, gs_base, gs_shadow;
	bool kernel_root;
	unsigned int root_loads, swapgs, control_changes, debug_loads;
	unsigned int gdt_loads, cache_flushes;
	uint16_t user_gs;
	uint64_t cr0, cr4, xcr0, tsc;
	struct fake_page kernel[FAKE_PAGES], user[FAKE_PAGES];
	unsigned int guest_writes;
	struct fake_access io[16];
	unsigned int n_io;
	uint32_t port_value;		/* what all ports read as */
	bool msr_exists;		/* reads work, as 0x1234 */
	uint64_t msr_written;
	unsigned int crashes;
	char crash[160];
};

extern struct fake_cpu fake_cpu;

/* Machine, domain and vCPU in kernel mode, always the same, made fresh. */
struct vcpu *fake_vcpu(void);
/* Guest memory behind va, whatever the access rights. */
void *fake_mem(uint64_t va);
uint64_t fake_word(uint64_t va);

#endif
