// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpuid= of an xl.cfg, in its two spellings.
 *
 *	"host,avx=0,sse4.1=1,family=6"		features by name
 *	"0x80000001:ecx=xxxxxxxxxxxxxxxxxxxxxxxxxx0xxxxx"	bits of a leaf
 *
 * A value is 0 or 1, or x, k or s, which leave what the host has. Names may
 * be written with '.', '-' or '_'; where a bit is, the manuals of Intel and
 * AMD say, and what it is called here, xl.cfg(5).
 *
 * Rules: 1. an unknown name is an error: a feature that was to be hidden must
 * not show; 2. later words win.
 * Lock: none. Never: asks what the machine has, that is tuning.c's.
 * Next: tuning.c.
 */
#include "dom0-tools/xl/cpuidspec.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/spec.h"

#define WORD_BYTES 80
#define EXTENDED 0x80000000u

/* Features of one register, by bit; names of one bit follow each other. */
struct bits {
	uint32_t leaf, subleaf;
	enum cpuid_register reg;
	struct {
		const char *name;
		uint8_t bit;
	} of[34];
};

static const struct bits features[] = {
	{ 1, CPUID_NO_SUBLEAF, CPUID_ECX, {
		{ "sse3", 0 }, { "pclmulqdq", 1 }, { "dtes64", 2 },
		{ "monitor", 3 }, { "dscpl", 4 }, { "vmx", 5 }, { "smx", 6 },
		{ "est", 7 }, { "tm2", 8 }, { "ssse3", 9 }, { "cntxid", 10 },
		{ "fma", 12 }, { "cmpxchg16", 13 }, { "xtpr", 14 },
		{ "pdcm", 15 }, { "pcid", 17 }, { "dca", 18 },
		{ "sse4.1", 19 }, { "sse4.2", 20 }, { "x2apic", 21 },
		{ "movbe", 22 }, { "popcnt", 23 }, { "tsc_deadline", 24 },
		{ "aes", 25 }, { "xsave", 26 }, { "osxsave", 27 },
		{ "avx", 28 }, { "f16c", 29 }, { "rdrand", 30 },
		{ "hypervisor", 31 } } },
	{ 1, CPUID_NO_SUBLEAF, CPUID_EDX, {
		{ "fpu", 0 }, { "vme", 1 }, { "de", 2 }, { "pse", 3 },
		{ "tsc", 4 }, { "msr", 5 }, { "pae", 6 }, { "mce", 7 },
		{ "cx8", 8 }, { "cmpxchg8", 8 }, { "apic", 9 },
		{ "sysenter", 11 }, { "mtrr", 12 }, { "pge", 13 },
		{ "mca", 14 }, { "cmov", 15 }, { "pat", 16 }, { "pse36", 17 },
		{ "psn", 18 }, { "clfsh", 19 }, { "ds", 21 }, { "acpi", 22 },
		{ "mmx", 23 }, { "fxsr", 24 }, { "sse", 25 }, { "sse2", 26 },
		{ "ss", 27 }, { "htt", 28 }, { "tm", 29 }, { "ia64", 30 },
		{ "pbe", 31 } } },
	{ 6, CPUID_NO_SUBLEAF, CPUID_EAX, { { "arat", 2 } } },
	{ 7, 0, CPUID_EBX, {
		{ "fsgsbase", 0 }, { "tsc_adjust", 1 }, { "bmi1", 3 },
		{ "hle", 4 }, { "avx2", 5 }, { "smep", 7 }, { "bmi2", 8 },
		{ "erms", 9 }, { "invpcid", 10 }, { "rtm", 11 },
		{ "cmt", 12 }, { "mpx", 14 }, { "avx512f", 16 },
		{ "avx512dq", 17 }, { "rdseed", 18 }, { "adx", 19 },
		{ "smap", 20 }, { "avx512-ifma", 21 }, { "clflushopt", 23 },
		{ "clwb", 24 }, { "proc-trace", 25 }, { "avx512pf", 26 },
		{ "avx512er", 27 }, { "avx512cd", 28 }, { "sha", 29 },
		{ "avx512bw", 30 }, { "avx512vl", 31 } } },
	{ 7, 0, CPUID_ECX, {
		{ "prefetchwt1", 0 }, { "avx512-vbmi", 1 }, { "umip", 2 },
		{ "pku", 3 }, { "ospke", 4 }, { "avx512-vbmi2", 6 },
		{ "cet-ss", 7 }, { "gfni", 8 }, { "vaes", 9 },
		{ "vpclmulqdq", 10 }, { "avx512-vnni", 11 },
		{ "avx512-bitalg", 12 }, { "avx512-vpopcntdq", 14 },
		{ "rdpid", 22 }, { "cldemote", 25 } } },
	{ 7, 0, CPUID_EDX, {
		{ "avx512-4vnniw", 2 }, { "avx512-4fmaps", 3 }, { "fsrm", 4 },
		{ "avx512-vp2intersect", 8 }, { "srbds-ctrl", 9 },
		{ "md-clear", 10 }, { "serialize", 14 }, { "cet-ibt", 20 },
		{ "ibrsb", 26 }, { "stibp", 27 }, { "l1d-flush", 28 },
		{ "arch-caps", 29 }, { "core-caps", 30 }, { "ssbd", 31 } } },
	{ 7, 1, CPUID_EAX, {
		{ "avx-vnni", 4 }, { "avx512-bf16", 5 }, { "fzrm", 10 },
		{ "fsrs", 11 }, { "fsrcs", 12 } } },
	{ 0xd, 1, CPUID_EAX, {
		{ "xsaveopt", 0 }, { "xsavec", 1 }, { "xgetbv1", 2 },
		{ "xsaves", 3 } } },
	{ EXTENDED + 1, CPUID_NO_SUBLEAF, CPUID_ECX, {
		{ "lahfsahf", 0 }, { "cmplegacy", 1 }, { "svm", 2 },
		{ "extapic", 3 }, { "altmovcr8", 4 }, { "abm", 5 },
		{ "sse4a", 6 }, { "misalignsse", 7 }, { "3dnowprefetch", 8 },
		{ "osvw", 9 }, { "ibs", 10 }, { "xop", 11 }, { "skinit", 12 },
		{ "wdt", 13 }, { "lwp", 15 }, { "fma4", 16 },
		{ "nodeid", 19 }, { "tbm", 21 }, { "topoext", 22 },
		{ "perfctr_core", 23 }, { "perfctr_nb", 24 } } },
	{ EXTENDED + 1, CPUID_NO_SUBLEAF, CPUID_EDX, {
		{ "syscall", 11 }, { "nx", 20 }, { "mmxext", 22 },
		{ "ffxsr", 25 }, { "page1gb", 26 }, { "rdtscp", 27 },
		{ "lm", 29 }, { "3dnowext", 30 }, { "3dnow", 31 } } },
	{ EXTENDED + 7, CPUID_NO_SUBLEAF, CPUID_EDX, { { "invtsc", 8 } } },
	{ EXTENDED + 8, CPUID_NO_SUBLEAF, CPUID_EBX, {
		{ "clzero", 0 }, { "rstr-fp-err-ptrs", 2 },
		{ "wbnoinvd", 9 }, { "ibpb", 12 }, { "ppin", 23 } } },
};

