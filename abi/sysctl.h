/* SPDX-License-Identifier: MIT */
/*
 * sysctl (call 35): what the tools in dom0 say to the hypervisor about the
 * machine. First the ops' numbers, then each op's flags and structure, last the
 * envelope; the rules are in control.h.
 *
 * Source: public sysctl.h of 4.17, interface version 0x15.
 */
#ifndef XY_ABI_SYSCTL_H
#define XY_ABI_SYSCTL_H

#include "abi/base.h"
#include "abi/control.h"

#define XY_SYSCTL_INTERFACE_VERSION	0x00000015

#define XY_SYSCTL_readconsole		1
#define XY_SYSCTL_tbuf_op		2
#define XY_SYSCTL_physinfo		3
#define XY_SYSCTL_sched_id		4
#define XY_SYSCTL_perfc_op		5
#define XY_SYSCTL_getdomaininfolist	6
#define XY_SYSCTL_debug_keys		7
#define XY_SYSCTL_getcpuinfo		8
#define XY_SYSCTL_availheap		9
#define XY_SYSCTL_get_pmstat		10
#define XY_SYSCTL_cpu_hotplug		11
#define XY_SYSCTL_pm_op			12
#define XY_SYSCTL_page_offline_op	14
#define XY_SYSCTL_lockprof_op		15
#define XY_SYSCTL_cputopoinfo		16
#define XY_SYSCTL_numainfo		17
#define XY_SYSCTL_cpupool_op		18
#define XY_SYSCTL_scheduler_op		19
#define XY_SYSCTL_coverage_op		20
#define XY_SYSCTL_psr_cmt_op		21
#define XY_SYSCTL_pcitopoinfo		22
#define XY_SYSCTL_psr_alloc		23
#define XY_SYSCTL_get_cpu_levelling_caps	25
#define XY_SYSCTL_get_cpu_featureset	26
#define XY_SYSCTL_livepatch_op		27
#define XY_SYSCTL_get_cpu_policy	29

struct xy_sysctl_readconsole {
	uint8_t clear;
	uint8_t incremental;		/* start at index */
	uint8_t pad0;
	uint8_t pad1;
	uint32_t index;			/* INOUT: bytes ever written */
	uint64_t buffer;		/* handle, OUT */
	uint32_t count;			/* INOUT: bytes of room; bytes */
};
XY_SIZE(struct xy_sysctl_readconsole, 24);
XY_AT(struct xy_sysctl_readconsole, buffer, 8);

#define XY_SYSCTL_PHYSCAP_hvm			(1U << 0)
#define XY_SYSCTL_PHYSCAP_pv			(1U << 1)
#define XY_SYSCTL_PHYSCAP_directio		(1U << 2)
#define XY_SYSCTL_PHYSCAP_hap			(1U << 3)
#define XY_SYSCTL_PHYSCAP_shadow		(1U << 4)
#define XY_SYSCTL_PHYSCAP_iommu_hap_pt_share	(1U << 5)
#define XY_SYSCTL_PHYSCAP_vmtrace		(1U << 6)
#define XY_SYSCTL_PHYSCAP_vpmu			(1U << 7)
#define XY_SYSCTL_PHYSCAP_gnttab_v1		(1U << 8)
#define XY_SYSCTL_PHYSCAP_gnttab_v2		(1U << 9)

struct xy_sysctl_physinfo {		/* all OUT */
	uint32_t threads_per_core;
	uint32_t cores_per_socket;
	uint32_t nr_cpus;		/* online */
	uint32_t max_cpu_id;
	uint32_t nr_nodes;
	uint32_t max_node_id;
	uint32_t cpu_khz;
	uint32_t capabilities;		/* XY_SYSCTL_PHYSCAP_ */
	uint32_t arch_capabilities;
	uint32_t pad;
	uint64_t total_pages;
	uint64_t free_pages;
	uint64_t scrub_pages;
	uint64_t outstanding_pages;	/* claimed, not yet taken */
	uint64_t max_mfn;
	uint32_t hw_cap[8];		/* CPUID feature words */
};
XY_SIZE(struct xy_sysctl_physinfo, 112);
XY_AT(struct xy_sysctl_physinfo, capabilities, 28);
XY_AT(struct xy_sysctl_physinfo, total_pages, 40);
XY_AT(struct xy_sysctl_physinfo, hw_cap, 80);

struct xy_sysctl_sched_id {
	uint32_t sched_id;		/* OUT: XY_SCHEDULER_ */
};
XY_SIZE(struct xy_sysctl_sched_id, 4);

