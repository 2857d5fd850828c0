/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Domains come and go.
 *
 * Rules:
 * 1. A domain is looked at when it is introduced: whoever introduces it has
 *    written console/{ring-ref,port} before. If not, its console directory is
 *    watched until they are there.
 * 2. All it takes is one message from the store and one round trip to it.
 * 3. The ring first, the terminal after: what the guest says comes into the
 *    log at once, and whoever wants the terminal waits for its path.
 * 4. A page of a dying domain keeps it from going. So at each release the
 *    domains concerned are asked for, and those that die are let go.
 * 5. With a server whose watches know no depth, events name no domain, and
 *    all are compared.
 *
 * No lock: one thread. Next on the tour: main.c.
 */
#include "dom0-tools/consoled/domains.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/domctl.h"

#define NAME_MAX_BYTES 200 /* of a domain; what is longer is cut */
#define TOKEN_CONSOLE "console/" /* and the domain's number */

static int watch(struct xs_handle *h, const char *name)
{
	if (xs_watch_depth(h, name, name, 1) || xs_watch(h, name, name))
		return 0;
	return -errno;
}

int domains_start(struct xs_handle *h)
{
	int err = watch(h, "@introduceDomain");

	return err ? err : watch(h, "@releaseDomain");
}

static bool number(const char *s, unsigned long long *out)
{
	char *end;

	if (!s || *s < '0' || *s > '9')
		return false;
	*out = strtoull(s, &end, 10);
	return *end == '\0';
}

enum { NAME, RING_REF, PORT, KEYS };

static const char *const keys[KEYS] = { "name", "console/ring-ref",
					"console/port" };

static bool read_keys(struct xs_handle *h, uint16_t domid, char *value[KEYS])
{
	char path[KEYS][64];
	const char *list[KEYS];
	int i;

	for (i = 0; i < KEYS; i++) {
		snprintf(path[i], sizeof(path[i]), "/local/domain/%u/%s", domid,
			 keys[i]);
		list[i] = path[i];
	}
	return xs_read_batch(h, XBT_NULL, list, value, KEYS);
}

/* The directory in which the keys will appear. */
static void wait_for_keys(struct consoles *cs, struct xs_handle *h,
			  uint16_t domid, bool on)
{
	char path[64], token[32];

	snprintf(path, sizeof(path), "/local/domain/%u/console", domid);
	snprintf(token, sizeof(token), TOKEN_CONSOLE "%u", domid);
	if (on && xs_watch(h, path, token))
		cs->waiting++;
	if (!on && xs_unwatch(h, path, token))
		cs->waiting--;
}

/*
 * Writes the terminal's path, unless the domain's nodes are gone: they must
 * not come back. False: somebody was faster, look again.
 */
static bool write_tty(struct xs_handle *h, const struct console *c)
{
	xs_transaction_t t = xs_transaction_start(h);
	char path[64], *port;

	if (t == XBT_NULL)
		return true;
	snprintf(path, sizeof(path), "/local/domain/%u/console/port", c->domid);
	port = xs_read(h, t, path, NULL);
	free(port);
	if (!port) {
		xs_transaction_end(h, t, true);
		return true;
	}
	snprintf(path, sizeof(path), "/local/domain/%u/console/tty", c->domid);
	xs_post_write(h, t, path, c->tty, (unsigned int)strlen(c->tty));
	return xs_transaction_end(h, t, false) || errno != EAGAIN;
}

static void announce(struct consoles *cs, struct xs_handle *h,
		     struct console *c)
{
	int err = console_terminal(cs, c);

	if (err) {
		fprintf(stderr, "consoled: domain %u: no terminal: %s\n",
			c->domid, strerror(-err));
		return;
	}
	while (!write_tty(h, c))
		;
	xs_post_flush(h); /* forgets the verdict */
}

