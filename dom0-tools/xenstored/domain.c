/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clients on rings: domains, dom0's own kernel among them.
 *
 * Rules:
 * 1. An event means "look": the port is unmasked first, then the ring is
 *    looked at, so that what comes in between fires again.
 * 2. A domain gets SHELL_TURN_DOMAIN requests done, then it is the others'
 *    turn. What it writes costs nobody else more than that.
 * 3. A domain whose indices or lengths are impossible is not listened to any
 *    more, until it is introduced anew. It stays known: its death still
 *    matters.
 * 4. A dying domain's page is unmapped as soon as its dying is known, since
 *    the mapping keeps it from going.
 * 5. dom0's kernel believes in us only after an event: one is sent right
 *    after binding, before any request.
 *
 * 6. A guest that asks faster than a guest has reason to (SPEND requests or
 *    events within SPEND_MS) rests: for REST_MS neither its ring nor its
 *    port is looked at, so that its flood is paid from its own time.
 *
 * State: the table, of this thread alone. Next on the tour: main.c.
 */
#include "dom0-tools/xenstored/domain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/lib/evtchn.h"
#include "dom0-tools/xenstored/mem.h"
#include "dom0-tools/xenstored/ring.h"

#define SPEND 256
#define SPEND_MS 50
#define REST_MS 20

static struct domain *lookup(const struct xenstore *x, uint16_t domid)
{
	const struct domain_table *t = x->domains;

	return t && domid < XY_DOMID_FIRST_RESERVED ? t->by_domid[domid] : NULL;
}

static void make_ready(struct domain *d)
{
	struct domain_table *t = d->client.x->domains;

	if (d->ready || d->resting || !d->ring)
		return;
	d->ready = true;
	d->next_ready = t->ready;
	t->ready = d;
}

static bool unlink_from(struct domain **at, struct domain *d)
{
	while (*at && *at != d)
		at = &(*at)->next_ready;
	if (!*at)
		return false;
	*at = d->next_ready;
	return true;
}

static void leave_ready(struct domain_table *t, struct domain *d)
{
	if (d->ready && !unlink_from(&t->ready, d))
		unlink_from(&t->turn, d);
	d->ready = false;
}

static void leave_resting(struct domain_table *t, struct domain *d)
{
	struct domain **at = &t->resting;

	if (!d->resting)
		return;
	while (*at != d)
		at = &(*at)->next_resting;
	*at = d->next_resting;
	d->resting = d->masked = false;
}

/* Counts what it asked; too much too fast, and it rests. */
static void spend(struct domain *d, unsigned int n)
{
	struct domain_table *t = d->client.x->domains;
	uint64_t now;

	d->spent += n;
	if (d->spent < SPEND || !d->client.who.domid)
		return;
	now = shell_now_ms();
	if (now - d->spent_since_ms < SPEND_MS && !d->resting) {
		if (!t->resting)
			t->rest_until_ms = now + REST_MS;
		d->resting = true;
		d->next_resting = t->resting;
		t->resting = d;
	}
	d->spent = 0;
	d->spent_since_ms = now;
}

static void end_rests(struct domain_table *t)
{
	struct domain *d;

	if (!t->resting || shell_now_ms() < t->rest_until_ms)
		return;
	while ((d = t->resting)) {
		t->resting = d->next_resting;
		d->resting = false;
		if (d->masked)
			evtchn_unmask(t->evtchn, (uint32_t)d->port);
		d->masked = false;
		make_ready(d);
	}
}

static void set_port(struct domain_table *t, int port, struct domain *d)
{
	size_t room = t->ports;

	if ((size_t)port >= room) {
		room = (size_t)port * 2 + 64;
		t->by_port = mem_resize(t->by_port, room * sizeof(*t->by_port));
		memset(t->by_port + t->ports, 0,
		       (room - t->ports) * sizeof(*t->by_port));
		t->ports = room;
	}
	t->by_port[port] = d;
}

void domain_disconnect(struct domain *d)
{
	struct domain_table *t = d->client.x->domains;

	leave_ready(t, d);
	leave_resting(t, d);
	client_reset(&d->client);
	if (d->port >= 0) {
		set_port(t, d->port, NULL);
		evtchn_unbind(t->evtchn, (uint32_t)d->port);
		d->port = -1;
	}
	ring_page_unmap(&t->pages, &d->page);
	d->ring = NULL;
}

void domain_forget(struct domain *d)
{
	struct domain_table *t = d->client.x->domains;
	struct domain **at = &t->list;

	domain_disconnect(d);
	client_clear(&d->client);
	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
	t->by_domid[d->client.who.domid] = NULL;
	free(d);
}

struct domain *domain_create(struct xenstore *x, uint16_t domid)
{
	struct domain_table *t = x->domains;
	struct domain *d = mem_zalloc(sizeof(*d));

	d->shell.kind = SHELL_DOMAIN;
	d->port = -1;
	client_init(&d->client, x,
		    (struct who){ .domid = domid, .target = XY_DOMID_INVALID });
	d->client.shell = &d->shell;
	d->next = t->list;
	t->list = d;
	t->by_domid[domid] = d;
	return d;
}

int domain_connect(struct domain *d, uint32_t remote_port)
{
	struct domain_table *t = d->client.x->domains;
	int local = evtchn_bind_interdomain(t->evtchn, d->client.who.domid,
					    remote_port);

	if (local < 0)
		return local;
	d->port = local;
	d->broken = false;
	set_port(t, local, d);
	d->ring->server_features = XY_STORE_SERVER_FEATURE_ERROR;
	d->ring->error = XY_STORE_ERROR_NONE;
	/* It may have written before we listened, or wait for a sign. */
	evtchn_notify(t->evtchn, (uint32_t)local);
	make_ready(d);
	return 0;
}

