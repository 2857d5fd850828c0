// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/arch.h on the host: see fakes/arch.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fakes/arch.h"
#include "core/con.h"
#include "core/heap.h"
#include "core/iomem.h"
#include "core/m2p.h"
#include "core/pte.h"
#include "lib/lock.h"

struct fake_machine fake;
_Thread_local unsigned int fake_this_cpu;
static _Thread_local uint32_t held;

uint32_t *lock_held_mask(void)
{
	return &held;
}

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}

void fake_machine_make(uint64_t frames, uint64_t first, uint64_t end)
{
	memset(&fake, 0, sizeof(fake));
	fake.frames = frames;
	fake.memory = aligned_alloc(PAGE_SIZE, frames * PAGE_SIZE);
	fake.table = calloc(frames, sizeof(*fake.table));
	fake.m2p = malloc(frames * sizeof(*fake.m2p));
	fake.life = calloc(frames, sizeof(*fake.life));
	memset(fake.memory, 0xa5, frames * PAGE_SIZE);
	memset(fake.m2p, 0xff, frames * sizeof(*fake.m2p));
	fake.clock = 1;
	for (unsigned int c = 0; c < FAKE_CPUS; c++) {
		fake.cpu[c].root = to_mfn(NO_FRAME);
		fake.cpu[c].last_flush = 1;
	}
	frame_table_init(fake.table);
	m2p_init(fake.m2p);
	heap_add_range(to_mfn(first), end - first);
}

void fake_machine_end(void)
{
	mfn_t mfn;

	/* The heap's lists point into the table: empty them first. */
	for (unsigned int o = HEAP_MAX_ORDER + 1; o-- > 0;)
		while (!mfn_none(mfn = heap_alloc(o)))
			;
	if (heap_free_frames() != 0)
		abort();
	free(fake.memory);
	free(fake.table);
	free(fake.m2p);
	free(fake.life);
	fake.memory = NULL;
}

uint64_t *fake_words(mfn_t mfn)
{
	return arch_frame_ptr(mfn);
}

unsigned int arch_cpu(void)
{
	return fake_this_cpu;
}

struct vcpu *arch_current(void)
{
	return fake.cpu[fake_this_cpu].current;
}

bool arch_in_interrupt(void)
{
	return fake.in_interrupt;
}

void arch_take_interrupts(void)
{
	fake.windows++;
	if (held != 0)
		panic("interrupts are taken with locks held");
}

void arch_kick(unsigned int cpu)
{
	__atomic_add_fetch(&fake.cpu[cpu].kicks, 1, __ATOMIC_RELAXED);
}

void *arch_frame_ptr(mfn_t mfn)
{
	if (mfn.n >= fake.frames)
		abort();
	return fake.memory + mfn.n * PAGE_SIZE;
}

mfn_t arch_ptr_frame(const void *p)
{
	return to_mfn((uint64_t)((const uint8_t *)p - fake.memory) / PAGE_SIZE);
}

void arch_frame_clear(mfn_t mfn)
{
	memset(arch_frame_ptr(mfn), 0, PAGE_SIZE);
	fake.life[mfn.n]++;
	fake.cleared++;
}

void arch_frame_copy(mfn_t dst, mfn_t src)
{
	memcpy(arch_frame_ptr(dst), arch_frame_ptr(src), PAGE_SIZE);
}

static void forget(unsigned int cpu)
{
	for (unsigned int i = 0; i < FAKE_CACHED; i++)
		fake.cpu[cpu].cached[i].valid = false;
	fake.cpu[cpu].last_flush = __atomic_add_fetch(&fake.clock, 1,
						      __ATOMIC_RELAXED);
	fake.cpu[cpu].flushes++;
}

static void load(unsigned int cpu, struct vcpu *v)
{
	fake.cpu[cpu].root = v == NULL ? to_mfn(NO_FRAME) :
			     v->kernel_mode ? v->root_kernel : v->root_user;
	forget(cpu);
}

void arch_load_root(struct vcpu *v)
{
	load(fake_this_cpu, v);
}

void arch_enter_kernel(struct vcpu *v)
{
	load(fake_this_cpu, v);
}

void arch_enter_user(struct vcpu *v)
{
	load(fake_this_cpu, v);
}

void arch_root_changed(mfn_t root)
{
	fake.changed_root = root;
	if (fake.root_changed)
		fake.root_changed(root);
}

mfn_t arch_cpu_root(unsigned int cpu)
{
	return fake.cpu[cpu].root;
}

