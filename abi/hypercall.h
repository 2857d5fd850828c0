/* SPDX-License-Identifier: MIT */
/*
 * Numbers of the calls, and the batch entry.
 *
 * A call is made by `syscall` in guest kernel mode: number in rax, arguments
 * in rdi rsi rdx r10 r8, result in rax. rcx and r11 are lost. A number that
 * is not listed, or not supplied, answers -ENOSYS.
 *
 * The console_io commands stand here, having no other home. vm_assist is in
 * mmu.h, callback_op and set_trap_table are in vcpu.h. The debug register
 * calls (8, 9) take a register number and a value and need no type.
 *
 * Source: public xen.h of 4.17. The numbers are assembly-safe.
 */
#ifndef XY_ABI_HYPERCALL_H
#define XY_ABI_HYPERCALL_H

#include "abi/base.h"

#define XY_HYPERVISOR_set_trap_table			0
#define XY_HYPERVISOR_mmu_update			1
#define XY_HYPERVISOR_set_gdt				2
#define XY_HYPERVISOR_stack_switch			3
#define XY_HYPERVISOR_set_callbacks			4
#define XY_HYPERVISOR_fpu_taskswitch			5
#define XY_HYPERVISOR_sched_op_compat			6
#define XY_HYPERVISOR_platform_op			7
#define XY_HYPERVISOR_set_debugreg			8
#define XY_HYPERVISOR_get_debugreg			9
#define XY_HYPERVISOR_update_descriptor			10
#define XY_HYPERVISOR_memory_op				12
#define XY_HYPERVISOR_multicall				13
#define XY_HYPERVISOR_update_va_mapping			14
#define XY_HYPERVISOR_set_timer_op			15
#define XY_HYPERVISOR_event_channel_op_compat		16
#define XY_HYPERVISOR_xen_version			17
#define XY_HYPERVISOR_console_io			18
#define XY_HYPERVISOR_physdev_op_compat			19
#define XY_HYPERVISOR_grant_table_op			20
#define XY_HYPERVISOR_vm_assist				21
#define XY_HYPERVISOR_update_va_mapping_otherdomain	22
#define XY_HYPERVISOR_iret				23
#define XY_HYPERVISOR_vcpu_op				24
#define XY_HYPERVISOR_set_segment_base			25
#define XY_HYPERVISOR_mmuext_op				26
#define XY_HYPERVISOR_xsm_op				27
#define XY_HYPERVISOR_nmi_op				28
#define XY_HYPERVISOR_sched_op				29
#define XY_HYPERVISOR_callback_op			30
#define XY_HYPERVISOR_xenoprof_op			31
#define XY_HYPERVISOR_event_channel_op			32
#define XY_HYPERVISOR_physdev_op			33
#define XY_HYPERVISOR_hvm_op				34
#define XY_HYPERVISOR_sysctl				35
#define XY_HYPERVISOR_domctl				36
#define XY_HYPERVISOR_kexec_op				37
#define XY_HYPERVISOR_tmem_op				38
#define XY_HYPERVISOR_argo_op				39
#define XY_HYPERVISOR_xenpmu_op				40
#define XY_HYPERVISOR_dm_op				41
#define XY_HYPERVISOR_hypfs_op				42
#define XY_HYPERVISOR_arch_0				48 /* machine check */

/* console_io: command, byte count, buffer */
#define XY_CONSOLEIO_write	0
#define XY_CONSOLEIO_read	1	/* returns the bytes read */

#ifndef __ASSEMBLER__

/* One call of a batch (multicall). */
struct xy_multicall_entry {
	uint64_t op;		/* call number */
	uint64_t result;	/* OUT: what rax would have held */
	uint64_t args[6];
};
XY_SIZE(struct xy_multicall_entry, 64);
XY_AT(struct xy_multicall_entry, args, 16);

#endif /* __ASSEMBLER__ */

#endif /* XY_ABI_HYPERCALL_H */
