// SPDX-License-Identifier: GPL-2.0-only
/*
 * The connection to one network frontend: packets between core/netback.c and
 * the TAP.
 *
 * Rules:
 *  1. Packets are moved in batches: all copies of a batch in one ioctl, one
 *     event for its answers. Large packets stay in one piece both ways.
 *  2. Nothing is read from the TAP unless the guest has posted room for the
 *     largest packet it may be; until then packets wait, and are lost, in the
 *     TAP's queue, as on any network.
 *  3. A round is bounded, so that one guest's flood does not starve the rest.
 *  4. A connection that is closed lives until its poll is cancelled.
 *
 * Single-threaded; the arenas below are used within one call only.
 * Next: core/offload.c.
 */
#include "backend-drivers/daemon/net_shell.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi/io/net.h"
#include "backend-drivers/core/netback.h"
#include "backend-drivers/core/offload.h"
#include "backend-drivers/daemon/events.h"
#include "backend-drivers/daemon/grants.h"
#include "backend-drivers/daemon/keep.h"
#include "backend-drivers/daemon/loop.h"

#define BATCH 64
#define ROUNDS 4
#define HEADER sizeof(struct offload_header)
#define PAGE 4096
/* A frame with its header, and what placing it may waste. */
#define LARGEST (NETBACK_PACKET_MAX + 3 * PAGE)
#define ARENA (1280 * 1024)

struct net_link {
	struct loop_task task;
	struct loop_op poll;
	struct nic *nic;		/* NULL: closed, ending */
	struct net_link *next_ending;
	unsigned int domid;
	unsigned int devid;
	struct netback *core;
	void *tx_ring;
	void *rx_ring;
	int tx_port;
	int rx_port;			/* may be tx_port */
	unsigned int need;		/* posted buffers for one packet */
	bool ipv6_checksum;
	bool polling;
	unsigned long sent;		/* counted for the log */
	unsigned long received;
	unsigned long rounds;
	unsigned long events;
};

static struct net_link *ending;	/* closed, their poll not yet over */
static uint8_t arena[ARENA] __attribute__((aligned(4096)));
static struct netback_packet packet[BATCH];
static uint8_t *frame[BATCH];
static bool failed[BATCH];
static struct grant_batch batch;

static struct grant_page page_of(const struct net_link *l,
				 const struct netback_piece *piece)
{
	return (struct grant_page){
		.domid = l->nic->dev.domid,
		.gref = piece->gref,
		.offset_bytes = piece->offset_bytes,
		.length_bytes = piece->length_bytes,
	};
}

static uint8_t *page_up(uint8_t *at)
{
	return (uint8_t *)(((uintptr_t)at + PAGE - 1) / PAGE * PAGE);
}

/*
 * Where to put a frame, so that its whole pages become whole pages here: a
 * copy that crosses a page boundary costs the hypervisor two.
 */
static uint8_t *place(uint8_t *at, const struct netback_packet *p)
{
	uint32_t i, before = 0;

	at += HEADER;
	for (i = 0; i < p->pieces; i++) {
		if (p->piece[i].length_bytes == PAGE)
			return page_up(at + before) - before;
		before += p->piece[i].length_bytes;
	}
	return at;
}

