// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames, word by word, for every way into a guest; what crashes a domain;
 * and the way there and back: a frame followed by iret restores everything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "abi/mmu.h"
#include "abi/regs.h"
#include "abi/vcpu.h"
#include "call/call.h"
#include "core/bounce.h"
#include "fakes/cpu.h"

#define KSTACK	(FAKE_KERNEL_VA + 0x3000)
#define KSP	(FAKE_KERNEL_VA + 0x5000)	/* registered */
#define HANDLER	0xffffffff81000000UL

static struct vcpu *v;
static struct regs *r;

static int setup(void **state)
{
	(void)state;
	v = fake_vcpu();
	r = &fake_cpu.regs;
	*r = (struct regs){
		.rcx = 0xcc, .r11 = 0x11, .rip = 0xffffffff81234567,
		.cs = XY_FLAT_KERNEL_CS, .ss = XY_FLAT_KERNEL_SS,
		.rsp = KSTACK + 0x28, .rflags = 0x10246, .vector = 14,
	};
	v->kernel_sp = KSP;
	for (unsigned int i = 0; i < 32; i++)
		v->traps[i].address = HANDLER + i * 16;
	for (unsigned int i = 0; i < CB_COUNT; i++)
		v->callbacks[i].address = HANDLER + 0x1000 + i * 16;
	fake_cpu.gs_base = 0x6e;
	fake_cpu.gs_shadow = 0x0e;
	return 0;
}

static void user_mode(void)
{
	v->kernel_mode = false;
	fake_cpu.kernel_root = false;
	r->cs = 0x33;
	r->ss = 0x2b;
	r->rip = 0x401000;
	r->rsp = 0x7ffff000;
}

static uint64_t word(unsigned int n)
{
	return fake_word(r->rsp + 8 * n);
}

static void exception_in_kernel(void **state)
{
	uint64_t rsp = r->rsp;

	(void)state;
	bounce_exception(v, r, TRAP_INVALID_OP, 0, false);
	assert_int_equal(r->rsp, KSTACK + 0x20 - 7 * 8);
	assert_int_equal(r->rsp & 15, 8);	/* seven words */
	assert_int_equal(word(0), 0xcc);
	assert_int_equal(word(1), 0x11);
	assert_int_equal(word(2), 0xffffffff81234567);
	assert_int_equal(word(3), 0xe030);	/* kernel context: RPL 0 */
	assert_int_equal(word(4), 0x10246);	/* mask clear: IF shows */
	assert_int_equal(word(5), rsp);
	assert_int_equal(word(6), XY_FLAT_KERNEL_SS);
	assert_int_equal(r->rip, HANDLER + 6 * 16);
	assert_int_equal(r->cs, XY_FLAT_KERNEL_CS);
	assert_int_equal(r->ss, XY_FLAT_KERNEL_SS);
	assert_int_equal(r->vector, VECTOR_SYSCALL);
	assert_int_equal(r->rflags, 0x246);	/* RF gone, IF stays */
	assert_int_equal(fake_cpu.guest_writes, 1);
	assert_int_equal(fake_cpu.root_loads, 0);
}

static void error_code_and_mask(void **state)
{
	(void)state;
	v->traps[TRAP_GP].mask_events = true;
	bounce_exception(v, r, TRAP_GP, 0x18, true);
	assert_int_equal(word(2), 0x18);
	assert_int_equal(word(3), 0xffffffff81234567);
	assert_int_equal(word(4) >> 32, 0);
	assert_int_equal(v->info->evtchn_upcall_mask, 1);
	/* Again, now masked: the frame says so, and IF is clear in it. */
	bounce_exception(v, r, TRAP_GP, 0, true);
	assert_int_equal(word(4), 0xe030 | 1UL << 32);
	assert_int_equal(word(5) & RFLAGS_IF, 0);
	assert_int_equal(r->rflags & RFLAGS_IF, RFLAGS_IF);
}

static void exception_in_user_toggles(void **state)
{
	(void)state;
	user_mode();
	bounce_exception(v, r, TRAP_DIVIDE, 0, false);
	assert_true(v->kernel_mode);
	assert_int_equal(r->rsp, KSP - 7 * 8);
	assert_int_equal(word(3), 0x33);	/* user context keeps RPL 3 */
	assert_int_equal(word(5), 0x7ffff000);
	assert_int_equal(word(6), 0x2b);
	assert_int_equal(fake_cpu.swapgs, 1);
	assert_int_equal(fake_cpu.root_loads, 1);
	assert_int_equal(fake_cpu.gs_base, 0x0e);
	assert_int_equal(v->gs_base_user, 0x6e);
}

