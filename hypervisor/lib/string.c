/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory and string functions of the freestanding build.
 *
 * The block functions move 8 bytes a step with string instructions and the
 * rest by hand.  No state; never called with guest pointers.
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

for_assembly int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n != 0; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

size_t strlen(const char *s)
{
	return strnlen(s, (size_t)-1);
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n != 0; n--, a++, b++) {
		if (*a != *b)
			return (unsigned char)*a - (unsigned char)*b;
		if (*a == 0)
			return 0;
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, (size_t)-1);
}

char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)s;
		if (*s == 0)
			return NULL;
	}
}

char *strstr(const char *hay, const char *needle)
{
	size_t n = strlen(needle);

	for (; *hay; hay++)
		if (strncmp(hay, needle, n) == 0)
			return (char *)hay;
	return n == 0 ? (char *)hay : NULL;
}
