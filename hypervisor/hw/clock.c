/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clocks.
 *
 * The TSC and the LAPIC timer are measured together against the ACPI PM timer
 * (3.579545 MHz), or the PIT's channel 2 where there is none.  The battery
 * clock gives the wall time of the start.
 */
#include "hw/clock.h"
#include "core/arch.h"
#include "core/con.h"
#include "core/time.h"
#include "hw/acpi.h"
#include "hw/cpu.h"
#include "hw/irq.h"
#include "lib/assert.h"

#define PM_HZ		3579545u
#define PIT_HZ		1193182u
#define MEASURE_HZ	100u		/* for 1/100 s */

#define LONGEST_NS	1000000000u	/* one wait; times lapic_mul it fits */

static uint64_t lapic_mul;	/* boot only: LAPIC ticks per ns, 32.32 */

uint64_t arch_now_ns(void)
{
	return time_now_ns();
}

void arch_timer_set(uint64_t deadline_ns)
{
	uint64_t now = time_now_ns(), ticks;

	if (deadline_ns == 0) {
		lapic_timer_start(0);
		return;
	}
	/* A second at a time: the timer counts 32 bits, a deadline has 64. */
	ticks = 1;
	if (deadline_ns > now)
		ticks += min_u64(deadline_ns - now, LONGEST_NS) * lapic_mul >>
			 32;
	lapic_timer_start((uint32_t)min_u64(ticks, 0xffffffff));
}

static uint32_t pm_read(void)
{
	return arch_port_in(acpi.pm_timer_port, 4) & 0xffffff;
}

/* Waits 1/MEASURE_HZ s; returns the exact length in PM ticks, scaled. */
static void wait_pm(uint64_t *num, uint64_t *hz)
{
	uint32_t start = pm_read(), now;

	do {
		now = (pm_read() - start) & 0xffffff;
	} while (now < PM_HZ / MEASURE_HZ);
	*num = now;
	*hz = PM_HZ;
}

static void wait_pit(uint64_t *num, uint64_t *hz)
{
	uint16_t count = PIT_HZ / MEASURE_HZ;

	outb(0x61, (inb(0x61) & ~2) | 1);
	outb(0x43, 0xb0);
	outb(0x42, (uint8_t)count);
	outb(0x42, (uint8_t)(count >> 8));
	while (!(inb(0x61) & 0x20))
		;
	*num = count;
	*hz = PIT_HZ;
}

void clock_init(void)
{
	uint64_t t0, t1, num, hz, lapic_khz;
	uint32_t left;

	lapic_timer_start(0xffffffff);
	t0 = rdtsc();
	if (acpi.pm_timer_port)
		wait_pm(&num, &hz);
	else
		wait_pit(&num, &hz);
	t1 = rdtsc();
	left = lapic_timer_left();
	lapic_timer_start(0);
	lapic_khz = (uint64_t)(0xffffffff - left) * hz / num / 1000;
	if (t1 == t0 || lapic_khz == 0)
		panic("clocks do not run: TSC %lu, LAPIC %u",
		      (unsigned long)(t1 - t0), 0xffffffff - left);
	lapic_mul = (lapic_khz << 32) / 1000000;
	time_init((t1 - t0) * hz / num / 1000, t0);
}

static unsigned int cmos(uint8_t reg)
{
	outb(0x70, reg);
	return inb(0x71);
}

static unsigned int from_bcd(unsigned int v, bool bcd)
{
	return bcd ? (v >> 4) * 10 + (v & 15) : v;
}

static uint64_t days_since_1970(unsigned int y, unsigned int m, unsigned int d)
{
	/* Years start in March, so that the leap day is the last. */
	uint64_t yy = m <= 2 ? y - 1 : y, mm = m <= 2 ? m + 9 : m - 3;

	return 365 * yy + yy / 4 - yy / 100 + yy / 400 +
	       (153 * mm + 2) / 5 + d - 1 - 719468;
}

void clock_read_wall(void)
{
	unsigned int s, mi, h, d, mo, y, status;
	uint64_t now_ns, sec;
	bool bcd;

	for (int i = 0; i < 1000000 && cmos(0x0a) & 0x80; i++)
		;				/* update in progress */
	status = cmos(0x0b);
	bcd = !(status & 4);
	s = from_bcd(cmos(0), bcd);
	mi = from_bcd(cmos(2), bcd);
	h = from_bcd(cmos(4) & 0x7f, bcd);
	d = from_bcd(cmos(7), bcd);
	mo = from_bcd(cmos(8), bcd);
	y = 2000 + from_bcd(cmos(9), bcd);
	sec = days_since_1970(y, mo, d) * 86400 + h * 3600UL + mi * 60UL + s;
	now_ns = time_now_ns();
	time_set_wall(sec - now_ns / 1000000000UL - 1,
		      (uint32_t)(1000000000UL - now_ns % 1000000000UL) %
		      1000000000u);
}
