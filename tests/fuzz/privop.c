// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any registers, any bytes at rip, any fault: through the emulation of
 * privileged instructions and of page-table stores, then the exit path and
 * an iret.  What "false" promises (nothing changed) is compared; the rest are
 * statements about every state a guest may be left in.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "abi/regs.h"
#include "call/call.h"
#include "core/arch.h"
#include "core/bounce.h"
#include "core/cpuid.h"
#include "core/pci.h"
#include "core/privop.h"
#include "core/pt.h"
#include "core/ptwr.h"
#include "core/time.h"
#include "fakes/cpu.h"

#define TEXT	(FAKE_KERNEL_VA + 0xff8)	/* straddles two pages */
#define TABLE	(FAKE_KERNEL_VA + 0x2000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be(bool cond, int line)
{
	if (cond)
		return;
	fprintf(stderr, "line %d is not true\n", line);
	abort();
}

#define must(cond)	must_be(cond, __LINE__)

/* ---- what the fake machine lacks ---- */

struct cpuid_regs arch_cpuid(uint32_t leaf, uint32_t sub)
{
	(void)sub;
	return (struct cpuid_regs){ leaf == 0 ? 0xd : ~0u, ~0u, ~0u, ~0u };
}

uint64_t time_tsc_khz(void) { return 1; }

struct time_scale time_scale_for_khz(uint64_t khz)
{
	return (struct time_scale){ (uint32_t)khz, 0 };
}

void *arch_frame_ptr(mfn_t mfn)
{
	static uint64_t gdt[512] = { [4] = 0x00cffb123456ffff,
				     [6] = 0x00affb000000ffff };

	must(mfn.n == 9);
	return gdt;
}

bool pci_config_write_allowed(struct domain *d, uint32_t cf8, unsigned int off,
			      unsigned int bytes, uint32_t *value)
{
	must(cf8 & 0x80000000 && off + bytes <= 4);
	return d && !(*value & 1);
}

bool pt_emulation_ok(struct vcpu *v, uint64_t va)
{
	return v->kernel_mode && (va & PAGE_MASK) == TABLE;
}

bool pt_emulated_read(struct vcpu *v, uint64_t va, uint64_t *word)
{
	(void)v;
	must((va & PAGE_MASK) == TABLE);
	*word = fake_word(va & ~7UL);
	return true;
}

int pt_emulated_write(struct vcpu *v, const struct pt_write *w)
{
	(void)v;
	must((w->va & PAGE_MASK) == TABLE && !(w->va & (w->bytes - 1)));
	must(w->bytes == 8 || !(w->new >> (8 * w->bytes)));
	memcpy(fake_mem(w->va), &w->new, w->bytes);
	return w->new & 0x8000 ? -XY_EINVAL : 0;
}

/* ---- states a guest may be in ---- */

static bool touches(const struct fake_access *a, unsigned int first,
		    unsigned int count)
{
	return a->port < first + count && a->port + a->bytes > first;
}

static void check(const struct vcpu *v, const struct regs *r)
{
	must(r->rflags & RFLAGS_IF);
	must(!(r->rflags & (RFLAGS_IOPL | RFLAGS_VM)));
	must((r->cs & 3) == 3 && (r->ss & 3) == 3);
	must(v->kernel_mode == fake_cpu.kernel_root);
	must(va_canonical(fake_cpu.gs_base) && va_canonical(fake_cpu.fs_base));
	must(va_canonical(fake_cpu.gs_shadow));
	for (unsigned int i = 0; i < 4; i++)
		must(guest_range_ok(to_guest(v->debug[i]), 1));
	must(!(v->debug[7] & 0xffffffff0000d800));
	must(!fake_cpu.xcr0 || fake_cpu.xcr0 & 1);
	for (unsigned int i = 0; i < fake_cpu.n_io; i++) {
		const struct fake_access *a = &fake_cpu.io[i];

		must(!touches(a, 0x20, 2) && !touches(a, 0xa0, 2));
		must(!touches(a, 0x40, 2));
	}
}

static struct vcpu *make(const uint8_t *data, struct regs *r)
{
	struct vcpu *v = fake_vcpu();
	uint8_t how = data[0];

	memset(r, 0, sizeof(*r));
	memcpy(r, data + 1, offsetof(struct regs, error_code));
	v->kernel_mode = fake_cpu.kernel_root = how & 1;
	v->domain->rights.ports = how & 2;
	v->domain->rights.iomem = how & 4;
	v->iopl = how >> 3 & 3;
	r->cs = how & 0x20 ? XY_FLAT_KERNEL_CS : how & 0x40 ? 0x23 : 0x33;
	r->ss = XY_FLAT_KERNEL_SS;
	r->rsp = FAKE_KERNEL_VA + 0x7800;
	r->rip = how & 1 ? TEXT : FAKE_USER_VA + 0xff8;
	r->rflags = RFLAGS_IF | 2 | (data[1] & 1 ? RFLAGS_TF : 0) |
		(data[2] & 1 ? RFLAGS_DF : 0);
	fake_cpu.kernel[1].absent = data[3] & 1;
	v->kernel_sp = FAKE_KERNEL_VA + 0x7000;
	v->gdt_frames[0] = to_mfn(9);
	v->gdt_entries = 16;
	if (data[4] & 1) {
		v->io_bitmap = to_guest(FAKE_KERNEL_VA + 0x4000);
		v->io_bitmap_ports = 0x8000;
	}
	for (unsigned int i = 0; i < 256; i++)
		v->traps[i] = (struct trap_entry){ 0x1000 + i, i & 3, i & 4 };
	for (unsigned int i = 0; i < CB_COUNT; i++)
		v->callbacks[i] = (struct callback){ 0x2000 + i, i & 1 };
	v->info->evtchn_upcall_pending = data[5] & 1;
	v->info->evtchn_upcall_mask = data[6] & 1;
	return v;
}

static bool fault(struct vcpu *v, struct regs *r, const uint8_t *data)
{
	switch (data[0] % 3) {
	case 0:
		r->error_code = data[1] & 1 ? data[2] * 8u + 2 : 0;
		return privop_emulate(v, r);
	case 1:
		return privop_forced_cpuid(v, r);
	}
	r->error_code = data[1] & 0x1f;
	return ptwr_fault(v, r, TABLE + data[2] * 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct regs *r = &fake_cpu.regs, before;
	struct call call = { 0 };
	struct vcpu *v;
	size_t code;

	if (!ready)
		cpuid_init();
	ready = true;
	if (size < 132)
		return 0;
	v = make(data, r);
	code = size - 124 < 15 ? size - 124 : 15;
	memcpy(fake_mem(r->rip), data + 124, code);
	if (data[121] & 1)
		r->rdi = r->rbx = TABLE + data[122] * 8;
	before = *r;
	if (!fault(v, r, data + 121)) {
		before.error_code = r->error_code;
		must(!memcmp(&before, r, sizeof(before)));
		must(!fake_cpu.n_io && !fake_cpu.crashes);
	}
	check(v, r);
	bounce_pending(v, r);
	check(v, r);
	if (v->kernel_mode) {
		memcpy(fake_mem(FAKE_KERNEL_VA + 0x6000), data, 72);
		r->rsp = FAKE_KERNEL_VA + 0x6000;
		r->rax = (uint64_t)hc_iret(v, &call);
		check(v, r);
	}
	return 0;
}
