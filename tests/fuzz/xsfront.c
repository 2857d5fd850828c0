/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzer: dom0's daemons write what they like into a guest's store and console
 * pages; the guest's cores must stay inside pages and buffers.
 *
 * The input is a row of deeds of the store: bytes at its index, an index set
 * to anything, a well-formed head; and of the guest: a question, a turn.
 * Checked, besides the sanitizers: a message lies inside its buffer, and an
 * answer comes only to a question.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/errno.h"
#include "frontend-drivers/core/confront.h"
#include "frontend-drivers/core/xsfront.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at, *end;
};

static uint8_t byte(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

static uint32_t word(struct input *in)
{
	uint32_t w = byte(in);

	/* Mostly small steps, sometimes anything. */
	return w < 250 ? w : w << 24 | (uint32_t)byte(in) << 8 | byte(in);
}

static void put(struct xy_xenstore_domain_interface *p, const void *data,
		size_t n)
{
	for (size_t i = 0; i < n; i++)
		p->rsp[p->rsp_prod++ % 1024] = ((const char *)data)[i];
}

static void store_deed(struct xy_xenstore_domain_interface *p,
		       struct input *in, const struct xsfront *x)
{
	struct xy_xsd_sockmsg head;
	uint8_t n;

	switch (byte(in) % 5) {
	case 0:
		for (n = byte(in); n; n--)
			p->rsp[p->rsp_prod++ % 1024] = (char)byte(in);
		break;
	case 1:
		p->rsp_prod += word(in);
		break;
	case 2:
		p->req_cons += word(in);
		break;
	case 3:
		head = (struct xy_xsd_sockmsg){ byte(in) % 24, x->id, 0,
						word(in) };
		put(p, &head, sizeof(head));
		break;
	default:
		p->req_cons = p->req_prod;
	}
}

static void guest_turn(struct xsfront *x)
{
	bool asked;
	struct xsfront_msg m;

	xsfront_push(x);
	for (;;) {
		asked = x->asking;
		if (xsfront_pull(x, &m))
			return;
		if (m.len > XY_STORE_PAYLOAD_MAX || m.value[m.len] ||
		    (m.kind != XSFRONT_WATCH && (!asked || x->asking)))
			abort();
		if (m.kind == XSFRONT_WATCH &&
		    strlen(m.path) + strlen(m.token) + 2 > m.len)
			abort();
	}
}

static void consoles(struct xy_xencons_interface *p, struct confront *c,
		     struct input *in)
{
	char text[256] = "";

	p->out_cons += word(in);
	p->in_prod += word(in);
	if (confront_put(c, text, byte(in)) > 255 ||
	    confront_get(c, text, sizeof(text)) > sizeof(text))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xy_xenstore_domain_interface *p = calloc(1, sizeof(*p));
	struct xy_xencons_interface *q = calloc(1, sizeof(*q));
	struct xsfront *x = calloc(1, sizeof(*x));
	struct input in = { data, data + size };
	struct xsfront_part part = { "/path", 6 };
	struct confront c;

	p->req_prod = p->req_cons = p->rsp_prod = p->rsp_cons = 0u - 600u;
	xsfront_init(x, p);
	confront_init(&c, q);
	while (in.at < in.end) {
		switch (byte(&in) % 4) {
		case 0:
			store_deed(p, &in, x);
			break;
		case 1:
			xsfront_ask(x, XY_XS_READ, 0, &part, 1);
			break;
		case 2:
			guest_turn(x);
			break;
		default:
			consoles(q, &c, &in);
		}
	}
	free(p);
	free(q);
	free(x);
	return 0;
}
