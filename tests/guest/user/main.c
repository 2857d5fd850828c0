// SPDX-License-Identifier: GPL-2.0-only
/*
 * user: the guest's own user mode.  Each case enters it by the iret call,
 * with one short piece of code, and looks at what comes back to the kernel:
 * by SYSCALL, by a software interrupt, by a fault, from 64- and 32-bit code,
 * through the LDT, single-stepped, and from frames that cannot be returned to;
 * and at calls that the hypervisor takes from user mode (abi/direct.h).  Most
 * of it twice, the second time with joint tables (hypervisor/core/joint.c).
 */
#include "space.h"
#include "abi/direct.h"

#define FLAG_CF		0x1UL
#define FLAG_TF		0x100UL
#define FLAG_IF		0x200UL
#define FLAG_DF		0x400UL
#define SEL_LDT0	7		/* its first entry, RPL 3 */
#define CODE32		0x00cffb000000ffffUL
#define DR6_STEP	0x4000

/* Pieces of user code; each ends by coming back. */
asm(".pushsection .rodata\n"
	"user_begin:\n"
	"user_syscall:\n"
	"	mov $0x1234, %eax\n"
	"	std\n"
	"	syscall\n"
	"user_syscall_end:\n"
	"user_read: mov (%rbx), %eax\n"
	"user_back: syscall\n"
	"user_write: movb $1, (%rbx)\n"
	"	syscall\n"
	"user_int80: int $0x80\n"
	"user_int80_end:\n"
	"user_int21: int $0x21\n"
	"user_cli: cli\n"
	"user_in: in $0x71, %al\n"
	"user_rdmsr: rdmsr\n"
	"user_gs: mov %gs:8, %rax\n"
	"	syscall\n"
	"user_wrgs: mov $0x401010, %eax\n"
	"	wrgsbase %rax\n"
	"	mov %gs:0, %rax\n"
	"	syscall\n"
	"user_step: nop\n"
	"user_step_end: nop\n"
	"	syscall\n"
	"user_cpuid: mov $0x40000000, %eax\n"
	"	.byte 0x0f, 0x0b, 0x78, 0x65, 0x6e; cpuid\n"
	"	mov %ebx, %eax\n"
	"	syscall\n"
	"user_direct: mov %ebx, %edi\n"
	"	mov $0x401008, %esi\n"
	"	mov $1, %edx\n"
	"	syscall\n"
	"user_direct_no:\n"
	"	syscall\n"
	"user_direct_end:\n"
	"user_send: mov $4, %edi\n"
	"	mov %rbx, %rsi\n"
	"	syscall\n"
	"	syscall\n"
	"user_send_end:\n"
	".code32\n"
	"user_32: mov $7, %eax\n"
	"	int $0x80\n"
	"user_32_end:\n"
	"user_32_syscall: mov $9, %eax\n"
	"	syscall\n"
	"user_32_syscall_end:\n"
	"user_32_sysenter: mov $11, %eax\n"
	"	sysenter\n"
	".code64\n"
	"user_end:\n"
	".popsection\n");

extern char user_begin[], user_end[], user_syscall[], user_syscall_end[],
	user_read[], user_back[], user_write[], user_int80[], user_int80_end[],
	user_int21[], user_cli[], user_in[], user_rdmsr[], user_gs[],
	user_wrgs[], user_step[], user_step_end[], user_cpuid[],
	user_direct[], user_direct_no[], user_direct_end[], user_send[],
	user_send_end[], user_32[], user_32_end[], user_32_syscall[],
	user_32_syscall_end[], user_32_sysenter[];

static uint64_t at(const char *label)
{
	return UCODE + (uint64_t)(label - user_begin);
}

static uint64_t enter_rax = 0xa;

static struct back enter(uint64_t rip, uint64_t cs, uint64_t flags,
			 uint64_t rbx)
{
	return space_enter(rip, cs, flags, enter_rax, rbx);
}

static struct back run(const char *label, uint64_t rbx)
{
	return enter(at(label), XY_FLAT_USER_CS, 2, rbx);
}

/* ---- the cases ---- */

