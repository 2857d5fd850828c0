/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Control registers as a PV guest's kernel sees them.
 */
#ifndef CORE_CONTROL_H
#define CORE_CONTROL_H

#include "core/vcpu.h"
#include "lib/types.h"

#define CR0_TS		0x8UL

#define CR4_TSD		0x4UL
#define CR4_DE		0x8UL
#define CR4_PAE		0x20UL
#define CR4_MCE		0x40UL
#define CR4_OSFXSR	0x200UL
#define CR4_OSXMMEXCPT	0x400UL
#define CR4_FSGSBASE	0x10000UL
#define CR4_OSXSAVE	0x40000UL

/* CR4 bits that are a guest's own (v->cr4); others are silently dropped. */
#define CR4_GUEST	(CR4_TSD | CR4_DE | CR4_FSGSBASE | CR4_OSXSAVE)

/* False: #GP for the guest. */
bool control_read(const struct vcpu *v, unsigned int cr, uint64_t *value)
	must_check;
bool control_write(struct vcpu *v, unsigned int cr, uint64_t value) must_check;
bool control_xsetbv(struct vcpu *v, uint32_t index, uint64_t value) must_check;
/* A value XCR0 can have, for this guest. */
bool control_xcr0_ok(const struct vcpu *v, uint64_t value);

#endif
