/* SPDX-License-Identifier: MIT */
/*
 * Time, in nanoseconds since the hypervisor started.
 */
#ifndef GUEST_TIME_H
#define GUEST_TIME_H

#include <stdint.h>

static inline uint64_t tsc(void)
{
	uint32_t lo, hi;

	/* The fence: no load before it may see a later count. */
	asm volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi));
	return (uint64_t)hi << 32 | lo;
}

uint64_t now_ns(void);
uint64_t tsc_ns(uint64_t ticks);	/* of tsc() */
void wait_ns(uint64_t ns);	/* busy */

#endif
