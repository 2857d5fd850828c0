// SPDX-License-Identifier: GPL-2.0-only
/*
 * The decoder and executor against two references.
 *
 * 1. The processor: random instructions of the kinds we execute, with random
 *    operands, run natively on a scratch page; memory, registers and defined
 *    flags must be what insn_compute() and insn_commit() say.
 * 2. objdump: random bytes that the decoder accepts must have the length that
 *    objdump prints.
 *
 * Not compared: flags the manuals leave undefined; rsp as an operand (the
 * test runs on it).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "core/insn.h"
#include "model/random.h"

#define ROUNDS		400000
#define FLAG_AF		0x10UL

static uint64_t seed = 0x9e3779b97f4a7c15UL;

static uint64_t rnd(void)
{
	return random_word(&seed);
}

/* ---- running one instruction natively ---- */

static uint8_t *code;			/* an executable page */
static size_t code_bytes;
static uint8_t buffer[512] __attribute__((aligned(64)));

static void emit(const void *bytes, size_t n)
{
	memcpy(code + code_bytes, bytes, n);
	code_bytes += n;
}

#define EMIT(...)	emit((const uint8_t[]){ __VA_ARGS__ }, \
			     sizeof((const uint8_t[]){ __VA_ARGS__ }))

/* mov between register n and its place in the block that rdi points to */
static void emit_move(bool load, unsigned int n)
{
	struct regs r;
	uint8_t disp = (uint8_t)((char *)insn_gpr(&r, n) - (char *)&r);

	EMIT(0x48 | (n & 8) >> 1, load ? 0x8b : 0x89, 0x47 | (n & 7) << 3,
	     disp);
}

_Static_assert(offsetof(struct regs, rflags) == 0x90, "bytes below");
_Static_assert(offsetof(struct regs, rdi) == 0x70, "bytes below");

/*
 * A function (regs in rdi) around the instruction: loads all registers but
 * rsp and rdi, flags, rdi; runs it; and the reverse.
 */
static void place(const uint8_t *bytes, size_t n)
{
	unsigned int i;

	code_bytes = 0;
	EMIT(0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57);
	EMIT(0x57);				/* push rdi */
	EMIT(0xff, 0xb7, 0x90, 0, 0, 0);	/* push its rflags */
	EMIT(0x9d);				/* popf */
	for (i = 0; i < 16; i++)
		if (i != 4 && i != 7)
			emit_move(true, i);
	emit_move(true, 7);
	emit(bytes, n);
	EMIT(0x9c, 0x57);			/* pushf; push rdi */
	EMIT(0x48, 0x8b, 0x7c, 0x24, 0x10);	/* mov rdi, [rsp + 16] */
	for (i = 0; i < 16; i++)
		if (i != 4 && i != 7)
			emit_move(false, i);
	EMIT(0x8f, 0x47, 0x70);			/* pop its rdi */
	EMIT(0x8f, 0x87, 0x90, 0, 0, 0);	/* pop its rflags */
	EMIT(0x5f);				/* pop rdi */
	EMIT(0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d, 0x41, 0x5c, 0x5d, 0x5b);
	EMIT(0xc3);
}

static void run_native(struct regs *r)
{
	void (*fn)(struct regs *) = (void (*)(struct regs *))code;

	fn(r);
}

/* ---- random instructions ---- */

struct kind {
	uint8_t bytes[2], n, ext;	/* ext: ModRM.reg, or 8: a register */
	uint8_t imm;			/* 0, 1, or 4: 2 with prefix 66 */
	bool lock;
};

