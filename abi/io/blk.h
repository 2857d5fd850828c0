/* SPDX-License-Identifier: MIT */
/*
 * The block device protocol ("x86_64-abi"), on an xy_sring.
 *
 * Sectors are 512 bytes on the wire, whatever the disk has. A request names
 * up to 11 segments itself, or, indirect, up to 8 granted pages full of
 * segments. A segment is a run of sectors in one granted page, first_sect
 * and last_sect both included.
 *
 * `operation` tells which of the three request layouts is in the slot. id is
 * echoed in the response and otherwise opaque. Requests may be answered in
 * any order.
 *
 * Source: public io/blkif.h of 4.17.
 */
#ifndef XY_ABI_IO_BLK_H
#define XY_ABI_IO_BLK_H

#include "abi/base.h"

#define XY_BLKIF_OP_READ		0
#define XY_BLKIF_OP_WRITE		1
#define XY_BLKIF_OP_WRITE_BARRIER	2
#define XY_BLKIF_OP_FLUSH_DISKCACHE	3
#define XY_BLKIF_OP_RESERVED_1		4
#define XY_BLKIF_OP_DISCARD		5
#define XY_BLKIF_OP_INDIRECT		6	/* read or write only */

#define XY_BLKIF_MAX_SEGMENTS_PER_REQUEST	11
#define XY_BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST	8
#define XY_BLKIF_SEGMENTS_PER_INDIRECT_PAGE	512
#define XY_BLKIF_SECTOR_SIZE			512	/* bytes */
#define XY_BLKIF_SECTORS_PER_PAGE		8

#define XY_BLKIF_RSP_OKAY		0
#define XY_BLKIF_RSP_ERROR		(-1)
#define XY_BLKIF_RSP_EOPNOTSUPP		(-2)

/* backend key "info" */
#define XY_VDISK_CDROM			0x1
#define XY_VDISK_REMOVABLE		0x2
#define XY_VDISK_READONLY		0x4

struct xy_blkif_request_segment {
	uint32_t gref;
	uint8_t first_sect;		/* 0 to 7 */
	uint8_t last_sect;		/* 0 to 7, inclusive */
};
XY_SIZE(struct xy_blkif_request_segment, 8);
XY_AT(struct xy_blkif_request_segment, last_sect, 5);

struct xy_blkif_request {
	uint8_t operation;		/* XY_BLKIF_OP_ */
	uint8_t nr_segments;
	uint16_t handle;		/* virtual device */
	uint64_t id;
	uint64_t sector_number;		/* sectors */
	struct xy_blkif_request_segment seg[XY_BLKIF_MAX_SEGMENTS_PER_REQUEST];
};
XY_SIZE(struct xy_blkif_request, 112);
XY_AT(struct xy_blkif_request, id, 8);
XY_AT(struct xy_blkif_request, sector_number, 16);
XY_AT(struct xy_blkif_request, seg, 24);

#define XY_BLKIF_DISCARD_SECURE		(1 << 0)

struct xy_blkif_request_discard {
	uint8_t operation;		/* XY_BLKIF_OP_DISCARD */
	uint8_t flag;			/* XY_BLKIF_DISCARD_ */
	uint16_t handle;
	uint64_t id;
	uint64_t sector_number;		/* sectors */
	uint64_t nr_sectors;		/* sectors */
};
XY_SIZE(struct xy_blkif_request_discard, 32);
XY_AT(struct xy_blkif_request_discard, nr_sectors, 24);

struct xy_blkif_request_indirect {
	uint8_t operation;		/* XY_BLKIF_OP_INDIRECT */
	uint8_t indirect_op;		/* XY_BLKIF_OP_READ or _WRITE */
	uint16_t nr_segments;
	uint64_t id;
	uint64_t sector_number;		/* sectors */
	uint16_t handle;
	uint32_t indirect_grefs[XY_BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST];
};
XY_SIZE(struct xy_blkif_request_indirect, 64);
XY_AT(struct xy_blkif_request_indirect, nr_segments, 2);
XY_AT(struct xy_blkif_request_indirect, handle, 24);
XY_AT(struct xy_blkif_request_indirect, indirect_grefs, 28);

struct xy_blkif_response {
	uint64_t id;
	uint8_t operation;
	int16_t status;			/* XY_BLKIF_RSP_ */
};
XY_SIZE(struct xy_blkif_response, 16);
XY_AT(struct xy_blkif_response, status, 10);

/* What one slot of the ring holds. */
union xy_blkif_sring_entry {
	struct xy_blkif_request req;
	struct xy_blkif_request_discard discard;
	struct xy_blkif_request_indirect indirect;
	struct xy_blkif_response rsp;
};
XY_SIZE(union xy_blkif_sring_entry, 112);

#endif /* XY_ABI_IO_BLK_H */
