/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The whole machine: off, and off and on again.
 *
 * Reboot tries the ACPI reset register, port 0xcf9, the keyboard controller,
 * in that order; power-off is dom0's PM1 write (call/platform_op.c) and ends
 * here only when that did not work.
 */
#include "core/arch.h"
#include "core/con.h"
#include "hw/acpi.h"
#include "hw/cpu.h"

static void delay(void)
{
	for (int i = 0; i < 100000; i++)
		inb(0x80);
}

void arch_reboot(void)
{
	if (acpi.reset_space == 1)
		outb((uint16_t)acpi.reset_address, acpi.reset_value);
	delay();
	outb(0xcf9, 0x02);
	outb(0xcf9, 0x06);
	delay();
	outb(0x64, 0xfe);
	delay();
	con_log("the machine does not reset; stopped\n");
	cpu_halt_forever();
	__builtin_unreachable();
}

/* SLP_TYP 0 with SLP_EN: S5 on QEMU's machines; dom0 knows other types. */
void arch_power_off(void)
{
	if (acpi.pm1a_control)
		arch_port_out(acpi.pm1a_control, 2, 1u << 13);
	delay();
	con_log("the machine does not power off; do it by hand\n");
	cpu_halt_forever();
	__builtin_unreachable();
}

void arch_enter_sleep(uint16_t pm1a, uint16_t pm1b)
{
	if (acpi.pm1a_control)
		arch_port_out(acpi.pm1a_control, 2, pm1a);
	if (acpi.pm1b_control)
		arch_port_out(acpi.pm1b_control, 2, pm1b);
	delay();
}