static void page_fault_knows_the_mode(void **state)
{
	(void)state;
	bounce_page_fault(v, r, 0x1234, PF_USER | PF_WRITE);
	assert_int_equal(word(2), PF_WRITE);
	assert_int_equal(v->info->arch.cr2, 0x1234);
	setup(NULL);
	user_mode();
	bounce_page_fault(v, r, 0x1234, PF_USER);
	assert_int_equal(word(2), PF_USER);
}

static void flags_of_handlers(void **state)
{
	(void)state;
	r->rflags = 0x2 | RFLAGS_IF | RFLAGS_AC | RFLAGS_NT | RFLAGS_TF |
		RFLAGS_DF;
	bounce_exception(v, r, TRAP_DEBUG, 0, false);
	assert_int_equal(word(4), 0x2 | RFLAGS_IF | RFLAGS_AC | RFLAGS_NT |
			 RFLAGS_TF | RFLAGS_DF);
	assert_int_equal(r->rflags, 0x2 | RFLAGS_IF | RFLAGS_DF);
}

static void iopl_shows_only_when_asked(void **state)
{
	(void)state;
	v->iopl = 3;
	bounce_exception(v, r, TRAP_INT3, 0, false);
	assert_int_equal(word(4) & RFLAGS_IOPL, 0);
	v->domain->vm_assist = 1u << XY_VMASST_TYPE_architectural_iopl;
	bounce_exception(v, r, TRAP_INT3, 0, false);
	assert_int_equal(word(4) & RFLAGS_IOPL, RFLAGS_IOPL);
}

static void syscall_from_user(void **state)
{
	(void)state;
	user_mode();
	r->rflags |= RFLAGS_DF;
	v->callbacks[CB_SYSCALL].mask_events = true;
	bounce_callback(v, r, CB_SYSCALL);
	assert_int_equal(r->rip, HANDLER + 0x1000 + CB_SYSCALL * 16);
	assert_int_equal(r->rflags & RFLAGS_DF, 0);
	assert_int_equal(word(4) & RFLAGS_DF, RFLAGS_DF);
	assert_int_equal(v->info->evtchn_upcall_mask, 1);
}

static void ways_in_that_are_shut(void **state)
{
	(void)state;
	user_mode();
	v->callbacks[CB_SYSCALL].address = 0;
	r->rip = 0x401002;
	bounce_callback(v, r, CB_SYSCALL);
	assert_int_equal(r->rip, HANDLER + TRAP_INVALID_OP * 16);
	assert_int_equal(word(2), 0x401000);
	setup(NULL);
	user_mode();
	v->callbacks[CB_SYSENTER].address = 0;
	bounce_callback(v, r, CB_SYSENTER);
	assert_int_equal(r->rip, HANDLER + TRAP_GP * 16);
	assert_int_equal(word(2), 0);
	assert_int_equal(fake_cpu.crashes, 0);
}

static void soft_interrupts(void **state)
{
	(void)state;
	v->traps[0x80] = (struct trap_entry){ HANDLER + 0x800, 3, false };
	user_mode();
	bounce_soft_interrupt(v, r, 0x80, 2);
	assert_int_equal(r->rip, HANDLER + 0x800);
	assert_int_equal(word(2), 0x401000);
	setup(NULL);
	user_mode();				/* DPL 0 gate */
	v->traps[0x80] = (struct trap_entry){ HANDLER + 0x800, 0, false };
	bounce_soft_interrupt(v, r, 0x80, 2);
	assert_int_equal(r->rip, HANDLER + TRAP_GP * 16);
	assert_int_equal(word(2), 0x80 << 3 | 2);
	assert_int_equal(word(3), 0x401000 - 2);
	setup(NULL);				/* kernel: 1 is enough, 0 not */
	v->traps[0x81] = (struct trap_entry){ HANDLER + 0x810, 1, false };
	bounce_soft_interrupt(v, r, 0x81, 2);
	assert_int_equal(r->rip, HANDLER + 0x810);
	setup(NULL);
	v->traps[0x81] = (struct trap_entry){ HANDLER + 0x810, 0, false };
	bounce_soft_interrupt(v, r, 0x81, 2);
	assert_int_equal(r->rip, HANDLER + TRAP_GP * 16);
	setup(NULL);
	bounce_soft_interrupt(v, r, 0x90, 2);	/* no gate */
	assert_int_equal(r->rip, HANDLER + TRAP_GP * 16);
}

