// SPDX-License-Identifier: GPL-2.0-only
/*
 * The backend's half of a block ring, without I/O: indices, checks, answers.
 *
 * Rules:
 *  1. A request is copied from the ring once, into its slot, and never looked
 *     at in the ring again: the frontend may rewrite it at any time.
 *  2. req_prod is believed only within what the ring can hold beyond the
 *     responses shown. More stops the ring for good.
 *  3. Whatever is handed out lies within the image and within its pages.
 *  4. Every store that a successor process relies upon stands in an order in
 *     which a kill between any two of them loses nothing: slot before index,
 *     response before rsp_prod. One thread, so the compiler is the only one
 *     who could reorder them for that reader; the release stores forbid it.
 *  5. Answers may be given in any order.
 *
 * It calls nothing, allocates nothing, has no lock. Next: daemon/blk_shell.c.
 */
#include "backend-drivers/core/blkback.h"

#include "abi/errno.h"
#include "backend-drivers/core/arm.h"

#define STRIDE sizeof(union xy_blkif_sring_entry)

_Static_assert(offsetof(struct xy_blkif_request_indirect, id) == 8 &&
	       offsetof(struct xy_blkif_request_discard, id) == 8, "one id");
_Static_assert(STRIDE == sizeof(((struct blkback_slot *)0)->raw),
	       "a copy fits");

/* Each word is loaded exactly once, whatever the compiler thinks of it. */
static void copy_words(uint64_t *to, const void *from, unsigned int words)
{
	const volatile uint64_t *s = from;
	unsigned int i;

	for (i = 0; i < words; i++)
		to[i] = s[i];
}

/*
 * A request into its slot: the first word tells how long it is. What lies
 * behind that is not looked at.
 */
static void copy_request(struct blkback_slot *s, const void *entry)
{
	const struct xy_blkif_request *r = &s->raw.entry.req;
	unsigned int words = sizeof(struct xy_blkif_request_indirect) / 8;

	copy_words(s->raw.word, entry, 1);
	if (r->operation <= XY_BLKIF_OP_FLUSH_DISKCACHE)
		words = 3 + (r->nr_segments <= XY_BLKIF_MAX_SEGMENTS_PER_REQUEST
			     ? r->nr_segments : 0);
	copy_words(s->raw.word + 1, (const uint64_t *)entry + 1, words - 1);
}

static void *entry_at(const struct blkback *b, uint32_t index)
{
	return xy_ring_slot(b->ring, index, b->count, STRIDE);
}

static int geometry(struct blkback *b, void *ring, unsigned int pages,
		    const struct blkback_image *image)
{
	if (pages == 0 || pages > BLKBACK_PAGES_MAX || (pages & (pages - 1)))
		return -XY_EINVAL;
	b->ring = ring;
	b->count = xy_ring_size(STRIDE, pages);
	b->sectors = image->sectors;
	b->sector_bytes = image->sector_bytes;
	b->read_only = image->read_only;
	b->discard = image->discard;
	return 0;
}

int blkback_init(struct blkback *b, void *ring, unsigned int pages,
		 const struct blkback_image *image)
{
	unsigned int i;

	if (geometry(b, ring, pages, image))
		return -XY_EINVAL;
	if (xy_ring_overrun(xy_ring_req_prod(ring), xy_ring_rsp_prod(ring),
			    b->count))
		return -XY_EINVAL;
	b->req_cons = xy_ring_rsp_prod(ring);
	b->rsp_prod = b->req_cons;
	b->rsp_pushed = b->req_cons;
	b->broken = 0;
	b->replay_next = 0;
	b->replay_count = 0;
	b->answered_count = 0;
	b->free_count = 0;
	for (i = b->count; i-- > 0;) {
		b->slot[i].state = BLKBACK_FREE;
		b->free[b->free_count++] = (uint16_t)i;
	}
	return 0;
}

static void write_response(struct blkback *b, const struct blkback_slot *s)
{
	struct xy_blkif_response *rsp = entry_at(b, s->answered_at);
	const union xy_blkif_sring_entry *raw = &s->raw.entry;

	/* The id stands at the same place in all three layouts. */
	rsp->id = raw->req.id;
	rsp->operation = raw->req.operation == XY_BLKIF_OP_INDIRECT ?
			 raw->indirect.indirect_op : raw->req.operation;
	rsp->status = s->status;
}

