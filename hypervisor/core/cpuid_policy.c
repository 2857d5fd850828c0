// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of the machine's processor a PV guest may see.
 *
 * Rules:
 *  1. Feature words go through lists of what is allowed; a feature that we do
 *     not know is hidden.
 *  2. Hidden for good: what a kernel at CPL 3 must not turn on (SMEP, SMAP,
 *     PCID, UMIP, PKU, CET), what needs a real page-table root (PGE, PSE,
 *     LA57, 1 GiB pages), virtualisation, monitoring, and registers that are
 *     the hypervisor's (MTRR, x2APIC, deadline timer).
 *  3. A policy from the tools is limited to the default: it takes away only.
 *
 * No lock: written at boot, or on a policy that no vCPU uses yet.
 */
#include "core/cpuid.h"
#include "abi/errno.h"

#define EXTENDED_BASE	0x80000000u
#define NO_SUBLEAF	0xffffffffu
#define BIT(n)		(1u << (n))
#define BITS(hi, lo)	(((2u << (hi)) - 1) & ~((1u << (lo)) - 1))

/* Leaf 1. */
#define F1_ECX	(BIT(0) | BIT(1) | BIT(9) | BITS(13, 12) | BITS(20, 19) | \
		 BITS(23, 22) | BITS(26, 25) | BITS(30, 28))
	/* SSE3 PCLMUL SSSE3 FMA CX16 SSE4 MOVBE POPCNT AES XSAVE AVX RDRAND */
#define F1_ECX_HV	BIT(31)		/* there is a hypervisor */
#define F1_EDX	(BIT(0) | BIT(2) | BITS(9, 4) | BITS(16, 14) | BIT(19) | \
		 BITS(28, 22))
	/* FPU DE TSC..APIC MCA CMOV PAT CLFLUSH ACPI MMX..SSE2 SS HTT */
#define F1_EDX_SEP	BIT(11)		/* SYSENTER from 64-bit code: Intel */

/* Leaf 7.0 and 7.1: no AVX-512, whose state is not offered. */
#define F7_EBX	(BIT(0) | BIT(3) | BITS(6, 5) | BITS(9, 8) | BIT(13) | \
		 BITS(19, 18) | BITS(24, 23) | BIT(29))
	/* FSGSBASE BMI1 AVX2 BMI2 ERMS RDSEED ADX CLFLUSHOPT CLWB SHA */
#define F7_ECX	(BIT(0) | BITS(10, 8) | BIT(22) | BIT(25) | BITS(28, 27))
	/* PREFETCHWT1 GFNI VAES VPCLMUL RDPID CLDEMOTE MOVDIRI/64B */
#define F7_EDX	(BIT(4) | BIT(10) | BIT(14))	/* FSRM MD_CLEAR SERIALIZE */
#define F7_1_EAX	BIT(4)			/* AVX-VNNI */

/* Leaf 0xd: x87, SSE and AVX, which hw/fpu.c switches; no supervisor state. */
#define XCR0_OFFERED	7u
#define FD1_EAX		7u	/* XSAVEOPT XSAVEC XGETBV(1) */

/* Leaf 0x80000001, 7, 8, 0x21. */
#define E1_ECX	(BITS(1, 0) | BITS(8, 5) | BIT(11) | BIT(16) | BIT(21))
	/* LAHF CMP_LEGACY ABM SSE4A MISALIGN PREFETCHW XOP FMA4 TBM */
#define E1_EDX_ALIAS	(BIT(0) | BIT(2) | BITS(9, 4) | BITS(16, 14) | \
			 BITS(24, 23))	/* leaf 1's, on AMD */
#define E1_EDX	(BIT(11) | BIT(20) | BIT(22) | BIT(27) | BITS(31, 29))
	/* SYSCALL NX MMXEXT RDTSCP LM 3DNOW */
#define E8_EBX	(BIT(0) | BIT(2) | BIT(9))	/* CLZERO FP-errors WBNOINVD */
#define E21_EAX	(BIT(2) | BIT(6))	/* LFENCE, null selector clears base */
#define VIRTUAL_BITS	48u

static struct cpuid_policy default_dom0, default_domu;	/* written at boot */

const struct cpuid_policy *cpuid_default(bool is_dom0)
{
	return is_dom0 ? &default_dom0 : &default_domu;
}

