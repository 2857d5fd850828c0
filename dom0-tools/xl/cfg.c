// SPDX-License-Identifier: GPL-2.0-only
/*
 * The grammar of xl.cfg, as a recursive descent over one buffer.
 *
 * Rules: 1. the first error ends the parse and names file and line; 2. a
 * string ends on its line; 3. lists nest at most LIST_DEPTH deep, so the
 * recursion is bounded; 4. nothing here knows what a name means: that is
 * config.c.
 * Lock: none. Never: reads past the bytes given, needs no final NUL.
 * Next: config.c.
 */
#include "dom0-tools/xl/cfg.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_DEPTH 16

struct parser {
	struct cfg *c;
	const char *source;
	const char *p;
	const char *end;
	unsigned int line;
};

static int wrong(struct parser *s, const char *what)
{
	if (!s->c->error[0])
		snprintf(s->c->error, sizeof(s->c->error), "%.80s:%u: %s",
			 s->source, s->line, what);
	return -EINVAL;
}

static void free_value(struct cfg_value *v)
{
	for (size_t i = 0; i < v->count; i++)
		free_value(&v->items[i]);
	free(v->items);
	free(v->text);
	memset(v, 0, sizeof(*v));
}

static void skip_blanks(struct parser *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' ||
				 *s->p == '\r'))
		s->p++;
	if (s->p < s->end && *s->p == '#')
		while (s->p < s->end && *s->p != '\n')
			s->p++;
}

/* Blanks, comments and line ends: what may stand inside a list. */
static void skip_space(struct parser *s)
{
	skip_blanks(s);
	while (s->p < s->end && *s->p == '\n') {
		s->line++;
		s->p++;
		skip_blanks(s);
	}
}

static char *copy(const char *p, size_t bytes)
{
	char *t = malloc(bytes + 1);

	if (!t)
		return NULL;
	memcpy(t, p, bytes);
	t[bytes] = 0;
	return t;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* \xHH and \OOO; a NUL would end the string, so it is refused. */
static int escape_number(struct parser *s, int base, int digits, char *out)
{
	unsigned int v = 0;
	int n = 0;

	for (; n < digits && s->p < s->end; n++, s->p++) {
		if (base == 8 ? !is_octal(*s->p) :
		    !isxdigit((unsigned char)*s->p))
			break;
		v = v * (unsigned int)base +
		    (isdigit((unsigned char)*s->p) ?
		     (unsigned int)(*s->p - '0') :
		     (unsigned int)(tolower((unsigned char)*s->p) - 'a' + 10));
	}
	if (n == 0 || v == 0 || v > 255)
		return wrong(s, "bad number in an escape");
	*out = (char)v;
	return 0;
}

static int escape(struct parser *s, char *out)
{
	static const char from[] = "abfnrtv";
	static const char to[] = "\a\b\f\n\r\t\v";
	const char *at;
	char c;

	if (s->p >= s->end)
		return wrong(s, "string does not end");
	c = *s->p;
	if (is_octal(c))
		return escape_number(s, 8, 3, out);
	s->p++;
	if (c == 'x')
		return escape_number(s, 16, 2, out);
	at = strchr(from, c);
	if (at && c)
		*out = to[at - from];
	else if (c == '\\' || c == '\'' || c == '"')
		*out = c;
	else
		return wrong(s, "unknown escape in a string");
	return 0;
}

static int parse_string(struct parser *s, struct cfg_value *v)
{
	char quote = *s->p++;
	size_t n = 0;

	v->text = malloc((size_t)(s->end - s->p) + 1);
	if (!v->text)
		return -ENOMEM;
	for (;;) {
		char c;
		int err;

		if (s->p >= s->end || *s->p == '\n')
			return wrong(s, "string does not end on its line");
		c = *s->p++;
		if (c == quote)
			break;
		if (c == 0)
			return wrong(s, "NUL in a string");
		if (c == '\\') {
			err = escape(s, &c);
			if (err)
				return err;
		}
		v->text[n++] = c;
	}
	v->text[n] = 0;
	return 0;
}

/* Numbers stay text here: what they count is known to their reader. */
static int parse_number(struct parser *s, struct cfg_value *v)
{
	const char *start = s->p;

	while (s->p < s->end && (isdigit((unsigned char)*s->p) ||
				 (*s->p >= 'a' && *s->p <= 'f') ||
				 *s->p == 'x'))
		s->p++;
	v->text = copy(start, (size_t)(s->p - start));
	return v->text ? 0 : -ENOMEM;
}

static int parse_value(struct parser *s, struct cfg_value *v, int depth);

static int grow(struct cfg_value *list, struct cfg_value *item)
{
	struct cfg_value *more;

	more = realloc(list->items, (list->count + 1) * sizeof(*more));
	if (!more) {
		free_value(item);
		return -ENOMEM;
	}
	list->items = more;
	list->items[list->count++] = *item;
	memset(item, 0, sizeof(*item));
	return 0;
}

static int parse_list(struct parser *s, struct cfg_value *v, int depth)
{
	bool comma = true;

	if (depth >= LIST_DEPTH)
		return wrong(s, "lists are nested too deep");
	v->is_list = true;
	s->p++;
	for (;;) {
		struct cfg_value item = { 0 };
		int err;

		skip_space(s);
		if (s->p >= s->end)
			return wrong(s, "list does not end");
		if (*s->p == ']')
			break;
		if (!comma)
			return wrong(s, "',' or ']' is wanted in a list");
		err = parse_value(s, &item, depth + 1);
		if (err) {
			free_value(&item);
			return err;
		}
		err = grow(v, &item);
		if (err)
			return err;
		skip_space(s);
		comma = s->p < s->end && *s->p == ',';
		s->p += comma;
	}
	s->p++;
	return 0;
}

static int parse_value(struct parser *s, struct cfg_value *v, int depth)
{
	if (s->p >= s->end)
		return wrong(s, "a value is wanted");
	v->line = s->line;
	if (*s->p == '\'' || *s->p == '"')
		return parse_string(s, v);
	if (*s->p == '[')
		return parse_list(s, v, depth);
	if (isdigit((unsigned char)*s->p))
		return parse_number(s, v);
	return wrong(s, "a number, a quoted string or a list is wanted");
}

static struct cfg_setting *find(const struct cfg *c, const char *name)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->settings[i].name, name) == 0)
			return &c->settings[i];
	return NULL;
}

