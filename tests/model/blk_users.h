/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The users of one block frontend's core in a model: they put requests of
 * every kind, no two that touch a sector at once, and hold what they hear
 * against what must have happened. Whose backend answers is the model's.
 */
#ifndef MODEL_BLK_USERS_H
#define MODEL_BLK_USERS_H

#include "backend-drivers/core/blkback.h"
#include "frontend-drivers/core/blkfront.h"

#define SECTORS	2048
#define IOS	96
#define SEGS	40

/* A request as its user sees it. */
struct use {
	struct blkfront_io io;	/* first */
	struct xy_blkif_request_segment segment[SEGS];
	uint64_t page[512];	/* its indirect page; gref 1000 + number */
	uint32_t sectors;
	uint32_t stamp;		/* what a write writes, a read has read */
	uint32_t before;	/* what a read must see */
	bool used;
};

extern struct blkfront front;
extern struct blkfront_disk disk;
extern struct blkback_image image;
extern struct use use[IOS];
/* What the backend's disk holds, by stamps. */
extern uint32_t medium[SECTORS];

extern unsigned long step, put, done, unfits;
extern unsigned long barriers, indirects, refusals, full;

uint32_t random_below(uint32_t n);

/* One of them puts a request, if it has none in flight. */
void user_puts(void);
/* The request is done: its user hears it. */
void user_hears(struct blkfront_io *io);
/* Its user forgets a request, whatever has become of it. */
void user_forgets(struct blkfront_io *io);
/* What the backend of now cannot take goes back to its users. */
void users_take_unfit(void);
/* Whose request has this id on the wire; it must be in flight. */
struct use *use_of(uint64_t id);
bool users_idle(void);
/* Is all on the medium that finished requests left there, and no more? */
bool users_content(void);

#endif
