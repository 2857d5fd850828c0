// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmuext_op (26): pins, base pointers, flushes, whole-frame operations.
 * rdi: operations, rsi: how many, rdx: where to say how many were done, r10:
 * the domain whose frames they name.
 *
 * 1. The first operation that fails ends the call; the number done is its
 *    index.
 * 2. Only pins and whole-frame operations may name another domain's frames.
 * 3. An operation that is preempted is asked for again from its start; core
 *    has kept what was finished.
 *
 * Lock: none here.  Next: core/pt_root.c.
 */
#include "abi/mmu.h"
#include "call/mmu.h"
#include "core/arch.h"
#include "core/ldt.h"
#include "core/pt.h"
#include "core/sched.h"

typedef int op_fn(struct vcpu *v, struct domain *d,
		  const struct xy_mmuext_op *op);

static int op_pin(struct vcpu *v, struct domain *d,
		  const struct xy_mmuext_op *op)
{
	(void)v;
	return pt_pin(d, op->cmd - XY_MMUEXT_PIN_L1_TABLE + 1,
		      to_mfn(op->arg1.mfn));
}

static int op_unpin(struct vcpu *v, struct domain *d,
		    const struct xy_mmuext_op *op)
{
	(void)v;
	return pt_unpin(d, to_mfn(op->arg1.mfn));
}

static int op_kernel_root(struct vcpu *v, struct domain *d,
			  const struct xy_mmuext_op *op)
{
	if (d->privileged)
		sched_other_work();	/* another program's from here */
	return pt_set_kernel_root(v, to_mfn(op->arg1.mfn));
}

static int op_user_root(struct vcpu *v, struct domain *d,
			const struct xy_mmuext_op *op)
{
	(void)d;
	return pt_set_user_root(v, to_mfn(op->arg1.mfn ? op->arg1.mfn :
					  NO_FRAME));
}

static int flush(const struct xy_mmuext_op *op, uint64_t cpus)
{
	if (op->cmd == XY_MMUEXT_TLB_FLUSH_LOCAL ||
	    op->cmd == XY_MMUEXT_TLB_FLUSH_MULTI ||
	    op->cmd == XY_MMUEXT_TLB_FLUSH_ALL)
		arch_tlb_flush(cpus);
	else
		arch_tlb_flush_page(cpus, op->arg1.linear_addr);
	return 0;
}

static int op_flush_local(struct vcpu *v, struct domain *d,
			  const struct xy_mmuext_op *op)
{
	(void)v, (void)d;
	return flush(op, mmu_this_cpu());
}

static int op_flush_multi(struct vcpu *v, struct domain *d,
			  const struct xy_mmuext_op *op)
{
	uint64_t cpus;
	int rc = mmu_cpus(v, to_guest(op->arg2.vcpumask), &cpus);

	(void)d;
	return rc ? rc : flush(op, cpus);
}

static int op_flush_all(struct vcpu *v, struct domain *d,
			const struct xy_mmuext_op *op)
{
	(void)d;
	return flush(op, mmu_all_cpus(v));
}

static int op_set_ldt(struct vcpu *v, struct domain *d,
		      const struct xy_mmuext_op *op)
{
	(void)d;
	return ldt_set(v, op->arg1.linear_addr, op->arg2.nr_ents);
}

static int op_clear(struct vcpu *v, struct domain *d,
		    const struct xy_mmuext_op *op)
{
	mfn_t mfn = to_mfn(op->arg1.mfn);

	(void)v;
	if (frame_take(d, mfn, ROLE_DATA) != FRAME_DONE)
		return -XY_EINVAL;
	arch_frame_clear(mfn);
	frame_drop_simple(mfn, ROLE_DATA);
	return 0;
}

static int op_copy(struct vcpu *v, struct domain *d,
		   const struct xy_mmuext_op *op)
{
	mfn_t to = to_mfn(op->arg1.mfn), from = to_mfn(op->arg2.src_mfn);
	int rc = -XY_EINVAL;

	(void)v;
	if (!frame_hold(d, from))
		return rc;
	if (frame_take(d, to, ROLE_DATA) == FRAME_DONE) {
		arch_frame_copy(to, from);
		frame_drop_simple(to, ROLE_DATA);
		rc = 0;
	}
	frame_release(from);
	return rc;
}

