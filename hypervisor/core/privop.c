// SPDX-License-Identifier: GPL-2.0-only
/*
 * Privileged instructions of guests.
 *
 * Rules:
 *  1. In guest user mode only port I/O, RDTSC and software interrupts are
 *     looked at; the rest is the guest kernel's alone.
 *  2. What is not emulated stays a #GP for the guest, with nothing changed.
 *  3. A #GP whose error code names a gate came from INT n: the bytes at rip
 *     say which, since not every processor model says it right.
 *
 * No lock; works on the vCPU that runs here.  The decoder is insn.c, the
 * registers are msr.c, cpuid.c, control.c and debugreg.c.
 */
#include "core/privop.h"
#include "core/arch.h"
#include "core/bounce.h"
#include "core/control.h"
#include "core/cpuid.h"
#include "core/debugreg.h"
#include "core/desc.h"
#include "core/dom.h"
#include "core/fetch.h"
#include "core/guest.h"
#include "core/msr.h"
#include "core/ports.h"
#include "lib/string.h"

#define ERROR_IDT	2u	/* selector error code: a gate */
#define ERROR_EXTERNAL	1u
#define RDMSR_BYTES	0x320f
#define REPEATS		256	/* port accesses of one REP at a time */

static bool soft_interrupt(struct vcpu *v, struct regs *r)
{
	struct insn i;

	if ((r->error_code & (ERROR_IDT | ERROR_EXTERNAL)) != ERROR_IDT ||
	    !fetch_insn(v, r, &i) || i.op != OP_INT)
		return false;
	r->rip += i.length;
	bounce_soft_interrupt(v, r, (uint8_t)i.imm, i.length);
	return true;
}

/* One element of INS or OUTS; false: its memory is not there. */
static bool string_io(struct vcpu *v, struct regs *r, const struct insn *i,
		      uint64_t base)
{
	uint64_t mask = i->addr_bytes == 4 ? 0xffffffffUL : ~0UL;
	unsigned int port = r->rdx & 0xffff;
	uint32_t value = 0;

	if (i->op == OP_OUTS) {
		if (guest_read(&value, to_guest((r->rsi & mask) + base),
			       i->width))
			return false;
		ports_out(v, port, i->width, value);
	} else {
		/* Before the device loses it: can it be stored? */
		if (guest_read(&value, to_guest(r->rdi & mask), i->width))
			return false;
		value = ports_in(v, port, i->width);
		if (guest_write(to_guest(r->rdi & mask), &value, i->width))
			return false;
	}
	insn_string_next(i, r);
	return true;
}

/* The page fault of a string access is found again by the access itself. */
static bool strings(struct vcpu *v, struct regs *r, const struct insn *i)
{
	uint64_t rip = r->rip, base = 0, at;
	unsigned int n;

	if (insn_repeat_done(i, r)) {
		insn_string_next(i, r);
		return true;
	}
	if (i->op == OP_OUTS)
		base = fetch_segment_base(v, r, i);
	for (n = 0; n < REPEATS && r->rip == rip; n++)
		if (!string_io(v, r, i, base))
			break;
	if (r->rip != rip || n == REPEATS)
		return true;
	at = i->op == OP_OUTS ? r->rsi + base : r->rdi;
	bounce_page_fault(v, r, at, i->op == OP_OUTS ? 0 : PF_WRITE);
	return true;
}

static bool port_io(struct vcpu *v, struct regs *r, const struct insn *i)
{
	unsigned int port = r->rdx & 0xffff;

	if (i->form == FORM_IMM)
		port = i->imm & 0xff;
	if (!ports_privileged(v, port, i->width))
		return false;
	if (i->op == OP_INS || i->op == OP_OUTS)
		return strings(v, r, i);
	if (i->op == OP_IN)
		insn_set_reg(i, r, 0, ports_in(v, port, i->width));
	else
		ports_out(v, port, i->width, (uint32_t)r->rax);
	r->rip += i->length;
	return true;
}

static void set_pair(struct regs *r, uint64_t value)
{
	r->rax = (uint32_t)value;
	r->rdx = value >> 32;
}

static uint64_t get_pair(const struct regs *r)
{
	return (uint32_t)r->rax | r->rdx << 32;
}

/* With the guest's TSD set these trap in both modes; only its kernel may. */
static bool read_tsc(struct vcpu *v, struct regs *r, const struct insn *i)
{
	if (!v->kernel_mode && v->cr4 & CR4_TSD)
		return false;
	set_pair(r, arch_tsc());
	if (i->op == OP_RDTSCP)
		r->rcx = v->tsc_aux;
	r->rip += i->length;
	return true;
}

