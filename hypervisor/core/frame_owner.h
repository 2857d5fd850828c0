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

/* No user, not allocated: to the heap with it. */
void frame_free_unused(mfn_t mfn);

#endif