static int op_super(struct vcpu *v, struct domain *d,
		    const struct xy_mmuext_op *op)
{
	(void)v, (void)d, (void)op;
	return -XY_EOPNOTSUPP;		/* no superpages, public answer */
}

static const struct {
	op_fn *fn;
	bool own_only;
} ops[] = {
	[XY_MMUEXT_PIN_L1_TABLE] = { op_pin, false },
	[XY_MMUEXT_PIN_L2_TABLE] = { op_pin, false },
	[XY_MMUEXT_PIN_L3_TABLE] = { op_pin, false },
	[XY_MMUEXT_PIN_L4_TABLE] = { op_pin, false },
	[XY_MMUEXT_UNPIN_TABLE] = { op_unpin, false },
	[XY_MMUEXT_NEW_BASEPTR] = { op_kernel_root, true },
	[XY_MMUEXT_TLB_FLUSH_LOCAL] = { op_flush_local, true },
	[XY_MMUEXT_INVLPG_LOCAL] = { op_flush_local, true },
	[XY_MMUEXT_TLB_FLUSH_MULTI] = { op_flush_multi, true },
	[XY_MMUEXT_INVLPG_MULTI] = { op_flush_multi, true },
	[XY_MMUEXT_TLB_FLUSH_ALL] = { op_flush_all, true },
	[XY_MMUEXT_INVLPG_ALL] = { op_flush_all, true },
	[XY_MMUEXT_SET_LDT] = { op_set_ldt, true },
	[XY_MMUEXT_NEW_USER_BASEPTR] = { op_user_root, true },
	[XY_MMUEXT_CLEAR_PAGE] = { op_clear, false },
	[XY_MMUEXT_COPY_PAGE] = { op_copy, false },
	[XY_MMUEXT_MARK_SUPER] = { op_super, false },
	[XY_MMUEXT_UNMARK_SUPER] = { op_super, false },
};

static int one_op(struct vcpu *v, struct domain *d,
		  const struct xy_mmuext_op *op)
{
	int rc = -XY_ENOSYS;

	if (op->cmd < ARRAY_SIZE(ops) && ops[op->cmd].fn != NULL)
		rc = ops[op->cmd].own_only && d != v->domain ? -XY_EPERM :
		     ops[op->cmd].fn(v, d, op);
	if (rc != 0 && rc != -XY_ERESTART)
		dom_log(v->domain, "mmuext_op %u on %lx of d%u: error %d",
			op->cmd, (unsigned long)op->arg1.mfn, d->id, -rc);
	return rc;
}

static int all_ops(struct vcpu *v, struct domain *d, struct mmu_batch *b,
		   guest_va_t *list)
{
	struct xy_mmuext_op op;
	int rc = 0;

	while (b->left != 0) {
		if (mmu_batch_tired(b))
			return -XY_ERESTART;
		rc = guest_read(&op, *list, sizeof(op));
		if (rc == 0)
			rc = one_op(v, d, &op);
		if (rc != 0)
			break;
		*list = guest_va_add(*list, sizeof(op));
		mmu_batch_next(b);
	}
	return rc;
}

int64_t hc_mmuext_op(struct vcpu *v, struct call *c)
{
	guest_va_t list = to_guest(c->arg[0]);
	struct mmu_batch b;
	struct domain *d;
	int rc;

	rc = dom_resolve(v, (uint16_t)c->arg[3], &d);
	if (rc != 0)
		return rc;
	mmu_batch_start(&b, c->arg[1]);
	rc = all_ops(v, d, &b, &list);
	/* The last item may have been a long one. */
	arch_take_interrupts();
	if (rc == 0)
		rc = pt_drain(d);
	c->arg[0] = list.a;
	c->arg[1] = mmu_batch_arg(&b);
	dom_put(d);
	if (rc != -XY_ERESTART)
		mmu_batch_tell(&b, to_guest(c->arg[2]));
	return rc;
}
