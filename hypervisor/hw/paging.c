/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's own mappings and the loading of roots.
 *
 * 1. Slots 256 to 271 are the same in every root and never change after boot,
 *    except for leaf entries below the device area and the CPU windows.
 * 2. CR3 is loaded here and nowhere else.
 * 3. Nothing of ours is executable and writable, and only the read-only M2P
 *    has the user bit.  (The stub page is written through the direct map.)
 * 4. While a CPU's `joint` is set, CR3 holds that table, and `root` says which
 *    of its two roots the guest believes to be loaded.  Only on the way from
 *    user to kernel mode of these two is nothing loaded.
 *
 * Lock: none; boot CPU, or each CPU its own window.
 */
#include "hw/paging.h"
#include "core/arch.h"
#include "core/dom.h"
#include "core/e820.h"
#include "core/frame.h"
#include "core/joint.h"
#include "core/m2p.h"
#include "core/bootmem.h"
#include "hw/cpu.h"
#include "hw/layout.h"
#include "hw/percpu.h"
#include "lib/assert.h"

#define SLOT(va, level)	(((va) >> (PAGE_SHIFT + 9 * ((level) - 1))) & 511)
#define MIB_2		0x200000UL
#define GIB		0x40000000UL

extern uint64_t boot_l4[512];
extern char image_start[], text_end[], rodata_end[], image_end[];

static uint64_t device_next = DEVICE_VA;	/* boot only */
static uint32_t flush_clock = 1;		/* [atomic] */

void *arch_frame_ptr(mfn_t mfn)
{
	return (void *)(DIRECT_VA + (mfn.n << PAGE_SHIFT));
}

uint64_t image_phys(const void *p)
{
	return (uint64_t)p - IMAGE_VA;
}

mfn_t arch_ptr_frame(const void *p)
{
	uint64_t va = (uint64_t)p;

	if (va >= IMAGE_VA && va < DIRECT_VA)
		return to_mfn(image_phys(p) >> PAGE_SHIFT);
	return to_mfn((va - DIRECT_VA) >> PAGE_SHIFT);
}

static uint64_t *table_of(uint64_t entry)
{
	return arch_frame_ptr(to_mfn((entry & PTE_FRAME_BITS) >> PAGE_SHIFT));
}

/* The entry for va at a level; builds the tables above it. */
static uint64_t *entry_for(uint64_t va, unsigned int level, uint64_t rights)
{
	uint64_t *table = boot_l4;

	for (unsigned int l = 4; l > level; l--) {
		uint64_t *e = &table[SLOT(va, l)];

		if (!(*e & PTE_P))
			*e = boot_alloc(1, 1).n << PAGE_SHIFT | PTE_P | PTE_RW;
		*e |= rights & PTE_U;
		table = table_of(*e);
	}
	return &table[SLOT(va, level)];
}

static bool range_has_ram(uint64_t from, uint64_t to)
{
	unsigned int n;
	const struct xy_e820_entry *e = machine_e820(&n);

	for (unsigned int i = 0; i < n; i++)
		if (e[i].type != XY_E820_RESERVED &&
		    e[i].type != XY_E820_UNUSABLE &&
		    e[i].addr < to && e[i].addr + e[i].size > from)
			return true;
	return false;
}

/* Every 2 MiB that holds RAM or ACPI tables; the first 2 MiB in any case. */
static void map_direct(void)
{
	uint64_t end = e820_ram_end() << PAGE_SHIFT;
	uint64_t *l3 = arch_frame_ptr(boot_alloc(1, 1));

	CHECK(end <= DIRECT_END_VA - DIRECT_VA);
	/* The boot tables go on serving until the new ones are complete. */
	for (uint64_t a = 0; a < end || a < 4 * GIB; a += MIB_2) {
		uint64_t *l2;

		if (a != 0 && !range_has_ram(a, a + MIB_2))
			continue;
		if (a >= 512 * GIB) {
			*entry_for(DIRECT_VA + a, 2, 0) =
				a | PTE_P | PTE_RW | PTE_PSE | PTE_NX;
			continue;
		}
		if (!(l3[a / GIB] & PTE_P))
			l3[a / GIB] = boot_alloc(1, 1).n << PAGE_SHIFT |
				      PTE_P | PTE_RW;
		l2 = table_of(l3[a / GIB]);
		l2[(a / MIB_2) & 511] = a | PTE_P | PTE_RW | PTE_PSE | PTE_NX;
	}
	boot_l4[SLOT(DIRECT_VA, 4)] =
		arch_ptr_frame(l3).n << PAGE_SHIFT | PTE_P | PTE_RW;
}

