/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System time, wall clock, and the guests' views of both.
 *
 * System time is in ns since the hypervisor started.  It is computed from
 * the TSC with one scale for all CPUs: ns = ((tsc - base) * mul) >> 32 after
 * a shift, the same arithmetic the guests use.
 */
#ifndef CORE_TIME_H
#define CORE_TIME_H

#include "core/vcpu.h"
#include "lib/types.h"

struct time_scale {
	uint32_t mul;		/* 32.32 fraction: ns per shifted tick */
	int8_t shift;		/* left when positive */
};

/* Boot: TSC frequency in kHz, TSC value at system time 0. */
void time_init(uint64_t tsc_khz, uint64_t tsc_at_zero);
struct time_scale time_scale_for_khz(uint64_t khz);
uint64_t time_scale_apply(struct time_scale s, uint64_t ticks);
uint64_t time_tsc_khz(void);
uint64_t time_now_ns(void);	/* from the TSC; arch_now_ns() of the seam */

/* Publishes the time record in v's vcpu_info; v is loaded here. */
void time_update_vcpu(struct vcpu *v);

/* Wall clock (seconds and ns since 1970, UTC) at system time 0. */
void time_set_wall(uint64_t sec, uint32_t nsec);
void time_publish_wall(struct domain *d);

#endif
