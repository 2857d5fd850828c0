// SPDX-License-Identifier: GPL-2.0-only
/*
 * pair: event channels and grants between two domains.
 *
 * The word "server" or "client" says which one this is; the job tells each the
 * other's number in its key data/peer.  The server grants three pages and a
 * port; the client tries what is allowed and what is not, and gives orders
 * through the first page.  At the end one of them dies with the other's page
 * mapped or granted: the server by its order, the client by the word "leave".
 */
#include "guest.h"

#define SECOND	1000000000UL

enum order { NONE, PING, REVOKE, DIE };

struct board {			/* in the first page */
	volatile uint32_t order;	/* [client] */
	volatile uint32_t done;		/* [server] orders so far */
	volatile uint32_t answer;	/* [server] */
	char text[64];
};

enum { BOARD, SECRET, READ_ONLY, PAGES };

static struct board *board;
static uint32_t port, refs[PAGES], foreign_ref;
static unsigned int wakes;

static void woken(uint32_t p, void *arg)
{
	(void)arg;
	EXPECT_EQ(p, port);
	wakes++;
}

static uint16_t peer(void)
{
	unsigned long n = 0;
	uint64_t limit = now_ns() + 30 * SECOND;

	while (store_read_number(0, "data/peer", &n)) {
		EXPECT(now_ns() < limit);
		event_wait_until(now_ns() + SECOND / 100);
	}
	return (uint16_t)n;
}

/* ---- the server ---- */

static void publish(const char *key, uint32_t value, uint16_t to)
{
	char path[32], mine[16], theirs[16];
	unsigned long self;

	EXPECT_EQ(store_read_number(0, "domid", &self), 0);
	text_format(path, sizeof(path), "data/%s", key);
	text_format(mine, sizeof(mine), "n%lu", self);
	text_format(theirs, sizeof(theirs), "r%u", to);
	EXPECT_EQ(store_writef(0, path, "%u", value), 0);
	EXPECT_EQ(store_permit(0, path, mine, theirs), 0);
}

/* false: it was the last one. */
static bool obey(uint32_t order)
{
	switch ((enum order)order) {
	case NONE:
	case PING:
		return true;
	case REVOKE:
		board->answer = grant_end(refs[SECRET]);
		return true;
	case DIE:
		return false;
	}
	failure("order %u", order);
}

static void serve_until_told(void)
{
	uint32_t order;

	for (;;) {
		event_wait();
		order = __atomic_exchange_n(&board->order, NONE,
					    __ATOMIC_SEQ_CST);
		if (!obey(order))
			return;
		if (order == NONE)
			continue;
		__atomic_fetch_add(&board->done, 1, __ATOMIC_SEQ_CST);
		event_send(port);
	}
}

/* The other one goes without a word: all grants come back. */
static void outlive(void)
{
	uint64_t limit = now_ns() + 30 * SECOND;

	while (board->order == NONE)
		event_wait();
	while (!grant_end(refs[BOARD])) {
		EXPECT(now_ns() < limit);
		event_wait_until(now_ns() + SECOND / 100);
	}
	EXPECT(grant_end(refs[READ_ONLY]));
}

static void server(void)
{
	uint16_t to = peer();
	char *page[PAGES];

	for (unsigned int i = 0; i < PAGES; i++) {
		page[i] = page_alloc();
		refs[i] = grant_access(to, va_mfn(page[i]), i == READ_ONLY);
		EXPECT(refs[i] != 0);
	}
	foreign_ref = grant_access(0, va_mfn(page_alloc()), false);
	text_format(page[SECRET], PAGE, "a secret");
	text_format(page[READ_ONLY], PAGE, "only read");
	board = (struct board *)page[BOARD];
	EXPECT_EQ(event_alloc(to, &port), 0);
	EXPECT_EQ(event_handle(port, woken, NULL), 0);
	publish("board", refs[BOARD], to);
	publish("secret", refs[SECRET], to);
	publish("ro", refs[READ_ONLY], to);
	publish("foreign", foreign_ref, to);
	publish("port", port, to);
	say("PAIR serves");
	if (asked("outlive")) {
		outlive();
		return;
	}
	serve_until_told();
}

