/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Model-specific registers as a PV guest's kernel sees them.
 */
#ifndef CORE_MSR_H
#define CORE_MSR_H

#include "core/vcpu.h"
#include "lib/types.h"

/* False: #GP for the guest. */
bool msr_read(struct vcpu *v, uint32_t msr, uint64_t *value) must_check;
bool msr_write(struct vcpu *v, uint32_t msr, uint64_t value) must_check;

#endif
