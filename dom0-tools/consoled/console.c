/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A domain's console: from its ring to log and terminal, and back.
 *
 * Rules:
 * 1. What a guest prints is in its log before anything else is done with it.
 *    A guest is never kept waiting for a slow reader: what the terminal does
 *    not take waits in the backlog, the oldest is dropped.
 * 2. The first byte after a silence is taken at once. Then the port stays
 *    masked for a moment ("held"), and the ring is looked at again: a kernel
 *    prints 16 bytes at a time, and each event would cost both sides more
 *    than the bytes. A long burst is not held up, unless it never ends.
 * 3. The port is unmasked before the ring is looked at, so nothing is lost.
 * 4. What is typed goes to the guest as far as there is room; the rest stays
 *    in the terminal.
 * 5. The terminal's other end is kept open here too: a reader that leaves
 *    does not hang it up.
 *
 * No lock: one thread. Next on the tour: main.c.
 */
#include "dom0-tools/consoled/console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <termios.h>
#include <unistd.h>

#include "dom0-tools/lib/evtchn.h"

#define PORTS_AT_ONCE 64
/* A helping of this size means a burst: rule 2. */
#define BURST_BYTES 512
#define BURST_STREAK 4

struct console *console_find(const struct consoles *cs, uint16_t domid)
{
	struct console *c;

	for (c = cs->list; c; c = c->next)
		if (c->domid == domid)
			return c;
	return NULL;
}

static void set_interest(struct consoles *cs, struct console *c)
{
	struct epoll_event ev = { .data.ptr = &c->source };

	if (c->master < 0)
		return;
	if (conring_room(c->ring))
		ev.events |= EPOLLIN;
	if (c->backlog.len)
		ev.events |= EPOLLOUT;
	if (ev.events == c->interest)
		return;
	c->interest = ev.events;
	epoll_ctl(cs->epoll, EPOLL_CTL_MOD, c->master, &ev);
}

/* Gives the terminal what it takes of the backlog. */
static void show_backlog(struct console *c)
{
	const char *data;
	size_t len;
	ssize_t n;

	while (c->master >= 0 && c->backlog.len) {
		data = backlog_peek(&c->backlog, &len);
		n = write(c->master, data, len);
		if (n <= 0)
			return;
		backlog_drop(&c->backlog, (size_t)n);
	}
}

static void show(struct console *c, const char *data, size_t len)
{
	ssize_t n = 0;

	if (c->master >= 0 && !c->backlog.len)
		n = write(c->master, data, len);
	if (n < 0)
		n = 0;
	if ((size_t)n < len)
		backlog_add(&c->backlog, data + n, len - (size_t)n);
}

/* Takes what lies in the ring, once: how much it was. */
static size_t take(struct consoles *cs, struct console *c)
{
	char buf[XY_CONSOLE_OUT_SIZE];
	int n = conring_take(c->ring, buf, sizeof(buf));

	if (n == -EPROTO) {
		n = snprintf(buf, sizeof(buf),
			     "\r\n[consoled: output lost]\r\n");
	}
	if (n <= 0)
		return 0;
	logfile_write(&c->log, buf, (size_t)n);
	/* From here the guest may print more. */
	evtchn_notify(cs->evtchn, (uint32_t)c->port);
	show(c, buf, (size_t)n);
	return (size_t)n;
}

static void hold(struct consoles *cs, struct console *c, bool on)
{
	if (c->held != on)
		cs->held += on ? 1 : -1u;
	c->held = on;
}

/* The port is masked. Looks, and decides whether to unmask it now. */
static void look(struct consoles *cs, struct console *c)
{
	size_t bytes = take(cs, c);
	bool burst = bytes >= BURST_BYTES && c->streak < BURST_STREAK;

	c->streak = burst ? c->streak + 1 : 0;
	if (bytes && !burst) {
		hold(cs, c, true);
	} else {
		hold(cs, c, false);
		evtchn_unmask(cs->evtchn, (uint32_t)c->port);
		take(cs, c); /* what came before the unmasking */
	}
	/* The guest may also have read what was typed. */
	set_interest(cs, c);
}

