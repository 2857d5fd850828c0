/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rights to frames that are not RAM.
 */
#ifndef CORE_IOMEM_H
#define CORE_IOMEM_H

#include "lib/types.h"

struct domain;

/* d may map this device frame (never local APIC, I/O APIC, hypervisor). */
bool iomem_allowed(struct domain *d, mfn_t mfn);
/* Only to be read, by anybody: MSI-X tables and the like. */
bool iomem_read_only(mfn_t mfn);

/* Boot: what nobody may map. */
void iomem_init(void);			/* hw/devices.c: the controllers */
void iomem_set_width(unsigned int bits);	/* of a machine address */
void iomem_deny(uint64_t phys, uint64_t bytes);
/* For good; frames in the set already are fine. */
void iomem_set_read_only(uint64_t first_frame, uint64_t frames);

#endif
