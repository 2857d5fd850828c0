// SPDX-License-Identifier: GPL-2.0-only
/*
 * What every guest meets first: call numbers, errors, registers, start and
 * shared info, page-table and memory calls.
 *
 * EINTR, EPROTO and ERESTART are not in the public list for guests: they are
 * held against the C library's. The entry of a memory map is described in a
 * comment only there: its layout is held against Linux's boot_e820_entry, its
 * types (E820_RAM 1, E820_RESERVED 2, E820_ACPI 3, E820_NVS 4, E820_UNUSABLE
 * 5) are the firmware's.
 */
#include "tests/abi/compare.h"

#include "abi/base.h"
#include "abi/direct.h"
#include "abi/errno.h"
#include "abi/hypercall.h"
#include "abi/regs.h"
#include "abi/shared_info.h"
#include "abi/mmu.h"
#include "abi/memory.h"

#include <asm/bootparam.h>
#include <errno.h>
#include <xen/xen.h>
#include <xen/errno.h>
#include <xen/memory.h>
#include <xen/nmi.h>
#include <xen/io/ring.h>

/* abi/base.h */
K_XEN(PAGE_SHIFT);
K(DOMID_FIRST_RESERVED);
K(DOMID_SELF);
K(DOMID_IO);
K(DOMID_XEN);
K(DOMID_COW);
K(DOMID_INVALID);
K(DOMID_IDLE);
K(DOMID_MASK);
V(XY_PAGE_SIZE == 1 << XEN_PAGE_SHIFT);

/* abi/errno.h */
K_XEN(EPERM);
K_XEN(ENOENT);
K_XEN(ESRCH);
K(EINTR);
K_XEN(EIO);
K_XEN(ENXIO);
K_XEN(E2BIG);
K_XEN(ENOEXEC);
K_XEN(EBADF);
K_XEN(ECHILD);
K_XEN(EAGAIN);
K_XEN(ENOMEM);
K_XEN(EACCES);
K_XEN(EFAULT);
K_XEN(EBUSY);
K_XEN(EEXIST);
K_XEN(EXDEV);
K_XEN(ENODEV);
K_XEN(ENOTDIR);
K_XEN(EISDIR);
K_XEN(EINVAL);
K_XEN(ENFILE);
K_XEN(EMFILE);
K_XEN(ENOSPC);
K_XEN(EROFS);
K_XEN(EMLINK);
K_XEN(EDOM);
K_XEN(ERANGE);
K_XEN(EDEADLK);
K_XEN(ENAMETOOLONG);
K_XEN(ENOLCK);
K_XEN(ENOSYS);
K_XEN(ENOTEMPTY);
K_XEN(ENODATA);
K_XEN(ETIME);
K(EPROTO);
K_XEN(EBADMSG);
K_XEN(EOVERFLOW);
K_XEN(EILSEQ);
K(ERESTART);
K_XEN(ENOTSOCK);
K_XEN(EMSGSIZE);
K_XEN(EOPNOTSUPP);
K_XEN(EADDRINUSE);
K_XEN(EADDRNOTAVAIL);
K_XEN(ENOBUFS);
K_XEN(EISCONN);
K_XEN(ENOTCONN);
K_XEN(ETIMEDOUT);
K_XEN(ECONNREFUSED);

