// SPDX-License-Identifier: MIT
/*
 * Timers: a sorted list for each vCPU, and one shot of its timer.
 *
 * The hypervisor's timer only ends a sleep; what is due is found by the clock.
 * Its virtual interrupt is bound when first needed. A shot that comes too
 * early, since its timer was cancelled, costs a look at the list.
 */
#include "frontend-drivers/guest/timer.h"
#include "abi/vcpu.h"
#include "frontend-drivers/guest/call.h"
#include "frontend-drivers/guest/event.h"
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/smp.h"

static struct {
	struct timer *first;
	uint64_t armed_ns;	/* 0: not */
	uint32_t port;		/* 0: not bound */
} queues[VCPUS_MAX];

void timers_tick(uint32_t port, void *arg)
{
	(void)port;
	(void)arg;
	queues[vcpu_id()].armed_ns = 0;
}

void timer_set(struct timer *t, uint64_t at_ns)
{
	struct timer **at = &queues[vcpu_id()].first;

	timer_cancel(t);
	while (*at && (*at)->at_ns <= at_ns)
		at = &(*at)->next;
	t->at_ns = at_ns;
	t->next = *at;
	t->set = true;
	*at = t;
}

void timer_cancel(struct timer *t)
{
	struct timer **at = &queues[vcpu_id()].first;

	if (!t->set)
		return;
	while (*at && *at != t)
		at = &(*at)->next;
	if (!*at)
		guest_die("a timer of another vCPU");
	*at = t->next;
	t->set = false;
}

bool timers_run(void)
{
	struct timer *t = queues[vcpu_id()].first;
	uint64_t now;

	if (!t)
		return false;
	now = now_ns();
	if (t->at_ns > now)
		return false;
	while ((t = queues[vcpu_id()].first) && t->at_ns <= now) {
		timer_cancel(t);
		t->fn(t->arg);
	}
	return true;
}

void timers_arm(uint64_t ns)
{
	unsigned int me = vcpu_id();
	struct timer *t = queues[me].first;
	struct xy_vcpu_set_singleshot_timer shot = { .timeout_abs_ns = ns };

	if (t && t->at_ns < ns)
		shot.timeout_abs_ns = t->at_ns;
	if (shot.timeout_abs_ns == UINT64_MAX ||
	    (queues[me].armed_ns != 0 &&
	     queues[me].armed_ns <= shot.timeout_abs_ns))
		return;
	if (queues[me].port == 0 &&
	    (event_bind_virq(XY_VIRQ_TIMER, me, &queues[me].port) ||
	     event_handle(queues[me].port, timers_tick,
			  NULL)))
		guest_die("no timer");
	if (call3(XY_HYPERVISOR_vcpu_op, XY_VCPUOP_set_singleshot_timer, me,
		  &shot))
		guest_die("the timer is refused");
	queues[me].armed_ns = shot.timeout_abs_ns;
}
