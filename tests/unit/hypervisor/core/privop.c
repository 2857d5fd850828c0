// SPDX-License-Identifier: GPL-2.0-only
/*
 * Privileged instructions from their bytes to their effect, registers that
 * guests may and may not see, software interrupts, and single steps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "abi/regs.h"
#include "core/control.h"
#include "core/cpuid.h"
#include "core/debugreg.h"
#include "core/privop.h"
#include "fakes/privop.h"

static struct regs *const r = &fake_cpu.regs;
static struct vcpu *v;

static int setup(void **state)
{
	(void)state;
	v = fake_kernel();
	return 0;
}

static bool rdmsr_by(const uint8_t *code, size_t bytes, uint32_t msr,
		     uint64_t *value)
{
	r->rip = TEXT;
	r->rcx = msr;
	r->rax = r->rdx = 0xdeadbeefdeadbeef;
	if (!fake_run_code(code, bytes))
		return false;
	assert_int_equal(r->rip, TEXT + bytes);
	assert_int_equal((r->rax | r->rdx) >> 32, 0);
	*value = r->rax | r->rdx << 32;
	return true;
}

/* The plain one, and one that the decoder must see: the same answers. */
static bool rdmsr(uint32_t msr, uint64_t *value)
{
	uint64_t decoded;
	bool ok;

	ok = rdmsr_by((const uint8_t[]){ 0x66, 0x0f, 0x32 }, 3, msr, &decoded);
	assert_int_equal(rdmsr_by((const uint8_t[]){ 0x0f, 0x32 }, 2, msr,
				  value), ok);
	if (ok)
		assert_int_equal(*value, decoded);
	return ok;
}

static bool wrmsr(uint32_t msr, uint64_t value)
{
	r->rip = TEXT;
	r->rcx = msr;
	r->rax = value & 0xffffffff;
	r->rdx = value >> 32;
	return RUN(0x0f, 0x30);
}

static void segment_bases(void **state)
{
	uint64_t value;

	(void)state;
	/* The first thing a kernel does. */
	assert_true(wrmsr(0xc0000101, 0xffffffff82345000));
	assert_int_equal(fake_cpu.gs_base, 0xffffffff82345000);
	assert_int_equal(r->rip, TEXT + 2);
	assert_true(rdmsr(0xc0000101, &value));
	assert_int_equal(value, 0xffffffff82345000);
	assert_true(wrmsr(0xc0000100, 0x7fff00000000));
	assert_int_equal(fake_cpu.fs_base, 0x7fff00000000);
	assert_true(wrmsr(0xc0000102, 0x1000));
	assert_int_equal(fake_cpu.gs_shadow, 0x1000);
	assert_true(rdmsr(0xc0000102, &value));
	assert_int_equal(value, 0x1000);
	assert_false(wrmsr(0xc0000101, 0x800000000000));
	assert_int_equal(r->rip, TEXT);
}

static void registers_of_the_machine(void **state)
{
	uint64_t value;

	(void)state;
	assert_true(rdmsr(0xc0000080, &value));
	assert_int_equal(value, 0xd01);
	assert_true(wrmsr(0xc0000080, 0xd01));
	assert_false(wrmsr(0xc0000080, 0x501));
	assert_true(rdmsr(0x1b, &value));
	assert_int_equal(value, 0xfee00900);
	assert_true(rdmsr(0x277, &value));
	assert_int_equal(value, 0x050100070406);
	assert_true(rdmsr(0xc0011029, &value));		/* AMD */
	assert_int_equal(value, 2);
	assert_false(rdmsr(0x3a, &value));		/* Intel only */
	assert_true(wrmsr(0xc0000103, 5));
	assert_int_equal(v->tsc_aux, 5);
	assert_int_equal(fake_cpu.msr_written, 5);
	assert_false(wrmsr(0xc0000103, 1UL << 32));
	fake_cpu.msr_exists = true;
	assert_false(rdmsr(0x48, &value));		/* not offered */
	assert_false(rdmsr(0x12345678, &value));
	/* ... unless the guest cannot take a fault yet. */
	v->traps[13].address = 0;
	assert_true(rdmsr(0x48, &value));
	assert_int_equal(value, 0);
	fake_cpu.msr_exists = false;
	assert_false(rdmsr(0x48, &value));
}

static void user_mode_gets_its_faults(void **state)
{
	(void)state;
	fake_user();
	assert_false(RUN(0x0f, 0x32));
	assert_false(RUN(0x0f, 0x30));
	assert_false(RUN(0x0f, 0x20, 0xd8));
	assert_false(RUN(0xfa));
	assert_false(RUN(0xf4));
	assert_false(RUN(0xec));		/* no IOPL, no bitmap */
	assert_int_equal(r->rip, UTEXT);
	assert_int_equal(fake_cpu.n_io, 0);
}

