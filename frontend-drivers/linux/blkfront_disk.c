// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The gendisk: its name, its limits, its size.
 *
 * Rules:
 *  1. The name follows the virtual device's number as everywhere: 51712 is
 *     xvda, 51713 xvda1; SCSI and IDE numbers count as well.
 *  2. Limits come from the offer that the core has bounded; a backend that
 *     comes back with less lowers them.
 *  3. Data is copied, so the memory of a request may be in any pieces.
 *
 * Lock: disk->mutex. Next: blkfront_keys.c.
 */
#include <linux/version.h>

#include "blkfront.h"

#define EXTENDED	(1 << 28)	/* of a virtual device's number */

/* Which disk, and which of its partitions (0: the whole). */
static unsigned int disk_number(int vdevice, unsigned int *partition)
{
	unsigned int major = (vdevice >> 8) & 0xff, minor = vdevice & 0xff;

	if (vdevice & EXTENDED) {
		*partition = vdevice & 0xff;
		return (vdevice & ~EXTENDED) >> 8;
	}
	if (major == 3 || major == 22) {	/* IDE: hda, hdc */
		*partition = minor & 63;
		return minor / 64 + (major == 22 ? 2 : 0);
	}
	*partition = minor & 15;
	return minor / 16;
}

static void name_disk(struct gendisk *gendisk, int vdevice)
{
	unsigned int partition, n = disk_number(vdevice, &partition);
	char letters[8], *at = letters + sizeof(letters) - 1;

	*at = 0;
	for (n++; n && at > letters; n = (n - 1) / 26)
		*--at = (char)('a' + (n - 1) % 26);
	if (partition)
		snprintf(gendisk->disk_name, DISK_NAME_LEN, "xvd%s%u", at,
			 partition);
	else
		snprintf(gendisk->disk_name, DISK_NAME_LEN, "xvd%s", at);
}

static unsigned int max_sectors(const struct blkfront_disk *c)
{
	return min_t(unsigned int, c->segments_max, XBF_PAGES_MAX) *
	       XY_BLKIF_SECTORS_PER_PAGE;
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)

static void set_limits(struct request_queue *rq, const struct blkfront_disk *c)
{
	blk_queue_logical_block_size(rq, c->sector_bytes);
	blk_queue_physical_block_size(rq, c->physical_bytes);
	blk_queue_max_hw_sectors(rq, max_sectors(c));
	blk_queue_max_segments(rq, USHRT_MAX);
	blk_queue_max_segment_size(rq, UINT_MAX);
	rq->limits.discard_granularity = c->discard ?
					 c->discard_granularity : 0;
	rq->limits.discard_alignment = c->discard_alignment;
	blk_queue_max_discard_sectors(rq, c->discard ? UINT_MAX / 512 : 0);
	blk_queue_max_secure_erase_sectors(rq, c->secure_discard ?
					   UINT_MAX / 512 : 0);
	blk_queue_write_cache(rq, c->flush || c->barrier, false);
	blk_queue_flag_set(QUEUE_FLAG_NONROT, rq);
	blk_queue_flag_clear(QUEUE_FLAG_ADD_RANDOM, rq);
}

static struct gendisk *alloc_gendisk(struct xbf_disk *disk)
{
	struct gendisk *g = blk_mq_alloc_disk(&disk->tags, disk);

	if (!IS_ERR(g))
		set_limits(g->queue, &disk->core);
	return g;
}

#else

static void fill_limits(struct queue_limits *lim, const struct blkfront_disk *c)
{
	lim->logical_block_size = c->sector_bytes;
	lim->physical_block_size = c->physical_bytes;
	lim->max_hw_sectors = max_sectors(c);
	lim->max_segments = USHRT_MAX;
	lim->max_segment_size = UINT_MAX;
	lim->discard_granularity = c->discard ? c->discard_granularity : 0;
	lim->discard_alignment = c->discard_alignment;
	lim->max_hw_discard_sectors = c->discard ? UINT_MAX / 512 : 0;
	lim->max_secure_erase_sectors = c->secure_discard ? UINT_MAX / 512 : 0;
	lim->features &= ~BLK_FEAT_WRITE_CACHE;
	if (c->flush || c->barrier)
		lim->features |= BLK_FEAT_WRITE_CACHE;
}

static void set_limits(struct request_queue *rq, const struct blkfront_disk *c)
{
	struct queue_limits lim = queue_limits_start_update(rq);

	fill_limits(&lim, c);
	if (queue_limits_commit_update(rq, &lim))
		pr_warn(XBF_NAME ": the new backend's limits do not fit\n");
}

static struct gendisk *alloc_gendisk(struct xbf_disk *disk)
{
	struct queue_limits lim = { 0 };

	fill_limits(&lim, &disk->core);
	return blk_mq_alloc_disk(&disk->tags, &lim, disk);
}

#endif

static int make_tags(struct xbf_disk *disk)
{
	struct blk_mq_tag_set *t = &disk->tags;

	t->ops = &xbf_mq_ops;
	t->nr_hw_queues = disk->queues;
	t->nr_maps = disk->poll_queues ? HCTX_MAX_TYPES : 1;
	t->queue_depth = disk->queue[0].core.count;
	t->numa_node = NUMA_NO_NODE;
	t->cmd_size = sizeof(struct xbf_request);
	t->flags = BLK_MQ_F_SHOULD_MERGE | BLK_MQ_F_NO_SCHED_BY_DEFAULT;
	t->timeout = 120 * HZ;
	t->driver_data = disk;
	return blk_mq_alloc_tag_set(t);
}

static void free_disk(struct gendisk *gendisk)
{
	struct xbf_disk *disk = gendisk->private_data;

	kfree(disk->queue);
	kfree(disk);
}

static const struct block_device_operations disk_ops = {
	.owner = THIS_MODULE,
	.free_disk = free_disk,
};

int xbf_make_disk(struct xbf_disk *disk)
{
	struct gendisk *g;
	int rc = make_tags(disk);

	if (rc)
		return rc;
	g = alloc_gendisk(disk);
	if (IS_ERR(g)) {
		blk_mq_free_tag_set(&disk->tags);
		return PTR_ERR(g);
	}
	g->fops = &disk_ops;
	g->private_data = disk;
	name_disk(g, disk->vdevice);
	set_capacity(g, disk->core.sectors);
	set_disk_ro(g, disk->core.read_only);
	if (disk->core.removable)
		g->flags |= GENHD_FL_REMOVABLE;
	disk->gendisk = g;
	return 0;
}

/* The backend is another, or has another size. */
void xbf_update_disk(struct xbf_disk *disk)
{
	struct gendisk *g = disk->gendisk;

	if (max_sectors(&disk->core) < queue_max_hw_sectors(g->queue))
		set_limits(g->queue, &disk->core);
	if (set_capacity_and_notify(g, disk->core.sectors))
		pr_info(XBF_NAME ": %s: now %llu sectors\n", g->disk_name,
			(unsigned long long)disk->core.sectors);
	if (disk->core.read_only && !get_disk_ro(g))
		set_disk_ro(g, true);
}
