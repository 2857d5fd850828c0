// SPDX-License-Identifier: GPL-2.0-only
/*
 * hostile: a kernel that means harm.  The words of its command line say how:
 *
 *   dies of it    upcall-stack  iret-stack  iret-user  no-handler  fuzz
 *   lives on      iret  jump  events  timers  polls  grants  multicalls  pins
 *                 user
 *
 * `fuzz` throws random calls at its own tables and descriptors and may end
 * either way.  What lives on ends as a success.  As dom0, without a word, all
 * that can live there is done in turn; tests/e2e/jobs/hostile.sh has a domain
 * for each word, with a neighbour that must not notice.
 */
#include "hostile.h"

uint64_t lasts_ns;

static uint64_t ends;

void start_round(void)
{
	ends = now_ns() + lasts_ns;
}

bool round_goes_on(void)
{
	return now_ns() < ends;
}

/* ---- deaths ---- */

static void events_on(void)
{
	struct xy_vcpu_info *v = &guest_shared->vcpu_info[0];

	__atomic_store_n(&v->evtchn_upcall_mask, 0, __ATOMIC_SEQ_CST);
}

static void upcall_stack(void)
{
	__atomic_store_n(&guest_shared->vcpu_info[0].evtchn_upcall_pending, 1,
			 __ATOMIC_SEQ_CST);
	events_on();
	asm volatile("mov $0xffff830000001000, %%rsp\n\t"
		     "mov %0, %%eax\n\t"
		     "syscall" : : "i"(XY_HYPERVISOR_xen_version)
		     : "memory");
}

static void iret_stack(void)
{
	asm volatile("xor %%esp, %%esp; mov %0, %%eax; syscall"
		     : : "i"(XY_HYPERVISOR_iret) : "memory");
}

static void iret_user(void)
{
	static uint64_t frame[9] = { [5] = XY_FLAT_USER_CS };

	asm volatile("mov %1, %%rsp; mov %0, %%eax; syscall"
		     : : "i"(XY_HYPERVISOR_iret), "r"(frame) : "memory");
}

static void no_handler(void)
{
	call1(XY_HYPERVISOR_set_trap_table, 0);
	asm volatile("ud2");
}

/* A random number that is often a frame of ours, or an address. */
static uint64_t nasty(void)
{
	const uint64_t *p2m = (const uint64_t *)guest_si->mfn_list;
	uint64_t mfn = p2m[rnd() % guest_si->nr_pages];

	switch (rnd() % 8) {
	case 0: return mfn;
	case 1: return mfn << 12 | LEAF;
	case 2: return mfn << 12 | (rnd() & 0xff8);
	case 3: return va_mfn((void *)guest_si->pt_base);
	case 4: return scratch_va((unsigned int)(rnd() % SCRATCH_PAGES));
	case 5: return rnd() % 64;
	case 6: return va_pte(scratch_va(2));
	}
	return rnd();
}

static void fuzz(void)
{
	static const unsigned char calls[] = {
		XY_HYPERVISOR_mmu_update, XY_HYPERVISOR_set_gdt,
		XY_HYPERVISOR_set_debugreg, XY_HYPERVISOR_update_descriptor,
		XY_HYPERVISOR_memory_op, XY_HYPERVISOR_update_va_mapping,
		XY_HYPERVISOR_grant_table_op, XY_HYPERVISOR_vm_assist,
		XY_HYPERVISOR_vcpu_op, XY_HYPERVISOR_set_segment_base,
		XY_HYPERVISOR_mmuext_op, XY_HYPERVISOR_event_channel_op,
		XY_HYPERVISOR_physdev_op, XY_HYPERVISOR_multicall,
		XY_HYPERVISOR_fpu_taskswitch, XY_HYPERVISOR_domctl,
		XY_HYPERVISOR_sysctl, XY_HYPERVISOR_platform_op,
		XY_HYPERVISOR_set_timer_op, XY_HYPERVISOR_callback_op,
	};
	uint64_t *args = page_alloc(), seed = tsc();

	say("HOSTILE seed %lx", seed);
	rnd_seed(seed);
	start_round();
	while (round_goes_on()) {
		unsigned int nr = calls[rnd() % sizeof(calls)];
		uint64_t first = A(args), second = 1 + rnd() % 4;

		for (unsigned int i = 0; i < 64; i++)
			args[i] = nasty();
		args[0] = rnd() % 32;	/* an operation, in some of them */
		if (nr == XY_HYPERVISOR_memory_op ||
		    nr == XY_HYPERVISOR_vcpu_op ||
		    nr == XY_HYPERVISOR_grant_table_op ||
		    nr == XY_HYPERVISOR_event_channel_op ||
		    nr == XY_HYPERVISOR_physdev_op ||
		    nr == XY_HYPERVISOR_callback_op) {
			first = rnd() % 48;
			second = A(args);
		} else if (rnd() % 4 == 0) {
			first = nasty();
			second = nasty();
		}
		call5(nr, first, second, rnd() % 2 ? A(args) : rnd() % 8,
		      XY_DOMID_SELF, 0);
	}
}

