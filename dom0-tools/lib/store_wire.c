/* SPDX-License-Identifier: MIT */
/*
 * A store handle's traffic.
 *
 * Rules:
 * 1. Every read that has to wait is one system call for all that has arrived;
 *    every request leaves in one. Each system call is dear in dom0.
 * 2. Answers come in the order of the requests; events come in between and
 *    go to the queue. Between calls no whole message is left uncut.
 * 3. While a request cannot leave, what arrives is taken in: neither side can
 *    block the other with a full pipe.
 * 4. A stream that makes no sense, or ends, breaks the handle for good: EIO.
 *
 * One handle, one thread. Never prints, never exits.
 */
#include "dom0-tools/lib/store_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>


static bool give_up(struct xs_handle *h)
{
	h->broken = true;
	errno = EIO;
	return false;
}

/* Reads once. *got 0: nothing there (only without wait). */
static bool receive(struct xs_handle *h, bool wait, size_t *got)
{
	size_t room = sizeof(h->in) - h->in_len;
	struct pollfd p = { .fd = h->fd, .events = POLLIN };
	ssize_t n;

	*got = 0;
	for (;;) {
		if (!h->socket && !wait && poll(&p, 1, 0) == 0)
			return true;
		n = h->socket ? recv(h->fd, h->in + h->in_len, room,
				     wait ? 0 : MSG_DONTWAIT)
			      : read(h->fd, h->in + h->in_len, room);
		if (n > 0) {
			h->in_len += (size_t)n;
			*got = (size_t)n;
			return true;
		}
		if (n == 0 || (errno != EINTR && errno != EAGAIN))
			return give_up(h);
		if (errno == EAGAIN && !wait)
			return true;
		if (errno == EAGAIN && poll(&p, 1, -1) < 0 && errno != EINTR)
			return give_up(h);
	}
}

/* Cuts the next whole message off what has arrived; NULL: not there yet. */
static struct store_msg *next_message(struct xs_handle *h)
{
	struct xy_xsd_sockmsg head;
	struct store_msg *m;
	size_t bytes;

	if (h->in_len < sizeof(head))
		return NULL;
	memcpy(&head, h->in, sizeof(head));
	if (head.len > XY_STORE_PAYLOAD_MAX) {
		give_up(h);
		return NULL;
	}
	bytes = sizeof(head) + head.len;
	if (h->in_len < bytes)
		return NULL;
	m = malloc(sizeof(*m) + head.len + 1);
	if (!m) {
		give_up(h);
		return NULL;
	}
	m->next = NULL;
	m->head = head;
	memcpy(m->data, h->in + sizeof(head), head.len);
	m->data[head.len] = '\0';
	h->in_len -= bytes;
	memmove(h->in, h->in + bytes, h->in_len);
	return m;
}

void store_signal(struct xs_handle *h)
{
	uint64_t one = 1;
	bool want = h->events != NULL;

	if (h->signal < 0 || h->signalled == want)
		return;
	h->signalled = want;
	if (want)
		(void)!write(h->signal, &one, sizeof(one));
	else
		(void)!read(h->signal, &one, sizeof(one));
}

static void queue_event(struct xs_handle *h, struct store_msg *m)
{
	*h->events_end = m;
	h->events_end = &m->next;
	store_signal(h);
}

/* The next message that is not an event. */
static struct store_msg *next_answer(struct xs_handle *h)
{
	struct store_msg *m = h->kept;
	size_t got;

	if (m) {
		h->kept = m->next;
		if (!h->kept)
			h->kept_end = &h->kept;
		return m;
	}
	for (;;) {
		m = next_message(h);
		if (m && m->head.type != XY_XS_WATCH_EVENT)
			return m;
		if (m)
			queue_event(h, m);
		else if (h->broken || !receive(h, true, &got))
			return NULL;
	}
}

static int error_number(const struct store_msg *m)
{
	static const struct {
		const char *name;
		int err;
	} names[] = {
		{ "EINVAL", EINVAL },	    { "EACCES", EACCES },
		{ "EEXIST", EEXIST },	    { "EISDIR", EISDIR },
		{ "ENOENT", ENOENT },	    { "ENOMEM", ENOMEM },
		{ "ENOSPC", ENOSPC },	    { "EIO", EIO },
		{ "ENOTEMPTY", ENOTEMPTY }, { "ENOSYS", ENOSYS },
		{ "EROFS", EROFS },	    { "EBUSY", EBUSY },
		{ "EAGAIN", EAGAIN },	    { "EISCONN", EISCONN },
		{ "E2BIG", E2BIG },	    { "EPERM", EPERM },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i].name, m->data))
			return names[i].err;
	return EINVAL;
}

/* Sorts what has arrived while no answer but those to posts is due. */
static void collect(struct xs_handle *h)
{
	struct store_msg *m;

	while ((m = next_message(h))) {
		if (m->head.type == XY_XS_WATCH_EVENT) {
			queue_event(h, m);
			continue;
		}
		if (h->keep) {
			*h->kept_end = m;
			h->kept_end = &m->next;
			continue;
		}
		if (h->unanswered) {
			if (m->head.type == XY_XS_ERROR && !h->post_error)
				h->post_error = error_number(m);
			h->unanswered--;
		} else {
			give_up(h);
		}
		free(m);
	}
}

/*
 * The pipe is full. The server may be waiting for us to take what it sent,
 * so that has to be done meanwhile.
 */
static bool wait_for_room(struct xs_handle *h)
{
	struct pollfd p = { .fd = h->fd, .events = POLLIN | POLLOUT };
	size_t got;

	while (poll(&p, 1, -1) < 0)
		if (errno != EINTR)
			return give_up(h);
	if (!(p.revents & POLLIN))
		return true;
	if (!receive(h, false, &got))
		return false;
	collect(h);
	return !h->broken || give_up(h);
}

