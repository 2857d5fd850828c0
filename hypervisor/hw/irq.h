/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt controllers: start-up and dispatch (the rest is core/irq.h).
 */
#ifndef HW_IRQ_H
#define HW_IRQ_H

#include "lib/types.h"

void irq_init(void);			/* PICs off, LAPIC and I/O APICs on */
void irq_enable_serial(void);		/* GSI of ISA IRQ 4 to the console */
void irq_dispatch(unsigned int vector);	/* from entry/trap.c */

/* The local APIC's timer, in its own ticks. */
void lapic_timer_start(uint32_t ticks);
uint32_t lapic_timer_left(void);
uint32_t lapic_id(void);

#endif
