/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The processor a PV guest sees through the forced-emulation CPUID.
 *
 * cpuid_init() makes two policies once, at boot, from what the machine has:
 * one for dom0 and one for the others.  A domain may get a policy of its own
 * (domctl), which can only take features away.  Dynamic bits (OSXSAVE, the
 * size of the enabled XSAVE state, APIC id) are put in at the query.
 */
#ifndef CORE_CPUID_H
#define CORE_CPUID_H

#include "core/arch.h"
#include "core/vcpu.h"
#include "lib/types.h"

#define CPUID_BASIC	0x0e	/* leaves 0 .. 0xd */
#define CPUID_CACHES	6	/* leaf 4 */
#define CPUID_FEATURES	2	/* leaf 7 */
#define CPUID_TOPOLOGY	2	/* leaf 0xb */
#define CPUID_XSTATES	10	/* leaf 0xd */
#define CPUID_EXTENDED	0x22	/* leaves 0x80000000 .. */

#define CPUID_HV_BASE	0x40000000u

struct cpuid_policy {
	struct cpuid_regs basic[CPUID_BASIC];
	struct cpuid_regs caches[CPUID_CACHES];
	struct cpuid_regs features[CPUID_FEATURES];
	struct cpuid_regs topology[CPUID_TOPOLOGY];
	struct cpuid_regs xstates[CPUID_XSTATES];
	struct cpuid_regs extended[CPUID_EXTENDED];
};

void cpuid_init(void);
/* The default policy of a kind of domain. */
const struct cpuid_policy *cpuid_default(bool is_dom0);

/* What CPUID answers to v. */
struct cpuid_regs cpuid_query(struct vcpu *v, uint32_t leaf, uint32_t subleaf);

/* XCR0 bits v may set. */
uint64_t cpuid_xcr0_mask(const struct vcpu *v);

/* One leaf of a policy as the tools carry it. */
struct cpuid_leaf {
	uint32_t leaf, subleaf;		/* subleaf 0xffffffff: has none */
	struct cpuid_regs r;
};

/* Leaf number `n` of the policy in ascending order; false: no more. */
bool cpuid_policy_get(const struct cpuid_policy *p, unsigned int n,
		      struct cpuid_leaf *leaf) must_check;
/* Puts a leaf in: -EINVAL unknown leaf.  Call cpuid_policy_limit after. */
int cpuid_policy_set(struct cpuid_policy *p, const struct cpuid_leaf *leaf)
	must_check;
/* Removes every feature that `limit` does not have. */
void cpuid_policy_limit(struct cpuid_policy *p,
			const struct cpuid_policy *limit);

#endif
