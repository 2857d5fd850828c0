/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Test help: speaks the wire protocol to the core through its queues, as a
 * socket or ring would, and fails loudly where the daemon breaks a rule (an
 * answer with another req_id, none, or two).
 */
#include "talk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *why)
{
	fprintf(stderr, "talk: %s\n", why);
	abort();
}

void talk_start(struct talk *t, struct xenstore *x, uint16_t domid)
{
	memset(t, 0, sizeof(*t));
	client_init(&t->client, x, (struct who){ domid, XY_DOMID_INVALID });
}

void talk_end(struct talk *t)
{
	client_clear(&t->client);
}

static int number(const char *name)
{
	static const struct {
		const char *name;
		int err;
	} names[] = {
		{ "EINVAL", EINVAL }, { "EACCES", EACCES },
		{ "EEXIST", EEXIST }, { "ENOENT", ENOENT },
		{ "ENOSPC", ENOSPC }, { "ENOSYS", ENOSYS },
		{ "EROFS", EROFS },   { "EBUSY", EBUSY },
		{ "EAGAIN", EAGAIN }, { "E2BIG", E2BIG },
		{ "EPERM", EPERM },   { "EIO", EIO },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i].name, name))
			return names[i].err;
	die("an error without a name");
	return 0;
}

/* Takes one message off the queue; false: none. Events are noted. */
static bool take(struct talk *t, struct xy_xsd_sockmsg *head, char *data)
{
	size_t len;
	const char *out = client_output(&t->client, &len);

	if (!len)
		return false;
	if (len < sizeof(*head))
		die("half a header");
	memcpy(head, out, sizeof(*head));
	if (len - sizeof(*head) < head->len || head->len > 4096)
		die("half a message");
	memcpy(data, out + sizeof(*head), head->len);
	data[head->len] = '\0';
	client_sent(&t->client, sizeof(*head) + head->len);
	if (head->type == XY_XS_WATCH_EVENT) {
		if (head->req_id || head->tx_id)
			die("an event that is an answer");
		snprintf(t->event[t->events++ % 64], sizeof(t->event[0]),
			 "%.120s|%.120s", data, data + strlen(data) + 1);
	}
	return true;
}

int talk_bytes(struct talk *t, uint32_t tx, uint32_t type, const void *data,
	       size_t len)
{
	static uint32_t id = 1000;
	struct xy_xsd_sockmsg head = { type, ++id, tx, (uint32_t)len };
	char other[XY_STORE_PAYLOAD_MAX + 1];
	bool answered = false;
	size_t room;
	char *where;

	where = client_room(&t->client, &room);
	if (room < sizeof(head) + len)
		die("no room");
	memcpy(where, &head, sizeof(head));
	if (len)
		memcpy(where + sizeof(head), data, len);
	client_fed(&t->client, sizeof(head) + len);
	if (client_step(&t->client) != 1)
		die("not served");
	while (take(t, &head, other)) {
		if (head.type == XY_XS_WATCH_EVENT)
			continue;
		if (answered || head.req_id != id || head.tx_id != tx)
			die("a wrong answer");
		answered = true;
		t->head = head;
		memcpy(t->data, other, sizeof(other));
	}
	if (!answered)
		die("no answer");
	if (t->head.type != XY_XS_ERROR && t->head.type != type)
		die("an answer of another type");
	return t->head.type == XY_XS_ERROR ? -number(t->data) : 0;
}

int talk(struct talk *t, uint32_t tx, uint32_t type, const char *text)
{
	char data[XY_STORE_PAYLOAD_MAX];
	size_t i, len = strlen(text);

	for (i = 0; i < len; i++)
		data[i] = text[i] == '|' ? '\0' : text[i];
	return talk_bytes(t, tx, type, data, len);
}

unsigned int talk_events(struct talk *t)
{
	struct xy_xsd_sockmsg head;
	char data[XY_STORE_PAYLOAD_MAX + 1];
	unsigned int n;

	while (take(t, &head, data))
		if (head.type != XY_XS_WATCH_EVENT)
			die("an answer to nothing");
	n = t->events;
	t->events = 0;
	return n;
}

uint32_t talk_txn(struct talk *t)
{
	if (talk(t, 0, XY_XS_TRANSACTION_START, "|"))
		die("no transaction");
	return (uint32_t)strtoul(t->data, NULL, 10);
}
