/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Segments and descriptor tables at CPU start and at context switch.
 */
#ifndef HW_SEG_H
#define HW_SEG_H

struct percpu;
struct vcpu;

void seg_init_cpu(struct percpu *p);
void seg_save(struct vcpu *v);
/* GDT and LDT windows, before the root is loaded (its CR3 load flushes). */
void seg_load_tables(struct vcpu *v);
/* Selectors and bases, after: descriptors are read through the window. */
void seg_load(struct vcpu *v);

#endif
