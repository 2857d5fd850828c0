// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * xylem-blkfront's connection: the handshake of core/connect performed on
 * Linux's xenbus, from probe to remove, through suspends and lost backends.
 *
 * Rules:
 *  1. The table decides; this file reads keys, writes keys, and calls.
 *  2. The number of queues is settled at the first connection, that of rings
 *     at each: a backend may have fewer, or others in size, than the last one.
 *  3. The partition scan, and what is submitted anew, run in work items: they
 *     may wait for a backend, and the thread that hears of backends must not
 *     wait for them.
 *  4. A disk that goes away ends its handshake as long as the backend follows,
 *     at most LEAVE_MS.
 *
 * Lock: disk->mutex. First station: blkfront.c.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/xen.h>
#include <xen/platform_pci.h>

#include "blkfront.h"

#define LEAVE_MS	5000
#define QUEUES_MAX	64u
#define TRIES		5	/* connections that never came to be */

/* --- what the table asks for */

static int make_queues(struct xbf_disk *disk, unsigned int n)
{
	unsigned int i;

	disk->queue = kcalloc(n, sizeof(*disk->queue), GFP_KERNEL);
	if (!disk->queue)
		return -ENOMEM;
	disk->queues = n;
	disk->poll_queues = min(xbf_max_poll_queues, n - 1);
	for (i = 0; i < n; i++) {
		struct xbf_queue *q = &disk->queue[i];

		spin_lock_init(&q->lock);
		q->disk = disk;
		q->via = q;
		blkfront_init(&q->core, &disk->core);
	}
	return 0;
}

static int publish(struct xbf_disk *disk)
{
	uint64_t value[BLKFRONT_KEYS];
	struct blkfront_rings rings = {
		.queues = (uint16_t)(clamp(xbf_max_queues, 1u,
					   num_online_cpus()) +
				     min(xbf_max_poll_queues, QUEUES_MAX)),
		.pages = (uint16_t)min(xbf_ring_pages, 16u),
	};
	unsigned int i;
	int rc = 0;

	if (disk->queue)
		rings.queues = (uint16_t)disk->queues;
	xbf_read_keys(disk, value);
	blkfront_choose_rings(&rings, value);
	if (!disk->queue)
		rc = make_queues(disk, rings.queues);
	if (rc)
		return rc;
	xbf_map_rings(disk, rings.queues);
	for (i = 0; i < disk->queues && !rc; i++) {
		if (disk->regrant)
			xbf_grant_again(&disk->queue[i]);
		if (xbf_has_ring(&disk->queue[i]))
			rc = xbf_open_queue(&disk->queue[i], rings.pages);
	}
	if (!rc)
		rc = xbf_write_keys(disk);
	if (!rc)
		disk->regrant = false;
	/* It may have gone off while requests changed queues. */
	return READ_ONCE(disk->offline) ? -EIO : rc;
}

static void stop(struct xbf_disk *disk, bool answers)
{
	unsigned int i;

	WRITE_ONCE(disk->connected, false);
	for (i = 0; i < disk->queues; i++)
		xbf_close_queue(&disk->queue[i], answers);
}

static void add_work(struct work_struct *work)
{
	struct xbf_disk *disk = container_of(work, struct xbf_disk, add);
	int rc = device_add_disk(&disk->dev->dev, disk->gendisk, NULL);

	if (rc)
		xbf_offline(disk, rc == -EEXIST ? "its name is taken" :
						  "the kernel refuses it");
	else
		disk->added = true;
}

/* Waits for tags perhaps, and so for the backend: see rule 3. */
static void submit_work(struct work_struct *work)
{
	struct xbf_disk *disk = container_of(work, struct xbf_disk, submit);
	struct bio_list bios;
	struct bio *bio;

	mutex_lock(&disk->mutex);
	bios = disk->again;
	bio_list_init(&disk->again);
	mutex_unlock(&disk->mutex);
	while ((bio = bio_list_pop(&bios)))
		submit_bio_noacct(bio);
}

static int offer(struct xbf_disk *disk)
{
	uint64_t value[BLKFRONT_KEYS];

	xbf_read_keys(disk, value);
	return blkfront_choose_disk(&disk->core, value);
}

