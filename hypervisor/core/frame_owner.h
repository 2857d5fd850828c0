/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between frame.c and frame_owner.c.
 */
#ifndef CORE_FRAME_OWNER_H
#define CORE_FRAME_OWNER_H

#include "core/dom_mm.h"

static inline unsigned int frame_owner_number(const struct domain *d)
{
	return d->mm->owner;
}

/* The domain with this owner number, or NULL. */
struct domain *frame_owner_at(unsigned int number);

/* No user, not allocated: to the heap with it. */
void frame_free_unused(mfn_t mfn);

#endif
