/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The backend's half of a network interface's two rings, without I/O.
 *
 * From the guest ("tx"):
 *	while (netback_tx_get(n, &pkt) == NETBACK_READY)
 *		copy pkt.piece[] out of the guest, send
 *		netback_tx_put(n, &pkt, status)
 *	if (netback_tx_flush(n)) notify
 * To the guest ("rx"):
 *	while (there is a packet && netback_rx_plan(n, &want, &pkt) is READY)
 *		copy into pkt.piece[]
 *		netback_rx_put(n, &pkt, status)
 *	if (netback_rx_flush(n)) notify
 *
 * Several packets may be taken before the first is put, but puts follow the
 * order of gets: both rings are answered in order. The structure lies in
 * memory of the shell's choice; if that outlives the process, a successor
 * calls netback_resume(): packets caught half-way are dropped, as a network
 * may, and no ring entry is lost.
 */
#ifndef BACKEND_DRIVERS_CORE_NETBACK_H
#define BACKEND_DRIVERS_CORE_NETBACK_H

#include "abi/io/ring.h"

#define NETBACK_RING		256	/* entries of a one-page ring */
#define NETBACK_PIECES_MAX	18	/* of one packet */
#define NETBACK_EXTRAS_MAX	4
#define NETBACK_PACKET_MAX	65535

enum netback_got {
	NETBACK_NONE,		/* nothing there, or no room */
	NETBACK_READY,
	NETBACK_BROKEN,		/* the frontend cannot be believed any more */
};

struct netback_piece {
	uint32_t gref;
	uint16_t offset_bytes;
	uint16_t length_bytes;	/* offset + length within the page */
};

struct netback_gso {
	uint16_t size;		/* payload of one segment, 0: no GSO */
	uint8_t type;		/* XY_NETIF_GSO_TYPE_* */
};

/* What a flow hash says of a packet, for the guest to believe or not. */
struct netback_hash {
	bool valid;
	uint8_t type;		/* the number of a HASH_TYPE_ bit */
	uint32_t value;
};

struct netback_packet {
	struct netback_piece piece[NETBACK_PIECES_MAX];
	struct netback_gso gso;
	struct netback_hash hash;
	uint32_t first;		/* ring index of its first entry */
	uint16_t entries;	/* ring entries, extras included */
	uint16_t length_bytes;
	uint8_t pieces;
	uint8_t flags;		/* XY_NETTXF_* or XY_NETRXF_* */
	bool bad;		/* well-formed ring, unusable packet: answer */
};

struct netback_tx_ring {
	struct xy_sring *ring;
	uint32_t req_cons;
	uint32_t rsp_prod;
	uint32_t rsp_pushed;
	uint16_t id[NETBACK_RING];	/* by request index */
	uint8_t extra[NETBACK_RING];	/* an extra's entry: answered as null */
};

struct netback_rx_ring {
	struct xy_sring *ring;
	uint32_t req_cons;
	uint32_t rsp_prod;
	uint32_t rsp_pushed;
	uint16_t id[NETBACK_RING];
	uint32_t gref[NETBACK_RING];
};

struct netback {
	struct netback_tx_ring tx;
	struct netback_rx_ring rx;
	uint8_t broken;
};

/* Rings served before without n are taken up at their last responses. */
void netback_init(struct netback *n, void *tx_ring, void *rx_ring);
/* -EINVAL: n and the rings do not belong together. */
int netback_resume(struct netback *n, void *tx_ring, void *rx_ring);

enum netback_got netback_tx_get(struct netback *n, struct netback_packet *p);
/* status: XY_NETIF_RSP_*. */
void netback_tx_put(struct netback *n, const struct netback_packet *p,
		    int status);
bool netback_tx_flush(struct netback *n);
/* See blkback_arm(). */
bool netback_tx_arm(struct netback *n);

/*
 * Takes room for a packet of p->length_bytes, with an extra entry if
 * p->gso.size and one if p->hash.valid; fills in the rest of p.
 * NETBACK_NONE: not enough buffers posted now.
 */
enum netback_got netback_rx_place(struct netback *n, struct netback_packet *p);
/* The same for a packet without a hash, of which nothing is filled in yet. */
enum netback_got netback_rx_plan(struct netback *n, uint32_t length_bytes,
				 const struct netback_gso *gso,
				 struct netback_packet *p);
/* p->flags: XY_NETRXF_* of the first entry; ok false: the guest drops it. */
void netback_rx_put(struct netback *n, const struct netback_packet *p,
		    bool ok);
bool netback_rx_flush(struct netback *n);
/* Buffers posted and free; -EPROTO on hostile indices. */
int netback_rx_room(struct netback *n);
/* Asks for an event when `want` buffers are posted; true: they are. */
bool netback_rx_arm(struct netback *n, uint32_t want);

#endif
