// SPDX-License-Identifier: GPL-2.0-only
/* Every verb that xl of Xen 4.17 has is known, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/verbs.h"

static const char *const ours[] = {
	"create", "list", "console", "shutdown", "destroy", "reboot", "info",
	"dmesg", "pause", "unpause", "domid", "domname", "help", "vcpu-list",
	"vcpu-pin", "vcpu-set", "vm-list", "uptime", "claims", "cpupool-list",
	"block-list", "network-list", "mem-set", "mem-max", "sched-credit2",
	"rename", "sysrq", "trigger", "debug-keys", "block-attach",
	"block-detach", "network-attach", "network-detach", "top",
};

static const char *const known[] = {
	"save", "restore", "migrate", "migrate-receive", "cpupool-create",
	"config-update", "dump-core", "cd-insert", "cd-eject", "sched-credit",
	"psr-mba-show",
};

static void known_verbs(void **state)
{
	FILE *sink = fopen("/dev/null", "w");

	(void)state;
	report_to(sink);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		assert_non_null(verb_find(ours[i]));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_null(verb_find(known[i]));
		assert_int_equal(verb_unsupported(known[i]), XL_ERROR);
	}
	assert_null(verb_find("frobnicate"));
	assert_int_equal(verb_unsupported("frobnicate"), XL_OK);
	report_to(NULL);
	fclose(sink);
}

static void suggestions(void **state)
{
	(void)state;
	assert_string_equal(verb_suggestion("craete"), "create");
	assert_string_equal(verb_suggestion("lsit"), "list");
	assert_string_equal(verb_suggestion("cpupool-crate"), "cpupool-create");
	assert_null(verb_suggestion("frobnicate"));
}

static void seconds(void **state)
{
	unsigned int n;

	(void)state;
	assert_true(option_seconds("30", &n));
	assert_int_equal(n, 30);
	assert_false(option_seconds("", &n));
	assert_false(option_seconds("-1", &n));
	assert_false(option_seconds("3x", &n));
	assert_false(option_seconds("99999999", &n));
}

static void json_strings(void **state)
{
	char *text;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	(void)state;
	report_json_string(f, "a\"b\\c\n\x01\xff");
	fclose(f);
	assert_string_equal(text, "\"a\\\"b\\\\c\\n\\u0001\\u00ff\"");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_verbs),
		cmocka_unit_test(suggestions),
		cmocka_unit_test(seconds),
		cmocka_unit_test(json_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
