/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must be true in a model: else it says what was not, and ends.
 *
 * A model whose run has many steps names the variable that counts them, an
 * unsigned long, as MODEL_STEP before it includes this.
 */
#ifndef MODEL_MUST_H
#define MODEL_MUST_H

#include <stdio.h>
#include <stdlib.h>

#ifdef MODEL_STEP
#define MUST(x) do { if (!(x)) { \
	fprintf(stderr, "%s:%d: not true: %s (step %lu)\n", __FILE__, \
		__LINE__, #x, MODEL_STEP); \
	exit(1); } } while (0)
#else
#define MUST(x) do { if (!(x)) { \
	fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #x); \
	exit(1); } } while (0)
#endif

#endif
