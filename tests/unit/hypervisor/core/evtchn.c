// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event channels, their ports' life: one scene a rule.  What the guest sees of
 * a signal: evtchn_2l.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "fakes/sched.h"
#include "abi/errno.h"
#include "core/evtchn.h"
#include "evtchn_pair.h"

static uint32_t state_of(struct domain *d, uint32_t port)
{
	struct xy_evtchn_status s = { .port = port };

	assert_int_equal(evtchn_status(d, &s), 0);
	return s.status;
}

static uint32_t unbound(struct domain *d, struct domain *who)
{
	uint32_t port;

	assert_int_equal(evtchn_alloc_unbound(d, who->id, &port), 0);
	return port;
}

static void who_is_told_by_dom0_was_served(void **state)
{
	uint32_t pa, pb;

	(void)state;
	fake_join(a, b, &pa, &pb);
	assert_int_equal(evtchn_bind_vcpu(b, pb, 1), 0);
	assert_int_equal(evtchn_send(a, pa), 0);
	assert_int_equal(fake_sched.served, 0);
	a->privileged = true;
	assert_int_equal(evtchn_send(a, pa), 0);
	assert_int_equal(evtchn_send(b, pb), 0);
	assert_int_equal(fake_sched.served, 1);
	assert_ptr_equal(fake_sched.worked_for, b->vcpus[1]);
}

static void lowest_free_port(void **state)
{
	uint32_t port;

	(void)state;
	for (uint32_t i = 1; i <= FAKE_PORTS; i++)
		assert_int_equal(unbound(a, b), i);
	assert_int_equal(evtchn_alloc_unbound(a, 2, &port), -XY_ENOSPC);
	assert_int_equal(evtchn_bind_ipi(a, 0, &port), -XY_ENOSPC);
	assert_int_equal(evtchn_close(a, 70), 0);
	assert_int_equal(evtchn_close(a, 7), 0);
	assert_int_equal(unbound(a, b), 7);
	assert_int_equal(unbound(a, b), 70);
	assert_int_equal(evtchn_alloc_unbound(a, 2, &port), -XY_ENOSPC);
}

static void binding_marks_the_binder(void **state)
{
	uint32_t pa = unbound(a, b), pb, more;
	struct xy_evtchn_status s = { .port = pa };

	(void)state;
	assert_int_equal(evtchn_bind_interdomain(&fake_doms.dom[3], a, pa,
						 &more), -XY_EINVAL);
	assert_int_equal(evtchn_bind_interdomain(b, a, pa + 1, &more),
			 -XY_EINVAL);
	assert_int_equal(evtchn_bind_interdomain(b, a, 0, &more), -XY_EINVAL);
	assert_int_equal(evtchn_bind_interdomain(b, a, 1U << 31, &more),
			 -XY_EINVAL);
	assert_int_equal(evtchn_bind_interdomain(b, a, pa, &pb), 0);
	assert_true(fake_pending(b, pb));
	assert_false(fake_pending(a, pa));
	assert_int_equal(b0->info->evtchn_upcall_pending, 1);
	assert_int_equal(evtchn_status(a, &s), 0);
	assert_int_equal(s.status, XY_EVTCHNSTAT_interdomain);
	assert_int_equal(s.u.interdomain.dom, 2);
	assert_int_equal(s.u.interdomain.port, pb);
	assert_int_equal(evtchn_bind_interdomain(b, a, pa, &more),
			 -XY_EINVAL);
}

static void closing_leaves_the_peer_waiting(void **state)
{
	uint32_t pa, pb, again;

	(void)state;
	fake_join(a, b, &pa, &pb);
	assert_int_equal(evtchn_send(a, pa), 0);
	assert_int_equal(evtchn_close(b, pb), 0);
	assert_false(fake_pending(b, pb));
	assert_int_equal(state_of(a, pa), XY_EVTCHNSTAT_unbound);
	assert_int_equal(state_of(b, pb), XY_EVTCHNSTAT_closed);
	assert_int_equal(evtchn_close(b, pb), -XY_EINVAL);
	assert_int_equal(evtchn_send(a, pa), 0);
	assert_int_equal(evtchn_bind_interdomain(b, a, pa, &again), 0);
	/* And from the side with the lower id. */
	assert_int_equal(evtchn_close(a, pa), 0);
	assert_int_equal(state_of(b, again), XY_EVTCHNSTAT_unbound);
	assert_int_equal(evtchn_close(b, again), 0);
}

