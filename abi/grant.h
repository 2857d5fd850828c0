/* SPDX-License-Identifier: MIT */
/*
 * Grant tables (call 20). rdi is the sub-op, rsi the handle of an array of
 * structures, rdx the count. Each element gets a status of its own; the call
 * fails as a whole only when the array cannot be copied.
 *
 * An entry of the table is written by the granting guest and by the
 * hypervisor at once: flags and domid are compared and swapped as one 32-bit
 * word, frame is stable while a reading or writing bit is set.
 *
 * Version 1 of the table only (8-byte entries). Version 2 is refused, and
 * with it get_status_frames, sub-page and transitive grants.
 *
 * Source: public grant_table.h of 4.17.
 */
#ifndef XY_ABI_GRANT_H
#define XY_ABI_GRANT_H

#include "abi/base.h"

#define XY_GNTTABOP_map_grant_ref	0
#define XY_GNTTABOP_unmap_grant_ref	1
#define XY_GNTTABOP_setup_table		2
#define XY_GNTTABOP_dump_table		3
#define XY_GNTTABOP_transfer		4
#define XY_GNTTABOP_copy		5
#define XY_GNTTABOP_query_size		6
#define XY_GNTTABOP_unmap_and_replace	7
#define XY_GNTTABOP_set_version		8
#define XY_GNTTABOP_get_status_frames	9
#define XY_GNTTABOP_get_version		10
#define XY_GNTTABOP_swap_grant_ref	11
#define XY_GNTTABOP_cache_flush		12

/* The first entries belong to the tools. */
#define XY_GNTTAB_NR_RESERVED_ENTRIES	8
#define XY_GNTTAB_RESERVED_CONSOLE	0
#define XY_GNTTAB_RESERVED_XENSTORE	1

/* Entry flags. */
#define XY_GTF_invalid			(0U << 0)
#define XY_GTF_permit_access		(1U << 0)
#define XY_GTF_accept_transfer		(2U << 0)
#define XY_GTF_transitive		(3U << 0)
#define XY_GTF_type_mask		(3U << 0)
#define XY_GTF_readonly			(1U << 2)
#define XY_GTF_reading			(1U << 3)	/* set by hv */
#define XY_GTF_writing			(1U << 4)	/* set by hv */
#define XY_GTF_PWT			(1U << 5)
#define XY_GTF_PCD			(1U << 6)
#define XY_GTF_PAT			(1U << 7)
#define XY_GTF_sub_page			(1U << 8)	/* version 2 */

struct xy_grant_entry_v1 {
	uint16_t flags;		/* XY_GTF_, [both, atomic with domid] */
	uint16_t domid;		/* [guest] who may use it */
	uint32_t frame;		/* [guest] mfn */
};
XY_SIZE(struct xy_grant_entry_v1, 8);
XY_AT(struct xy_grant_entry_v1, domid, 2);
XY_AT(struct xy_grant_entry_v1, frame, 4);

/* Map flags; the entry's software bits are taken from bits 16 and up. */
#define XY_GNTMAP_device_map		(1 << 0)
#define XY_GNTMAP_host_map		(1 << 1)
#define XY_GNTMAP_readonly		(1 << 2)
#define XY_GNTMAP_application_map	(1 << 3)
#define XY_GNTMAP_contains_pte		(1 << 4)	/* see host_addr */
#define XY_GNTMAP_guest_avail0_bit	16
#define XY_GNTMAP_guest_avail_mask	(~0U << XY_GNTMAP_guest_avail0_bit)

/* Status. */
#define XY_GNTST_okay			0
#define XY_GNTST_general_error		(-1)
#define XY_GNTST_bad_domain		(-2)
#define XY_GNTST_bad_gntref		(-3)
#define XY_GNTST_bad_handle		(-4)
#define XY_GNTST_bad_virt_addr		(-5)
#define XY_GNTST_bad_dev_addr		(-6)
#define XY_GNTST_no_device_space	(-7)
#define XY_GNTST_permission_denied	(-8)
#define XY_GNTST_bad_page		(-9)
#define XY_GNTST_bad_copy_arg		(-10)
#define XY_GNTST_address_too_big	(-11)
#define XY_GNTST_eagain			(-12)
#define XY_GNTST_no_space		(-13)

