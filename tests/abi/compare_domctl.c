// SPDX-License-Identifier: GPL-2.0-only
/*
 * domctl, as the tools of 4.17 speak it, and what it shares with sysctl:
 * abi/domctl.h and abi/control.h. The rest: compare_sysctl.c.
 */
#include "tests/abi/compare.h"

#include "abi/control.h"
#include "abi/domctl.h"

#include <xen/domctl.h>

K_XEN(DOMCTL_INTERFACE_VERSION);

S(xenctl_bitmap);
F(xenctl_bitmap, bitmap);
F(xenctl_bitmap, nr_bits);
K_XEN(CPUID_NO_SUBLEAF);

SX(cpuid_leaf);
FX(cpuid_leaf, leaf);
FX(cpuid_leaf, subleaf);
FX(cpuid_leaf, a);
FX(cpuid_leaf, b);
FX(cpuid_leaf, c);
FX(cpuid_leaf, d);

SX(msr_entry);
FX(msr_entry, idx);
FX(msr_entry, flags);
FX(msr_entry, val);

SX(arch_domainconfig);
FX(arch_domainconfig, emulation_flags);
FX(arch_domainconfig, misc_flags);
K_XEN(X86_MSR_RELAXED);
K_XEN(DOMCTL_createdomain);
K_XEN(DOMCTL_destroydomain);
K_XEN(DOMCTL_pausedomain);
K_XEN(DOMCTL_unpausedomain);
K_XEN(DOMCTL_getdomaininfo);
K_XEN(DOMCTL_setvcpuaffinity);
K_XEN(DOMCTL_shadow_op);
K_XEN(DOMCTL_max_mem);
K_XEN(DOMCTL_setvcpucontext);
K_XEN(DOMCTL_getvcpucontext);
K_XEN(DOMCTL_getvcpuinfo);
K_XEN(DOMCTL_max_vcpus);
K_XEN(DOMCTL_scheduler_op);
K_XEN(DOMCTL_setdomainhandle);
K_XEN(DOMCTL_setdebugging);
K_XEN(DOMCTL_irq_permission);
K_XEN(DOMCTL_iomem_permission);
K_XEN(DOMCTL_ioport_permission);
K_XEN(DOMCTL_hypercall_init);
K_XEN(DOMCTL_settimeoffset);
K_XEN(DOMCTL_getvcpuaffinity);
K_XEN(DOMCTL_resumedomain);
K_XEN(DOMCTL_sendtrigger);
K_XEN(DOMCTL_subscribe);
K_XEN(DOMCTL_set_address_size);
K_XEN(DOMCTL_get_address_size);
K_XEN(DOMCTL_assign_device);
K_XEN(DOMCTL_bind_pt_irq);
K_XEN(DOMCTL_memory_mapping);
K_XEN(DOMCTL_ioport_mapping);
K_XEN(DOMCTL_set_ext_vcpucontext);
K_XEN(DOMCTL_get_ext_vcpucontext);
K_XEN(DOMCTL_test_assign_device);
K_XEN(DOMCTL_set_target);
K_XEN(DOMCTL_deassign_device);
K_XEN(DOMCTL_unbind_pt_irq);
K_XEN(DOMCTL_get_device_group);
K_XEN(DOMCTL_gettscinfo);
K_XEN(DOMCTL_settscinfo);
K_XEN(DOMCTL_getpageframeinfo3);
K_XEN(DOMCTL_setvcpuextstate);
K_XEN(DOMCTL_getvcpuextstate);
K_XEN(DOMCTL_set_virq_handler);
K_XEN(DOMCTL_setnodeaffinity);
K_XEN(DOMCTL_getnodeaffinity);
K_XEN(DOMCTL_get_vcpu_msrs);
K_XEN(DOMCTL_set_vcpu_msrs);
K_XEN(DOMCTL_setvnumainfo);
K_XEN(DOMCTL_soft_reset);
K_XEN(DOMCTL_get_cpu_policy);
K_XEN(DOMCTL_set_cpu_policy);
K_XEN(DOMCTL_CDF_hvm);
K_XEN(DOMCTL_CDF_hap);
K_XEN(DOMCTL_CDF_s3_integrity);
K_XEN(DOMCTL_CDF_oos_off);
K_XEN(DOMCTL_CDF_xs_domain);
K_XEN(DOMCTL_CDF_iommu);
K_XEN(DOMCTL_CDF_nested_virt);
K_XEN(DOMCTL_CDF_vpmu);
K_XEN(DOMCTL_GRANT_version_mask);