struct xy_sysctl_getdomaininfolist {
	uint16_t first_domain;
	uint32_t max_domains;		/* room in buffer */
	uint64_t buffer;		/* handle, xy_domctl_getdomaininfo */
	uint32_t num_domains;		/* OUT */
};
XY_SIZE(struct xy_sysctl_getdomaininfolist, 24);
XY_AT(struct xy_sysctl_getdomaininfolist, buffer, 8);

struct xy_sysctl_debug_keys {
	uint64_t keys;			/* handle of char */
	uint32_t nr_keys;
};
XY_SIZE(struct xy_sysctl_debug_keys, 16);

struct xy_sysctl_cpuinfo {
	uint64_t idletime;		/* OUT: ns */
};
XY_SIZE(struct xy_sysctl_cpuinfo, 8);

struct xy_sysctl_getcpuinfo {
	uint32_t max_cpus;
	uint64_t info;			/* handle of xy_sysctl_cpuinfo */
	uint32_t nr_cpus;		/* OUT */
};
XY_SIZE(struct xy_sysctl_getcpuinfo, 24);

struct xy_sysctl_availheap {
	uint32_t min_bitwidth;		/* 0: none */
	uint32_t max_bitwidth;		/* 0: none */
	int32_t node;			/* -1: all */
	uint64_t avail_bytes;		/* OUT */
};
XY_SIZE(struct xy_sysctl_availheap, 24);
XY_AT(struct xy_sysctl_availheap, avail_bytes, 16);

#define XY_SYSCTL_CPU_HOTPLUG_ONLINE	0
#define XY_SYSCTL_CPU_HOTPLUG_OFFLINE	1

struct xy_sysctl_cpu_hotplug {
	uint32_t cpu;
	uint32_t op;			/* XY_SYSCTL_CPU_HOTPLUG_ */
};
XY_SIZE(struct xy_sysctl_cpu_hotplug, 8);

#define XY_INVALID_CORE_ID	(~0U)
#define XY_INVALID_SOCKET_ID	(~0U)
#define XY_INVALID_NODE_ID	(~0U)

struct xy_sysctl_cputopo {
	uint32_t core;
	uint32_t socket;
	uint32_t node;
};
XY_SIZE(struct xy_sysctl_cputopo, 12);

struct xy_sysctl_cputopoinfo {
	uint32_t num_cpus;		/* INOUT: room; needed */
	uint64_t cputopo;		/* handle; 0 asks for the number */
};
XY_SIZE(struct xy_sysctl_cputopoinfo, 16);

#define XY_INVALID_MEM_SZ	(~0U)
#define XY_INVALID_NODE_DIST	(~0U)

struct xy_sysctl_meminfo {
	uint64_t memsize;		/* bytes */
	uint64_t memfree;		/* bytes */
};
XY_SIZE(struct xy_sysctl_meminfo, 16);

struct xy_sysctl_numainfo {
	uint32_t num_nodes;		/* INOUT: room; needed */
	uint64_t meminfo;		/* handle of xy_sysctl_meminfo */
	uint64_t distance;		/* handle of uint32_t, square */
};
XY_SIZE(struct xy_sysctl_numainfo, 24);
XY_AT(struct xy_sysctl_numainfo, meminfo, 8);

#define XY_SYSCTL_CPUPOOL_OP_CREATE	1
#define XY_SYSCTL_CPUPOOL_OP_DESTROY	2
#define XY_SYSCTL_CPUPOOL_OP_INFO	3	/* first with id >= given */
#define XY_SYSCTL_CPUPOOL_OP_ADDCPU	4
#define XY_SYSCTL_CPUPOOL_OP_RMCPU	5
#define XY_SYSCTL_CPUPOOL_OP_MOVEDOMAIN	6
#define XY_SYSCTL_CPUPOOL_OP_FREEINFO	7
#define XY_SYSCTL_CPUPOOL_PAR_ANY	0xFFFFFFFF

struct xy_sysctl_cpupool_op {
	uint32_t op;			/* XY_SYSCTL_CPUPOOL_OP_ */
	uint32_t cpupool_id;		/* INOUT */
	uint32_t sched_id;		/* INOUT */
	uint32_t domid;
	uint32_t cpu;
	uint32_t n_dom;			/* OUT */
	struct xy_xenctl_bitmap cpumap;	/* OUT */
};
XY_SIZE(struct xy_sysctl_cpupool_op, 40);
XY_AT(struct xy_sysctl_cpupool_op, cpumap, 24);

#define XY_SYSCTL_SCHEDOP_putinfo	0
#define XY_SYSCTL_SCHEDOP_getinfo	1
#define XY_SYSCTL_SCHED_RATELIMIT_MAX	500000	/* us */
#define XY_SYSCTL_SCHED_RATELIMIT_MIN	100	/* us */