/* One 2 MiB page of a table with `bytes_per_frame` for each part with RAM. */
static void map_table(uint64_t va, uint64_t alias, uint64_t bytes_per_frame,
		      uint64_t fill)
{
	uint64_t span = MIB_2 / bytes_per_frame * PAGE_SIZE;
	uint64_t end = e820_ram_end() << PAGE_SHIFT;

	for (uint64_t a = 0; a < end; a += span, va += MIB_2, alias += MIB_2) {
		uint64_t *p, phys;
		mfn_t mfn;

		if (!range_has_ram(a, a + span))
			continue;
		mfn = boot_alloc(512, 512);
		phys = mfn.n << PAGE_SHIFT;
		p = arch_frame_ptr(mfn);
		for (unsigned int i = 0; fill && i < MIB_2 / 8; i++)
			p[i] = fill;
		*entry_for(va, 2, 0) = phys | PTE_P | PTE_RW | PTE_PSE | PTE_NX;
		if (fill)
			*entry_for(alias, 2, PTE_U) =
				phys | PTE_P | PTE_U | PTE_PSE | PTE_NX;
	}
}

/* Records of frames that are not RAM read as zero: one page, many times. */
static void map_frame_holes(void)
{
	uint64_t span = MIB_2 / sizeof(struct frame) * PAGE_SIZE;
	uint64_t end = e820_ram_end() << PAGE_SHIFT, va = FRAME_TABLE_VA;
	uint64_t zero = boot_alloc(1, 1).n << PAGE_SHIFT;
	mfn_t l1 = boot_alloc(1, 1);
	uint64_t *table = arch_frame_ptr(l1);

	for (unsigned int i = 0; i < 512; i++)
		table[i] = zero | PTE_P | PTE_NX;
	for (uint64_t a = 0; a < end; a += span, va += MIB_2)
		if (!range_has_ram(a, a + span))
			*entry_for(va, 2, 0) = l1.n << PAGE_SHIFT | PTE_P;
}

/* 4 KiB mappings for the image: code, constants and data each their rights. */
static void map_image(void)
{
	uint64_t *l3 = table_of(boot_l4[SLOT(IMAGE_VA, 4)]);
	uint64_t *l2 = arch_frame_ptr(boot_alloc(1, 1)), *l1 = NULL;

	for (char *p = image_start; p < image_end; p += PAGE_SIZE) {
		uint64_t rights = PTE_P;

		if (p >= text_end)
			rights |= PTE_NX;
		if (p >= rodata_end)
			rights |= PTE_RW;
		if (l1 == NULL || SLOT((uint64_t)p, 1) == 0) {
			l1 = arch_frame_ptr(boot_alloc(1, 1));
			l2[SLOT((uint64_t)p, 2)] = PTE_P | PTE_RW |
				arch_ptr_frame(l1).n << PAGE_SHIFT;
		}
		l1[SLOT((uint64_t)p, 1)] = image_phys(p) | rights;
	}
	l3[SLOT(IMAGE_VA, 3)] = arch_ptr_frame(l2).n << PAGE_SHIFT |
				PTE_P | PTE_RW;
}

