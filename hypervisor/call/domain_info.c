/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tools' view of a domain.  Reads without a lock: each number is one word
 * and may be outdated when the tools see it anyway.
 */
#include "call/domain_info.h"
#include "core/cpuid.h"
#include "core/sched.h"
#include "lib/string.h"

#define ADDRESS_SIZES	8	/* extended leaf 0x80000008 */

static const struct cpuid_policy *policy_of(const struct domain *d)
{
	return d->cpuid ? d->cpuid : cpuid_default(d->privileged);
}

/* Adds the vCPUs up; the flags are those of a domain that has any. */
static uint32_t sum_vcpus(struct domain *d,
			  struct xy_domctl_getdomaininfo *info)
{
	uint32_t flags = XY_DOMINF_blocked;

	info->max_vcpu_id = XY_INVALID_MAX_VCPU_ID;
	for (unsigned int i = 0; i < d->max_vcpus; i++) {
		struct vcpu *v = d->vcpus[i];
		uint64_t ns[4];

		if (v == NULL)
			continue;
		sched_account(v, ns);
		info->cpu_time += ns[VCPU_RUNNING];
		info->max_vcpu_id = i;
		if (v->pause & PAUSE_DOWN)
			continue;
		info->nr_online_vcpus++;
		if (v->state != VCPU_BLOCKED)
			flags &= ~XY_DOMINF_blocked;
		if (v->state == VCPU_RUNNING)
			flags |= XY_DOMINF_running;
	}
	return info->nr_online_vcpus ? flags : 0;
}

void domain_info_fill(struct domain *d, struct xy_domctl_getdomaininfo *info)
{
	uint32_t code = d->shut_down ? d->shutdown_code :
			XY_DOMINF_shutdownmask;

	*info = (struct xy_domctl_getdomaininfo){ .domain = d->id };
	info->flags = sum_vcpus(d, info) |
		(d->dying ? XY_DOMINF_dying : 0) |
		(d->shut_down ? XY_DOMINF_shutdown : 0) |
		(d->pause_count ? XY_DOMINF_paused : 0) |
		code << XY_DOMINF_shutdownshift;
	info->tot_pages = d->tot_pages;
	info->max_pages = d->max_pages;
	info->outstanding_pages = d->claimed_pages;
	info->shared_info_frame = d->shared_mfn.n;
	memcpy(info->handle, d->handle, sizeof(info->handle));
	info->gpaddr_bits =
		(uint8_t)policy_of(d)->extended[ADDRESS_SIZES].eax;
}
