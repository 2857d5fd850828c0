/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the decompressor fuzzers share: a decoder is given an exact copy of
 * the input and an output area of a chosen size, so that the sanitizer sees
 * every byte read or written outside.
 */
#ifndef TESTS_FUZZ_UNPACK_FUZZ_H
#define TESTS_FUZZ_UNPACK_FUZZ_H

#include "lib/unpack.h"

#include <stdlib.h>
#include <string.h>

enum { FUZZ_ROOM = 1 << 16 };

struct decoded {
	enum unpack_status status;
	uint8_t *data;		/* to be freed */
	size_t size;
};

static inline struct decoded fuzz_unpack(const uint8_t *data, size_t size,
					 size_t capacity)
{
	uint8_t *in = malloc(size ? size : 1);
	struct unpack_in from = { in, size };
	struct unpack_out out = { malloc(capacity ? capacity : 1), capacity,
				  0, 0 };
	static uint64_t tables[UNPACK_WORK_BYTES / 8];
	struct unpack_work work = { tables, sizeof(tables) };
	struct decoded d;

	memcpy(in, data, size);
	d.status = unpack(&from, &out, &work);
	d.data = out.base;
	d.size = d.status == UNPACK_OK ? out.used : 0;
	if (d.size > capacity || out.consumed > size)
		abort();
	free(in);
	return d;
}

/* Both decoders succeeded: they must agree. */
static inline void fuzz_same(const struct decoded *d, const uint8_t *want,
			     size_t size)
{
	if (d->size != size || (size && memcmp(d->data, want, size)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
