// SPDX-License-Identifier: GPL-2.0-only
/*
 * The work of one network frontend's connection: packets between its queues
 * and the TAP.
 *
 * Rules:
 *  1. Packets are moved in batches: all copies of a batch in one ioctl, one
 *     event for its answers. Large packets stay in one piece both ways.
 *  2. Nothing is read from the TAP unless the guest has posted room for the
 *     largest packet it may be; until then packets wait, and are lost, in the
 *     TAP's queue, as on any network.
 *  3. With several queues one must be read to know whose it is. If that queue
 *     has no room it is held, and the others wait with it, for STALL_NS; then
 *     the queue's packets are lost until it has room again.
 *  4. A round is bounded, so that one guest's flood does not starve the rest.
 *
 * Single-threaded; the arena is used within one call, but for frames that go
 * to a TAP: those lie there until empty_arena() or the loop's next sleep.
 * Next: core/offload.c, core/netctrl.c.
 */
#include "backend-drivers/daemon/net_link.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/io/net.h"
#include "backend-drivers/daemon/events.h"
#include "backend-drivers/daemon/grants.h"

#define BATCH 64
#define ROUNDS 4
#define FLOOD 64	/* packets a round */
#define PAGE 4096
#define ARENA (1280 * 1024)
#define STALL_NS 100000000u

static uint8_t *arena;		/* ARENA bytes */
static struct netback_packet packet[BATCH];
static struct net_queue *owner[BATCH];
static uint8_t *frame[BATCH];
static bool failed[BATCH];
static bool unsent;		/* frames in the arena, for the TAP */
static struct grant_batch batch;
unsigned long net_lost;

static struct grant_page page_of(const struct net_link *l,
				 const struct netback_piece *piece)
{
	return (struct grant_page){
		.domid = l->domid,
		.gref = piece->gref,
		.offset_bytes = piece->offset_bytes,
		.length_bytes = piece->length_bytes,
	};
}

static uint8_t *page_up(uint8_t *at)
{
	return (uint8_t *)(((uintptr_t)at + PAGE - 1) / PAGE * PAGE);
}

static void tell(struct net_link *l, int port)
{
	l->events++;
	events_notify(port);
}

/* ---- from the guest ---- */

/*
 * The arena is wanted for something else: the TAP, which does not block, takes
 * what is for it now. Otherwise the loop's next entry to the kernel does that.
 */
static void empty_arena(void)
{
	if (unsent)
		loop_submit();
	unsent = false;
}

/*
 * Where to put a frame, so that its whole pages become whole pages here: a
 * copy that crosses a page boundary costs the hypervisor two.
 */
static uint8_t *place(uint8_t *at, const struct netback_packet *p)
{
	uint32_t i, before = 0;

	at += NET_HEADER;
	for (i = 0; i < p->pieces; i++) {
		if (p->piece[i].length_bytes == PAGE)
			return page_up(at + before) - before;
		before += p->piece[i].length_bytes;
	}
	return at;
}

/* Takes a batch of packets out of the guest; how many. -EPROTO: broken. */
static int fetch(struct net_link *l, struct net_queue *q)
{
	enum netback_got got = NETBACK_NONE;
	uint8_t *at = arena;
	unsigned int n = 0, i;

	empty_arena();
	while (n < BATCH && at + NET_LARGEST <= arena + ARENA) {
		struct netback_packet *p = &packet[n];
		uint8_t *to;

		got = netback_tx_get(q->core, p);
		if (got != NETBACK_READY)
			break;
		failed[n] = p->bad;
		to = p->bad ? at + NET_HEADER : place(at, p);
		frame[n] = to;
		for (i = 0; i < p->pieces && !p->bad; i++) {
			struct grant_page from = page_of(l, &p->piece[i]);

			grant_batch_from(&batch, &from, to, &failed[n]);
			to += from.length_bytes;
		}
		if (!p->bad)
			at = to;
		n++;
	}
	grant_batch_run(&batch);
	return got == NETBACK_BROKEN ? -EPROTO : (int)n;
}

static void sent_done(struct loop_op *op, int res)
{
	(void)op;
	if (res < 0)
		net_lost++;
}

static struct loop_op sent_op = { .done = sent_done };

/* Prepares the write of one packet, which is done or lost when submitted. */
static int send_one(struct net_link *l, unsigned int i)
{
	struct io_uring_sqe *sqe;
	struct offload_header h;
	uint8_t *start = frame[i] - NET_HEADER;

	if (failed[i] || !offload_from_guest(&packet[i], frame[i], &h))
		return XY_NETIF_RSP_ERROR;
	memcpy(start, &h, NET_HEADER);
	sqe = loop_sqe(&sent_op);
	io_uring_prep_write(sqe, l->nic->tap.fd, start,
			    packet[i].length_bytes + NET_HEADER, (__u64)-1);
	loop_quiet(sqe);
	unsent = true;
	return XY_NETIF_RSP_OKAY;
}

