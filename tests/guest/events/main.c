// SPDX-License-Identifier: GPL-2.0-only
/*
 * events: channels to ourselves, virtual interrupts, timers, waiting.
 */
#include "guest.h"

#define OP(op, arg) call2(XY_HYPERVISOR_event_channel_op, \
			  XY_EVTCHNOP_##op, arg)
#define SCHED(op, arg) call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_##op, arg)

static volatile unsigned long got;	/* bit a port */

static bool pending(uint32_t port)
{
	return guest_shared->evtchn_pending[port / 64] >> port % 64 & 1;
}

static void set_mask(uint32_t port, bool on)
{
	uint64_t bit = 1UL << port % 64;

	if (on)
		__atomic_fetch_or(&guest_shared->evtchn_mask[port / 64], bit,
				  __ATOMIC_SEQ_CST);
	else
		__atomic_fetch_and(&guest_shared->evtchn_mask[port / 64],
				   ~bit, __ATOMIC_SEQ_CST);
}

static void clear(uint32_t port)
{
	__atomic_fetch_and(&guest_shared->evtchn_pending[port / 64],
			   ~(1UL << port % 64), __ATOMIC_SEQ_CST);
}

static void consume(void)
{
	struct xy_vcpu_info *v = &guest_shared->vcpu_info[0];
	uint64_t sel = __atomic_exchange_n(&v->evtchn_pending_sel, 0,
					   __ATOMIC_SEQ_CST);

	for (unsigned int w = 0; w < 64; w++) {
		uint64_t bits;

		if (!(sel >> w & 1))
			continue;
		bits = guest_shared->evtchn_pending[w] &
		       ~guest_shared->evtchn_mask[w];
		__atomic_fetch_and(&guest_shared->evtchn_pending[w], ~bits,
				   __ATOMIC_SEQ_CST);
		if (w == 0)
			got |= bits;
	}
}

static void events_on(bool on)
{
	struct xy_vcpu_info *v = &guest_shared->vcpu_info[0];

	__atomic_store_n(&v->evtchn_upcall_mask, !on, __ATOMIC_SEQ_CST);
	if (on && v->evtchn_upcall_pending)
		call2(XY_HYPERVISOR_xen_version, 0, 0);
}

static void check_ipi(void)
{
	struct xy_evtchn_bind_ipi ipi = { .vcpu = 0 };
	struct xy_evtchn_send send;
	struct xy_evtchn_unmask un;
	struct xy_evtchn_close close;

	EXPECT_EQ(OP(bind_ipi, &ipi), 0);
	EXPECT(ipi.port > 0);
	send.port = un.port = close.port = ipi.port;
	set_mask(ipi.port, true);
	got = 0;
	EXPECT_EQ(OP(send, &send), 0);
	EXPECT(pending(ipi.port));
	EXPECT_EQ(got, 0);		/* masked: stays pending */
	EXPECT_EQ(OP(unmask, &un), 0);
	EXPECT_EQ(got, 1UL << ipi.port);
	events_on(false);
	got = 0;
	EXPECT_EQ(OP(send, &send), 0);
	EXPECT_EQ(got, 0);
	events_on(true);
	EXPECT_EQ(got, 1UL << ipi.port);
	EXPECT_EQ(OP(close, &close), 0);
	EXPECT(OP(send, &send) < 0);
	ipi.vcpu = 99;
	EXPECT(OP(bind_ipi, &ipi) < 0);
}

static void check_pair(void)
{
	struct xy_evtchn_alloc_unbound au = {
		.dom = XY_DOMID_SELF, .remote_dom = XY_DOMID_SELF,
	};
	struct xy_evtchn_bind_interdomain bi = { .remote_dom = XY_DOMID_SELF };
	struct xy_evtchn_status st = { .dom = XY_DOMID_SELF };
	struct xy_evtchn_send send;
	struct xy_evtchn_close close;

	EXPECT_EQ(OP(alloc_unbound, &au), 0);
	st.port = au.port;
	EXPECT_EQ(OP(status, &st), 0);
	EXPECT_EQ(st.status, XY_EVTCHNSTAT_unbound);
	bi.remote_port = au.port;
	got = 0;
	EXPECT_EQ(OP(bind_interdomain, &bi), 0);
	/* the binder finds its own port pending: nothing can be lost */
	EXPECT_EQ(got, 1UL << bi.local_port);
	EXPECT(OP(bind_interdomain, &bi) < 0);	/* taken */
	got = 0;
	send.port = bi.local_port;
	EXPECT_EQ(OP(send, &send), 0);
	EXPECT_EQ(got, 1UL << au.port);
	got = 0;
	send.port = au.port;
	EXPECT_EQ(OP(send, &send), 0);
	EXPECT_EQ(got, 1UL << bi.local_port);
	close.port = bi.local_port;
	EXPECT_EQ(OP(close, &close), 0);
	EXPECT_EQ(OP(status, &st), 0);
	EXPECT_EQ(st.status, XY_EVTCHNSTAT_unbound);
	close.port = au.port;
	EXPECT_EQ(OP(close, &close), 0);
	EXPECT(OP(close, &close) < 0);
}

