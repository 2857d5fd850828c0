// SPDX-License-Identifier: GPL-2.0-only
/*
 * library: what frontend-drivers/guest promises to programs.
 *
 * As dom0 it tries pages, heap, events, timers and grants with itself; as an
 * ordinary domain also the store, and each vCPU it has. The job `guest` boots
 * it so.
 */
#include "guest.h"

#define MS	1000000UL

/* ---- pages ---- */

static bool is_clear(const uint64_t *p, size_t bytes)
{
	for (size_t i = 0; i < bytes / 8; i++)
		if (p[i])
			return false;
	return true;
}

static void check_pages(void)
{
	size_t before = pages_left(), n = 0;
	uint64_t *a = page_alloc(), *b = page_alloc(), *run;
	uint64_t *list = NULL, *page;

	EXPECT(a != b && is_clear(a, PAGE));
	memset(a, 0x5a, PAGE);
	page_free(a);
	run = page_alloc();
	EXPECT(run == a && is_clear(a, PAGE));	/* the first that is free */
	page_free(run);
	page_free(b);
	run = pages_alloc(50);
	EXPECT(run && is_clear(run, 50 * PAGE));
	memset(run, 0x5a, 50 * PAGE);
	pages_free(run, 50);
	EXPECT_EQ(pages_left(), before);
	EXPECT(!pages_alloc(1UL << 30));
	/* All there are, beyond the initial mapping too, each its own. */
	while ((page = pages_alloc(1))) {
		page[0] = A(list);
		page[511] = A(page);
		list = page;
		n++;
	}
	EXPECT_EQ(pages_left(), 0);
	EXPECT(n + before / 256 >= before);	/* but those of tables */
	while ((page = list)) {
		EXPECT(page[511] == A(page));
		list = (uint64_t *)page[0];
		page_free(page);
	}
	EXPECT_EQ(pages_left(), n);
	say("library: %lu pages of %lu", n, guest_si->nr_pages);
}

static void check_heap(void)
{
	static unsigned char *piece[200];
	static size_t size[200];
	size_t before;

	for (unsigned int round = 0; round < 2000; round++) {
		unsigned int i = (unsigned int)(rnd() % 200);

		for (size_t k = 0; k < size[i]; k++)
			EXPECT(piece[i][k] == (unsigned char)i);
		heap_free(piece[i]);
		size[i] = rnd() % 10 ? rnd() % 300 : rnd() % 20000;
		piece[i] = heap_alloc(size[i]);
		EXPECT(piece[i] && A(piece[i]) % 16 == 0);
		memset(piece[i], (int)i, size[i]);
	}
	for (unsigned int i = 0; i < 200; i++)
		heap_free(piece[i]);
	before = pages_left();
	heap_free(heap_alloc(100000));
	EXPECT_EQ(pages_left(), before);
	EXPECT(!heap_alloc(~0UL));
}

/* ---- events ---- */

static unsigned int calls[2];
static uint32_t ends[2];

static void count(uint32_t port, void *arg)
{
	EXPECT(port == *(uint32_t *)arg);
	calls[arg == &ends[1]]++;
}

static void check_events(void)
{
	EXPECT_EQ(event_alloc(XY_DOMID_SELF, &ends[0]), 0);
	EXPECT_EQ(event_bind(XY_DOMID_SELF, ends[0], &ends[1]), 0);
	/* It is pending since it was bound, and a handler gets that. */
	while (event_poll())
		;
	EXPECT_EQ(event_handle(ends[0], count, &ends[0]), 0);
	EXPECT_EQ(event_handle(ends[1], count, &ends[1]), 0);
	event_wait();
	EXPECT(calls[0] == 0 && calls[1] == 1);
	for (unsigned int i = 0; i < 1000; i++)
		EXPECT_EQ(event_send(ends[1]), 0);
	EXPECT_EQ(calls[0], 0);			/* never in between */
	event_wait();
	EXPECT_EQ(calls[0], 1);			/* many sends, one call */
	EXPECT(!event_poll());
	event_raise(ends[0]);
	event_wait();
	EXPECT_EQ(calls[0], 2);
	EXPECT_EQ(event_send(ends[0]), 0);
	EXPECT(event_wait_port(ends[1], now_ns() + 1000 * MS));
	EXPECT(!event_wait_port(ends[1], now_ns() + MS));
	EXPECT_EQ(calls[1], 1);
	EXPECT_EQ(event_close(ends[1]), 0);
	EXPECT_EQ(event_close(ends[0]), 0);
	EXPECT(event_send(ends[0]) < 0);
	EXPECT_EQ(event_handle(100000, count, NULL), -XY_ENOSPC);
}

