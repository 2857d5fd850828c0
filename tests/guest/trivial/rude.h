/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the trivial guest does to dom0's daemons when its command line asks:
 *
 *   mad-store      impossible indices in its xenstore ring
 *   long-store     a request of 4 GiB
 *   flood-store    requests for ever, answers taken
 *   deaf-store     requests for ever, answers never taken
 *   mad-console    impossible indices in its console ring, then a last word
 *   flood-console  text for ever
 *
 * Included by main.c alone, below the functions that it uses.
 */
#ifndef TESTS_TRIVIAL_RUDE_H
#define TESTS_TRIVIAL_RUDE_H

static struct xy_xenstore_domain_interface *store;
static struct xy_evtchn_send store_port;

static void kick_store(void)
{
	call2(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send, &store_port);
}

/* Puts bytes; 0: no room, nothing put. */
static int store_bytes(const char *data, uint32_t len)
{
	uint32_t prod = store->req_prod, i;

	if (prod - __atomic_load_n(&store->req_cons, __ATOMIC_ACQUIRE) + len >
	    XY_STORE_RING_SIZE)
		return 0;
	for (i = 0; i < len; i++)
		store->req[(prod + i) & (XY_STORE_RING_SIZE - 1)] = data[i];
	__atomic_store_n(&store->req_prod, prod + len, __ATOMIC_RELEASE);
	return 1;
}

static void flood_store(int take)
{
	static const struct {
		struct xy_xsd_sockmsg write;
		char value[9];
		char pad[7]; /* the value's: it is 16 bytes */
		struct xy_xsd_sockmsg watch;
		char token[8];
		struct xy_xsd_sockmsg rm;
		char path[8];
	} all = {
		{ XY_XS_WRITE, 1, 0, 16 },
		"data/a\0v",
		"",
		{ XY_XS_WATCH, 2, 0, 8 },
		"data\0t\0",
		{ XY_XS_RM, 3, 0, 8 },
		"data/ab",
	};

	for (;;) {
		while (store_bytes((const char *)&all, sizeof(all)))
			;
		if (take)
			store->rsp_cons = store->rsp_prod;
		kick_store();
	}
}

static void wait_heard(void)
{
	while (__atomic_load_n(&ring->out_cons, __ATOMIC_ACQUIRE) !=
	       ring->out_prod)
		call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_yield, 0);
}

static void rude(const struct xy_start_info *si)
{
	static const struct xy_xsd_sockmsg endless = { XY_XS_READ, 1, 0,
						       0xffffffff };

	store = (void *)(VIRT_BASE + M2P[si->store_mfn] * 4096);
	store_port.port = si->store_evtchn;
	if (asked(si, "mad-store")) {
		store->req_prod = store->req_cons + 5000;
		kick_store();
	}
	if (asked(si, "long-store")) {
		store_bytes((const char *)&endless, sizeof(endless));
		kick_store();
	}
	if (asked(si, "flood-store"))
		flood_store(1);
	if (asked(si, "deaf-store"))
		flood_store(0);
	if (asked(si, "mad-console")) {
		wait_heard(); /* the madness takes along what is not */
		ring->out_prod += 5000;
		call2(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send,
		      &console_port);
		wait_heard();
		put("TRIVIAL last word\r\n");
	}
	if (asked(si, "flood-console"))
		for (;;)
			put("TRIVIAL talks and talks and talks\r\n");
}

#endif
