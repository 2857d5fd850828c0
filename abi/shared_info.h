/* SPDX-License-Identifier: MIT */
/*
 * What a guest finds at its start (start_info) and what it shares with the
 * hypervisor from then on (shared_info, vcpu_info, the time record).
 *
 * Shared fields say who writes them: [hv], [guest] or [both, atomic].
 * Records with a version number are written by the hypervisor between two
 * increments: odd means "being written", and a reader that saw the number
 * change reads again.
 *
 * vcpu_info of vCPU 0 to 31 lives in shared_info until the vCPU registers a
 * place of its own (vcpu.h).
 *
 * Source: public xen.h and arch-x86/xen.h of 4.17.
 */
#ifndef XY_ABI_SHARED_INFO_H
#define XY_ABI_SHARED_INFO_H

#include "abi/base.h"

#define XY_LEGACY_MAX_VCPUS	32
#define XY_MAX_GUEST_CMDLINE	1024

/* Time of one vCPU, 32 bytes. Times are ns since the hypervisor started. */
struct xy_vcpu_time_info {
	uint32_t version;		/* [hv] odd: being written */
	uint32_t pad0;
	uint64_t tsc_timestamp;		/* [hv] TSC at system_time */
	uint64_t system_time;		/* [hv] ns */
	uint32_t tsc_to_system_mul;	/* [hv] 32.32 fraction, ns per tick */
	int8_t tsc_shift;		/* [hv] applied to ticks before mul */
	uint8_t flags;			/* [hv] XY_PVCLOCK_ */
	uint8_t pad1[2];
};
XY_SIZE(struct xy_vcpu_time_info, 32);
XY_AT(struct xy_vcpu_time_info, tsc_timestamp, 8);
XY_AT(struct xy_vcpu_time_info, tsc_shift, 28);

#define XY_PVCLOCK_TSC_STABLE_BIT	(1U << 0)
#define XY_PVCLOCK_GUEST_STOPPED	(1U << 1)

struct xy_arch_vcpu_info {
	uint64_t cr2;			/* [hv] address of the last #PF */
	uint64_t pad;
};
XY_SIZE(struct xy_arch_vcpu_info, 16);

struct xy_vcpu_info {
	uint8_t evtchn_upcall_pending;	/* [both] hv sets, guest clears */
	uint8_t evtchn_upcall_mask;	/* [both] by the vCPU itself only */
	uint8_t pad[6];
	uint64_t evtchn_pending_sel;	/* [both, atomic] */
	struct xy_arch_vcpu_info arch;
	struct xy_vcpu_time_info time;
};
XY_SIZE(struct xy_vcpu_info, 64);
XY_AT(struct xy_vcpu_info, evtchn_pending_sel, 8);
XY_AT(struct xy_vcpu_info, arch, 16);
XY_AT(struct xy_vcpu_info, time, 32);

struct xy_arch_shared_info {
	uint64_t max_pfn;		/* [guest] pfns in its p2m */
	uint64_t pfn_to_mfn_frame_list_list;	/* [guest] mfn, or ~0 */
	uint64_t nmi_reason;		/* [hv] XY_NMIREASON_ */
	uint64_t p2m_cr3;		/* [guest] root that maps the p2m */
	uint64_t p2m_vaddr;		/* [guest] linear p2m */
	uint64_t p2m_generation;	/* [guest] odd: being changed */
};
XY_SIZE(struct xy_arch_shared_info, 48);

#define XY_NMIREASON_io_error	(1UL << 0)
#define XY_NMIREASON_pci_serr	(1UL << 1)
#define XY_NMIREASON_unknown	(1UL << 2)

