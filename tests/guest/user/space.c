// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's user mode: its address space, the way in, the ways back.
 *
 * Every gate and callback leads to a stub of its own that pushes what it is
 * and returns to who called go(), with the frame still on the stack that the
 * hypervisor switched to.
 */
#include "space.h"

/* There and back: the kernel's stack waits in landing_rsp. */
uint64_t landing_rsp, landing_rax, landing_frame;
extern char landing_stubs[];
void go(const uint64_t *frame, uint64_t rbx);

asm(".text\n"
	"go:	push %rbx; push %rbp; push %r12; push %r13; push %r14\n"
	"	push %r15\n"
	"	mov %rsp, %rax\n"
	"	movabs %rax, landing_rsp\n"
	"	mov %rdi, %rsp\n"
	"	mov %rsi, %rbx\n"
	"	mov $23, %eax\n"
	"	syscall\n"
	"	ud2\n"
	"landed: movabs %rax, landing_rax\n"
	"	mov %rsp, %rax\n"
	"	movabs %rax, landing_frame\n"
	"	movabs landing_rsp, %rax\n"
	"	mov %rax, %rsp\n"
	"	cld\n"
	"	pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
	"	ret\n"
	"	.balign 16\n"
	"landing_stubs:\n"
	"	how = 0\n"
	"	.rept 0x103\n"
	"	.balign 16\n"
	"	pushq $how\n"
	"	jmp landed\n"
	"	how = how + 1\n"
	"	.endr\n");

static bool has_error(uint64_t how)
{
	return how == 8 || (how >= 10 && how <= 14) || how == 17;
}

struct back space_enter(uint64_t rip, uint64_t cs, uint64_t flags,
			uint64_t rax, uint64_t rbx)
{
	uint64_t frame[9] = {
		rax, 0xb, 0xc, 0, rip, cs, flags, USTACK - 16,
		XY_FLAT_USER_SS,
	};
	const uint64_t *f;
	struct back b;

	go(frame, rbx);
	f = (const uint64_t *)landing_frame;
	b.how = f[0];
	b.rax = landing_rax;
	b.rcx = f[1];
	b.r11 = f[2];
	f += 3;
	b.error = has_error(b.how) ? *f++ : 0;
	b.rip = f[0];
	b.cs = f[1] & 0xffff;
	b.rflags = f[2];
	b.rsp = f[3];
	b.ss = f[4];
	return b;
}

uint64_t *user_data, user_root;

static uint64_t table_of(uint64_t *table, unsigned int slot, uint64_t entry)
{
	table[slot] = entry;
	EXPECT_EQ(page_protect(table, true), 0);
	return va_mfn(table) << 12 | LEAF;
}

static void make_root(const char *begin, const char *end)
{
	uint64_t *code = page_alloc(), *l1 = page_alloc(), e;

	user_data = page_alloc();
	for (const char *p = begin; p < end; p++)
		((volatile char *)code)[p - begin] = *p;
	l1[0] = va_mfn(code) << 12 | LEAF_RO;
	e = table_of(l1, 1, va_mfn(user_data) << 12 | LEAF);
	e = table_of(page_alloc(), UCODE >> 21 & 511, e);
	e = table_of(page_alloc(), 0, e);	/* level 3 */
	e = table_of(page_alloc(), 0, e);	/* level 4 */
	user_root = e >> 12 & 0xffffffffff;
	EXPECT_EQ(mmuext_one(XY_MMUEXT_PIN_L4_TABLE, user_root, 0), 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_NEW_USER_BASEPTR, user_root, 0), 0);
}

void space_set_trap(uint8_t vector, uint8_t dpl)
{
	struct xy_trap_info t[2] = { {
		.vector = vector, .flags = dpl | XY_TI_MASK_EVENTS,
		.cs = XY_FLAT_KERNEL_CS,
		.address = A(landing_stubs) + 16 * vector,
	} };

	EXPECT_EQ(call1(XY_HYPERVISOR_set_trap_table, t), 0);
}

static void set_callback(uint16_t type, unsigned int how)
{
	struct xy_callback_register cb = {
		.type = type, .flags = XY_CALLBACKF_mask_events,
		.address = A(landing_stubs) + 16 * how,
	};

	EXPECT_EQ(call2(XY_HYPERVISOR_callback_op, XY_CALLBACKOP_register,
			&cb), 0);
}

static void set_ways_back(void)
{
	static const uint8_t faults[] = { 1, 6, 11, 12, 13, 14 };

	for (unsigned int i = 0; i < sizeof(faults); i++)
		space_set_trap(faults[i], 0);
	space_set_trap(0x80, 3);
	set_callback(XY_CALLBACKTYPE_syscall, BY_SYSCALL);
	set_callback(XY_CALLBACKTYPE_syscall32, BY_SYSCALL32);
	set_callback(XY_CALLBACKTYPE_sysenter, BY_SYSENTER);
	EXPECT_EQ(call2(XY_HYPERVISOR_stack_switch, XY_FLAT_KERNEL_SS,
			A(page_alloc()) + PAGE), 0);
}

void space_make(const char *begin, const char *end)
{
	make_root(begin, end);
	set_ways_back();
}