static void check_syscall(void)
{
	struct back b = run(user_syscall, 0);

	EXPECT_EQ(b.how, BY_SYSCALL);
	EXPECT_EQ(b.rax, 0x1234);
	EXPECT_EQ(b.rip, at(user_syscall_end));
	EXPECT_EQ(b.cs & 3, 3);
	EXPECT_EQ(b.rsp, USTACK - 16);
	EXPECT_EQ(b.rcx, b.rip);		/* as SYSCALL leaves them */
	EXPECT_EQ(b.r11 & FLAG_DF, FLAG_DF);
	EXPECT_EQ(b.rflags & FLAG_DF, FLAG_DF);
	EXPECT_EQ(b.rflags & FLAG_IF, 0);	/* events were masked */
	EXPECT_EQ(guest_shared->vcpu_info[0].evtchn_upcall_mask, 1);
	/* A program's rax is no result of ours, whatever it looks like. */
	for (enter_rax = -100UL; enter_rax; enter_rax++) {
		b = run(user_back, 0);
		EXPECT_EQ(b.how, BY_SYSCALL);
		EXPECT_EQ(b.rax, enter_rax);
		EXPECT_EQ(b.rip, at(user_write));
	}
	enter_rax = 0xa;
}

static void check_faults(void)
{
	struct back b = run(user_read, 0x1234567000);

	EXPECT_EQ(b.how, 14);
	EXPECT_EQ(b.error, 4);
	EXPECT_EQ(guest_shared->vcpu_info[0].arch.cr2, 0x1234567000);
	EXPECT_EQ(b.rip, at(user_read));
	EXPECT_EQ(b.rcx, 0xc);			/* restored by iret, kept */
	EXPECT_EQ(b.r11, 0xb);
	EXPECT_EQ(run(user_read, UDATA).how, BY_SYSCALL);
	b = run(user_write, UCODE);
	EXPECT_EQ(b.how, 14);
	EXPECT_EQ(b.error, 7);
	b = run(user_read, A(user_begin));	/* the guest kernel's memory */
	EXPECT_EQ(b.how, 14);
	EXPECT_EQ(b.error, 4);
	b = run(user_read, 0xffff830000000000);	/* the hypervisor's */
	EXPECT_EQ(b.how, 14);
	EXPECT(b.error & 4);
	b = run(user_write, XY_MACH2PHYS_VIRT_START);
	EXPECT_EQ(b.how, 14);
	b = run(user_cli, 0);
	EXPECT_EQ(b.how, 13);
	EXPECT_EQ(b.error, 0);
	EXPECT_EQ(b.rip, at(user_cli));
	EXPECT_EQ(run(user_in, 0).how, 13);
	EXPECT_EQ(run(user_rdmsr, 0).how, 13);
	b = run(user_cpuid, 0);			/* the prefix works for all */
	EXPECT_EQ(b.how, BY_SYSCALL);
	EXPECT_EQ(b.rax, 0x566e6558);
}

static void check_interrupts(void)
{
	struct back b = run(user_int80, 0);

	EXPECT_EQ(b.how, 0x80);
	EXPECT_EQ(b.rip, at(user_int80_end));
	space_set_trap(0x80, 0);
	b = run(user_int80, 0);
	EXPECT_EQ(b.how, 13);
	EXPECT_EQ(b.error, 0x80 * 8 + 2);
	EXPECT_EQ(b.rip, at(user_int80));
	space_set_trap(0x80, 3);
	b = run(user_int21, 0);
	EXPECT_EQ(b.how, 13);
	EXPECT_EQ(b.error, 0x21 * 8 + 2);
	EXPECT_EQ(b.rip, at(user_int21));
	space_set_trap(0x21, 3);
	b = run(user_int21, 0);
	EXPECT_EQ(b.how, 0x21);
	EXPECT_EQ(b.rip, at(user_int21) + 2);
}

static uint64_t rdmsr(uint32_t msr)
{
	uint32_t lo, hi;

	asm volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr));
	return (uint64_t)hi << 32 | lo;
}

