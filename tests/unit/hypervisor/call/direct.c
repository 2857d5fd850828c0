// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that a program makes itself: the real dispatcher and the real choice,
 * over a table of two calls of our own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "abi/direct.h"
#include "abi/errno.h"
#include "abi/evtchn.h"
#include "abi/grant.h"
#include "abi/hypercall.h"
#include "call/call.h"
#include "core/pt.h"

static struct domain domain;
static struct vcpu vcpu;
static unsigned int calls, asked;
static bool asked_open;

/* Three steps: the progress is in its third argument. */
static int64_t in_steps(struct vcpu *v, struct call *c)
{
	assert_ptr_equal(v, &vcpu);
	calls++;
	return ++c->arg[2] < 3 ? -XY_ERESTART : 7;
}

static int64_t at_once(struct vcpu *v, struct call *c)
{
	assert_ptr_equal(v, &vcpu);
	calls++;
	return -(int64_t)c->arg[1];
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
const struct call_row call_table[CALL_TABLE_ROWS] = {
	[0 ... CALL_TABLE_ROWS - 1] = { "once", at_once, 2, 0 },
	[XY_HYPERVISOR_grant_table_op] = { "steps", in_steps, 3, 0 },
	[XY_HYPERVISOR_direct] = { "direct", hc_direct, 1, CALL_PRIVILEGED },
};
#pragma GCC diagnostic pop

int pt_set_direct_root(struct vcpu *v, bool open)
{
	assert_ptr_equal(v, &vcpu);
	asked++;
	asked_open = open;
	return 0;
}

static int start(void **state)
{
	(void)state;
	domain = (struct domain){ .direct_root = to_mfn(5) };
	vcpu = (struct vcpu){ .domain = &domain, .root_user = to_mfn(5) };
	calls = asked = 0;
	return 0;
}

static struct regs regs;

static bool make(uint64_t nr, uint64_t op)
{
	regs = (struct regs){ .rax = XY_DIRECT_CALL + nr, .rdi = op,
			      .rsi = 9, .rip = 0x1002 };
	return call_direct(&vcpu, &regs);
}

static void one_call(void **state)
{
	(void)state;
	assert_true(make(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send));
	assert_int_equal(regs.rax, -9);
	assert_int_equal(regs.rip, 0x1002);
	assert_int_equal(calls, 1);
}

/* A long one comes again as the program's call, not as a kernel's. */
static void comes_again(void **state)
{
	(void)state;
	assert_true(make(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_copy));
	for (unsigned int step = 1; step < 3; step++) {
		assert_int_equal(regs.rip, 0x1000);
		assert_int_equal(regs.rax, XY_DIRECT_CALL +
				 XY_HYPERVISOR_grant_table_op);
		assert_int_equal(regs.rdx, step);
		regs.rip += 2;
		assert_true(call_direct(&vcpu, &regs));
	}
	assert_int_equal(regs.rip, 0x1002);
	assert_int_equal(regs.rax, 7);
	assert_int_equal(calls, 3);
}

static void refused(uint64_t nr, uint64_t op)
{
	assert_false(make(nr, op));
	assert_int_equal(regs.rax, XY_DIRECT_CALL + nr);
	assert_int_equal(regs.rip, 0x1002);
	assert_int_equal(calls, 0);
}

static void nothing_else(void **state)
{
	(void)state;
	for (uint64_t nr = 0; nr < 70; nr++)
		for (uint64_t op = 0; op < 16; op++)
			if (!(nr == XY_HYPERVISOR_event_channel_op &&
			      op == XY_EVTCHNOP_send) &&
			    !(nr == XY_HYPERVISOR_grant_table_op &&
			      op == XY_GNTTABOP_copy))
				refused(nr, op);
	refused(XY_HYPERVISOR_event_channel_op + (1UL << 32),
		XY_EVTCHNOP_send);
}

static void nobody_else(void **state)
{
	(void)state;
	vcpu.root_user = to_mfn(6);
	refused(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send);
	domain.direct_root = to_mfn(NO_FRAME);
	refused(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send);
}

static int64_t ask(uint64_t arg)
{
	regs = (struct regs){ .rax = XY_HYPERVISOR_direct, .rdi = arg };
	call_dispatch(&vcpu, &regs);
	return (int64_t)regs.rax;
}

static void who_may_ask(void **state)
{
	(void)state;
	assert_int_equal(ask(0), -XY_EPERM);
	domain.privileged = true;
	assert_int_equal(ask(2), -XY_EINVAL);
	assert_int_equal(ask(XY_DIRECT_OPEN | 1UL << 32), -XY_EINVAL);
	assert_int_equal(asked, 0);
	assert_int_equal(ask(0), 0);
	assert_int_equal(asked, 1);
	assert_false(asked_open);
	assert_int_equal(ask(XY_DIRECT_OPEN), 0);
	assert_int_equal(asked, 2);
	assert_true(asked_open);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(one_call, start),
		cmocka_unit_test_setup(comes_again, start),
		cmocka_unit_test_setup(nothing_else, start),
		cmocka_unit_test_setup(nobody_else, start),
		cmocka_unit_test_setup(who_may_ask, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