/* abi/hypercall.h */
K__(HYPERVISOR_set_trap_table);
K__(HYPERVISOR_mmu_update);
K__(HYPERVISOR_set_gdt);
K__(HYPERVISOR_stack_switch);
K__(HYPERVISOR_set_callbacks);
K__(HYPERVISOR_fpu_taskswitch);
K__(HYPERVISOR_sched_op_compat);
K__(HYPERVISOR_platform_op);
K__(HYPERVISOR_set_debugreg);
K__(HYPERVISOR_get_debugreg);
K__(HYPERVISOR_update_descriptor);
K__(HYPERVISOR_memory_op);
K__(HYPERVISOR_multicall);
K__(HYPERVISOR_update_va_mapping);
K__(HYPERVISOR_set_timer_op);
K__(HYPERVISOR_event_channel_op_compat);
K__(HYPERVISOR_xen_version);
K__(HYPERVISOR_console_io);
K__(HYPERVISOR_physdev_op_compat);
K__(HYPERVISOR_grant_table_op);
K__(HYPERVISOR_vm_assist);
K__(HYPERVISOR_update_va_mapping_otherdomain);
K__(HYPERVISOR_iret);
K__(HYPERVISOR_vcpu_op);
K__(HYPERVISOR_set_segment_base);
K__(HYPERVISOR_mmuext_op);
K__(HYPERVISOR_xsm_op);
K__(HYPERVISOR_nmi_op);
K__(HYPERVISOR_sched_op);
K__(HYPERVISOR_callback_op);
K__(HYPERVISOR_xenoprof_op);
K__(HYPERVISOR_event_channel_op);
K__(HYPERVISOR_physdev_op);
K__(HYPERVISOR_hvm_op);
K__(HYPERVISOR_sysctl);
K__(HYPERVISOR_domctl);
K__(HYPERVISOR_kexec_op);
K__(HYPERVISOR_tmem_op);
K__(HYPERVISOR_argo_op);
K__(HYPERVISOR_xenpmu_op);
K__(HYPERVISOR_dm_op);
K__(HYPERVISOR_hypfs_op);
K__(HYPERVISOR_arch_0);
/* abi/direct.h: ours. No number of Linux's own, x32's (bit 30) included. */
KN(HYPERVISOR_direct, __HYPERVISOR_arch_7);
V(XY_DIRECT_CALL >= 1 << 16 && XY_DIRECT_CALL < 1 << 30);

K(CONSOLEIO_write);
K(CONSOLEIO_read);

S(multicall_entry);
F(multicall_entry, op);
F(multicall_entry, result);
F(multicall_entry, args);

/* abi/regs.h */
K(FLAT_RING3_CS32);
K(FLAT_RING3_CS64);
K(FLAT_RING3_DS32);
K(FLAT_RING3_DS64);
K(FLAT_RING3_SS32);
K(FLAT_RING3_SS64);
K(FLAT_KERNEL_CS);
K(FLAT_KERNEL_CS32);
K(FLAT_KERNEL_DS);
K(FLAT_KERNEL_SS);
K(FLAT_USER_CS);
K(FLAT_USER_CS32);
K(FLAT_USER_DS);
K(FLAT_USER_DS32);
K(FLAT_USER_SS);
K(FLAT_USER_SS32);
K(FIRST_RESERVED_GDT_PAGE);
K(FIRST_RESERVED_GDT_BYTE);
K(FIRST_RESERVED_GDT_ENTRY);
K(HYPERVISOR_VIRT_START);
K(HYPERVISOR_VIRT_END);
K(MACH2PHYS_VIRT_START);
K(MACH2PHYS_VIRT_END);
K(SEGBASE_FS);
K(SEGBASE_GS_USER);
K(SEGBASE_GS_KERNEL);
K(SEGBASE_GS_USER_SEL);

S(cpu_user_regs);
F(cpu_user_regs, r15);
F(cpu_user_regs, r14);
F(cpu_user_regs, r13);
F(cpu_user_regs, r12);
F(cpu_user_regs, rbp);
F(cpu_user_regs, rbx);
F(cpu_user_regs, r11);
F(cpu_user_regs, r10);
F(cpu_user_regs, r9);
F(cpu_user_regs, r8);
F(cpu_user_regs, rax);
F(cpu_user_regs, rcx);
F(cpu_user_regs, rdx);
F(cpu_user_regs, rsi);
F(cpu_user_regs, rdi);
F(cpu_user_regs, error_code);
F(cpu_user_regs, entry_vector);
F(cpu_user_regs, rip);
F(cpu_user_regs, cs);
FN(cpu_user_regs, pad0, _pad0);
F(cpu_user_regs, saved_upcall_mask);
FN(cpu_user_regs, pad1, _pad1);
F(cpu_user_regs, rflags);
F(cpu_user_regs, rsp);
F(cpu_user_regs, ss);
FN(cpu_user_regs, pad2, _pad2);
F(cpu_user_regs, es);
FN(cpu_user_regs, pad3, _pad3);
F(cpu_user_regs, ds);
FN(cpu_user_regs, pad4, _pad4);
F(cpu_user_regs, fs);
FN(cpu_user_regs, pad5, _pad5);
F(cpu_user_regs, gs);
FN(cpu_user_regs, pad6, _pad6);

