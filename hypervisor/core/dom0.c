/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dom0 builder.
 *
 * 1. Everything the kernel will own is allocated as its memory; pfns are given
 *    in the order of allocation, and the p2m is filled as frames come.
 * 2. Page tables are written as plain data, then pinned: they go through the
 *    same validation as any guest's.
 * 3. Anything wrong with kernel or memory ends with a reason, not a panic.
 *
 * Boot CPU only; no lock.  Next station of the tour: entry/trap.c.
 */
#include "core/dom0.h"
#include "abi/elfnote.h"
#include "abi/errno.h"
#include "abi/mmu.h"
#include "abi/regs.h"
#include "abi/version.h"
#include "core/arch.h"
#include "core/call_page.h"
#include "core/con.h"
#include "core/dom.h"
#include "core/guest.h"
#include "core/heap.h"
#include "core/m2p.h"
#include "core/pirq.h"
#include "core/pt.h"
#include "core/pte.h"
#include "lib/bzimage.h"
#include "lib/string.h"

#define FEATURES_OFFERED						\
	((1u << XY_FEAT_writable_page_tables) |				\
	 (1u << XY_FEAT_pae_pgdir_above_4gb) | (1u << XY_FEAT_dom0))
#define CHUNK_ORDER	9
#define MIN_RESERVE	(128UL << 20)
#define LEAF		(PTE_P | PTE_RW | PTE_U | PTE_A)
#define TABLE		(PTE_P | PTE_RW | PTE_U | PTE_A | PTE_D)

struct build {
	const struct dom0_image *image;
	struct elf_image elf;
	struct elf_xen_notes notes;
	struct dom0_layout at;
	struct domain *d;
	uint64_t nr_pages;
	uint64_t *p2m;			/* through the direct map */
	uint64_t p2m_first_pfn, p2m_frames;
	uint64_t initrd_pfn;
	mfn_t unpacked;			/* scratch; NO_FRAME */
	unsigned int unpacked_order;
	uint64_t spare_mfn, spare_count;	/* rest of the p2m's block */
	uint64_t next_table;		/* pages used of the table area */
	mfn_t l4;
	mfn_t (*table_source)(struct build *b);
	uint64_t next_pfn;		/* first pfn not given yet */
};

static unsigned int order_for(uint64_t frames)
{
	unsigned int order = 0;

	while ((1UL << order) < frames)
		order++;
	return order;
}

