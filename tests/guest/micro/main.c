// SPDX-License-Identifier: GPL-2.0-only
/*
 * micro: the yardstick for a hypervisor's ways in and out.  Times calls, faults
 * and a program's system call in TSC ticks; with QEMU's -icount
 * shift=0,sleep=off a tick is an instruction, and the figures repeat exactly.
 * Round trips include the loop of the guest.  It boots as dom0 on any
 * hypervisor of this ABI: no toolstack is in the way (tests/bench/micro.sh).
 */
#include "../user/space.h"

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

asm(".pushsection .rodata\n"
	"micro_begin: syscall\n"
	"micro_read: mov (%rbx), %eax\n"
	"	syscall\n"
	"micro_end:\n"
	".popsection\n");
extern const char micro_begin[], micro_read[], micro_end[];

static void write_back(uint64_t va, uint64_t pte)
{
	EXPECT_EQ(va_map(va, pte), 0);
}

static void nothing(struct guest_frame *f)
{
	(void)f;
}

static void skip_two(struct guest_frame *f)
{
	f->rip += 2;
}

static void measure_calls(void)
{
	struct xy_multicall_entry two[2] = {
		{ .op = XY_HYPERVISOR_xen_version },
		{ .op = XY_HYPERVISOR_xen_version },
	};

	EXPECT_EQ(call2(XY_HYPERVISOR_xen_version, 0, 0), 0x40011);
	MEASURE("xen_version", call2(XY_HYPERVISOR_xen_version, 0, 0));
	MEASURE("set_timer_op", call1(XY_HYPERVISOR_set_timer_op, 0));
	MEASURE("sched_yield", call2(XY_HYPERVISOR_sched_op,
				     XY_SCHEDOP_yield, 0));
	MEASURE("multicall_of_2", call2(XY_HYPERVISOR_multicall, two, 2));
}

static volatile unsigned long upcalls;

static void take_event(void)
{
	upcalls++;
	__atomic_store_n(&guest_shared->evtchn_pending[0], 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&guest_shared->vcpu_info[0].evtchn_pending_sel, 0,
			 __ATOMIC_SEQ_CST);
}

static void send_to_self(struct xy_evtchn_send *send)
{
	unsigned long before = upcalls;

	call2(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send, send);
	EXPECT(upcalls == before + 1);
}

static void measure_events(void)
{
	struct xy_evtchn_bind_ipi ipi = { 0 };
	struct xy_evtchn_send send;

	EXPECT_EQ(call2(XY_HYPERVISOR_event_channel_op,
			XY_EVTCHNOP_bind_ipi, &ipi), 0);
	EXPECT(ipi.port < 64);
	send.port = ipi.port;
	__atomic_fetch_or(&guest_shared->evtchn_mask[0], 1UL << ipi.port,
			  __ATOMIC_SEQ_CST);
	MEASURE("evtchn_send_masked", call2(XY_HYPERVISOR_event_channel_op,
					    XY_EVTCHNOP_send, &send));
	__atomic_store_n(&guest_shared->evtchn_pending[0], 0, __ATOMIC_SEQ_CST);
	__atomic_fetch_and(&guest_shared->evtchn_mask[0], ~(1UL << ipi.port),
			   __ATOMIC_SEQ_CST);
	guest_on_event = take_event;
	guest_shared->vcpu_info[0].evtchn_upcall_mask = 0;
	MEASURE("event_to_itself", send_to_self(&send));
	guest_shared->vcpu_info[0].evtchn_upcall_mask = 1;
	guest_on_event = NULL;
}

static void pin_and_unpin(uint64_t mfn)
{
	EXPECT_EQ(mmuext_one(XY_MMUEXT_PIN_L1_TABLE, mfn, 0), 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_UNPIN_TABLE, mfn, 0), 0);
}