/* ---- lives ---- */

static uint64_t iret_frame[9];

static void do_iret(void *unused)
{
	(void)unused;
	asm volatile("mov %1, %%rsp; mov %0, %%eax; syscall"
		     : : "i"(XY_HYPERVISOR_iret), "r"(iret_frame) : "memory");
}

extern char iret_lands[];
asm(".text; iret_lands: ud2");

/* To a place that traps at once, by selectors and flags that are not ours. */
static void irets(void)
{
	uint64_t *stack = page_alloc();

	start_round();
	while (round_goes_on()) {
		iret_frame[3] = rnd() & XY_VGCF_in_syscall;
		iret_frame[4] = A(iret_lands);
		iret_frame[5] = rnd() % 2 ? XY_FLAT_KERNEL_CS & ~3UL :
				rnd() & 0xfffc;
		iret_frame[6] = rnd() & ~0x200UL;
		iret_frame[7] = A(stack) + PAGE - 64;
		iret_frame[8] = rnd() & 0xffff;
		EXPECT(probe(do_iret, NULL).happened);
	}
}

static void touch(void *at)
{
	*(volatile char *)at;
}

static void scribble(void *at)
{
	*(volatile char *)at = 1;
}

static void jump_to(void *at)
{
	((void (*)(void))at)();
}

static void jump_into(uint64_t at)
{
	struct guest_fault f;

	f = probe(jump_to, (void *)at);
	EXPECT(f.happened && f.vector == 14);
	f = probe(scribble, (void *)at);
	EXPECT(f.happened && f.vector == 14);
	f = probe(touch, (void *)at);
	EXPECT(f.happened ? f.vector == 14 : at >> 39 == 0x1ffff00);
}

/* The start of each part of the hypervisor's space, and anywhere in it. */
static void jumps(void)
{
	uint64_t slot = 256, at;

	start_round();
	for (unsigned int i = 0; round_goes_on() || slot != 256; i++) {
		at = 0xffff000000000000UL | slot << 39;
		jump_into(at + ((uint64_t)(i / 16 % 32) << 12));
		jump_into(at + (rnd() & 0x7fffffffff));
		slot = slot == 271 ? 256 : slot + 1;
	}
	/* The image itself, where a guess would look for it. */
	EXPECT(probe(touch, (void *)0xffff82d040200000UL).happened);
}

static void fill(uint64_t mfn, const uint64_t *list, uint64_t n)
{
	uint64_t *p = (uint64_t *)scratch_va(5);

	EXPECT_EQ(va_map(A(p), mfn << 12 | LEAF), 0);
	for (unsigned int i = 0; i < 512; i++)
		p[i] = i < n ? list[i] << 12 | LEAF : 0;
	EXPECT_EQ(va_map(A(p), 0), 0);
}

/* Memory nobody mapped yet is zero: L1s by the thousand. */
static void pins(void)
{
	const uint64_t *p2m = (const uint64_t *)guest_si->mfn_list;
	uint64_t next = guest_si->nr_pages, l2[8], l3, l4;

	EXPECT(next >= 12000);
	for (unsigned int i = 0; i < 8; i++) {
		next -= 513;
		l2[i] = p2m[next + 512];
		fill(l2[i], &p2m[next], 512);
	}
	l3 = p2m[--next];
	fill(l3, l2, 8);
	l4 = p2m[--next];
	fill(l4, &l3, 1);
	start_round();
	while (round_goes_on()) {
		EXPECT_EQ(mmuext_one(XY_MMUEXT_PIN_L4_TABLE, l4, 0), 0);
		EXPECT_EQ(mmuext_one(XY_MMUEXT_UNPIN_TABLE, l4, 0), 0);
	}
}

static const struct {
	const char *word;
	void (*fn)(void);
	bool as_dom0;
} ways[] = {
	{ "upcall-stack", upcall_stack, false },
	{ "iret-stack", iret_stack, false },
	{ "iret-user", iret_user, false },
	{ "no-handler", no_handler, false },
	{ "fuzz", fuzz, false },
	{ "pins", pins, false },
	{ "iret", irets, true },
	{ "jump", jumps, true },
	{ "events", events, true },
	{ "timers", timers, true },
	{ "polls", polls, true },
	{ "grants", grants, true },
	{ "multicalls", multicalls, true },
	{ "user", user_storm, true },
};

void test_main(void)
{
	bool dom0 = guest_si->flags & XY_SIF_INITDOMAIN;

	lasts_ns = dom0 ? 300000000UL : 4000000000UL;
	for (unsigned int i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (dom0 ? !ways[i].as_dom0 : !asked(ways[i].word))
			continue;
		say("HOSTILE %s", ways[i].word);
		ways[i].fn();
		say("HOSTILE %s ended", ways[i].word);
	}
}
