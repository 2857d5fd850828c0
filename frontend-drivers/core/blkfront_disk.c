// SPDX-License-Identifier: MIT
/*
 * Reading a backend's offer: bounds on every number, since the store is
 * written by another domain.
 *
 * Rules:
 *  1. Nothing is believed that a request could later trip over: sector sizes
 *     are powers of two from 512 to a page, the size in bytes fits 63 bits.
 *  2. A number that is only advice (physical sectors, discard) falls back to
 *     its default instead of failing the disk.
 *  3. A feature is a key that says 1.
 *
 * No state, no lock. Next: blkfront.c.
 */
#include "frontend-drivers/core/blkfront.h"

const char *const blkfront_key[BLKFRONT_KEYS] = {
	[BLKFRONT_KEY_SECTORS] = "sectors",
	[BLKFRONT_KEY_SECTOR_SIZE] = "sector-size",
	[BLKFRONT_KEY_PHYSICAL_SECTOR_SIZE] = "physical-sector-size",
	[BLKFRONT_KEY_INFO] = "info",
	[BLKFRONT_KEY_FLUSH] = "feature-flush-cache",
	[BLKFRONT_KEY_BARRIER] = "feature-barrier",
	[BLKFRONT_KEY_PERSISTENT] = "feature-persistent",
	[BLKFRONT_KEY_SEGMENTS] = "feature-max-indirect-segments",
	[BLKFRONT_KEY_DISCARD] = "feature-discard",
	[BLKFRONT_KEY_DISCARD_GRANULARITY] = "discard-granularity",
	[BLKFRONT_KEY_DISCARD_ALIGNMENT] = "discard-alignment",
	[BLKFRONT_KEY_DISCARD_SECURE] = "discard-secure",
	[BLKFRONT_KEY_RING_ORDER] = "max-ring-page-order",
	[BLKFRONT_KEY_QUEUES] = "multi-queue-max-queues",
};

static uint64_t or_default(uint64_t value, uint64_t otherwise)
{
	return value == BLKFRONT_ABSENT ? otherwise : value;
}

static bool power_of_two(uint64_t n)
{
	return n && !(n & (n - 1));
}

void blkfront_choose_rings(struct blkfront_rings *rings,
			   const uint64_t value[BLKFRONT_KEYS])
{
	uint64_t queues = or_default(value[BLKFRONT_KEY_QUEUES], 1);
	uint64_t order = or_default(value[BLKFRONT_KEY_RING_ORDER], 0);
	uint16_t pages = 1;

	while (order-- && pages * 2 <= rings->pages &&
	       pages * 2 <= BLKFRONT_PAGES_MAX)
		pages *= 2;
	rings->pages = pages;
	if (rings->queues > queues)
		rings->queues = (uint16_t)queues;
	if (!rings->queues)
		rings->queues = 1;
}

static void choose_discard(struct blkfront_disk *d,
			   const uint64_t value[BLKFRONT_KEYS])
{
	uint64_t granularity = value[BLKFRONT_KEY_DISCARD_GRANULARITY];
	uint64_t alignment = value[BLKFRONT_KEY_DISCARD_ALIGNMENT];

	d->discard = value[BLKFRONT_KEY_DISCARD] == 1 && !d->read_only;
	d->secure_discard = d->discard &&
			    value[BLKFRONT_KEY_DISCARD_SECURE] == 1;
	if (!power_of_two(granularity) || granularity < d->sector_bytes ||
	    granularity > 1u << 30)
		granularity = d->physical_bytes;
	d->discard_granularity = (uint32_t)granularity;
	d->discard_alignment = alignment < granularity ?
			       (uint32_t)alignment : 0;
}

int blkfront_choose_disk(struct blkfront_disk *disk,
			 const uint64_t value[BLKFRONT_KEYS])
{
	uint64_t bytes = or_default(value[BLKFRONT_KEY_SECTOR_SIZE], 512);
	uint64_t physical = value[BLKFRONT_KEY_PHYSICAL_SECTOR_SIZE];
	uint64_t segments = or_default(value[BLKFRONT_KEY_SEGMENTS], 0);
	uint64_t info = or_default(value[BLKFRONT_KEY_INFO], 0);
	struct blkfront_disk d = {
		.sectors = value[BLKFRONT_KEY_SECTORS],
	};

	if (d.sectors >= (uint64_t)1 << 54)
		return -XY_EINVAL;
	if (!power_of_two(bytes) || bytes < XY_BLKIF_SECTOR_SIZE ||
	    bytes > XY_PAGE_SIZE)
		return -XY_EINVAL;
	d.sector_bytes = (uint32_t)bytes;
	if (!power_of_two(physical) || physical < bytes || physical > 1u << 30)
		physical = bytes;
	d.physical_bytes = (uint32_t)physical;
	if (segments > BLKFRONT_SEGMENTS_MAX)
		segments = BLKFRONT_SEGMENTS_MAX;
	if (segments < BLKFRONT_DIRECT_MAX)
		segments = BLKFRONT_DIRECT_MAX;
	d.segments_max = (uint16_t)segments;
	d.read_only = info & XY_VDISK_READONLY;
	d.cdrom = info & XY_VDISK_CDROM;
	d.removable = info & XY_VDISK_REMOVABLE;
	d.flush = value[BLKFRONT_KEY_FLUSH] == 1;
	d.barrier = value[BLKFRONT_KEY_BARRIER] == 1;
	d.persistent = value[BLKFRONT_KEY_PERSISTENT] == 1;
	choose_discard(&d, value);
	*disk = d;
	return 0;
}
