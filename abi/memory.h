/* SPDX-License-Identifier: MIT */
/*
 * memory_op (call 12): who owns which frames, and what the machine looks
 * like. rdi is the sub-op, rsi the handle of the structure.
 *
 * An extent is 2^extent_order frames. The calls that work through a list of
 * extents return how many they finished, not an error, when they stop half
 * way. Some calls are issued through a one-entry batch by the tools, so that
 * the result is 64 bits wide.
 *
 * The layout of a memory-map entry is not in the public headers: it is the
 * BIOS one (20 bytes), fixed by the comment of memory_map there.
 *
 * Source: public memory.h of 4.17.
 */
#ifndef XY_ABI_MEMORY_H
#define XY_ABI_MEMORY_H

#include "abi/base.h"

#define XY_MEM_increase_reservation	0
#define XY_MEM_decrease_reservation	1
#define XY_MEM_maximum_ram_page		2	/* returns an mfn */
#define XY_MEM_current_reservation	3	/* xy_memory_domain; pages */
#define XY_MEM_maximum_reservation	4	/* xy_memory_domain; pages */
#define XY_MEM_machphys_mfn_list	5
#define XY_MEM_populate_physmap		6
#define XY_MEM_add_to_physmap		7
#define XY_MEM_memory_map		9	/* the guest's own */
#define XY_MEM_machine_memory_map	10	/* dom0 only */
#define XY_MEM_exchange			11
#define XY_MEM_machphys_mapping		12
#define XY_MEM_set_memory_map		13
#define XY_MEM_maximum_gpfn		14	/* xy_memory_domain; a pfn */
#define XY_MEM_remove_from_physmap	15
#define XY_MEM_set_pod_target		16
#define XY_MEM_get_pod_target		17
#define XY_MEM_get_sharing_freed_pages	18	/* returns 0 here */
#define XY_MEM_get_sharing_shared_pages	19	/* returns 0 here */
#define XY_MEM_paging_op		20
#define XY_MEM_access_op		21
#define XY_MEM_sharing_op		22
#define XY_MEM_add_to_physmap_batch	23
#define XY_MEM_claim_pages		24	/* xy_memory_reservation */
#define XY_MEM_machphys_compat_mfn_list	25
#define XY_MEM_get_vnumainfo		26
#define XY_MEM_reserved_device_memory_map	27
#define XY_MEM_acquire_resource		28

/*
 * mem_flags: bits 0 to 7 are the address width the frames must lie below
 * (0: any), bits 8 to 15 a NUMA node plus one (0: any).
 */
#define XY_MEMF_address_bits_mask	0xffU
#define XY_MEMF_node_shift		8
#define XY_MEMF_node_mask		0xffU
#define XY_MEMF_populate_on_demand	(1U << 16)
#define XY_MEMF_exact_node_request	(1U << 17)
#define XY_MEMF_vnode			(1U << 18)

struct xy_memory_reservation {
	uint64_t extent_start;	/* handle of frames: pfns in, mfns back */
	uint64_t nr_extents;
	uint32_t extent_order;
	uint32_t mem_flags;	/* XY_MEMF_ */
	uint16_t domid;
};
XY_SIZE(struct xy_memory_reservation, 32);
XY_AT(struct xy_memory_reservation, extent_order, 16);
XY_AT(struct xy_memory_reservation, domid, 24);

struct xy_memory_exchange {
	struct xy_memory_reservation in;	/* mfns given up */
	struct xy_memory_reservation out;	/* pfns in, mfns back */
	uint64_t nr_exchanged;	/* INOUT: extents of `in` done; start at 0 */
};
XY_SIZE(struct xy_memory_exchange, 72);
XY_AT(struct xy_memory_exchange, nr_exchanged, 64);

struct xy_memory_domain {
	uint16_t domid;
};
XY_SIZE(struct xy_memory_domain, 2);

