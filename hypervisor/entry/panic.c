/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Panic: we are wrong.
 *
 * Prints the reason, the registers, a symbolized backtrace, the frame record
 * of a faulting address, and stops.  A panic inside a panic stops at once.
 * Takes no lock: the owner may be the one who died.
 */
#include "entry/panic.h"
#include "core/arch.h"
#include "core/con.h"
#include "core/frame.h"
#include "entry/symbols.h"
#include "hw/cpu.h"
#include "hw/layout.h"
#include "hw/percpu.h"
#include "lib/print.h"

static bool reboot_after;	/* boot only */

void panic_set_reboot(bool reboot)
{
	reboot_after = reboot;
}

static void log_addr(uint64_t addr)
{
	uint64_t off = 0;
	char name[64] = "?";

	(void)symbol_of(addr, name, sizeof(name), &off);
	con_log("    %016lx %s+0x%lx\n", (unsigned long)addr, name,
		(unsigned long)off);
}

void log_backtrace(uint64_t rbp)
{
	uint64_t block = (uint64_t)percpu();

	for (int i = 0; i < 32; i++) {
		const uint64_t *frame = (const uint64_t *)rbp;

		if (rbp < block || rbp > block + CPU_STACK_TOP - 16 ||
		    rbp & 7)
			return;
		log_addr(frame[1]);
		if (frame[0] <= rbp)
			return;
		rbp = frame[0];
	}
}

#define UL(x) ((unsigned long)(x))

void log_regs(const struct regs *r)
{
	con_log("rip %016lx cs %04lx rflags %08lx vector %x error %x\n",
		UL(r->rip), UL(r->cs), UL(r->rflags), r->vector,
		r->error_code);
	con_log("rax %016lx rbx %016lx rcx %016lx rdx %016lx\n", UL(r->rax),
		UL(r->rbx), UL(r->rcx), UL(r->rdx));
	con_log("rsi %016lx rdi %016lx rbp %016lx rsp %04lx:%016lx\n",
		UL(r->rsi), UL(r->rdi), UL(r->rbp), UL(r->ss), UL(r->rsp));
	con_log("r8  %016lx r9  %016lx r10 %016lx r11 %016lx\n", UL(r->r8),
		UL(r->r9), UL(r->r10), UL(r->r11));
	con_log("r12 %016lx r13 %016lx r14 %016lx r15 %016lx\n", UL(r->r12),
		UL(r->r13), UL(r->r14), UL(r->r15));
}

static void log_fault_frame(uint64_t cr2)
{
	if (cr2 >= DIRECT_VA && cr2 < DIRECT_END_VA)
		frame_log(arch_ptr_frame((void *)cr2));
}

static __attribute__((noreturn)) void stop(void)
{
	con_log("*** The machine stops here. ***\n");
	if (reboot_after)
		arch_reboot();
	cpu_halt_forever();
	__builtin_unreachable();
}

static void begin(void)
{
	struct percpu *p = percpu();

	asm volatile("cli");
	if (p->in_panic)
		cpu_halt_forever();
	p->in_panic = true;
	p->ranks = 0;
	con_log("\n*** Xylem panic on CPU %u: ", p->cpu);
}

void panic_regs(const struct regs *r, const char *fmt, ...)
{
	va_list ap;

	begin();
	va_start(ap, fmt);
	con_vlog(fmt, ap);
	va_end(ap);
	con_log("\n");
	log_regs(r);
	con_log("cr2 %016lx cr3 %016lx\n", UL(read_cr2()), UL(read_cr3()));
	log_addr(r->rip);
	log_backtrace(r->rbp);
	log_fault_frame(read_cr2());
	stop();
}

void panic(const char *fmt, ...)
{
	va_list ap;

	begin();
	va_start(ap, fmt);
	con_vlog(fmt, ap);
	va_end(ap);
	con_log("\n");
	log_backtrace((uint64_t)__builtin_frame_address(0));
	stop();
}
