/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One console from ring to log and terminal and back (console.c), with the
 * guest played by the test and a real terminal.
 *
 * Fakes below stand for the event channel device and the mapping of pages.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cmocka.h>

#include "dom0-tools/consoled/console.h"
#include "dom0-tools/lib/evtchn.h"

static char dir[] = "/tmp/xylem-console-XXXXXX";
static struct consoles cs;
static struct xy_xencons_interface *page;
static unsigned int kicks, unmapped, unbound;
static bool masked, pending;

/* --- fakes: one port, 9, with the device's masking --- */

int evtchn_bind_interdomain(int fd, uint32_t domid, uint32_t port)
{
	(void)fd;
	return domid == 5 && port == 2 ? 9 : -EINVAL;
}

int evtchn_unbind(int fd, uint32_t port)
{
	(void)fd;
	assert_int_equal(port, 9);
	unbound++;
	return 0;
}

int evtchn_notify(int fd, uint32_t port)
{
	(void)fd;
	assert_int_equal(port, 9);
	kicks++;
	return 0;
}

int evtchn_pending_many(int fd, uint32_t *ports, unsigned int max)
{
	(void)fd;
	(void)max;
	if (!pending || masked)
		return -EAGAIN;
	masked = true;
	pending = false;
	ports[0] = 9;
	return 1;
}

int evtchn_unmask(int fd, uint32_t port)
{
	(void)fd;
	assert_int_equal(port, 9);
	assert_true(masked);
	masked = false;
	return 0;
}

int ring_page_map(struct ring_pages *r, uint16_t domid, uint64_t mfn,
		  uint32_t gref, struct ring_page *p)
{
	(void)r;
	(void)domid;
	assert_int_equal(gref, RING_PAGE_CONSOLE_GREF);
	if (mfn != 77)
		return -EINVAL;
	p->addr = page;
	return 0;
}

void ring_page_unmap(struct ring_pages *r, struct ring_page *p)
{
	(void)r;
	unmapped += p->addr != NULL;
	p->addr = NULL;
}

/* --- the guest's side --- */

static void guest_prints(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		page->out[page->out_prod++ % 2048] = text[i];
	pending = true;
}

static void guest_says(const char *text)
{
	guest_prints(text, strlen(text));
}

/* What the main loop does: events, then the pause that ends a hold. */
static void settle(void)
{
	int i;

	for (i = 0; i < 8; i++) {
		if (pending && !masked)
			console_events(&cs);
		if (cs.held)
			console_look_again(&cs);
	}
}

static void log_text(char out[4096])
{
	char path[100];
	FILE *f;

	snprintf(path, sizeof(path), "%s/guest-web.log", dir);
	f = fopen(path, "r");
	out[f ? fread(out, 1, 4095, f) : 0] = '\0';
	if (f)
		fclose(f);
}

static void assert_log(const char *want)
{
	char got[4096];

	log_text(got);
	assert_string_equal(got, want);
}

static struct console *attach(void)
{
	struct console_spec spec = { 5, 77, 2, "web" };

	return console_open(&cs, &spec);
}

static int setup(void **state)
{
	(void)state;
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	memset(&cs, 0, sizeof(cs));
	page = calloc(1, sizeof(*page));
	kicks = unmapped = unbound = 0;
	masked = pending = false;
	cs.log_dir = mkdtemp(dir);
	cs.epoll = epoll_create1(0);
	return cs.log_dir && page ? 0 : -1;
}

static int teardown(void **state)
{
	char path[100];

	(void)state;
	while (cs.list)
		console_close(&cs, cs.list);
	close(cs.epoll);
	free(page);
	snprintf(path, sizeof(path), "%s/guest-web.log", dir);
	unlink(path);
	return rmdir(dir) || cs.held;
}

static void the_first_byte_is_logged_at_once(void **state)
{
	(void)state;
	/* Printed before anybody listened. */
	guest_says("early");
	assert_non_null(attach());
	assert_log("early");
	settle();
	guest_says(" x");
	console_events(&cs);
	assert_log("early x");
	assert_true(kicks >= 2);
	/* Held: its next bytes cost no event, and come a moment later. */
	assert_true(masked);
	guest_says("y");
	console_look_again(&cs);
	assert_log("early xy");
	console_look_again(&cs);
	assert_false(masked);
	assert_int_equal(cs.held, 0);
}

