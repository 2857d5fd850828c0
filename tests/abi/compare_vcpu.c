// SPDX-License-Identifier: GPL-2.0-only
/*
 * vCPUs, scheduling, identity and the notes of a kernel file.
 *
 * XY_TI_DPL_MASK and XY_TI_MASK_EVENTS are inside two macros of the public
 * header that cannot be asserted; XY_EMULATE_PREFIX_BYTES is part of a string
 * there.
 */
#include "tests/abi/compare.h"

#include "abi/sched.h"
#include "abi/vcpu.h"
#include "abi/version.h"
#include "abi/elfnote.h"

#include <xen/xen.h>
#include <xen/arch-x86/cpuid.h>
#include <xen/callback.h>
#include <xen/elfnote.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>

/* abi/sched.h */
K(SCHEDOP_yield);
K(SCHEDOP_block);
K(SCHEDOP_shutdown);
K(SCHEDOP_poll);
K(SCHEDOP_remote_shutdown);
K(SCHEDOP_shutdown_code);
K(SCHEDOP_watchdog);
K(SCHEDOP_pin_override);
K(SHUTDOWN_poweroff);
K(SHUTDOWN_reboot);
K(SHUTDOWN_suspend);
K(SHUTDOWN_crash);
K(SHUTDOWN_watchdog);
K(SHUTDOWN_soft_reset);
K(SHUTDOWN_MAX);

S(sched_shutdown);
F(sched_shutdown, reason);

S(sched_poll);
F(sched_poll, ports);
F(sched_poll, nr_ports);
F(sched_poll, timeout);

S(sched_remote_shutdown);
F(sched_remote_shutdown, domain_id);
F(sched_remote_shutdown, reason);

S(sched_watchdog);
F(sched_watchdog, id);
F(sched_watchdog, timeout);

S(sched_pin_override);
F(sched_pin_override, pcpu);

/* abi/vcpu.h */
K(VCPUOP_initialise);
K(VCPUOP_up);
K(VCPUOP_down);
K(VCPUOP_is_up);
K(VCPUOP_get_runstate_info);
K(VCPUOP_register_runstate_memory_area);
K(VCPUOP_set_periodic_timer);
K(VCPUOP_stop_periodic_timer);
K(VCPUOP_set_singleshot_timer);
K(VCPUOP_stop_singleshot_timer);
K(VCPUOP_register_vcpu_info);
K(VCPUOP_send_nmi);
K(VCPUOP_get_physid);
K(VCPUOP_register_vcpu_time_memory_area);
K(RUNSTATE_running);
K(RUNSTATE_runnable);
K(RUNSTATE_blocked);
K(RUNSTATE_offline);
K_XEN(RUNSTATE_UPDATE);

S(vcpu_runstate_info);
F(vcpu_runstate_info, state);
F(vcpu_runstate_info, state_entry_time);
F(vcpu_runstate_info, time);

S(vcpu_register_runstate_memory_area);
F(vcpu_register_runstate_memory_area, addr);
F(vcpu_register_runstate_memory_area, addr.h);
F(vcpu_register_runstate_memory_area, addr.p);

S(vcpu_register_time_memory_area);
F(vcpu_register_time_memory_area, addr);
F(vcpu_register_time_memory_area, addr.h);
F(vcpu_register_time_memory_area, addr.p);

S(vcpu_set_periodic_timer);
F(vcpu_set_periodic_timer, period_ns);
K(VCPU_SSHOTTMR_future);

S(vcpu_set_singleshot_timer);
F(vcpu_set_singleshot_timer, timeout_abs_ns);
F(vcpu_set_singleshot_timer, flags);

S(vcpu_register_vcpu_info);
F(vcpu_register_vcpu_info, mfn);
F(vcpu_register_vcpu_info, offset);
F(vcpu_register_vcpu_info, rsvd);

S(trap_info);
F(trap_info, vector);
F(trap_info, flags);
F(trap_info, cs);
F(trap_info, address);
K(VGCF_i387_valid);
K(VGCF_in_kernel);
K(VGCF_failsafe_disables_events);
K(VGCF_syscall_disables_events);
K(VGCF_online);
K(VGCF_in_syscall);

