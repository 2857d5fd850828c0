// SPDX-License-Identifier: MIT
/*
 * The network shell: rings, grants and the event channel around core/netfront,
 * with the stack of net/ on top.
 *
 * Rules:
 *  1. All memory that the backend sees is granted when the NIC is opened and
 *     stays so: heads and sending rings for reading, receive buffers for
 *     writing. A packet costs no grant.
 *  2. A buffer's bytes may change under our eyes; the stack copies headers
 *     before it looks at them, and payload before anybody uses it.
 *  3. A frame that finds no room is dropped, as a network may; what TCP has to
 *     say is asked for only when there is room.
 *  4. Answers to what was sent are collected when we come by; an event for
 *     them is asked for only by who waits for room.
 *
 * One vCPU uses a NIC. Next: core/netfront.c, net/net.h.
 */
#include "frontend-drivers/guest/nic.h"
#include "frontend-drivers/guest/guest.h"

#define OPEN_NS		10000000000UL
#define SLOTS_A_FRAME	NETFRONT_SLOTS_MAX
#define GSO_MAX		61440	/* with its head in at most 18 pieces */

static void on_event(uint32_t port, void *arg)
{
	struct nic *n = arg;

	(void)port;
	n->events++;
}

/* ---- the handshake's steps ---- */

static int publish(struct nic *n)
{
	static const char *const ones[] = {
		"request-rx-copy", "feature-rx-notify", "feature-sg",
		"feature-gso-tcpv4",
	};
	struct device *d = &n->dev;
	int rc;

	n->tx_ring = page_alloc();
	n->rx_ring = page_alloc();
	netfront_tx_init(&n->tx, n->tx_ring);
	netfront_rx_init(&n->rx, n->rx_ring, NIC_BUFFERS);
	rc = device_share(d->backend, n->tx_ring, 1, false, &n->tx_ref);
	rc = rc ? rc : device_share(d->backend, n->rx_ring, 1, false,
				    &n->rx_ref);
	rc = rc ? rc : (int)event_alloc(d->backend, &n->port);
	rc = rc ? rc : (int)event_handle(n->port, on_event, n);
	rc = rc ? rc : device_say(d, "tx-ring-ref", n->tx_ref);
	rc = rc ? rc : device_say(d, "rx-ring-ref", n->rx_ref);
	rc = rc ? rc : device_say(d, "event-channel", n->port);
	for (unsigned int i = 0; i < sizeof(ones) / sizeof(*ones); i++)
		rc = rc ? rc : device_say(d, ones[i], 1);
	return rc;
}

static void post(struct nic *n)
{
	uint32_t want = netfront_rx_want(&n->rx);

	while (want-- && n->buffers_free) {
		uint16_t buffer = n->buffer_free[--n->buffers_free];

		n->buffer_of[netfront_rx_post(&n->rx, n->buffer_ref[buffer])] =
			buffer;
	}
}

static void start(struct nic *n)
{
	bool gso = device_their_number(&n->dev, "feature-gso-tcpv4", 0) == 1;

	n->gather = device_their_number(&n->dev, "feature-sg", 0) == 1;
	n->net.csum_offload = true;
	n->net.gso_max = n->gather && gso ? GSO_MAX : 0;
	post(n);
	nic_push(n);
}

static void stop(struct nic *n)
{
	uint16_t i;

	if (!n->tx_ring)
		return;
	event_close(n->port);
	while (netfront_tx_lost(&n->tx, &i))
		if (n->head_of[i] < NIC_HEADS)
			n->head_free[n->heads_free++] = n->head_of[i];
	while (netfront_rx_lost(&n->rx, &i))
		n->buffer_free[n->buffers_free++] = n->buffer_of[i];
	if (device_unshare(1, &n->tx_ref))
		page_free(n->tx_ring);
	if (device_unshare(1, &n->rx_ref))
		page_free(n->rx_ring);
	n->tx_ring = NULL;
}

static int perform(struct device *d, unsigned int todo)
{
	struct nic *n = (struct nic *)d;

	switch ((enum connect_front_todo)todo) {
	case CONNECT_FRONT_STOP:
	case CONNECT_FRONT_RELEASE:
		stop(n);
		return 0;
	case CONNECT_FRONT_PUBLISH:
		return publish(n);
	case CONNECT_FRONT_START:
		start(n);
		return 0;
	case CONNECT_FRONT_CHANGED:
		return 0;
	}
	return -XY_EINVAL;
}

