// SPDX-License-Identifier: GPL-2.0-only
/*
 * Undoing the x86 filter of .xz (filter id 4).
 *
 * An E8 or E9 byte followed by four bytes of which the last is 00 or FF was
 * taken for a call; its target was made absolute.  E8 and E9 also occur
 * inside operands, so the packer kept a history: which of the last three
 * bytes looked like an opcode without being converted.  When such a byte's
 * own operand would have overlapped ours, ours is left alone or its bytes are
 * flipped, by the rules below.  They are part of the file format and must be
 * followed to the bit, strange as they are.
 *
 * Rules: 1. bytes are skipped eight at a time, as most are no opcodes;
 *        2. the last four bytes are never an opcode.
 * No lock and no state.  Never touches anything outside [data, data + size).
 */
#include "lib/bcj_x86.h"
#include "lib/le.h"

enum { OPERAND = 4, OPCODE = 0xE8 };

static const uint64_t every_byte = 0x0101010101010101;

/* The first position from i on that holds E8 or E9; end or more if none. */
static inline size_t next_opcode(const uint8_t *data, size_t i, size_t end)
{
	for (; i + 8 <= end; i += 8) {
		uint64_t w = load_le64(data + i) >> 1;
		uint64_t found;

		/* 7 bits a byte: the sum carries into bit 7 unless it is 0. */
		w = (w & every_byte * 0x7F) ^ every_byte * (OPCODE >> 1);
		found = ~(w + every_byte * 0x7F) & every_byte * 0x80;
		if (found)
			return i + (size_t)__builtin_ctzll(found) / 8;
	}
	while (i < end && (data[i] & 0xFE) != OPCODE)
		i++;
	return i;
}

static inline bool sign_byte(uint32_t b)
{
	b &= 0xFF;
	return b == 0 || b == 0xFF;
}

/*
 * History: bit n = the byte n + 1 back looked like an opcode, three bits.
 * More than one of the outer two set means that we cannot be an opcode.
 */
static const bool may_convert[8] = { [0] = true, [1] = true,
				     [2] = true, [4] = true };

/* Which operand byte, counted from its end, the youngest one overlaps. */
static const uint8_t overlap[8] = { 0, 1, 2, 2, 3, 3, 3, 3 };

static uint32_t relative(uint32_t target, uint32_t next, uint32_t history)
{
	uint32_t value = target - next;

	if (history) {
		uint32_t bits = overlap[history] * 8u;

		/* Twice at most: flipping the low bytes settles it. */
		while (sign_byte(value >> (24 - bits)))
			value = (value ^ ((1u << (32 - bits)) - 1)) - next;
	}
	value &= 0x01FFFFFF;
	return value | (0 - (value & 0x01000000));
}

void bcj_x86_decode(uint8_t *data, size_t size, uint32_t start)
{
	uint32_t history = 0;
	size_t i = 0, last = 0;
	size_t end = size > OPERAND ? size - OPERAND : 0;

	while ((i = next_opcode(data, i, end)) < end) {
		size_t gap = i - last;

		/* The start of the data counts as "no opcode before". */
		history = gap > 3 ? 0 : history << (gap ? gap - 1 : 0) & 7;
		last = i;
		if (sign_byte(data[i + OPERAND]) && may_convert[history] &&
		    !(history &&
		      sign_byte(data[i + OPERAND - overlap[history]]))) {
			uint32_t next = start + (uint32_t)i + 1 + OPERAND;
			uint32_t target = load_le32(data + i + 1);

			store_le32(data + i + 1,
				   relative(target, next, history));
			i += 1 + OPERAND;
			history = 0;
		} else {
			history = (history << 1 | 1) & 7;
			i++;
		}
	}
}
