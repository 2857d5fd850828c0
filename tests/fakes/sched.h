/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scheduler, the timers and the physical interrupts as event channels see
 * them: who was woken, whose timer was stopped, what is bound.
 */
#ifndef FAKES_SCHED_H
#define FAKES_SCHED_H

#include "core/dom.h"

#define FAKE_PIRQS	8

struct fake_sched {
	unsigned int wakes, stops;
	struct vcpu *woken;		/* the last one */
	unsigned int served;
	struct vcpu *worked_for;	/* sched_served(): the last one */
	uint32_t pirq_port[FAKE_PIRQS];	/* 0: not bound */
	unsigned int still_on;		/* sched_is_off says no this often */
};

extern struct fake_sched fake_sched;

#endif