static int start(struct xbf_disk *disk)
{
	bool first = !disk->gendisk;
	unsigned int i, again = 0;
	int rc = offer(disk);

	if (!rc && first)
		rc = xbf_make_disk(disk);
	if (rc)
		return rc;
	if (!first)
		xbf_update_disk(disk);
	disk->tries = 0;
	WRITE_ONCE(disk->connected, true);
	for (i = 0; i < disk->queues; i++) {
		if (!xbf_has_ring(&disk->queue[i]))
			continue;
		again += blkfront_to_replay(&disk->queue[i].core);
		xbf_restart(&disk->queue[i]);
	}
	pr_info(XBF_NAME ": %s: %llu sectors, %u+%u queues of %u\n",
		disk->gendisk->disk_name,
		(unsigned long long)disk->core.sectors,
		disk->rings - disk->poll_rings, disk->poll_rings,
		disk->queue[0].core.count);
	if (!first)
		pr_info(XBF_NAME ": %s: connected again, %u requests sent again"
			"\n", disk->gendisk->disk_name, again);
	if (!bio_list_empty(&disk->again))
		schedule_work(&disk->submit);
	if (first)
		schedule_work(&disk->add);
	return 0;
}

static void changed(struct xbf_disk *disk)
{
	if (offer(disk))
		xbf_offline(disk, "the backend's keys make no sense");
	else
		xbf_update_disk(disk);
}

/* --- the loop around the table */

static enum connect_front_wish wish_of(struct xbf_disk *disk)
{
	if (disk->leaving || READ_ONCE(disk->offline))
		return CONNECT_FRONT_LEAVE;
	if (xenbus_read_unsigned(disk->dev->otherend, "online", 1))
		return CONNECT_FRONT_STAY;
	if (disk->added && disk_openers(disk->gendisk))
		return CONNECT_FRONT_BUSY;
	return CONNECT_FRONT_LEAVE;
}

static void perform(struct xbf_disk *disk, unsigned int todo)
{
	if (todo & CONNECT_FRONT_STOP)
		stop(disk, true);
	/* Both would go round for ever. */
	if ((todo & CONNECT_FRONT_PUBLISH) && disk->tries++ == TRIES) {
		xbf_offline(disk, "the backend does not take its rings");
		return;
	}
	if ((todo & CONNECT_FRONT_PUBLISH) && publish(disk))
		xbf_offline(disk, "no rings for the backend: out of memory or "
			    "grants");
	if ((todo & CONNECT_FRONT_START) && start(disk))
		xbf_offline(disk, "the backend's keys make no sense");
	if (todo & CONNECT_FRONT_CHANGED)
		changed(disk);
	if (todo & CONNECT_FRONT_RELEASE)
		disk->released = true;
}

static void step(struct xbf_disk *disk, int theirs)
{
	struct connect_front *c = &disk->connect;
	enum connect_front_wish wish;
	int before;

	if (disk->released)
		return;
	/* It may storm us with events, and need not follow the handshake. */
	if (READ_ONCE(disk->offline))
		stop(disk, true);
	do {
		before = c->mine;
		wish = wish_of(disk);
		perform(disk, connect_front_step(c, theirs, wish));
		if (c->mine == XY_XENBUS_CLOSED && before != c->mine)
			xenbus_frontend_closed(disk->dev);
		else if (c->mine != before)
			xenbus_switch_state(disk->dev, c->mine);
	} while (c->mine != before && !disk->released);
	if (disk->released && !disk->leaving && !READ_ONCE(disk->offline))
		xbf_offline(disk, "the toolstack has taken it away");
	if (wish == CONNECT_FRONT_BUSY && !disk->released)
		schedule_delayed_work(&disk->look, HZ);
}

static void look_work(struct work_struct *work)
{
	struct xbf_disk *disk = container_of(to_delayed_work(work),
					     struct xbf_disk, look);

	mutex_lock(&disk->mutex);
	if (!disk->leaving)
		step(disk, xenbus_read_driver_state(disk->dev->otherend));
	mutex_unlock(&disk->mutex);
}

static void otherend_changed(struct xenbus_device *dev,
			     enum xenbus_state state)
{
	struct xbf_disk *disk = dev_get_drvdata(&dev->dev);

	if (!disk)
		return;
	mutex_lock(&disk->mutex);
	step(disk, (int)state);
	mutex_unlock(&disk->mutex);
}

