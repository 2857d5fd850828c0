// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nothing of abi/ goes uncompared: every constant and every structure that a
 * header of ours defines must be named in one of the comparing files (or in a
 * comment there that says why it cannot be compared).
 *
 * A constant is a line "#define XY_NAME value", a structure a line
 * "struct xy_name {" at the left edge. Fields are not counted here. Runs in
 * the top folder and reads the sources.
 */
#include "abi/base.h"

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char text[512 * 1024]; /* all comparing files, one after the other */
static size_t text_len;
static unsigned int named, missing;

static void append(const char *path)
{
	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		exit(1);
	}
	text_len += fread(text + text_len, 1, sizeof(text) - 1 - text_len, f);
	fclose(f);
}

static bool word_char(int c)
{
	return isalnum(c) || c == '_';
}

/* Is there the word `name`, alone or after "xy_" or "XY_"? */
static bool in_text(const char *name)
{
	size_t len = strlen(name);
	const char *p = text;

	while ((p = strstr(p, name))) {
		bool head = p == text || !word_char(p[-1]);

		if (!head && p - text >= 3 && strncasecmp(p - 3, "xy_", 3) == 0)
			head = p - text == 3 || !word_char(p[-4]);
		if (head && !word_char(p[len]))
			return true;
		p += len;
	}
	return false;
}

static void need(const char *header, const char *name)
{
	named++;
	if (in_text(name))
		return;
	missing++;
	printf("%s: %s is compared nowhere\n", header, name);
}

static void read_header(const char *path)
{
	char line[256], name[128], after;
	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		exit(1);
	}
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "#define XY_%127[A-Za-z0-9_]%c", name,
			   &after) == 2 &&
		    after != '(' && after != '\n')
			need(path, name);
		if (sscanf(line, "struct xy_%127[a-z0-9_] %c", name, &after) ==
			    2 &&
		    after == '{')
			need(path, name);
		if (sscanf(line, "union xy_%127[a-z0-9_] %c", name, &after) ==
			    2 &&
		    after == '{')
			need(path, name);
	}
	fclose(f);
}

static size_t each(const char *pattern, void (*what)(const char *))
{
	glob_t g;
	size_t i, n;

	if (glob(pattern, 0, NULL, &g) != 0)
		return 0;
	for (i = 0; i < g.gl_pathc; i++)
		what(g.gl_pathv[i]);
	n = g.gl_pathc;
	globfree(&g);
	return n;
}

int main(void)
{
	size_t headers;

	if (each("tests/abi/compare_*.c", append) == 0) {
		fprintf(stderr, "run me in the top folder\n");
		return 1;
	}
	headers = each("abi/*.h", read_header);
	headers += each("abi/io/*.h", read_header);
	printf("%zu headers, %u names\n", headers, named);
	printf("%u passed, %u failed\n", named - missing, missing);
	return missing != 0 || named == 0;
}
