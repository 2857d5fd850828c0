// SPDX-License-Identifier: MIT
/*
 * The frontend's half of a block ring, without I/O: indices, ids, answers, and
 * what is left when a backend goes away.
 *
 * Rules:
 *  1. The ring is the backend's memory too: only rsp_prod and responses are
 *     read from it, each once; every other index is private.
 *  2. rsp_prod is believed only up to the requests that were shown. A response
 *     must carry the id of a request in flight, and its operation; on the wire
 *     ids are never used twice: the count of all requests is part of them.
 *     Anything else is a fault, after which the ring is not read again.
 *  3. From put until get or abandon a request is in q->slot[] while it is in
 *     the ring, in the list q->held while it waits to be sent again, of this
 *     queue or its heir: none is lost, none handed back twice.
 *  4. After a detach the unanswered are sent again in the order of their put,
 *     before any other; what was inherited comes behind them.
 *  5. O(1) for each request; only detach sorts.
 *
 * It calls nothing, allocates nothing; the lock is the caller's.
 * Next: the shells, guest/ and linux/.
 */
#include "frontend-drivers/core/blkfront.h"

#define STRIDE	sizeof(union xy_blkif_sring_entry)
#define ID_BITS	16		/* of the wire's id: io->id; above: io->order */

_Static_assert(BLKFRONT_SLOTS_MAX <= 1 << ID_BITS, "an id fits");
_Static_assert(BLKFRONT_DIRECT_MAX == XY_BLKIF_MAX_SEGMENTS_PER_REQUEST &&
	       BLKFRONT_SEGMENTS_MAX == XY_BLKIF_SEGMENTS_PER_INDIRECT_PAGE,
	       "what a request holds");

void blkfront_init(struct blkfront *q, const struct blkfront_disk *disk)
{
	*q = (struct blkfront){ .disk = disk };
}

int blkfront_attach(struct blkfront *q, void *ring, unsigned int pages)
{
	unsigned int i;

	if (pages == 0 || pages > BLKFRONT_PAGES_MAX || (pages & (pages - 1)))
		return -XY_EINVAL;
	xy_ring_init(ring);
	q->ring = ring;
	q->count = xy_ring_size(STRIDE, pages);
	q->req_prod = 0;
	q->req_pushed = 0;
	q->rsp_cons = 0;
	q->rsp_seen = 0;
	q->fault = BLKFRONT_SOUND;
	q->started = false;
	q->open = false;
	for (i = 0; i < q->count; i++)
		q->free_id[i] = (uint16_t)(q->count - 1 - i);
	q->ids_free = q->count;
	return 0;
}

static uint64_t wire_id(const struct blkfront_io *io)
{
	return io->order << ID_BITS | io->id;
}

static int wire_op(const struct blkfront_disk *d, const struct blkfront_io *io)
{
	switch ((enum blkfront_op)io->op) {
	case BLKFRONT_READ:
		return XY_BLKIF_OP_READ;
	case BLKFRONT_WRITE:
		return d->read_only ? -XY_EACCES : XY_BLKIF_OP_WRITE;
	case BLKFRONT_BARRIER:
		if (d->read_only)
			return -XY_EACCES;
		return d->barrier ? XY_BLKIF_OP_WRITE_BARRIER : -XY_EOPNOTSUPP;
	case BLKFRONT_FLUSH:
		if (d->flush)
			return XY_BLKIF_OP_FLUSH_DISKCACHE;
		return d->barrier ? XY_BLKIF_OP_WRITE_BARRIER : -XY_EOPNOTSUPP;
	case BLKFRONT_DISCARD:
		if (!d->discard || (io->secure && !d->secure_discard))
			return -XY_EOPNOTSUPP;
		return XY_BLKIF_OP_DISCARD;
	}
	return -XY_EINVAL;
}

/* The operation on the wire, or why it cannot be done. */
static int check(const struct blkfront_disk *d, const struct blkfront_io *io)
{
	int op = wire_op(d, io);

	if (op < 0 || io->segments <= BLKFRONT_DIRECT_MAX)
		return op;
	if (op > XY_BLKIF_OP_WRITE || io->segments > d->segments_max ||
	    !io->indirect)
		return -XY_EINVAL;
	return op;
}

