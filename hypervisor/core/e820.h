/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine's memory map as found at boot, constant from then on.
 */
#ifndef CORE_E820_H
#define CORE_E820_H

#include "abi/memory.h"

/* Sorted by address, not overlapping; *n entries. */
const struct xy_e820_entry *machine_e820(unsigned int *n);

#endif
