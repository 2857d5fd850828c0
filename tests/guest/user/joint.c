// SPDX-License-Identifier: GPL-2.0-only
/*
 * Joint tables (hypervisor/core/joint.c): a program's half stands in the
 * kernel's root, too, so that one table may serve both.  Nobody must notice:
 * not when roots change, nor when there are more than tables.
 */
#include "programs.h"
#include "abi/direct.h"

static uint64_t kernel_root;

static void set_slot(uint64_t root, unsigned int slot, uint64_t entry)
{
	EXPECT_EQ(mmu_one(root << 12 | slot * 8, entry), 0);
}

/* UDATA through another slot of the level 4 table. */
static uint64_t data_at(unsigned int slot)
{
	return (uint64_t)((int64_t)((uint64_t)slot << 55) >> 16) | UDATA;
}

static uint64_t peek(uint64_t va)
{
	return *(volatile uint64_t *)va;
}

static void expect_readable(uint64_t va, bool readable)
{
	struct back b = run(user_read, va);

	EXPECT_EQ(b.how, readable ? BY_SYSCALL : 14);
	if (!readable)
		EXPECT_EQ(b.error, 4);
}

static void direct(uint64_t flags)
{
	EXPECT_EQ(call1(XY_HYPERVISOR_direct, flags), 0);
}

/* Is this kernel's memory open to the program that runs? */
static void expect_open(bool open)
{
	EXPECT_EQ(run(user_back, 0).how, BY_SYSCALL);	/* what it needs */
	expect_readable(A(user_begin), open);
}

/* Another program of this kernel, with user_root's half, runs or goes. */
static void other_program(uint64_t *root, bool runs)
{
	EXPECT_EQ(mmuext_one(XY_MMUEXT_NEW_USER_BASEPTR,
			     runs ? va_mfn(root) : user_root, 0), 0);
}

/* A program that its kernel is open to (abi/direct.h), and no other one. */
static void check_open(uint64_t e)
{
	uint64_t *root = page_alloc();

	root[0] = e;
	EXPECT_EQ(page_protect(root, true), 0);
	set_slot(kernel_root, 401, e);
	direct(0);
	EXPECT_EQ(peek(data_at(401)), 0x4242);
	expect_readable(data_at(401), false);
	direct(XY_DIRECT_OPEN);
	expect_open(true);
	EXPECT_EQ(peek(data_at(401)), 0x4242);
	expect_readable(data_at(401), true);
	EXPECT_EQ(run(user_read, 0xffff830000000000).how, 14);
	check_syscall();
	check_step();
	check_code32();
	check_bad_frames();
	other_program(root, true);
	expect_open(false);
	expect_readable(data_at(401), false);
	expect_readable(UDATA, true);
	other_program(root, false);
	expect_open(true);
	/* What the kernel takes away is away. */
	set_slot(kernel_root, 401, 0);
	expect_readable(data_at(401), false);
	expect_open(true);
	set_slot(user_root, 1, e);		/* no more alike below */
	expect_open(false);
	expect_readable(data_at(1), true);
	set_slot(user_root, 1, 0);
	expect_open(true);
	/* Given up, and lost. */
	direct(0);
	expect_open(false);
	direct(XY_DIRECT_OPEN);
	expect_open(true);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_UNPIN_TABLE, user_root, 0), 0);
	expect_open(false);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_PIN_L4_TABLE, user_root, 0), 0);
	expect_open(false);
}

/*
 * Once more with the program's half in the kernel's root as well: the
 * hypervisor may serve both from one table, which nobody must notice.
 */
