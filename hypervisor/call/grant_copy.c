/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GNTTABOP_copy: bytes between two frames, each a grant or an own frame.
 *
 * 1. A side stays open from one element to the next while it is the same
 *    grant or frame: packets split over elements pin once.
 * 2. A frame by its number is the caller's own; nobody else's frame can be
 *    named without a grant.  A program (call/direct.c) names none at all: it
 *    would reach all of its kernel's memory.
 * 3. Neither side crosses its frame.
 * 4. Both sides are closed before the call ends or is preempted.
 */
#include "call/grant_copy.h"
#include "abi/grant.h"
#include "core/arch.h"
#include "core/grant.h"
#include "lib/string.h"

/* 128 whole frames are 64 Ki moves of 8 bytes. */
#define COPIES_AT_ONCE	128u

static void close_side(struct grant_side *s)
{
	grant_side_end(s);
	if (s->peer)
		dom_put(s->peer);
	s->peer = NULL;
}

/* The side's domain, kept from one element to the next; false: none such. */
static bool find_peer(struct vcpu *v, struct grant_side *s, uint16_t id)
{
	grant_side_end(s);
	if (s->peer && s->peer->id == id)
		return true;
	close_side(s);
	if (id != v->domain->id) {
		s->peer = dom_get(id);
		return s->peer != NULL;
	}
	s->peer = v->domain;
	dom_hold(s->peer);
	return true;
}

/* Opens the side p names, unless it is the one that is open. */
static int16_t open_side(struct vcpu *v, struct grant_side *s,
			 const struct xy_gnttab_copy_ptr *p, bool by_ref)
{
	uint64_t id = by_ref ? p->u.ref : p->u.gmfn;
	uint16_t domid = p->domid == XY_DOMID_SELF ? v->domain->id : p->domid;

	if (!by_ref && (p->domid != XY_DOMID_SELF || !v->kernel_mode))
		return XY_GNTST_permission_denied;
	if (s->open && s->by_frame == !by_ref && s->id == id &&
	    s->peer->id == domid)
		return XY_GNTST_okay;
	if (!find_peer(v, s, domid))
		return XY_GNTST_bad_domain;
	s->by_frame = !by_ref;
	s->id = id;
	return grant_side_begin(s, v->domain);
}

static void move(const struct grant_side *from, unsigned int from_off,
		 const struct grant_side *to, unsigned int to_off,
		 unsigned int bytes)
{
	const char *src = arch_frame_ptr(from->mfn);
	char *dst = arch_frame_ptr(to->mfn);

	if (mfn_same(from->mfn, to->mfn))
		memmove(dst + to_off, src + from_off, bytes);
	else
		memcpy(dst + to_off, src + from_off, bytes);
}

static int16_t copy_one(struct vcpu *v, struct grant_side *from,
			struct grant_side *to,
			const struct xy_gnttab_copy *op)
{
	int16_t status;

	if (op->source.offset + op->len > (int)PAGE_SIZE ||
	    op->dest.offset + op->len > (int)PAGE_SIZE)
		return XY_GNTST_bad_copy_arg;
	status = open_side(v, from, &op->source,
			   op->flags & XY_GNTCOPY_source_gref);
	if (status == XY_GNTST_okay)
		status = open_side(v, to, &op->dest,
				   op->flags & XY_GNTCOPY_dest_gref);
	if (status == XY_GNTST_okay)
		move(from, op->source.offset, to, op->dest.offset, op->len);
	return status;
}

int64_t grant_copy(struct vcpu *v, struct call *c)
{
	struct grant_side from = { .write = false }, to = { .write = true };
	unsigned int done = 0;
	int64_t rc = 0;

	for (; c->arg[2] && rc == 0; c->arg[2]--) {
		guest_va_t at = to_guest(c->arg[1]);
		struct xy_gnttab_copy op;

		if (done++ == COPIES_AT_ONCE) {
			rc = -XY_ERESTART;
			break;
		}
		rc = guest_read(&op, at, sizeof(op));
		if (rc)
			break;
		op.status = copy_one(v, &from, &to, &op);
		rc = guest_write(guest_va_add(at, offsetof(
					      struct xy_gnttab_copy, status)),
				 &op.status, sizeof(op.status));
		c->arg[1] += sizeof(op);
	}
	close_side(&from);
	close_side(&to);
	return rc;
}