static void measure_tables(void)
{
	struct xy_mmuext_op flush = { .cmd = XY_MMUEXT_TLB_FLUSH_LOCAL };
	uint64_t va = scratch_va(1), pte = va_pte(va), *table = page_alloc();
	uint64_t slot = va_mfn(va_pte_slot(va)) << 12 |
			(A(va_pte_slot(va)) & (PAGE - 1));

	MEASURE("update_va_mapping", write_back(va, pte));
	MEASURE("mmu_update", EXPECT_EQ(mmu_one(slot, pte), 0));
	EXPECT_EQ(call2(XY_HYPERVISOR_vm_assist, XY_VMASST_CMD_enable,
			XY_VMASST_TYPE_writable_pagetables), 0);
	MEASURE("emulated_pte_write", *(volatile uint64_t *)
		va_pte_slot(va) = pte);
	MEASURE("tlb_flush_local", call4(XY_HYPERVISOR_mmuext_op, &flush, 1,
					 0, XY_DOMID_SELF));
	for (unsigned int i = 0; i < 512; i++)
		table[i] = va_mfn(page_alloc()) << 12 | LEAF_RO;
	EXPECT_EQ(page_protect(table, true), 0);
	MEASURE("pin_full_l1", pin_and_unpin(va_mfn(table)));
}

static void measure_faults(void)
{
	guest_handler[3] = nothing;
	guest_handler[6] = skip_two;
	MEASURE("int3_and_iret", asm volatile("int3"));
	MEASURE("invalid_opcode", asm volatile("ud2"));
	MEASURE("rdmsr_emulated", asm volatile("rdmsr" : : "c"(0xc0000100)
					       : "rax", "rdx"));
	MEASURE("cpuid_forced", asm volatile(
		".byte 0x0f, 0x0b, 0x78, 0x65, 0x6e; cpuid"
		: : "a"(0), "c"(0) : "rbx", "rdx"));
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

static void grant_map_unmap(uint64_t va, uint32_t ref)
{
	struct xy_gnttab_map_grant_ref m = {
		.host_addr = va, .flags = XY_GNTMAP_host_map, .ref = ref,
		.dom = 0,	/* it boots as dom0 */
	};
	struct xy_gnttab_unmap_grant_ref u = { .host_addr = va };

	EXPECT_EQ(call3(XY_HYPERVISOR_grant_table_op,
			XY_GNTTABOP_map_grant_ref, &m, 1), 0);
	EXPECT_EQ(m.status, XY_GNTST_okay);
	u.handle = m.handle;
	EXPECT_EQ(call3(XY_HYPERVISOR_grant_table_op,
			XY_GNTTABOP_unmap_grant_ref, &u, 1), 0);
	EXPECT_EQ(u.status, XY_GNTST_okay);
}

/* The table at a scratch page, and in it a page granted to ourselves. */
static void make_grant(uint32_t ref)
{
	uint64_t frame = 0;
	struct xy_gnttab_setup_table st = {
		.dom = XY_DOMID_SELF, .nr_frames = 1,
		.frame_list = A(&frame),
	};
	struct xy_grant_entry_v1 *table = (void *)scratch_va(2);

	EXPECT_EQ(call3(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_setup_table,
			&st, 1), 0);
	EXPECT_EQ(va_map(A(table), frame << 12 | LEAF), 0);
	table[ref].domid = 0;
	table[ref].frame = (uint32_t)va_mfn(page_alloc());
	__atomic_store_n(&table[ref].flags, XY_GTF_permit_access,
			 __ATOMIC_SEQ_CST);
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
	make_grant(20);
	MEASURE("grant_map_unmap", grant_map_unmap(scratch_va(3), 20));
	EXPECT_EQ(va_map(A(page), 0), 0);
	EXPECT_EQ(call2(XY_HYPERVISOR_memory_op,
			XY_MEM_decrease_reservation, &r), 1);
	MEASURE("populate_and_decrease", exchange_page(&r));
}

static void user_trip(const char *label, uint64_t rbx, uint64_t how)
{
	struct back b = space_enter(UCODE + (uint64_t)(label - micro_begin),
				    XY_FLAT_USER_CS, 2, 0, rbx);

	EXPECT_EQ(b.how, how);
}

/* Last: the ways back it sets never return to where they came from. */
static void measure_programs(void)
{
	space_make(micro_begin, micro_end);
	/* As Linux has it: the kernel sees the program's half. */
	EXPECT_EQ(mmu_one(va_mfn((void *)guest_si->pt_base) << 12,
			  ((uint64_t *)mfn_va(user_root))[0]), 0);
	MEASURE("program_and_syscall", user_trip(micro_begin, 0, BY_SYSCALL));
	MEASURE("program_and_page_fault", user_trip(micro_read, 0, 14));
}

void test_main(void)
{
	MEASURE("empty", );
	measure_calls();
	measure_events();
	measure_tables();
	measure_faults();
	measure_pages();
	measure_programs();
	EXPECT(overhead != 0);
}
