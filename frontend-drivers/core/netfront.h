/* SPDX-License-Identifier: MIT */
/*
 * The frontend's half of one queue of a network interface, without I/O: a
 * transmit ring and a receive ring, each with its own event channel or both
 * with one. A NIC of several queues has one struct netfront_{tx,rx} for each.
 *
 * Transmit:
 *	if (netfront_tx_room(t) < NETFRONT_SLOTS_MAX) stop the interface's queue
 *	for each piece i: the page's grant; netfront_tx_id(t, i) names the slot
 *	netfront_tx_put(t, &pkt)
 * or, where there is no need for a list of the pieces,
 *	netfront_tx_begin(t)
 *	for each piece: id = netfront_tx_take(t); netfront_tx_fill(t, id, ...)
 *	netfront_tx_end(t, length, flags)
 * then
 *	if (netfront_tx_flush(t)) notify	once for many packets
 *	while (netfront_tx_get(t, &done) == NETFRONT_READY) done.id is free
 *	netfront_tx_arm(t, n)			an event at the n-th answer
 * Receive:
 *	while (netfront_rx_want(r)) buffer[netfront_rx_post(r, gref)] = page
 *	if (netfront_rx_flush(r)) notify
 *	while (netfront_rx_get(r, &pkt) == NETFRONT_READY)
 *		buffer[pkt.piece[].index] are the packet's,
 *		buffer[netfront_rx_spare(&pkt, 0 .. pkt.extras - 1)] are unused
 *	netfront_rx_follow(r); post again; flush
 *	if (!netfront_rx_arm(r)) sleep		else go on
 *
 * The shell's arrays (pages, grants, packets) are indexed by the ids and
 * indices given here, all below NETFRONT_RING.
 *
 * NETFRONT_BROKEN: the backend broke the protocol; `why` says how, nothing
 * more is read from that ring, and the shell takes the interface offline.
 *
 * A backend that went away: netfront_tx_lost() and netfront_rx_lost() hand
 * back what was in flight; then init on new rings, and post again.
 *
 * Lock: none here. Transmit and receive may run at once on two CPUs; each of
 * them wants one caller at a time.
 */
#ifndef FRONTEND_DRIVERS_CORE_NETFRONT_H
#define FRONTEND_DRIVERS_CORE_NETFRONT_H

#include "abi/io/net.h"
#include "abi/io/ring.h"

#define NETFRONT_RING		256	/* slots of a one-page ring */
#define NETFRONT_PIECES_MAX	18	/* pages of one packet */
#define NETFRONT_EXTRAS_MAX	5	/* as many as there are types */
#define NETFRONT_SLOTS_MAX	19	/* of one: its pieces, a GSO extra */
#define NETFRONT_RX_MIN		64	/* buffers posted when idle */

enum netfront_got {
	NETFRONT_NONE,
	NETFRONT_READY,
	NETFRONT_BROKEN,
};

enum netfront_why {
	NETFRONT_FINE,
	NETFRONT_JUMPED,	/* an index is further than what we asked for */
	NETFRONT_WRONG_ID,	/* an answer to nothing */
	NETFRONT_TOO_LONG,	/* offset and length leave the buffer */
	NETFRONT_BAD_EXTRA,	/* unknown, not asked for, or without an end */
	NETFRONT_ENDLESS,	/* a packet of too many slots, or without end */
};

/* One line for the log. */
const char *netfront_why_text(enum netfront_why why);

/* --- transmit ----------------------------------------------------------- */

struct netfront_tx {
	struct xy_sring *ring;
	uint32_t req_prod;	/* written */
	uint32_t req_pushed;	/* published */
	uint32_t rsp_cons;
	uint32_t rsp_seen;
	uint32_t extras;	/* slots in flight that carry no id */
	uint32_t next;		/* the packet being written ends here */
	uint32_t ids;		/* free ones: free_id[0 .. ids - 1] */
	uint8_t why;		/* enum netfront_why */
	uint16_t free_id[NETFRONT_RING];
	uint8_t busy[NETFRONT_RING];	/* by id */
};

struct netfront_tx_piece {
	uint32_t gref;
	uint16_t offset_bytes;
	uint16_t length_bytes;	/* offset + length within the page */
};

struct netfront_tx_packet {
	uint32_t length_bytes;	/* the sum of the pieces */
	uint8_t pieces;
	uint8_t flags;		/* XY_NETTXF_csum_blank, _data_validated */
	uint8_t gso_type;	/* XY_NETIF_GSO_TYPE_* */
	uint16_t gso_size;	/* payload of one segment; 0: no GSO */
	struct netfront_tx_piece piece[NETFRONT_PIECES_MAX];
};

struct netfront_tx_done {
	uint16_t id;
	int16_t status;		/* XY_NETIF_RSP_* */
};

/* ring: one zeroed page that the backend has not been told of yet. */
void netfront_tx_init(struct netfront_tx *t, struct xy_sring *ring);

