/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the files of the page-table code (core/pt*.c).
 */
#ifndef CORE_PT_INT_H
#define CORE_PT_INT_H

#include "core/dom_mm.h"
#include "core/pt.h"
#include "core/vcpu.h"

/*
 * Entries one step may look at: 4096, about 0.6 million instructions.  It must
 * exceed what a resumed step repeats (3 tables) and one table more; model
 * tests, whose tables are nearly empty, lower it.
 */
extern unsigned int pt_step_entries;

static inline enum role level_role(unsigned int level)
{
	return (enum role)(ROLE_L1 + level - 1);
}

static inline unsigned int role_level(enum role role)
{
	return (unsigned int)role - ROLE_L1 + 1;
}

static inline bool role_is_upper(enum role role)
{
	return role >= ROLE_L2 && role <= ROLE_L4;
}

static inline uint64_t entry_load(const uint64_t *slot)
{
	return __atomic_load_n(slot, __ATOMIC_ACQUIRE);
}

static inline bool entry_swap(uint64_t *slot, uint64_t *old, uint64_t new)
{
	return __atomic_compare_exchange_n(slot, old, new, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/*
 * Counts work of this CPU, in entries; handlers read it with pt_work_done()
 * and stop between two items when they have done enough.
 */
void pt_work_add(unsigned int entries);

/* ---- pt.c: what an entry promises.  Levels 2 to 4 with the mm lock. ---- */
int l1_take(const struct pt_request *r, uint64_t *e) must_check;
void l1_drop(struct domain *table_owner, uint64_t e);
/* A present entry of level 2 to 4; adjusts it. */
int upper_take(struct domain *d, unsigned int level, uint64_t *e,
	       unsigned int *budget) must_check;
int table_take(struct domain *d, unsigned int level, mfn_t mfn,
	       unsigned int *budget) must_check;
void table_drop(struct domain *d, unsigned int level, mfn_t mfn);
/* Ends one call's use of the list of finished tables. */
void work_end(struct domain *d);
void work_release(struct domain *d);
/* Takes one table apart after another; true: none left. */
bool drain_some(struct domain *d, unsigned int *budget);

/* ---- pt_update.c ---- */
/*
 * One L1 entry from `old` to what `new` says; the caller holds a user of the
 * table's role.  -XY_EAGAIN: it is not `old` any more; nothing changed.
 */
int l1_swap(const struct pt_request *r, uint64_t *slot, uint64_t old,
	    uint64_t new) must_check;
/* A user of the L1 role of the frame that holds `where`; NULL: not an L1. */
uint64_t *l1_hold(struct domain *d, maddr_t where);
void l1_put(struct domain *d, maddr_t where);

#endif
