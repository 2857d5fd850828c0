/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Event channels: what a port is bound to, and who may signal whom.
 *
 * 1. Everything here is private to us; the guest's bits (core/evtchn_2l.c)
 *    are written, never believed.
 * 2. The two ends of a pair name each other.  Both links are made and broken
 *    with both domains' locks held, so that under the lock of either end the
 *    other domain is there: that is what lets a signal take one lock.
 * 3. Closing one end leaves the other unbound, waiting for the same domain.
 * 4. Binding an interdomain port makes it pending at once: the other side may
 *    have signalled before anybody listened.
 *
 * Lock: the domains' evtchn locks, lower domain id first.
 *
 * Next station of the tour: core/grant.c.
 */
#include "core/evtchn.h"
#include "abi/errno.h"
#include "core/evtchn_table.h"
#include "core/pirq.h"
#include "core/pool.h"
#include "core/sched.h"
#include "lib/assert.h"

#define RESET_STEP	512u	/* ports closed in one step */

static const bool per_vcpu_virq[XY_NR_VIRQS] = {
	[XY_VIRQ_TIMER] = true,
	[XY_VIRQ_DEBUG] = true,
	[XY_VIRQ_XENOPROF] = true,
	[XY_VIRQ_XENPMU] = true,
};

int evtchn_create(struct domain *d, unsigned int max_port)
{
	struct evtchn_table *t = pool_alloc(sizeof(*t));

	if (t == NULL)
		return -XY_ENOMEM;
	t->ports = (unsigned int)min_u64((uint64_t)max_port + 1, EVTCHN_PORTS);
	t->first_free = 1;
	d->evtchn = t;
	return 0;
}

void evtchn_free(struct domain *d)
{
	struct evtchn_table *t = d->evtchn;

	if (t == NULL)
		return;
	for (unsigned int i = 0; i < CHUNKS; i++)
		pool_free(t->chunk[i]);
	pool_free(t);
	d->evtchn = NULL;
}

static void lock_both(struct domain *a, struct domain *b)
{
	if (b->id < a->id)
		lock_take_pair(&b->evtchn_lock, &a->evtchn_lock);
	else
		lock_take_pair(&a->evtchn_lock, &b->evtchn_lock);
}

static void unlock_both(struct domain *a, struct domain *b)
{
	if (b->id < a->id)
		lock_drop_pair(&b->evtchn_lock, &a->evtchn_lock);
	else
		lock_drop_pair(&a->evtchn_lock, &b->evtchn_lock);
}

static struct vcpu *vcpu_of(struct domain *d, uint32_t id)
{
	return id < d->max_vcpus ? d->vcpus[id] : NULL;
}

/* The lowest free port, reserved; lock held. */
static int reserve(struct domain *d, uint32_t *port, struct port **out)
{
	struct evtchn_table *t = d->evtchn;

	if (t->closed)
		return -XY_EINVAL;
	for (unsigned int n = t->first_free; n < t->ports; n++) {
		struct port **chunk = &t->chunk[n / CHUNK_PORTS];
		struct port *p;

		if (*chunk == NULL)
			*chunk = pool_alloc_array(CHUNK_PORTS, sizeof(*p));
		if (*chunk == NULL)
			return -XY_ENOMEM;
		p = &(*chunk)[n % CHUNK_PORTS];
		if (p->state != PORT_FREE)
			continue;
		*p = (struct port){ .state = PORT_RESERVED };
		t->first_free = n + 1;
		*port = n;
		*out = p;
		return 0;
	}
	t->first_free = t->ports;
	return -XY_ENOSPC;
}

static void release(struct domain *d, uint32_t n, struct port *p)
{
	evtchn_clear_pending(d, n);
	*p = (struct port){ .state = PORT_FREE };
	if (n < d->evtchn->first_free)
		d->evtchn->first_free = n;
}

int evtchn_alloc_unbound(struct domain *d, uint16_t remote, uint32_t *port)
{
	struct port *p;
	int rc;

	lock_take(&d->evtchn_lock);
	rc = reserve(d, port, &p);
	if (rc == 0) {
		p->domid = remote;
		p->state = PORT_UNBOUND;
	}
	lock_drop(&d->evtchn_lock);
	return rc;
}

