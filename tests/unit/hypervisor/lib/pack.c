// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sample data and the laws every decoder must keep; see pack.h.
 */
#include "pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

struct bytes room(size_t size)
{
	struct bytes b = { malloc(size ? size : 1), size };

	assert_non_null(b.data);
	return b;
}

void drop(struct bytes b)
{
	free(b.data);
}

static void fill_words(struct bytes b, uint32_t *seed)
{
	static const char *const words[] = { "page ", "table ", "grant ",
					     "event channel ", "mfn=", "0x",
					     "\n", "domain " };
	size_t i = 0;

	while (i < b.size) {
		const char *w = words[next_random(seed) % ARRAY_SIZE(words)];
		size_t n = strlen(w), back = next_random(seed) % (i + 1);

		if (next_random(seed) % 8 == 0 && back > 40) {
			for (n = 0; n < 37 && i < b.size; n++, i++)
				b.data[i] = b.data[i - back];
			continue;
		}
		for (size_t k = 0; k < n && i < b.size; k++)
			b.data[i++] = (uint8_t)w[k];
	}
}

static void fill_periods(struct bytes b, uint32_t *seed)
{
	size_t i = 0;

	while (i < b.size) {
		size_t period = 1 + next_random(seed) % 20;
		size_t run = period + next_random(seed) % 300;

		for (size_t k = 0; k < run && i < b.size; k++, i++)
			b.data[i] = k < period ? (uint8_t)next_random(seed) :
						 b.data[i - period];
	}
}

static void fill_code(struct bytes *b)
{
	FILE *f = fopen("/proc/self/exe", "rb");

	assert_non_null(f);
	b->size = fread(b->data, 1, b->size, f);
	fclose(f);
}

struct bytes sample(enum sample kind, size_t size)
{
	static const uint8_t calls[] = { 0xE8, 0xE9, 0xE8, 0, 0, 0xFF, 1, 3 };
	struct bytes b = room(kind == SAMPLE_EMPTY ? 0 :
			      kind == SAMPLE_ONE   ? 1 :
						     size);
	uint32_t seed = 0x12345 + kind;

	switch (kind) {
	case SAMPLE_ONE:
		b.data[0] = 'x';
		break;
	case SAMPLE_ZEROS:
		memset(b.data, 0, b.size);
		break;
	case SAMPLE_NOISE:
		for (size_t i = 0; i < b.size; i++)
			b.data[i] = (uint8_t)next_random(&seed);
		break;
	case SAMPLE_WORDS:
		fill_words(b, &seed);
		break;
	case SAMPLE_PERIODS:
		fill_periods(b, &seed);
		break;
	case SAMPLE_CODE:
		fill_code(&b);
		break;
	case SAMPLE_CALLS:
		for (size_t i = 0; i < b.size; i++)
			b.data[i] = calls[next_random(&seed) % sizeof(calls)];
		break;
	case SAMPLE_EMPTY:
	case SAMPLES:
		break;
	}
	return b;
}

/* Decodes exact copies; the caller drops *result. */
static enum unpack_status decode(struct bytes packed, size_t capacity,
				 struct bytes *result)
{
	struct bytes in = room(packed.size), work = room(UNPACK_WORK_BYTES);
	struct unpack_in from = { in.data, in.size };
	struct unpack_work w = { .base = work.data, .size = work.size };
	struct unpack_out out = { 0 };
	enum unpack_status s;

	*result = room(capacity);
	memcpy(in.data, packed.data, packed.size);
	memset(work.data, 0xA5, work.size);
	out.base = result->data;
	out.capacity = capacity;
	s = unpack(&from, &out, &w);
	if (s == UNPACK_OK) {
		assert_true(out.used <= capacity);
		assert_true(out.consumed <= packed.size);
		result->size = out.used;
	}
	drop(in);
	drop(work);
	return s;
}

static bool same(struct bytes a, struct bytes b)
{
	return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

void check_unpacks(struct bytes packed, struct bytes plain)
{
	static const size_t spare[] = { 0, 1, 7, 15, 16, 17, 100 };
	struct bytes result;

	for (size_t i = 0; i < ARRAY_SIZE(spare); i++) {
		assert_int_equal(decode(packed, plain.size + spare[i],
					&result),
				 UNPACK_OK);
		assert_true(same(result, plain));
		drop(result);
	}
	if (!plain.size)
		return;
	assert_int_equal(decode(packed, plain.size - 1, &result),
			 UNPACK_NO_SPACE);
	drop(result);
}

void check_prefixes(struct bytes packed, struct bytes plain, bool self_ending)
{
	for (size_t n = 0; n < packed.size; n++) {
		struct bytes result, prefix = { packed.data, n };
		enum unpack_status s = decode(prefix, plain.size, &result);

		if (s == UNPACK_OK) {
			assert_false(self_ending);
			assert_true(result.size <= plain.size);
			assert_memory_equal(result.data, plain.data,
					    result.size);
		}
		drop(result);
	}
}

void check_flips(struct bytes packed, struct bytes plain, bool checked)
{
	for (size_t bit = 0; bit < packed.size * 8; bit++) {
		uint8_t mask = (uint8_t)(1u << bit % 8);
		struct bytes result;
		enum unpack_status s;

		packed.data[bit / 8] ^= mask;
		s = decode(packed, plain.size + 64, &result);
		packed.data[bit / 8] ^= mask;
		if (s == UNPACK_OK && checked)
			assert_true(same(result, plain));
		drop(result);
	}
}
