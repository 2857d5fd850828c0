/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU policies as lists of CPUID leaves and MSRs.
 *
 * The MSRs are those the public interface carries; we have nothing to tell in
 * them, so they read 0 and what is written does not matter.  No state.
 */
#include "call/policy.h"
#include "abi/control.h"
#include "abi/errno.h"
#include "core/guest.h"

#define MSR_PLATFORM_INFO	0xceu
#define MSR_ARCH_CAPABILITIES	0x10au
#define LEAVES_MAX		256u

static const uint32_t msrs[] = { MSR_PLATFORM_INFO, MSR_ARCH_CAPABILITIES };

static uint32_t count_leaves(const struct cpuid_policy *p)
{
	struct cpuid_leaf leaf;
	uint32_t n = 0;

	while (cpuid_policy_get(p, n, &leaf))
		n++;
	return n;
}

static int give_leaves(const struct cpuid_policy *p, uint64_t to)
{
	struct cpuid_leaf in;

	for (uint32_t n = 0; cpuid_policy_get(p, n, &in); n++) {
		const struct xy_cpuid_leaf out = {
			in.leaf, in.subleaf,
			in.r.eax, in.r.ebx, in.r.ecx, in.r.edx,
		};

		if (guest_write_elem(to_guest(to), n, &out, sizeof(out)))
			return -XY_EFAULT;
	}
	return 0;
}

static int give_msrs(uint64_t to)
{
	for (uint32_t n = 0; n < ARRAY_SIZE(msrs); n++) {
		const struct xy_msr_entry out = { .idx = msrs[n] };

		if (guest_write_elem(to_guest(to), n, &out, sizeof(out)))
			return -XY_EFAULT;
	}
	return 0;
}

int policy_give(const struct cpuid_policy *p, struct policy_lists *l)
{
	uint32_t nr_leaves = count_leaves(p);
	int rc = 0;

	if ((l->leaves && l->nr_leaves < nr_leaves) ||
	    (l->msrs && l->nr_msrs < ARRAY_SIZE(msrs)))
		return -XY_ENOBUFS;
	if (l->leaves)
		rc = give_leaves(p, l->leaves);
	if (rc == 0 && l->msrs)
		rc = give_msrs(l->msrs);
	l->nr_leaves = nr_leaves;
	l->nr_msrs = ARRAY_SIZE(msrs);
	return rc;
}

static int take_leaves(struct cpuid_policy *p, struct policy_lists *l)
{
	for (uint32_t n = 0; n < l->nr_leaves; n++) {
		struct xy_cpuid_leaf in;
		struct cpuid_leaf leaf;

		if (guest_read_elem(&in, to_guest(l->leaves), n, sizeof(in)))
			return -XY_EFAULT;
		leaf = (struct cpuid_leaf){
			in.leaf, in.subleaf, { in.a, in.b, in.c, in.d }
		};
		/* The hypervisor's own leaves are not the tools' to set. */
		if (in.leaf >> 16 == CPUID_HV_BASE >> 16)
			continue;
		if (cpuid_policy_set(p, &leaf)) {
			l->err_leaf = in.leaf;
			l->err_subleaf = in.subleaf;
			return -XY_ERANGE;
		}
	}
	return 0;
}

static bool msr_known(uint32_t index)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(msrs); i++)
		if (msrs[i] == index)
			return true;
	return false;
}

static int take_msrs(struct policy_lists *l)
{
	for (uint32_t n = 0; n < l->nr_msrs; n++) {
		struct xy_msr_entry in;

		if (guest_read_elem(&in, to_guest(l->msrs), n, sizeof(in)))
			return -XY_EFAULT;
		if (in.flags || !msr_known(in.idx)) {
			l->err_msr = in.idx;
			return in.flags ? -XY_EINVAL : -XY_ERANGE;
		}
	}
	return 0;
}

int policy_take(struct cpuid_policy *p, struct policy_lists *l)
{
	int rc;

	l->err_leaf = l->err_subleaf = l->err_msr = ~0u;
	if (l->nr_leaves > LEAVES_MAX || l->nr_msrs > ARRAY_SIZE(msrs))
		return -XY_E2BIG;
	rc = take_leaves(p, l);
	return rc ? rc : take_msrs(l);
}
