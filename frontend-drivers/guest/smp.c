// SPDX-License-Identifier: MIT
/*
 * vCPUs beyond the first.
 *
 * A vCPU is known by its stack: there is one for each, so the stack pointer
 * tells who runs, and no segment base has to be kept.  A new vCPU shares the
 * first one's page tables and takes the same traps; its state is built from
 * nothing, in a context for VCPUOP_initialise, once.  When its function is
 * done it goes down and waits there for the next one.
 *
 * works[] of a vCPU is written by others only while it is down.
 */
#include "frontend-drivers/guest/smp.h"
#include "abi/vcpu.h"
#include "frontend-drivers/guest/call.h"
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/text.h"

#define STACK_PAGES	4UL

static struct work {
	void (*fn)(void *arg);
	void *arg;
	char *stack;		/* NULL: never started */
} works[VCPUS_MAX];

unsigned int vcpu_id(void)
{
	char here;

	for (unsigned int i = 1; i < VCPUS_MAX; i++)
		if (works[i].stack && A(&here) - A(works[i].stack) <
		    STACK_PAGES * PAGE)
			return i;
	return 0;
}

static long is_up(unsigned int id)
{
	return call3(XY_HYPERVISOR_vcpu_op, XY_VCPUOP_is_up, id, 0);
}

bool vcpu_is_up(unsigned int id)
{
	return is_up(id) > 0;
}

unsigned int vcpu_count(void)
{
	unsigned int n = 1;

	while (n < VCPUS_MAX && is_up(n) >= 0)
		n++;
	return n;
}

static __attribute__((noreturn)) void run(unsigned int id)
{
	for (;;) {
		works[id].fn(works[id].arg);
		call3(XY_HYPERVISOR_vcpu_op, XY_VCPUOP_down, id, 0);
	}
}

static long initialise(unsigned int id)
{
	struct xy_vcpu_guest_context *c = pages_alloc(2);
	char *stack = pages_alloc(STACK_PAGES);
	long rc = -XY_ENOMEM;

	if (c && stack) {
		c->flags = XY_VGCF_in_kernel;
		c->user_regs.rip = A(run);
		c->user_regs.rdi = id;
		/* As after a call. */
		c->user_regs.rsp = A(stack) + STACK_PAGES * PAGE - 8;
		c->user_regs.rflags = 0x200;
		c->user_regs.cs = XY_FLAT_KERNEL_CS;
		c->user_regs.ss = XY_FLAT_KERNEL_SS;
		c->kernel_ss = XY_FLAT_KERNEL_SS;
		c->kernel_sp = A(stack) + STACK_PAGES * PAGE;
		c->ctrlreg[3] = va_mfn((void *)guest_si->pt_base) << 12;
		trap_context(c);
		works[id].stack = stack;
		rc = call3(XY_HYPERVISOR_vcpu_op, XY_VCPUOP_initialise, id, c);
	}
	if (c)
		pages_free(c, 2);
	if (rc && stack) {
		works[id].stack = NULL;
		pages_free(stack, STACK_PAGES);
	}
	return rc;
}

long vcpu_start(unsigned int id, void (*fn)(void *arg), void *arg)
{
	long rc;

	if (id == 0 || id >= VCPUS_MAX)
		return -XY_ENOENT;
	rc = is_up(id);
	if (rc != 0)
		return rc < 0 ? rc : -XY_EBUSY;
	works[id].fn = fn;
	works[id].arg = arg;
	if (!works[id].stack)
		rc = initialise(id);
	return rc ? rc : call3(XY_HYPERVISOR_vcpu_op, XY_VCPUOP_up, id, 0);
}
