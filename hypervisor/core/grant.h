/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Grant tables, version 1: a domain lets another map or copy frames of its.
 *
 * Two tables per domain.  As a granter: the entries it shares with us, and an
 * ACTIVE ENTRY beside each, which pins what was promised (frame, grantee,
 * read or write) for as long as anybody uses it.  As a mapper: the MAPTRACK,
 * one entry for each grant it has mapped; a handle is an index into it.
 *
 * A pin keeps the grant's reading and writing bits set; a maptrack entry holds
 * pins, a user of the frame and a reference on the granter.  The status of an
 * operation is a public XY_GNTST_ number.
 *
 * Lock: the domain's grant_lock, of one domain at a time.  No frame is taken
 * or dropped and no domain reference put while it is held.
 */
#ifndef CORE_GRANT_H
#define CORE_GRANT_H

#include "abi/grant.h"
#include "core/dom.h"
#include "lib/types.h"

/* What a domain gets that does not say (createdomain with -1, or 0). */
#define GRANT_FRAMES_DEFAULT	64u
#define GRANT_MAPTRACK_DEFAULT	1024u	/* frames of 256 handles */
#define GRANT_FRAMES_LIMIT	4096u
#define GRANT_MAPTRACK_LIMIT	16384u

/* Largest batch of unmaps that share a TLB flush. */
#define GRANT_BATCH		32u

/* Life.  Limits: 0 and -1 mean the default; -XY_EINVAL, -XY_ENOMEM. */
int grant_create(struct domain *d, unsigned int max_frames,
		 unsigned int max_maptrack) must_check;
/*
 * A bounded step of letting go: no new use of d's grants from the first step
 * on; what d has mapped is given up; what others have of d stays theirs.
 * 0 done, -XY_ERESTART.  d has been marked dying.
 */
int grant_destroy_step(struct domain *d) must_check;
/* Nobody refers to d any more; d->grants may be NULL. */
void grant_free(struct domain *d);

/* Number of shared frames now, and the most there may be. */
void grant_size(struct domain *d, unsigned int *now, unsigned int *most);
/* At least count shared frames; -XY_EINVAL over the limit, -XY_ENOMEM. */
int grant_grow(struct domain *d, unsigned int count) must_check;
/* mfn of shared frame number idx, made if need be; errors as grant_grow. */
int grant_frame(struct domain *d, unsigned int idx, mfn_t *out) must_check;
/*
 * map_grant_ref by v for granter: fills op's OUT fields, status included.
 * Flags that say neither host nor device are GNTST_bad_gntref.
 */
void grant_map(struct vcpu *v, struct domain *granter,
	       struct xy_gnttab_map_grant_ref *op);

/*
 * Unmapping goes in batches, so that one TLB flush serves many: any number of
 * grant_unmap() on a zeroed batch, then grant_unmap_finish(), which every
 * batch must see before its hypercall returns.  The status of an operation is
 * final when grant_unmap() returns; its effect is when the batch is finished.
 */
struct grant_undo {
	struct domain *granter;
	mfn_t mfn;
	uint32_t ref, handle;
	uint8_t what;		/* maptrack bits that end */
};

struct grant_batch {
	unsigned int count;
	bool flush;
	struct grant_undo undo[GRANT_BATCH];
};

int16_t grant_unmap(struct vcpu *v, struct grant_batch *b,
		    const struct xy_gnttab_unmap_grant_ref *op);
void grant_unmap_finish(struct vcpu *v, struct grant_batch *b);

/*
 * One side of a copy: a frame that may be read (or written) until
 * grant_side_end().  The caller fills the first four and owns the reference
 * on peer; a frame by its number is the caller's own (peer is by).
 */
struct grant_side {
	struct domain *peer;
	uint64_t id;		/* grant reference or frame number */
	bool by_frame, write;
	bool open;
	mfn_t mfn;
};

/* GNTST_okay: open, and s->mfn is set.  by: who asks. */
int16_t grant_side_begin(struct grant_side *s, struct domain *by) must_check;
void grant_side_end(struct grant_side *s);

/* Debug key. */
void grant_log(struct domain *d);

#endif