static void run_cpuid(struct vcpu *v, struct regs *r)
{
	struct cpuid_regs c;

	c = cpuid_query(v, (uint32_t)r->rax, (uint32_t)r->rcx);
	r->rax = c.eax;
	r->rbx = c.ebx;
	r->rcx = c.ecx;
	r->rdx = c.edx;
}

/*
 * A guest that has no #GP handler yet gets 0 for registers the machine has:
 * it reads some before it can take a fault.
 */
static bool read_msr(struct vcpu *v, struct regs *r)
{
	uint64_t value;

	if (!msr_read(v, (uint32_t)r->rcx, &value)) {
		if (v->traps[TRAP_GP].address ||
		    arch_msr_read((uint32_t)r->rcx, &value))
			return false;
		value = 0;
	}
	set_pair(r, value);
	return true;
}

static bool read_register(struct vcpu *v, struct regs *r, const struct insn *i)
{
	uint64_t value;

	if (i->op == OP_READ_DR ? debugreg_get(v, i->reg, &value) != 0 :
	    !control_read(v, i->reg, &value))
		return false;
	*insn_gpr(r, i->rm) = value;
	return true;
}

static bool write_register(struct vcpu *v, struct regs *r, const struct insn *i)
{
	uint64_t value = *insn_gpr(r, i->rm);

	if (i->op == OP_WRITE_DR)
		return debugreg_set(v, i->reg, value) == 0;
	return control_write(v, i->reg, value);
}

static bool kernel_op(struct vcpu *v, struct regs *r, const struct insn *i)
{
	switch (i->op) {
	case OP_RDMSR:
		return read_msr(v, r);
	case OP_WRMSR:
		return msr_write(v, (uint32_t)r->rcx, get_pair(r));
	case OP_CPUID:
		run_cpuid(v, r);
		return true;
	case OP_READ_CR:
	case OP_READ_DR:
		return read_register(v, r, i);
	case OP_WRITE_CR:
	case OP_WRITE_DR:
		return write_register(v, r, i);
	case OP_CLTS:
		v->ts = false;
		arch_control_changed(v);
		return true;
	case OP_XSETBV:
		return control_xsetbv(v, (uint32_t)r->rcx, get_pair(r));
	case OP_INVD:
	case OP_WBINVD:
		/* Nothing to write back to for a domain without devices. */
		if (v->domain->rights.iomem)
			arch_cache_flush();
		return true;
	case OP_CLI:
	case OP_STI:
		/* Guests run with interrupts on; theirs are the event mask. */
		return ports_iopl_ok(v);
	}
	return false;
}

static bool emulate(struct vcpu *v, struct regs *r, const struct insn *i)
{
	switch (i->op) {
	case OP_IN:
	case OP_OUT:
	case OP_INS:
	case OP_OUTS:
		return port_io(v, r, i);
	case OP_RDTSC:
	case OP_RDTSCP:
		return read_tsc(v, r, i);
	}
	if (!v->kernel_mode || !kernel_op(v, r, i))
		return false;
	r->rip += i->length;
	return true;
}

/*
 * Linux reads a program's GS base by RDMSR at each switch of tasks: that one
 * is told by its bytes, in code whose rip is an address. With prefixes, or at
 * the end of what can be read, it is one like any other.
 */
static bool plain_rdmsr(struct vcpu *v, struct regs *r)
{
	uint32_t bytes;

	if (!v->kernel_mode || !desc_code64(v, (uint16_t)r->cs) ||
	    guest_read(&bytes, to_guest(r->rip), sizeof(bytes)) ||
	    (bytes & 0xffff) != RDMSR_BYTES || !read_msr(v, r))
		return false;
	r->rip += 2;
	fetch_end(v, r);
	return true;
}

bool privop_emulate(struct vcpu *v, struct regs *r)
{
	uint64_t rip = r->rip;
	struct insn i;

	if (r->error_code)
		return soft_interrupt(v, r);
	if (plain_rdmsr(v, r))
		return true;
	if (!fetch_insn(v, r, &i) || !emulate(v, r, &i))
		return false;
	if (r->rip == rip + i.length)
		fetch_end(v, r);
	return true;
}

bool privop_forced_cpuid(struct vcpu *v, struct regs *r)
{
	static const uint8_t forced[] = {
		0x0f, 0x0b, 'x', 'e', 'n', 0x0f, 0xa2
	};
	uint8_t bytes[sizeof(forced)];

	if (guest_read(bytes, to_guest(r->rip), sizeof(bytes)) ||
	    memcmp(bytes, forced, sizeof(forced)))
		return false;
	run_cpuid(v, r);
	r->rip += sizeof(forced);
	fetch_end(v, r);
	return true;
}
