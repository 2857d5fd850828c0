/* SPDX-License-Identifier: MIT */
/*
 * The xenstore client library: connections, watches, domains.
 *
 * Rules: those of store.h. In addition: xs_fileno()'s descriptor is made when
 * first asked for, since programs that only read and write do without it; it
 * is an epoll set of the connection and of a flag "events are queued", so
 * that whoever polls it misses none.
 *
 * One handle, one thread. Never prints, never exits.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "dom0-tools/lib/store.h"
#include "dom0-tools/lib/store_wire.h"

#define SOCKET_PATH "/run/xenstored/socket"
#define DEVICE_PATH "/dev/xen/xenbus"

static int open_socket(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd, err;

	if (strlen(path) >= sizeof(addr.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(addr.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || !connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

static int open_link(void)
{
	const char *path = getenv("XENSTORED_PATH");
	struct stat st;
	int fd;

	if (path && stat(path, &st) == 0 && S_ISCHR(st.st_mode))
		return open(path, O_RDWR | O_CLOEXEC);
	if (path)
		return open_socket(path);
	fd = open_socket(SOCKET_PATH);
	return fd < 0 ? open(DEVICE_PATH, O_RDWR | O_CLOEXEC) : fd;
}

struct xs_handle *xs_open_fd(int fd)
{
	struct xs_handle *h = calloc(1, sizeof(*h));
	struct stat st;

	if (!h) {
		close(fd);
		return NULL;
	}
	h->fd = fd;
	h->socket = fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
	h->events_end = &h->events;
	h->kept_end = &h->kept;
	h->poll = h->signal = -1;
	return h;
}

struct xs_handle *xs_open(unsigned long flags)
{
	int fd = open_link();

	(void)flags;
	return fd < 0 ? NULL : xs_open_fd(fd);
}

struct xs_handle *xs_daemon_open(void)
{
	return xs_open(0);
}

void xs_close(struct xs_handle *h)
{
	struct store_msg *m;

	if (!h)
		return;
	if (!h->broken)
		store_settle(h);
	while ((m = h->events)) {
		h->events = m->next;
		free(m);
	}
	while ((m = h->kept)) {
		h->kept = m->next;
		free(m);
	}
	if (h->poll >= 0)
		close(h->poll);
	if (h->signal >= 0)
		close(h->signal);
	close(h->fd);
	free(h);
}

void xs_daemon_close(struct xs_handle *h)
{
	xs_close(h);
}

void xs_daemon_destroy_postfork(struct xs_handle *h)
{
	if (h)
		h->broken = true; /* so nothing is sent */
	xs_close(h);
}

static bool watch_both(int poll, int a, int b)
{
	struct epoll_event ev = { .events = EPOLLIN };

	return !epoll_ctl(poll, EPOLL_CTL_ADD, a, &ev) &&
	       !epoll_ctl(poll, EPOLL_CTL_ADD, b, &ev);
}

int xs_fileno(struct xs_handle *h)
{
	if (h->poll >= 0)
		return h->poll;
	h->signal = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (h->signal < 0)
		return -1;
	h->poll = epoll_create1(EPOLL_CLOEXEC);
	if (h->poll < 0 || !watch_both(h->poll, h->fd, h->signal)) {
		close(h->signal);
		if (h->poll >= 0)
			close(h->poll);
		h->poll = h->signal = -1;
		return -1;
	}
	store_signal(h);
	return h->poll;
}

static struct iovec text(const char *s)
{
	return (struct iovec){ (void *)(uintptr_t)s, strlen(s) + 1 };
}

static struct store_request pair(uint32_t type, const char *a, const char *b)
{
	return (struct store_request){ .type = type,
				       .part = { text(a), text(b) },
				       .parts = 2 };
}

bool xs_watch(struct xs_handle *h, const char *path, const char *token)
{
	struct store_request q = pair(XY_XS_WATCH, path, token);

	return store_do(h, &q);
}

bool xs_watch_depth(struct xs_handle *h, const char *path, const char *token,
		    unsigned int depth)
{
	struct store_request q = pair(XY_XS_WATCH, path, token);
	char number[16];

	snprintf(number, sizeof(number), "%u", depth);
	q.part[q.parts++] = text(number);
	return store_do(h, &q);
}

