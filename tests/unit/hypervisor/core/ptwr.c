// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writable page tables: the instructions kernels use, on a table of which
 * core/pt.c is played by a few lines: it can refuse, and it can lose races.
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
#include "core/bounce.h"
#include "core/pt.h"
#include "core/ptwr.h"
#include "fakes/cpu.h"

#define TEXT	(FAKE_KERNEL_VA + 0x100)
#define TABLE	(FAKE_KERNEL_VA + 0x2000)
#define ENTRY	(TABLE + 0x18)
#define HANDLER	0xffffffff81000000UL
#define PTE	0x8000000012345067UL

static struct vcpu *v;
static struct regs *r;
static bool is_table, refuse;
static unsigned int races, writes;
static bool last_locked;

void *arch_frame_ptr(mfn_t mfn)
{
	(void)mfn;
	abort();
}

bool pt_emulation_ok(struct vcpu *who, uint64_t va)
{
	assert_ptr_equal(who, v);
	return is_table && (va & PAGE_MASK) == TABLE;
}

bool pt_emulated_read(struct vcpu *who, uint64_t va, uint64_t *word)
{
	(void)who;
	*word = fake_word(va & ~7UL);
	return true;
}

int pt_emulated_write(struct vcpu *who, const struct pt_write *w)
{
	(void)who;
	assert_int_equal(w->va & PAGE_MASK, TABLE);
	assert_int_equal(w->va & (w->bytes - 1), 0);
	if (refuse)
		return -22;
	last_locked = w->locked;
	if (w->locked && races) {
		races--;		/* the processor sets A and D */
		*(uint64_t *)fake_mem(w->va & ~7UL) |= 0x60;
		return -11;
	}
	if (w->locked && memcmp(fake_mem(w->va), &w->old, w->bytes))
		return -11;
	memcpy(fake_mem(w->va), &w->new, w->bytes);
	writes++;
	return 0;
}

static int setup(void **state)
{
	(void)state;
	v = fake_vcpu();
	r = &fake_cpu.regs;
	*r = (struct regs){
		.rip = TEXT, .cs = XY_FLAT_KERNEL_CS, .ss = XY_FLAT_KERNEL_SS,
		.rsp = FAKE_KERNEL_VA + 0x4000, .rflags = 0x202,
		.rdi = ENTRY, .rdx = ENTRY, .error_code = 7, .vector = 14,
	};
	for (unsigned int i = 0; i < 32; i++)
		v->traps[i].address = HANDLER + i * 16;
	for (unsigned int i = 0; i < 512; i++)
		*(uint64_t *)fake_mem(TABLE + i * 8) = PTE;
	is_table = true;
	refuse = false;
	races = writes = 0;
	return 0;
}

#define STORE(...)	store((const uint8_t[]){ __VA_ARGS__ }, \
			      sizeof((const uint8_t[]){ __VA_ARGS__ }))

static bool store(const uint8_t *code, size_t n)
{
	bool done;

	memcpy(fake_mem(r->rip), code, n);
	done = ptwr_fault(v, r, ENTRY);
	if (done)
		assert_int_equal(r->rip, TEXT + n);
	else
		assert_int_equal(r->rip, TEXT);
	return done;
}

static void plain_stores(void **state)
{
	(void)state;
	assert_true(STORE(0x48, 0xc7, 0x07, 0, 0, 0, 0));
	assert_int_equal(fake_word(ENTRY), 0);
	assert_false(last_locked);
	r->rip = TEXT;
	r->rax = 0x1234067;
	assert_true(STORE(0x48, 0x89, 0x07));
	assert_int_equal(fake_word(ENTRY), 0x1234067);
	assert_int_equal(fake_word(ENTRY - 8), PTE);
	assert_int_equal(fake_word(ENTRY + 8), PTE);
}

static void get_and_clear(void **state)
{
	(void)state;
	races = 1;
	assert_true(STORE(0x48, 0x87, 0x02));		/* xchg rax, [rdx] */
	assert_int_equal(r->rax, PTE | 0x60);
	assert_int_equal(fake_word(ENTRY), 0);
	assert_true(last_locked);
}

static void write_protect_touches_one_byte(void **state)
{
	(void)state;
	races = 3;
	assert_true(STORE(0xf0, 0x80, 0x27, 0xfd));	/* lock and [rdi], ~2 */
	assert_int_equal(fake_word(ENTRY), PTE & ~2UL);
	assert_int_equal(writes, 1);
	/* A byte and a dword further up: the others stay. */
	r->rip = TEXT;
	assert_true(STORE(0xf0, 0x80, 0x67, 0x03, 0x0f));
	assert_int_equal(fake_word(ENTRY), PTE & ~0xf0000002UL);
	r->rip = TEXT;
	assert_true(STORE(0xf0, 0x81, 0x4f, 0x04, 0, 0, 0, 0x10));
	assert_int_equal(fake_word(ENTRY),
			 (PTE & ~0xf0000002UL) | 1UL << 60);
}

static void test_and_clear_young(void **state)
{
	(void)state;
	/* lock btr [rdi], 5: the old bit in CF */
	assert_true(STORE(0xf0, 0x48, 0x0f, 0xba, 0x37, 5));
	assert_int_equal(fake_word(ENTRY), PTE & ~0x20UL);
	assert_int_equal(r->rflags & RFLAGS_CF, RFLAGS_CF);
	r->rip = TEXT;
	assert_true(STORE(0xf0, 0x48, 0x0f, 0xba, 0x37, 5));
	assert_int_equal(r->rflags & RFLAGS_CF, 0);
}

