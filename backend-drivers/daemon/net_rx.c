// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets from a TAP to the guest.
 *
 * Rules:
 *  1. Reads wait at the TAP and ride on the loop's io_uring: usually one, more
 *     where the last ones have all brought a packet at once, so that what is
 *     there is read by one call. A packet wakes all that wait, and one gets it:
 *     which one does not matter. It goes to a buffer that is taken only then,
 *     from those that all NICs share.
 *  2. As many are read as the guest has posted room for, if they are as large
 *     as the largest one lately; until there is room packets wait, and are
 *     lost, in the TAP's queue, as on any network. Room for the largest that
 *     may ever come would be a seventeenth of that: a flood of small ones
 *     would be read one by one.
 *  3. With several queues one must be read to know whose it is, so they are
 *     read one by one unless all have room.
 *  4. A packet that finds no room in its queue is held, and the others wait
 *     with it, for STALL_NS; those read with it are lost if they find none,
 *     too. Then the queue's packets are lost until it has room again.
 *  5. Only when all reads have answered may the connection's memory go.
 *
 * Single-threaded. Next: core/offload.c, core/netctrl.c.
 */
#include "backend-drivers/daemon/net_link.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/io/net.h"

#define PAGE 4096
#define BUFFERS NET_AHEAD
#define BUFFER_BYTES (17 * PAGE)	/* the header ends the first */
#define READ_BYTES (NET_HEADER + NETBACK_PACKET_MAX + 1)
#define STALL_NS 100000000u
#define LATELY 64	/* packets */

static uint8_t *buffers;	/* BUFFERS * BUFFER_BYTES */
static struct netback_packet packet[NET_AHEAD + 1];
static struct net_queue *owner[NET_AHEAD + 1];
static bool failed[NET_AHEAD + 1];
static struct grant_batch batch;

/* The frame in a buffer: on a page's boundary, behind its header. */
static uint8_t *frame_of(unsigned int buffer)
{
	return buffers + buffer * BUFFER_BYTES + PAGE;
}

static void give(unsigned int buffer)
{
	loop_give_buffer(buffer, frame_of(buffer) - NET_HEADER, READ_BYTES);
}

size_t net_rx_pages(void)
{
	return BUFFERS * BUFFER_BYTES / PAGE;
}

int net_rx_ready(uint8_t *memory)
{
	unsigned int i;
	int rc = loop_buffers(16);	/* a power of two */

	if (rc)
		return rc;
	buffers = memory;
	for (i = 0; i < BUFFERS; i++)
		give(i);
	return 0;
}

static unsigned int pages_of(uint32_t bytes)
{
	return (bytes + PAGE - 1) / PAGE;
}

/* Takes note of a packet's size: the most of this and of the last stretch. */
static void note_size(struct net_link *l, uint32_t bytes)
{
	struct net_sizes *s = &l->sizes;
	unsigned int pages = pages_of(bytes);

	if (s->count++ % LATELY == 0) {
		s->before = s->now;
		s->now = 1;
	}
	if (pages > s->now)
		s->now = pages;
}

/* Ring entries that the next packet may need: the one that waits, if any. */
static int need(const struct net_link *l)
{
	const struct net_sizes *s = &l->sizes;
	unsigned int pages = s->now > s->before ? s->now : s->before;

	if (l->held.full)
		pages = pages_of(l->held.packet.length_bytes);
	return (int)pages + (l->pages > 1) + (l->kept->ctrl.algorithm != 0);
}

/*
 * How many packets may be read without knowing whose they are: 0 if no queue
 * has room for one. -EPROTO: a ring is broken.
 */
static int room_ahead(struct net_link *l)
{
	int least = NET_AHEAD, any = 0;
	unsigned int i;

	for (i = 0; i < l->queues; i++) {
		int room = netback_rx_room(l->queue[i].core);

		if (room < 0)
			return room;
		room /= need(l);
		if (room < least)
			least = room;
		if (room > 0) {
			l->queue[i].stalled = false;
			any = 1;
		}
	}
	return least > any ? least : any;
}

/* The copies of a packet that has its place. */
static void copy_to(struct net_link *l, unsigned int n, uint8_t *from)
{
	struct netback_packet *p = &packet[n];
	unsigned int i;

	failed[n] = false;
	for (i = 0; i < p->pieces; i++) {
		struct grant_page to = net_page_of(l, &p->piece[i]);

		grant_batch_to(&batch, &to, from, &failed[n]);
		from += to.length_bytes;
	}
}

/* No room for packet[n] in its queue: it waits, or is lost. */
static void hold(struct net_link *l, unsigned int n, unsigned int queue,
		 const uint8_t *from)
{
	struct net_held *h = &l->held;

	if (l->queue[queue].stalled || h->full)
		return;
	grant_batch_run(&batch);	/* may read from there */
	if (!h->frame)
		h->frame = malloc(NET_LARGEST);
	if (!h->frame)
		return;
	memcpy(h->frame, from, packet[n].length_bytes);
	h->packet = packet[n];
	h->queue = queue;
	h->since_ns = loop_now_ns();
	h->full = true;
}

