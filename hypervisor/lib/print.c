/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formatting of text, into a buffer and nowhere else.  No state.
 */
#include "lib/print.h"
#include "lib/string.h"

struct out {
	char *buf;
	size_t size, len;	/* len: of the whole text, also what is cut */
};

struct spec {
	bool left, zero, is_signed, upper;
	int width, precision;
	unsigned int base;
	int longness;		/* -2 hh ... 0 int ... 1, 2 long */
};

static void put(struct out *o, char c)
{
	if (o->len + 1 < o->size)
		o->buf[o->len] = c;
	o->len++;
}

static void put_padded(struct out *o, const struct spec *s, const char *text,
		       size_t n, const char *sign)
{
	size_t signs = strlen(sign);
	size_t total = n + signs, width = s->width > 0 ? (size_t)s->width : 0;
	size_t pad = width > total ? width - total : 0;

	for (; pad && !s->left && !s->zero; pad--)
		put(o, ' ');
	while (*sign)
		put(o, *sign++);
	for (; pad && !s->left; pad--)
		put(o, '0');
	for (size_t i = 0; i < n; i++)
		put(o, text[i]);
	for (; pad; pad--)
		put(o, ' ');
}

static uint64_t truncated(uint64_t v, const struct spec *s)
{
	if (s->longness > 0)
		return v;
	if (s->is_signed)
		return (uint64_t)(s->longness == 0 ? (int64_t)(int32_t)v :
				  s->longness == -1 ? (int64_t)(int16_t)v :
				  (int64_t)(int8_t)v);
	return s->longness == 0 ? (uint32_t)v :
	       s->longness == -1 ? (uint16_t)v : (uint8_t)v;
}

static void put_number(struct out *o, const struct spec *s, uint64_t raw,
		       const char *prefix)
{
	const char *digits = s->upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char text[24];
	size_t n = sizeof(text);
	uint64_t v = truncated(raw, s);

	if (s->is_signed && (int64_t)v < 0) {
		v = -v;
		prefix = "-";
	}
	do {
		text[--n] = digits[v % s->base];
		v /= s->base;
	} while (v);
	put_padded(o, s, text + n, sizeof(text) - n, prefix);
}

static const char *parse_number(const char *f, int *v, va_list *ap)
{
	if (*f == '*') {
		*v = va_arg(*ap, int);
		return f + 1;
	}
	for (*v = 0; *f >= '0' && *f <= '9'; f++)
		*v = *v * 10 + (*f - '0');
	return f;
}

static const char *parse_spec(const char *f, struct spec *s, va_list *ap)
{
	*s = (struct spec){ .precision = -1, .base = 10 };
	for (; *f == '-' || *f == '0'; f++) {
		s->left |= *f == '-';
		s->zero |= *f == '0';
	}
	f = parse_number(f, &s->width, ap);
	if (*f == '.')
		f = parse_number(f + 1, &s->precision, ap);
	for (;; f++) {
		if (*f == 'l')
			s->longness++;
		else if (*f == 'h')
			s->longness--;
		else if (*f == 'z')
			s->longness = 1;
		else
			return f;
	}
}

static uint64_t fetch(const struct spec *s, va_list *ap)
{
	if (s->longness > 0)
		return va_arg(*ap, uint64_t);
	if (s->is_signed)
		return (uint64_t)(int64_t)va_arg(*ap, int);
	return va_arg(*ap, unsigned int);
}

static void put_string(struct out *o, const struct spec *s, const char *text)
{
	size_t max = s->precision < 0 ? (size_t)-1 : (size_t)s->precision;

	if (text == NULL)
		text = "(null)";
	put_padded(o, s, text, strnlen(text, max), "");
}

static void convert(struct out *o, struct spec *s, char kind, va_list *ap)
{
	char c;

	switch (kind) {
	case 'd':
	case 'i':
		s->is_signed = true;
		put_number(o, s, fetch(s, ap), "");
		break;
	case 'X':
		s->upper = true;
		/* fall through */
	case 'x':
		s->base = 16;
		/* fall through */
	case 'u':
		put_number(o, s, fetch(s, ap), "");
		break;
	case 'p':
		s->base = 16;
		s->longness = 1;
		put_number(o, s, (uint64_t)va_arg(*ap, void *), "0x");
		break;
	case 's':
		put_string(o, s, va_arg(*ap, const char *));
		break;
	case 'c':
		c = (char)va_arg(*ap, int);
		put_padded(o, s, &c, 1, "");
		break;
	default:
		put(o, kind);
	}
}

int vprint_to(char *buf, size_t size, const char *f, va_list ap_in)
{
	struct out o = { buf, size, 0 };
	va_list ap;

	va_copy(ap, ap_in);
	while (*f) {
		struct spec s;

		if (*f != '%') {
			put(&o, *f++);
			continue;
		}
		f = parse_spec(f + 1, &s, &ap);
		if (*f == 0)
			break;
		convert(&o, &s, *f++, &ap);
	}
	va_end(ap);
	if (size)
		buf[o.len < size ? o.len : size - 1] = 0;
	return (int)o.len;
}

int print_to(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vprint_to(buf, size, fmt, ap);
	va_end(ap);
	return n;
}
