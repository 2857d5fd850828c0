// SPDX-License-Identifier: MIT
/*
 * Bytes and text.
 *
 * Copies and fills go by words of eight bytes: the string instructions cost
 * the same for a byte as for a word where they are not microcoded.  Formatting
 * never writes past its room, and ends what it wrote with a 0.
 */
#include <stdint.h>
#include "frontend-drivers/guest/text.h"

void *memcpy(void *to, const void *from, size_t n)
{
	void *at = to;
	size_t words = n / 8;

	n %= 8;
	/* The string moves take their operands from these registers. */
	asm volatile("rep movsq; mov %3, %2; rep movsb"
		     : "+D"(at), "+S"(from), "+c"(words) : "r"(n) : "memory");
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	char *t = to;
	const char *f = from;

	if ((uintptr_t)to - (uintptr_t)from >= n)
		return memcpy(to, from, n);
	while (n-- != 0)
		t[n] = f[n];
	return to;
}

void *memset(void *to, int c, size_t n)
{
	void *at = to;
	size_t words = n / 8;
	uint64_t word = (uint8_t)c * 0x0101010101010101UL;

	n %= 8;
	/* As above. */
	asm volatile("rep stosq; mov %3, %1; rep stosb"
		     : "+D"(at), "+c"(words) : "a"(word), "r"(n) : "memory");
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const uint8_t *x = a, *y = b;

	for (; n != 0; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (uint8_t)*a - (uint8_t)*b;
}

struct sink {
	char *out;
	size_t n, room;
};

static void put(struct sink *s, char c)
{
	if (s->n + 1 < s->room)
		s->out[s->n++] = c;
}

static void put_number(struct sink *s, unsigned long v, unsigned int base)
{
	char digits[20];
	size_t n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	while (n != 0)
		put(s, digits[--n]);
}

static void put_signed(struct sink *s, long v)
{
	if (v < 0)
		put(s, '-');
	put_number(s, v < 0 ? 0 - (unsigned long)v : (unsigned long)v, 10);
}

static void put_text(struct sink *s, const char *text)
{
	while (*text)
		put(s, *text++);
}

size_t text_vformat(char *out, size_t room, const char *f, va_list ap)
{
	struct sink s = { out, 0, room };

	for (; *f; f++) {
		bool is_long = false;

		if (*f != '%') {
			put(&s, *f);
			continue;
		}
		while (*++f == 'l')
			is_long = true;
		switch (*f) {
		case 's':
			put_text(&s, va_arg(ap, const char *));
			break;
		case 'c':
			put(&s, (char)va_arg(ap, int));
			break;
		case 'd':
			put_signed(&s, is_long ? va_arg(ap, long) :
				   va_arg(ap, int));
			break;
		case 'u':
		case 'x':
			put_number(&s, is_long ? va_arg(ap, unsigned long) :
				   va_arg(ap, unsigned int),
				   *f == 'x' ? 16 : 10);
			break;
		case 0:
			f--;
			break;
		default:
			put(&s, *f);
		}
	}
	if (room != 0)
		out[s.n] = 0;
	return s.n;
}

size_t text_format(char *out, size_t room, const char *fmt, ...)
{
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = text_vformat(out, room, fmt, ap);
	va_end(ap);
	return n;
}

unsigned long text_number(const char *text, const char **rest)
{
	unsigned long v = 0;

	while (*text >= '0' && *text <= '9')
		v = v * 10 + (unsigned long)(*text++ - '0');
	if (rest)
		*rest = text;
	return v;
}
