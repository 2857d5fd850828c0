// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ports, by instruction and by call: what a guest without rights sees, what
 * reaches the machine, the devices shared with the hypervisor, programs with a
 * bitmap, and string instructions that fault half way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/ports.h"
#include "fakes/privop.h"

static struct regs *const r = &fake_cpu.regs;
static struct vcpu *v;

static int setup(void **state)
{
	(void)state;
	v = fake_kernel();
	return 0;
}

static void guests_without_rights_read_ones(void **state)
{
	(void)state;
	r->rdx = 0x64;
	r->rax = 0x1122334455667700;
	assert_true(RUN(0xec));
	assert_int_equal(r->rax, 0x11223344556677ff);
	r->rip = TEXT;
	assert_true(RUN(0xed));
	assert_int_equal(r->rax, 0xffffffff);
	r->rip = TEXT;
	assert_true(RUN(0xee));
	assert_int_equal(ports_in(v, 0x61, 1), 0xff);
	assert_int_equal(fake_cpu.n_io, 0);
}

/* Timer channel 2: one byte, wherever it lies in the access. */
static void guests_without_rights_have_a_timer_at_zero(void **state)
{
	(void)state;
	assert_int_equal(ports_in(v, 0x42, 1), 0);
	assert_int_equal(ports_in(v, 0x41, 1), 0xff);
	assert_int_equal(ports_in(v, 0x43, 1), 0xff);
	assert_int_equal(ports_in(v, 0x42, 2), 0xff00);
	assert_int_equal(ports_in(v, 0x41, 2), 0x00ff);
	assert_int_equal(ports_in(v, 0x42, 4), 0xffffff00);
	assert_int_equal(ports_in(v, 0x3f, 4), 0x00ffffff);
	assert_int_equal(ports_in(v, 0x40, 2), 0xffff);
	assert_int_equal(ports_in(v, 0x43, 4), 0xffffffff);
	assert_int_equal(fake_cpu.n_io, 0);
}

static void owner_of_ports(void **state)
{
	(void)state;
	v->domain->rights.ports = true;
	fake_cpu.port_value = 0x5a;
	r->rdx = 0x1f7;
	assert_true(RUN(0xec));
	assert_int_equal(r->rax & 0xff, 0x5a);
	r->rip = TEXT;
	r->rax = 0x12345678;
	assert_true(RUN(0x66, 0xe7, 0x92));
	assert_int_equal(fake_cpu.n_io, 2);
	assert_true(fake_cpu.io[1].out);
	assert_int_equal(fake_cpu.io[1].port, 0x92);
	assert_int_equal(fake_cpu.io[1].bytes, 2);
	assert_int_equal(fake_cpu.io[1].value, 0x5678);
	/* The interrupt controllers, also as a part of a wider access. */
	fake_cpu.n_io = 0;
	assert_int_equal(ports_in(v, 0x21, 1), 0xff);
	assert_int_equal(ports_in(v, 0x1f, 2), 0xffff);
	ports_out(v, 0x20, 1, 0x20);
	ports_out(v, 0x40, 1, 0);
	assert_int_equal(ports_in(v, 0xffff, 2), 0xffff);
	assert_int_equal(fake_cpu.n_io, 0);
	assert_true(ports_allowed(v->domain, 0x3f8, 8));
	ports_deny(0x3f8, 8);
	assert_false(ports_allowed(v->domain, 0x3f8, 8));
	assert_false(ports_allowed(v->domain, 0x3ff, 1));
	assert_true(ports_allowed(v->domain, 0x400, 1));
}

static void mediated_devices(void **state)
{
	(void)state;
	v->domain->rights.ports = true;
	/* CMOS: index and data are one step on the machine. */
	ports_out(v, 0x70, 1, 0x8b);
	assert_int_equal(fake_cpu.n_io, 0);
	ports_out(v, 0x71, 1, 0x12);
	assert_int_equal(fake_cpu.n_io, 2);
	assert_int_equal(fake_cpu.io[0].port, 0x70);
	assert_int_equal(fake_cpu.io[0].value, 0x0b);
	assert_int_equal(fake_cpu.io[1].value, 0x12);
	/* Timer: channel 2 only. */
	fake_cpu.n_io = 0;
	ports_out(v, 0x43, 1, 0x34);		/* channel 0 */
	ports_out(v, 0x43, 1, 0xc2);		/* read back channel 0 */
	assert_int_equal(fake_cpu.n_io, 0);
	ports_out(v, 0x43, 1, 0xb0);
	ports_out(v, 0x43, 1, 0xe8);
	assert_int_equal(fake_cpu.n_io, 2);
	/* Port 61: only gate and speaker change. */
	fake_cpu.n_io = 0;
	fake_cpu.port_value = 0xfc;
	ports_out(v, 0x61, 1, 0x01);
	assert_int_equal(fake_cpu.io[1].value, 0x0d);
}

