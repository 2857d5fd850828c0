// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that the hypervisor takes from user mode (abi/direct.h): only from the
 * address space that has the right, only these two, only what a grant names.
 */
#include "programs.h"
#include "abi/direct.h"

/* Made by user code itself; what stays in rax is the result, or the number. */
static struct back direct(uint64_t nr, uint64_t op)
{
	struct back b;

	enter_rax = XY_DIRECT_CALL + nr;
	b = run(user_direct, op);
	enter_rax = 0xa;
	EXPECT_EQ(b.how, BY_SYSCALL);
	return b;
}

static void expect_refused(uint64_t nr, uint64_t op)
{
	struct back b = direct(nr, op);

	EXPECT_EQ(b.rip, at(user_direct_no));
	EXPECT_EQ(b.rax, XY_DIRECT_CALL + nr);
}

static void expect_made(uint64_t nr, uint64_t op, int64_t result)
{
	struct back b = direct(nr, op);

	EXPECT_EQ(b.rip, at(user_direct_end));
	EXPECT_EQ(b.rax, (uint64_t)result);
}

static void grant(unsigned int ref, void *page)
{
	struct xy_grant_entry_v1 *table = (void *)scratch_va(1);
	uint64_t frame = 0;
	struct xy_gnttab_setup_table st = {
		.dom = XY_DOMID_SELF, .nr_frames = 1, .frame_list = A(&frame),
	};

	EXPECT_EQ(call3(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_setup_table,
			&st, 1), 0);
	EXPECT_EQ(va_map(A(table), frame << 12 | LEAF), 0);
	table[ref].domid = 0;
	table[ref].frame = (uint32_t)va_mfn(page);
	__atomic_store_n(&table[ref].flags, XY_GTF_permit_access,
			 __ATOMIC_SEQ_CST);
}

static void direct_copy(void)
{
	struct xy_gnttab_copy *c = (struct xy_gnttab_copy *)&user_data[1];
	uint64_t *from = page_alloc(), *to = page_alloc();

	from[1] = 0x1234;
	from[2] = 0x5678;
	grant(20, from);
	grant(21, to);
	for (uint16_t flags = 0; flags <= 3; flags++) {
		*c = (struct xy_gnttab_copy){
			.source = { .domid = XY_DOMID_SELF, .offset = 8 },
			.dest = { .domid = XY_DOMID_SELF },
			.len = 16, .flags = flags, .status = 1,
		};
		c->source.u.gmfn = flags & XY_GNTCOPY_source_gref ? 20 :
				   va_mfn(from);
		c->dest.u.gmfn = flags & XY_GNTCOPY_dest_gref ? 21 :
				 va_mfn(to);
		expect_made(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_copy, 0);
		/* Every frame of its kernel has a number. */
		EXPECT_EQ(c->status, flags == 3 ? XY_GNTST_okay :
			  XY_GNTST_permission_denied);
		EXPECT_EQ(to[0], flags == 3 ? 0x1234 : 0);
	}
	EXPECT_EQ(to[1], 0x5678);
}

/* The kernel's memory, and ours, is not there for a program's call either. */
static void direct_addresses(const uint32_t *port)
{
	const uint64_t bad[] = { A(port), XY_MACH2PHYS_VIRT_START,
				 0xffff830000000000, 1UL << 47, -4UL };
	struct back b;

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		enter_rax = XY_DIRECT_CALL + XY_HYPERVISOR_event_channel_op;
		b = run(user_send, bad[i]);
		EXPECT_EQ(b.how, BY_SYSCALL);
		EXPECT_EQ(b.rip, at(user_send_end));
		EXPECT_EQ(b.rax, (uint64_t)-XY_EFAULT);
	}
	enter_rax = 0xa;
}

void check_direct(void)
{
	struct xy_evtchn_bind_ipi ipi = { .vcpu = 0 };

	EXPECT_EQ(call2(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_bind_ipi,
			&ipi), 0);
	user_data[1] = ipi.port;
	expect_refused(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send);
	EXPECT_EQ(guest_shared->evtchn_pending[0] >> ipi.port & 1, 0);
	EXPECT_EQ(call1(XY_HYPERVISOR_direct, 2), -XY_EINVAL);
	EXPECT_EQ(call1(XY_HYPERVISOR_direct, 0), 0);
	expect_made(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send, 0);
	EXPECT_EQ(guest_shared->evtchn_pending[0] >> ipi.port & 1, 1);
	user_data[1] = 4000;			/* no port of ours */
	expect_made(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send,
		    -XY_EINVAL);
	direct_copy();
	direct_addresses(&ipi.port);
	/* Nothing but these two: the kernel hears of all else. */
	expect_refused(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_close);
	expect_refused(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_setup_table);
	expect_refused(XY_HYPERVISOR_sched_op, 0);
	expect_refused(XY_HYPERVISOR_direct, 0);
	expect_refused(63, 0);
	expect_refused(64, 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_UNPIN_TABLE, user_root, 0), 0);
	user_data[1] = ipi.port;
	expect_refused(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_PIN_L4_TABLE, user_root, 0), 0);
	expect_refused(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send);
}