static void never_emulated(void **state)
{
	(void)state;
	assert_false(RUN(0xf4));			/* hlt */
	assert_false(RUN(0x0f, 0x01, 0x38));		/* invlpg */
	assert_false(RUN(0x0f, 0x01, 0x10));		/* lgdt */
	assert_false(RUN(0x0f, 0x22, 0xd8));		/* mov rax, cr3 */
	assert_false(RUN(0x0f, 0x33));			/* rdpmc */
	assert_false(RUN(0x48, 0x89, 0x07));		/* a plain store */
	r->error_code = 0x10;				/* a bad selector */
	assert_false(RUN(0xfa));
}

static void control_registers(void **state)
{
	(void)state;
	v->ts = true;
	assert_true(RUN(0x0f, 0x20, 0xc0));
	assert_int_equal(r->rax, 0x8005003b);
	assert_int_equal(r->rip, TEXT + 3);
	r->rip = TEXT;
	r->rax = 0x80050033;
	assert_true(RUN(0x0f, 0x22, 0xc0));
	assert_false(v->ts);
	r->rip = TEXT;
	r->rax = 0x00050033;			/* paging off */
	assert_false(RUN(0x0f, 0x22, 0xc0));
	v->ts = true;
	assert_true(RUN(0x0f, 0x06));		/* clts */
	assert_false(v->ts);
	r->rip = TEXT;
	r->rbx = ~0UL;
	assert_true(RUN(0x0f, 0x22, 0xe3));	/* mov rbx, cr4 */
	assert_int_equal(v->cr4, CR4_GUEST);
	r->rip = TEXT;
	assert_true(RUN(0x0f, 0x20, 0xe1));	/* mov cr4, rcx */
	assert_int_equal(r->rcx, CR4_GUEST | CR4_PAE | CR4_OSFXSR |
			 CR4_OSXMMEXCPT);
	r->rip = TEXT;
	v->root_kernel = to_mfn(0x1234);
	assert_true(RUN(0x41, 0x0f, 0x20, 0xd8));	/* mov cr3, r8 */
	assert_int_equal(r->r8, 0x1234000);
}