SX(domctl_createdomain);
FX(domctl_createdomain, ssidref);
FX(domctl_createdomain, handle);
FX(domctl_createdomain, flags);
FX(domctl_createdomain, iommu_opts);
FX(domctl_createdomain, max_vcpus);
FX(domctl_createdomain, max_evtchn_port);
FX(domctl_createdomain, max_grant_frames);
FX(domctl_createdomain, max_maptrack_frames);
FX(domctl_createdomain, grant_opts);
FX(domctl_createdomain, vmtrace_size);
FX(domctl_createdomain, cpupool_id);
FX(domctl_createdomain, arch);
K_XEN(DOMINF_dying);
K_XEN(DOMINF_hvm_guest);
K_XEN(DOMINF_shutdown);
K_XEN(DOMINF_paused);
K_XEN(DOMINF_blocked);
K_XEN(DOMINF_running);
K_XEN(DOMINF_debugged);
K_XEN(DOMINF_xs_domain);
K_XEN(DOMINF_hap);
K_XEN(DOMINF_shutdownmask);
K_XEN(DOMINF_shutdownshift);
K_XEN(INVALID_MAX_VCPU_ID);

SX(domctl_getdomaininfo);
FX(domctl_getdomaininfo, domain);
FX(domctl_getdomaininfo, pad1);
FX(domctl_getdomaininfo, flags);
FX(domctl_getdomaininfo, tot_pages);
FX(domctl_getdomaininfo, max_pages);
FX(domctl_getdomaininfo, outstanding_pages);
FX(domctl_getdomaininfo, shr_pages);
FX(domctl_getdomaininfo, paged_pages);
FX(domctl_getdomaininfo, shared_info_frame);
FX(domctl_getdomaininfo, cpu_time);
FX(domctl_getdomaininfo, nr_online_vcpus);
FX(domctl_getdomaininfo, max_vcpu_id);
FX(domctl_getdomaininfo, ssidref);
FX(domctl_getdomaininfo, handle);
FX(domctl_getdomaininfo, cpupool);
FX(domctl_getdomaininfo, gpaddr_bits);
FX(domctl_getdomaininfo, pad2);
FX(domctl_getdomaininfo, arch_config);
K_XEN(DOMCTL_PFINFO_LTAB_SHIFT);
K_XEN(DOMCTL_PFINFO_NOTAB);
K_XEN(DOMCTL_PFINFO_L1TAB);
K_XEN(DOMCTL_PFINFO_L2TAB);
K_XEN(DOMCTL_PFINFO_L3TAB);
K_XEN(DOMCTL_PFINFO_L4TAB);
K_XEN(DOMCTL_PFINFO_LTABTYPE_MASK);
K_XEN(DOMCTL_PFINFO_LPINTAB);
K_XEN(DOMCTL_PFINFO_XTAB);
K_XEN(DOMCTL_PFINFO_XALLOC);
K_XEN(DOMCTL_PFINFO_BROKEN);
K_XEN(DOMCTL_PFINFO_LTAB_MASK);

SX(domctl_getpageframeinfo3);
FX(domctl_getpageframeinfo3, num);
FX(domctl_getpageframeinfo3, array);
K_XEN(DOMCTL_SHADOW_OP_OFF);
K_XEN(DOMCTL_SHADOW_OP_ENABLE_TEST);
K_XEN(DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY);
K_XEN(DOMCTL_SHADOW_OP_CLEAN);
K_XEN(DOMCTL_SHADOW_OP_PEEK);
K_XEN(DOMCTL_SHADOW_OP_GET_ALLOCATION);
K_XEN(DOMCTL_SHADOW_OP_SET_ALLOCATION);
K_XEN(DOMCTL_SHADOW_OP_ENABLE);
K_XEN(DOMCTL_SHADOW_LOGDIRTY_FINAL);

SX(domctl_shadow_op_stats);
FX(domctl_shadow_op_stats, fault_count);
FX(domctl_shadow_op_stats, dirty_count);

