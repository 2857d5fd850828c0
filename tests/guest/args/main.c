// SPDX-License-Identifier: GPL-2.0-only
/*
 * args: every call with every kind of bad pointer and number.  The hypervisor
 * must answer each with an error or a lawful result, and live.
 *
 * Left out are the calls that end the guest by design: iret, shutdown, and
 * block and poll without a waker.
 */
#include "guest.h"

static uint64_t pointers[] = {
	0, 1, 8, 0xfff, 0x1000, 0x00007ffffffff000, 0x00007fffffffffff,
	0x0000800000000000,			/* not canonical */
	0x8000000000000000, 0xffff7fffffffffff,
	0xffff800000000000,			/* M2P */
	0xffff808000000000, 0xffff810000000000,
	0xffff82d040200000,			/* the image */
	0xffff830000000000,			/* direct map */
	0xffff87fffffffff8, 0xffff880000000000 - 1,
	0xfffffffffffffff8, 0xffffffffffffffff,
	0, 0,					/* our own page; its end */
};

static uint64_t numbers[] = {
	0, 1, 2, 3, 4, 5, 7, 8, 16, 64, 511, 512, 4095, 4096, 0x7fffffff,
	0x80000000, 0xffffffff, 0x100000000, 0x7fffffffffffffff,
	0x8000000000000000, 0xffffffffffffffff,
};

#define N(a) (sizeof(a) / sizeof((a)[0]))

static uint64_t any(void)
{
	return rnd() & 1 ? pointers[rnd() % N(pointers)] :
	       numbers[rnd() % N(numbers)];
}

static bool ends_us(uint64_t nr, uint64_t sub)
{
	switch (nr) {
	case XY_HYPERVISOR_iret:
		return true;
	case XY_HYPERVISOR_sched_op:
		return (uint32_t)sub != XY_SCHEDOP_yield;
	case XY_HYPERVISOR_sched_op_compat:
		return true;
	case XY_HYPERVISOR_set_gdt:	/* 0 entries would be lawful */
	case XY_HYPERVISOR_set_trap_table:
	case XY_HYPERVISOR_callback_op:
	case XY_HYPERVISOR_set_callbacks:
	case XY_HYPERVISOR_stack_switch:
	case XY_HYPERVISOR_fpu_taskswitch:
	case XY_HYPERVISOR_console_io:	/* would print what it likes */
		return true;
	case XY_HYPERVISOR_vcpu_op:
		return (uint32_t)sub == XY_VCPUOP_down;
	case XY_HYPERVISOR_memory_op:	/* lawful on our own memory */
		return (uint32_t)sub == XY_MEM_decrease_reservation;
	}
	return false;
}

/* Structures full of nonsense at a good address, too. */
static void scramble(uint64_t *page)
{
	for (unsigned int i = 0; i < PAGE / 8; i++)
		page[i] = any();
}

static void shower(unsigned int rounds, uint64_t *page)
{
	for (unsigned int i = 0; i < rounds; i++) {
		uint64_t nr = rnd() % 70, a = any(), b = any(), c = any();

		if (rnd() % 4)
			a = rnd() % 40;		/* a sub-op */
		if (ends_us(nr, a))
			continue;
		if (nr == XY_HYPERVISOR_mmu_update ||
		    nr == XY_HYPERVISOR_mmuext_op ||
		    nr == XY_HYPERVISOR_multicall ||
		    nr == XY_HYPERVISOR_update_va_mapping) {
			/* never with our own good page: it might be lawful */
			if (a >= A(page) && a < A(page) + PAGE)
				continue;
		} else if (rnd() % 3 == 0) {
			scramble(page);
		}
		if (nr == XY_HYPERVISOR_platform_op ||
		    nr == XY_HYPERVISOR_domctl)
			page[0] = page[1] = ~0UL;	/* no lawful command */
		call5(nr, a, b, c, any(), any());
		guest_checks++;
	}
}

void test_main(void)
{
	uint64_t *page = page_alloc();
	uint64_t good = 0x40011;

	pointers[N(pointers) - 2] = A(page);
	pointers[N(pointers) - 1] = A(page) + PAGE - 4;
	for (uint64_t nr = 0; nr < 70; nr++)
		for (unsigned int i = 0; i < N(pointers) - 2; i++)
			if (!ends_us(nr, pointers[i])) {
				call5(nr, pointers[i], pointers[i],
				      pointers[i], 0, 0);
				guest_checks++;
			}
	EXPECT_EQ(call0(64), -XY_ENOSYS);
	EXPECT_EQ(call0(0xffffffffffffffff), -XY_ENOSYS);
	EXPECT_EQ(call0(0x100000011), -XY_ENOSYS);
	shower(20000, page);
	EXPECT_EQ(call2(XY_HYPERVISOR_xen_version, 0, 0), good);
}