void arch_leave_root(uint64_t cpus)
{
	for (unsigned int c = 0; c < FAKE_CPUS; c++)
		if (cpus >> c & 1)
			load(c, NULL);
}

void arch_tlb_flush(uint64_t cpus)
{
	for (unsigned int c = 0; c < FAKE_CPUS; c++)
		if (cpus >> c & 1)
			forget(c);
}

void arch_tlb_flush_page(uint64_t cpus, uint64_t va)
{
	for (unsigned int c = 0; c < FAKE_CPUS; c++)
		for (unsigned int i = 0; i < FAKE_CACHED; i++)
			if (cpus >> c & 1 &&
			    fake.cpu[c].cached[i].va >> PAGE_SHIFT ==
			    va >> PAGE_SHIFT)
				fake.cpu[c].cached[i].valid = false;
}

uint32_t arch_flush_clock(void)
{
	return __atomic_load_n(&fake.clock, __ATOMIC_RELAXED);
}

uint64_t arch_flush_needed(uint64_t cpus, uint32_t stamp)
{
	uint64_t need = 0;

	for (unsigned int c = 0; c < FAKE_CPUS; c++)
		if (cpus >> c & 1 &&
		    (int32_t)(fake.cpu[c].last_flush - stamp) <= 0)
			need |= 1UL << c;
	return need;
}

void arch_l4_fill(uint64_t *l4)
{
	for (unsigned int i = L4_HV_FIRST; i <= L4_HV_LAST; i++)
		l4[i] = 0x5a5a000 + i * PAGE_SIZE + 1;
}

/* ---- what a CPU sees ---- */

static void remember(unsigned int cpu, unsigned int level, uint64_t va,
		     mfn_t mfn, bool writable)
{
	struct cached *c = &fake.cpu[cpu].cached[fake.cpu[cpu].next++ %
						 FAKE_CACHED];

	*c = (struct cached){
		.valid = true, .writable = writable, .level = level,
		.va = va, .mfn = mfn, .life = fake.life[mfn.n],
	};
}

/* The lowest pointer to a table that the CPU still remembers for va. */
static mfn_t remembered_table(unsigned int cpu, uint64_t va,
			      unsigned int *level, bool *writable)
{
	for (unsigned int l = 2; l <= 4; l++)
		for (unsigned int i = 0; i < FAKE_CACHED; i++) {
			struct cached *c = &fake.cpu[cpu].cached[i];

			if (!c->valid || c->level != l || (c->va ^ va) >>
			    (12 + 9 * (l - 1)))
				continue;
			*level = l - 1;
			*writable = c->writable;
			return c->mfn;
		}
	*level = 4;
	*writable = true;
	return fake.cpu[cpu].root;
}

void fake_walk(unsigned int cpu, uint64_t va, bool write)
{
	bool rw;
	unsigned int level;
	mfn_t mfn = remembered_table(cpu, va, &level, &rw);

	if (mfn_none(mfn))
		return;
	for (;; level--) {
		uint64_t *e = &fake_words(mfn)[pte_index(level, va)];

		if (!pte_present(*e))
			return;
		rw = rw && pte_writable(*e);
		if (level == 1 && write && !rw)
			return;
		*e |= PTE_A | (level == 1 && write ? PTE_D : 0);
		mfn = pte_mfn(*e);
		if (mfn.n >= fake.frames)
			return;
		remember(cpu, level, va, mfn, rw);
		if (level == 1)
			return;
	}
}

void fake_run(unsigned int cpu, struct vcpu *v)
{
	struct vcpu *old = fake.cpu[cpu].current;

	fake.cpu[cpu].current = v;
	if (old != NULL)
		old->on_cpu = false;
	if (v == NULL)
		return;
	v->on_cpu = true;
	v->cpu = cpu;
	v->domain->dirty_cpus |= 1UL << cpu;
	load(cpu, v);
}

/* ---- neighbours that core asks ---- */

bool iomem_allowed(struct domain *d, mfn_t mfn)
{
	return d->rights.iomem && mfn.n >= fake.io_first &&
	       mfn.n < fake.io_end;
}

bool iomem_read_only(mfn_t mfn)
{
	return mfn_same(mfn, fake.io_read_only);
}

void con_log(const char *fmt, ...)
{
	va_list ap;

	fake.con_logs++;
	va_start(ap, fmt);
	vsnprintf(fake.last_log, sizeof(fake.last_log), fmt, ap);
	va_end(ap);
}