SX(domctl_shadow_op);
FX(domctl_shadow_op, op);
FX(domctl_shadow_op, mode);
FX(domctl_shadow_op, mb);
FX(domctl_shadow_op, dirty_bitmap);
FX(domctl_shadow_op, pages);
FX(domctl_shadow_op, stats);

SX(domctl_max_mem);
FX(domctl_max_mem, max_memkb);

SX(domctl_vcpucontext);
FX(domctl_vcpucontext, vcpu);
FX(domctl_vcpucontext, ctxt);

SX(domctl_getvcpuinfo);
FX(domctl_getvcpuinfo, vcpu);
FX(domctl_getvcpuinfo, online);
FX(domctl_getvcpuinfo, blocked);
FX(domctl_getvcpuinfo, running);
FX(domctl_getvcpuinfo, cpu_time);
FX(domctl_getvcpuinfo, cpu);

SX(domctl_nodeaffinity);
FX(domctl_nodeaffinity, nodemap);
K_XEN(VCPUAFFINITY_HARD);
K_XEN(VCPUAFFINITY_SOFT);
K_XEN(VCPUAFFINITY_FORCE);

SX(domctl_vcpuaffinity);
FX(domctl_vcpuaffinity, vcpu);
FX(domctl_vcpuaffinity, flags);
FX(domctl_vcpuaffinity, cpumap_hard);
FX(domctl_vcpuaffinity, cpumap_soft);

SX(domctl_max_vcpus);
FX(domctl_max_vcpus, max);
K_XEN(SCHEDULER_CREDIT);
K_XEN(SCHEDULER_CREDIT2);
K_XEN(SCHEDULER_ARINC653);
K_XEN(SCHEDULER_RTDS);
K_XEN(SCHEDULER_NULL);
K_XEN(DOMCTL_SCHEDOP_putinfo);
K_XEN(DOMCTL_SCHEDOP_getinfo);
K_XEN(DOMCTL_SCHEDOP_putvcpuinfo);
K_XEN(DOMCTL_SCHEDOP_getvcpuinfo);

SX(domctl_sched_credit);
FX(domctl_sched_credit, weight);
FX(domctl_sched_credit, cap);

SX(domctl_sched_credit2);
FX(domctl_sched_credit2, weight);
FX(domctl_sched_credit2, cap);

SX(domctl_scheduler_op);
FX(domctl_scheduler_op, sched_id);
FX(domctl_scheduler_op, cmd);
FX(domctl_scheduler_op, u);
FX(domctl_scheduler_op, u.credit);
FX(domctl_scheduler_op, u.credit2);
FX(domctl_scheduler_op, u.v);
FX(domctl_scheduler_op, u.v.vcpus);
FX(domctl_scheduler_op, u.v.nr_vcpus);
FX(domctl_scheduler_op, u.v.padding);

SX(domctl_setdomainhandle);
FX(domctl_setdomainhandle, handle);

SX(domctl_setdebugging);
FX(domctl_setdebugging, enable);

SX(domctl_irq_permission);
FX(domctl_irq_permission, pirq);
FX(domctl_irq_permission, allow_access);
FX(domctl_irq_permission, pad);

SX(domctl_iomem_permission);
FX(domctl_iomem_permission, first_mfn);
FX(domctl_iomem_permission, nr_mfns);
FX(domctl_iomem_permission, allow_access);

SX(domctl_ioport_permission);
FX(domctl_ioport_permission, first_port);
FX(domctl_ioport_permission, nr_ports);
FX(domctl_ioport_permission, allow_access);

SX(domctl_hypercall_init);
FX(domctl_hypercall_init, gmfn);

SX(domctl_settimeoffset);
FX(domctl_settimeoffset, time_offset_seconds);

SX(domctl_address_size);
FX(domctl_address_size, size);

K_XEN(DOMCTL_SENDTRIGGER_NMI);
K_XEN(DOMCTL_SENDTRIGGER_RESET);
K_XEN(DOMCTL_SENDTRIGGER_INIT);
K_XEN(DOMCTL_SENDTRIGGER_POWER);
K_XEN(DOMCTL_SENDTRIGGER_SLEEP);
SX(domctl_sendtrigger);
FX(domctl_sendtrigger, trigger);
FX(domctl_sendtrigger, vcpu);

SX(domctl_subscribe);
FX(domctl_subscribe, port);

