/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Block moves.
 *
 * 1. By string instructions, 8 bytes a step, or by registers, 64 bytes a step:
 *    what was faster when it was tried at boot. Processors move strings by the
 *    cache line; where one is emulated, registers take two thirds of the time.
 * 2. What is too short for a step of 64 bytes goes by string instructions,
 *    and the last 7 bytes by hand.
 *
 * The compiler calls these, too.  Never called with guest pointers.
 */
#include "hw/memory.h"
#include "lib/string.h"
#include "lib/types.h"

#define STEP	64
#define SAMPLE	4096
#define TRIES	16

struct memory_choice memory_choice;

/* At any address. */
struct word {
	uint64_t v;
} __attribute__((packed, may_alias));

/* All is read before any is written. */
static inline void move_4(struct word *to, const struct word *from)
{
	struct word a = from[0], b = from[1], c = from[2], d = from[3];

	to[0] = a;
	to[1] = b;
	to[2] = c;
	to[3] = d;
}

/* Upwards. Returns the bytes that were moved. */
static size_t move_steps(unsigned char *d, const unsigned char *s, size_t n)
{
	size_t at = 0;

	if (!memory_choice.by_registers)
		return 0;
	for (; n - at >= STEP; at += STEP) {
		struct word *to = (struct word *)(d + at);
		const struct word *from = (const struct word *)(s + at);

		move_4(to, from);
		move_4(to + 4, from + 4);
	}
	return at;
}

for_assembly void *memcpy(void *dst, const void *src, size_t n)
{
	size_t done = move_steps(dst, src, n);
	unsigned char *d = dst;
	const unsigned char *s = src;
	size_t words;

	d += done, s += done, n -= done;
	words = n >> 3;
	asm volatile("rep movsq" : "+D"(d), "+S"(s), "+c"(words) : : "memory");
	for (n &= 7; n != 0; n--)
		*d++ = *s++;
	return dst;
}

for_assembly void *memmove(void *dst, const void *src, size_t n)
{
	unsigned char *d = dst;
	const unsigned char *s = src;

	if (d <= s || d >= s + n)
		return memcpy(dst, src, n);
	/* From the end on; a guest's copy within one frame comes here. */
	for (; n >= 8; n -= 8) {
		uint64_t word;

		__builtin_memcpy(&word, s + n - 8, 8);
		__builtin_memcpy(d + n - 8, &word, 8);
	}
	while (n != 0) {
		n--;
		d[n] = s[n];
	}
	return dst;
}

static size_t fill_steps(unsigned char *d, uint64_t fill, size_t n)
{
	size_t at = 0;

	if (!memory_choice.by_registers)
		return 0;
	for (; n - at >= STEP; at += STEP) {
		struct word *to = (struct word *)(d + at);

		to[0].v = to[1].v = to[2].v = to[3].v = fill;
		to[4].v = to[5].v = to[6].v = to[7].v = fill;
	}
	return at;
}

for_assembly void *memset(void *dst, int c, size_t n)
{
	uint64_t fill = 0x0101010101010101UL * (unsigned char)c;
	size_t done = fill_steps(dst, fill, n);
	unsigned char *d = dst;
	size_t words;

	d += done, n -= done;
	words = n >> 3;
	asm volatile("rep stosq" : "+D"(d), "+c"(words) : "a"(fill)
		     : "memory");
	for (n &= 7; n != 0; n--)
		*d++ = (unsigned char)c;
	return dst;
}

/* The least of some tries: an interrupt or a neighbour makes one longer. */
static uint64_t time_copy(void)
{
	static unsigned char from[SAMPLE], to[SAMPLE];
	uint64_t least = ~0UL;

	for (int i = 0; i < TRIES; i++) {
		uint64_t t = __builtin_ia32_rdtsc();

		memcpy(to, from, SAMPLE);
		t = __builtin_ia32_rdtsc() - t;
		if (t < least)
			least = t;
	}
	return least;
}

void memory_choose(void)
{
	struct memory_choice *c = &memory_choice;

	c->by_registers = false;
	c->strings = time_copy();
	c->by_registers = true;
	c->registers = time_copy();
	/* Where there is little in it, it is always the same. */
	c->by_registers = c->registers < c->strings / 8 * 7;
}