S(iret_context);
F(iret_context, rax);
F(iret_context, r11);
F(iret_context, rcx);
F(iret_context, flags);
F(iret_context, rip);
F(iret_context, cs);
F(iret_context, rflags);
F(iret_context, rsp);
F(iret_context, ss);

/* abi/shared_info.h */
K_XEN(LEGACY_MAX_VCPUS);
K(MAX_GUEST_CMDLINE);

S(vcpu_time_info);
F(vcpu_time_info, version);
F(vcpu_time_info, pad0);
F(vcpu_time_info, tsc_timestamp);
F(vcpu_time_info, system_time);
F(vcpu_time_info, tsc_to_system_mul);
F(vcpu_time_info, tsc_shift);
F(vcpu_time_info, flags);
F(vcpu_time_info, pad1);
K_XEN(PVCLOCK_TSC_STABLE_BIT);
K_XEN(PVCLOCK_GUEST_STOPPED);

S(arch_vcpu_info);
F(arch_vcpu_info, cr2);
F(arch_vcpu_info, pad);

S(vcpu_info);
F(vcpu_info, evtchn_upcall_pending);
F(vcpu_info, evtchn_upcall_mask);
F(vcpu_info, evtchn_pending_sel);
F(vcpu_info, arch);
F(vcpu_info, time);

S(arch_shared_info);
F(arch_shared_info, max_pfn);
F(arch_shared_info, pfn_to_mfn_frame_list_list);
F(arch_shared_info, nmi_reason);
F(arch_shared_info, p2m_cr3);
F(arch_shared_info, p2m_vaddr);
F(arch_shared_info, p2m_generation);
K_XEN(NMIREASON_io_error);
K_XEN(NMIREASON_pci_serr);
K_XEN(NMIREASON_unknown);

S(shared_info);
F(shared_info, vcpu_info);
F(shared_info, evtchn_pending);
F(shared_info, evtchn_mask);
F(shared_info, wc_version);
F(shared_info, wc_sec);
F(shared_info, wc_nsec);
F(shared_info, wc_sec_hi);
F(shared_info, arch);
K(SIF_PRIVILEGED);
K(SIF_INITDOMAIN);
K(SIF_MULTIBOOT_MOD);
K(SIF_MOD_START_PFN);
K(SIF_VIRT_P2M_4TOOLS);
K(SIF_PM_MASK);

S(start_info);
F(start_info, magic);
F(start_info, nr_pages);
F(start_info, shared_info);
F(start_info, flags);
F(start_info, store_mfn);
F(start_info, store_evtchn);
F(start_info, console);
F(start_info, console.domU);
F(start_info, console.domU.mfn);
F(start_info, console.domU.evtchn);
F(start_info, console.dom0);
F(start_info, console.dom0.info_off);
F(start_info, console.dom0.info_size);
F(start_info, pt_base);
F(start_info, nr_pt_frames);
F(start_info, mfn_list);
F(start_info, mod_start);
F(start_info, mod_len);
F(start_info, cmd_line);
F(start_info, first_p2m_pfn);
F(start_info, nr_p2m_frames);
K_XEN(VGATYPE_TEXT_MODE_3);
K_XEN(VGATYPE_VESA_LFB);
K_XEN(VGATYPE_EFI_LFB);

