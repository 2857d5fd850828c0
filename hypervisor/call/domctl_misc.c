/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * domctl: small settings of a domain.
 *
 * A setting we cannot honour is refused, never stored and forgotten: a CPU
 * cap, an emulated TSC, dirty logging, a width other than 64 bits.
 */
#include "abi/control.h"
#include "call/bitmap.h"
#include "call/domctl.h"
#include "core/arch.h"
#include "core/call_page.h"
#include "core/frame.h"
#include "core/time.h"

int domctl_scheduler(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	struct xy_domctl_scheduler_op *s = &op->u.scheduler_op;

	(void)by;
	if (s->sched_id != XY_SCHEDULER_CREDIT2)
		return -XY_EINVAL;
	if (s->cmd == XY_DOMCTL_SCHEDOP_getinfo) {
		s->u.credit2.weight = d->weight;
		s->u.credit2.cap = d->cap;
		return 0;
	}
	if (s->cmd != XY_DOMCTL_SCHEDOP_putinfo)
		return -XY_EINVAL;
	if (s->u.credit2.cap != 0)
		return -XY_EOPNOTSUPP;
	if (s->u.credit2.weight != 0)
		d->weight = s->u.credit2.weight;
	return 0;
}

int domctl_call_page(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	mfn_t mfn = to_mfn(op->u.hypercall_init.gmfn);

	(void)by;
	if (frame_take(d, mfn, ROLE_DATA) != FRAME_DONE)
		return -XY_EACCES;
	call_page_fill(arch_frame_ptr(mfn));
	frame_drop_simple(mfn, ROLE_DATA);
	return 0;
}

int domctl_time_offset(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	(void)by;
	d->wall_offset_s =
		(uint64_t)op->u.settimeoffset.time_offset_seconds;
	time_publish_wall(d);
	return 0;
}

int domctl_set_address_size(struct vcpu *by, struct domain *d,
			    struct xy_domctl *op)
{
	(void)by;
	(void)d;
	if (op->u.address_size.size == 32)
		return -XY_EOPNOTSUPP;
	return op->u.address_size.size == 64 ? 0 : -XY_EINVAL;
}

int domctl_get_address_size(struct vcpu *by, struct domain *d,
			    struct xy_domctl *op)
{
	(void)by;
	(void)d;
	op->u.address_size.size = 64;
	return 0;
}

#define TSC_DEFAULT	0u
#define TSC_NATIVE	2u	/* never emulated: what we always do */

int domctl_set_tsc(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	const struct xy_domctl_tsc_info *t = &op->u.tsc_info;

	(void)by;
	if (t->tsc_mode != TSC_DEFAULT && t->tsc_mode != TSC_NATIVE)
		return -XY_EOPNOTSUPP;
	d->tsc_mode = t->tsc_mode;
	d->tsc_incarnation = t->incarnation;
	return 0;
}

int domctl_get_tsc(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	(void)by;
	op->u.tsc_info = (struct xy_domctl_tsc_info){
		.tsc_mode = d->tsc_mode,
		.gtsc_khz = (uint32_t)time_tsc_khz(),
		.incarnation = d->tsc_incarnation,
		.elapsed_nsec = arch_now_ns(),
	};
	return 0;
}

/* The machine is one node: any set that has it is fine. */
int domctl_set_nodes(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	uint64_t nodes;
	int rc = bitmap_read(&nodes, &op->u.nodeaffinity.nodemap);

	(void)by;
	(void)d;
	if (rc)
		return rc;
	return nodes & 1 ? 0 : -XY_EINVAL;
}

int domctl_get_nodes(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	(void)by;
	(void)d;
	return bitmap_write(&op->u.nodeaffinity.nodemap, 1);
}

int domctl_shadow(struct vcpu *by, struct domain *d, struct xy_domctl *op)
{
	(void)by;
	(void)d;
	/* It is off, so there is nothing to turn off or to read. */
	return op->u.shadow_op.op == XY_DOMCTL_SHADOW_OP_OFF ? -XY_EINVAL :
	       -XY_EOPNOTSUPP;
}