/* Puts one slot right; counts what is still owed to the frontend. */
static void resume_slot(struct blkback *b, struct blkback_slot *s,
			uint32_t visible)
{
	if (s->state == BLKBACK_ANSWERED &&
	    s->answered_at - visible < b->rsp_prod - visible) {
		write_response(b, s);	/* written perhaps, never shown */
		return;
	}
	if (s->state == BLKBACK_ANSWERED &&
	    (int32_t)(s->answered_at - b->rsp_prod) < 0) {
		s->state = BLKBACK_FREE;
		return;
	}
	/* Killed between taking and counting: the ring still has it. */
	if (s->state == BLKBACK_TAKEN &&
	    (int32_t)(s->taken_at - b->req_cons) >= 0)
		s->state = BLKBACK_FREE;
	else if (s->state != BLKBACK_FREE)
		s->state = BLKBACK_TAKEN;
}

/* Puts a slot among those to be handed out again, by the age of its request. */
static void replay_later(struct blkback *b, uint16_t slot)
{
	uint32_t age = b->req_cons - b->slot[slot].taken_at;
	unsigned int at = b->replay_count++;

	for (; at; at--) {
		uint16_t before = b->replay[at - 1];

		if (b->req_cons - b->slot[before].taken_at >= age)
			break;
		b->replay[at] = before;
	}
	b->replay[at] = slot;
}

int blkback_resume(struct blkback *b, void *ring, unsigned int pages,
		   const struct blkback_image *image)
{
	uint32_t visible, count = b->count;
	unsigned int i;

	if (geometry(b, ring, pages, image) || b->count != count || b->broken)
		return -XY_EINVAL;
	visible = xy_ring_rsp_prod(ring);
	if (b->rsp_prod - visible > count || b->req_cons - visible > count)
		return -XY_EINVAL;
	b->free_count = 0;
	b->answered_count = 0;
	b->replay_next = 0;
	b->replay_count = 0;
	for (i = 0; i < count; i++) {
		struct blkback_slot *s = &b->slot[i];

		if (s->state > BLKBACK_ANSWERED)
			return -XY_EINVAL;
		resume_slot(b, s, visible);
		if (s->state == BLKBACK_FREE)
			b->free[b->free_count++] = (uint16_t)i;
		else if (s->state == BLKBACK_TAKEN)
			replay_later(b, (uint16_t)i);
		else
			b->answered[b->answered_count++] = (uint16_t)i;
	}
	if (b->replay_count != b->req_cons - b->rsp_prod)
		return -XY_EINVAL;
	b->rsp_pushed = visible;
	return 0;
}

bool blkback_replays_barrier(const struct blkback *b)
{
	unsigned int i;

	for (i = b->replay_next; i < b->replay_count; i++) {
		const union xy_blkif_sring_entry *raw =
			&b->slot[b->replay[i]].raw.entry;

		/* A flush with data is one too; without, it does not matter. */
		if (raw->req.operation == XY_BLKIF_OP_WRITE_BARRIER ||
		    raw->req.operation == XY_BLKIF_OP_FLUSH_DISKCACHE)
			return true;
	}
	return false;
}

static enum blkback_got range(struct blkback *b, struct blkback_io *io,
			      uint64_t sector, uint64_t sectors)
{
	uint64_t grain = b->sector_bytes / BLKBACK_SECTOR_BYTES;

	if (sector > b->sectors || sectors > b->sectors - sector)
		return BLKBACK_BROKEN;
	if (grain > 1 && (sector % grain || sectors % grain))
		return BLKBACK_BROKEN;
	io->offset_bytes = sector * BLKBACK_SECTOR_BYTES;
	io->length_bytes = sectors * BLKBACK_SECTOR_BYTES;
	return BLKBACK_READY;
}

