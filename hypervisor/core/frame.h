/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The frame record: who owns a frame of RAM, what it is used as, how often.
 *
 * Every mapping or other use holds a USER of the frame.  A user may also hold
 * the frame's ROLE: DATA (writable), L1..L4 (a validated page table) or DESC
 * (validated descriptors).  A read-only mapping has no role.
 *   F1  one role while it has users
 *   F2  a role changes only at zero role users
 *   F3  role users <= users
 *   F4  a frame changes owner, or returns to the heap, only with no users
 *
 * Two words, each changed by compare-and-swap: `use` {users, owner, flags} and
 * `type` {role users, busy, role, stamp}.  A user is always taken first: from
 * there on the owner cannot change, and then the role is asked for.
 *
 * Functions here are safe on any CPU without a lock, except where a table
 * role is FIRST or LAST: those belong to the owner's mm lock (core/pt.c).
 * Frames that are not RAM have no record; ask frame_is_ram() first (the
 * functions that take a number from a guest, frame_take and frame_hold, do).
 */
#ifndef CORE_FRAME_H
#define CORE_FRAME_H

#include "lib/types.h"

struct domain;

/* Where the table is mapped: records of holes read as zero, and are not RAM. */
#define FRAME_TABLE_VA	0xffff810000000000UL

struct frame {
	uint64_t use;		/* [hv, atomic] */
	uint64_t type;		/* [hv, atomic]; free: links of the heap */
};
_Static_assert(sizeof(struct frame) == 16, "16 bytes a frame");

/*
 * Boot.  The table is an array indexed by mfn, zeroed before the first use; the
 * parts below the end of RAM that have no record of RAM can only be read.
 * frame_table_bytes() says which bytes of the table a range of frames needs.
 * All-zero records mean "not RAM".
 *
 * In order: frame_table_init, frame_mark_ram for every range of RAM (also what
 * never gets to the heap: dom0 may map what is not RAM), heap_add_range for
 * the free parts of it.
 */
void frame_table_init(struct frame *table);
static inline uint64_t frame_table_bytes(mfn_t first, uint64_t count,
					 uint64_t *offset)
{
	*offset = first.n * sizeof(struct frame);
	return count * sizeof(struct frame);
}
/* These frames are RAM and, until heap_add_range(), the hypervisor's. */
void frame_mark_ram(mfn_t first, uint64_t count);

bool frame_is_ram(mfn_t mfn);		/* any number at all is fine */
uint64_t frame_max(void);		/* highest RAM mfn + 1 */

enum role {
	ROLE_NONE, ROLE_DATA, ROLE_L1, ROLE_L2, ROLE_L3, ROLE_L4, ROLE_DESC
};

enum frame_answer {
	FRAME_REFUSED,		/* nothing changed */
	FRAME_DONE,
	FRAME_FIRST,		/* taken and busy: validate, then frame_ready()
				   or frame_take_cancel() */
	FRAME_LAST,		/* busy, role and user kept: undo, then
				   frame_undone() */
};

/*
 * One more role user of a frame that belongs to `owner` (and is allocated).
 * DATA is always DONE or REFUSED.  The table roles and DESC answer FIRST when
 * nobody had the role: only with the owner's mm lock held.
 */
enum frame_answer frame_take(struct domain *owner, mfn_t mfn, enum role role)
	must_check;
/* Only if the frame has the role already, validated.  No lock needed. */
bool frame_take_more(struct domain *owner, mfn_t mfn, enum role role)
	must_check;
void frame_ready(mfn_t mfn);
void frame_take_cancel(mfn_t mfn);
/* LAST only for L1..L4.  DATA and DESC just end. */
enum frame_answer frame_drop(mfn_t mfn, enum role role) must_check;
void frame_undone(mfn_t mfn);
/* Takes a LAST back: one role user again, not busy. */
void frame_keep(mfn_t mfn);
/* For DATA and DESC, where there is no LAST. */
void frame_drop_simple(mfn_t mfn, enum role role);

/* A user without a role. */
bool frame_hold(struct domain *owner, mfn_t mfn) must_check;
void frame_release(mfn_t mfn);

/* Queries.  Without a user of one's own the answer may be stale at once. */
struct domain *frame_owner(mfn_t mfn);	/* NULL: free or hypervisor's */
bool frame_owned_by(mfn_t mfn, const struct domain *d);
enum role frame_role(mfn_t mfn);
uint32_t frame_users(mfn_t mfn);
uint32_t frame_role_users(mfn_t mfn);
bool frame_pinned(mfn_t mfn);
bool frame_busy(mfn_t mfn);
bool frame_allocated(mfn_t mfn);	/* owned and not given back */
bool frame_shared(mfn_t mfn);		/* by frame_share() */

/*
 * Ownership.  frame_give: a hypervisor frame (order 0, cleared by the caller)
 * becomes an allocated frame of d; counted in d->tot_pages.
 * frame_reclaim: the reverse, only with no users: the frame is the caller's,
 * -XY_EBUSY else (nothing changed), -XY_EINVAL if it is not an allocated frame
 * of d.  TLBs that may still know it have been flushed.
 * frame_put_back: the domain gives the frame up; it goes to the heap now or
 * when the last user goes.  -XY_EINVAL as above.
 */
void frame_give(struct domain *d, mfn_t mfn);
int frame_reclaim(struct domain *d, mfn_t mfn) must_check;
int frame_put_back(struct domain *d, mfn_t mfn) must_check;

/*
 * Hypervisor frames (heap_alloc(0)) that a guest, or one with rights over it,
 * may map as DATA: shared_info, grant tables.  The hypervisor writes them
 * through arch_frame_ptr() until frame_unshare(), which frees the frame now or
 * when its last mapping goes.  They hold a permanent DATA user meanwhile and
 * are not counted in tot_pages.  Do not heap_free() them.
 */
void frame_share(struct domain *d, mfn_t mfn);
void frame_unshare(struct domain *d, mfn_t mfn);
/* Hypervisor frames that privileged domains may map read-only (the M2P). */
void frame_publish(mfn_t mfn);

/* Flushes the owner's CPUs that may still hold older translations. */
void frame_flush_stale(mfn_t mfn);

/* Owner of published frames and of device memory, as frame owners in calls. */
extern struct domain *const dom_xen;	/* DOMID_XEN */
extern struct domain *const dom_io;	/* DOMID_IO */

/* Writes the record to the log; any number is fine. */
void frame_log(mfn_t mfn);

/* ---- for core/pt*.c ---- */
bool frame_set_pinned(mfn_t mfn, bool on);	/* false: it was already */
#define FRAME_NO_LINK	0xffffffffu
void frame_set_link(mfn_t mfn, uint32_t next);	/* table role only */
uint32_t frame_link(mfn_t mfn);

/*
 * A domain's frames, in bounded steps: the first frame at or after `from` that
 * d owns, allocated or not, shared ones too; NO_FRAME at the end.  Looks at
 * no more than *budget records and counts them off; when that runs out
 * it returns a frame that is not d's (check frame_owned_by) to go on from.
 */
mfn_t frame_next(struct domain *d, mfn_t from, unsigned int *budget);

/*
 * The last frame of a dead domain may go where a lock is held; the reference
 * it held on the domain is dropped here.  Call it with no lock held, when a
 * hypercall ends.
 */
void frame_reap(void);

/* Owner numbers: a domain that may own frames.  Called by dom_mm_create. */
int frame_owner_add(struct domain *d) must_check;
void frame_owner_remove(struct domain *d);

#endif