/* Both locks held. */
static int pair(struct domain *d, struct domain *remote, uint32_t remote_port,
		uint32_t *port)
{
	struct port *there = port_of(remote->evtchn, remote_port), *here;
	int rc;

	if (there == NULL || there->state != PORT_UNBOUND ||
	    there->domid != d->id)
		return -XY_EINVAL;
	rc = reserve(d, port, &here);
	if (rc)
		return rc;
	here->remote = remote;
	here->number = remote_port;
	here->state = PORT_INTERDOMAIN;
	there->remote = d;
	there->number = *port;
	there->state = PORT_INTERDOMAIN;
	evtchn_set_pending(d, *port, here);
	return 0;
}

int evtchn_bind_interdomain(struct domain *d, struct domain *remote,
			    uint32_t remote_port, uint32_t *port)
{
	int rc;

	lock_both(d, remote);
	rc = pair(d, remote, remote_port, port);
	unlock_both(d, remote);
	return rc;
}

int evtchn_bind_virq(struct domain *d, uint32_t virq, uint32_t vcpu,
		     uint32_t *port)
{
	struct vcpu *v = vcpu_of(d, vcpu);
	struct port *p;
	int rc;

	if (virq >= XY_NR_VIRQS)
		return -XY_EINVAL;
	if (!per_vcpu_virq[virq] && vcpu != 0)
		return -XY_EINVAL;
	if (v == NULL)
		return -XY_ENOENT;
	lock_take(&d->evtchn_lock);
	rc = v->virq_port[virq] ? -XY_EEXIST : reserve(d, port, &p);
	if (rc == 0) {
		p->number = virq;
		p->vcpu = (uint8_t)vcpu;
		p->state = PORT_VIRQ;
		v->virq_port[virq] = *port;
	}
	lock_drop(&d->evtchn_lock);
	return rc;
}

int evtchn_bind_ipi(struct domain *d, uint32_t vcpu, uint32_t *port)
{
	struct port *p;
	int rc;

	if (vcpu_of(d, vcpu) == NULL)
		return -XY_ENOENT;
	lock_take(&d->evtchn_lock);
	rc = reserve(d, port, &p);
	if (rc == 0) {
		p->vcpu = (uint8_t)vcpu;
		p->state = PORT_IPI;
	}
	lock_drop(&d->evtchn_lock);
	return rc;
}

int evtchn_bind_pirq(struct domain *d, uint32_t pirq, uint32_t flags,
		     uint32_t *port)
{
	struct port *p;
	int rc;

	if (d->pirqs == NULL)
		return -XY_EPERM;
	lock_take(&d->evtchn_lock);
	rc = reserve(d, port, &p);
	if (rc == 0) {
		/* The interrupt may arrive before pirq_bind() returns. */
		p->number = pirq;
		p->state = PORT_PIRQ;
		rc = pirq_bind(d, pirq, flags, *port);
		if (rc)
			release(d, *port, p);
	}
	lock_drop(&d->evtchn_lock);
	return rc;
}

/* Frees a port that has no other end; lock held. */
static void close_single(struct domain *d, uint32_t n, struct port *p)
{
	if (p->state == PORT_PIRQ)
		pirq_unbind(d, p->number);
	if (p->state == PORT_VIRQ)
		for (unsigned int i = 0; i < d->max_vcpus; i++)
			if (d->vcpus[i] &&
			    d->vcpus[i]->virq_port[p->number] == n)
				d->vcpus[i]->virq_port[p->number] = 0;
	release(d, n, p);
}

/* Both locks held: is n still paired with remote?  Then it ends. */
static bool close_pair(struct domain *d, uint32_t n, struct domain *remote)
{
	struct port *p = port_of(d->evtchn, n), *there;

	if (p->state != PORT_INTERDOMAIN || p->remote != remote)
		return false;
	there = port_of(remote->evtchn, p->number);
	CHECK(there && there->remote == d && there->number == n);
	there->remote = NULL;
	there->number = 0;
	there->domid = d->id;
	there->state = PORT_UNBOUND;
	release(d, n, p);
	return true;
}

static int close_port(struct domain *d, uint32_t port)
{
	for (;;) {
		struct domain *remote;
		struct port *p;
		bool closed;

		lock_take(&d->evtchn_lock);
		p = port_of(d->evtchn, port);
		if (p == NULL || p->state == PORT_FREE) {
			lock_drop(&d->evtchn_lock);
			return -XY_EINVAL;
		}
		if (p->state != PORT_INTERDOMAIN) {
			close_single(d, port, p);
			lock_drop(&d->evtchn_lock);
			return 0;
		}
		/* The lock order may be the other way round: start over. */
		remote = p->remote;
		dom_hold(remote);
		lock_drop(&d->evtchn_lock);
		lock_both(d, remote);
		closed = close_pair(d, port, remote);
		unlock_both(d, remote);
		dom_put(remote);
		if (closed)
			return 0;
	}
}

