/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Context switch.
 */
#ifndef ENTRY_SWITCH_H
#define ENTRY_SWITCH_H

/*
 * Chooses who runs next on this CPU and makes it the loaded vCPU; idles while
 * there is nobody.  On return the register block is the chosen one's.
 */
void switch_to_next(void);

#endif
