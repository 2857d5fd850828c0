// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events, grants, real devices and the platform.
 *
 * What the platform calls are given and we do not read is bytes in ours: the
 * unions named `room` have no counterpart, the sizes do.
 */
#include "tests/abi/compare.h"

#include "abi/evtchn.h"
#include "abi/grant.h"
#include "abi/physdev.h"
#include "abi/platform.h"

#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/physdev.h>
#include <xen/platform.h>

/* abi/evtchn.h */
K(EVTCHNOP_bind_interdomain);
K(EVTCHNOP_bind_virq);
K(EVTCHNOP_bind_pirq);
K(EVTCHNOP_close);
K(EVTCHNOP_send);
K(EVTCHNOP_status);
K(EVTCHNOP_alloc_unbound);
K(EVTCHNOP_bind_ipi);
K(EVTCHNOP_bind_vcpu);
K(EVTCHNOP_unmask);
K(EVTCHNOP_reset);
K(EVTCHNOP_init_control);
K(EVTCHNOP_expand_array);
K(EVTCHNOP_set_priority);
K(EVTCHN_2L_NR_CHANNELS);
K(VIRQ_TIMER);
K(VIRQ_DEBUG);
K(VIRQ_CONSOLE);
K(VIRQ_DOM_EXC);
K(VIRQ_TBUF);
K(VIRQ_DEBUGGER);
K(VIRQ_XENOPROF);
K(VIRQ_CON_RING);
K(VIRQ_PCPU_STATE);
K(VIRQ_MEM_EVENT);
K(VIRQ_ARGO);
K(VIRQ_ENOMEM);
K(VIRQ_XENPMU);
K(VIRQ_ARCH_0);
K(VIRQ_ARCH_7);
K(NR_VIRQS);

S(evtchn_alloc_unbound);
F(evtchn_alloc_unbound, dom);
F(evtchn_alloc_unbound, remote_dom);
F(evtchn_alloc_unbound, port);

S(evtchn_bind_interdomain);
F(evtchn_bind_interdomain, remote_dom);
F(evtchn_bind_interdomain, remote_port);
F(evtchn_bind_interdomain, local_port);

S(evtchn_bind_virq);
F(evtchn_bind_virq, virq);
F(evtchn_bind_virq, vcpu);
F(evtchn_bind_virq, port);
K(BIND_PIRQ__WILL_SHARE);

S(evtchn_bind_pirq);
F(evtchn_bind_pirq, pirq);
F(evtchn_bind_pirq, flags);
F(evtchn_bind_pirq, port);

S(evtchn_bind_ipi);
F(evtchn_bind_ipi, vcpu);
F(evtchn_bind_ipi, port);

S(evtchn_close);
F(evtchn_close, port);

S(evtchn_send);
F(evtchn_send, port);
K(EVTCHNSTAT_closed);
K(EVTCHNSTAT_unbound);
K(EVTCHNSTAT_interdomain);
K(EVTCHNSTAT_pirq);
K(EVTCHNSTAT_virq);
K(EVTCHNSTAT_ipi);

S(evtchn_status);
F(evtchn_status, dom);
F(evtchn_status, port);
F(evtchn_status, status);
F(evtchn_status, vcpu);
F(evtchn_status, u);
F(evtchn_status, u.unbound);
F(evtchn_status, u.unbound.dom);
F(evtchn_status, u.interdomain);
F(evtchn_status, u.interdomain.dom);
F(evtchn_status, u.interdomain.port);
F(evtchn_status, u.pirq);
F(evtchn_status, u.virq);

S(evtchn_bind_vcpu);
F(evtchn_bind_vcpu, port);
F(evtchn_bind_vcpu, vcpu);

S(evtchn_unmask);
F(evtchn_unmask, port);

