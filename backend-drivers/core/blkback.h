/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The backend's half of a block ring, without I/O.
 *
 *	while (blkback_get(b, &io) == BLKBACK_READY)
 *		start io, remember io.slot
 *	when it is done: blkback_put(b, slot, status)
 *	if (blkback_flush(b))
 *		notify the frontend
 *	before sleeping: if (blkback_arm(b)) there is work already
 *
 * The structure lies in memory that the shell provides, best in a file that
 * outlives the process: a successor that maps the same file and the same ring
 * calls blkback_resume() and knows every request that was taken and not yet
 * answered, in whatever order answers were given.
 */
#ifndef BACKEND_DRIVERS_CORE_BLKBACK_H
#define BACKEND_DRIVERS_CORE_BLKBACK_H

#include "abi/io/blk.h"
#include "abi/io/ring.h"

#define BLKBACK_SLOTS_MAX	512	/* a ring of 16 pages has that many */
#define BLKBACK_SEGMENTS_MAX	256	/* pages one request may name */
#define BLKBACK_PAGES_MAX	16
#define BLKBACK_SECTOR_BYTES	512

enum blkback_got {
	BLKBACK_NONE,		/* the ring holds nothing new */
	BLKBACK_READY,		/* *io is complete and within bounds */
	BLKBACK_INDIRECT,	/* its segments must be fetched first */
	BLKBACK_BROKEN,		/* hostile indices: stop serving this ring */
};

enum blkback_op {
	BLKBACK_READ,
	BLKBACK_WRITE,
	BLKBACK_BARRIER,	/* flush, write, flush; alone on the device */
	BLKBACK_FLUSH,
	BLKBACK_DISCARD,
};

/* A piece of one granted page. */
struct blkback_segment {
	uint32_t gref;
	uint16_t offset_bytes;
	uint16_t length_bytes;	/* 512 to 4096, within the page */
};

/* What to do: private, checked, never re-read from the ring. */
struct blkback_io {
	uint64_t offset_bytes;		/* in the image */
	uint64_t length_bytes;		/* inside the image, all segments */
	uint16_t slot;			/* for blkback_put() */
	uint16_t segments;
	uint8_t op;			/* enum blkback_op */
	uint8_t indirect_pages;
	uint32_t indirect_gref[8];
	struct blkback_segment segment[BLKBACK_SEGMENTS_MAX];
};

enum blkback_slot_state {
	BLKBACK_FREE,
	BLKBACK_TAKEN,		/* copied from the ring, not answered */
	BLKBACK_ANSWERED,	/* response written, perhaps not yet visible */
};

struct blkback_slot {
	union {
		uint64_t word[14];
		union xy_blkif_sring_entry entry;
	} raw;			/* the request as it was read, once */
	uint32_t taken_at;	/* request index */
	uint32_t answered_at;	/* response index, when ANSWERED */
	int16_t status;
	uint8_t state;		/* enum blkback_slot_state */
	uint8_t pad;
};

struct blkback {
	/* set by blkback_init() and again by blkback_resume() */
	struct xy_sring *ring;
	uint32_t count;		/* entries, a power of two */
	/* the image */
	uint64_t sectors;	/* of 512 bytes */
	uint32_t sector_bytes;	/* granularity of the medium */
	uint8_t read_only;
	uint8_t discard;
	/* private indices, free-running */
	uint32_t req_cons;
	uint32_t rsp_prod;	/* responses written */
	uint32_t rsp_pushed;	/* responses visible to the frontend */
	/* bookkeeping */
	uint8_t broken;
	uint16_t free_count;
	uint16_t answered_count;
	uint16_t replay_next;	/* of replay[], after a resume */
	uint16_t replay_count;
	uint16_t free[BLKBACK_SLOTS_MAX];
	uint16_t answered[BLKBACK_SLOTS_MAX];	/* since the last flush */
	uint16_t replay[BLKBACK_SLOTS_MAX];	/* oldest request first */
	struct blkback_slot slot[BLKBACK_SLOTS_MAX];
};

struct blkback_image {
	uint64_t sectors;
	uint32_t sector_bytes;
	bool read_only;
	bool discard;
};

/*
 * pages: 1 to 16, a power of two; anything else is refused with -EINVAL, and
 * so is a ring whose indices make no sense. A ring that was served before
 * without b is taken up at its last response.
 */
int blkback_init(struct blkback *b, void *ring, unsigned int pages,
		 const struct blkback_image *image);

/*
 * Takes up b as a predecessor left it. Returns -EINVAL if b and the ring do
 * not belong together; then nothing may be served. After success blkback_get()
 * first hands out again what was taken and never answered, in the order in
 * which it was taken: a barrier comes after what it was to wait for.
 */
int blkback_resume(struct blkback *b, void *ring, unsigned int pages,
		   const struct blkback_image *image);

/*
 * Takes the next request. What is malformed or out of bounds is answered here
 * with an error; the loop goes on with the one after it.
 */
enum blkback_got blkback_get(struct blkback *b, struct blkback_io *io);

/*
 * After BLKBACK_INDIRECT: reads segments from the indirect page number
 * `page`, whose content another domain may be changing. -EINVAL: answered
 * with an error. -EAGAIN: there is another page to fetch. 0: *io is ready.
 */
int blkback_indirect(struct blkback *b, struct blkback_io *io,
		     unsigned int page, const void *content);

/* Writes the response; status is XY_BLKIF_RSP_*. */
void blkback_put(struct blkback *b, unsigned int slot, int status);
/* Makes the written responses visible; true: the frontend wants an event. */
bool blkback_flush(struct blkback *b);
/* Asks for an event at the next request. True: it is there, do not sleep. */
bool blkback_arm(struct blkback *b);
/* After a resume: is a barrier among what will be handed out again? */
bool blkback_replays_barrier(const struct blkback *b);
/* Requests taken and not answered. */
uint32_t blkback_outstanding(const struct blkback *b);

#endif