static void failsafe_frame(void **state)
{
	(void)state;
	v->ds = 0x2b;
	v->es = 0x1b;
	v->fs = 0x63;
	v->gs = 0x6b;
	v->failsafe_pending = true;
	bounce_pending(v, r);
	assert_false(v->failsafe_pending);
	assert_int_equal(r->rip, HANDLER + 0x1000 + CB_FAILSAFE * 16);
	assert_int_equal(word(1), 0x11);
	assert_int_equal(word(2), 0x2b);
	assert_int_equal(word(3), 0x1b);
	assert_int_equal(word(4), 0x63);
	assert_int_equal(word(5), 0x6b);
	assert_int_equal(word(6), 0xffffffff81234567);
	assert_int_equal(word(10), XY_FLAT_KERNEL_SS);
}

static void events_wait_for_the_mask(void **state)
{
	uint64_t rip = r->rip;

	(void)state;
	bounce_pending(v, r);
	assert_int_equal(r->rip, rip);
	v->info->evtchn_upcall_pending = 1;
	v->info->evtchn_upcall_mask = 1;
	bounce_pending(v, r);
	assert_int_equal(r->rip, rip);
	v->info->evtchn_upcall_mask = 0;
	bounce_pending(v, r);
	assert_int_equal(r->rip, HANDLER + 0x1000 + CB_EVENT * 16);
	/* masked by us, and still pending: that is the guest's to clear */
	assert_int_equal(v->info->evtchn_upcall_mask, 1);
	assert_int_equal(v->info->evtchn_upcall_pending, 1);
	assert_int_equal(word(3), 0xe030);
}

static void nmi_before_events_and_not_twice(void **state)
{
	(void)state;
	v->traps[TRAP_NMI].mask_events = true;
	v->nmi_pending = true;
	v->info->evtchn_upcall_pending = 1;
	bounce_pending(v, r);
	assert_int_equal(r->rip, HANDLER + TRAP_NMI * 16);
	v->nmi_pending = true;
	bounce_pending(v, r);
	assert_true(v->nmi_pending);		/* held back until iret */
	v->in_nmi = false;
	bounce_pending(v, r);
	assert_false(v->nmi_pending);
	/* Without a handler it is lost, not fatal. */
	setup(NULL);
	v->traps[TRAP_NMI].address = 0;
	v->nmi_pending = true;
	bounce_pending(v, r);
	assert_false(v->nmi_pending || v->in_nmi);
	assert_int_equal(fake_cpu.crashes, 0);
}

static void what_crashes_a_domain(void **state)
{
	static const uint64_t stacks[] = {
		0xffff800000001000,		/* ours */
		0xffff880000000010,		/* would grow into ours */
		0, 8, 0x800000000008, (uint64_t)-1,
		FAKE_KERNEL_VA + 8,		/* nothing below */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(stacks); i++) {
		setup(NULL);
		r->rsp = stacks[i];
		bounce_exception(v, r, TRAP_GP, 0, true);
		assert_int_equal(fake_cpu.crashes, 1);
	}
	setup(NULL);
	fake_cpu.kernel[2].read_only = true;
	r->rsp = KSTACK;
	bounce_exception(v, r, TRAP_GP, 0, true);
	assert_int_equal(fake_cpu.crashes, 1);
	setup(NULL);
	v->traps[TRAP_GP].address = 0;
	bounce_exception(v, r, TRAP_GP, 0, true);
	assert_int_equal(fake_cpu.crashes, 1);
	setup(NULL);
	v->callbacks[CB_EVENT].address = 0;
	v->info->evtchn_upcall_pending = 1;
	bounce_pending(v, r);
	assert_int_equal(fake_cpu.crashes, 1);
}

static void no_device_only_for_virtual_ts(void **state)
{
	uint64_t rip = r->rip;

	(void)state;
	bounce_no_device(v, r);
	assert_int_equal(r->rip, rip);
	v->ts = true;
	bounce_no_device(v, r);
	assert_false(v->ts);
	assert_int_equal(r->rip, HANDLER + TRAP_NO_DEVICE * 16);
}