/* One frame for every 2 MiB of the M2P. */
struct xy_machphys_mfn_list {
	uint32_t max_extents;
	uint64_t extent_start;	/* handle, OUT: mfns */
	uint32_t nr_extents;	/* OUT */
};
XY_SIZE(struct xy_machphys_mfn_list, 24);
XY_AT(struct xy_machphys_mfn_list, extent_start, 8);

struct xy_machphys_mapping {
	uint64_t v_start;	/* OUT: first byte of the M2P */
	uint64_t v_end;		/* OUT: first byte after it */
	uint64_t max_mfn;	/* OUT: last frame it covers */
};
XY_SIZE(struct xy_machphys_mapping, 24);

#define XY_MAPSPACE_shared_info		0
#define XY_MAPSPACE_grant_table		1
#define XY_MAPSPACE_gmfn		2
#define XY_MAPSPACE_gmfn_range		3
#define XY_MAPSPACE_gmfn_foreign	4
#define XY_MAPSPACE_dev_mmio		5

struct xy_add_to_physmap {
	uint16_t domid;
	uint16_t size;		/* gmfn_range only: pages */
	uint32_t space;		/* XY_MAPSPACE_ */
	uint64_t idx;
	uint64_t gpfn;
};
XY_SIZE(struct xy_add_to_physmap, 24);

struct xy_remove_from_physmap {
	uint16_t domid;
	uint64_t gpfn;
};
XY_SIZE(struct xy_remove_from_physmap, 16);

struct xy_memory_map {
	uint32_t nr_entries;	/* INOUT: room there is; entries there are */
	uint64_t buffer;	/* handle of xy_e820_entry */
};
XY_SIZE(struct xy_memory_map, 16);
XY_AT(struct xy_memory_map, buffer, 8);

struct xy_foreign_memory_map {
	uint16_t domid;
	struct xy_memory_map map;
};
XY_SIZE(struct xy_foreign_memory_map, 24);
XY_AT(struct xy_foreign_memory_map, map, 8);

#define XY_E820_RAM		1
#define XY_E820_RESERVED	2
#define XY_E820_ACPI		3
#define XY_E820_NVS		4
#define XY_E820_UNUSABLE	5

struct xy_e820_entry {
	uint64_t addr;		/* bytes */
	uint64_t size;		/* bytes */
	uint32_t type;		/* XY_E820_ */
} __attribute__((packed));
XY_SIZE(struct xy_e820_entry, 20);

struct xy_pod_target {
	uint64_t target_pages;
	uint64_t tot_pages;		/* OUT */
	uint64_t pod_cache_pages;	/* OUT */
	uint64_t pod_entries;		/* OUT */
	uint16_t domid;
};
XY_SIZE(struct xy_pod_target, 40);

#define XY_MEM_resource_ioreq_server		0
#define XY_MEM_resource_grant_table		1
#define XY_MEM_resource_vmtrace_buf		2
#define XY_MEM_resource_grant_table_id_shared	0
#define XY_MEM_resource_grant_table_id_status	1

struct xy_mem_acquire_resource {
	uint16_t domid;
	uint16_t type;		/* XY_MEM_resource_ */
	uint32_t id;
	uint32_t nr_frames;	/* INOUT: 0 with no list asks for the size */
	uint32_t pad;		/* IN 0; OUT 0: frames belong to `domid` */
	uint64_t frame;		/* first frame of the resource */
	uint64_t frame_list;	/* handle, OUT: mfns for a PV caller */
};
XY_SIZE(struct xy_mem_acquire_resource, 32);
XY_AT(struct xy_mem_acquire_resource, nr_frames, 8);
XY_AT(struct xy_mem_acquire_resource, frame, 16);
XY_AT(struct xy_mem_acquire_resource, frame_list, 24);

/* Part of domctl setvnumainfo. */
struct xy_vmemrange {
	uint64_t start;		/* bytes */
	uint64_t end;		/* bytes, exclusive */
	uint32_t flags;
	uint32_t nid;
};
XY_SIZE(struct xy_vmemrange, 24);

#endif /* XY_ABI_MEMORY_H */
