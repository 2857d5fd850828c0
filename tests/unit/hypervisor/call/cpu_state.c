// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls that set up a virtual processor: what they accept, what they
 * refuse, and that a refusal changes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "abi/regs.h"
#include "abi/vcpu.h"
#include "call/call.h"
#include "core/bounce.h"
#include "core/debugreg.h"
#include "core/pt.h"
#include "fakes/cpu.h"

#define ARG	(FAKE_KERNEL_VA + 0x1000)

static struct vcpu *v;
static int desc_users[64];
static uint64_t bad_frame, written_at, written;

void *arch_frame_ptr(mfn_t mfn);
void *arch_frame_ptr(mfn_t mfn)
{
	(void)mfn;
	abort();
}

int pt_take_desc(struct domain *d, mfn_t mfn)
{
	assert_ptr_equal(d, v->domain);
	if (mfn.n == bad_frame || mfn.n >= ARRAY_SIZE(desc_users))
		return -22;
	desc_users[mfn.n]++;
	return 0;
}

void pt_drop_desc(mfn_t mfn)
{
	assert_true(desc_users[mfn.n]-- > 0);
}

int pt_write_desc(struct domain *d, maddr_t where, uint64_t value)
{
	(void)d;
	written_at = where.a;
	written = value;
	return 0;
}

static int setup(void **state)
{
	(void)state;
	v = fake_vcpu();
	memset(desc_users, 0, sizeof(desc_users));
	bad_frame = 63;
	written_at = written = 0;
	v->debug[7] = DR7_DEFAULT;
	return 0;
}

static int64_t call(call_fn *fn, uint64_t a, uint64_t b, uint64_t c)
{
	struct call args = { .arg = { a, b, c } };

	return fn(v, &args);
}

static void trap(unsigned int n, uint8_t vector, uint8_t flags, uint64_t a)
{
	struct xy_trap_info t = { vector, flags, 0x10, a };

	memcpy(fake_mem(ARG + n * sizeof(t)), &t, sizeof(t));
}

static void trap_table(void **state)
{
	(void)state;
	trap(0, 3, 3, 0x1000);
	trap(1, 14, 4, 0xffffffff81000000);
	trap(2, 0, 0, 0);
	trap(3, 5, 0, 0x5000);
	assert_int_equal(call(hc_set_trap_table, ARG, 0, 0), 0);
	assert_int_equal(v->traps[3].address, 0x1000);
	assert_int_equal(v->traps[3].dpl, 3);
	assert_false(v->traps[3].mask_events);
	assert_true(v->traps[14].mask_events);
	assert_int_equal(v->traps[14].dpl, 0);
	assert_int_equal(v->traps[5].address, 0);	/* behind the end */
	trap(0, 4, 0, 0x800000000000);
	assert_int_equal(call(hc_set_trap_table, ARG, 0, 0), -22);
	assert_int_equal(v->traps[4].address, 0);
	assert_int_equal(call(hc_set_trap_table, 0x10, 0, 0), -14);
	assert_int_equal(call(hc_set_trap_table, 0, 0, 0), 0);
	assert_int_equal(v->traps[14].address, 0);
}

static void a_list_without_end_is_preempted(void **state)
{
	struct call args = { .arg = { ARG } };

	(void)state;
	for (unsigned int i = 0; i < 1200; i++)
		trap(i, (uint8_t)i, 0, 0x1000);
	assert_int_equal(hc_set_trap_table(v, &args), -XY_ERESTART);
	assert_int_equal(args.arg[0], ARG + CALL_BUDGET * 16);
	trap(CALL_BUDGET, 0, 0, 0);
	assert_int_equal(hc_set_trap_table(v, &args), 0);
}

