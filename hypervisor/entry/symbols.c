/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From an address to a function's name: one pass over the text.  Called by a
 * panic, so it trusts nothing but its own section.
 */
#include "entry/symbols.h"

/* volatile: the compiler must not believe the zeroes it sees. */
__attribute__((section(".symbols"), used))
static const volatile char names[SYMBOL_BYTES] = { 0 };

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads the address of the line at i; returns where its name starts. */
static size_t line_addr(size_t i, uint64_t *addr)
{
	*addr = 0;
	for (; i < SYMBOL_BYTES && digit(names[i]) >= 0; i++)
		*addr = *addr << 4 | (uint64_t)digit(names[i]);
	return i + 1;
}

static size_t next_line(size_t i)
{
	while (i < SYMBOL_BYTES && names[i] && names[i] != '\n')
		i++;
	return i + 1;
}

bool symbol_of(uint64_t addr, char *buf, size_t size, uint64_t *offset)
{
	size_t best = 0, n = 0;
	uint64_t at;

	for (size_t i = 0; i < SYMBOL_BYTES && names[i]; i = next_line(i)) {
		size_t name = line_addr(i, &at);

		if (at > addr)
			break;
		*offset = addr - at;
		best = name;
	}
	if (best == 0)
		return false;
	while (n + 1 < size && best < SYMBOL_BYTES && names[best] > ' ')
		buf[n++] = names[best++];
	buf[n] = 0;
	return true;
}
