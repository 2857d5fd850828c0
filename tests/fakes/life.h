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
/* What handles name lies from this offset of the arena on. */
#define LIFE_MORE	0x1000u
#define LIFE_VA		0xffffffff80000000UL

uint64_t life_handle(uint64_t offset);	/* of the arena, for the tools */
void *life_arena(uint64_t offset);

/*
 * For cmocka: a machine before each test; after it all domains but dom0 are
 * destroyed, and every frame must be back.
 */
int life_setup(void **state);
int life_teardown(void **state);
extern uint64_t life_free_before;	/* a test may take frames for good */

/* Domains by domctl.  life_ready: with its vCPUs and room for 100 pages. */
int64_t life_create(unsigned int vcpus, uint16_t want, uint16_t *id);
struct domain *life_ready(unsigned int vcpus);
struct domain *life_find(uint16_t id);	/* without a reference */
void life_destroy(uint16_t id);
mfn_t life_frame(struct domain *d);
/* A root with one page behind LIFE_VA, not yet pinned. */
mfn_t life_tables(struct domain *d, mfn_t *data);
/* setvcpucontext, all of it in the arena at LIFE_MORE: starts in LIFE_VA. */
int64_t life_set_context(uint16_t id, uint32_t vcpu, mfn_t root);
int64_t life_call(bool domctl);		/* once */
int64_t life_call_all(bool domctl);	/* until it is done */

#endif