static void read_machine(struct cpuid_policy *p)
{
	unsigned int i, basic = arch_cpuid(0, 0).eax;
	uint32_t ext = arch_cpuid(EXTENDED_BASE, 0).eax;

	*p = (struct cpuid_policy){ 0 };
	for (i = 0; i < CPUID_BASIC && i <= basic; i++)
		p->basic[i] = arch_cpuid(i, 0);
	for (i = 0; basic >= 4 && i < CPUID_CACHES; i++)
		p->caches[i] = arch_cpuid(4, i);
	for (i = 0; basic >= 7 && i < CPUID_FEATURES; i++)
		p->features[i] = arch_cpuid(7, i);
	for (i = 0; basic >= 0xb && i < CPUID_TOPOLOGY; i++)
		p->topology[i] = arch_cpuid(0xb, i);
	for (i = 0; basic >= 0xd && i < CPUID_XSTATES; i++)
		p->xstates[i] = arch_cpuid(0xd, i);
	for (i = 0; ext >= EXTENDED_BASE && i < CPUID_EXTENDED &&
	     i <= ext - EXTENDED_BASE; i++)
		p->extended[i] = arch_cpuid(EXTENDED_BASE + i, 0);
}

static bool is_intel(const struct cpuid_policy *p)
{
	return p->basic[0].edx == 0x49656e69;	/* the "ineI" of its name */
}

static void limit_basic(struct cpuid_policy *p)
{
	struct cpuid_regs *r = &p->basic[1];

	if (p->basic[0].eax >= CPUID_BASIC)
		p->basic[0].eax = CPUID_BASIC - 1;
	r->ebx &= 0x00ffffff;		/* APIC id 0 */
	r->ecx = (r->ecx & F1_ECX) | F1_ECX_HV;
	r->edx &= F1_EDX | (is_intel(p) ? F1_EDX_SEP : 0);
	p->basic[4] = p->basic[7] = p->basic[0xb] = p->basic[0xd] =
		(struct cpuid_regs){ 0 };	/* have arrays */
	/* monitoring, thermal, cache access, performance counters, the rest */
	p->basic[5] = p->basic[6] = p->basic[8] = p->basic[9] =
		p->basic[0xa] = p->basic[0xc] = (struct cpuid_regs){ 0 };
}

static void limit_features(struct cpuid_policy *p)
{
	struct cpuid_regs *r = p->features;

	if (r[0].eax >= CPUID_FEATURES)
		r[0].eax = CPUID_FEATURES - 1;
	r[0].ebx &= F7_EBX;
	r[0].ecx &= F7_ECX;
	r[0].edx &= F7_EDX;
	r[1] = (struct cpuid_regs){ r[1].eax & F7_1_EAX, 0, 0, 0 };
}

static void limit_xstates(struct cpuid_policy *p)
{
	unsigned int i;

	p->xstates[0] = (struct cpuid_regs){
		.eax = p->xstates[0].eax & XCR0_OFFERED
	};
	p->xstates[1] = (struct cpuid_regs){
		.eax = p->xstates[1].eax & FD1_EAX
	};
	for (i = 2; i < CPUID_XSTATES; i++)
		if (!(p->xstates[0].eax >> i & 1))
			p->xstates[i] = (struct cpuid_regs){ 0 };
}

static void limit_extended(struct cpuid_policy *p)
{
	struct cpuid_regs *r = p->extended;
	unsigned int i;

	if (r[0].eax >= EXTENDED_BASE + CPUID_EXTENDED)
		r[0].eax = EXTENDED_BASE + CPUID_EXTENDED - 1;
	r[1].ecx &= E1_ECX;
	r[1].edx &= E1_EDX | (is_intel(p) ? 0 : E1_EDX_ALIAS);
	r[7] = (struct cpuid_regs){ 0 };
	r[8].eax &= 0xff00ff;
	r[8].eax |= VIRTUAL_BITS << 8;
	r[8].ebx &= E8_EBX;
	r[8].ecx = r[8].edx = 0;
	for (i = 9; i < CPUID_EXTENDED; i++)
		if (i != 0x19 && i != 0x1a && i != 0x21)	/* TLBs, FPU */
			r[i] = (struct cpuid_regs){ 0 };
	r[0x21] = (struct cpuid_regs){ .eax = r[0x21].eax & E21_EAX };
}

