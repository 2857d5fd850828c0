// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysctl, as the tools of 4.17 speak it: abi/sysctl.h.
 */
#include "tests/abi/compare.h"

#include "abi/sysctl.h"

#include <xen/sysctl.h>

K_XEN(SYSCTL_INTERFACE_VERSION);
K_XEN(SYSCTL_readconsole);
K_XEN(SYSCTL_tbuf_op);
K_XEN(SYSCTL_physinfo);
K_XEN(SYSCTL_sched_id);
K_XEN(SYSCTL_perfc_op);
K_XEN(SYSCTL_getdomaininfolist);
K_XEN(SYSCTL_debug_keys);
K_XEN(SYSCTL_getcpuinfo);
K_XEN(SYSCTL_availheap);
K_XEN(SYSCTL_get_pmstat);
K_XEN(SYSCTL_cpu_hotplug);
K_XEN(SYSCTL_pm_op);
K_XEN(SYSCTL_page_offline_op);
K_XEN(SYSCTL_lockprof_op);
K_XEN(SYSCTL_cputopoinfo);
K_XEN(SYSCTL_numainfo);
K_XEN(SYSCTL_cpupool_op);
K_XEN(SYSCTL_scheduler_op);
K_XEN(SYSCTL_coverage_op);
K_XEN(SYSCTL_psr_cmt_op);
K_XEN(SYSCTL_pcitopoinfo);
K_XEN(SYSCTL_psr_alloc);
K_XEN(SYSCTL_get_cpu_levelling_caps);
K_XEN(SYSCTL_get_cpu_featureset);
K_XEN(SYSCTL_livepatch_op);
K_XEN(SYSCTL_get_cpu_policy);

SX(sysctl_readconsole);
FX(sysctl_readconsole, clear);
FX(sysctl_readconsole, incremental);
FX(sysctl_readconsole, pad0);
FX(sysctl_readconsole, pad1);
FX(sysctl_readconsole, index);
FX(sysctl_readconsole, buffer);
FX(sysctl_readconsole, count);
K_XEN(SYSCTL_PHYSCAP_hvm);
K_XEN(SYSCTL_PHYSCAP_pv);
K_XEN(SYSCTL_PHYSCAP_directio);
K_XEN(SYSCTL_PHYSCAP_hap);
K_XEN(SYSCTL_PHYSCAP_shadow);
K_XEN(SYSCTL_PHYSCAP_iommu_hap_pt_share);
K_XEN(SYSCTL_PHYSCAP_vmtrace);
K_XEN(SYSCTL_PHYSCAP_vpmu);
K_XEN(SYSCTL_PHYSCAP_gnttab_v1);
K_XEN(SYSCTL_PHYSCAP_gnttab_v2);

SX(sysctl_physinfo);
FX(sysctl_physinfo, threads_per_core);
FX(sysctl_physinfo, cores_per_socket);
FX(sysctl_physinfo, nr_cpus);
FX(sysctl_physinfo, max_cpu_id);
FX(sysctl_physinfo, nr_nodes);
FX(sysctl_physinfo, max_node_id);
FX(sysctl_physinfo, cpu_khz);
FX(sysctl_physinfo, capabilities);
FX(sysctl_physinfo, arch_capabilities);
FX(sysctl_physinfo, pad);
FX(sysctl_physinfo, total_pages);
FX(sysctl_physinfo, free_pages);
FX(sysctl_physinfo, scrub_pages);
FX(sysctl_physinfo, outstanding_pages);
FX(sysctl_physinfo, max_mfn);
FX(sysctl_physinfo, hw_cap);

SX(sysctl_sched_id);
FX(sysctl_sched_id, sched_id);

SX(sysctl_getdomaininfolist);
FX(sysctl_getdomaininfolist, first_domain);
FX(sysctl_getdomaininfolist, max_domains);
FX(sysctl_getdomaininfolist, buffer);
FX(sysctl_getdomaininfolist, num_domains);

SX(sysctl_debug_keys);
FX(sysctl_debug_keys, keys);
FX(sysctl_debug_keys, nr_keys);

SX(sysctl_cpuinfo);
FX(sysctl_cpuinfo, idletime);

SX(sysctl_getcpuinfo);
FX(sysctl_getcpuinfo, max_cpus);
FX(sysctl_getcpuinfo, info);
FX(sysctl_getcpuinfo, nr_cpus);

SX(sysctl_availheap);
FX(sysctl_availheap, min_bitwidth);
FX(sysctl_availheap, max_bitwidth);
FX(sysctl_availheap, node);
FX(sysctl_availheap, avail_bytes);
K_XEN(SYSCTL_CPU_HOTPLUG_ONLINE);
K_XEN(SYSCTL_CPU_HOTPLUG_OFFLINE);

SX(sysctl_cpu_hotplug);
FX(sysctl_cpu_hotplug, cpu);
FX(sysctl_cpu_hotplug, op);
K_XEN(INVALID_CORE_ID);
K_XEN(INVALID_SOCKET_ID);
K_XEN(INVALID_NODE_ID);

SX(sysctl_cputopo);
FX(sysctl_cputopo, core);
FX(sysctl_cputopo, socket);
FX(sysctl_cputopo, node);