S(vcpu_guest_context);
F(vcpu_guest_context, fpu_ctxt);
F(vcpu_guest_context, fpu_ctxt.x);
F(vcpu_guest_context, flags);
F(vcpu_guest_context, user_regs);
F(vcpu_guest_context, trap_ctxt);
F(vcpu_guest_context, ldt_base);
F(vcpu_guest_context, ldt_ents);
F(vcpu_guest_context, gdt_frames);
F(vcpu_guest_context, gdt_ents);
F(vcpu_guest_context, kernel_ss);
F(vcpu_guest_context, kernel_sp);
F(vcpu_guest_context, ctrlreg);
F(vcpu_guest_context, debugreg);
F(vcpu_guest_context, event_callback_eip);
F(vcpu_guest_context, failsafe_callback_eip);
F(vcpu_guest_context, syscall_callback_eip);
F(vcpu_guest_context, vm_assist);
F(vcpu_guest_context, fs_base);
F(vcpu_guest_context, gs_base_kernel);
F(vcpu_guest_context, gs_base_user);
K(CALLBACKOP_register);
K(CALLBACKOP_unregister);
K(CALLBACKTYPE_event);
K(CALLBACKTYPE_failsafe);
K(CALLBACKTYPE_syscall);
K(CALLBACKTYPE_sysenter_deprecated);
K(CALLBACKTYPE_nmi);
K(CALLBACKTYPE_sysenter);
K(CALLBACKTYPE_syscall32);
K(CALLBACKF_mask_events);

S(callback_register);
F(callback_register, type);
F(callback_register, flags);
F(callback_register, address);

S(callback_unregister);
F(callback_unregister, type);
FN(callback_unregister, pad, _unused);

/* abi/version.h */
KXEN(VER_version);
KXEN(VER_extraversion);
KXEN(VER_compile_info);
KXEN(VER_capabilities);
KXEN(VER_changeset);
KXEN(VER_platform_parameters);
KXEN(VER_get_features);
KXEN(VER_pagesize);
KXEN(VER_guest_handle);
KXEN(VER_commandline);
KXEN(VER_build_id);
K_XEN(EXTRAVERSION_LEN);
K_XEN(CAPABILITIES_INFO_LEN);
K_XEN(CHANGESET_INFO_LEN);

SX(compile_info);
FX(compile_info, compiler);
FX(compile_info, compile_by);
FX(compile_info, compile_domain);
FX(compile_info, compile_date);

SX(platform_parameters);
FX(platform_parameters, virt_start);

SX(feature_info);
FX(feature_info, submap_idx);
FX(feature_info, submap);

SX(build_id);
FX(build_id, len);
V(offsetof(struct xy_build_id, buf) == offsetof(struct xen_build_id, buf));
KXEN(FEAT_writable_page_tables);
KXEN(FEAT_writable_descriptor_tables);
KXEN(FEAT_auto_translated_physmap);
KXEN(FEAT_supervisor_mode_kernel);
KXEN(FEAT_pae_pgdir_above_4gb);
KXEN(FEAT_mmu_pt_update_preserve_ad);
KXEN(FEAT_highmem_assist);
KXEN(FEAT_gnttab_map_avail_bits);
KXEN(FEAT_hvm_callback_vector);
KXEN(FEAT_hvm_safe_pvclock);
KXEN(FEAT_hvm_pirqs);
KXEN(FEAT_dom0);
KXEN(FEAT_memory_op_vnode_supported);
KXEN(FEAT_linux_rsdp_unrestricted);
KXEN(FEAT_not_direct_mapped);
KXEN(FEAT_direct_mapped);
KXEN(FEAT_NR_SUBMAPS);
K_XEN(CPUID_FIRST_LEAF);
K_XEN(CPUID_SIGNATURE_EBX);
K_XEN(CPUID_SIGNATURE_ECX);
K_XEN(CPUID_SIGNATURE_EDX);
K_XEN(CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD);
K_XEN(CPUID_MACHINE_ADDRESS_WIDTH_MASK);

V(XY_COMMANDLINE_LEN == sizeof(xen_commandline_t));

/* abi/elfnote.h */
K_XEN(ELFNOTE_INFO);
K_XEN(ELFNOTE_ENTRY);
K_XEN(ELFNOTE_HYPERCALL_PAGE);
K_XEN(ELFNOTE_VIRT_BASE);
K_XEN(ELFNOTE_PADDR_OFFSET);
K_XEN(ELFNOTE_XEN_VERSION);
K_XEN(ELFNOTE_GUEST_OS);
K_XEN(ELFNOTE_GUEST_VERSION);
K_XEN(ELFNOTE_LOADER);
K_XEN(ELFNOTE_PAE_MODE);
K_XEN(ELFNOTE_FEATURES);
K_XEN(ELFNOTE_BSD_SYMTAB);
K_XEN(ELFNOTE_HV_START_LOW);
K_XEN(ELFNOTE_L1_MFN_VALID);
K_XEN(ELFNOTE_SUSPEND_CANCEL);
K_XEN(ELFNOTE_INIT_P2M);
K_XEN(ELFNOTE_MOD_START_PFN);
K_XEN(ELFNOTE_SUPPORTED_FEATURES);
K_XEN(ELFNOTE_PHYS32_ENTRY);
K_XEN(ELFNOTE_MAX);

const unsigned int compared_vcpu = __COUNTER__;
