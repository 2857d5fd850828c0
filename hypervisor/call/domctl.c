/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * domctl (36): what the tools do to one domain.  rdi: the envelope.
 *
 * 1. Privilege is the dispatcher's; here come version, domain, operation.
 * 2. The envelope is copied in once and copied back whole.
 * 3. One domctl at a time: the operations need no lock among themselves, and
 *    a domain cannot be destroyed under one.  Who comes second goes away and
 *    comes again, so that nobody waits with interrupts off.
 * 4. An operation that needs the vCPUs stopped has them stopped by us: the
 *    call comes again until they have left their CPUs.
 *
 * Next station of the tour: call/sysctl.c.
 */
#include "call/domctl.h"
#include "core/sched.h"

static const struct domctl_row {
	domctl_fn *fn;			/* NULL: -ENOSYS */
	unsigned int flags;
} rows[] = {
	[XY_DOMCTL_createdomain] = { domctl_create,
		DOMCTL_NO_DOMAIN | DOMCTL_COPY },
	[XY_DOMCTL_destroydomain] = { domctl_destroy,
		DOMCTL_NOT_SELF | DOMCTL_DYING_TOO },
	[XY_DOMCTL_pausedomain] = { domctl_pause,
		DOMCTL_NOT_SELF | DOMCTL_DYING_TOO },
	[XY_DOMCTL_unpausedomain] = { domctl_unpause,
		DOMCTL_NOT_SELF | DOMCTL_DYING_TOO },
	[XY_DOMCTL_getdomaininfo] = { domctl_info,
		DOMCTL_NO_DOMAIN | DOMCTL_COPY },
	[XY_DOMCTL_setvcpuaffinity] = { domctl_set_affinity, DOMCTL_COPY },
	[XY_DOMCTL_getvcpuaffinity] = { domctl_get_affinity,
		DOMCTL_DYING_TOO | DOMCTL_COPY },
	[XY_DOMCTL_shadow_op] = { domctl_shadow, DOMCTL_NOT_SELF },
	[XY_DOMCTL_max_mem] = { domctl_max_mem, 0 },
	[XY_DOMCTL_setvcpucontext] = { domctl_set_context,
		DOMCTL_NOT_SELF | DOMCTL_STILL },
	[XY_DOMCTL_getvcpucontext] = { domctl_get_context,
		DOMCTL_NOT_SELF | DOMCTL_STILL | DOMCTL_COPY },
	[XY_DOMCTL_getvcpuinfo] = { domctl_vcpu_info,
		DOMCTL_DYING_TOO | DOMCTL_COPY },
	[XY_DOMCTL_max_vcpus] = { domctl_max_vcpus, DOMCTL_NOT_SELF },
	[XY_DOMCTL_scheduler_op] = { domctl_scheduler, DOMCTL_COPY },
	[XY_DOMCTL_setdomainhandle] = { domctl_set_handle, 0 },
	[XY_DOMCTL_hypercall_init] = { domctl_call_page, DOMCTL_NOT_SELF },
	[XY_DOMCTL_settimeoffset] = { domctl_time_offset, 0 },
	[XY_DOMCTL_resumedomain] = { domctl_resume, DOMCTL_NOT_SELF },
	[XY_DOMCTL_sendtrigger] = { domctl_trigger, 0 },
	[XY_DOMCTL_set_address_size] = { domctl_set_address_size,
		DOMCTL_NOT_SELF },
	[XY_DOMCTL_get_address_size] = { domctl_get_address_size,
		DOMCTL_DYING_TOO | DOMCTL_COPY },
	[XY_DOMCTL_set_ext_vcpucontext] = { domctl_set_ext_context,
		DOMCTL_NOT_SELF | DOMCTL_STILL },
	[XY_DOMCTL_get_ext_vcpucontext] = { domctl_get_ext_context,
		DOMCTL_NOT_SELF | DOMCTL_STILL | DOMCTL_COPY },
	[XY_DOMCTL_gettscinfo] = { domctl_get_tsc, DOMCTL_COPY },
	[XY_DOMCTL_settscinfo] = { domctl_set_tsc, DOMCTL_NOT_SELF },
	[XY_DOMCTL_getpageframeinfo3] = { domctl_page_info, 0 },
	[XY_DOMCTL_setvcpuextstate] = { domctl_set_xstate,
		DOMCTL_NOT_SELF | DOMCTL_STILL },
	[XY_DOMCTL_getvcpuextstate] = { domctl_get_xstate,
		DOMCTL_NOT_SELF | DOMCTL_STILL | DOMCTL_COPY },
	[XY_DOMCTL_setnodeaffinity] = { domctl_set_nodes, 0 },
	[XY_DOMCTL_getnodeaffinity] = { domctl_get_nodes, DOMCTL_COPY },
	[XY_DOMCTL_get_vcpu_msrs] = { domctl_get_msrs,
		DOMCTL_NOT_SELF | DOMCTL_STILL | DOMCTL_COPY },
	[XY_DOMCTL_set_vcpu_msrs] = { domctl_set_msrs,
		DOMCTL_NOT_SELF | DOMCTL_STILL | DOMCTL_COPY_ERROR },
	[XY_DOMCTL_get_cpu_policy] = { domctl_get_policy, DOMCTL_COPY },
	[XY_DOMCTL_set_cpu_policy] = { domctl_set_policy,
		DOMCTL_NOT_SELF | DOMCTL_COPY_ERROR },
};

