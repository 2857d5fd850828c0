/* SPDX-License-Identifier: MIT */
/*
 * What the tools in dom0 say to the hypervisor: domctl (call 36) about one
 * domain, sysctl (call 35) about the machine. rdi is the handle of the
 * envelope, which is copied back whole by the ops that answer something.
 *
 *  1. A version that is not ours is EACCES, a caller that is not dom0 EPERM,
 *     no such domain ESRCH, an op that is not supplied ENOSYS.
 *  2. Handles inside are dom0 *user* addresses: the kernel passes them on.
 *  3. Bits in a bitmap count from bit 0 of byte 0.
 *  4. Ops that are only refused have a number here and no structure.
 *
 * Source: public domctl.h and sysctl.h of 4.17, interface version 0x15.
 */
#ifndef XY_ABI_CONTROL_H
#define XY_ABI_CONTROL_H

#include "abi/base.h"

#define XY_DOMCTL_INTERFACE_VERSION	0x00000015
#define XY_SYSCTL_INTERFACE_VERSION	0x00000015

/* Common parts. */

struct xy_xenctl_bitmap {
	uint64_t bitmap;		/* handle of bytes */
	uint32_t nr_bits;
};
XY_SIZE(struct xy_xenctl_bitmap, 16);
XY_AT(struct xy_xenctl_bitmap, nr_bits, 8);

#define XY_CPUID_NO_SUBLEAF	0xffffffffU

struct xy_cpuid_leaf {
	uint32_t leaf;
	uint32_t subleaf;		/* or XY_CPUID_NO_SUBLEAF */
	uint32_t a;
	uint32_t b;
	uint32_t c;
	uint32_t d;
};
XY_SIZE(struct xy_cpuid_leaf, 24);

struct xy_msr_entry {
	uint32_t idx;
	uint32_t flags;			/* 0 */
	uint64_t val;
};
XY_SIZE(struct xy_msr_entry, 16);

struct xy_arch_domainconfig {
	uint32_t emulation_flags;	/* 0 for a PV domain */
	uint32_t misc_flags;		/* XY_X86_ */
};
XY_SIZE(struct xy_arch_domainconfig, 8);

#define XY_X86_MSR_RELAXED	(1U << 0)

/* domctl: one domain */

#define XY_DOMCTL_createdomain		1
#define XY_DOMCTL_destroydomain		2
#define XY_DOMCTL_pausedomain		3
#define XY_DOMCTL_unpausedomain		4
#define XY_DOMCTL_getdomaininfo		5
#define XY_DOMCTL_setvcpuaffinity	9
#define XY_DOMCTL_shadow_op		10
#define XY_DOMCTL_max_mem		11
#define XY_DOMCTL_setvcpucontext	12
#define XY_DOMCTL_getvcpucontext	13
#define XY_DOMCTL_getvcpuinfo		14
#define XY_DOMCTL_max_vcpus		15
#define XY_DOMCTL_scheduler_op		16
#define XY_DOMCTL_setdomainhandle	17
#define XY_DOMCTL_setdebugging		18
#define XY_DOMCTL_irq_permission	19
#define XY_DOMCTL_iomem_permission	20
#define XY_DOMCTL_ioport_permission	21
#define XY_DOMCTL_hypercall_init	22
#define XY_DOMCTL_settimeoffset		24
#define XY_DOMCTL_getvcpuaffinity	25
#define XY_DOMCTL_resumedomain		27
#define XY_DOMCTL_sendtrigger		28
#define XY_DOMCTL_subscribe		29
#define XY_DOMCTL_set_address_size	35
#define XY_DOMCTL_get_address_size	36
#define XY_DOMCTL_assign_device		37
#define XY_DOMCTL_bind_pt_irq		38
#define XY_DOMCTL_memory_mapping	39
#define XY_DOMCTL_ioport_mapping	40
#define XY_DOMCTL_set_ext_vcpucontext	42
#define XY_DOMCTL_get_ext_vcpucontext	43
#define XY_DOMCTL_test_assign_device	45
#define XY_DOMCTL_set_target		46
#define XY_DOMCTL_deassign_device	47
#define XY_DOMCTL_unbind_pt_irq		48
#define XY_DOMCTL_get_device_group	50
#define XY_DOMCTL_gettscinfo		59
#define XY_DOMCTL_settscinfo		60
#define XY_DOMCTL_getpageframeinfo3	61
#define XY_DOMCTL_setvcpuextstate	62
#define XY_DOMCTL_getvcpuextstate	63
#define XY_DOMCTL_set_virq_handler	66
#define XY_DOMCTL_setnodeaffinity	68
#define XY_DOMCTL_getnodeaffinity	69
#define XY_DOMCTL_get_vcpu_msrs		72
#define XY_DOMCTL_set_vcpu_msrs		73
#define XY_DOMCTL_setvnumainfo		74
#define XY_DOMCTL_soft_reset		79
#define XY_DOMCTL_get_cpu_policy	82
#define XY_DOMCTL_set_cpu_policy	83

