// SPDX-License-Identifier: GPL-2.0-only
/*
 * What every guest meets first: call numbers, errors, registers, start and
 * shared info.
 *
 * EINTR, EPROTO and ERESTART are not in the public list for guests: they are
 * held against the C library's.
 */
#include "tests/abi/compare.h"

#include "abi/base.h"
#include "abi/direct.h"
#include "abi/errno.h"
#include "abi/hypercall.h"
#include "abi/regs.h"
#include "abi/shared_info.h"

#include <errno.h>
#include <xen/xen.h>
#include <xen/errno.h>
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
V(XY_DIRECT_OPEN && !(XY_DIRECT_OPEN & (XY_DIRECT_OPEN - 1)));

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

const unsigned int compared_guest = __COUNTER__;