/* ---- the client ---- */

static uint32_t learn(uint16_t from, const char *key)
{
	uint64_t limit = now_ns() + 30 * SECOND;
	unsigned long value;
	char path[64];

	text_format(path, sizeof(path), "/local/domain/%u/data/%s", from, key);
	while (store_read_number(0, path, &value)) {
		EXPECT(now_ns() < limit);
		event_wait_until(now_ns() + SECOND / 100);
	}
	return (uint32_t)value;
}

/* Gives an order and waits until it is done. */
static uint32_t give(enum order order)
{
	uint32_t done = board->done;
	uint64_t limit = now_ns() + 30 * SECOND;

	board->order = order;
	EXPECT_EQ(event_send(port), 0);
	while (board->done == done) {
		EXPECT(now_ns() < limit);
		event_wait_until(limit);
	}
	EXPECT_EQ(board->done, done + 1);
	return board->answer;
}

static void check_ports(uint16_t from, uint32_t remote)
{
	uint32_t other;

	EXPECT(event_bind(from, remote + 1, &other) < 0);
	EXPECT(event_bind(0x7000, remote, &other) < 0);
	EXPECT(event_bind(from, 0xffffffff, &other) < 0);
	EXPECT_EQ(event_bind(from, remote, &port), 0);
	EXPECT(event_bind(from, remote, &other) < 0);	/* it is taken */
	EXPECT_EQ(event_handle(port, woken, NULL), 0);
}

static void scribble(void *at)
{
	*(volatile char *)at = 1;
}

static void check_maps(uint16_t from)
{
	char *w = window_alloc(3);
	uint32_t handle, second;
	struct guest_fault f;

	EXPECT(grant_map(from, foreign_ref, false, w, &handle) < 0);
	EXPECT(grant_map(from, 400, false, w, &handle) < 0);
	EXPECT(grant_map(from, 0xffffffff, false, w, &handle) < 0);
	EXPECT(grant_map(0x7000, refs[SECRET], false, w, &handle) < 0);
	EXPECT(grant_map(from, refs[READ_ONLY], false, w, &handle) < 0);
	EXPECT(va_pte(A(w)) == 0);		/* nothing stayed behind */
	EXPECT_EQ(grant_map(from, refs[READ_ONLY], true, w, &handle), 0);
	EXPECT(!strcmp(w, "only read"));
	f = probe(scribble, w);
	EXPECT(f.happened && f.vector == 14);
	/* Another's page is mapped by its grant or not at all. */
	EXPECT(va_map(A(w) + PAGE, (va_pte(A(w)) & 0xffffffffff000) | LEAF) <
	       0);
	EXPECT_EQ(grant_map(from, refs[READ_ONLY], true, w + PAGE, &second), 0);
	EXPECT(grant_unmap(w + 2 * PAGE, second) < 0);	/* not there */
	EXPECT_EQ(grant_unmap(w + PAGE, second), 0);
	EXPECT(grant_unmap(w + PAGE, second) < 0);
	EXPECT_EQ(grant_unmap(w, handle), 0);
	EXPECT(probe(scribble, w).happened);
	window_free(w, 3);
}

static int copy_one(uint16_t from, uint32_t ref, void *mine, bool out,
		    uint16_t offset, uint16_t len)
{
	struct xy_gnttab_copy_ptr theirs = { { .ref = ref }, from, offset };
	struct xy_gnttab_copy_ptr ours = { { .gmfn = va_mfn(mine) },
					   XY_DOMID_SELF, 0 };
	struct xy_gnttab_copy c = {
		.source = out ? ours : theirs, .dest = out ? theirs : ours,
		.len = len,
		.flags = out ? XY_GNTCOPY_dest_gref : XY_GNTCOPY_source_gref,
	};

	EXPECT_EQ(grant_copy(&c, 1), 0);
	return c.status;
}