/* ---- timers ---- */

static unsigned int order[8], rung;

static void ring(void *arg)
{
	order[rung++ % 8] = (unsigned int)A(arg);
}

static void check_timers(void)
{
	static struct timer t[4];
	uint64_t start = now_ns();

	for (unsigned int i = 0; i < 4; i++) {
		t[i].fn = ring;
		t[i].arg = (void *)(uint64_t)i;
	}
	timer_set(&t[0], start + 6 * MS);
	timer_set(&t[1], start + 2 * MS);
	timer_set(&t[2], start + 4 * MS);
	timer_set(&t[3], start + 3 * MS);
	timer_set(&t[0], start + 5 * MS);	/* moved */
	timer_cancel(&t[3]);
	/* On a slow machine the first timer is due by then. */
	if (event_wait_until(start + MS))
		EXPECT(now_ns() >= start + 2 * MS && rung > 0);
	EXPECT(now_ns() >= start + MS);
	while (rung < 3)
		event_wait();
	EXPECT(now_ns() >= start + 5 * MS);
	EXPECT(order[0] == 1 && order[1] == 2 && order[2] == 0);
	EXPECT(!event_wait_until(now_ns() + 2 * MS));
	EXPECT_EQ(rung, 3);
}

/* ---- grants ---- */

static void check_copy(uint16_t self, uint32_t ref, uint64_t *page)
{
	uint64_t *to = page_alloc();
	struct xy_gnttab_copy copy[2] = {
		{ .source = { { .ref = ref }, self, 8 },
		  .dest = { { .gmfn = va_mfn(to) }, XY_DOMID_SELF, 16 },
		  .len = 8, .flags = XY_GNTCOPY_source_gref },
		{ .source = { { .ref = ref }, self, 4000 },
		  .dest = { { .gmfn = va_mfn(to) }, XY_DOMID_SELF, 0 },
		  .len = 97, .flags = XY_GNTCOPY_source_gref },
	};

	EXPECT_EQ(grant_copy(copy, 2), 0);
	EXPECT_EQ(copy[0].status, XY_GNTST_okay);
	EXPECT(copy[1].status < 0);
	EXPECT(to[2] == page[1] && to[0] == 0);
	page_free(to);
}

/* With ourselves; we must know our own number for it. */
static void check_grants(uint16_t self)
{
	uint64_t *page = page_alloc(), *window = window_alloc(2);
	uint32_t ref = grant_access(self, va_mfn(page), false), more, handle;
	uint32_t left = grant_left(), n = 0;

	EXPECT(ref >= XY_GNTTAB_NR_RESERVED_ENTRIES);
	page[1] = 0x1234567;
	check_copy(self, ref, page);
	EXPECT_EQ(grant_map(self, ref, false, window, &handle), 0);
	EXPECT(window[1] == page[1]);
	window[2] = 5;
	EXPECT(page[2] == 5);
	EXPECT(!grant_end(ref));		/* it is mapped */
	EXPECT_EQ(grant_unmap(window, handle), 0);
	EXPECT(grant_end(ref));
	EXPECT(grant_map(self, ref, false, window, &handle) < 0);
	window_free(window, 2);
	EXPECT(window == pages_alloc(2) && is_clear(window, 2 * PAGE));
	pages_free(window, 2);
	EXPECT_EQ(grant_left(), left + 1);
	/* Past the first frame of the table. */
	while (n < 1000 && (more = grant_access(self, va_mfn(page), true)))
		n++;
	EXPECT_EQ(n, 1000);
	EXPECT(more > 512);
	for (uint32_t r = 8; r < 1008; r++)
		EXPECT(grant_end(r));
	page_free(page);
}