S(evtchn_reset);
F(evtchn_reset, dom);
K(EVTCHN_FIFO_PRIORITY_MAX);
K(EVTCHN_FIFO_PRIORITY_DEFAULT);
K(EVTCHN_FIFO_PRIORITY_MIN);
K(EVTCHN_FIFO_MAX_QUEUES);
K(EVTCHN_FIFO_PENDING);
K(EVTCHN_FIFO_MASKED);
K(EVTCHN_FIFO_LINKED);
K(EVTCHN_FIFO_BUSY);
K(EVTCHN_FIFO_LINK_BITS);
K(EVTCHN_FIFO_LINK_MASK);
K(EVTCHN_FIFO_NR_CHANNELS);

S(evtchn_init_control);
F(evtchn_init_control, control_gfn);
F(evtchn_init_control, offset);
F(evtchn_init_control, vcpu);
F(evtchn_init_control, link_bits);
FN(evtchn_init_control, pad, _pad);

S(evtchn_expand_array);
F(evtchn_expand_array, array_gfn);

S(evtchn_set_priority);
F(evtchn_set_priority, port);
F(evtchn_set_priority, priority);

S(evtchn_fifo_control_block);
F(evtchn_fifo_control_block, ready);
FN(evtchn_fifo_control_block, pad, _rsvd);
F(evtchn_fifo_control_block, head);

/* abi/grant.h */
K(GNTTABOP_map_grant_ref);
K(GNTTABOP_unmap_grant_ref);
K(GNTTABOP_setup_table);
K(GNTTABOP_dump_table);
K(GNTTABOP_transfer);
K(GNTTABOP_copy);
K(GNTTABOP_query_size);
K(GNTTABOP_unmap_and_replace);
K(GNTTABOP_set_version);
K(GNTTABOP_get_status_frames);
K(GNTTABOP_get_version);
K(GNTTABOP_swap_grant_ref);
K(GNTTABOP_cache_flush);
K(GNTTAB_NR_RESERVED_ENTRIES);
K(GNTTAB_RESERVED_CONSOLE);
K(GNTTAB_RESERVED_XENSTORE);
K(GTF_invalid);
K(GTF_permit_access);
K(GTF_accept_transfer);
K(GTF_transitive);
K(GTF_type_mask);
K(GTF_readonly);
K(GTF_reading);
K(GTF_writing);
K(GTF_PWT);
K(GTF_PCD);
K(GTF_PAT);
K(GTF_sub_page);

S(grant_entry_v1);
F(grant_entry_v1, flags);
F(grant_entry_v1, domid);
F(grant_entry_v1, frame);
K(GNTMAP_device_map);
K(GNTMAP_host_map);
K(GNTMAP_readonly);
K(GNTMAP_application_map);
K(GNTMAP_contains_pte);
K(GNTMAP_guest_avail_mask);
K(GNTST_okay);
K(GNTST_general_error);
K(GNTST_bad_domain);
K(GNTST_bad_gntref);
K(GNTST_bad_handle);
K(GNTST_bad_virt_addr);
K(GNTST_bad_dev_addr);
K(GNTST_no_device_space);
K(GNTST_permission_denied);
K(GNTST_bad_page);
K(GNTST_bad_copy_arg);
K(GNTST_address_too_big);
K(GNTST_eagain);
K(GNTST_no_space);

S(gnttab_map_grant_ref);
F(gnttab_map_grant_ref, host_addr);
F(gnttab_map_grant_ref, flags);
F(gnttab_map_grant_ref, ref);
F(gnttab_map_grant_ref, dom);
F(gnttab_map_grant_ref, status);
F(gnttab_map_grant_ref, handle);
F(gnttab_map_grant_ref, dev_bus_addr);

S(gnttab_unmap_grant_ref);
F(gnttab_unmap_grant_ref, host_addr);
F(gnttab_unmap_grant_ref, dev_bus_addr);
F(gnttab_unmap_grant_ref, handle);
F(gnttab_unmap_grant_ref, status);