static void a_domain_talks_to_itself(void **state)
{
	uint32_t one = unbound(a, a), two;

	(void)state;
	assert_int_equal(evtchn_bind_interdomain(a, a, one, &two), 0);
	assert_int_not_equal(one, two);
	assert_int_equal(evtchn_send(a, two), 0);
	assert_true(fake_pending(a, one));
	assert_int_equal(evtchn_close(a, one), 0);
	assert_int_equal(state_of(a, two), XY_EVTCHNSTAT_unbound);
}

static void virqs(void **state)
{
	uint32_t t0, t1, c, more;

	(void)state;
	assert_int_equal(evtchn_bind_virq(a, XY_VIRQ_TIMER, 0, &t0), 0);
	assert_int_equal(evtchn_bind_virq(a, XY_VIRQ_TIMER, 1, &t1), 0);
	assert_int_equal(evtchn_bind_virq(a, XY_VIRQ_TIMER, 1, &more),
			 -XY_EEXIST);
	assert_int_equal(evtchn_bind_virq(a, XY_VIRQ_TIMER, 2, &more),
			 -XY_ENOENT);
	assert_int_equal(evtchn_bind_virq(a, XY_NR_VIRQS, 0, &more),
			 -XY_EINVAL);
	assert_int_equal(evtchn_bind_virq(a, XY_VIRQ_CONSOLE, 1, &more),
			 -XY_EINVAL);
	assert_int_equal(evtchn_bind_virq(a, XY_VIRQ_CONSOLE, 0, &c), 0);
	assert_int_equal(evtchn_bind_virq(a, XY_VIRQ_CONSOLE, 0, &more),
			 -XY_EEXIST);
	evtchn_send_vcpu_virq(a1, XY_VIRQ_TIMER);
	assert_true(fake_pending(a, t1));
	assert_false(fake_pending(a, t0));
	assert_int_equal(a1->info->evtchn_upcall_pending, 1);
	assert_int_equal(a0->info->evtchn_upcall_pending, 0);
	evtchn_send_virq(a, XY_VIRQ_CONSOLE);
	assert_true(fake_pending(a, c));
	assert_int_equal(evtchn_send(a, c), -XY_EINVAL);
	assert_int_equal(evtchn_bind_vcpu(a, t0, 1), -XY_EINVAL);
	assert_int_equal(evtchn_bind_vcpu(a, c, 1), 0);
	assert_int_equal(evtchn_close(a, c), 0);
	evtchn_send_virq(a, XY_VIRQ_CONSOLE);	/* nobody listens */
	assert_false(fake_pending(a, c));
	assert_int_equal(evtchn_bind_virq(a, XY_VIRQ_CONSOLE, 0, &c), 0);
}

static void ipis_and_targets(void **state)
{
	uint32_t ipi, pa, pb;

	(void)state;
	assert_int_equal(evtchn_bind_ipi(b, 2, &ipi), -XY_ENOENT);
	assert_int_equal(evtchn_bind_ipi(b, 1, &ipi), 0);
	assert_int_equal(state_of(b, ipi), XY_EVTCHNSTAT_ipi);
	assert_int_equal(evtchn_send(b, ipi), 0);
	assert_int_equal(b1->info->evtchn_upcall_pending, 1);
	assert_int_equal(evtchn_bind_vcpu(b, ipi, 0), -XY_EINVAL);
	fake_take_upcall(b1);
	fake_join(a, b, &pa, &pb);
	assert_int_equal(evtchn_bind_vcpu(b, pb, 7), -XY_ENOENT);
	assert_int_equal(evtchn_bind_vcpu(b, pb + 1, 1), -XY_EINVAL);
	assert_int_equal(evtchn_bind_vcpu(b, pb, 1), 0);
	assert_int_equal(evtchn_send(a, pa), 0);
	assert_int_equal(b1->info->evtchn_upcall_pending, 1);
	assert_int_equal(b0->info->evtchn_upcall_pending, 0);
}