/* From the guest to the TAP. 1: more may be there; 0: no more; -EPROTO. */
static int run_tx(struct net_link *l, struct net_queue *q)
{
	unsigned int round;
	int n = 0, i;

	for (round = 0; round * l->queues < ROUNDS; round++) {
		n = fetch(l, q);
		for (i = 0; i < n; i++)
			netback_tx_put(q->core, &packet[i],
				       send_one(l, (unsigned int)i));
		if (netback_tx_flush(q->core))
			tell(l, q->tx_port);
		l->sent += n > 0 ? (unsigned int)n : 0;
		if (n <= 0)
			return n;
	}
	return 1;
}

static int run_all_tx(struct net_link *l)
{
	unsigned int i;
	int more = 0;

	for (i = 0; i < l->queues; i++) {
		int rc = run_tx(l, &l->queue[i]);

		if (rc < 0)
			return rc;
		more |= rc;
	}
	return more;
}

/* ---- to the guest ---- */

enum rx_end { RX_MORE, RX_DRAINED, RX_NO_ROOM, RX_BROKEN };

/* Ring entries that the largest packet may need. */
static int need(const struct net_link *l)
{
	return (int)l->pages + (l->pages > 1) + (l->kept->ctrl.algorithm != 0);
}

/* RX_MORE: some queue has room for a packet. */
static enum rx_end look_for_room(struct net_link *l)
{
	enum rx_end end = RX_NO_ROOM;
	unsigned int i;

	for (i = 0; i < l->queues; i++) {
		int room = netback_rx_room(l->queue[i].core);

		if (room < 0)
			return RX_BROKEN;
		if (room < need(l))
			continue;
		l->queue[i].stalled = false;
		end = RX_MORE;
	}
	return end;
}

/* Copies a packet that has its place. */
static void copy_to(struct net_link *l, unsigned int n, uint8_t *from)
{
	struct netback_packet *p = &packet[n];
	unsigned int i;

	failed[n] = false;
	for (i = 0; i < p->pieces; i++) {
		struct grant_page to = page_of(l, &p->piece[i]);

		grant_batch_to(&batch, &to, from, &failed[n]);
		from += to.length_bytes;
	}
}

/* No room for packet[n] in its queue: it waits, or is lost. */
static enum rx_end hold(struct net_link *l, unsigned int n, unsigned int queue,
			const uint8_t *from)
{
	struct net_held *h = &l->held;

	if (l->queue[queue].stalled || l->queues == 1)
		return RX_MORE;
	grant_batch_run(&batch);	/* may read from there */
	if (!h->frame)
		h->frame = malloc(NET_LARGEST);
	if (!h->frame)
		return RX_MORE;
	memcpy(h->frame, from, packet[n].length_bytes);
	h->packet = packet[n];
	h->queue = queue;
	h->since_ns = loop_now_ns();
	h->full = true;
	return RX_NO_ROOM;
}

/*
 * One packet from the TAP into packet[*n], which is counted if it got its
 * place. RX_MORE: there may be another.
 */
static enum rx_end read_one(struct net_link *l, unsigned int *n, uint8_t **at)
{
	struct netback_packet *p = &packet[*n];
	uint8_t *from = page_up(*at + NET_HEADER);
	struct offload_header h;
	unsigned int queue;
	ssize_t got;

	got = read(l->nic->tap.fd, from - NET_HEADER,
		   NET_HEADER + NETBACK_PACKET_MAX + 1);
	if (got <= (ssize_t)NET_HEADER)
		return RX_DRAINED;
	got -= NET_HEADER;
	if (got > NETBACK_PACKET_MAX || got > (ssize_t)l->pages * PAGE)
		return RX_MORE;
	memcpy(&h, from - NET_HEADER, NET_HEADER);
	p->length_bytes = (uint16_t)got;
	p->flags = offload_to_guest(&h, from, (uint32_t)got, l->ipv6_checksum,
				    &p->gso);
	queue = netctrl_queue(&l->kept->ctrl, from, (uint32_t)got, &p->hash);
	owner[*n] = &l->queue[queue];
	switch (netback_rx_place(owner[*n]->core, p)) {
	case NETBACK_BROKEN:
		return RX_BROKEN;
	case NETBACK_NONE:
		return hold(l, *n, queue, from);
	case NETBACK_READY:
		break;
	}
	copy_to(l, *n, from);
	*at = from + p->length_bytes;
	++*n;
	return RX_MORE;
}