static bool busy;		/* [atomic] a domctl is at work */

int domctl_hold(struct domain *d)
{
	if (!d->held) {
		d->held = true;
		dom_pause(d);
	}
	for (unsigned int i = 0; i < d->max_vcpus; i++)
		if (d->vcpus[i] && !sched_is_off(d->vcpus[i]))
			return -XY_ERESTART;
	return 0;
}

void domctl_release(struct domain *d)
{
	if (!d->held)
		return;
	d->held = false;
	dom_unpause(d);
}

int domctl_vcpu(struct domain *d, uint32_t id, struct vcpu **v)
{
	if (id >= d->max_vcpus)
		return -XY_EINVAL;
	*v = d->vcpus[id];
	return *v ? 0 : -XY_ESRCH;
}

static int on_domain(struct vcpu *by, const struct domctl_row *row,
		     struct domain *d, struct xy_domctl *op)
{
	int rc = 0;

	if (row->flags & DOMCTL_NOT_SELF && d == by->domain)
		return -XY_EINVAL;
	if (d->dying && !(row->flags & DOMCTL_DYING_TOO))
		return -XY_ESRCH;
	if (row->flags & DOMCTL_STILL)
		rc = domctl_hold(d);
	if (rc == 0)
		rc = row->fn(by, d, op);
	if (row->flags & DOMCTL_STILL && rc != -XY_ERESTART)
		domctl_release(d);
	return rc;
}

static int run(struct vcpu *by, const struct domctl_row *row,
	       struct xy_domctl *op)
{
	struct domain *d;
	int rc;

	if (row->flags & DOMCTL_NO_DOMAIN)
		return row->fn(by, NULL, op);
	d = dom_get(op->domain);
	if (d == NULL)
		return -XY_ESRCH;
	rc = on_domain(by, row, d, op);
	dom_put(d);
	return rc;
}

int64_t hc_domctl(struct vcpu *v, struct call *c)
{
	guest_va_t at = to_guest(c->arg[0]);
	const struct domctl_row *row;
	struct xy_domctl op;
	int rc;

	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	if (op.interface_version != XY_DOMCTL_INTERFACE_VERSION)
		return -XY_EACCES;
	if (op.cmd >= ARRAY_SIZE(rows) || rows[op.cmd].fn == NULL)
		return -XY_ENOSYS;
	row = &rows[op.cmd];
	if (__atomic_exchange_n(&busy, true, __ATOMIC_ACQUIRE))
		return -XY_ERESTART;
	rc = run(v, row, &op);
	__atomic_store_n(&busy, false, __ATOMIC_RELEASE);
	if (rc == -XY_ERESTART)
		return rc;
	if (row->flags & DOMCTL_COPY_ERROR ||
	    (rc == 0 && row->flags & DOMCTL_COPY))
		if (guest_write(at, &op, sizeof(op)))
			return -XY_EFAULT;
	return rc;
}