/* ---- the store ---- */

static unsigned int fired;

static void on_watch(struct store_watch *w)
{
	char value[16];

	EXPECT_EQ(A(w->arg), 77);
	/* A handler may ask. */
	if (!store_read(0, "data/w/x", value, sizeof(value)))
		EXPECT(!strcmp(value, "new"));
	fired++;
}

static void check_transaction(void)
{
	uint32_t tx;
	char value[16];

	EXPECT_EQ(store_begin(&tx), 0);
	EXPECT_EQ(store_write(tx, "data/t", "in"), 0);
	EXPECT_EQ(store_read(0, "data/t", value, 16), -XY_ENOENT);
	EXPECT_EQ(store_read(tx, "data/t", value, 16), 0);
	EXPECT_EQ(store_end(tx, false), 0);
	EXPECT_EQ(store_read(0, "data/t", value, 16), -XY_ENOENT);
	EXPECT_EQ(store_begin(&tx), 0);
	EXPECT_EQ(store_write(tx, "data/t", "in"), 0);
	EXPECT_EQ(store_end(tx, true), 0);
	EXPECT_EQ(store_read(0, "data/t", value, 16), 0);
	EXPECT_EQ(store_end(tx, true), -XY_ENOENT);
}

static uint16_t check_store(void)
{
	static struct store_watch w = {
		.fn = on_watch, .path = "data/w", .arg = (void *)77,
	};
	static char big[3000];
	char value[16], names[64];
	unsigned long self, v;
	size_t len;

	EXPECT_EQ(store_read_number(0, "domid", &self), 0);
	EXPECT_EQ(store_write(0, "data/a", "one"), 0);
	EXPECT_EQ(store_writef(0, "data/b", "%u", 42), 0);
	EXPECT_EQ(store_read(0, "data/a", value, 16), 0);
	EXPECT(!strcmp(value, "one"));
	EXPECT_EQ(store_read(0, "data/a", value, 3), -XY_E2BIG);
	EXPECT_EQ(store_read_number(0, "data/b", &v), 0);
	EXPECT_EQ(v, 42);
	EXPECT_EQ(store_read_number(0, "data/a", &v), -XY_EINVAL);
	EXPECT_EQ(store_directory(0, "data", names, sizeof(names), &len), 0);
	EXPECT(len == 4 && !memcmp(names, "a\0b", 4));
	EXPECT_EQ(store_write(0, "/local/domain/0/name", "x"), -XY_EACCES);
	memset(big, 'x', sizeof(big) - 1);
	EXPECT_EQ(store_write(0, big, "x") < 0, 1);
	/* Longer than the ring. */
	EXPECT_EQ(store_write(0, "data/a", big + 1000), 0);
	EXPECT_EQ(store_read(0, "data/a", value, 16), -XY_E2BIG);
	EXPECT_EQ(store_permit(0, "data/a", "b0", "r0"), -XY_EPERM);
	check_transaction();
	EXPECT_EQ(store_watch(&w), 0);
	while (fired < 1)
		event_wait();
	EXPECT_EQ(store_write(0, "data/w/x", "new"), 0);
	EXPECT_EQ(store_write(0, "data/w/x", "new"), 0);
	EXPECT_EQ(fired, 1);			/* never in between */
	while (fired < 2)
		event_wait();
	EXPECT_EQ(store_unwatch(&w), 0);
	EXPECT_EQ(store_remove(0, "data/w"), 0);
	EXPECT_EQ(store_unwatch(&w), -XY_ENOENT);
	return (uint16_t)self;
}