static void gdt(void **state)
{
	uint64_t *frames = fake_mem(ARG);

	(void)state;
	frames[0] = 5;
	frames[1] = 6;
	assert_int_equal(call(hc_set_gdt, ARG, 513, 0), 0);
	assert_int_equal(v->gdt_entries, 513);
	assert_int_equal(desc_users[5], 1);
	assert_int_equal(desc_users[6], 1);
	assert_true(mfn_none(v->gdt_frames[2]));
	assert_int_equal(fake_cpu.gdt_loads, 1);
	/* The second is refused: the first is given back, the old stays. */
	frames[0] = 7;
	frames[1] = 63;
	assert_int_equal(call(hc_set_gdt, ARG, 1024, 0), -22);
	assert_int_equal(desc_users[7], 0);
	assert_int_equal(desc_users[5], 1);
	assert_int_equal(v->gdt_entries, 513);
	/* The same frame in two places, then over itself. */
	frames[0] = frames[1] = 5;
	assert_int_equal(call(hc_set_gdt, ARG, 1024, 0), 0);
	assert_int_equal(desc_users[5], 2);
	assert_int_equal(desc_users[6], 0);
	assert_int_equal(call(hc_set_gdt, ARG, 16, 0), 0);
	assert_int_equal(desc_users[5], 1);
	assert_int_equal(call(hc_set_gdt, 0, 0, 0), 0);
	assert_int_equal(desc_users[5], 0);
	assert_int_equal(call(hc_set_gdt, ARG, 7169, 0), -22);
	assert_int_equal(call(hc_set_gdt, ARG, 1UL << 32, 0), -22);
	assert_int_equal(call(hc_set_gdt, 0x10, 1, 0), -14);
}

static int64_t reg_cb(uint16_t type, uint16_t flags, uint64_t address)
{
	struct xy_callback_register c = { type, flags, address };

	memcpy(fake_mem(ARG), &c, sizeof(c));
	return call(hc_callback_op, XY_CALLBACKOP_register, ARG, 0);
}

static int64_t unreg_cb(uint16_t type)
{
	struct xy_callback_unregister c = { type, 0 };

	memcpy(fake_mem(ARG), &c, sizeof(c));
	return call(hc_callback_op, XY_CALLBACKOP_unregister, ARG, 0);
}

static void callbacks(void **state)
{
	(void)state;
	assert_int_equal(reg_cb(XY_CALLBACKTYPE_event, 0, 0x1000), 0);
	assert_true(v->callbacks[CB_EVENT].mask_events);
	assert_int_equal(reg_cb(XY_CALLBACKTYPE_failsafe, 1, 0x2000), 0);
	assert_true(v->callbacks[CB_FAILSAFE].mask_events);
	assert_int_equal(reg_cb(XY_CALLBACKTYPE_syscall, 0, 0x3000), 0);
	assert_false(v->callbacks[CB_SYSCALL].mask_events);
	assert_int_equal(v->callbacks[CB_SYSCALL].address, 0x3000);
	assert_int_equal(reg_cb(XY_CALLBACKTYPE_syscall32, 1, 0x4000), 0);
	assert_int_equal(v->callbacks[CB_SYSCALL32].address, 0x4000);
	assert_int_equal(reg_cb(XY_CALLBACKTYPE_sysenter, 1, 0x5000), 0);
	assert_int_equal(v->callbacks[CB_SYSENTER].address, 0x5000);
	assert_int_equal(reg_cb(XY_CALLBACKTYPE_nmi, 0, 0x6000), 0);
	assert_int_equal(v->traps[TRAP_NMI].address, 0x6000);
	assert_int_equal(reg_cb(3, 0, 0x1000), -38);
	assert_int_equal(reg_cb(99, 0, 0x1000), -38);
	assert_int_equal(reg_cb(0, 0, 0x800000000000), -22);
	assert_int_equal(unreg_cb(XY_CALLBACKTYPE_event), -22);
	assert_int_equal(unreg_cb(XY_CALLBACKTYPE_nmi), 0);
	assert_int_equal(v->traps[TRAP_NMI].address, 0);
	assert_int_equal(call(hc_callback_op, 2, ARG, 0), -38);
	assert_int_equal(call(hc_callback_op, 0, 8, 0), -14);
	assert_int_equal(call(hc_set_callbacks, 1, 2, 0x800000000000), -22);
	assert_int_equal(v->callbacks[CB_EVENT].address, 0x1000);
	assert_int_equal(call(hc_set_callbacks, 1, 2, 3), 0);
	assert_int_equal(v->callbacks[CB_SYSCALL].address, 3);
	assert_true(v->callbacks[CB_EVENT].mask_events);
}

