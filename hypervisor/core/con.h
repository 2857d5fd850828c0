/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's console: a log ring that `xl dmesg` reads and the serial
 * line.  con_log() is for messages about the machine, dom_log() (core/dom.h)
 * for messages that a guest can provoke: those are rate limited per domain.
 */
#ifndef CORE_CON_H
#define CORE_CON_H

#include <stdarg.h>
#include "lib/types.h"

void con_log(const char *fmt, ...) printf_like(1, 2);
void con_vlog(const char *fmt, va_list ap);

/* Raw bytes, from dom0's console_io write: serial only and the ring. */
void con_write(const char *text, size_t bytes);

/*
 * Copies log text from ring position *index on into buf; returns the bytes
 * copied and moves *index past them.  A position too old starts at the oldest
 * text still there.
 */
size_t con_read_ring(uint64_t *index, char *buf, size_t bytes);
void con_clear_ring(void);

/* Input bytes from the serial line, called by the UART's interrupt. */
void con_input(char c);
/* Takes bytes that wait for dom0; returns how many. */
size_t con_read_input(char *buf, size_t bytes);

#endif
