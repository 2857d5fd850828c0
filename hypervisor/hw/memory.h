/* SPDX-License-Identifier: GPL-2.0-only */
/* How block moves (lib/string.h) are best done by this processor. */
#ifndef HW_MEMORY_H
#define HW_MEMORY_H

#include "lib/types.h"

/* What 4 KiB took each way, in ticks of the TSC, when it was chosen. */
struct memory_choice {
	uint64_t strings;
	uint64_t registers;
	bool by_registers;
};

extern struct memory_choice memory_choice;

/* Times both ways, once; until then it is string instructions. */
void memory_choose(void);

#endif
