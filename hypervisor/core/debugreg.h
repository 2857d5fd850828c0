/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Debug registers as a guest may set them.  The values live in v->debug[];
 * the machine's registers are loaded only while dr7 enables something.
 */
#ifndef CORE_DEBUGREG_H
#define CORE_DEBUGREG_H

#include "core/vcpu.h"
#include "lib/types.h"

#define DR6_DEFAULT	0xffff0ff0UL
#define DR6_STATUS	0xe00fUL	/* B0..B3, BD, BS, BT */
#define DR6_STEP	0x4000UL
#define DR7_DEFAULT	0x400UL
#define DR7_ENABLED	0xffUL		/* any of L0..G3 */

/* 0, -EPERM, -EINVAL or -ENODEV.  Loads the machine if v runs here. */
int debugreg_set(struct vcpu *v, unsigned int n, uint64_t value) must_check;
int debugreg_get(const struct vcpu *v, unsigned int n, uint64_t *value)
	must_check;

#endif
