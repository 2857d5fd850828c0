/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of CPUs or nodes as the tools carry them: bit n is bit n % 8 of byte
 * n / 8.  Ours have 64 bits at most.
 */
#ifndef CALL_BITMAP_H
#define CALL_BITMAP_H

#include "abi/control.h"
#include "lib/types.h"

/* Bits above the 64th are ignored. */
int bitmap_read(uint64_t *bits, const struct xy_xenctl_bitmap *from)
	must_check;
/* As many bits as the tools have room for, the rest of the room zero. */
int bitmap_write(const struct xy_xenctl_bitmap *to, uint64_t bits) must_check;

#endif
