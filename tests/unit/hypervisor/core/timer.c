// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers and the run queue under guests that mean harm: whole domains, with
 * the real call/sched_op.c and call/vcpu_op.c above them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "fakes/life.h"
#include "abi/errno.h"
#include "abi/evtchn.h"
#include "abi/sched.h"
#include "abi/vcpu.h"
#include "call/call.h"
#include "core/evtchn.h"
#include "core/heap.h"
#include "core/pool.h"
#include "core/sched.h"

#define PERIOD	1000000UL

static struct vcpu *guest;	/* runs on CPU 0 */

static int make(void **state)
{
	struct domain *d;
	mfn_t data, root;

	(void)state;
	life_make();
	d = life_ready(2);
	root = life_tables(d, &data);
	assert_int_equal(life_set_context(d->id, 0, root), 0);
	assert_int_equal(life_set_context(d->id, 1, root), 0);
	dom_unpause(d);
	sched_block_current();			/* dom0 */
	guest = sched_pick();
	assert_non_null(guest);
	assert_ptr_equal(guest->domain, d);
	fake_run(0, guest);
	return 0;
}

static int end(void **state)
{
	struct vcpu *v = dom0->vcpus[0];

	(void)state;
	sched_wake(v);
	dom_pause(guest->domain);
	assert_ptr_equal(sched_pick(), v);
	fake_run(0, v);
	life_destroy(guest->domain->id);
	assert_true(life_end());
	return 0;
}

static int64_t call(call_fn *fn, uint64_t a, uint64_t b, uint64_t c)
{
	struct call x = { .arg = { a, b, c }, .in_multicall = true };

	return fn(guest, &x);
}

static int64_t periodic(uint64_t ns)
{
	struct xy_vcpu_set_periodic_timer *p = (void *)fake_arena;

	p->period_ns = ns;
	return call(hc_vcpu_op, XY_VCPUOP_set_periodic_timer, guest->id,
		    FAKE_ARENA_VA);
}

static int64_t poll_port(uint32_t port, uint64_t timeout)
{
	struct xy_sched_poll *p = (void *)fake_arena;
	uint32_t *list = (void *)(fake_arena + 256);

	p->nr_ports = 1;
	p->timeout = timeout;
	p->ports = FAKE_ARENA_VA + 256;
	*list = port;
	return call(hc_sched_op, XY_SCHEDOP_poll, FAKE_ARENA_VA, 0);
}

static int64_t sched_do(uint32_t op)
{
	return call(hc_sched_op, op, 0, 0);
}

/* A period that wraps the clock fired for ever inside one interrupt. */
static void periods(void **state)
{
	(void)state;
	assert_int_equal(periodic(PERIOD - 1), -XY_EINVAL);
	assert_int_equal(periodic(~0UL), -XY_EINVAL);
	assert_int_equal(periodic(1UL << 63), -XY_EINVAL);
	assert_int_equal(periodic(PERIOD), 0);
	fake_life.now_ns += PERIOD;
	timer_run_due();
	assert_true(timer_armed(&guest->periodic));
	assert_int_equal(guest->periodic.expires_ns,
			 fake_life.now_ns + PERIOD);
}

static unsigned int runs;

static void again(struct timer *t)
{
	runs++;
	timer_arm(t, 1);		/* for ever due */
}

/* Whatever a callback does, an interrupt ends. */
static void interrupt_ends(void **state)
{
	struct timer t;

	(void)state;
	timer_init(&t, again);
	runs = 0;
	timer_arm(&t, 1);
	timer_run_due();
	assert_in_range(runs, 1, 100);
	assert_true(timer_armed(&t));
	timer_stop(&t);
}

/* Arming needs no memory: it was reserved when the vCPU was made. */
static void no_memory(void **state)
{
	struct domain *d[4];
	mfn_t hog[2048];
	unsigned int n = 0;

	(void)state;
	for (unsigned int i = 0; i < 4; i++)
		d[i] = life_ready(64);
	while (n < 2048 && !mfn_none(hog[n] = heap_alloc(0)))
		n++;
	assert_int_equal(timer_reserve(1000), -XY_ENOMEM);
	for (unsigned int i = 0; i < 4; i++)
		for (unsigned int k = 0; k < 64; k++) {
			timer_arm(&d[i]->vcpus[k]->singleshot, ~0UL);
			timer_arm(&d[i]->vcpus[k]->periodic, ~0UL - k);
			timer_arm(&d[i]->vcpus[k]->poll_timer, ~0UL - i);
		}
	while (n != 0)
		heap_free(hog[--n], 0);
	for (unsigned int i = 0; i < 4; i++)
		life_destroy(d[i]->id);
}

