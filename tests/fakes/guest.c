// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/guest.h on the host: see fakes/guest.h.
 */
#include <string.h>
#include "abi/errno.h"
#include "fakes/guest.h"

uint8_t fake_arena[FAKE_ARENA_BYTES] __attribute__((aligned(4096)));
uint64_t fake_read_only_from, fake_read_only_to;

static bool inside(guest_va_t va, size_t bytes)
{
	return guest_range_ok(va, bytes) && va.a >= FAKE_ARENA_VA &&
	       va.a + bytes <= FAKE_ARENA_VA + FAKE_ARENA_BYTES;
}

static bool may_write(guest_va_t va, size_t bytes)
{
	uint64_t off = va.a - FAKE_ARENA_VA;

	return inside(va, bytes) && (off + bytes <= fake_read_only_from ||
				     off >= fake_read_only_to);
}

int guest_read(void *dst, guest_va_t src, size_t bytes)
{
	if (!inside(src, bytes))
		return -XY_EFAULT;
	memcpy(dst, fake_arena + (src.a - FAKE_ARENA_VA), bytes);
	return 0;
}

int guest_write(guest_va_t dst, const void *src, size_t bytes)
{
	if (!may_write(dst, bytes))
		return -XY_EFAULT;
	memcpy(fake_arena + (dst.a - FAKE_ARENA_VA), src, bytes);
	return 0;
}

int guest_clear(guest_va_t dst, size_t bytes)
{
	if (!may_write(dst, bytes))
		return -XY_EFAULT;
	memset(fake_arena + (dst.a - FAKE_ARENA_VA), 0, bytes);
	return 0;
}
