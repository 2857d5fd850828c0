// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoding one instruction from a private copy of its bytes.
 *
 * Rules:
 *  1. Two const tables (one-byte opcodes, opcodes after 0F) say operation,
 *     operands and immediate; groups choose the operation by ModRM.reg.
 *     A row that is absent is "unknown".
 *  2. Every byte goes through take(): past the fetched bytes, or past 15, the
 *     cursor turns bad and stays so; the result is tested once, at the end.
 *  3. LOCK is accepted only where the processor accepts it.
 *
 * No lock, no state.  It never reads guest memory.  Next: insn_exec.c.
 */
#include "core/insn.h"

enum row_flags {
	R_MODRM	= 1,
	R_BYTE	= 2,	/* 8-bit operand */
	R_IMM8	= 4,
	R_IMMZ	= 8,	/* 16 or 32 bits, sign-extended to the operand */
	R_LOCK	= 16,	/* LOCK allowed on a memory destination */
	R_MEM	= 32,	/* the operand must be memory */
	R_REG	= 64,	/* ModRM.mod is ignored: control and debug registers */
	R_MOFFS	= 128,	/* absolute address instead of ModRM */
	R_PLAIN	= 256	/* another instruction with prefix 66, F2 or F3 */
};

enum group {
	G_NONE, G_ARITH, G_TEST_NOT_NEG, G_INC_DEC, G_BITS, G_MOV, G_PAIR,
	G_SYSTEM
};

struct row {
	bool known;
	uint8_t op, form, group;
	uint16_t flags;
};

#define ROW(o, f, fl)	{ true, (o), (f), G_NONE, (fl) }
#define GROUP(g, f, fl)	{ true, 0, (f), (g), (fl) }

static const struct row one_byte[256] = {
	[0x6c] = ROW(OP_INS, FORM_DX, R_BYTE),
	[0x6d] = ROW(OP_INS, FORM_DX, 0),
	[0x6e] = ROW(OP_OUTS, FORM_DX, R_BYTE),
	[0x6f] = ROW(OP_OUTS, FORM_DX, 0),
	[0x80] = GROUP(G_ARITH, FORM_RM_IMM, R_MODRM | R_BYTE | R_IMM8),
	[0x81] = GROUP(G_ARITH, FORM_RM_IMM, R_MODRM | R_IMMZ),
	[0x83] = GROUP(G_ARITH, FORM_RM_IMM, R_MODRM | R_IMM8),
	[0x84] = ROW(OP_TEST, FORM_RM_REG, R_MODRM | R_BYTE),
	[0x85] = ROW(OP_TEST, FORM_RM_REG, R_MODRM),
	[0x86] = ROW(OP_XCHG, FORM_RM_REG, R_MODRM | R_BYTE | R_LOCK),
	[0x87] = ROW(OP_XCHG, FORM_RM_REG, R_MODRM | R_LOCK),
	[0x88] = ROW(OP_MOV, FORM_RM_REG, R_MODRM | R_BYTE),
	[0x89] = ROW(OP_MOV, FORM_RM_REG, R_MODRM),
	[0x8a] = ROW(OP_MOV, FORM_REG_RM, R_MODRM | R_BYTE),
	[0x8b] = ROW(OP_MOV, FORM_REG_RM, R_MODRM),
	[0xa0] = ROW(OP_MOV, FORM_ACC_RM, R_MOFFS | R_BYTE),
	[0xa1] = ROW(OP_MOV, FORM_ACC_RM, R_MOFFS),
	[0xa2] = ROW(OP_MOV, FORM_RM_ACC, R_MOFFS | R_BYTE),
	[0xa3] = ROW(OP_MOV, FORM_RM_ACC, R_MOFFS),
	[0xa4] = ROW(OP_MOVS, FORM_NONE, R_BYTE),
	[0xa5] = ROW(OP_MOVS, FORM_NONE, 0),
	[0xaa] = ROW(OP_STOS, FORM_NONE, R_BYTE),
	[0xab] = ROW(OP_STOS, FORM_NONE, 0),
	[0xc6] = GROUP(G_MOV, FORM_RM_IMM, R_MODRM | R_BYTE | R_IMM8),
	[0xc7] = GROUP(G_MOV, FORM_RM_IMM, R_MODRM | R_IMMZ),
	[0xcd] = ROW(OP_INT, FORM_IMM, R_IMM8),
	[0xe4] = ROW(OP_IN, FORM_IMM, R_BYTE | R_IMM8),
	[0xe5] = ROW(OP_IN, FORM_IMM, R_IMM8),
	[0xe6] = ROW(OP_OUT, FORM_IMM, R_BYTE | R_IMM8),
	[0xe7] = ROW(OP_OUT, FORM_IMM, R_IMM8),
	[0xec] = ROW(OP_IN, FORM_DX, R_BYTE),
	[0xed] = ROW(OP_IN, FORM_DX, 0),
	[0xee] = ROW(OP_OUT, FORM_DX, R_BYTE),
	[0xef] = ROW(OP_OUT, FORM_DX, 0),
	[0xf4] = ROW(OP_HLT, FORM_NONE, 0),
	[0xf6] = GROUP(G_TEST_NOT_NEG, FORM_RM, R_MODRM | R_BYTE),
	[0xf7] = GROUP(G_TEST_NOT_NEG, FORM_RM, R_MODRM),
	[0xfa] = ROW(OP_CLI, FORM_NONE, 0),
	[0xfb] = ROW(OP_STI, FORM_NONE, 0),
	[0xfe] = GROUP(G_INC_DEC, FORM_RM, R_MODRM | R_BYTE | R_LOCK),
	[0xff] = GROUP(G_INC_DEC, FORM_RM, R_MODRM | R_LOCK),
};