static void check_gs(void)
{
	uint64_t cr4;
	struct back b;

	user_data[1] = 0x1111;
	user_data[2] = 0x2222;
	EXPECT_EQ(call2(XY_HYPERVISOR_set_segment_base, XY_SEGBASE_GS_USER,
			UDATA), 0);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_segment_base, XY_SEGBASE_GS_KERNEL,
			0x77000), 0);
	b = run(user_gs, 0);
	EXPECT_EQ(b.how, BY_SYSCALL);
	EXPECT_EQ(b.rax, 0x1111);
	EXPECT_EQ(rdmsr(0xc0000101), 0x77000);
	EXPECT_EQ(rdmsr(0xc0000102), UDATA);
	/* With FSGSBASE a program changes its base behind our back. */
	asm volatile("mov %%cr4, %0; or $0x10000, %0; mov %0, %%cr4"
		     : "=&r"(cr4));
	b = run(user_wrgs, 0);
	if (b.how == 6)
		return;				/* the processor has none */
	EXPECT_EQ(b.how, BY_SYSCALL);
	EXPECT_EQ(b.rax, 0x2222);
	EXPECT_EQ(rdmsr(0xc0000101), 0x77000);
	EXPECT_EQ(rdmsr(0xc0000102), UDATA + 16);
	b = run(user_gs, 0);
	EXPECT_EQ(b.rax, user_data[3]);
	/* A null selector, and one that is no segment at all: never refused. */
	EXPECT_EQ(call2(XY_HYPERVISOR_set_segment_base,
			XY_SEGBASE_GS_USER_SEL, 0), 0);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_segment_base,
			XY_SEGBASE_GS_USER_SEL, 0x1233), 0);
	EXPECT_EQ(rdmsr(0xc0000101), 0x77000);
}

static void check_step(void)
{
	struct back b = enter(at(user_step), XY_FLAT_USER_CS, FLAG_TF | 2, 0);

	EXPECT_EQ(b.how, 1);
	EXPECT_EQ(b.rip, at(user_step_end));
	EXPECT(b.rflags & FLAG_TF);
	EXPECT(call1(XY_HYPERVISOR_get_debugreg, 6) & DR6_STEP);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_debugreg, 6, 0), 0);
	/* An emulated instruction is a step, too. */
	b = enter(at(user_cpuid) + 5, XY_FLAT_USER_CS, FLAG_TF | 2, 0);
	EXPECT_EQ(b.how, 1);
	EXPECT_EQ(b.rip, at(user_cpuid) + 12);
}

static void check_breakpoint(void)
{
	struct back b;

	EXPECT_EQ(call2(XY_HYPERVISOR_set_debugreg, 0, at(user_step_end)), 0);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_debugreg, 7, 0x401), 0);
	b = run(user_step, 0);
	EXPECT_EQ(b.how, 1);
	EXPECT_EQ(b.rip, at(user_step_end));
	EXPECT(call1(XY_HYPERVISOR_get_debugreg, 6) & 1);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_debugreg, 7, 0x400), 0);
	EXPECT_EQ(run(user_step, 0).how, BY_SYSCALL);
	EXPECT_EQ(call2(XY_HYPERVISOR_set_debugreg, 0, 0xffff800000000000),
		  -XY_EPERM);
}

static void check_code32(void)
{
	struct back b = enter(at(user_32), XY_FLAT_USER_CS32, 2, 0);

	EXPECT_EQ(b.how, 0x80);
	EXPECT_EQ(b.rax, 7);
	EXPECT_EQ(b.cs, XY_FLAT_USER_CS32);
	EXPECT_EQ(b.rip, at(user_32_end));
	b = enter(at(user_32_syscall), XY_FLAT_USER_CS32, 2, 0);
	if (b.how != 6) {			/* AMD has it, Intel does not */
		EXPECT_EQ(b.how, BY_SYSCALL32);
		EXPECT_EQ(b.rax, 9);
		EXPECT_EQ(b.cs, XY_FLAT_USER_CS32);
		EXPECT_EQ(b.rip, at(user_32_syscall_end));
	}
	b = enter(at(user_32_sysenter), XY_FLAT_USER_CS32, 2, 0);
	if (b.how != 6) {			/* and the reverse */
		EXPECT_EQ(b.how, BY_SYSENTER);
		EXPECT_EQ(b.rax, 11);
		EXPECT_EQ(b.cs & 3, 3);
	}
	/* Software interrupts are found in 32-bit code as well. */
	b = enter(at(user_int21), XY_FLAT_USER_CS32, 2, 0);
	EXPECT_EQ(b.how, 0x21);
	EXPECT_EQ(b.rip, at(user_int21) + 2);
}

