// SPDX-License-Identifier: GPL-2.0-only
/*
 * style FILE [fix] <replacements: fail on what clang-format would change and
 * any reader would; with "fix", change exactly that (make format).
 *
 * Reads clang-format's list of replacements and keeps those that any reader
 * would call wrong: the indentation of a line that begins a statement (the text
 * before it ended with ; { or }), and missing or doubled blanks inside a line.
 * Line breaks, aligned tables, macros and trailing comments are the author's.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char text[1 << 20], list[1 << 22];
static size_t text_bytes;

static size_t line_of(size_t at)
{
	size_t i, n = 1;

	for (i = 0; i < at; i++)
		n += text[i] == '\n';
	return n;
}

/* A macro, with its continued lines, is aligned by hand. */
static bool by_hand(size_t at)
{
	size_t from = at;

	do {
		from -= from > 0;
		while (from && text[from - 1] != '\n')
			from--;
	} while (from > 1 && text[from - 2] == '\\');
	return text[from] == '#';
}

static bool matters(size_t at, size_t n, const char *with, size_t with_n)
{
	bool breaks = memchr(text + at, '\n', n) != NULL;
	bool breaks_after = strstr(with, "&#10;") != NULL;
	size_t i = at;

	if (breaks != breaks_after || by_hand(at) || at + n >= text_bytes)
		return false;
	if (text[at + n] == '/' || text[at + n] == '\\')
		return false;
	/* It takes C's "new & mask" for C++. */
	if (strchr("&*", text[at + n]) || (at && strchr("&*", text[at - 1])))
		return false;
	if (!breaks)
		return n + with_n == 1 && text[at] != '\t' && *with != '\t';
	while (i && isspace((unsigned char)text[i - 1]))
		i--;
	/* "= {" opens a table, which is aligned by hand. */
	if (i > 2 && text[i - 1] == '{' && text[i - 3] == '=')
		return false;
	return i && strchr(";{}", text[i - 1]) && text[at + n] != '[' &&
	       text[at + n] != '.' && text[at + n] != '{';
}

/* The replacement's text; newlines come as entities. */
static void put_text(FILE *f, const char *s)
{
	for (; *s; s++) {
		if (!strncmp(s, "&#10;", 5)) {
			putc('\n', f);
			s += 4;
		} else {
			putc(*s, f);
		}
	}
}

int main(int argc, char **argv)
{
	FILE *f = argc >= 2 ? fopen(argv[1], "re") : NULL;
	bool fix = argc == 3 && !strcmp(argv[2], "fix");
	unsigned int found = 0;
	size_t n, done = 0;
	char *p;

	if (!f)
		return 2;
	text_bytes = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	n = fread(list, 1, sizeof(list) - 1, stdin);
	list[n] = 0;
	/* Only now: clang-format has read the file. */
	if (fix && !(f = fopen(argv[1], "we")))
		return 2;
	for (p = list; (p = strstr(p, "<replacement offset='")); p++) {
		size_t at = strtoul(p + 21, NULL, 10), len;
		char *q = strstr(p, "length='"), *e = strchr(p, '>');
		char *end = e ? strstr(e, "</replacement>") : NULL;

		if (!q || !end)
			return 2;
		len = strtoul(q + 8, NULL, 10);
		*end = 0;
		if (!matters(at, len, e + 1, (size_t)(end - e - 1))) {
			p = end;
			continue;
		}
		if (fix) {
			fwrite(text + done, 1, at - done, f);
			put_text(f, e + 1);
			done = at + len;
		} else if (found++ == 0) {
			printf("FAIL %s:%zu: not in the style (clang-format"
			       " shows it)\n", argv[1], line_of(at + len));
		}
		p = end;
	}
	if (fix)
		fwrite(text + done, 1, text_bytes - done, f);
	if (fix && fclose(f))
		return 2;
	return found ? 1 : 0;
}
