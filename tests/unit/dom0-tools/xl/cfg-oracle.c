// SPDX-License-Identifier: GPL-2.0-only
/*
 * Our parser of xl.cfg against the one of Xen's own tools (libxlutil).
 *
 * Texts are made at random of pieces that matter to the grammar; both must
 * accept or refuse, and agree on every value. Left out are \x escapes, which
 * libxlutil 4.17 misreads, and a last line without its end, of which it drops
 * a single byte and refuses a comment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libxlutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/cfg.h"

#define ROUNDS 60000
#define TEXT_BYTES 512

static const char *const pieces[] = {
	"a", "b", "=", "=", "=", "+=", " ", " ", "\n", "\n", ";", "'x'",
	"\"y z\"", "'", "\"", "1", "0x1f", "42", "[", "]", "[", "]", ",",
	",", "# c\n", "#", "\\n", "\\\\", "\\\"", "\\'", "\\q", "\\101",
	"\"\\t\\\\\"", "'\\''", "\t", "a=1\n", "b='v'\n", "a=['p','q']\n",
	"a+='w'\n", "b+=['r']\n", "_", ".", "9", "a_b=3\n",
};

static uint64_t seed = 88172645463325252ull;

static unsigned int below(unsigned int n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned int)(seed % n);
}

static void make_text(char *text)
{
	unsigned int n = 1 + below(12);
	char *p = text;

	for (unsigned int i = 0; i < n; i++)
		p = stpcpy(p, pieces[below(sizeof(pieces) /
					   sizeof(pieces[0]))]);
	stpcpy(p, "\n");
}

static void same_list(const struct cfg_value *v, XLU_ConfigList *list,
		      int count)
{
	assert_int_equal((int)v->count, count);
	for (int i = 0; i < count; i++) {
		const char *theirs = xlu_cfg_get_listitem(list, i);

		if (v->items[i].is_list)
			assert_null(theirs);
		else
			assert_string_equal(v->items[i].text, theirs);
	}
}

static void same_value(const struct cfg *c, XLU_Config *x, const char *name)
{
	const struct cfg_value *v = cfg_find(c, name);
	XLU_ConfigList *list;
	const char *text;
	int count;

	if (xlu_cfg_get_list(x, name, &list, &count, 1) == 0) {
		assert_non_null(v);
		assert_true(v->is_list);
		same_list(v, list, count);
	} else if (xlu_cfg_get_string(x, name, &text, 1) == 0) {
		assert_non_null(v);
		assert_false(v->is_list);
		assert_string_equal(v->text, text);
	} else {
		assert_null(v);
	}
}

static void both_agree(void **state)
{
	FILE *sink = fopen("/dev/null", "w");
	unsigned int accepted = 0;

	(void)state;
	assert_non_null(sink);
	for (int i = 0; i < ROUNDS; i++) {
		char text[TEXT_BYTES] = "";
		XLU_Config *x = xlu_cfg_init(sink, "t");
		struct cfg c;
		int ours, theirs;

		make_text(text);
		theirs = xlu_cfg_readdata(x, text, (int)strlen(text));
		ours = cfg_parse(&c, "t", text, strlen(text));
		if ((ours == 0) != (theirs == 0))
			fail_msg("ours %d (%s), theirs %d, for:\n%s", ours,
				 c.error, theirs, text);
		if (ours == 0) {
			accepted++;
			same_value(&c, x, "a");
			same_value(&c, x, "b");
			same_value(&c, x, "a_b");
		}
		cfg_free(&c);
		xlu_cfg_destroy(x);
	}
	fclose(sink);
	/* Were nearly all refused, the comparison would say little. */
	assert_true(accepted > ROUNDS / 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
