/* SPDX-License-Identifier: MIT */
/*
 * More than one vCPU: each runs one function on a stack of its own, and waits
 * for its own events.
 */
#ifndef GUEST_SMP_H
#define GUEST_SMP_H

#include <stdbool.h>
#include <stdint.h>

#define VCPUS_MAX	8U		/* this library's limit */

/* Which vCPU runs this. */
unsigned int vcpu_id(void);
/* How many this domain has, at most VCPUS_MAX. */
unsigned int vcpu_count(void);
/*
 * Starts vCPU id (1 or more) with fn(arg), traps and upcalls taken. When fn
 * returns the vCPU goes down, and may be started again.
 * -XY_ENOENT: no such vCPU; -XY_EBUSY: it runs.
 */
long vcpu_start(unsigned int id, void (*fn)(void *arg), void *arg);
bool vcpu_is_up(unsigned int id);

#endif
