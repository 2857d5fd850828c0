/* SPDX-License-Identifier: MIT */
/*
 * domctl (call 36): what the tools in dom0 say to the hypervisor about one
 * domain. First the ops' numbers, then each op's flags and structure, last the
 * envelope; the rules are in control.h.
 *
 * Source: public domctl.h of 4.17, interface version 0x15.
 */
#ifndef XY_ABI_DOMCTL_H
#define XY_ABI_DOMCTL_H

#include "abi/base.h"
#include "abi/control.h"

#define XY_DOMCTL_INTERFACE_VERSION	0x00000015

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

struct xy_arch_domainconfig {
	uint32_t emulation_flags;	/* 0 for a PV domain */
	uint32_t misc_flags;		/* XY_X86_ */
};
XY_SIZE(struct xy_arch_domainconfig, 8);

#define XY_X86_MSR_RELAXED	(1U << 0)

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

#endif /* XY_ABI_DOMCTL_H */
