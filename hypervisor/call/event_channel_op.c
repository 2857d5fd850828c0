/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event_channel_op (32): rdi is the sub-op, rsi its structure.
 *
 * A domain acts on its own ports; a privileged one may name another domain
 * where the structure has room for one.  The FIFO calls answer -ENOSYS, which
 * kernels take as "two-level it is".
 */
#include "abi/evtchn.h"
#include "call/call.h"
#include "core/evtchn.h"

/* Tells the caller about d's new port; when it cannot, the port goes again. */
static int give(struct domain *d, guest_va_t at, const void *op, size_t bytes,
		uint32_t port)
{
	int rc = guest_write(at, op, bytes);

	if (rc && evtchn_close(d, port))
		dom_log(d, "port %u was closed by another vCPU", port);
	return rc;
}

static int64_t alloc_unbound(struct vcpu *v, guest_va_t at)
{
	struct xy_evtchn_alloc_unbound op;
	struct domain *d;
	uint16_t remote;
	int rc;

	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	rc = dom_resolve(v, op.dom, &d);
	if (rc)
		return rc;
	remote = op.remote_dom == XY_DOMID_SELF ? v->domain->id :
		 op.remote_dom;
	rc = evtchn_alloc_unbound(d, remote, &op.port);
	if (rc == 0)
		rc = give(d, at, &op, sizeof(op), op.port);
	dom_put(d);
	return rc;
}

static int64_t bind_interdomain(struct vcpu *v, guest_va_t at)
{
	struct xy_evtchn_bind_interdomain op;
	struct domain *remote;
	int rc;

	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	/* The right to bind is the other side's unbound port, no more. */
	remote = dom_get(op.remote_dom == XY_DOMID_SELF ? v->domain->id :
			 op.remote_dom);
	if (remote == NULL)
		return -XY_ESRCH;
	rc = evtchn_bind_interdomain(v->domain, remote, op.remote_port,
				     &op.local_port);
	dom_put(remote);
	return rc ? rc : give(v->domain, at, &op, sizeof(op), op.local_port);
}

static int64_t bind_virq(struct vcpu *v, guest_va_t at)
{
	struct xy_evtchn_bind_virq op;
	int rc;

	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	rc = evtchn_bind_virq(v->domain, op.virq, op.vcpu, &op.port);
	return rc ? rc : give(v->domain, at, &op, sizeof(op), op.port);
}

static int64_t bind_ipi(struct vcpu *v, guest_va_t at)
{
	struct xy_evtchn_bind_ipi op;
	int rc;

	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	rc = evtchn_bind_ipi(v->domain, op.vcpu, &op.port);
	return rc ? rc : give(v->domain, at, &op, sizeof(op), op.port);
}

static int64_t bind_pirq(struct vcpu *v, guest_va_t at)
{
	struct xy_evtchn_bind_pirq op;
	int rc;

	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	rc = evtchn_bind_pirq(v->domain, op.pirq, op.flags, &op.port);
	return rc ? rc : give(v->domain, at, &op, sizeof(op), op.port);
}

static int64_t status(struct vcpu *v, guest_va_t at)
{
	struct xy_evtchn_status op;
	struct domain *d;
	int rc;

	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	rc = dom_resolve(v, op.dom, &d);
	if (rc)
		return rc;
	rc = evtchn_status(d, &op);
	dom_put(d);
	if (rc == 0 && guest_write(at, &op, sizeof(op)))
		rc = -XY_EFAULT;
	return rc;
}

static int64_t bind_vcpu(struct vcpu *v, guest_va_t at)
{
	struct xy_evtchn_bind_vcpu op;

	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	return evtchn_bind_vcpu(v->domain, op.port, op.vcpu);
}

static int64_t reset(struct vcpu *v, guest_va_t at)
{
	struct xy_evtchn_reset op;
	struct domain *d;
	int rc;

	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	rc = dom_resolve(v, op.dom, &d);
	if (rc)
		return rc;
	rc = evtchn_reset(d);
	dom_put(d);
	return rc;
}

/* close, send and unmask: their structure is one port. */
static int64_t on_port(struct vcpu *v, guest_va_t at,
		       int (*fn)(struct domain *d, uint32_t port))
{
	uint32_t port;

	if (guest_read(&port, at, sizeof(port)))
		return -XY_EFAULT;
	return fn(v->domain, port);
}

int64_t hc_event_channel_op(struct vcpu *v, struct call *c)
{
	guest_va_t at = to_guest(c->arg[1]);

	switch ((uint32_t)c->arg[0]) {
	case XY_EVTCHNOP_send:
		return on_port(v, at, evtchn_send);
	case XY_EVTCHNOP_unmask:
		return on_port(v, at, evtchn_unmask);
	case XY_EVTCHNOP_close:
		return on_port(v, at, evtchn_close);
	case XY_EVTCHNOP_alloc_unbound:
		return alloc_unbound(v, at);
	case XY_EVTCHNOP_bind_interdomain:
		return bind_interdomain(v, at);
	case XY_EVTCHNOP_bind_virq:
		return bind_virq(v, at);
	case XY_EVTCHNOP_bind_ipi:
		return bind_ipi(v, at);
	case XY_EVTCHNOP_bind_pirq:
		return bind_pirq(v, at);
	case XY_EVTCHNOP_status:
		return status(v, at);
	case XY_EVTCHNOP_bind_vcpu:
		return bind_vcpu(v, at);
	case XY_EVTCHNOP_reset:
		return reset(v, at);
	}
	return -XY_ENOSYS;
}
