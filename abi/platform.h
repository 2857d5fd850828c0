/* SPDX-License-Identifier: MIT */
/*
 * platform_op (call 7), dom0 only: wall clock, firmware facts, sleep, power
 * data and the list of physical CPUs. rdi is the handle of struct
 * xy_platform_op, which is copied back.
 *
 * Processor power data (54) is accepted and not used, so its body is bytes
 * here. EFI runtime calls, microcode, memory types and CPU hotplug are not
 * offered: their numbers stand here to be refused by name.
 *
 * Source: public platform.h of 4.17.
 */
#ifndef XY_ABI_PLATFORM_H
#define XY_ABI_PLATFORM_H

#include "abi/base.h"

#define XY_PF_INTERFACE_VERSION		0x03000001

#define XY_PF_settime32			17
#define XY_PF_add_memtype		31
#define XY_PF_del_memtype		32
#define XY_PF_read_memtype		33
#define XY_PF_microcode_update		35
#define XY_PF_platform_quirk		39
#define XY_PF_get_cpu_version		48
#define XY_PF_efi_runtime_call		49
#define XY_PF_firmware_info		50
#define XY_PF_enter_acpi_sleep		51
#define XY_PF_change_freq		52
#define XY_PF_getidletime		53
#define XY_PF_set_processor_pminfo	54
#define XY_PF_get_cpuinfo		55
#define XY_PF_cpu_online		56
#define XY_PF_cpu_offline		57
#define XY_PF_cpu_hotadd		58
#define XY_PF_mem_hotadd		59
#define XY_PF_core_parking		60
#define XY_PF_resource_op		61
#define XY_PF_settime64			62
#define XY_PF_get_symbol		63

/* UTC at system_time. */
struct xy_xenpf_settime32 {
	uint32_t secs;
	uint32_t nsecs;
	uint64_t system_time;		/* ns */
};
XY_SIZE(struct xy_xenpf_settime32, 16);

struct xy_xenpf_settime64 {
	uint64_t secs;
	uint32_t nsecs;
	uint32_t mbz;			/* 0, or EINVAL */
	uint64_t system_time;		/* ns */
};
XY_SIZE(struct xy_xenpf_settime64, 24);

#define XY_FW_DISK_INFO			1
#define XY_FW_DISK_MBR_SIGNATURE	2
#define XY_FW_VBEDDC_INFO		3
#define XY_FW_EFI_INFO			4
#define XY_FW_KBD_SHIFT_FLAGS		5

struct xy_xenpf_firmware_info {
	uint32_t type;			/* XY_FW_ */
	uint32_t index;
	union {				/* all OUT */
		struct {
			uint8_t device;
			uint8_t version;
			uint16_t interface_support;
			uint16_t legacy_max_cylinder;
			uint8_t legacy_max_head;
			uint8_t legacy_sectors_per_track;
			uint64_t edd_params;	/* handle */
		} disk_info;
		struct {
			uint8_t device;
			uint32_t mbr_signature;
		} disk_mbr_signature;
		struct {
			uint8_t capabilities;
			uint8_t edid_transfer_time;
			uint64_t edid;		/* handle, 128 bytes */
		} vbeddc_info;
		uint8_t kbd_shift_flags;
		uint64_t room[4];		/* EFI facts, not offered */
	} u;
};
XY_SIZE(struct xy_xenpf_firmware_info, 40);
XY_AT(struct xy_xenpf_firmware_info, u, 8);

#define XY_PF_ACPI_SLEEP_EXTENDED	0x00000001

struct xy_xenpf_enter_acpi_sleep {
	uint16_t val_a;			/* for PM1a control */
	uint16_t val_b;			/* for PM1b control */
	uint32_t sleep_state;		/* S-state, 5: power off */
	uint32_t flags;			/* XY_PF_ACPI_SLEEP_ */
};
XY_SIZE(struct xy_xenpf_enter_acpi_sleep, 12);
XY_AT(struct xy_xenpf_enter_acpi_sleep, sleep_state, 4);

struct xy_xenpf_getidletime {
	uint64_t cpumap_bitmap;		/* handle, INOUT */
	uint32_t cpumap_nr_cpus;
	uint64_t idletime;		/* handle, OUT: ns per CPU */
	uint64_t now;			/* OUT: ns */
};
XY_SIZE(struct xy_xenpf_getidletime, 32);

#define XY_PM_CX	0
#define XY_PM_PX	1
#define XY_PM_TX	2
#define XY_PM_PDC	3

struct xy_xenpf_set_processor_pminfo {
	uint32_t id;			/* ACPI id */
	uint32_t type;			/* XY_PM_ */
	union {
		uint64_t pdc;		/* handle of uint32_t */
		uint64_t room[13];	/* tables, not read */
	} u;
};
XY_SIZE(struct xy_xenpf_set_processor_pminfo, 112);

#define XY_PCPU_FLAGS_ONLINE	1
#define XY_PCPU_FLAGS_INVALID	2	/* no such CPU */

struct xy_xenpf_pcpuinfo {
	uint32_t xen_cpuid;		/* INOUT */
	uint32_t max_present;		/* OUT */
	uint32_t flags;			/* OUT: XY_PCPU_FLAGS_ */
	uint32_t apic_id;		/* OUT */
	uint32_t acpi_id;		/* OUT */
};
XY_SIZE(struct xy_xenpf_pcpuinfo, 20);

struct xy_xenpf_pcpu_version {
	uint32_t xen_cpuid;		/* INOUT */
	uint32_t max_present;		/* OUT */
	char vendor_id[12];		/* OUT, no NUL */
	uint32_t family;		/* OUT */
	uint32_t model;			/* OUT */
	uint32_t stepping;		/* OUT */
};
XY_SIZE(struct xy_xenpf_pcpu_version, 32);

struct xy_platform_op {
	uint32_t cmd;			/* XY_PF_ */
	uint32_t interface_version;	/* or EACCES */
	union {
		struct xy_xenpf_settime32 settime32;
		struct xy_xenpf_settime64 settime64;
		struct xy_xenpf_firmware_info firmware_info;
		struct xy_xenpf_enter_acpi_sleep enter_acpi_sleep;
		struct xy_xenpf_getidletime getidletime;
		struct xy_xenpf_set_processor_pminfo set_pminfo;
		struct xy_xenpf_pcpuinfo pcpu_info;
		struct xy_xenpf_pcpu_version pcpu_version;
		uint8_t pad[128];
	} u;
};
XY_SIZE(struct xy_platform_op, 136);
XY_AT(struct xy_platform_op, u, 8);

#endif /* XY_ABI_PLATFORM_H */