static void xsetbv(void **state)
{
	static const struct { uint64_t value; bool ok; } cases[] = {
		{ 7, true }, { 3, true }, { 1, true }, { 0, false },
		{ 6, false }, { 5, false }, { 0x207, false }, { 2, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		r->rip = TEXT;
		r->rcx = 0;
		r->rax = cases[i].value;
		r->rdx = 0;
		fake_cpu.xcr0 = 0xff;
		assert_int_equal(RUN(0x0f, 0x01, 0xd1), cases[i].ok);
		assert_int_equal(fake_cpu.xcr0,
				 cases[i].ok ? cases[i].value : 0xff);
	}
	r->rip = TEXT;
	r->rcx = 1;
	r->rax = 7;
	assert_false(RUN(0x0f, 0x01, 0xd1));
}

static void debug_registers(void **state)
{
	uint64_t value;

	(void)state;
	r->rax = 0x401000;
	assert_true(RUN(0x0f, 0x23, 0xc0));
	assert_int_equal(v->debug[0], 0x401000);
	r->rip = TEXT;
	r->rax = 0xffff800000000000;		/* ours */
	assert_false(RUN(0x0f, 0x23, 0xc0));
	assert_int_equal(debugreg_set(v, 1, 0x800000000000), -1);
	assert_int_equal(debugreg_set(v, 7, 0x2000), -1);
	assert_int_equal(debugreg_set(v, 7, 1UL << 32), -22);
	assert_int_equal(debugreg_set(v, 7, 0x20003), -1);	/* I/O */
	v->cr4 = CR4_DE;
	assert_int_equal(debugreg_set(v, 7, 0x20003), 0);
	assert_int_equal(debugreg_set(v, 5, 0), -19);
	v->cr4 = 0;
	assert_int_equal(debugreg_set(v, 5, 0x1), 0);
	assert_int_equal(debugreg_get(v, 7, &value), 0);
	assert_int_equal(value, 0x401);
	assert_int_equal(debugreg_set(v, 6, 0), 0);
	assert_int_equal(debugreg_get(v, 4, &value), 0);
	assert_int_equal(value, DR6_DEFAULT);
	assert_int_equal(debugreg_set(v, 8, 0), -19);
}

static void interrupts_flag_needs_iopl(void **state)
{
	(void)state;
	assert_true(RUN(0xfa));
	assert_int_equal(r->rip, TEXT + 1);
	v->iopl = 0;
	r->rip = TEXT;
	assert_false(RUN(0xfb));
}

static void wbinvd_only_for_owners_of_devices(void **state)
{
	(void)state;
	assert_true(RUN(0x0f, 0x09));
	assert_int_equal(fake_cpu.cache_flushes, 0);
	r->rip = TEXT;
	v->domain->rights.iomem = true;
	assert_true(RUN(0x0f, 0x09));
	assert_int_equal(fake_cpu.cache_flushes, 1);
}

static void time_stamp(void **state)
{
	(void)state;
	fake_cpu.tsc = 0x100000001;
	v->tsc_aux = 7;
	assert_true(RUN(0x0f, 0x01, 0xf9));
	assert_int_equal(r->rax, 2);
	assert_int_equal(r->rdx, 1);
	assert_int_equal(r->rcx, 7);
	fake_user();
	v->cr4 = CR4_TSD;
	assert_false(RUN(0x0f, 0x31));
}

static void software_interrupts(void **state)
{
	(void)state;
	v->traps[0x82] = (struct trap_entry){ HANDLER + 0x820, 3, false };
	fake_user();
	r->error_code = 0x82 * 8 + 2;
	assert_true(RUN(0xcd, 0x82));
	assert_int_equal(r->rip, HANDLER + 0x820);
	assert_int_equal(fake_word(r->rsp + 16), UTEXT + 2);
	/* One emulator says n * 16 + 2: the bytes decide. */
	setup(NULL);
	v->traps[0x82] = (struct trap_entry){ HANDLER + 0x820, 3, false };
	fake_user();
	r->error_code = 0x82 * 16 + 2;
	assert_true(RUN(0xcd, 0x82));
	assert_int_equal(r->rip, HANDLER + 0x820);
	/* Not allowed: #GP with the true number, on the instruction. */
	setup(NULL);
	fake_user();
	r->error_code = 0x83 * 16 + 2;
	assert_true(RUN(0xcd, 0x83));
	assert_int_equal(r->rip, HANDLER + 13 * 16);
	assert_int_equal(fake_word(r->rsp + 16), 0x83 * 8 + 2);
	assert_int_equal(fake_word(r->rsp + 24), UTEXT);
	/* Another instruction there by now, or an external cause. */
	setup(NULL);
	r->error_code = 0x83 * 8 + 2;
	assert_false(RUN(0x90, 0x83));
	r->error_code = 0x83 * 8 + 3;
	assert_false(RUN(0xcd, 0x83));
}

static void forced_cpuid(void **state)
{
	static const uint8_t code[] = {
		0x0f, 0x0b, 'x', 'e', 'n', 0x0f, 0xa2
	};

	(void)state;
	memcpy(fake_mem(TEXT), code, sizeof(code));
	r->rax = 0xaaaaaaaa40000000;
	assert_true(privop_forced_cpuid(v, r));
	assert_int_equal(r->rip, TEXT + 7);
	assert_int_equal(r->rbx, 0x566e6558);
	assert_int_equal(r->rax, 0x40000005);
	r->rip = TEXT + 1;
	assert_false(privop_forced_cpuid(v, r));
	r->rip = 0;
	assert_false(privop_forced_cpuid(v, r));
}

static void fetch_at_the_end_of_a_page(void **state)
{
	(void)state;
	fake_cpu.kernel[1].absent = true;
	r->rip = FAKE_KERNEL_VA + 0xffe;
	assert_true(RUN(0x0f, 0x06));
	r->rip = FAKE_KERNEL_VA + 0xffe;
	r->rcx = 0xc0000080;
	assert_true(RUN(0x0f, 0x32));
	assert_int_equal(r->rip, FAKE_KERNEL_VA + 0x1000);
	r->rip = FAKE_KERNEL_VA + 0xfff;	/* 0f | absent */
	fake_cpu.kernel[1].absent = false;
	memcpy(fake_mem(r->rip), (uint8_t[]){ 0x0f, 0x06 }, 2);
	fake_cpu.kernel[1].absent = true;
	assert_false(privop_emulate(v, r));
	fake_cpu.kernel[1].absent = false;
	assert_true(privop_emulate(v, r));
	assert_int_equal(r->rip, FAKE_KERNEL_VA + 0x1001);
}

static void rdmsr_where_rip_is_no_address(void **state)
{
	(void)state;
	r->cs = 0;
	r->rcx = 0xc0000080;
	assert_false(RUN(0x0f, 0x32));
	assert_int_equal(r->rip, TEXT);
}

static void single_step_goes_on(void **state)
{
	(void)state;
	r->rflags |= RFLAGS_TF;
	assert_true(RUN(0x0f, 0x06));
	assert_int_equal(r->rip, HANDLER + 1 * 16);
	assert_int_equal(fake_word(r->rsp + 16), TEXT + 2);
	assert_int_equal(v->debug[6] & DR6_STEP, DR6_STEP);
}

#define TEST(f)	cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(segment_bases), TEST(registers_of_the_machine),
		TEST(user_mode_gets_its_faults), TEST(never_emulated),
		TEST(control_registers), TEST(xsetbv), TEST(debug_registers),
		TEST(interrupts_flag_needs_iopl),
		TEST(wbinvd_only_for_owners_of_devices), TEST(time_stamp),
		TEST(software_interrupts), TEST(forced_cpuid),
		TEST(fetch_at_the_end_of_a_page),
		TEST(rdmsr_where_rip_is_no_address),
		TEST(single_step_goes_on),
	};

	cpuid_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
