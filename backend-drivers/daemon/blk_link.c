// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a connection to one block frontend: made, taken up from a
 * predecessor, closed.
 *
 * Rules:
 *  1. A predecessor's record and the rings must agree, or, where the record is
 *     lost, nothing may have been in flight: else the disk is stopped, for a
 *     request must not be answered twice.
 *  2. A connection that is closed lives until its last operation is done; so
 *     long its image is neither opened anew nor connected anew, for a write of
 *     the old connection must not come after one of the new.
 *  3. What a predecessor had taken is done before anything new, and a barrier
 *     among it last.
 *
 * Single-threaded. Next: blk_shell.c.
 */
#include "backend-drivers/daemon/blk_link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "backend-drivers/daemon/events.h"
#include "backend-drivers/daemon/keep.h"

/* Pages that stay mapped: what one queue of a stock frontend keeps. */
#define GRANTS_A_QUEUE 1056
#define GRANTS_MAX (4 * GRANTS_A_QUEUE)

static struct blk_link *links;		/* open and ending */

bool blk_link_lingers(const struct blk_file *file)
{
	struct blk_link *l;

	for (l = links; l; l = l->next)
		if (!l->disk && blk_file_same(&l->identity, file))
			return true;
	return false;
}

static void free_queue(struct blk_queue *q)
{
	unsigned int i;

	loop_cancel(&q->task);
	events_unbind(q->port);
	if (q->ring)
		gnt_unmap(grants_fd, q->ring, q->pages);
	for (i = 0; q->link->bounce_bytes && q->io && i < q->count; i++)
		blk_pages_release(&q->io[i]);
	free(q->io);
}

void blk_link_free(struct blk_link *l)
{
	struct blk_link **at = &links;
	unsigned int i;

	while (*at && *at != l)
		at = &(*at)->next;
	if (*at)
		*at = l->next;
	for (i = 0; i < l->queues; i++)
		free_queue(&l->queue[i]);
	grant_cache_drop(&l->grants);
	free(l);
}

/* Tells one connection of a frontend from another. */
static uint64_t identity(const struct blk_params *p)
{
	uint64_t sum = p->queues;
	unsigned int i, j;

	for (i = 0; i < p->queues; i++) {
		sum = sum * 0x100000001b3u ^ p->queue[i].port;
		for (j = 0; j < p->queue[i].pages; j++)
			sum = sum * 0x100000001b3u ^ p->queue[i].gref[j];
	}
	return sum;
}

static bool resume_all(struct blk_link *l, const struct blkback_image *image)
{
	unsigned int i;

	for (i = 0; i < l->queues; i++) {
		struct blk_queue *q = &l->queue[i];

		if (blkback_resume(q->core, q->ring, q->pages, image))
			return false;
	}
	return true;
}

static int init_all(struct blk_link *l, const struct blkback_image *image)
{
	struct device *dev = &l->disk->dev;
	unsigned int i;

	for (i = 0; i < l->queues; i++) {
		struct blk_queue *q = &l->queue[i];
		struct xy_sring *ring = q->ring;

		if (dev->adopting && ring->req_prod != ring->rsp_prod)
			return device_fail(dev, -EPROTO, "requests were in "
					   "flight and their record is lost");
		if (blkback_init(q->core, ring, q->pages, image))
			return device_fail(dev, -EPROTO, "the frontend's ring "
					   "indices make no sense");
	}
	return 0;
}

static int setup_cores(struct blk_link *l, const struct blk_params *p)
{
	struct disk *disk = l->disk;
	const struct blkback_image image = {
		.sectors = disk->file.bytes / BLKBACK_SECTOR_BYTES,
		.sector_bytes = disk->file.sector_bytes,
		.read_only = disk->file.read_only,
		.discard = disk->file.discard,
	};
	unsigned int i;
	bool found;

	l->kept = keep_map(&disk->dev, l->queues * sizeof(*l->kept),
			   identity(p), &found);
	if (!l->kept)
		return device_fail(&disk->dev, -errno, "cannot keep the "
				   "rings' state: %s", strerror(errno));
	for (i = 0; i < l->queues; i++)
		l->queue[i].core = &l->kept[i];
	if (disk->dev.adopting && found && resume_all(l, &image))
		return 0;
	return init_all(l, &image);
}

