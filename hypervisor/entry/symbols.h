/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The image's function names, generated from the first link (build.mk) and
 * put into the second; sorted by address.
 */
#ifndef ENTRY_SYMBOLS_H
#define ENTRY_SYMBOLS_H

#include "lib/types.h"

struct symbol {
	uint64_t addr;
	const char *name;
};

extern const struct symbol symbol_table[];
extern const uint64_t symbol_count;

#endif
