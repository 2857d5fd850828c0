/* SPDX-License-Identifier: MIT */
/*
 * Bytes and text: what a freestanding compiler may call, and a small printf.
 *
 * The format knows %s %d %u %x %c %%, with l for long, and no widths.
 */
#ifndef GUEST_TEXT_H
#define GUEST_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);

/*
 * Writes at most room - 1 characters and a 0; what does not fit is dropped.
 * Returns how many were written, without the 0.
 */
size_t text_vformat(char *out, size_t room, const char *fmt, va_list ap);
size_t text_format(char *out, size_t room, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The number text begins with, decimal; *rest (if asked) behind it. */
unsigned long text_number(const char *text, const char **rest);

#endif