void check_joined(void)
{
	uint64_t e = ((uint64_t *)mfn_va(user_root))[0];

	kernel_root = va_mfn((void *)guest_si->pt_base);
	set_slot(kernel_root, 0, e);
	check_syscall();
	check_faults();
	check_step();
	check_code32();
	check_bad_frames();
	check_direct();
	user_data[0] = 0x4242;
	EXPECT_EQ(peek(UDATA), 0x4242);
	/* What the program has below, and the kernel has not. */
	expect_readable(data_at(1), false);
	set_slot(user_root, 1, e);
	expect_readable(data_at(1), true);
	set_slot(kernel_root, 1, e);
	expect_readable(data_at(1), true);
	EXPECT_EQ(peek(data_at(1)), 0x4242);
	set_slot(user_root, 1, 0);
	expect_readable(data_at(1), false);
	set_slot(kernel_root, 1, 0);
	expect_readable(data_at(1), false);
	/* What it has above, and what the kernel has there. */
	set_slot(user_root, 400, e);
	expect_readable(data_at(400), true);
	set_slot(user_root, 400, 0);
	expect_readable(data_at(400), false);
	for (unsigned int slot = 401; slot < 431; slot++) {
		set_slot(kernel_root, slot, e);
		expect_readable(data_at(slot), false);
		EXPECT_EQ(peek(data_at(slot)), 0x4242);
		expect_readable(data_at(slot), false);
	}
	for (unsigned int slot = 401; slot < 431; slot++) {
		expect_readable(data_at(slot), false);
		EXPECT_EQ(peek(data_at(slot)), 0x4242);
		set_slot(kernel_root, slot, 0);
	}
	check_open(e);
	set_slot(kernel_root, 0, 0);
	expect_readable(UDATA, true);
}

#define ROOTS 40	/* more than there are joint tables */

static uint64_t *roots[ROOTS];

/* No root any more, an ordinary page, a root again; base either way first. */
static void recycle(uint64_t *root, uint64_t entry, bool base_first)
{
	if (base_first)
		EXPECT_EQ(mmuext_one(XY_MMUEXT_NEW_USER_BASEPTR, user_root, 0),
			  0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_UNPIN_TABLE, va_mfn(root), 0), 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_NEW_USER_BASEPTR, user_root, 0), 0);
	EXPECT_EQ(page_protect(root, false), 0);
	root[1] = root[1] ? 0 : entry;
	root[400] = 0;
	EXPECT_EQ(page_protect(root, true), 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_PIN_L4_TABLE, va_mfn(root), 0), 0);
}

static void toggle(const uint64_t *root, unsigned int slot, uint64_t entry)
{
	set_slot(va_mfn(root), slot, root[slot] ? 0 : entry);
}

/* Many programs: each sees what its own root says, its kernel what it has. */
void check_many_roots(void)
{
	const uint64_t *kernel = (const uint64_t *)guest_si->pt_base;
	uint64_t e = ((uint64_t *)mfn_va(user_root))[0];
	uint32_t dice = 1;

	set_slot(kernel_root, 0, e);
	for (unsigned int i = 0; i < ROOTS; i++) {
		roots[i] = page_alloc();
		roots[i][0] = e;
		EXPECT_EQ(page_protect(roots[i], true), 0);
		EXPECT_EQ(mmuext_one(XY_MMUEXT_PIN_L4_TABLE, va_mfn(roots[i]),
				     0), 0);
	}
	for (unsigned int step = 0; step < 1000; step++) {
		uint64_t *root = roots[(dice >> 20) % ROOTS];
		unsigned int slot = dice & 1U << 16 ? 400 : 1;

		EXPECT_EQ(mmuext_one(XY_MMUEXT_NEW_USER_BASEPTR, va_mfn(root),
				     0), 0);
		expect_readable(A(user_begin), false);
		expect_readable(UDATA, true);
		expect_readable(data_at(1), root[1] != 0);
		expect_readable(data_at(400), root[400] != 0);
		if (kernel[slot])
			EXPECT_EQ(peek(data_at(slot)), 0x4242);
		dice = dice * 1664525 + 1013904223;
		if (dice >> 29 == 0)
			recycle(root, e, dice & 1U << 17);
		else if (dice >> 29 < 3)
			toggle(dice & 1U << 18 ? root : kernel, slot, e);
	}
	EXPECT_EQ(mmuext_one(XY_MMUEXT_NEW_USER_BASEPTR, user_root, 0), 0);
	set_slot(kernel_root, 0, 0);
}