void paging_init(void)
{
	map_direct();
	write_cr3(image_phys(boot_l4));
	map_table(M2P_RW_VA, M2P_RO_VA, 8, NO_FRAME);
	map_table(FRAME_TABLE_VA, 0, sizeof(struct frame), 0);
	map_frame_holes();
	map_image();
	/* All tables that later leaf changes need exist from here on. */
	for (uint64_t s = SLOT(M2P_RO_VA, 4); s < SLOT(DIRECT_END_VA, 4); s++)
		if (!(boot_l4[s] & PTE_P))
			boot_l4[s] = boot_alloc(1, 1).n << PAGE_SHIFT |
				     PTE_P | PTE_RW;
	for (unsigned int i = 0; i < WINDOW_PAGES; i++)
		*entry_for(window_va(0, i), 1, 0) = 0;
	entry_for(DEVICE_VA, 1, 0);
	entry_for(DEVICE_VA + MIB_2, 1, 0);
	joint_init(boot_l4);
	percpu()->root = to_mfn(NO_FRAME);
	write_cr3(image_phys(boot_l4));
}

void paging_publish_m2p(void)
{
	uint64_t end = e820_ram_end();

	for (uint64_t first = 0; first < end; first += M2P_FRAMES_PER_BLOCK) {
		uint64_t e;

		if (!range_has_ram(first << PAGE_SHIFT,
				   (first + M2P_FRAMES_PER_BLOCK) <<
				   PAGE_SHIFT))
			continue;
		e = *entry_for(M2P_RW_VA + first * 8, 2, 0);
		m2p_add_block(to_mfn(first), pte_mfn(e & ~PTE_NX));
	}
}

void paging_drop_identity(void)
{
	boot_l4[0] = 0;
	arch_tlb_flush(1);
}

volatile void *paging_map_device(uint64_t phys, uint64_t bytes)
{
	uint64_t first = phys & PAGE_MASK, va = device_next;

	for (uint64_t a = first; a < phys + bytes; a += PAGE_SIZE) {
		if (device_next >= DEVICE_VA + 2 * MIB_2)
			panic("device register area is full");
		*entry_for(device_next, 1, 0) =
			a | PTE_P | PTE_RW | PTE_PCD | PTE_PWT | PTE_NX;
		device_next += PAGE_SIZE;
	}
	return (volatile void *)(va + (phys - first));
}

const void *paging_ptr(uint64_t phys, uint64_t bytes)
{
	uint64_t first = phys & ~(MIB_2 - 1), end = phys + bytes;
	bool mapped = true;

	if (end < phys || end > DIRECT_END_VA - DIRECT_VA)
		return NULL;
	for (uint64_t a = first; a < end; a += MIB_2)
		mapped &= a == 0 || range_has_ram(a, a + MIB_2);
	if (mapped)
		return (const void *)(DIRECT_VA + phys);
	return (const void *)paging_map_device(phys, bytes);
}

void paging_set_window(unsigned int cpu, unsigned int page, mfn_t mfn)
{
	uint64_t *e = entry_for(window_va(cpu, page), 1, 0);
	uint64_t v = mfn_none(mfn) ? 0 :
		     mfn.n << PAGE_SHIFT | PTE_P | PTE_RW | PTE_NX;

	if (*e != v) {
		*e = v;
		invlpg(window_va(cpu, page));
	}
}

void arch_l4_fill(uint64_t *l4)
{
	for (unsigned int s = 256; s < 272; s++)
		l4[s] = boot_l4[s];
}

static void load_cr3(uint64_t phys)
{
	struct percpu *p = percpu();

	write_cr3(phys);
	p->last_flush = __atomic_add_fetch(&flush_clock, 1, __ATOMIC_RELAXED);
}

/* What stands for p->root: the hypervisor's own, a joint table, or itself. */
static void load(struct percpu *p)
{
	if (p->joint)
		load_cr3(image_phys(p->joint->l4));
	else if (mfn_none(p->root))
		load_cr3(image_phys(boot_l4));
	else
		load_cr3(p->root.n << PAGE_SHIFT);
}

/* Its roots are those of a program that its kernel is open to. */
static bool is_open(const struct joint *j, const struct domain *d)
{
	return mfn_same(j->kernel, d->open_kernel) &&
	       mfn_same(j->user, d->direct_root);
}

