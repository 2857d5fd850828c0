/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between frame.c and frame_owner.c.
 */
#ifndef CORE_FRAME_OWNER_H
#define CORE_FRAME_OWNER_H

#include "core/dom_mm.h"
#include "core/frame_record.h"

static inline unsigned int frame_owner_number(const struct domain *d)
{
	return d->mm->owner;
}

/* For entries, by the hundred: the frame is known to be RAM. */
bool frame_hold_ram(struct domain *owner, mfn_t mfn) must_check;
bool frame_take_data(struct domain *owner, mfn_t mfn) must_check;
static inline bool frame_foreign(mfn_t mfn, const struct domain *d)
{
	return use_owner(load_use(frame_record(mfn))) != frame_owner_number(d);
}

/* The domain with this owner number, or NULL. */
struct domain *frame_owner_at(unsigned int number);

/* No user, not allocated: to the heap with it. */
void frame_free_unused(mfn_t mfn);

#endif
