// SPDX-License-Identifier: GPL-2.0-only
/* The payload of a bzImage is found, or the reason why not is given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "dom0-tools/lib/bzimage.h"

#define FILE_BYTES 0x2000
#define PAYLOAD 0x1400		/* (1 + 8) sectors + 0x200 */
#define LENGTH 0x104

static uint8_t file[FILE_BYTES];

static void put32(size_t at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		file[at + (size_t)i] = (uint8_t)(v >> i * 8);
}

static int make(void **state)
{
	(void)state;
	memset(file, 0, sizeof(file));
	file[0x1f1] = 8;
	file[0x1fe] = 0x55;
	file[0x1ff] = 0xaa;
	memcpy(file + 0x202, "HdrS\x0f\x02", 6);
	put32(0x248, 0x200);
	put32(0x24c, LENGTH);
	memcpy(file + PAYLOAD, "\xfd" "7zXZ", 6);
	put32(PAYLOAD + LENGTH - 4, 0x123456);
	return 0;
}

static const char *refusal(size_t bytes)
{
	struct bzimage image;
	const char *why = NULL;

	if (bzimage_find(file, bytes, &image, &why) == 0)
		return "";
	assert_non_null(why);
	return why;
}

static void found(void **state)
{
	struct bzimage image;
	const char *why;

	(void)state;
	assert_true(bzimage_is(file, sizeof(file)));
	assert_int_equal(bzimage_find(file, sizeof(file), &image, &why), 0);
	assert_ptr_equal(image.payload, file + PAYLOAD);
	assert_int_equal(image.payload_bytes, LENGTH - 4);
	assert_int_equal(image.unpacked_bytes, 0x123456);
}

/* gzip's size word is a part of its stream. */
static void found_gzip(void **state)
{
	struct bzimage image;
	const char *why;

	(void)state;
	memcpy(file + PAYLOAD, "\x1f\x8b\x08", 3);
	assert_int_equal(bzimage_find(file, sizeof(file), &image, &why), 0);
	assert_int_equal(image.payload_bytes, LENGTH);
	assert_int_equal(image.unpacked_bytes, 0x123456);
}

/* No setup_sects means four. */
static void found_old_setup(void **state)
{
	struct bzimage image;
	const char *why;

	(void)state;
	file[0x1f1] = 0;
	put32(0x248, PAYLOAD - 5 * 512);
	assert_int_equal(bzimage_find(file, sizeof(file), &image, &why), 0);
	assert_ptr_equal(image.payload, file + PAYLOAD);
}

static void refused(void **state)
{
	(void)state;
	assert_false(bzimage_is(file, 0x24f));
	assert_string_equal(refusal(sizeof(file)), "");
	assert_non_null(strstr(refusal(PAYLOAD + LENGTH - 1), "truncated"));
	file[0x206] = 0x07;
	assert_non_null(strstr(refusal(sizeof(file)), "boot protocol"));
	file[0x206] = 0x0f;
	put32(0x24c, 4);
	assert_non_null(strstr(refusal(sizeof(file)), "no payload"));
	put32(0x24c, 0xffffffff);
	assert_non_null(strstr(refusal(sizeof(file)), "truncated"));
	put32(0x24c, LENGTH);
	put32(0x248, 0xfffffff0);
	assert_non_null(strstr(refusal(sizeof(file)), "truncated"));
	put32(0x248, 0x200);
	put32(PAYLOAD + LENGTH - 4, 0xf0000000);
	assert_non_null(strstr(refusal(sizeof(file)), "corrupt"));
	file[0x202] = 'h';
	assert_non_null(strstr(refusal(sizeof(file)), "no bzImage"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(found, make),
		cmocka_unit_test_setup(found_gzip, make),
		cmocka_unit_test_setup(found_old_setup, make),
		cmocka_unit_test_setup(refused, make),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