static bool send_all(struct xs_handle *h, struct iovec *part, size_t parts)
{
	struct msghdr m = { .msg_iov = part, .msg_iovlen = parts };
	ssize_t n;

	while (m.msg_iovlen) {
		n = h->socket ? sendmsg(h->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT)
			      : writev(h->fd, m.msg_iov, (int)m.msg_iovlen);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			if (!wait_for_room(h))
				return false;
			continue;
		}
		if (n < 0)
			return give_up(h);
		while (m.msg_iovlen && (size_t)n >= m.msg_iov->iov_len) {
			n -= (ssize_t)m.msg_iov->iov_len;
			m.msg_iov++;
			m.msg_iovlen--;
		}
		if (m.msg_iovlen) {
			m.msg_iov->iov_base = (char *)m.msg_iov->iov_base + n;
			m.msg_iov->iov_len -= (size_t)n;
		}
	}
	return true;
}

bool store_fits(const struct store_request *q, size_t *bytes)
{
	unsigned int i;

	*bytes = 0;
	for (i = 0; i < q->parts; i++)
		*bytes += q->part[i].iov_len;
	if (*bytes <= XY_STORE_PAYLOAD_MAX)
		return true;
	errno = E2BIG;
	return false;
}

static struct xy_xsd_sockmsg header(struct xs_handle *h,
				    const struct store_request *q, size_t bytes)
{
	return (struct xy_xsd_sockmsg){ .type = q->type,
					.req_id = ++h->last_req,
					.tx_id = q->tx,
					.len = (uint32_t)bytes };
}

/* The answers to what was posted; the first failure is kept. */
static bool take_posted(struct xs_handle *h)
{
	struct store_msg *m;

	while (h->unanswered) {
		m = next_answer(h);
		if (!m)
			return false;
		if (m->head.type == XY_XS_ERROR && !h->post_error)
			h->post_error = error_number(m);
		h->unanswered--;
		free(m);
	}
	return true;
}

/* Sends the request, what is posted ahead of it: one system call. */
static bool send_request(struct xs_handle *h, const struct store_request *q,
			 struct xy_xsd_sockmsg *head)
{
	struct iovec part[5] = { { h->out, h->out_len },
				 { head, sizeof(*head) } };
	size_t bytes;

	if (!store_fits(q, &bytes))
		return false;
	if (h->broken)
		return give_up(h);
	*head = header(h, q, bytes);
	memcpy(part + 2, q->part, q->parts * sizeof(part[0]));
	h->out_len = 0;
	return send_all(h, part, q->parts + 2);
}

struct store_msg *store_call(struct xs_handle *h, const struct store_request *q)
{
	struct xy_xsd_sockmsg head;
	struct store_msg *m;
	int err;

	if (!send_request(h, q, &head) || !take_posted(h))
		return NULL;
	m = next_answer(h);
	collect(h); /* events that came with it must show in xs_fileno() */
	if (!m)
		return NULL;
	if (m->head.type == q->type && m->head.req_id == head.req_id)
		return m;
	err = m->head.type == XY_XS_ERROR ? error_number(m) : 0;
	free(m);
	if (err)
		errno = err;
	else
		give_up(h);
	return NULL;
}

bool store_do(struct xs_handle *h, const struct store_request *q)
{
	struct store_msg *m = store_call(h, q);

	free(m);
	return m;
}

/* Sends what is posted; the answers are still to come. */
static bool push_out(struct xs_handle *h)
{
	struct iovec all = { h->out, h->out_len };

	if (h->broken)
		return give_up(h);
	if (!h->out_len)
		return true;
	h->out_len = 0;
	return send_all(h, &all, 1);
}

bool store_settle(struct xs_handle *h)
{
	if (!push_out(h) || !take_posted(h))
		return false;
	collect(h);
	return true;
}

bool store_post(struct xs_handle *h, const struct store_request *q)
{
	struct xy_xsd_sockmsg head;
	unsigned int i;
	size_t bytes;

	if (!store_fits(q, &bytes))
		return false;
	if (h->unanswered >= STORE_MOST_UNANSWERED && !store_settle(h))
		return false;
	if (sizeof(h->out) - h->out_len < sizeof(head) + bytes && !push_out(h))
		return false;
	head = header(h, q, bytes);
	memcpy(h->out + h->out_len, &head, sizeof(head));
	h->out_len += sizeof(head);
	for (i = 0; i < q->parts; i++) {
		memcpy(h->out + h->out_len, q->part[i].iov_base,
		       q->part[i].iov_len);
		h->out_len += q->part[i].iov_len;
	}
	h->unanswered++;
	return true;
}

bool store_batch_begin(struct xs_handle *h)
{
	h->keep = store_settle(h);
	return h->keep;
}

struct store_msg *store_batch_answer(struct xs_handle *h, int *err)
{
	struct store_msg *m = push_out(h) ? next_answer(h) : NULL;

	if (m) {
		h->unanswered--;
		*err = m->head.type == XY_XS_ERROR ? error_number(m) : 0;
	}
	return m;
}

void store_batch_end(struct xs_handle *h)
{
	h->keep = false;
	collect(h);
}

struct store_msg *store_event(struct xs_handle *h, bool wait)
{
	struct store_msg *m;
	size_t got = 1;

	if (wait && !push_out(h))
		return NULL;
	while (!h->events && got) {
		if (h->broken) {
			give_up(h);
			return NULL;
		}
		if (!receive(h, wait, &got))
			return NULL;
		collect(h);
	}
	m = h->events;
	if (!m) {
		errno = EAGAIN;
		return NULL;
	}
	h->events = m->next;
	if (!h->events)
		h->events_end = &h->events;
	store_signal(h);
	return m;
}
