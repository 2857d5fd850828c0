/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clocks: TSC and LAPIC timer frequencies, the battery clock.
 */
#ifndef HW_CLOCK_H
#define HW_CLOCK_H

void clock_init(void);		/* measures; then system time runs */
/* Reads the battery clock and sets the wall clock from it. */
void clock_read_wall(void);

#endif
