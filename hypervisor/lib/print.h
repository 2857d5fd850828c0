/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formatting: %d %i %u %x %X %p %s %c %%, flags 0 and -, width, precision on
 * %s, lengths hh h l ll z.  Writes at most size bytes including the NUL and
 * returns the length the whole text would have had, as snprintf does.
 */
#ifndef LIB_PRINT_H
#define LIB_PRINT_H

#include <stdarg.h>
#include "lib/types.h"

int print_to(char *buf, size_t size, const char *fmt, ...) printf_like(3, 4);
int vprint_to(char *buf, size_t size, const char *fmt, va_list ap);

#endif