struct xy_shared_info {
	struct xy_vcpu_info vcpu_info[XY_LEGACY_MAX_VCPUS];
	uint64_t evtchn_pending[64];	/* [both, atomic] */
	uint64_t evtchn_mask[64];	/* [both, atomic] */
	uint32_t wc_version;		/* [hv] odd: being written */
	uint32_t wc_sec;		/* [hv] UTC at system time 0, low */
	uint32_t wc_nsec;		/* [hv] */
	uint32_t wc_sec_hi;		/* [hv] */
	struct xy_arch_shared_info arch;
};
XY_SIZE(struct xy_shared_info, 3136);
XY_AT(struct xy_shared_info, evtchn_pending, 2048);
XY_AT(struct xy_shared_info, evtchn_mask, 2560);
XY_AT(struct xy_shared_info, wc_version, 3072);
XY_AT(struct xy_shared_info, wc_sec_hi, 3084);
XY_AT(struct xy_shared_info, arch, 3088);

/* start_info.flags */
#define XY_SIF_PRIVILEGED	(1U << 0)
#define XY_SIF_INITDOMAIN	(1U << 1)
#define XY_SIF_MULTIBOOT_MOD	(1U << 2)
#define XY_SIF_MOD_START_PFN	(1U << 3)	/* mod_start is a pfn */
#define XY_SIF_VIRT_P2M_4TOOLS	(1U << 4)	/* tools read linear p2m */
#define XY_SIF_PM_MASK		(0xFFU << 8)

/* Written once by the builder; all of it is OUT for the guest. */
struct xy_start_info {
	char magic[32];			/* "xen-3.0-x86_64" */
	uint64_t nr_pages;
	uint64_t shared_info;		/* machine address */
	uint32_t flags;			/* XY_SIF_ */
	uint64_t store_mfn;
	uint32_t store_evtchn;		/* 0: xenstored will run here */
	union {
		struct {
			uint64_t mfn;
			uint32_t evtchn;
		} domU;
		struct {
			uint32_t info_off;	/* bytes from start_info */
			uint32_t info_size;	/* bytes */
		} dom0;
	} console;
	uint64_t pt_base;		/* VA of the L4 */
	uint64_t nr_pt_frames;
	uint64_t mfn_list;		/* VA of the p2m */
	uint64_t mod_start;		/* VA, or pfn by flag; 0: none */
	uint64_t mod_len;		/* bytes */
	int8_t cmd_line[XY_MAX_GUEST_CMDLINE];	/* NUL-terminated */
	uint64_t first_p2m_pfn;
	uint64_t nr_p2m_frames;		/* with their page tables */
};
XY_SIZE(struct xy_start_info, 1168);
XY_AT(struct xy_start_info, flags, 48);
XY_AT(struct xy_start_info, store_mfn, 56);
XY_AT(struct xy_start_info, console, 72);
XY_AT(struct xy_start_info, pt_base, 88);
XY_AT(struct xy_start_info, cmd_line, 128);
XY_AT(struct xy_start_info, first_p2m_pfn, 1152);

#define XY_VGATYPE_TEXT_MODE_3	0x03
#define XY_VGATYPE_VESA_LFB	0x23
#define XY_VGATYPE_EFI_LFB	0x70

/* dom0 only: follows start_info at console.dom0.info_off. */
struct xy_dom0_vga_console_info {
	uint8_t video_type;		/* XY_VGATYPE_ */
	union {
		struct {
			uint16_t font_height;	/* pixels */
			uint16_t cursor_x;
			uint16_t cursor_y;
			uint16_t rows;
			uint16_t columns;
		} text_mode_3;
		struct {
			uint16_t width;		/* pixels */
			uint16_t height;
			uint16_t bytes_per_line;
			uint16_t bits_per_pixel;
			uint32_t lfb_base;	/* physical, low half */
			uint32_t lfb_size;	/* 64 KiB units */
			uint8_t red_pos;
			uint8_t red_size;
			uint8_t green_pos;
			uint8_t green_size;
			uint8_t blue_pos;
			uint8_t blue_size;
			uint8_t rsvd_pos;
			uint8_t rsvd_size;
			uint32_t gbl_caps;
			uint16_t mode_attrs;
			uint16_t pad;
			uint32_t ext_lfb_base;	/* physical, high half */
		} vesa_lfb;
	} u;
};
XY_SIZE(struct xy_dom0_vga_console_info, 40);
XY_AT(struct xy_dom0_vga_console_info, u, 4);

#endif /* XY_ABI_SHARED_INFO_H */