static void physical_interrupts(void **state)
{
	struct xy_evtchn_status s = { 0 };
	uint32_t port, more;

	(void)state;
	assert_int_equal(evtchn_bind_pirq(a, 3, 0, &port), -XY_EPERM);
	a->pirqs = (struct pirq_table *)a;	/* only "there is one" */
	assert_int_equal(evtchn_bind_pirq(a, FAKE_PIRQS, 0, &port),
			 -XY_EINVAL);
	assert_int_equal(evtchn_bind_pirq(a, 3, 0, &port), 0);
	assert_int_equal(port, 1);	/* the refused one was given back */
	assert_int_equal(fake_sched.pirq_port[3], port);
	assert_int_equal(evtchn_bind_pirq(a, 3, 0, &more), -XY_EBUSY);
	s.port = port;
	assert_int_equal(evtchn_status(a, &s), 0);
	assert_int_equal(s.status, XY_EVTCHNSTAT_pirq);
	assert_int_equal(s.u.pirq, 3);
	evtchn_pirq_event(a, port);
	assert_true(fake_pending(a, port));
	assert_int_equal(evtchn_send(a, port), -XY_EINVAL);
	assert_int_equal(evtchn_close(a, port), 0);
	assert_int_equal(fake_sched.pirq_port[3], 0);
	evtchn_pirq_event(a, port);
	assert_false(fake_pending(a, port));
}

static void death_frees_the_others(void **state)
{
	uint32_t pa, pb, t, more;

	(void)state;
	fake_join(a, b, &pa, &pb);
	assert_int_equal(evtchn_bind_virq(b, XY_VIRQ_TIMER, 0, &t), 0);
	assert_int_equal(unbound(b, a), t + 1);
	assert_int_equal(evtchn_destroy(b), 0);
	assert_int_equal(state_of(a, pa), XY_EVTCHNSTAT_unbound);
	assert_int_equal(b0->virq_port[XY_VIRQ_TIMER], 0);
	assert_int_equal(evtchn_bind_interdomain(a, b, t + 1, &more),
			 -XY_EINVAL);
	assert_int_equal(evtchn_bind_interdomain(b, a, pa, &more),
			 -XY_EINVAL);
	assert_int_equal(state_of(a, pa), XY_EVTCHNSTAT_unbound);
	assert_int_equal(evtchn_send(a, pa), 0);
}

static void reset_closes_all(void **state)
{
	uint32_t pa, pb;

	(void)state;
	fake_join(a, b, &pa, &pb);
	assert_int_equal(unbound(a, b), pa + 1);
	assert_int_equal(evtchn_reset(a), 0);
	for (uint32_t n = 0; n <= FAKE_PORTS; n++)
		assert_int_equal(state_of(a, n), XY_EVTCHNSTAT_closed);
	assert_int_equal(state_of(b, pb), XY_EVTCHNSTAT_unbound);
	assert_int_equal(unbound(a, b), 1);
}

/* A table full of ports is closed in steps, by a guest and by its death. */
static void many_ports(void **state)
{
	struct domain *d = &fake_doms.dom[3];
	uint32_t port, peer;
	unsigned int steps;
	int rc;

	(void)state;
	evtchn_free(d);
	assert_int_equal(evtchn_create(d, EVTCHN_PORTS), 0);
	for (unsigned int round = 0; round < 2; round++) {
		while (evtchn_alloc_unbound(d, a->id, &port) == 0)
			;
		assert_int_equal(state_of(d, EVTCHN_PORTS - 1),
				 XY_EVTCHNSTAT_unbound);
		assert_int_equal(evtchn_bind_interdomain(a, d, 9, &peer), 0);
		steps = 0;
		do {
			rc = round ? evtchn_destroy(d) : evtchn_reset(d);
			steps++;
		} while (rc == -XY_ERESTART);
		assert_int_equal(rc, 0);
		assert_in_range(steps, 4, 16);
		for (uint32_t n = 1; n < EVTCHN_PORTS; n++)
			assert_int_equal(state_of(d, n),
					 XY_EVTCHNSTAT_closed);
		assert_int_equal(state_of(a, peer), XY_EVTCHNSTAT_unbound);
		assert_int_equal(evtchn_close(a, peer), 0);
	}
}

static void bad_ports(void **state)
{
	struct xy_evtchn_status s = { .port = FAKE_PORTS + 1 };

	(void)state;
	assert_int_equal(evtchn_status(a, &s), -XY_EINVAL);
	for (uint64_t n = 0; n < 40; n++) {
		uint32_t port = n < 32 ? 1U << n : ~0U - (uint32_t)n;

		assert_int_equal(evtchn_send(a, port), -XY_EINVAL);
		assert_int_equal(evtchn_close(a, port), -XY_EINVAL);
		assert_int_equal(evtchn_bind_vcpu(a, port, 0), -XY_EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(who_is_told_by_dom0_was_served),
		T(lowest_free_port), T(binding_marks_the_binder),
		T(closing_leaves_the_peer_waiting),
		T(a_domain_talks_to_itself), T(virqs), T(ipis_and_targets),
		T(physical_interrupts), T(death_frees_the_others),
		T(reset_closes_all), T(many_ports), T(bad_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