static int add_segment(struct blkback_io *io,
		       const struct xy_blkif_request_segment *from)
{
	union {
		uint64_t word;
		struct xy_blkif_request_segment segment;
	} copy;
	const struct xy_blkif_request_segment one =
		(copy_words(&copy.word, from, 1), copy.segment);
	struct blkback_segment *to = &io->segment[io->segments];

	if (one.first_sect > one.last_sect ||
	    one.last_sect >= XY_PAGE_SIZE / BLKBACK_SECTOR_BYTES)
		return -XY_EINVAL;
	to->gref = one.gref;
	to->offset_bytes = one.first_sect * BLKBACK_SECTOR_BYTES;
	to->length_bytes = (one.last_sect - one.first_sect + 1) *
			   BLKBACK_SECTOR_BYTES;
	io->length_bytes += to->length_bytes;
	io->segments++;
	return 0;
}

static int op_of(const struct blkback *b, uint8_t operation)
{
	switch (operation) {
	case XY_BLKIF_OP_READ:
		return BLKBACK_READ;
	case XY_BLKIF_OP_WRITE:
		return b->read_only ? -XY_EACCES : BLKBACK_WRITE;
	case XY_BLKIF_OP_WRITE_BARRIER:
		return b->read_only ? -XY_EACCES : BLKBACK_BARRIER;
	case XY_BLKIF_OP_FLUSH_DISKCACHE:
		return BLKBACK_FLUSH;
	default:
		return -XY_EOPNOTSUPP;
	}
}

/*
 * The parsers answer BLKBACK_READY, BLKBACK_INDIRECT or, for a request that
 * only deserves an error, BLKBACK_BROKEN with the error in *status.
 */
static enum blkback_got parse_direct(struct blkback *b, struct blkback_io *io,
				     const struct xy_blkif_request *raw,
				     int *status)
{
	unsigned int i;
	int op = op_of(b, raw->operation);

	if (op == -XY_EOPNOTSUPP)
		*status = XY_BLKIF_RSP_EOPNOTSUPP;
	if (op < 0 || raw->nr_segments > XY_BLKIF_MAX_SEGMENTS_PER_REQUEST)
		return BLKBACK_BROKEN;
	io->op = (uint8_t)op;
	for (i = 0; i < raw->nr_segments; i++)
		if (add_segment(io, &raw->seg[i]))
			return BLKBACK_BROKEN;
	/* A flush that carries data is a write between two flushes. */
	if (op == BLKBACK_FLUSH && io->segments) {
		if (b->read_only)
			return BLKBACK_BROKEN;
		io->op = BLKBACK_BARRIER;
	} else if (op == BLKBACK_BARRIER && !io->segments) {
		io->op = BLKBACK_FLUSH;
	}
	if (io->op == BLKBACK_FLUSH)
		return BLKBACK_READY;
	if (!io->segments)
		return BLKBACK_BROKEN;
	return range(b, io, raw->sector_number,
		     io->length_bytes / BLKBACK_SECTOR_BYTES);
}

static enum blkback_got parse_discard(struct blkback *b, struct blkback_io *io,
				      const struct xy_blkif_request_discard *r,
				      int *status)
{
	if (!b->discard || b->read_only || (r->flag & 1)) {
		*status = XY_BLKIF_RSP_EOPNOTSUPP;
		return BLKBACK_BROKEN;
	}
	io->op = BLKBACK_DISCARD;
	if (!r->nr_sectors)
		return BLKBACK_BROKEN;
	return range(b, io, r->sector_number, r->nr_sectors);
}

static enum blkback_got parse_indirect(struct blkback *b,
			struct blkback_io *io,
			const struct xy_blkif_request_indirect *r, int *status)
{
	unsigned int i;
	int op = op_of(b, r->indirect_op);

	if (op != BLKBACK_READ && op != BLKBACK_WRITE) {
		if (op == -XY_EOPNOTSUPP)
			*status = XY_BLKIF_RSP_EOPNOTSUPP;
		return BLKBACK_BROKEN;
	}
	if (!r->nr_segments || r->nr_segments > BLKBACK_SEGMENTS_MAX)
		return BLKBACK_BROKEN;
	io->op = (uint8_t)op;
	io->indirect_pages = (uint8_t)((r->nr_segments + 511u) / 512u);
	for (i = 0; i < io->indirect_pages; i++)
		io->indirect_gref[i] = r->indirect_grefs[i];
	return BLKBACK_INDIRECT;
}

