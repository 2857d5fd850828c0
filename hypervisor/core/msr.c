// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model-specific registers of guests.
 *
 * Rules:
 *  1. The few that are the guest's own (segment bases, TSC_AUX) are set in
 *     the machine and in the vCPU.
 *  2. A table gives the fixed answers: ranges that read as a constant and
 *     swallow writes.  What is neither here nor there is a #GP: guests are
 *     built to survive that.
 *  3. Nothing here writes a register that another domain could notice.
 *
 * No lock; the vCPU runs here, in its kernel mode.
 */
#include "core/msr.h"
#include "core/arch.h"
#include "core/cpuid.h"
#include "core/dom.h"
#include "core/guest.h"

#define MSR_TSC			0x10
#define MSR_APIC_BASE		0x1b
#define MSR_FEATURE_CONTROL	0x3a
#define MSR_UCODE_REV		0x8b
#define MSR_MISC_FEATURES	0x140
#define MSR_MISC_ENABLE		0x1a0
#define MSR_PAT			0x277
#define MSR_EFER		0xc0000080
#define MSR_FS_BASE		0xc0000100
#define MSR_GS_BASE		0xc0000101
#define MSR_GS_SHADOW		0xc0000102
#define MSR_TSC_AUX		0xc0000103

#define APIC_DEFAULT		0xfee00800UL	/* enabled, usual place */
#define APIC_BOOT_CPU		0x100UL
#define FEATURES_LOCKED		1UL
#define PAT_FIXED		0x050100070406UL
#define EFER_GUEST		0xd01UL		/* SCE LME LMA NXE */
#define MISC_NO_PERFMON		(1UL << 7)
#define MISC_NO_BTS		(3UL << 11)	/* and no PEBS */

struct fixed {
	uint32_t first, last;
	uint64_t value;
	bool amd_only, intel_only;
};

static const struct fixed fixed[] = {
	/* platform id; performance status and control; platform info */
	{ 0x17, 0x17, 0, false, true },
	{ 0xce, 0xce, 0, false, true },
	{ 0x198, 0x199, 0, false, true },
	/* performance counters: absent, but probed */
	{ 0xc1, 0xc8, 0, false, true },
	{ 0x186, 0x18d, 0, false, true },
	{ 0x309, 0x30b, 0, false, true },
	{ 0x38d, 0x390, 0, false, true },
	{ 0xc0010000, 0xc0010007, 0, true, false },
	{ 0xc0010200, 0xc001020b, 0, true, false },
	/* SYSENTER: taken over by the callback */
	{ 0x174, 0x176, 0, false, false },
	/* machine check: no banks */
	{ 0x179, 0x17a, 0, false, false },
	{ 0x400, 0x47f, 0, false, false },
	/* debug control */
	{ 0x1d9, 0x1d9, 0, false, false },
	/* system and northbridge configuration, TSC runs at its own pace */
	{ 0xc0010010, 0xc0010010, 0, true, false },
	{ 0xc0010015, 0xc0010015, 1UL << 24, true, false },
	{ 0xc001001f, 0xc001001f, 0, true, false },
	{ 0xc0010055, 0xc0010055, 0, true, false },
	{ 0xc0010058, 0xc0010058, 0, true, false },
	/* LFENCE waits for what came before it */
	{ 0xc0011029, 0xc0011029, 2, true, false },
};

enum vendor { VENDOR_INTEL, VENDOR_AMD, VENDOR_OTHER };

/* By the second third of the name. */
static enum vendor vendor(void)
{
	uint32_t edx = arch_cpuid(0, 0).edx;

	if (edx == 0x49656e69)		/* ineI */
		return VENDOR_INTEL;
	if (edx == 0x69746e65 || edx == 0x6e65476e)	/* enti, nGen */
		return VENDOR_AMD;
	return VENDOR_OTHER;
}

static const struct fixed *find_fixed(uint32_t msr)
{
	const struct fixed *f;
	enum vendor who = vendor();

	for (f = fixed; f < fixed + ARRAY_SIZE(fixed); f++) {
		if (msr < f->first || msr > f->last)
			continue;
		if (f->amd_only && who != VENDOR_AMD)
			continue;
		if (f->intel_only && who != VENDOR_INTEL)
			continue;
		return f;
	}
	return NULL;
}

static bool read_misc_enable(uint64_t *value)
{
	if (arch_msr_read(MSR_MISC_ENABLE, value))
		return false;
	*value = (*value & ~MISC_NO_PERFMON) | MISC_NO_BTS;
	return true;
}

/* dom0 reports and loads microcode: it sees the real revision. */
static uint64_t microcode(struct vcpu *v)
{
	uint64_t value;

	if (!v->domain->privileged || arch_msr_read(MSR_UCODE_REV, &value))
		return 0;
	return value;
}

bool msr_read(struct vcpu *v, uint32_t msr, uint64_t *value)
{
	const struct fixed *f;

	switch (msr) {
	case MSR_FS_BASE: *value = arch_fs_base(); return true;
	case MSR_GS_BASE: *value = arch_gs_base(); return true;
	case MSR_GS_SHADOW: *value = v->gs_base_user; return true;
	case MSR_TSC_AUX: *value = v->tsc_aux; return true;
	case MSR_TSC: *value = arch_tsc(); return true;
	case MSR_EFER: *value = EFER_GUEST; return true;
	case MSR_PAT: *value = PAT_FIXED; return true;
	case MSR_APIC_BASE:
		*value = APIC_DEFAULT | (v->id ? 0 : APIC_BOOT_CPU);
		return true;
	case MSR_UCODE_REV: *value = microcode(v); return true;
	case MSR_MISC_FEATURES: *value = 0; return true;
	case MSR_MISC_ENABLE: return read_misc_enable(value);
	case MSR_FEATURE_CONTROL:
		*value = FEATURES_LOCKED;
		return vendor() == VENDOR_INTEL;
	}
	f = find_fixed(msr);
	if (f)
		*value = f->value;
	return f != NULL;
}

static bool write_base(struct vcpu *v, uint32_t msr, uint64_t value)
{
	if (!va_canonical(value))
		return false;
	if (msr == MSR_FS_BASE) {
		v->fs_base = value;
		arch_set_fs_base(value);
	} else if (msr == MSR_GS_BASE) {
		v->gs_base_kernel = value;
		arch_set_gs_base(value);
	} else {
		v->gs_base_user = value;
		arch_set_gs_shadow(value);
	}
	return true;
}

bool msr_write(struct vcpu *v, uint32_t msr, uint64_t value)
{
	uint64_t now;

	switch (msr) {
	case MSR_FS_BASE:
	case MSR_GS_BASE:
	case MSR_GS_SHADOW:
		return write_base(v, msr, value);
	case MSR_TSC_AUX:
		if (value >> 32 || arch_msr_write(MSR_TSC_AUX, value))
			return false;
		v->tsc_aux = (uint32_t)value;
		return true;
	case MSR_EFER:
		return value == EFER_GUEST;
	case MSR_MISC_ENABLE:
		return read_misc_enable(&now) && now == value;
	case MSR_MISC_FEATURES:
		return value == 0;
	case MSR_TSC:
	case MSR_APIC_BASE:
	case MSR_PAT:
	case MSR_UCODE_REV:
		return true;	/* ours; dropped */
	}
	return find_fixed(msr) != NULL;
}