S(dom0_vga_console_info);
F(dom0_vga_console_info, video_type);
F(dom0_vga_console_info, u);
F(dom0_vga_console_info, u.text_mode_3);
F(dom0_vga_console_info, u.text_mode_3.font_height);
F(dom0_vga_console_info, u.text_mode_3.cursor_x);
F(dom0_vga_console_info, u.text_mode_3.cursor_y);
F(dom0_vga_console_info, u.text_mode_3.rows);
F(dom0_vga_console_info, u.text_mode_3.columns);
F(dom0_vga_console_info, u.vesa_lfb);
F(dom0_vga_console_info, u.vesa_lfb.width);
F(dom0_vga_console_info, u.vesa_lfb.height);
F(dom0_vga_console_info, u.vesa_lfb.bytes_per_line);
F(dom0_vga_console_info, u.vesa_lfb.bits_per_pixel);
F(dom0_vga_console_info, u.vesa_lfb.lfb_base);
F(dom0_vga_console_info, u.vesa_lfb.lfb_size);
F(dom0_vga_console_info, u.vesa_lfb.red_pos);
F(dom0_vga_console_info, u.vesa_lfb.red_size);
F(dom0_vga_console_info, u.vesa_lfb.green_pos);
F(dom0_vga_console_info, u.vesa_lfb.green_size);
F(dom0_vga_console_info, u.vesa_lfb.blue_pos);
F(dom0_vga_console_info, u.vesa_lfb.blue_size);
F(dom0_vga_console_info, u.vesa_lfb.rsvd_pos);
F(dom0_vga_console_info, u.vesa_lfb.rsvd_size);
F(dom0_vga_console_info, u.vesa_lfb.gbl_caps);
F(dom0_vga_console_info, u.vesa_lfb.mode_attrs);
F(dom0_vga_console_info, u.vesa_lfb.pad);
F(dom0_vga_console_info, u.vesa_lfb.ext_lfb_base);

/* abi/mmu.h */
K(MMU_NORMAL_PT_UPDATE);
K(MMU_MACHPHYS_UPDATE);
K(MMU_PT_UPDATE_PRESERVE_AD);
K(MMU_PT_UPDATE_NO_TRANSLATE);

S(mmu_update);
F(mmu_update, ptr);
F(mmu_update, val);
K(MMUEXT_PIN_L1_TABLE);
K(MMUEXT_PIN_L2_TABLE);
K(MMUEXT_PIN_L3_TABLE);
K(MMUEXT_PIN_L4_TABLE);
K(MMUEXT_UNPIN_TABLE);
K(MMUEXT_NEW_BASEPTR);
K(MMUEXT_TLB_FLUSH_LOCAL);
K(MMUEXT_INVLPG_LOCAL);
K(MMUEXT_TLB_FLUSH_MULTI);
K(MMUEXT_INVLPG_MULTI);
K(MMUEXT_TLB_FLUSH_ALL);
K(MMUEXT_INVLPG_ALL);
K(MMUEXT_FLUSH_CACHE);
K(MMUEXT_SET_LDT);
K(MMUEXT_NEW_USER_BASEPTR);
K(MMUEXT_CLEAR_PAGE);
K(MMUEXT_COPY_PAGE);
K(MMUEXT_FLUSH_CACHE_GLOBAL);
K(MMUEXT_MARK_SUPER);
K(MMUEXT_UNMARK_SUPER);

S(mmuext_op);
F(mmuext_op, cmd);
F(mmuext_op, arg1);
F(mmuext_op, arg1.mfn);
F(mmuext_op, arg1.linear_addr);
F(mmuext_op, arg2);
F(mmuext_op, arg2.nr_ents);
F(mmuext_op, arg2.vcpumask);
F(mmuext_op, arg2.src_mfn);
K(UVMF_NONE);
K(UVMF_TLB_FLUSH);
K(UVMF_INVLPG);
K(UVMF_FLUSHTYPE_MASK);
K(UVMF_MULTI);
K(UVMF_LOCAL);
K(UVMF_ALL);
K(VMASST_CMD_enable);
K(VMASST_CMD_disable);
K(VMASST_TYPE_4gb_segments);
K(VMASST_TYPE_4gb_segments_notify);
K(VMASST_TYPE_writable_pagetables);
K(VMASST_TYPE_pae_extended_cr3);
K(VMASST_TYPE_architectural_iopl);
K(VMASST_TYPE_runstate_update_flag);
K(VMASST_TYPE_m2p_strict);

