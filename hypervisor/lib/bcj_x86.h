/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The x86 filter of .xz: packers turn the relative target of each call and
 * jump (opcodes E8, E9) into an absolute one, which repeats more often.
 */
#ifndef LIB_BCJ_X86_H
#define LIB_BCJ_X86_H

#include "lib/types.h"

/* Undoes the filter in place; data[0] stands for address `start`. */
void bcj_x86_decode(uint8_t *data, size_t size, uint32_t start);

#endif