/* Free slots. A packet takes one for each piece, one more with GSO. */
static inline uint32_t netfront_tx_room(const struct netfront_tx *t)
{
	return NETFRONT_RING - (t->req_prod - t->rsp_cons);
}

static inline uint32_t netfront_tx_in_flight(const struct netfront_tx *t)
{
	return t->req_prod - t->rsp_cons;
}

/* The id that piece `nth` of the next packet will have; nth < room. */
static inline uint16_t netfront_tx_id(const struct netfront_tx *t,
				      uint32_t nth)
{
	return t->free_id[(t->ids - 1 - nth) % NETFRONT_RING];
}

/*
 * 0; -EBUSY: no room; -EINVAL: pieces that do not add up or leave their page,
 * a packet without an Ethernet header, more than 64 KiB.
 */
int netfront_tx_put(struct netfront_tx *t, const struct netfront_tx_packet *p);

/*
 * The same piece by piece: begin with room for NETFRONT_SLOTS_MAX, take an id
 * and fill its slot for each, gso after the first if it has that, then end or
 * cancel. Nothing is checked: at most NETFRONT_PIECES_MAX pieces, each within
 * its page, 14 to 65535 bytes.
 */
static inline void netfront_tx_begin(struct netfront_tx *t)
{
	t->next = t->req_prod;
}

/* Slots that it has so far. */
static inline uint32_t netfront_tx_written(const struct netfront_tx *t)
{
	return t->next - t->req_prod;
}

static inline void *netfront_tx_slot(const struct netfront_tx *t,
				     uint32_t index)
{
	return xy_ring_slot(t->ring, index, NETFRONT_RING,
			    sizeof(struct xy_netif_tx_request));
}

static inline uint16_t netfront_tx_take(struct netfront_tx *t)
{
	uint16_t id = t->free_id[--t->ids];

	t->busy[id] = 1;
	return id;
}

static inline void netfront_tx_fill(struct netfront_tx *t, uint16_t id,
				    uint32_t gref, uint32_t offset,
				    uint32_t length)
{
	struct xy_netif_tx_request *q = netfront_tx_slot(t, t->next++);

	q->gref = gref;
	q->offset = (uint16_t)offset;
	q->flags = XY_NETTXF_more_data;
	q->id = id;
	q->size = (uint16_t)length;
}

/* Then flags say XY_NETTXF_extra_info. */
void netfront_tx_gso(struct netfront_tx *t, uint8_t type, uint16_t size);

/* The first says the length of all and what there is, the last that it is. */
static inline void netfront_tx_end(struct netfront_tx *t, uint32_t length,
				   uint32_t flags)
{
	uint32_t extra = flags & XY_NETTXF_extra_info ? 1 : 0;
	struct xy_netif_tx_request *q;

	if (netfront_tx_written(t) > 1 + extra) {
		q = netfront_tx_slot(t, t->next - 1);
		q->flags = 0;
		flags |= XY_NETTXF_more_data;
	}
	q = netfront_tx_slot(t, t->req_prod);
	q->flags = (uint16_t)flags;
	q->size = (uint16_t)length;
	t->extras += extra;
	t->req_prod = t->next;
}

/* `ids` were taken for it: netfront_tx_id() names them as before. */
static inline void netfront_tx_cancel(struct netfront_tx *t, uint32_t ids)
{
	while (ids--)
		t->busy[t->free_id[t->ids++]] = 0;
	t->next = t->req_prod;
}

/* Shows the backend what was put. True: notify it. */
static inline bool netfront_tx_flush(struct netfront_tx *t)
{
	uint32_t old = t->req_pushed;

	t->req_pushed = t->req_prod;
	return old != t->req_prod &&
	       xy_ring_push_requests(t->ring, old, t->req_prod);
}

/* Parts of netfront_tx_get(): how far is the backend; it broke a rule. */
enum netfront_got netfront_tx_look(struct netfront_tx *t);
void netfront_tx_break(struct netfront_tx *t, enum netfront_why why);

/* The next answer; its id is free again. */
static inline enum netfront_got netfront_tx_get(struct netfront_tx *t,
						struct netfront_tx_done *done)
{
	union {
		uint32_t word;
		struct xy_netif_tx_response r;
	} e;

	for (;;) {
		if (t->rsp_cons == t->rsp_seen) {
			enum netfront_got got = netfront_tx_look(t);

			if (got != NETFRONT_READY)
				return got;
		}
		e.word = *(const volatile uint32_t *)
			netfront_tx_slot(t, t->rsp_cons);
		if (e.r.status != XY_NETIF_RSP_NULL)
			break;
		if (!t->extras) {
			netfront_tx_break(t, NETFRONT_BAD_EXTRA);
			return NETFRONT_BROKEN;
		}
		t->extras--;
		t->rsp_cons++;
	}
	if (e.r.id >= NETFRONT_RING || !t->busy[e.r.id]) {
		netfront_tx_break(t, NETFRONT_WRONG_ID);
		return NETFRONT_BROKEN;
	}
	t->busy[e.r.id] = 0;
	t->free_id[t->ids++] = e.r.id;
	t->rsp_cons++;
	done->id = e.r.id;
	done->status = e.r.status;
	return NETFRONT_READY;
}