/* createdomain.flags */
#define XY_DOMCTL_CDF_hvm		(1U << 0)
#define XY_DOMCTL_CDF_hap		(1U << 1)
#define XY_DOMCTL_CDF_s3_integrity	(1U << 2)
#define XY_DOMCTL_CDF_oos_off		(1U << 3)
#define XY_DOMCTL_CDF_xs_domain		(1U << 4)
#define XY_DOMCTL_CDF_iommu		(1U << 5)
#define XY_DOMCTL_CDF_nested_virt	(1U << 6)
#define XY_DOMCTL_CDF_vpmu		(1U << 7)

#define XY_DOMCTL_GRANT_version_mask	0xf

/* The envelope's domain is INOUT: 0 or a reserved id asks for a free one. */
struct xy_domctl_createdomain {
	uint32_t ssidref;		/* ignored */
	uint8_t handle[16];		/* UUID */
	uint32_t flags;			/* XY_DOMCTL_CDF_ */
	uint32_t iommu_opts;
	uint32_t max_vcpus;
	uint32_t max_evtchn_port;	/* highest port allowed */
	int32_t max_grant_frames;	/* < 0: the default */
	int32_t max_maptrack_frames;	/* < 0: the default */
	uint32_t grant_opts;		/* highest version, low 4 bits */
	uint32_t vmtrace_size;		/* 0 */
	uint32_t cpupool_id;
	struct xy_arch_domainconfig arch;
};
XY_SIZE(struct xy_domctl_createdomain, 64);
XY_AT(struct xy_domctl_createdomain, handle, 4);
XY_AT(struct xy_domctl_createdomain, flags, 20);
XY_AT(struct xy_domctl_createdomain, max_vcpus, 28);
XY_AT(struct xy_domctl_createdomain, cpupool_id, 52);
XY_AT(struct xy_domctl_createdomain, arch, 56);

/* getdomaininfo.flags; the shutdown reason is in bits 16 to 23 */
#define XY_DOMINF_dying		(1U << 0)
#define XY_DOMINF_hvm_guest	(1U << 1)
#define XY_DOMINF_shutdown	(1U << 2)
#define XY_DOMINF_paused	(1U << 3)	/* by the tools */
#define XY_DOMINF_blocked	(1U << 4)
#define XY_DOMINF_running	(1U << 5)
#define XY_DOMINF_debugged	(1U << 6)
#define XY_DOMINF_xs_domain	(1U << 7)
#define XY_DOMINF_hap		(1U << 8)
#define XY_DOMINF_shutdownmask	255	/* 255: not shut down */
#define XY_DOMINF_shutdownshift	16

#define XY_INVALID_MAX_VCPU_ID	(~0U)