/* The page comes in when the IRET loads cs, while the user's tables rule. */
static void check_ldt(void)
{
	uint64_t *ldt = page_alloc();
	struct back b;

	ldt[0] = CODE32;
	ldt[1] = 0x00cffb000000ffffUL & ~(3UL << 45);	/* DPL 0: repaired */
	EXPECT_EQ(page_protect(ldt, true), 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_SET_LDT, A(ldt), 16), 0);
	b = enter(at(user_32), SEL_LDT0, 2, 0);
	EXPECT_EQ(b.how, 0x80);
	EXPECT_EQ(b.cs, SEL_LDT0);
	EXPECT_EQ(ldt[1], CODE32);
	EXPECT(page_protect(ldt, false) < 0);	/* in use */
	b = enter(at(user_32), 16 << 3 | 7, 2, 0);	/* behind its end */
	EXPECT_EQ(b.how, 13);
	EXPECT_EQ(b.error, 16 << 3 | 4);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_SET_LDT, 0, 0), 0);
	EXPECT_EQ(page_protect(ldt, false), 0);
}

/* What IRET refuses comes back as the fault of the frame's target. */
static void check_bad_frames(void)
{
	struct back b = enter(at(user_step), 0x1233, 2, 0);

	EXPECT_EQ(b.how, 13);
	EXPECT_EQ(b.error, 0x1230);
	EXPECT_EQ(b.rip, at(user_step));
	b = enter(1UL << 62, XY_FLAT_USER_CS, 2, 0);
	EXPECT_EQ(b.how, 13);
	EXPECT_EQ(b.error, 0);
	EXPECT_EQ(b.rip, 1UL << 62);
	EXPECT_EQ(run(user_syscall, 0).how, BY_SYSCALL);
}

/* Made by user code itself; what stays in rax is the result, or the number. */
static struct back direct(uint64_t nr, uint64_t op)
{
	struct back b;

	enter_rax = XY_DIRECT_CALL + nr;
	b = run(user_direct, op);
	enter_rax = 0xa;
	EXPECT_EQ(b.how, BY_SYSCALL);
	return b;
}

static void expect_refused(uint64_t nr, uint64_t op)
{
	struct back b = direct(nr, op);

	EXPECT_EQ(b.rip, at(user_direct_no));
	EXPECT_EQ(b.rax, XY_DIRECT_CALL + nr);
}

static void expect_made(uint64_t nr, uint64_t op, int64_t result)
{
	struct back b = direct(nr, op);

	EXPECT_EQ(b.rip, at(user_direct_end));
	EXPECT_EQ(b.rax, (uint64_t)result);
}

static void grant(unsigned int ref, void *page)
{
	struct xy_grant_entry_v1 *table = (void *)scratch_va(1);
	uint64_t frame = 0;
	struct xy_gnttab_setup_table st = {
		.dom = XY_DOMID_SELF, .nr_frames = 1, .frame_list = A(&frame),
	};

	EXPECT_EQ(call3(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_setup_table,
			&st, 1), 0);
	EXPECT_EQ(va_map(A(table), frame << 12 | LEAF), 0);
	table[ref].domid = 0;
	table[ref].frame = (uint32_t)va_mfn(page);
	__atomic_store_n(&table[ref].flags, XY_GTF_permit_access,
			 __ATOMIC_SEQ_CST);
}

static void direct_copy(void)
{
	struct xy_gnttab_copy *c = (struct xy_gnttab_copy *)&user_data[1];
	uint64_t *from = page_alloc(), *to = page_alloc();

	from[1] = 0x1234;
	from[2] = 0x5678;
	grant(20, from);
	grant(21, to);
	for (uint16_t flags = 0; flags <= 3; flags++) {
		*c = (struct xy_gnttab_copy){
			.source = { .domid = XY_DOMID_SELF, .offset = 8 },
			.dest = { .domid = XY_DOMID_SELF },
			.len = 16, .flags = flags, .status = 1,
		};
		c->source.u.gmfn = flags & XY_GNTCOPY_source_gref ? 20 :
				   va_mfn(from);
		c->dest.u.gmfn = flags & XY_GNTCOPY_dest_gref ? 21 :
				 va_mfn(to);
		expect_made(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_copy, 0);
		/* Every frame of its kernel has a number. */
		EXPECT_EQ(c->status, flags == 3 ? XY_GNTST_okay :
			  XY_GNTST_permission_denied);
		EXPECT_EQ(to[0], flags == 3 ? 0x1234 : 0);
	}
	EXPECT_EQ(to[1], 0x5678);
}

