/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FPU state at CPU start and for a new vCPU (save and load: the seam).
 */
#ifndef HW_FPU_H
#define HW_FPU_H

void fpu_init_cpu(void);
/* A frame in the state after FNINIT, for a new vCPU. */
void fpu_fresh(void *area);

#endif
