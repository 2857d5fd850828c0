/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Descriptor tables, the TSS, the SYSCALL stubs, and the guest's segments.
 *
 * The GDT a guest sees lies in this CPU's window: pages 0 to 13 are its own
 * frames (or a page of zeroes), page 14 ours.  A context switch writes the
 * entries that differ; the CR3 load that follows makes them true.
 *
 * Loading a data selector can fault when the guest has changed the descriptor
 * since: the load then gives null and the vCPU is owed a failsafe callback.
 */
#include "hw/seg.h"
#include "core/arch.h"
#include "core/gdt.h"
#include "core/vcpu.h"
#include "hw/cpu.h"
#include "hw/layout.h"
#include "hw/paging.h"
#include "hw/percpu.h"
#include "lib/assert.h"
#include "lib/string.h"

struct gate {
	uint16_t offset_low, selector;
	uint8_t ist, attr;
	uint16_t offset_mid;
	uint32_t offset_high, reserved;
};

struct table_ptr {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

extern char gate_table[], cpu_stubs[];
extern char syscall_entry[], syscall32_entry[], sysenter_entry[];

static struct gate idt[256] __attribute__((aligned(4096))); /* boot only */
static uint64_t zero_page[512] __attribute__((aligned(4096)));

_Static_assert(MAX_CPUS * CPU_STUB_SIZE <= CPU_STUBS_SIZE, "entry.S");

#define DPL3(vec)	((vec) == 3 || (vec) == 4 || (vec) == 0x80)

static void idt_build(void)
{
	static const uint8_t ist[256] = {
		[1] = IST_DB, [2] = IST_NMI, [8] = IST_DF, [18] = IST_MC,
	};

	for (unsigned int i = 0; i < 256; i++) {
		uint64_t a = (uint64_t)gate_table + i * 16;

		idt[i] = (struct gate){
			.offset_low = (uint16_t)a,
			.selector = SEL_HV_CS,
			.ist = ist[i],
			.attr = DPL3(i) ? 0xee : 0x8e,
			.offset_mid = (uint16_t)(a >> 16),
			.offset_high = (uint32_t)(a >> 32),
		};
	}
}

/* The hypervisor's GDT entries: page 14 of the window. */
static void gdt_build(struct percpu *p, uint64_t *gdt)
{
	uint64_t tss = (uint64_t)&p->tss;

	gdt[1] = 0x00af9b000000ffff;		/* e008 ring 0 code */
	gdt[2] = 0x00cf93000000ffff;		/* e010 ring 0 data */
	gdt[4] = 0x00cffb000000ffff;		/* e023 ring 3 code, 32 bit */
	gdt[5] = 0x00cff3000000ffff;		/* e02b ring 3 data */
	gdt[6] = 0x00affb000000ffff;		/* e033 ring 3 code, 64 bit */
	gdt[8] = (sizeof(struct tss) - 1) | (tss & 0xffffff) << 16 |
		 0x89UL << 40 | (tss >> 24 & 0xff) << 56;
	gdt[9] = tss >> 32;
}

/*
 * A stub: saves rax at the top of the stack, moves the guest's rsp into rax,
 * loads the stack, pushes it, and jumps.  entry.S takes it from there.
 */
static void stub_write(uint8_t *at, uint64_t va, uint64_t top, char *target)
{
	uint64_t slot = top - 8;
	int32_t rel;

	at[0] = 0x48; at[1] = 0xa3;		/* movabs %rax, slot */
	memcpy(at + 2, &slot, 8);
	at[10] = 0x48; at[11] = 0x89; at[12] = 0xe0;	/* mov %rsp, %rax */
	at[13] = 0x48; at[14] = 0xbc;		/* movabs $slot, %rsp */
	memcpy(at + 15, &slot, 8);
	at[23] = 0x50;				/* push %rax */
	at[24] = 0xe9;				/* jmp target */
	rel = (int32_t)((int64_t)target - (int64_t)(va + 29));
	memcpy(at + 25, &rel, 4);
}

static void stubs_init(struct percpu *p)
{
	uint64_t top = (uint64_t)percpu_block(p, CPU_STACK_TOP);
	uint64_t va = (uint64_t)cpu_stubs + p->cpu * CPU_STUB_SIZE;
	uint64_t phys = image_phys((void *)va);
	uint8_t *rw = arch_frame_ptr(to_mfn(phys >> PAGE_SHIFT));

	rw += phys & ~PAGE_MASK;
	stub_write(rw, va, top, syscall_entry);
	stub_write(rw + 32, va + 32, top, syscall32_entry);
	wrmsr(MSR_LSTAR, va);
	wrmsr(MSR_CSTAR, va + 32);
	wrmsr(MSR_STAR, (uint64_t)SEL_GUEST_CS32 << 48 |
			(uint64_t)SEL_HV_CS << 32);
	wrmsr(MSR_SFMASK, RFLAGS_TF | RFLAGS_IF | RFLAGS_DF | RFLAGS_NT |
			  RFLAGS_AC | RFLAGS_IOPL | RFLAGS_RF);
	wrmsr(MSR_SYSENTER_CS, SEL_HV_CS);
	wrmsr(MSR_SYSENTER_ESP, top);
	wrmsr(MSR_SYSENTER_EIP, (uint64_t)sysenter_entry);
}

static void tss_build(struct percpu *p)
{
	p->tss.rsp[0] = (uint64_t)percpu_block(p, CPU_STACK_TOP);
	for (unsigned int i = IST_NMI; i <= IST_DB; i++)
		p->tss.ist[i - 1] = (uint64_t)percpu_block(p, 4096 * (i + 1));
	p->tss.iomap_base = sizeof(struct tss);	/* none */
}

static void window_set_gdt(struct percpu *p, unsigned int page, mfn_t m)
{
	paging_set_window(p->cpu, page,
			  mfn_none(m) ? arch_ptr_frame(zero_page) : m);
}

void seg_init_cpu(struct percpu *p)
{
	struct table_ptr gdtr = {
		.limit = SEL_HV_BASE + 14 * 8 - 1,
		.base = window_va(p->cpu, 0),
	};
	struct table_ptr idtr = { sizeof(idt) - 1, (uint64_t)idt };
	uint64_t *gdt = percpu_block(p, 5 * 4096);

	idt_build();
	tss_build(p);
	gdt_build(p, gdt);
	for (unsigned int i = 0; i < GDT_GUEST_PAGES; i++)
		window_set_gdt(p, i, to_mfn(NO_FRAME));
	paging_set_window(p->cpu, WINDOW_GDT_HV, arch_ptr_frame(gdt));

	/* Reload everything that named the boot GDT. */
	asm volatile("lgdt %0\n\t"
		     "lidt %1\n\t"
		     "pushq %2\n\t"
		     "lea 1f(%%rip), %%rax\n\t"
		     "push %%rax\n\t"
		     "lretq\n"
		     "1:\tmov %3, %%ss\n\t"
		     "xor %%eax, %%eax\n\t"
		     "mov %%eax, %%ds\n\t"
		     "mov %%eax, %%es\n\t"
		     "lldt %%ax\n\t"
		     "mov %4, %%eax\n\t"
		     "ltr %%ax"
		     : : "m"(gdtr), "m"(idtr), "i"(SEL_HV_CS),
		       "r"((uint32_t)SEL_HV_DS), "i"(SEL_TSS)
		     : "rax", "memory");
	stubs_init(p);
}

/* Loads one data segment register; false: the load faulted, it is null now. */
#define LOAD_SEG(reg, sel)						\
	({								\
		bool ok_ = true;					\
		/* fixup: load null and clear ok_ */			\
		asm volatile("1:\tmov %1, %%" reg "\n"			\
			     "2:\n\t"					\
			     ".pushsection .fixup, \"ax\"\n"		\
			     "3:\txor %%eax, %%eax\n\t"			\
			     "mov %%eax, %%" reg "\n\t"			\
			     "movb $0, %0\n\t"				\
			     "jmp 2b\n\t"				\
			     ".popsection\n\t"				\
			     ".pushsection .extable, \"a\"\n\t"		\
			     ".quad 1b, 3b\n\t"				\
			     ".popsection"				\
			     : "+m"(ok_) : "r"((uint32_t)(sel)) : "rax"); \
		ok_;							\
	})

static uint16_t read_seg_ds(void)
{
	uint16_t s;

	asm volatile("mov %%ds, %0" : "=rm"(s));
	return s;
}

/* Behind the last guest's pages the window has zeroes. */
static void window_load_gdt(struct vcpu *v)
{
	struct percpu *p = percpu();
	unsigned int i, pages = gdt_frames_for(v->gdt_entries);

	for (i = 0; i < pages; i++)
		window_set_gdt(p, i, v->gdt_frames[i]);
	for (; i < p->gdt_pages; i++)
		window_set_gdt(p, i, to_mfn(NO_FRAME));
	p->gdt_pages = pages;
}

static void lldt(uint16_t sel)
{
	asm volatile("lldt %0" : : "r"(sel));
}

/* The LDT descriptor lies behind the TSS in our GDT page: entries 12, 13. */
static void ldt_load(struct vcpu *v)
{
	struct percpu *p = percpu();
	uint64_t *gdt = percpu_block(p, 5 * 4096);
	uint64_t base = window_va(p->cpu, WINDOW_LDT);
	uint64_t limit = v->ldt_entries * 8 - 1;

	if (v->ldt_entries == 0) {
		lldt(0);
		return;
	}
	for (unsigned int i = 0; i < 16; i++)
		paging_set_window(p->cpu, WINDOW_LDT + i, v->ldt_frames[i]);
	gdt[12] = (limit & 0xffff) | (base & 0xffffff) << 16 | 0x82UL << 40 |
		  (limit >> 16 & 0xf) << 48 | (base >> 24 & 0xff) << 56;
	gdt[13] = base >> 32;
	lldt(SEL_HV_BASE + 12 * 8);
}

void arch_gdt_changed(struct vcpu *v)
{
	window_load_gdt(v);
}

void arch_ldt_changed(struct vcpu *v)
{
	for (unsigned int i = 0; i < 16; i++)
		paging_set_window(percpu()->cpu, WINDOW_LDT + i,
				  v->ldt_frames[i]);
	ldt_load(v);
}

void arch_ldt_map(struct vcpu *v, unsigned int page, mfn_t mfn)
{
	v->ldt_frames[page] = mfn;
	paging_set_window(percpu()->cpu, WINDOW_LDT + page, mfn);
}

uint64_t arch_fs_base(void) { return rdmsr(MSR_FS_BASE); }
uint64_t arch_gs_base(void) { return rdmsr(MSR_GS_BASE); }
uint64_t arch_gs_shadow(void) { return rdmsr(MSR_GS_SHADOW); }

/* Callers have checked what guests said; a slip of theirs is not fatal. */
static void set_base(uint32_t msr, uint64_t base)
{
	if (arch_msr_write(msr, base))
		wrmsr(msr, 0);
}

void arch_set_fs_base(uint64_t base) { set_base(MSR_FS_BASE, base); }
void arch_set_gs_base(uint64_t base) { set_base(MSR_GS_BASE, base); }
void arch_set_gs_shadow(uint64_t base) { set_base(MSR_GS_SHADOW, base); }

void arch_swapgs(void)
{
	asm volatile("swapgs" : : : "memory");
}

/* The user's GS is the shadow one while the guest's kernel runs. */
void arch_load_user_gs(uint16_t sel)
{
	uint64_t kernel = arch_gs_base();
	bool ok = LOAD_SEG("gs", sel);
	uint64_t user = ok && (sel & ~3) ? arch_gs_base() : 0;

	arch_set_gs_base(kernel);
	arch_set_gs_shadow(user);
}

void seg_save(struct vcpu *v)
{
	asm volatile("mov %%es, %0" : "=rm"(v->es));
	asm volatile("mov %%fs, %0" : "=rm"(v->fs));
	asm volatile("mov %%gs, %0" : "=rm"(v->gs));
	v->ds = read_seg_ds();
	v->fs_base = arch_fs_base();
	v->gs_base_kernel = v->kernel_mode ? arch_gs_base() : arch_gs_shadow();
	v->gs_base_user = v->kernel_mode ? arch_gs_shadow() : arch_gs_base();
}

void seg_load_tables(struct vcpu *v)
{
	window_load_gdt(v);
	ldt_load(v);
}

void seg_load(struct vcpu *v)
{
	bool ok = true;

	ok &= LOAD_SEG("ds", v->ds);
	ok &= LOAD_SEG("es", v->es);
	ok &= LOAD_SEG("fs", v->fs);
	ok &= LOAD_SEG("gs", v->gs);
	arch_set_fs_base(v->fs_base);
	arch_set_gs_base(v->kernel_mode ? v->gs_base_kernel : v->gs_base_user);
	arch_set_gs_shadow(v->kernel_mode ? v->gs_base_user :
			   v->gs_base_kernel);
	if (!ok)
		v->failsafe_pending = true;
}