static const struct kind kinds[] = {
	{ { 0x00 }, 1, 8, 0, true }, { { 0x01 }, 1, 8, 0, true },
	{ { 0x02 }, 1, 8, 0, false }, { { 0x03 }, 1, 8, 0, false },
	{ { 0x08 }, 1, 8, 0, true }, { { 0x09 }, 1, 8, 0, true },
	{ { 0x0b }, 1, 8, 0, false },
	{ { 0x10 }, 1, 8, 0, true }, { { 0x11 }, 1, 8, 0, true },
	{ { 0x13 }, 1, 8, 0, false },
	{ { 0x18 }, 1, 8, 0, true }, { { 0x19 }, 1, 8, 0, true },
	{ { 0x1b }, 1, 8, 0, false },
	{ { 0x20 }, 1, 8, 0, true }, { { 0x21 }, 1, 8, 0, true },
	{ { 0x28 }, 1, 8, 0, true }, { { 0x29 }, 1, 8, 0, true },
	{ { 0x2b }, 1, 8, 0, false },
	{ { 0x30 }, 1, 8, 0, true }, { { 0x31 }, 1, 8, 0, true },
	{ { 0x38 }, 1, 8, 0, false }, { { 0x39 }, 1, 8, 0, false },
	{ { 0x3b }, 1, 8, 0, false },
	{ { 0x80 }, 1, 0, 1, true }, { { 0x80 }, 1, 4, 1, true },
	{ { 0x80 }, 1, 2, 1, true }, { { 0x80 }, 1, 7, 1, false },
	{ { 0x81 }, 1, 1, 4, true }, { { 0x81 }, 1, 3, 4, true },
	{ { 0x81 }, 1, 5, 4, true }, { { 0x83 }, 1, 6, 1, true },
	{ { 0x83 }, 1, 4, 1, true }, { { 0x83 }, 1, 3, 1, true },
	{ { 0x84 }, 1, 8, 0, false }, { { 0x85 }, 1, 8, 0, false },
	{ { 0x86 }, 1, 8, 0, true }, { { 0x87 }, 1, 8, 0, true },
	{ { 0x88 }, 1, 8, 0, false }, { { 0x89 }, 1, 8, 0, false },
	{ { 0x8a }, 1, 8, 0, false }, { { 0x8b }, 1, 8, 0, false },
	{ { 0xc6 }, 1, 0, 1, false }, { { 0xc7 }, 1, 0, 4, false },
	{ { 0xf6 }, 1, 0, 1, false }, { { 0xf7 }, 1, 0, 4, false },
	{ { 0xf6 }, 1, 2, 0, true }, { { 0xf7 }, 1, 2, 0, true },
	{ { 0xf6 }, 1, 3, 0, true }, { { 0xf7 }, 1, 3, 0, true },
	{ { 0xfe }, 1, 0, 0, true }, { { 0xff }, 1, 0, 0, true },
	{ { 0xfe }, 1, 1, 0, true }, { { 0xff }, 1, 1, 0, true },
	{ { 0x0f, 0xa3 }, 2, 8, 0, false }, { { 0x0f, 0xab }, 2, 8, 0, true },
	{ { 0x0f, 0xb3 }, 2, 8, 0, true }, { { 0x0f, 0xbb }, 2, 8, 0, true },
	{ { 0x0f, 0xba }, 2, 4, 1, false }, { { 0x0f, 0xba }, 2, 5, 1, true },
	{ { 0x0f, 0xba }, 2, 6, 1, true }, { { 0x0f, 0xba }, 2, 7, 1, true },
	{ { 0x0f, 0xb0 }, 2, 8, 0, true }, { { 0x0f, 0xb1 }, 2, 8, 0, true },
	{ { 0x0f, 0xc0 }, 2, 8, 0, true }, { { 0x0f, 0xc1 }, 2, 8, 0, true },
	{ { 0x0f, 0xc3 }, 2, 8, 0, false },
};

