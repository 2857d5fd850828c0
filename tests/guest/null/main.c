// SPDX-License-Identifier: GPL-2.0-only
/*
 * null: the yardstick for entry and exit.  Times some calls in TSC ticks; with
 * QEMU's -icount shift=0,sleep=off a tick is an instruction, and the figures
 * repeat exactly.  Round trips include the loop of the guest.
 */
#include "guest.h"

#define ROUNDS	200

static unsigned long overhead;

#define MEASURE(name, statement)					\
	do {								\
		unsigned long best = ~0UL;				\
									\
		for (int i_ = 0; i_ < ROUNDS; i_++) {			\
			uint64_t t0_ = tsc(), t1_;			\
									\
			statement;					\
			t1_ = tsc() - t0_;				\
			if (t1_ < best)					\
				best = t1_;				\
		}							\
		say("BENCH %s %lu ticks", name,				\
		    best > overhead ? best - overhead : 0);		\
		if (overhead == 0)					\
			overhead = best;				\
	} while (0)

static void write_back(uint64_t va, uint64_t pte)
{
	EXPECT_EQ(va_map(va, pte), 0);
}

static void int3(struct guest_frame *f)
{
	(void)f;
}

/* A page of ours to another, by machine frame. */
static void copy_4k(struct xy_gnttab_copy *c)
{
	EXPECT_EQ(call3(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_copy, c, 1),
		  0);
	EXPECT_EQ(c->status, XY_GNTST_okay);
}

/* A page given back and another taken: its clearing is most of it. */
static void exchange_page(struct xy_memory_reservation *r)
{
	EXPECT_EQ(call2(XY_HYPERVISOR_memory_op,
			XY_MEM_populate_physmap, r), 1);
	EXPECT_EQ(call2(XY_HYPERVISOR_memory_op,
			XY_MEM_decrease_reservation, r), 1);
}

static void measure_pages(void)
{
	struct xy_gnttab_copy c = {
		.source = { .u.gmfn = va_mfn(page_alloc()),
			    .domid = XY_DOMID_SELF },
		.dest = { .u.gmfn = va_mfn(page_alloc()),
			  .domid = XY_DOMID_SELF },
		.len = PAGE,
	};
	void *page = page_alloc();
	uint64_t frame = va_mfn(page);
	struct xy_memory_reservation r = {
		.extent_start = A(&frame), .nr_extents = 1,
		.domid = XY_DOMID_SELF,
	};

	MEASURE("grant_copy_4k", copy_4k(&c));
	EXPECT_EQ(va_map(A(page), 0), 0);
	EXPECT_EQ(call2(XY_HYPERVISOR_memory_op,
			XY_MEM_decrease_reservation, &r), 1);
	MEASURE("populate_and_decrease", exchange_page(&r));
}

void test_main(void)
{
	struct xy_mmuext_op flush = { .cmd = XY_MMUEXT_TLB_FLUSH_LOCAL };
	struct xy_multicall_entry two[2] = {
		{ .op = XY_HYPERVISOR_xen_version },
		{ .op = XY_HYPERVISOR_xen_version },
	};
	struct xy_evtchn_bind_ipi ipi = { 0 };
	struct xy_evtchn_send send;
	uint64_t va = scratch_va(1), pte = va_pte(va);

	EXPECT_EQ(call2(XY_HYPERVISOR_xen_version, 0, 0), 0x40011);
	EXPECT_EQ(call2(XY_HYPERVISOR_event_channel_op,
			XY_EVTCHNOP_bind_ipi, &ipi), 0);
	send.port = ipi.port;
	__atomic_fetch_or(&guest_shared->evtchn_mask[ipi.port / 64],
			  1UL << ipi.port % 64, __ATOMIC_SEQ_CST);
	guest_handler[3] = int3;

	MEASURE("empty", );
	MEASURE("xen_version", call2(XY_HYPERVISOR_xen_version, 0, 0));
	MEASURE("set_timer_op", call1(XY_HYPERVISOR_set_timer_op, 0));
	MEASURE("evtchn_send_masked", call2(XY_HYPERVISOR_event_channel_op,
					    XY_EVTCHNOP_send, &send));
	MEASURE("sched_yield", call2(XY_HYPERVISOR_sched_op,
				     XY_SCHEDOP_yield, 0));
	MEASURE("multicall_of_2", call2(XY_HYPERVISOR_multicall, two, 2));
	MEASURE("update_va_mapping", write_back(va, pte));
	MEASURE("tlb_flush_local", call4(XY_HYPERVISOR_mmuext_op, &flush, 1,
					 0, XY_DOMID_SELF));
	MEASURE("int3_and_iret", asm volatile("int3"));
	measure_pages();
	EXPECT(overhead != 0);
}
