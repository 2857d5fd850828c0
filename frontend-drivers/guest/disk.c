// SPDX-License-Identifier: MIT
/*
 * The block shell: memory, grants, the event channel and the store around
 * core/blkfront.
 *
 * Rules:
 *  1. A request's pages are granted once, when its buffer is made, and stay
 *     granted: the backend maps them at first sight and keeps them mapped.
 *  2. The ring's pages are used for something else only when their grants have
 *     ended; a backend that does not let go costs us those pages.
 *  3. What was answered before the backend went away was answered; the rest is
 *     sent again to the next one, by the core.
 *
 * One vCPU uses a disk. Next: core/blkfront.c.
 */
#include "frontend-drivers/guest/disk.h"
#include "frontend-drivers/guest/guest.h"

#define OPEN_NS		10000000000UL
#define RING_PAGES	1	/* 32 requests */

static struct disk_request *of_io(struct blkfront_io *io)
{
	return (struct disk_request *)io;	/* its first member */
}

static void read_keys(struct disk *d, uint64_t value[BLKFRONT_KEYS])
{
	for (unsigned int i = 0; i < BLKFRONT_KEYS; i++)
		value[i] = device_their_number(&d->dev, blkfront_key[i],
					       BLKFRONT_ABSENT);
}

static void on_event(uint32_t port, void *arg)
{
	struct disk *d = arg;

	(void)port;
	d->events++;
}

static void done_later(struct disk *d, struct blkfront_io *io,
		       enum blkfront_status status)
{
	struct disk_request *r = of_io(io);

	io->status = (uint8_t)status;
	r->next = d->done;
	d->done = r;
}

static void fail_all(struct disk *d)
{
	struct blkfront_io *io;

	while ((io = blkfront_abandon(&d->queue)))
		done_later(d, io, BLKFRONT_ERROR);
}

/* ---- the handshake's steps ---- */

static int say_ring(struct disk *d)
{
	struct device *dev = &d->dev;
	char path[80];
	int rc = 0;

	if (d->ring_pages == 1)
		rc = device_say(dev, "ring-ref", d->ring_ref[0]);
	else
		rc = device_say(dev, "ring-page-order", (uint64_t)
				__builtin_ctz(d->ring_pages));
	for (unsigned int i = 0; d->ring_pages > 1 && i < d->ring_pages; i++) {
		text_format(path, sizeof(path), "ring-ref%u", i);
		rc = rc ? rc : device_say(dev, path, d->ring_ref[i]);
	}
	text_format(path, sizeof(path), "%s/protocol", dev->front);
	rc = rc ? rc : store_write(0, path, "x86_64-abi");
	rc = rc ? rc : device_say(dev, "feature-persistent", 1);
	return rc ? rc : device_say(dev, "event-channel", d->port);
}

static int publish(struct disk *d)
{
	struct blkfront_rings rings = { .queues = 1, .pages = RING_PAGES };
	uint64_t value[BLKFRONT_KEYS];
	int rc;

	read_keys(d, value);
	blkfront_choose_rings(&rings, value);
	d->ring_pages = rings.pages;
	d->ring = pages_alloc(d->ring_pages);
	if (!d->ring)
		return -XY_ENOMEM;
	rc = blkfront_attach(&d->queue, d->ring, d->ring_pages);
	rc = rc ? rc : device_share(d->dev.backend, d->ring, d->ring_pages,
				    false, d->ring_ref);
	rc = rc ? rc : (int)event_alloc(d->dev.backend, &d->port);
	rc = rc ? rc : (int)event_handle(d->port, on_event, d);
	return rc ? rc : say_ring(d);
}

static int start(struct disk *d)
{
	uint64_t value[BLKFRONT_KEYS];
	struct blkfront_io *io;

	read_keys(d, value);
	if (blkfront_choose_disk(&d->info, value))
		return -XY_EINVAL;
	blkfront_start(&d->queue);
	while ((io = blkfront_unfit(&d->queue)))
		done_later(d, io, BLKFRONT_UNSUPPORTED);
	disk_flush(d);		/* what the last backend left unanswered */
	return 0;
}

static void stop(struct disk *d)
{
	struct blkfront_io *io;

	if (!d->ring)
		return;
	event_close(d->port);
	while ((io = blkfront_get(&d->queue)))
		done_later(d, io, io->status);
	blkfront_detach(&d->queue);
	if (device_unshare(d->ring_pages, d->ring_ref))
		pages_free(d->ring, d->ring_pages);
	d->ring = NULL;
}

