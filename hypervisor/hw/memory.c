/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Block moves: 8 bytes a step by string instructions, the rest by hand.
 *
 * The compiler calls these, too.  Never called with guest pointers.
 */
#include "lib/string.h"
#include "lib/types.h"

for_assembly void *memcpy(void *dst, const void *src, size_t n)
{
	unsigned char *d = dst;
	const unsigned char *s = src;
	size_t words = n >> 3;

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

for_assembly void *memset(void *dst, int c, size_t n)
{
	unsigned char *d = dst;
	uint64_t fill = 0x0101010101010101UL * (unsigned char)c;
	size_t words = n >> 3;

	asm volatile("rep stosq" : "+D"(d), "+c"(words) : "a"(fill)
		     : "memory");
	for (n &= 7; n != 0; n--)
		*d++ = (unsigned char)c;
	return dst;
}