/* Takes a batch of packets out of the guest; how many. -EPROTO: broken. */
static int fetch(struct net_link *l)
{
	enum netback_got got = NETBACK_NONE;
	uint8_t *at = arena;
	unsigned int n = 0, i;

	while (n < BATCH && at + LARGEST <= arena + ARENA) {
		struct netback_packet *p = &packet[n];
		uint8_t *to;

		got = netback_tx_get(l->core, p);
		if (got != NETBACK_READY)
			break;
		failed[n] = p->bad;
		to = p->bad ? at + HEADER : place(at, p);
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

static unsigned long lost;	/* refused by a TAP, all NICs together */

static void sent_done(struct loop_op *op, int res)
{
	(void)op;
	if (res < 0)
		lost++;
}

static struct loop_op sent_op = { .done = sent_done };

/*
 * Prepares the write of one packet. The TAP does not block, so the submission
 * below executes it before it returns, or drops the packet.
 */
static int send_one(struct net_link *l, unsigned int i)
{
	struct io_uring_sqe *sqe;
	struct offload_header h;
	uint8_t *start = frame[i] - HEADER;

	if (failed[i] || !offload_from_guest(&packet[i], frame[i], &h))
		return XY_NETIF_RSP_ERROR;
	memcpy(start, &h, HEADER);
	sqe = loop_sqe(&sent_op);
	io_uring_prep_write(sqe, l->nic->tap.fd, start,
			    packet[i].length_bytes + HEADER, (__u64)-1);
	return XY_NETIF_RSP_OKAY;
}

/* From the guest to the TAP. 1: more may be there; 0: no more; -EPROTO. */
static int run_tx(struct net_link *l)
{
	int n = 0, i, round;

	for (round = 0; round < ROUNDS; round++) {
		n = fetch(l);
		for (i = 0; i < n; i++)
			netback_tx_put(l->core, &packet[i],
				       send_one(l, (unsigned int)i));
		if (n > 0)
			loop_submit();
		if (netback_tx_flush(l->core)) {
			l->events++;
			events_notify(l->tx_port);
		}
		l->sent += n > 0 ? (unsigned int)n : 0;
		if (n <= 0)
			return n;
	}
	return 1;
}

/* One packet from the TAP into packet[n]. 1: got it; 0: none; -EAGAIN: lost */
static int read_one(struct net_link *l, unsigned int n, uint8_t *at)
{
	struct netback_packet *p = &packet[n];
	struct offload_header h;
	struct netback_gso gso;
	uint8_t flags, *from = page_up(at + HEADER);
	ssize_t got;
	unsigned int i;

	got = read(l->nic->tap.fd, from - HEADER,
		   HEADER + NETBACK_PACKET_MAX + 1);
	if (got <= (ssize_t)HEADER)
		return 0;
	got -= HEADER;
	memcpy(&h, from - HEADER, HEADER);
	flags = offload_to_guest(&h, from, (uint32_t)got, l->ipv6_checksum,
				 &gso);
	if (got > NETBACK_PACKET_MAX ||
	    (l->need == 1 && got > XY_PAGE_SIZE) ||
	    netback_rx_plan(l->core, (uint32_t)got, &gso, p) != NETBACK_READY)
		return -EAGAIN;
	p->flags = flags;
	failed[n] = false;
	for (i = 0; i < p->pieces; i++) {
		struct grant_page to = page_of(l, &p->piece[i]);

		grant_batch_to(&batch, &to, from, &failed[n]);
		from += to.length_bytes;
	}
	return 1;
}

enum rx_end { RX_MORE, RX_DRAINED, RX_NO_ROOM, RX_BROKEN };

static enum rx_end run_rx_batch(struct net_link *l)
{
	enum rx_end end = RX_MORE;
	uint8_t *at = arena;
	unsigned int n = 0, i;

	while (n < BATCH && at + LARGEST <= arena + ARENA) {
		int room = netback_rx_room(l->core), got;

		if (room < (int)l->need) {
			end = room < 0 ? RX_BROKEN : RX_NO_ROOM;
			break;
		}
		got = read_one(l, n, at);
		if (!got) {
			end = RX_DRAINED;
			break;
		}
		if (got < 0)
			continue;
		at = page_up(at + HEADER) + packet[n].length_bytes;
		n++;
	}
	grant_batch_run(&batch);
	for (i = 0; i < n; i++)
		netback_rx_put(l->core, &packet[i], !failed[i]);
	l->received += n;
	if (netback_rx_flush(l->core)) {
		l->events++;
		events_notify(l->rx_port);
	}
	return end;
}

static void wait_for_tap(struct net_link *l)
{
	if (l->polling)
		return;
	l->polling = true;
	io_uring_prep_poll_add(loop_sqe(&l->poll), l->nic->tap.fd, POLLIN);
}

/* From the TAP to the guest. False: the ring is broken. */
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
		if (netback_rx_arm(l->core, l->need))
			loop_queue(&l->task);
		break;
	case RX_BROKEN:
		return false;
	}
	return true;
}

static void link_run(struct loop_task *task)
{
	struct net_link *l = (struct net_link *)task;
	int more = run_tx(l);

	l->rounds++;
	if (more < 0 || !run_rx(l)) {
		device_fail(&l->nic->dev, -EPROTO, "the frontend's rings make "
			    "no sense: interface stopped");
		device_stop(&l->nic->dev);
		return;
	}
	if (more || netback_tx_arm(l->core, 1))
		loop_queue(&l->task);
}

static void link_free(struct net_link *l)
{
	loop_cancel(&l->task);
	events_unbind(l->tx_port);
	if (l->rx_port != l->tx_port)
		events_unbind(l->rx_port);
	if (l->tx_ring)
		gnt_unmap(grants_fd, l->tx_ring, 1);
	if (l->rx_ring)
		gnt_unmap(grants_fd, l->rx_ring, 1);
	l->tx_ring = NULL;
	l->rx_ring = NULL;
	l->tx_port = -1;
	l->rx_port = -1;
	if (!l->polling)
		free(l);
}

static void poll_done(struct loop_op *op, int res)
{
	struct net_link *l = (struct net_link *)((char *)op -
				offsetof(struct net_link, poll));
	struct net_link **at = &ending;

	(void)res;
	l->polling = false;
	if (l->nic) {
		loop_queue(&l->task);
		return;
	}
	while (*at != l)
		at = &(*at)->next_ending;
	*at = l->next_ending;
	link_free(l);
	device_retry();
}

