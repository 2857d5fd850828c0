/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's registered copy of its run states (vcpu_op 5).
 */
#ifndef CORE_RUNSTATE_H
#define CORE_RUNSTATE_H

#include "core/vcpu.h"

/*
 * Writes v's run states and time copies to the areas it registered.  v is
 * loaded on this CPU.  While it is in user mode the areas cannot be reached:
 * the update is then owed and made at the next entry to its kernel.
 */
void runstate_update(struct vcpu *v);
void runstate_fill(struct vcpu *v, struct xy_vcpu_runstate_info *info);

#endif
