/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client's two byte queues.
 *
 * Rules:
 * 1. A length beyond the protocol's maximum ends the client: there is no way
 *    to find the next message.
 * 2. Who does not take his answers is not served: with more than
 *    QUOTA_REPLY_BYTES waiting, his requests stay where they are.
 * 3. Who does not take his events gets fewer: above the limit, one event for
 *    each watch with the watch's own path, which means "look at all of it".
 *    So nothing is lost that a look would not show, and memory is bounded.
 * 4. A message is queued whole or not at all.
 *
 * No lock: one thread. Next on the tour: proto.c.
 */
#include "dom0-tools/xenstored/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xenstored/mem.h"
#include "dom0-tools/xenstored/proto.h"
#include "dom0-tools/xenstored/quota.h"
#include "dom0-tools/xenstored/txn.h"
#include "dom0-tools/xenstored/watch.h"

/* Above this an empty queue gives its memory back. */
#define OUT_KEEP_BYTES (32 * 1024)

void client_init(struct client *c, struct xenstore *x, struct who who)
{
	*c = (struct client){ .x = x, .who = who };
}

static void forget_dirty(struct client *c)
{
	struct client **at = &c->x->dirty;

	if (!c->dirty)
		return;
	while (*at != c)
		at = &(*at)->next_dirty;
	*at = c->next_dirty;
	c->dirty = false;
}

void client_reset(struct client *c)
{
	watch_drop_all(c);
	txn_drop_all(c);
	forget_dirty(c);
	free(c->in);
	free(c->out);
	c->in = c->out = NULL;
	c->in_at = c->in_len = 0;
	c->out_at = c->out_len = c->out_room = 0;
}

void client_clear(struct client *c)
{
	client_reset(c);
	c->x = NULL;
}

char *client_room(struct client *c, size_t *room)
{
	if (!c->in)
		c->in = mem_alloc(CLIENT_IN_BYTES);
	if (c->in_at) {
		memmove(c->in, c->in + c->in_at, c->in_len - c->in_at);
		c->in_len -= c->in_at;
		c->in_at = 0;
	}
	*room = CLIENT_IN_BYTES - c->in_len;
	return c->in + c->in_len;
}

void client_fed(struct client *c, size_t bytes)
{
	c->in_len += bytes;
}

static size_t waiting(const struct client *c)
{
	return c->out_len - c->out_at;
}

int client_step(struct client *c)
{
	size_t have = c->in_len - c->in_at;
	struct xy_xsd_sockmsg head;

	if (have < sizeof(head) || waiting(c) >= QUOTA_REPLY_BYTES)
		return 0;
	memcpy(&head, c->in + c->in_at, sizeof(head));
	if (head.len > XY_STORE_PAYLOAD_MAX)
		return -EPROTO;
	if (have - sizeof(head) < head.len)
		return 0;
	proto_handle(c, &head, c->in + c->in_at + sizeof(head));
	c->in_at += sizeof(head) + head.len;
	if (c->in_at == c->in_len) {
		/* An idle client holds no buffer: there may be thousands. */
		free(c->in);
		c->in = NULL;
		c->in_at = c->in_len = 0;
	}
	return 1;
}

const char *client_output(const struct client *c, size_t *bytes)
{
	*bytes = waiting(c);
	return c->out ? c->out + c->out_at : "";
}

void client_sent(struct client *c, size_t bytes)
{
	c->out_at += bytes;
	if (c->out_at < c->out_len)
		return;
	c->out_at = c->out_len = 0;
	if (c->out_room > OUT_KEEP_BYTES) {
		free(c->out);
		c->out = NULL;
		c->out_room = 0;
	}
}

static void append(struct client *c, const void *data, size_t bytes)
{
	if (bytes) {
		memcpy(c->out + c->out_len, data, bytes);
		c->out_len += bytes;
	}
}

static void reserve(struct client *c, size_t bytes)
{
	if (c->out_len + bytes <= c->out_room)
		return;
	if (c->out_at) {
		memmove(c->out, c->out + c->out_at, waiting(c));
		c->out_len -= c->out_at;
		c->out_at = 0;
	}
	while (c->out_len + bytes > c->out_room)
		c->out_room = c->out_room ? c->out_room * 2 : 512;
	c->out = mem_resize(c->out, c->out_room);
}

void client_send(struct client *c, const struct xy_xsd_sockmsg *head,
		 const void *data)
{
	reserve(c, sizeof(*head) + head->len);
	append(c, head, sizeof(*head));
	append(c, data, head->len);
	if (!c->dirty) {
		c->dirty = true;
		c->next_dirty = c->x->dirty;
		c->x->dirty = c;
	}
}

void client_event(struct client *c, const char *path, const char *own_path,
		  const char *token, bool *folded)
{
	size_t limit = c->who.domid ? QUOTA_EVENT_BYTES
				    : QUOTA_EVENT_BYTES_DOM0;
	struct xy_xsd_sockmsg head = { .type = XY_XS_WATCH_EVENT };
	char data[PATH_ROOM + XY_STORE_PAYLOAD_MAX];
	size_t path_bytes, token_bytes = strlen(token) + 1;

	if (waiting(c) < limit)
		*folded = false;
	else if (*folded)
		return;
	else
		*folded = true;
	if (*folded)
		path = own_path;
	path_bytes = strlen(path) + 1;
	/* Cannot be sent in one message: say at least that there was one. */
	if (path_bytes + token_bytes > XY_STORE_PAYLOAD_MAX) {
		path = own_path;
		path_bytes = strlen(path) + 1;
	}
	memcpy(data, path, path_bytes);
	memcpy(data + path_bytes, token, token_bytes);
	head.len = (uint32_t)(path_bytes + token_bytes);
	client_send(c, &head, data);
}

struct client *client_next_dirty(struct xenstore *x)
{
	struct client *c = x->dirty;

	if (c) {
		x->dirty = c->next_dirty;
		c->dirty = false;
	}
	return c;
}
