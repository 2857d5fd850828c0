/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI configuration space through ports CF8/CFC, shared between dom0 and the
 * hypervisor (message-signalled interrupts).
 *
 * cf8 is an address as the port takes it (bit 31 enables); off is the byte
 * within the dword, bytes is 1, 2 or 4 and does not leave the dword.
 */
#ifndef CORE_PCI_H
#define CORE_PCI_H

#include "lib/types.h"

struct domain;

uint32_t pci_config_read(uint32_t cf8, unsigned int off, unsigned int bytes);
void pci_config_write(uint32_t cf8, unsigned int off, unsigned int bytes,
		      uint32_t value);

/*
 * May d write this?  May change *value on the way (bits it may not touch).
 * False: the write is dropped.
 */
bool pci_config_write_allowed(struct domain *d, uint32_t cf8, unsigned int off,
			      unsigned int bytes, uint32_t *value);

#endif
