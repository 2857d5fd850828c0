/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Control registers and the PAT of a starting CPU.
 */
#ifndef HW_CPU_INIT_H
#define HW_CPU_INIT_H

void cpu_init_features(void);

#endif
