/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine's memory map as found at boot, constant from then on.
 */
#ifndef CORE_E820_H
#define CORE_E820_H

#include "abi/memory.h"
#include "lib/types.h"

#define E820_MAX	128
#define E820_RAM	XY_E820_RAM

/* Takes the firmware's list: sorts it, and cuts RAM where others overlap. */
void e820_set(const struct xy_e820_entry *raw, unsigned int n);

/* Sorted by address, not overlapping; *n entries. */
const struct xy_e820_entry *machine_e820(unsigned int *n);

/* Some byte of this frame lies in an entry of the type. */
bool e820_frame_has(uint64_t frame, uint32_t type);
/* The frame number after the last one of RAM. */
uint64_t e820_ram_end(void);

#endif