/* What a guest kernel does at its iret: the bounce frame, turned around. */
static void guest_iret(bool has_error)
{
	struct xy_iret_context c;
	unsigned int at = has_error ? 3 : 2;
	struct call call = { 0 };

	c = (struct xy_iret_context){
		.rax = 0x1111, .rcx = word(0), .r11 = word(1),
		.rip = word(at), .cs = word(at + 1) & 0xffff,
		.rflags = word(at + 2), .rsp = word(at + 3),
		.ss = word(at + 4),
	};
	r->rsp -= 256;
	r->rcx = r->r11 = r->rax = 0xdead;
	memcpy(fake_mem(r->rsp), &c, sizeof(c));
	r->rax = (uint64_t)hc_iret(v, &call);	/* as the dispatcher does */
}

static void there_and_back(void **state)
{
	struct regs before;

	(void)state;
	for (unsigned int i = 0; i < 8; i++) {
		setup(NULL);
		r->rax = 0x1111;
		if (i & 1)
			user_mode();
		v->info->evtchn_upcall_mask = i >> 1 & 1;
		before = *r;
		v->traps[13].mask_events = true;
		bounce_exception(v, r, 13, 0, i >> 2 & 1);
		guest_iret(i >> 2 & 1);
		assert_int_equal(v->info->evtchn_upcall_mask, i >> 1 & 1);
		assert_int_equal(v->kernel_mode, !(i & 1));
		assert_int_equal(fake_cpu.gs_base, 0x6e);
		assert_int_equal(fake_cpu.kernel_root, v->kernel_mode);
		assert_int_equal(r->rip, before.rip);
		assert_int_equal(r->cs, before.cs);
		assert_int_equal(r->ss, before.ss);
		assert_int_equal(r->rsp, before.rsp);
		assert_int_equal(r->rflags, before.rflags);
		assert_int_equal(r->rcx, before.rcx);
		assert_int_equal(r->r11, before.r11);
		assert_int_equal(r->rax, before.rax);
		assert_int_not_equal(r->vector, VECTOR_SYSCALL);
	}
}

static void iret_is_not_fooled(void **state)
{
	struct xy_iret_context c = {
		.flags = XY_VGCF_in_syscall, .cs = 0x10, .ss = 0x18,
		.rflags = 0x3 << 12 | RFLAGS_VM | 0x180000, .rip = 5,
		.rcx = 1, .r11 = 2, .rax = (uint64_t)-85,
	};
	struct call call = { 0 };

	(void)state;
	r->vector = VECTOR_SYSCALL;
	v->in_nmi = true;
	memcpy(fake_mem(r->rsp), &c, sizeof(c));
	r->rax = (uint64_t)hc_iret(v, &call);
	assert_int_equal(r->cs, 0x13);
	assert_int_equal(r->ss, 0x1b);
	assert_int_equal(r->rflags, RFLAGS_IF | 2);
	assert_int_equal(r->rcx, 0xcc);		/* in_syscall: not restored */
	assert_int_equal(r->rax, (uint64_t)-85);
	assert_int_equal(r->vector, VECTOR_SYSCALL);
	assert_int_equal(v->info->evtchn_upcall_mask, 1);
	assert_int_equal(v->iopl, 0);
	assert_false(v->in_nmi);		/* the next NMI may come */
	/* User mode without a user root; a stack that is not there. */
	setup(NULL);
	v->root_user = to_mfn(NO_FRAME);
	c.cs = 0x33;
	memcpy(fake_mem(r->rsp), &c, sizeof(c));
	(void)hc_iret(v, &call);
	assert_int_equal(fake_cpu.crashes, 1);
	assert_true(v->kernel_mode);
	setup(NULL);
	r->rsp = 0x10;
	(void)hc_iret(v, &call);
	assert_int_equal(fake_cpu.crashes, 1);
}

#define TEST(f)	cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(exception_in_kernel), TEST(error_code_and_mask),
		TEST(exception_in_user_toggles),
		TEST(page_fault_knows_the_mode), TEST(flags_of_handlers),
		TEST(iopl_shows_only_when_asked), TEST(syscall_from_user),
		TEST(ways_in_that_are_shut), TEST(soft_interrupts),
		TEST(failsafe_frame), TEST(events_wait_for_the_mask),
		TEST(nmi_before_events_and_not_twice),
		TEST(what_crashes_a_domain),
		TEST(no_device_only_for_virtual_ts), TEST(there_and_back),
		TEST(iret_is_not_fooled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