static const struct row after_0f[256] = {
	[0x01] = GROUP(G_SYSTEM, FORM_RM, R_MODRM),
	[0x06] = ROW(OP_CLTS, FORM_NONE, 0),
	[0x08] = ROW(OP_INVD, FORM_NONE, 0),
	[0x09] = ROW(OP_WBINVD, FORM_NONE, 0),
	[0x20] = ROW(OP_READ_CR, FORM_RM_REG, R_MODRM | R_REG),
	[0x21] = ROW(OP_READ_DR, FORM_RM_REG, R_MODRM | R_REG),
	[0x22] = ROW(OP_WRITE_CR, FORM_REG_RM, R_MODRM | R_REG),
	[0x23] = ROW(OP_WRITE_DR, FORM_REG_RM, R_MODRM | R_REG),
	[0x30] = ROW(OP_WRMSR, FORM_NONE, 0),
	[0x31] = ROW(OP_RDTSC, FORM_NONE, 0),
	[0x32] = ROW(OP_RDMSR, FORM_NONE, 0),
	[0x33] = ROW(OP_RDPMC, FORM_NONE, 0),
	[0xa2] = ROW(OP_CPUID, FORM_NONE, 0),
	[0xa3] = ROW(OP_BT, FORM_RM_REG, R_MODRM),
	[0xab] = ROW(OP_BTS, FORM_RM_REG, R_MODRM | R_LOCK),
	[0xb0] = ROW(OP_CMPXCHG, FORM_RM_REG, R_MODRM | R_BYTE | R_LOCK),
	[0xb1] = ROW(OP_CMPXCHG, FORM_RM_REG, R_MODRM | R_LOCK),
	[0xb3] = ROW(OP_BTR, FORM_RM_REG, R_MODRM | R_LOCK),
	[0xba] = GROUP(G_BITS, FORM_RM_IMM, R_MODRM | R_IMM8),
	[0xbb] = ROW(OP_BTC, FORM_RM_REG, R_MODRM | R_LOCK),
	[0xc0] = ROW(OP_XADD, FORM_RM_REG, R_MODRM | R_BYTE | R_LOCK),
	[0xc1] = ROW(OP_XADD, FORM_RM_REG, R_MODRM | R_LOCK),
	[0xc3] = ROW(OP_MOV, FORM_RM_REG, R_MODRM | R_MEM | R_PLAIN),
	[0xc7] = GROUP(G_PAIR, FORM_RM, R_MODRM | R_MEM | R_LOCK),
};

struct cursor {
	const uint8_t *bytes;
	size_t avail;
	size_t at;
	bool bad;
};

