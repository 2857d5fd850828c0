// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a guest sees of its ports, and who wakes: one scene a rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/arch.h"
#include "fakes/sched.h"
#include "abi/errno.h"
#include "core/evtchn.h"
#include "evtchn_pair.h"

static void a_signal_goes_step_by_step(void **state)
{
	uint32_t pa, pb;

	(void)state;
	fake_join(a, b, &pa, &pb);
	b0->state = VCPU_BLOCKED;
	fake_sched.wakes = 0;
	assert_int_equal(evtchn_send(a, pa), 0);
	assert_true(fake_pending(b, pb));
	assert_int_equal(b0->info->evtchn_pending_sel, 1UL << pb / 64);
	assert_int_equal(b0->info->evtchn_upcall_pending, 1);
	assert_int_equal(b0->state, VCPU_RUNNABLE);
	assert_int_equal(fake_sched.wakes, 1);
	assert_int_equal(evtchn_send(a, pa), 0);
	assert_int_equal(fake_sched.wakes, 1);
	/* Another word of the selector, same upcall: no second wake. */
	b->shared->evtchn_pending[0] = 0;
	b0->info->evtchn_pending_sel = 0;
	assert_int_equal(evtchn_send(a, pa), 0);
	assert_int_equal(b0->info->evtchn_pending_sel, 1UL << pb / 64);
	assert_int_equal(fake_sched.wakes, 1);
}

static void masked_waits_for_unmask(void **state)
{
	uint32_t pa, pb;

	(void)state;
	fake_join(a, b, &pa, &pb);
	fake_mask(b, pb, true);
	assert_int_equal(evtchn_send(a, pa), 0);
	assert_true(fake_pending(b, pb));
	assert_int_equal(b0->info->evtchn_pending_sel, 0);
	assert_int_equal(b0->info->evtchn_upcall_pending, 0);
	assert_int_equal(evtchn_unmask(b, pb), 0);
	assert_int_equal(b0->info->evtchn_pending_sel, 1UL << pb / 64);
	assert_int_equal(b0->info->evtchn_upcall_pending, 1);
	/* It was not masked: nothing more to tell. */
	fake_take_upcall(b0);
	assert_int_equal(evtchn_unmask(b, pb), 0);
	assert_int_equal(b0->info->evtchn_upcall_pending, 0);
	assert_int_equal(evtchn_unmask(b, 0), -XY_EINVAL);
	assert_int_equal(evtchn_unmask(b, FAKE_PORTS + 1), -XY_EINVAL);
}

static void poll_for(struct vcpu *v, int port)
{
	v->state = VCPU_BLOCKED;
	v->polling = true;
	v->poll_port = port;
}

static void pollers_wake_masked_or_not(void **state)
{
	uint32_t pa, pb, qa, qb;

	(void)state;
	fake_join(a, b, &pa, &pb);
	fake_join(a, b, &qa, &qb);
	fake_mask(b, pb, true);
	fake_mask(b, qb, true);
	poll_for(b1, (int)pb);
	assert_int_equal(evtchn_send(a, qa), 0);
	assert_true(b1->polling);
	assert_int_equal(b1->state, VCPU_BLOCKED);
	assert_int_equal(evtchn_send(a, pa), 0);
	assert_false(b1->polling);
	assert_int_equal(b1->state, VCPU_RUNNABLE);
	assert_int_equal(fake_sched.stops, 1);
	assert_int_equal(b1->info->evtchn_upcall_pending, 0);
	poll_for(b1, -1);
	b->shared->evtchn_pending[0] = 0;
	assert_int_equal(evtchn_send(a, qa), 0);
	assert_int_equal(b1->state, VCPU_RUNNABLE);
	/* An event of its own ends a wait for something else. */
	poll_for(b0, (int)pb);
	fake_mask(b, qb, false);
	b->shared->evtchn_pending[0] = 0;
	assert_int_equal(evtchn_send(a, qa), 0);
	assert_false(b0->polling);
	assert_true(evtchn_is_pending(b, qb));
	assert_false(evtchn_is_pending(b, pb));
	assert_true(evtchn_is_pending(b, FAKE_PORTS + 1));
}

/* A domain whose vCPUs are not made yet keeps the bit for later. */
static void told_before_it_lives(void **state)
{
	uint32_t pa, pb;

	(void)state;
	fake_join(a, b, &pa, &pb);
	b->vcpus[0] = NULL;
	assert_int_equal(evtchn_send(a, pa), 0);
	assert_true(fake_pending(b, pb));
	assert_int_equal(evtchn_unmask(b, pb), 0);
	evtchn_send_virq(b, XY_VIRQ_CONSOLE);
	b->vcpus[0] = b0;
}

/* A guest that scribbles over its words is only deaf. */
static void hostile_words(void **state)
{
	uint32_t pa, pb;

	(void)state;
	fake_join(a, b, &pa, &pb);
	memset(b->shared, 0xff, PAGE_SIZE);
	assert_int_equal(evtchn_send(a, pa), 0);
	assert_int_equal(evtchn_unmask(b, pb), 0);
	assert_int_equal(evtchn_close(b, pb), 0);
	memset(b->shared, 0, PAGE_SIZE);
}

static void only_other_cpus_are_kicked(void **state)
{
	uint32_t ipi;

	(void)state;
	fake.cpu[0].current = a0;
	a1->cpu = 1;
	assert_int_equal(evtchn_bind_ipi(a, 0, &ipi), 0);
	assert_int_equal(evtchn_send(a, ipi), 0);
	assert_int_equal(fake.cpu[0].kicks, 0);
	assert_int_equal(evtchn_bind_ipi(a, 1, &ipi), 0);
	assert_int_equal(evtchn_send(a, ipi), 0);
	assert_int_equal(fake.cpu[1].kicks, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_signal_goes_step_by_step), T(masked_waits_for_unmask),
		T(pollers_wake_masked_or_not), T(told_before_it_lives),
		T(hostile_words), T(only_other_cpus_are_kicked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
