// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debug registers a guest may set.
 *
 * Rules:
 *  1. A breakpoint address lies outside the hypervisor's range, so that no
 *     guest watches us.
 *  2. Reserved bits have their fixed values; GD (trap on access) is refused.
 *  3. I/O breakpoints need the guest's CR4.DE.
 *
 * No lock: the vCPU runs here, or does not run at all.
 */
#include "core/debugreg.h"
#include "abi/errno.h"
#include "core/arch.h"
#include "core/control.h"
#include "core/guest.h"

#define DR7_GD		0x2000UL
#define DR7_FIXED_0	0xffffffff0000d800UL
#define DR7_TYPE_IO	2

/* 4 and 5 are other names of 6 and 7, until the guest sets CR4.DE. */
static int slot(const struct vcpu *v, unsigned int n, unsigned int *s)
{
	if (n > 7)
		return -XY_ENODEV;
	if (n == 4 || n == 5) {
		if (v->cr4 & CR4_DE)
			return -XY_ENODEV;
		n += 2;
	}
	*s = n;
	return 0;
}

static int check_control(const struct vcpu *v, uint64_t *value)
{
	unsigned int i;

	if (*value >> 32)
		return -XY_EINVAL;
	if (*value & DR7_GD)
		return -XY_EPERM;
	for (i = 0; i < 4; i++) {
		if (!(*value >> (2 * i) & 3))
			continue;
		if ((*value >> (16 + 4 * i) & 3) == DR7_TYPE_IO &&
		    !(v->cr4 & CR4_DE))
			return -XY_EPERM;
	}
	*value = (*value & ~DR7_FIXED_0) | DR7_DEFAULT;
	return 0;
}

int debugreg_set(struct vcpu *v, unsigned int n, uint64_t value)
{
	int rc = slot(v, n, &n);

	if (rc)
		return rc;
	if (n < 4) {
		if (!va_canonical(value) || !guest_range_ok(to_guest(value), 8))
			return -XY_EPERM;
	} else if (n == 6) {
		if (value >> 32)
			return -XY_EINVAL;
		value = (value & DR6_STATUS) | DR6_DEFAULT;
	} else {
		rc = check_control(v, &value);
		if (rc)
			return rc;
	}
	v->debug[n] = value;
	if (n != 6 && v == arch_current())
		arch_debug_load(v);
	return 0;
}

int debugreg_get(const struct vcpu *v, unsigned int n, uint64_t *value)
{
	int rc = slot(v, n, &n);

	if (rc)
		return rc;
	*value = v->debug[n];
	if (n == 6)
		*value |= DR6_DEFAULT;
	if (n == 7)
		*value |= DR7_DEFAULT;
	return 0;
}
