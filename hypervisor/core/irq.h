/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt lines and vectors of the machine: the part of the seam that
 * core/pirq.c uses.  Implemented by hw/irq.c and by a fake.
 *
 * A GSI is a global interrupt number of the I/O APICs.  A vector is what the
 * CPU sees; an MSI has one of its own, a GSI gets one when it is first bound.
 */
#ifndef CORE_IRQ_H
#define CORE_IRQ_H

#include "lib/types.h"

struct domain;

unsigned int irq_gsi_count(void);
/*
 * Trigger and polarity; -XY_EINVAL no such GSI, -XY_EEXIST reserved, or set
 * before to something else.
 */
int irq_gsi_setup(unsigned int gsi, bool level, bool low) must_check;
bool irq_gsi_is_level(unsigned int gsi);
/* Deliver this GSI to (d, pirq), unmasked; -XY_ENOSPC no vector is left. */
int irq_gsi_attach(unsigned int gsi, struct domain *d, uint32_t pirq)
	must_check;
void irq_gsi_detach(unsigned int gsi);
void irq_gsi_unmask(unsigned int gsi);	/* after a level interrupt's EOI */

/* A vector for an MSI of (d, pirq); negative: -XY_ENOSPC. */
int irq_msi_alloc(struct domain *d, uint32_t pirq) must_check;
void irq_msi_free(int vector);
/* What the device has to write where, to raise this vector. */
void irq_msi_message(int vector, uint64_t *address, uint32_t *data);

/* Registers of a device, by physical address; for MSI-X tables. */
volatile uint32_t *irq_map_registers(uint64_t phys, uint64_t bytes);

#endif
