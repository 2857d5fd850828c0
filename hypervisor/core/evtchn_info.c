/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a port is, for the guest that asks and for the debug key.
 *
 * Reads only.  Lock: the domain's evtchn lock; the other end of a pair is
 * there while it is held.
 */
#include "abi/errno.h"
#include "core/con.h"
#include "core/evtchn_table.h"

static void fill_status(const struct port *p, struct xy_evtchn_status *s)
{
	s->vcpu = p->vcpu;
	switch ((enum port_state)p->state) {
	case PORT_FREE:
	case PORT_RESERVED:
		s->status = XY_EVTCHNSTAT_closed;
		break;
	case PORT_UNBOUND:
		s->status = XY_EVTCHNSTAT_unbound;
		s->u.unbound.dom = p->domid;
		break;
	case PORT_INTERDOMAIN:
		s->status = XY_EVTCHNSTAT_interdomain;
		s->u.interdomain.dom = p->remote->id;
		s->u.interdomain.port = p->number;
		break;
	case PORT_PIRQ:
		s->status = XY_EVTCHNSTAT_pirq;
		s->u.pirq = p->number;
		break;
	case PORT_VIRQ:
		s->status = XY_EVTCHNSTAT_virq;
		s->u.virq = p->number;
		break;
	case PORT_IPI:
		s->status = XY_EVTCHNSTAT_ipi;
		break;
	}
}

int evtchn_status(struct domain *d, struct xy_evtchn_status *status)
{
	static const struct port unused;
	const struct port *p;

	if (status->port >= d->evtchn->ports)
		return -XY_EINVAL;
	lock_take(&d->evtchn_lock);
	p = port_of(d->evtchn, status->port);
	fill_status(p ? p : &unused, status);
	lock_drop(&d->evtchn_lock);
	return 0;
}

static void log_port(struct domain *d, uint32_t n, const struct port *p)
{
	static const char *const names[] = {
		[PORT_FREE] = "free",
		[PORT_RESERVED] = "reserved",
		[PORT_UNBOUND] = "unbound",
		[PORT_INTERDOMAIN] = "interdomain",
		[PORT_PIRQ] = "pirq",
		[PORT_VIRQ] = "virq",
		[PORT_IPI] = "ipi",
	};

	con_log("  %4u v%u %s", n, p->vcpu, names[p->state]);
	if (p->state == PORT_INTERDOMAIN)
		con_log(" d%u:%u", p->remote->id, p->number);
	else if (p->state == PORT_UNBOUND)
		con_log(" for d%u", p->domid);
	else if (p->state == PORT_PIRQ || p->state == PORT_VIRQ)
		con_log(" %u", p->number);
	con_log("%s%s\n", evtchn_is_pending(d, n) ? " pending" : "",
		d->shared->evtchn_mask[n / 64] >> (n % 64) & 1 ?
		" masked" : "");
}

void evtchn_log(struct domain *d)
{
	con_log("d%u: event channels\n", d->id);
	lock_take(&d->evtchn_lock);
	for (uint32_t n = 1; n < d->evtchn->ports; n++) {
		const struct port *p = port_of(d->evtchn, n);

		if (p && p->state != PORT_FREE)
			log_port(d, n, p);
	}
	lock_drop(&d->evtchn_lock);
}