static int map_ring(struct blk_queue *q, const struct blk_queue_params *p)
{
	struct device *dev = &q->link->disk->dev;

	q->ring = gnt_map(grants_fd, dev->domid, p->gref, p->pages,
			  PROT_READ | PROT_WRITE);
	if (q->ring)
		return 0;
	return device_fail(dev, -errno, "cannot map the frontend's ring: %s",
			   strerror(errno));
}

static int bind_queue(struct blk_queue *q, const struct blk_queue_params *p)
{
	struct device *dev = &q->link->disk->dev;

	q->count = q->core->count;
	q->io = calloc(q->count, sizeof(*q->io));
	if (!q->io)
		return device_fail(dev, -ENOMEM, "out of memory");
	q->port = events_bind(dev->domid, p->port, &q->task);
	if (q->port < 0)
		return device_fail(dev, q->port, "cannot bind the frontend's "
				   "event channel: %s", strerror(-q->port));
	return 0;
}

static int connect_to(struct blk_link *l, const struct blk_params *p)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; i < l->queues && !rc; i++)
		rc = map_ring(&l->queue[i], &p->queue[i]);
	if (!rc)
		rc = setup_cores(l, p);
	for (i = 0; i < l->queues && !rc; i++)
		rc = bind_queue(&l->queue[i], &p->queue[i]);
	return rc;
}

static struct blk_link *new_link(struct disk *disk, const struct blk_params *p)
{
	struct blk_link *l = calloc(1, sizeof(*l));
	unsigned int i, pages = p->queues * GRANTS_A_QUEUE;

	if (!l)
		return NULL;
	l->disk = disk;
	l->file = &disk->file;
	l->identity = disk->file;
	l->persistent = p->persistent;
	l->queues = p->queues;
	grant_cache_init(&l->grants, disk->dev.domid,
			 pages < GRANTS_MAX ? pages : GRANTS_MAX);
	for (i = 0; i < l->queues; i++) {
		l->queue[i].task.run = blk_queue_run;
		l->queue[i].link = l;
		l->queue[i].port = -1;
		l->queue[i].pages = p->queue[i].pages;
	}
	return l;
}

static void drop_kept(struct blk_link *l, struct disk *disk)
{
	keep_drop(&disk->dev, l->kept, l->queues * sizeof(*l->kept));
	l->kept = NULL;
}

/* The rings may hold requests, and a predecessor's answers. */
static void first_round(struct blk_link *l, bool adopting)
{
	unsigned int i, barriers;

	for (barriers = 0; barriers < 2; barriers++) {
		for (i = 0; i < l->queues; i++) {
			struct blk_queue *q = &l->queue[i];

			if (blkback_replays_barrier(q->core) != barriers)
				continue;
			if (adopting)
				events_notify(q->port);
			loop_queue(&q->task);
		}
	}
}

int blk_link_open(struct disk *disk, const struct blk_params *p)
{
	struct blk_link *l;
	int rc;

	if (blk_link_lingers(&disk->file))
		return -EAGAIN;
	l = new_link(disk, p);
	if (!l)
		return device_fail(&disk->dev, -ENOMEM, "out of memory");
	rc = connect_to(l, p);
	if (rc) {
		if (!disk->dev.adopting)
			drop_kept(l, disk);
		blk_link_free(l);
		return rc;
	}
	l->next = links;
	links = l;
	disk->link = l;
	first_round(l, disk->dev.adopting);
	return 0;
}

void blk_link_close(struct disk *disk)
{
	struct blk_link *l = disk->link;
	unsigned int i;

	disk->link = NULL;
	device_log(&disk->dev, "%lu requests in %lu rounds, %lu events sent, "
		   "%u queues, %u pages mapped", l->requests, l->rounds,
		   l->events, l->queues, l->grants.mapped);
	/* What was not answered will not be: the frontend has let go of it. */
	for (i = 0; i < l->queues; i++)
		loop_cancel(&l->queue[i].task);
	l->disk = NULL;
	drop_kept(l, disk);
	if (!l->in_flight)
		blk_link_free(l);
}
