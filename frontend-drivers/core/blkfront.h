/* SPDX-License-Identifier: MIT */
/*
 * The frontend's half of a block ring, without I/O: one struct blkfront for
 * each queue, one struct blkfront_disk (blkfront_disk.h) for all of them.
 *
 *	blkfront_put(q, io)		0, or -XY_EBUSY: later
 *	if (blkfront_flush(q))		notify the backend
 *	while ((io = blkfront_get(q)))	io->status
 *	if (blkfront_arm(q, 1))		more is there already, do not sleep
 *
 * The io is the shell's memory and stays as it is until blkfront_get() or
 * blkfront_abandon() hands it back: it is all that the core keeps of a request,
 * so nothing is allocated or copied, and it outlives the ring. When a backend
 * goes away:
 *
 *	blkfront_get() until NULL	what was answered was answered
 *	blkfront_detach(q)		the ring is history
 *	blkfront_inherit(q, other)	the other will have no ring any more
 *	blkfront_attach(q, ring, pages)	a new one, to be published
 *	blkfront_start(q)		the backend serves it
 *	blkfront_unfit(q) until NULL	what the new backend cannot take
 *	blkfront_flush(q)		sends the unanswered again, oldest first
 *
 * A backend may come back with fewer queues than before: then another queue
 * inherits, for each that is left over, what was not answered.
 *
 * Between detach and the end of that replay blkfront_put() says -XY_EBUSY, so
 * no new request overtakes an old one, and barriers stay where they were.
 *
 * After a suspend the first step is left out: the backend went on while memory
 * was being saved, an answer may be in the image, and the data before it not.
 *
 * A backend that breaks the protocol sets q->fault: nothing more is taken from
 * the ring, and blkfront_abandon() returns what was in flight.
 *
 * Lock: the caller's, one for each queue.
 */
#ifndef FRONTEND_DRIVERS_CORE_BLKFRONT_H
#define FRONTEND_DRIVERS_CORE_BLKFRONT_H

#include "abi/errno.h"
#include "abi/io/blk.h"
#include "abi/io/ring.h"
#include "frontend-drivers/core/blkfront_disk.h"

#define BLKFRONT_SLOTS_MAX	512	/* a ring of 16 pages has that many */
#define BLKFRONT_PAGES_MAX	16
#define BLKFRONT_SEGMENTS_MAX	512	/* in one request: an indirect page */
#define BLKFRONT_DIRECT_MAX	11	/* without one */

enum blkfront_op {
	BLKFRONT_READ,
	BLKFRONT_WRITE,
	BLKFRONT_BARRIER,	/* a write that none passes; then a flush */
	BLKFRONT_FLUSH,		/* what was answered is on the medium */
	BLKFRONT_DISCARD,
};

enum blkfront_status {
	BLKFRONT_OKAY,
	BLKFRONT_ERROR,
	BLKFRONT_UNSUPPORTED,
};

enum blkfront_fault {
	BLKFRONT_SOUND,
	BLKFRONT_BAD_INDEX,	/* more answers than requests */
	BLKFRONT_BAD_ID,	/* an id that is not in flight */
	BLKFRONT_BAD_OPERATION,	/* the answer to something else */
};

/* A request. What a comment does not give to the core is the shell's. */
struct blkfront_io {
	uint64_t sector;	/* 512 bytes each */
	uint64_t sectors;	/* DISCARD: how many */
	/* read, write: gref and sectors of each page, in order */
	const struct xy_blkif_request_segment *segment;
	/* more than 11 segments: a granted page for a copy of them */
	void *indirect;
	uint32_t indirect_gref;
	uint16_t segments;
	uint16_t id;		/* [core] where it is in slot[] */
	uint8_t op;		/* enum blkfront_op */
	uint8_t secure;		/* DISCARD: beyond recovery */
	uint8_t status;		/* [core] enum blkfront_status */
	uint8_t wire_op;	/* [core] the XY_BLKIF_OP_ it was sent as */
	uint64_t order;		/* [core] counts every request of the queue */
	struct blkfront_io *next; /* [core] while it is held */
};

