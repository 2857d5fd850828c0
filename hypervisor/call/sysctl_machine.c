/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sysctl: processors and memory.
 *
 * The machine is told as one node and one socket, a core for each CPU, no
 * threads: nothing here schedules by more than that.  No state.
 */
#include "call/policy.h"
#include "call/sysctl.h"
#include "core/arch.h"
#include "core/cpus.h"
#include "core/frame.h"
#include "core/heap.h"
#include "core/time.h"

#define FEATURE_WORDS	13u
#define LOCAL_DISTANCE	10u
#define PCI_DEVICES_MAX	4096u	/* a call is short */

/* The public order of feature words, taken from a policy. */
static void features_of(const struct cpuid_policy *p,
			uint32_t words[FEATURE_WORDS])
{
	words[0] = p->basic[1].edx;
	words[1] = p->basic[1].ecx;
	words[2] = p->extended[1].edx;
	words[3] = p->extended[1].ecx;
	words[4] = p->xstates[1].eax;
	words[5] = p->features[0].ebx;
	words[6] = p->features[0].ecx;
	words[7] = p->extended[7].edx;
	words[8] = p->extended[8].ebx;
	words[9] = p->features[0].edx;
	words[10] = p->features[1].eax;
	words[11] = p->extended[0x21].eax;
	words[12] = p->features[1].ebx;
}

static unsigned int last_cpu(void)
{
	return 63 - (unsigned int)__builtin_clzl(cpus_online());
}

int sysctl_physinfo(struct xy_sysctl *op)
{
	struct xy_sysctl_physinfo *p = &op->u.physinfo;
	uint32_t words[FEATURE_WORDS];

	features_of(cpuid_default(true), words);
	*p = (struct xy_sysctl_physinfo){
		.threads_per_core = 1,
		.cores_per_socket = cpus_count(),
		.nr_cpus = cpus_count(),
		.max_cpu_id = last_cpu(),
		.nr_nodes = 1,
		.cpu_khz = (uint32_t)time_tsc_khz(),
		.capabilities = XY_SYSCTL_PHYSCAP_pv |
				XY_SYSCTL_PHYSCAP_gnttab_v1,
		.total_pages = heap_total_frames(),
		.free_pages = heap_free_frames(),
		.outstanding_pages = heap_claimed_frames(),
		.max_mfn = frame_max() - 1,
	};
	for (unsigned int i = 0; i < ARRAY_SIZE(p->hw_cap); i++)
		p->hw_cap[i] = words[i];
	return 0;
}

int sysctl_cpu_topology(struct xy_sysctl *op)
{
	struct xy_sysctl_cputopoinfo *t = &op->u.cputopoinfo;
	uint32_t count = last_cpu() + 1, room = t->num_cpus;

	t->num_cpus = count;
	if (t->cputopo == 0)
		return 0;
	t->num_cpus = (uint32_t)min_u64(count, room);
	for (uint32_t i = 0; i < t->num_cpus; i++) {
		bool on = cpus_online() >> i & 1;
		const struct xy_sysctl_cputopo e = {
			.core = on ? i : XY_INVALID_CORE_ID,
			.socket = on ? 0 : XY_INVALID_SOCKET_ID,
			.node = on ? 0 : XY_INVALID_NODE_ID,
		};

		if (guest_write_elem(to_guest(t->cputopo), i, &e, sizeof(e)))
			return -XY_EFAULT;
	}
	return 0;
}

/* Firmware does not tell us which node a device is nearer to. */
int sysctl_pci_topology(struct xy_sysctl *op)
{
	const struct xy_sysctl_pcitopoinfo *t = &op->u.pcitopoinfo;
	const uint32_t nowhere = XY_INVALID_NODE_ID;

	if (t->num_devs > PCI_DEVICES_MAX)
		return -XY_E2BIG;
	for (uint32_t i = 0; i < t->num_devs; i++)
		if (guest_write_elem(to_guest(t->nodes), i, &nowhere,
				     sizeof(nowhere)))
			return -XY_EFAULT;
	return 0;
}

int sysctl_numa(struct xy_sysctl *op)
{
	struct xy_sysctl_numainfo *n = &op->u.numainfo;
	const struct xy_sysctl_meminfo memory = {
		.memsize = heap_total_frames() << PAGE_SHIFT,
		.memfree = heap_free_frames() << PAGE_SHIFT,
	};
	const uint32_t distance = LOCAL_DISTANCE;
	uint32_t room = n->num_nodes;

	n->num_nodes = 1;
	if (room == 0)
		return 0;
	if (n->meminfo && guest_write(to_guest(n->meminfo), &memory,
				      sizeof(memory)))
		return -XY_EFAULT;
	if (n->distance && guest_write(to_guest(n->distance), &distance,
				       sizeof(distance)))
		return -XY_EFAULT;
	return 0;
}

/* Free memory whose addresses have min to max bits. */
int sysctl_heap(struct xy_sysctl *op)
{
	struct xy_sysctl_availheap *h = &op->u.availheap;
	uint64_t frames;

	if (h->node != -1 && h->node != 0)
		return -XY_EINVAL;
	frames = h->max_bitwidth ? heap_free_frames_below(h->max_bitwidth) :
		 heap_free_frames();
	if (h->min_bitwidth)
		frames -= min_u64(frames,
				  heap_free_frames_below(h->min_bitwidth));
	h->avail_bytes = frames << PAGE_SHIFT;
	return 0;
}

int sysctl_cpu_policy(struct xy_sysctl *op)
{
	struct xy_sysctl_cpu_policy *p = &op->u.cpu_policy;
	struct policy_lists l = {
		.leaves = p->leaves, .nr_leaves = p->nr_leaves,
		.msrs = p->msrs, .nr_msrs = p->nr_msrs,
	};
	int rc;

	if (p->index == XY_SYSCTL_cpu_policy_hvm_max ||
	    p->index == XY_SYSCTL_cpu_policy_hvm_default)
		return -XY_EOPNOTSUPP;
	if (p->index > XY_SYSCTL_cpu_policy_hvm_default)
		return -XY_ENOENT;
	rc = policy_give(cpuid_default(false), &l);
	p->nr_leaves = l.nr_leaves;
	p->nr_msrs = l.nr_msrs;
	return rc;
}

int sysctl_featureset(struct xy_sysctl *op)
{
	struct xy_sysctl_cpu_featureset *f = &op->u.cpu_featureset;
	uint32_t words[FEATURE_WORDS], room = f->nr_features;
	size_t n;

	if (f->index == XY_SYSCTL_cpu_featureset_hvm ||
	    f->index == XY_SYSCTL_cpu_featureset_hvm_max)
		return -XY_EOPNOTSUPP;
	if (f->index > XY_SYSCTL_cpu_featureset_hvm_max)
		return -XY_EINVAL;
	f->nr_features = FEATURE_WORDS;
	if (f->features == 0)
		return 0;
	n = min_u64(room, FEATURE_WORDS);
	f->nr_features = (uint32_t)n;
	features_of(cpuid_default(false), words);
	if (guest_write(to_guest(f->features), words, n * sizeof(words[0])))
		return -XY_EFAULT;
	return room < FEATURE_WORDS ? -XY_ENOBUFS : 0;
}

int sysctl_levelling_caps(struct xy_sysctl *op)
{
	op->u.cpu_levelling_caps.caps = 0;	/* none: CPUID is emulated */
	return 0;
}
