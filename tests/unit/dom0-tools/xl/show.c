// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the small verbs print and take, byte for byte as Xen's xl 4.17 does:
 * the wanted lines were printed by it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "dom0-tools/xl/cpulist.h"
#include "dom0-tools/xl/verbs.h"

static void vcpu_rows(void **state)
{
	const struct xy_domctl_getvcpuinfo on = {
		.online = 1, .running = 1, .cpu_time = 24400000000ull,
	};
	const struct xy_domctl_getvcpuinfo off = { .vcpu = 1 };
	struct vcpu_place at = { "Domain-0", 0, 0, "all", "all" };
	char text[256];

	(void)state;
	vcpu_row_text(text, sizeof(text), &at, &on);
	assert_string_equal(text, "Domain-0                             0     "
			    "0    0   r--      24.4  all / all");
	at = (struct vcpu_place){ "second", 3, 1, "all", "all" };
	vcpu_row_text(text, sizeof(text), &at, &off);
	assert_string_equal(text, "second                               3     "
			    "1    -   --p       0.0  all / all");
}

static void top_rows(void **state)
{
	domain_info info = {
		.flags = XY_DOMINF_running,
		.tot_pages = 262144,
		.max_pages = 262144,
		.cpu_time = 157200000000ull,
		.nr_online_vcpus = 1,
	};
	struct top_use u = { .info = &info, .name = "Domain-0",
			     .cpu_percent = 8.7, .total_kib = 4161024 };
	char text[256];

	(void)state;
	top_row(text, sizeof(text), &u);
	assert_string_equal(text, "  Domain-0 -----r        157    8.7    "
			    "1048576   25.2    1048576      25.2     1    0  "
			    "      0        0    0");
	info.flags = XY_DOMINF_shutdown | 3 << 16;
	info.max_pages = ~0ull;
	u = (struct top_use){ .info = &info, .nics = 1, .disks = 2,
			      .sent = 2048, .received = 3000 };
	top_row(text, sizeof(text), &u);
	assert_string_equal(text, "    (null) ---c--        157    0.0    "
			    "1048576    0.0   no limit       n/a     1    1  "
			    "      2        2    2");
}

static void uptimes(void **state)
{
	static const struct {
		unsigned long seconds;
		const char *text, *brief;
	} cases[] = {
		{ 33, " 0:00:33", " 0:00" },
		{ 3600 * 23 + 59 * 60 + 59, "23:59:59", "23:59" },
		{ 86400, "1 day,  0:00:00", "1 day,  0:00" },
		{ 86400 * 12 + 61, "12 days,  0:01:01", "12 days,  0:01" },
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uptime_text(text, sizeof(text), cases[i].seconds, false);
		assert_string_equal(text, cases[i].text);
		uptime_text(text, sizeof(text), cases[i].seconds, true);
		assert_string_equal(text, cases[i].brief);
	}
}

static void amounts_of_memory(void **state)
{
	uint64_t kib;

	(void)state;
	assert_true(memory_parse("256", &kib) && kib == 256 << 10);
	assert_true(memory_parse("256m", &kib) && kib == 256 << 10);
	assert_true(memory_parse("2G", &kib) && kib == 2 << 20);
	assert_true(memory_parse("300k", &kib) && kib == 300);
	assert_true(memory_parse("8192b", &kib) && kib == 8);
	assert_true(memory_parse("1t", &kib) && kib == 1ull << 30);
	assert_false(memory_parse("", &kib));
	assert_false(memory_parse("-1", &kib));
	assert_false(memory_parse("12mb", &kib));
	assert_false(memory_parse("12x", &kib));
	assert_false(memory_parse("99999999999999999999", &kib));
	assert_false(memory_parse("1099511627776t", &kib));
}

static void cpu_sets(void **state)
{
	uint64_t set;

	(void)state;
	assert_true(cpulist_parse("all", &set) && set == ~0ull);
	assert_true(cpulist_parse("0-3,^2", &set) && set == 0xb);
	assert_true(cpulist_parse("5", &set) && set == 0x20);
	assert_true(cpulist_parse("0,2-3", &set) && set == 0xd);
	assert_true(cpulist_parse("^0", &set) && set == ~1ull);
	assert_true(cpulist_parse("all,^0-7", &set) && set == ~0xffull);
	assert_true(cpulist_parse("63", &set) && set == 1ull << 63);
	assert_false(cpulist_parse("", &set));
	assert_false(cpulist_parse("64", &set));
	assert_false(cpulist_parse("3-1", &set));
	assert_false(cpulist_parse("1,", &set));
	assert_false(cpulist_parse("1-", &set));
	assert_false(cpulist_parse("two", &set));
}

static void cpu_texts(void **state)
{
	char text[CPULIST_TEXT];

	(void)state;
	cpulist_format(0xff, 0xf, text);
	assert_string_equal(text, "all");
	cpulist_format(0xb, 0xf, text);
	assert_string_equal(text, "0-1,3");
	cpulist_format(0, 0xf, text);
	assert_string_equal(text, "-");
	/* The longest there is fits. */
	cpulist_format(0x5555555555555555, ~0ull, text);
	assert_int_equal(strlen(text), 5 * 2 + 27 * 3 - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vcpu_rows),
		cmocka_unit_test(top_rows),
		cmocka_unit_test(uptimes),
		cmocka_unit_test(amounts_of_memory),
		cmocka_unit_test(cpu_sets),
		cmocka_unit_test(cpu_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
