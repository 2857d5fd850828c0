// SPDX-License-Identifier: GPL-2.0-only
/*
 * Storms: calls, events, timers, grants and traps as fast as they come.
 */
#include "hostile.h"

#define OP(op, arg)	call2(XY_HYPERVISOR_event_channel_op, \
			      XY_EVTCHNOP_##op, arg)
#define VCPU(op, arg)	call3(XY_HYPERVISOR_vcpu_op, XY_VCPUOP_##op, 0, arg)
#define LIST		4096UL

static struct xy_multicall_entry *list;

static void make_list(void)
{
	if (list)
		return;
	list = page_alloc();
	for (unsigned int i = 1; i < LIST * sizeof(*list) / PAGE; i++)
		page_alloc();
}

static void fill_list(unsigned int nr, uint64_t a, uint64_t b)
{
	make_list();
	for (unsigned int i = 0; i < LIST; i++)
		list[i] = (struct xy_multicall_entry){ .op = nr,
						       .args = { a, b } };
}

static void clear_pending(void)
{
	struct xy_vcpu_info *v = &guest_shared->vcpu_info[0];

	__atomic_store_n(&v->evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < 64; i++)
		__atomic_store_n(&guest_shared->evtchn_pending[i], 0,
				 __ATOMIC_SEQ_CST);
}

static void events_on(bool on)
{
	struct xy_vcpu_info *v = &guest_shared->vcpu_info[0];

	__atomic_store_n(&v->evtchn_upcall_mask, !on, __ATOMIC_SEQ_CST);
	guest_on_event = on ? clear_pending : NULL;
}

void events(void)
{
	struct xy_evtchn_bind_ipi ipi = { .vcpu = 0 };
	struct xy_evtchn_send send;
	struct xy_evtchn_unmask un;

	EXPECT_EQ(OP(bind_ipi, &ipi), 0);
	send.port = un.port = ipi.port;
	EXPECT_EQ(OP(unmask, &un), 0);
	events_on(true);
	fill_list(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send, A(&send));
	start_round();
	while (round_goes_on()) {
		EXPECT_EQ(OP(send, &send), 0);
		EXPECT_EQ(call2(XY_HYPERVISOR_multicall, list, LIST), 0);
	}
	events_on(false);
	EXPECT(guest_events > 1000);
}

static void arm_again(void)
{
	static struct xy_vcpu_set_singleshot_timer t = { 1, 0 };

	clear_pending();
	/* Nothing else may ever run: the storm ends itself. */
	if (round_goes_on())
		VCPU(set_singleshot_timer, &t);
}

void timers(void)
{
	struct xy_evtchn_bind_virq b = { .virq = XY_VIRQ_TIMER };
	struct xy_evtchn_unmask un;
	struct xy_vcpu_set_periodic_timer p;
	static const uint64_t wrong[] = { 0, 999999, ~0UL, 1UL << 63 };

	EXPECT_EQ(OP(bind_virq, &b), 0);
	un.port = b.port;
	EXPECT_EQ(OP(unmask, &un), 0);
	for (unsigned int i = 0; i < 4; i++) {
		p.period_ns = wrong[i];
		EXPECT_EQ(VCPU(set_periodic_timer, &p), -XY_EINVAL);
	}
	p.period_ns = 1000000;
	EXPECT_EQ(VCPU(set_periodic_timer, &p), 0);
	events_on(true);
	guest_on_event = arm_again;
	start_round();
	arm_again();
	while (round_goes_on())
		call1(XY_HYPERVISOR_set_timer_op, now_ns() + 1);
	events_on(false);
	EXPECT_EQ(VCPU(stop_periodic_timer, 0), 0);
	EXPECT_EQ(VCPU(stop_singleshot_timer, 0), 0);
	EXPECT(guest_events > 100);
}

/* Waits that end at once, again and again before the CPU is given up. */
void polls(void)
{
	static uint32_t port;		/* never free of events */
	static struct xy_sched_poll p = { .nr_ports = 1 };

	p.ports = A(&port);
	fill_list(XY_HYPERVISOR_sched_op, XY_SCHEDOP_poll, A(&p));
	start_round();
	while (round_goes_on())
		EXPECT_EQ(call2(XY_HYPERVISOR_multicall, list, LIST), 0);
}

void multicalls(void)
{
	static struct xy_mmu_update u[512];
	uint64_t *slot = va_pte_slot(scratch_va(6));
	uint64_t at = va_mfn(slot) << 12 | (A(slot) & (PAGE - 1));

	for (unsigned int i = 0; i < 512; i++)
		u[i] = (struct xy_mmu_update){ at, va_pte(scratch_va(6)) };
	fill_list(XY_HYPERVISOR_mmu_update, A(u), 512);
	for (unsigned int i = 0; i < LIST; i++)
		list[i].args[3] = XY_DOMID_SELF;
	start_round();
	while (round_goes_on())
		EXPECT_EQ(call2(XY_HYPERVISOR_multicall, list, LIST), 0);
}

/* ---- grants ---- */

#define REF	20
static struct xy_grant_entry_v1 *table;

static int map(uint16_t dom, uint64_t va, unsigned int flags, uint32_t *handle)
{
	struct xy_gnttab_map_grant_ref m = {
		.host_addr = va, .flags = flags, .ref = REF, .dom = dom,
	};

	EXPECT_EQ(call3(XY_HYPERVISOR_grant_table_op,
			XY_GNTTABOP_map_grant_ref, &m, 1), 0);
	*handle = m.handle;
	return m.status;
}