S(gnttab_unmap_and_replace);
F(gnttab_unmap_and_replace, host_addr);
F(gnttab_unmap_and_replace, new_addr);
F(gnttab_unmap_and_replace, handle);
F(gnttab_unmap_and_replace, status);

S(gnttab_setup_table);
F(gnttab_setup_table, dom);
F(gnttab_setup_table, nr_frames);
F(gnttab_setup_table, status);
F(gnttab_setup_table, frame_list);
K(GNTCOPY_source_gref);
K(GNTCOPY_dest_gref);

S(gnttab_copy_ptr);
F(gnttab_copy_ptr, u);
F(gnttab_copy_ptr, u.ref);
F(gnttab_copy_ptr, u.gmfn);
F(gnttab_copy_ptr, domid);
F(gnttab_copy_ptr, offset);

S(gnttab_copy);
F(gnttab_copy, source);
F(gnttab_copy, dest);
F(gnttab_copy, len);
F(gnttab_copy, flags);
F(gnttab_copy, status);

S(gnttab_query_size);
F(gnttab_query_size, dom);
F(gnttab_query_size, nr_frames);
F(gnttab_query_size, max_nr_frames);
F(gnttab_query_size, status);

S(gnttab_set_version);
F(gnttab_set_version, version);

S(gnttab_get_version);
F(gnttab_get_version, dom);
F(gnttab_get_version, pad);
F(gnttab_get_version, version);

S(gnttab_swap_grant_ref);
F(gnttab_swap_grant_ref, ref_a);
F(gnttab_swap_grant_ref, ref_b);
F(gnttab_swap_grant_ref, status);
V(XY_GNTMAP_guest_avail0_bit == _GNTMAP_guest_avail0);

/* abi/physdev.h */
K(PHYSDEVOP_irq_status_query);
K(PHYSDEVOP_set_iopl);
K(PHYSDEVOP_set_iobitmap);
K(PHYSDEVOP_apic_read);
K(PHYSDEVOP_apic_write);
K(PHYSDEVOP_alloc_irq_vector);
K(PHYSDEVOP_free_irq_vector);
K(PHYSDEVOP_eoi);
K(PHYSDEVOP_map_pirq);
K(PHYSDEVOP_unmap_pirq);
K(PHYSDEVOP_manage_pci_add);
K(PHYSDEVOP_manage_pci_remove);
K(PHYSDEVOP_pirq_eoi_gmfn_v1);
K(PHYSDEVOP_restore_msi);
K(PHYSDEVOP_manage_pci_add_ext);
K(PHYSDEVOP_setup_gsi);
K(PHYSDEVOP_get_free_pirq);
K(PHYSDEVOP_pci_mmcfg_reserved);
K(PHYSDEVOP_pci_device_add);
K(PHYSDEVOP_pci_device_remove);
K(PHYSDEVOP_restore_msi_ext);
K(PHYSDEVOP_pirq_eoi_gmfn_v2);
K(PHYSDEVOP_dbgp_op);
K(PHYSDEVOP_prepare_msix);
K(PHYSDEVOP_release_msix);

S(physdev_eoi);
F(physdev_eoi, irq);

S(physdev_pirq_eoi_gmfn);
F(physdev_pirq_eoi_gmfn, gmfn);
KXEN(IRQSTAT_needs_eoi);
KXEN(IRQSTAT_shared);

S(physdev_irq_status_query);
F(physdev_irq_status_query, irq);
F(physdev_irq_status_query, flags);

S(physdev_set_iopl);
F(physdev_set_iopl, iopl);

S(physdev_set_iobitmap);
F(physdev_set_iobitmap, bitmap);
F(physdev_set_iobitmap, nr_ports);

S(physdev_apic);
F(physdev_apic, apic_physbase);
F(physdev_apic, reg);
F(physdev_apic, value);

