/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sched_op (29) and set_timer_op (15): giving way, waiting, ending.
 */
#include "abi/sched.h"
#include "call/call.h"
#include "core/arch.h"
#include "core/evtchn.h"
#include "core/sched.h"
#include "core/watchdog.h"

#define POLL_MAX	128u

static bool event_due(struct vcpu *v)
{
	return __atomic_load_n(&v->info->evtchn_upcall_pending,
			       __ATOMIC_SEQ_CST) != 0;
}

/* Unmasks events, then waits; an event that came meanwhile ends it at once. */
static int64_t block(struct vcpu *v)
{
	timer_stop(&v->poll_timer);	/* of a poll that an event ended */
	__atomic_store_n(&v->info->evtchn_upcall_mask, 0, __ATOMIC_SEQ_CST);
	if (event_due(v))
		return 0;
	sched_block_current();
	if (event_due(v))
		sched_wake(v);
	return 0;
}

/*
 * Waits for any of some ports, masked or not, or for a deadline.  The sender
 * side looks at v->polling (core/evtchn.c).
 */
static int64_t poll(struct vcpu *v, guest_va_t at)
{
	uint32_t ports[POLL_MAX];
	struct xy_sched_poll p;

	if (guest_read(&p, at, sizeof(p)))
		return -XY_EFAULT;
	if (p.nr_ports > POLL_MAX)
		return -XY_EINVAL;
	if (guest_read(ports, to_guest(p.ports), p.nr_ports * 4))
		return -XY_EFAULT;
	for (uint32_t i = 0; i < p.nr_ports; i++)
		if (ports[i] >= EVTCHN_PORTS)
			return -XY_EINVAL;
	timer_stop(&v->poll_timer);
	v->poll_port = p.nr_ports == 1 ? (int)ports[0] : -1;
	__atomic_store_n(&v->polling, true, __ATOMIC_SEQ_CST);
	sched_block_current();
	if (event_due(v) && !v->info->evtchn_upcall_mask)
		goto ready;
	for (uint32_t i = 0; i < p.nr_ports; i++)
		if (evtchn_is_pending(v->domain, ports[i]))
			goto ready;
	if (p.timeout)
		timer_arm(&v->poll_timer, p.timeout);
	return 0;
ready:
	v->polling = false;
	sched_wake(v);
	return 0;
}

static int64_t end(struct vcpu *v, guest_va_t at, bool stop)
{
	struct xy_sched_shutdown s;

	if (guest_read(&s, at, sizeof(s)))
		return -XY_EFAULT;
	if (s.reason > XY_SHUTDOWN_MAX)
		return -XY_EINVAL;
	if (stop)
		dom_shutdown(v->domain, s.reason);
	else
		v->domain->shutdown_code = (uint8_t)s.reason;
	return 0;
}

static int64_t end_other(struct vcpu *v, guest_va_t at)
{
	struct xy_sched_remote_shutdown s;
	struct domain *d;
	int rc;

	if (guest_read(&s, at, sizeof(s)))
		return -XY_EFAULT;
	if (s.reason > XY_SHUTDOWN_MAX)
		return -XY_EINVAL;
	if (!v->domain->privileged)
		return -XY_EPERM;
	rc = dom_resolve(v, s.domain_id, &d);
	if (rc)
		return rc;
	dom_shutdown(d, s.reason);
	dom_put(d);
	return 0;
}

static int64_t watchdog(struct vcpu *v, guest_va_t at)
{
	struct xy_sched_watchdog w;

	if (guest_read(&w, at, sizeof(w)))
		return -XY_EFAULT;
	return watchdog_set(v->domain, w.id, w.timeout);
}

int64_t hc_sched_op(struct vcpu *v, struct call *c)
{
	guest_va_t at = to_guest(c->arg[1]);

	switch ((uint32_t)c->arg[0]) {
	case XY_SCHEDOP_yield:
		sched_yield_current();
		return 0;
	case XY_SCHEDOP_block:
		return block(v);
	case XY_SCHEDOP_shutdown:
		return end(v, at, true);
	case XY_SCHEDOP_poll:
		return poll(v, at);
	case XY_SCHEDOP_remote_shutdown:
		return end_other(v, at);
	case XY_SCHEDOP_shutdown_code:
		return end(v, at, false);
	case XY_SCHEDOP_watchdog:
		return watchdog(v, at);
	}
	return -XY_ENOSYS;
}

int64_t hc_set_timer_op(struct vcpu *v, struct call *c)
{
	if (c->arg[0] == 0)
		timer_stop(&v->singleshot);
	else
		timer_arm(&v->singleshot, c->arg[0]);
	return 0;
}
