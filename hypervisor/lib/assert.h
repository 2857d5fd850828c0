/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CHECK(): a statement about ourselves.  It is always compiled in, and no
 * guest input may ever make it false; when it is false, we are wrong and the
 * machine stops with registers, stack and place (entry/panic.c, or an abort
 * in host tests).
 */
#ifndef LIB_ASSERT_H
#define LIB_ASSERT_H

#include "lib/types.h"

__attribute__((noreturn)) void panic(const char *fmt, ...) printf_like(1, 2);

#define CHECK(cond)							\
	do {								\
		if (__builtin_expect(!(cond), 0))			\
			panic("CHECK(%s) failed at %s:%d", #cond,	\
			      __FILE__, __LINE__);			\
	} while (0)

/* Debug checks are always compiled, and dropped by the optimiser. */
#ifndef DEBUG
#define DEBUG 0
#endif

#endif
