// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two network queues and the control ring: first as they are meant, then not.
 *
 * dom0 pings us all the time; the control ring says which queue the pings come
 * to, and each carries its hash.
 */
#include "abi/io/net.h"
#include "badfront.h"

static struct dev nic;
static struct xy_sring *tx[2], *rx[2], *ctrl;
static uint32_t rx_prod[2], rx_cons[2], port[2], ctrl_prod, ctrl_port;
static uint32_t *page;
static uint32_t page_ref, buffer_ref;

static void honest(void)
{
	char key[40];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		memset(tx[i], 0, PAGE);
		memset(rx[i], 0, PAGE);
		xy_ring_init(tx[i]);
		xy_ring_init(rx[i]);
		rx_prod[i] = rx_cons[i] = 0;
		text_format(key, sizeof(key), "queue-%u/tx-ring-ref", i);
		dev_set_number(&nic, key, grant(tx[i], 0));
		text_format(key, sizeof(key), "queue-%u/rx-ring-ref", i);
		dev_set_number(&nic, key, grant(rx[i], 0));
		text_format(key, sizeof(key), "queue-%u/event-channel", i);
		dev_set_number(&nic, key, port[i]);
	}
	memset(ctrl, 0, PAGE);
	xy_ring_init(ctrl);
	ctrl_prod = 0;
	dev_set_number(&nic, "ctrl-ring-ref", grant(ctrl, 0));
	dev_set_number(&nic, "event-channel-ctrl", ctrl_port);
	dev_set(&nic, "multi-queue-num-queues", "2");
	dev_set(&nic, "request-rx-copy", "1");
	dev_set(&nic, "feature-sg", "1");
	page_ref = grant(page, XY_GTF_readonly);
}

static void connect(void)
{
	honest();
	dev_set(&nic, "state", "4");
	EXPECT(dev_wait(&nic, XY_XENBUS_CONNECTED));
}

/* The status of a control request. */
static uint32_t ask(uint16_t type, uint32_t a, uint32_t b, uint32_t c)
{
	struct xy_netif_ctrl_request *r =
		xy_ring_slot(ctrl, ctrl_prod, 128, 16);
	const struct xy_netif_ctrl_response *rsp = (void *)r;
	uint32_t seen = ctrl_prod++;

	*r = (struct xy_netif_ctrl_request){
		.id = (uint16_t)(seen * 7), .type = type,
		.data = { a, b, c },
	};
	ctrl->rsp_event = seen + 1;
	__atomic_store_n(&ctrl->req_prod, ctrl_prod, __ATOMIC_SEQ_CST);
	port_send(ctrl_port);
	EXPECT(dev_answered(&nic, &ctrl->rsp_prod, seen));
	EXPECT_EQ(rsp->id, (uint16_t)(seen * 7));
	return rsp->status;
}

static void spread(void)
{
	unsigned int i;

	EXPECT_EQ(ask(XY_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM, 1, 0, 0), 0);
	EXPECT_EQ(ask(XY_NETIF_CTRL_TYPE_SET_HASH_FLAGS, 15, 0, 0), 0);
	for (i = 0; i < 10; i++)
		page[i] = (uint32_t)rnd() | 1;
	EXPECT_EQ(ask(XY_NETIF_CTRL_TYPE_SET_HASH_KEY, page_ref, 40, 0), 0);
	EXPECT_EQ(ask(XY_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE, 8, 0, 0), 0);
}

/* Takes the next packet of a queue. True: by its hash it is IPv4, as pings. */
static bool take_ping(unsigned int q)
{
	union xy_netif_rx_sring_entry *e;

	rx[q]->rsp_event = rx_cons[q] + 1;
	EXPECT(dev_answered(&nic, &rx[q]->rsp_prod, rx_cons[q]));
	e = xy_ring_slot(rx[q], rx_cons[q]++, 256, 8);
	if (!(e->rsp.flags & XY_NETRXF_extra_info))
		return false;
	e = xy_ring_slot(rx[q], rx_cons[q]++, 256, 8);
	EXPECT_EQ(e->extra.type, XY_NETIF_EXTRA_TYPE_HASH);
	EXPECT_EQ(e->extra.flags, 0);
	return 1u << e->extra.u.hash.type == XY_NETIF_CTRL_HASH_TYPE_IPV4;
}

