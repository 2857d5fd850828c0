// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/sched.h, timer_stop() and the binding side of core/pirq.h on the host:
 * see fakes/sched.h.  A blocked vCPU that is woken is runnable, no more.
 */
#include "fakes/sched.h"
#include "abi/errno.h"
#include "core/pirq.h"
#include "core/sched.h"
#include "core/timer.h"

struct fake_sched fake_sched;

void sched_wake(struct vcpu *v)
{
	fake_sched.wakes++;
	fake_sched.woken = v;
	if (v->state == VCPU_BLOCKED)
		v->state = VCPU_RUNNABLE;
}

void sched_served(struct vcpu *v)
{
	fake_sched.served++;
	fake_sched.worked_for = v;
}

bool sched_is_off(const struct vcpu *v)
{
	(void)v;
	if (fake_sched.still_on == 0)
		return true;
	fake_sched.still_on--;
	return false;
}

void sched_account(struct vcpu *v, uint64_t state_ns[4])
{
	for (unsigned int i = 0; i < 4; i++)
		state_ns[i] = v->state_ns[i];
}

void timer_stop(struct timer *t)
{
	t->slot = 0;
	fake_sched.stops++;
}

int pirq_bind(struct domain *d, uint32_t pirq, uint32_t flags, uint32_t port)
{
	(void)d;
	(void)flags;
	if (pirq >= FAKE_PIRQS)
		return -XY_EINVAL;
	if (fake_sched.pirq_port[pirq])
		return -XY_EBUSY;
	fake_sched.pirq_port[pirq] = port;
	return 0;
}

void pirq_unbind(struct domain *d, uint32_t pirq)
{
	(void)d;
	fake_sched.pirq_port[pirq] = 0;
}
