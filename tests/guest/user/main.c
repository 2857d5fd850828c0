// SPDX-License-Identifier: GPL-2.0-only
/*
 * user: the guest's own user mode.  Each case enters it by the iret call,
 * with one short piece of code, and looks at what comes back to the kernel:
 * by SYSCALL, by a software interrupt, by a fault, from 64- and 32-bit code,
 * through the LDT, single-stepped, and from frames that cannot be returned to.
 * Then direct.c, and joint.c, which does most of it once more.
 */
#include "programs.h"

#define FLAG_CF		0x1UL
#define FLAG_TF		0x100UL
#define FLAG_IF		0x200UL
#define FLAG_DF		0x400UL
#define SEL_LDT0	7		/* its first entry, RPL 3 */
#define CODE32		0x00cffb000000ffffUL
#define DR6_STEP	0x4000

void check_syscall(void)
{
	struct back b = run(user_syscall, 0);

	EXPECT_EQ(b.how, BY_SYSCALL);
	EXPECT_EQ(b.rax, 0x1234);
	EXPECT_EQ(b.rip, at(user_syscall_end));
	EXPECT_EQ(b.cs & 3, 3);
	EXPECT_EQ(b.rsp, USTACK - 16);
	EXPECT_EQ(b.rcx, b.rip);		/* as SYSCALL leaves them */
	EXPECT_EQ(b.r11 & FLAG_DF, FLAG_DF);
	EXPECT_EQ(b.rflags & FLAG_DF, FLAG_DF);
	EXPECT_EQ(b.rflags & FLAG_IF, 0);	/* events were masked */
	EXPECT_EQ(guest_shared->vcpu_info[0].evtchn_upcall_mask, 1);
	/* A program's rax is no result of ours, whatever it looks like. */
	for (enter_rax = -100UL; enter_rax; enter_rax++) {
		b = run(user_back, 0);
		EXPECT_EQ(b.how, BY_SYSCALL);
		EXPECT_EQ(b.rax, enter_rax);
		EXPECT_EQ(b.rip, at(user_write));
	}
	enter_rax = 0xa;
}

void check_faults(void)
{
	struct back b = run(user_read, 0x1234567000);

	EXPECT_EQ(b.how, 14);
	EXPECT_EQ(b.error, 4);
	EXPECT_EQ(guest_shared->vcpu_info[0].arch.cr2, 0x1234567000);
	EXPECT_EQ(b.rip, at(user_read));
	EXPECT_EQ(b.rcx, 0xc);			/* restored by iret, kept */
	EXPECT_EQ(b.r11, 0xb);
	EXPECT_EQ(run(user_read, UDATA).how, BY_SYSCALL);
	b = run(user_write, UCODE);
	EXPECT_EQ(b.how, 14);
	EXPECT_EQ(b.error, 7);
	b = run(user_read, A(user_begin));	/* the guest kernel's memory */
	EXPECT_EQ(b.how, 14);
	EXPECT_EQ(b.error, 4);
	b = run(user_read, 0xffff830000000000);	/* the hypervisor's */
	EXPECT_EQ(b.how, 14);
	EXPECT(b.error & 4);
	b = run(user_write, XY_MACH2PHYS_VIRT_START);
	EXPECT_EQ(b.how, 14);
	b = run(user_cli, 0);
	EXPECT_EQ(b.how, 13);
	EXPECT_EQ(b.error, 0);
	EXPECT_EQ(b.rip, at(user_cli));
	EXPECT_EQ(run(user_in, 0).how, 13);
	EXPECT_EQ(run(user_rdmsr, 0).how, 13);
	b = run(user_cpuid, 0);			/* the prefix works for all */
	EXPECT_EQ(b.how, BY_SYSCALL);
	EXPECT_EQ(b.rax, 0x566e6558);
}

static void check_interrupts(void)
{
	struct back b = run(user_int80, 0);

	EXPECT_EQ(b.how, 0x80);
	EXPECT_EQ(b.rip, at(user_int80_end));
	space_set_trap(0x80, 0);
	b = run(user_int80, 0);
	EXPECT_EQ(b.how, 13);
	EXPECT_EQ(b.error, 0x80 * 8 + 2);
	EXPECT_EQ(b.rip, at(user_int80));
	space_set_trap(0x80, 3);
	b = run(user_int21, 0);
	EXPECT_EQ(b.how, 13);
	EXPECT_EQ(b.error, 0x21 * 8 + 2);
	EXPECT_EQ(b.rip, at(user_int21));
	space_set_trap(0x21, 3);
	b = run(user_int21, 0);
	EXPECT_EQ(b.how, 0x21);
	EXPECT_EQ(b.rip, at(user_int21) + 2);
}

static uint64_t rdmsr(uint32_t msr)
{
	uint32_t lo, hi;

	asm volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr));
	return (uint64_t)hi << 32 | lo;
}

static void check_gs(void)
{
	uint64_t cr4;
	struct back b;

	user_data[1] = 0x1111;
	user_data[2] = 0x2222;
	EXPECT_EQ(call2(XY_HYPERVISOR_set_segment_base, XY_SEGBASE_GS_USER,
			UDATA), 0);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_segment_base, XY_SEGBASE_GS_KERNEL,
			0x77000), 0);
	b = run(user_gs, 0);
	EXPECT_EQ(b.how, BY_SYSCALL);
	EXPECT_EQ(b.rax, 0x1111);
	EXPECT_EQ(rdmsr(0xc0000101), 0x77000);
	EXPECT_EQ(rdmsr(0xc0000102), UDATA);
	/* With FSGSBASE a program changes its base behind our back. */
	asm volatile("mov %%cr4, %0; or $0x10000, %0; mov %0, %%cr4"
		     : "=&r"(cr4));
	b = run(user_wrgs, 0);
	if (b.how == 6)
		return;				/* the processor has none */
	EXPECT_EQ(b.how, BY_SYSCALL);
	EXPECT_EQ(b.rax, 0x2222);
	EXPECT_EQ(rdmsr(0xc0000101), 0x77000);
	EXPECT_EQ(rdmsr(0xc0000102), UDATA + 16);
	b = run(user_gs, 0);
	EXPECT_EQ(b.rax, user_data[3]);
	/* A null selector, and one that is no segment at all: never refused. */
	EXPECT_EQ(call2(XY_HYPERVISOR_set_segment_base,
			XY_SEGBASE_GS_USER_SEL, 0), 0);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_segment_base,
			XY_SEGBASE_GS_USER_SEL, 0x1233), 0);
	EXPECT_EQ(rdmsr(0xc0000101), 0x77000);
}