static uint8_t take(struct cursor *c)
{
	if (c->at >= c->avail || c->at >= INSN_MAX_BYTES) {
		c->bad = true;
		return 0;
	}
	return c->bytes[c->at++];
}

/* A little-endian value of n bytes, sign-extended. */
static int64_t take_signed(struct cursor *c, unsigned int n)
{
	uint64_t v = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		v |= (uint64_t)take(c) << (8 * i);
	return (int64_t)(v << (64 - 8 * n)) >> (64 - 8 * n);
}

/* One legacy prefix; false: it is none. */
static bool prefix(struct insn *i, uint8_t b, unsigned int default_addr)
{
	switch (b) {
	case 0x26: i->segment = SEG_ES; return true;
	case 0x2e: i->segment = SEG_CS; return true;
	case 0x36: i->segment = SEG_SS; return true;
	case 0x3e: i->segment = SEG_DS; return true;
	case 0x64: i->segment = SEG_FS; return true;
	case 0x65: i->segment = SEG_GS; return true;
	case 0x66: i->opsize = true; return true;
	case 0x67: i->addr_bytes = (uint8_t)(default_addr / 2); return true;
	case 0xf0: i->lock = true; return true;
	case 0xf2:
	case 0xf3: i->rep = true; return true;
	}
	return false;
}

/* Prefixes and REX; returns the first opcode byte. */
static uint8_t prefixes(struct insn *i, struct cursor *c, bool code64)
{
	uint8_t b = take(c);

	while (!c->bad) {
		if (code64 && (b & 0xf0) == 0x40)
			i->rex = b;
		else if (prefix(i, b, code64 ? 8 : 4))
			i->rex = 0;	/* counts only just before the opcode */
		else
			break;
		b = take(c);
	}
	return b;
}

/* 00..3f: eight operations, each with the same column of operand forms. */
static struct row arith_row(uint8_t b)
{
	struct row r = ROW(b >> 3, b & 2 ? FORM_REG_RM : FORM_RM_REG, R_MODRM);

	if ((b & 7) > 3)
		r.known = false;
	if (!(b & 1))
		r.flags |= R_BYTE;
	if (!(b & 2) && r.op != OP_CMP)
		r.flags |= R_LOCK;
	return r;
}

/* 0F 01: by register, and with mod 3 each encoding on its own. */
static void system_group(struct row *r, const struct insn *i)
{
	r->form = FORM_NONE;
	if (i->modrm == 0xd1) {
		r->op = OP_XSETBV;
	} else if (i->modrm == 0xf9) {
		r->op = OP_RDTSCP;
	} else if (i->memory && (i->modrm >> 3 & 7) == 7) {
		r->op = OP_INVLPG;
		r->form = FORM_RM;
	} else {
		r->known = false;
	}
}

static void resolve_group(struct row *r, const struct insn *i)
{
	unsigned int sub = i->modrm >> 3 & 7;

	switch ((enum group)r->group) {
	case G_NONE:
		break;
	case G_ARITH:
		r->op = (uint8_t)(OP_ADD + sub);
		if (r->op != OP_CMP)
			r->flags |= R_LOCK;
		break;
	case G_TEST_NOT_NEG:
		if (sub < 2) {
			r->op = OP_TEST;
			r->form = FORM_RM_IMM;
			r->flags |= r->flags & R_BYTE ? R_IMM8 : R_IMMZ;
		} else {
			r->op = sub == 2 ? OP_NOT : OP_NEG;
			r->flags |= R_LOCK;
			r->known = sub < 4;
		}
		break;
	case G_INC_DEC:
		r->op = sub ? OP_DEC : OP_INC;
		r->known = sub < 2;
		break;
	case G_BITS:
		r->op = (uint8_t)(OP_BT + sub - 4);
		r->known = sub >= 4;
		if (r->op != OP_BT)
			r->flags |= R_LOCK;
		break;
	case G_MOV:
		r->op = OP_MOV;
		r->known = sub == 0;
		break;
	case G_PAIR:
		r->op = OP_CMPXCHG_PAIR;
		r->known = sub == 1;
		break;
	case G_SYSTEM:
		system_group(r, i);
		break;
	}
}

