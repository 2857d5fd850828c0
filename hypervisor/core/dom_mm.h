/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A domain's memory bookkeeping, private to core/frame*.c and core/pt*.c.
 */
#ifndef CORE_DOM_MM_H
#define CORE_DOM_MM_H

#include "core/dom.h"
#include "core/frame.h"

struct dom_mm {
	uint16_t owner;		/* number in frame records, constant */
	uint16_t *chunks;	/* [atomic] frames owned, per 512 of them */
	uint64_t frames;	/* [atomic] all owned; > 0 holds the domain */
	uint64_t coming;	/* [atomic] pages being allocated for it */
	uint32_t puts_owed;	/* [atomic] see frame_reap() */
	struct domain *reap_next;

	/* lock: mm.  Lists linked through the frame records. */
	uint32_t drain;		/* dropped tables still to take apart */
	uint32_t work;		/* finished tables of a preempted pin */
	uint32_t release;	/* such tables, not needed any more */
	const void *work_tag;	/* who was preempted last */

	unsigned int destroy_step;
	mfn_t destroy_at;
};

#endif
