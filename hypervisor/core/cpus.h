/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CPUs that run guests, as a set: bit n is CPU n.
 */
#ifndef CORE_CPUS_H
#define CORE_CPUS_H

#include "lib/types.h"

uint64_t cpus_online(void);
unsigned int cpus_count(void);
/* A CPU is ready to run guests; the boot CPU always was. */
void cpus_add(unsigned int cpu);

#endif
