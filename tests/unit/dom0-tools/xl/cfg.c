// SPDX-License-Identifier: GPL-2.0-only
/*
 * The grammar of xl.cfg, case by case: what is accepted, with which value,
 * and what is refused, naming which line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "dom0-tools/xl/cfg.h"

static const char *value(const char *text, const char *name)
{
	static char copy[256];
	struct cfg c;
	const struct cfg_value *v;

	copy[0] = 0;
	if (cfg_parse(&c, "t", text, strlen(text))) {
		cfg_free(&c);
		return "<error>";
	}
	v = cfg_find(&c, name);
	if (v && v->text)
		strncpy(copy, v->text, sizeof(copy) - 1);
	else
		strcpy(copy, v ? "<list>" : "<none>");
	cfg_free(&c);
	return copy;
}

static void good_values(void **state)
{
	static const struct {
		const char *text, *value;
	} cases[] = {
		{ "a=1", "1" },
		{ "a = 'x y'", "x y" },
		{ "a=\"it's\"", "it's" },
		{ "  a\t=\t0x10  # why\n", "0x10" },
		{ "a=1;a=2", "2" },
		{ "a=1\n;;\na='3'\n", "3" },
		{ "b=1\n#a=2\n", "<none>" },
		{ "a='#no comment'", "#no comment" },
		{ "a='x'\na+='y'", "xy" },
		{ "a+='y'", "y" },
		{ "a=\"\\\\ \\\" \\n\"", "\\ \" \n" },
		{ "a=\"\\101\"", "A" },
		{ "a=\"\\x41\"", "A" },
		{ "a=['x',\n# c\n'y',\n]", "<list>" },
		{ "", "<none>" },
		{ "a_b.c9=1\na=2", "2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(value(cases[i].text, "a"), cases[i].value);
}

static void lists_nest(void **state)
{
	static const char text[] = "d = [ 'a', [ 1, 'b' ], [] ]\nd += ['c']";
	struct cfg c;
	const struct cfg_value *v;

	(void)state;
	assert_int_equal(cfg_parse(&c, "t", text, strlen(text)), 0);
	v = cfg_find(&c, "d");
	assert_non_null(v);
	assert_true(v->is_list);
	assert_int_equal(v->count, 4);
	assert_string_equal(v->items[0].text, "a");
	assert_true(v->items[1].is_list);
	assert_string_equal(v->items[1].items[1].text, "b");
	assert_int_equal(v->items[2].count, 0);
	assert_string_equal(v->items[3].text, "c");
	cfg_free(&c);
}

static void bad_texts(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "A=1", "t:1: " },
		{ "a", "t:1: " },
		{ "a=", "t:1: " },
		{ "\n\na=x", "t:3: " },
		{ "a='x", "t:1: " },
		{ "a='x\ny'", "t:1: " },
		{ "a=\"\\q\"", "t:1: " },
		{ "a=\"\\0\"", "t:1: " },
		{ "a=[1", "t:1: " },
		{ "a=['x'\n'y']", "t:2: " },
		{ "a=1 b=2", "t:1: " },
		{ "a=-1", "t:1: " },
		{ "a='x'\na+=['y']", "t:2: " },
		{ "a=[,]", "t:1: " },
		{ "a=[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "t:1: " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cfg c;

		assert_int_not_equal(cfg_parse(&c, "t", cases[i].text,
					       strlen(cases[i].text)), 0);
		assert_memory_equal(c.error, cases[i].error,
				    strlen(cases[i].error));
		cfg_free(&c);
	}
}

static void needs_no_nul(void **state)
{
	struct cfg c;

	(void)state;
	assert_int_equal(cfg_parse(&c, "t", "a=12345", 4), 0);
	assert_string_equal(cfg_find(&c, "a")->text, "12");
	cfg_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_values),
		cmocka_unit_test(lists_nest),
		cmocka_unit_test(bad_texts),
		cmocka_unit_test(needs_no_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