static uint64_t pages_for(uint64_t bytes)
{
	return (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

/* ---- the kernel file ---- */

static const char *unpack_kernel(struct build *b, const uint8_t **data,
				 size_t *size)
{
	struct bzimage bz;
	struct unpack_out out = { 0 };
	struct unpack_work work = { .size = UNPACK_WORK_BYTES };
	unsigned int work_order = order_for(pages_for(UNPACK_WORK_BYTES));
	enum bzimage_status rc;
	enum unpack_status status;
	mfn_t scratch;

	rc = bzimage_open(&bz, *data, *size);
	if (rc == BZIMAGE_NOT_LINUX)
		return NULL;		/* may be plain ELF */
	if (rc != BZIMAGE_OK)
		return bzimage_strerror(rc);
	b->unpacked_order = order_for(pages_for(bz.unpacked_bytes));
	scratch = heap_alloc(work_order);
	b->unpacked = b->unpacked_order > HEAP_MAX_ORDER ? to_mfn(NO_FRAME) :
		      heap_alloc(b->unpacked_order);
	if (mfn_none(b->unpacked) || mfn_none(scratch))
		return "too little memory to unpack the kernel";
	con_log("(Xylem) unpacking dom0's kernel: %s, %u KiB\n", bz.format,
		bz.unpacked_bytes >> 10);
	work.base = arch_frame_ptr(scratch);
	out.base = arch_frame_ptr(b->unpacked);
	out.capacity = PAGE_SIZE << b->unpacked_order;
	status = bzimage_unpack(&bz, &out, &work);
	heap_free(scratch, work_order);
	if (status != UNPACK_OK)
		return unpack_strerror(status);
	*data = out.base;
	*size = out.used;
	return NULL;
}

static const char *open_kernel(struct build *b)
{
	const struct elf_rules rules = {
		.dom0 = true, .offered = FEATURES_OFFERED,
		.hv_start = HV_VA_START, .hv_end = HV_VA_END,
	};
	const uint8_t *data = b->image->kernel;
	size_t size = b->image->kernel_bytes;
	const char *why = unpack_kernel(b, &data, &size);
	enum elf_status rc;

	if (why)
		return why;
	rc = elf_open(&b->elf, data, size);
	if (rc == ELF_OK)
		rc = elf_find_xen_notes(&b->elf, &b->notes);
	if (rc == ELF_OK)
		rc = elf_xen_check(&b->elf, &b->notes, &rules, &b->at.elf);
	return rc == ELF_OK ? NULL : elf_strerror(rc);
}

/* ---- memory ---- */

static void give_pfn(struct build *b, uint64_t pfn, mfn_t mfn)
{
	b->p2m[pfn] = mfn.n;
	m2p_set(mfn, to_pfn(pfn));
}

/* Gives the next `count` pfns frames, in blocks as large as there are. */
static bool populate(struct build *b, uint64_t count)
{
	unsigned int order = CHUNK_ORDER;

	while (count != 0) {
		mfn_t mfn;

		while (order && (1UL << order) > count)
			order--;
		if (dom_alloc_pages(b->d, order, DOM_ALLOC_DIRTY, &mfn)) {
			if (order-- == 0)
				return false;
			continue;
		}
		for (uint64_t i = 0; i < 1UL << order; i++)
			give_pfn(b, b->next_pfn++, to_mfn(mfn.n + i));
		count -= 1UL << order;
	}
	return true;
}

static void *pfn_ptr(struct build *b, uint64_t pfn)
{
	return arch_frame_ptr(to_mfn(b->p2m[pfn]));
}

static uint64_t va_pfn(const struct build *b, uint64_t va)
{
	return (va - b->at.elf.virt_base) >> PAGE_SHIFT;
}

/* Copies into, or with src NULL clears, dom0's memory from a pfn on. */
static void put(struct build *b, uint64_t addr, const void *src, uint64_t n)
{
	const char *s = src;

	while (n != 0) {
		uint64_t off = addr & ~PAGE_MASK;
		uint64_t part = min_u64(n, PAGE_SIZE - off);
		char *to = (char *)pfn_ptr(b, addr >> PAGE_SHIFT) + off;

		if (s) {
			memcpy(to, s, part);
			s += part;
		} else {
			memset(to, 0, part);
		}
		addr += part;
		n -= part;
	}
}

/* The p2m must exist before the first pfn is given: one block, first of all. */
static bool alloc_p2m(struct build *b)
{
	unsigned int order;
	mfn_t mfn;

	b->p2m_frames = pages_for(b->nr_pages * 8);
	order = order_for(b->p2m_frames);
	if (order > HEAP_MAX_ORDER ||
	    dom_alloc_pages(b->d, order, DOM_ALLOC_DIRTY, &mfn))
		return false;
	b->p2m = arch_frame_ptr(mfn);
	b->spare_mfn = mfn.n + b->p2m_frames;
	b->spare_count = (1UL << order) - b->p2m_frames;
	return true;
}

/* The p2m's own frames take the next pfns. */
static void place_p2m(struct build *b)
{
	mfn_t first = arch_ptr_frame(b->p2m);

	b->p2m_first_pfn = b->next_pfn;
	for (uint64_t i = 0; i < b->p2m_frames; i++)
		give_pfn(b, b->next_pfn++, to_mfn(first.n + i));
}

/* pfns 0 to the end of the initial mapping, the p2m inside if it lies there. */
static bool populate_initial(struct build *b)
{
	uint64_t all = va_pfn(b, b->at.end_va);

	if (b->at.p2m_apart)
		return populate(b, all);
	if (!populate(b, va_pfn(b, b->at.p2m_va)))
		return false;
	place_p2m(b);
	return populate(b, all - b->next_pfn);
}

static bool populate_rest(struct build *b)
{
	for (; b->spare_count && b->next_pfn < b->nr_pages; b->spare_count--)
		give_pfn(b, b->next_pfn++, to_mfn(b->spare_mfn++));
	return populate(b, b->nr_pages - b->next_pfn);
}

/* ---- page tables ---- */

static mfn_t table_inside(struct build *b)
{
	uint64_t pfn = va_pfn(b, b->at.pt_va) + b->next_table++;

	return to_mfn(b->p2m[pfn]);
}

static mfn_t table_behind_p2m(struct build *b)
{
	uint64_t pfn = b->next_pfn;

	return populate(b, 1) ? to_mfn(b->p2m[pfn]) : to_mfn(NO_FRAME);
}

static mfn_t new_table(struct build *b)
{
	mfn_t mfn = b->table_source(b);

	if (!mfn_none(mfn))
		arch_frame_clear(mfn);
	return mfn;
}

static bool map(struct build *b, uint64_t va, mfn_t target, uint64_t flags)
{
	uint64_t *table = arch_frame_ptr(b->l4);

	for (unsigned int shift = 39; shift > PAGE_SHIFT; shift -= 9) {
		uint64_t *e = &table[va >> shift & 511];

		if (!(*e & PTE_P)) {
			mfn_t mfn = new_table(b);

			if (mfn_none(mfn))
				return false;
			*e = mfn.n << PAGE_SHIFT | TABLE;
		}
		table = arch_frame_ptr(pte_mfn(*e));
	}
	table[va >> PAGE_SHIFT & 511] = target.n << PAGE_SHIFT | flags;
	return true;
}

static bool map_initial(struct build *b)
{
	uint64_t pt_end = b->at.pt_va + b->at.pt_pages * PAGE_SIZE;

	b->table_source = table_inside;
	b->l4 = new_table(b);
	for (uint64_t va = b->at.elf.virt_base; va < b->at.end_va;
	     va += PAGE_SIZE) {
		bool is_table = va >= b->at.pt_va && va < pt_end;

		if (!map(b, va, to_mfn(b->p2m[va_pfn(b, va)]),
			 is_table ? LEAF & ~PTE_RW : LEAF))
			return false;
	}
	return true;
}

static bool map_p2m(struct build *b)
{
	if (!b->at.p2m_apart)
		return true;
	b->table_source = table_behind_p2m;
	for (uint64_t i = 0; i < b->p2m_frames; i++)
		if (!map(b, b->at.p2m_va + i * PAGE_SIZE,
			 to_mfn(b->p2m[b->p2m_first_pfn + i]), LEAF | PTE_D))
			return false;
	return true;
}

/* ---- contents ---- */

static void load_segments(struct build *b)
{
	struct elf_cursor cursor = { 0 };
	struct elf_segment s;

	while (elf_next_load(&b->elf, &cursor, &s)) {
		uint64_t at = s.paddr + b->at.elf.offset -
			      b->at.elf.virt_base;

		put(b, at, s.data, s.file_bytes);
		put(b, at + s.file_bytes, NULL, s.memory_bytes - s.file_bytes);
	}
}

static void fill_start_info(struct build *b)
{
	struct xy_start_info *si = pfn_ptr(b, va_pfn(b, b->at.start_info_va));
	uint64_t initrd = b->at.initrd_va ? b->at.initrd_va : b->initrd_pfn;

	memset(si, 0, PAGE_SIZE);
	memcpy(si->magic, b->notes.pae_extended_cr3 ? "xen-3.0-x86_64p" :
	       "xen-3.0-x86_64", 16);
	si->nr_pages = b->nr_pages;
	si->shared_info = b->d->shared_mfn.n << PAGE_SHIFT;
	si->flags = XY_SIF_PRIVILEGED | XY_SIF_INITDOMAIN;
	si->pt_base = b->at.pt_va;
	si->nr_pt_frames = b->next_table;
	si->mfn_list = b->at.p2m_va;
	if (b->image->initrd_bytes) {
		si->mod_start = initrd;
		si->mod_len = b->image->initrd_bytes;
		si->flags |= b->at.initrd_va ? 0 : XY_SIF_MOD_START_PFN;
	}
	memcpy(si->cmd_line, b->image->cmdline,
	       strnlen(b->image->cmdline, sizeof(si->cmd_line) - 1));
	if (b->at.p2m_apart) {
		si->first_p2m_pfn = b->p2m_first_pfn;
		si->nr_p2m_frames = b->next_pfn - b->p2m_first_pfn;
	}
}

static void load_initrd(struct build *b)
{
	uint64_t at = b->at.initrd_va ? va_pfn(b, b->at.initrd_va) :
		      b->initrd_pfn;

	put(b, at << PAGE_SHIFT, b->image->initrd, b->image->initrd_bytes);
}

/* A kernel that asks for the call page gets it. */
static void fill_hypercall_page(struct build *b)
{
	if (elf_has_note(&b->notes, XY_ELFNOTE_HYPERCALL_PAGE))
		call_page_fill(pfn_ptr(b, va_pfn(b, b->notes.hypercall_page)));
}

/* ---- putting it together ---- */

static void choose_size(struct build *b)
{
	uint64_t total = heap_free_frames();
	uint64_t reserve = max_u64(total / 16, MIN_RESERVE >> PAGE_SHIFT);
	uint64_t most = total > reserve ? total - reserve : total / 2;

	b->nr_pages = b->image->mem_bytes >> PAGE_SHIFT;
	if (b->nr_pages == 0 || b->nr_pages > most)
		b->nr_pages = most;
	b->d->max_pages = b->image->max_bytes >> PAGE_SHIFT;
	if (b->d->max_pages < b->nr_pages)
		b->d->max_pages = b->nr_pages;
}

static const char *build_memory(struct build *b)
{
	uint64_t need;

	choose_size(b);
	dom0_layout(&b->at, &b->notes, b->image->initrd_bytes, b->nr_pages);
	need = va_pfn(b, b->at.end_va) + pages_for(b->nr_pages * 8) * 2 +
	       pages_for(b->image->initrd_bytes);
	if (b->at.end_va < b->at.elf.virt_base || need > b->nr_pages)
		return "dom0's memory is too small for its kernel and initrd "
		       "(raise dom0_mem=)";
	if (!alloc_p2m(b) || !populate_initial(b))
		return "too little memory for dom0 (lower dom0_mem=)";
	b->initrd_pfn = b->next_pfn;
	if (!b->at.initrd_va && !populate(b, pages_for(b->image->initrd_bytes)))
		return "too little memory for dom0's initrd";
	if (b->at.p2m_apart)
		place_p2m(b);
	if (!map_initial(b) || !map_p2m(b))
		return "too little memory for dom0's page tables";
	return NULL;
}

static const char *start_vcpu(struct build *b)
{
	struct vcpu *v = b->d->vcpus[0];
	int rc;

	do {
		rc = pt_pin(b->d, 4, b->l4);
	} while (rc == -XY_ERESTART);
	if (rc == 0)
		rc = pt_set_kernel_root(v, b->l4);
	if (rc)
		return "dom0's first page tables were refused";
	v->regs.rip = b->at.elf.entry;
	v->regs.rsp = b->at.stack_va + PAGE_SIZE;
	v->regs.rsi = b->at.start_info_va;
	v->regs.rflags = RFLAGS_IF | 2;
	v->regs.cs = XY_FLAT_KERNEL_CS;
	v->regs.ss = XY_FLAT_KERNEL_SS;
	v->kernel_ss = XY_FLAT_KERNEL_SS;
	v->initialised = true;
	return vcpu_up(v) ? "dom0's first vCPU does not start" : NULL;
}

static const char *make_domain(struct build *b)
{
	const struct dom_config c = {
		.max_vcpus = b->image->max_vcpus,
		.max_evtchn_port = 4095,
		.max_grant_frames = 64,
		.max_maptrack_frames = 1024,
		.privileged = true,
	};

	if (dom_create(0, &c, &b->d))
		return "too little memory for dom0's domain";
	b->d->rights = (struct dom_rights){ true, true, true };
	if (pirq_create(b->d))
		return "too little memory for dom0's interrupts";
	for (unsigned int i = 0; i < c.max_vcpus; i++)
		if (vcpu_create(b->d, i) == NULL)
			return "too little memory for dom0's vCPUs";
	if (b->notes.pae_extended_cr3)
		b->d->vm_assist = 1u << XY_VMASST_TYPE_pae_extended_cr3;
	return NULL;
}

const char *dom0_build(const struct dom0_image *image)
{
	static struct build build;	/* boot only */
	struct build *b = &build;
	const char *why;

	b->image = image;
	b->unpacked = to_mfn(NO_FRAME);
	why = open_kernel(b);
	if (!why)
		why = make_domain(b);
	if (!why)
		why = build_memory(b);
	if (why)
		return why;
	load_segments(b);
	load_initrd(b);
	fill_hypercall_page(b);
	fill_start_info(b);
	if (!mfn_none(b->unpacked))
		heap_free(b->unpacked, b->unpacked_order);
	if (!populate_rest(b))
		return "too little memory for dom0 (lower dom0_mem=)";
	con_log("(Xylem) dom0: %lu MiB, kernel %lx-%lx, entry %lx, end %lx\n",
		(unsigned long)(b->nr_pages >> 8),
		(unsigned long)b->at.elf.start, (unsigned long)b->at.elf.end,
		(unsigned long)b->at.elf.entry, (unsigned long)b->at.end_va);
	dom0 = b->d;
	return start_vcpu(b);
}
