/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stores to device memory that a domain may map but not write: PCI's
 * memory-mapped configuration space goes through the same filter as the
 * ports, MSI-X tables are ours and writes to them vanish.
 */
#ifndef CORE_MMIO_H
#define CORE_MMIO_H

#include "core/vcpu.h"

/* True: the store at cr2 was carried out or dropped, rip is past it. */
bool mmio_write_fault(struct vcpu *v, struct regs *r, uint64_t cr2);

#endif
