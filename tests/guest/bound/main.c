// SPDX-License-Identifier: GPL-2.0-only
/*
 * bound: no hypercall keeps interrupts out for more than a millisecond, which
 * is 1,000,000 instructions when the machine counts them (-icount shift=0: a
 * virtual nanosecond an instruction).
 *
 * The hypervisor says by debug key 't' how late its timers were when their
 * interrupt was taken.  Two timers run while long calls run: one every
 * millisecond, and one with a random deadline that our handler arms anew.  How
 * late our own handler was is shown beside it, and not judged: a call that
 * takes tables apart ends before its caller's events come.
 */
#include "guest.h"
#include "abi/domctl.h"
#include "abi/sysctl.h"

#define LIMIT_NS	1000000UL
#define L1S		8192UL
#define LIST		4096UL		/* entries of a multicall */
#define DEAD_PAGES	16384UL		/* of the domain that is destroyed */
#define DEAD_L1S	4096UL
#define TABLE		(PTE_P | PTE_RW | PTE_U | PTE_A | PTE_D)
#define PER_TABLE	512UL

static uint32_t timer_port;
static volatile uint64_t deadline, worst;	/* the handler's */
static volatile unsigned int samples;
static unsigned int over;
static struct xy_multicall_entry *calls;	/* LIST of them */
static uint64_t *frames;			/* DEAD_PAGES numbers */
static struct xy_mmu_update *updates;		/* LIST of them */
static uint64_t l4, l3, l2[L1S / PER_TABLE], next_pfn;

/* ---- the clock ---- */

static void arm(void)
{
	struct xy_vcpu_set_singleshot_timer t;

	deadline = now_ns() + 2000 + (rnd() & 0xffff);
	t = (struct xy_vcpu_set_singleshot_timer){ .timeout_abs_ns = deadline };
	call3(XY_HYPERVISOR_vcpu_op, XY_VCPUOP_set_singleshot_timer, 0, &t);
}

static void on_event(void)
{
	uint64_t late = now_ns() - deadline;

	__atomic_store_n(&guest_shared->vcpu_info[0].evtchn_pending_sel, 0,
			 __ATOMIC_SEQ_CST);
	__atomic_fetch_and(&guest_shared->evtchn_pending[0],
			   ~(1UL << timer_port), __ATOMIC_SEQ_CST);
	if (deadline == 0 || (int64_t)late < 0)
		return;
	samples++;
	if (late > worst)
		worst = late;
	arm();
}

static void start_clock(void)
{
	struct xy_evtchn_bind_virq b = { .virq = XY_VIRQ_TIMER };
	struct xy_evtchn_unmask un;

	EXPECT_EQ(call2(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_bind_virq,
			&b), 0);
	timer_port = un.port = b.port;
	guest_on_event = on_event;
	EXPECT_EQ(call2(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_unmask,
			&un), 0);
	__atomic_store_n(&guest_shared->vcpu_info[0].evtchn_upcall_mask, 0,
			 __ATOMIC_SEQ_CST);
}

/* The number behind "ran" in the last line of the hypervisor's log. */
static uint64_t interrupt_late(void)
{
	static char text[65536];
	static struct xy_sysctl s;
	char key = 't';
	uint64_t n = 0;
	const char *p;

	s = (struct xy_sysctl){ .cmd = XY_SYSCTL_debug_keys,
		.interface_version = XY_SYSCTL_INTERFACE_VERSION };
	s.u.debug_keys.keys = A(&key);
	s.u.debug_keys.nr_keys = 1;
	EXPECT_EQ(call1(XY_HYPERVISOR_sysctl, &s), 0);
	s.cmd = XY_SYSCTL_readconsole;
	s.u.readconsole = (struct xy_sysctl_readconsole){
		.clear = 1, .buffer = A(text), .count = sizeof(text) };
	EXPECT_EQ(call1(XY_HYPERVISOR_sysctl, &s), 0);
	for (p = text + s.u.readconsole.count; p > text; p--)
		if (p[-1] == 'r' && p[0] == 'a' && p[1] == 'n' &&
		    p[2] == ' ')
			break;
	EXPECT(p > text);
	for (p += 3; *p >= '0' && *p <= '9'; p++)
		n = n * 10 + (uint64_t)(*p - '0');
	return n;
}

static uint64_t began;

static void begin(void)
{
	static struct xy_vcpu_set_periodic_timer p = { 1000000 };

	interrupt_late();
	worst = samples = 0;
	began = now_ns();
	arm();
	EXPECT_EQ(call3(XY_HYPERVISOR_vcpu_op, XY_VCPUOP_set_periodic_timer, 0,
			&p), 0);
}