S(physdev_irq);
F(physdev_irq, irq);
F(physdev_irq, vector);
K(MAP_PIRQ_TYPE_MSI);
K(MAP_PIRQ_TYPE_GSI);
K(MAP_PIRQ_TYPE_UNKNOWN);
K(MAP_PIRQ_TYPE_MSI_SEG);
K(MAP_PIRQ_TYPE_MULTI_MSI);

S(physdev_map_pirq);
F(physdev_map_pirq, domid);
F(physdev_map_pirq, type);
F(physdev_map_pirq, index);
F(physdev_map_pirq, pirq);
F(physdev_map_pirq, bus);
F(physdev_map_pirq, devfn);
F(physdev_map_pirq, entry_nr);
F(physdev_map_pirq, table_base);

S(physdev_unmap_pirq);
F(physdev_unmap_pirq, domid);
F(physdev_unmap_pirq, pirq);

S(physdev_setup_gsi);
F(physdev_setup_gsi, gsi);
F(physdev_setup_gsi, triggering);
F(physdev_setup_gsi, polarity);

S(physdev_get_free_pirq);
F(physdev_get_free_pirq, type);
F(physdev_get_free_pirq, pirq);
K_XEN(PCI_MMCFG_RESERVED);

S(physdev_pci_mmcfg_reserved);
F(physdev_pci_mmcfg_reserved, address);
F(physdev_pci_mmcfg_reserved, segment);
F(physdev_pci_mmcfg_reserved, start_bus);
F(physdev_pci_mmcfg_reserved, end_bus);
F(physdev_pci_mmcfg_reserved, flags);
K_XEN(PCI_DEV_EXTFN);
K_XEN(PCI_DEV_VIRTFN);
K_XEN(PCI_DEV_PXM);

S(physdev_pci_device_add);
F(physdev_pci_device_add, seg);
F(physdev_pci_device_add, bus);
F(physdev_pci_device_add, devfn);
F(physdev_pci_device_add, flags);
F(physdev_pci_device_add, physfn);
F(physdev_pci_device_add, physfn.bus);
F(physdev_pci_device_add, physfn.devfn);
V(offsetof(struct xy_physdev_pci_device_add, optarr) ==
  offsetof(struct physdev_pci_device_add, optarr));

S(physdev_pci_device);
F(physdev_pci_device, seg);
F(physdev_pci_device, bus);
F(physdev_pci_device, devfn);

S(physdev_restore_msi);
F(physdev_restore_msi, bus);
F(physdev_restore_msi, devfn);

S(physdev_manage_pci);
F(physdev_manage_pci, bus);
F(physdev_manage_pci, devfn);
K(PHYSDEVOP_DBGP_RESET_PREPARE);
K(PHYSDEVOP_DBGP_RESET_DONE);

/* abi/platform.h */
KXEN(PF_INTERFACE_VERSION);
KXEN(PF_settime32);
KXEN(PF_add_memtype);
KXEN(PF_del_memtype);
KXEN(PF_read_memtype);
KXEN(PF_microcode_update);
KXEN(PF_platform_quirk);
KXEN(PF_get_cpu_version);
KXEN(PF_efi_runtime_call);
KXEN(PF_firmware_info);
KXEN(PF_enter_acpi_sleep);
KXEN(PF_change_freq);
KXEN(PF_getidletime);
KXEN(PF_set_processor_pminfo);
KXEN(PF_get_cpuinfo);
KXEN(PF_cpu_online);
KXEN(PF_cpu_offline);
KXEN(PF_cpu_hotadd);
KXEN(PF_mem_hotadd);
KXEN(PF_core_parking);
KXEN(PF_resource_op);
KXEN(PF_settime64);
KXEN(PF_get_symbol);

S(xenpf_settime32);
F(xenpf_settime32, secs);
F(xenpf_settime32, nsecs);
F(xenpf_settime32, system_time);

