// SPDX-License-Identifier: GPL-2.0-only
/*
 * The processor's description for guests: the feature words that the public
 * hypervisor gives on the same (emulated) processor, sizes that follow XCR0,
 * the hypervisor's leaves, and policies from the tools.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "core/cpuid.h"
#include "core/dom.h"
#include "core/time.h"

static struct domain d;
static struct vcpu v = { .domain = &d };

uint64_t time_tsc_khz(void) { return 2500000; }

struct time_scale time_scale_for_khz(uint64_t khz)
{
	assert_int_equal(khz, 2500000);
	return (struct time_scale){ .mul = 0xcccccccc, .shift = -1 };
}

/* QEMU's `max` (bits the tests look at; the rest all set: must not leak). */
struct cpuid_regs arch_cpuid(uint32_t leaf, uint32_t sub)
{
	static const struct cpuid_regs all = { ~0u, ~0u, ~0u, ~0u };

	switch (leaf) {
	case 0:
		return (struct cpuid_regs){ 0x1f, 0x68747541, 0x444d4163,
			0x69746e65 };
	case 1:
		return (struct cpuid_regs){ 0x663, 0x05010800, 0xfed8320b,
			0x1fcbfbfd };
	case 7:
		return sub == 0 ? (struct cpuid_regs){ 1, 0x01c843a9,
			0x0001021c, 0x10 } : all;
	case 0xd:
		if (sub == 0)
			return (struct cpuid_regs){ 0x2ff, 0x340, 0xa88, 0 };
		if (sub == 1)
			return (struct cpuid_regs){ 0xf, 0x340, 0x1800, 0 };
		if (sub == 2)
			return (struct cpuid_regs){ 0x100, 0x240, 0, 0 };
		return (struct cpuid_regs){ 0x40, 0x400, 0, 0 };
	case 0x80000000:
		return (struct cpuid_regs){ 0x80000028, 0, 0, 0 };
	case 0x80000001:
		return (struct cpuid_regs){ 0x663, 0, 0x00000077, 0xedd3fbfd };
	case 0x80000008:
		return (struct cpuid_regs){ 0x003928, 0xffffffff, 3, 0 };
	}
	return all;
}

static int setup(void **state)
{
	(void)state;
	d = (struct domain){ 0 };
	v.xcr0 = 0;
	v.id = 3;
	return 0;
}

static void features_as_the_public_hypervisor_shows_them(void **state)
{
	struct cpuid_regs r = cpuid_query(&v, 1, 0);

	(void)state;
	assert_int_equal(r.ecx, 0xfed83203);
	assert_int_equal(r.edx, 0x1fc9c3f5);
	assert_int_equal(r.ebx >> 24, 0);
	r = cpuid_query(&v, 7, 0);
	assert_int_equal(r.ebx, 0x01880329);
	assert_int_equal(r.ecx, 0x200);
	r = cpuid_query(&v, 0x80000001, 0);
	assert_int_equal(r.ecx, 0x63);
	assert_int_equal(r.edx, 0xe9d1cbf5);
	r = cpuid_query(&v, 0x80000008, 0);
	assert_int_equal(r.eax, 0x3028);
	assert_int_equal(cpuid_query(&v, 0, 0).eax, 0xd);
}

static void nothing_leaks_from_hidden_leaves(void **state)
{
	static const uint32_t leaves[] = {
		5, 6, 9, 0xa, 0xc, 0xe, 0x14, 0x1f, 0x80000007, 0x8000000a,
		0x8000001d, 0x8000001e, 0x8000001f, 0x80000028, 0xc0000000,
		0x40000004, 0x40000006, 0x40000100, 0xffffffff,
	};
	const struct cpuid_regs none = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(leaves); i++) {
		struct cpuid_regs r = cpuid_query(&v, leaves[i], 0);

		assert_memory_equal(&r, &none, sizeof(r));
	}
	for (uint32_t sub = 2; sub < 70; sub++) {
		struct cpuid_regs r = cpuid_query(&v, 7, sub);

		assert_memory_equal(&r, &none, sizeof(r));
	}
	assert_int_equal(cpuid_query(&v, 7, 1).ebx, 0);
}