/*
 * An event when the want-th slot from here has been answered (extras count).
 * Answers to what is not published yet cannot race. True: they are there.
 */
static inline bool netfront_tx_arm(struct netfront_tx *t, uint32_t want)
{
	__atomic_store_n(&t->ring->rsp_event, t->rsp_cons + want,
			 __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return xy_ring_rsp_prod(t->ring) - t->rsp_cons >= want;
}

/* The same before a flush of at least one slot, whose fence serves both. */
static inline void netfront_tx_arm_early(struct netfront_tx *t, uint32_t want)
{
	__atomic_store_n(&t->ring->rsp_event, t->rsp_cons + want,
			 __ATOMIC_RELAXED);
}

/* After the backend's end: takes one packet piece's id back; false: no more. */
bool netfront_tx_lost(struct netfront_tx *t, uint16_t *id);

/* --- receive ------------------------------------------------------------ */

struct netfront_rx {
	struct xy_sring *ring;
	uint32_t req_prod;
	uint32_t req_pushed;
	uint32_t rsp_cons;
	uint32_t rsp_seen;
	uint32_t followed;	/* rsp_seen when the target was last set */
	uint16_t target;	/* buffers to keep posted */
	uint16_t most;		/* its limit */
	uint16_t calm;		/* rounds that left most buffers unused */
	uint8_t why;
};

struct netfront_rx_piece {
	uint16_t index;		/* of the buffer */
	uint16_t offset_bytes;
	uint16_t length_bytes;	/* > 0, offset + length within the page */
};

struct netfront_rx_packet {
	uint32_t length_bytes;	/* the sum of the pieces */
	uint8_t pieces;
	uint8_t extras;
	uint8_t flags;		/* XY_NETRXF_csum_blank, _data_validated */
	bool bad;		/* an error of the backend's: drop it */
	uint8_t gso_type;
	uint8_t hash_type;	/* XY_NETIF_CTRL_HASH_TYPE_ bit, 0: none */
	uint16_t gso_size;	/* 0: no GSO */
	uint16_t first;		/* index of the first buffer */
	uint32_t hash;
	struct netfront_rx_piece piece[NETFRONT_PIECES_MAX];
};

/* most: limit of posted buffers, NETFRONT_RX_MIN to NETFRONT_RING. */
void netfront_rx_init(struct netfront_rx *r, struct xy_sring *ring,
		      uint32_t most);

/* Buffers with the backend, or answered and not yet taken. */
static inline uint32_t netfront_rx_posted(const struct netfront_rx *r)
{
	return r->req_prod - r->rsp_cons;
}

/* How many buffers to post now. */
static inline uint32_t netfront_rx_want(const struct netfront_rx *r)
{
	uint32_t posted = netfront_rx_posted(r);

	return posted < r->target ? r->target - posted : 0;
}

/* Posts a whole page; only while fewer than NETFRONT_RING are posted. */
static inline uint16_t netfront_rx_post(struct netfront_rx *r, uint32_t gref)
{
	uint16_t index = r->req_prod % NETFRONT_RING;
	struct xy_netif_rx_request *q =
		xy_ring_slot(r->ring, r->req_prod, NETFRONT_RING, sizeof(*q));

	q->id = index;
	q->pad = 0;
	q->gref = gref;
	r->req_prod++;
	return index;
}

static inline bool netfront_rx_flush(struct netfront_rx *r)
{
	uint32_t old = r->req_pushed;

	r->req_pushed = r->req_prod;
	return old != r->req_prod &&
	       xy_ring_push_requests(r->ring, old, r->req_prod);
}

/* A whole packet; one that is not all there yet is NETFRONT_NONE. */
enum netfront_got netfront_rx_get(struct netfront_rx *r,
				  struct netfront_rx_packet *p);

/* The index of the nth buffer whose slot was used for an extra. */
static inline uint16_t netfront_rx_spare(const struct netfront_rx_packet *p,
					 uint32_t nth)
{
	return (p->first + 1 + nth) % NETFRONT_RING;
}

/* Once for each round of gets: more buffers under load, fewer when calm. */
void netfront_rx_follow(struct netfront_rx *r);

/* An event at the next answer. True: there is one already, do not sleep. */
static inline bool netfront_rx_arm(struct netfront_rx *r)
{
	return xy_ring_more_responses(r->ring, r->rsp_seen);
}

/* After the backend's end: takes one posted buffer back; false: no more. */
bool netfront_rx_lost(struct netfront_rx *r, uint16_t *index);

#endif /* FRONTEND_DRIVERS_CORE_NETFRONT_H */