static int perform(struct device *dev, unsigned int todo)
{
	struct disk *d = (struct disk *)dev;
	uint64_t value[BLKFRONT_KEYS];

	switch ((enum connect_front_todo)todo) {
	case CONNECT_FRONT_STOP:
		stop(d);
		return 0;
	case CONNECT_FRONT_PUBLISH:
		return publish(d);
	case CONNECT_FRONT_START:
		return start(d);
	case CONNECT_FRONT_CHANGED:
		read_keys(d, value);
		return blkfront_choose_disk(&d->info, value);
	case CONNECT_FRONT_RELEASE:
		stop(d);
		fail_all(d);
		return 0;
	}
	return -XY_EINVAL;
}

/* 1 + the answers so far, so that it is never 0. */
static uint64_t waiting(struct device *dev)
{
	struct disk *d = (struct disk *)dev;

	if (!d->ring || !blkfront_in_flight(&d->queue) ||
	    xy_ring_rsp_prod(d->ring) != d->queue.rsp_cons)
		return 0;
	return 1 + (uint64_t)d->queue.rsp_cons;
}

static const struct device_kind disk_kind = { "vbd", false, perform,
					      waiting };

/* ---- what programs use ---- */

int disk_open(struct disk *d, unsigned int nth)
{
	int rc;

	memset(d, 0, sizeof(*d));
	blkfront_init(&d->queue, &d->info);
	rc = device_open(&d->dev, &disk_kind, nth);
	if (rc)
		return rc;
	return device_wait(&d->dev, OPEN_NS) ? 0 : -XY_ETIMEDOUT;
}

void disk_close(struct disk *d)
{
	device_close(&d->dev);
}

int disk_buffer(struct disk *d, struct disk_request *r, unsigned int pages)
{
	int rc;

	memset(r, 0, sizeof(*r));
	if (pages > DISK_PAGES)
		return -XY_EINVAL;
	r->data = pages_alloc(pages);
	if (!r->data)
		return -XY_ENOMEM;
	r->pages = pages;
	rc = device_share(d->dev.backend, r->data, pages, false, r->ref);
	if (!rc && pages > BLKFRONT_DIRECT_MAX) {
		r->io.indirect = pages_alloc(1);
		rc = !r->io.indirect ? -XY_ENOMEM :
		     device_share(d->dev.backend, r->io.indirect, 1, false,
				  &r->indirect_ref);
	}
	r->io.indirect_gref = r->indirect_ref;
	r->io.segment = r->segment;
	return rc;
}

int disk_put(struct disk *d, struct disk_request *r, enum blkfront_op op,
	     uint64_t sector, uint32_t sectors)
{
	const uint32_t per_page = PAGE / DISK_SECTOR;
	uint32_t pages = (sectors + per_page - 1) / per_page, i;

	if (d->dev.leave)
		return -XY_EIO;
	if (pages > r->pages)
		return -XY_EINVAL;
	for (i = 0; i < pages; i++) {
		uint32_t rest = sectors - i * per_page;

		r->segment[i].gref = r->ref[i];
		r->segment[i].first_sect = 0;
		r->segment[i].last_sect = (uint8_t)
			((rest < per_page ? rest : per_page) - 1);
	}
	r->io.op = (uint8_t)op;
	r->io.segments = (uint16_t)pages;
	r->io.sector = sector;
	r->io.sectors = sectors;
	return blkfront_put(&d->queue, &r->io);
}

void disk_flush(struct disk *d)
{
	if (!blkfront_flush(&d->queue))
		return;
	d->kicks++;
	event_send(d->port);
}

struct disk_request *disk_get(struct disk *d)
{
	struct disk_request *r = d->done;
	struct blkfront_io *io;

	if (r) {
		d->done = r->next;
		return r;
	}
	io = d->dev.fault ? NULL : blkfront_get(&d->queue);
	if (io)
		return of_io(io);
	if (d->queue.fault)
		device_fail(&d->dev, blkfront_fault_text(&d->queue));
	if (d->dev.fault)
		fail_all(d);	/* no answer will be taken any more */
	r = d->done;
	d->done = r ? r->next : NULL;
	return r;
}

void disk_wait(struct disk *d)
{
	if (!d->done && !blkfront_arm(&d->queue, 1))
		event_wait();
}

int disk_do(struct disk *d, struct disk_request *r, enum blkfront_op op,
	    uint64_t sector, uint32_t sectors)
{
	int rc;

	while ((rc = disk_put(d, r, op, sector, sectors)) == -XY_EBUSY)
		event_wait();
	if (rc)
		return rc;
	disk_flush(d);
	while (disk_get(d) != r)
		disk_wait(d);
	return r->io.status == BLKFRONT_OKAY ? 0 : -XY_EIO;
}
