/* SPDX-License-Identifier: MIT */
/*
 * xen_version (call 17): who we say we are and what we can do. rdi is the
 * sub-op, rsi a handle for the answer. Sub-op 0 has no answer but its result
 * (major << 16 | minor); pagesize answers in the result too.
 *
 * The features are 32-bit words ("submaps"); only word 0 exists.
 *
 * At the end: the CPUID leaves from 0x40000000 that a guest finds us by, and
 * the prefix that makes CPUID trap in a PV guest.
 *
 * Source: public version.h, features.h, arch-x86/cpuid.h, arch-x86/xen.h of
 * 4.17.
 */
#ifndef XY_ABI_VERSION_H
#define XY_ABI_VERSION_H

#include "abi/base.h"

#define XY_VER_version			0
#define XY_VER_extraversion		1	/* char[16] */
#define XY_VER_compile_info		2	/* struct below */
#define XY_VER_capabilities		3	/* char[1024] */
#define XY_VER_changeset		4	/* char[64] */
#define XY_VER_platform_parameters	5	/* struct below */
#define XY_VER_get_features		6	/* struct below */
#define XY_VER_pagesize			7
#define XY_VER_guest_handle		8	/* uint8_t[16] */
#define XY_VER_commandline		9	/* char[1024] */
#define XY_VER_build_id			10	/* struct below */

#define XY_EXTRAVERSION_LEN		16U
#define XY_CAPABILITIES_INFO_LEN	1024U
#define XY_CHANGESET_INFO_LEN		64U
#define XY_COMMANDLINE_LEN		1024U

struct xy_compile_info {		/* all OUT, NUL-terminated */
	char compiler[64];
	char compile_by[16];
	char compile_domain[32];
	char compile_date[32];
};
XY_SIZE(struct xy_compile_info, 144);

struct xy_platform_parameters {
	uint64_t virt_start;		/* OUT: XY_HYPERVISOR_VIRT_START */
};
XY_SIZE(struct xy_platform_parameters, 8);

struct xy_feature_info {
	uint32_t submap_idx;
	uint32_t submap;		/* OUT: bit per XY_FEAT_ */
};
XY_SIZE(struct xy_feature_info, 8);

struct xy_build_id {
	uint32_t len;			/* bytes of room */
	uint8_t buf[];			/* OUT; the result is the length */
};
XY_SIZE(struct xy_build_id, 4);

#define XY_FEAT_writable_page_tables		0
#define XY_FEAT_writable_descriptor_tables	1
#define XY_FEAT_auto_translated_physmap		2
#define XY_FEAT_supervisor_mode_kernel		3
#define XY_FEAT_pae_pgdir_above_4gb		4
#define XY_FEAT_mmu_pt_update_preserve_ad	5
#define XY_FEAT_highmem_assist			6
#define XY_FEAT_gnttab_map_avail_bits		7
#define XY_FEAT_hvm_callback_vector		8
#define XY_FEAT_hvm_safe_pvclock		9
#define XY_FEAT_hvm_pirqs			10
#define XY_FEAT_dom0				11
#define XY_FEAT_memory_op_vnode_supported	13
#define XY_FEAT_linux_rsdp_unrestricted		15
#define XY_FEAT_not_direct_mapped		16
#define XY_FEAT_direct_mapped			17
#define XY_FEAT_NR_SUBMAPS			1

/* CPUID: the bytes "XenVMMXenVMM", and our leaves as offsets from the first. */
#define XY_CPUID_FIRST_LEAF	0x40000000
#define XY_CPUID_SIGNATURE_EBX	0x566e6558
#define XY_CPUID_SIGNATURE_ECX	0x65584d4d
#define XY_CPUID_SIGNATURE_EDX	0x4d4d566e

#define XY_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD	(1U << 0)
#define XY_CPUID_MACHINE_ADDRESS_WIDTH_MASK		(0xffU << 0)

/* ud2, "xen": put before cpuid by a PV guest; 5 bytes. */
#define XY_EMULATE_PREFIX_BYTES	0x0f, 0x0b, 0x78, 0x65, 0x6e

#endif /* XY_ABI_VERSION_H */