static void compare_and_exchange(void **state)
{
	(void)state;
	r->rax = PTE;
	r->rcx = PTE & ~2UL;
	assert_true(STORE(0xf0, 0x48, 0x0f, 0xb1, 0x0a));
	assert_int_equal(fake_word(ENTRY), PTE & ~2UL);
	assert_int_equal(r->rflags & RFLAGS_ZF, RFLAGS_ZF);
	/* The entry is another one: told so, nothing written. */
	r->rip = TEXT;
	r->rax = PTE;
	assert_true(STORE(0xf0, 0x48, 0x0f, 0xb1, 0x0a));
	assert_int_equal(r->rax, PTE & ~2UL);
	assert_int_equal(r->rflags & RFLAGS_ZF, 0);
	assert_int_equal(writes, 1);
	/* It changes between our look and our store: as if seen late. */
	setup(NULL);
	*(uint64_t *)fake_mem(ENTRY) = PTE & ~0x60UL;
	r->rax = PTE & ~0x60UL;
	races = 1;
	assert_true(STORE(0xf0, 0x48, 0x0f, 0xb1, 0x0a));
	assert_int_equal(r->rflags & RFLAGS_ZF, 0);
	assert_int_equal(r->rax, PTE);
	assert_int_equal(writes, 0);
}

static void clearing_with_strings(void **state)
{
	(void)state;
	r->rdi = ENTRY;
	r->rcx = 16;
	assert_true(STORE(0xf3, 0x48, 0xab));
	assert_int_equal(writes, 16);
	assert_int_equal(r->rcx, 0);
	assert_int_equal(fake_word(ENTRY + 15 * 8), 0);
	assert_int_equal(fake_word(ENTRY + 16 * 8), PTE);
	/* To the end of the page, where it may be another table's turn. */
	setup(NULL);
	r->rdi = TABLE + 511 * 8;
	r->rcx = 5;
	memcpy(fake_mem(TEXT), (uint8_t[]){ 0xf3, 0x48, 0xab }, 3);
	assert_true(ptwr_fault(v, r, r->rdi));
	assert_int_equal(r->rip, TEXT);
	assert_int_equal(r->rcx, 4);
	assert_int_equal(r->rdi, TABLE + 0x1000);
	/* Copying: the source is the guest's memory. */
	setup(NULL);
	*(uint64_t *)fake_mem(FAKE_KERNEL_VA + 0x6000) = 0x55067;
	r->rsi = FAKE_KERNEL_VA + 0x6000;
	assert_true(STORE(0x48, 0xa5));
	assert_int_equal(fake_word(ENTRY), 0x55067);
	setup(NULL);
	r->rsi = 0;
	assert_false(STORE(0x48, 0xa5));
}

static void faults_of_the_guest(void **state)
{
	static const uint32_t errors[] = { 0, 2, 3 | 8, 1, 5, 3 | 16, 6 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		r->error_code = errors[i];
		assert_false(STORE(0x48, 0x89, 0x07));
	}
	r->error_code = 7;
	v->kernel_mode = false;
	assert_false(STORE(0x48, 0x89, 0x07));
	v->kernel_mode = true;
	is_table = false;
	assert_false(STORE(0x48, 0x89, 0x07));
	is_table = true;
	refuse = true;
	assert_false(STORE(0x48, 0x89, 0x07));
	refuse = false;
	r->rdi = ENTRY + 4;			/* misaligned */
	assert_false(STORE(0x48, 0x89, 0x07));
	r->rdi = TABLE + 0x2000;		/* not where the fault was */
	assert_false(STORE(0x48, 0x89, 0x07));
	r->rdi = ENTRY;
	assert_false(STORE(0xf0, 0x48, 0x0f, 0xc7, 0x0f));	/* 16 bytes */
	assert_false(STORE(0x0f, 0x11, 0x07));			/* movups */
	assert_int_equal(writes, 0);
	assert_int_equal(fake_word(ENTRY), PTE);
	assert_true(STORE(0x48, 0x89, 0x07));	/* all else being right */
}

static void single_step_goes_on(void **state)
{
	(void)state;
	r->rflags |= RFLAGS_TF;
	memcpy(fake_mem(TEXT), (uint8_t[]){ 0x48, 0x89, 0x07 }, 3);
	assert_true(ptwr_fault(v, r, ENTRY));
	assert_int_equal(r->rip, HANDLER + TRAP_DEBUG * 16);
	assert_int_equal(fake_word(r->rsp + 16), TEXT + 3);
}

static void a_race_without_end_ends(void **state)
{
	(void)state;
	races = 1000;
	memcpy(fake_mem(TEXT), (uint8_t[]){ 0x48, 0x87, 0x02 }, 3);
	assert_true(ptwr_fault(v, r, ENTRY));
	assert_int_equal(r->rip, TEXT);		/* the guest tries again */
	assert_int_equal(r->rax, 0);
}

#define TEST(f)	cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_stores), TEST(get_and_clear),
		TEST(write_protect_touches_one_byte),
		TEST(test_and_clear_young), TEST(compare_and_exchange),
		TEST(clearing_with_strings), TEST(faults_of_the_guest),
		TEST(single_step_goes_on), TEST(a_race_without_end_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