int evtchn_close(struct domain *d, uint32_t port)
{
	return close_port(d, port);
}

/* No progress is kept: the next step finds free what this one closed. */
int evtchn_reset(struct domain *d)
{
	struct evtchn_table *t = d->evtchn;
	unsigned int closed = 0;

	for (uint32_t n = 1; n < t->ports; n++) {
		const struct port *p = port_of(t, n);

		if (p == NULL || p->state == PORT_FREE)
			continue;
		if (closed++ == RESET_STEP)
			return -XY_ERESTART;
		close_port(d, n);	/* or another vCPU was first */
	}
	return 0;
}

int evtchn_destroy(struct domain *d)
{
	lock_take(&d->evtchn_lock);
	d->evtchn->closed = true;
	lock_drop(&d->evtchn_lock);
	/* From here no port is bound in d, by itself or by another. */
	return evtchn_reset(d);
}

/* dom0 tells a guest by this port: what it did was for it. */
static __attribute__((noinline)) void serves(const struct port *p)
{
	struct vcpu *v = evtchn_told(p->remote, port_of(p->remote->evtchn,
							p->number));

	if (v)
		sched_served(v);
}

int evtchn_send(struct domain *d, uint32_t port)
{
	struct port *p;
	int rc = 0;

	lock_take(&d->evtchn_lock);
	p = port_of(d->evtchn, port);
	if (p == NULL) {
		rc = -XY_EINVAL;
	} else if (p->state == PORT_INTERDOMAIN) {
		if (d->privileged && p->remote != d)
			serves(p);
		evtchn_set_pending(p->remote, p->number,
				   port_of(p->remote->evtchn, p->number));
	} else if (p->state == PORT_IPI) {
		evtchn_set_pending(d, port, p);
	} else if (p->state != PORT_UNBOUND) {
		rc = -XY_EINVAL;
	}
	lock_drop(&d->evtchn_lock);
	return rc;
}

static bool may_move(const struct port *p)
{
	switch ((enum port_state)p->state) {
	case PORT_UNBOUND:
	case PORT_INTERDOMAIN:
	case PORT_PIRQ:
		return true;
	case PORT_VIRQ:
		return !per_vcpu_virq[p->number];
	case PORT_FREE:
	case PORT_RESERVED:
	case PORT_IPI:
		break;
	}
	return false;
}

int evtchn_bind_vcpu(struct domain *d, uint32_t port, uint32_t vcpu)
{
	struct port *p;
	int rc = 0;

	if (vcpu_of(d, vcpu) == NULL)
		return -XY_ENOENT;
	lock_take(&d->evtchn_lock);
	p = port_of(d->evtchn, port);
	if (p == NULL || !may_move(p))
		rc = -XY_EINVAL;
	else	/* read without our lock by the other end's evtchn_send() */
		__atomic_store_n(&p->vcpu, (uint8_t)vcpu, __ATOMIC_RELAXED);
	lock_drop(&d->evtchn_lock);
	return rc;
}

int evtchn_unmask(struct domain *d, uint32_t port)
{
	struct port *p;

	lock_take(&d->evtchn_lock);
	p = port_of(d->evtchn, port);
	if (p)
		evtchn_clear_mask(d, port, p);
	lock_drop(&d->evtchn_lock);
	return p ? 0 : -XY_EINVAL;
}

static void raise_virq(struct vcpu *v, unsigned int virq)
{
	struct domain *d = v->domain;
	uint32_t port;

	lock_take(&d->evtchn_lock);
	port = v->virq_port[virq];
	if (port)
		evtchn_set_pending(d, port, port_of(d->evtchn, port));
	lock_drop(&d->evtchn_lock);
}

void evtchn_send_virq(struct domain *d, unsigned int virq)
{
	CHECK(virq < XY_NR_VIRQS && !per_vcpu_virq[virq]);
	if (d->vcpus[0])
		raise_virq(d->vcpus[0], virq);
}

void evtchn_send_vcpu_virq(struct vcpu *v, unsigned int virq)
{
	CHECK(virq < XY_NR_VIRQS && per_vcpu_virq[virq]);
	raise_virq(v, virq);
}

void evtchn_pirq_event(struct domain *d, uint32_t port)
{
	struct port *p;

	lock_take(&d->evtchn_lock);
	p = port_of(d->evtchn, port);
	if (p && p->state == PORT_PIRQ)
		evtchn_set_pending(d, port, p);
	lock_drop(&d->evtchn_lock);
}