static void stack_and_ts(void **state)
{
	(void)state;
	assert_int_equal(call(hc_stack_switch, 0x18, 0x1234, 0), 0);
	assert_int_equal(v->kernel_ss, 0x1b);
	assert_int_equal(v->kernel_sp, 0x1234);
	assert_int_equal(call(hc_fpu_taskswitch, 1, 0, 0), 0);
	assert_true(v->ts);
	assert_int_equal(call(hc_fpu_taskswitch, 0, 0, 0), 0);
	assert_false(v->ts);
	assert_int_equal(fake_cpu.control_changes, 2);
}

static void segment_bases(void **state)
{
	(void)state;
	assert_int_equal(call(hc_set_segment_base, 0, 0x1000, 0), 0);
	assert_int_equal(fake_cpu.fs_base, 0x1000);
	assert_int_equal(call(hc_set_segment_base, 1, 0x2000, 0), 0);
	assert_int_equal(fake_cpu.gs_shadow, 0x2000);
	assert_int_equal(v->gs_base_user, 0x2000);
	assert_int_equal(call(hc_set_segment_base, 2, 0x3000, 0), 0);
	assert_int_equal(fake_cpu.gs_base, 0x3000);
	assert_int_equal(call(hc_set_segment_base, 2, 1UL << 63, 0), -22);
	/* A selector never fails, whatever its bits. */
	assert_int_equal(call(hc_set_segment_base, 3, 0xdeadbeef0000002b, 0),
			 0);
	assert_int_equal(fake_cpu.user_gs, 0x2b);
	assert_int_equal(v->gs_base_user, fake_cpu.gs_shadow);
	assert_int_equal(call(hc_set_segment_base, 4, 0, 0), -22);
}

static void descriptors(void **state)
{
	(void)state;
	assert_int_equal(call(hc_update_descriptor, 0x5008,
			      0x00af9b000000ffff, 0), 0);
	assert_int_equal(written_at, 0x5008);
	assert_int_equal(written, 0x00affb000000ffff);
	assert_int_equal(call(hc_update_descriptor, 0x5004, 0, 0), -22);
	assert_int_equal(call(hc_update_descriptor, 0x5008,
			      0x00008b0000000067, 0), -22);
	assert_int_equal(written, 0x00affb000000ffff);
}

static void debug_registers(void **state)
{
	(void)state;
	assert_int_equal(call(hc_set_debugreg, 0, 0x401000, 0), 0);
	assert_int_equal(call(hc_get_debugreg, 0, 0, 0), 0x401000);
	assert_int_equal(call(hc_set_debugreg, 0, 0xffff800000000000, 0), -1);
	assert_int_equal(call(hc_get_debugreg, 0, 0, 0), 0x401000);
	assert_int_equal(call(hc_set_debugreg, 8, 0, 0), -19);
	assert_int_equal(call(hc_set_debugreg, 1UL << 32, 0, 0), -19);
	assert_int_equal(call(hc_get_debugreg, 8, 0, 0), -19);
	assert_int_equal(call(hc_get_debugreg, 7, 0, 0), DR7_DEFAULT);
}

#define TEST(f)	cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(trap_table), TEST(a_list_without_end_is_preempted),
		TEST(gdt), TEST(callbacks), TEST(stack_and_ts),
		TEST(segment_bases), TEST(descriptors), TEST(debug_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
