// SPDX-License-Identifier: GPL-2.0-only
/*
 * The processor of tests/fakes/cpu.h.  It records and refuses nothing but
 * what the real one would; it holds no rule of the hypervisor.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fakes/cpu.h"
#include "core/arch.h"
#include "core/guest.h"
#include "core/runstate.h"

struct fake_cpu fake_cpu;

static uint8_t kernel_mem[FAKE_PAGES * PAGE_SIZE];
static uint8_t user_mem[FAKE_PAGES * PAGE_SIZE];
static uint32_t held;

uint32_t *lock_held_mask(void) { return &held; }

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	abort();
}

void dom_crash(struct domain *d, const char *fmt, ...)
{
	va_list ap;

	(void)d;
	fake_cpu.crashes++;
	va_start(ap, fmt);
	vsnprintf(fake_cpu.crash, sizeof(fake_cpu.crash), fmt, ap);
	va_end(ap);
}

struct vcpu *fake_vcpu(void)
{
	static struct domain domain;
	static struct vcpu vcpu;
	static struct xy_shared_info shared;
	struct domain *d = &domain;
	struct vcpu *v = &vcpu;
	unsigned int i;

	domain = (struct domain){ 0 };
	vcpu = (struct vcpu){ 0 };
	memset(&shared, 0, sizeof(shared));
	memset(&fake_cpu, 0, sizeof(fake_cpu));
	memset(kernel_mem, 0, sizeof(kernel_mem));
	memset(user_mem, 0, sizeof(user_mem));
	fake_cpu.current = v;
	fake_cpu.kernel_root = true;
	fake_cpu.cr0 = 0x80050033;
	fake_cpu.cr4 = 0x506a0;
	d->shared = &shared;
	d->vcpus[0] = v;
	v->domain = d;
	v->info = &d->shared->vcpu_info[0];
	v->kernel_mode = true;
	v->root_kernel = to_mfn(1);
	v->root_user = to_mfn(2);
	for (i = 0; i < ARRAY_SIZE(v->gdt_frames); i++)
		v->gdt_frames[i] = to_mfn(NO_FRAME);
	for (i = 0; i < ARRAY_SIZE(v->ldt_frames); i++)
		v->ldt_frames[i] = to_mfn(NO_FRAME);
	return v;
}

static uint8_t *page(uint64_t va, struct fake_page **rights)
{
	uint64_t k = va - FAKE_KERNEL_VA, u = va - FAKE_USER_VA;

	if (k < sizeof(kernel_mem)) {
		*rights = &fake_cpu.kernel[k / PAGE_SIZE];
		return fake_cpu.kernel_root ? kernel_mem + k : NULL;
	}
	if (u < sizeof(user_mem)) {
		*rights = &fake_cpu.user[u / PAGE_SIZE];
		return user_mem + u;
	}
	return NULL;
}

void *fake_mem(uint64_t va)
{
	if (va - FAKE_KERNEL_VA < sizeof(kernel_mem))
		return kernel_mem + (va - FAKE_KERNEL_VA);
	if (va - FAKE_USER_VA < sizeof(user_mem))
		return user_mem + (va - FAKE_USER_VA);
	abort();
}

uint64_t fake_word(uint64_t va)
{
	uint64_t w;

	memcpy(&w, fake_mem(va), sizeof(w));
	return w;
}

/* ---- core/guest.h ---- */

static int copy(guest_va_t va, void *buf, size_t bytes, bool write)
{
	struct fake_page *rights;
	uint8_t *mem, *b = buf;

	if (!guest_range_ok(va, bytes))
		return -14;
	for (size_t i = 0; i < bytes; i++) {
		mem = page(va.a + i, &rights);
		if (!mem || rights->absent || (write && rights->read_only))
			return -14;
		if (write)
			*mem = b[i];
		else
			b[i] = *mem;
	}
	return 0;
}

int guest_read(void *dst, guest_va_t src, size_t bytes)
{
	return copy(src, dst, bytes, false);
}

int guest_write(guest_va_t dst, const void *src, size_t bytes)
{
	fake_cpu.guest_writes++;
	return copy(dst, (void *)(uintptr_t)src, bytes, true);
}

/* ---- core/arch.h ---- */

struct vcpu *arch_current(void) { return fake_cpu.current; }
struct regs *vcpu_regs(void) { return &fake_cpu.regs; }
uint64_t arch_fs_base(void) { return fake_cpu.fs_base; }
uint64_t arch_gs_base(void) { return fake_cpu.gs_base; }
uint64_t arch_gs_shadow(void) { return fake_cpu.gs_shadow; }
void arch_set_fs_base(uint64_t base) { fake_cpu.fs_base = base; }
void arch_set_gs_base(uint64_t base) { fake_cpu.gs_base = base; }
void arch_set_gs_shadow(uint64_t base) { fake_cpu.gs_shadow = base; }
uint64_t arch_cr0(void) { return fake_cpu.cr0; }
uint64_t arch_cr4(void) { return fake_cpu.cr4; }
uint64_t arch_tsc(void) { return ++fake_cpu.tsc; }
void arch_cache_flush(void) { fake_cpu.cache_flushes++; }
void arch_set_xcr0(uint64_t value) { fake_cpu.xcr0 = value; }

void arch_swapgs(void)
{
	uint64_t active = fake_cpu.gs_base;

	fake_cpu.gs_base = fake_cpu.gs_shadow;
	fake_cpu.gs_shadow = active;
	fake_cpu.swapgs++;
}

void arch_load_root(struct vcpu *v)
{
	fake_cpu.kernel_root = v->kernel_mode;
	fake_cpu.root_loads++;
}

void arch_enter_kernel(struct vcpu *v)
{
	arch_load_root(v);
}

void arch_enter_user(struct vcpu *v)
{
	arch_load_root(v);
}

/* A selector loads a base that tells which it was. */
void arch_load_user_gs(uint16_t sel)
{
	fake_cpu.user_gs = sel;
	fake_cpu.gs_shadow = sel & ~3u ? 0x100000UL + sel : 0;
}

void arch_control_changed(struct vcpu *v)
{
	(void)v;
	fake_cpu.control_changes++;
}

void arch_debug_load(struct vcpu *v)
{
	(void)v;
	fake_cpu.debug_loads++;
}

void arch_gdt_changed(struct vcpu *v)
{
	(void)v;
	fake_cpu.gdt_loads++;
}

int arch_msr_read(uint32_t msr, uint64_t *value)
{
	(void)msr;
	*value = 0x1234;
	return fake_cpu.msr_exists ? 0 : -14;
}

int arch_msr_write(uint32_t msr, uint64_t value)
{
	(void)msr;
	fake_cpu.msr_written = value;
	return 0;
}

static void record(bool out, uint16_t port, unsigned int bytes, uint32_t value)
{
	if (fake_cpu.n_io < ARRAY_SIZE(fake_cpu.io))
		fake_cpu.io[fake_cpu.n_io++] = (struct fake_access){
			out, port, (uint8_t)bytes, value
		};
}

uint32_t arch_port_in(uint16_t port, unsigned int bytes)
{
	record(false, port, bytes, fake_cpu.port_value);
	return fake_cpu.port_value;
}

void arch_port_out(uint16_t port, unsigned int bytes, uint32_t value)
{
	record(true, port, bytes, value);
}

void runstate_update(struct vcpu *v)
{
	v->runstate_late = false;
}