struct blkfront {
	/* set by attach */
	struct xy_sring *ring;	/* NULL: none */
	uint32_t count;		/* entries, a power of two */
	/* private indices, free-running; what the ring says is never read */
	uint32_t req_prod;	/* requests written */
	uint32_t req_pushed;	/* requests visible to the backend */
	uint32_t rsp_cons;	/* responses taken */
	uint32_t rsp_seen;	/* responses that may be taken */
	bool started;
	bool open;		/* started, and nothing left to replay */
	uint8_t fault;		/* enum blkfront_fault */
	const struct blkfront_disk *disk;
	uint64_t order;		/* of the next request */
	struct blkfront_io *held;	/* to be sent again, oldest first */
	uint32_t held_count;
	uint32_t abandon_next;
	uint32_t ids_free;
	uint16_t free_id[BLKFRONT_SLOTS_MAX];
	struct blkfront_io *slot[BLKFRONT_SLOTS_MAX];	/* in the ring, by id */
};

void blkfront_init(struct blkfront *q, const struct blkfront_disk *disk);

/*
 * A new ring of 1 to 16 pages (a power of two), contiguous, not yet known to
 * any backend. -XY_EINVAL: another number of pages.
 */
int blkfront_attach(struct blkfront *q, void *ring, unsigned int pages);
/* The backend serves the ring; *disk holds what it offers. */
void blkfront_start(struct blkfront *q);
/* The ring is dead. Its unanswered requests are kept, in their order. */
void blkfront_detach(struct blkfront *q);
/*
 * Takes over what `from`, which is detached, holds, behind what q has to send
 * already. Between two queues there never was an order; those of one stay in
 * theirs if its heirs are always the same (blkfront_heir), and inherit from
 * the lower number first.
 */
void blkfront_inherit(struct blkfront *q, struct blkfront *from);

/* Who serves queue i when there are n: 7 leaves to 3, that to 1, that to 0. */
static inline unsigned int blkfront_heir(unsigned int i, unsigned int n)
{
	while (i >= n)
		i -= 1u << (31 - __builtin_clz(i));
	return i;
}
/*
 * After start, and whenever *disk changed: a kept request that exceeds what
 * the backend can do now.
 */
struct blkfront_io *blkfront_unfit(struct blkfront *q);
/* After a fault, or for good: the next request in flight, or NULL. */
struct blkfront_io *blkfront_abandon(struct blkfront *q);

/*
 * Writes a request into the ring. -XY_EBUSY: no room, no ring, or a replay is
 * under way. -XY_EIO: the ring is broken. -XY_EOPNOTSUPP, -XY_EACCES: the
 * backend does not offer it. -XY_EINVAL: too many segments.
 */
int blkfront_put(struct blkfront *q, struct blkfront_io *io);
/* Makes what was written visible; true: the backend wants an event. */
bool blkfront_flush(struct blkfront *q);
/* The next answered request, or NULL: none, or a fault. */
struct blkfront_io *blkfront_get(struct blkfront *q);

/*
 * An io came back BLKFRONT_UNSUPPORTED: the backend had promised too much, so
 * *disk no longer offers that operation.
 */
void blkfront_refused(struct blkfront_disk *disk, unsigned int op);

/* Requests in the ring without an answer. */
static inline uint32_t blkfront_in_flight(const struct blkfront *q)
{
	return q->req_prod - q->rsp_cons;
}

/* Requests of a ring that is history, to be sent again. */
static inline uint32_t blkfront_to_replay(const struct blkfront *q)
{
	return q->held_count;
}

/* Entries that blkfront_put() could fill now. */
static inline uint32_t blkfront_room(const struct blkfront *q)
{
	return q->open ? q->count - blkfront_in_flight(q) : 0;
}

/*
 * Asks for an event when `want` more answers are there: at least 1, and no
 * more than are in flight, or it will not come. True: they are there.
 */
static inline bool blkfront_arm(struct blkfront *q, uint32_t want)
{
	if (!q->ring || q->fault)
		return false;
	__atomic_store_n(&q->ring->rsp_event, q->rsp_cons + want,
			 __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return xy_ring_rsp_prod(q->ring) - q->rsp_cons >= want;
}

/* Asks for no event: the caller looks by itself, and mutes anew each time. */
static inline void blkfront_mute(struct blkfront *q)
{
	if (q->ring)
		__atomic_store_n(&q->ring->rsp_event,
				 q->rsp_cons + 0x40000000, __ATOMIC_RELAXED);
}

/* Why the ring is broken, for a message; NULL: it is not. */
const char *blkfront_fault_text(const struct blkfront *q);

#endif /* FRONTEND_DRIVERS_CORE_BLKFRONT_H */
