// SPDX-License-Identifier: GPL-2.0-only
/*
 * traps: what the processor raises arrives as the guest expects it, and what
 * is emulated behaves like the instruction.
 */
#include "guest.h"

static void ud(void *arg)
{
	(void)arg;
	asm volatile("ud2");
}

static void divide(void *arg)
{
	(void)arg;
	asm volatile("xor %%ecx, %%ecx; xor %%edx, %%edx; mov $1, %%eax; "
		     "div %%ecx" : : : "rax", "rcx", "rdx");
}

static void touch(void *arg)
{
	*(volatile char *)arg;
}

static void store(void *arg)
{
	*(volatile char *)arg = 1;
}

static void lgdt(void *arg)
{
	asm volatile("lgdt (%0)" : : "r"(arg));
}

static void halt(void *arg)
{
	(void)arg;
	asm volatile("hlt");
}

static void int_20(void *arg)
{
	(void)arg;
	asm volatile("int $0x20");
}

static void bad_msr(void *arg)
{
	(void)arg;
	asm volatile("rdmsr" : : "c"(0xdeadbeef) : "rax", "rdx");
}

static void load_ds(void *arg)
{
	asm volatile("mov %0, %%ds" : : "r"((uint32_t)A(arg)));
}

static unsigned int int3_count;
static uint64_t int3_rip;

static void on_int3(struct guest_frame *f)
{
	int3_count++;
	int3_rip = f->rip;
	EXPECT_EQ(f->cs & 3, 0);	/* kernel context shows RPL 0 */
}

static void check_int3(void)
{
	extern char after_int3[];

	guest_handler[3] = on_int3;
	asm volatile("int3\n\t.globl after_int3\nafter_int3:");
	EXPECT_EQ(int3_count, 1);
	EXPECT_EQ(int3_rip, after_int3);
}

static void check_faults(void)
{
	struct guest_fault f;

	f = probe(ud, NULL);
	EXPECT(f.happened);
	EXPECT_EQ(f.vector, 6);
	f = probe(divide, NULL);
	EXPECT_EQ(f.vector, 0);
	f = probe(touch, (void *)0x1234567000);
	EXPECT(f.happened);
	EXPECT_EQ(f.vector, 14);
	EXPECT_EQ(f.cr2, 0x1234567000);
	EXPECT_EQ(f.error, 0);		/* not present, read, kernel mode */
	f = probe(store, (void *)0x1234567008);
	EXPECT_EQ(f.error, 2);
	f = probe(lgdt, scratch_va(1) ? (void *)scratch_va(1) : NULL);
	EXPECT_EQ(f.vector, 13);
	f = probe(halt, NULL);
	EXPECT_EQ(f.vector, 13);
	f = probe(int_20, NULL);
	EXPECT_EQ(f.vector, 13);
	f = probe(bad_msr, NULL);
	EXPECT_EQ(f.vector, 13);
	EXPECT_EQ(f.error, 0);
	/* The hypervisor's own memory is there, but not for us. */
	f = probe(touch, (void *)0xffff82d040200000);
	EXPECT_EQ(f.vector, 14);
	f = probe(touch, (void *)0xffff830000000000);
	EXPECT_EQ(f.vector, 14);
	f = probe(store, (void *)XY_MACH2PHYS_VIRT_START);
	EXPECT_EQ(f.vector, 14);
	/* The hypervisor's selectors are no data segments for ring 3. */
	f = probe(load_ds, (void *)0xe008);
	EXPECT(f.happened);
	EXPECT_EQ(f.vector, 13);
	f = probe(load_ds, (void *)0x28);
	EXPECT(f.happened);
	f = probe(load_ds, NULL);
	EXPECT(!f.happened);
}

static void check_emulation(void)
{
	uint32_t a, b, c, d;
	uint64_t cr4;

	/* CPUID by the prefix shows us, not the processor */
	asm volatile(".byte 0x0f, 0x0b, 0x78, 0x65, 0x6e; cpuid"
		     : "=a"(a), "=b"(b), "=c"(c), "=d"(d)
		     : "0"(0x40000000), "2"(0));
	EXPECT_EQ(b, 0x566e6558);
	EXPECT_EQ(c, 0x65584d4d);
	EXPECT_EQ(d, 0x4d4d566e);
	asm volatile(".byte 0x0f, 0x0b, 0x78, 0x65, 0x6e; cpuid"
		     : "=a"(a), "=b"(b), "=c"(c), "=d"(d)
		     : "0"(1), "2"(0));
	EXPECT(c & 1u << 31);		/* a hypervisor is present */
	EXPECT(!(d & 1u << 3));		/* no PSE */
	asm volatile("mov %%cr4, %0" : "=r"(cr4));
	EXPECT(cr4 & 0x20);		/* PAE */
	asm volatile("rdmsr" : "=a"(a), "=d"(d) : "c"(0xc0000080));
	EXPECT(a & 0x400);		/* EFER.LMA */
	asm volatile("wrmsr" : : "c"(0xc0000101), "a"(0x12345000), "d"(0));
	asm volatile("rdmsr" : "=a"(a), "=d"(d) : "c"(0xc0000101));
	EXPECT_EQ(a, 0x12345000);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_segment_base, XY_SEGBASE_FS,
			0x7000), 0);
	asm volatile("rdmsr" : "=a"(a), "=d"(d) : "c"(0xc0000100));
	EXPECT_EQ(a, 0x7000);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_segment_base, XY_SEGBASE_FS,
			1UL << 62), -XY_EINVAL);
}

void test_main(void)
{
	check_int3();
	check_faults();
	check_emulation();
}
