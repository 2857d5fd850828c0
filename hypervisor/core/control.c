// SPDX-License-Identifier: GPL-2.0-only
/*
 * Control registers of guests: what little of them is the guest's own.
 *
 * Rules:
 *  1. CR0 is the machine's with the guest's TS; only TS can change.
 *  2. CR3 reads as the kernel root's machine address and cannot be written:
 *     that is a hypercall.
 *  3. Of CR4 four bits are the guest's; four show the machine's; the rest
 *     reads as 0 and is dropped when written.
 *
 * No lock; the vCPU runs here.
 */
#include "core/control.h"
#include "core/arch.h"
#include "core/cpuid.h"

#define CR4_VISIBLE	(CR4_PAE | CR4_MCE | CR4_OSFXSR | CR4_OSXMMEXCPT)

#define XCR0_X87	1UL
#define XCR0_SSE	2UL
#define XCR0_AVX	4UL

static uint64_t guest_cr0(const struct vcpu *v)
{
	return (arch_cr0() & ~CR0_TS) | (v->ts ? CR0_TS : 0);
}

bool control_read(const struct vcpu *v, unsigned int cr, uint64_t *value)
{
	switch (cr) {
	case 0:
		*value = guest_cr0(v);
		return true;
	case 2:
		*value = v->cr2;
		return true;
	case 3:
		*value = mfn_to_maddr(v->root_kernel).a;
		return true;
	case 4:
		*value = v->cr4 | (arch_cr4() & CR4_VISIBLE);
		return true;
	}
	return false;
}

bool control_write(struct vcpu *v, unsigned int cr, uint64_t value)
{
	switch (cr) {
	case 0:
		if ((value ^ guest_cr0(v)) & ~CR0_TS)
			return false;
		v->ts = value & CR0_TS;
		arch_control_changed(v);
		return true;
	case 2:
		v->cr2 = value;
		v->info->arch.cr2 = value;
		return true;
	case 4:
		v->cr4 = value & CR4_GUEST;
		arch_control_changed(v);
		return true;
	}
	return false;
}

bool control_xcr0_ok(const struct vcpu *v, uint64_t value)
{
	if (!(value & XCR0_X87) || value & ~cpuid_xcr0_mask(v))
		return false;
	return !(value & XCR0_AVX) || value & XCR0_SSE;
}

bool control_xsetbv(struct vcpu *v, uint32_t index, uint64_t value)
{
	if (index != 0 || !control_xcr0_ok(v, value))
		return false;
	v->xcr0 = value;
	arch_set_xcr0(value);
	return true;
}