/* Assembles one; base and index registers go to *base, *index (16: none). */
static size_t assemble(const struct kind *k, uint8_t *b, unsigned int *base,
		       unsigned int *index)
{
	unsigned int reg = k->ext < 8 ? k->ext : rnd() & 15, rm = rnd() & 15;
	bool rex = rnd() & 3, wide = rnd() & 1, opsize = !(rnd() & 7);
	bool movnti = k->bytes[1] == 0xc3, sib = (rm & 7) == 4 || !(rnd() & 3);
	unsigned int mod = 1 + (rnd() & 1);
	size_t n = 0, i;

	*index = 16;
	if (!rex) {
		reg &= 7;
		rm &= 7;
	}
	if (opsize && !movnti)
		b[n++] = 0x66;
	if (k->lock && rnd() & 1)
		b[n++] = 0xf0;
	if (sib)
		*index = rex ? rnd() & 15 : rnd() & 7;
	if (rex)
		b[n++] = (uint8_t)(0x40 | wide << 3 | (reg & 8) >> 1 |
				   (sib ? (*index & 8) >> 2 : 0) | rm >> 3);
	for (i = 0; i < k->n; i++)
		b[n++] = k->bytes[i];
	b[n++] = (uint8_t)(mod << 6 | (reg & 7) << 3 | (sib ? 4 : (rm & 7)));
	if (sib) {
		b[n++] = (uint8_t)((rnd() & 3) << 6 | (*index & 7) << 3 |
				   (rm & 7));
		if (*index == 4)
			*index = 16;
	}
	*base = rm;
	for (i = 0; i < (mod == 1 ? 1 : 4); i++)
		b[n++] = (uint8_t)rnd();
	for (i = 0; i < (k->imm == 4 && opsize && !(rex && wide) ? 2 : k->imm);
	     i++)
		b[n++] = (uint8_t)rnd();
	return n;
}

static bool bit_by_register(const struct insn *i)
{
	return i->op >= OP_BT && i->op <= OP_BTC && i->form == FORM_RM_REG;
}

/* Registers so that the operand lies in the middle of the buffer. */
static bool aim(struct insn *i, struct regs *r, unsigned int base,
		unsigned int index)
{
	uint64_t want, at;

	for (unsigned int n = 0; n < 16; n++)
		*insn_gpr(r, n) = rnd() & 1 ? rnd() : rnd() >> (rnd() & 63);
	r->rflags = (rnd() & RFLAGS_ARITH) | 2;
	if (base == 4 || index == 4 || base == index || i->reg == 4)
		return false;
	if (bit_by_register(i)) {
		if (i->reg == base || i->reg == index)
			return false;
		*insn_gpr(r, i->reg) = rnd() % 1024 - 512;
		if (i->width == 2)
			*insn_gpr(r, i->reg) |= rnd() << 16;
		if (i->width == 4)
			*insn_gpr(r, i->reg) |= rnd() << 32;
	}
	want = (uint64_t)&buffer[256 + rnd() % 32];
	at = insn_address(i, r, 0);
	*insn_gpr(r, base) += want - at;
	at = insn_address(i, r, 0);
	return at >= (uint64_t)buffer &&
		at + i->width <= (uint64_t)buffer + sizeof(buffer);
}

static uint64_t flags_defined(const struct insn *i)
{
	if (i->op >= OP_BT && i->op <= OP_BTC)
		return RFLAGS_CF | RFLAGS_ZF;
	if (i->op == OP_AND || i->op == OP_OR || i->op == OP_XOR ||
	    i->op == OP_TEST)
		return RFLAGS_ARITH & ~FLAG_AF;
	return RFLAGS_ARITH;
}

static void compare(const struct insn *i, const uint8_t *bytes,
		    const struct regs *start)
{
	struct regs ours = *start, native;
	struct insn_effect e;
	uint64_t old = 0, now = 0, at = insn_address(i, start, 0);
	unsigned int n;

	memcpy(&old, (void *)at, i->width);
	if (i->op == OP_CMPXCHG && rnd() & 1) {
		ours.rax = old;		/* let it succeed */
		if (insn_address(i, &ours, 0) != at)
			ours.rax = start->rax;
	}
	native = ours;
	place(bytes, i->length);
	run_native(&native);
	memcpy(&now, (void *)at, i->width);

	assert_true(insn_compute(i, &ours, old, &e));
	assert_int_equal(now, e.write ? e.memory : old);
	insn_commit(i, &ours, &e);
	for (n = 0; n < 16; n++)
		if (n != 4)
			assert_int_equal(*insn_gpr(&ours, n),
					 *insn_gpr(&native, n));
	assert_int_equal((ours.rflags ^ native.rflags) & flags_defined(i), 0);
}