static void end(const char *what)
{
	uint64_t took = now_ns() - began, late;

	EXPECT_EQ(call3(XY_HYPERVISOR_vcpu_op, XY_VCPUOP_stop_periodic_timer,
			0, 0), 0);
	/* The last one armed must come, too. */
	for (unsigned int n = samples; samples == n;)
		;
	deadline = 0;
	late = interrupt_late();
	say("RESULT bound_ns %s: %lu of %lu us, our event %lu%s", what, late,
	    took / 1000, worst, late > LIMIT_NS ? " TOO LONG" : "");
	over += late > LIMIT_NS;
}

/* Two million instructions take two million ns, or nobody counts them. */
static bool instructions_counted(void)
{
	uint64_t n = 1000000, t0 = now_ns(), took;

	asm volatile("1: dec %0; jnz 1b" : "+r"(n));
	took = now_ns() - t0;
	return took > 1980000 && took < 2020000;
}

/* ---- frames without an address ---- */

static uint64_t own_frame(void)
{
	return ((const uint64_t *)guest_si->mfn_list)[--next_pfn];
}

/* Writes 512 entries from first on, step apart, into a frame of owner's. */
static void fill(uint16_t owner, uint64_t mfn, uint64_t first, uint64_t step)
{
	volatile uint64_t *p = (uint64_t *)scratch_va(5);

	EXPECT_EQ(call4(XY_HYPERVISOR_update_va_mapping_otherdomain, p,
			mfn << 12 | LEAF, XY_UVMF_INVLPG, owner), 0);
	for (unsigned int i = 0; i < PER_TABLE; i++, first += step)
		p[i] = first;
	EXPECT_EQ(va_map(A(p), 0), 0);
}

/* A table of the numbers in list, the rest empty. */
static void fill_list(uint16_t owner, uint64_t mfn, const uint64_t *list,
		      uint64_t count)
{
	volatile uint64_t *p = (uint64_t *)scratch_va(5);

	EXPECT_EQ(call4(XY_HYPERVISOR_update_va_mapping_otherdomain, p,
			mfn << 12 | LEAF, XY_UVMF_INVLPG, owner), 0);
	for (unsigned int i = 0; i < PER_TABLE; i++)
		p[i] = i < count ? list[i] << 12 | TABLE : 0;
	EXPECT_EQ(va_map(A(p), 0), 0);
}

/* Tables over `count` L1s that say `entry` everywhere. */
static uint64_t build(uint16_t owner, uint64_t count, uint64_t entry,
		      uint64_t (*frame)(void))
{
	uint64_t l1[PER_TABLE], top;

	for (uint64_t i = 0; i < count / PER_TABLE; i++) {
		for (unsigned int k = 0; k < PER_TABLE; k++) {
			l1[k] = frame();
			fill(owner, l1[k], entry, 0);
		}
		l2[i] = frame();
		fill_list(owner, l2[i], l1, PER_TABLE);
	}
	l3 = frame();
	fill_list(owner, l3, l2, count / PER_TABLE);
	top = frame();
	fill_list(owner, top, &l3, 1);
	return top;
}

/* ---- what takes long ---- */

static long ext_on(uint16_t owner, unsigned int cmd, uint64_t mfn)
{
	struct xy_mmuext_op op = { .cmd = cmd };

	op.arg1.mfn = mfn;
	return call4(XY_HYPERVISOR_mmuext_op, &op, 1, 0, owner);
}

