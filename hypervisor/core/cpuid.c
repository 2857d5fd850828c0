// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answering CPUID for PV guests.
 *
 * Rules:
 *  1. A leaf is answered from the domain's policy; leaves beyond it are 0.
 *  2. What depends on the vCPU is put in here: its APIC id, OSXSAVE, and how
 *     large the state enabled in its XCR0 is.  Those sizes are computed from
 *     the offsets in the policy, not asked from the machine, whose XCR0 may
 *     be another one.
 *  3. The hypervisor's own leaves are the public interface's.
 *
 * No lock: the default policies are written once at boot (cpuid_policy.c).
 */
#include "core/cpuid.h"
#include "core/dom.h"
#include "core/time.h"

#define EXTENDED_BASE	0x80000000u
#define F1_XSAVE	(1u << 26)	/* leaf 1 ecx */
#define F1_OSXSAVE	(1u << 27)

#define HV_LEAVES	5u
#define HV_VERSION	0x00040011u	/* of the interface: 4.17 */
#define HV_MSR_BASE	0x40000000u
#define HV_PRESERVE_AD	1u		/* mmu_update command 2 */
#define HV_TSC_RDTSCP	4u

#define XSAVE_HEADER_END	576u	/* legacy area and header */
#define XSTATE_ALIGN64		2u	/* leaf 0xd.n ecx */

static const struct cpuid_policy *policy_of(const struct vcpu *v)
{
	const struct domain *d = v->domain;

	return d->cpuid ? d->cpuid : cpuid_default(d->privileged);
}

uint64_t cpuid_xcr0_mask(const struct vcpu *v)
{
	const struct cpuid_regs *r = &policy_of(v)->xstates[0];

	return r->eax | (uint64_t)r->edx << 32;
}

/* Bytes of the area that XSAVE (or, compact, XSAVEC) fills. */
static uint32_t area_bytes(const struct cpuid_policy *p, uint64_t xcr0,
			   bool compact)
{
	uint32_t end = XSAVE_HEADER_END, packed = XSAVE_HEADER_END;
	unsigned int i;

	for (i = 2; i < CPUID_XSTATES; i++) {
		const struct cpuid_regs *s = &p->xstates[i];

		if (!(xcr0 >> i & 1))
			continue;
		if (s->ebx + s->eax > end)
			end = s->ebx + s->eax;
		if (s->ecx & XSTATE_ALIGN64)
			packed = (packed + 63) & ~63u;
		packed += s->eax;
	}
	return compact ? packed : end;
}

static struct cpuid_regs xstate_leaf(struct vcpu *v,
				     const struct cpuid_policy *p,
				     uint32_t sub)
{
	uint64_t mask = cpuid_xcr0_mask(v);
	struct cpuid_regs r = p->xstates[sub];

	if (!mask)
		return r;
	if (sub == 0) {
		r.ebx = area_bytes(p, v->xcr0 ? v->xcr0 : mask, false);
		r.ecx = area_bytes(p, mask, false);
	} else if (sub == 1) {
		r.ebx = area_bytes(p, v->xcr0 ? v->xcr0 : mask, true);
	}
	return r;
}

static struct cpuid_regs hypervisor_leaf(struct vcpu *v, uint32_t leaf,
					 uint32_t sub)
{
	const struct cpuid_regs none = { 0 };
	const struct cpuid_regs *addr = &policy_of(v)->extended[8];
	uint64_t khz = time_tsc_khz();

	switch (leaf - CPUID_HV_BASE) {
	case 0:		/* "XenVMMXenVMM" */
		return (struct cpuid_regs){ CPUID_HV_BASE + HV_LEAVES,
			0x566e6558, 0x65584d4d, 0x4d4d566e };
	case 1:
		return (struct cpuid_regs){ HV_VERSION, 0, 0, 0 };
	case 2:		/* one hypercall page, and where it is asked for */
		return (struct cpuid_regs){ 1, HV_MSR_BASE, HV_PRESERVE_AD, 0 };
	case 3:
		if (sub == 0)
			return (struct cpuid_regs){ HV_TSC_RDTSCP, 0,
				(uint32_t)khz, 0 };
		if (sub == 1) {
			struct time_scale s = time_scale_for_khz(khz);

			return (struct cpuid_regs){ 0, 0, s.mul,
				(uint8_t)s.shift };
		}
		return sub == 2 ? (struct cpuid_regs){ (uint32_t)khz, 0, 0, 0 }
				: none;
	case 5:
		return (struct cpuid_regs){ 0, addr->eax & 0xff, 0, 0 };
	}
	return none;
}

static struct cpuid_regs basic_leaf(struct vcpu *v,
				    const struct cpuid_policy *p,
				    uint32_t leaf, uint32_t sub)
{
	struct cpuid_regs r = { 0 };

	switch (leaf) {
	case 4:
		return sub < CPUID_CACHES ? p->caches[sub] : r;
	case 7:
		return sub < CPUID_FEATURES ? p->features[sub] : r;
	case 0xb:
		r = sub < CPUID_TOPOLOGY ? p->topology[sub] : r;
		r.ecx = (r.ecx & 0xff00) | (sub & 0xff);
		r.edx = v->id;
		return r;
	case 0xd:
		return sub < CPUID_XSTATES ? xstate_leaf(v, p, sub) : r;
	case 1:
		r = p->basic[1];
		/* A kernel asks before it turns XSAVE on. */
		if (r.ecx & F1_XSAVE)
			r.ecx |= F1_OSXSAVE;
		return r;
	}
	return p->basic[leaf];
}

struct cpuid_regs cpuid_query(struct vcpu *v, uint32_t leaf, uint32_t subleaf)
{
	const struct cpuid_policy *p = policy_of(v);
	const struct cpuid_regs none = { 0 };

	if (leaf >= EXTENDED_BASE) {
		leaf -= EXTENDED_BASE;
		return leaf < CPUID_EXTENDED &&
		       leaf <= p->extended[0].eax - EXTENDED_BASE ?
		       p->extended[leaf] : none;
	}
	if (leaf >= CPUID_HV_BASE)
		return hypervisor_leaf(v, leaf, subleaf);
	return leaf < CPUID_BASIC && leaf <= p->basic[0].eax ?
		basic_leaf(v, p, leaf, subleaf) : none;
}