S(hvm_vmce_vcpu);
F(hvm_vmce_vcpu, caps);
F(hvm_vmce_vcpu, mci_ctl2_bank0);
F(hvm_vmce_vcpu, mci_ctl2_bank1);
F(hvm_vmce_vcpu, mcg_ext_ctl);

SX(domctl_ext_vcpucontext);
FX(domctl_ext_vcpucontext, vcpu);
FX(domctl_ext_vcpucontext, size);
FX(domctl_ext_vcpucontext, syscall32_callback_eip);
FX(domctl_ext_vcpucontext, sysenter_callback_eip);
FX(domctl_ext_vcpucontext, syscall32_callback_cs);
FX(domctl_ext_vcpucontext, sysenter_callback_cs);
FX(domctl_ext_vcpucontext, syscall32_disables_events);
FX(domctl_ext_vcpucontext, sysenter_disables_events);
FX(domctl_ext_vcpucontext, mcg_cap);
FX(domctl_ext_vcpucontext, vmce);

SX(domctl_set_target);
FX(domctl_set_target, target);

SX(domctl_tsc_info);
FX(domctl_tsc_info, tsc_mode);
FX(domctl_tsc_info, gtsc_khz);
FX(domctl_tsc_info, incarnation);
FX(domctl_tsc_info, pad);
FX(domctl_tsc_info, elapsed_nsec);

SX(domctl_vcpuextstate);
FX(domctl_vcpuextstate, vcpu);
FX(domctl_vcpuextstate, xfeature_mask);
FX(domctl_vcpuextstate, size);
FX(domctl_vcpuextstate, buffer);

SX(domctl_set_virq_handler);
FX(domctl_set_virq_handler, virq);

SX(domctl_vcpu_msr);
FX(domctl_vcpu_msr, index);
FX(domctl_vcpu_msr, reserved);
FX(domctl_vcpu_msr, value);

SX(domctl_vcpu_msrs);
FX(domctl_vcpu_msrs, vcpu);
FX(domctl_vcpu_msrs, msr_count);
FX(domctl_vcpu_msrs, msrs);

SX(domctl_vnuma);
FX(domctl_vnuma, nr_vnodes);
FX(domctl_vnuma, nr_vmemranges);
FX(domctl_vnuma, nr_vcpus);
FX(domctl_vnuma, pad);
FX(domctl_vnuma, vdistance);
FX(domctl_vnuma, vcpu_to_vnode);
FX(domctl_vnuma, vnode_to_pnode);
FX(domctl_vnuma, vmemrange);

SX(domctl_cpu_policy);
FX(domctl_cpu_policy, nr_leaves);
FX(domctl_cpu_policy, nr_msrs);
FX(domctl_cpu_policy, leaves);
FX(domctl_cpu_policy, msrs);
FX(domctl_cpu_policy, err_leaf);
FX(domctl_cpu_policy, err_subleaf);
FX(domctl_cpu_policy, err_msr);

SX(domctl);
FX(domctl, cmd);
FX(domctl, interface_version);
FX(domctl, domain);
FXN(domctl, pad, _pad);
FX(domctl, u);
FX(domctl, u.createdomain);
FX(domctl, u.getdomaininfo);
FX(domctl, u.getpageframeinfo3);
FX(domctl, u.nodeaffinity);
FX(domctl, u.vcpuaffinity);
FX(domctl, u.shadow_op);
FX(domctl, u.max_mem);
FX(domctl, u.vcpucontext);
FX(domctl, u.getvcpuinfo);
FX(domctl, u.max_vcpus);
FX(domctl, u.scheduler_op);
FX(domctl, u.setdomainhandle);
FX(domctl, u.setdebugging);
FX(domctl, u.irq_permission);
FX(domctl, u.iomem_permission);
FX(domctl, u.ioport_permission);
FX(domctl, u.hypercall_init);
FX(domctl, u.settimeoffset);
FX(domctl, u.address_size);
FX(domctl, u.sendtrigger);
FX(domctl, u.subscribe);
FX(domctl, u.ext_vcpucontext);
FX(domctl, u.set_target);
FX(domctl, u.tsc_info);
FX(domctl, u.vcpuextstate);
FX(domctl, u.set_virq_handler);
FX(domctl, u.vcpu_msrs);
FX(domctl, u.vnuma);
FX(domctl, u.cpu_policy);
FX(domctl, u.pad);

const unsigned int compared_domctl = __COUNTER__;
