/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Message-signalled interrupts of PCI functions: finding the capability,
 * writing message and mask.  Segment 0 only.
 */
#ifndef CORE_MSI_H
#define CORE_MSI_H

#include "lib/types.h"

struct msi {
	uint32_t cf8;			/* the function's configuration */
	uint8_t cap;			/* offset of the capability */
	bool is_x, wide, maskable;	/* MSI-X; 64-bit address; mask bits */
	volatile uint32_t *entry;	/* MSI-X: its table entry */
};

/*
 * Finds the capability, MSI-X entry included; -XY_ENODEV the function has
 * none, -XY_EINVAL no such entry, -XY_ENOSPC no room to map its table.
 */
int msi_open(struct msi *m, uint8_t bus, uint8_t devfn, bool is_x,
	     uint16_t entry) must_check;
/* Message in, still masked (MSI: still disabled). */
void msi_program(const struct msi *m, uint64_t address, uint32_t data);
void msi_unmask(const struct msi *m);
void msi_close(const struct msi *m);

#endif
