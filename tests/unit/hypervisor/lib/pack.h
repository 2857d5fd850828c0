/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the decompressor tests: plain data to pack, and what must hold
 * for every packed stream.  Buffers given to the decoder have their exact
 * size, so that the sanitizer sees one byte too many in either direction.
 */
#ifndef TESTS_UNIT_HYPERVISOR_LIB_PACK_H
#define TESTS_UNIT_HYPERVISOR_LIB_PACK_H

#include "lib/unpack.h"

struct bytes {
	uint8_t *data;
	size_t size;
};

enum sample {
	SAMPLE_EMPTY,
	SAMPLE_ONE,		/* one byte */
	SAMPLE_ZEROS,
	SAMPLE_NOISE,		/* does not pack */
	SAMPLE_WORDS,		/* short matches, near and far */
	SAMPLE_PERIODS,		/* matches of distance 1 to 20 */
	SAMPLE_CODE,		/* this program's own machine code */
	SAMPLE_CALLS,		/* thick with bytes the x86 filter looks at */
	SAMPLES
};

/* A sample of up to `size` bytes, the same for the same arguments. */
struct bytes sample(enum sample kind, size_t size);
void drop(struct bytes b);
struct bytes room(size_t size);

/* Decodes to exactly this, into exact and roomy buffers, not into less. */
void check_unpacks(struct bytes packed, struct bytes plain);

/* No prefix decodes; with `self_ending` false, one may, to a prefix. */
void check_prefixes(struct bytes packed, struct bytes plain, bool self_ending);

/* A flipped bit is an error or changes nothing; `checked`: has a checksum. */
void check_flips(struct bytes packed, struct bytes plain, bool checked);

#endif
