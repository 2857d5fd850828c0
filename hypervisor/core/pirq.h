/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Physical interrupts as a domain sees them: pirq numbers, 0 to 255 equal to
 * the GSI of that number, above that MSIs as they are mapped.
 *
 * Lock: the domain's evtchn lock for the binding of a pirq to a port.
 */
#ifndef CORE_PIRQ_H
#define CORE_PIRQ_H

#include "core/dom.h"
#include "lib/types.h"

#define PIRQ_COUNT	512

/* Gives the domain a table; -XY_ENOMEM. */
int pirq_create(struct domain *d) must_check;
/* Unbinds and unmaps everything; d->pirqs may be NULL. */
void pirq_destroy(struct domain *d);

/*
 * evtchn.c: port now receives pirq, which starts to deliver.  -XY_EINVAL no
 * such pirq, -XY_EBUSY it has a port already.  Evtchn lock held.
 */
int pirq_bind(struct domain *d, uint32_t pirq, uint32_t flags, uint32_t port)
	must_check;
void pirq_unbind(struct domain *d, uint32_t pirq);

/* physdev_op.  Errors: -XY_EINVAL, -XY_EPERM, -XY_ENOSPC, -XY_EEXIST. */
int pirq_map_gsi(struct domain *d, int gsi, int *pirq) must_check;
struct msi_request {
	uint16_t seg;
	uint8_t bus, devfn;
	uint16_t entry;		/* MSI-X table entry */
	uint64_t table_base;	/* MSI-X: physical base of the BAR; 0: MSI */
};
int pirq_map_msi(struct domain *d, const struct msi_request *m, int *pirq)
	must_check;
int pirq_unmap(struct domain *d, int pirq) must_check;
int pirq_eoi(struct domain *d, uint32_t pirq) must_check;
bool pirq_needs_eoi(struct domain *d, uint32_t pirq);

/* hw/irq.c: the interrupt behind (domain, pirq) has arrived. */
void pirq_arrived(struct domain *d, uint32_t pirq);

#endif