static enum blkback_got parse(struct blkback *b, struct blkback_io *io,
			      const union xy_blkif_sring_entry *raw,
			      int *status)
{
	*status = XY_BLKIF_RSP_ERROR;
	io->segments = 0;
	io->indirect_pages = 0;
	io->length_bytes = 0;
	io->offset_bytes = 0;
	switch (raw->req.operation) {
	case XY_BLKIF_OP_INDIRECT:
		return parse_indirect(b, io, &raw->indirect, status);
	case XY_BLKIF_OP_DISCARD:
		return parse_discard(b, io, &raw->discard, status);
	default:
		return parse_direct(b, io, &raw->req, status);
	}
}

/* The next slot to work on, or -1 for none, or -XY_EPROTO. */
static int take(struct blkback *b)
{
	uint32_t prod;
	struct blkback_slot *s;
	uint16_t slot;

	if (b->replay_next < b->replay_count)
		return b->replay[b->replay_next++];
	prod = xy_ring_req_prod(b->ring);
	if (xy_ring_overrun(prod, b->rsp_pushed, b->count) ||
	    xy_ring_overrun(prod, b->req_cons, b->count)) {
		b->broken = 1;
		return -XY_EPROTO;
	}
	if (prod == b->req_cons)
		return -1;
	slot = b->free[b->free_count - 1];
	s = &b->slot[slot];
	copy_request(s, entry_at(b, b->req_cons));
	s->taken_at = b->req_cons;
	store_u8(&s->state, BLKBACK_TAKEN);
	store_u32(&b->req_cons, b->req_cons + 1);
	/* From here a successor knows that the request is ours. */
	b->free_count--;
	return slot;
}

enum blkback_got blkback_get(struct blkback *b, struct blkback_io *io)
{
	for (;;) {
		enum blkback_got got;
		int slot, status;

		if (b->broken)
			return BLKBACK_BROKEN;
		slot = take(b);
		if (slot == -1)
			return BLKBACK_NONE;
		if (slot < 0)
			return BLKBACK_BROKEN;
		io->slot = (uint16_t)slot;
		got = parse(b, io, &b->slot[slot].raw.entry, &status);
		if (got != BLKBACK_BROKEN)
			return got;
		blkback_put(b, (unsigned int)slot, status);
	}
}

int blkback_indirect(struct blkback *b, struct blkback_io *io,
		     unsigned int page, const void *content)
{
	const struct xy_blkif_request_indirect *r =
		&b->slot[io->slot].raw.entry.indirect;
	const struct xy_blkif_request_segment *from = content;
	unsigned int i, n = r->nr_segments - page * 512u;

	for (i = 0; i < n && i < 512; i++) {
		if (add_segment(io, &from[i])) {
			blkback_put(b, io->slot, XY_BLKIF_RSP_ERROR);
			return -XY_EINVAL;
		}
	}
	if (io->segments < r->nr_segments)
		return -XY_EAGAIN;
	if (range(b, io, r->sector_number,
		  io->length_bytes / BLKBACK_SECTOR_BYTES) == BLKBACK_READY)
		return 0;
	blkback_put(b, io->slot, XY_BLKIF_RSP_ERROR);
	return -XY_EINVAL;
}

void blkback_put(struct blkback *b, unsigned int slot, int status)
{
	struct blkback_slot *s = &b->slot[slot];

	s->answered_at = b->rsp_prod;
	s->status = (int16_t)status;
	store_u8(&s->state, BLKBACK_ANSWERED);
	write_response(b, s);
	store_u32(&b->rsp_prod, b->rsp_prod + 1);
	b->answered[b->answered_count++] = (uint16_t)slot;
}

bool blkback_flush(struct blkback *b)
{
	uint32_t old = b->rsp_pushed, now = b->rsp_prod;
	bool wanted;

	if (old == now)
		return false;
	wanted = xy_ring_push_responses(b->ring, old, now);
	/* From here the frontend may reuse the ring entries. */
	while (b->answered_count) {
		uint16_t slot = b->answered[--b->answered_count];

		b->slot[slot].state = BLKBACK_FREE;
		b->free[b->free_count++] = slot;
	}
	b->rsp_pushed = now;
	return wanted;
}

bool blkback_arm(struct blkback *b)
{
	if (b->broken)
		return false;
	return ring_arm(b->ring, b->req_cons, 1);
}

uint32_t blkback_outstanding(const struct blkback *b)
{
	return b->req_cons - b->rsp_prod;
}
