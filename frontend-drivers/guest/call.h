/* SPDX-License-Identifier: MIT */
/*
 * Hypercalls, and the few numbers that all files share.
 *
 * Every call returns what the hypervisor answered: 0 or more, or a negative
 * XY_E number.  Structures are read and written through pointers that are
 * mapped in the guest.
 */
#ifndef GUEST_CALL_H
#define GUEST_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "abi/errno.h"
#include "abi/hypercall.h"

#define PAGE		4096UL
#define VIRT_BASE	0xffffffff80000000UL

static inline long call5(unsigned long nr, unsigned long a, unsigned long b,
			 unsigned long c, unsigned long d, unsigned long e)
{
	register unsigned long r10 asm("r10") = d;
	register unsigned long r8 asm("r8") = e;
	long ret;

	/* The PV call convention: SYSCALL loses rcx and r11. */
	asm volatile("syscall" : "=a"(ret), "+D"(a), "+S"(b), "+d"(c),
		     "+r"(r10), "+r"(r8) : "0"(nr)
		     : "rcx", "r11", "r9", "memory");
	return ret;
}

#define A(x) ((unsigned long)(x))
#define call0(nr)		call5(nr, 0, 0, 0, 0, 0)
#define call1(nr, a)		call5(nr, A(a), 0, 0, 0, 0)
#define call2(nr, a, b)		call5(nr, A(a), A(b), 0, 0, 0)
#define call3(nr, a, b, c)	call5(nr, A(a), A(b), A(c), 0, 0)
#define call4(nr, a, b, c, d)	call5(nr, A(a), A(b), A(c), A(d), 0)

#endif
