/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt controllers: legacy PICs (off), local APIC, I/O APICs, vectors.
 *
 * 1. The old PICs are remapped out of the way and masked for ever.
 * 2. An edge interrupt or an MSI is acknowledged at once.  A level interrupt
 *    is masked at its I/O APIC on arrival and unmasked when every receiver
 *    has said EOI (core/pirq.c), so that a slow guest cannot block a CPU.
 * 3. A vector belongs to one (domain, pirq) at a time.
 *
 * Lock: RANK_IRQ for the tables; dispatch runs with interrupts off.
 */
#include "hw/irq.h"
#include "hw/percpu.h"
#include "abi/errno.h"
#include "core/con.h"
#include "core/irq.h"
#include "core/pirq.h"
#include "core/timer.h"
#include "hw/acpi.h"
#include "hw/cpu.h"
#include "hw/layout.h"
#include "hw/paging.h"
#include "hw/uart.h"
#include "lib/lock.h"

#define LAPIC_ID	0x20
#define LAPIC_TPR	0x80
#define LAPIC_EOI	0xb0
#define LAPIC_SPURIOUS	0xf0
#define LAPIC_TIMER	0x320
#define LAPIC_LINT0	0x350
#define LAPIC_LINT1	0x360
#define LAPIC_ERROR	0x370
#define LAPIC_INITIAL	0x380
#define LAPIC_CURRENT	0x390
#define LAPIC_DIVIDE	0x3e0

#define LVT_MASKED	(1u << 16)
#define LVT_NMI		(4u << 8)
#define RTE_MASKED	(1u << 16)
#define RTE_LEVEL	(1u << 15)
#define RTE_LOW		(1u << 13)

#define MAX_GSIS	256
#define ISA_SERIAL	4

enum source { SOURCE_NONE, SOURCE_GSI, SOURCE_MSI, SOURCE_SERIAL };

static struct vector {			/* lock: irq_lock */
	enum source source;
	unsigned int gsi;
	struct domain *domain;		/* holds a reference: pirq.c */
	uint32_t pirq;
} vectors[256];

static struct gsi {			/* lock: irq_lock */
	uint8_t ioapic, pin;
	uint8_t vector;			/* 0: none */
	bool exists, level, low, set_up, reserved;
} gsis[MAX_GSIS];
static unsigned int gsi_count;		/* boot only */

static struct lock irq_lock = LOCK_INIT(RANK_IRQ);
static volatile uint32_t *lapic;	/* boot only */
static volatile uint32_t *ioapics[ACPI_MAX_IOAPICS];

static uint32_t lapic_read(unsigned int reg)
{
	return lapic[reg / 4];
}

static void lapic_write(unsigned int reg, uint32_t v)
{
	lapic[reg / 4] = v;
}

uint32_t lapic_id(void)
{
	return lapic_read(LAPIC_ID) >> 24;
}

void lapic_timer_start(uint32_t ticks)
{
	lapic_write(LAPIC_INITIAL, ticks);
}

uint32_t lapic_timer_left(void)
{
	return lapic_read(LAPIC_CURRENT);
}

static uint32_t ioapic_read(unsigned int io, uint32_t reg)
{
	ioapics[io][0] = reg;
	return ioapics[io][4];
}

static void ioapic_write(unsigned int io, uint32_t reg, uint32_t v)
{
	ioapics[io][0] = reg;
	ioapics[io][4] = v;
}

/* Remapped to 0x20..0x2f, where a spurious one would be recognised. */
static void pics_off(void)
{
	outb(0x20, 0x11);
	outb(0xa0, 0x11);
	outb(0x21, 0x20);
	outb(0xa1, 0x28);
	outb(0x21, 4);
	outb(0xa1, 2);
	outb(0x21, 1);
	outb(0xa1, 1);
	outb(0x21, 0xff);
	outb(0xa1, 0xff);
}

static void lapic_on(void)
{
	lapic = paging_map_device(acpi.lapic_phys, PAGE_SIZE);
	wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | 0x800);
	lapic_write(LAPIC_TPR, 0);
	lapic_write(LAPIC_SPURIOUS, 0x100 | IRQ_SPURIOUS);
	lapic_write(LAPIC_DIVIDE, 0xb);		/* by 1 */
	lapic_write(LAPIC_TIMER, IRQ_TIMER);	/* one-shot */
	lapic_write(LAPIC_LINT0, LVT_MASKED);
	lapic_write(LAPIC_LINT1, LVT_NMI);
	lapic_write(LAPIC_ERROR, LVT_MASKED);
}

static void ioapic_on(unsigned int io)
{
	const struct acpi_ioapic *a = &acpi.ioapics[io];
	uint32_t pins;

	ioapics[io] = paging_map_device(a->phys, 0x20);
	pins = (ioapic_read(io, 1) >> 16 & 0xff) + 1;
	for (uint32_t pin = 0; pin < pins; pin++) {
		uint32_t gsi = a->gsi_base + pin;

		ioapic_write(io, 0x10 + 2 * pin, RTE_MASKED);
		ioapic_write(io, 0x11 + 2 * pin, 0);
		if (gsi >= MAX_GSIS)
			continue;
		gsis[gsi].exists = true;
		gsis[gsi].ioapic = (uint8_t)io;
		gsis[gsi].pin = (uint8_t)pin;
		/* PCI's convention, until somebody sets it up */
		gsis[gsi].level = gsis[gsi].low = gsi >= 16;
		if (gsi + 1 > gsi_count)
			gsi_count = gsi + 1;
	}
}

