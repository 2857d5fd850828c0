// SPDX-License-Identifier: GPL-2.0-only
/*
 * Setting a vCPU's descriptor table.
 *
 * Rules:
 *  1. Every frame of the table holds a user of role DESC for as long as the
 *     table is in use, once for each place it has.
 *  2. Take all of the new before dropping any of the old.
 *
 * No lock of its own: the roles are core/pt.c's.
 */
#include "core/gdt.h"
#include "abi/errno.h"
#include "core/arch.h"
#include "core/dom.h"
#include "core/pt.h"

static void drop(const mfn_t *frames, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (!mfn_none(frames[i]))
			pt_drop_desc(frames[i]);
}

int gdt_set(struct vcpu *v, const uint64_t *frames, unsigned int entries)
{
	unsigned int i, n = gdt_frames_for(entries);
	mfn_t old[GDT_GUEST_PAGES], new[GDT_GUEST_PAGES];

	if (entries > GDT_MAX_ENTRIES)
		return -XY_EINVAL;
	for (i = 0; i < GDT_GUEST_PAGES; i++) {
		old[i] = v->gdt_frames[i];
		new[i] = to_mfn(i < n ? frames[i] : NO_FRAME);
		if (i < n && pt_take_desc(v->domain, new[i])) {
			drop(new, i);
			return -XY_EINVAL;
		}
	}
	for (i = 0; i < GDT_GUEST_PAGES; i++)
		v->gdt_frames[i] = new[i];
	v->gdt_entries = entries;
	/* From here this CPU uses the new table. */
	if (v == arch_current())
		arch_gdt_changed(v);
	drop(old, GDT_GUEST_PAGES);
	return 0;
}
