/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The grammar of xl.cfg: NAME = VALUE, one per line or separated by ';'.
 *
 * A value is a number, a 'string' or "string" with escapes, or a list
 * [ a, b, ... ], which may be nested and may run over several lines. '#'
 * starts a comment. += appends to an earlier string or list. Of several
 * assignments to one name the last one wins.
 *
 * Pure functions over bytes from anywhere; what they allocate is freed by
 * cfg_free().
 */
#ifndef DOM0_TOOLS_XL_CFG_H
#define DOM0_TOOLS_XL_CFG_H

#include <stdbool.h>
#include <stddef.h>

struct cfg_value {
	bool is_list;
	char *text;			/* string or number; NULL for a list */
	struct cfg_value *items;
	size_t count;
	unsigned int line;
};

struct cfg_setting {
	char *name;
	struct cfg_value value;
	unsigned int line;
};

struct cfg {
	struct cfg_setting *settings;
	size_t count;
	char error[160];		/* "FILE:LINE: what is wrong" */
};

/*
 * source names the text in messages. 0, -ENOMEM, or -EINVAL with c->error
 * set; cfg_free() is due in every case.
 */
int cfg_parse(struct cfg *c, const char *source, const char *text,
	      size_t bytes);
void cfg_free(struct cfg *c);

/* The value that counts, or NULL. */
const struct cfg_value *cfg_find(const struct cfg *c, const char *name);

#endif