/* ModRM, SIB and displacement in 32- and 64-bit addressing. */
static void operands(struct insn *i, struct cursor *c, bool code64)
{
	unsigned int mod, rm, disp_bytes = 0;

	i->modrm = take(c);
	mod = i->modrm >> 6;
	rm = i->modrm & 7;
	i->reg = (uint8_t)((i->modrm >> 3 & 7) | (i->rex & 4) << 1);
	i->rm = (uint8_t)(rm | (i->rex & 1) << 3);
	if (mod == 3)
		return;
	i->memory = true;
	i->base = i->rm;
	if (rm == 4) {
		i->sib = take(c);
		rm = i->sib & 7;
		i->base = (uint8_t)(rm | (i->rex & 1) << 3);
		i->index = (uint8_t)((i->sib >> 3 & 7) | (i->rex & 2) << 2);
		i->scale = i->sib >> 6;
		if (i->index == 4)
			i->index = INSN_NO_REG;
		if (mod == 0 && rm == 5)
			i->base = INSN_NO_REG;
	} else if (mod == 0 && rm == 5) {
		i->base = code64 ? INSN_RIP : INSN_NO_REG;
	}
	if (mod == 1)
		disp_bytes = 1;
	else if (mod == 2 || (mod == 0 && rm == 5))
		disp_bytes = 4;
	if (disp_bytes)
		i->disp = take_signed(c, disp_bytes);
}

/* Bytes of the operand, before the exceptions to the rule. */
static uint8_t operand_width(const struct insn *i, unsigned int flags,
			     bool code64)
{
	bool wide = i->rex & 8;

	if (i->op == OP_CMPXCHG_PAIR)
		return wide ? 16 : 8;
	if (i->op >= OP_READ_CR && i->op <= OP_WRITE_DR)
		return code64 ? 8 : 4;
	if (flags & R_BYTE)
		return 1;
	/* There is no 64-bit port access. */
	if (wide && !(i->op >= OP_IN && i->op <= OP_OUTS))
		return 8;
	return i->opsize ? 2 : 4;
}

static bool row_allows(const struct row *r, const struct insn *i)
{
	if (!r->known)
		return false;
	if (i->lock && !(r->flags & R_LOCK && i->memory))
		return false;
	if (r->flags & R_PLAIN && (i->opsize || i->rep))
		return false;
	return i->memory || !(r->flags & R_MEM);
}

bool insn_decode(struct insn *i, const uint8_t *bytes, size_t avail,
		 bool code64)
{
	struct cursor c = { .bytes = bytes, .avail = avail };
	struct row r;
	uint8_t b;

	*i = (struct insn){
		.addr_bytes = code64 ? 8 : 4,
		.base = INSN_NO_REG, .index = INSN_NO_REG,
	};
	b = prefixes(i, &c, code64);
	if (b == 0x0f) {
		i->map = 1;
		b = take(&c);
		r = after_0f[b];
	} else {
		r = b < 0x40 ? arith_row(b) : one_byte[b];
	}
	i->opcode = b;
	if (!r.known || i->addr_bytes == 2)	/* no 16-bit addressing */
		return false;
	if (r.flags & R_MODRM && r.flags & R_REG) {
		/* always registers, no SIB, whatever mod says */
		i->modrm = take(&c);
		i->reg = (uint8_t)((i->modrm >> 3 & 7) | (i->rex & 4) << 1);
		i->rm = (uint8_t)((i->modrm & 7) | (i->rex & 1) << 3);
	} else if (r.flags & R_MODRM) {
		operands(i, &c, code64);
	}
	if (r.flags & R_MOFFS) {
		i->memory = true;
		i->disp = take_signed(&c, i->addr_bytes);
	}
	resolve_group(&r, i);
	if (!row_allows(&r, i))
		return false;
	i->op = r.op;
	i->form = r.form;
	i->width = operand_width(i, r.flags, code64);
	if (r.flags & R_IMM8)
		i->imm = (uint64_t)take_signed(&c, 1);
	if (r.flags & R_IMMZ)
		i->imm = (uint64_t)take_signed(&c, i->width == 2 ? 2 : 4);
	i->length = (uint8_t)c.at;
	return !c.bad;
}