static void write_direct(struct xy_blkif_request *to,
			 const struct blkfront_io *io, int op)
{
	unsigned int i;

	to->operation = (uint8_t)op;
	to->nr_segments = (uint8_t)io->segments;
	to->handle = 0;
	to->id = wire_id(io);
	to->sector_number = io->sector;
	for (i = 0; i < io->segments; i++)
		to->seg[i] = io->segment[i];
}

static void write_discard(struct xy_blkif_request_discard *to,
			  const struct blkfront_io *io)
{
	to->operation = XY_BLKIF_OP_DISCARD;
	to->flag = io->secure ? XY_BLKIF_DISCARD_SECURE : 0;
	to->handle = 0;
	to->id = wire_id(io);
	to->sector_number = io->sector;
	to->nr_sectors = io->sectors;
}

static void write_indirect(struct xy_blkif_request_indirect *to,
			   const struct blkfront_io *io, int op)
{
	struct xy_blkif_request_segment *page = io->indirect;
	unsigned int i;

	for (i = 0; i < io->segments; i++)
		page[i] = io->segment[i];
	to->operation = XY_BLKIF_OP_INDIRECT;
	to->indirect_op = (uint8_t)op;
	to->nr_segments = io->segments;
	to->id = wire_id(io);
	to->sector_number = io->sector;
	to->handle = 0;
	to->indirect_grefs[0] = io->indirect_gref;
}

static void write_request(struct blkfront *q, struct blkfront_io *io, int op)
{
	void *to = xy_ring_slot(q->ring, q->req_prod, q->count, STRIDE);

	/* There is room in the ring, so there is an id. */
	io->id = q->free_id[--q->ids_free];
	q->slot[io->id] = io;
	if (op == XY_BLKIF_OP_DISCARD)
		write_discard(to, io);
	else if (io->segments > BLKFRONT_DIRECT_MAX)
		write_indirect(to, io, op);
	else
		write_direct(to, io, op);
	io->wire_op = (uint8_t)op;
	q->req_prod++;
}

int blkfront_put(struct blkfront *q, struct blkfront_io *io)
{
	int op;

	if (!q->open || blkfront_in_flight(q) >= q->count)
		return q->fault ? -XY_EIO : -XY_EBUSY;
	op = check(q->disk, io);
	if (op < 0)
		return op;
	io->order = q->order++;
	write_request(q, io, op);
	return 0;
}

/* Sends again what fits into the ring; the rest when answers make room. */
static void replay(struct blkfront *q)
{
	struct blkfront_io *io;

	while ((io = q->held) && blkfront_in_flight(q) < q->count) {
		int op = check(q->disk, io);

		/* What the backend cannot do waits for blkfront_unfit(). */
		if (op < 0)
			return;
		q->held = io->next;
		q->held_count--;
		write_request(q, io, op);
	}
	q->open = !q->held;
}

bool blkfront_flush(struct blkfront *q)
{
	uint32_t old = q->req_pushed;

	if (!q->ring || q->fault)
		return false;
	if (q->started && !q->open)
		replay(q);
	if (old == q->req_prod)
		return false;
	q->req_pushed = q->req_prod;
	return xy_ring_push_requests(q->ring, old, q->req_prod);
}

static struct blkfront_io *broken(struct blkfront *q, enum blkfront_fault why)
{
	q->fault = (uint8_t)why;
	q->started = false;
	q->open = false;
	return NULL;
}

static enum blkfront_status status_of(int16_t status)
{
	if (status == XY_BLKIF_RSP_OKAY)
		return BLKFRONT_OKAY;
	return status == XY_BLKIF_RSP_EOPNOTSUPP ? BLKFRONT_UNSUPPORTED :
						   BLKFRONT_ERROR;
}

struct blkfront_io *blkfront_get(struct blkfront *q)
{
	const volatile struct xy_blkif_response *rsp;
	struct blkfront_io *io;
	uint64_t id;

