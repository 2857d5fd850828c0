// SPDX-License-Identifier: GPL-2.0-only
/*
 * httpd's tar headers, against archives that the system's own tar makes, and
 * against damaged ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "frontend-drivers/guest/httpd/tar.h"

static uint8_t archive[1 << 16];

/* Makes an archive of a folder with a few files; its length. */
static size_t make(const char *format)
{
	static const char script[] =
		"set -e; d=$(mktemp -d); trap 'rm -rf \"$d\"' EXIT; cd \"$d\";"
		"mkdir -p site/sub/%s; cd site; printf hello >index.html;"
		"head -c 1000 /dev/zero >zeros; : >empty; ln -s zeros link;"
		"printf deep >sub/%s/file; tar cf - --format=%s .";
	char command[1024], sub[90];
	size_t n;
	FILE *f;

	memset(sub, 's', sizeof(sub) - 1);
	sub[sizeof(sub) - 1] = 0;
	snprintf(command, sizeof(command), script, sub, sub, format);
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(archive, 1, sizeof(archive), f);
	assert_int_equal(pclose(f), 0);
	return n;
}

/* Walks it as httpd does; the content of a file, or NULL. */
static const uint8_t *find(size_t n, const char *name, uint64_t *bytes)
{
	size_t at = 0;

	while (at + TAR_BLOCK <= n) {
		struct tar_entry e;
		enum tar_kind kind = tar_header(archive + at, &e);

		assert_int_not_equal(kind, TAR_BAD);
		if (kind == TAR_END)
			break;
		at += TAR_BLOCK;
		if (kind == TAR_FILE && !strcmp(e.name, name)) {
			*bytes = e.bytes;
			return archive + at;
		}
		at += e.blocks * TAR_BLOCK;
	}
	return NULL;
}

static void formats(void **state)
{
	static const char *const names[] = { "ustar", "gnu", "pax" };
	uint64_t bytes;

	(void)state;
	for (int i = 0; i < 3; i++) {
		size_t n = make(names[i]);
		const uint8_t *c = find(n, "index.html", &bytes);
		char deep[128];

		assert_non_null(c);
		assert_int_equal(bytes, 5);
		assert_memory_equal(c, "hello", 5);
		assert_non_null(find(n, "zeros", &bytes));
		assert_int_equal(bytes, 1000);
		assert_non_null(find(n, "empty", &bytes));
		assert_int_equal(bytes, 0);
		assert_null(find(n, "link", &bytes));
		assert_null(find(n, "sub", &bytes));
		/* 98 characters: with "./" just what the old field holds */
		memset(deep, 's', sizeof(deep));
		memcpy(deep, "sub/", 4);
		memcpy(deep + 4 + 89, "/file", 6);
		c = find(n, deep, &bytes);
		assert_non_null(c);
		assert_memory_equal(c, "deep", 4);
	}
}

static void mend(uint8_t *b)
{
	unsigned int sum = 0;
	char text[8];

	memset(b + 148, ' ', 8);
	for (int i = 0; i < TAR_BLOCK; i++)
		sum += b[i];
	snprintf(text, sizeof(text), "%06o", sum);
	memcpy(b + 148, text, 7);
}

static void damaged(void **state)
{
	uint8_t b[TAR_BLOCK] = { 0 };
	struct tar_entry e;

	(void)state;
	assert_int_equal(tar_header(b, &e), TAR_END);
	memcpy(b, "./name", 6);
	memcpy(b + 124, "00000000017", 11);
	b[156] = '0';
	mend(b);
	assert_int_equal(tar_header(b, &e), TAR_FILE);
	assert_string_equal(e.name, "name");
	assert_int_equal(e.bytes, 15);
	assert_int_equal(e.blocks, 1);
	for (int i = 0; i < TAR_BLOCK; i++) {
		b[i] ^= 4;
		/* the sum's own last byte says nothing */
		assert_int_equal(tar_header(b, &e) == TAR_FILE, i == 155);
		b[i] ^= 4;
	}
	/* a prefix; both fields full, not ended */
	memcpy(b + 257, "ustar", 5);
	memcpy(b + 345, "pre", 3);
	mend(b);
	assert_int_equal(tar_header(b, &e), TAR_FILE);
	assert_string_equal(e.name, "pre/./name");
	memset(b, 'n', 100);
	memset(b + 345, 'p', 155);
	mend(b);
	assert_int_equal(tar_header(b, &e), TAR_OTHER);
	memset(b + 257, 0, 8);
	mend(b);
	assert_int_equal(tar_header(b, &e), TAR_FILE);
	assert_int_equal(strlen(e.name), 100);
	/* a binary size; no size; no name */
	b[124] = 0x80;
	mend(b);
	assert_int_equal(tar_header(b, &e), TAR_BAD);
	memset(b + 124, 0, 12);
	mend(b);
	assert_int_equal(tar_header(b, &e), TAR_BAD);
	memcpy(b + 124, "77777777777", 11);
	memset(b, 0, 100);
	memcpy(b, "././", 4);
	mend(b);
	assert_int_equal(tar_header(b, &e), TAR_OTHER);
	assert_int_equal(e.bytes, 077777777777);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
