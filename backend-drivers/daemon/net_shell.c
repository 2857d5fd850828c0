// SPDX-License-Identifier: GPL-2.0-only
/*
 * The work of one network frontend's connection: its task, and packets from
 * its queues to the TAP.
 *
 * Rules:
 *  1. Packets are moved in batches: all copies of a batch in one ioctl, one
 *     event for its answers. Large packets stay in one piece both ways.
 *  2. A round is bounded, so that one guest's flood does not starve the rest.
 *
 * Single-threaded; frames lie in the arena until empty_arena() or the loop's
 * next sleep. Next: net_rx.c.
 */
#include "backend-drivers/daemon/net_link.h"

#include <errno.h>
#include <string.h>

#include "abi/io/net.h"
#include "backend-drivers/daemon/events.h"
#include "backend-drivers/daemon/grants.h"

#define BATCH 64
#define ROUNDS 4
#define FLOOD 64	/* packets a round */
#define PAGE 4096
/* With the buffers of net_rx.c: what a page of the grant table can name. */
#define ARENA (1120 * 1024)

static uint8_t *arena;		/* ARENA bytes */
static struct netback_packet packet[BATCH];
static uint8_t *frame[BATCH];
static bool failed[BATCH];
static unsigned int behind;	/* the last frame there: its loop_place() */
static struct grant_batch batch;
unsigned long net_lost;

struct grant_page net_page_of(const struct net_link *l,
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

void net_tell(struct net_link *l, int port)
{
	l->events++;
	events_notify(port);
}

/* ---- from the guest ---- */

/*
 * The arena is wanted again: the TAP, which does not block, takes what is for
 * it now. Otherwise the loop's next entry to the kernel does that, and saves
 * a system call.
 */
static void empty_arena(void)
{
	if (!loop_sent(behind))
		loop_submit();
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

	while (n < BATCH && at + NET_LARGEST <= arena + ARENA) {
		struct netback_packet *p = &packet[n];
		uint8_t *to;

		got = netback_tx_get(q->core, p);
		if (got != NETBACK_READY)
			break;
		if (!n)
			empty_arena();
		failed[n] = p->bad;
		to = p->bad ? at + NET_HEADER : place(at, p);
		frame[n] = to;
		for (i = 0; i < p->pieces && !p->bad; i++) {
			struct grant_page from = net_page_of(l, &p->piece[i]);

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
	behind = loop_place();
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
			net_tell(l, q->tx_port);
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

/* A kernel may refuse the buffers: the next NIC finds the memory here. */
int net_shell_ready(void)
{
	static bool ready;
	int rc = 0;

	if (!arena)
		arena = grants_arena(ARENA / PAGE +
				     (unsigned int)net_rx_pages());
	if (!arena)
		return -ENOMEM;
	if (!ready)
		rc = net_rx_ready(arena + ARENA);
	ready = !rc;
	return rc;
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
		net_tell(l, l->ctrl_port);
	if (got == NETCTRL_NONE && netctrl_arm(c))
		loop_queue(&l->task);
	return got != NETCTRL_BROKEN;
}

static bool arm_all_tx(struct net_link *l)
{
	bool more = false;
	unsigned int i;

	for (i = 0; i < l->queues; i++)
		more |= netback_tx_arm(l->queue[i].core);
	return more;
}

static void stop(struct net_link *l, int rc)
{
	if (rc == -EPROTO)
		device_fail(&l->nic->dev, rc, "the frontend's rings make no "
			    "sense: interface stopped");
	else
		device_fail(&l->nic->dev, rc, "cannot read from %s: %s: "
			    "interface stopped", l->nic->tap.name,
			    strerror(-rc));
	device_stop(&l->nic->dev);
}

void net_link_run(struct loop_task *task)
{
	struct net_link *l = (struct net_link *)task;
	unsigned long before = l->sent;
	int more = run_ctrl(l) ? run_all_tx(l) : -EPROTO, rc = 0;

	l->rounds++;
	if (more >= 0)
		rc = net_rx_run(l);
	if (more < 0 || rc) {
		stop(l, more < 0 ? more : rc);
		return;
	}
	if (l->sent - before >= FLOOD)
		loop_give_way();
	if (more || arm_all_tx(l))
		loop_queue(&l->task);
}