/* The first domain whose id is not below the envelope's. All OUT. */
struct xy_domctl_getdomaininfo {
	uint16_t domain;
	uint16_t pad1;
	uint32_t flags;			/* XY_DOMINF_ */
	uint64_t tot_pages;
	uint64_t max_pages;
	uint64_t outstanding_pages;	/* claimed, not yet taken */
	uint64_t shr_pages;		/* 0 */
	uint64_t paged_pages;		/* 0 */
	uint64_t shared_info_frame;	/* mfn */
	uint64_t cpu_time;		/* ns, all vCPUs */
	uint32_t nr_online_vcpus;
	uint32_t max_vcpu_id;
	uint32_t ssidref;
	uint8_t handle[16];
	uint32_t cpupool;
	uint8_t gpaddr_bits;
	uint8_t pad2[7];
	struct xy_arch_domainconfig arch_config;
};
XY_SIZE(struct xy_domctl_getdomaininfo, 112);
XY_AT(struct xy_domctl_getdomaininfo, tot_pages, 8);
XY_AT(struct xy_domctl_getdomaininfo, shared_info_frame, 48);
XY_AT(struct xy_domctl_getdomaininfo, nr_online_vcpus, 64);
XY_AT(struct xy_domctl_getdomaininfo, handle, 76);
XY_AT(struct xy_domctl_getdomaininfo, gpaddr_bits, 96);
XY_AT(struct xy_domctl_getdomaininfo, arch_config, 104);

/* A page's type, in bits 28 to 31 of its word. */
#define XY_DOMCTL_PFINFO_LTAB_SHIFT	28
#define XY_DOMCTL_PFINFO_NOTAB		(0x0U << 28)
#define XY_DOMCTL_PFINFO_L1TAB		(0x1U << 28)
#define XY_DOMCTL_PFINFO_L2TAB		(0x2U << 28)
#define XY_DOMCTL_PFINFO_L3TAB		(0x3U << 28)
#define XY_DOMCTL_PFINFO_L4TAB		(0x4U << 28)
#define XY_DOMCTL_PFINFO_LTABTYPE_MASK	(0x7U << 28)
#define XY_DOMCTL_PFINFO_LPINTAB	(0x1U << 31)	/* pinned */
#define XY_DOMCTL_PFINFO_XTAB		(0xfU << 28)	/* not the domain's */
#define XY_DOMCTL_PFINFO_XALLOC		(0xeU << 28)
#define XY_DOMCTL_PFINFO_BROKEN		(0xdU << 28)
#define XY_DOMCTL_PFINFO_LTAB_MASK	(0xfU << 28)

struct xy_domctl_getpageframeinfo3 {
	uint64_t num;			/* at most 1024 */
	uint64_t array;			/* handle, INOUT: mfn; type word */
};
XY_SIZE(struct xy_domctl_getpageframeinfo3, 16);

#define XY_DOMCTL_SHADOW_OP_OFF			0
#define XY_DOMCTL_SHADOW_OP_ENABLE_TEST		1
#define XY_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY	2
#define XY_DOMCTL_SHADOW_OP_CLEAN		11	/* read and reset */
#define XY_DOMCTL_SHADOW_OP_PEEK		12	/* read */
#define XY_DOMCTL_SHADOW_OP_GET_ALLOCATION	30
#define XY_DOMCTL_SHADOW_OP_SET_ALLOCATION	31
#define XY_DOMCTL_SHADOW_OP_ENABLE		32

#define XY_DOMCTL_SHADOW_LOGDIRTY_FINAL		(1 << 0)	/* mode */

struct xy_domctl_shadow_op_stats {
	uint32_t fault_count;		/* OUT */
	uint32_t dirty_count;		/* OUT */
};
XY_SIZE(struct xy_domctl_shadow_op_stats, 8);

struct xy_domctl_shadow_op {
	uint32_t op;			/* XY_DOMCTL_SHADOW_OP_ */
	uint32_t mode;
	uint32_t mb;			/* MiB, allocation ops */
	uint64_t dirty_bitmap;		/* handle, OUT: bit per pfn; or 0 */
	uint64_t pages;			/* INOUT: bits wanted; bits written */
	struct xy_domctl_shadow_op_stats stats;
};
XY_SIZE(struct xy_domctl_shadow_op, 40);
XY_AT(struct xy_domctl_shadow_op, dirty_bitmap, 16);
XY_AT(struct xy_domctl_shadow_op, stats, 32);

