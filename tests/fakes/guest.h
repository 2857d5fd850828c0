/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest memory by virtual address for handlers' tests: one arena of host
 * memory at a fixed guest address, with everything around it absent, and a
 * range in it that can be made read-only.
 */
#ifndef FAKES_GUEST_H
#define FAKES_GUEST_H

#include "core/guest.h"

#define FAKE_ARENA_VA	0x10000000UL
#define FAKE_ARENA_BYTES	(1UL << 16)

extern uint8_t fake_arena[FAKE_ARENA_BYTES];
extern uint64_t fake_read_only_from, fake_read_only_to;	/* offsets */

static inline guest_va_t fake_at(uint64_t offset)
{
	return to_guest(FAKE_ARENA_VA + offset);
}

#endif