static void check_copies(uint16_t from)
{
	char *page = page_alloc();

	EXPECT_EQ(copy_one(from, refs[SECRET], page, false, 2, 7), 0);
	EXPECT(!strcmp(page, "secret"));
	EXPECT(copy_one(from, refs[SECRET], page, false, 4000, 97) < 0);
	EXPECT(copy_one(from, refs[READ_ONLY], page, true, 0, 4) < 0);
	EXPECT(copy_one(from, foreign_ref, page, false, 0, 4) < 0);
	text_format(page, PAGE, "written");
	EXPECT_EQ(copy_one(from, refs[BOARD], page, true,
			   __builtin_offsetof(struct board, text), 8), 0);
	EXPECT(!strcmp(board->text, "written"));
	page_free(page);
}

/* A grant in use cannot be ended; one that has ended cannot be used. */
static void check_revoke(uint16_t from)
{
	char *w = window_alloc(1), *page = page_alloc();
	uint32_t handle;

	EXPECT_EQ(grant_map(from, refs[SECRET], false, w, &handle), 0);
	EXPECT_EQ(give(REVOKE), false);
	EXPECT(!strcmp(w, "a secret"));
	EXPECT_EQ(grant_unmap(w, handle), 0);
	EXPECT_EQ(give(REVOKE), true);
	EXPECT(grant_map(from, refs[SECRET], false, w, &handle) < 0);
	EXPECT(copy_one(from, refs[SECRET], page, false, 0, 8) < 0);
	window_free(w, 1);
	page_free(page);
}

static void check_close(uint16_t from, uint32_t remote)
{
	EXPECT_EQ(event_close(port), 0);
	EXPECT(event_send(port) < 0);
	EXPECT_EQ(event_bind(from, remote, &port), 0);	/* free again */
	EXPECT_EQ(event_handle(port, woken, NULL), 0);
	give(PING);
}

/* The server dies; its page is ours until we let it go. */
static void check_death(uint32_t handle)
{
	struct xy_evtchn_status st = { .dom = XY_DOMID_SELF, .port = port };
	uint64_t limit = now_ns() + 30 * SECOND;

	board->order = DIE;
	EXPECT_EQ(event_send(port), 0);
	do {
		EXPECT(now_ns() < limit);
		event_wait_until(now_ns() + SECOND / 100);
		EXPECT_EQ(call2(XY_HYPERVISOR_event_channel_op,
				XY_EVTCHNOP_status, &st), 0);
	} while (st.status == XY_EVTCHNSTAT_interdomain);
	EXPECT_EQ(st.status, XY_EVTCHNSTAT_unbound);
	event_send(port);		/* into nothing */
	board->answer = 99;
	EXPECT(board->answer == 99 && !strcmp(board->text, "written"));
	say("PAIR holds a page of the dead");
	event_wait_until(now_ns() + SECOND / 2);
	EXPECT_EQ(grant_unmap(board, handle), 0);
}

static void client(void)
{
	uint16_t from = peer();
	uint32_t remote = learn(from, "port"), handle, before;

	refs[BOARD] = learn(from, "board");
	refs[SECRET] = learn(from, "secret");
	refs[READ_ONLY] = learn(from, "ro");
	foreign_ref = learn(from, "foreign");
	board = window_alloc(1);
	check_ports(from, remote);
	EXPECT_EQ(grant_map(from, refs[BOARD], false, board, &handle), 0);
	if (asked("leave")) {	/* with all of it */
		board->order = PING;
		EXPECT_EQ(event_send(port), 0);
		return;
	}
	before = board->done;
	for (unsigned int i = 0; i < 1000; i++)
		give(PING);
	EXPECT_EQ(board->done, before + 1000);
	check_maps(from);
	check_copies(from);
	check_revoke(from);
	check_close(from, remote);
	check_death(handle);
}

void test_main(void)
{
	if (asked("server"))
		server();
	else
		client();
}