static bool separator(char c)
{
	return c == '.' || c == '-' || c == '_';
}

/* Equal but for separators: sse4.1, sse4_1, sse41. */
static bool same_name(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (separator(*a))
			a++;
		while (separator(*b))
			b++;
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}

static int add(struct cpuid_spec *s, const struct cpuid_edit *e)
{
	struct cpuid_edit *more;

	if (!e->clear && !e->set)
		return 0;
	more = realloc(s->edits, (s->count + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	s->edits = more;
	more[s->count++] = *e;
	return 0;
}

void cpuid_spec_free(struct cpuid_spec *s)
{
	free(s->edits);
	s->edits = NULL;
	s->count = 0;
}

/* One letter for one bit; false: no such letter. */
static bool letter(struct cpuid_edit *e, unsigned int bit, char c)
{
	if (!c || !strchr("01xks", c))
		return false;
	if (c == '0' || c == '1')
		e->clear |= 1u << bit;
	if (c == '1')
		e->set |= 1u << bit;
	return true;
}

static bool find_feature(const char *name, struct cpuid_edit *e,
			 unsigned int *bit)
{
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		const struct bits *f = &features[i];

		for (size_t j = 0; f->of[j].name; j++) {
			if (!same_name(f->of[j].name, name))
				continue;
			*e = (struct cpuid_edit){ .leaf = f->leaf,
						  .subleaf = f->subleaf,
						  .reg = f->reg };
			*bit = f->of[j].bit;
			return true;
		}
	}
	return false;
}

/* The numbers of leaves 0 and 1; false: no such name, or out of range. */
static bool number(const char *name, const char *value, struct cpuid_edit *e)
{
	unsigned long n;
	char *end;

	n = strtoul(value, &end, 0);
	*e = (struct cpuid_edit){ .leaf = 1, .subleaf = CPUID_NO_SUBLEAF,
				  .reg = CPUID_EAX };
	if (*value < '0' || *value > '9' || *end)
		return false;
	if (strcmp(name, "family") == 0 && n <= 15 + 255) {
		e->clear = 0x0ff00f00;
		e->set = (uint32_t)(n <= 15 ? n << 8 :
				    15u << 8 | (n - 15) << 20);
	} else if (strcmp(name, "model") == 0 && n <= 255) {
		e->clear = 0x000f00f0;
		e->set = (uint32_t)((n & 15) << 4 | n >> 4 << 16);
	} else if (strcmp(name, "stepping") == 0 && n <= 15) {
		e->clear = 15;
		e->set = (uint32_t)n;
	} else if (strcmp(name, "maxleaf") == 0 && n <= 0xffff) {
		e->leaf = 0;
		e->clear = 0xffffffff;
		e->set = (uint32_t)n;
	} else {
		return false;
	}
	return true;
}

static int add_feature(struct cpuid_spec *s, char *word, const char **why)
{
	char *value = strchr(word, '=');
	struct cpuid_edit e;
	unsigned int bit;

	if (!value)
		return spec_wrong(why, "'%s' has no value: name=0 or name=1",
				  word);
	*value++ = 0;
	if (number(word, value, &e))
		return add(s, &e);
	if (!find_feature(word, &e, &bit))
		return spec_wrong(why, "'%s' is no feature Xylem knows, or its "
				  "number is out of range", word);
	if (value[0] == 0 || value[1] || !letter(&e, bit, value[0]))
		return spec_wrong(why,
				  "the value of '%s' must be 0, 1, x, k or s",
				  word);
	return add(s, &e);
}

/* "ecx=" and 32 letters, the highest bit first. */
static int add_register(struct cpuid_spec *s, struct cpuid_edit e,
			const char *word, const char **why)
{
	static const char *const names[] = { "eax=", "ebx=", "ecx=", "edx=" };
	unsigned int r;

	for (r = 0; r < 4; r++)
		if (strncmp(word, names[r], 4) == 0)
			break;
	if (r == 4)
		return spec_wrong(why, "'%s' is no register of CPUID", word);
	word += 4;
	if (strlen(word) != 32)
		return spec_wrong(why, "'%s' must have 32 letters, one a bit",
				  word);
	e.reg = (enum cpuid_register)r;
	for (unsigned int i = 0; i < 32; i++)
		if (!letter(&e, 31 - i, word[i]))
			return spec_wrong(why,
					  "'%s' must be made of 0, 1, x, k "
					  "and s", word);
	return add(s, &e);
}

/* "LEAF" or "LEAF,SUBLEAF" before the colon. */
static bool parse_leaf(const char *text, size_t bytes, struct cpuid_edit *e)
{
	char copy[WORD_BYTES], *end;

	if (bytes == 0 || bytes >= sizeof(copy))
		return false;
	memcpy(copy, text, bytes);
	copy[bytes] = 0;
	if (*copy < '0' || *copy > '9')
		return false;
	e->leaf = (uint32_t)strtoul(copy, &end, 0);
	/* These have sub-leaves, and the first is meant. */
	e->subleaf = e->leaf == 4 || e->leaf == 7 || e->leaf == 0xb ||
		     e->leaf == 0xd ? 0 : CPUID_NO_SUBLEAF;
	if (*end == ',') {
		if (end[1] < '0' || end[1] > '9')
			return false;
		e->subleaf = (uint32_t)strtoul(end + 1, &end, 0);
	}
	return *end == 0;
}

int cpuid_spec_add(struct cpuid_spec *s, const char *text, const char **why)
{
	const char *colon = strchr(text, ':');
	struct cpuid_edit e = { 0 };
	const char *p = text;
	int err = 0;

	if (colon) {
		if (!parse_leaf(text, (size_t)(colon - text), &e))
			return spec_wrong(why,
					  "'%s' starts with no leaf of CPUID",
					  text);
		p = colon + 1;
	} else if (strncmp(text, "host", 4) || (text[4] && text[4] != ',')) {
		return spec_wrong(why,
				  "'%s' must start with 'host,' or a leaf and "
				  "':'", text);
	} else {
		p = text[4] ? text + 5 : text + 4;
	}
	while (*p && !err) {
		size_t n = strcspn(p, ",");
		char word[WORD_BYTES];

		if (n >= sizeof(word))
			return spec_wrong(why, "'%s' is too long", p);
		memcpy(word, p, n);
		word[n] = 0;
		err = colon ? add_register(s, e, word, why) :
		      add_feature(s, word, why);
		p += p[n] ? n + 1 : n;
	}
	return err;
}
