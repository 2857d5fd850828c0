// SPDX-License-Identifier: GPL-2.0-only
/*
 * A disk as xenstore sees it: its keys, its image, who else uses the image.
 *
 * Rules:
 *  1. An image written by one device is used by no other, unless both say
 *     mode=w!; identity is that of the file, not of its name.
 *  2. mode=r opens read-only; nothing later can make it writable.
 *  3. Every refusal names cause and remedy.
 *
 * Next: blk_shell.c.
 */
#include "backend-drivers/daemon/blk_shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct disk *disk_of(struct device *dev)
{
	return (struct disk *)dev;
}

static bool is(char *text, const char *what)
{
	bool yes = text && !strcmp(text, what);

	free(text);
	return yes;
}

static const char *remedy(int rc)
{
	switch (rc) {
	case -ENOENT:
		return "; hint: check the path in the disk specification";
	case -EACCES:
	case -EPERM:
	case -EROFS:
		return "; hint: use mode r, or make it writable";
	case -ENOTBLK:
		return " (neither a file nor a block device)";
	case -ERANGE:
		return "; hint: the image is smaller than one sector";
	default:
		return "";
	}
}

static int check_use(struct disk *disk)
{
	struct device *dev;

	for (dev = device_next(NULL); dev; dev = device_next(dev)) {
		struct disk *other = disk_of(dev);

		if (dev->kind != &disk_kind || other == disk || !dev->opened ||
		    !blk_file_same(&other->file, &disk->file))
			continue;
		if (disk->file.read_only && other->file.read_only)
			continue;
		if (disk->shareable && (other->shareable ||
					other->file.read_only))
			continue;
		return device_fail(&disk->dev, -EBUSY,
				   "image is in use by domain %u (%s); hint: "
				   "shut that domain down, or use mode r for "
				   "both, or w! if the guests can share",
				   dev->domid,
				   other->file.read_only ? "r" : "w");
	}
	return blk_link_lingers(&disk->file) ? -EAGAIN : 0;
}

static int open_image(struct disk *disk, char *params)
{
	struct device *dev = &disk->dev;
	char *mode = device_read(dev, "mode");
	struct blk_file_options options = {
		.read_only = !mode || mode[0] != 'w',
		.page_cache = !device_number(dev, "direct-io-safe", 1),
		.discard = device_number(dev, "discard-enable", 1),
	};
	int rc;

	disk->shareable = mode && strchr(mode, '!');
	free(mode);
	rc = blk_file_open(&disk->file, params, &options);
	if (rc)
		return device_fail(dev, rc, "cannot open %s: %s%s", params,
				   strerror(-rc), remedy(rc));
	rc = check_use(disk);
	if (rc)
		blk_file_close(&disk->file);
	return rc;
}

static int disk_open(struct device *dev)
{
	struct disk *disk = disk_of(dev);
	char *params = device_read(dev, "params");
	char *type = device_read(dev, "type");
	int rc;

	disk->info = 0;
	if (type && strcmp(type, "raw"))
		rc = device_fail(dev, -EINVAL, "image type '%s' is not "
				 "supported; hint: convert it to raw", type);
	else if (!params || !params[0])
		rc = device_fail(dev, -EINVAL, "no image: the key params is "
				 "missing");
	else
		rc = open_image(disk, params);
	free(params);
	free(type);
	if (rc)
		return rc;
	if (is(device_read(dev, "device-type"), "cdrom"))
		disk->info |= XY_VDISK_CDROM;
	if (is(device_read(dev, "removable"), "1"))
		disk->info |= XY_VDISK_REMOVABLE;
	if (disk->file.read_only)
		disk->info |= XY_VDISK_READONLY;
	return 0;
}

static void disk_close(struct device *dev)
{
	blk_file_close(&disk_of(dev)->file);
}

static void disk_publish(struct device *dev, xs_transaction_t t)
{
	struct disk *disk = disk_of(dev);
	const struct blk_file *f = &disk->file;

	device_post(dev, t, "feature-flush-cache", "1");
	device_post(dev, t, "feature-barrier", "%d", !f->read_only);
	device_post(dev, t, "feature-persistent", "1");
	device_post(dev, t, "feature-max-indirect-segments", "%d",
		    BLKBACK_SEGMENTS_MAX);
	device_post(dev, t, "max-ring-page-order", "%u",
		    device_offer.ring_order);
	device_post(dev, t, "multi-queue-max-queues", "%u",
		    device_offer.queues);
	device_post(dev, t, "feature-discard", "%d", f->discard);
	if (f->discard) {
		device_post(dev, t, "discard-granularity", "4096");
		device_post(dev, t, "discard-alignment", "0");
		device_post(dev, t, "discard-secure", "0");
	}
	device_post(dev, t, "sectors", "%llu", (unsigned long long)
		    (f->bytes / BLKBACK_SECTOR_BYTES));
	device_post(dev, t, "sector-size", "%u", f->sector_bytes);
	device_post(dev, t, "physical-sector-size", "%u", f->physical_bytes);
	device_post(dev, t, "info", "%u", disk->info);
}