static int unmap(uint64_t va, uint32_t handle)
{
	struct xy_gnttab_unmap_grant_ref m = {
		.host_addr = va, .handle = handle,
	};

	EXPECT_EQ(call3(XY_HYPERVISOR_grant_table_op,
			XY_GNTTABOP_unmap_grant_ref, &m, 1), 0);
	return m.status;
}

static void grant(uint16_t to, uint64_t frame, unsigned int flags)
{
	table[REF].domid = to;
	table[REF].frame = (uint32_t)frame;
	__atomic_store_n(&table[REF].flags, (uint16_t)flags,
			 __ATOMIC_SEQ_CST);
}

/* Our own number: who can map what we grant to that number. */
static uint16_t own_number(uint64_t frame)
{
	for (uint16_t id = 0; id < 500; id++) {
		uint32_t handle;

		grant(id, frame, XY_GTF_permit_access);
		if (map(id, scratch_va(4), XY_GNTMAP_host_map, &handle) == 0) {
			EXPECT_EQ(unmap(scratch_va(4), handle), 0);
			return id;
		}
	}
	failure("no number is ours");
}

void grants(void)
{
	uint64_t frame = 0, page = va_mfn(page_alloc()), va = scratch_va(4);
	struct xy_gnttab_setup_table st = {
		.dom = XY_DOMID_SELF, .nr_frames = 1, .frame_list = A(&frame),
	};
	uint64_t was = va_pte(va);
	uint32_t handle;
	uint16_t self;

	EXPECT_EQ(call3(XY_HYPERVISOR_grant_table_op, XY_GNTTABOP_setup_table,
			&st, 1), 0);
	EXPECT_EQ(va_map(scratch_va(1), frame << 12 | LEAF), 0);
	table = (struct xy_grant_entry_v1 *)scratch_va(1);
	self = own_number(page);
	start_round();
	while (round_goes_on()) {
		grant(self, rnd() % 4 ? page : rnd(), (unsigned int)rnd() & 31);
		if (map(self, va, (unsigned int)rnd() & 31, &handle))
			continue;
		/* Revoked, given anew and overwritten while it is mapped. */
		grant(self, rnd(), (unsigned int)rnd() & 31);
		if (rnd() % 2)
			va_map(va, was);
		unmap(rnd() % 2 ? va : 0, handle + (uint32_t)(rnd() % 3));
		if (unmap(va, handle))
			va_map(va, was);
	}
	va_map(va, was);
}

/* ---- programs ---- */

extern char user_program[], user_call[], user_enter[];
uint64_t user_rsp;
/* A call's frame becomes an iret's: back to the program. */
asm(".text\n"
	"user_call: mov (%rsp), %rcx; mov 8(%rsp), %r11; add $16, %rsp\n"
	"	pushq $0; push %rcx; push %r11; push %rax\n"
	"	mov $23, %eax; syscall\n"
	"user_program: int $0x80; nop\n"
	"	syscall\n"
	"	int3\n"
	"	ud2\n"
	"	hlt; nop\n"
	"	mov %eax, 8; nop\n"
	"	sysenter\n"
	/* neither its address nor its stack is known: it begins anew */
	"user_enter: movq $user_program, 16(%rsp)\n"
	"	mov user_rsp, %rcx; mov %rcx, 40(%rsp)\n"
	"	jmp user_call\n");

static void skip_two(struct guest_frame *f)
{
	if (!round_goes_on()) {
		if (!(guest_si->flags & XY_SIF_INITDOMAIN))
			say("HOSTILE user ended");
		success("%u checks", guest_checks);
	}
	f->rip += 2;
}

/* `mov %eax, 8` has seven bytes, one nop behind it. */
static void skip_store(struct guest_frame *f)
{
	f->rip += 7;
}

static void just_return(struct guest_frame *f)
{
	(void)f;
}

/* The program runs on our own tables: every page of ours is the user's too. */
void user_storm(void)
{
	struct xy_callback_register cb = {
		.type = XY_CALLBACKTYPE_syscall, .address = A(user_call),
	};
	static uint64_t frame[9], kernel_stack[2048];

	EXPECT_EQ(call2(XY_HYPERVISOR_callback_op, XY_CALLBACKOP_register,
			&cb), 0);
	cb.type = XY_CALLBACKTYPE_sysenter;
	cb.address = A(user_enter);
	EXPECT_EQ(call2(XY_HYPERVISOR_callback_op, XY_CALLBACKOP_register,
			&cb), 0);
	EXPECT_EQ(mmuext_one(XY_MMUEXT_NEW_USER_BASEPTR,
			     va_mfn((void *)guest_si->pt_base), 0), 0);
	EXPECT_EQ(call2(XY_HYPERVISOR_stack_switch, XY_FLAT_KERNEL_SS,
			&kernel_stack[2046]), 0);
	guest_handler[3] = just_return;
	guest_handler[6] = guest_handler[13] = skip_two;
	guest_handler[14] = skip_store;
	start_round();
	frame[4] = A(user_program);
	frame[5] = XY_FLAT_USER_CS;
	frame[6] = 0x200;
	frame[7] = user_rsp = A(page_alloc()) + PAGE - 16;
	frame[8] = XY_FLAT_USER_SS;
	asm volatile("mov %1, %%rsp; mov %0, %%eax; syscall"
		     : : "i"(XY_HYPERVISOR_iret), "r"(frame) : "memory");
}
