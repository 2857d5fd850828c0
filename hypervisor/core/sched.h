/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who runs: weighted virtual time with a slice of at most 10 ms; a vCPU that
 * wakes runs ahead of those that never sleep.  Lock: one per CPU's run queue.
 */
#ifndef CORE_SCHED_H
#define CORE_SCHED_H

#include "lib/types.h"

struct vcpu;
struct domain;

#define SCHED_SLICE_NS	10000000UL

void sched_init_vcpu(struct vcpu *v);
void sched_remove_vcpu(struct vcpu *v);

void sched_wake(struct vcpu *v);		/* blocked -> runnable */
void sched_block_current(void);			/* until a deliverable event */
void sched_yield_current(void);
/*
 * dom0 pays for its time, and so do those it works for.  sched_served(): all
 * it did until now, since it last said so, was for v.  sched_other_work(): it
 * was for nobody (another program goes on).
 */
void sched_served(struct vcpu *v);
void sched_other_work(void);
/* Set or clear a PAUSE_ bit; a running vCPU is kicked off its CPU. */
void sched_pause(struct vcpu *v, unsigned int why);
void sched_unpause(struct vcpu *v, unsigned int why);
/* True once v's state has left every CPU. */
bool sched_is_off(const struct vcpu *v);

/* This CPU should choose again before it returns to a guest. */
bool sched_wanted(void);
void sched_want(unsigned int cpu);
/* The vCPU to run now on this CPU; NULL: idle.  Accounts time. */
struct vcpu *sched_pick(void);
/* Time in public states, up to now: fills state_ns[4]. */
void sched_account(struct vcpu *v, uint64_t state_ns[4]);

#endif
