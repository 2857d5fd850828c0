// SPDX-License-Identifier: MIT
/*
 * What happens when a trap or an event arrives.
 *
 * An upcall goes to guest_on_event; a trap inside probe() ends that call; any
 * other goes to the vector's handler, and without one the guest dies and says
 * why.  Registers are saved by start.S; there is no floating point here.
 */
#include "frontend-drivers/guest/trap.h"
#include "abi/regs.h"
#include "abi/shared_info.h"
#include "abi/vcpu.h"
#include "frontend-drivers/guest/call.h"
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/smp.h"

#define UPCALL		255	/* the stub's number, no vector */
#define TRAPS		32

volatile unsigned long guest_events;
void (*guest_on_event)(void);
void (*guest_handler[256])(struct guest_frame *f);

extern char guest_stubs[], guest_event_stub[];
void guest_trap(struct guest_frame *f);
void guest_probe_call(void (*fn)(void *), void *arg, uint64_t slot[2]);

static uint64_t resume[2];		/* rsp, rip of a probe; 0: none */
static struct guest_fault seen;

static void upcall(void)
{
	struct xy_vcpu_info *v = &guest_shared->vcpu_info[vcpu_id()];

	__atomic_store_n(&v->evtchn_upcall_pending, 0, __ATOMIC_SEQ_CST);
	guest_events++;
	if (guest_on_event)
		guest_on_event();
}

static uint64_t fault_address(void)
{
	return guest_shared ? guest_shared->vcpu_info[vcpu_id()].arch.cr2 : 0;
}

void guest_trap(struct guest_frame *f)
{
	if (f->vector == UPCALL) {
		upcall();
		return;
	}
	if (resume[1] && vcpu_id() == 0) {
		seen = (struct guest_fault){
			.happened = true, .vector = (unsigned int)f->vector,
			.error = f->error, .rip = f->rip, .cs = f->cs,
			.cr2 = fault_address(),
		};
		f->rsp = resume[0];
		f->rip = resume[1];
		f->cs = XY_FLAT_KERNEL_CS & ~3UL;	/* not user mode */
		f->ss = XY_FLAT_KERNEL_SS;
		f->rflags &= 0x202;
		resume[1] = 0;
		return;
	}
	if (guest_handler[f->vector]) {
		guest_handler[f->vector](f);
		return;
	}
	guest_die("trap %lu, error %lx, at %lx, address %lx", f->vector,
		  f->error, f->rip, fault_address());
}

struct guest_fault probe(void (*fn)(void *), void *arg)
{
	seen.happened = false;
	guest_probe_call(fn, arg, resume);
	resume[1] = 0;
	return seen;
}

/* The list is one longer than it looks: an address of 0 ends it. */
static void fill(struct xy_trap_info *t)
{
	for (unsigned int i = 0; i < TRAPS; i++) {
		/* A user may raise a breakpoint and an overflow himself. */
		t[i].vector = (uint8_t)i;
		t[i].flags = (i == 3 || i == 4 ? 3 : 0) | XY_TI_MASK_EVENTS;
		t[i].cs = XY_FLAT_KERNEL_CS;
		t[i].address = A(guest_stubs) + 64 * i;
	}
}

void trap_context(struct xy_vcpu_guest_context *c)
{
	fill(c->trap_ctxt);
	c->event_callback_eip = A(guest_event_stub);
}

void trap_init(void)
{
	static struct xy_trap_info t[TRAPS + 1];
	struct xy_callback_register cb = {
		.type = XY_CALLBACKTYPE_event,
		.address = A(guest_event_stub),
	};

	fill(t);
	if (call1(XY_HYPERVISOR_set_trap_table, t) ||
	    call2(XY_HYPERVISOR_callback_op, XY_CALLBACKOP_register, &cb))
		guest_die("the hypervisor takes no trap handlers");
}
