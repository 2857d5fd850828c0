// SPDX-License-Identifier: GPL-2.0-only
/*
 * A network frontend that attacks by its rings and by xenstore: packets that
 * end in mid-ring, extras without an end, sizes beyond pages, pages that are
 * not granted, indices that run away. After each class an honest frame is sent
 * and one received: dom0's job pings our address all the time.
 */
#include "abi/io/net.h"
#include "badfront.h"

#define RING 256
#define FRAME 60

static struct dev nic;
static struct xy_sring *tx, *rx;
static uint32_t tx_prod, tx_cons, rx_prod, rx_cons;
static uint32_t tx_ref, rx_ref, out_ref, in_ref[8];
static uint8_t *out, *in[8];

static union xy_netif_tx_sring_entry *tx_slot(uint32_t i)
{
	return xy_ring_slot(tx, i, RING, 12);
}

static union xy_netif_rx_sring_entry *rx_slot(uint32_t i)
{
	return xy_ring_slot(rx, i, RING, 8);
}

static void put(uint32_t gref, unsigned int offset, unsigned int size,
		unsigned int flags)
{
	tx_slot(tx_prod)->req = (struct xy_netif_tx_request){
		.gref = gref, .offset = (uint16_t)offset,
		.size = (uint16_t)size, .flags = (uint16_t)flags,
		.id = (uint16_t)(tx_prod % 9999),
	};
	tx_prod++;
}

static void put_extra(unsigned int type, unsigned int flags, unsigned int size,
		      unsigned int kind)
{
	tx_slot(tx_prod)->extra = (struct xy_netif_extra_info){
		.type = (uint8_t)type, .flags = (uint8_t)flags,
		.u.gso = { .size = (uint16_t)size, .type = (uint8_t)kind },
	};
	tx_prod++;
}

static void push(void)
{
	__atomic_store_n(&tx->req_prod, tx_prod, __ATOMIC_SEQ_CST);
	port_send(nic.port);
}

/* The worst status of all that was pushed. */
static int answers(void)
{
	int worst = XY_NETIF_RSP_OKAY;

	push();
	while (tx_cons != tx_prod) {
		const struct xy_netif_tx_response *r = &tx_slot(tx_cons)->rsp;

		tx->rsp_event = tx_cons + 1;
		EXPECT(dev_answered(&nic, &tx->rsp_prod, tx_cons));
		if (r->status < worst)
			worst = r->status;
		tx_cons++;
	}
	return worst;
}

static void post(uint32_t gref)
{
	rx_slot(rx_prod)->req = (struct xy_netif_rx_request){
		.id = (uint16_t)(rx_prod & 255), .gref = gref,
	};
	rx_prod++;
}

static void post_push(void)
{
	__atomic_store_n(&rx->req_prod, rx_prod, __ATOMIC_SEQ_CST);
	port_send(nic.port);
}

/* The next buffer's status: its bytes, or an error; 0: none came. */
static int received(void)
{
	int status;

	rx->rsp_event = rx_cons + 1;
	if (!dev_answered(&nic, &rx->rsp_prod, rx_cons))
		return 0;
	status = rx_slot(rx_cons)->rsp.status;
	rx_cons++;
	return status;
}

static void frame(void)
{
	unsigned int i;

	memset(out, 0, PAGE);
	for (i = 0; i < 6; i++)
		out[i] = 0xff;
	memcpy(out + 6, "\x00\x16\x3e\x00\x00\x66", 6);
	out[12] = 0x88;		/* a type for experiments */
	out[13] = 0xb5;
}

static void rings(void)
{
	if (!tx) {
		unsigned int i;

		tx = page_alloc();
		rx = page_alloc();
		out = page_alloc();
		for (i = 0; i < 8; i++)
			in[i] = page_alloc();
	}
	memset(tx, 0, PAGE);
	memset(rx, 0, PAGE);
	xy_ring_init(tx);
	xy_ring_init(rx);
	tx_prod = tx_cons = rx_prod = rx_cons = 0;
	tx_ref = grant(tx, 0);
	rx_ref = grant(rx, 0);
}

/* All that an honest frontend writes, before its state. */
static void honest(void)
{
	rings();
	dev_set_number(&nic, "tx-ring-ref", tx_ref);
	dev_set_number(&nic, "rx-ring-ref", rx_ref);
	dev_set_number(&nic, "event-channel", nic.port);
	dev_set(&nic, "request-rx-copy", "1");
	dev_set(&nic, "feature-sg", "1");
	dev_set(&nic, "feature-gso-tcpv4", "0");
	dev_unset(&nic, "event-channel-tx");
	dev_unset(&nic, "event-channel-rx");
	dev_unset(&nic, "multi-queue-num-queues");
}