/* A kernel needs one only where it may stay loaded in user mode. */
static struct joint *joint_of(struct vcpu *v)
{
	struct domain *d = v->domain;

	if (!v->kernel_mode)
		return v->joint = joint_find(v->root_user, v->root_kernel,
					     &d->joint_known);
	if (mfn_same(v->root_kernel, d->open_kernel))
		return joint_find(d->direct_root, d->open_kernel,
				  &d->joint_known);
	return NULL;
}

__attribute__((noinline)) void arch_load_root(struct vcpu *v)
{
	struct percpu *p = percpu();

	p->joint = v ? joint_of(v) : NULL;
	p->root = v == NULL ? to_mfn(NO_FRAME) :
		  v->kernel_mode ? v->root_kernel : v->root_user;
	CHECK(v == NULL || !mfn_none(p->root));
	if (p->joint && is_open(p->joint, v->domain))
		joint_open(p->joint);
	else if (p->joint)
		joint_close(p->joint);
	load(p);
}

static bool joins(const struct joint *j, const struct vcpu *v)
{
	return j && mfn_same(j->user, v->root_user) &&
	       mfn_same(j->kernel, v->root_kernel) && !j->refused;
}

void arch_enter_user(struct vcpu *v)
{
	struct percpu *p = percpu();
	struct joint *j = v->joint;

	if (joins(p->joint, v) && is_open(p->joint, v->domain)) {
		p->root = v->root_user;
		return;
	}
	if (!joins(j, v)) {
		arch_load_root(v);
		return;
	}
	joint_close(j);
	p->joint = j;
	p->root = v->root_user;
	load_cr3(image_phys(j->l4));
}

void arch_enter_kernel(struct vcpu *v)
{
	struct percpu *p = percpu();
	struct joint *j = p->joint;

	if (joins(j, v)) {
		joint_open(j);
		p->root = v->root_kernel;
	} else {
		arch_load_root(v);
	}
}

void arch_root_changed(mfn_t root)
{
	struct percpu *p = percpu();

	joint_forget(root);
	if (p->joint && mfn_none(p->joint->user)) {
		p->joint = NULL;
		load(p);
	}
}

bool arch_upper_fault(struct vcpu *v, uint64_t va)
{
	struct joint *j = percpu()->joint;
	unsigned int slot = pte_index(4, va);
	const uint64_t *user;

	if (!j || slot <= L4_HV_LAST)
		return false;
	if (v->kernel_mode) {
		if (!joint_use(j, slot, &v->domain->joint_known))
			return false;
	} else {
		user = arch_frame_ptr(v->root_user);
		if (!pte_present(user[slot]))
			return false;
		j->refused = true;
	}
	if (j->refused)
		arch_load_root(v);
	return true;
}

mfn_t arch_cpu_root(unsigned int cpu)
{
	return percpu_of(cpu)->root;
}

/* One CPU runs so far: the sets can only name it. */
void arch_leave_root(uint64_t cpus)
{
	if (cpus & (1UL << percpu()->cpu))
		arch_load_root(NULL);
}

void arch_tlb_flush(uint64_t cpus)
{
	struct percpu *p = percpu();

	if (!(cpus & (1UL << p->cpu)))
		return;
	load(p);
}

void arch_tlb_flush_page(uint64_t cpus, uint64_t va)
{
	if (cpus & (1UL << percpu()->cpu))
		invlpg(va);
}

uint32_t arch_flush_clock(void)
{
	return __atomic_load_n(&flush_clock, __ATOMIC_RELAXED);
}

uint64_t arch_flush_needed(uint64_t cpus, uint32_t stamp)
{
	uint64_t need = 0;

	for (uint64_t left = cpus; left != 0; left &= left - 1) {
		unsigned int cpu = (unsigned int)__builtin_ctzl(left);
		struct percpu *p = percpu_of(cpu);

		/* Signed distance: the clock may wrap. */
		if (p && (int32_t)(p->last_flush - stamp) <= 0)
			need |= 1UL << cpu;
	}
	return need;
}
