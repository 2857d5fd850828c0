/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Domains' rings as the daemon serves them (domain.c, life.c's comparison
 * with the hypervisor's list), with guests played by the test: honest ones,
 * ones that lie, ones that flood, ones that die.
 *
 * Fakes below stand for the event channel device, the mapping of pages and
 * the hypervisor's list; all else is the real thing.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include <cmocka.h>

#include "abi/domctl.h"
#include "dom0-tools/lib/evtchn.h"
#include "dom0-tools/xenstored/domain.h"

#define GUESTS 4 /* domains 1 to 4; port of domain n: 100 + n */

static struct xenstore x;
static struct xy_xenstore_domain_interface *page[GUESTS + 1];
static unsigned int kicks[GUESTS + 1], unmapped, unbound;
static uint32_t flags[GUESTS + 1]; /* what the hypervisor's list says */
static bool listed[GUESTS + 1];

bool shell_verbose;
static uint64_t now_ms;
static unsigned int unmasked;

uint64_t shell_now_ms(void)
{
	return now_ms;
}

void shell_say(const char *format, ...)
{
	(void)format;
}

/* --- fakes --- */

int evtchn_open_nonblock(void)
{
	return 0;
}

void evtchn_close(int fd)
{
	(void)fd;
}

int evtchn_bind_virq(int fd, uint32_t virq)
{
	(void)fd;
	(void)virq;
	return 3;
}

int evtchn_bind_interdomain(int fd, uint32_t domid, uint32_t port)
{
	(void)fd;
	return port == 77 ? (int)(100 + domid) : -EINVAL;
}

int evtchn_unbind(int fd, uint32_t port)
{
	(void)fd;
	(void)port;
	unbound++;
	return 0;
}

int evtchn_notify(int fd, uint32_t port)
{
	(void)fd;
	kicks[port - 100]++;
	return 0;
}

int evtchn_pending_many(int fd, uint32_t *ports, unsigned int max)
{
	(void)fd;
	(void)ports;
	(void)max;
	return 0;
}

int evtchn_unmask_many(int fd, const uint32_t *ports, unsigned int n)
{
	(void)fd;
	(void)ports;
	(void)n;
	return 0;
}

int evtchn_unmask(int fd, uint32_t port)
{
	(void)fd;
	assert_int_equal(port, 101);
	unmasked++;
	return 0;
}

int ring_pages_open(struct ring_pages *r)
{
	r->have_call = true;
	return 0;
}

int ring_page_map(struct ring_pages *r, uint16_t domid, uint64_t mfn,
		  uint32_t gref, struct ring_page *p)
{
	(void)r;
	assert_int_equal(gref, RING_PAGE_STORE_GREF);
	if (mfn != 5000u + domid)
		return -EINVAL;
	p->addr = page[domid];
	return 0;
}

void ring_page_unmap(struct ring_pages *r, struct ring_page *p)
{
	(void)r;
	unmapped += p->addr != NULL;
	p->addr = NULL;
}

int call_domain_list(struct call *c, uint16_t first, uint32_t max,
		     struct xy_domctl_getdomaininfo *list, uint32_t *count)
{
	uint16_t i;

	(void)c;
	(void)max;
	for (i = first, *count = 0; i <= GUESTS; i++) {
		if (!listed[i])
			continue;
		memset(&list[*count], 0, sizeof(*list));
		list[*count].domain = i;
		list[(*count)++].flags = flags[i];
	}
	return 0;
}

/* --- the guests' side --- */

static int setup(void **state)
{
	struct domain_table *t = calloc(1, sizeof(*t));
	unsigned int i;

	(void)state;
	proto_init(&x, 1);
	t->pages.have_call = true;
	x.domains = t;
	for (i = 0; i <= GUESTS; i++) {
		page[i] = calloc(1, sizeof(*page[i]));
		kicks[i] = flags[i] = 0;
		listed[i] = true;
	}
	unmapped = unbound = 0;
	return 0;
}

static int teardown(void **state)
{
	unsigned int i;

	(void)state;
	while (x.domains->list)
		domain_forget(x.domains->list);
	free(x.domains->by_port);
	free(x.domains);
	proto_clear(&x);
	for (i = 0; i <= GUESTS; i++)
		free(page[i]);
	return 0;
}

static void introduce(uint16_t domid)
{
	bool fresh;

	assert_int_equal(
		domains_introduce(&x, domid, 5000u + domid, 77, &fresh), 0);
}

static void put_bytes(unsigned int g, const void *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		page[g]->req[page[g]->req_prod++ % 1024] =
			((const char *)data)[i];
}

static size_t put_request(unsigned int g, uint32_t type, const char *text)
{
	struct xy_xsd_sockmsg head = { type, 7, 0, (uint32_t)strlen(text) + 1 };

	if (1024 - (page[g]->req_prod - page[g]->req_cons) <
	    sizeof(head) + head.len)
		return 0;
	put_bytes(g, &head, sizeof(head));
	put_bytes(g, text, head.len);
	return sizeof(head) + head.len;
}

