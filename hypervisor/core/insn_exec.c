// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a decoded instruction does: operand addresses, the new value of the
 * memory operand, registers and flags.
 *
 * Rules:
 *  1. insn_compute() has no side effect; insn_commit() cannot fail.
 *  2. Values are kept masked to the operand's width; a 4-byte result in a
 *     register clears its upper half, a shorter one leaves the rest.
 *  3. Flags that the manuals call undefined keep their old value.
 *
 * No lock, no state, no guest memory.  Next: ptwr.c and privop.c, the users.
 */
#include "core/insn.h"

#define RFLAGS_PF	0x4UL
#define RFLAGS_AF	0x10UL
#define RFLAGS_SF	0x80UL
#define RFLAGS_OF	0x800UL

#define GPR(name)	(offsetof(struct regs, name) / 8)

static const uint8_t gpr_slot[16] = {
	GPR(rax), GPR(rcx), GPR(rdx), GPR(rbx),
	GPR(rsp), GPR(rbp), GPR(rsi), GPR(rdi),
	GPR(r8), GPR(r9), GPR(r10), GPR(r11),
	GPR(r12), GPR(r13), GPR(r14), GPR(r15),
};

uint64_t *insn_gpr(struct regs *r, unsigned int n)
{
	return (uint64_t *)(void *)r + gpr_slot[n & 15];
}

static uint64_t gpr(const struct regs *r, unsigned int n)
{
	return ((const uint64_t *)(const void *)r)[gpr_slot[n & 15]];
}

static uint64_t width_mask(unsigned int bytes)
{
	return bytes >= 8 ? ~0UL : (1UL << (8 * bytes)) - 1;
}

/* Without REX the byte registers 4 to 7 are ah, ch, dh and bh. */
static bool high_byte(const struct insn *i, unsigned int n)
{
	return i->width == 1 && !i->rex && n >= 4 && n < 8;
}

uint64_t insn_reg_value(const struct insn *i, const struct regs *r,
			unsigned int n)
{
	if (high_byte(i, n))
		return gpr(r, n - 4) >> 8 & 0xff;
	return gpr(r, n) & width_mask(i->width);
}

void insn_set_reg(const struct insn *i, struct regs *r, unsigned int n,
		  uint64_t value)
{
	uint64_t mask = width_mask(i->width), *slot;

	if (high_byte(i, n)) {
		slot = insn_gpr(r, n - 4);
		*slot = (*slot & ~0xff00UL) | (value & 0xff) << 8;
		return;
	}
	slot = insn_gpr(r, n);
	if (i->width == 4)
		*slot = value & mask;
	else
		*slot = (*slot & ~mask) | (value & mask);
}

static bool is_bit_op(const struct insn *i)
{
	return i->op >= OP_BT && i->op <= OP_BTC;
}

uint64_t insn_address(const struct insn *i, const struct regs *r,
		      uint64_t segment_base)
{
	uint64_t a = (uint64_t)i->disp;
	int64_t bit;

	if (i->op == OP_STOS || i->op == OP_MOVS || i->op == OP_INS) {
		a = r->rdi;
	} else {
		if (i->base == INSN_RIP)
			a += r->rip + i->length;
		else if (i->base != INSN_NO_REG)
			a += gpr(r, i->base);
		if (i->index != INSN_NO_REG)
			a += gpr(r, i->index) << i->scale;
		if (is_bit_op(i) && i->form == FORM_RM_REG) {
			bit = (int64_t)(gpr(r, i->reg) << (64 - 8 * i->width));
			bit >>= 64 - 8 * i->width;
			a += (uint64_t)((bit >> 3) & -(int64_t)i->width);
		}
	}
	if (i->addr_bytes == 4)
		a = (uint32_t)a;
	return a + segment_base;
}