struct xy_domctl_max_mem {
	uint64_t max_memkb;		/* KiB */
};
XY_SIZE(struct xy_domctl_max_mem, 8);

struct xy_domctl_vcpucontext {
	uint32_t vcpu;
	uint64_t ctxt;			/* handle of xy_vcpu_guest_context */
};
XY_SIZE(struct xy_domctl_vcpucontext, 16);
XY_AT(struct xy_domctl_vcpucontext, ctxt, 8);

struct xy_domctl_getvcpuinfo {
	uint32_t vcpu;
	uint8_t online;			/* OUT, as the rest */
	uint8_t blocked;
	uint8_t running;
	uint64_t cpu_time;		/* ns */
	uint32_t cpu;			/* where it runs or ran last */
};
XY_SIZE(struct xy_domctl_getvcpuinfo, 24);
XY_AT(struct xy_domctl_getvcpuinfo, cpu_time, 8);

struct xy_domctl_nodeaffinity {
	struct xy_xenctl_bitmap nodemap;	/* set: IN, get: OUT */
};
XY_SIZE(struct xy_domctl_nodeaffinity, 16);

#define XY_VCPUAFFINITY_HARD	(1U << 0)
#define XY_VCPUAFFINITY_SOFT	(1U << 1)
#define XY_VCPUAFFINITY_FORCE	(1U << 2)

struct xy_domctl_vcpuaffinity {
	uint32_t vcpu;
	uint32_t flags;			/* XY_VCPUAFFINITY_: which maps */
	struct xy_xenctl_bitmap cpumap_hard;	/* INOUT: in force now */
	struct xy_xenctl_bitmap cpumap_soft;	/* INOUT: in force now */
};
XY_SIZE(struct xy_domctl_vcpuaffinity, 40);
XY_AT(struct xy_domctl_vcpuaffinity, cpumap_soft, 24);

struct xy_domctl_max_vcpus {
	uint32_t max;			/* as given to createdomain */
};
XY_SIZE(struct xy_domctl_max_vcpus, 4);

#define XY_SCHEDULER_CREDIT	5
#define XY_SCHEDULER_CREDIT2	6
#define XY_SCHEDULER_ARINC653	7
#define XY_SCHEDULER_RTDS	8
#define XY_SCHEDULER_NULL	9

#define XY_DOMCTL_SCHEDOP_putinfo	0
#define XY_DOMCTL_SCHEDOP_getinfo	1
#define XY_DOMCTL_SCHEDOP_putvcpuinfo	2
#define XY_DOMCTL_SCHEDOP_getvcpuinfo	3

struct xy_domctl_sched_credit {
	uint16_t weight;
	uint16_t cap;			/* percent of a CPU; 0: none */
};
XY_SIZE(struct xy_domctl_sched_credit, 4);

struct xy_domctl_sched_credit2 {
	uint16_t weight;
	uint16_t cap;			/* percent of a CPU; 0: none */
};
XY_SIZE(struct xy_domctl_sched_credit2, 4);

struct xy_domctl_scheduler_op {
	uint32_t sched_id;		/* XY_SCHEDULER_ */
	uint32_t cmd;			/* XY_DOMCTL_SCHEDOP_ */
	union {
		struct xy_domctl_sched_credit credit;
		struct xy_domctl_sched_credit2 credit2;
		struct {
			uint64_t vcpus;		/* handle */
			uint32_t nr_vcpus;
			uint32_t padding;
		} v;			/* the vcpuinfo commands */
	} u;
};
XY_SIZE(struct xy_domctl_scheduler_op, 24);
XY_AT(struct xy_domctl_scheduler_op, u, 8);

struct xy_domctl_setdomainhandle {
	uint8_t handle[16];
};
XY_SIZE(struct xy_domctl_setdomainhandle, 16);

struct xy_domctl_setdebugging {
	uint8_t enable;
};
XY_SIZE(struct xy_domctl_setdebugging, 1);

struct xy_domctl_irq_permission {
	uint32_t pirq;			/* of the caller */
	uint8_t allow_access;
	uint8_t pad[3];
};
XY_SIZE(struct xy_domctl_irq_permission, 8);

