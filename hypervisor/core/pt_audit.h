/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The audit's parts, for pt_audit.c and the model tests.
 *
 * What the roots and tables say about the frames of one window of numbers: as
 * what each is used, and how often.  A test adds the users it holds itself and
 * compares exactly.
 */
#ifndef CORE_PT_AUDIT_H
#define CORE_PT_AUDIT_H

#include "core/frame.h"

struct audit_count {
	uint32_t users, role_users;
	uint8_t role;			/* enum role; ROLE_NONE: not said */
	bool clash;			/* two roles */
};

struct audit {
	uint64_t first, frames;		/* the window */
	struct audit_count *count;
};

/* Counts one use of a frame, if the window has it. */
void audit_use(struct audit *a, mfn_t mfn, enum role role);
/* Counts what roots, lists and tables of all domains hold. */
void audit_collect(struct audit *a);
/*
 * Compares for the frames of d (NULL: of all domains) and logs differences.
 * exact: every user must have been counted; else there may be more of DATA,
 * DESC and plain users than were counted.
 */
unsigned int audit_compare(const struct audit *a, struct domain *d, bool exact);

#endif