void irq_init(void)
{
	pics_off();
	lapic_on();
	for (unsigned int i = 0; i < acpi.ioapic_count; i++)
		ioapic_on(i);
	for (unsigned int i = 0; i < acpi.override_count; i++) {
		const struct acpi_override *o = &acpi.overrides[i];

		if (o->gsi < MAX_GSIS) {
			gsis[o->gsi].level = o->level;
			gsis[o->gsi].low = o->low;
		}
	}
}

static void rte_write(const struct gsi *g, bool masked)
{
	uint32_t v = g->vector | (masked ? RTE_MASKED : 0) |
		     (g->level ? RTE_LEVEL : 0) | (g->low ? RTE_LOW : 0);

	ioapic_write(g->ioapic, 0x11 + 2u * g->pin, lapic_id() << 24);
	ioapic_write(g->ioapic, 0x10 + 2u * g->pin, v);
}

/* A free vector, 0 if there is none; lock held. */
static unsigned int vector_alloc(enum source s)
{
	for (unsigned int v = IRQ_FIRST; v <= IRQ_LAST; v++) {
		if (v != 0x80 && vectors[v].source == SOURCE_NONE) {
			vectors[v].source = s;
			return v;
		}
	}
	return 0;
}

unsigned int irq_gsi_count(void)
{
	return gsi_count;
}

bool irq_gsi_is_level(unsigned int gsi)
{
	return gsi < MAX_GSIS && gsis[gsi].level;
}

int irq_gsi_setup(unsigned int gsi, bool level, bool low)
{
	struct gsi *g;
	int rc = 0;

	if (gsi >= MAX_GSIS || !gsis[gsi].exists)
		return -XY_EINVAL;
	g = &gsis[gsi];
	lock_take(&irq_lock);
	if (g->reserved || g->vector ||
	    (g->set_up && (g->level != level || g->low != low)))
		rc = -XY_EEXIST;
	if (rc == 0) {
		g->level = level;
		g->low = low;
		g->set_up = true;
	}
	lock_drop(&irq_lock);
	return rc;
}

int irq_gsi_attach(unsigned int gsi, struct domain *d, uint32_t pirq)
{
	struct gsi *g;
	int rc = -XY_EINVAL;

	if (gsi >= MAX_GSIS || !gsis[gsi].exists)
		return rc;
	g = &gsis[gsi];
	lock_take(&irq_lock);
	if (!g->reserved && !g->vector) {
		g->vector = (uint8_t)vector_alloc(SOURCE_GSI);
		rc = g->vector ? 0 : -XY_ENOSPC;
	}
	if (rc == 0) {
		vectors[g->vector].gsi = gsi;
		vectors[g->vector].domain = d;
		vectors[g->vector].pirq = pirq;
		rte_write(g, false);
	}
	lock_drop(&irq_lock);
	return rc;
}

void irq_gsi_detach(unsigned int gsi)
{
	struct gsi *g = &gsis[gsi];

	lock_take(&irq_lock);
	if (g->vector) {
		rte_write(g, true);
		vectors[g->vector] = (struct vector){ 0 };
		g->vector = 0;
	}
	lock_drop(&irq_lock);
}

void irq_gsi_unmask(unsigned int gsi)
{
	lock_take(&irq_lock);
	if (gsis[gsi].vector)
		rte_write(&gsis[gsi], false);
	lock_drop(&irq_lock);
}

int irq_msi_alloc(struct domain *d, uint32_t pirq)
{
	unsigned int v;

	lock_take(&irq_lock);
	v = vector_alloc(SOURCE_MSI);
	vectors[v].domain = d;
	vectors[v].pirq = pirq;
	lock_drop(&irq_lock);
	return v ? (int)v : -XY_ENOSPC;
}

void irq_msi_free(int vector)
{
	lock_take(&irq_lock);
	vectors[vector] = (struct vector){ 0 };
	lock_drop(&irq_lock);
}

void irq_msi_message(int vector, uint64_t *address, uint32_t *data)
{
	*address = 0xfee00000UL | (uint64_t)lapic_id() << 12;
	*data = (uint32_t)vector;
}

volatile uint32_t *irq_map_registers(uint64_t phys, uint64_t bytes)
{
	return paging_map_device(phys, bytes);
}

void irq_enable_serial(void)
{
	unsigned int gsi = ISA_SERIAL;

	for (unsigned int i = 0; i < acpi.override_count; i++)
		if (acpi.overrides[i].irq == ISA_SERIAL)
			gsi = acpi.overrides[i].gsi;
	if (gsi >= MAX_GSIS || !gsis[gsi].exists)
		return;
	gsis[gsi].reserved = true;
	gsis[gsi].vector = (uint8_t)vector_alloc(SOURCE_SERIAL);
	rte_write(&gsis[gsi], false);
	uart_enable_input();
}

static void device_interrupt(unsigned int vector)
{
	struct vector v = vectors[vector];

	switch (v.source) {
	case SOURCE_NONE:
		break;
	case SOURCE_SERIAL:
		uart_poll_input();
		break;
	case SOURCE_GSI:
		if (gsis[v.gsi].level)
			rte_write(&gsis[v.gsi], true);
		/* fall through */
	case SOURCE_MSI:
		pirq_arrived(v.domain, v.pirq);
		break;
	}
}

void irq_dispatch(unsigned int vector)
{
	struct percpu *p = percpu();

	if (vector == IRQ_SPURIOUS)
		return;
	p->in_interrupt = true;
	if (vector == IRQ_TIMER)
		timer_run_due();
	else if (vector >= IRQ_FIRST && vector <= IRQ_LAST)
		device_interrupt(vector);
	lapic_write(LAPIC_EOI, 0);
	p->in_interrupt = false;
}
