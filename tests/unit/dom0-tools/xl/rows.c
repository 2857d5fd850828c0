// SPDX-License-Identifier: GPL-2.0-only
/* The rows of xl list, byte for byte as scripts parse them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "dom0-tools/xl/verbs.h"

static const char *row(const char *name, uint32_t flags)
{
	static char text[256];
	domain_info info = {
		.domain = 7,
		.flags = flags,
		.tot_pages = 65536,
		.cpu_time = 12340000000ull,
		.nr_online_vcpus = 2,
	};

	list_row(text, sizeof(text), name, &info);
	return text;
}

#define NAME36 "                                    "

static void states(void **state)
{
	static const struct {
		uint32_t flags;
		const char *letters;
	} cases[] = {
		{ XY_DOMINF_running | 0xff0000, "r-----" },
		{ XY_DOMINF_blocked | 0xff0000, "-b----" },
		{ XY_DOMINF_paused | 0xff0000, "--p---" },
		{ XY_DOMINF_paused | XY_DOMINF_blocked | 0xff0000, "-bp---" },
		{ 0xff0000, "------" },
		{ XY_DOMINF_shutdown, "---s--" },
		{ XY_DOMINF_shutdown | 1 << 16, "---sr-" },
		{ XY_DOMINF_shutdown | 2 << 16, "---ss-" },
		{ XY_DOMINF_shutdown | 3 << 16, "---sc-" },
		{ XY_DOMINF_shutdown | 4 << 16, "---sw-" },
		{ XY_DOMINF_shutdown | 5 << 16, "---sS-" },
		{ XY_DOMINF_shutdown | 77 << 16, "---s--" },
		{ XY_DOMINF_dying | 0xff0000, "-----d" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char want[256];

		snprintf(want, sizeof(want), "web1" NAME36 "     7   256     2"
			 "     %s      12.3", cases[i].letters);
		assert_string_equal(row("web1", cases[i].flags), want);
	}
}

static void always_six_fields(void **state)
{
	static const char *const names[] = { "a", NULL, "Domain-0",
		"a-name-that-is-much-longer-than-the-forty-columns-it-has" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char copy[256];
		int fields = 0;

		strcpy(copy, row(names[i], XY_DOMINF_dying));
		for (char *p = strtok(copy, " \t"); p; p = strtok(NULL, " \t"))
			fields++;
		assert_int_equal(fields, 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states),
		cmocka_unit_test(always_six_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
