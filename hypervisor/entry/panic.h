/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The end: what is known, on the serial line, then a halt or a reboot.
 */
#ifndef ENTRY_PANIC_H
#define ENTRY_PANIC_H

#include "core/vcpu.h"
#include "lib/assert.h"

__attribute__((noreturn)) void panic_regs(const struct regs *r,
					  const char *fmt, ...)
	printf_like(2, 3);

/* "noreboot" on the command line: halt instead of rebooting. */
void panic_set_reboot(bool reboot);
/* Logs a register block and the hypervisor's return addresses. */
void log_regs(const struct regs *r);
void log_backtrace(uint64_t rbp);

#endif
