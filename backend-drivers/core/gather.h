/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Learning how many requests of a frontend to wait for together.
 *
 * A frontend that keeps many requests under way wakes us, where both share a
 * CPU, for the first of them, and loses the CPU before it has written the
 * second. So it is asked to wake us at the want-th: want doubles each time they
 * came, is halved when they stopped coming before that, and then does not grow
 * for a while, so that vain waits stay a small part of the time. A frontend
 * with one request at a time is soon left alone.
 *
 * Pure: the caller brings the clock and the count of pending requests.
 */
#ifndef BACKEND_DRIVERS_CORE_GATHER_H
#define BACKEND_DRIVERS_CORE_GATHER_H

#include "abi/base.h"

/* After that long without a new request, enough have come. */
#define GATHER_LOOK_NS		500000
/* The longest a request waits for others. */
#define GATHER_PATIENCE_NS	4000000
/* No growth that long after a vain wait. */
#define GATHER_HOLD_NS		10000000

struct gather {
	uint32_t want;		/* ask for the event at this many */
	uint32_t most;		/* limit of want */
	uint32_t seen;		/* that had come at the last look */
	bool waiting;		/* nothing but new requests will wake us */
	uint64_t first_ns;	/* when the wait began; 0: none has come */
	uint64_t look_ns;	/* the next look */
	uint64_t hold_ns;	/* no growth of want until then */
	unsigned long vain;	/* waits that brought no more, for the log */
};

enum gather_next {
	GATHER_TAKE,		/* take what is there */
	GATHER_WAIT_FIRST,	/* nothing is: wake at the first, no timer */
	GATHER_WAIT_MORE,	/* wake at want, or look again at look_ns */
};

void gather_init(struct gather *g, uint32_t most);
/* Before taking: is it worth waiting on? */
enum gather_next gather_step(struct gather *g, uint32_t pending,
			     uint64_t now_ns);
/* After taking, before sleeping; alone: nothing in flight will wake us. */
void gather_arm(struct gather *g, bool alone, uint64_t now_ns);

#endif