	if (!q->ring || q->fault)
		return NULL;
	if (q->rsp_seen == q->rsp_cons) {
		q->rsp_seen = xy_ring_rsp_prod(q->ring);
		if (q->rsp_seen == q->rsp_cons)
			return NULL;
		if (q->rsp_seen - q->rsp_cons > q->req_pushed - q->rsp_cons)
			return broken(q, BLKFRONT_BAD_INDEX);
	}
	rsp = xy_ring_slot(q->ring, q->rsp_cons, q->count, STRIDE);
	id = rsp->id;
	io = (id & ((1u << ID_BITS) - 1)) < BLKFRONT_SLOTS_MAX ?
	     q->slot[id & ((1u << ID_BITS) - 1)] : NULL;
	if (!io || wire_id(io) != id)
		return broken(q, BLKFRONT_BAD_ID);
	if (rsp->operation != io->wire_op)
		return broken(q, BLKFRONT_BAD_OPERATION);
	io->status = (uint8_t)status_of(rsp->status);
	q->slot[io->id] = NULL;
	q->free_id[q->ids_free++] = io->id;
	q->rsp_cons++;
	return io;
}

void blkfront_start(struct blkfront *q)
{
	q->started = q->ring && !q->fault;
	q->open = q->started && !q->held;
}

void blkfront_detach(struct blkfront *q)
{
	unsigned int id;

	q->ring = NULL;
	q->started = false;
	q->open = false;
	/* All in the ring were put before any that still waits. */
	for (id = 0; id < BLKFRONT_SLOTS_MAX; id++) {
		struct blkfront_io *io = q->slot[id], **at = &q->held;

		if (!io)
			continue;
		q->slot[id] = NULL;
		while (*at && (*at)->order < io->order)
			at = &(*at)->next;
		io->next = *at;
		*at = io;
		q->held_count++;
	}
	q->req_prod = 0;
	q->req_pushed = 0;
	q->rsp_cons = 0;
	q->rsp_seen = 0;
}

void blkfront_inherit(struct blkfront *q, struct blkfront *from)
{
	struct blkfront_io **end = &q->held, *io;

	if (!from->held)
		return;
	while (*end)
		end = &(*end)->next;
	*end = from->held;
	for (io = *end; io; io = io->next)
		io->order = q->order++;
	q->held_count += from->held_count;
	q->open = false;
	from->held = NULL;
	from->held_count = 0;
}

struct blkfront_io *blkfront_unfit(struct blkfront *q)
{
	struct blkfront_io **at, *io;

	for (at = &q->held; (io = *at); at = &io->next) {
		if (check(q->disk, io) >= 0)
			continue;
		*at = io->next;
		q->held_count--;
		return io;
	}
	return NULL;
}

struct blkfront_io *blkfront_abandon(struct blkfront *q)
{
	struct blkfront_io *io;

	q->started = false;
	q->open = false;
	for (; q->abandon_next < BLKFRONT_SLOTS_MAX; q->abandon_next++) {
		io = q->slot[q->abandon_next];
		if (!io)
			continue;
		q->slot[q->abandon_next] = NULL;
		return io;
	}
	io = q->held;
	if (io) {
		q->held = io->next;
		q->held_count--;
		return io;
	}
	q->abandon_next = 0;
	return NULL;
}

const char *blkfront_fault_text(const struct blkfront *q)
{
	switch ((enum blkfront_fault)q->fault) {
	case BLKFRONT_SOUND:
		return NULL;
	case BLKFRONT_BAD_INDEX:
		return "more answers than requests";
	case BLKFRONT_BAD_ID:
		return "an answer to a request that is not in flight";
	case BLKFRONT_BAD_OPERATION:
		return "an answer to another operation than was asked for";
	}
	return "?";
}

void blkfront_refused(struct blkfront_disk *disk, unsigned int op)
{
	switch ((enum blkfront_op)op) {
	case BLKFRONT_READ:
	case BLKFRONT_WRITE:
		break;
	case BLKFRONT_FLUSH:
		/* Without it, an empty barrier would have been sent. */
		if (!disk->flush)
			disk->barrier = false;
		disk->flush = false;
		break;
	case BLKFRONT_BARRIER:
		disk->barrier = false;
		break;
	case BLKFRONT_DISCARD:
		disk->discard = false;
		disk->secure_discard = false;
		break;
	}
}
