// SPDX-License-Identifier: GPL-2.0-only
/*
 * event_channel_op as a guest calls it: rights, structures, bad pointers.
 * (What the ports do is in core/evtchn.c beside this.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/arch.h"
#include "fakes/evtchn.h"
#include "fakes/guest.h"
#include "fakes/sched.h"
#include "call/call.h"
#include "core/evtchn.h"

static int make(void **state)
{
	(void)state;
	memset(fake_arena, 0, sizeof(fake_arena));
	fake_read_only_to = 0;
	fake_ports_make(20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fake_ports_end();
	return 0;
}

static int64_t call_at(unsigned int by, uint64_t op, uint64_t at)
{
	struct call c = { .arg = { op, at } };

	return hc_event_channel_op(&fake_doms.vcpu[by][0], &c);
}

static int64_t call(unsigned int by, uint64_t op)
{
	return call_at(by, op, FAKE_ARENA_VA);
}

static void *arena(void)
{
	return fake_arena;
}

static void ports_for_others(void **state)
{
	struct xy_evtchn_alloc_unbound *a = arena();

	(void)state;
	/* dom0 makes a port in domain 2 for itself, as the builder does. */
	*a = (struct xy_evtchn_alloc_unbound){ 2, XY_DOMID_SELF, 0 };
	assert_int_equal(call(0, XY_EVTCHNOP_alloc_unbound), 0);
	assert_int_equal(a->port, 1);
	assert_int_equal(call(1, XY_EVTCHNOP_alloc_unbound), -XY_EPERM);
	a->dom = 99;
	assert_int_equal(call(0, XY_EVTCHNOP_alloc_unbound), -XY_ESRCH);
	a->dom = XY_DOMID_SELF;
	a->remote_dom = 3;
	assert_int_equal(call(1, XY_EVTCHNOP_alloc_unbound), 0);
	assert_int_equal(a->port, 1);
}

static void join_and_talk(void **state)
{
	struct xy_evtchn_alloc_unbound *a = arena();
	struct xy_evtchn_bind_interdomain *b = arena();
	struct xy_evtchn_status *s = arena();
	struct xy_evtchn_send *send = arena();
	uint32_t here;

	(void)state;
	*a = (struct xy_evtchn_alloc_unbound){ XY_DOMID_SELF, 2, 0 };
	assert_int_equal(call(1, XY_EVTCHNOP_alloc_unbound), 0);
	*b = (struct xy_evtchn_bind_interdomain){ 1, 1, 0 };
	assert_int_equal(call(3, XY_EVTCHNOP_bind_interdomain), -XY_EINVAL);
	assert_int_equal(call(2, XY_EVTCHNOP_bind_interdomain), 0);
	here = b->local_port;
	*b = (struct xy_evtchn_bind_interdomain){ 99, 1, 0 };
	assert_int_equal(call(2, XY_EVTCHNOP_bind_interdomain), -XY_ESRCH);
	send->port = here;
	assert_int_equal(call(2, XY_EVTCHNOP_send), 0);
	assert_true(evtchn_is_pending(&fake_doms.dom[1], 1));
	*s = (struct xy_evtchn_status){ .dom = 1, .port = 1 };
	assert_int_equal(call(2, XY_EVTCHNOP_status), -XY_EPERM);
	assert_int_equal(call(0, XY_EVTCHNOP_status), 0);
	assert_int_equal(s->status, XY_EVTCHNSTAT_interdomain);
	assert_int_equal(s->u.interdomain.dom, 2);
	send->port = here;
	assert_int_equal(call(2, XY_EVTCHNOP_close), 0);
	assert_int_equal(call(2, XY_EVTCHNOP_close), -XY_EINVAL);
	assert_int_equal(call(2, XY_EVTCHNOP_unmask), 0);
	send->port = 21;
	assert_int_equal(call(2, XY_EVTCHNOP_unmask), -XY_EINVAL);
}

static void bound_to_vcpus(void **state)
{
	struct xy_evtchn_bind_virq *q = arena();
	struct xy_evtchn_bind_ipi *i = arena();
	struct xy_evtchn_bind_vcpu *v = arena();
	struct xy_evtchn_bind_pirq *p = arena();

	(void)state;
	*q = (struct xy_evtchn_bind_virq){ XY_VIRQ_DOM_EXC, 0, 0 };
	assert_int_equal(call(1, XY_EVTCHNOP_bind_virq), 0);
	assert_int_equal(q->port, 1);
	assert_int_equal(call(1, XY_EVTCHNOP_bind_virq), -XY_EEXIST);
	*v = (struct xy_evtchn_bind_vcpu){ 1, 1 };
	assert_int_equal(call(1, XY_EVTCHNOP_bind_vcpu), 0);
	v->vcpu = 5;
	assert_int_equal(call(1, XY_EVTCHNOP_bind_vcpu), -XY_ENOENT);
	*i = (struct xy_evtchn_bind_ipi){ 1, 0 };
	assert_int_equal(call(1, XY_EVTCHNOP_bind_ipi), 0);
	assert_int_equal(i->port, 2);
	*p = (struct xy_evtchn_bind_pirq){ 4, 0, 0 };
	assert_int_equal(call(1, XY_EVTCHNOP_bind_pirq), -XY_EPERM);
}

static void resets(void **state)
{
	struct xy_evtchn_bind_ipi *i = arena();
	struct xy_evtchn_reset *r = arena();

	(void)state;
	*i = (struct xy_evtchn_bind_ipi){ 0, 0 };
	assert_int_equal(call(1, XY_EVTCHNOP_bind_ipi), 0);
	r->dom = 1;
	assert_int_equal(call(2, XY_EVTCHNOP_reset), -XY_EPERM);
	assert_int_equal(call(0, XY_EVTCHNOP_reset), 0);
	assert_int_equal(evtchn_send(&fake_doms.dom[1], 1), -XY_EINVAL);
	r->dom = XY_DOMID_SELF;
	assert_int_equal(call(2, XY_EVTCHNOP_reset), 0);
}

static void the_answer_cannot_be_written(void **state)
{
	struct xy_evtchn_alloc_unbound *a = arena();

	(void)state;
	*a = (struct xy_evtchn_alloc_unbound){ XY_DOMID_SELF, 2, 0 };
	fake_read_only_to = 4096;
	assert_int_equal(call(1, XY_EVTCHNOP_alloc_unbound), -XY_EFAULT);
	memset(a, 0, sizeof(*a));
	assert_int_equal(call(1, XY_EVTCHNOP_bind_ipi), -XY_EFAULT);
	fake_read_only_to = 0;
	/* Neither left a port behind. */
	*a = (struct xy_evtchn_alloc_unbound){ XY_DOMID_SELF, 2, 0 };
	assert_int_equal(call(1, XY_EVTCHNOP_alloc_unbound), 0);
	assert_int_equal(a->port, 1);
}

static void bad_calls(void **state)
{
	(void)state;
	for (uint64_t op = 0; op <= XY_EVTCHNOP_reset; op++) {
		assert_int_equal(call_at(1, op, HV_VA_START), -XY_EFAULT);
		assert_int_equal(call_at(1, op, ~0UL - 1), -XY_EFAULT);
		assert_int_equal(call_at(1, op, 0), -XY_EFAULT);
	}
	for (uint64_t op = XY_EVTCHNOP_init_control; op < 40; op++)
		assert_int_equal(call(1, op), -XY_ENOSYS);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(ports_for_others), T(join_and_talk), T(bound_to_vcpus),
		T(resets), T(the_answer_cannot_be_written), T(bad_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