/* The kernel's memory, and ours, is not there for a program's call either. */
static void direct_addresses(const uint32_t *port)
{
	const uint64_t bad[] = { A(port), XY_MACH2PHYS_VIRT_START,
				 0xffff830000000000, 1UL << 47, -4UL };
	struct back b;

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		enter_rax = XY_DIRECT_CALL + XY_HYPERVISOR_event_channel_op;
		b = run(user_send, bad[i]);
		EXPECT_EQ(b.how, BY_SYSCALL);
		EXPECT_EQ(b.rip, at(user_send_end));
		EXPECT_EQ(b.rax, (uint64_t)-XY_EFAULT);
	}
	enter_rax = 0xa;
}

static void check_direct(void)
{
	struct xy_evtchn_bind_ipi ipi = { .vcpu = 0 };

	EXPECT_EQ(call2(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_bind_ipi,
			&ipi), 0);
	user_data[1] = ipi.port;
	expect_refused(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send);
	EXPECT_EQ(guest_shared->evtchn_pending[0] >> ipi.port & 1, 0);
	EXPECT_EQ(call1(XY_HYPERVISOR_direct, 1), -XY_EINVAL);
	EXPECT_EQ(call1(XY_HYPERVISOR_direct, 0), 0);
	expect_made(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send, 0);
	EXPECT_EQ(guest_shared->evtchn_pending[0] >> ipi.port & 1, 1);
	user_data[1] = 4000;			/* no port of ours */
	expect_made(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send,
		    -XY_EINVAL);
	direct_copy();
	direct_addresses(&ipi.port);
	/* Nothing but these two: the kernel hears of all else. */
	expect_refused(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_close);
	expect_refused(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_setup_table);
	expect_refused(XY_HYPERVISOR_sched_op, 0);
	expect_refused(XY_HYPERVISOR_direct, 0);
	expect_refused(63, 0);
	expect_refused(64, 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_UNPIN_TABLE, user_root, 0), 0);
	user_data[1] = ipi.port;
	expect_refused(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_PIN_L4_TABLE, user_root, 0), 0);
	expect_refused(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send);
}

static uint64_t kernel_root;

static void set_slot(uint64_t root, unsigned int slot, uint64_t entry)
{
	EXPECT_EQ(mmu_one(root << 12 | slot * 8, entry), 0);
}

/* UDATA through another slot of the level 4 table. */
static uint64_t data_at(unsigned int slot)
{
	return (uint64_t)((int64_t)((uint64_t)slot << 55) >> 16) | UDATA;
}

static uint64_t peek(uint64_t va)
{
	return *(volatile uint64_t *)va;
}

static void expect_readable(uint64_t va, bool readable)
{
	struct back b = run(user_read, va);

	EXPECT_EQ(b.how, readable ? BY_SYSCALL : 14);
	if (!readable)
		EXPECT_EQ(b.error, 4);
}

/*
 * Once more with the program's half in the kernel's root as well: the
 * hypervisor may serve both from one table, which nobody must notice.
 */