struct xy_domctl_iomem_permission {
	uint64_t first_mfn;
	uint64_t nr_mfns;
	uint8_t allow_access;
};
XY_SIZE(struct xy_domctl_iomem_permission, 24);

struct xy_domctl_ioport_permission {
	uint32_t first_port;
	uint32_t nr_ports;
	uint8_t allow_access;
};
XY_SIZE(struct xy_domctl_ioport_permission, 12);

struct xy_domctl_hypercall_init {
	uint64_t gmfn;			/* page to fill with call stubs */
};
XY_SIZE(struct xy_domctl_hypercall_init, 8);

struct xy_domctl_settimeoffset {
	int64_t time_offset_seconds;	/* of the wall clock */
};
XY_SIZE(struct xy_domctl_settimeoffset, 8);

struct xy_domctl_address_size {
	uint32_t size;			/* bits; 64 is the only one */
};
XY_SIZE(struct xy_domctl_address_size, 4);

#define XY_DOMCTL_SENDTRIGGER_NMI	0
#define XY_DOMCTL_SENDTRIGGER_RESET	1
#define XY_DOMCTL_SENDTRIGGER_INIT	2
#define XY_DOMCTL_SENDTRIGGER_POWER	3
#define XY_DOMCTL_SENDTRIGGER_SLEEP	4

struct xy_domctl_sendtrigger {
	uint32_t trigger;		/* XY_DOMCTL_SENDTRIGGER_ */
	uint32_t vcpu;
};
XY_SIZE(struct xy_domctl_sendtrigger, 8);

struct xy_domctl_subscribe {
	uint32_t port;			/* told when the domain suspends */
};
XY_SIZE(struct xy_domctl_subscribe, 4);

struct xy_hvm_vmce_vcpu {
	uint64_t caps;
	uint64_t mci_ctl2_bank0;
	uint64_t mci_ctl2_bank1;
	uint64_t mcg_ext_ctl;
};
XY_SIZE(struct xy_hvm_vmce_vcpu, 32);

struct xy_domctl_ext_vcpucontext {
	uint32_t vcpu;
	uint32_t size;			/* INOUT: bytes, from here on */
	uint64_t syscall32_callback_eip;
	uint64_t sysenter_callback_eip;
	uint16_t syscall32_callback_cs;
	uint16_t sysenter_callback_cs;
	uint8_t syscall32_disables_events;
	uint8_t sysenter_disables_events;
	union {
		uint64_t mcg_cap;
		struct xy_hvm_vmce_vcpu vmce;
	};
};
XY_SIZE(struct xy_domctl_ext_vcpucontext, 64);
XY_AT(struct xy_domctl_ext_vcpucontext, syscall32_callback_cs, 24);
XY_AT(struct xy_domctl_ext_vcpucontext, vmce, 32);

struct xy_domctl_set_target {
	uint16_t target;		/* domain id */
};
XY_SIZE(struct xy_domctl_set_target, 2);

struct xy_domctl_tsc_info {
	uint32_t tsc_mode;		/* 0: the default */
	uint32_t gtsc_khz;		/* kHz */
	uint32_t incarnation;		/* counts restores */
	uint32_t pad;
	uint64_t elapsed_nsec;		/* ns of guest life */
};
XY_SIZE(struct xy_domctl_tsc_info, 24);
XY_AT(struct xy_domctl_tsc_info, elapsed_nsec, 16);

struct xy_domctl_vcpuextstate {
	uint32_t vcpu;
	uint64_t xfeature_mask;		/* INOUT */
	uint64_t size;			/* INOUT: bytes; 0 asks */
	uint64_t buffer;		/* handle */
};
XY_SIZE(struct xy_domctl_vcpuextstate, 32);
XY_AT(struct xy_domctl_vcpuextstate, xfeature_mask, 8);

struct xy_domctl_set_virq_handler {
	uint32_t virq;			/* a global XY_VIRQ_ */
};
XY_SIZE(struct xy_domctl_set_virq_handler, 4);