/* 1 + the answers to what was sent; receiving has no limit in time. */
static uint64_t waiting(struct device *d)
{
	struct nic *n = (struct nic *)d;

	if (!n->tx_ring || !netfront_tx_in_flight(&n->tx) ||
	    xy_ring_rsp_prod(n->tx_ring) != n->tx.rsp_cons)
		return 0;
	return 1 + (uint64_t)n->tx.rsp_cons;
}

static const struct device_kind nic_kind = { "vif", true, perform, waiting };

/* ---- opening ---- */

uint32_t nic_address(const char *text, size_t len, const char **rest)
{
	const char *at = text, *end = text + len, *next;
	uint32_t ip = 0;

	for (int i = 0; i < 4; i++) {
		unsigned long part;

		if (at >= end || *at < '0' || *at > '9')
			return 0;
		part = text_number(at, &next);
		if (part > 255 || next > end ||
		    (i < 3 && (next == end || *next != '.')))
			return 0;
		ip = ip << 8 | (uint32_t)part;
		at = next + (i < 3);
	}
	if (rest)
		*rest = at;
	return ip;
}

void nic_address_text(char text[16], uint32_t ip)
{
	text_format(text, 16, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255,
		    ip >> 8 & 255, ip & 255);
}

static uint32_t asked_address(const char *name, uint32_t absent)
{
	size_t len;
	const char *text = asked_value(name, &len);

	return text ? nic_address(text, len, NULL) : absent;
}

static unsigned int hex(char c)
{
	return c >= '0' && c <= '9' ? (unsigned int)(c - '0') :
	       (c | 32) >= 'a' && (c | 32) <= 'f' ?
	       (unsigned int)((c | 32) - 'a' + 10) : 16;
}