static void check_joined(void)
{
	uint64_t e = ((uint64_t *)mfn_va(user_root))[0];

	kernel_root = va_mfn((void *)guest_si->pt_base);
	set_slot(kernel_root, 0, e);
	check_syscall();
	check_faults();
	check_step();
	check_code32();
	check_bad_frames();
	check_direct();
	user_data[0] = 0x4242;
	EXPECT_EQ(peek(UDATA), 0x4242);
	/* What the program has below, and the kernel has not. */
	expect_readable(data_at(1), false);
	set_slot(user_root, 1, e);
	expect_readable(data_at(1), true);
	set_slot(kernel_root, 1, e);
	expect_readable(data_at(1), true);
	EXPECT_EQ(peek(data_at(1)), 0x4242);
	set_slot(user_root, 1, 0);
	expect_readable(data_at(1), false);
	set_slot(kernel_root, 1, 0);
	expect_readable(data_at(1), false);
	/* What it has above, and what the kernel has there. */
	set_slot(user_root, 400, e);
	expect_readable(data_at(400), true);
	set_slot(user_root, 400, 0);
	expect_readable(data_at(400), false);
	for (unsigned int slot = 401; slot < 431; slot++) {
		set_slot(kernel_root, slot, e);
		expect_readable(data_at(slot), false);
		EXPECT_EQ(peek(data_at(slot)), 0x4242);
		expect_readable(data_at(slot), false);
	}
	for (unsigned int slot = 401; slot < 431; slot++) {
		expect_readable(data_at(slot), false);
		EXPECT_EQ(peek(data_at(slot)), 0x4242);
		set_slot(kernel_root, slot, 0);
	}
	set_slot(kernel_root, 0, 0);
	expect_readable(UDATA, true);
}

#define ROOTS 40	/* more than there are joint tables */

static uint64_t *roots[ROOTS];

/* No root any more, an ordinary page, a root again; base either way first. */
static void recycle(uint64_t *root, uint64_t entry, bool base_first)
{
	if (base_first)
		EXPECT_EQ(mmuext_one(XY_MMUEXT_NEW_USER_BASEPTR, user_root, 0),
			  0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_UNPIN_TABLE, va_mfn(root), 0), 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_NEW_USER_BASEPTR, user_root, 0), 0);
	EXPECT_EQ(page_protect(root, false), 0);
	root[1] = root[1] ? 0 : entry;
	root[400] = 0;
	EXPECT_EQ(page_protect(root, true), 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_PIN_L4_TABLE, va_mfn(root), 0), 0);
}

static void toggle(const uint64_t *root, unsigned int slot, uint64_t entry)
{
	set_slot(va_mfn(root), slot, root[slot] ? 0 : entry);
}

/* Many programs: each sees what its own root says, its kernel what it has. */
static void check_many_roots(void)
{
	const uint64_t *kernel = (const uint64_t *)guest_si->pt_base;
	uint64_t e = ((uint64_t *)mfn_va(user_root))[0];
	uint32_t dice = 1;

	set_slot(kernel_root, 0, e);
	for (unsigned int i = 0; i < ROOTS; i++) {
		roots[i] = page_alloc();
		roots[i][0] = e;
		EXPECT_EQ(page_protect(roots[i], true), 0);
		EXPECT_EQ(mmuext_one(XY_MMUEXT_PIN_L4_TABLE, va_mfn(roots[i]),
				     0), 0);
	}
	for (unsigned int step = 0; step < 1000; step++) {
		uint64_t *root = roots[(dice >> 20) % ROOTS];
		unsigned int slot = dice & 1U << 16 ? 400 : 1;

		EXPECT_EQ(mmuext_one(XY_MMUEXT_NEW_USER_BASEPTR, va_mfn(root),
				     0), 0);
		expect_readable(A(user_begin), false);
		expect_readable(UDATA, true);
		expect_readable(data_at(1), root[1] != 0);
		expect_readable(data_at(400), root[400] != 0);
		if (kernel[slot])
			EXPECT_EQ(peek(data_at(slot)), 0x4242);
		dice = dice * 1664525 + 1013904223;
		if (dice >> 29 == 0)
			recycle(root, e, dice & 1U << 17);
		else if (dice >> 29 < 3)
			toggle(dice & 1U << 18 ? root : kernel, slot, e);
	}
	EXPECT_EQ(mmuext_one(XY_MMUEXT_NEW_USER_BASEPTR, user_root, 0), 0);
	set_slot(kernel_root, 0, 0);
}

void test_main(void)
{
	space_make(user_begin, user_end);
	check_syscall();
	check_faults();
	check_interrupts();
	check_gs();
	check_step();
	check_breakpoint();
	check_code32();
	check_ldt();
	check_bad_frames();
	check_direct();
	check_joined();
	check_many_roots();
}
