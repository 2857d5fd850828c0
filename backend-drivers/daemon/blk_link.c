// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a connection to one block frontend: made, taken up from a
 * predecessor, closed.
 *
 * Rules:
 *  1. A predecessor's record and the ring must agree, or, where the record is
 *     lost, nothing may have been in flight: else the disk is stopped, for a
 *     request must not be answered twice.
 *  2. A connection that is closed lives until its last operation is done; so
 *     long its image cannot be opened anew.
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

#define GRANTS_MAX 1056		/* pages of one frontend that stay mapped */

static struct blk_link *links;		/* open and ending */

bool blk_link_lingers(const struct blk_file *file)
{
	struct blk_link *l;

	for (l = links; l; l = l->next)
		if (!l->disk && blk_file_same(&l->identity, file))
			return true;
	return false;
}

void blk_link_free(struct blk_link *l)
{
	struct blk_link **at = &links;
	unsigned int i;

	while (*at && *at != l)
		at = &(*at)->next;
	if (*at)
		*at = l->next;
	loop_cancel(&l->task);
	events_unbind(l->port);
	grant_cache_drop(&l->grants);
	if (l->ring)
		gnt_unmap(grants_fd, l->ring, l->pages);
	for (i = 0; l->io && i < l->count; i++)
		free(l->io[i].bounce);
	free(l->io);
	free(l);
}

static uint64_t identity(const struct blk_params *p)
{
	return (uint64_t)p->port << 40 ^ (uint64_t)p->pages << 32 ^ p->gref[0];
}

static int setup_core(struct blk_link *l, const struct blk_params *p)
{
	struct disk *disk = l->disk;
	struct blkback_image image = {
		.sectors = disk->file.bytes / BLKBACK_SECTOR_BYTES,
		.sector_bytes = disk->file.sector_bytes,
		.read_only = disk->file.read_only,
		.discard = disk->file.discard,
	};
	struct xy_sring *ring = l->ring;
	bool found;

	l->core = keep_map(&disk->dev, sizeof(*l->core), identity(p), &found);
	if (!l->core)
		return device_fail(&disk->dev, -errno, "cannot keep the "
				   "ring's state: %s", strerror(errno));
	if (disk->dev.adopting && found &&
	    !blkback_resume(l->core, ring, p->pages, &image))
		return 0;
	if (disk->dev.adopting && ring->req_prod != ring->rsp_prod)
		return device_fail(&disk->dev, -EPROTO, "requests were in "
				   "flight and their record is lost");
	if (blkback_init(l->core, ring, p->pages, &image))
		return device_fail(&disk->dev, -EPROTO, "the frontend's ring "
				   "indices make no sense");
	return 0;
}

static int connect_to(struct blk_link *l, const struct blk_params *p)
{
	struct device *dev = &l->disk->dev;
	unsigned int i;
	int rc;

	l->ring = gnt_map(grants_fd, dev->domid, p->gref, p->pages,
			  PROT_READ | PROT_WRITE);
	if (!l->ring)
		return device_fail(dev, -errno, "cannot map the frontend's "
				   "ring: %s", strerror(errno));
	rc = setup_core(l, p);
	if (rc)
		return rc;
	l->count = l->core->count;
	gather_init(&l->gather, l->count - l->count / 4);
	l->io = calloc(l->count, sizeof(*l->io));
	if (!l->io)
		return device_fail(dev, -ENOMEM, "out of memory");
	for (i = 0; i < l->count; i++) {
		l->io[i].op.done = blk_io_done;
		l->io[i].link = l;
	}
	l->port = events_bind(dev->domid, p->port, &l->task);
	if (l->port < 0)
		return device_fail(dev, l->port, "cannot bind the frontend's "
				   "event channel: %s", strerror(-l->port));
	return 0;
}

int blk_link_open(struct disk *disk, const struct blk_params *p)
{
	struct blk_link *l = calloc(1, sizeof(*l));
	int rc;

	if (!l)
		return device_fail(&disk->dev, -ENOMEM, "out of memory");
	l->task.run = blk_link_run;
	l->disk = disk;
	l->file = &disk->file;
	l->identity = disk->file;
	l->port = -1;
	l->pages = p->pages;
	l->persistent = p->persistent;
	grant_cache_init(&l->grants, disk->dev.domid, GRANTS_MAX);
	rc = connect_to(l, p);
	if (rc) {
		if (l->core && !disk->dev.adopting)
			keep_drop(&disk->dev, l->core, sizeof(*l->core));
		blk_link_free(l);
		return rc;
	}
	l->next = links;
	links = l;
	disk->link = l;
	/* The ring may hold requests, and a predecessor's answers. */
	if (disk->dev.adopting)
		events_notify(l->port);
	loop_queue(&l->task);
	return 0;
}

void blk_link_close(struct disk *disk)
{
	struct blk_link *l = disk->link;

	disk->link = NULL;
	loop_cancel(&l->task);
	log_line("qdisk/%u/%u: %lu requests in %lu rounds, %lu events sent, "
		 "%lu vain waits, %u pages mapped", disk->dev.domid,
		 disk->dev.devid, l->requests, l->rounds, l->events,
		 l->gather.vain,
		 l->grants.mapped);
	/* What was not answered will not be: the frontend has let go of it. */
	l->disk = NULL;
	l->finished = NULL;
	l->barrier = NULL;
	keep_drop(&disk->dev, l->core, sizeof(*l->core));
	l->core = NULL;
	if (!l->in_flight)
		blk_link_free(l);
}
