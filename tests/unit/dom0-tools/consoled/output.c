/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the console daemon decides without a guest: the rings of a console
 * page, the backlog, the log file and its limit.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "dom0-tools/consoled/backlog.h"
#include "dom0-tools/consoled/conring.h"
#include "dom0-tools/consoled/logfile.h"

static struct xy_xencons_interface *page;

static int setup(void **state)
{
	(void)state;
	page = calloc(1, sizeof(*page));
	return !page;
}

static int teardown(void **state)
{
	(void)state;
	free(page);
	return 0;
}

static void output_comes_through(void **state)
{
	char sent = 0, want = 0, buf[2048];
	unsigned int round, i;
	int n;

	(void)state;
	page->out_cons = page->out_prod = 0u - 3000u;
	srand(5);
	for (round = 0; round < 3000; round++) {
		for (i = (unsigned int)rand() % 900; i; i--) {
			if (page->out_prod - page->out_cons == 2048)
				break;
			page->out[page->out_prod++ % 2048] = sent++;
		}
		n = conring_take(page, buf, 1 + (size_t)rand() % 2048);
		assert_true(n >= 0);
		for (i = 0; i < (unsigned int)n; i++)
			assert_int_equal(buf[i], want++);
	}
}

static void input_comes_through(void **state)
{
	char sent = 0, want = 0, buf[1500];
	unsigned int round, i, len;
	int n;

	(void)state;
	page->in_cons = page->in_prod = 0u - 3000u;
	srand(6);
	for (round = 0; round < 3000; round++) {
		len = (unsigned int)rand() % sizeof(buf);
		for (i = 0; i < len; i++)
			buf[i] = (char)(sent + (char)i);
		i = (unsigned int)conring_room(page);
		n = conring_put(page, buf, len);
		assert_int_equal(n, len < i ? len : i);
		sent = (char)(sent + n);
		for (i = (unsigned int)rand() % 900; i; i--)
			if (page->in_cons != page->in_prod)
				assert_int_equal(
					page->in[page->in_cons++ % 1024],
					want++);
	}
}

static void liars_lose_their_output_only(void **state)
{
	char buf[2048];

	(void)state;
	page->out_prod = 4000;
	assert_int_equal(conring_take(page, buf, sizeof(buf)), -EPROTO);
	/* It goes on from where the guest says it is. */
	memcpy(page->out + 4000 % 2048, "ok", 2);
	page->out_prod = 4002;
	assert_int_equal(conring_take(page, buf, sizeof(buf)), 2);
	assert_memory_equal(buf, "ok", 2);
	page->in_cons = 1;
	assert_int_equal(conring_room(page), 0);
	assert_int_equal(conring_put(page, "x", 1), -EPROTO);
	assert_int_equal(page->in_prod, 0);
}

static void backlog_keeps_the_newest(void **state)
{
	static char got[BACKLOG_BYTES];
	struct backlog b = { 0 };
	unsigned int i, at = 0;
	char line[1000];
	const char *p;
	size_t len;

	(void)state;
	for (i = 0; i < 100; i++) {
		memset(line, (int)i, sizeof(line));
		backlog_add(&b, line, sizeof(line));
	}
	assert_int_equal(b.len, BACKLOG_BYTES);
	while (b.len) {
		p = backlog_peek(&b, &len);
		assert_in_range(len, 1, b.len);
		len = len > 777 ? 777 : len;
		memcpy(got + at, p, len);
		at += (unsigned int)len;
		backlog_drop(&b, len);
	}
	assert_int_equal(at, BACKLOG_BYTES);
	for (i = 0; i < BACKLOG_BYTES; i++)
		assert_int_equal(got[i], (100000 - BACKLOG_BYTES + i) / 1000);
	assert_null(b.data); /* empty means no memory */
	/* One piece larger than all of it. */
	backlog_add(&b, got, 10);
	memset(got, 7, sizeof(got));
	backlog_add(&b, got, sizeof(got));
	assert_int_equal(b.len, BACKLOG_BYTES);
	assert_int_equal(*backlog_peek(&b, &len), 7);
	backlog_clear(&b);
}

static long size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : (long)st.st_size;
}

static void logs_are_bounded(void **state)
{
	char dir[] = "/tmp/xylem-log-XXXXXX", path[100], old[110];
	char line[1024], seen[5] = "";
	struct logfile l;
	unsigned int i;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/guest-.._up.log", dir);
	snprintf(old, sizeof(old), "%s.1", path);
	assert_int_equal(logfile_open(&l, dir, "../up"), 0);
	logfile_write(&l, "first", 5);
	assert_int_equal(size_of(path), 5); /* there at once */
	memset(line, 'x', sizeof(line));
	for (i = 0; i < 3000; i++)
		logfile_write(&l, line, sizeof(line));
	logfile_write(&l, "last", 4);
	assert_in_range(size_of(path), 4, LOGFILE_BYTES + 1024);
	assert_in_range(size_of(old), LOGFILE_BYTES, LOGFILE_BYTES + 1024);
	logfile_close(&l);
	/* The next one appends, and knows how much is there. */
	i = (unsigned int)size_of(path);
	logfile_open(&l, dir, "../up");
	assert_int_equal(l.bytes, i);
	logfile_close(&l);
	f = fopen(path, "r");
	fseek(f, -4, SEEK_END);
	assert_int_equal(fread(seen, 1, 4, f), 4);
	fclose(f);
	assert_string_equal(seen, "last");
	unlink(path);
	unlink(old);
	rmdir(dir);
	/* A place that is not there costs the log only. */
	assert_int_equal(logfile_open(&l, dir, "x"), -ENOENT);
	logfile_write(&l, "lost", 4);
	logfile_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(output_comes_through, setup,
						teardown),
		cmocka_unit_test_setup_teardown(input_comes_through, setup,
						teardown),
		cmocka_unit_test_setup_teardown(liars_lose_their_output_only,
						setup, teardown),
		cmocka_unit_test(backlog_keeps_the_newest),
		cmocka_unit_test(logs_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