int domains_introduce(struct xenstore *x, uint16_t domid, uint64_t mfn,
		      uint32_t port, bool *fresh)
{
	struct domain_table *t = x->domains;
	struct domain *d = lookup(x, domid);
	int err;

	if (!t)
		return -ENOSYS;
	*fresh = !d;
	if (d)
		domain_disconnect(d);
	else
		d = domain_create(x, domid);
	d->shutdown = d->dying = false;
	err = ring_page_map(&t->pages, domid, mfn, RING_PAGE_STORE_GREF,
			    &d->page);
	if (!err) {
		d->ring = d->page.addr;
		err = domain_connect(d, port);
	}
	shell_say("domain %u: introduced, port %d, error %d",
		  (unsigned int)domid, d->port, -err);
	if (err)
		domain_forget(d);
	return err;
}

int domains_release(struct xenstore *x, uint16_t domid)
{
	struct domain *d = lookup(x, domid);

	if (!d)
		return -ENOENT;
	shell_say("domain %u: released", (unsigned int)domid);
	domain_forget(d);
	return 0;
}

bool domains_known(const struct xenstore *x, uint16_t domid)
{
	return domid == 0 || lookup(x, domid);
}

int domains_resume(struct xenstore *x, uint16_t domid)
{
	struct domain *d = lookup(x, domid);

	if (!d)
		return -ENOENT;
	d->shutdown = false;
	return 0;
}

int domains_set_target(struct xenstore *x, uint16_t domid, uint16_t target)
{
	struct domain *d = lookup(x, domid);

	if (!d || !lookup(x, target))
		return -ENOENT;
	d->client.who.target = target;
	return 0;
}

/* The stream makes no sense: say so in its page, and listen no more. */
static void break_off(struct domain *d, uint32_t error)
{
	shell_say("domain %u: ring error %u", d->client.who.domid, error);
	__atomic_store_n(&d->ring->error, error, __ATOMIC_RELEASE);
	client_reset(&d->client);
	d->broken = true;
}

/* Moves answers into the ring; *moved is set if any byte went. */
static int put(struct domain *d, bool *moved)
{
	const char *data;
	size_t bytes;
	int n;

	data = client_output(&d->client, &bytes);
	if (!bytes)
		return 0;
	n = ring_put(d->ring, data, bytes);
	if (n > 0) {
		*moved = true;
		client_sent(&d->client, (size_t)n);
	}
	return n < 0 ? n : 0;
}

/*
 * Answers out, requests in: how many bytes came in. None are taken in while
 * too many answers wait.
 */
static int exchange(struct domain *d, bool *moved)
{
	size_t waiting, room;
	char *where;
	int n = put(d, moved);

	if (n < 0)
		return n;
	client_output(&d->client, &waiting);
	if (waiting >= QUOTA_REPLY_BYTES)
		return 0;
	where = client_room(&d->client, &room);
	n = ring_take(d->ring, where, room);
	if (n > 0) {
		*moved = true;
		client_fed(&d->client, (size_t)n);
	}
	return n;
}

/* One domain's turn; whether there may be more to do. */
static bool turn(struct domain *d, bool *moved, unsigned int *done)
{
	int ret;

	while (*done < SHELL_TURN_DOMAIN) {
		ret = client_step(&d->client);
		if (ret < 0) {
			break_off(d, XY_STORE_ERROR_PROTO);
			return false;
		}
		if (ret == 1) {
			++*done;
			continue;
		}
		ret = exchange(d, moved);
		if (ret < 0)
			break_off(d, XY_STORE_ERROR_RINGIDX);
		if (ret <= 0)
			return false;
	}
	return true;
}

static void serve(struct domain *d)
{
	struct domain_table *t = d->client.x->domains;
	bool moved = false, more;
	unsigned int done = 0;

	if (d->broken || !d->ring)
		return;
	more = turn(d, &moved, &done);
	spend(d, done);
	if (!d->broken && put(d, &moved))
		break_off(d, XY_STORE_ERROR_RINGIDX);
	if (moved || d->broken)
		evtchn_notify(t->evtchn, (uint32_t)d->port);
	if (more && !d->broken)
		make_ready(d);
}

void domain_flush(struct client *c)
{
	struct domain *d = c->shell;
	bool moved = false;

	if (d->broken || !d->ring)
		return;
	if (put(d, &moved))
		break_off(d, XY_STORE_ERROR_RINGIDX);
	if (moved || d->broken)
		evtchn_notify(c->x->domains->evtchn, (uint32_t)d->port);
}

int domain_wait_ms(const struct xenstore *x)
{
	const struct domain_table *t = x->domains;

	if (!t || (!t->ready && !t->resting))
		return -1;
	return t->ready ? 0 : REST_MS;
}

void domain_serve(struct xenstore *x)
{
	struct domain_table *t = x->domains;
	struct domain *d;

	if (!t)
		return;
	/*
	 * A domain that has more to do joins the other list, for the next
	 * turn. A request of dom0's may take any domain off either list.
	 */
	end_rests(t);
	t->turn = t->ready;
	t->ready = NULL;
	while ((d = t->turn)) {
		t->turn = d->next_ready;
		d->ready = false;
		serve(d);
	}
}

bool domain_wake(struct domain_table *t, uint32_t port)
{
	struct domain *d = port < t->ports ? t->by_port[port] : NULL;

	if (!d)
		return true;
	spend(d, 1);
	make_ready(d);
	d->masked = d->resting;
	return !d->masked;
}
