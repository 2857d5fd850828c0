/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between block.c, which attacks by the ring, and block_keys.c, which does so
 * by xenstore.
 */
#ifndef BADFRONT_BLOCK_H
#define BADFRONT_BLOCK_H

#include "abi/io/blk.h"
#include "badfront.h"

#define NOTHING 1000

extern struct dev disk;
extern struct xy_sring *ring;
extern unsigned int ring_pages;

union xy_blkif_sring_entry *block_slot(uint32_t index);
/* A request with nothing in it but the operation and an id. */
struct xy_blkif_request *block_next(uint8_t op);
void block_push(void);
/* The status of the next answer; NOTHING: there was none. */
int block_answer(void);
void block_drain(void);

/* Finds xvda, with the backend waiting for us. */
void block_begin(void);
/* A new ring, granted and published. */
void block_ring(unsigned int pages);
void block_connect(unsigned int pages, bool persistent);
/* Closed and connected anew, as it was. */
void block_again(unsigned int pages);

#endif