S(xenpf_settime64);
F(xenpf_settime64, secs);
F(xenpf_settime64, nsecs);
F(xenpf_settime64, mbz);
F(xenpf_settime64, system_time);
K_XEN(FW_DISK_INFO);
K_XEN(FW_DISK_MBR_SIGNATURE);
K_XEN(FW_VBEDDC_INFO);
K_XEN(FW_EFI_INFO);
K_XEN(FW_KBD_SHIFT_FLAGS);

S(xenpf_firmware_info);
F(xenpf_firmware_info, type);
F(xenpf_firmware_info, index);
F(xenpf_firmware_info, u);
F(xenpf_firmware_info, u.disk_info);
F(xenpf_firmware_info, u.disk_info.device);
F(xenpf_firmware_info, u.disk_info.version);
F(xenpf_firmware_info, u.disk_info.interface_support);
F(xenpf_firmware_info, u.disk_info.legacy_max_cylinder);
F(xenpf_firmware_info, u.disk_info.legacy_max_head);
F(xenpf_firmware_info, u.disk_info.legacy_sectors_per_track);
F(xenpf_firmware_info, u.disk_info.edd_params);
F(xenpf_firmware_info, u.disk_mbr_signature);
F(xenpf_firmware_info, u.disk_mbr_signature.device);
F(xenpf_firmware_info, u.disk_mbr_signature.mbr_signature);
F(xenpf_firmware_info, u.vbeddc_info);
F(xenpf_firmware_info, u.vbeddc_info.capabilities);
F(xenpf_firmware_info, u.vbeddc_info.edid_transfer_time);
F(xenpf_firmware_info, u.vbeddc_info.edid);
F(xenpf_firmware_info, u.kbd_shift_flags);
KXEN(PF_ACPI_SLEEP_EXTENDED);

S(xenpf_enter_acpi_sleep);
F(xenpf_enter_acpi_sleep, val_a);
F(xenpf_enter_acpi_sleep, val_b);
F(xenpf_enter_acpi_sleep, sleep_state);
F(xenpf_enter_acpi_sleep, flags);

S(xenpf_getidletime);
F(xenpf_getidletime, cpumap_bitmap);
F(xenpf_getidletime, cpumap_nr_cpus);
F(xenpf_getidletime, idletime);
F(xenpf_getidletime, now);
K_XEN(PM_CX);
K_XEN(PM_PX);
K_XEN(PM_TX);
K_XEN(PM_PDC);

S(xenpf_set_processor_pminfo);
F(xenpf_set_processor_pminfo, id);
F(xenpf_set_processor_pminfo, type);
F(xenpf_set_processor_pminfo, u);
F(xenpf_set_processor_pminfo, u.pdc);
K_XEN(PCPU_FLAGS_ONLINE);
K_XEN(PCPU_FLAGS_INVALID);

S(xenpf_pcpuinfo);
F(xenpf_pcpuinfo, xen_cpuid);
F(xenpf_pcpuinfo, max_present);
F(xenpf_pcpuinfo, flags);
F(xenpf_pcpuinfo, apic_id);
F(xenpf_pcpuinfo, acpi_id);

S(xenpf_pcpu_version);
F(xenpf_pcpu_version, xen_cpuid);
F(xenpf_pcpu_version, max_present);
F(xenpf_pcpu_version, vendor_id);
F(xenpf_pcpu_version, family);
F(xenpf_pcpu_version, model);
F(xenpf_pcpu_version, stepping);

SX(platform_op);
FX(platform_op, cmd);
FX(platform_op, interface_version);
FX(platform_op, u);
FX(platform_op, u.settime32);
FX(platform_op, u.settime64);
FX(platform_op, u.firmware_info);
FX(platform_op, u.enter_acpi_sleep);
FX(platform_op, u.getidletime);
FX(platform_op, u.set_pminfo);
FX(platform_op, u.pcpu_info);
FX(platform_op, u.pcpu_version);
FX(platform_op, u.pad);

const unsigned int compared_device = __COUNTER__;