static void pci_configuration(void **state)
{
	(void)state;
	v->domain->rights.ports = true;
	fake_cpu.port_value = 0x80861234;
	assert_int_equal(ports_in(v, 0xcfc, 4), 0xffffffff);	/* disabled */
	ports_out(v, 0xcf8, 4, 0x8000f810);
	assert_int_equal(fake_cpu.n_io, 0);
	assert_int_equal(ports_in(v, 0xcf8, 4), 0x8000f810);
	assert_int_equal(ports_in(v, 0xcfc, 4), 0x80861234);
	assert_int_equal(fake_cpu.io[0].value, 0x8000f810);
	fake_cpu.n_io = 0;
	ports_out(v, 0xcfe, 2, 0x1);
	assert_int_equal(fake_cpu.io[1].port, 0xcfe);
	assert_int_equal(fake_cpu.io[1].value, 0x81);
	fake_cpu.n_io = 0;
	fake_config_ok = false;
	ports_out(v, 0xcfc, 4, 0x1);
	assert_int_equal(fake_cpu.n_io, 0);
	assert_int_equal(ports_in(v, 0xcff, 2), 0xffff);	/* crosses */
	/* A byte at 0xcf9 is another device: the reset register. */
	ports_out(v, 0xcf9, 1, 6);
	assert_int_equal(fake_cpu.io[0].port, 0xcf9);
}

static void bitmap_for_programs(void **state)
{
	uint8_t *map = fake_mem(FAKE_KERNEL_VA + 0x6000);

	(void)state;
	v->domain->rights.ports = true;
	fake_user();
	fake_cpu.kernel_root = false;
	v->io_bitmap = to_guest(FAKE_KERNEL_VA + 0x6000);
	v->io_bitmap_ports = 0x400;
	memset(map, 0xff, 0x80);
	map[0x60 / 8] = 0xfe;			/* port 0x60 */
	map[0x278 / 8 - 1] = 0x7f;		/* 0x277 and 0x278 */
	map[0x278 / 8] = 0xfe;
	assert_true(ports_privileged(v, 0x60, 1));
	assert_false(ports_privileged(v, 0x61, 1));
	assert_false(ports_privileged(v, 0x60, 2));
	assert_true(ports_privileged(v, 0x277, 2));
	assert_false(ports_privileged(v, 0x400, 1));
	assert_false(v->kernel_mode || fake_cpu.kernel_root);
	v->iopl = 3;
	assert_true(ports_privileged(v, 0x61, 1));
}

static void string_ports(void **state)
{
	(void)state;
	v->domain->rights.ports = true;
	fake_cpu.port_value = 0xabcd;
	r->rdx = 0x1f0;
	r->rcx = 3;
	r->rdi = FAKE_KERNEL_VA + 0x2000;
	assert_true(RUN(0xf3, 0x66, 0x6d));
	assert_int_equal(r->rcx, 0);
	assert_int_equal(r->rip, TEXT + 3);
	assert_int_equal(fake_word(FAKE_KERNEL_VA + 0x2000), 0xabcdabcdabcd);
	/* Runs into a page that is not there: the fault, then again. */
	r->rip = TEXT;
	r->rcx = 4;
	r->rsi = FAKE_KERNEL_VA + 0x6ffc;
	fake_cpu.kernel[7].absent = true;
	assert_true(RUN(0xf3, 0x66, 0x6f));
	assert_int_equal(r->rip, HANDLER + 14 * 16);
	assert_int_equal(r->rcx, 2);
	assert_int_equal(v->cr2, FAKE_KERNEL_VA + 0x7000);
	assert_int_equal(fake_word(r->rsp + 24), TEXT);
}

#define TEST(f)	cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(guests_without_rights_read_ones),
		TEST(guests_without_rights_have_a_timer_at_zero),
		TEST(owner_of_ports), TEST(mediated_devices),
		TEST(pci_configuration), TEST(bitmap_for_programs),
		TEST(string_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
