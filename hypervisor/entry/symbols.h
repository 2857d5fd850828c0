/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The image's function names as text, a line "address name" each, sorted by
 * address and ended by NULs.  The linked image is filled in by symbols.sh.
 */
#ifndef ENTRY_SYMBOLS_H
#define ENTRY_SYMBOLS_H

#include "lib/types.h"

#define SYMBOL_BYTES	0xa000

/*
 * The function that holds addr: its name into buf, the distance from its
 * start into *offset.  False: none, or the image carries no names.
 */
bool symbol_of(uint64_t addr, char *buf, size_t size, uint64_t *offset);

#endif
