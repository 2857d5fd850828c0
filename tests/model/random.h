/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pseudo-random words for the models: xorshift, the same on every machine.
 *
 * A model keeps its seed, which is never 0, so that a failure comes again.
 */
#ifndef MODEL_RANDOM_H
#define MODEL_RANDOM_H

#include <stdint.h>

static inline uint64_t random_word(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

#endif
