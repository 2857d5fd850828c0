/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The frontend of block_front.c, for block.c, which attacks by the ring, and
 * block_keys.c, which does so by xenstore.
 */
#ifndef BADFRONT_BLOCK_H
#define BADFRONT_BLOCK_H

#include "abi/io/blk.h"
#include "badfront.h"

#define NOTHING 1000

extern struct dev disk;
extern struct xy_sring *ring;
extern unsigned int ring_pages;

extern struct block {
	uint32_t req_prod, rsp_cons;
	uint64_t sectors;
	bool persistent;	/* how it is connected */
	uint8_t *page[16];	/* to be granted */
} block;

union xy_blkif_sring_entry *block_slot(uint32_t index);
/* A request with nothing in it but the operation and an id. */
struct xy_blkif_request *block_next(uint8_t op);
/* One that reads or writes the page behind gref. */
struct xy_blkif_request *block_one(uint8_t op, uint64_t sector, uint32_t gref);
void block_push(void);
/* The status of the next answer; NOTHING: there was none. */
int block_answer(void);
/* Pushes what was prepared, alone on the ring; its answer. */
int block_ask(void);
void block_drain(void);

/* Finds xvda, with the backend waiting for us. */
void block_begin(void);
/* A new ring, granted and published. */
void block_ring(unsigned int pages);
/*
 * A number of any size as a reference, but not the ring's: data that is read
 * there is no longer a ring, and no request of it is answered.
 */
uint32_t block_any(uint32_t number);
void block_connect(unsigned int pages, bool persistent);
/* Closed and connected anew, as it was. */
void block_again(unsigned int pages);

#endif
