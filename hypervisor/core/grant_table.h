/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A domain's grant table and maptrack, private to core/grant*.c.
 *
 *   shared frame (guest's)           active entries (ours)
 *   word: domid | flags   frame      frame  domid  readers  writers
 *
 * The active entry is what counts while it has a pin: the guest may write
 * anything into its shared frames at any time.
 */
#ifndef CORE_GRANT_TABLE_H
#define CORE_GRANT_TABLE_H

#include "core/grant.h"

#define ENTRIES_PER_FRAME	512u

/* Public entry, with flags and domid as the one word they are changed as. */
struct shared_entry {
	uint32_t word;		/* [both, atomic] domid << 16 | flags */
	uint32_t frame;		/* [guest] */
};
_Static_assert(sizeof(struct shared_entry) ==
	       sizeof(struct xy_grant_entry_v1), "one entry");

struct active_entry {
	uint32_t frame;		/* valid while pinned */
	uint16_t domid;		/* who pins; valid while pinned */
	uint32_t readers, writers;	/* pins of either kind */
};

/* Maptrack flags: the public XY_GNTMAP_ bits of the map, and ours. */
#define MAP_DEV		XY_GNTMAP_device_map
#define MAP_HOST	XY_GNTMAP_host_map
#define MAP_RO		XY_GNTMAP_readonly
#define MAP_PTE		XY_GNTMAP_contains_pte
#define MAP_BUSY	0x80	/* an unmap is at work on it */

struct map_entry {
	struct domain *granter;	/* a reference; NULL: free */
	mfn_t mfn;		/* a user: DATA, or none when MAP_RO */
	uint32_t ref;
	uint32_t next_free;	/* of a free one: handle, or NO_HANDLE */
	uint8_t flags;
};

#define MAPS_PER_CHUNK	128u
#define MAPS_PER_FRAME	256u	/* what a public maptrack frame holds */
#define NO_HANDLE	0xffffffffu
_Static_assert(sizeof(struct map_entry) * MAPS_PER_CHUNK == PAGE_SIZE,
	       "a chunk of maptrack is one frame");

struct grant_table {		/* lock: the domain's grant_lock */
	unsigned int frames, max_frames;
	struct shared_entry **shared;	/* per frame; not used once gone */
	struct active_entry **active;	/* per frame */
	uint64_t pins;			/* all of them, for the books */
	bool gone;			/* dying: no new pins, no new maps */

	unsigned int max_chunks;
	struct map_entry **maps;	/* chunks; NULL until the first map */
	unsigned int chunks;		/* made so far */
	uint32_t free_map;		/* first free handle or NO_HANDLE */
	unsigned int maps_in_flight;	/* handles reserved, not yet valid */
	unsigned int maps_used;

	uint32_t destroy_at;		/* next handle to look at */
	bool unshared;			/* destruction got that far */
};

/*
 * pins more uses of entry ref by domain `by`: GNTST_okay and the frame, which
 * the caller has yet to take from the granter; or why not.  No lock held.
 */
int16_t grant_pin(struct domain *granter, uint32_t ref, uint16_t by,
		  bool write, unsigned int pins, mfn_t *mfn) must_check;
void grant_unpin(struct domain *granter, uint32_t ref, bool write,
		 unsigned int pins);

/* A user of a granted frame, with the role its use asks for. */
bool grant_frame_take(struct domain *granter, mfn_t mfn, bool write)
	must_check;
void grant_frame_drop(mfn_t mfn, bool write);

/* core/grant_map.c: one bounded step of giving up what d has mapped. */
int grant_maps_destroy_step(struct domain *d) must_check;
/* The first handles, before anybody asks for one. */
bool grant_maps_first(struct grant_table *t) must_check;
void grant_maps_free(struct grant_table *t);

#endif