/* The packet that was held goes first. False: it still waits. */
static bool release_held(struct net_link *l, unsigned int *n)
{
	struct net_held *h = &l->held;

	if (!h->full)
		return true;
	packet[*n] = h->packet;
	owner[*n] = &l->queue[h->queue];
	if (netback_rx_place(owner[*n]->core, &packet[*n]) == NETBACK_READY) {
		copy_to(l, *n, h->frame);
		++*n;
	} else if (loop_now_ns() - h->since_ns < STALL_NS) {
		return false;
	} else {
		owner[*n]->stalled = true;
	}
	h->full = false;
	return true;
}

static enum rx_end run_rx_batch(struct net_link *l)
{
	uint8_t *at = arena;
	enum rx_end end = RX_MORE;
	unsigned int n = 0, reads = 0, i;

	empty_arena();
	if (!release_held(l, &n))
		return RX_NO_ROOM;
	/* Lost packets take no place, but time. */
	while (n < BATCH && reads++ < 2 * BATCH && end == RX_MORE &&
	       at + NET_LARGEST <= arena + ARENA) {
		end = look_for_room(l);
		if (end == RX_MORE)
			end = read_one(l, &n, &at);
	}
	grant_batch_run(&batch);
	for (i = 0; i < n; i++)
		netback_rx_put(owner[i]->core, &packet[i], !failed[i]);
	l->received += n;
	for (i = 0; i < l->queues; i++)
		if (netback_rx_flush(l->queue[i].core))
			tell(l, l->queue[i].rx_port);
	return end;
}

static void wait_for_tap(struct net_link *l)
{
	l->polling = true;
	io_uring_prep_poll_add(loop_sqe(&l->poll), l->nic->tap.fd, POLLIN);
}

static void wait_for_room(struct net_link *l)
{
	unsigned int i;

	for (i = 0; i < l->queues; i++)
		if ((!l->held.full || l->held.queue == i) &&
		    netback_rx_arm(l->queue[i].core, (uint32_t)need(l)))
			loop_queue(&l->task);
	if (l->held.full)
		loop_queue_after(&l->task, STALL_NS);
}

/* From the TAP to the guest. False: a ring is broken. */
static bool run_rx(struct net_link *l)
{
	enum rx_end end = RX_MORE;
	int round;

	if (l->polling)
		return true;
	for (round = 0; round < ROUNDS && end == RX_MORE; round++)
		end = run_rx_batch(l);
	switch (end) {
	case RX_MORE:
		loop_queue(&l->task);
		break;
	case RX_DRAINED:
		wait_for_tap(l);
		break;
	case RX_NO_ROOM:
		wait_for_room(l);
		break;
	case RX_BROKEN:
		return false;
	}
	return true;
}

bool net_shell_ready(void)
{
	if (!arena)
		arena = grants_arena(ARENA / PAGE);
	return arena;
}

void net_link_discard(struct nic *nic)
{
	int i;

	empty_arena();
	for (i = 0; i < 4096; i++)
		if (read(nic->tap.fd, arena, NET_LARGEST) <= 0)
			break;
}

/* ---- the connection ---- */

/* What the frontend wants of the spreading. False: its ring is broken. */
static bool run_ctrl(struct net_link *l)
{
	static uint32_t page[NETCTRL_MAPPING_MAX];
	struct netctrl *c = &l->kept->ctrl;
	struct netctrl_want want;
	enum netctrl_got got;

	if (!l->ctrl_ring)
		return true;
	while ((got = netctrl_get(c, &want)) == NETCTRL_FETCH) {
		struct grant_page from = {
			.domid = l->domid,
			.gref = want.gref,
			.length_bytes = want.bytes,
		};
		bool bad = false;

		grant_batch_from(&batch, &from, page, &bad);
		grant_batch_run(&batch);
		netctrl_give(c, bad ? NULL : page);
	}
	if (netctrl_flush(c))
		tell(l, l->ctrl_port);
	if (got == NETCTRL_NONE && netctrl_arm(c))
		loop_queue(&l->task);
	return got != NETCTRL_BROKEN;
}

static bool arm_all_tx(struct net_link *l)
{
	bool more = false;
	unsigned int i;

	for (i = 0; i < l->queues; i++)
		more |= netback_tx_arm(l->queue[i].core, 1);
	return more;
}

void net_link_run(struct loop_task *task)
{
	struct net_link *l = (struct net_link *)task;
	unsigned long before = l->sent;
	int more = run_ctrl(l) ? run_all_tx(l) : -EPROTO;

	l->rounds++;
	if (more < 0 || !run_rx(l)) {
		device_fail(&l->nic->dev, -EPROTO, "the frontend's rings make "
			    "no sense: interface stopped");
		device_stop(&l->nic->dev);
		return;
	}
	if (l->sent - before >= FLOOD)
		loop_give_way();
	if (more || arm_all_tx(l))
		loop_queue(&l->task);
}