/* abi/memory.h */
KXEN(MEM_increase_reservation);
KXEN(MEM_decrease_reservation);
KXEN(MEM_maximum_ram_page);
KXEN(MEM_current_reservation);
KXEN(MEM_maximum_reservation);
KXEN(MEM_machphys_mfn_list);
KXEN(MEM_populate_physmap);
KXEN(MEM_add_to_physmap);
KXEN(MEM_memory_map);
KXEN(MEM_machine_memory_map);
KXEN(MEM_exchange);
KXEN(MEM_machphys_mapping);
KXEN(MEM_set_memory_map);
KXEN(MEM_maximum_gpfn);
KXEN(MEM_remove_from_physmap);
KXEN(MEM_set_pod_target);
KXEN(MEM_get_pod_target);
KXEN(MEM_get_sharing_freed_pages);
KXEN(MEM_get_sharing_shared_pages);
KXEN(MEM_paging_op);
KXEN(MEM_access_op);
KXEN(MEM_sharing_op);
KXEN(MEM_add_to_physmap_batch);
KXEN(MEM_claim_pages);
KXEN(MEM_machphys_compat_mfn_list);
KXEN(MEM_get_vnumainfo);
KXEN(MEM_reserved_device_memory_map);
KXEN(MEM_acquire_resource);
KXEN(MEMF_populate_on_demand);
KXEN(MEMF_exact_node_request);
KXEN(MEMF_vnode);

SX(memory_reservation);
FX(memory_reservation, extent_start);
FX(memory_reservation, nr_extents);
FX(memory_reservation, extent_order);
FX(memory_reservation, mem_flags);
FX(memory_reservation, domid);

SX(memory_exchange);
FX(memory_exchange, in);
FX(memory_exchange, out);
FX(memory_exchange, nr_exchanged);

SX(memory_domain);
FX(memory_domain, domid);

SX(machphys_mfn_list);
FX(machphys_mfn_list, max_extents);
FX(machphys_mfn_list, extent_start);
FX(machphys_mfn_list, nr_extents);

SX(machphys_mapping);
FX(machphys_mapping, v_start);
FX(machphys_mapping, v_end);
FX(machphys_mapping, max_mfn);
KXEN(MAPSPACE_shared_info);
KXEN(MAPSPACE_grant_table);
KXEN(MAPSPACE_gmfn);
KXEN(MAPSPACE_gmfn_range);
KXEN(MAPSPACE_gmfn_foreign);
KXEN(MAPSPACE_dev_mmio);

SX(add_to_physmap);
FX(add_to_physmap, domid);
FX(add_to_physmap, size);
FX(add_to_physmap, space);
FX(add_to_physmap, idx);
FX(add_to_physmap, gpfn);

SX(remove_from_physmap);
FX(remove_from_physmap, domid);
FX(remove_from_physmap, gpfn);

SX(memory_map);
FX(memory_map, nr_entries);
FX(memory_map, buffer);

SX(foreign_memory_map);
FX(foreign_memory_map, domid);
FX(foreign_memory_map, map);

SX(pod_target);
FX(pod_target, target_pages);
FX(pod_target, tot_pages);
FX(pod_target, pod_cache_pages);
FX(pod_target, pod_entries);
FX(pod_target, domid);
KXEN(MEM_resource_ioreq_server);
KXEN(MEM_resource_grant_table);
KXEN(MEM_resource_vmtrace_buf);
KXEN(MEM_resource_grant_table_id_shared);
KXEN(MEM_resource_grant_table_id_status);

SX(mem_acquire_resource);
FX(mem_acquire_resource, domid);
FX(mem_acquire_resource, type);
FX(mem_acquire_resource, id);
FX(mem_acquire_resource, nr_frames);
FX(mem_acquire_resource, pad);
FX(mem_acquire_resource, frame);
FX(mem_acquire_resource, frame_list);

SX(vmemrange);
FX(vmemrange, start);
FX(vmemrange, end);
FX(vmemrange, flags);
FX(vmemrange, nid);

V(XENMEMF_get_address_bits(~0U) == XY_MEMF_address_bits_mask);
V(XENMEMF_node(0) == 1 << XY_MEMF_node_shift);
V(XENMEMF_get_node(0) == XY_MEMF_node_mask);

SIZE(struct xy_e820_entry, struct boot_e820_entry);
FIELD(struct xy_e820_entry, addr, struct boot_e820_entry, addr);
FIELD(struct xy_e820_entry, size, struct boot_e820_entry, size);
FIELD(struct xy_e820_entry, type, struct boot_e820_entry, type);

const unsigned int compared_guest = __COUNTER__;
