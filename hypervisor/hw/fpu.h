/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FPU state at CPU start (fresh, save and load: the seam).
 */
#ifndef HW_FPU_H
#define HW_FPU_H

void fpu_init_cpu(void);

#endif