static int unusable(struct device *dev, const char *dir, const char *key)
{
	return device_fail(dev, -EINVAL, "the frontend published no usable "
			   "%s%s", dir, key);
}

static bool usable(long number)
{
	return number >= 0 && number <= UINT32_MAX;
}

/* pages 0: one page, by its old name, which is good for order 0, too. */
static int read_ring(struct device *dev, const char *dir,
		     struct blk_queue_params *p, unsigned int pages)
{
	static const char *const key[] = {
		"event-channel", "ring-ref", "ring-ref0", "ring-ref1",
		"ring-ref2", "ring-ref3", "ring-ref4", "ring-ref5",
		"ring-ref6", "ring-ref7", "ring-ref8", "ring-ref9",
		"ring-ref10", "ring-ref11", "ring-ref12", "ring-ref13",
		"ring-ref14", "ring-ref15",
	};
	long v[sizeof(key) / sizeof(key[0])];
	unsigned int i, first = pages ? 2 : 1;

	p->pages = pages ? pages : 1;
	device_front_numbers(dev, dir, key, v, first + p->pages);
	if (pages == 1 && v[2] == DEVICE_NONE)
		v[2] = v[1];
	if (!usable(v[0]))
		return unusable(dev, dir, key[0]);
	p->port = (unsigned int)v[0];
	for (i = 0; i < p->pages; i++) {
		if (!usable(v[first + i]))
			return unusable(dev, dir, key[first + i]);
		p->gref[i] = (uint32_t)v[first + i];
	}
	return 0;
}

enum key { ORDER, QUEUES, PERSISTENT, KEYS };

static const char *const keys[KEYS] = {
	[ORDER] = "ring-page-order",
	[QUEUES] = "multi-queue-num-queues",
	[PERSISTENT] = "feature-persistent",
};

static int read_params(struct device *dev, struct blk_params *p)
{
	char *protocol = device_read_front(dev, "protocol");
	bool foreign = protocol && strcmp(protocol, "x86_64-abi");
	unsigned int i, pages;
	long v[KEYS];
	int rc = 0;

	free(protocol);
	if (foreign)
		return device_fail(dev, -EINVAL, "the frontend speaks another "
				   "protocol than x86_64-abi (32-bit guests "
				   "are not supported)");
	device_front_numbers(dev, "", keys, v, KEYS);
	if (v[QUEUES] == DEVICE_NONE)
		v[QUEUES] = 1;
	if ((v[ORDER] != DEVICE_NONE && (v[ORDER] < 0 || v[ORDER] > 4)) ||
	    v[QUEUES] < 1 || v[QUEUES] > BLK_QUEUES_MAX)
		return device_fail(dev, -EINVAL, "the frontend published an "
				   "unusable ring-page-order or "
				   "multi-queue-num-queues");
	p->queues = (unsigned int)v[QUEUES];
	p->persistent = v[PERSISTENT] == 1;
	pages = v[ORDER] == DEVICE_NONE ? 0 : 1u << v[ORDER];
	for (i = 0; i < p->queues && !rc; i++) {
		char dir[24] = "";

		if (p->queues > 1)
			snprintf(dir, sizeof(dir), "queue-%u/", i);
		rc = read_ring(dev, dir, &p->queue[i], pages);
	}
	return rc;
}

static int disk_attach(struct device *dev)
{
	struct blk_params params;
	int rc = read_params(dev, &params);

	return rc ? rc : blk_link_open(disk_of(dev), &params);
}

static void disk_detach(struct device *dev)
{
	blk_link_close(disk_of(dev));
}

const struct device_kind disk_kind = {
	.type = "qdisk",
	.bytes = sizeof(struct disk),
	.open = disk_open,
	.publish = disk_publish,
	.attach = disk_attach,
	.detach = disk_detach,
	.close = disk_close,
};