/* All packets to this queue: a ping comes, and none to the other. */
static void expect_queue(unsigned int q)
{
	unsigned int i, other = !q;
	uint32_t quiet;

	for (i = 0; i < 8; i++)
		page[i] = q;
	EXPECT_EQ(ask(XY_NETIF_CTRL_TYPE_SET_HASH_MAPPING, page_ref, 8, 0), 0);
	quiet = rx[other]->rsp_prod;
	while (!take_ping(q))
		;
	EXPECT_EQ(rx[other]->rsp_prod, quiet);
	say("BADFRONT ctrl: packets come to queue %u", q);
}

static void post(void)
{
	unsigned int q;

	for (q = 0; q < 2; q++) {
		while (rx_prod[q] < 200) {
			union xy_netif_rx_sring_entry *e =
				xy_ring_slot(rx[q], rx_prod[q]++, 256, 8);

			e->req.id = (uint16_t)rx_prod[q];
			e->req.gref = buffer_ref;
		}
		__atomic_store_n(&rx[q]->req_prod, rx_prod[q],
				 __ATOMIC_SEQ_CST);
		port_send(port[q]);
	}
}

static void nonsense(void)
{
	page[0] = 2;		/* there are queues 0 and 1 */
	EXPECT_EQ(ask(XY_NETIF_CTRL_TYPE_SET_HASH_MAPPING, page_ref, 1, 0),
		  XY_NETIF_CTRL_STATUS_INVALID_PARAMETER);
	EXPECT_EQ(ask(XY_NETIF_CTRL_TYPE_SET_HASH_MAPPING, page_ref, 8,
		      UINT32_MAX), XY_NETIF_CTRL_STATUS_INVALID_PARAMETER);
	EXPECT_EQ(ask(XY_NETIF_CTRL_TYPE_SET_HASH_KEY, 600, 40, 0),
		  XY_NETIF_CTRL_STATUS_INVALID_PARAMETER);
	EXPECT_EQ(ask(XY_NETIF_CTRL_TYPE_SET_HASH_KEY, page_ref, 4096, 0),
		  XY_NETIF_CTRL_STATUS_BUFFER_OVERFLOW);
	EXPECT_EQ(ask(77, 1, 2, 3), XY_NETIF_CTRL_STATUS_NOT_SUPPORTED);
	ctrl->req_prod = ctrl_prod + 129;
	port_send(ctrl_port);
	dev_stopped(&nic, "make no sense");
	say("BADFRONT ctrl: stopped for a control index");
	connect();
	rx[1]->req_prod = 257;
	port_send(port[1]);
	dev_stopped(&nic, "make no sense");
	say("BADFRONT ctrl: stopped for the second queue's index");
}

static void bad_keys(void)
{
	static const struct { const char *key, *value, *word; } bad[] = {
		{ "multi-queue-num-queues", "0", "multi-queue" },
		{ "multi-queue-num-queues", "9", "multi-queue" },
		{ "multi-queue-num-queues", "3", "queue-2/" },
		{ "queue-1/tx-ring-ref", "600", "ring" },
		{ "queue-1/event-channel", "4000", "event channel" },
		{ "ctrl-ring-ref", "600", "ring" },
		{ "ctrl-ring-ref", "-2", "ctrl-ring-ref" },
		{ "event-channel-ctrl", "no", "event-channel-ctrl" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		honest();
		dev_set(&nic, bad[i].key, bad[i].value);
		dev_set(&nic, "state", "4");
		dev_stopped(&nic, bad[i].word);
		say("BADFRONT ctrl: refused for %s", bad[i].key);
	}
}

void net_queues(void)
{
	unsigned int i;

	EXPECT(dev_find(&nic, "device/vif/0"));
	EXPECT(dev_wait(&nic, XY_XENBUS_INITWAIT));
	for (i = 0; i < 2; i++) {
		tx[i] = page_alloc();
		rx[i] = page_alloc();
		port[i] = port_new();
	}
	ctrl = page_alloc();
	ctrl_port = port_new();
	page = page_alloc();
	connect();
	buffer_ref = grant(page_alloc(), 0);
	spread();
	post();
	expect_queue(1);
	expect_queue(0);
	nonsense();
	bad_keys();
	connect();
	dev_anew(&nic);
}
