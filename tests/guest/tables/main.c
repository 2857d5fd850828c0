// SPDX-License-Identifier: GPL-2.0-only
/*
 * tables: the page-type law from the guest's side.  What is lawful works; each
 * known way to get a writable table, a foreign frame or a frame of the
 * hypervisor is refused, and changes nothing.
 */
#include "guest.h"

#define MFN(pte) (((pte) & 0xffffffffff000UL) >> 12)

static void store(void *arg)
{
	*(volatile uint64_t *)arg = 0;
}

static uint64_t *l1_of(uint64_t va)
{
	return (uint64_t *)(A(va_pte_slot(va)) & ~(PAGE - 1));
}

static void check_own_tables(void)
{
	uint64_t *l1 = l1_of(scratch_va(2));
	uint64_t l1_mfn = va_mfn(l1);
	uint64_t va = scratch_va(2), pte = va_pte(va);
	uint64_t slot = va_mfn((void *)A(va_pte_slot(va))) << 12 |
			(A(va_pte_slot(va)) & (PAGE - 1));

	/* A table may be mapped, but only to be read. */
	EXPECT(va_map(va, l1_mfn << 12 | LEAF) < 0);
	EXPECT_EQ(va_pte(va) & ~(PTE_A | PTE_D), pte & ~(PTE_A | PTE_D));
	EXPECT_EQ(va_map(va, l1_mfn << 12 | LEAF_RO), 0);
	EXPECT_EQ(va_map(va, pte), 0);
	/* By machine address, too, and with a misaligned one. */
	EXPECT(mmu_one(slot, l1_mfn << 12 | LEAF) < 0);
	EXPECT(mmu_one(slot + 4, pte) < 0 || va_pte(va) == pte);
	EXPECT_EQ(mmu_one(slot, pte), 0);
	/* Large pages are refused at every level. */
	EXPECT(mmu_one(va_mfn((void *)guest_si->pt_base) << 12 | 8,
		       0x80000000UL | PTE_PSE | LEAF) < 0);
	/* The top table into itself: linear tables are not ours. */
	EXPECT(mmu_one(va_mfn((void *)guest_si->pt_base) << 12 | 8 * 300,
		       va_mfn((void *)guest_si->pt_base) << 12 | LEAF) < 0);
}

static void check_foreign(void)
{
	uint64_t va = scratch_va(2), pte = va_pte(va);
	static const uint64_t frames[] = {
		0x200,			/* the hypervisor's image */
		0xfee00,		/* local APIC */
		0xfec00,		/* I/O APIC */
		0xffffffffff,		/* nothing at all */
		0x10000000000 - 1,
	};

	for (unsigned int i = 0; i < sizeof(frames) / 8; i++) {
		EXPECT(va_map(va, frames[i] << 12 | LEAF) < 0);
		EXPECT(va_map(va, frames[i] << 12 | LEAF_RO) < 0);
	}
	/* Frames of the M2P, found through our own tables' absence */
	EXPECT(mmu_one(0x200UL << 12, 0) < 0);
	EXPECT(mmu_one(~7UL, 0) < 0);
	EXPECT_EQ(va_pte(va), pte);
}

static void check_roots(void)
{
	uint64_t *fake = page_alloc();
	uint64_t *l4 = (uint64_t *)guest_si->pt_base;

	/* A writable page is no root. */
	EXPECT(mmuext_one(XY_MMUEXT_NEW_BASEPTR, va_mfn(fake), 0) < 0);
	EXPECT(mmuext_one(XY_MMUEXT_PIN_L4_TABLE, va_mfn(fake), 0) < 0);
	EXPECT_EQ(page_protect(fake, true), 0);
	fake = (uint64_t *)A(fake);
	EXPECT(mmuext_one(XY_MMUEXT_PIN_L2_TABLE, va_mfn(l4), 0) < 0);
	EXPECT(mmuext_one(XY_MMUEXT_UNPIN_TABLE, va_mfn(fake), 0) < 0);
	/* An empty, read-only page is a lawful table of any level. */
	for (unsigned int cmd = XY_MMUEXT_PIN_L1_TABLE;
	     cmd <= XY_MMUEXT_PIN_L4_TABLE; cmd++) {
		EXPECT_EQ(mmuext_one(cmd, va_mfn(fake), 0), 0);
		EXPECT(mmuext_one(cmd, va_mfn(fake), 0) < 0);	/* twice */
		EXPECT(page_protect(fake, false) < 0);
		EXPECT_EQ(mmuext_one(XY_MMUEXT_UNPIN_TABLE, va_mfn(fake), 0),
			  0);
	}
	EXPECT_EQ(page_protect(fake, false), 0);
	*fake = 1;
	EXPECT_EQ(page_protect(fake, true), 0);
}

