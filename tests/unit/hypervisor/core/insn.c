// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoder and executor, by hand-picked encodings: what kernels really use on
 * page tables, the privileged ones, and what must be refused.  The random
 * comparison with the processor and with objdump is tests/model/insn.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/insn.h"

#define CODE(...)	((const uint8_t[]){ __VA_ARGS__ })
#define DECODE(i, ...)	insn_decode(i, CODE(__VA_ARGS__), \
				    sizeof(CODE(__VA_ARGS__)), true)

struct sample {
	uint8_t bytes[15], n;
	uint8_t op, width;
};

/* What a PV kernel does to its page tables, and what traps at CPL 3. */
static const struct sample samples[] = {
	{ { 0x48, 0x89, 0x07 }, 3, OP_MOV, 8 },
	{ { 0x48, 0xc7, 0x07, 0, 0, 0, 0 }, 7, OP_MOV, 8 },
	{ { 0x48, 0xc7, 0x84, 0xc8, 1, 2, 3, 4, 5, 6, 7, 8 }, 12, OP_MOV, 8 },
	{ { 0x48, 0x87, 0x02 }, 3, OP_XCHG, 8 },
	{ { 0xf0, 0x48, 0x0f, 0xb1, 0x0a }, 5, OP_CMPXCHG, 8 },
	{ { 0xf0, 0x48, 0x0f, 0xba, 0x33, 5 }, 6, OP_BTR, 8 },
	{ { 0xf0, 0x48, 0x0f, 0xb3, 0x03 }, 5, OP_BTR, 8 },
	{ { 0xf0, 0x80, 0x67, 0x00, 0xfd }, 5, OP_AND, 1 },
	{ { 0xf0, 0x83, 0x20, 0xfd }, 4, OP_AND, 4 },
	{ { 0xf0, 0x48, 0x81, 0x20, 0xff, 0xff, 0, 0 }, 8, OP_AND, 8 },
	{ { 0x66, 0x81, 0x20, 0xff, 0x7f }, 5, OP_AND, 2 },
	{ { 0xf0, 0x48, 0x0f, 0xc1, 0x07 }, 5, OP_XADD, 8 },
	{ { 0xf3, 0x48, 0xab }, 3, OP_STOS, 8 },
	{ { 0xf3, 0x48, 0xa5 }, 3, OP_MOVS, 8 },
	{ { 0x48, 0x0f, 0xc3, 0x07 }, 4, OP_MOV, 8 },
	{ { 0xf0, 0x0f, 0xc7, 0x0f }, 4, OP_CMPXCHG_PAIR, 8 },
	{ { 0xf0, 0x48, 0x0f, 0xc7, 0x0f }, 5, OP_CMPXCHG_PAIR, 16 },
	{ { 0x0f, 0x30 }, 2, OP_WRMSR, 4 },
	{ { 0x0f, 0x32 }, 2, OP_RDMSR, 4 },
	{ { 0x0f, 0xa2 }, 2, OP_CPUID, 4 },
	{ { 0x0f, 0x01, 0xd1 }, 3, OP_XSETBV, 4 },
	{ { 0x0f, 0x01, 0xf9 }, 3, OP_RDTSCP, 4 },
	{ { 0x0f, 0x01, 0x38 }, 3, OP_INVLPG, 4 },
	{ { 0x0f, 0x20, 0xe0 }, 3, OP_READ_CR, 8 },
	{ { 0x0f, 0x22, 0xc0 }, 3, OP_WRITE_CR, 8 },
	{ { 0x0f, 0x23, 0xf8 }, 3, OP_WRITE_DR, 8 },
	{ { 0x0f, 0x06 }, 2, OP_CLTS, 4 },
	{ { 0x0f, 0x09 }, 2, OP_WBINVD, 4 },
	{ { 0xcd, 0x81 }, 2, OP_INT, 4 },
	{ { 0xe4, 0x61 }, 2, OP_IN, 1 },
	{ { 0xec }, 1, OP_IN, 1 },
	{ { 0x66, 0xed }, 2, OP_IN, 2 },
	{ { 0x48, 0xed }, 2, OP_IN, 4 },
	{ { 0xef }, 1, OP_OUT, 4 },
	{ { 0xf3, 0x6c }, 2, OP_INS, 1 },
	{ { 0xf3, 0x66, 0x6f }, 3, OP_OUTS, 2 },
	{ { 0xfa }, 1, OP_CLI, 4 },
	{ { 0xf4 }, 1, OP_HLT, 4 },
	{ { 0xa3, 1, 2, 3, 4, 5, 6, 7, 8 }, 9, OP_MOV, 4 },
};

