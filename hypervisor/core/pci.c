// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI configuration space through the ports: one address register and one
 * data register for the whole machine, so a pair of accesses is one step.
 *
 * Lock: `pair`, held over the two port accesses.  It never decides what may
 * be written: pci_config_write_allowed() does.
 */
#include "core/pci.h"
#include "core/arch.h"
#include "lib/lock.h"

#define PORT_ADDRESS	0xcf8
#define PORT_DATA	0xcfc

static struct lock pair = LOCK_INIT(RANK_PORTS);

uint32_t pci_config_read(uint32_t cf8, unsigned int off, unsigned int bytes)
{
	uint32_t value;

	lock_take(&pair);
	arch_port_out(PORT_ADDRESS, 4, cf8);
	value = arch_port_in((uint16_t)(PORT_DATA + off), bytes);
	lock_drop(&pair);
	return value;
}

void pci_config_write(uint32_t cf8, unsigned int off, unsigned int bytes,
		      uint32_t value)
{
	lock_take(&pair);
	arch_port_out(PORT_ADDRESS, 4, cf8);
	arch_port_out((uint16_t)(PORT_DATA + off), bytes, value);
	lock_drop(&pair);
}
