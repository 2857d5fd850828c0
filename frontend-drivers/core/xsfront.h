/* SPDX-License-Identifier: MIT */
/*
 * The xenstore client of a guest, as far as it is thinking: messages into the
 * request ring, messages out of the response ring, one question at a time.
 *
 *	xsfront_init(&x, ring)
 *	xsfront_ask(&x, XY_XS_READ, 0, parts, n)
 *	loop:	xsfront_push(&x)	as far as there is room
 *		while (!xsfront_pull(&x, &msg))
 *			msg is a watch event, or the answer (x.asking is false)
 *		if (xsfront_kick(&x)) send the event
 *		until the answer is there: wait for the event
 *
 * The store is not trusted: an index that jumps, a message longer than the
 * protocol allows, an answer to no question break the connection for good,
 * and nothing outside the ring and the core's own buffers is touched.
 */
#ifndef FRONTEND_DRIVERS_CORE_XSFRONT_H
#define FRONTEND_DRIVERS_CORE_XSFRONT_H

#include <stdbool.h>
#include <stddef.h>
#include "abi/io/xs_wire.h"

struct xsfront_part {
	const void *data;
	uint32_t len;			/* bytes, with a 0 where one is due */
};

enum xsfront_kind {
	XSFRONT_ANSWER,			/* value, len */
	XSFRONT_REFUSED,		/* error */
	XSFRONT_WATCH,			/* path, token */
};

/* What came; its pointers are good until the next xsfront_pull(). */
struct xsfront_msg {
	enum xsfront_kind kind;
	const char *value;		/* a 0 stands behind it */
	uint32_t len;
	int error;			/* negative XY_E */
	const char *path, *token;	/* text */
};

struct xsfront {
	struct xy_xenstore_domain_interface *ring;
	uint32_t req_prod, rsp_cons;	/* ours; the ring has copies */
	uint32_t id, type;		/* of the question */
	bool asking;			/* it has no answer yet */
	bool kick;			/* an index of ours moved */
	bool broken;			/* for good */
	uint32_t out_len, out_done;	/* bytes of out; of them in the ring */
	uint32_t in_done;		/* bytes of head and in that came */
	char out[sizeof(struct xy_xsd_sockmsg) + XY_STORE_PAYLOAD_MAX];
	struct xy_xsd_sockmsg head;
	char in[XY_STORE_PAYLOAD_MAX + 1];
};

void xsfront_init(struct xsfront *x, struct xy_xenstore_domain_interface *ring);
/*
 * The payload is the parts, one behind the other. -XY_EBUSY: a question has
 * no answer yet. -XY_E2BIG: too long. -XY_EPROTO: broken.
 */
int xsfront_ask(struct xsfront *x, uint32_t type, uint32_t tx,
		const struct xsfront_part *parts, unsigned int n);
/* 0, or -XY_EPROTO: broken. */
int xsfront_push(struct xsfront *x);
/* 0: msg is there; -XY_EAGAIN: not yet; -XY_EPROTO: broken. */
int xsfront_pull(struct xsfront *x, struct xsfront_msg *msg);
/* Must the store be told? Asking clears it. */
bool xsfront_kick(struct xsfront *x);
/* An error's name as a negative XY_E; -XY_EIO for one that is not known. */
int xsfront_errno(const char *name);

#endif /* FRONTEND_DRIVERS_CORE_XSFRONT_H */
