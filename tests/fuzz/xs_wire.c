/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzer: bytes of two clients, a guest and domain 0, as streams into the
 * daemon's core.
 *
 * The input is a row of pieces: one byte that chooses the client and what is
 * done with its output, one byte of length, the bytes. So messages arrive
 * cut, joined and malformed. A header whose type and length are small is made
 * of a short form, or the fuzzer would seldom get past it.
 * Checked, besides the sanitizers: the books are right at the end.
 */
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xenstored/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at, *end;
};

static uint8_t byte(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

/* Feeds what fits; false: the client is at its end. */
static bool feed(struct client *c, const void *data, size_t len)
{
	size_t room;
	char *where = client_room(c, &room);
	int ret;

	if (len > room)
		len = room;
	memcpy(where, data, len);
	client_fed(c, len);
	while ((ret = client_step(c)) == 1)
		;
	return ret == 0;
}

/* One piece of input. */
static bool piece(struct client *c, struct input *in, uint8_t how)
{
	size_t len = byte(in), left = (size_t)(in->end - in->at);
	struct xy_xsd_sockmsg head = { .req_id = 1 };
	const uint8_t *body;
	bool fine = true;

	if (how & 2) { /* the short form of a header */
		head.type = byte(in) % 24;
		head.tx_id = how & 4 ? byte(in) % 4 : 0;
		left = (size_t)(in->end - in->at);
		head.len = (uint32_t)(len < left ? len : left);
		fine = feed(c, &head, sizeof(head));
	}
	if (len > left)
		len = left;
	body = in->at;
	in->at += len;
	return fine && feed(c, body, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, data + size };
	struct client client[2];
	bool open[2] = { true, true };
	static struct xenstore x;
	size_t bytes;
	uint8_t how;

	proto_init(&x, 1);
	client_init(&client[0], &x, (struct who){ 0, XY_DOMID_INVALID });
	client_init(&client[1], &x, (struct who){ 3, XY_DOMID_INVALID });
	while (in.at < in.end) {
		how = byte(&in);
		if (!open[how & 1])
			break;
		open[how & 1] = piece(&client[how & 1], &in, how);
		client_output(&client[how & 1], &bytes);
		if (how & 8)
			client_sent(&client[how & 1], bytes);
		while (client_next_dirty(&x))
			;
	}
	client_clear(&client[0]);
	client_clear(&client[1]);
	if (!proto_audit(&x) || x.watches.count)
		abort();
	proto_clear(&x);
	return 0;
}