static uint32_t bind_timer(void)
{
	struct xy_evtchn_bind_virq bv = { .virq = XY_VIRQ_TIMER, .vcpu = 0 };

	EXPECT_EQ(OP(bind_virq, &bv), 0);
	EXPECT(OP(bind_virq, &bv) < 0);		/* -EEXIST */
	set_mask(bv.port, false);
	return bv.port;
}

static void check_timer(uint32_t port)
{
	struct xy_vcpu_set_singleshot_timer t = { 0 };
	uint64_t start = now_ns();

	got = 0;
	t.timeout_abs_ns = start + 3000000;
	EXPECT_EQ(call3(XY_HYPERVISOR_vcpu_op, XY_VCPUOP_set_singleshot_timer,
			0, &t), 0);
	while (!got)
		EXPECT_EQ(SCHED(block, 0), 0);
	EXPECT_EQ(got, 1UL << port);
	EXPECT(now_ns() >= start + 3000000);
	/* a deadline in the past comes at once */
	got = 0;
	t.timeout_abs_ns = 1;
	EXPECT_EQ(call3(XY_HYPERVISOR_vcpu_op, XY_VCPUOP_set_singleshot_timer,
			0, &t), 0);
	while (!got && now_ns() < start + 1000000000)
		call2(XY_HYPERVISOR_xen_version, 0, 0);
	EXPECT_EQ(got, 1UL << port);
	/* spinning, without a call: the interrupt itself must bring it */
	got = 0;
	EXPECT_EQ(call1(XY_HYPERVISOR_set_timer_op, now_ns() + 2000000), 0);
	start = now_ns();
	while (!got && now_ns() < start + 1000000000)
		;
	EXPECT_EQ(got, 1UL << port);
}

static void check_poll(uint32_t timer)
{
	uint32_t ports[1] = { timer };
	struct xy_sched_poll p = { .ports = A(ports), .nr_ports = 1 };
	uint64_t start = now_ns();

	/* a masked port wakes a poller */
	set_mask(timer, true);
	events_on(false);
	EXPECT_EQ(call1(XY_HYPERVISOR_set_timer_op, now_ns() + 2000000), 0);
	EXPECT_EQ(SCHED(poll, &p), 0);
	EXPECT(pending(timer));
	EXPECT(now_ns() >= start + 2000000);
	EXPECT_EQ(SCHED(poll, &p), 0);		/* pending: at once */
	clear(timer);
	start = now_ns();
	p.timeout = start + 2000000;
	EXPECT_EQ(SCHED(poll, &p), 0);
	EXPECT(now_ns() >= start + 2000000);
	p.nr_ports = 129;
	EXPECT_EQ(SCHED(poll, &p), -XY_EINVAL);
	set_mask(timer, false);
	events_on(true);
}

static void check_limits(void)
{
	struct xy_evtchn_send send = { .port = 0 };
	struct xy_evtchn_bind_virq bv = { .virq = 1000, .vcpu = 0 };
	struct xy_evtchn_bind_ipi ipi = { 0 };
	struct xy_evtchn_close close;
	unsigned int n = 0;
	long rc;

	EXPECT(OP(send, &send) < 0);
	send.port = 0xffffffff;
	EXPECT(OP(send, &send) < 0);
	EXPECT(OP(bind_virq, &bv) < 0);
	while ((rc = OP(bind_ipi, &ipi)) == 0 && n < 5000)
		n++;
	EXPECT_EQ(rc, -XY_ENOSPC);
	EXPECT(n > 4000);
	for (close.port = ipi.port; close.port > 0; close.port--)
		OP(close, &close);
}

void test_main(void)
{
	uint32_t timer;

	guest_on_event = consume;
	events_on(true);
	check_ipi();
	check_pair();
	timer = bind_timer();
	check_timer(timer);
	check_poll(timer);
	check_limits();
}