/* Takes queued events of the pair out: path itself or beneath it. */
static void drop_events(struct xs_handle *h, const char *path,
			const char *token)
{
	struct store_msg **at = &h->events, *m;
	const char *where;

	while ((m = *at)) {
		where = m->data;
		if (strlen(where) + 1 < m->head.len &&
		    !strcmp(where + strlen(where) + 1, token) &&
		    xs_path_is_subpath(path, where)) {
			*at = m->next;
			free(m);
		} else {
			at = &m->next;
		}
	}
	h->events_end = at;
	store_signal(h);
}

bool xs_unwatch(struct xs_handle *h, const char *path, const char *token)
{
	struct store_request q = pair(XY_XS_UNWATCH, path, token);

	if (!store_do(h, &q))
		return false;
	/* After the answer no more of them can come. */
	drop_events(h, path, token);
	return true;
}

static char **event_vector(struct store_msg *m)
{
	size_t path = strlen(m->data), bytes = m->head.len + 1;
	char **list = malloc(3 * sizeof(*list) + bytes);
	char *copy;

	if (list) {
		copy = (char *)(list + 3);
		memcpy(copy, m->data, bytes);
		list[XS_WATCH_PATH] = copy;
		/* Without a token the last NUL is one that is empty. */
		list[XS_WATCH_TOKEN] =
			copy + (path < m->head.len ? path + 1 : path);
		list[2] = NULL;
	}
	free(m);
	return list;
}

char **xs_read_watch(struct xs_handle *h, unsigned int *num)
{
	struct store_msg *m = store_event(h, true);

	*num = 2;
	return m ? event_vector(m) : NULL;
}

char **xs_check_watch(struct xs_handle *h)
{
	struct store_msg *m = store_event(h, false);

	return m ? event_vector(m) : NULL;
}

/* One to three numbers, each with its NUL. */
static struct store_msg *with_numbers(struct xs_handle *h, uint32_t type,
				      const unsigned long *number,
				      unsigned int count)
{
	struct store_request q = { .type = type, .parts = count };
	char buf[3][24];
	unsigned int i;

	for (i = 0; i < count; i++) {
		snprintf(buf[i], sizeof(buf[i]), "%lu", number[i]);
		q.part[i] = text(buf[i]);
	}
	return store_call(h, &q);
}

static bool told(struct store_msg *m)
{
	free(m);
	return m;
}

bool xs_introduce_domain(struct xs_handle *h, unsigned int domid,
			 unsigned long mfn, unsigned int eventchn)
{
	unsigned long number[] = { domid, mfn, eventchn };

	return told(with_numbers(h, XY_XS_INTRODUCE, number, 3));
}

bool xs_release_domain(struct xs_handle *h, unsigned int domid)
{
	unsigned long number[] = { domid };

	return told(with_numbers(h, XY_XS_RELEASE, number, 1));
}

bool xs_resume_domain(struct xs_handle *h, unsigned int domid)
{
	unsigned long number[] = { domid };

	return told(with_numbers(h, XY_XS_RESUME, number, 1));
}

bool xs_set_target(struct xs_handle *h, unsigned int domid, unsigned int target)
{
	unsigned long number[] = { domid, target };

	return told(with_numbers(h, XY_XS_SET_TARGET, number, 2));
}

bool xs_is_domain_introduced(struct xs_handle *h, unsigned int domid)
{
	unsigned long number[] = { domid };
	struct store_msg *m;
	bool yes;

	m = with_numbers(h, XY_XS_IS_DOMAIN_INTRODUCED, number, 1);
	yes = m && m->data[0] == 'T';
	free(m);
	return yes;
}

char *xs_get_domain_path(struct xs_handle *h, unsigned int domid)
{
	unsigned long number[] = { domid };
	struct store_msg *m = with_numbers(h, XY_XS_GET_DOMAIN_PATH, number, 1);

	if (m)
		memmove(m, m->data, m->head.len + 1);
	return (char *)m;
}

char *xs_control_command(struct xs_handle *h, const char *cmd, void *data,
			 unsigned int len)
{
	struct store_request q = { .type = XY_XS_CONTROL,
				   .part = { text(cmd), { data, len } },
				   .parts = data ? 2 : 1 };
	struct store_msg *m = store_call(h, &q);

	if (m)
		memmove(m, m->data, m->head.len + 1);
	return (char *)m;
}

bool xs_path_is_subpath(const char *parent, const char *child)
{
	size_t len = strlen(parent);

	if (len && parent[len - 1] == '/')
		len--;
	return !strncmp(parent, child, len) &&
	       (child[len] == '\0' || child[len] == '/');
}
