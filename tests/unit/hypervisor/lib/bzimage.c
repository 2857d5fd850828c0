// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boot images made here around a gzip and an lz4 payload, whole, cut and with
 * wrong fields.
 */
#include "lib/bzimage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>

enum { PLAIN = 3000, SETUP = 3, OFFSET = 0x2C0 };

struct image {
	uint8_t *data;
	size_t size, payload_at;
	uint8_t plain[PLAIN];
};

static void put(struct image *m, size_t at, uint32_t v, size_t bytes)
{
	memcpy(m->data + at, &v, bytes);
}

static size_t pack_gzip(struct image *m, uint8_t *to, size_t room)
{
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, 0), Z_OK);
	z.next_in = m->plain;
	z.avail_in = PLAIN;
	z.next_out = to;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	room -= z.avail_out;
	deflateEnd(&z);
	return room;
}

/* One block of literals only: a token, the length's further bytes, bytes. */
static size_t pack_lz4(struct image *m, uint8_t *to)
{
	uint32_t magic = 0x184C2102, size = 1 + (PLAIN - 15) / 255 + 1 + PLAIN;
	uint32_t word = PLAIN;
	uint8_t *p = to + 8;

	memcpy(to, &magic, 4);
	memcpy(to + 4, &size, 4);
	*p++ = 0xF0;
	memset(p, 255, (PLAIN - 15) / 255);
	p += (PLAIN - 15) / 255;
	*p++ = (PLAIN - 15) % 255;
	memcpy(p, m->plain, PLAIN);
	memcpy(p + PLAIN, &word, 4);
	return 8 + size + 4;
}

static struct image make(bool lz4)
{
	struct image m = { .data = calloc(1, 16384) };
	size_t n;

	for (size_t i = 0; i < PLAIN; i++)
		m.plain[i] = (uint8_t)(i * i >> 6);
	m.payload_at = (SETUP + 1) * 512 + OFFSET;
	put(&m, 0x1F1, SETUP, 1);
	put(&m, 0x1FE, 0xAA55, 2);
	memcpy(m.data + 0x202, "HdrS", 4);
	put(&m, 0x206, 0x20F, 2);
	put(&m, 0x248, OFFSET, 4);
	n = lz4 ? pack_lz4(&m, m.data + m.payload_at) :
		  pack_gzip(&m, m.data + m.payload_at, 8192);
	put(&m, 0x24C, (uint32_t)n, 4);
	m.size = m.payload_at + n;
	m.data = realloc(m.data, m.size);
	return m;
}

static enum bzimage_status judge(struct image *m)
{
	struct bzimage image;
	enum bzimage_status s = bzimage_open(&image, m->data, m->size);

	assert_true(strlen(bzimage_strerror(s)) > 5);
	free(m->data);
	return s;
}

static void test_good(void **state)
{
	(void)state;
	for (int lz4 = 0; lz4 < 2; lz4++) {
		struct image m = make(lz4);
		struct bzimage image;
		uint8_t *to = malloc(PLAIN);
		struct unpack_out out = { .base = to, .capacity = PLAIN };
		struct unpack_work w = { .base = malloc(UNPACK_WORK_BYTES),
					 .size = UNPACK_WORK_BYTES };

		assert_int_equal(bzimage_open(&image, m.data, m.size),
				 BZIMAGE_OK);
		assert_string_equal(image.format, lz4 ? "lz4" : "gzip");
		assert_int_equal(image.unpacked_bytes, PLAIN);
		assert_int_equal(image.protocol, 0x20F);
		assert_ptr_equal(image.payload.data, m.data + m.payload_at);
		assert_int_equal(image.payload.size,
				 m.size - m.payload_at - (lz4 ? 4 : 0));
		assert_int_equal(bzimage_unpack(&image, &out, &w), UNPACK_OK);
		assert_int_equal(out.used, PLAIN);
		assert_memory_equal(to, m.plain, PLAIN);
		/* The size word rules: neither more nor less may come out. */
		image.unpacked_bytes--;
		assert_int_equal(bzimage_unpack(&image, &out, &w),
				 UNPACK_NO_SPACE);
		image.unpacked_bytes += 2;
		assert_int_equal(bzimage_unpack(&image, &out, &w),
				 UNPACK_NO_SPACE);
		free(w.base);
		free(to);
		free(m.data);
	}
}

static void test_refusals(void **state)
{
	struct image m;

	(void)state;
#define REFUSED(change, status)						\
	do {								\
		m = make(true);						\
		change;							\
		assert_int_equal(judge(&m), status);			\
	} while (0)
	REFUSED((void)0, BZIMAGE_OK);
	REFUSED(m.size = 0x24F, BZIMAGE_NOT_LINUX);
	REFUSED(put(&m, 0x1FE, 0, 2), BZIMAGE_NOT_LINUX);
	REFUSED(m.data[0x202] = 'h', BZIMAGE_NOT_LINUX);
	REFUSED(put(&m, 0x206, 0x207, 2), BZIMAGE_OLD);
	REFUSED(put(&m, 0x206, 0x208, 2), BZIMAGE_OK);
	REFUSED(put(&m, 0x24C, 0, 4), BZIMAGE_NO_PAYLOAD);
	REFUSED(m.size--, BZIMAGE_OUT_OF_BOUNDS);
	REFUSED(put(&m, 0x248, ~0u, 4), BZIMAGE_OUT_OF_BOUNDS);
	REFUSED(put(&m, 0x24C, ~0u, 4), BZIMAGE_OUT_OF_BOUNDS);
	REFUSED(put(&m, 0x1F1, 0, 1), BZIMAGE_OUT_OF_BOUNDS);
	REFUSED(put(&m, m.payload_at, 0x685A42, 4), BZIMAGE_UNKNOWN_FORMAT);
	REFUSED(put(&m, m.size - 4, 0, 4), BZIMAGE_BAD_SIZE);
	REFUSED(put(&m, m.size - 4, ~0u, 4), BZIMAGE_BAD_SIZE);
#undef REFUSED
}

static void test_cut(void **state)
{
	(void)state;
	for (size_t size = 0, whole = 1; size < whole; size++) {
		struct image m = make(false);

		whole = m.size;
		m.data = realloc(m.data, size ? size : 1);
		m.size = size;
		assert_int_not_equal(judge(&m), BZIMAGE_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
