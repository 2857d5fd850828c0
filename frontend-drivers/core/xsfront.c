// SPDX-License-Identifier: MIT
/*
 * The xenstore client of a guest: rings of bytes on one side, whole messages
 * on the other.
 *
 * Rules:
 *  1. The store's indices are read once, checked against ours, then used; ours
 *     are kept here, and what the page says about them is never read again.
 *  2. Bytes are copied out of the ring before they are looked at.
 *  3. One question at a time; an answer has its number, and its type or the
 *     error's. Anything else is a store gone wrong.
 *  4. Broken stays broken: nothing is read or written any more.
 *
 * No lock: the caller has one if it needs it. Calls nothing, allocates nothing.
 */
#include "frontend-drivers/core/xsfront.h"
#include "abi/errno.h"

#define MASK		(XY_STORE_RING_SIZE - 1)
#define HEAD		((uint32_t)sizeof(struct xy_xsd_sockmsg))

void xsfront_init(struct xsfront *x, struct xy_xenstore_domain_interface *ring)
{
	x->ring = ring;
	/* Whoever had the ring before us has left them where they are. */
	x->req_prod = __atomic_load_n(&ring->req_prod, __ATOMIC_RELAXED);
	x->rsp_cons = __atomic_load_n(&ring->rsp_cons, __ATOMIC_RELAXED);
	x->id = 0;
	x->type = 0;
	x->asking = x->kick = x->broken = false;
	x->out_len = x->out_done = x->in_done = 0;
}

static int broken(struct xsfront *x)
{
	x->broken = true;
	x->asking = false;
	return -XY_EPROTO;
}

