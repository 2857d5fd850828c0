/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bitmaps of the tools, in and out.  No state.
 */
#include "call/bitmap.h"
#include "abi/errno.h"
#include "core/guest.h"

#define ROOM_MAX	8192u	/* bits we are ready to clear */

static uint64_t only(uint64_t bits, uint32_t count)
{
	return count < 64 ? bits & ((1UL << count) - 1) : bits;
}

int bitmap_read(uint64_t *bits, const struct xy_xenctl_bitmap *from)
{
	uint32_t bytes = from->nr_bits / 8 + (from->nr_bits % 8 != 0);
	uint64_t got = 0;

	if (guest_read(&got, to_guest(from->bitmap), min_u64(bytes, 8)))
		return -XY_EFAULT;
	*bits = only(got, from->nr_bits);
	return 0;
}

int bitmap_write(const struct xy_xenctl_bitmap *to, uint64_t bits)
{
	uint32_t room = to->nr_bits < ROOM_MAX ? to->nr_bits : ROOM_MAX;
	uint32_t bytes = (room + 7) / 8;
	uint64_t put = only(bits, room);

	if (bytes == 0)
		return 0;
	if (guest_write(to_guest(to->bitmap), &put, min_u64(bytes, 8)))
		return -XY_EFAULT;
	if (bytes <= 8)
		return 0;
	return guest_clear(to_guest(to->bitmap + 8), bytes - 8);
}