static void trees(void)
{
	l4 = build(XY_DOMID_SELF, L1S, own_frame() << 12 | LEAF, own_frame);
	begin();
	EXPECT_EQ(ext_on(XY_DOMID_SELF, XY_MMUEXT_PIN_L4_TABLE, l4), 0);
	end("pin of 8192 L1s");
	begin();
	EXPECT_EQ(ext_on(XY_DOMID_SELF, XY_MMUEXT_UNPIN_TABLE, l4), 0);
	end("unpin of 8192 L1s");
	EXPECT_EQ(ext_on(XY_DOMID_SELF, XY_MMUEXT_PIN_L4_TABLE, l4), 0);
	begin();
	EXPECT_EQ(mmu_one(l4 << 12, 0), 0);
	end("an L4 entry with 8192 L1s cleared");
	begin();
	EXPECT_EQ(mmu_one(l4 << 12, l3 << 12 | TABLE), 0);
	end("the entry set again");
	EXPECT_EQ(ext_on(XY_DOMID_SELF, XY_MMUEXT_UNPIN_TABLE, l4), 0);
	/* All that was finished is given up when the last L2 is refused. */
	fill(XY_DOMID_SELF, l2[L1S / PER_TABLE - 1], LEAF, 0);
	begin();
	EXPECT(ext_on(XY_DOMID_SELF, XY_MMUEXT_PIN_L4_TABLE, l4) < 0);
	end("a pin that fails at its end");
	l4 = build(XY_DOMID_SELF, L1S, 0, own_frame);
	begin();
	EXPECT_EQ(ext_on(XY_DOMID_SELF, XY_MMUEXT_PIN_L4_TABLE, l4), 0);
	end("pin of 8192 empty L1s");
	begin();
	EXPECT_EQ(ext_on(XY_DOMID_SELF, XY_MMUEXT_UNPIN_TABLE, l4), 0);
	end("unpin of 8192 empty L1s");
}

static void run_calls(const char *what)
{
	begin();
	EXPECT_EQ(call2(XY_HYPERVISOR_multicall, calls, LIST), 0);
	end(what);
}

static void multicalls(void)
{
	static struct xy_mmuext_op pin[2];
	uint64_t l1 = own_frame(), data = own_frame();

	fill(XY_DOMID_SELF, l1, data << 12 | LEAF, 0);
	for (unsigned int i = 0; i < LIST; i++)
		calls[i] = (struct xy_multicall_entry){
			.op = XY_HYPERVISOR_update_va_mapping,
			.args = { scratch_va(5), i & 1 ? 0 : data << 12 | LEAF,
				  XY_UVMF_TLB_FLUSH } };
	run_calls("4096 update_va_mapping");
	pin[0].cmd = XY_MMUEXT_PIN_L1_TABLE;
	pin[1].cmd = XY_MMUEXT_UNPIN_TABLE;
	pin[0].arg1.mfn = pin[1].arg1.mfn = l1;
	for (unsigned int i = 0; i < LIST; i++)
		calls[i] = (struct xy_multicall_entry){
			.op = XY_HYPERVISOR_mmuext_op,
			.args = { A(&pin[i & 1]), 1, 0, XY_DOMID_SELF } };
	run_calls("4096 pins and unpins");
	EXPECT_EQ((long)calls[LIST - 1].result, 0);
	for (unsigned int i = 0; i < LIST; i++)
		updates[i] = (struct xy_mmu_update){
			l1 << 12 | (i % PER_TABLE * 8),
			i & 1 ? 0 : data << 12 | LEAF };
	EXPECT_EQ(ext_on(XY_DOMID_SELF, XY_MMUEXT_PIN_L1_TABLE, l1), 0);
	for (unsigned int i = 0; i < LIST; i++)
		calls[i] = (struct xy_multicall_entry){
			.op = XY_HYPERVISOR_mmu_update,
			.args = { A(updates), 500, 0, XY_DOMID_SELF } };
	run_calls("4096 mmu_updates of 500");
	EXPECT_EQ((long)calls[LIST - 1].result, 0);
	begin();
	EXPECT_EQ(call4(XY_HYPERVISOR_mmu_update, updates, LIST, 0,
			XY_DOMID_SELF), 0);
	end("one mmu_update of 4096");
	EXPECT_EQ(ext_on(XY_DOMID_SELF, XY_MMUEXT_UNPIN_TABLE, l1), 0);
}

/* Bytes moved up by one within a frame are moved from its end. */
static void copies(void)
{
	struct xy_gnttab_copy *c = (void *)calls;
	uint64_t data = own_frame();
	unsigned int n = LIST * sizeof(*calls) / sizeof(*c);

	for (unsigned int i = 0; i < n; i++)
		c[i] = (struct xy_gnttab_copy){
			.source = { { .gmfn = data }, XY_DOMID_SELF, 0 },
			.dest = { { .gmfn = data }, XY_DOMID_SELF, 1 },
			.len = PAGE - 1 };
	begin();
	EXPECT_EQ(call3(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_copy, c, n),
		  0);
	end("grant copies within a frame");
	EXPECT_EQ(c[n - 1].status, XY_GNTST_okay);
}

static long memory_op(unsigned int cmd, uint64_t n, unsigned int order,
		      uint16_t domid)
{
	struct xy_memory_reservation r = {
		.extent_start = A(frames), .nr_extents = n,
		.extent_order = order, .domid = domid,
	};

	return call2(XY_HYPERVISOR_memory_op, cmd, &r);
}