/* Gives packet[*n] its place and counts it; false: a ring is broken. */
static bool deliver(struct net_link *l, const struct net_got *got,
		    unsigned int *n)
{
	struct netback_packet *p = &packet[*n];
	uint8_t *from = frame_of(got->buffer);
	uint32_t bytes = got->bytes - NET_HEADER;
	struct offload_header h;
	unsigned int queue;

	if (got->bytes <= NET_HEADER || bytes > NETBACK_PACKET_MAX ||
	    bytes > l->pages * PAGE)
		return true;
	note_size(l, bytes);
	memcpy(&h, from - NET_HEADER, NET_HEADER);
	p->length_bytes = (uint16_t)bytes;
	p->flags = offload_to_guest(&h, from, bytes, l->ipv6_checksum, &p->gso);
	queue = netctrl_queue(&l->kept->ctrl, from, bytes, &p->hash);
	owner[*n] = &l->queue[queue];
	switch (netback_rx_place(owner[*n]->core, p)) {
	case NETBACK_BROKEN:
		return false;
	case NETBACK_NONE:
		hold(l, *n, queue, from);
		return true;
	case NETBACK_READY:
		break;
	}
	copy_to(l, *n, from);
	++*n;
	return true;
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

/* Hands over all that was read, in one batch of copies. False: broken. */
static bool hand_over(struct net_link *l)
{
	unsigned int n = 0, i;
	bool ok = true;

	release_held(l, &n);
	for (i = 0; i < l->got_count && ok; i++)
		ok = deliver(l, &l->got[i], &n);
	grant_batch_run(&batch);
	for (i = 0; i < l->got_count; i++)
		give(l->got[i].buffer);
	l->got_count = 0;
	for (i = 0; i < n; i++)
		netback_rx_put(owner[i]->core, &packet[i], !failed[i]);
	l->received += n;
	for (i = 0; i < l->queues; i++)
		if (netback_rx_flush(l->queue[i].core))
			net_tell(l, l->queue[i].rx_port);
	return ok;
}

static void cancel(struct net_link *l)
{
	l->cancelling = true;
	io_uring_prep_cancel(loop_sqe(&l->cancel), &l->read, 0);
}

/* The read that waited is over; others have yet to be seen, perhaps. */
void net_rx_cancelled(struct loop_op *op, int res)
{
	struct net_link *l = (struct net_link *)((char *)op -
				offsetof(struct net_link, cancel));

	(void)res;
	l->cancelling = false;
	if (l->reading)
		cancel(l);
	else
		net_link_over(l);
}

static bool is_error(int res)
{
	return res < 0 && res != -EAGAIN && res != -ENOBUFS && res != -EINTR &&
		res != -ECANCELED;
}

void net_rx_done(struct loop_op *op, int res)
{
	struct net_link *l = (struct net_link *)((char *)op -
				offsetof(struct net_link, read));
	int buffer = loop_buffer_of(op);

	l->reading--;
	if (res > 0 && l->nic)
		l->got[l->got_count++] = (struct net_got){
			.buffer = (uint16_t)buffer,
			.bytes = (uint32_t)res,
		};
	else if (buffer >= 0)
		give((unsigned int)buffer);
	if (is_error(res))
		l->tap_error = res;
	if (l->nic)
		loop_queue(&l->task);
	else if (!l->reading && !l->cancelling)
		net_link_over(l);
}

bool net_rx_close(struct net_link *l)
{
	unsigned int i;

	for (i = 0; i < l->got_count; i++)
		give(l->got[i].buffer);
	l->got_count = 0;
	if (l->reading)
		cancel(l);
	return !l->reading;
}

/*
 * All reads brought something at once: more of them next time, else fewer. Not
 * where the two sides take turns: one question does not follow another.
 */
static void learn(struct net_link *l)
{
	if (l->missed || l->sent != l->sent_then)
		l->eager /= 2;
	else
		l->eager = 2 * l->eager + 1;
	if (l->eager >= NET_AHEAD)
		l->eager = NET_AHEAD - 1;
	l->missed = false;
	l->sent_then = l->sent;
}

/* At most n. */
static void read_ahead(struct net_link *l, unsigned int n)
{
	learn(l);
	if (n > l->eager + 1)
		n = l->eager + 1;
	l->reading = n;
	while (n--)
		loop_prep_read(loop_sqe(&l->read), l->nic->tap.fd, READ_BYTES);
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

int net_rx_run(struct net_link *l)
{
	int ahead;

	if (!hand_over(l))
		return -EPROTO;
	if (l->tap_error)
		return l->tap_error;
	if (l->reading) {
		l->missed = true;
		return 0;
	}
	ahead = l->held.full ? 0 : room_ahead(l);
	if (ahead < 0)
		return -EPROTO;
	if (ahead)
		read_ahead(l, (unsigned int)ahead);
	else
		wait_for_room(l);
	return 0;
}

void net_rx_discard(struct nic *nic)
{
	static uint8_t lost[READ_BYTES];
	int i;

	for (i = 0; i < 4096; i++)
		if (read(nic->tap.fd, lost, sizeof(lost)) <= 0)
			break;
}
