// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settings by name, as what they should be; a complaint names source and line.
 *
 * Rules: 1. what is missing is no mistake here: the caller has a default;
 * 2. a mistake is reported and remembered, and reading goes on, so that one
 * run shows them all. No lock. Next: config.c.
 */
#include "dom0-tools/xl/config_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/report.h"

void reader_bad(struct reader *r, const char *key, const char *what)
{
	const struct cfg_value *v = cfg_find(r->cfg, key);

	report_error("%s:%u: '%s' %s", r->source, v ? v->line : 0, key, what);
	r->failed = true;
}

const char *reader_text(struct reader *r, const char *key)
{
	const struct cfg_value *v = cfg_find(r->cfg, key);

	if (!v)
		return NULL;
	if (v->is_list) {
		reader_bad(r, key, "must be a string, not a list");
		return NULL;
	}
	return v->text;
}

char *reader_copy(struct reader *r, const char *key)
{
	const char *s = reader_text(r, key);
	char *copy;

	if (!s || !*s)
		return NULL;
	copy = strdup(s);
	r->failed |= !copy;
	return copy;
}

unsigned long reader_number(struct reader *r, const char *key,
			    unsigned long otherwise, unsigned long most)
{
	const char *s = reader_text(r, key);
	unsigned long n;
	char *end;

	if (!s)
		return otherwise;
	errno = 0;
	n = strtoul(s, &end, 0);
	if (!*s || *s == '-' || *end || errno) {
		reader_bad(r, key, "must be a number");
		return otherwise;
	}
	if (n > most) {
		reader_bad(r, key, "is larger than Xylem can do");
		return otherwise;
	}
	return n;
}

size_t reader_list(struct reader *r, const char *key)
{
	const struct cfg_value *v = cfg_find(r->cfg, key);

	if (!v)
		return 0;
	if (!v->is_list) {
		reader_bad(r, key, "must be a list");
		return 0;
	}
	for (size_t i = 0; i < v->count; i++)
		if (v->items[i].is_list) {
			reader_bad(r, key, "must be a list of strings");
			return 0;
		}
	return v->count;
}

void reader_bad_item(struct reader *r, const char *what,
		     const struct cfg_value *item, const char *why)
{
	report_error("%s:%u: %s '%s': %s", r->source, item->line, what,
		     item->text, why);
	r->failed = true;
}

const struct cfg_value *reader_one_of(struct reader *r, const char *key,
				      size_t i)
{
	const struct cfg_value *v = cfg_find(r->cfg, key);

	if (!v)
		return NULL;
	if (!v->is_list)
		return i == 0 ? v : NULL;
	return i < reader_list(r, key) ? &v->items[i] : NULL;
}
