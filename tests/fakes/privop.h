/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest about to execute one instruction, for tests of privileged ones and
 * of ports: code at its rip, trap handlers, a kernel's or a program's mode;
 * and what the emulation asks of parts that are not under test (the CPU's own
 * CPUID, the clock, PCI's permissions).
 */
#ifndef FAKES_PRIVOP_H
#define FAKES_PRIVOP_H

#include "fakes/cpu.h"

#define TEXT	(FAKE_KERNEL_VA + 0x100)
#define UTEXT	(FAKE_USER_VA + 0x100)
#define HANDLER	0xffffffff81000000UL	/* of trap n: HANDLER + n * 16 */

/* May a configuration register be written? */
extern bool fake_config_ok;

/* fake_vcpu() at TEXT, with a handler for each fault; fake_cpu.regs. */
struct vcpu *fake_kernel(void);
/* The same, in a program at UTEXT. */
void fake_user(void);

/* Places code at rip and takes the #GP; what privop_emulate() says. */
#define RUN(...)	fake_run_code((const uint8_t[]){ __VA_ARGS__ }, \
				      sizeof((const uint8_t[]){ __VA_ARGS__ }))
bool fake_run_code(const uint8_t *code, size_t bytes);

#endif
