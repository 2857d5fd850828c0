// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory: page-table calls, reservations, what a domain may have mapped.
 *
 * The entry of a memory map is described in a comment only in the public
 * headers: its layout is held against Linux's boot_e820_entry, its types
 * (E820_RAM 1, E820_RESERVED 2, E820_ACPI 3, E820_NVS 4, E820_UNUSABLE 5) are
 * the firmware's.
 */
#include "tests/abi/compare.h"

#include "abi/mmu.h"
#include "abi/memory.h"

#include <asm/bootparam.h>
#include <xen/xen.h>
#include <xen/memory.h>

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

const unsigned int compared_memory = __COUNTER__;