/* ZF, SF and PF of a result. */
static uint64_t result_flags(uint64_t result, unsigned int width)
{
	uint64_t f = 0;

	if (!(result & width_mask(width)))
		f |= RFLAGS_ZF;
	if (result >> (8 * width - 1) & 1)
		f |= RFLAGS_SF;
	if (!__builtin_parity((unsigned int)(result & 0xff)))
		f |= RFLAGS_PF;
	return f;
}

/* a + b + carry, masked, with all its flags. */
static uint64_t add(uint64_t a, uint64_t b, bool carry, unsigned int width,
		    uint64_t *flags)
{
	uint64_t s = (a + b + carry) & width_mask(width);
	unsigned int top = 8 * width - 1;

	*flags = result_flags(s, width) | ((a ^ b ^ s) & RFLAGS_AF);
	if (s < a || (carry && s == a))
		*flags |= RFLAGS_CF;
	if ((~(a ^ b) & (a ^ s)) >> top & 1)
		*flags |= RFLAGS_OF;
	return s;
}

static uint64_t sub(uint64_t a, uint64_t b, bool borrow, unsigned int width,
		    uint64_t *flags)
{
	uint64_t d = (a - b - borrow) & width_mask(width);
	unsigned int top = 8 * width - 1;

	*flags = result_flags(d, width) | ((a ^ b ^ d) & RFLAGS_AF);
	if (a < b || (borrow && a == b))
		*flags |= RFLAGS_CF;
	if (((a ^ b) & (a ^ d)) >> top & 1)
		*flags |= RFLAGS_OF;
	return d;
}

struct alu {
	uint64_t a, b;		/* destination and source, masked */
	uint64_t flags;		/* in and out: all six */
	unsigned int width;
};

static uint64_t logic(struct alu *u, uint64_t result)
{
	u->flags = result_flags(result, u->width);
	return result;
}

static uint64_t bit_op(unsigned int op, struct alu *u)
{
	uint64_t bit = 1UL << (u->b & (8 * u->width - 1));

	u->flags &= ~RFLAGS_CF;
	if (u->a & bit)
		u->flags |= RFLAGS_CF;
	if (op == OP_BTS)
		return u->a | bit;
	if (op == OP_BTR)
		return u->a & ~bit;
	return op == OP_BTC ? u->a ^ bit : u->a;
}

/* The two-operand and one-operand arithmetic; true: op is one of them. */
static bool arith(unsigned int op, struct alu *u, uint64_t *result)
{
	uint64_t old = u->flags;
	bool carry = old & RFLAGS_CF;

	switch (op) {
	case OP_ADD: *result = add(u->a, u->b, 0, u->width, &u->flags); break;
	case OP_ADC:
		*result = add(u->a, u->b, carry, u->width, &u->flags);
		break;
	case OP_SUB:
	case OP_CMP: *result = sub(u->a, u->b, 0, u->width, &u->flags); break;
	case OP_SBB:
		*result = sub(u->a, u->b, carry, u->width, &u->flags);
		break;
	case OP_AND:
	case OP_TEST: *result = logic(u, u->a & u->b); break;
	case OP_OR: *result = logic(u, u->a | u->b); break;
	case OP_XOR: *result = logic(u, u->a ^ u->b); break;
	case OP_NOT: *result = ~u->a & width_mask(u->width); break;
	case OP_NEG: *result = sub(0, u->a, 0, u->width, &u->flags); break;
	case OP_INC:
	case OP_DEC:
		*result = op == OP_INC ? add(u->a, 1, 0, u->width, &u->flags) :
			sub(u->a, 1, 0, u->width, &u->flags);
		u->flags = (u->flags & ~RFLAGS_CF) | (old & RFLAGS_CF);
		break;
	case OP_BT:
	case OP_BTS:
	case OP_BTR:
	case OP_BTC: *result = bit_op(op, u); break;
	case OP_MOV: *result = u->b; break;
	default: return false;
	}
	return true;
}

/* XCHG, XADD and CMPXCHG: memory and a register both change. */
static bool exchange(const struct insn *i, const struct regs *r,
		     struct alu *u, struct insn_effect *e)
{
	uint64_t acc;

