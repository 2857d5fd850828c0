/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cpuid= setting of xl.cfg, as edits of CPUID leaves.
 *
 * Pure functions. On failure *why is one line for the user, valid until the
 * next call.
 */
#ifndef DOM0_TOOLS_XL_CPUIDSPEC_H
#define DOM0_TOOLS_XL_CPUIDSPEC_H

#include <stddef.h>
#include <stdint.h>

#define CPUID_NO_SUBLEAF 0xffffffffu

enum cpuid_register { CPUID_EAX, CPUID_EBX, CPUID_ECX, CPUID_EDX };

/* New value = (old & ~clear) | set. */
struct cpuid_edit {
	uint32_t leaf, subleaf;
	enum cpuid_register reg;
	uint32_t clear, set;
};

struct cpuid_spec {
	struct cpuid_edit *edits;
	size_t count;
};

/*
 * Adds what one text asks for: "host,avx=0,family=6", or for one leaf
 * "1:ecx=xxxx0...,edx=..." (32 letters, bit 31 first). -EINVAL, -ENOMEM.
 */
int cpuid_spec_add(struct cpuid_spec *s, const char *text, const char **why);
void cpuid_spec_free(struct cpuid_spec *s);

#endif