struct xy_gnttab_map_grant_ref {
	uint64_t host_addr;	/* VA, or machine address of the entry */
	uint32_t flags;		/* XY_GNTMAP_ */
	uint32_t ref;
	uint16_t dom;		/* who granted */
	int16_t status;		/* OUT */
	uint32_t handle;	/* OUT: names the mapping */
	uint64_t dev_bus_addr;	/* OUT: machine address */
};
XY_SIZE(struct xy_gnttab_map_grant_ref, 32);
XY_AT(struct xy_gnttab_map_grant_ref, status, 18);
XY_AT(struct xy_gnttab_map_grant_ref, dev_bus_addr, 24);

struct xy_gnttab_unmap_grant_ref {
	uint64_t host_addr;	/* as mapped; 0: leave this one */
	uint64_t dev_bus_addr;	/* as returned; 0: leave this one */
	uint32_t handle;
	int16_t status;		/* OUT */
};
XY_SIZE(struct xy_gnttab_unmap_grant_ref, 24);
XY_AT(struct xy_gnttab_unmap_grant_ref, status, 20);

struct xy_gnttab_unmap_and_replace {
	uint64_t host_addr;
	uint64_t new_addr;	/* VA whose entry moves to host_addr */
	uint32_t handle;
	int16_t status;		/* OUT */
};
XY_SIZE(struct xy_gnttab_unmap_and_replace, 24);

struct xy_gnttab_setup_table {
	uint16_t dom;
	uint32_t nr_frames;	/* size the table should have at least */
	int16_t status;		/* OUT */
	uint64_t frame_list;	/* handle, OUT: nr_frames mfns */
};
XY_SIZE(struct xy_gnttab_setup_table, 24);
XY_AT(struct xy_gnttab_setup_table, status, 8);
XY_AT(struct xy_gnttab_setup_table, frame_list, 16);

#define XY_GNTCOPY_source_gref	(1 << 0)
#define XY_GNTCOPY_dest_gref	(1 << 1)

struct xy_gnttab_copy_ptr {
	union {
		uint32_t ref;	/* with the _gref flag of this side */
		uint64_t gmfn;
	} u;
	uint16_t domid;
	uint16_t offset;	/* bytes */
};
XY_SIZE(struct xy_gnttab_copy_ptr, 16);

struct xy_gnttab_copy {
	struct xy_gnttab_copy_ptr source;
	struct xy_gnttab_copy_ptr dest;
	uint16_t len;		/* bytes; neither side crosses its page */
	uint16_t flags;		/* XY_GNTCOPY_ */
	int16_t status;		/* OUT */
};
XY_SIZE(struct xy_gnttab_copy, 40);
XY_AT(struct xy_gnttab_copy, dest, 16);
XY_AT(struct xy_gnttab_copy, status, 36);

struct xy_gnttab_query_size {
	uint16_t dom;
	uint32_t nr_frames;	/* OUT */
	uint32_t max_nr_frames;	/* OUT */
	int16_t status;		/* OUT */
};
XY_SIZE(struct xy_gnttab_query_size, 16);

struct xy_gnttab_set_version {
	uint32_t version;	/* INOUT: asked for; in force now */
};
XY_SIZE(struct xy_gnttab_set_version, 4);

struct xy_gnttab_get_version {
	uint16_t dom;
	uint16_t pad;
	uint32_t version;	/* OUT */
};
XY_SIZE(struct xy_gnttab_get_version, 8);

struct xy_gnttab_swap_grant_ref {
	uint32_t ref_a;
	uint32_t ref_b;
	int16_t status;		/* OUT */
};
XY_SIZE(struct xy_gnttab_swap_grant_ref, 12);

#endif /* XY_ABI_GRANT_H */
