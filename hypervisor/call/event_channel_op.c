/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event_channel_op (32): rdi is the sub-op, rsi its structure.
 *
 * A domain acts on its own ports; a privileged one may name another domain
 * where the structure has room for one.  The FIFO calls answer -ENOSYS, which
 * kernels take as "two-level it is".  The front door copies the structure in
 * once, by the sizes of one table; what has an answer writes it back itself.
 */
#include "abi/evtchn.h"
#include "call/call.h"
#include "core/evtchn.h"

union args {
	uint32_t port;		/* all of close, send and unmask */
	struct xy_evtchn_alloc_unbound alloc_unbound;
	struct xy_evtchn_bind_interdomain interdomain;
	struct xy_evtchn_bind_virq virq;
	struct xy_evtchn_bind_ipi ipi;
	struct xy_evtchn_bind_pirq pirq;
	struct xy_evtchn_status status;
	struct xy_evtchn_bind_vcpu vcpu;
	struct xy_evtchn_reset reset;
};

/* Tells the caller about d's new port; when it cannot, the port goes again. */
static int give(struct domain *d, guest_va_t at, const void *op, size_t bytes,
		uint32_t port)
{
	int rc = guest_write(at, op, bytes);

	if (rc && evtchn_close(d, port))
		dom_log(d, "port %u was closed by another vCPU", port);
	return rc;
}

static uint16_t peer_id(const struct vcpu *v, uint16_t id)
{
	return id == XY_DOMID_SELF ? v->domain->id : id;
}

static int64_t alloc_unbound(struct vcpu *v, union args *a, guest_va_t at)
{
	struct xy_evtchn_alloc_unbound *op = &a->alloc_unbound;
	struct domain *d;
	int rc;

	rc = dom_resolve(v, op->dom, &d);
	if (rc)
		return rc;
	rc = evtchn_alloc_unbound(d, peer_id(v, op->remote_dom), &op->port);
	if (rc == 0)
		rc = give(d, at, op, sizeof(*op), op->port);
	dom_put(d);
	return rc;
}

static int64_t bind_interdomain(struct vcpu *v, union args *a, guest_va_t at)
{
	struct xy_evtchn_bind_interdomain *op = &a->interdomain;
	struct domain *remote;
	int rc;

	/* The right to bind is the other side's unbound port, no more. */
	remote = dom_get(peer_id(v, op->remote_dom));
	if (remote == NULL)
		return -XY_ESRCH;
	rc = evtchn_bind_interdomain(v->domain, remote, op->remote_port,
				     &op->local_port);
	dom_put(remote);
	return rc ? rc : give(v->domain, at, op, sizeof(*op), op->local_port);
}

static int64_t bind_virq(struct vcpu *v, union args *a, guest_va_t at)
{
	struct xy_evtchn_bind_virq *op = &a->virq;
	int rc = evtchn_bind_virq(v->domain, op->virq, op->vcpu, &op->port);

	return rc ? rc : give(v->domain, at, op, sizeof(*op), op->port);
}

static int64_t bind_ipi(struct vcpu *v, union args *a, guest_va_t at)
{
	struct xy_evtchn_bind_ipi *op = &a->ipi;
	int rc = evtchn_bind_ipi(v->domain, op->vcpu, &op->port);

	return rc ? rc : give(v->domain, at, op, sizeof(*op), op->port);
}

static int64_t bind_pirq(struct vcpu *v, union args *a, guest_va_t at)
{
	struct xy_evtchn_bind_pirq *op = &a->pirq;
	int rc = evtchn_bind_pirq(v->domain, op->pirq, op->flags, &op->port);

	return rc ? rc : give(v->domain, at, op, sizeof(*op), op->port);
}

static int64_t status(struct vcpu *v, union args *a, guest_va_t at)
{
	struct domain *d;
	int rc;

	rc = dom_resolve(v, a->status.dom, &d);
	if (rc)
		return rc;
	rc = evtchn_status(d, &a->status);
	dom_put(d);
	return rc ? rc : guest_write(at, &a->status, sizeof(a->status));
}

static int64_t bind_vcpu(struct vcpu *v, union args *a, guest_va_t at)
{
	(void)at;
	return evtchn_bind_vcpu(v->domain, a->vcpu.port, a->vcpu.vcpu);
}

static int64_t reset(struct vcpu *v, union args *a, guest_va_t at)
{
	struct domain *d;
	int rc;

	(void)at;
	rc = dom_resolve(v, a->reset.dom, &d);
	if (rc)
		return rc;
	rc = evtchn_reset(d);
	dom_put(d);
	return rc;
}

static int64_t close(struct vcpu *v, union args *a, guest_va_t at)
{
	(void)at;
	return evtchn_close(v->domain, a->port);
}

static int64_t send(struct vcpu *v, union args *a, guest_va_t at)
{
	(void)at;
	return evtchn_send(v->domain, a->port);
}

static int64_t unmask(struct vcpu *v, union args *a, guest_va_t at)
{
	(void)at;
	return evtchn_unmask(v->domain, a->port);
}

#define OPS	16		/* a power of two: the index is masked */

static const struct {
	int64_t (*fn)(struct vcpu *v, union args *a, guest_va_t at);
	size_t bytes;
} ops[OPS] = {
#define OP(name, member) \
	[XY_EVTCHNOP_##name] = { name, sizeof(((union args *)0)->member) }
	OP(bind_interdomain, interdomain),
	OP(bind_virq, virq),
	OP(bind_pirq, pirq),
	OP(close, port),
	OP(send, port),
	OP(status, status),
	OP(alloc_unbound, alloc_unbound),
	OP(bind_ipi, ipi),
	OP(bind_vcpu, vcpu),
	OP(unmask, port),
	OP(reset, reset),
#undef OP
};

int64_t hc_event_channel_op(struct vcpu *v, struct call *c)
{
	uint32_t op = (uint32_t)c->arg[0];
	guest_va_t at = to_guest(c->arg[1]);
	union args a;

	if (op >= OPS || ops[op & (OPS - 1)].fn == NULL)
		return -XY_ENOSYS;
	op &= OPS - 1;
	if (guest_read(&a, at, ops[op].bytes))
		return -XY_EFAULT;
	return ops[op].fn(v, &a, at);
}