void check_step(void)
{
	struct back b = enter(at(user_step), XY_FLAT_USER_CS, FLAG_TF | 2, 0);

	EXPECT_EQ(b.how, 1);
	EXPECT_EQ(b.rip, at(user_step_end));
	EXPECT(b.rflags & FLAG_TF);
	EXPECT(call1(XY_HYPERVISOR_get_debugreg, 6) & DR6_STEP);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_debugreg, 6, 0), 0);
	/* An emulated instruction is a step, too. */
	b = enter(at(user_cpuid) + 5, XY_FLAT_USER_CS, FLAG_TF | 2, 0);
	EXPECT_EQ(b.how, 1);
	EXPECT_EQ(b.rip, at(user_cpuid) + 12);
}

static void check_breakpoint(void)
{
	struct back b;

	EXPECT_EQ(call2(XY_HYPERVISOR_set_debugreg, 0, at(user_step_end)), 0);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_debugreg, 7, 0x401), 0);
	b = run(user_step, 0);
	EXPECT_EQ(b.how, 1);
	EXPECT_EQ(b.rip, at(user_step_end));
	EXPECT(call1(XY_HYPERVISOR_get_debugreg, 6) & 1);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_debugreg, 7, 0x400), 0);
	EXPECT_EQ(run(user_step, 0).how, BY_SYSCALL);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_debugreg, 0, 0xffff800000000000),
		  -XY_EPERM);
}

void check_code32(void)
{
	struct back b = enter(at(user_32), XY_FLAT_USER_CS32, 2, 0);

	EXPECT_EQ(b.how, 0x80);
	EXPECT_EQ(b.rax, 7);
	EXPECT_EQ(b.cs, XY_FLAT_USER_CS32);
	EXPECT_EQ(b.rip, at(user_32_end));
	b = enter(at(user_32_syscall), XY_FLAT_USER_CS32, 2, 0);
	if (b.how != 6) {			/* AMD has it, Intel does not */
		EXPECT_EQ(b.how, BY_SYSCALL32);
		EXPECT_EQ(b.rax, 9);
		EXPECT_EQ(b.cs, XY_FLAT_USER_CS32);
		EXPECT_EQ(b.rip, at(user_32_syscall_end));
	}
	b = enter(at(user_32_sysenter), XY_FLAT_USER_CS32, 2, 0);
	if (b.how != 6) {			/* and the reverse */
		EXPECT_EQ(b.how, BY_SYSENTER);
		EXPECT_EQ(b.rax, 11);
		EXPECT_EQ(b.cs & 3, 3);
	}
	/* Software interrupts are found in 32-bit code as well. */
	b = enter(at(user_int21), XY_FLAT_USER_CS32, 2, 0);
	EXPECT_EQ(b.how, 0x21);
	EXPECT_EQ(b.rip, at(user_int21) + 2);
}

/* The page comes in when the IRET loads cs, while the user's tables rule. */
static void check_ldt(void)
{
	uint64_t *ldt = page_alloc();
	struct back b;

	ldt[0] = CODE32;
	ldt[1] = 0x00cffb000000ffffUL & ~(3UL << 45);	/* DPL 0: repaired */
	EXPECT_EQ(page_protect(ldt, true), 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_SET_LDT, A(ldt), 16), 0);
	b = enter(at(user_32), SEL_LDT0, 2, 0);
	EXPECT_EQ(b.how, 0x80);
	EXPECT_EQ(b.cs, SEL_LDT0);
	EXPECT_EQ(ldt[1], CODE32);
	EXPECT(page_protect(ldt, false) < 0);	/* in use */
	b = enter(at(user_32), 16 << 3 | 7, 2, 0);	/* behind its end */
	EXPECT_EQ(b.how, 13);
	EXPECT_EQ(b.error, 16 << 3 | 4);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_SET_LDT, 0, 0), 0);
	EXPECT_EQ(page_protect(ldt, false), 0);
}

/* What IRET refuses comes back as the fault of the frame's target. */
void check_bad_frames(void)
{
	struct back b = enter(at(user_step), 0x1233, 2, 0);

	EXPECT_EQ(b.how, 13);
	EXPECT_EQ(b.error, 0x1230);
	EXPECT_EQ(b.rip, at(user_step));
	b = enter(1UL << 62, XY_FLAT_USER_CS, 2, 0);
	EXPECT_EQ(b.how, 13);
	EXPECT_EQ(b.error, 0);
	EXPECT_EQ(b.rip, 1UL << 62);
	EXPECT_EQ(run(user_syscall, 0).how, BY_SYSCALL);
}

void test_main(void)
{
	space_make(user_begin, user_end);
	check_syscall();
	check_faults();
	check_interrupts();
	check_gs();
	check_step();
	check_breakpoint();
	check_code32();
	check_ldt();
	check_bad_frames();
	check_direct();
	check_joined();
	check_many_roots();
}