static void open_with(struct consoles *cs, struct xs_handle *h,
		      const struct console_spec *spec)
{
	struct console *c = console_find(cs, spec->domid);

	if (c && c->mfn == spec->mfn && c->remote_port == spec->port)
		return;
	if (c)
		console_close(cs, c);
	c = console_open(cs, spec);
	if (c)
		announce(cs, h, c);
	else
		fprintf(stderr, "consoled: domain %u: no console: %s\n",
			spec->domid, strerror(errno));
}

/* again: the keys were waited for. */
static void appeared(struct consoles *cs, struct xs_handle *h, uint16_t domid,
		     bool again)
{
	unsigned long long mfn, port;
	char *value[KEYS] = { NULL };
	char name[NAME_MAX_BYTES];
	struct console_spec spec;
	int i;

	if (domid == 0 || !read_keys(h, domid, value))
		return;
	if (number(value[RING_REF], &mfn) && number(value[PORT], &port)) {
		if (again)
			wait_for_keys(cs, h, domid, false);
		snprintf(name, sizeof(name), "%s",
			 value[NAME] ? value[NAME] : "");
		spec = (struct console_spec){ domid, mfn, (uint32_t)port,
					      name };
		if (!*name)
			snprintf(name, sizeof(name), "%u", domid);
		open_with(cs, h, &spec);
	} else if (!again) {
		wait_for_keys(cs, h, domid, true);
	}
	for (i = 0; i < KEYS; i++)
		free(value[i]);
}

static void compare_all(struct consoles *cs, struct xs_handle *h)
{
	unsigned int i, n;
	unsigned long long domid;
	char **list = xs_directory(h, XBT_NULL, "/local/domain", &n);

	for (i = 0; list && i < n; i++)
		if (number(list[i], &domid) && domid &&
		    domid < XY_DOMID_FIRST_RESERVED &&
		    !console_find(cs, (uint16_t)domid))
			appeared(cs, h, (uint16_t)domid, false);
	free(list);
}

static bool lives(struct consoles *cs, struct xs_handle *h, uint16_t domid)
{
	struct xy_domctl_getdomaininfo info;

	if (cs->pages.have_call &&
	    (call_domain_info(&cs->pages.call, domid, &info) ||
	     (info.flags & XY_DOMINF_dying)))
		return false;
	return xs_is_domain_introduced(h, domid);
}

/* domid 0: any of them. */
static void released(struct consoles *cs, struct xs_handle *h, uint16_t domid)
{
	struct console *c, *next;

	if (domid && cs->waiting && !console_find(cs, domid))
		wait_for_keys(cs, h, domid, false);
	for (c = cs->list; c; c = next) {
		next = c->next;
		if ((!domid || c->domid == domid) && !lives(cs, h, c->domid))
			console_close(cs, c);
	}
}

/* The number behind the last '/'; 0: there is none. */
static uint16_t domid_in(const char *s)
{
	const char *slash = strrchr(s, '/');
	unsigned long long domid;

	if (!slash || !number(slash + 1, &domid) ||
	    domid >= XY_DOMID_FIRST_RESERVED)
		return 0;
	return (uint16_t)domid;
}

static void one_event(struct consoles *cs, struct xs_handle *h, char **event)
{
	const char *path = event[XS_WATCH_PATH], *token = event[XS_WATCH_TOKEN];

	if (!strncmp(token, TOKEN_CONSOLE, strlen(TOKEN_CONSOLE)))
		appeared(cs, h, domid_in(token), true);
	else if (!strncmp(path, "@releaseDomain", 14))
		released(cs, h, domid_in(path));
	else if (domid_in(path))
		appeared(cs, h, domid_in(path), false);
	else
		compare_all(cs, h);
}

bool domains_events(struct consoles *cs, struct xs_handle *h)
{
	char **event;

	while ((event = xs_check_watch(h))) {
		one_event(cs, h, event);
		free(event);
	}
	return errno == EAGAIN;
}
