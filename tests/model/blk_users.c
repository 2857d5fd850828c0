// SPDX-License-Identifier: GPL-2.0-only
/*
 * The users of blk_users.h. What they hold:
 *  - each request is handed back once, with the status it deserves;
 *  - what a finished write wrote is on the medium, and a read sees it.
 */
#include "model/blk_users.h"

#include <string.h>

#define MODEL_STEP step
#include "model/must.h"
#include "model/random.h"

struct blkfront front;
struct blkfront_disk disk;
struct blkback_image image = { .sectors = SECTORS, .sector_bytes = 512 };
struct use use[IOS];
uint32_t medium[SECTORS];
unsigned long step, put, done, unfits;
unsigned long barriers, indirects, refusals, full;

static bool locked[SECTORS];		/* a request in flight covers it */
static uint32_t wanted[SECTORS];	/* what finished writes left there */
static uint32_t stamps;
static uint64_t seed = 88172645463325252ull;

struct use *use_of(uint64_t id)
{
	struct blkfront_io *io = front.slot[id & 0xffff];

	MUST(io && io->id == (id & 0xffff) && io->order == id >> 16);
	return (struct use *)io;
}

uint32_t random_below(uint32_t n)
{
	return (uint32_t)(random_word(&seed) >> 32) % n;
}

static bool lock_range(uint64_t at, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (locked[at + i])
			return false;
	for (i = 0; i < n; i++)
		locked[at + i] = true;
	return true;
}

/* Segments that cover u->sectors, a few sectors each. */
static void cut(struct use *u, unsigned int segments)
{
	unsigned int i;

	u->sectors = 0;
	for (i = 0; i < segments; i++) {
		uint8_t first = (uint8_t)random_below(8);
		uint8_t last = (uint8_t)(first + random_below(8 - first));

		u->segment[i] = (struct xy_blkif_request_segment){
			.gref = (uint32_t)(u - use) * 64 + i,
			.first_sect = first, .last_sect = last,
		};
		u->sectors += last - first + 1u;
	}
	u->io.segments = (uint16_t)segments;
	u->io.segment = u->segment;
	u->io.indirect = u->page;
	u->io.indirect_gref = 1000 + (uint32_t)(u - use);
}

static unsigned int some_op(void)
{
	static const uint8_t ops[] = {
		BLKFRONT_READ, BLKFRONT_READ, BLKFRONT_READ, BLKFRONT_WRITE,
		BLKFRONT_WRITE, BLKFRONT_WRITE, BLKFRONT_WRITE,
		BLKFRONT_BARRIER, BLKFRONT_FLUSH, BLKFRONT_DISCARD,
	};

	return ops[random_below(sizeof(ops))];
}

void user_puts(void)
{
	struct use *u = &use[random_below(IOS)];
	unsigned int op = some_op();
	int rc;

	if (u->used)
		return;
	memset(&u->io, 0, sizeof(u->io));
	u->sectors = 0;
	if (op == BLKFRONT_READ || op == BLKFRONT_WRITE)
		cut(u, 1 + random_below(random_below(4) ? 11 : SEGS));
	else if (op == BLKFRONT_BARRIER)
		cut(u, 1 + random_below(11));
	else if (op == BLKFRONT_DISCARD)
		u->sectors = 1 + random_below(20);
	u->io.op = (uint8_t)op;
	u->io.sectors = u->sectors;
	u->io.sector = random_below(SECTORS - u->sectors);
	if (!lock_range(u->io.sector, u->sectors))
		return;
	u->stamp = ++stamps;
	u->before = wanted[u->io.sector];
	u->used = true;
	rc = blkfront_put(&front, &u->io);
	if (!rc) {
		put++;
		barriers += op == BLKFRONT_BARRIER;
		indirects += u->io.segments > 11;
		return;
	}
	MUST(rc != -XY_EINVAL || u->io.segments > disk.segments_max);
	MUST(rc == -XY_EINVAL || rc == -XY_EBUSY || rc == -XY_EOPNOTSUPP);
	full += rc == -XY_EBUSY;
	u->used = false;
	memset(locked + u->io.sector, 0, u->sectors);
}

void user_forgets(struct blkfront_io *io)
{
	struct use *u = (struct use *)io;

	MUST(u->used);
	u->used = false;
	memset(locked + io->sector, 0, u->sectors);
}

void user_hears(struct blkfront_io *io)
{
	struct use *u = (struct use *)io;
	uint32_t i;

	user_forgets(io);
	done++;
	if (u->io.status == BLKFRONT_UNSUPPORTED) {
		MUST(u->io.op == BLKFRONT_DISCARD && !image.discard);
		blkfront_refused(&disk, u->io.op);
		MUST(!disk.discard);
		/* Done perhaps, by the backend before this one. */
		memcpy(wanted + u->io.sector, medium + u->io.sector,
		       u->sectors * sizeof(medium[0]));
		refusals++;
		return;
	}
	MUST(u->io.status == BLKFRONT_OKAY);
	switch (u->io.op) {
	case BLKFRONT_READ:
		MUST(u->stamp == u->before);
		break;
	case BLKFRONT_WRITE:
	case BLKFRONT_BARRIER:
	case BLKFRONT_DISCARD:
		for (i = 0; i < u->sectors; i++) {
			wanted[u->io.sector + i] = u->io.op ==
				BLKFRONT_DISCARD ? 0 : u->stamp;
			MUST(medium[u->io.sector + i] ==
			     wanted[u->io.sector + i]);
		}
		break;
	}
}

void users_take_unfit(void)
{
	struct blkfront_io *io;

	/* Its user would cut it up and put it again; here it is dropped. */
	while ((io = blkfront_unfit(&front))) {
		struct use *u = (struct use *)io;

		MUST(io->segments > disk.segments_max ||
		     io->op >= BLKFRONT_BARRIER);
		memcpy(wanted + io->sector, medium + io->sector,
		       u->sectors * sizeof(medium[0]));
		user_forgets(io);
		unfits++;
		done++;
	}
}

bool users_idle(void)
{
	unsigned int i;

	for (i = 0; i < IOS; i++)
		if (use[i].used)
			return false;
	return true;
}

bool users_content(void)
{
	return !memcmp(medium, wanted, sizeof(medium));
}
