/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's own devices, by address and port: what no domain reaches.
 */
#include "core/arch.h"
#include "core/iomem.h"
#include "core/ports.h"
#include "hw/acpi.h"
#include "lib/types.h"

#define MSI_WINDOW	0xfee00000UL
#define MSI_BYTES	0x100000UL

void iomem_init(void)
{
	unsigned int width = arch_cpuid(0x80000008, 0).eax & 0xff;

	iomem_set_width(width >= 32 && width <= 52 ? width : 36);
	iomem_deny(MSI_WINDOW, MSI_BYTES);
	iomem_deny(acpi.lapic_phys, PAGE_SIZE);
	for (unsigned int i = 0; i < acpi.ioapic_count; i++)
		iomem_deny(acpi.ioapics[i].phys, PAGE_SIZE);
	if (acpi.pm_timer_port)
		ports_deny(acpi.pm_timer_port, 4);
	ports_deny(0x3f8, 8);		/* our serial line */
}
