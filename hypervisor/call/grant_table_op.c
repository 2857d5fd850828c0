/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grant_table_op (20): rdi is the sub-op, rsi an array, rdx how many.
 *
 * 1. Each element is copied in once and gets a status of its own; the call as
 *    a whole fails only when the array cannot be reached.
 * 2. A long array is worked off in parts: rsi and rdx move on.  What is open
 *    (a batch of unmaps, the frames of a copy) is closed before that.
 * 3. Version 1 only: what belongs to version 2, and what no kernel uses any
 *    more, answers -ENOSYS.
 */
#include "abi/grant.h"
#include "call/call.h"
#include "call/grant_copy.h"
#include "core/grant.h"

/* Elements of one kind that fit in a millisecond with room to spare. */
#define MAPS_AT_ONCE	64u
#define COUNT_MAX	(1UL << 24)

/* Public status for what dom_resolve() said. */
static int16_t resolve_status(int rc)
{
	return rc == -XY_EPERM ? XY_GNTST_permission_denied :
	       XY_GNTST_bad_domain;
}

/* The granter of this map; the last one asked for is kept in *held. */
static struct domain *granter_of(uint16_t id, struct domain **held)
{
	if (*held == NULL || (*held)->id != id) {
		if (*held)
			dom_put(*held);
		*held = dom_get(id);
	}
	return *held;
}

static int64_t map(struct vcpu *v, struct call *c)
{
	struct domain *granter = NULL;
	unsigned int done = 0;
	int64_t rc = 0;

	for (; c->arg[2] && rc == 0; c->arg[2]--) {
		guest_va_t at = to_guest(c->arg[1]);
		struct xy_gnttab_map_grant_ref op;

		if (done++ == MAPS_AT_ONCE) {
			rc = -XY_ERESTART;
			break;
		}
		rc = guest_read(&op, at, sizeof(op));
		if (rc)
			break;
		if (granter_of(op.dom, &granter))
			grant_map(v, granter, &op);
		else
			op.status = XY_GNTST_bad_domain;
		rc = guest_write(at, &op, sizeof(op));
		c->arg[1] += sizeof(op);
	}
	if (granter)
		dom_put(granter);
	return rc;
}

/* Reads and begins up to a batch; *count: how many statuses there are. */
static int64_t unmap_some(struct vcpu *v, const struct call *c,
			  int16_t *status, unsigned int *count)
{
	struct grant_batch b = { .count = 0 };
	int64_t rc = 0;

	for (*count = 0; *count < GRANT_BATCH && *count < c->arg[2];
	     ++*count) {
		struct xy_gnttab_unmap_grant_ref op;

		rc = guest_read_elem(&op, to_guest(c->arg[1]), *count,
				     sizeof(op));
		if (rc)
			break;
		status[*count] = grant_unmap(v, &b, &op);
	}
	grant_unmap_finish(v, &b);
	return rc;
}

static int64_t unmap(struct vcpu *v, struct call *c)
{
	const uint64_t field = offsetof(struct xy_gnttab_unmap_grant_ref,
					status);

	for (unsigned int batches = 0; c->arg[2]; batches++) {
		int16_t status[GRANT_BATCH];
		unsigned int count;
		int64_t rc;

		if (batches == MAPS_AT_ONCE / GRANT_BATCH)
			return -XY_ERESTART;
		rc = unmap_some(v, c, status, &count);
		for (unsigned int i = 0; i < count; i++) {
			guest_va_t at = to_guest(c->arg[1] + field);

			if (guest_write(at, &status[i], sizeof(status[i])))
				rc = -XY_EFAULT;
			c->arg[1] += sizeof(struct xy_gnttab_unmap_grant_ref);
		}
		c->arg[2] -= count;
		if (rc)
			return rc;
	}
	return 0;
}

static int16_t give_frames(struct vcpu *v,
			   const struct xy_gnttab_setup_table *op)
{
	struct domain *d;
	int16_t status = XY_GNTST_okay;
	int rc = dom_resolve(v, op->dom, &d);

	if (rc)
		return resolve_status(rc);
	if (op->nr_frames && grant_grow(d, op->nr_frames))
		status = XY_GNTST_general_error;
	for (uint32_t i = 0; status == XY_GNTST_okay && i < op->nr_frames;
	     i++) {
		mfn_t mfn;

		if (grant_frame(d, i, &mfn))
			status = XY_GNTST_general_error;
		else if (guest_write_elem(to_guest(op->frame_list), i, &mfn.n,
					  sizeof(mfn.n)))
			status = XY_GNTST_bad_virt_addr;
	}
	dom_put(d);
	return status;
}

static int64_t setup_table(struct vcpu *v, guest_va_t at)
{
	struct xy_gnttab_setup_table op;

	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	op.status = give_frames(v, &op);
	return guest_write(at, &op, sizeof(op));
}

static int64_t query_size(struct vcpu *v, guest_va_t at)
{
	struct xy_gnttab_query_size op;
	struct domain *d;
	int rc;

	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	rc = dom_resolve(v, op.dom, &d);
	if (rc) {
		op.status = resolve_status(rc);
	} else {
		grant_size(d, &op.nr_frames, &op.max_nr_frames);
		op.status = XY_GNTST_okay;
		dom_put(d);
	}
	return guest_write(at, &op, sizeof(op));
}

static int64_t set_version(guest_va_t at)
{
	struct xy_gnttab_set_version op;

	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	if (op.version == 2)
		return -XY_ENOSYS;
	if (op.version != 1)
		return -XY_EINVAL;
	return guest_write(at, &op, sizeof(op));
}

static int64_t get_version(struct vcpu *v, guest_va_t at)
{
	struct xy_gnttab_get_version op;
	struct domain *d;
	int rc;

	if (guest_read(&op, at, sizeof(op)))
		return -XY_EFAULT;
	rc = dom_resolve(v, op.dom, &d);
	if (rc)
		return rc;
	dom_put(d);
	op.version = 1;
	return guest_write(at, &op, sizeof(op));
}

int64_t hc_grant_table_op(struct vcpu *v, struct call *c)
{
	guest_va_t at = to_guest(c->arg[1]);
	uint32_t op = (uint32_t)c->arg[0];

	c->arg[2] = (uint32_t)c->arg[2];
	if (c->arg[2] > COUNT_MAX)
		return -XY_EINVAL;
	switch (op) {
	case XY_GNTTABOP_map_grant_ref:
		return map(v, c);
	case XY_GNTTABOP_unmap_grant_ref:
		return unmap(v, c);
	case XY_GNTTABOP_copy:
		return grant_copy(v, c);
	}
	if (op > XY_GNTTABOP_get_version)
		return -XY_ENOSYS;
	if (c->arg[2] != 1)
		return -XY_EINVAL;
	switch (op) {
	case XY_GNTTABOP_setup_table:
		return setup_table(v, at);
	case XY_GNTTABOP_query_size:
		return query_size(v, at);
	case XY_GNTTABOP_set_version:
		return set_version(at);
	case XY_GNTTABOP_get_version:
		return get_version(v, at);
	}
	return -XY_ENOSYS;
}
