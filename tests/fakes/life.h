/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rest of a machine, for tests that link the real core/dom.c, vcpu.c,
 * sched.c and timer.c on top of fakes/arch.h: a clock that a test moves, a
 * processor with SSE and AVX, a console that keeps its text.
 */
#ifndef FAKES_LIFE_H
#define FAKES_LIFE_H

#include "fakes/arch.h"
#include "fakes/guest.h"

struct fake_life {
	uint64_t now_ns;
	const char *log;		/* what con_read_ring() reads */
	unsigned int clears, keys;
	char key;			/* the last one */
};

extern struct fake_life fake_life;

/* dom0 with one vCPU, running on CPU 0; the arena is clean. */
void life_make(void);
/* Takes dom0 and the machine down: is every frame back in the heap? */
bool life_end(void);
/* A domctl or sysctl of dom0 with its envelope in the arena's first bytes. */
struct xy_domctl *life_domctl(uint32_t cmd, uint16_t domain);
struct xy_sysctl *life_sysctl(uint32_t cmd);
int64_t life_call(bool domctl);		/* once */
int64_t life_call_all(bool domctl);	/* until it is done */

#endif
