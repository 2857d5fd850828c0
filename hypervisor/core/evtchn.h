/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Event channels, two-level ABI: 4096 ports of one bit each.
 *
 * Port states: FREE, RESERVED, UNBOUND (waits for one named domain),
 * INTERDOMAIN (paired), PIRQ, VIRQ, IPI.  Port 0 is never valid.
 *
 * Lock: the domain's evtchn_lock; of two domains the lower id first.
 * evtchn_send_virq() and evtchn_pirq_event() may be called with no lock held
 * or with any of a lower rank.
 */
#ifndef CORE_EVTCHN_H
#define CORE_EVTCHN_H

#include "abi/evtchn.h"
#include "core/dom.h"
#include "lib/types.h"

#define EVTCHN_PORTS	4096u

/* Life of the table: max_port is the highest port the domain may use. */
int evtchn_create(struct domain *d, unsigned int max_port) must_check;
/* Closes every port, for good, in steps: 0 or -XY_ERESTART. */
int evtchn_destroy(struct domain *d) must_check;
/* Frees the table; the domain is unreachable by now. */
void evtchn_free(struct domain *d);

/*
 * The operations of event_channel_op.  Errors: -ENOSPC no port, -EINVAL bad
 * port or state, -ENOENT no such vCPU, -EEXIST already bound, -ESRCH, -EPERM.
 */
int evtchn_alloc_unbound(struct domain *d, uint16_t remote, uint32_t *port)
	must_check;
int evtchn_bind_interdomain(struct domain *d, struct domain *remote,
			    uint32_t remote_port, uint32_t *port) must_check;
int evtchn_bind_virq(struct domain *d, uint32_t virq, uint32_t vcpu,
		     uint32_t *port) must_check;
int evtchn_bind_ipi(struct domain *d, uint32_t vcpu, uint32_t *port)
	must_check;
int evtchn_bind_pirq(struct domain *d, uint32_t pirq, uint32_t flags,
		     uint32_t *port) must_check;
int evtchn_close(struct domain *d, uint32_t port) must_check;
int evtchn_send(struct domain *d, uint32_t port) must_check;
int evtchn_status(struct domain *d, struct xy_evtchn_status *status)
	must_check;
int evtchn_bind_vcpu(struct domain *d, uint32_t port, uint32_t vcpu)
	must_check;
int evtchn_unmask(struct domain *d, uint32_t port) must_check;
/* Closes every port in steps (-ERESTART), and leaves the table usable. */
int evtchn_reset(struct domain *d) must_check;

/* Raise a VIRQ: a global one of the domain, or one of a single vCPU. */
void evtchn_send_virq(struct domain *d, unsigned int virq);
void evtchn_send_vcpu_virq(struct vcpu *v, unsigned int virq);
/* A physical interrupt bound to port. */
void evtchn_pirq_event(struct domain *d, uint32_t port);

/* Is the port's pending bit set (sched_op poll)?  Bad port: true. */
bool evtchn_is_pending(struct domain *d, uint32_t port);
/* Marks v as having events to look at, and wakes it. */
void evtchn_mark_vcpu(struct vcpu *v);

/* Debug key. */
void evtchn_log(struct domain *d);

#endif
