/* SPDX-License-Identifier: MIT */
/*
 * What event.c needs of timer.c.
 */
#ifndef GUEST_TIMER_H
#define GUEST_TIMER_H

#include <stdbool.h>
#include <stdint.h>

/* Runs this vCPU's timers that are due; false: there were none. */
bool timers_run(void);
/* The handler of the timer's port: what counts is the timer that is due. */
void timers_tick(uint32_t port, void *arg);
/* Wakes this vCPU at its first timer, but not later than ns. */
void timers_arm(uint64_t ns);

#endif