	e->write = true;
	e->reg = i->reg;
	e->reg_value = u->a;
	switch (i->op) {
	case OP_XCHG:
		e->memory = u->b;
		return true;
	case OP_XADD:
		e->memory = add(u->a, u->b, 0, u->width, &u->flags);
		return true;
	case OP_CMPXCHG:
		acc = r->rax & width_mask(u->width);
		(void)sub(acc, u->a, 0, u->width, &u->flags);
		e->memory = u->b;
		e->write = acc == u->a;
		e->reg = e->write ? INSN_NO_REG : 0;
		return true;
	}
	return false;
}

static uint64_t source(const struct insn *i, const struct regs *r)
{
	switch ((enum insn_form)i->form) {
	case FORM_RM_REG:
	case FORM_REG_RM: return insn_reg_value(i, r, i->reg);
	case FORM_RM_ACC:
	case FORM_ACC_RM: return insn_reg_value(i, r, 0);
	case FORM_RM_IMM: return i->imm & width_mask(i->width);
	case FORM_NONE:
	case FORM_RM:
	case FORM_IMM:
	case FORM_DX: break;
	}
	return 0;
}

bool insn_compute(const struct insn *i, const struct regs *r, uint64_t old,
		  struct insn_effect *e)
{
	bool to_reg = i->form == FORM_REG_RM || i->form == FORM_ACC_RM;
	struct alu u = { .flags = r->rflags & RFLAGS_ARITH, .width = i->width };
	uint64_t result, other = source(i, r);

	*e = (struct insn_effect){ .reg = INSN_NO_REG, .rflags = r->rflags };
	if (i->op == OP_STOS || i->op == OP_MOVS) {
		e->memory = (i->op == OP_STOS ? r->rax : old) &
			width_mask(i->width);
		e->write = !insn_repeat_done(i, r);
		return true;
	}
	if (!i->memory || i->width > 8)
		return false;
	old &= width_mask(i->width);
	u.a = to_reg ? other : old;
	u.b = to_reg ? old : other;
	if (arith(i->op, &u, &result)) {
		if (i->op != OP_CMP && i->op != OP_TEST && i->op != OP_BT) {
			e->write = !to_reg;
			e->memory = result;
			e->reg_value = result;
			if (to_reg)
				e->reg = i->form == FORM_ACC_RM ? 0 : i->reg;
		}
	} else if (!exchange(i, r, &u, e)) {
		return false;
	}
	e->rflags = (r->rflags & ~RFLAGS_ARITH) | u.flags;
	return true;
}

void insn_commit(const struct insn *i, struct regs *r,
		 const struct insn_effect *e)
{
	if (i->op == OP_STOS || i->op == OP_MOVS) {
		insn_string_next(i, r);
		return;
	}
	if (e->reg != INSN_NO_REG)
		insn_set_reg(i, r, e->reg, e->reg_value);
	r->rflags = e->rflags & ~RFLAGS_RF;
	r->rip += i->length;
}

/* Counters and pointers are as wide as addresses. */
static void advance(const struct insn *i, uint64_t *reg, uint64_t step)
{
	*reg += step;
	if (i->addr_bytes == 4)
		*reg = (uint32_t)*reg;
}

bool insn_repeat_done(const struct insn *i, const struct regs *r)
{
	return i->rep && !(r->rcx & width_mask(i->addr_bytes));
}

void insn_string_next(const struct insn *i, struct regs *r)
{
	uint64_t step = r->rflags & RFLAGS_DF ? -(uint64_t)i->width : i->width;

	r->rflags &= ~RFLAGS_RF;
	if (!insn_repeat_done(i, r)) {
		if (i->op != OP_OUTS)
			advance(i, &r->rdi, step);
		if (i->op == OP_MOVS || i->op == OP_OUTS)
			advance(i, &r->rsi, step);
		if (i->rep)
			advance(i, &r->rcx, -1UL);
	}
	if (!i->rep || insn_repeat_done(i, r))
		r->rip += i->length;
}
