// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A disk's keys in the store: what the backend offers, what we publish.
 *
 * Rules:
 *  1. What is no number is absent; the core puts bounds on the rest.
 *  2. Our keys are written in one transaction, before our state.
 *  3. One queue stands in the frontend's directory, several below queue-N;
 *     what is the same for all stands above in both cases.
 *
 * Lock: disk->mutex. Next: blkfront_link.c.
 */
#include <linux/log2.h>

#include "blkfront.h"

void xbf_read_keys(struct xbf_disk *disk, uint64_t value[BLKFRONT_KEYS])
{
	unsigned long long n;
	unsigned int i;

	for (i = 0; i < BLKFRONT_KEYS; i++)
		value[i] = xenbus_scanf(XBT_NIL, disk->dev->otherend,
					blkfront_key[i], "%llu", &n) == 1 ?
			   n : BLKFRONT_ABSENT;
}

static int write_queue(struct xbf_queue *q, struct xenbus_transaction t,
		       const char *path)
{
	char key[16] = "ring-ref";
	unsigned int i;
	int rc = 0;

	for (i = 0; i < q->ring_pages && !rc; i++) {
		if (q->ring_pages > 1)
			snprintf(key, sizeof(key), "ring-ref%u", i);
		rc = xenbus_printf(t, path, key, "%u", q->ring_ref[i]);
	}
	return rc ? rc : xenbus_printf(t, path, "event-channel", "%u", q->port);
}

static int write_all(struct xbf_disk *disk, struct xenbus_transaction t)
{
	const char *node = disk->dev->nodename;
	unsigned int i, n = 0;
	char path[96];
	int rc;

	/* The last backend may have taken more, and larger ones. */
	xenbus_rm(t, node, "ring-page-order");
	xenbus_rm(t, node, "multi-queue-num-queues");
	rc = xenbus_printf(t, node, "protocol", "x86_64-abi");
	if (!rc)
		rc = xenbus_printf(t, node, "feature-persistent", "1");
	if (!rc && disk->queue->ring_pages > 1)
		rc = xenbus_printf(t, node, "ring-page-order", "%u",
				   ilog2(disk->queue->ring_pages));
	if (disk->rings == 1)
		return rc ? rc : write_queue(disk->queue, t, node);
	if (!rc)
		rc = xenbus_printf(t, node, "multi-queue-num-queues", "%u",
				   disk->rings);
	for (i = 0; i < disk->queues && !rc; i++) {
		if (!xbf_has_ring(&disk->queue[i]))
			continue;
		snprintf(path, sizeof(path), "%s/queue-%u", node, n++);
		rc = write_queue(&disk->queue[i], t, path);
	}
	return rc;
}

int xbf_write_keys(struct xbf_disk *disk)
{
	struct xenbus_transaction t;
	int rc;

	do {
		rc = xenbus_transaction_start(&t);
		if (rc)
			return rc;
		rc = write_all(disk, t);
		if (rc) {
			xenbus_transaction_end(t, 1);
			return rc;
		}
		rc = xenbus_transaction_end(t, 0);
	} while (rc == -EAGAIN);
	return rc;
}