void console_events(struct consoles *cs)
{
	uint32_t ports[PORTS_AT_ONCE];
	int i, n = evtchn_pending_many(cs->evtchn, ports, PORTS_AT_ONCE);
	struct console *c;

	for (i = 0; i < n; i++) {
		for (c = cs->list; c; c = c->next)
			if (c->port == (int)ports[i])
				break;
		if (c)
			look(cs, c);
		else
			evtchn_unmask(cs->evtchn, ports[i]);
	}
}

void console_look_again(struct consoles *cs)
{
	struct console *c;

	for (c = cs->list; c && cs->held; c = c->next)
		if (c->held)
			look(cs, c);
}

void console_typed(struct consoles *cs, struct console *c, unsigned int events)
{
	char buf[XY_CONSOLE_IN_SIZE];
	size_t room = conring_room(c->ring);
	ssize_t n;

	if ((events & EPOLLIN) && room) {
		n = read(c->master, buf, room);
		if (n > 0 && conring_put(c->ring, buf, (size_t)n) > 0)
			evtchn_notify(cs->evtchn, (uint32_t)c->port);
	}
	if (events & EPOLLOUT)
		show_backlog(c);
	set_interest(cs, c);
}

static int connect_ring(struct consoles *cs, struct console *c)
{
	int ret = ring_page_map(&cs->pages, c->domid, c->mfn,
				RING_PAGE_CONSOLE_GREF, &c->page);

	if (ret)
		return ret;
	c->ring = c->page.addr;
	ret = evtchn_bind_interdomain(cs->evtchn, c->domid, c->remote_port);
	if (ret < 0)
		return ret;
	c->port = ret;
	return 0;
}

struct console *console_open(struct consoles *cs,
			     const struct console_spec *spec)
{
	struct console *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return NULL;
	c->source.kind = SOURCE_TERMINAL;
	c->domid = spec->domid;
	c->mfn = spec->mfn;
	c->remote_port = spec->port;
	c->port = c->master = c->slave = -1;
	c->next = cs->list;
	cs->list = c;
	logfile_open(&c->log, cs->log_dir, spec->name);
	err = connect_ring(cs, c);
	if (err) {
		console_close(cs, c);
		errno = -err;
		return NULL;
	}
	/* It may have printed before we listened. */
	take(cs, c);
	return c;
}

/* Bytes pass through the terminal as they are. */
static void make_raw(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) == 0) {
		cfmakeraw(&t);
		tcsetattr(fd, TCSANOW, &t);
	}
}

int console_terminal(struct consoles *cs, struct console *c)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = &c->source };
	int err = 0;

	c->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (c->master < 0)
		return -errno;
	if (grantpt(c->master) || unlockpt(c->master) ||
	    ptsname_r(c->master, c->tty, sizeof(c->tty)))
		err = -errno;
	if (!err) {
		c->slave = open(c->tty, O_RDWR | O_NOCTTY | O_CLOEXEC);
		if (c->slave < 0)
			err = -errno;
	}
	if (!err) {
		make_raw(c->slave);
		if (epoll_ctl(cs->epoll, EPOLL_CTL_ADD, c->master, &ev))
			err = -errno;
	}
	if (err) {
		close(c->master);
		c->master = -1;
		return err;
	}
	c->interest = EPOLLIN;
	show_backlog(c);
	set_interest(cs, c);
	return 0;
}

void console_close(struct consoles *cs, struct console *c)
{
	struct console **at = &cs->list;

	if (c->ring && c->port >= 0)
		take(cs, c);
	hold(cs, c, false);
	if (c->port >= 0)
		evtchn_unbind(cs->evtchn, (uint32_t)c->port);
	ring_page_unmap(&cs->pages, &c->page);
	if (c->slave >= 0)
		close(c->slave);
	if (c->master >= 0)
		close(c->master);
	logfile_close(&c->log);
	backlog_clear(&c->backlog);
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	free(c);
}