static void decodes_what_kernels_use(void **state)
{
	struct insn i;

	(void)state;
	for (size_t n = 0; n < ARRAY_SIZE(samples); n++) {
		const struct sample *s = &samples[n];

		assert_true(insn_decode(&i, s->bytes, s->n, true));
		assert_int_equal(i.length, s->n);
		assert_int_equal(i.op, s->op);
		assert_int_equal(i.width, s->width);
		/* One byte less is never enough. */
		assert_false(insn_decode(&i, s->bytes, s->n - 1u, true));
	}
}

static void refuses(void **state)
{
	struct insn i;

	(void)state;
	assert_false(DECODE(&i, 0x0f, 0x0b));
	assert_false(DECODE(&i, 0xc3));
	assert_false(DECODE(&i, 0xf0, 0x48, 0x89, 0x07));	/* lock mov */
	assert_false(DECODE(&i, 0xf0, 0x01, 0xc0));	/* lock, register */
	assert_false(DECODE(&i, 0xf0, 0x39, 0x07));		/* lock cmp */
	assert_false(DECODE(&i, 0xf0, 0x0f, 0xba, 0x20, 1));	/* lock bt */
	assert_false(DECODE(&i, 0x0f, 0x01, 0xf8));		/* swapgs */
	assert_false(DECODE(&i, 0x0f, 0x01, 0x10));		/* lgdt */
	assert_false(DECODE(&i, 0x0f, 0xc3, 0xc0));	/* movnti, register */
	assert_false(DECODE(&i, 0xff, 0x20));			/* jmp */
	assert_false(DECODE(&i, 0xf6, 0x20));			/* mul */
	/* sixteen bytes, all prefixes but the last */
	assert_false(DECODE(&i, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
			    0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0xec));
	assert_true(DECODE(&i, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
			   0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0xec));
}

static void rex_counts_only_before_the_opcode(void **state)
{
	struct insn i;

	(void)state;
	assert_true(DECODE(&i, 0x48, 0x66, 0x89, 0x07));
	assert_int_equal(i.width, 2);
	assert_true(DECODE(&i, 0x66, 0x48, 0x89, 0x07));
	assert_int_equal(i.width, 8);
}

static void code32_has_no_rex(void **state)
{
	struct insn i;

	(void)state;
	assert_false(insn_decode(&i, CODE(0x48, 0x89, 0x07), 3, false));
	assert_true(insn_decode(&i, CODE(0x89, 0x05, 1, 0, 0, 0), 6, false));
	assert_int_equal(i.base, INSN_NO_REG);
	assert_int_equal(i.addr_bytes, 4);
	assert_false(insn_decode(&i, CODE(0x67, 0x89, 0x07), 3, false));
}

static void addresses(void **state)
{
	struct regs r = {
		.rax = 0x1000, .rbx = 0x20, .rbp = 0x300, .rsp = 0x5000,
		.r12 = 0x60000, .r13 = 0x700000, .rip = 0x400000,
		.rdi = 0xffff888000000000,
	};
	struct insn i;

	(void)state;
	assert_true(DECODE(&i, 0x89, 0x05, 0x10, 0, 0, 0));	/* rip + 0x10 */
	assert_int_equal(insn_address(&i, &r, 0), 0x400000 + 6 + 0x10);
	assert_true(DECODE(&i, 0x89, 0x44, 0x98, 0xf0));  /* rax + rbx*4 - 16 */
	assert_int_equal(insn_address(&i, &r, 0), 0x1000 + 0x80 - 16);
	assert_true(DECODE(&i, 0x89, 0x04, 0x24));		/* rsp */
	assert_int_equal(insn_address(&i, &r, 0), 0x5000);
	assert_true(DECODE(&i, 0x41, 0x89, 0x04, 0x24));	/* r12 */
	assert_int_equal(insn_address(&i, &r, 0), 0x60000);
	assert_true(DECODE(&i, 0x42, 0x89, 0x04, 0x20));	/* rax + r12 */
	assert_int_equal(insn_address(&i, &r, 0), 0x61000);
	assert_true(DECODE(&i, 0x41, 0x89, 0x45, 0x08));	/* r13 + 8 */
	assert_int_equal(insn_address(&i, &r, 0), 0x700008);
	assert_true(DECODE(&i, 0x89, 0x04, 0x25, 0xf0, 0xff, 0xff, 0xff));
	assert_int_equal(insn_address(&i, &r, 0), (uint64_t)-16);
	assert_true(DECODE(&i, 0x65, 0x89, 0x04, 0x25, 8, 0, 0, 0));
	assert_int_equal(i.segment, SEG_GS);
	assert_int_equal(insn_address(&i, &r, 0x9000), 0x9008);
	assert_true(DECODE(&i, 0x67, 0x89, 0x07));		/* edi */
	assert_int_equal(insn_address(&i, &r, 0), 0);
	assert_true(DECODE(&i, 0xaa));
	assert_int_equal(insn_address(&i, &r, 0), r.rdi);
}

