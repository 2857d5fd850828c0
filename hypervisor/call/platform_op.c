/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * platform_op (7): dom0 and the machine.  rdi: structure with its interface
 * version; another version is -EACCES.
 */
#include "abi/platform.h"
#include "call/call.h"
#include "core/arch.h"
#include "core/con.h"
#include "core/time.h"

#define SLP_EN		(1u << 13)
#define STATE_OFF	5
#define NS_PER_S	1000000000UL

/* "It was `secs`.`nsecs` when system time was `system_time`." */
static int64_t set_time(uint64_t secs, uint32_t nsecs, uint64_t system_time)
{
	uint64_t ns;

	if (nsecs >= NS_PER_S || secs > 1UL << 40 ||
	    system_time / NS_PER_S > secs)
		return -XY_EINVAL;
	ns = secs * NS_PER_S + nsecs - system_time;
	time_set_wall(ns / NS_PER_S, (uint32_t)(ns % NS_PER_S));
	return 0;
}

/* No BIOS calls were made: no disk list, no EFI; no key is held down. */
static int64_t firmware_info(struct xy_xenpf_firmware_info *f)
{
	switch (f->type) {
	case XY_FW_KBD_SHIFT_FLAGS:
		f->u.kbd_shift_flags = 0;
		return 0;
	case XY_FW_DISK_INFO:
	case XY_FW_DISK_MBR_SIGNATURE:
		return -XY_ESRCH;
	}
	return -XY_EINVAL;
}

static int64_t enter_sleep(const struct xy_xenpf_enter_acpi_sleep *s)
{
	if (s->flags & XY_PF_ACPI_SLEEP_EXTENDED)
		return -XY_ENOSYS;
	if (s->sleep_state != STATE_OFF)
		return -XY_EOPNOTSUPP;
	if ((s->val_a ^ s->val_b) & SLP_EN && s->val_b)
		return -XY_EINVAL;
	con_log("(Xylem) dom0 powers the machine off\n");
	arch_enter_sleep(s->val_a | SLP_EN, s->val_b | SLP_EN);
	arch_power_off();
}

/* One CPU is in use; its numbers are the firmware's own. */
static int64_t cpu_info(struct xy_xenpf_pcpuinfo *p)
{
	p->max_present = 0;
	if (p->xen_cpuid != 0) {
		p->flags = XY_PCPU_FLAGS_INVALID;
		return 0;
	}
	p->flags = XY_PCPU_FLAGS_ONLINE;
	p->apic_id = arch_cpuid(1, 0).ebx >> 24;
	p->acpi_id = 0;
	return 0;
}

static int64_t cpu_version(struct xy_xenpf_pcpu_version *p)
{
	struct cpuid_regs id = arch_cpuid(0, 0), one = arch_cpuid(1, 0);

	p->max_present = 0;
	if (p->xen_cpuid != 0)
		return 0;
	*(uint32_t *)(void *)(p->vendor_id + 0) = id.ebx;
	*(uint32_t *)(void *)(p->vendor_id + 4) = id.edx;
	*(uint32_t *)(void *)(p->vendor_id + 8) = id.ecx;
	p->family = one.eax >> 8 & 0xf;
	if (p->family == 0xf)
		p->family += one.eax >> 20 & 0xff;
	p->model = (one.eax >> 4 & 0xf) | (one.eax >> 12 & 0xf0);
	p->stepping = one.eax & 0xf;
	return 0;
}

static int64_t carry_out(struct xy_platform_op *op)
{
	switch (op->cmd) {
	case XY_PF_settime32:
		return set_time(op->u.settime32.secs, op->u.settime32.nsecs,
				op->u.settime32.system_time);
	case XY_PF_settime64:
		if (op->u.settime64.mbz)
			return -XY_EINVAL;
		return set_time(op->u.settime64.secs, op->u.settime64.nsecs,
				op->u.settime64.system_time);
	case XY_PF_firmware_info:
		return firmware_info(&op->u.firmware_info);
	case XY_PF_enter_acpi_sleep:
		return enter_sleep(&op->u.enter_acpi_sleep);
	case XY_PF_get_cpuinfo:
		return cpu_info(&op->u.pcpu_info);
	case XY_PF_get_cpu_version:
		return cpu_version(&op->u.pcpu_version);
	}
	return -XY_ENOSYS;
}

int64_t hc_platform_op(struct vcpu *v, struct call *c)
{
	guest_va_t at = to_guest(c->arg[0]);
	struct xy_platform_op op;
	int64_t rc;

	(void)v;
	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	if (op.interface_version != XY_PF_INTERFACE_VERSION)
		return -XY_EACCES;
	rc = carry_out(&op);
	if (rc == 0)
		rc = guest_write(at, &op, sizeof(op));
	return rc;
}
