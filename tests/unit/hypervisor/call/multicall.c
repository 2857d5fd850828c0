// SPDX-License-Identifier: GPL-2.0-only
/*
 * multicall: the real dispatcher over a table of three calls of our own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/guest.h"
#include "abi/errno.h"
#include "abi/hypercall.h"
#include "call/call.h"
#include "call/multicall.h"
#include "core/arch.h"
#include "core/sched.h"

enum { NR_ADD = 1, NR_LONG = 2, NR_NO_MULTI = 3, NR_RIGHTS = 4, NR_USER = 5 };

static struct domain domain;
static struct vcpu vcpu;
static struct xy_vcpu_info info;
static unsigned int windows, calls, calls_now, most_calls;
static bool wanted;

/* What no test may exceed: one call between two windows. */
static int64_t one_call(void)
{
	calls++;
	if (++calls_now > most_calls)
		most_calls = calls_now;
	return 0;
}

static int64_t add(struct vcpu *v, struct call *c)
{
	(void)v;
	one_call();
	return (int64_t)(c->arg[0] + c->arg[5]);
}

/* Three steps: the progress is in its second argument. */
static int64_t in_steps(struct vcpu *v, struct call *c)
{
	(void)v;
	one_call();
	return ++c->arg[1] < 3 ? -XY_ERESTART : 7;
}

static int64_t to_user(struct vcpu *v, struct call *c)
{
	(void)c;
	v->kernel_mode = false;
	return one_call();
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
const struct call_row call_table[CALL_TABLE_ROWS] = {
	[0 ... CALL_TABLE_ROWS - 1] = { "add", add, 6, 0 },
	[NR_LONG] = { "long", in_steps, 2, 0 },
	[NR_NO_MULTI] = { "no_multi", add, 6, CALL_NO_MULTI },
	[NR_RIGHTS] = { "rights", add, 6, CALL_PRIVILEGED },
	[NR_USER] = { "user", to_user, 0, 0 },
	[XY_HYPERVISOR_multicall] = { "multicall", hc_multicall, 2,
				      CALL_NO_MULTI },
};
#pragma GCC diagnostic pop

void arch_take_interrupts(void)
{
	windows++;
	calls_now = 0;
}

bool sched_wanted(void)
{
	return wanted;
}

static struct xy_multicall_entry *entries(void)
{
	return (struct xy_multicall_entry *)(void *)fake_arena;
}

static int start(void **state)
{
	(void)state;
	memset(fake_arena, 0, sizeof(fake_arena));
	domain = (struct domain){ 0 };
	info = (struct xy_vcpu_info){ 0 };
	vcpu = (struct vcpu){ .domain = &domain, .kernel_mode = true,
			      .info = &info };
	windows = calls = calls_now = most_calls = 0;
	wanted = false;
	return 0;
}

static struct regs regs;

static void begin(uint64_t at, uint64_t count)
{
	regs = (struct regs){ .rax = XY_HYPERVISOR_multicall, .rdi = at,
			      .rsi = count, .rip = 0x1002 };
}

/* Calls as a guest would until it is through; the number of steps. */
static unsigned int run(void)
{
	unsigned int steps = 0;

	do {
		regs.rip = 0x1002;
		call_dispatch(&vcpu, &regs);
		calls_now = 0;		/* the exit path takes interrupts */
		steps++;
	} while (regs.rip == 0x1000 && steps < 100000);
	return steps;
}

static void results(void **state)
{
	(void)state;
	entries()[0] = (struct xy_multicall_entry){
		.op = NR_ADD, .args = { 5, 0, 0, 0, 0, 6 } };
	entries()[1] = (struct xy_multicall_entry){ .op = NR_LONG };
	entries()[2] = (struct xy_multicall_entry){ .op = NR_NO_MULTI };
	entries()[3] = (struct xy_multicall_entry){ .op = NR_RIGHTS };
	entries()[4] = (struct xy_multicall_entry){ .op = 1UL << 40 };
	begin(FAKE_ARENA_VA, 5);
	assert_int_equal(run(), 3);		/* two for the long one */
	assert_int_equal(regs.rax, 0);
	assert_int_equal(entries()[0].result, 11);
	assert_int_equal(entries()[1].result, 7);
	assert_int_equal(entries()[2].result, -XY_EINVAL);
	assert_int_equal(entries()[3].result, -XY_EPERM);
	assert_int_equal(entries()[4].result, -XY_ENOSYS);
}

/* However many there are: interrupts are taken after each. */
static void windows_between(void **state)
{
	unsigned int n = FAKE_ARENA_BYTES / sizeof(*entries());

	(void)state;
	for (unsigned int i = 0; i < n; i++)
		entries()[i].op = i % 3 ? NR_ADD : NR_LONG;
	begin(FAKE_ARENA_VA, n);
	run();
	assert_int_equal(regs.rax, 0);
	assert_int_equal(most_calls, 1);
	assert_true(windows > n / 2);
}

/* Somebody else shall run: no entry more. */
static void gives_way(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 20; i++)
		entries()[i].op = NR_ADD;
	wanted = true;
	begin(FAKE_ARENA_VA, 20);
	assert_int_equal(run(), 20);
	assert_int_equal(calls, 20);
	/* An event for the caller itself is as good a reason, unless masked. */
	wanted = false;
	info.evtchn_upcall_pending = 1;
	begin(FAKE_ARENA_VA, 20);
	assert_int_equal(run(), 20);
	info.evtchn_upcall_mask = 1;
	begin(FAKE_ARENA_VA, 20);
	assert_int_equal(run(), 1);
}

static void ends(void **state)
{
	(void)state;
	begin(FAKE_ARENA_VA, 1UL << 40);
	run();
	assert_int_equal(regs.rax, -XY_EINVAL);
	begin(FAKE_ARENA_VA + FAKE_ARENA_BYTES - sizeof(*entries()), 4);
	run();
	assert_int_equal(regs.rax, -XY_EFAULT);
	assert_int_equal(calls, 1);
	entries()[0].op = NR_USER;
	begin(FAKE_ARENA_VA, 2);
	run();
	assert_int_equal(regs.rax, -XY_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(results, start),
		cmocka_unit_test_setup(windows_between, start),
		cmocka_unit_test_setup(gives_way, start),
		cmocka_unit_test_setup(ends, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
