// SPDX-License-Identifier: GPL-2.0-only
/*
 * The common part of all micro-guests: start, console, traps, memory.
 *
 * One vCPU, no interrupts but events, nothing is ever freed.  The heap is the
 * memory behind the initial mapping's use: pages of our own that the builder
 * mapped for us (the pad behind the boot stack).
 */
#include "guest.h"
#include "abi/io/console.h"

const struct xy_start_info *guest_si;
struct xy_shared_info *guest_shared;
unsigned int guest_checks;
volatile unsigned long guest_events;
void (*guest_on_event)(void);
void (*guest_handler[256])(struct guest_frame *f);

extern char guest_stubs[], guest_event_stub[], guest_end[];
void guest_start(const struct xy_start_info *si);
void guest_trap(struct guest_frame *f);
void guest_probe_call(void (*fn)(void *), void *arg, uint64_t slot[2]);

static uint64_t resume[2];		/* rsp, rip of a probe; 0: none */
static struct guest_fault seen;
static uint64_t next_page, last_page;	/* virtual addresses */
static char scratch[SCRATCH_PAGES][PAGE] __attribute__((aligned(4096)));

/* ---- words ---- */

/* An ordinary domain's console is a ring; it waits for dom0 to read it. */
static void put_ring(const char *s, size_t n)
{
	struct xy_xencons_interface *ring =
		(void *)mfn_va(guest_si->console.domU.mfn);
	struct xy_evtchn_send send = { guest_si->console.domU.evtchn };
	uint32_t prod = ring->out_prod;

	while (n != 0) {
		if (prod - __atomic_load_n(&ring->out_cons, __ATOMIC_ACQUIRE)
		    < XY_CONSOLE_OUT_SIZE) {
			ring->out[prod++ & (XY_CONSOLE_OUT_SIZE - 1)] = *s++;
			n--;
			__atomic_store_n(&ring->out_prod, prod,
					 __ATOMIC_RELEASE);
			continue;
		}
		call2(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send, &send);
		call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_yield, 0);
	}
	call2(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send, &send);
}

static void put(const char *s, size_t n)
{
	if (guest_si->flags & XY_SIF_INITDOMAIN)
		call3(XY_HYPERVISOR_console_io, XY_CONSOLEIO_write, n, s);
	else
		put_ring(s, n);
}

bool asked(const char *word)
{
	const char *at = (const char *)guest_si->cmd_line;

	while (*at) {
		const char *w = word;

		while (*w && *at == *w)
			at++, w++;
		if (!*w && (!*at || *at == ' '))
			return true;
		while (*at && *at != ' ')
			at++;
		while (*at == ' ')
			at++;
	}
	return false;
}

static size_t put_num(char *to, unsigned long v, unsigned int base)
{
	char text[20];
	size_t n = 0, len;

	do {
		text[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	len = n;
	while (n)
		*to++ = text[--n];
	return len;
}

static size_t format(char *out, size_t room, const char *f,
		     __builtin_va_list ap)
{
	size_t n = 0;

	for (; *f && n + 24 < room; f++) {
		bool is_long = false;
		long v;

		if (*f != '%') {
			out[n++] = *f;
			continue;
		}
		while (*++f == 'l')
			is_long = true;
		if (*f == 's') {
			const char *s = __builtin_va_arg(ap, const char *);

			while (*s && n + 24 < room)
				out[n++] = *s++;
			continue;
		}
		if (*f == '%') {
			out[n++] = '%';
			continue;
		}
		v = is_long ? __builtin_va_arg(ap, long) :
		    *f == 'd' ? (long)__builtin_va_arg(ap, int) :
		    (long)__builtin_va_arg(ap, unsigned int);
		if (*f == 'd' && v < 0) {
			out[n++] = '-';
			v = -v;
		}
		n += put_num(out + n, (unsigned long)v, *f == 'x' ? 16 : 10);
	}
	return n;
}

void say(const char *fmt, ...)
{
	char line[512];
	__builtin_va_list ap;
	size_t n;

	__builtin_va_start(ap, fmt);
	n = format(line, sizeof(line), fmt, ap);
	__builtin_va_end(ap);
	line[n++] = '\n';
	put(line, n);
}

static __attribute__((noreturn)) void off(void)
{
	struct xy_sched_shutdown s = { XY_SHUTDOWN_poweroff };

	call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_shutdown, &s);
	for (;;)
		call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_block, 0);
}

