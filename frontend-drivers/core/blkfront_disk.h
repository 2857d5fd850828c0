/* SPDX-License-Identifier: MIT */
/*
 * What a backend offers of a disk, and what its frontend makes of it.
 *
 * The shell reads numbers from the backend's directory, as they stand in the
 * table of keys, and hands them over in that order: a key that is absent, or
 * no number, is BLKFRONT_ABSENT. Some backends write some of the keys only when
 * they connect; so the rings are chosen from the first reading (PUBLISH) and
 * the disk from the second (START, and again at CHANGED).
 *
 * Pure, no lock.
 */
#ifndef FRONTEND_DRIVERS_CORE_BLKFRONT_DISK_H
#define FRONTEND_DRIVERS_CORE_BLKFRONT_DISK_H

#include "abi/base.h"

#define BLKFRONT_ABSENT		(~(uint64_t)0)

enum blkfront_key {
	BLKFRONT_KEY_SECTORS,
	BLKFRONT_KEY_SECTOR_SIZE,
	BLKFRONT_KEY_PHYSICAL_SECTOR_SIZE,
	BLKFRONT_KEY_INFO,
	BLKFRONT_KEY_FLUSH,
	BLKFRONT_KEY_BARRIER,
	BLKFRONT_KEY_PERSISTENT,
	BLKFRONT_KEY_SEGMENTS,
	BLKFRONT_KEY_DISCARD,
	BLKFRONT_KEY_DISCARD_GRANULARITY,
	BLKFRONT_KEY_DISCARD_ALIGNMENT,
	BLKFRONT_KEY_DISCARD_SECURE,
	BLKFRONT_KEY_RING_ORDER,
	BLKFRONT_KEY_QUEUES,
	BLKFRONT_KEYS
};

/* Their names in the backend's directory. */
extern const char *const blkfront_key[BLKFRONT_KEYS];

struct blkfront_rings {
	uint16_t queues;	/* IN what is wanted, OUT what is possible */
	uint16_t pages;		/* of each ring; a power of two */
};

struct blkfront_disk {
	uint64_t sectors;		/* of 512 bytes */
	uint32_t sector_bytes;		/* granularity of requests */
	uint32_t physical_bytes;
	uint32_t discard_granularity;	/* bytes */
	uint32_t discard_alignment;	/* bytes */
	uint16_t segments_max;		/* in one request, 11 at least */
	bool read_only;
	bool cdrom;
	bool removable;
	bool flush;
	bool barrier;
	bool discard;
	bool secure_discard;
	bool persistent;		/* the backend keeps its mappings */
};

/* Bounds *rings by what the backend can do. */
void blkfront_choose_rings(struct blkfront_rings *rings,
			   const uint64_t value[BLKFRONT_KEYS]);

/*
 * Fills *disk. -XY_EINVAL: the numbers make no sense (no size, a sector size
 * that is none, a size that overflows), and *disk is as before.
 */
int blkfront_choose_disk(struct blkfront_disk *disk,
			 const uint64_t value[BLKFRONT_KEYS]);

#endif /* FRONTEND_DRIVERS_CORE_BLKFRONT_DISK_H */
