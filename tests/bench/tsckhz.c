// SPDX-License-Identifier: GPL-2.0-only
/*
 * tsckhz: this machine's time stamp counter, in kHz, to five digits.
 *
 * TCG hands the host's counter to its guests. A kernel that calibrates it by an
 * emulated timer on a busy machine errs by per cents, at times by factors; the
 * bench tells the kernels that can be told. Half a second of waiting.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

/* A pair read closely together: of several the one that took least. */
static void pair(uint64_t *ns, uint64_t *tsc)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < 200; i++) {
		uint64_t before = __builtin_ia32_rdtsc();
		uint64_t t = now_ns();
		uint64_t after = __builtin_ia32_rdtsc();

		if (after - before < best) {
			best = after - before;
			*ns = t;
			*tsc = before + best / 2;
		}
	}
}

int main(void)
{
	uint64_t ns0, ns1, tsc0, tsc1;
	struct timespec half = { .tv_nsec = 500000000 };

	pair(&ns0, &tsc0);
	nanosleep(&half, NULL);
	pair(&ns1, &tsc1);
	printf("%.0f\n", (double)(tsc1 - tsc0) * 1e6 / (double)(ns1 - ns0));
	return 0;
}