static void bit_number_moves_the_address(void **state)
{
	struct regs r = { .rax = 0x1000, .rcx = 65 };
	struct insn i;

	(void)state;
	assert_true(DECODE(&i, 0x48, 0x0f, 0xb3, 0x08));	/* rcx */
	assert_int_equal(insn_address(&i, &r, 0), 0x1008);
	r.rcx = (uint64_t)-1;
	assert_int_equal(insn_address(&i, &r, 0), 0xff8);
	assert_true(DECODE(&i, 0x0f, 0xb3, 0x08));	/* ecx */
	r.rcx = 0x7f;
	assert_int_equal(insn_address(&i, &r, 0), 0x100c);
	assert_true(DECODE(&i, 0x48, 0x0f, 0xba, 0x30, 0x45));	/* no */
	assert_int_equal(insn_address(&i, &r, 0), 0x1000);
}

static void cmpxchg_says_who_won(void **state)
{
	struct regs r = { .rax = 5, .rcx = 9, .rflags = 0x202 };
	struct insn_effect e;
	struct insn i;

	(void)state;
	assert_true(DECODE(&i, 0xf0, 0x48, 0x0f, 0xb1, 0x0f));
	assert_true(insn_compute(&i, &r, 5, &e));
	assert_true(e.write);
	assert_int_equal(e.memory, 9);
	assert_int_equal(e.rflags & RFLAGS_ZF, RFLAGS_ZF);
	assert_true(insn_compute(&i, &r, 6, &e));
	assert_false(e.write);
	insn_commit(&i, &r, &e);
	assert_int_equal(r.rax, 6);
	assert_int_equal(r.rflags & RFLAGS_ZF, 0);
	assert_int_equal(r.rip, 5);
}

static void strings_advance(void **state)
{
	struct regs r = { .rdi = 0x1000, .rcx = 2, .rax = 7 };
	struct insn_effect e;
	struct insn i;

	(void)state;
	assert_true(DECODE(&i, 0xf3, 0x48, 0xab));
	assert_true(insn_compute(&i, &r, 0, &e));
	assert_true(e.write);
	assert_int_equal(e.memory, 7);
	insn_commit(&i, &r, &e);
	assert_int_equal(r.rdi, 0x1008);
	assert_int_equal(r.rcx, 1);
	assert_int_equal(r.rip, 0);
	insn_commit(&i, &r, &e);
	assert_int_equal(r.rip, 3);
	/* A count of zero stores nothing. */
	assert_true(insn_compute(&i, &r, 0, &e));
	assert_false(e.write);
	insn_commit(&i, &r, &e);
	assert_int_equal(r.rdi, 0x1010);
	assert_int_equal(r.rip, 6);
	/* Backwards, without a prefix. */
	r.rflags = RFLAGS_DF;
	assert_true(DECODE(&i, 0xaa));
	insn_string_next(&i, &r);
	assert_int_equal(r.rdi, 0x100f);
	assert_int_equal(r.rip, 7);
}

static void high_byte_registers(void **state)
{
	struct regs r = { .rax = 0x1234, .rsp = 0xff };
	struct insn i;

	(void)state;
	assert_true(DECODE(&i, 0x88, 0x27));		/* mov ah, [rdi] */
	assert_int_equal(insn_reg_value(&i, &r, i.reg), 0x12);
	insn_set_reg(&i, &r, i.reg, 0x99);
	assert_int_equal(r.rax, 0x9934);
	assert_true(DECODE(&i, 0x40, 0x88, 0x27));	/* mov spl, [rdi] */
	assert_int_equal(insn_reg_value(&i, &r, i.reg), 0xff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_what_kernels_use),
		cmocka_unit_test(refuses),
		cmocka_unit_test(rex_counts_only_before_the_opcode),
		cmocka_unit_test(code32_has_no_rex),
		cmocka_unit_test(addresses),
		cmocka_unit_test(bit_number_moves_the_address),
		cmocka_unit_test(cmpxchg_says_who_won),
		cmocka_unit_test(strings_advance),
		cmocka_unit_test(high_byte_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
