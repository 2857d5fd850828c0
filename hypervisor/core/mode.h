/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest kernel mode and guest user mode.  Both run at CPL 3; what differs is
 * the loaded root, which GS base is active, and what SYSCALL means.
 */
#ifndef CORE_MODE_H
#define CORE_MODE_H

#include "core/vcpu.h"

/*
 * Changes the mode of the running vCPU: saves the GS base that becomes
 * inactive (a guest may have changed it without a trap), swaps the bases and
 * loads the other root.  To user mode only with a user root.
 */
void vcpu_toggle_mode(struct vcpu *v);

#endif
