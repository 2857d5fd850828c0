// SPDX-License-Identifier: MIT
/*
 * Event channels: ports, their handlers, and sleep.
 *
 * Rules:
 *  1. The upcall does nothing here: pending bits are looked at where the
 *     program waits. SCHEDOP_block unmasks and sleeps in one step, so an event
 *     between the last look and the sleep ends the sleep.
 *  2. A port is taken by the vCPU that handles it, whoever sees its bit.
 *  3. The bit is cleared before the handler runs: what comes meanwhile makes
 *     it run again.
 *
 * handlers[] is written before the port can fire, by the vCPU that handles it.
 */
#include "frontend-drivers/guest/event.h"
#include "abi/sched.h"
#include "abi/shared_info.h"
#include "abi/vcpu.h"
#include "frontend-drivers/guest/call.h"
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/smp.h"
#include "frontend-drivers/guest/timer.h"

#define PORTS		512U	/* that can have a handler */
#define OP(op, arg)	call2(XY_HYPERVISOR_event_channel_op, \
			      XY_EVTCHNOP_##op, arg)

static struct handler {
	event_fn fn;
	void *arg;
	unsigned int vcpu;
} handlers[PORTS];

static struct xy_vcpu_info *info_of(unsigned int vcpu)
{
	return &guest_shared->vcpu_info[vcpu];
}

long event_alloc(uint16_t remote, uint32_t *port)
{
	struct xy_evtchn_alloc_unbound op = {
		.dom = XY_DOMID_SELF, .remote_dom = remote,
	};
	long rc = OP(alloc_unbound, &op);

	*port = op.port;
	return rc;
}

long event_bind(uint16_t remote, uint32_t remote_port, uint32_t *port)
{
	struct xy_evtchn_bind_interdomain op = {
		.remote_dom = remote, .remote_port = remote_port,
	};
	long rc = OP(bind_interdomain, &op);

	*port = op.local_port;
	return rc;
}

long event_bind_virq(unsigned int virq, unsigned int vcpu, uint32_t *port)
{
	struct xy_evtchn_bind_virq op = { .virq = virq, .vcpu = vcpu };
	long rc = OP(bind_virq, &op);

	*port = op.port;
	return rc;
}

long event_bind_ipi(unsigned int vcpu, uint32_t *port)
{
	struct xy_evtchn_bind_ipi op = { .vcpu = vcpu };
	long rc = OP(bind_ipi, &op);

	*port = op.port;
	return rc;
}

long event_handle(uint32_t port, event_fn fn, void *arg)
{
	struct xy_evtchn_bind_vcpu bind = { port, vcpu_id() };
	struct xy_evtchn_unmask unmask = { port };

	if (port >= PORTS)
		return -XY_ENOSPC;
	handlers[port] = (struct handler){ fn, arg, bind.vcpu };
	/* Refused for IPIs and timers, which have their vCPU already. */
	if (bind.vcpu != 0)
		OP(bind_vcpu, &bind);
	/* What came before there was a handler, and was passed over. */
	if (guest_shared->evtchn_pending[port / 64] >> port % 64 & 1)
		event_raise(port);
	return OP(unmask, &unmask);
}

long event_send(uint32_t port)
{
	struct xy_evtchn_send op = { port };

	return OP(send, &op);
}

long event_close(uint32_t port)
{
	struct xy_evtchn_close op = { port };

	if (port < PORTS)
		handlers[port].fn = NULL;
	return OP(close, &op);
}

void event_raise(uint32_t port)
{
	struct xy_vcpu_info *v = info_of(port < PORTS ? handlers[port].vcpu :
					 0);

	__atomic_fetch_or(&guest_shared->evtchn_pending[port / 64],
			  1UL << port % 64, __ATOMIC_SEQ_CST);
	__atomic_fetch_or(&v->evtchn_pending_sel, 1UL << port / 64,
			  __ATOMIC_SEQ_CST);
	__atomic_store_n(&v->evtchn_upcall_pending, 1, __ATOMIC_SEQ_CST);
}

/* Takes a port's pending bit; was it set? */
static bool take(uint32_t port)
{
	uint64_t bit = 1UL << port % 64;

	return __atomic_fetch_and(&guest_shared->evtchn_pending[port / 64],
				  ~bit, __ATOMIC_SEQ_CST) & bit;
}

/* The ports of one word of 64. */
static bool run_word(unsigned int word, unsigned int me)
{
	uint64_t bits = __atomic_load_n(&guest_shared->evtchn_pending[word],
					__ATOMIC_SEQ_CST) &
			~guest_shared->evtchn_mask[word];
	bool any = false;

	for (; bits != 0; bits &= bits - 1) {
		uint32_t port = word * 64 + (uint32_t)__builtin_ctzl(bits);
		struct handler *h = &handlers[port];

		if (port >= PORTS || !h->fn) {
			/* One that somebody polls, perhaps: leave it to him. */
			continue;
		}
		if (h->vcpu != me || !take(port))
			continue;
		h->fn(port, h->arg);
		any |= h->fn != timers_tick;
	}
	return any;
}

bool event_poll(void)
{
	unsigned int me = vcpu_id();
	struct xy_vcpu_info *v = info_of(me);
	bool any = false;
	uint64_t words;

	__atomic_store_n(&v->evtchn_upcall_pending, 0, __ATOMIC_SEQ_CST);
	words = __atomic_exchange_n(&v->evtchn_pending_sel, 0,
				    __ATOMIC_SEQ_CST);
	for (; words != 0; words &= words - 1)
		any |= run_word((unsigned int)__builtin_ctzl(words), me);
	return timers_run() || any;
}

static void sleep(uint64_t until)
{
	timers_arm(until);
	call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_block, 0);
	info_of(vcpu_id())->evtchn_upcall_mask = 1;
}

void event_wait(void)
{
	while (!event_poll())
		sleep(UINT64_MAX);
}

bool event_wait_until(uint64_t ns)
{
	while (!event_poll()) {
		if (now_ns() >= ns)
			return false;
		sleep(ns);
	}
	return true;
}

bool event_wait_port(uint32_t port, uint64_t ns)
{
	uint32_t ports[1] = { port };
	struct xy_sched_poll poll = {
		.ports = A(ports), .nr_ports = 1, .timeout = ns,
	};

	while (!take(port)) {
		if (ns != 0 && now_ns() >= ns)
			return false;
		call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_poll, &poll);
	}
	return true;
}