static int probe(struct xenbus_device *dev, const struct xenbus_device_id *id)
{
	struct xbf_disk *disk;
	int vdevice;

	if (xenbus_scanf(XBT_NIL, dev->nodename, "virtual-device", "%i",
			 &vdevice) != 1 &&
	    xenbus_scanf(XBT_NIL, dev->nodename, "virtual-device-ext", "%i",
			 &vdevice) != 1) {
		xenbus_dev_fatal(dev, -ENOENT, "no key virtual-device");
		return -ENOENT;
	}
	disk = kzalloc(sizeof(*disk), GFP_KERNEL);
	if (!disk)
		return -ENOMEM;
	mutex_init(&disk->mutex);
	INIT_DELAYED_WORK(&disk->look, look_work);
	INIT_WORK(&disk->add, add_work);
	INIT_WORK(&disk->submit, submit_work);
	bio_list_init(&disk->again);
	disk->dev = dev;
	disk->vdevice = vdevice;
	connect_front_init(&disk->connect, false);
	dev_set_drvdata(&dev->dev, disk);
	/* After an unbind the backend waits for this in 6. */
	xenbus_switch_state(dev, XenbusStateInitialising);
	return 0;
}

/* The other end's answers are polled: its watch has gone already. */
static void leave(struct xbf_disk *disk)
{
	unsigned int waited = 0;

	while (!disk->released && waited < LEAVE_MS) {
		step(disk, xenbus_read_driver_state(disk->dev->otherend));
		if (disk->released)
			break;
		msleep(10);
		waited += 10;
	}
	if (!disk->released)
		stop(disk, true);
}

/* Whoever has an added disk open still holds it, and free_disk() frees. */
static void free_all(struct xbf_disk *disk)
{
	bool added = disk->added;

	if (added)
		blk_mq_free_tag_set(&disk->tags);
	if (disk->gendisk)
		put_disk(disk->gendisk);
	if (added)
		return;
	if (disk->gendisk)
		blk_mq_free_tag_set(&disk->tags);
	kfree(disk->queue);
	kfree(disk);
}

static void remove(struct xenbus_device *dev)
{
	struct xbf_disk *disk = dev_get_drvdata(&dev->dev);
	unsigned int i;

	mutex_lock(&disk->mutex);
	disk->leaving = true;
	mutex_unlock(&disk->mutex);
	/* Nobody would answer what waits for a backend. */
	if (disk->gendisk && !disk->connected)
		xbf_offline(disk, "removed while its backend is away");
	flush_work(&disk->add);
	flush_work(&disk->submit);
	if (disk->added)
		del_gendisk(disk->gendisk);
	for (i = 0; i < disk->queues; i++)
		disk->queue[i].hctx = NULL;
	mutex_lock(&disk->mutex);
	leave(disk);
	mutex_unlock(&disk->mutex);
	cancel_delayed_work_sync(&disk->look);
	for (i = 0; i < disk->queues; i++)
		xbf_free_pages(&disk->queue[i]);
	dev_set_drvdata(&dev->dev, NULL);
	free_all(disk);
}

/* The domain woke up elsewhere, or later: rings, ports and grants are void. */
static int resume(struct xenbus_device *dev)
{
	struct xbf_disk *disk = dev_get_drvdata(&dev->dev);

	mutex_lock(&disk->mutex);
	stop(disk, false);
	disk->regrant = true;
	disk->released = false;
	connect_front_init(&disk->connect, false);
	xenbus_printf(XBT_NIL, dev->nodename, "state", "%d",
		      XenbusStateInitialising);
	mutex_unlock(&disk->mutex);
	return 0;
}

static const struct xenbus_device_id ids[] = {
	{ "vbd" },
	{ "" }
};

static struct xenbus_driver driver = {
	.name = XBF_NAME,
	.ids = ids,
	.probe = probe,
	.remove = remove,
	.resume = resume,
	.otherend_changed = otherend_changed,
	.allow_rebind = true,
};

static int __init xbf_init(void)
{
	if (!xen_domain())
		return -ENODEV;
	if (!xen_has_pv_disk_devices())
		return -ENODEV;
	return xenbus_register_frontend(&driver);
}

static void __exit xbf_exit(void)
{
	xenbus_unregister_driver(&driver);
}

module_init(xbf_init);
module_exit(xbf_exit);
MODULE_DESCRIPTION("Xylem's block frontend: several queues, polled I/O");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS("xen:vbd");