const struct cfg_value *cfg_find(const struct cfg *c, const char *name)
{
	const struct cfg_setting *s = find(c, name);

	return s ? &s->value : NULL;
}

static int append(struct parser *s, struct cfg_value *old,
		  struct cfg_value *more)
{
	size_t a, b;
	char *t;

	if (old->is_list != more->is_list)
		return wrong(s, "+= joins like to like, list or string");
	if (old->is_list) {
		for (size_t i = 0; i < more->count; i++)
			if (grow(old, &more->items[i]))
				return -ENOMEM;
		return 0;
	}
	a = strlen(old->text);
	b = strlen(more->text);
	t = realloc(old->text, a + b + 1);
	if (!t)
		return -ENOMEM;
	memcpy(t + a, more->text, b + 1);
	old->text = t;
	return 0;
}

/* Takes name and value over, also on failure. */
static int assign(struct parser *s, char *name, struct cfg_value *v, bool add)
{
	struct cfg_setting *old = find(s->c, name);
	struct cfg_setting *more;
	int err = 0;

	if (old && add) {
		err = append(s, &old->value, v);
		free_value(v);
	} else if (old) {
		free_value(&old->value);
		old->value = *v;
		old->line = s->line;
	} else {
		more = realloc(s->c->settings,
			       (s->c->count + 1) * sizeof(*more));
		if (!more) {
			free_value(v);
			free(name);
			return -ENOMEM;
		}
		s->c->settings = more;
		more[s->c->count++] = (struct cfg_setting){ name, *v, s->line };
		return 0;
	}
	free(name);
	return err;
}

static int parse_setting(struct parser *s)
{
	struct cfg_value v = { 0 };
	const char *start = s->p;
	bool add = false;
	char *name;
	int err;

	if (!islower((unsigned char)*s->p))
		return wrong(s, "a setting starts with a small letter");
	while (s->p < s->end && (islower((unsigned char)*s->p) ||
				 isdigit((unsigned char)*s->p) ||
				 *s->p == '_' || *s->p == '.'))
		s->p++;
	name = copy(start, (size_t)(s->p - start));
	if (!name)
		return -ENOMEM;
	skip_blanks(s);
	if (s->end - s->p >= 2 && s->p[0] == '+' && s->p[1] == '=') {
		add = true;
		s->p++;
	}
	if (s->p >= s->end || *s->p != '=') {
		free(name);
		return wrong(s, "'=' is wanted after the name");
	}
	s->p++;
	skip_blanks(s);
	err = parse_value(s, &v, 0);
	if (err) {
		free_value(&v);
		free(name);
		return err;
	}
	return assign(s, name, &v, add);
}

int cfg_parse(struct cfg *c, const char *source, const char *text,
	      size_t bytes)
{
	struct parser s = {
		.c = c,
		.source = source,
		.p = text,
		.end = text + bytes,
		.line = 1,
	};

	memset(c, 0, sizeof(*c));
	for (;;) {
		int err;

		skip_space(&s);
		if (s.p >= s.end)
			return 0;
		if (*s.p == ';') {
			s.p++;
			continue;
		}
		err = parse_setting(&s);
		if (err)
			return err;
		skip_blanks(&s);
		if (s.p < s.end && *s.p != '\n' && *s.p != ';')
			return wrong(&s, "a setting ends with its line or ';'");
	}
}

void cfg_free(struct cfg *c)
{
	for (size_t i = 0; i < c->count; i++) {
		free(c->settings[i].name);
		free_value(&c->settings[i].value);
	}
	free(c->settings);
	c->settings = NULL;
	c->count = 0;
}