/* How often v stands in line: take all, and put them back. */
static unsigned int places(struct vcpu *v)
{
	struct vcpu *order[16], *next;
	unsigned int n = 0, found = 0;

	while (n < 16 && (next = sched_pick()) != NULL) {
		found += next == v;
		sched_pause(next, PAUSE_DOMAIN);
		order[n++] = next;
	}
	assert_in_range(n, 0, 15);		/* a ring would have no end */
	assert_null(sched_pick());
	while (n != 0)
		sched_unpause(order[--n], PAUSE_DOMAIN);
	return found;
}

/* A vCPU waited, was woken, waited again, all before it left the CPU. */
static void woken_twice(void **state)
{
	(void)state;
	/* port 0 is never free of events: the poll ends at once */
	assert_int_equal(poll_port(0, 0), 0);
	assert_int_equal(poll_port(0, 0), 0);
	assert_int_equal(sched_do(XY_SCHEDOP_yield), 0);
	assert_int_equal(poll_port(0, 0), 0);
	assert_int_equal(places(guest), 1);
}

static void woken_and_blocked(void **state)
{
	(void)state;
	assert_int_equal(poll_port(0, 0), 0);
	assert_int_equal(sched_do(XY_SCHEDOP_block), 0);
	assert_int_equal(guest->state, VCPU_BLOCKED);
	evtchn_mark_vcpu(guest);
	assert_int_equal(places(guest), 1);
}

/* Woken, then stopped: it must not run on, nor stand in line twice later. */
static void woken_and_down(void **state)
{
	struct vcpu *other = guest->domain->vcpus[!guest->id];

	(void)state;
	assert_int_equal(poll_port(0, 0), 0);
	assert_int_equal(call(hc_vcpu_op, XY_VCPUOP_down, guest->id, 0), 0);
	assert_int_equal(places(guest), 0);
	assert_ptr_equal(sched_pick(), other);
	assert_int_equal(call(hc_vcpu_op, XY_VCPUOP_up, guest->id, 0), 0);
	assert_int_equal(places(guest), 1);
}

static void woken_and_shut_down(void **state)
{
	(void)state;
	assert_int_equal(poll_port(0, 0), 0);
	dom_shutdown(guest->domain, XY_SHUTDOWN_suspend);
	assert_null(sched_pick());
	dom_resume(guest->domain);
	assert_int_equal(places(guest), 1);
}

static void down_and_up(void **state)
{
	(void)state;
	assert_int_equal(poll_port(5, 0), 0);		/* waits */
	assert_int_equal(call(hc_vcpu_op, XY_VCPUOP_down, guest->id, 0), 0);
	evtchn_mark_vcpu(guest);
	assert_int_equal(call(hc_vcpu_op, XY_VCPUOP_up, guest->id, 0), 0);
	assert_int_equal(places(guest), 1);
}

/* The timeout of a poll that an event ended wakes nobody later. */
static void poll_timeout_ends(void **state)
{
	(void)state;
	sched_pause(guest->domain->vcpus[!guest->id], PAUSE_DOWN);
	assert_int_equal(poll_port(5, fake_life.now_ns + 1000), 0);
	assert_true(timer_armed(&guest->poll_timer));
	guest->polling = false;		/* as a wake that left the timer */
	sched_wake(guest);
	assert_ptr_equal(sched_pick(), guest);
	assert_int_equal(sched_do(XY_SCHEDOP_block), 0);
	assert_false(timer_armed(&guest->poll_timer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(periods, make, end),
		cmocka_unit_test_setup_teardown(interrupt_ends, make, end),
		cmocka_unit_test_setup_teardown(no_memory, make, end),
		cmocka_unit_test_setup_teardown(woken_twice, make, end),
		cmocka_unit_test_setup_teardown(woken_and_blocked, make, end),
		cmocka_unit_test_setup_teardown(woken_and_down, make, end),
		cmocka_unit_test_setup_teardown(woken_and_shut_down, make, end),
		cmocka_unit_test_setup_teardown(down_and_up, make, end),
		cmocka_unit_test_setup_teardown(poll_timeout_ends, make, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
