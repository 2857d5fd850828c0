/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One top-level table for both modes of a guest's program: see joint.c.
 */
#ifndef CORE_JOINT_H
#define CORE_JOINT_H

#include "core/pte.h"
#include "lib/types.h"

#define JOINT_UPPER_MAX	16

/* L4 slots that a domain's kernel was seen to use; 0: none. */
struct joint_known {
	uint16_t slot[JOINT_UPPER_MAX];
	unsigned int next;	/* the oldest makes room */
};

struct joint {
	mfn_t user, kernel;	/* of which it is made; user NO_FRAME: void */
	uint64_t *l4;		/* the table, one frame */
	bool refused;		/* these two cannot be joined */
	unsigned int uppers;	/* what the kernel uses above the hypervisor */
	struct {
		uint64_t *at;	/* in l4 */
		uint64_t entry;
	} upper[JOINT_UPPER_MAX];
};

/* Once: `hv` is a root to take the hypervisor's own slots from. */
void joint_init(const uint64_t *hv);
/* The joint table of two roots, made if need be; NULL: they have none. */
struct joint *joint_find(mfn_t user, mfn_t kernel,
			 const struct joint_known *known);
/*
 * The kernel, in j's table, faulted in this slot: true if it has an entry there
 * that was not in the table.  Now it is, or j is refused.
 */
bool joint_use(struct joint *j, unsigned int slot, struct joint_known *known);
/* The root changes, or is no root any more: what was made of it is void. */
void joint_forget(mfn_t root);

/* The kernel's upper half appears; nothing need be flushed. */
static inline void joint_open(const struct joint *j)
{
	for (unsigned int i = 0, n = j->uppers; i < n; i++)
		*j->upper[i].at = j->upper[i].entry;
}

/* It disappears; the caller flushes before user mode runs. */
static inline void joint_close(const struct joint *j)
{
	for (unsigned int i = 0, n = j->uppers; i < n; i++)
		*j->upper[i].at = 0;
}

#endif
