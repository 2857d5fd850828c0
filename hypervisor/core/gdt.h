/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's pages of a vCPU's global descriptor table.
 */
#ifndef CORE_GDT_H
#define CORE_GDT_H

#include "core/vcpu.h"
#include "lib/types.h"

#define GDT_MAX_ENTRIES	(GDT_GUEST_PAGES * 512)

/*
 * Gives v the table in these frames (as many as `entries` need; machine frame
 * numbers from the guest).  0, or -EINVAL with the old table in place.  v runs
 * here or nowhere; the caller holds no lock.
 */
int gdt_set(struct vcpu *v, const uint64_t *frames, unsigned int entries)
	must_check;

static inline unsigned int gdt_frames_for(unsigned int entries)
{
	return (entries + 511) / 512;
}

#endif