/* The address the toolstack gave us. */
static int read_mac(struct nic *n, uint8_t mac[6])
{
	char path[80], text[18];

	text_format(path, sizeof(path), "%s/mac", n->dev.front);
	if (store_read(0, path, text, sizeof(text)) || strlen(text) != 17)
		return -XY_EINVAL;
	for (int i = 0; i < 6; i++) {
		unsigned int high = hex(text[3 * i]);
		unsigned int low = hex(text[3 * i + 1]);

		if (high > 15 || low > 15)
			return -XY_EINVAL;
		mac[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

static int make_memory(struct nic *n, unsigned int conns, uint32_t ring_bytes)
{
	uint16_t domid = n->dev.backend;
	uint8_t *receive;
	int rc;

	n->ring_pages = (uint32_t)(conns * ring_bytes / PAGE);
	if (n->ring_pages > NIC_RING_PAGES || conns > NET_CONNS)
		return -XY_EINVAL;
	n->heads = pages_alloc(NIC_HEADS / 2);
	n->buffers = pages_alloc(NIC_BUFFERS);
	n->rings = pages_alloc(n->ring_pages);
	receive = pages_alloc(n->ring_pages);
	if (!n->heads || !n->buffers || !n->rings || !receive)
		return -XY_ENOMEM;
	rc = device_share(domid, n->heads, NIC_HEADS / 2, true, n->head_ref);
	rc = rc ? rc : device_share(domid, n->buffers, NIC_BUFFERS, false,
				    n->buffer_ref);
	rc = rc ? rc : device_share(domid, n->rings, n->ring_pages, true,
				    n->ring_ref);
	for (uint16_t i = 0; i < NIC_HEADS; i++)
		n->head_free[n->heads_free++] = i;
	for (uint16_t i = 0; i < NIC_BUFFERS; i++)
		n->buffer_free[n->buffers_free++] = i;
	for (unsigned int i = 0; i < conns; i++)
		net_rings(&n->net, i,
			  (struct tcp_ring){ n->rings + i * ring_bytes,
					     ring_bytes },
			  (struct tcp_ring){ receive + i * ring_bytes,
					     ring_bytes });
	return rc;
}

int nic_open(struct nic *n, unsigned int nth, unsigned int conns,
	     uint32_t ring_bytes)
{
	uint32_t ip = asked_address("ip", 0);
	uint8_t mac[6];
	int rc;

	memset(n, 0, sizeof(*n));
	if (!ip)
		return -XY_EINVAL;
	rc = device_open(&n->dev, &nic_kind, nth);
	rc = rc ? rc : read_mac(n, mac);
	if (rc)
		return rc;
	net_init(&n->net, mac, ip, asked_address("mask", 0xffffff00),
		 tsc() * 0x9e3779b97f4a7c15UL ^ now_ns());
	n->net.gateway = asked_address("gw", 0);
	rc = make_memory(n, conns, ring_bytes);
	if (rc)
		return rc;
	return device_wait(&n->dev, OPEN_NS) ? 0 : -XY_ETIMEDOUT;
}

/* ---- sending ---- */

static bool has_room(const struct nic *n)
{
	return n->heads_free && netfront_tx_room(&n->tx) >= SLOTS_A_FRAME;
}

static bool collect(struct nic *n)
{
	struct netfront_tx_done done;
	enum netfront_got got;

	while ((got = netfront_tx_get(&n->tx, &done)) == NETFRONT_READY)
		if (n->head_of[done.id] < NIC_HEADS)
			n->head_free[n->heads_free++] = n->head_of[done.id];
	if (got == NETFRONT_BROKEN)
		device_fail(&n->dev, netfront_why_text(n->tx.why));
	return got != NETFRONT_BROKEN;
}

/* Adds bytes of the sending rings, page by page. */
static void add_data(struct nic *n, struct netfront_tx_packet *p,
		     const struct net_piece *data)
{
	uint64_t at = (uint64_t)(data->at - n->rings);
	uint32_t left = data->bytes;

	while (left) {
		struct netfront_tx_piece *piece = &p->piece[p->pieces++];
		uint32_t room = (uint32_t)(PAGE - at % PAGE);

		piece->gref = n->ring_ref[at / PAGE];
		piece->offset_bytes = (uint16_t)(at % PAGE);
		piece->length_bytes = (uint16_t)(left < room ? left : room);
		left -= piece->length_bytes;
		at += piece->length_bytes;
	}
	p->length_bytes += data->bytes;
}

/* The head that the next frame would have. */
static uint8_t *next_head(struct nic *n)
{
	return n->heads + n->head_free[n->heads_free - 1] * NET_HEAD_BYTES;
}

/* A frame in one piece: behind a head there is room for a segment. */
static void flatten(struct net_out *out)
{
	for (int i = 0; i < 2; i++) {
		if (out->data[i].bytes)
			memcpy(out->head + out->head_bytes, out->data[i].at,
			       out->data[i].bytes);
		out->head_bytes += out->data[i].bytes;
		out->data[i].bytes = 0;
	}
}

static void put(struct nic *n, struct net_out *out)
{
	uint16_t head = n->head_free[n->heads_free - 1];
	struct netfront_tx_packet p;

	if (!n->gather)
		flatten(out);
	p.length_bytes = out->head_bytes;
	p.pieces = 1;
	p.flags = out->csum_blank ? XY_NETTXF_csum_blank |
				    XY_NETTXF_data_validated : 0;
	p.gso_size = out->gso_bytes;
	p.gso_type = out->gso_bytes ? XY_NETIF_GSO_TYPE_TCPV4 :
				      XY_NETIF_GSO_TYPE_NONE;
	p.piece[0].gref = n->head_ref[head / 2];
	p.piece[0].offset_bytes = (uint16_t)(head % 2 * NET_HEAD_BYTES);
	p.piece[0].length_bytes = (uint16_t)out->head_bytes;
	add_data(n, &p, &out->data[0]);
	add_data(n, &p, &out->data[1]);
	n->head_of[netfront_tx_id(&n->tx, 0)] = head;
	for (uint32_t i = 1; i < p.pieces; i++)
		n->head_of[netfront_tx_id(&n->tx, i)] = NIC_HEADS;
	if (netfront_tx_put(&n->tx, &p)) {
		n->no_room++;
		return;
	}
	n->heads_free--;
	n->frames_out++;
}

void nic_push(struct nic *n)
{
	bool tx = netfront_tx_flush(&n->tx), rx = netfront_rx_flush(&n->rx);

	if (!tx && !rx)
		return;
	n->kicks++;
	event_send(n->port);
}

void nic_send(struct nic *n)
{
	uint64_t now = now_ns();
	struct net_out out;

	if (!device_is_up(&n->dev) || !collect(n))
		return;
	while (has_room(n)) {
		out.head = next_head(n);
		if (!net_output(&n->net, &out, now))
			break;
		put(n, &out);
	}
	nic_push(n);
}

bool nic_udp(struct nic *n, const struct net_udp *to)
{
	struct net_out out;

	if (!device_is_up(&n->dev) || (!has_room(n) && (!collect(n) ||
							!has_room(n))))
		return false;
	out.head = next_head(n);
	if (!net_udp_send(&n->net, &out, to, now_ns()))
		return false;
	put(n, &out);
	return true;
}

/* ---- receiving ---- */

static void give_back(struct nic *n, uint16_t index)
{
	n->buffer_free[n->buffers_free++] = n->buffer_of[index];
}

static void take_in(struct nic *n, const struct netfront_rx_packet *p,
		    uint64_t now)
{
	struct net_in in = { .pieces = p->pieces };
	bool room = has_room(n);
	struct net_out out;
	struct net_udp udp;

	in.csum_good = p->flags & (XY_NETRXF_data_validated |
				   XY_NETRXF_csum_blank);
	for (unsigned int i = 0; i < p->pieces; i++)
		in.piece[i] = (struct net_piece){
			n->buffers + n->buffer_of[p->piece[i].index] * PAGE +
			p->piece[i].offset_bytes, p->piece[i].length_bytes };
	if (room)
		out.head = next_head(n);
	switch (net_input(&n->net, &in, room ? &out : NULL, &udp, now)) {
	case NET_REPLY:
		n->net.counts.out++;
		put(n, &out);
		break;
	case NET_UDP:
		if (n->on_udp)
			n->on_udp(n, &udp);
		break;
	case NET_DONE:
	case NET_TCP:
		break;
	}
}

bool nic_work(struct nic *n)
{
	struct netfront_rx_packet p;
	uint64_t now = now_ns();
	enum netfront_got got;
	bool any = false;

	if (!device_is_up(&n->dev) || !collect(n))
		return false;
	while ((got = netfront_rx_get(&n->rx, &p)) == NETFRONT_READY) {
		any = true;
		n->frames_in++;
		if (!p.bad)
			take_in(n, &p, now);
		for (unsigned int i = 0; i < p.pieces; i++)
			give_back(n, p.piece[i].index);
		for (unsigned int i = 0; i < p.extras; i++)
			give_back(n, netfront_rx_spare(&p, i));
	}
	if (got == NETFRONT_BROKEN) {
		device_fail(&n->dev, netfront_why_text(n->rx.why));
		return false;
	}
	netfront_rx_follow(&n->rx);
	post(n);
	nic_send(n);
	return any;
}

/* ---- sleeping ---- */

void nic_sleep(struct nic *n, uint64_t until_ns)
{
	uint64_t deadline = net_deadline(&n->net);

	if (deadline < until_ns)
		until_ns = deadline;
	if (!device_is_up(&n->dev)) {
		/* No clock of the stack's runs: only the store can help. */
		if (!n->dev.leave)
			event_wait();
		return;
	}
	/* Something to send, but no room: its answers are what we wait for. */
	if (!has_room(n) && netfront_tx_arm(&n->tx,
			netfront_tx_in_flight(&n->tx) / 2 + 1))
		return;
	if (netfront_rx_arm(&n->rx))
		return;
	if (until_ns == NET_NEVER)
		event_wait();
	else
		event_wait_until(until_ns);
}

void nic_wait_room(struct nic *n, uint64_t ns)
{
	nic_push(n);
	if (device_is_up(&n->dev) &&
	    !netfront_tx_arm(&n->tx, netfront_tx_in_flight(&n->tx) / 2 + 1))
		event_wait_until(now_ns() + ns);
	if (device_is_up(&n->dev))
		collect(n);
}
