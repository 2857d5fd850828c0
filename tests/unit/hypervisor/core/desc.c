// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors: verdicts and repairs, by the table of the public rules.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "abi/regs.h"
#include "core/arch.h"
#include "core/desc.h"

static uint64_t frames[2][DESC_PER_FRAME];

/* The only part of the machine that descriptors need. */
void *arch_frame_ptr(mfn_t mfn)
{
	assert_true(mfn.n < 2);
	return frames[mfn.n];
}

static uint64_t gate(uint16_t sel, unsigned int dpl, uint8_t reserved)
{
	return 0x1234 | (uint64_t)sel << 16 | (uint64_t)reserved << 32 |
		0xcUL << DESC_TYPE_SHIFT | (uint64_t)dpl << DESC_DPL_SHIFT |
		DESC_P;
}

static void segments_get_privilege_3(void **state)
{
	uint64_t d = 0x00af9b000000ffff;	/* 64-bit code, DPL 0 */

	(void)state;
	assert_true(desc_check(&d));
	assert_int_equal(d, 0x00affb000000ffff);
	d = 0x00cf93000000ffff;			/* data, DPL 0 */
	assert_true(desc_check(&d));
	assert_int_equal(d, 0x00cff3000000ffff);
	d = 0x00cfb3000000ffff;			/* data, DPL 1 */
	assert_true(desc_check(&d));
	assert_int_equal(d, 0x00cff3000000ffff);
}

static void absent_is_not_looked_at(void **state)
{
	uint64_t d = 0x00008b0000000067 & ~DESC_P, was = d;	/* a TSS */

	(void)state;
	assert_true(desc_check(&d));
	assert_int_equal(d, was);
	d = 0;
	assert_true(desc_check(&d));
}

static void only_type_0_and_call_gates(void **state)
{
	(void)state;
	for (unsigned int type = 0; type < 16; type++) {
		uint64_t d = DESC_P | (uint64_t)type << DESC_TYPE_SHIFT | 0x67;

		assert_int_equal(desc_check(&d), type == 0 || type == 0xc);
	}
}

static void call_gates_are_disarmed(void **state)
{
	uint64_t d = gate(0x10, 3, 0);

	(void)state;
	assert_true(desc_check(&d));
	assert_int_equal(d & DESC_DPL, 0);
	assert_int_equal(d >> 16 & 0xffff, 0x13);
	/* Once more changes nothing: the guest's privilege stays parked. */
	assert_true(desc_check(&d));
	assert_int_equal(d >> 16 & 0xffff, 0x13);
	d = gate(0x10, 3, 1);
	assert_false(desc_check(&d));
	d = gate(0xe008, 3, 0);			/* the hypervisor's code */
	assert_false(desc_check(&d));
	d = gate(0xe00c, 3, 0);			/* same number, but the LDT's */
	assert_true(desc_check(&d));
	d = gate(XY_FLAT_RING3_CS64, 3, 0);
	assert_true(desc_check(&d));
}

static void a_frame_is_checked_to_its_last_entry(void **state)
{
	uint64_t e[DESC_PER_FRAME] = { 0 };

	(void)state;
	e[3] = 0x00af9b000000ffff;
	assert_true(desc_check_frame(e));
	assert_int_equal(e[3] & DESC_DPL, DESC_DPL);
	e[511] = 0x00008b0000000067;
	assert_false(desc_check_frame(e));
}

static void lookup(void **state)
{
	struct vcpu *v = calloc(1, sizeof(*v));
	uint64_t d;

	(void)state;
	for (unsigned int i = 0; i < GDT_GUEST_PAGES; i++)
		v->gdt_frames[i] = to_mfn(NO_FRAME);
	for (unsigned int i = 0; i < 16; i++)
		v->ldt_frames[i] = to_mfn(NO_FRAME);
	v->gdt_frames[0] = to_mfn(0);
	v->gdt_entries = 16;
	v->ldt_frames[1] = to_mfn(1);
	v->ldt_entries = 600;
	frames[0][2] = 0x00affb000000ffff;
	frames[0][4] = 0x00cffb123456ffff | 0x78UL << 56;
	frames[1][8] = 0x00cffb000000ffff;
	assert_true(desc_code64(v, 0x13));
	assert_true(desc_code64(v, 0x10));
	assert_false(desc_code64(v, 0x23));
	assert_true(desc_lookup(v, 0x23, &d));
	assert_int_equal(desc_base(d), 0x78123456);
	assert_true(desc_lookup(v, 520 << 3 | 7, &d));
	assert_int_equal(d, 0x00cffb000000ffff);
	assert_false(desc_lookup(v, 8 << 3 | 7, &d));	/* page not mapped */
	assert_false(desc_lookup(v, 600 << 3 | 7, &d));
	assert_false(desc_lookup(v, 16 << 3 | 3, &d));
	assert_false(desc_lookup(v, 3, &d));
	assert_true(desc_code64(v, XY_FLAT_RING3_CS64));
	assert_false(desc_code64(v, XY_FLAT_RING3_CS32));
	assert_true(desc_lookup(v, XY_FLAT_RING3_SS64, &d));
	assert_false(desc_lookup(v, 0xe008, &d));
	free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_get_privilege_3),
		cmocka_unit_test(absent_is_not_looked_at),
		cmocka_unit_test(only_type_0_and_call_gates),
		cmocka_unit_test(call_gates_are_disarmed),
		cmocka_unit_test(a_frame_is_checked_to_its_last_entry),
		cmocka_unit_test(lookup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