static void copy(void *to, const void *from, uint32_t n)
{
	__builtin_memcpy(to, from, n);
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

int xsfront_ask(struct xsfront *x, uint32_t type, uint32_t tx,
		const struct xsfront_part *parts, unsigned int n)
{
	struct xy_xsd_sockmsg head = { .type = type, .tx_id = tx };

	if (x->broken)
		return -XY_EPROTO;
	if (x->asking)
		return -XY_EBUSY;
	for (unsigned int i = 0; i < n; i++) {
		if (parts[i].len > XY_STORE_PAYLOAD_MAX - head.len)
			return -XY_E2BIG;
		copy(x->out + HEAD + head.len, parts[i].data, parts[i].len);
		head.len += parts[i].len;
	}
	x->id++;
	x->type = type;
	x->asking = true;
	head.req_id = x->id;
	copy(x->out, &head, HEAD);
	x->out_len = HEAD + head.len;
	x->out_done = 0;
	return 0;
}

int xsfront_push(struct xsfront *x)
{
	uint32_t used, room, n, first;

	if (x->broken)
		return -XY_EPROTO;
	if (x->out_done == x->out_len)
		return 0;
	/* Pairs with the store's release: it has read those bytes. */
	used = x->req_prod - __atomic_load_n(&x->ring->req_cons,
					     __ATOMIC_ACQUIRE);
	if (used > XY_STORE_RING_SIZE)
		return broken(x);
	room = XY_STORE_RING_SIZE - used;
	n = smaller(room, x->out_len - x->out_done);
	if (n == 0)
		return 0;
	first = smaller(n, XY_STORE_RING_SIZE - (x->req_prod & MASK));
	copy(x->ring->req + (x->req_prod & MASK), x->out + x->out_done, first);
	copy(x->ring->req, x->out + x->out_done + first, n - first);
	x->out_done += n;
	x->req_prod += n;
	/* From here the store may see the bytes. */
	__atomic_store_n(&x->ring->req_prod, x->req_prod, __ATOMIC_RELEASE);
	x->kick = true;
	return 0;
}

/* At most want bytes from the ring; how many came is in *got. */
static int take(struct xsfront *x, char *to, uint32_t want, uint32_t *got)
{
	uint32_t have, n, first;

	/* Pairs with the store's release: the bytes are there. */
	have = __atomic_load_n(&x->ring->rsp_prod, __ATOMIC_ACQUIRE) -
	       x->rsp_cons;
	if (have > XY_STORE_RING_SIZE)
		return broken(x);
	n = smaller(have, want);
	*got = n;
	if (n == 0)
		return 0;
	first = smaller(n, XY_STORE_RING_SIZE - (x->rsp_cons & MASK));
	copy(to, x->ring->rsp + (x->rsp_cons & MASK), first);
	copy(to + first, x->ring->rsp, n - first);
	x->rsp_cons += n;
	/* From here the store may overwrite them. */
	__atomic_store_n(&x->ring->rsp_cons, x->rsp_cons, __ATOMIC_RELEASE);
	x->kick = true;
	return 0;
}

/* Two texts, each with its end, inside len bytes. */
static bool split(const char *in, uint32_t len, struct xsfront_msg *msg)
{
	uint32_t i = 0, j;

	while (i < len && in[i])
		i++;
	for (j = i + 1; j < len && in[j];)
		j++;
	if (j >= len)
		return false;
	msg->path = in;
	msg->token = in + i + 1;
	return true;
}

static int whole(struct xsfront *x, struct xsfront_msg *msg)
{
	uint32_t len = x->head.len;

	x->in_done = 0;
	x->in[len] = 0;
	*msg = (struct xsfront_msg){ .value = x->in, .len = len };
	if (x->head.type == XY_XS_WATCH_EVENT) {
		msg->kind = XSFRONT_WATCH;
		return split(x->in, len, msg) ? 0 : broken(x);
	}
	/* Half a question cannot have been answered. */
	if (!x->asking || x->head.req_id != x->id || x->out_done < x->out_len)
		return broken(x);
	if (x->head.type == XY_XS_ERROR) {
		msg->kind = XSFRONT_REFUSED;
		msg->error = xsfront_errno(x->in);
	} else if (x->head.type == x->type) {
		msg->kind = XSFRONT_ANSWER;
	} else {
		return broken(x);
	}
	x->asking = false;
	return 0;
}

int xsfront_pull(struct xsfront *x, struct xsfront_msg *msg)
{
	uint32_t got;
	int rc;

	if (x->broken)
		return -XY_EPROTO;
	if (x->in_done < HEAD) {
		rc = take(x, (char *)&x->head + x->in_done, HEAD - x->in_done,
			  &got);
		if (rc)
			return rc;
		x->in_done += got;
		if (x->in_done < HEAD)
			return -XY_EAGAIN;
		if (x->head.len > XY_STORE_PAYLOAD_MAX)
			return broken(x);
	}
	rc = take(x, x->in + (x->in_done - HEAD),
		  HEAD + x->head.len - x->in_done, &got);
	if (rc)
		return rc;
	x->in_done += got;
	return x->in_done < HEAD + x->head.len ? -XY_EAGAIN : whole(x, msg);
}

bool xsfront_kick(struct xsfront *x)
{
	bool kick = x->kick;

	x->kick = false;
	return kick;
}

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

int xsfront_errno(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} known[] = {
		{ "EINVAL", XY_EINVAL }, { "EACCES", XY_EACCES },
		{ "EEXIST", XY_EEXIST }, { "EISDIR", XY_EISDIR },
		{ "ENOENT", XY_ENOENT }, { "ENOMEM", XY_ENOMEM },
		{ "ENOSPC", XY_ENOSPC }, { "EIO", XY_EIO },
		{ "ENOTEMPTY", XY_ENOTEMPTY }, { "ENOSYS", XY_ENOSYS },
		{ "EROFS", XY_EROFS }, { "EBUSY", XY_EBUSY },
		{ "EAGAIN", XY_EAGAIN }, { "EISCONN", XY_EISCONN },
		{ "E2BIG", XY_E2BIG }, { "EPERM", XY_EPERM },
	};

	for (unsigned int i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (same(known[i].name, name))
			return -known[i].number;
	return -XY_EIO;
}
