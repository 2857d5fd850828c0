/* SPDX-License-Identifier: MIT */
/*
 * A lock for a few words of work between vCPUs.  Whoever finds it taken gives
 * his CPU away: its holder may not be running.
 */
#ifndef GUEST_SPIN_H
#define GUEST_SPIN_H

#include "abi/sched.h"
#include "frontend-drivers/guest/call.h"

struct spin {
	bool taken;
};

static inline void spin_lock(struct spin *s)
{
	while (__atomic_test_and_set(&s->taken, __ATOMIC_ACQUIRE))
		call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_yield, 0);
}

static inline void spin_unlock(struct spin *s)
{
	__atomic_clear(&s->taken, __ATOMIC_RELEASE);
}

#endif