/* A poll holds the TAP: as long as it does, the interface is taken. */
bool net_link_lingers(const struct device *dev)
{
	const struct net_link *l;

	for (l = ending; l; l = l->next_ending)
		if (l->domid == dev->domid && l->devid == dev->devid)
			return true;
	return false;
}

static int bind_port(struct net_link *l, unsigned int remote, int *port)
{
	*port = events_bind(l->nic->dev.domid, remote, &l->task);
	if (*port >= 0)
		return 0;
	return device_fail(&l->nic->dev, *port, "cannot bind the frontend's "
			   "event channel: %s", strerror(-*port));
}

static int map_ring(struct net_link *l, uint32_t gref, void **ring)
{
	*ring = gnt_map(grants_fd, l->nic->dev.domid, &gref, 1,
			PROT_READ | PROT_WRITE);
	if (*ring)
		return 0;
	return device_fail(&l->nic->dev, -errno, "cannot map the frontend's "
			   "ring: %s", strerror(errno));
}

static int setup_core(struct net_link *l, const struct net_params *p)
{
	struct device *dev = &l->nic->dev;
	uint64_t ident = (uint64_t)p->tx_port << 48 ^
			 (uint64_t)p->rx_port << 32 ^
			 (uint64_t)p->tx_gref << 16 ^ p->rx_gref;
	bool found;

	l->core = keep_map(dev, sizeof(*l->core), ident, &found);
	if (!l->core)
		return device_fail(dev, -errno, "cannot keep the rings' state: "
				   "%s", strerror(errno));
	if (!dev->adopting || !found ||
	    netback_resume(l->core, l->tx_ring, l->rx_ring))
		netback_init(l->core, l->tx_ring, l->rx_ring);
	return 0;
}

static int connect_to(struct net_link *l, const struct net_params *p)
{
	const struct net_tap_offload offload = {
		.checksum = p->checksum,
		.tso4 = p->tso4,
		.tso6 = p->tso6,
	};
	int rc = net_tap_set_offload(&l->nic->tap, &offload);

	if (rc)
		return device_fail(&l->nic->dev, rc, "cannot set offloads: %s",
				   strerror(-rc));
	if ((rc = map_ring(l, p->tx_gref, &l->tx_ring)) ||
	    (rc = map_ring(l, p->rx_gref, &l->rx_ring)) ||
	    (rc = setup_core(l, p)) ||
	    (rc = bind_port(l, p->tx_port, &l->tx_port)))
		return rc;
	l->rx_port = l->tx_port;
	if (p->rx_port != p->tx_port)
		rc = bind_port(l, p->rx_port, &l->rx_port);
	return rc;
}

/* What came while no guest listened is of no use to it now. */
static void discard_old(struct nic *nic)
{
	int i;

	for (i = 0; i < 4096; i++)
		if (read(nic->tap.fd, arena, LARGEST) <= 0)
			break;
}

int net_link_open(struct nic *nic, const struct net_params *p)
{
	struct net_link *l = calloc(1, sizeof(*l));
	int rc;

	if (!l)
		return device_fail(&nic->dev, -ENOMEM, "out of memory");
	l->task.run = link_run;
	l->poll.done = poll_done;
	l->nic = nic;
	l->domid = nic->dev.domid;
	l->devid = nic->dev.devid;
	l->tx_port = -1;
	l->rx_port = -1;
	l->ipv6_checksum = p->ipv6_checksum;
	l->need = p->tso4 || p->tso6 ? NETBACK_PIECES_MAX : 1;
	rc = connect_to(l, p);
	if (rc) {
		keep_drop(&nic->dev, l->core, sizeof(*l->core));
		link_free(l);
		return rc;
	}
	nic->link = l;
	if (nic->dev.adopting) {
		events_notify(l->tx_port);
		if (l->rx_port != l->tx_port)
			events_notify(l->rx_port);
	} else {
		discard_old(nic);
	}
	loop_queue(&l->task);
	return 0;
}

void net_link_close(struct nic *nic)
{
	struct net_link *l = nic->link;

	nic->link = NULL;
	device_log(&nic->dev, "%lu packets from the guest, %lu to it, in %lu "
		   "rounds, %lu events sent; %lu lost by any", l->sent,
		   l->received, l->rounds, l->events, lost);
	keep_drop(&nic->dev, l->core, sizeof(*l->core));
	l->core = NULL;
	l->nic = NULL;
	if (l->polling) {
		io_uring_prep_cancel(loop_sqe(NULL), &l->poll, 0);
		l->next_ending = ending;
		ending = l;
	}
	link_free(l);
}