/* ---- vCPUs ---- */

static volatile unsigned int seen[VCPUS_MAX], pinged[VCPUS_MAX];
static uint32_t ipi[VCPUS_MAX];
static struct timer naps[VCPUS_MAX];

static void on_ping(uint32_t port, void *arg)
{
	(void)port;
	EXPECT_EQ(A(arg), vcpu_id());
	pinged[vcpu_id()]++;
}

static void nap_over(void *arg)
{
	*(volatile bool *)arg = true;
}

static void other(void *arg)
{
	unsigned int me = vcpu_id();
	volatile bool over = false;

	EXPECT_EQ(A(arg), me);
	EXPECT_EQ(event_bind_ipi(me, &ipi[me]), 0);
	EXPECT_EQ(event_handle(ipi[me], on_ping, arg), 0);
	for (unsigned int i = 0; i < 200; i++)
		page_free(page_alloc());
	naps[me] = (struct timer){ .fn = nap_over, .arg = (void *)&over };
	timer_set(&naps[me], now_ns() + MS);
	while (!over)
		event_wait();
	seen[me]++;
	while (pinged[me] < 3)
		event_wait();
	EXPECT_EQ(event_close(ipi[me]), 0);
}

static void wait_for(volatile unsigned int *what, unsigned int value)
{
	uint64_t limit = now_ns() + 10000 * MS;

	while (*what < value && now_ns() < limit)
		call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_yield, 0);
	EXPECT_EQ(*what, value);
}

static void check_vcpus(void)
{
	unsigned int n = vcpu_count();

	EXPECT_EQ(vcpu_start(0, other, NULL), -XY_ENOENT);
	EXPECT_EQ(vcpu_start(n, other, NULL), -XY_ENOENT);
	for (unsigned int round = 1; round <= 2; round++) {
		for (unsigned int i = 1; i < n; i++) {
			pinged[i] = 0;
			EXPECT_EQ(vcpu_start(i, other, (void *)(uint64_t)i), 0);
		}
		for (unsigned int i = 1; i < n; i++) {
			wait_for(&seen[i], round);
			EXPECT_EQ(vcpu_start(i, other, NULL), -XY_EBUSY);
			for (unsigned int k = 1; k <= 3; k++) {
				EXPECT_EQ(event_send(ipi[i]), 0);
				wait_for(&pinged[i], k);
			}
			while (vcpu_is_up(i))
				call2(XY_HYPERVISOR_sched_op,
				      XY_SCHEDOP_yield, 0);
		}
	}
	say("library: %u vCPUs", n);
}

/* ---- text ---- */

static void check_text(void)
{
	char out[32];
	size_t len;

	EXPECT_EQ(text_format(out, sizeof(out), "%s-%d.%lx%c%%", "ab", -5,
			      0xfedcba9876543210UL, '!'), 24);
	EXPECT(!strcmp(out, "ab--5.fedcba9876543210!%"));
	EXPECT_EQ(text_format(out, 4, "%u", 123456), 3);
	EXPECT(!strcmp(out, "123"));
	memcpy(out, "0123456789", 11);
	memmove(out + 2, out, 9);
	EXPECT(!memcmp(out, "0101234567", 10));
	memmove(out, out + 2, 9);
	EXPECT(!memcmp(out, "012345678", 9));
	if (asked("library"))
		EXPECT(asked_value("key", &len) && len == 5);
	EXPECT(!asked_value("ke", &len) && !asked("libra"));
}

void test_main(void)
{
	bool dom0 = guest_si->flags & XY_SIF_INITDOMAIN;
	uint16_t self = 0;

	check_text();
	check_pages();
	check_heap();
	check_events();
	check_timers();
	if (dom0)
		EXPECT_EQ(store_write(0, "x", "y"), -XY_ENODEV);
	else
		self = check_store();
	check_grants(self);
	check_vcpus();
}