static void the_processor_agrees(void **state)
{
	unsigned int done = 0, seen[OP_COUNT] = { 0 };
	uint8_t bytes[32];

	(void)state;
	code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(code, MAP_FAILED);
	for (unsigned int round = 0; round < ROUNDS; round++) {
		const struct kind *k = &kinds[rnd() % ARRAY_SIZE(kinds)];
		unsigned int base, index;
		struct regs r = { 0 };
		struct insn i;
		size_t n = assemble(k, bytes, &base, &index);

		assert_true(insn_decode(&i, bytes, n, true));
		assert_int_equal(i.length, n);
		if (i.width == 1 && !i.rex && i.reg >= 4 && k->ext == 8 &&
		    (i.reg - 4u == base || i.reg - 4u == index))
			continue;	/* ah of the base: would move it */
		if (!aim(&i, &r, base, index))
			continue;
		for (size_t b = 0; b < sizeof(buffer); b++)
			buffer[b] = (uint8_t)rnd();
		compare(&i, bytes, &r);
		seen[i.op]++;
		done++;
	}
	assert_true(done > ROUNDS / 2);
	for (unsigned int op = OP_ADD; op <= OP_NEG; op++)
		if (op != OP_CMPXCHG_PAIR)
			assert_true(seen[op] > 100);
}

/* ---- lengths ---- */

#define SLOT	32		/* bytes for each, padded with nops */
#define SAMPLES	20000

static bool is_prefix(uint8_t b)
{
	return (b & 0xf0) == 0x40 || b == 0x66 || b == 0x67 || b == 0xf0 ||
		b == 0xf2 || b == 0xf3 || (b & 0xe7) == 0x26 ||
		b == 0x64 || b == 0x65;
}

/*
 * The first line ends where we say.  Prefixes without meaning get a line of
 * their own: then one of the next lines must.
 */
static void check_length(const bool *starts, const uint8_t *b,
			 unsigned int length)
{
	unsigned int first = 1, i;

	assert_true(starts[0]);
	while (!starts[first])
		first++;
	if (first != length)
		for (i = 0; i < first; i++)
			assert_true(is_prefix(b[i]));
	assert_true(starts[length]);
}

static void objdump_agrees(void **state)
{
	static uint8_t image[SAMPLES * SLOT], lengths[SAMPLES];
	static bool starts[SAMPLES * SLOT];
	char name[] = "/tmp/xy-insn-XXXXXX", cmd[160], line[256];
	unsigned int n = 0;
	struct insn i;
	FILE *f;
	int fd;

	(void)state;
	memset(image, 0x90, sizeof(image));
	while (n < SAMPLES) {
		uint8_t b[16];

		for (unsigned int j = 0; j < 16; j++)
			b[j] = (uint8_t)rnd();
		if (rnd() & 1)
			b[rnd() & 1] = 0x0f;
		if (!insn_decode(&i, b, 15, true))
			continue;
		memcpy(image + n * SLOT, b, i.length);
		lengths[n++] = i.length;
	}
	fd = mkstemp(name);
	assert_true(fd >= 0);
	f = fdopen(fd, "wb");
	assert_int_equal(fwrite(image, SLOT, SAMPLES, f), SAMPLES);
	fclose(f);
	snprintf(cmd, sizeof(cmd),
		 "objdump -D -b binary -m i386:x86-64 -w --insn-width=16 %s",
		 name);
	f = popen(cmd, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		unsigned int at;

		if (strchr(line, ':') && sscanf(line, " %x:", &at) == 1 &&
		    at < sizeof(image))
			starts[at] = true;
	}
	assert_int_equal(pclose(f), 0);
	unlink(name);
	for (n = 0; n < SAMPLES; n++)
		check_length(starts + n * SLOT, image + n * SLOT, lengths[n]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_processor_agrees),
		cmocka_unit_test(objdump_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
