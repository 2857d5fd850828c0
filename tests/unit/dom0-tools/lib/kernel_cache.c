// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unpacked kernels, kept: found again by all that names a kernel file and by
 * nothing less, two of them at most, in nobody else's directory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dom0-tools/lib/kernel_cache.h"

#define BYTES 10000u

static uint8_t data[BYTES];

static int fresh(void **state)
{
	(void)state;
	for (size_t i = 0; i < BYTES; i++)
		data[i] = (uint8_t)(i * 13 + (i >> 7));
	return system("rm -rf " KERNEL_CACHE_DIR);
}

/* A kernel file of an hour ago. */
static struct stat kernel(ino_t inode)
{
	struct stat st = { .st_dev = 1, .st_ino = inode, .st_size = 5000 };

	st.st_mtim.tv_sec = time(NULL) - 7200;
	st.st_ctim.tv_sec = time(NULL) - 3600;
	return st;
}

static int has(struct stat st)
{
	int fd = kernel_cache_open(&st, BYTES);
	uint8_t got[BYTES];

	if (fd < 0)
		return 0;
	assert_int_equal(read(fd, got, BYTES), BYTES);
	assert_memory_equal(got, data, BYTES);
	assert_int_equal(read(fd, got, 1), 0);
	close(fd);
	return 1;
}

static void finds_what_it_kept(void **state)
{
	struct stat st = kernel(7);

	(void)state;
	assert_false(has(st));
	kernel_cache_keep(&st, data, BYTES);
	assert_true(has(st));
	kernel_cache_keep(&st, data, BYTES);
	assert_true(has(st));
	assert_int_equal(kernel_cache_open(&st, BYTES + 1), -1);
}

static void knows_another_version(void **state)
{
	struct stat st = kernel(7), other;

	(void)state;
	kernel_cache_keep(&st, data, BYTES);
	other = st, other.st_dev++;
	assert_false(has(other));
	other = st, other.st_ino++;
	assert_false(has(other));
	other = st, other.st_size++;
	assert_false(has(other));
	other = st, other.st_mtim.tv_nsec++;
	assert_false(has(other));
	other = st, other.st_ctim.tv_sec++;
	assert_false(has(other));
	other = st, other.st_ctim.tv_nsec++;
	assert_false(has(other));
	assert_true(has(st));
}

static void waits_until_a_file_is_settled(void **state)
{
	struct stat st = kernel(7);

	(void)state;
	st.st_ctim.tv_sec = time(NULL);
	kernel_cache_keep(&st, data, BYTES);
	assert_false(has(st));
	/* A clock that went back. */
	st.st_ctim.tv_sec = time(NULL) + 1000;
	kernel_cache_keep(&st, data, BYTES);
	assert_false(has(st));
}

static void keeps_the_two_used_last(void **state)
{
	struct stat a = kernel(1), b = kernel(2), c = kernel(3);

	(void)state;
	kernel_cache_keep(&a, data, BYTES);
	usleep(20000);	/* more than a tick of the file system's clock */
	kernel_cache_keep(&b, data, BYTES);
	usleep(20000);
	assert_true(has(a));
	usleep(20000);
	kernel_cache_keep(&c, data, BYTES);
	assert_true(has(a));
	assert_false(has(b));
	assert_true(has(c));
}

static void trusts_no_file_of_others(void **state)
{
	struct stat st = kernel(7);

	(void)state;
	kernel_cache_keep(&st, data, BYTES);
	assert_int_equal(system("chmod g+w " KERNEL_CACHE_DIR "/*"), 0);
	assert_false(has(st));
	assert_int_equal(system("chmod g-w " KERNEL_CACHE_DIR "/*"), 0);
	assert_true(has(st));
	assert_int_equal(system("chmod o+w " KERNEL_CACHE_DIR), 0);
	assert_false(has(st));
	/* A link in place of the directory. */
	assert_int_equal(system("chmod o-w " KERNEL_CACHE_DIR "; mv "
				KERNEL_CACHE_DIR " " KERNEL_CACHE_DIR ".real; "
				"ln -s " KERNEL_CACHE_DIR ".real "
				KERNEL_CACHE_DIR), 0);
	assert_false(has(st));
	kernel_cache_keep(&st, data, BYTES);
	assert_int_equal(system("rm -rf " KERNEL_CACHE_DIR "*"), 0);
}

static void keeps_nothing_too_large(void **state)
{
	struct stat st = kernel(7);

	(void)state;
	/* There are no such pages to read: it must be refused first. */
	kernel_cache_keep(&st, data, 1ull << 50);
	assert_int_equal(kernel_cache_open(&st, 1ull << 50), -1);
	assert_false(has(st));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(finds_what_it_kept, fresh),
		cmocka_unit_test_setup(knows_another_version, fresh),
		cmocka_unit_test_setup(waits_until_a_file_is_settled, fresh),
		cmocka_unit_test_setup(keeps_the_two_used_last, fresh),
		cmocka_unit_test_setup(trusts_no_file_of_others, fresh),
		cmocka_unit_test_setup_teardown(keeps_nothing_too_large, fresh,
						fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