void cpuid_init(void)
{
	struct cpuid_policy *p = &default_dom0;

	read_machine(p);
	limit_basic(p);
	limit_features(p);
	limit_xstates(p);
	limit_extended(p);
	default_domu = *p;
}

/* ---- as the tools carry it: one list of leaves ---- */

struct section {
	uint32_t leaf;		/* of its first element */
	uint32_t first_sub;	/* NO_SUBLEAF: consecutive leaves */
	uint16_t offset, count;
};

#define SECTION(l, s, member)						\
	{ (l), (s), offsetof(struct cpuid_policy, member),		\
	  sizeof(((struct cpuid_policy *)0)->member) /			\
		sizeof(struct cpuid_regs) }

/* Ascending by leaf, except that the sub-leaves follow the basic ones. */
static const struct section sections[] = {
	SECTION(0, NO_SUBLEAF, basic),
	SECTION(4, 0, caches),
	SECTION(7, 0, features),
	SECTION(0xb, 0, topology),
	SECTION(0xd, 0, xstates),
	SECTION(EXTENDED_BASE, NO_SUBLEAF, extended),
};

static struct cpuid_regs *element(const struct cpuid_policy *p,
				  const struct section *s, unsigned int i)
{
	return (struct cpuid_regs *)((char *)(uintptr_t)p + s->offset) + i;
}

static bool has_array(uint32_t leaf)
{
	return leaf == 4 || leaf == 7 || leaf == 0xb || leaf == 0xd;
}

bool cpuid_policy_get(const struct cpuid_policy *p, unsigned int n,
		      struct cpuid_leaf *leaf)
{
	const struct section *s;
	unsigned int i;

	for (s = sections; s < sections + ARRAY_SIZE(sections); s++) {
		for (i = 0; i < s->count; i++) {
			bool subs = s->first_sub != NO_SUBLEAF;

			if (!subs && has_array(s->leaf + i))
				continue;
			if (n--)
				continue;
			leaf->leaf = s->leaf + (subs ? 0 : i);
			leaf->subleaf = subs ? i : NO_SUBLEAF;
			leaf->r = *element(p, s, i);
			return true;
		}
	}
	return false;
}

int cpuid_policy_set(struct cpuid_policy *p, const struct cpuid_leaf *leaf)
{
	const struct section *s;

	for (s = sections; s < sections + ARRAY_SIZE(sections); s++) {
		if (s->first_sub != NO_SUBLEAF) {
			if (leaf->leaf != s->leaf || leaf->subleaf >= s->count)
				continue;
			*element(p, s, leaf->subleaf) = leaf->r;
			return 0;
		}
		if (leaf->leaf < s->leaf || leaf->leaf - s->leaf >= s->count ||
		    has_array(leaf->leaf))
			continue;
		*element(p, s, leaf->leaf - s->leaf) = leaf->r;
		return 0;
	}
	return -XY_EINVAL;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void cpuid_policy_limit(struct cpuid_policy *p,
			const struct cpuid_policy *limit)
{
	unsigned int i;

	p->basic[0].eax = least(p->basic[0].eax, limit->basic[0].eax);
	p->basic[1].ecx &= limit->basic[1].ecx;
	p->basic[1].edx &= limit->basic[1].edx;
	p->features[0].eax = least(p->features[0].eax, limit->features[0].eax);
	p->features[0].ebx &= limit->features[0].ebx;
	p->features[0].ecx &= limit->features[0].ecx;
	p->features[0].edx &= limit->features[0].edx;
	p->features[1].eax &= limit->features[1].eax;
	p->extended[0].eax = least(p->extended[0].eax, limit->extended[0].eax);
	p->extended[1].ecx &= limit->extended[1].ecx;
	p->extended[1].edx &= limit->extended[1].edx;
	p->extended[7].edx &= limit->extended[7].edx;
	p->extended[8].eax = limit->extended[8].eax;
	p->extended[8].ebx &= limit->extended[8].ebx;
	p->extended[0x21].eax &= limit->extended[0x21].eax;
	/* Sizes and places of states are the machine's. */
	p->xstates[0].eax &= limit->xstates[0].eax;
	p->xstates[0].edx = 0;
	p->xstates[1].eax &= limit->xstates[1].eax;
	for (i = 2; i < CPUID_XSTATES; i++)
		p->xstates[i] = limit->xstates[i];
}