static void populates(void)
{
	struct xy_memory_exchange x;
	uint64_t n = 8192;

	for (uint64_t i = 0; i < n; i++)
		frames[i] = own_frame();
	begin();
	EXPECT_EQ(memory_op(XY_MEM_decrease_reservation, n, 0, XY_DOMID_SELF),
		  n);
	end("8192 frames given up");
	for (uint64_t i = 0; i < n; i++)
		frames[i] = next_pfn + i;
	begin();
	EXPECT_EQ(memory_op(XY_MEM_populate_physmap, n / 2, 0, XY_DOMID_SELF),
		  n / 2);
	end("4096 frames populated");
	begin();
	EXPECT_EQ(memory_op(XY_MEM_populate_physmap, n / 2 / 512, 9,
			    XY_DOMID_SELF), n / 2 / 512);
	end("8 extents of 512 populated");
	begin();
	EXPECT_EQ(memory_op(XY_MEM_decrease_reservation, n / 2 / 512, 9,
			    XY_DOMID_SELF), n / 2 / 512);
	end("8 extents of 512 given up");
	EXPECT_EQ(memory_op(XY_MEM_increase_reservation, n / 2, 0,
			    XY_DOMID_SELF), n / 2);
	for (uint64_t i = 0; i < n / 2 / 512; i++)
		frames[n + i] = next_pfn + 512 * i;
	x = (struct xy_memory_exchange){
		.in = { .extent_start = A(frames), .nr_extents = n / 2,
			.domid = XY_DOMID_SELF },
		.out = { .extent_start = A(frames + n), .extent_order = 9,
			 .nr_extents = n / 2 / 512, .domid = XY_DOMID_SELF },
	};
	begin();
	EXPECT_EQ(call2(XY_HYPERVISOR_memory_op, XY_MEM_exchange, &x), 0);
	end("4096 frames exchanged for 8 extents");
	EXPECT_EQ(x.nr_exchanged, n / 2);
}

/* ---- another domain's end ---- */

static struct xy_domctl op;
static uint64_t dead_next;

static uint64_t dead_frame(void)
{
	return frames[dead_next++];
}

static long control(uint32_t cmd)
{
	op.cmd = cmd;
	op.interface_version = XY_DOMCTL_INTERFACE_VERSION;
	return call1(XY_HYPERVISOR_domctl, &op);
}

static void death(void)
{
	uint64_t top, data;

	op.u.createdomain = (struct xy_domctl_createdomain){
		.max_vcpus = 64, .max_evtchn_port = 4095,
		.max_grant_frames = -1, .max_maptrack_frames = -1,
		.grant_opts = 1,
	};
	EXPECT_EQ(control(XY_DOMCTL_createdomain), 0);
	op.u.max_vcpus.max = 64;
	EXPECT_EQ(control(XY_DOMCTL_max_vcpus), 0);
	op.u.max_mem.max_memkb = DEAD_PAGES * 4;
	EXPECT_EQ(control(XY_DOMCTL_max_mem), 0);
	for (uint64_t i = 0; i < DEAD_PAGES; i++)
		frames[i] = i;
	begin();
	EXPECT_EQ(memory_op(XY_MEM_populate_physmap, DEAD_PAGES, 0, op.domain),
		  DEAD_PAGES);
	end("16384 frames for another domain");
	data = dead_frame();
	top = build(op.domain, DEAD_L1S, data << 12 | LEAF, dead_frame);
	EXPECT_EQ(ext_on(op.domain, XY_MMUEXT_PIN_L4_TABLE, top), 0);
	begin();
	EXPECT_EQ(control(XY_DOMCTL_destroydomain), 0);
	end("a domain of 16384 frames and 4096 L1s destroyed");
}

static void *pages(uint64_t bytes)
{
	void *first = page_alloc();

	for (uint64_t at = PAGE; at < bytes; at += PAGE)
		page_alloc();
	return first;
}

void test_main(void)
{
	if (!instructions_counted())
		skip("wants a machine that counts instructions (-icount)");
	calls = pages(LIST * sizeof(*calls));
	frames = pages(DEAD_PAGES * sizeof(*frames));
	updates = pages(LIST * sizeof(*updates));
	next_pfn = guest_si->nr_pages;
	start_clock();
	trees();
	multicalls();
	copies();
	populates();
	death();
	if (over)
		failure("%u operations keep interrupts out too long", over);
}
