/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A world for tests of grants: the full machine, domains with grant tables,
 * and a tree of page tables for each vCPU 0, loaded on the CPU of the
 * domain's number.  World.l1[d] is the L1 table behind WORLD_VA, empty.
 */
#ifndef FAKES_GRANTS_H
#define FAKES_GRANTS_H

#include "fakes/arch.h"
#include "fakes/dom.h"
#include "core/grant.h"

#define WORLD_VA	0xffff888000000000UL
#define WORLD_PAGES	8

struct world {
	struct domain *dom[FAKE_DOMS];
	struct vcpu *vcpu[FAKE_DOMS];
	mfn_t l1[FAKE_DOMS];
	mfn_t page[FAKE_DOMS][WORLD_PAGES];	/* plain frames of each */
};

extern struct world world;

void world_make(unsigned int max_frames, unsigned int max_maptrack);
/* Every domain dies, lowest first; nothing may be left. */
void world_end(void);
/* One domain dies, as far as it can while others hold it. */
void world_kill(unsigned int d);

/* The grant entry a guest sees, and how it writes it. */
struct xy_grant_entry_v1 *world_entry(unsigned int d, uint32_t ref);
void world_grant(unsigned int d, uint32_t ref, uint16_t to, mfn_t mfn,
		 unsigned int flags);
/* The L1 entry of page n behind WORLD_VA, by machine address and value. */
uint64_t world_pte_addr(unsigned int d, unsigned int n);
uint64_t world_pte(unsigned int d, unsigned int n);

#endif