struct xy_sysctl_credit_schedule {
	uint32_t tslice_ms;
	uint32_t ratelimit_us;
	uint32_t vcpu_migr_delay_us;
};
XY_SIZE(struct xy_sysctl_credit_schedule, 12);

struct xy_sysctl_credit2_schedule {
	uint32_t ratelimit_us;
};
XY_SIZE(struct xy_sysctl_credit2_schedule, 4);

struct xy_sysctl_scheduler_op {
	uint32_t cpupool_id;
	uint32_t sched_id;		/* XY_SCHEDULER_ */
	uint32_t cmd;			/* XY_SYSCTL_SCHEDOP_ */
	union {
		struct {
			uint64_t schedule;	/* handle, refused */
		} sched_arinc653;
		struct xy_sysctl_credit_schedule sched_credit;
		struct xy_sysctl_credit2_schedule sched_credit2;
	} u;
};
XY_SIZE(struct xy_sysctl_scheduler_op, 32);
XY_AT(struct xy_sysctl_scheduler_op, u, 16);

#define XY_INVALID_DEV		(XY_INVALID_NODE_ID - 1)

struct xy_sysctl_pcitopoinfo {
	uint32_t num_devs;		/* INOUT: asked; answered */
	uint64_t devs;			/* handle of xy_physdev_pci_device */
	uint64_t nodes;			/* handle of uint32_t, OUT */
};
XY_SIZE(struct xy_sysctl_pcitopoinfo, 24);

struct xy_sysctl_cpu_levelling_caps {
	uint32_t caps;			/* OUT */
};
XY_SIZE(struct xy_sysctl_cpu_levelling_caps, 4);

#define XY_SYSCTL_cpu_featureset_raw		0
#define XY_SYSCTL_cpu_featureset_host		1
#define XY_SYSCTL_cpu_featureset_pv		2
#define XY_SYSCTL_cpu_featureset_hvm		3
#define XY_SYSCTL_cpu_featureset_pv_max		4
#define XY_SYSCTL_cpu_featureset_hvm_max	5

struct xy_sysctl_cpu_featureset {
	uint32_t index;			/* XY_SYSCTL_cpu_featureset_ */
	uint32_t nr_features;		/* INOUT: words */
	uint64_t features;		/* handle of uint32_t; 0 asks */
};
XY_SIZE(struct xy_sysctl_cpu_featureset, 16);

#define XY_SYSCTL_cpu_policy_raw		0
#define XY_SYSCTL_cpu_policy_host		1
#define XY_SYSCTL_cpu_policy_pv_max		2
#define XY_SYSCTL_cpu_policy_hvm_max		3
#define XY_SYSCTL_cpu_policy_pv_default		4
#define XY_SYSCTL_cpu_policy_hvm_default	5

struct xy_sysctl_cpu_policy {
	uint32_t index;			/* XY_SYSCTL_cpu_policy_ */
	uint32_t nr_leaves;		/* INOUT */
	uint32_t nr_msrs;		/* INOUT */
	uint32_t pad;
	uint64_t leaves;		/* handle of xy_cpuid_leaf; 0 asks */
	uint64_t msrs;			/* handle of xy_msr_entry; 0 asks */
};
XY_SIZE(struct xy_sysctl_cpu_policy, 32);
XY_AT(struct xy_sysctl_cpu_policy, leaves, 16);

struct xy_sysctl {
	uint32_t cmd;			/* XY_SYSCTL_ */
	uint32_t interface_version;
	union {
		struct xy_sysctl_readconsole readconsole;
		struct xy_sysctl_physinfo physinfo;
		struct xy_sysctl_cputopoinfo cputopoinfo;
		struct xy_sysctl_pcitopoinfo pcitopoinfo;
		struct xy_sysctl_numainfo numainfo;
		struct xy_sysctl_sched_id sched_id;
		struct xy_sysctl_getdomaininfolist getdomaininfolist;
		struct xy_sysctl_debug_keys debug_keys;
		struct xy_sysctl_getcpuinfo getcpuinfo;
		struct xy_sysctl_availheap availheap;
		struct xy_sysctl_cpu_hotplug cpu_hotplug;
		struct xy_sysctl_cpupool_op cpupool_op;
		struct xy_sysctl_scheduler_op scheduler_op;
		struct xy_sysctl_cpu_levelling_caps cpu_levelling_caps;
		struct xy_sysctl_cpu_featureset cpu_featureset;
		struct xy_sysctl_cpu_policy cpu_policy;
		uint8_t pad[128];
	} u;
};
XY_SIZE(struct xy_sysctl, 136);
XY_AT(struct xy_sysctl, u, 8);

#endif /* XY_ABI_SYSCTL_H */
