/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What we need of the firmware's ACPI tables, read once at boot.
 */
#ifndef HW_ACPI_H
#define HW_ACPI_H

#include "lib/types.h"

#define ACPI_MAX_IOAPICS	8
#define ACPI_MAX_OVERRIDES	24
#define ACPI_MAX_MCFG		8

struct acpi_ioapic {
	uint64_t phys;
	uint32_t gsi_base;
	uint8_t id;
};

struct acpi_override {		/* ISA interrupt that is not GSI = IRQ */
	uint32_t gsi;
	uint8_t irq;
	bool level, low;
};

struct acpi_mcfg {
	uint64_t phys;
	uint16_t segment;
	uint8_t first_bus, last_bus;
};

struct acpi_info {
	uint64_t lapic_phys;
	unsigned int cpus;		/* enabled in the MADT */
	struct acpi_ioapic ioapics[ACPI_MAX_IOAPICS];
	unsigned int ioapic_count;
	struct acpi_override overrides[ACPI_MAX_OVERRIDES];
	unsigned int override_count;
	struct acpi_mcfg mcfg[ACPI_MAX_MCFG];
	unsigned int mcfg_count;
	uint64_t hpet_phys;		/* 0: none */
	uint16_t pm_timer_port;		/* 0: none */
	uint16_t pm1a_control, pm1b_control;
	uint16_t sci;
	uint8_t reset_space;		/* 0 memory, 1 port, 2 PCI; 0xff none */
	uint64_t reset_address;
	uint8_t reset_value;
};

extern struct acpi_info acpi;	/* constant after acpi_read() */

/* NULL, or what is missing or broken. */
const char *acpi_read(void);

#endif
