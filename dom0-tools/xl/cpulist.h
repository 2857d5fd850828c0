/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets of CPUs as people write them: "all", "0-3,^2", "5". */
#ifndef DOM0_TOOLS_XL_CPULIST_H
#define DOM0_TOOLS_XL_CPULIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CPULIST_TEXT 256

/* False: no set, or a CPU above 63. Words are taken from left to right. */
bool cpulist_parse(const char *text, uint64_t *cpus);

/* "all" when every CPU of online is in it; "-" for none. */
void cpulist_format(uint64_t cpus, uint64_t online, char text[CPULIST_TEXT]);

#endif