/* A copy of the running tree as a second root: pinned, loaded, left, dropped */
static void check_second_root(void)
{
	uint64_t *l4 = (uint64_t *)guest_si->pt_base;
	uint64_t *copy = page_alloc();

	for (unsigned int i = 0; i < 512; i++)
		copy[i] = i >= 256 && i < 272 ? 0 : l4[i];
	EXPECT_EQ(page_protect(copy, true), 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_PIN_L4_TABLE, va_mfn(copy), 0), 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_NEW_BASEPTR, va_mfn(copy), 0), 0);
	EXPECT(copy[256] != 0);		/* the hypervisor's own is in */
	EXPECT_EQ(mmuext_one(XY_MMUEXT_NEW_BASEPTR, va_mfn(l4), 0), 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_UNPIN_TABLE, va_mfn(copy), 0), 0);
	EXPECT_EQ(page_protect(copy, false), 0);
	copy[0] = 1;
}

static void check_emulated_writes(void)
{
	uint64_t va = scratch_va(3), pte = va_pte(va);
	uint64_t *slot = va_pte_slot(va);
	struct guest_fault f;

	EXPECT_EQ(call2(XY_HYPERVISOR_vm_assist, XY_VMASST_CMD_enable,
			XY_VMASST_TYPE_writable_pagetables), 0);
	/* clear and set by plain stores: we see them through the M2P's va */
	*(volatile uint64_t *)slot = 0;
	EXPECT_EQ(va_pte(va), 0);
	*(volatile uint64_t *)slot = pte;
	EXPECT_EQ(va_pte(va), pte);
	asm volatile("lock andb $0xfd, (%0)" : : "r"(slot) : "memory");
	EXPECT_EQ(va_pte(va) & PTE_RW, 0);
	asm volatile("lock btsq $1, (%0)" : : "r"(slot) : "memory");
	EXPECT_EQ(va_pte(va) & PTE_RW, PTE_RW);
	EXPECT_EQ(__atomic_exchange_n(slot, 0, __ATOMIC_SEQ_CST) & ~0x60UL,
		  pte & ~0x60UL);
	*(volatile uint64_t *)slot = pte;
	/* what would be refused by a call is a fault here */
	f = probe(store, (void *)(guest_si->pt_base));
	EXPECT(f.happened);		/* an L4 is not emulated */
	EXPECT_EQ(f.vector, 14);
	*(volatile uint64_t *)va = 77;
	EXPECT_EQ(*(volatile uint64_t *)va, 77);
}

static void check_descriptors(void)
{
	uint64_t *gdt = page_alloc();
	uint64_t frames[1] = { va_mfn(gdt) };

	gdt[1] = 0x00cf93000000ffff;	/* DPL 0: becomes 3 */
	gdt[2] = 0x0000890000000067;	/* a TSS: refused */
	EXPECT(call2(XY_HYPERVISOR_set_gdt, frames, 16) < 0);
	EXPECT_EQ(page_protect(gdt, true), 0);
	EXPECT(call2(XY_HYPERVISOR_set_gdt, frames, 16) < 0);
	EXPECT_EQ(page_protect(gdt, false), 0);
	gdt[2] = 0;
	EXPECT_EQ(page_protect(gdt, true), 0);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_gdt, frames, 16), 0);
	EXPECT(page_protect(gdt, false) < 0);
	EXPECT_EQ(gdt[1] >> 45 & 3, 3);
	asm volatile("mov %0, %%ds" : : "r"(8 | 3));
	asm volatile("mov %0, %%ds" : : "r"(0));
	EXPECT(call2(XY_HYPERVISOR_update_descriptor,
		     va_mfn(gdt) << 12 | 16, 0x0000890000000067) < 0);
	EXPECT_EQ(call2(XY_HYPERVISOR_update_descriptor,
			va_mfn(gdt) << 12 | 16, 0x00cff3000000ffff), 0);
	EXPECT(call2(XY_HYPERVISOR_set_gdt, frames, 7169) < 0);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_gdt, frames, 0), 0);
	EXPECT_EQ(page_protect(gdt, false), 0);
}

void test_main(void)
{
	check_own_tables();
	check_foreign();
	check_roots();
	check_second_root();
	check_emulated_writes();
	check_descriptors();
}
