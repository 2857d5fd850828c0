/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One-shot timers in system time (ns since boot), kept in a heap per CPU.
 * Callbacks run in the exit path with interrupts off, no lock held, and may
 * arm timers.
 */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include "lib/types.h"

struct timer {
	uint64_t expires_ns;
	void (*fn)(struct timer *t);
	unsigned int cpu;
	unsigned int slot;	/* place in the heap, 0: not armed */
};

/*
 * Room for `count` more timers to be armed at a time; -XY_ENOMEM.  Given back
 * by their owner's end.
 */
int timer_reserve(unsigned int count) must_check;
void timer_unreserve(unsigned int count);

void timer_init(struct timer *t, void (*fn)(struct timer *t));
void timer_arm(struct timer *t, uint64_t expires_ns);
void timer_stop(struct timer *t);
static inline bool timer_armed(const struct timer *t) { return t->slot != 0; }

/* Runs what is due on this CPU and programs the hardware for the rest. */
void timer_run_due(void);
/* How many there are, and the latest of those that ran since the last time. */
void timer_log(void);

#endif