static void nothing_is_lost_at_any_pace(void **state)
{
	static char want[300000];
	size_t made = 0, n, i, total = 0;
	struct console *c = attach();
	char piece[2048], path[100];
	FILE *f;

	(void)state;
	srand(11);
	while (made < sizeof(want)) {
		n = (size_t)rand() % (rand() % 4 ? 40 : 2000);
		n = n > sizeof(want) - made ? sizeof(want) - made : n;
		if (n > 2048 - (page->out_prod - page->out_cons))
			n = 2048 - (page->out_prod - page->out_cons);
		for (i = 0; i < n; i++)
			piece[i] = want[made + i] = (char)rand();
		guest_prints(piece, n);
		made += n;
		if (rand() % 2 && pending && !masked)
			console_events(&cs);
		if (rand() % 3 == 0 && cs.held)
			console_look_again(&cs);
		if (rand() % 10 == 0)
			settle();
	}
	settle();
	assert_int_equal(c->log.bytes, sizeof(want));
	snprintf(path, sizeof(path), "%s/guest-web.log", dir);
	f = fopen(path, "r");
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0) {
		assert_memory_equal(piece, want + total, n);
		total += n;
	}
	fclose(f);
	assert_int_equal(total, sizeof(want));
}

static void an_endless_burst_is_held_up(void **state)
{
	static char burst[2048];
	unsigned int i;

	(void)state;
	attach();
	memset(burst, 'x', sizeof(burst));
	for (i = 0; i < 1000 && !cs.held; i++) {
		guest_prints(burst, 2048 - (page->out_prod - page->out_cons));
		console_events(&cs);
	}
	assert_in_range(i, 2, 100);
}

static bool readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 1000) == 1;
}

static void the_terminal_carries_both_ways(void **state)
{
	struct console *c = attach();
	char buf[200] = "";
	int fd;

	(void)state;
	guest_says("before\n");
	settle();
	assert_int_equal(console_terminal(&cs, c), 0);
	fd = open(c->tty, O_RDWR | O_NOCTTY);
	assert_true(fd >= 0);
	/* What was printed earlier is there, unchanged (raw). */
	assert_true(readable(fd));
	assert_int_equal(read(fd, buf, sizeof(buf)), 7);
	assert_memory_equal(buf, "before\n", 7);
	assert_int_equal(write(fd, "typed\r", 6), 6);
	assert_true(readable(c->master));
	console_typed(&cs, c, EPOLLIN);
	assert_int_equal(page->in_prod, 6);
	assert_memory_equal(page->in, "typed\r", 6);
	/* No echo of our own. */
	guest_says("after");
	settle();
	assert_true(readable(fd));
	assert_int_equal(read(fd, buf, sizeof(buf)), 5);
	/* A reader that leaves hangs up nothing. */
	close(fd);
	guest_says("z");
	settle();
	fd = open(c->tty, O_RDWR | O_NOCTTY);
	assert_true(readable(fd));
	assert_int_equal(read(fd, buf, sizeof(buf)), 1);
	close(fd);
}

static void a_full_guest_leaves_it_in_the_terminal(void **state)
{
	struct console *c = attach();
	char text[1500];
	int fd;

	(void)state;
	assert_int_equal(console_terminal(&cs, c), 0);
	fd = open(c->tty, O_RDWR | O_NOCTTY);
	memset(text, 't', sizeof(text));
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	assert_true(readable(c->master));
	while (conring_room(c->ring))
		console_typed(&cs, c, EPOLLIN);
	assert_int_equal(page->in_prod, 1024);
	assert_false(c->interest & EPOLLIN);
	/* The guest reads some and says so. */
	page->in_cons += 600;
	pending = true;
	settle();
	assert_true(c->interest & EPOLLIN);
	console_typed(&cs, c, EPOLLIN);
	assert_int_equal(page->in_prod, 1500);
	close(fd);
}

static void nobody_reading_stops_nobody(void **state)
{
	struct console *c = attach();
	static char text[2048];
	unsigned int i;

	(void)state;
	console_terminal(&cs, c);
	memset(text, 'o', sizeof(text));
	for (i = 0; i < 200; i++) {
		guest_prints(text, sizeof(text));
		settle();
		assert_int_equal(page->out_cons, page->out_prod);
	}
	assert_int_equal(c->backlog.len, BACKLOG_BYTES);
	assert_true(c->interest & EPOLLOUT);
}

static void liars_and_failures(void **state)
{
	struct console_spec wrong = { 5, 78, 2, "web" },
			    port = { 5, 77, 3, "web" };

	(void)state;
	assert_null(console_open(&cs, &wrong));
	assert_int_equal(errno, EINVAL);
	assert_null(console_open(&cs, &port));
	assert_null(cs.list);
	assert_int_equal(unmapped, 1);
	attach();
	page->out_prod = page->out_cons + 5000;
	pending = true;
	settle();
	guest_says("alive");
	settle();
	assert_log("\r\n[consoled: output lost]\r\nalive");
	/* Its last words, then everything is let go. */
	guest_says(", bye");
	console_close(&cs, cs.list);
	assert_log("\r\n[consoled: output lost]\r\nalive, bye");
	assert_int_equal(unmapped, 2);
	assert_int_equal(unbound, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_first_byte_is_logged_at_once),
		T(nothing_is_lost_at_any_pace),
		T(an_endless_burst_is_held_up),
		T(the_terminal_carries_both_ways),
		T(a_full_guest_leaves_it_in_the_terminal),
		T(nobody_reading_stops_nobody),
		T(liars_and_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