static size_t answers(unsigned int g)
{
	return page[g]->rsp_prod - page[g]->rsp_cons;
}

/* A turn of the main loop, after g's event. */
static void turn(unsigned int g)
{
	struct client *c;

	now_ms += 10; /* an unhurried guest */
	domain_wake(x.domains, 100 + g);
	domain_serve(&x);
	while ((c = client_next_dirty(&x)))
		domain_flush(c);
}

static void an_honest_guest_is_served(void **state)
{
	(void)state;
	introduce(1);
	/* The first kick says that somebody is there. */
	assert_int_equal(kicks[1], 1);
	assert_int_equal(page[1]->server_features,
			 XY_STORE_SERVER_FEATURE_ERROR);
	put_request(1, XY_XS_GET_DOMAIN_PATH, "1");
	turn(1);
	assert_int_equal(answers(1), 16 + 16);
	assert_int_equal(kicks[1], 2);
	assert_string_equal(page[1]->rsp + 16, "/local/domain/1");
	/* Nothing new: no kick. */
	turn(1);
	assert_int_equal(kicks[1], 2);
}

static void a_slow_guest_gets_its_answers_bit_by_bit(void **state)
{
	unsigned int i, got = 0, asked = 0;

	(void)state;
	introduce(1);
	for (i = 0; i < 4000; i++) {
		asked += put_request(1, XY_XS_GET_DOMAIN_PATH, "1") > 0;
		turn(1);
		if (i % 3)
			continue;
		got += answers(1) > 100 ? 100 : (unsigned int)answers(1);
		page[1]->rsp_cons += answers(1) > 100 ? 100
						      : (uint32_t)answers(1);
	}
	for (i = 0; i < 4000; i++) {
		turn(1);
		got += (unsigned int)answers(1);
		page[1]->rsp_cons = page[1]->rsp_prod;
	}
	assert_true(asked > 100);
	assert_int_equal(got, asked * 32);
}

static void liars_are_not_listened_to(void **state)
{
	struct xy_xsd_sockmsg head = { XY_XS_READ, 1, 0, 0x10000 };

	(void)state;
	introduce(1);
	introduce(2);
	introduce(3);
	turn(1);
	page[1]->req_prod = page[1]->req_cons + 1025;
	turn(1);
	assert_int_equal(page[1]->error, XY_STORE_ERROR_RINGIDX);
	put_bytes(2, &head, sizeof(head));
	turn(2);
	assert_int_equal(page[2]->error, XY_STORE_ERROR_PROTO);
	page[3]->rsp_cons = 99;
	put_request(3, XY_XS_GET_DOMAIN_PATH, "1");
	turn(3);
	assert_int_equal(page[3]->error, XY_STORE_ERROR_RINGIDX);
	/* They have said all they will say. */
	kicks[2] = 0;
	put_request(2, XY_XS_GET_DOMAIN_PATH, "1");
	turn(2);
	assert_int_equal(kicks[2], 0);
	/* Events for it go nowhere, and do no harm. */
	assert_true(domains_known(&x, 2));
	/* Introduced anew it is heard again. */
	memset(page[2], 0, sizeof(*page[2]));
	introduce(2);
	put_request(2, XY_XS_GET_DOMAIN_PATH, "1");
	turn(2);
	assert_int_equal(answers(2), 32);
}

static void a_flood_waits_its_turn(void **state)
{
	unsigned int n = 0;

	(void)state;
	introduce(1);
	introduce(2);
	domain_serve(&x);
	while (put_request(1, XY_XS_GET_DOMAIN_PATH, "1"))
		n++;
	assert_true(n > 3 * SHELL_TURN_DOMAIN);
	put_request(2, XY_XS_GET_DOMAIN_PATH, "2");
	domain_wake(x.domains, 102);
	domain_wake(x.domains, 101);
	domain_serve(&x);
	/* The other one was not kept waiting for all of it. */
	assert_int_equal(answers(1), 32 * SHELL_TURN_DOMAIN);
	assert_int_equal(answers(2), 32);
	assert_int_equal(domain_wait_ms(&x), 0);
	page[1]->rsp_cons = page[1]->rsp_prod;
	domain_serve(&x);
	assert_int_equal(answers(1), 32 * SHELL_TURN_DOMAIN);
}

/* Asks as fast as it is answered: how many turns until it has to rest. */
static unsigned int rush(void)
{
	unsigned int i;

	for (i = 0; i < 100 && !x.domains->resting; i++) {
		while (put_request(1, XY_XS_GET_DOMAIN_PATH, "1"))
			;
		domain_wake(x.domains, 101);
		domain_serve(&x);
		page[1]->rsp_cons = page[1]->rsp_prod;
	}
	return i;
}