static void connect(void)
{
	unsigned int i;

	honest();
	dev_set(&nic, "state", "4");
	EXPECT(dev_wait(&nic, XY_XENBUS_CONNECTED));
	frame();
	out_ref = grant(out, XY_GTF_readonly);
	for (i = 0; i < 8; i++)
		in_ref[i] = grant(in[i], 0);
}

static void begin(void)
{
	EXPECT(dev_find(&nic, "device/vif/0"));
	EXPECT(dev_wait(&nic, XY_XENBUS_INITWAIT));
}

static void healthy(const char *after)
{
	unsigned int i;

	put(out_ref, 0, FRAME, 0);
	EXPECT_EQ(answers(), XY_NETIF_RSP_OKAY);
	for (i = 0; i < 40; i++)
		post(in_ref[i % 8]);
	post_push();
	EXPECT(received() >= 14);
	/* What else is posted comes back with the connection's end. */
	dev_anew(&nic);
	connect();
	say("BADFRONT net: well after %s", after);
}

/* ---- packets that deserve an error ---- */

static void sizes(void)
{
	static const struct { unsigned int offset, size; } bad[] = {
		{ 0, 0 }, { 0, 1 }, { 0, 13 }, { 0, 4097 }, { 4095, 60 },
		{ 4096, 60 }, { 65535, 60 }, { 0, 65535 }, { 1, 4096 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put(out_ref, bad[i].offset, bad[i].size, 0);
		EXPECT_EQ(answers(), XY_NETIF_RSP_ERROR);
	}
	/* Pieces that are more than the whole, or none of it. */
	put(out_ref, 0, 100, XY_NETTXF_more_data);
	put(out_ref, 0, 200, 0);
	EXPECT_EQ(answers(), XY_NETIF_RSP_ERROR);
	put(out_ref, 0, 100, XY_NETTXF_more_data);
	put(out_ref, 4000, 97, 0);
	EXPECT_EQ(answers(), XY_NETIF_RSP_ERROR);
	put(out_ref, 0, 60000, XY_NETTXF_more_data);
	for (i = 0; i < 25; i++)
		put(out_ref, 0, 2000, XY_NETTXF_more_data);
	put(out_ref, 0, 2000, 0);
	EXPECT_EQ(answers(), XY_NETIF_RSP_ERROR);
}

static void bad_grants(void)
{
	static const uint32_t ref[] = { 600, 1u << 20, UINT32_MAX };
	unsigned int i;
	uint32_t g = grant(in[0], XY_GTF_readonly);

	for (i = 0; i < 3; i++) {
		put(ref[i], 0, FRAME, 0);
		EXPECT_EQ(answers(), XY_NETIF_RSP_ERROR);
		post(ref[i]);
	}
	post(g);		/* one that it may only read */
	post_push();
	for (i = 0; i < 4; i++)
		EXPECT(received() < 0);
	grant_revoke(g);
}

/* What the flags promise is not in the packet. */
static void lies(void)
{
	unsigned int i, j;

	for (i = 0; i < 200; i++) {
		for (j = 12; j < 200; j++)
			out[j] = (uint8_t)rnd();
		out[12] = i & 1 ? 0x08 : 0x86;
		out[13] = i & 1 ? 0x00 : 0xdd;
		out[14] = i & 1 ? 0x45 : 0x60;
		put(out_ref, 0, 14 + (unsigned int)rnd() % 180,
		    XY_NETTXF_csum_blank | (i & 2 ? XY_NETTXF_extra_info : 0));
		if (i & 2)
			put_extra(XY_NETIF_EXTRA_TYPE_GSO, 0,
				  (unsigned int)rnd() >> (rnd() % 32),
				  (unsigned int)rnd() % 5);
		if (i % 16 == 15)
			answers();
	}
	answers();
	frame();
}

static void revoking(void)
{
	unsigned int round, i;

	for (round = 0; round < 64; round++) {
		for (i = 0; i < 8; i++) {
			put(out_ref, 0, FRAME, 0);
			post(in_ref[i]);
		}
		push();
		post_push();
		if (round % 3)
			port_wait(nic.port, round % 3);
		grant_revoke(out_ref);
		for (i = 0; i < 8; i++)
			grant_revoke(in_ref[i]);
		answers();
		out_ref = grant(out, XY_GTF_readonly);
		for (i = 0; i < 8; i++)
			in_ref[i] = grant(in[i], 0);
		if (round % 8 == 7) {
			dev_anew(&nic);
			connect();
		}
	}
}

/* ---- rings that cannot be believed any more ---- */

static void stopped(const char *what)
{
	dev_stopped(&nic, "make no sense");
	connect();
	say("BADFRONT net: stopped for %s", what);
}

static void half_packets(void)
{
	unsigned int i;

	put(out_ref, 0, 100, XY_NETTXF_more_data);
	push();
	stopped("a packet that ends in mid-ring");
	put(out_ref, 0, 100, XY_NETTXF_extra_info);
	push();
	stopped("an extra that is not there");
	put(out_ref, 0, 60000, XY_NETTXF_more_data);
	for (i = 0; i < 100; i++)
		put(out_ref, 0, 10, XY_NETTXF_more_data);
	put(out_ref, 0, 10, 0);
	push();
	stopped("a packet of a hundred pieces");
	put(out_ref, 0, FRAME, XY_NETTXF_extra_info);
	for (i = 0; i < 200; i++)
		put_extra(XY_NETIF_EXTRA_TYPE_GSO, XY_NETIF_EXTRA_FLAG_MORE,
			  1448, 1);
	push();
	stopped("extras without an end");
	for (i = 0; i < 3; i++) {
		put(out_ref, 0, FRAME, XY_NETTXF_extra_info);
		put_extra(i == 0 ? 0 : i == 1 ? 6 : 255, 0, 0, 0);
		push();
		stopped("an extra of an unknown kind");
	}
}

static void indices(void)
{
	static const uint32_t jump[] = { 257, 100000, 0x80000000, UINT32_MAX };
	unsigned int i;

	for (i = 0; i < 8; i++) {
		struct xy_sring *ring = i & 1 ? rx : tx;

		__atomic_store_n(&ring->req_prod, jump[i / 2],
				 __ATOMIC_SEQ_CST);
		port_send(nic.port);
		stopped(i & 1 ? "a receive index" : "a transmit index");
	}
}

static void noise(void)
{
	unsigned int round, i;

	for (round = 0; round < 40; round++) {
		uint32_t *t = (uint32_t *)tx;

		for (i = 16; i < 1024; i++)
			t[i] = (uint32_t)rnd() >> (rnd() % 32);
		for (i = 0; i < RING; i++)
			post(grant_any((uint32_t)rnd() >> (rnd() % 32)));
		/* What is sent soon ends it all: half the time only. */
		if (round & 1)
			tx->req_prod = tx_prod += 1 + rnd() % 256;
		post_push();
		rx->rsp_event = 1;
		port_wait(nic.port, 30);
		dev_anew(&nic);
		connect();
	}
}

static const struct {
	const char *name;
	void (*fn)(void);
} way[] = {
	{ "sizes", sizes },
	{ "grants", bad_grants },
	{ "lies about offloads", lies },
	{ "revoked grants", revoking },
	{ "half packets", half_packets },
	{ "indices", indices },
	{ "noise", noise },
};

void net_attacks(void)
{
	unsigned int i;

	begin();
	connect();
	for (i = 0; i < sizeof(way) / sizeof(way[0]); i++) {
		way[i].fn();
		healthy(way[i].name);
	}
	dev_anew(&nic);
}

void net_handshakes(void)
{
	static const struct { const char *key, *value, *word; } bad[] = {
		{ "tx-ring-ref", "600", "ring" },
		{ "tx-ring-ref", "-1", "tx-ring-ref" },
		{ "rx-ring-ref", "4294967296", "rx-ring-ref" },
		{ "rx-ring-ref", "", "rx-ring-ref" },
		{ "request-rx-copy", "0", "request-rx-copy" },
		{ "event-channel", "4000", "event channel" },
		{ "event-channel", "-1", "event-channel" },
		{ "event-channel-tx", "4294967297", "event-channel" },
	};
	unsigned int i;

	begin();
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		honest();
		dev_set(&nic, bad[i].key, bad[i].value);
		dev_set(&nic, "state", "4");
		dev_stopped(&nic, bad[i].word);
		say("BADFRONT net: refused for %s", bad[i].key);
	}
	/* One ring for both ways makes no sense, and no harm. */
	honest();
	dev_set_number(&nic, "rx-ring-ref", tx_ref);
	dev_set(&nic, "state", "4");
	EXPECT(dev_wait(&nic, XY_XENBUS_CONNECTED));
	tx->req_prod = 200;
	port_send(nic.port);
	port_wait(nic.port, 100);
	dev_anew(&nic);
	connect();
	dev_anew(&nic);
}

/* Every buffer posted, every slot sent; the answers are nobody's. */
void net_load(void)
{
	unsigned int i;

	begin();
	connect();
	for (i = 0; i < RING; i++) {
		post(in_ref[i % 8]);
		put(out_ref, 0, FRAME, 0);
	}
	post_push();
	push();
}