#define VERDICT(name)							\
	void name(const char *fmt, ...)					\
	{								\
		char line[512];						\
		__builtin_va_list ap;					\
		size_t n;						\
									\
		__builtin_va_start(ap, fmt);				\
		n = format(line, sizeof(line), fmt, ap);		\
		__builtin_va_end(ap);					\
		line[n] = 0;						\
		say("GUEST-TEST " #name ": %s", line);			\
		off();							\
	}

VERDICT(success)
VERDICT(failure)
VERDICT(skip)

/* ---- traps ---- */

static void upcall(void)
{
	struct xy_vcpu_info *v = &guest_shared->vcpu_info[0];

	__atomic_store_n(&v->evtchn_upcall_pending, 0, __ATOMIC_SEQ_CST);
	guest_events++;
	if (guest_on_event)
		guest_on_event();
}

void guest_trap(struct guest_frame *f)
{
	if (f->vector == 255) {
		upcall();
		return;
	}
	if (resume[1]) {
		seen = (struct guest_fault){
			.happened = true, .vector = (unsigned int)f->vector,
			.error = f->error, .rip = f->rip, .cs = f->cs,
			.cr2 = guest_shared ?
			       guest_shared->vcpu_info[0].arch.cr2 : 0,
		};
		f->rsp = resume[0];
		f->rip = resume[1];
		f->cs = XY_FLAT_KERNEL_CS & ~3UL;	/* not user mode */
		f->ss = XY_FLAT_KERNEL_SS;
		f->rflags &= 0x202;
		resume[1] = 0;
		return;
	}
	if (guest_handler[f->vector]) {
		guest_handler[f->vector](f);
		return;
	}
	failure("unexpected trap %lu, error %lx, at %lx, cr2 %lx", f->vector,
		f->error, f->rip, guest_shared ?
		guest_shared->vcpu_info[0].arch.cr2 : 0);
}

struct guest_fault probe(void (*fn)(void *), void *arg)
{
	seen.happened = false;
	guest_probe_call(fn, arg, resume);
	resume[1] = 0;
	return seen;
}

static void set_traps(void)
{
	static struct xy_trap_info t[2];
	struct xy_callback_register cb = {
		.type = XY_CALLBACKTYPE_event,
		.address = A(guest_event_stub),
	};

	for (unsigned int i = 0; i < 32; i++) {
		t[0].vector = (uint8_t)i;
		t[0].flags = (i == 3 || i == 4 ? 3 : 0) | XY_TI_MASK_EVENTS;
		t[0].cs = XY_FLAT_KERNEL_CS;
		t[0].address = A(guest_stubs) + 64 * i;
		EXPECT_EQ(call1(XY_HYPERVISOR_set_trap_table, t), 0);
	}
	EXPECT_EQ(call2(XY_HYPERVISOR_callback_op, XY_CALLBACKOP_register,
			&cb), 0);
}

/* ---- memory ---- */

static const uint64_t *p2m(void)
{
	return (const uint64_t *)guest_si->mfn_list;
}

uint64_t va_mfn(const void *va)
{
	return p2m()[(A(va) - VIRT_BASE) / PAGE];
}

uint64_t mfn_va(uint64_t mfn)
{
	const uint64_t *m2p = (const uint64_t *)XY_MACH2PHYS_VIRT_START;

	return VIRT_BASE + m2p[mfn] * PAGE;
}

void *page_alloc(void)
{
	uint64_t *p = (uint64_t *)next_page;

	if (next_page >= last_page)
		failure("the guest is out of pages");
	next_page += PAGE;
	for (unsigned int i = 0; i < PAGE / 8; i++)
		p[i] = 0;
	return p;
}

uint64_t *va_pte_slot(uint64_t va)
{
	uint64_t *table = (uint64_t *)guest_si->pt_base;

	for (int shift = 39; shift > 12; shift -= 9) {
		uint64_t e = table[va >> shift & 511];

		if (!(e & PTE_P))
			return NULL;
		table = (uint64_t *)mfn_va((e & 0xffffffffff000UL) >> 12);
	}
	return &table[va >> 12 & 511];
}

uint64_t va_pte(uint64_t va)
{
	uint64_t *slot = va_pte_slot(va);

	return slot ? *slot : 0;
}

long va_map(uint64_t va, uint64_t pte)
{
	return call3(XY_HYPERVISOR_update_va_mapping, va, pte,
		     XY_UVMF_INVLPG);
}

long mmu_one(uint64_t ptr, uint64_t val)
{
	struct xy_mmu_update u = { ptr, val };

	return call4(XY_HYPERVISOR_mmu_update, &u, 1, 0, XY_DOMID_SELF);
}

long mmuext_one(unsigned int cmd, uint64_t arg1, uint64_t arg2)
{
	struct xy_mmuext_op op = { .cmd = cmd };

	op.arg1.mfn = arg1;
	op.arg2.nr_ents = (uint32_t)arg2;
	return call4(XY_HYPERVISOR_mmuext_op, &op, 1, 0, XY_DOMID_SELF);
}

long page_protect(void *va, bool read_only)
{
	return va_map(A(va), va_mfn(va) << 12 | (read_only ? LEAF_RO : LEAF));
}

uint64_t scratch_va(unsigned int i)
{
	return A(scratch[i]);
}

/* ---- time ---- */

uint64_t now_ns(void)
{
	struct xy_vcpu_time_info *t = &guest_shared->vcpu_info[0].time;
	uint64_t delta, ns;
	uint32_t version;

	do {
		version = __atomic_load_n(&t->version, __ATOMIC_ACQUIRE);
		delta = tsc() - t->tsc_timestamp;
		delta = t->tsc_shift < 0 ? delta >> -t->tsc_shift :
			delta << t->tsc_shift;
		ns = t->system_time + (uint64_t)(((unsigned __int128)delta *
						  t->tsc_to_system_mul) >> 32);
	} while (version & 1 || version !=
		 __atomic_load_n(&t->version, __ATOMIC_ACQUIRE));
	return ns;
}

void wait_ns(uint64_t ns)
{
	uint64_t end = now_ns() + ns;

	while (now_ns() < end)
		;
}

static uint64_t rnd_state = 0x9e3779b97f4a7c15UL;

void rnd_seed(uint64_t seed)
{
	rnd_state = seed | 1;
}

uint64_t rnd(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return rnd_state;
}

/* ---- start ---- */

void guest_start(const struct xy_start_info *si)
{
	guest_si = si;
	/* behind tables and boot stack: at least 512 KiB are mapped */
	next_page = si->pt_base + (si->nr_pt_frames + 1) * PAGE;
	last_page = (next_page + 0x80000 + 0x3fffff) & ~0x3fffffUL;
	if (next_page + 0x80000 > last_page)
		last_page += 0x400000;
	set_traps();
	guest_shared = (struct xy_shared_info *)scratch_va(0);
	EXPECT_EQ(va_map(scratch_va(0), si->shared_info | LEAF), 0);
	test_main();
	success("%u checks", guest_checks);
}
