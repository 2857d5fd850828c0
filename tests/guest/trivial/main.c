// SPDX-License-Identifier: GPL-2.0-only
/*
 * The trivial guest: a PV domain of one page of code, for life-cycle tests.
 *
 * It says "TRIVIAL word" on its console ring and then does what the word on
 * its command line asks:
 *
 *   (none)   wait for ever, asleep           spin     run, events masked
 *   off      power off    reboot   reboot    suspend  say so and suspend
 *   crash    say it crashed                  fault    die of a page fault
 *   and what rude.h lists
 *
 * It has no trap table, no page tables of its own and no other CPU. Its
 * console page is found where the builder must map it: in the initial mapping.
 * It never waits for room in the ring; what does not fit is dropped.
 */
#include "abi/elfnote.h"
#include "abi/evtchn.h"
#include "abi/hypercall.h"
#include "abi/io/console.h"
#include "abi/io/xs_wire.h"
#include "abi/sched.h"
#include "abi/shared_info.h"

#define VIRT_BASE 0xffffffff80000000UL
#define M2P ((const uint64_t *)0xffff800000000000UL)

void start_c(const struct xy_start_info *si);
void start(void);

struct note {
	uint32_t name_bytes, desc_bytes, type;
	char name[4];
	uint64_t desc;
};

#define NOTE(id, value) \
	__attribute__((section(".note.Xen"), used, aligned(4))) \
	static const struct note note_##id = { 4, 8, XY_ELFNOTE_##id, "Xen", \
					       (uint64_t)(value) }

NOTE(ENTRY, start);
NOTE(VIRT_BASE, VIRT_BASE);
NOTE(PADDR_OFFSET, 0);

struct text_note {
	uint32_t name_bytes, desc_bytes, type;
	char name[4], desc[8];
};

#define TEXT_NOTE(id, text) \
	__attribute__((section(".note.Xen"), used, aligned(4))) \
	static const struct text_note note_##id = { 4, 8, XY_ELFNOTE_##id, \
						    "Xen", text }

TEXT_NOTE(XEN_VERSION, "xen-3.0");
TEXT_NOTE(GUEST_OS, "trivial");
TEXT_NOTE(LOADER, "generic");

/* The builder leaves start_info in rsi and a stack of a page in rsp. */
__attribute__((naked)) void start(void)
{
	asm volatile("mov %rsi, %rdi; and $-16, %rsp; call start_c; ud2");
}

static long call2(unsigned long nr, unsigned long a, const void *b)
{
	register unsigned long rsi asm("rsi") = (unsigned long)b;
	long ret;

	/* The PV call convention: syscall loses rcx and r11. */
	asm volatile("syscall" : "=a"(ret), "+D"(a), "+r"(rsi)
		     : "0"(nr) : "rcx", "r11", "r10", "r8", "r9", "rdx",
		     "memory");
	return ret;
}

static struct xy_xencons_interface *ring;
static struct xy_evtchn_send console_port;

static void put(const char *s)
{
	uint32_t prod = ring->out_prod;

	for (; *s; s++) {
		if (prod - __atomic_load_n(&ring->out_cons, __ATOMIC_ACQUIRE)
		    >= XY_CONSOLE_OUT_SIZE)
			break;
		ring->out[prod++ & (XY_CONSOLE_OUT_SIZE - 1)] = *s;
	}
	__atomic_store_n(&ring->out_prod, prod, __ATOMIC_RELEASE);
	call2(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send, &console_port);
}

static int asked(const struct xy_start_info *si, const char *word)
{
	const char *at = (const char *)si->cmd_line, *w;

	for (; *at; at++) {
		const char *p = at;

		for (w = word; *w && *w == *p; w++)
			p++;
		if (!*w && (!*p || *p == ' '))
			return 1;
	}
	return 0;
}

static void leave(uint32_t reason)
{
	struct xy_sched_shutdown s = { .reason = reason };

	call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_shutdown, &s);
}

#include "tests/guest/trivial/rude.h"

void start_c(const struct xy_start_info *si)
{
	struct xy_sched_poll forever = { 0 };

	ring = (void *)(VIRT_BASE + M2P[si->console.domU.mfn] * 4096);
	console_port.port = si->console.domU.evtchn;
	put("TRIVIAL up\r\n");
	rude(si);
	if (asked(si, "off"))
		leave(XY_SHUTDOWN_poweroff);
	if (asked(si, "reboot"))
		leave(XY_SHUTDOWN_reboot);
	if (asked(si, "crash"))
		leave(XY_SHUTDOWN_crash);
	if (asked(si, "suspend")) {
		put("TRIVIAL suspending\r\n");
		leave(XY_SHUTDOWN_suspend);
		put("TRIVIAL resumed\r\n");
	}
	if (asked(si, "fault"))
		asm volatile("mov %0, 16" : : "r"(0UL) : "memory");
	if (asked(si, "spin"))
		for (;;)
			asm volatile("pause");
	/* Not SCHEDOP_block: it unmasks events, and there is no callback. */
	for (;;)
		call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_poll, &forever);
}