struct xy_domctl_vcpu_msr {
	uint32_t index;
	uint32_t reserved;
	uint64_t value;
};
XY_SIZE(struct xy_domctl_vcpu_msr, 16);

struct xy_domctl_vcpu_msrs {
	uint32_t vcpu;
	uint32_t msr_count;		/* INOUT */
	uint64_t msrs;			/* handle; 0 asks for the count */
};
XY_SIZE(struct xy_domctl_vcpu_msrs, 16);

struct xy_domctl_vnuma {
	uint32_t nr_vnodes;
	uint32_t nr_vmemranges;
	uint32_t nr_vcpus;
	uint32_t pad;
	uint64_t vdistance;		/* handle of uint32_t, square */
	uint64_t vcpu_to_vnode;		/* handle of uint32_t */
	uint64_t vnode_to_pnode;	/* handle of uint32_t */
	uint64_t vmemrange;		/* handle of xy_vmemrange */
};
XY_SIZE(struct xy_domctl_vnuma, 48);
XY_AT(struct xy_domctl_vnuma, vdistance, 16);

struct xy_domctl_cpu_policy {
	uint32_t nr_leaves;		/* INOUT */
	uint32_t nr_msrs;		/* INOUT */
	uint64_t leaves;		/* handle of xy_cpuid_leaf */
	uint64_t msrs;			/* handle of xy_msr_entry */
	uint32_t err_leaf;		/* OUT, as the next two: */
	uint32_t err_subleaf;		/* what a refused set stumbled on */
	uint32_t err_msr;
};
XY_SIZE(struct xy_domctl_cpu_policy, 40);
XY_AT(struct xy_domctl_cpu_policy, leaves, 8);
XY_AT(struct xy_domctl_cpu_policy, err_leaf, 24);

struct xy_domctl {
	uint32_t cmd;			/* XY_DOMCTL_ */
	uint32_t interface_version;
	uint16_t domain;		/* OUT for createdomain, ..info */
	uint16_t pad[3];
	union {
		struct xy_domctl_createdomain createdomain;
		struct xy_domctl_getdomaininfo getdomaininfo;
		struct xy_domctl_getpageframeinfo3 getpageframeinfo3;
		struct xy_domctl_nodeaffinity nodeaffinity;
		struct xy_domctl_vcpuaffinity vcpuaffinity;
		struct xy_domctl_shadow_op shadow_op;
		struct xy_domctl_max_mem max_mem;
		struct xy_domctl_vcpucontext vcpucontext;
		struct xy_domctl_getvcpuinfo getvcpuinfo;
		struct xy_domctl_max_vcpus max_vcpus;
		struct xy_domctl_scheduler_op scheduler_op;
		struct xy_domctl_setdomainhandle setdomainhandle;
		struct xy_domctl_setdebugging setdebugging;
		struct xy_domctl_irq_permission irq_permission;
		struct xy_domctl_iomem_permission iomem_permission;
		struct xy_domctl_ioport_permission ioport_permission;
		struct xy_domctl_hypercall_init hypercall_init;
		struct xy_domctl_settimeoffset settimeoffset;
		struct xy_domctl_address_size address_size;
		struct xy_domctl_sendtrigger sendtrigger;
		struct xy_domctl_subscribe subscribe;
		struct xy_domctl_ext_vcpucontext ext_vcpucontext;
		struct xy_domctl_set_target set_target;
		struct xy_domctl_tsc_info tsc_info;
		struct xy_domctl_vcpuextstate vcpuextstate;
		struct xy_domctl_set_virq_handler set_virq_handler;
		struct xy_domctl_vcpu_msrs vcpu_msrs;
		struct xy_domctl_vnuma vnuma;
		struct xy_domctl_cpu_policy cpu_policy;
		uint8_t pad[128];
	} u;
};
XY_SIZE(struct xy_domctl, 144);
XY_AT(struct xy_domctl, domain, 8);
XY_AT(struct xy_domctl, u, 16);

/* sysctl: the machine */

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

#endif /* XY_ABI_CONTROL_H */
