// SPDX-License-Identifier: MIT
/*
 * The shell of core/xsfront: the page, the event, questions that wait.
 *
 * While a question waits only the store's port is listened to, so no handler
 * runs in the middle of a question. Watch events that come then are noted in
 * their watch, and the port is raised again for event_wait().
 *
 * The token of a watch is its address; an event is looked up among the watches
 * there are, so a token that lies finds nothing.
 */
#include "frontend-drivers/guest/store.h"
#include "abi/shared_info.h"
#include "frontend-drivers/core/xsfront.h"
#include "frontend-drivers/guest/call.h"
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/text.h"

#define TOKEN_ROOM	24
#define PATIENCE_NS	60000000000UL	/* for one answer */

static struct xsfront core;
static struct store_watch *watches;
static bool ready;

static void fire(const char *token)
{
	char mine[TOKEN_ROOM];

	for (struct store_watch *w = watches; w; w = w->next) {
		text_format(mine, sizeof(mine), "%lx", A(w));
		if (!strcmp(mine, token))
			w->fired = true;
	}
}

static void kick(void)
{
	if (xsfront_kick(&core))
		event_send(guest_si->store_evtchn);
}

/* Watches one after the other, until none has fired: a handler may ask. */
static void run_watches(void)
{
	struct store_watch *w = watches;

	while (w) {
		if (!w->fired) {
			w = w->next;
			continue;
		}
		w->fired = false;
		w->fn(w);
		w = watches;
	}
}

static void on_event(uint32_t port, void *arg)
{
	struct xsfront_msg msg;

	(void)port;
	(void)arg;
	while (!xsfront_pull(&core, &msg))
		if (msg.kind == XSFRONT_WATCH)
			fire(msg.token);
	kick();
	run_watches();
}

static int open(void)
{
	if (ready)
		return 0;
	if (guest_si->store_mfn == 0 ||
	    (guest_si->flags & XY_SIF_INITDOMAIN))
		return -XY_ENODEV;
	xsfront_init(&core, (void *)mfn_va(guest_si->store_mfn));
	ready = true;
	return (int)event_handle(guest_si->store_evtchn, on_event, NULL);
}

/* An answer that comes later would be taken for that of the next question. */
static int silent(void)
{
	core.broken = true;
	say("the store does not answer: no store from here on");
	return -XY_ETIMEDOUT;
}

static int ask(uint32_t type, uint32_t tx, const struct xsfront_part *parts,
	       unsigned int n, struct xsfront_msg *msg)
{
	uint64_t until = now_ns() + PATIENCE_NS;
	int rc = open();

	if (!rc)
		rc = xsfront_ask(&core, type, tx, parts, n);
	while (!rc) {
		rc = xsfront_push(&core);
		if (rc)
			break;
		rc = xsfront_pull(&core, msg);
		if (!rc && msg->kind != XSFRONT_WATCH) {
			rc = msg->kind == XSFRONT_REFUSED ? msg->error : 0;
			break;
		}
		if (!rc) {
			fire(msg->token);
		} else if (rc == -XY_EAGAIN) {
			kick();
			rc = event_wait_port(guest_si->store_evtchn, until) ?
			     0 : silent();
		}
	}
	if (ready)
		kick();
	/* What lies behind the answer, or was noted on the way. */
	if (ready && !core.broken)
		event_raise(guest_si->store_evtchn);
	return rc;
}

static struct xsfront_part text(const char *s)
{
	return (struct xsfront_part){ s, (uint32_t)strlen(s) + 1 };
}

int store_read(uint32_t tx, const char *path, char *value, size_t room)
{
	struct xsfront_part part = text(path);
	struct xsfront_msg msg;
	int rc = ask(XY_XS_READ, tx, &part, 1, &msg);

	if (rc)
		return rc;
	if (msg.len >= room)
		return -XY_E2BIG;
	memcpy(value, msg.value, msg.len + 1);
	return 0;
}

int store_read_number(uint32_t tx, const char *path, unsigned long *value)
{
	char digits[24];
	const char *rest;
	int rc = store_read(tx, path, digits, sizeof(digits));

	if (rc)
		return rc;
	*value = text_number(digits, &rest);
	return rest == digits || *rest ? -XY_EINVAL : 0;
}

int store_write(uint32_t tx, const char *path, const char *value)
{
	struct xsfront_part parts[2] = {
		text(path), { value, (uint32_t)strlen(value) },
	};
	struct xsfront_msg msg;

	return ask(XY_XS_WRITE, tx, parts, 2, &msg);
}

int store_writef(uint32_t tx, const char *path, const char *fmt, ...)
{
	char value[256];
	va_list ap;

	va_start(ap, fmt);
	text_vformat(value, sizeof(value), fmt, ap);
	va_end(ap);
	return store_write(tx, path, value);
}

int store_remove(uint32_t tx, const char *path)
{
	struct xsfront_part part = text(path);
	struct xsfront_msg msg;

	return ask(XY_XS_RM, tx, &part, 1, &msg);
}

int store_directory(uint32_t tx, const char *path, char *names, size_t room,
		    size_t *len)
{
	struct xsfront_part part = text(path);
	struct xsfront_msg msg;
	int rc = ask(XY_XS_DIRECTORY, tx, &part, 1, &msg);

	if (rc)
		return rc;
	if (msg.len >= room)
		return -XY_E2BIG;
	/* With its 0: a last name that was cut is a text all the same. */
	memcpy(names, msg.value, msg.len + 1);
	*len = msg.len;
	return 0;
}

int store_permit(uint32_t tx, const char *path, const char *first,
		 const char *second)
{
	struct xsfront_part parts[3] = {
		text(path), text(first), text(second),
	};
	struct xsfront_msg msg;

	return ask(XY_XS_SET_PERMS, tx, parts, 3, &msg);
}

int store_begin(uint32_t *tx)
{
	struct xsfront_part part = text("");
	struct xsfront_msg msg;
	int rc = ask(XY_XS_TRANSACTION_START, 0, &part, 1, &msg);

	if (!rc)
		*tx = (uint32_t)text_number(msg.value, NULL);
	return rc;
}

int store_end(uint32_t tx, bool commit)
{
	struct xsfront_part part = text(commit ? "T" : "F");
	struct xsfront_msg msg;

	return ask(XY_XS_TRANSACTION_END, tx, &part, 1, &msg);
}

static int watch_op(uint32_t type, struct store_watch *w)
{
	char token[TOKEN_ROOM];
	struct xsfront_part parts[2] = { text(w->path) };
	struct xsfront_msg msg;

	text_format(token, sizeof(token), "%lx", A(w));
	parts[1] = text(token);
	return ask(type, 0, parts, 2, &msg);
}

int store_watch(struct store_watch *w)
{
	int rc;

	w->fired = false;
	w->next = watches;
	watches = w;		/* it fires before the answer */
	rc = watch_op(XY_XS_WATCH, w);
	if (rc)
		watches = w->next;
	return rc;
}

int store_unwatch(struct store_watch *w)
{
	struct store_watch **at = &watches;

	while (*at && *at != w)
		at = &(*at)->next;
	if (*at)
		*at = w->next;
	return watch_op(XY_XS_UNWATCH, w);
}