static void who_rushes_has_to_rest(void **state)
{
	(void)state;
	now_ms = 1000;
	unmasked = 0;
	introduce(1);
	introduce(2);
	/* A lot at once, then a pause: that is what a booting guest does. */
	rush();
	x.domains->by_domid[1]->spent = 0;
	now_ms += 1000;
	domain_serve(&x);
	assert_in_range(rush(), 2, 40);
	assert_int_equal(domain_wait_ms(&x), 20);
	/* Its port stays masked, its ring is not looked at. */
	assert_false(domain_wake(x.domains, 101));
	domain_serve(&x);
	assert_int_equal(answers(1), 0);
	/* The other one does not notice. */
	put_request(2, XY_XS_GET_DOMAIN_PATH, "2");
	assert_true(domain_wake(x.domains, 102));
	domain_serve(&x);
	assert_int_equal(answers(2), 32);
	now_ms += 20;
	unmasked = 0;
	domain_serve(&x);
	assert_int_equal(unmasked, 1);
	assert_int_equal(answers(1), 32 * SHELL_TURN_DOMAIN);
	/* One that dies at rest leaves no trace. */
	rush();
	domains_release(&x, 1);
	assert_null(x.domains->resting);
	/* Kicks alone are a rush too. */
	memset(page[1], 0, sizeof(*page[1]));
	introduce(1);
	while (domain_wake(x.domains, 101))
		;
	assert_non_null(x.domains->resting);
}

static void deaths_are_announced_in_steps(void **state)
{
	struct client watcher;
	struct watch *w;
	size_t bytes;

	(void)state;
	client_init(&watcher, &x, (struct who){ 0, XY_DOMID_INVALID });
	introduce(1);
	introduce(2);
	assert_int_equal(watch_add(&watcher, "@releaseDomain", "t", -1, &w), 0);
	life_check(&x);
	client_output(&watcher, &bytes);
	assert_int_equal(bytes, 0);
	flags[1] = XY_DOMINF_shutdown;
	life_check(&x);
	life_check(&x);
	client_output(&watcher, &bytes);
	assert_int_equal(bytes, 16 + 15 + 2); /* once */
	client_sent(&watcher, bytes);
	assert_int_equal(unmapped, 0);
	flags[1] |= XY_DOMINF_dying;
	life_check(&x);
	/* From now on nothing of it is held. */
	assert_int_equal(unmapped, 1);
	assert_int_equal(unbound, 1);
	assert_true(domains_known(&x, 1));
	listed[1] = false;
	life_check(&x);
	assert_false(domains_known(&x, 1));
	assert_true(domains_known(&x, 2));
	client_output(&watcher, &bytes);
	assert_int_equal(bytes, 2 * (16 + 15 + 2));
	/* One that ran again can shut down again. */
	flags[2] = XY_DOMINF_shutdown;
	life_check(&x);
	assert_int_equal(domains_resume(&x, 2), 0);
	client_output(&watcher, &bytes);
	client_sent(&watcher, bytes);
	life_check(&x);
	client_output(&watcher, &bytes);
	assert_true(bytes > 0);
	client_clear(&watcher);
}

static void what_cannot_be_connected_is_not_known(void **state)
{
	bool fresh;

	(void)state;
	assert_int_equal(domains_introduce(&x, 1, 1, 77, &fresh), -EINVAL);
	assert_false(domains_known(&x, 1));
	assert_int_equal(domains_introduce(&x, 1, 5001, 78, &fresh), -EINVAL);
	assert_false(domains_known(&x, 1));
	assert_int_equal(unmapped, 1);
}

static void release_in_the_middle_of_a_turn(void **state)
{
	(void)state;
	/* dom0's kernel has a ring too, and may release any domain by it. */
	page[0]->req_prod = page[0]->req_cons = 0;
	domain_create(&x, 0)->ring = page[0];
	assert_int_equal(domain_connect(x.domains->by_domid[0], 77), 0);
	introduce(1);
	introduce(2);
	domain_serve(&x);
	put_request(0, XY_XS_RELEASE, "1");
	put_request(0, XY_XS_RELEASE, "2");
	put_request(1, XY_XS_GET_DOMAIN_PATH, "1");
	put_request(2, XY_XS_GET_DOMAIN_PATH, "1");
	/* Domain 1 is served after it in this turn, 2 before it. */
	domain_wake(x.domains, 101);
	domain_wake(x.domains, 100);
	domain_wake(x.domains, 102);
	domain_serve(&x);
	assert_false(domains_known(&x, 1));
	assert_false(domains_known(&x, 2));
	assert_int_equal(answers(0), 2 * (16 + 3));
	assert_int_equal(answers(1), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_honest_guest_is_served),
		T(a_slow_guest_gets_its_answers_bit_by_bit),
		T(liars_are_not_listened_to),
		T(a_flood_waits_its_turn),
		T(who_rushes_has_to_rest),
		T(deaths_are_announced_in_steps),
		T(what_cannot_be_connected_is_not_known),
		T(release_in_the_middle_of_a_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