static void state_sizes_follow_xcr0(void **state)
{
	(void)state;
	assert_int_equal(cpuid_xcr0_mask(&v), 7);
	assert_int_equal(cpuid_query(&v, 0xd, 0).eax, 7);
	assert_int_equal(cpuid_query(&v, 0xd, 0).ecx, 0x340);
	assert_int_equal(cpuid_query(&v, 0xd, 0).ebx, 0x340);
	v.xcr0 = 3;
	assert_int_equal(cpuid_query(&v, 0xd, 0).ebx, 0x240);
	assert_int_equal(cpuid_query(&v, 0xd, 0).ecx, 0x340);
	assert_int_equal(cpuid_query(&v, 0xd, 1).eax, 7);	/* no XSAVES */
	assert_int_equal(cpuid_query(&v, 0xd, 1).ebx, 0x240);
	assert_int_equal(cpuid_query(&v, 0xd, 1).ecx, 0);
	assert_int_equal(cpuid_query(&v, 0xd, 2).ebx, 0x240);
	assert_int_equal(cpuid_query(&v, 0xd, 5).eax, 0);
	assert_int_equal(cpuid_query(&v, 0xd, 0x8000).eax, 0);
}

static void hypervisor_leaves(void **state)
{
	struct cpuid_regs r = cpuid_query(&v, 0x40000000, 0);

	(void)state;
	assert_int_equal(r.eax, 0x40000005);
	assert_memory_equal(&r.ebx, "XenVMMXenVMM", 12);
	assert_int_equal(cpuid_query(&v, 0x40000001, 0).eax, 0x40011);
	assert_int_equal(cpuid_query(&v, 0x40000002, 0).ebx, 0x40000000);
	assert_int_equal(cpuid_query(&v, 0x40000003, 0).ecx, 2500000);
	assert_int_equal(cpuid_query(&v, 0x40000003, 1).ecx, 0xcccccccc);
	assert_int_equal(cpuid_query(&v, 0x40000003, 1).edx, 0xff);
	assert_int_equal(cpuid_query(&v, 0x40000003, 2).eax, 2500000);
	assert_int_equal(cpuid_query(&v, 0x40000005, 0).ebx, 0x28);
}

static void tools_take_away_only(void **state)
{
	struct cpuid_policy p = *cpuid_default(false), copy = { 0 };
	struct cpuid_leaf leaf;
	unsigned int n;

	(void)state;
	/* Everything got can be put into an empty one. */
	for (n = 0; cpuid_policy_get(&p, n, &leaf); n++)
		assert_int_equal(cpuid_policy_set(&copy, &leaf), 0);
	assert_int_equal(n, CPUID_BASIC - 4 + CPUID_CACHES + CPUID_FEATURES +
			 CPUID_TOPOLOGY + CPUID_XSTATES + CPUID_EXTENDED);
	assert_memory_equal(&p, &copy, sizeof(p));
	leaf = (struct cpuid_leaf){ .leaf = 0x40000000 };
	assert_int_equal(cpuid_policy_set(&p, &leaf), -22);
	leaf = (struct cpuid_leaf){ .leaf = 7, .subleaf = 2 };
	assert_int_equal(cpuid_policy_set(&p, &leaf), -22);
	leaf = (struct cpuid_leaf){ 1, ~0u, { 0, 0, ~0u, ~0u } };
	assert_int_equal(cpuid_policy_set(&p, &leaf), 0);
	leaf = (struct cpuid_leaf){ 7, 0, { ~0u, 1, ~0u, ~0u } };
	assert_int_equal(cpuid_policy_set(&p, &leaf), 0);
	leaf = (struct cpuid_leaf){ 0xd, 0, { ~0u, ~0u, ~0u, ~0u } };
	assert_int_equal(cpuid_policy_set(&p, &leaf), 0);
	cpuid_policy_limit(&p, cpuid_default(false));
	d.cpuid = &p;
	assert_int_equal(cpuid_query(&v, 1, 0).ecx, 0xfed83203);
	assert_int_equal(cpuid_query(&v, 1, 0).edx, 0x1fc9c3f5);
	assert_int_equal(cpuid_query(&v, 7, 0).eax, 1);
	assert_int_equal(cpuid_query(&v, 7, 0).ebx, 1);
	assert_int_equal(cpuid_xcr0_mask(&v), 7);
}

#define TEST(f)	cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(features_as_the_public_hypervisor_shows_them),
		TEST(nothing_leaks_from_hidden_leaves),
		TEST(state_sizes_follow_xcr0), TEST(hypervisor_leaves),
		TEST(tools_take_away_only),
	};

	cpuid_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
