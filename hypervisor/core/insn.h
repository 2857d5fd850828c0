/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The instruction decoder: a private copy of at most 15 bytes becomes a
 * struct insn, or is refused.
 *
 * Rules:
 *  1. It knows only what a PV guest may need to have done for it: stores and
 *     read-modify-writes to memory (page tables, device windows) and the
 *     privileged instructions.  Anything else is "unknown", never a guess.
 *  2. It never touches guest memory and never changes a register.
 *  3. insn_compute() is pure too: a caller whose compare-and-swap loses
 *     simply computes again, and commits when it has won.
 *
 * Source of the encodings: the processor manuals' opcode maps.
 */
#ifndef CORE_INSN_H
#define CORE_INSN_H

#include "core/vcpu.h"
#include "lib/types.h"

#define INSN_MAX_BYTES	15

enum insn_op {
	/* in the order of the encoding (opcode bits 3..5, or ModRM.reg) */
	OP_ADD, OP_OR, OP_ADC, OP_SBB, OP_AND, OP_SUB, OP_XOR, OP_CMP,
	/* in the order of the encoding of 0F BA /4../7 */
	OP_BT, OP_BTS, OP_BTR, OP_BTC,
	OP_TEST, OP_MOV, OP_XCHG, OP_CMPXCHG, OP_CMPXCHG_PAIR, OP_XADD,
	OP_INC, OP_DEC, OP_NOT, OP_NEG,
	OP_STOS, OP_MOVS,
	OP_IN, OP_OUT, OP_INS, OP_OUTS,
	OP_INT, OP_HLT, OP_CLI, OP_STI,
	OP_RDMSR, OP_WRMSR, OP_CPUID, OP_RDTSC, OP_RDTSCP, OP_RDPMC,
	OP_READ_CR, OP_WRITE_CR, OP_READ_DR, OP_WRITE_DR, OP_CLTS,
	OP_XSETBV, OP_WBINVD, OP_INVD, OP_INVLPG,
	OP_COUNT
};

enum insn_form {
	FORM_NONE,	/* operands implied by the operation */
	FORM_RM_REG,	/* destination ModRM.rm, source ModRM.reg */
	FORM_REG_RM,	/* destination ModRM.reg, source ModRM.rm */
	FORM_RM_IMM,	/* destination ModRM.rm, source immediate */
	FORM_RM,	/* one operand, ModRM.rm */
	FORM_RM_ACC,	/* destination memory (absolute), source rax */
	FORM_ACC_RM,	/* destination rax, source memory (absolute) */
	FORM_IMM,	/* the immediate is the operand: INT n, IN/OUT imm8 */
	FORM_DX		/* IN/OUT with the port in dx */
};

enum insn_segment {
	SEG_NONE, SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS
};

/* Not a register number: base or index of an address. */
#define INSN_NO_REG	0xff
#define INSN_RIP	0xfe

struct insn {
	uint8_t length;		/* bytes, 1..15 */
	uint8_t map, opcode;	/* map 0: one byte, 1: after 0F */
	uint8_t op, form;	/* enum insn_op, enum insn_form */
	uint8_t width;		/* bytes of the operand: 1, 2, 4, 8, or 16 */
	uint8_t addr_bytes;	/* 4 or 8 */
	uint8_t segment;	/* override prefix */
	uint8_t rex, modrm, sib;
	uint8_t reg, rm;	/* register numbers, REX applied */
	uint8_t base, index;	/* of a memory operand */
	uint8_t scale;		/* shift of the index */
	bool lock, rep, opsize;
	bool memory;		/* ModRM.rm (or the absolute form) is memory */
	int64_t disp;
	uint64_t imm;		/* sign-extended */
};

/*
 * Decodes the instruction at the start of `bytes` (`avail` of them could be
 * fetched).  code64: 64-bit code segment, else 32-bit.  False: unknown,
 * incomplete, longer than 15 bytes, or invalid (LOCK where it is not allowed).
 */
bool insn_decode(struct insn *i, const uint8_t *bytes, size_t avail,
		 bool code64) must_check;

/* Register n (0 = rax ... 15 = r15) of the block. */
uint64_t *insn_gpr(struct regs *r, unsigned int n);
/* Its value as an operand of i's width (knows ah, ch, dh, bh). */
uint64_t insn_reg_value(const struct insn *i, const struct regs *r,
			unsigned int n);
/* Writes it as a result of i's width: 4 bytes clear the upper half. */
void insn_set_reg(const struct insn *i, struct regs *r, unsigned int n,
		  uint64_t value);

/*
 * Address of the memory operand.  segment_base counts for FS and GS (and for
 * all in 32-bit code); BT/BTS/BTR/BTC with a bit number in a register move
 * the address, which is included.  STOS, MOVS and INS: the destination.
 */
uint64_t insn_address(const struct insn *i, const struct regs *r,
		      uint64_t segment_base);

struct insn_effect {
	uint64_t memory;	/* new value of the memory operand */
	bool write;		/* it is to be written (CMPXCHG may not) */
	uint8_t reg;		/* register changed, or INSN_NO_REG */
	uint64_t reg_value;
	uint64_t rflags;
};

/*
 * What i does to a memory operand that now holds `old`.  False: i is not an
 * instruction of that kind (16-byte and privileged ones).  Registers are not
 * changed: insn_commit() does that, rip included.  For MOVS `old` is the value
 * read at rsi.
 */
bool insn_compute(const struct insn *i, const struct regs *r, uint64_t old,
		  struct insn_effect *e) must_check;
void insn_commit(const struct insn *i, struct regs *r,
		 const struct insn_effect *e);

/* A repeat prefix with a count of zero: nothing is to be done but to go on. */
bool insn_repeat_done(const struct insn *i, const struct regs *r);
/*
 * After one element of a string instruction: moves rsi and rdi, counts rcx
 * down, and sets rip behind the instruction once no repetition is left.
 */
void insn_string_next(const struct insn *i, struct regs *r);

#endif
