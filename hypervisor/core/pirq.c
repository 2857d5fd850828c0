/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Physical interrupts of a domain.
 *
 *   unmapped -> mapped (GSI or MSI) -> bound to a port: delivers
 *
 * 1. A pirq below FIRST_MSI is the GSI of that number.
 * 2. A level interrupt is masked while it is in flight, until the domain says
 *    EOI; unbinding one in flight leaves it masked.
 *
 * Lock: the domain's evtchn lock; pirq_arrived() runs in interrupts without
 * it and reads one word.
 */
#include "core/pirq.h"
#include "abi/errno.h"
#include "core/evtchn.h"
#include "core/irq.h"
#include "core/msi.h"
#include "core/pool.h"

#define FIRST_MSI	256

enum pirq_kind { PIRQ_NONE, PIRQ_GSI, PIRQ_MSI };

struct pirq {
	enum pirq_kind kind;
	uint32_t port;			/* [atomic] 0: not bound */
	bool in_flight;			/* level: masked until EOI */
	int vector;			/* MSI */
	struct msi msi;
};

struct pirq_table {
	struct pirq pirq[PIRQ_COUNT];
};

int pirq_create(struct domain *d)
{
	d->pirqs = pool_alloc(sizeof(*d->pirqs));
	return d->pirqs ? 0 : -XY_ENOMEM;
}

static struct pirq *lookup(struct domain *d, uint32_t n)
{
	if (d->pirqs == NULL || n >= PIRQ_COUNT ||
	    d->pirqs->pirq[n].kind == PIRQ_NONE)
		return NULL;
	return &d->pirqs->pirq[n];
}

int pirq_bind(struct domain *d, uint32_t n, uint32_t flags, uint32_t port)
{
	struct pirq *p = lookup(d, n);
	int rc = 0;

	(void)flags;
	if (p == NULL)
		return -XY_EINVAL;
	if (p->port)
		return -XY_EBUSY;
	__atomic_store_n(&p->port, port, __ATOMIC_RELEASE);
	p->in_flight = false;
	if (p->kind == PIRQ_GSI)
		rc = irq_gsi_attach(n, d, n);
	else
		msi_unmask(&p->msi);
	if (rc)
		p->port = 0;
	return rc;
}

void pirq_unbind(struct domain *d, uint32_t n)
{
	struct pirq *p = lookup(d, n);

	if (p == NULL || p->port == 0)
		return;
	if (p->kind == PIRQ_GSI)
		irq_gsi_detach(n);
	else
		msi_close(&p->msi);
	p->port = 0;
}

int pirq_map_gsi(struct domain *d, int gsi, int *pirq)
{
	if (d->pirqs == NULL)
		return -XY_EPERM;
	if (gsi < 0 || gsi >= FIRST_MSI || (*pirq >= 0 && *pirq != gsi))
		return -XY_EINVAL;
	if ((unsigned int)gsi >= irq_gsi_count() && gsi >= 16)
		return -XY_EINVAL;
	*pirq = gsi;
	d->pirqs->pirq[gsi].kind = PIRQ_GSI;
	return 0;
}

static int free_msi_pirq(struct domain *d)
{
	for (int n = FIRST_MSI; n < PIRQ_COUNT; n++)
		if (d->pirqs->pirq[n].kind == PIRQ_NONE)
			return n;
	return -XY_ENOSPC;
}

int pirq_map_msi(struct domain *d, const struct msi_request *m, int *pirq)
{
	uint64_t address;
	uint32_t data;
	struct pirq *p;
	int n, rc;

	if (d->pirqs == NULL)
		return -XY_EPERM;
	if (m->seg != 0)
		return -XY_ENODEV;
	n = free_msi_pirq(d);
	if (n < 0)
		return n;
	p = &d->pirqs->pirq[n];
	rc = msi_open(&p->msi, m->bus, m->devfn, m->table_base != 0, m->entry);
	if (rc)
		return rc;
	p->vector = irq_msi_alloc(d, (uint32_t)n);
	if (p->vector < 0)
		return p->vector;
	p->kind = PIRQ_MSI;
	p->port = 0;
	irq_msi_message(p->vector, &address, &data);
	msi_program(&p->msi, address, data);
	*pirq = n;
	return 0;
}

int pirq_unmap(struct domain *d, int n)
{
	struct pirq *p = n < 0 ? NULL : lookup(d, (uint32_t)n);

	if (p == NULL)
		return -XY_EINVAL;
	if (p->port)
		pirq_unbind(d, (uint32_t)n);
	if (p->kind == PIRQ_MSI) {
		msi_close(&p->msi);
		irq_msi_free(p->vector);
	}
	p->kind = PIRQ_NONE;
	return 0;
}

void pirq_destroy(struct domain *d)
{
	for (int n = 0; d->pirqs && n < PIRQ_COUNT; n++)
		if (d->pirqs->pirq[n].kind != PIRQ_NONE)
			(void)!pirq_unmap(d, n);
}

int pirq_eoi(struct domain *d, uint32_t n)
{
	struct pirq *p = lookup(d, n);

	if (p == NULL)
		return -XY_EINVAL;
	if (p->in_flight) {
		p->in_flight = false;
		irq_gsi_unmask(n);
	}
	return 0;
}

bool pirq_needs_eoi(struct domain *d, uint32_t n)
{
	struct pirq *p = lookup(d, n);

	return p && p->kind == PIRQ_GSI && irq_gsi_is_level(n);
}

void pirq_arrived(struct domain *d, uint32_t n)
{
	struct pirq *p = &d->pirqs->pirq[n];
	uint32_t port = __atomic_load_n(&p->port, __ATOMIC_ACQUIRE);

	if (p->kind == PIRQ_GSI && irq_gsi_is_level(n))
		p->in_flight = true;
	if (port)
		evtchn_pirq_event(d, port);
}
