/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The set of CPUs that run guests.
 *
 * Changed by a CPU that starts, read by anybody: one atomic word.  CPU 0 runs
 * this code, so it is in the set from the first day.
 */
#include "core/cpus.h"
#include "core/arch.h"
#include "lib/assert.h"

static uint64_t online = 1;		/* [atomic] */

uint64_t cpus_online(void)
{
	return __atomic_load_n(&online, __ATOMIC_ACQUIRE);
}

unsigned int cpus_count(void)
{
	unsigned int n = 0;

	for (uint64_t set = cpus_online(); set; set &= set - 1)
		n++;
	return n;
}

void cpus_add(unsigned int cpu)
{
	CHECK(cpu < MAX_CPUS);
	__atomic_or_fetch(&online, 1UL << cpu, __ATOMIC_ACQ_REL);
}
