/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * multicall (13): many calls in one.  rdi: array of entries, rsi: how many.
 *
 * 1. Each entry is copied in once, its result written behind it.
 * 2. After each entry the vCPU must still be in kernel mode: an entry cannot
 *    change that here (iret is refused), and stays checked.
 * 3. Interrupts are taken between two entries: each may be as long as a call
 *    can be.  What they want done (another vCPU, an event) ends the step.
 * 4. An entry that must come again has its progress written into the guest's
 *    entry; the whole call then comes again from that entry on.
 */
#include "abi/hypercall.h"
#include "call/call.h"
#include "call/multicall.h"
#include "core/arch.h"
#include "core/bounce.h"
#include "core/sched.h"

#define MAX_CALLS	(1UL << 20)

static int write_result(guest_va_t entry, int64_t result)
{
	guest_va_t at = guest_va_add(entry,
		offsetof(struct xy_multicall_entry, result));

	return guest_write(at, &result, sizeof(result));
}

/* 0 next entry, -ERESTART, or an error that ends the multicall. */
static int one_entry(struct vcpu *v, guest_va_t at)
{
	struct xy_multicall_entry e;
	struct call c = { 0 };
	int64_t rc;

	if (guest_read(&e, at, sizeof(e)))
		return -XY_EFAULT;
	c.nr = e.op;
	for (unsigned int i = 0; i < CALL_MAX_ARGS; i++)
		c.arg[i] = e.args[i];
	rc = call_from_multicall(v, &c);
	if (rc != -XY_ERESTART)
		return write_result(at, rc);
	for (unsigned int i = 0; i < CALL_MAX_ARGS; i++)
		e.args[i] = c.arg[i];
	return guest_write(at, &e, sizeof(e)) ? -XY_EFAULT : -XY_ERESTART;
}

int64_t hc_multicall(struct vcpu *v, struct call *c)
{
	guest_va_t at = to_guest(c->arg[0]);
	uint64_t left = c->arg[1];
	unsigned int done = 0;
	int rc = 0;

	if (left > MAX_CALLS)
		return -XY_EINVAL;
	for (; left != 0; left--) {
		if (done++ >= CALL_BUDGET / 8) {
			rc = -XY_ERESTART;
			break;
		}
		rc = one_entry(v, at);
		if (rc)
			break;
		at = guest_va_add(at, sizeof(struct xy_multicall_entry));
		if (!v->kernel_mode)
			return -XY_EINVAL;
		arch_take_interrupts();
		if (sched_wanted() || bounce_event_due(v))
			done = CALL_BUDGET / 8;
	}
	c->arg[0] = at.a;
	c->arg[1] = left;
	return rc;
}