SX(sysctl_cputopoinfo);
FX(sysctl_cputopoinfo, num_cpus);
FX(sysctl_cputopoinfo, cputopo);
K_XEN(INVALID_MEM_SZ);
K_XEN(INVALID_NODE_DIST);

SX(sysctl_meminfo);
FX(sysctl_meminfo, memsize);
FX(sysctl_meminfo, memfree);

SX(sysctl_numainfo);
FX(sysctl_numainfo, num_nodes);
FX(sysctl_numainfo, meminfo);
FX(sysctl_numainfo, distance);
K_XEN(SYSCTL_CPUPOOL_OP_CREATE);
K_XEN(SYSCTL_CPUPOOL_OP_DESTROY);
K_XEN(SYSCTL_CPUPOOL_OP_INFO);
K_XEN(SYSCTL_CPUPOOL_OP_ADDCPU);
K_XEN(SYSCTL_CPUPOOL_OP_RMCPU);
K_XEN(SYSCTL_CPUPOOL_OP_MOVEDOMAIN);
K_XEN(SYSCTL_CPUPOOL_OP_FREEINFO);
K_XEN(SYSCTL_CPUPOOL_PAR_ANY);

SX(sysctl_cpupool_op);
FX(sysctl_cpupool_op, op);
FX(sysctl_cpupool_op, cpupool_id);
FX(sysctl_cpupool_op, sched_id);
FX(sysctl_cpupool_op, domid);
FX(sysctl_cpupool_op, cpu);
FX(sysctl_cpupool_op, n_dom);
FX(sysctl_cpupool_op, cpumap);
K_XEN(SYSCTL_SCHEDOP_putinfo);
K_XEN(SYSCTL_SCHEDOP_getinfo);
K_XEN(SYSCTL_SCHED_RATELIMIT_MAX);
K_XEN(SYSCTL_SCHED_RATELIMIT_MIN);

SX(sysctl_credit_schedule);
FX(sysctl_credit_schedule, tslice_ms);
FX(sysctl_credit_schedule, ratelimit_us);
FX(sysctl_credit_schedule, vcpu_migr_delay_us);

SX(sysctl_credit2_schedule);
FX(sysctl_credit2_schedule, ratelimit_us);

SX(sysctl_scheduler_op);
FX(sysctl_scheduler_op, cpupool_id);
FX(sysctl_scheduler_op, sched_id);
FX(sysctl_scheduler_op, cmd);
FX(sysctl_scheduler_op, u);
FX(sysctl_scheduler_op, u.sched_arinc653);
FX(sysctl_scheduler_op, u.sched_arinc653.schedule);
FX(sysctl_scheduler_op, u.sched_credit);
FX(sysctl_scheduler_op, u.sched_credit2);
K_XEN(INVALID_DEV);

SX(sysctl_pcitopoinfo);
FX(sysctl_pcitopoinfo, num_devs);
FX(sysctl_pcitopoinfo, devs);
FX(sysctl_pcitopoinfo, nodes);

SX(sysctl_cpu_levelling_caps);
FX(sysctl_cpu_levelling_caps, caps);
K_XEN(SYSCTL_cpu_featureset_raw);
K_XEN(SYSCTL_cpu_featureset_host);
K_XEN(SYSCTL_cpu_featureset_pv);
K_XEN(SYSCTL_cpu_featureset_hvm);
K_XEN(SYSCTL_cpu_featureset_pv_max);
K_XEN(SYSCTL_cpu_featureset_hvm_max);

SX(sysctl_cpu_featureset);
FX(sysctl_cpu_featureset, index);
FX(sysctl_cpu_featureset, nr_features);
FX(sysctl_cpu_featureset, features);
K_XEN(SYSCTL_cpu_policy_raw);
K_XEN(SYSCTL_cpu_policy_host);
K_XEN(SYSCTL_cpu_policy_pv_max);
K_XEN(SYSCTL_cpu_policy_hvm_max);
K_XEN(SYSCTL_cpu_policy_pv_default);
K_XEN(SYSCTL_cpu_policy_hvm_default);

SX(sysctl_cpu_policy);
FX(sysctl_cpu_policy, index);
FX(sysctl_cpu_policy, nr_leaves);
FX(sysctl_cpu_policy, nr_msrs);
FXN(sysctl_cpu_policy, pad, _rsvd);
FX(sysctl_cpu_policy, leaves);
FX(sysctl_cpu_policy, msrs);

SX(sysctl);
FX(sysctl, cmd);
FX(sysctl, interface_version);
FX(sysctl, u);
FX(sysctl, u.readconsole);
FX(sysctl, u.physinfo);
FX(sysctl, u.cputopoinfo);
FX(sysctl, u.pcitopoinfo);
FX(sysctl, u.numainfo);
FX(sysctl, u.sched_id);
FX(sysctl, u.getdomaininfolist);
FX(sysctl, u.debug_keys);
FX(sysctl, u.getcpuinfo);
FX(sysctl, u.availheap);
FX(sysctl, u.cpu_hotplug);
FX(sysctl, u.cpupool_op);
FX(sysctl, u.scheduler_op);
FX(sysctl, u.cpu_levelling_caps);
FX(sysctl, u.cpu_featureset);
FX(sysctl, u.cpu_policy);
FX(sysctl, u.pad);

const unsigned int compared_sysctl = __COUNTER__;
