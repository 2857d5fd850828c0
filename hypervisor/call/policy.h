/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU policies between the tools and us (domctl 82 and 83, sysctl 29).
 */
#ifndef CALL_POLICY_H
#define CALL_POLICY_H

#include "core/cpuid.h"
#include "lib/types.h"

/* Two arrays of the tools: room or length in, length out. */
struct policy_lists {
	uint64_t leaves, msrs;		/* handles; 0: only the numbers */
	uint32_t nr_leaves, nr_msrs;
	uint32_t err_leaf, err_subleaf, err_msr;
};

/* Copies a policy out; -XY_ENOBUFS when there is no room. */
int policy_give(const struct cpuid_policy *p, struct policy_lists *l)
	must_check;
/* Merges what the tools sent into p; -XY_ERANGE names what was unknown. */
int policy_take(struct cpuid_policy *p, struct policy_lists *l) must_check;

#endif
