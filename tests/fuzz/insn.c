// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes through the decoder, and what it accepts through the executor:
 * lengths within bounds, no result wider than the operand, no register
 * touched before the commit.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/insn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool cond)
{
	if (!cond)
		abort();
}

static void run(const struct insn *i, const uint8_t *data, size_t size)
{
	struct regs r, before;
	struct insn_effect e;
	uint64_t old = 0;

	memset(&r, 0x5a, sizeof(r));
	memcpy(&r, data, size < sizeof(r) ? size : sizeof(r));
	if (size >= 8)
		memcpy(&old, data + size - 8, 8);
	before = r;
	(void)insn_address(i, &r, old);
	if (!insn_compute(i, &r, old, &e))
		return;
	must(!memcmp(&before, &r, sizeof(r)));
	must(i->width == 8 || !e.write || !(e.memory >> (8 * i->width)));
	must(e.reg < 16 || e.reg == INSN_NO_REG);
	must(!((e.rflags ^ r.rflags) & ~RFLAGS_ARITH));
	insn_commit(i, &r, &e);
	must(r.rip == before.rip + i->length || i->rep);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool code64;
	struct insn i, shorter;

	if (size < 2)
		return 0;
	code64 = data[0] & 1;
	data++;
	size--;
	if (!insn_decode(&i, data, size, code64))
		return 0;
	must(i.length >= 1 && i.length <= INSN_MAX_BYTES && i.length <= size);
	must(i.op < OP_COUNT);
	must(i.width && !(i.width & (i.width - 1)) && i.width <= 16);
	/* Bytes behind the instruction do not matter, and all of it does. */
	must(insn_decode(&shorter, data, i.length, code64));
	must(!memcmp(&shorter, &i, sizeof(i)));
	must(!insn_decode(&shorter, data, i.length - 1u, code64));
	run(&i, data + i.length, size - i.length);
	return 0;
}
