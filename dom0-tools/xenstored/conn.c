/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clients on unix sockets: dom0's programs.
 *
 * Rules:
 * 1. No call here waits. What does not go out at once stays in the client's
 *    queue until epoll says that it can.
 * 2. A client gets SHELL_TURN_CONN requests done, then it is the others'
 *    turn; it comes again before the loop sleeps.
 * 3. Who does not take his answers is not read from (interest in EPOLLIN
 *    ends), so he waits in his own write().
 * 4. A connection that broke is closed at once and freed at the end of the
 *    turn, since epoll may already have handed out another event of it.
 *
 * State: two lists, of this thread alone. Next on the tour: main.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "dom0-tools/xenstored/mem.h"
#include "dom0-tools/xenstored/shell.h"

struct listener {
	struct shell shell;
	struct xenstore *x;
	int fd, epoll;
	bool read_only;
};

struct conn {
	struct shell shell;
	struct client client;
	int fd, epoll; /* fd < 0: closed */
	unsigned int interest;
	bool ready;
	struct conn *next_ready;
	struct conn *next_closed;
};

static struct conn *ready_list; /* whole requests may be waiting */
static struct conn *closed_list;

static int bind_socket(int fd, const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	mode_t mask;
	int err;

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	strcpy(addr.sun_path, path);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return -EADDRINUSE;
	unlink(path);
	mask = umask(077);
	err = bind(fd, (struct sockaddr *)&addr, sizeof(addr)) ? -errno : 0;
	umask(mask);
	if (!err && listen(fd, 128))
		err = -errno;
	return err;
}

int conn_listen(struct xenstore *x, int epoll, const char *path, bool read_only)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct listener *l;
	int err;

	if (fd < 0)
		return -errno;
	err = bind_socket(fd, path);
	if (err) {
		close(fd);
		return err;
	}
	l = mem_zalloc(sizeof(*l));
	*l = (struct listener){ { SHELL_LISTEN }, x, fd, epoll, read_only };
	ev.data.ptr = &l->shell;
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &ev)) {
		err = -errno;
		close(fd);
		free(l);
	}
	return err;
}

static void accept_one(struct listener *l)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct conn *n;

	if (fd < 0)
		return;
	n = mem_zalloc(sizeof(*n));
	n->shell.kind = SHELL_CONN;
	n->fd = fd;
	n->epoll = l->epoll;
	n->interest = ev.events;
	client_init(&n->client, l->x,
		    (struct who){ .domid = 0, .target = XY_DOMID_INVALID });
	n->client.read_only = l->read_only;
	n->client.shell = &n->shell;
	ev.data.ptr = &n->shell;
	if (epoll_ctl(n->epoll, EPOLL_CTL_ADD, fd, &ev)) {
		close(fd);
		free(n);
	}
}

static void shut(struct conn *n)
{
	if (n->fd < 0)
		return;
	client_clear(&n->client);
	close(n->fd); /* leaves epoll too */
	n->fd = -1;
	n->next_closed = closed_list;
	closed_list = n;
}

static void make_ready(struct conn *n)
{
	if (n->ready)
		return;
	n->ready = true;
	n->next_ready = ready_list;
	ready_list = n;
}

/* Waits for what can happen next: more requests, or room for answers. */
static void set_interest(struct conn *n)
{
	size_t waiting;
	struct epoll_event ev = { .data.ptr = &n->shell };

	client_output(&n->client, &waiting);
	if (waiting < QUOTA_REPLY_BYTES)
		ev.events |= EPOLLIN;
	if (waiting)
		ev.events |= EPOLLOUT;
	if (ev.events == n->interest)
		return;
	n->interest = ev.events;
	epoll_ctl(n->epoll, EPOLL_CTL_MOD, n->fd, &ev);
}

void conn_flush(struct client *c)
{
	struct conn *n = c->shell;
	const char *data;
	size_t bytes;
	ssize_t sent;

	if (n->fd < 0)
		return;
	data = client_output(c, &bytes);
	sent = bytes ? send(n->fd, data, bytes, MSG_NOSIGNAL) : 0;
	if (sent < 0 && errno != EAGAIN && errno != EINTR) {
		shut(n);
		return;
	}
	if (sent > 0)
		client_sent(c, (size_t)sent);
	set_interest(n);
	/* Requests that waited for this go on. */
	if (c->in_len > c->in_at && (n->interest & EPOLLIN))
		make_ready(n);
}

/* One client's turn. */
static void serve(struct conn *n)
{
	unsigned int i;
	int ret = 1;

	for (i = 0; i < SHELL_TURN_CONN && ret == 1; i++)
		ret = client_step(&n->client);
	if (ret < 0)
		shut(n);
	else if (ret == 1)
		make_ready(n);
}

static void receive(struct conn *n)
{
	size_t room;
	char *where = client_room(&n->client, &room);
	ssize_t got;

	if (!room)
		return;
	got = recv(n->fd, where, room, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		shut(n);
		return;
	}
	client_fed(&n->client, (size_t)got);
	serve(n);
}

void conn_event(struct shell *s, unsigned int events)
{
	struct conn *n = (struct conn *)s; /* shell is its first member */

	if (s->kind == SHELL_LISTEN) {
		accept_one((struct listener *)s);
		return;
	}
	if (n->fd >= 0 && (events & EPOLLOUT))
		conn_flush(&n->client);
	if (n->fd >= 0 && (events & EPOLLIN))
		receive(n);
	else if (n->fd >= 0 && (events & (EPOLLHUP | EPOLLERR)))
		shut(n);
}

void conn_serve(void)
{
	struct conn *n = ready_list, *next;

	ready_list = NULL;
	for (; n; n = next) {
		next = n->next_ready;
		n->ready = false;
		if (n->fd >= 0)
			serve(n);
	}
}

bool conn_any_ready(void)
{
	return ready_list;
}

void conn_reap(void)
{
	struct conn **at = &closed_list, *n;

	while ((n = *at)) {
		if (n->ready) { /* on the other list until its turn */
			at = &n->next_closed;
			continue;
		}
		*at = n->next_closed;
		free(n);
	}
}
