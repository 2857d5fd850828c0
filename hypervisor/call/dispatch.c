/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hypercall's journey: number and arguments from the register block, row
 * from the table, result into rax.
 *
 * 1. The number is bounded once, and masked, so that a mispredicted branch
 *    reads no function pointer from outside the table.
 * 2. A call that asks to come again (-ERESTART) is rewound by the length of
 *    the SYSCALL instruction with its updated arguments in the registers.
 * 3. A call may leave dropped tables behind, or end its own vCPU's right to
 *    run: the exit path (entry/trap.c) sees to both before the guest runs.
 *
 * Next station of the tour: call/mmu_update.c.
 */
#include "abi/direct.h"
#include "abi/hypercall.h"
#include "call/call.h"
#include "call/multicall.h"

#define SYSCALL_BYTES	2

static inline int64_t call_one(struct vcpu *v, struct call *c)
{
	const struct call_row *row;

	if (c->nr >= CALL_TABLE_ROWS)
		return -XY_ENOSYS;
	row = &call_table[c->nr & (CALL_TABLE_ROWS - 1)];
	if (row->flags && ((row->flags & CALL_PRIVILEGED &&
			    !v->domain->privileged) ||
			   (row->flags & CALL_NO_MULTI && c->in_multicall)))
		return row->flags & CALL_NO_MULTI && c->in_multicall ?
		       -XY_EINVAL : -XY_EPERM;
	return row->fn(v, c);
}

int64_t call_from_multicall(struct vcpu *v, struct call *c)
{
	c->in_multicall = true;
	return call_one(v, c);
}

static __attribute__((noinline)) void rewind_call(struct regs *r,
						  const struct call *c,
						  uint64_t base)
{
	r->rax = base + c->nr;
	r->rdi = c->arg[0];
	r->rsi = c->arg[1];
	r->rdx = c->arg[2];
	r->r10 = c->arg[3];
	r->r8 = c->arg[4];
	r->rip -= SYSCALL_BYTES;
}

/* Each of its two users has it whole: a step more would cost every call. */
static inline __attribute__((always_inline)) void
dispatch(struct vcpu *v, struct regs *r, uint64_t base)
{
	struct call c;
	int64_t rc;

	c.nr = r->rax - base;
	c.arg[0] = r->rdi;
	c.arg[1] = r->rsi;
	c.arg[2] = r->rdx;
	c.arg[3] = r->r10;
	c.arg[4] = r->r8;
	c.arg[5] = r->r9;
	c.in_multicall = false;
	rc = call_one(v, &c);
	/* iret's result is a program's rax, which may be any number. */
	if (__builtin_expect(rc == -XY_ERESTART &&
			     c.nr != XY_HYPERVISOR_iret, 0))
		rewind_call(r, &c, base);
	else
		r->rax = (uint64_t)rc;
}

void call_dispatch(struct vcpu *v, struct regs *r)
{
	dispatch(v, r, 0);
}

__attribute__((noinline)) void call_dispatch_direct(struct vcpu *v,
						    struct regs *r)
{
	dispatch(v, r, XY_DIRECT_CALL);
}
